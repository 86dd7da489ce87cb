//! Maps values and externs between the adapter and wasmi. Floats stay bits.

use crate::engine::{Data, Wasmi};
use wasmi::{AsContext, AsContextMut, ExternRef, F32, F64, Nullable, V128};
use wassay_adapter::{Item, Val};
use wassay_engine::{Fault, Hierarchy};

/// What can be done to a store here, inside a host function too.
pub trait Store: AsContextMut<Data = Data> {}
impl<T: AsContextMut<Data = Data>> Store for T {}

pub fn lower(store: &mut impl Store, value: &Val<Wasmi>) -> Result<wasmi::Val, Fault> {
    Ok(match value {
        Val::I32(value) => wasmi::Val::I32(value.cast_signed()),
        Val::I64(value) => wasmi::Val::I64(value.cast_signed()),
        Val::F32(bits) => wasmi::Val::F32(F32::from_bits(*bits)),
        Val::F64(bits) => wasmi::Val::F64(F64::from_bits(*bits)),
        Val::V128(bits) => wasmi::Val::V128(V128::from(*bits)),
        _ => lower_ref(store, value)?.into(),
    })
}

pub fn lower_ref(store: &mut impl Store, value: &Val<Wasmi>) -> Result<wasmi::Ref, Fault> {
    Ok(match value {
        Val::Null(Hierarchy::Func) => wasmi::Ref::Func(Nullable::Null),
        Val::Null(Hierarchy::Extern) => wasmi::Ref::Extern(Nullable::Null),
        Val::Func(func) => wasmi::Ref::Func(Nullable::Val(*func)),
        Val::Extern(number) => wasmi::Ref::Extern(Nullable::Val(external(store, *number))),
        _ => return Err(Fault::unsupported("references of the collector and of exceptions")),
    })
}

pub fn lower_all(store: &mut impl Store, values: &[Val<Wasmi>]) -> Result<Vec<wasmi::Val>, Fault> {
    values.iter().map(|value| lower(store, value)).collect()
}

/// One external reference per number, so that equal numbers are the same reference.
fn external(store: &mut impl Store, number: u32) -> ExternRef {
    if let Some(known) = store.as_context().data().external.get(&number) {
        return *known;
    }
    let made = ExternRef::new(store.as_context_mut(), number);
    store.as_context_mut().data_mut().external.insert(number, made);
    made
}

pub fn lift(store: &impl AsContext, value: &wasmi::Val) -> Result<Val<Wasmi>, Fault> {
    Ok(match value {
        wasmi::Val::I32(value) => Val::I32(value.cast_unsigned()),
        wasmi::Val::I64(value) => Val::I64(value.cast_unsigned()),
        wasmi::Val::F32(value) => Val::F32(value.to_bits()),
        wasmi::Val::F64(value) => Val::F64(value.to_bits()),
        wasmi::Val::V128(value) => Val::V128(value.as_u128()),
        wasmi::Val::FuncRef(Nullable::Null) => Val::Null(Hierarchy::Func),
        wasmi::Val::FuncRef(Nullable::Val(func)) => Val::Func(*func),
        wasmi::Val::ExternRef(Nullable::Null) => Val::Null(Hierarchy::Extern),
        wasmi::Val::ExternRef(Nullable::Val(external)) => {
            match external.data(store).downcast_ref::<u32>() {
                Some(number) => Val::Extern(*number),
                None => return Err(Fault::internal("an external reference without number")),
            }
        }
    })
}

pub fn lift_all(store: &impl AsContext, values: &[wasmi::Val]) -> Result<Vec<Val<Wasmi>>, Fault> {
    values.iter().map(|value| lift(store, value)).collect()
}

pub const fn lower_item(item: &Item<Wasmi>) -> wasmi::Extern {
    match item {
        Item::Func(func) => wasmi::Extern::Func(*func),
        Item::Table(table) => wasmi::Extern::Table(*table),
        Item::Memory(memory) => wasmi::Extern::Memory(*memory),
        Item::Global(global) => wasmi::Extern::Global(*global),
        Item::Tag(never) => match *never {},
    }
}

pub fn lift_item(item: wasmi::Extern) -> Item<Wasmi> {
    match item {
        wasmi::Extern::Func(func) => Item::Func(func),
        wasmi::Extern::Table(table) => Item::Table(table),
        wasmi::Extern::Memory(memory) => Item::Memory(memory),
        wasmi::Extern::Global(global) => Item::Global(global),
    }
}
