//! A store's data: instances and what they share. Handles enter, what they name leaves; what is
//! done with it stands in the modules above.

use crate::host_func::HostFunc;
use crate::ids::*;
use crate::instance::Instance;
use crate::memory::Memory;
use crate::refs::Refs;
use crate::runtime::Runtime;
use crate::stable::Stable;
use crate::table::Table;
use crate::vm::{FuncRef, GlobalCell, StoreContext};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;
use wassay_artifact::types::{CanonicalType, GlobalType};
use wassay_engine::{Fault, HostCall, Outcome, Owner};

/// A store. Instances, memories, tables, globals and functions live until it is dropped. Handles
/// carry its tag; those of another store are refused.
pub struct Store(NonNull<StoreInner>);

/// Reached through a raw pointer, from `Store` or from a VM context: no reference to it is held
/// while generated code runs, since builtins make their own.
pub(crate) struct StoreInner {
    /// The tag of the store's handles.
    pub owner: Owner,
    pub runtime: Arc<Runtime>,
    /// The table of routines that generated code calls.
    pub builtins: *const u8,
    pub context: Stable<StoreContext>,
    pub instances: Vec<Instance>,
    pub tables: Vec<Table>,
    pub memories: Vec<Memory>,
    pub globals: Vec<Global>,
    pub tags: Vec<Tag>,
    pub hosts: Vec<HostFunc>,
    /// References of start functions that do not escape.
    pub start_funcs: Vec<Stable<FuncRef>>,
    pub refs: Refs,
    /// The calls that host functions saw.
    pub calls: Vec<HostCall>,
    /// Why a builtin left generated code, until the activation is left.
    pub pending: Option<Result<Outcome, Fault>>,
    funcs: Vec<*mut FuncRef>,
    func_handles: HashMap<*mut FuncRef, wassay_engine::Func>,
}

/// A global.
pub(crate) struct Global {
    pub cell: Stable<GlobalCell>,
    pub ty: GlobalType<CanonicalType>,
}

/// A tag; the address of its identity is what generated code compares.
pub(crate) struct Tag {
    pub identity: Stable<u64>,
    pub ty: CanonicalType,
}

// SAFETY: the store owns everything that its pointers lead to, or (code, types, shared memories)
// shares it with other threads in ways that are made for it; see the crate's invariants.
unsafe impl Send for Store {}

impl Store {
    /// An empty store whose generated code calls these routines.
    pub(crate) fn with_builtins(runtime: &Arc<Runtime>, builtins: *const u8) -> Store {
        let context = Stable::new(StoreContext::new());
        let at = context.as_ptr();
        let inner = Box::new(StoreInner {
            owner: Owner::fresh(),
            runtime: Arc::clone(runtime),
            builtins,
            context,
            instances: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            hosts: Vec::new(),
            start_funcs: Vec::new(),
            refs: Refs::default(),
            calls: Vec::new(),
            pending: None,
            funcs: Vec::new(),
            func_handles: HashMap::new(),
        });
        let inner = NonNull::from(Box::leak(inner));
        // SAFETY: the context was just made, and nothing else uses it yet.
        unsafe { (*at).store = inner.as_ptr().cast() };
        Store(inner)
    }

    /// The runtime that it belongs to.
    pub fn runtime(&self) -> &Arc<Runtime> {
        // SAFETY: live until drop; `&self` says that no call is running.
        &unsafe { self.0.as_ref() }.runtime
    }

    pub(crate) fn inner(&mut self) -> &mut StoreInner {
        // SAFETY: live until drop; `&mut self` says that no call is running, so nobody else has a
        // reference.
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

macro_rules! handles {
    ($($id:ident, $handle:ident, $spaces:ident, $lookup:ident, $give:ident;)*) => {$(
        /// What a handle names.
        pub(crate) fn $lookup(&self, handle: wassay_engine::$handle) -> Result<$id, Fault> {
            let id = $id(handle.index_in(self.owner)?);
            if id.at() < self.$spaces.len() {
                Ok(id)
            } else {
                Err(Fault::misuse(concat!("unknown ", stringify!($handle))))
            }
        }

        /// A handle to give out.
        pub(crate) fn $give(&mut self, id: $id) -> wassay_engine::$handle {
            wassay_engine::$handle::new(self.owner, id.0)
        }
    )*};
}

impl StoreInner {
    handles! {
        TableId, Table, tables, table, give_table;
        MemoryId, Memory, memories, memory, give_memory;
        GlobalId, Global, globals, global, give_global;
        TagId, Tag, tags, tag, give_tag;
    }

    /// The instance that a handle names.
    pub(crate) fn instance(&self, handle: wassay_engine::Instance) -> Result<InstanceId, Fault> {
        let id = InstanceId(handle.index_in(self.owner)?);
        match self.instances.get(id.at()) {
            Some(instance) if !instance.dropped => Ok(id),
            _ => Err(Fault::misuse("unknown instance")),
        }
    }

    /// A handle to give out.
    pub(crate) fn give_instance(&mut self, id: InstanceId) -> wassay_engine::Instance {
        wassay_engine::Instance::new(self.owner, id.0)
    }

    /// The function that a handle names.
    pub(crate) fn func(&self, handle: wassay_engine::Func) -> Result<*mut FuncRef, Fault> {
        let func = self.funcs.get(handle.index_in(self.owner)? as usize);
        func.copied().ok_or_else(|| Fault::misuse("unknown function"))
    }

    /// A handle to give out: the same for the same function.
    pub(crate) fn give_func(&mut self, func: *mut FuncRef) -> wassay_engine::Func {
        *self.func_handles.entry(func).or_insert_with(|| {
            self.funcs.push(func);
            wassay_engine::Func::new(self.owner, self.funcs.len() as u32 - 1)
        })
    }

    /// The actual type of a function.
    pub(crate) fn func_type(&self, handle: wassay_engine::Func) -> Result<CanonicalType, Fault> {
        let func = self.func(handle)?;
        // SAFETY: handles are only given out for references that live as long as the store.
        Ok(CanonicalType(unsafe { (*func).type_id }))
    }

    pub(crate) fn add_table(&mut self, table: Table) -> TableId {
        self.tables.push(table);
        TableId(self.tables.len() as u32 - 1)
    }

    pub(crate) fn add_memory(&mut self, memory: Memory) -> MemoryId {
        self.memories.push(memory);
        MemoryId(self.memories.len() as u32 - 1)
    }

    pub(crate) fn add_global(&mut self, ty: GlobalType<CanonicalType>, slot: u128) -> GlobalId {
        self.globals.push(Global { cell: Stable::new(GlobalCell(slot)), ty });
        GlobalId(self.globals.len() as u32 - 1)
    }

    pub(crate) fn add_tag(&mut self, ty: CanonicalType) -> TagId {
        self.tags.push(Tag { identity: Stable::new(0), ty });
        TagId(self.tags.len() as u32 - 1)
    }
}
