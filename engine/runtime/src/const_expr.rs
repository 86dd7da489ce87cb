//! Evaluates constant expressions (specification, *Constant Expressions*) to the content of a slot
//! of a value array.

use crate::instance::Instance;
use crate::refs::i31;
use crate::vm::{GlobalCell, significant};
use wassay_artifact::abi::AbiType;
use wassay_artifact::index::GlobalIndex;
use wassay_artifact::module::{ConstExpr, ConstOp};
use wassay_engine::Fault;

/// The value of an expression of this instance, whose earlier globals are initialized.
pub(crate) fn evaluate(instance: &Instance, expr: &ConstExpr) -> Result<u128, Fault> {
    // Most expressions are one constant.
    let mut stack = Stack(Vec::new());
    for op in &expr.0 {
        let value = match *op {
            ConstOp::I32Const(value) | ConstOp::F32Const(value) => value.into(),
            ConstOp::I64Const(value) | ConstOp::F64Const(value) => value.into(),
            ConstOp::V128Const(value) => value,
            ConstOp::I32Add => stack.binary(|a, b| (a as u32).wrapping_add(b as u32).into())?,
            ConstOp::I32Sub => stack.binary(|a, b| (a as u32).wrapping_sub(b as u32).into())?,
            ConstOp::I32Mul => stack.binary(|a, b| (a as u32).wrapping_mul(b as u32).into())?,
            ConstOp::I64Add => stack.binary(|a, b| (a as u64).wrapping_add(b as u64).into())?,
            ConstOp::I64Sub => stack.binary(|a, b| (a as u64).wrapping_sub(b as u64).into())?,
            ConstOp::I64Mul => stack.binary(|a, b| (a as u64).wrapping_mul(b as u64).into())?,
            ConstOp::GlobalGet(global) => global_value(instance, global)?,
            ConstOp::RefNull(_) => 0,
            ConstOp::RefFunc(func) => {
                let func = instance.func_ref(func).ok_or_else(|| {
                    Fault::internal(format!("function {} is not marked as escaping", func.0))
                })?;
                func.expose_provenance() as u128
            }
            ConstOp::RefI31 => i31(stack.pop()? as u32).into(),
            // A converted reference keeps its bits.
            ConstOp::AnyConvertExtern | ConstOp::ExternConvertAny => stack.pop()?,
            ConstOp::StructNew(_)
            | ConstOp::StructNewDefault(_)
            | ConstOp::ArrayNew(_)
            | ConstOp::ArrayNewDefault(_)
            | ConstOp::ArrayNewFixed(..) => {
                return Err(Fault::unsupported("collected objects"));
            }
        };
        stack.0.push(value);
    }
    stack.pop()
}

struct Stack(Vec<u128>);

impl Stack {
    fn pop(&mut self) -> Result<u128, Fault> {
        self.0.pop().ok_or_else(|| Fault::internal("a constant expression has no value"))
    }

    fn binary(&mut self, op: impl FnOnce(u128, u128) -> u128) -> Result<u128, Fault> {
        let (right, left) = (self.pop()?, self.pop()?);
        Ok(op(left, right))
    }
}

fn global_value(instance: &Instance, global: GlobalIndex) -> Result<u128, Fault> {
    let module = &instance.module;
    let ty = module.module().globals.get(global.at());
    let ty = ty.ok_or_else(|| Fault::internal("a constant expression reads an unknown global"))?;
    let cell = instance.context.pointer(module.layout().global(global)).cast::<GlobalCell>();
    if cell.is_null() {
        return Err(Fault::internal("a constant expression reads a later global"));
    }
    // SAFETY: the context points to live cells of the same store; no generated code runs.
    Ok(significant(unsafe { (*cell).0 }, AbiType::of(&ty.content)))
}
