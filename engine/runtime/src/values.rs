//! Converts values between the host and slots: into slots that generated code reads, and out of
//! slots that it wrote.

use crate::refs::i31;
use crate::store::StoreInner;
use crate::vm::{FuncRef, significant};
use wassay_artifact::abi::AbiType;
use wassay_artifact::types::{CanonicalType, CompositeKind, HeapType, RefType, ValType};
use wassay_engine::{Fault, Hierarchy, Ref, Value};

impl StoreInner {
    /// The slots that hold these values.
    pub(crate) fn lower_all(
        &mut self,
        values: &[Value],
        types: &[ValType<CanonicalType>],
    ) -> Result<Vec<u128>, Fault> {
        if values.len() != types.len() {
            let (got, wanted) = (values.len(), types.len());
            return Err(Fault::misuse(format!("got {got} values, expected {wanted}")));
        }
        values.iter().zip(types).map(|(value, ty)| self.lower(*value, *ty)).collect()
    }

    /// The values that slots hold.
    pub(crate) fn lift_all(
        &mut self,
        slots: &[u128],
        types: &[ValType<CanonicalType>],
    ) -> Result<Vec<Value>, Fault> {
        slots.iter().zip(types).map(|(slot, ty)| self.lift(*slot, *ty)).collect()
    }

    /// The slot that holds a value, after a check of its type.
    pub(crate) fn lower(
        &mut self,
        value: Value,
        ty: ValType<CanonicalType>,
    ) -> Result<u128, Fault> {
        Ok(match (value, ty) {
            (Value::I32(bits), ValType::I32) | (Value::F32(bits), ValType::F32) => bits.into(),
            (Value::I64(bits), ValType::I64) | (Value::F64(bits), ValType::F64) => bits.into(),
            (Value::V128(bits), ValType::V128) => bits,
            (Value::Ref(reference), ValType::Ref(ty)) => self.lower_ref(reference, ty)?.into(),
            _ => return Err(mismatch(&value, &ty)),
        })
    }

    /// The bits of a reference, after a check of its type.
    pub(crate) fn lower_ref(
        &mut self,
        reference: Ref,
        ty: RefType<CanonicalType>,
    ) -> Result<u64, Fault> {
        let hierarchy = ty.heap.hierarchy();
        let (bits, heap) = match reference {
            Ref::Null(of) if of == hierarchy && ty.nullable => return Ok(0),
            Ref::Func(func) if hierarchy == Hierarchy::Func => {
                let actual = HeapType::Concrete(CompositeKind::Func, self.func_type(func)?);
                (self.func(func)?.expose_provenance() as u64, actual)
            }
            Ref::Extern(value) if hierarchy == Hierarchy::Extern => {
                (self.host_value(value)?, HeapType::Extern)
            }
            Ref::Host(value) if hierarchy == Hierarchy::Any => {
                (self.host_value(value)?, HeapType::Any)
            }
            Ref::I31(value) if hierarchy == Hierarchy::Any => (i31(value).into(), HeapType::I31),
            Ref::Struct(_) | Ref::Array(_) | Ref::Exn(_) | Ref::Externalized(_) => {
                return Err(Fault::unsupported("references to collected objects"));
            }
            _ => return Err(mismatch(&reference, &ty)),
        };
        if self.runtime.types().heap_matches(heap, ty.heap) {
            Ok(bits)
        } else {
            Err(mismatch(&reference, &ty))
        }
    }

    /// The value in a slot that generated code wrote.
    pub(crate) fn lift(&mut self, slot: u128, ty: ValType<CanonicalType>) -> Result<Value, Fault> {
        let bits = significant(slot, AbiType::of(&ty));
        Ok(match ty {
            ValType::I32 => Value::I32(bits as u32),
            ValType::I64 => Value::I64(bits as u64),
            ValType::F32 => Value::F32(bits as u32),
            ValType::F64 => Value::F64(bits as u64),
            ValType::V128 => Value::V128(bits),
            ValType::Ref(ty) => Value::Ref(self.lift_ref(bits as u64, ty)?),
        })
    }

    /// The reference with these bits, which generated code or the runtime wrote.
    pub(crate) fn lift_ref(&mut self, bits: u64, ty: RefType<CanonicalType>) -> Result<Ref, Fault> {
        let hierarchy = ty.heap.hierarchy();
        if hierarchy != Hierarchy::Func {
            let reference = self.refs.read(bits as u32, hierarchy);
            return reference
                .ok_or_else(|| Fault::internal(format!("invalid reference {bits:#x}")));
        }
        let func = std::ptr::with_exposed_provenance_mut::<FuncRef>(bits as usize);
        Ok(if func.is_null() { Ref::Null(hierarchy) } else { Ref::Func(self.give_func(func)?) })
    }

    /// Whether two references are identical.
    pub(crate) fn same(&self, a: Ref, b: Ref) -> Result<bool, Fault> {
        Ok(match (a, b) {
            (Ref::Func(a), Ref::Func(b)) => self.func(a)? == self.func(b)?,
            (Ref::Func(func), _) | (_, Ref::Func(func)) => {
                self.func(func)?;
                false
            }
            (Ref::Null(a), Ref::Null(b)) => a == b,
            (Ref::Extern(a), Ref::Extern(b)) | (Ref::Host(a), Ref::Host(b)) => a == b,
            (Ref::I31(a), Ref::I31(b)) => a == b,
            (Ref::Struct(_) | Ref::Array(_) | Ref::Exn(_) | Ref::Externalized(_), _)
            | (_, Ref::Struct(_) | Ref::Array(_) | Ref::Exn(_) | Ref::Externalized(_)) => {
                return Err(Fault::unsupported("references to collected objects"));
            }
            _ => false,
        })
    }

    fn host_value(&mut self, value: u32) -> Result<u64, Fault> {
        self.refs.intern(value).map(u64::from).map_err(Fault::Internal)
    }
}

fn mismatch(value: &dyn std::fmt::Display, ty: &dyn std::fmt::Display) -> Fault {
    Fault::misuse(format!("{value} is not of type {ty}"))
}
