//! Converts values between the trait and wasmtime, in both directions. References that outlive an
//! operation are kept as roots of their own ([`Kept`]); all others belong to the caller's scope.

use crate::engine::fault;
use crate::names::State;
use wasmtime as wt;
use wasmtime::{AnyRef, AsContextMut, ExnRef, ExternRef, I31, OwnedRooted, Rooted, Val};
use wassay_engine::*;

/// A value of wasmtime that lives as long as this.
#[derive(Clone)]
pub enum Kept {
    /// A number, a vector, a null or a function: nothing that is collected.
    Plain(Val),
    Extern(OwnedRooted<ExternRef>),
    Any(OwnedRooted<AnyRef>),
    Exn(OwnedRooted<ExnRef>),
}

impl Kept {
    pub fn new(store: &mut impl AsContextMut, value: Val) -> Result<Kept, Fault> {
        Ok(match value {
            Val::ExternRef(Some(it)) => Kept::Extern(it.to_owned_rooted(store).map_err(fault)?),
            Val::AnyRef(Some(it)) => Kept::Any(it.to_owned_rooted(store).map_err(fault)?),
            Val::ExnRef(Some(it)) => Kept::Exn(it.to_owned_rooted(store).map_err(fault)?),
            plain => Kept::Plain(plain),
        })
    }

    /// The value, rooted in the current scope.
    pub fn val(&self, store: &mut impl AsContextMut) -> Val {
        match self {
            Kept::Plain(value) => *value,
            Kept::Extern(it) => Val::from(it.to_rooted(store)),
            Kept::Any(it) => Val::from(it.to_rooted(store)),
            Kept::Exn(it) => Val::from(it.to_rooted(store)),
        }
    }
}

/// The trait's value for wasmtime's; a reference gets a handle.
pub fn lift<S>(store: &mut S, value: &Val) -> Result<Value, Fault>
where
    S: AsContextMut<Data = State>,
{
    Ok(match value {
        Val::I32(value) => Value::I32(value.cast_unsigned()),
        Val::I64(value) => Value::I64(value.cast_unsigned()),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(bits) => Value::V128(bits.as_u128()),
        Val::FuncRef(None) => Value::Ref(Ref::Null(Hierarchy::Func)),
        Val::ExternRef(None) => Value::Ref(Ref::Null(Hierarchy::Extern)),
        Val::AnyRef(None) => Value::Ref(Ref::Null(Hierarchy::Any)),
        Val::ExnRef(None) => Value::Ref(Ref::Null(Hierarchy::Exn)),
        Val::FuncRef(Some(func)) => {
            let mut context = store.as_context_mut();
            let names = &mut context.data_mut().names;
            Value::Ref(Ref::Func(Func::new(names.owner, names.funcs.add(*func)?)))
        }
        Val::ExternRef(Some(it)) => Value::Ref(match number(store, *it)? {
            Some(number) => Ref::Extern(number),
            None => Ref::Externalized(object(store, *value)?),
        }),
        Val::AnyRef(Some(it)) => Value::Ref(lift_any(store, *it)?),
        Val::ExnRef(Some(_)) => Value::Ref(Ref::Exn(object(store, *value)?)),
        Val::ContRef(_) => return Err(Fault::unsupported("continuations")),
    })
}

/// [`lift`] for each of the values.
pub fn lift_all<S>(store: &mut S, values: &[Val]) -> Result<Vec<Value>, Fault>
where
    S: AsContextMut<Data = State>,
{
    values.iter().map(|value| lift(store, value)).collect()
}

fn lift_any<S>(store: &mut S, it: Rooted<AnyRef>) -> Result<Ref, Fault>
where
    S: AsContextMut<Data = State>,
{
    if let Some(bits) = it.as_i31(&*store).map_err(fault)? {
        return Ok(Ref::I31(bits.get_u32()));
    }
    if it.is_struct(&*store).map_err(fault)? {
        return Ok(Ref::Struct(object(store, Val::from(it))?));
    }
    if it.is_array(&*store).map_err(fault)? {
        return Ok(Ref::Array(object(store, Val::from(it))?));
    }
    let external = ExternRef::convert_any(&mut *store, it).map_err(fault)?;
    let number = number(store, external)?;
    number.map(Ref::Host).ok_or_else(|| Fault::internal("an object of an unknown kind"))
}

