//! Converts values between the trait and the engine, in both directions. Rejects a value of an
//! unexpected type: the caller's as misuse, the engine's as its fault. Sees no store.

use crate::Plain;
use crate::session::Core;
use crate::value::Val;
use wassay_engine::{Fault, ValType, Value};

impl<P: Plain> Core<P> {
    /// The engine's value for ours, which must be of this type.
    pub(super) fn lower(&mut self, value: Value, ty: &ValType) -> Result<P::Value, Fault> {
        let lowered = self.names.lock().lower(&mut self.store, value)?;
        if !lowered.belongs_to(ty) {
            return Err(Fault::Misuse(format!("{value} where {ty} is expected")));
        }
        P::lower(lowered)
    }

    /// Our value for the engine's, which must be of this type. A reference gets a handle.
    pub(super) fn lift(&mut self, value: &P::Value, ty: &ValType) -> Result<Value, Fault> {
        let value = lift(value, ty)?;
        self.names.lock().lift(&mut self.store, value)
    }

    /// [`Core::lower`] for each of the values.
    pub(super) fn lower_all(
        &mut self,
        values: &[Value],
        types: &[ValType],
    ) -> Result<Vec<P::Value>, Fault> {
        if values.len() != types.len() {
            return Err(Fault::Misuse(amounts(values, types)));
        }
        values.iter().zip(types).map(|(value, ty)| self.lower(*value, ty)).collect()
    }

    /// [`Core::lift`] for each of the values.
    pub(super) fn lift_all(
        &mut self,
        values: &[P::Value],
        types: &[ValType],
    ) -> Result<Vec<Value>, Fault> {
        let values = lift_all(values, types)?;
        self.names.lock().lift_all(&mut self.store, values)
    }
}

/// A [`Val`] for each of the engine's values, which must be of these types.
pub(super) fn lift_all<P: Plain>(
    values: &[P::Value],
    types: &[ValType],
) -> Result<Vec<Val<P>>, Fault> {
    if values.len() != types.len() {
        return Err(Fault::Internal(format!("the engine has {}", amounts(values, types))));
    }
    values.iter().zip(types).map(|(value, ty)| lift(value, ty)).collect()
}

fn lift<P: Plain>(value: &P::Value, ty: &ValType) -> Result<Val<P>, Fault> {
    let value = P::lift(value)?;
    if !value.belongs_to(ty) {
        let found = value.type_name();
        return Err(Fault::Internal(format!("the engine has {found} for a value of type {ty}")));
    }
    Ok(value)
}

fn amounts<T>(values: &[T], types: &[ValType]) -> String {
    format!("{} values where {} are expected", values.len(), types.len())
}
