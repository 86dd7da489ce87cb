//! Frees the objects of a store that are no longer reachable, by mark and sweep.
//!
//! Roots are the handles that the host holds. A function reaches the instance or host function that
//! owns its context; an instance reaches its imports, tables, memories, globals, tags and element
//! segments; tables and globals reach the objects that they refer to; a host function reaches the
//! objects that it returns or calls. No stack is scanned: only the host collects a store, while no
//! call is active in it. The collector follows every edge, so each kind of object that refers to
//! others has its arm in `mark`.
//!
//! A lowered value is no root until it is stored. So each operation of the host has its safe point
//! before it lowers a value, and an allocation `with_room` lowers its values inside the closure.

use crate::error::AllocError;
use crate::host_func::Action;
use crate::ids::{GlobalId, HostId, InstanceId, TableId};
use crate::store::{Pace, Store, StoreInner};
use crate::unregistered::unregister;
use crate::vm::{ContextOwner, FuncRef};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::FuncIndex;
use wassay_artifact::types::{CanonicalType, RefType, ValType};
use wassay_engine::{Extern, Fault, Instance, Ref};

/// The minimum number of dropped handles, overwritten references or new host values between
/// collections.
const APART: usize = 64;

/// The maximum number of dropped handles and overwritten references, so that few unreachable
/// instances wait for a collection. Host values are small, so a large store may keep more of them.
const APART_AT_MOST: usize = 1024;

/// How many references a collection may follow for each of them.
const FOLLOWED: usize = 64;

/// The number of objects in a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Population {
    pub instances: usize,
    pub host_funcs: usize,
    pub tables: usize,
    pub memories: usize,
    pub globals: usize,
    pub tags: usize,
    pub host_values: usize,
}

impl Store {
    /// Drops an instance's handle.
    ///
    /// # Errors
    /// [`Fault::Dropped`] for a handle that was dropped before, [`Fault::Foreign`] for one of another
    /// store.
    pub fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        let store = self.inner();
        let number = instance.index_in(store.owner)?;
        if let Ok(instance) = store.instance(instance) {
            store.lose(instance);
        }
        let gone = store.handles.instances.give_up(number);
        store.note(gone)
    }

    /// Drops the handle of an extern.
    ///
    /// # Errors
    /// See [`Store::drop_instance`].
    pub fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        let store = self.inner();
        let (owner, handles) = (store.owner, &mut store.handles);
        let gone = match item {
            Extern::Func(func) => handles.funcs.give_up(func.index_in(owner)?),
            Extern::Table(table) => handles.tables.give_up(table.index_in(owner)?),
            Extern::Memory(memory) => handles.memories.give_up(memory.index_in(owner)?),
            Extern::Global(global) => handles.globals.give_up(global.index_in(owner)?),
            Extern::Tag(tag) => handles.tags.give_up(tag.index_in(owner)?),
        };
        store.note(gone)
    }

    /// Drops the handle in a reference, if there is one.
    ///
    /// # Errors
    /// See [`Store::drop_instance`].
    pub fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        match reference {
            Ref::Func(func) => self.drop_extern(Extern::Func(func)),
            Ref::Null(_) | Ref::Extern(_) | Ref::Host(_) | Ref::I31(_) => Ok(()),
            Ref::Struct(_) | Ref::Array(_) | Ref::Exn(_) | Ref::Externalized(_) => {
                Err(Fault::unsupported("references to collected objects"))
            }
        }
    }

    /// Frees everything that no handle reaches.
    ///
    /// # Errors
    /// [`Fault::Internal`], with nothing freed, if the store is damaged.
    pub fn collect(&mut self) -> Result<(), Fault> {
        self.inner().collect()
    }

    /// Makes the store collect at every safe point and before each allocation, as if it had never
    /// room. For tests.
    pub fn collect_eagerly(&mut self) {
        self.inner().pace.eager = true;
    }

    /// The objects of the store, including garbage that is not collected yet.
    pub fn population(&mut self) -> Population {
        let store = self.inner();
        Population {
            instances: store.instances.len(),
            host_funcs: store.hosts.len(),
            tables: store.tables.len(),
            memories: store.memories.len(),
            globals: store.globals.len(),
            tags: store.tags.len(),
            host_values: store.refs.len(),
        }
    }
}

