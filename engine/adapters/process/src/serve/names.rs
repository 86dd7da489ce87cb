//! The numbers of handles at the engine's end: equal handles have equal numbers, so that the other end
//! sees exactly the engine's handles. Numbers come from one counter and are never reused.

use crate::handles::{Handles, Kind};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{Fault, Owner};

/// All numbers of a process.
#[derive(Clone, Default)]
pub(super) struct Names(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    last: u32,
    numbers: HashMap<(Kind, Owner, u32), u32>,
    handles: HashMap<u32, (Kind, Owner, u32)>,
    /// The numbers that each owner has.
    of: HashMap<Owner, Vec<u32>>,
}

impl Names {
    /// Forgets the handles of an owner that is gone.
    pub fn forget(&self, owner: Owner) {
        let mut table = self.table();
        for number in table.of.remove(&owner).unwrap_or_default() {
            if let Some(handle) = table.handles.remove(&number) {
                table.numbers.remove(&handle);
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handles for Names {
    fn number(&self, kind: Kind, owner: Owner, index: u32) -> Result<u32, Fault> {
        let mut table = self.table();
        let handle = (kind, owner, index);
        if let Some(number) = table.numbers.get(&handle) {
            return Ok(*number);
        }
        let number =
            table.last.checked_add(1).ok_or_else(|| Fault::internal("too many handles"))?;
        table.last = number;
        table.numbers.insert(handle, number);
        table.handles.insert(number, handle);
        table.of.entry(owner).or_default().push(number);
        Ok(number)
    }

    fn place(&self, kind: Kind, number: u32) -> Result<(Owner, u32), Fault> {
        match self.table().handles.get(&number) {
            Some((known, owner, index)) if *known == kind => Ok((*owner, *index)),
            _ => Err(Fault::Foreign(format!("there is no {} {number}", kind.name()))),
        }
    }
}

/// The numbers of an engine and its sessions: forgets the engine's own once all of these are gone.
#[derive(Clone)]
pub(super) struct EngineNames(Arc<OfEngine>);

struct OfEngine {
    names: Names,
    owners: Mutex<HashSet<Owner>>,
}

impl EngineNames {
    /// For an engine without handles.
    pub fn new(names: Names) -> EngineNames {
        EngineNames(Arc::new(OfEngine { names, owners: Mutex::default() }))
    }
}

impl OfEngine {
    fn owners(&self) -> MutexGuard<'_, HashSet<Owner>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OfEngine {
    fn drop(&mut self) {
        self.owners().iter().for_each(|owner| self.names.forget(*owner));
    }
}

impl Handles for EngineNames {
    fn number(&self, kind: Kind, owner: Owner, index: u32) -> Result<u32, Fault> {
        if is_of_engine(kind) {
            self.0.owners().insert(owner);
        }
        self.0.names.number(kind, owner, index)
    }

    fn place(&self, kind: Kind, number: u32) -> Result<(Owner, u32), Fault> {
        self.0.names.place(kind, number)
    }
}

/// Whether handles of this kind outlive the session.
fn is_of_engine(kind: Kind) -> bool {
    matches!(kind, Kind::Module | Kind::SharedMemory | Kind::DefinedType)
}

/// The numbers of a session: remembers who owns its handles.
pub(super) struct SessionNames {
    engine: EngineNames,
    owner: Cell<Option<Owner>>,
}

impl SessionNames {
    /// For a session without handles.
    pub fn new(engine: EngineNames) -> SessionNames {
        SessionNames { engine, owner: Cell::new(None) }
    }
}

impl Drop for SessionNames {
    fn drop(&mut self) {
        if let Some(owner) = self.owner.get() {
            self.engine.0.names.forget(owner);
        }
    }
}

impl Handles for SessionNames {
    fn number(&self, kind: Kind, owner: Owner, index: u32) -> Result<u32, Fault> {
        if !is_of_engine(kind) {
            self.owner.set(Some(owner));
        }
        self.engine.number(kind, owner, index)
    }

    fn place(&self, kind: Kind, number: u32) -> Result<(Owner, u32), Fault> {
        self.engine.place(kind, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_forgotten_with_their_owners() {
        let (names, engine_owner, session_owner) =
            (Names::default(), Owner::fresh(), Owner::fresh());
        let engine = EngineNames::new(names.clone());
        let session = SessionNames::new(engine.clone());
        let module = engine.number(Kind::Module, engine_owner, 7).unwrap();
        let ty = session.number(Kind::DefinedType, engine_owner, 7).unwrap();
        let func = session.number(Kind::Func, session_owner, 7).unwrap();
        assert_eq!(session.number(Kind::Func, session_owner, 7).unwrap(), func);
        let knows = |kind, number| names.place(kind, number).is_ok();
        drop(session);
        assert!(!knows(Kind::Func, func) && knows(Kind::Module, module));
        drop(engine);
        assert!(!knows(Kind::Module, module) && !knows(Kind::DefinedType, ty));
        assert_eq!(names.number(Kind::Module, engine_owner, 7).unwrap(), func + 1);
    }
}
