//! Takes the trait's values and gives wasmi's, and back.
//! References go through the session's handles; floats stay bits.

use crate::handles::Handles;
use wasmi::{AsContext, AsContextMut, ExternRef, F32, F64, Nullable, V128, Val};
use wassay_engine::{Fault, Hierarchy, Ref, Value};

/// What can be done to a store here, inside a host function too.
pub trait Store: AsContextMut<Data = Handles> {}
impl<T: AsContextMut<Data = Handles>> Store for T {}

pub fn lower(store: &mut impl Store, value: Value) -> Result<Val, Fault> {
    Ok(match value {
        Value::I32(value) => Val::I32(value.cast_signed()),
        Value::I64(value) => Val::I64(value.cast_signed()),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
        Value::V128(bits) => Val::V128(V128::from(bits)),
        Value::Ref(reference) => lower_ref(store, reference)?.into(),
    })
}

pub fn lower_all(store: &mut impl Store, values: &[Value]) -> Result<Vec<Val>, Fault> {
    values.iter().map(|value| lower(store, *value)).collect()
}

pub fn lift(store: &mut impl Store, value: &Val) -> Result<Value, Fault> {
    Ok(match value {
        Val::I32(value) => Value::I32(value.cast_unsigned()),
        Val::I64(value) => Value::I64(value.cast_unsigned()),
        Val::F32(value) => Value::F32(value.to_bits()),
        Val::F64(value) => Value::F64(value.to_bits()),
        Val::V128(value) => Value::V128(value.as_u128()),
        Val::FuncRef(func) => Value::Ref(lift_ref(store, wasmi::Ref::Func(*func))?),
        Val::ExternRef(external) => Value::Ref(lift_ref(store, wasmi::Ref::Extern(*external))?),
    })
}

pub fn lift_all(store: &mut impl Store, values: &[Val]) -> Result<Vec<Value>, Fault> {
    values.iter().map(|value| lift(store, value)).collect()
}

pub fn lower_ref(store: &mut impl Store, reference: Ref) -> Result<wasmi::Ref, Fault> {
    Ok(match reference {
        Ref::Null(Hierarchy::Func) => wasmi::Ref::Func(Nullable::Null),
        Ref::Null(Hierarchy::Extern) => wasmi::Ref::Extern(Nullable::Null),
        Ref::Func(func) => {
            let func = store.as_context().data().func(func)?;
            wasmi::Ref::Func(Nullable::Val(func))
        }
        Ref::Extern(number) => wasmi::Ref::Extern(Nullable::Val(external(store, number))),
        Ref::Null(_)
        | Ref::Host(_)
        | Ref::I31(_)
        | Ref::Struct(_)
        | Ref::Array(_)
        | Ref::Exn(_)
        | Ref::Externalized(_) => {
            return Err(Fault::Unsupported(format!("references like {reference}")));
        }
    })
}

pub fn lift_ref(store: &mut impl Store, reference: wasmi::Ref) -> Result<Ref, Fault> {
    Ok(match reference {
        wasmi::Ref::Func(Nullable::Null) => Ref::Null(Hierarchy::Func),
        wasmi::Ref::Extern(Nullable::Null) => Ref::Null(Hierarchy::Extern),
        wasmi::Ref::Func(Nullable::Val(func)) => {
            Ref::Func(store.as_context_mut().data_mut().name_func(func))
        }
        wasmi::Ref::Extern(Nullable::Val(external)) => {
            let store = store.as_context();
            let Some(number) = external.data(store).downcast_ref::<u32>() else {
                return Err(Fault::Internal("an external reference without number".to_string()));
            };
            Ref::Extern(*number)
        }
    })
}

fn external(store: &mut impl Store, number: u32) -> ExternRef {
    if let Some(known) = store.as_context().data().external.get(&number) {
        return *known;
    }
    let made = ExternRef::new(store.as_context_mut(), number);
    store.as_context_mut().data_mut().external.insert(number, made);
    made
}
