//! Translates a function body to CLIF, one operator at a time. Each is validated just before it is
//! translated.
//!
//! The translator keeps the operand stack as CLIF values. In unreachable code it follows only the
//! nesting of blocks; the validator checks the rest. Each family of operators has a file that
//! translates the operators that it knows and declines the others.

mod access;
mod atomic;
mod bulk;
mod call;
mod control;
mod faulty;
mod known;
mod memory;
mod numeric;
pub(crate) mod signature;
mod state;
mod table;
mod variable;
mod vector;

pub(crate) use signature::{POINTER, entry_signature};
pub(crate) use state::ModuleEnv;
pub(crate) use state::builtin_signature;

use crate::decode::Body;
use crate::error::CompileError;
use cranelift_codegen::ir::{Function, SourceLoc};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use state::Translator;
use wasmparser::{FuncValidatorAllocations, Operator};
use wassay_artifact::index::DefinedFuncIndex;

/// Why a body was not translated: the module or the compiler is at fault.
pub(crate) use crate::decode::Failure;

/// Validates and translates one function into `func`. Returns the allocations for the next
/// function.
pub(crate) fn translate(
    env: &ModuleEnv<'_>,
    index: DefinedFuncIndex,
    body: Body<'_>,
    allocations: FuncValidatorAllocations,
    func: &mut Function,
    context: &mut FunctionBuilderContext,
) -> Result<FuncValidatorAllocations, Failure> {
    let mut validator = body.to_validate.into_validator(allocations);
    let builder = FunctionBuilder::new(func, context);
    let mut translator = Translator::start(env, index, builder)?;

    let mut locals = body.body.get_locals_reader()?;
    for _ in 0..locals.get_count() {
        let offset = locals.original_position();
        let (count, ty) = locals.read()?;
        validator.define_locals(offset, count, ty)?;
        let ty = env.types.val(ty)?;
        translator.define_locals(count, &ty);
    }

    translator.poll_interrupt();

    let mut operators = body.body.get_operators_reader()?;
    while !operators.eof() {
        let offset = operators.original_position();
        let operator = operators.read()?;
        validator.op(offset, &operator)?;
        translator.set_location(SourceLoc::new(offset as u32));
        if translator.reachable {
            translator.operator(&operator)?;
        } else {
            translator.unreachable_operator(&operator)?;
        }
    }
    operators.finish()?;
    translator.finish(env);
    Ok(validator.into_allocations())
}

impl Translator<'_> {
    fn operator(&mut self, op: &Operator<'_>) -> Result<(), CompileError> {
        let mistaken = faulty::mistaken(op, self.env.target.arch);
        let op = mistaken.as_ref().unwrap_or(op);
        let is_unknown = faulty::is_unknown(op);
        let known = self.faulty(op)
            || self.variable(op)
            || self.numeric(op)
            || self.memory(op)
            || self.control(op)?
            || self.call(op)?
            || self.table(op)?
            || self.bulk(op)
            || self.vector(op)
            || self.atomic(op);
        if known && !is_unknown {
            Ok(())
        } else {
            // The validator accepts the operators of the supported proposals only.
            Err(CompileError::Internal(format!("no translation of {op:?}")))
        }
    }
}
