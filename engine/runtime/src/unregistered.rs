//! The function types that a seeded fault has unregistered too early. Without the fault there are
//! none, and nothing is looked up.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wassay_artifact::fault::Fault as Seeded;
use wassay_engine::{DefinedType, Fault};

static UNREGISTERED: Mutex<Option<HashSet<DefinedType>>> = Mutex::new(None);

/// Unregisters types.
pub(crate) fn unregister(types: impl Iterator<Item = DefinedType>) {
    if Seeded::SignatureUnregistered.is_seeded() {
        lock().get_or_insert_default().extend(types);
    }
}

/// Registers types, again or for the first time.
pub(crate) fn register(types: impl Iterator<Item = DefinedType>) {
    if Seeded::SignatureUnregistered.is_seeded() {
        let mut unregistered = lock();
        let unregistered = unregistered.get_or_insert_default();
        types.for_each(|ty| _ = unregistered.remove(&ty));
    }
}

/// Refuses a type that was unregistered.
///
/// # Errors
/// [`Fault::Internal`], only with the seeded fault.
pub(crate) fn check(ty: DefinedType) -> Result<(), Fault> {
    let is_gone = || lock().as_ref().is_some_and(|unregistered| unregistered.contains(&ty));
    match Seeded::SignatureUnregistered.is_seeded() && is_gone() {
        true => Err(Fault::internal("the type is no longer registered")),
        false => Ok(()),
    }
}

fn lock() -> MutexGuard<'static, Option<HashSet<DefinedType>>> {
    UNREGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}