impl StoreInner {
    /// What seeded faults do to an instance whose handle is dropped.
    fn lose(&mut self, instance: InstanceId) {
        if Seeded::CloseFreesImports.is_seeded() {
            self.clear_imports(instance);
        }
        if Seeded::SignatureUnregistered.is_seeded() {
            let types = self.runtime.types();
            let ids = self.instances[instance.at()].module.type_ids();
            unregister(ids.iter().map(|ty| types.handle(CanonicalType(*ty))));
        }
    }

    /// Records a dropped handle, and collects if it is time.
    fn note(&mut self, gone: Option<bool>) -> Result<(), Fault> {
        match gone {
            None => Err(Fault::dropped("it was dropped before")),
            Some(false) => Ok(()),
            Some(true) => self.garbage(),
        }
    }

    /// Records that an object may have become unreachable, and collects if it is time.
    pub(crate) fn garbage(&mut self) -> Result<(), Fault> {
        self.pace.given_up += 1;
        self.safe_point()
    }

    /// Records that a reference with these bits was overwritten.
    pub(crate) fn overwritten(&mut self, bits: u64) {
        self.pace.given_up += usize::from(bits != 0);
    }

    /// Collects if it is time. This frees values that were lowered but not stored.
    pub(crate) fn safe_point(&mut self) -> Result<(), Fault> {
        let Pace { given_up, values, followed, eager } = self.pace;
        let apart = (followed / FOLLOWED).max(APART);
        let new = self.refs.len().saturating_sub(values);
        let is_due = eager || given_up >= apart.min(APART_AT_MOST) || new >= apart;
        if is_due { self.collect() } else { Ok(()) }
    }

    /// Allocates, if necessary after a collection has made room. The collection frees values that
    /// were lowered before, so `allocate` must not use any.
    pub(crate) fn with_room<T>(
        &mut self,
        mut allocate: impl FnMut(&mut StoreInner) -> Result<T, AllocError>,
    ) -> Result<T, AllocError> {
        if self.pace.eager {
            self.collect()?;
        }
        match allocate(self) {
            Err(AllocError::Resources(_)) => {
                self.collect()?;
                allocate(self)
            }
            other => other,
        }
    }

    /// Frees everything that no handle reaches.
    pub(crate) fn collect(&mut self) -> Result<(), Fault> {
        // SAFETY: the context is the store's own and live.
        if unsafe { !(*self.context.as_ptr()).activation.is_null() } {
            return Err(Fault::internal("a collection was requested during a call"));
        }
        let marks = mark(self)?;
        let followed = marks.followed + self.refs.places();
        if Seeded::TableKeepsNothing.is_seeded() {
            self.empty_tables(|owner| match owner {
                ContextOwner::Instance(at) => !marks.instances[at as usize],
                ContextOwner::Host(at) => !marks.hosts[at as usize],
            });
        }
        self.instances.retain(&marks.instances);
        self.hosts.retain(&marks.hosts);
        self.tables.retain(&marks.tables);
        self.memories.retain(&marks.memories);
        self.globals.retain(&marks.globals);
        self.tags.retain(&marks.tags);
        self.refs.retain(&marks.values);
        self.pace = Pace { given_up: 0, values: self.refs.len(), followed, ..self.pace };
        Ok(())
    }
}

/// The reached objects, by place.
struct Marks {
    instances: Vec<bool>,
    hosts: Vec<bool>,
    tables: Vec<bool>,
    memories: Vec<bool>,
    globals: Vec<bool>,
    tags: Vec<bool>,
    values: Vec<bool>,
    /// Objects that are reached, but not followed yet.
    pending: Vec<Reached>,
    /// How many references were followed.
    followed: usize,
}

/// An object that refers to others.
enum Reached {
    Instance(InstanceId),
    Host(HostId),
    Table(TableId),
    Global(GlobalId),
}

