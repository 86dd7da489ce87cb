//! Takes a case; reports whether one of its modules has a block with parameters above a local, as
//! operands. Knows no engine.

use crate::case::Case;
use wasmparser::{
    BinaryReaderError, BlockType, FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator,
    Parser, ValidPayload, Validator, ValidatorResources, WasmFeatures, WasmModuleResources,
};

/// Whether operands that are locals stay below the parameters of a `block`, `loop` or `if` although
/// the parameters are no locals, and only a part of the paths through it needs them elsewhere: where
/// it sets the local or begins another block.
pub fn parameters_above_local(case: &Case) -> bool {
    // An invalid module is never instantiated.
    case.modules.iter().any(|wasm| module(wasm).unwrap_or(false))
}

fn module(wasm: &[u8]) -> Result<bool, BinaryReaderError> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    for payload in Parser::new(0).parse_all(wasm) {
        if let ValidPayload::Func(func, body) = validator.payload(&payload?)?
            && function(func, &body)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An operand that is a local.
#[derive(Clone, Copy)]
struct Local {
    /// The height of the stack up to it.
    height: u32,
    index: u32,
}

/// An open block that leaves locals on the stack below its parameters.
struct Open<'a> {
    /// It, as an operator.
    operator: Operator<'a>,
    /// The number of blocks around it.
    depth: u32,
    /// The indices of the locals.
    left: Vec<u32>,
    /// Whether a branch may have left it.
    branched: bool,
}

fn function(
    func: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
) -> Result<bool, BinaryReaderError> {
    let mut func = func.into_validator(FuncValidatorAllocations::default());
    func.read_locals(&mut body.get_binary_reader())?;
    let mut locals: Vec<Local> = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let offset = operators.original_position();
        let operator = operators.read()?;
        if open.iter_mut().any(|block| block.breaks(&operator)) {
            return Ok(true);
        }
        let depth = func.control_stack_height();
        let (pops, _) = operator.operator_arity(&func.visitor(offset)).unwrap_or_default();
        let lowest = func.operand_stack_height().saturating_sub(pops);
        func.op(offset, &operator)?;
        let height = func.operand_stack_height();
        open.retain(|block| block.depth < func.control_stack_height());
        match operator {
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                // The parameters stay on the stack.
                let params = params(blockty, func.resources());
                locals.retain(|local| local.height <= height);
                // As many locals as there are parameters stay locals.
                locals.drain(..locals.len().saturating_sub(params as usize));
                let below = locals.iter().filter(|local| local.height + params <= height);
                let left: Vec<u32> = below.map(|local| local.index).collect();
                if !left.is_empty() {
                    open.push(Open { operator, depth, left, branched: false });
                }
            }
            Operator::LocalGet { local_index } | Operator::LocalTee { local_index } => {
                locals.retain(|local| local.height <= lowest);
                locals.push(Local { height, index: local_index });
            }
            _ => locals.retain(|local| local.height <= lowest),
        }
    }
    Ok(false)
}

impl Open<'_> {
    /// Whether this operator in it needs the locals elsewhere on a part of the paths through it.
    fn breaks(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        let begins = matches!(operator, O::Block { .. } | O::Loop { .. } | O::If { .. });
        let sets = match operator {
            O::LocalSet { local_index } | O::LocalTee { local_index } => {
                self.left.contains(local_index)
            }
            _ => false,
        };
        match self.operator {
            // They are elsewhere on all paths from here on.
            _ if self.left.is_empty() => false,
            // One arm only.
            O::If { .. } => begins || sets,
            // Again in the next iteration.
            O::Loop { .. } => sets,
            // Unless a branch left the block before.
            _ if begins || sets => {
                self.left.clear();
                self.branched
            }
            _ => {
                self.branched |= matches!(
                    operator,
                    O::Br { .. }
                        | O::BrIf { .. }
                        | O::BrTable { .. }
                        | O::BrOnNull { .. }
                        | O::BrOnNonNull { .. }
                );
                false
            }
        }
    }
}

/// The number of parameters of a block.
fn params(block: BlockType, resources: &ValidatorResources) -> u32 {
    match block {
        BlockType::FuncType(ty) => {
            let ty = resources.sub_type_at(ty);
            ty.map_or(0, |ty| ty.unwrap_func().params().len() as u32)
        }
        BlockType::Empty | BlockType::Type(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoded::code;
    use wasm_encoder as enc;
    use wasm_encoder::Instruction as I;

    /// A module with a function of this body; type 0 is its type, with one parameter. Type 1 is
    /// that of a block with a parameter and a result.
    fn module_of(body: &[I<'_>]) -> Vec<u8> {
        let (mut types, mut functions) = (enc::TypeSection::new(), enc::FunctionSection::new());
        types.ty().function([enc::ValType::I32], []);
        types.ty().function([enc::ValType::I32], [enc::ValType::I32]);
        functions.function(0);
        let mut module = enc::Module::new();
        module.section(&types).section(&functions).section(&code(&[], body));
        module.finish()
    }

    #[test]
    fn only_a_local_below_the_parameters_of_a_block_counts() {
        let with = enc::BlockType::FunctionType(1);
        let empty = enc::BlockType::Empty;
        let (get, number, set) =
            (&[I::LocalGet(0)][..], &[I::I32Const(7)][..], &[I::LocalTee(0)][..]);
        let nested = &[I::Loop(empty), I::End][..];
        let branch = &[I::I32Const(1), I::BrIf(0)][..];
        let (block, again) = (&[I::Block(with)][..], &[I::Loop(with)][..]);
        let (arms, or, end) = (&[I::LocalGet(0), I::If(with)][..], &[I::Else][..], &[I::End][..]);
        let computed = &[I::LocalGet(0), I::I32Eqz][..];
        let cases: &[(&[&[I<'_>]], bool)] = &[
            (&[get, number, arms, nested, or, end], true),
            (&[get, number, arms, or, nested, end], true),
            (&[get, number, arms, set, or, end], true),
            (&[get, number, arms, or, end], false),
            (&[get, number, arms, or, end, set], false),
            (&[get, number, again, set, end], true),
            (&[get, number, again, nested, end], false),
            (&[get, number, block, branch, set, end], true),
            (&[get, number, block, branch, nested, end], true),
            (&[get, number, block, set, branch, nested, end], false),
            (&[get, number, block, set, end], false),
            // The parameter is a local, too.
            (&[get, get, arms, nested, or, end], false),
            // No local is below.
            (&[number, number, arms, nested, or, end], false),
            (&[computed, number, arms, nested, or, end], false),
            // An earlier block has moved it.
            (&[get, nested, number, arms, nested, or, end], false),
        ];
        for (parts, expected) in cases {
            let mut body = parts.concat();
            body.extend([I::Drop, I::Drop]);
            let wasm = module_of(&body);
            wasmparser::validate(&wasm).unwrap();
            assert_eq!(module(&wasm).unwrap(), *expected, "{body:?}");
        }
    }
}
