//! The numbers of handles at the engine's end: equal handles have equal numbers, so that the other end
//! sees exactly the engine's handles. Numbers come from one counter and are never reused.

use crate::handles::{Handles, Kind};
use std::cell::Cell;
use std::collections::HashMap;
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

/// The numbers of a session: remembers who owns its handles.
pub(super) struct SessionNames {
    names: Names,
    owner: Cell<Option<Owner>>,
}

impl SessionNames {
    /// For a session without handles.
    pub fn new(names: Names) -> SessionNames {
        SessionNames { names, owner: Cell::new(None) }
    }
}

impl Drop for SessionNames {
    fn drop(&mut self) {
        if let Some(owner) = self.owner.get() {
            self.names.forget(owner);
        }
    }
}

impl Handles for SessionNames {
    fn number(&self, kind: Kind, owner: Owner, index: u32) -> Result<u32, Fault> {
        if !matches!(kind, Kind::Module | Kind::SharedMemory | Kind::DefinedType) {
            self.owner.set(Some(owner));
        }
        self.names.number(kind, owner, index)
    }

    fn place(&self, kind: Kind, number: u32) -> Result<(Owner, u32), Fault> {
        self.names.place(kind, number)
    }
}