/// Marks everything that handles reach.
fn mark(store: &StoreInner) -> Result<Marks, Fault> {
    let mut marks = Marks {
        instances: vec![false; store.instances.places()],
        hosts: vec![false; store.hosts.places()],
        tables: vec![false; store.tables.places()],
        memories: vec![false; store.memories.places()],
        globals: vec![false; store.globals.places()],
        tags: vec![false; store.tags.places()],
        values: vec![false; store.refs.places()],
        pending: Vec::new(),
        followed: 0,
    };
    let handles = &store.handles;
    handles.instances.things().for_each(|instance| marks.instance(instance));
    handles.tables.things().for_each(|table| marks.table(table));
    handles.memories.things().for_each(|memory| marks.memories[memory.at()] = true);
    handles.globals.things().for_each(|global| marks.global(global));
    handles.tags.things().for_each(|tag| marks.tags[tag.at()] = true);
    handles.funcs.things().for_each(|func| marks.func(func));
    while let Some(reached) = marks.pending.pop() {
        match reached {
            Reached::Instance(instance) => marks.follow_instance(store, instance)?,
            Reached::Host(host) => marks.follow_host(store, host)?,
            Reached::Table(_) if Seeded::TableKeepsNothing.is_seeded() => {}
            Reached::Table(table) => {
                let table = &store.tables[table.at()];
                let ty = table.ty().element;
                table.elements().try_for_each(|bits| marks.reference(store, bits, ty))?;
            }
            Reached::Global(global) => {
                let global = &store.globals[global.at()];
                // SAFETY: the cell lives as long as the global, and no generated code runs.
                let slot = unsafe { (*global.cell.as_ptr()).0 };
                marks.slot(store, slot, global.ty.content)?;
            }
        }
    }
    Ok(marks)
}

impl Marks {
    fn instance(&mut self, instance: InstanceId) {
        if !std::mem::replace(&mut self.instances[instance.at()], true) {
            self.pending.push(Reached::Instance(instance));
        }
    }

    fn table(&mut self, table: TableId) {
        if !std::mem::replace(&mut self.tables[table.at()], true) {
            self.pending.push(Reached::Table(table));
        }
    }

    fn global(&mut self, global: GlobalId) {
        if !std::mem::replace(&mut self.globals[global.at()], true) {
            self.pending.push(Reached::Global(global));
        }
    }

    /// Marks the owner of a function's context. The function is not null.
    fn func(&mut self, func: *mut FuncRef) {
        // SAFETY: a reference that is reached from live objects is live: every object that refers
        // to a function is followed here before anything is freed. Its context lives as long as the
        // function.
        let owner = unsafe { ContextOwner::of((*func).vmctx) };
        match owner {
            ContextOwner::Instance(at) => self.instance(InstanceId(at)),
            ContextOwner::Host(at) => {
                if !std::mem::replace(&mut self.hosts[at as usize], true) {
                    self.pending.push(Reached::Host(HostId(at)));
                }
            }
        }
    }

    /// Marks the object of the reference with these bits.
    fn reference<T>(&mut self, store: &StoreInner, bits: u64, ty: RefType<T>) -> Result<(), Fault> {
        self.followed += 1;
        if !ty.heap.is_func() {
            let place = store.refs.place(bits as u32);
            let place =
                place.map_err(|()| Fault::internal(format!("invalid reference {bits:#x}")))?;
            if let Some(place) = place {
                self.values[place] = true;
            }
        } else if bits != 0 {
            self.func(std::ptr::with_exposed_provenance_mut(bits as usize));
        }
        Ok(())
    }

    /// Marks the object that a slot refers to.
    fn slot<T>(&mut self, store: &StoreInner, slot: u128, ty: ValType<T>) -> Result<(), Fault> {
        match ty {
            ValType::Ref(ty) if ty.heap.is_func() => self.reference(store, slot as u64, ty),
            ValType::Ref(ty) => self.reference(store, u64::from(slot as u32), ty),
            _ => Ok(()),
        }
    }

    fn follow_instance(&mut self, store: &StoreInner, id: InstanceId) -> Result<(), Fault> {
        let instance = &store.instances[id.at()];
        let module = instance.module.module();
        for func in (0..module.imported.functions).map(FuncIndex) {
            self.followed += 1;
            if let Some(func) = instance.func_ref(func).filter(|func| !func.is_null()) {
                self.func(func);
            }
        }
        instance.tables.iter().for_each(|table| self.table(*table));
        instance.globals.iter().flatten().for_each(|global| self.global(*global));
        instance.memories.iter().for_each(|memory| self.memories[memory.at()] = true);
        instance.tags.iter().for_each(|tag| self.tags[tag.at()] = true);
        for (segment, elements) in module.elements.iter().zip(&instance.elements) {
            for bits in elements {
                self.reference(store, *bits, segment.ty)?;
            }
        }
        Ok(())
    }

    fn follow_host(&mut self, store: &StoreInner, id: HostId) -> Result<(), Fault> {
        let host = &store.hosts[id.at()];
        match &host.action {
            Action::Return(slots) => {
                for (slot, ty) in slots.iter().zip(&host.signature.ty.results) {
                    self.slot(store, *slot, *ty)?;
                }
            }
            Action::Call(callee) => self.func(*callee),
            Action::Trap(_) => {}
        }
        Ok(())
    }
}
