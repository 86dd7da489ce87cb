//! Takes a constant expression; finds operands that are missing or have a machine type that the
//! operator does not accept, so that no number is ever used as a pointer. Never sees a value.

use super::ensure;
use super::module::Check;
use crate::abi::AbiType;
use crate::index::TypeIndex;
use crate::module::{ConstExpr, ConstOp};
use crate::types::{CompositeType, FieldType, StorageType};

/// Checks that an expression leaves one value of this machine type and reads only the first
/// `globals` globals.
pub(super) fn check(
    check: &Check<'_>,
    expr: &ConstExpr,
    wanted: AbiType,
    globals: usize,
) -> Result<(), String> {
    let mut stack = Stack(Vec::new());
    for op in &expr.0 {
        let result = operator(check, op, &mut stack, globals)?;
        stack.0.push(result);
    }
    ensure(stack.0 == [wanted], || {
        format!("a constant expression returns {:?}, not {wanted:?}", stack.0)
    })
}

fn operator(
    check: &Check<'_>,
    op: &ConstOp,
    stack: &mut Stack,
    globals: usize,
) -> Result<AbiType, String> {
    use AbiType::{F32, F64, FuncRef, GcRef, I32, I64, V128};
    Ok(match *op {
        ConstOp::I32Const(_) => I32,
        ConstOp::I64Const(_) => I64,
        ConstOp::F32Const(_) => F32,
        ConstOp::F64Const(_) => F64,
        ConstOp::V128Const(_) => V128,
        ConstOp::I32Add | ConstOp::I32Sub | ConstOp::I32Mul => {
            stack.pop(I32)?;
            stack.pop(I32)?;
            I32
        }
        ConstOp::I64Add | ConstOp::I64Sub | ConstOp::I64Mul => {
            stack.pop(I64)?;
            stack.pop(I64)?;
            I64
        }
        ConstOp::GlobalGet(global) => {
            let ty = check.module.globals.get(global.at()).filter(|_| global.at() < globals);
            AbiType::of(
                &ty.ok_or_else(|| format!("global {} is not initialized yet", global.0))?.content,
            )
        }
        ConstOp::RefNull(heap) => {
            check.heap(heap)?;
            if heap.is_func() { FuncRef } else { GcRef }
        }
        ConstOp::RefFunc(func) => {
            check.referable(func)?;
            FuncRef
        }
        ConstOp::RefI31 => {
            stack.pop(I32)?;
            GcRef
        }
        ConstOp::AnyConvertExtern | ConstOp::ExternConvertAny => {
            stack.pop(GcRef)?;
            GcRef
        }
        ConstOp::StructNew(ty) => {
            fields(check, ty)?.iter().rev().try_for_each(|field| stack.pop(held(field)))?;
            GcRef
        }
        ConstOp::StructNewDefault(ty) => fields(check, ty).map(|_| GcRef)?,
        ConstOp::ArrayNew(ty) => {
            stack.pop(I32)?;
            stack.pop(held(element(check, ty)?))?;
            GcRef
        }
        ConstOp::ArrayNewDefault(ty) => {
            element(check, ty)?;
            stack.pop(I32)?;
            GcRef
        }
        ConstOp::ArrayNewFixed(ty, len) => {
            let element = held(element(check, ty)?);
            (0..len).try_for_each(|_| stack.pop(element))?;
            GcRef
        }
    })
}

struct Stack(Vec<AbiType>);

impl Stack {
    fn pop(&mut self, wanted: AbiType) -> Result<(), String> {
        let found = self.0.pop();
        ensure(found == Some(wanted), || format!("expected an operand {wanted:?}, found {found:?}"))
    }
}

fn fields<'a>(check: &'a Check<'_>, ty: TypeIndex) -> Result<&'a [FieldType<TypeIndex>], String> {
    match check.module.types.get(ty.at()).map(|ty| &ty.composite) {
        Some(CompositeType::Struct(fields)) => Ok(fields),
        _ => Err(format!("type {} is not a struct", ty.0)),
    }
}

fn element<'a>(check: &'a Check<'_>, ty: TypeIndex) -> Result<&'a FieldType<TypeIndex>, String> {
    match check.module.types.get(ty.at()).map(|ty| &ty.composite) {
        Some(CompositeType::Array(element)) => Ok(element),
        _ => Err(format!("type {} is not an array", ty.0)),
    }
}

fn held(field: &FieldType<TypeIndex>) -> AbiType {
    match &field.storage {
        StorageType::I8 | StorageType::I16 => AbiType::I32,
        StorageType::Val(ty) => AbiType::of(ty),
    }
}
