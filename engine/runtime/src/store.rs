//! A store: instances and what they share, and the values that cross its border.

use crate::const_expr::significant;
use crate::error::Error;
use crate::host::{HostCall, HostFunc};
use crate::ids::*;
use crate::instance::Instance;
use crate::memory::Memory;
use crate::outcome::CallOutcome;
use crate::refs::{Refs, i31};
use crate::runtime::Runtime;
use crate::stable::Stable;
use crate::table::Table;
use crate::value::{Hierarchy, Ref, Val};
use crate::vm::{FuncRef, GlobalCell, StoreContext};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;
use wassay_artifact::abi::AbiType;
use wassay_artifact::types::{
    CanonicalType, CompositeKind, GlobalType, HeapType, RefType, ValType,
};

/// A store. Instances, memories, tables, globals and functions live until it is dropped.
pub struct Store(NonNull<StoreInner>);

/// Reached through a raw pointer, from `Store` or from a VM context: no reference to it is held
/// while generated code runs, since builtins make their own.
pub(crate) struct StoreInner {
    pub runtime: Arc<Runtime>,
    pub context: Stable<StoreContext>,
    pub instances: Vec<Instance>,
    pub tables: Vec<Table>,
    pub memories: Vec<Memory>,
    pub globals: Vec<Global>,
    pub tags: Vec<Tag>,
    pub hosts: Vec<HostFunc>,
    /// References of functions that are in no VM context.
    pub extra_func_refs: Vec<Stable<FuncRef>>,
    pub refs: Refs,
    /// The calls that host functions saw.
    pub calls: Vec<HostCall>,
    /// Why a builtin left generated code, until the activation is left.
    pub pending: Option<Result<CallOutcome, Error>>,
    funcs: Vec<*mut FuncRef>,
    func_ids: HashMap<*mut FuncRef, FuncId>,
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
    /// An empty store.
    pub fn new(runtime: &Arc<Runtime>) -> Store {
        let context = Stable::new(StoreContext::new());
        let at = context.as_ptr();
        let inner = Box::new(StoreInner {
            runtime: Arc::clone(runtime),
            context,
            instances: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            hosts: Vec::new(),
            extra_func_refs: Vec::new(),
            refs: Refs::default(),
            calls: Vec::new(),
            pending: None,
            funcs: Vec::new(),
            func_ids: HashMap::new(),
        });
        let inner = NonNull::from(Box::leak(inner));
        // SAFETY: the context was just made, and nothing else uses it yet.
        unsafe { (*at).store = inner.as_ptr() };
        Store(inner)
    }

    /// The runtime that it belongs to.
    pub fn runtime(&self) -> &Arc<Runtime> {
        // SAFETY: live until drop; `&self` says that no call is running.
        &unsafe { self.0.as_ref() }.runtime
    }

    /// Whether two references are the same one.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an unknown function.
    pub fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Error> {
        for reference in [a, b] {
            if let Ref::Func(func) = reference {
                self.inner().func(func)?;
            }
        }
        // Functions have one id each, host values one number, and nulls of one hierarchy are one.
        Ok(a == b)
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
        // SAFETY: leaked in `new`, freed only here.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl StoreInner {
    /// The id of a function of this store: the same for the same reference.
    pub(crate) fn func_id(&mut self, func: *mut FuncRef) -> FuncId {
        *self.func_ids.entry(func).or_insert_with(|| {
            self.funcs.push(func);
            FuncId(self.funcs.len() as u32 - 1)
        })
    }

    pub(crate) fn func(&self, id: FuncId) -> Result<*mut FuncRef, Error> {
        self.funcs.get(id.at()).copied().ok_or_else(|| Error::misuse("unknown function"))
    }

    /// A function's actual type.
    pub(crate) fn func_type(&self, id: FuncId) -> Result<CanonicalType, Error> {
        let func = self.func(id)?;
        // SAFETY: ids are only made of references that live as long as the store.
        Ok(CanonicalType(unsafe { (*func).type_id }))
    }

    /// The slot that holds a value, which must be of the type.
    pub(crate) fn lower(&mut self, value: Val, ty: ValType<CanonicalType>) -> Result<u128, Error> {
        Ok(match (value, ty) {
            (Val::I32(bits), ValType::I32) | (Val::F32(bits), ValType::F32) => bits.into(),
            (Val::I64(bits), ValType::I64) | (Val::F64(bits), ValType::F64) => bits.into(),
            (Val::V128(bits), ValType::V128) => bits,
            (Val::Ref(reference), ValType::Ref(ty)) => self.lower_ref(reference, ty)?.into(),
            _ => return Err(Error::misuse(format!("{value:?} is none of type {ty:?}"))),
        })
    }

    /// The bits of a reference, which must be of the type.
    pub(crate) fn lower_ref(
        &mut self,
        reference: Ref,
        ty: RefType<CanonicalType>,
    ) -> Result<u64, Error> {
        let hierarchy = Hierarchy::of(&ty.heap);
        let (bits, heap) = match reference {
            Ref::Null(of) if of == hierarchy && ty.nullable => return Ok(0),
            Ref::Func(id) if hierarchy == Hierarchy::Func => {
                let actual = HeapType::Concrete(CompositeKind::Func, self.func_type(id)?);
                (self.func(id)?.expose_provenance() as u64, actual)
            }
            Ref::Extern(value) if hierarchy == Hierarchy::Extern => {
                (self.handle(value)?, HeapType::Extern)
            }
            Ref::Host(value) if hierarchy == Hierarchy::Any => (self.handle(value)?, HeapType::Any),
            Ref::I31(value) if hierarchy == Hierarchy::Any => (i31(value).into(), HeapType::I31),
            _ => return Err(Error::misuse(format!("{reference:?} is none of type {ty:?}"))),
        };
        if self.runtime.types().heap_matches(heap, ty.heap) {
            Ok(bits)
        } else {
            Err(Error::misuse(format!("{reference:?} is none of type {ty:?}")))
        }
    }

    /// The value in a slot that generated code wrote.
    pub(crate) fn lift(&mut self, slot: u128, ty: ValType<CanonicalType>) -> Result<Val, Error> {
        let bits = significant(slot, AbiType::of(&ty));
        Ok(match ty {
            ValType::I32 => Val::I32(bits as u32),
            ValType::I64 => Val::I64(bits as u64),
            ValType::F32 => Val::F32(bits as u32),
            ValType::F64 => Val::F64(bits as u64),
            ValType::V128 => Val::V128(bits),
            ValType::Ref(ty) => Val::Ref(self.lift_ref(bits as u64, ty)?),
        })
    }

    /// The reference with these bits, which generated code or the runtime wrote.
    pub(crate) fn lift_ref(&mut self, bits: u64, ty: RefType<CanonicalType>) -> Result<Ref, Error> {
        let hierarchy = Hierarchy::of(&ty.heap);
        if hierarchy != Hierarchy::Func {
            let reference = self.refs.read(bits as u32, hierarchy);
            return reference.ok_or_else(|| Error::internal(format!("a wild reference {bits:#x}")));
        }
        let func = std::ptr::with_exposed_provenance_mut::<FuncRef>(bits as usize);
        Ok(if func.is_null() { Ref::Null(hierarchy) } else { Ref::Func(self.func_id(func)) })
    }

    fn handle(&mut self, value: u32) -> Result<u64, Error> {
        self.refs.intern(value).map(u64::from).map_err(Error::Internal)
    }
}
