//! Takes instructions; gives the parts of a module with a function of them. Used by tests only.

use wasm_encoder::{CodeSection, Function, Instruction, ValType};

/// The code of one function with these locals and this body.
pub fn code(locals: &[(u32, ValType)], body: &[Instruction<'_>]) -> CodeSection {
    let mut function = Function::new(locals.iter().copied());
    for instruction in body {
        function.instruction(instruction);
    }
    function.instruction(&Instruction::End);
    let mut code = CodeSection::new();
    code.function(&function);
    code
}