/// The number of a host value; `None` for an object of wasm.
fn number<S>(store: &mut S, it: Rooted<ExternRef>) -> Result<Option<u32>, Fault>
where
    S: AsContextMut<Data = State>,
{
    let context = store.as_context();
    let Some(data) = it.data(context).map_err(fault)? else { return Ok(None) };
    let number = data.downcast_ref::<u32>().copied();
    number.map(Some).ok_or_else(|| Fault::internal("a host value without a number"))
}

fn object<S>(store: &mut S, value: Val) -> Result<Object, Fault>
where
    S: AsContextMut<Data = State>,
{
    let kept = Kept::new(store, value)?;
    store.as_context_mut().data_mut().names.name_object(kept)
}

/// wasmtime's value for the trait's, which must be of this type.
pub fn lower<S>(store: &mut S, value: Value, ty: &wt::ValType) -> Result<Val, Fault>
where
    S: AsContextMut<Data = State>,
{
    let wrong = || Fault::Misuse(format!("{value} where {ty} is expected"));
    // An engine without garbage collection cannot make a host value, and has no type for one.
    if matches!(value, Value::Ref(Ref::Extern(_) | Ref::Host(_))) {
        let top = ty.as_ref().map(|ty| ty.heap_type().top());
        if !matches!(top, Some(wt::HeapType::Extern | wt::HeapType::Any)) {
            return Err(wrong());
        }
    }
    let lowered = lower_any(store, value)?;
    match lowered.matches_ty(&*store, ty) {
        Ok(true) => Ok(lowered),
        Ok(false) => Err(wrong()),
        Err(error) => Err(fault(error)),
    }
}

/// [`lower`] for each of the values.
pub fn lower_all<S>(
    store: &mut S,
    values: &[Value],
    types: impl ExactSizeIterator<Item = wt::ValType>,
) -> Result<Vec<Val>, Fault>
where
    S: AsContextMut<Data = State>,
{
    if values.len() != types.len() {
        let (given, wanted) = (values.len(), types.len());
        return Err(Fault::Misuse(format!("{given} values where {wanted} are expected")));
    }
    values.iter().zip(types).map(|(value, ty)| lower(store, *value, &ty)).collect()
}

/// wasmtime's value for the trait's, of any type.
pub fn lower_any<S>(store: &mut S, value: Value) -> Result<Val, Fault>
where
    S: AsContextMut<Data = State>,
{
    let reference = match value {
        Value::I32(value) => return Ok(Val::I32(value.cast_signed())),
        Value::I64(value) => return Ok(Val::I64(value.cast_signed())),
        Value::F32(bits) => return Ok(Val::F32(bits)),
        Value::F64(bits) => return Ok(Val::F64(bits)),
        Value::V128(bits) => return Ok(Val::V128(bits.into())),
        Value::Ref(reference) => reference,
    };
    Ok(match reference {
        Ref::Null(Hierarchy::Func) => Val::FuncRef(None),
        Ref::Null(Hierarchy::Extern) => Val::ExternRef(None),
        Ref::Null(Hierarchy::Any) => Val::AnyRef(None),
        Ref::Null(Hierarchy::Exn) => Val::ExnRef(None),
        Ref::Func(func) => Val::from(store.as_context().data().names.func(func)?),
        Ref::Extern(number) => Val::from(external(store, number)?),
        Ref::Host(number) => {
            let external = external(store, number)?;
            Val::from(AnyRef::convert_extern(&mut *store, external).map_err(fault)?)
        }
        Ref::I31(bits) => Val::from(AnyRef::from_i31(&mut *store, I31::wrapping_u32(bits))),
        Ref::Struct(it) | Ref::Array(it) | Ref::Exn(it) | Ref::Externalized(it) => {
            let kept = store.as_context().data().names.object(it)?;
            kept.val(store)
        }
    })
}

/// The host value with this number.
fn external<S>(store: &mut S, number: u32) -> Result<Rooted<ExternRef>, Fault>
where
    S: AsContextMut<Data = State>,
{
    let known = store.as_context().data().names.externals.get(&number).cloned();
    if let Some(known) = known {
        return Ok(known.to_rooted(store));
    }
    let made = ExternRef::new(&mut *store, number).map_err(fault)?;
    let kept = made.to_owned_rooted(&mut *store).map_err(fault)?;
    store.as_context_mut().data_mut().names.externals.insert(number, kept);
    Ok(made)
}
