//! A store's data: instances and the objects that they share. Takes handles; returns the objects
//! behind them. The operations on the objects are in the modules above.

use crate::handles::Handles;
use crate::host_func::HostFunc;
use crate::ids::*;
use crate::instance::Instance;
use crate::memory::Memory;
use crate::refs::Refs;
use crate::runtime::Runtime;
use crate::slots::Slots;
use crate::stable::Stable;
use crate::table::Table;
use crate::vm::{FuncRef, GlobalCell, StoreContext};
use std::ptr::NonNull;
use std::sync::Arc;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::types::{CanonicalType, GlobalType};
use wassay_engine::{Fault, HostLog, Outcome, Owner};

/// A store. Instances, memories, tables, globals and functions live as long as a handle reaches
/// them. Handles carry the store's tag; the store refuses handles of other stores.
pub struct Store(NonNull<StoreInner>);

/// Accessed through a raw pointer, from `Store` or from a VM context: no reference to it is held
/// while generated code runs, since builtins create their own.
pub(crate) struct StoreInner {
    /// The tag of the store's handles.
    pub owner: Owner,
    pub runtime: Arc<Runtime>,
    /// The table of routines that generated code calls.
    pub builtins: *const u8,
    pub context: Stable<StoreContext>,
    /// The handles that the host holds.
    pub handles: HandleTables,
    pub instances: Slots<Instance>,
    pub tables: Slots<Table>,
    pub memories: Slots<Memory>,
    pub globals: Slots<Global>,
    pub tags: Slots<Tag>,
    pub hosts: Slots<HostFunc>,
    pub refs: Refs,
    /// When to collect next.
    pub pace: Pace,
    /// The calls that host functions received.
    pub calls: HostLog,
    /// Why a builtin left generated code, until the activation ends.
    pub pending: Option<Result<Outcome, Fault>>,
}

/// A function, identified by the address of its reference.
pub(crate) type FuncPtr = *mut FuncRef;

/// The handles that the host holds.
#[derive(Default)]
pub(crate) struct HandleTables {
    pub instances: Handles<InstanceId>,
    pub funcs: Handles<FuncPtr>,
    pub tables: Handles<TableId>,
    pub memories: Handles<MemoryId>,
    pub globals: Handles<GlobalId>,
    pub tags: Handles<TagId>,
}

/// When to collect next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    /// How many handles were dropped and how many references were overwritten since the last
    /// collection.
    pub given_up: usize,
    /// How many host values the last collection left.
    pub values: usize,
    /// How many references the last collection followed, and places of host values it looked at.
    pub followed: usize,
    /// Whether to collect at every safe point.
    pub eager: bool,
}

/// A global.
pub(crate) struct Global {
    pub cell: Stable<GlobalCell>,
    pub ty: GlobalType<CanonicalType>,
}

/// A tag; generated code compares the address of its identity.
pub(crate) struct Tag {
    pub identity: Stable<u64>,
    pub ty: CanonicalType,
}

// SAFETY: the store owns every object that its pointers lead to, or (code, types, shared memories)
// shares it with other threads in ways that are designed for it; see the crate's invariants.
unsafe impl Send for Store {}

impl Store {
    /// Creates an empty store whose generated code calls these routines.
    pub(crate) fn with_builtins(runtime: &Arc<Runtime>, builtins: *const u8) -> Store {
        let context = Stable::new(StoreContext::new());
        let at = context.as_ptr();
        let inner = Box::new(StoreInner {
            owner: Owner::fresh(),
            runtime: Arc::clone(runtime),
            builtins,
            context,
            handles: HandleTables::default(),
            instances: Slots::default(),
            tables: Slots::default(),
            memories: Slots::default(),
            globals: Slots::default(),
            tags: Slots::default(),
            hosts: Slots::default(),
            refs: Refs::default(),
            pace: Pace::default(),
            calls: HostLog::default(),
            pending: None,
        });
        let inner = NonNull::from(Box::leak(inner));
        // SAFETY: the context is new, and nothing else uses it yet.
        unsafe { (*at).store = inner.as_ptr().cast() };
        Store(inner)
    }

    /// The runtime of the store.
    pub fn runtime(&self) -> &Arc<Runtime> {
        // SAFETY: live until drop; `&self` guarantees that no call is running.
        &unsafe { self.0.as_ref() }.runtime
    }

    pub(crate) fn inner(&mut self) -> &mut StoreInner {
        // SAFETY: live until drop; `&mut self` guarantees that no call is running, so no other
        // reference exists.
        unsafe { self.0.as_mut() }
    }

    pub(crate) fn as_ptr(&mut self) -> *mut StoreInner {
        self.0.as_ptr()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: leaked in `with_builtins`, freed only here.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

macro_rules! spaces {
    ($($id:ident = $handle:ident, $space:ident, $lookup:ident, $give:ident;)*) => {$(
        /// The object behind a handle.
        pub(crate) fn $lookup(&self, handle: wassay_engine::$handle) -> Result<$id, Fault> {
            let number = match Seeded::ForeignHandle.is_seeded() {
                true => handle.index(),
                false => handle.index_in(self.owner)?,
            };
            let named = self.handles.$space.get(number);
            named.ok_or_else(|| Fault::dropped(concat!("unknown ", stringify!($lookup))))
        }

        /// A handle to return to the host.
        pub(crate) fn $give(&mut self, id: $id) -> Result<wassay_engine::$handle, Fault> {
            let number = self.handles.$space.give(id)?;
            Ok(wassay_engine::$handle::new(self.owner, number))
        }
    )*};
}

impl StoreInner {
    spaces! {
        InstanceId = Instance, instances, instance, give_instance;
        TableId = Table, tables, table, give_table;
        MemoryId = Memory, memories, memory, give_memory;
        GlobalId = Global, globals, global, give_global;
        TagId = Tag, tags, tag, give_tag;
        FuncPtr = Func, funcs, func, give_func;
    }

    /// The actual type of a function.
    pub(crate) fn func_type(&self, handle: wassay_engine::Func) -> Result<CanonicalType, Fault> {
        let func = self.func(handle)?;
        // SAFETY: a handle keeps its object alive.
        Ok(unsafe { (*func).own_type() })
    }

    pub(crate) fn add_table(&mut self, table: Table) -> TableId {
        TableId(self.tables.insert(table))
    }

    pub(crate) fn add_memory(&mut self, memory: Memory) -> MemoryId {
        MemoryId(self.memories.insert(memory))
    }

    pub(crate) fn add_global(&mut self, ty: GlobalType<CanonicalType>, slot: u128) -> GlobalId {
        GlobalId(self.globals.insert(Global { cell: Stable::new(GlobalCell(slot)), ty }))
    }

    pub(crate) fn add_tag(&mut self, ty: CanonicalType) -> TagId {
        TagId(self.tags.insert(Tag { identity: Stable::new(0), ty }))
    }
}
