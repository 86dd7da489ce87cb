//! The routines that generated code calls: they take machine values, and return a value or the
//! request to leave generated code.
//!
//! Each is an assembly stub around a Rust function: the stub records where wasm was left, and jumps
//! to the resume point after the Rust function has returned. Panics are caught here. Leaf builtins
//! cannot trap or panic and do not use the store, so generated code calls the Rust function
//! directly.

use crate::arch::builtin_stub;
use crate::backtrace::{capture, frames};
use crate::host;
use crate::memory::{Memory, bytes};
use crate::outcome::{host_trapped, trapped};
use crate::parking::{self, Waited};
use crate::raise::Raise;
use crate::store::StoreInner;
use crate::table::Table;
use crate::vm::{ContextOwner, StoreContext};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use wassay_artifact::abi::{Builtin, TrapCode, vmctx};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::types::CanonicalType;
use wassay_engine::Fault;

/// The return value of an implementation, in rax and rdx, or x0 and x1.
#[repr(C)]
struct Pair {
    value: u64,
    /// Nonzero to leave generated code.
    status: u64,
}

/// An entry of the table; generated code knows the signature of each.
type Entry = unsafe extern "C" fn();

/// The type of [`Builtin::MemoryCopy`]: the VM context, destination, source, length.
type CopyBytes = unsafe extern "C" fn(*mut u8, *mut u8, *const u8, usize);

/// The type of [`Builtin::MemoryFill`]: the VM context, destination, value, length.
type FillBytes = unsafe extern "C" fn(*mut u8, *mut u8, u32, usize);

macro_rules! table {
    (@entry $name:ident) => { stubs::$name };
    // SAFETY: all function pointers have the same size; generated code calls each builtin with the
    // signature that `abi` declares, which is that of its implementation.
    (@entry $name:ident leaf $ty:ty) => { unsafe { std::mem::transmute::<$ty, Entry>($name) } };
    (@stub $name:ident) => { super::builtin_stub!($name, super::$name); };
    (@stub $name:ident leaf $ty:ty) => {};
    ($($builtin:ident = $name:ident $(: leaf $ty:ty)?,)*) => {
        mod stubs {
            $(table!(@stub $name $(leaf $ty)?);)*
        }

        /// The table that VM contexts point to, in the order of [`Builtin::ALL`].
        pub(crate) static BUILTINS: [Entry; Builtin::ALL.len()] =
            [$(table!(@entry $name $(leaf $ty)?),)*];

        const _: () = {
            let order = [$(Builtin::$builtin,)*];
            let mut at = 0;
            while at < order.len() {
                assert!(order[at] as usize == at, "the table must be in the order of Builtin::ALL");
                at += 1;
            }
        };
    };
}

table! {
    HostCall = host_call,
    MemoryGrow = memory_grow,
    MemoryInit = memory_init,
    MemoryCopy = memory_copy: leaf CopyBytes,
    MemoryCopyShared = memory_copy_shared: leaf CopyBytes,
    MemoryFill = memory_fill: leaf FillBytes,
    MemoryFillShared = memory_fill_shared: leaf FillBytes,
    DataDrop = data_drop,
    TableGrow = table_grow,
    TableFill = table_fill,
    TableInit = table_init,
    TableCopy = table_copy,
    ElemDrop = elem_drop,
    IsSubtype = is_subtype,
    AtomicWait32 = atomic_wait32,
    AtomicWait64 = atomic_wait64,
    AtomicNotify = atomic_notify,
    Interrupt = interrupt,
}

extern "C" fn host_call(vmctx: *mut u8, values: *mut u128) -> Pair {
    // SAFETY: generated code passes its own context, here that of a host function, and an array
    // with the slots of its signature; no other Rust code is inside the store now.
    unsafe {
        run(vmctx, |store, owner| match owner {
            ContextOwner::Host(host) => host::dispatch(store, host as usize, values),
            ContextOwner::Instance(_) => {
                Err(Fault::internal("an instance made a host call").into())
            }
        })
    }
}

extern "C" fn memory_grow(vmctx: *mut u8, memory: u32, delta: u64) -> Pair {
    on_instance(vmctx, |store, instance| {
        let memory = store.memory_at(instance, memory)?;
        let old = memory.grow(delta);
        Ok(match old {
            Some(_) if Seeded::GrowReturnsNew.is_seeded() => memory.pages(),
            _ => old.unwrap_or(u64::MAX),
        })
    })
}

extern "C" fn memory_init(
    vmctx: *mut u8,
    memory: u32,
    segment: u32,
    to: u64,
    from: u64,
    len: u64,
) -> Pair {
    on_instance(vmctx, |store, instance| {
        store.memory_init(instance, memory, segment, to, from, len)?;
        Ok(0)
    })
}

/// # Safety
/// Only for generated code that has checked that both ranges are in unshared memories.
unsafe extern "C" fn memory_copy(_: *mut u8, to: *mut u8, from: *const u8, len: usize) {
    if Seeded::MemoryCopyForward.is_seeded() {
        // SAFETY: generated code has checked that both ranges are in unshared memories.
        return (0..len).for_each(|at| unsafe { to.add(at).write(from.add(at).read()) });
    }
    // SAFETY: both ranges are in memories, as generated code has checked; memories do not shrink,
    // and this thread alone uses unshared ones.
    unsafe { bytes::copy(false, from, to, len) }
}

/// # Safety
/// Only for generated code that has checked that both ranges are in memories.
unsafe extern "C" fn memory_copy_shared(_: *mut u8, to: *mut u8, from: *const u8, len: usize) {
    // SAFETY: both ranges are in memories, as generated code has checked; memories do not shrink,
    // and shared ones do not move.
    unsafe { bytes::copy(true, from, to, len) }
}

/// # Safety
/// Only for generated code that has checked that the range is in an unshared memory.
unsafe extern "C" fn memory_fill(_: *mut u8, to: *mut u8, value: u32, len: usize) {
    // SAFETY: the range is in a memory, as generated code has checked; memories do not shrink, and
    // this thread alone uses unshared ones.
    unsafe { bytes::fill(false, to, value as u8, len) }
}

/// # Safety
/// Only for generated code that has checked that the range is in a shared memory.
unsafe extern "C" fn memory_fill_shared(_: *mut u8, to: *mut u8, value: u32, len: usize) {
    // SAFETY: the range is in a memory, as generated code has checked; shared memories neither
    // shrink nor move.
    unsafe { bytes::fill(true, to, value as u8, len) }
}

extern "C" fn data_drop(vmctx: *mut u8, segment: u32) -> Pair {
    on_instance(vmctx, |store, instance| {
        if !Seeded::DataDropIgnored.is_seeded() {
            store.data_drop(instance, segment);
        }
        Ok(0)
    })
}

extern "C" fn table_grow(vmctx: *mut u8, table: u32, delta: u64, init: u64) -> Pair {
    on_instance(vmctx, |store, instance| {
        let init = if Seeded::TableGrowInitLost.is_seeded() { 0 } else { init };
        Ok(store.table_at(instance, table)?.grow(delta, init).unwrap_or(u64::MAX))
    })
}

extern "C" fn table_fill(vmctx: *mut u8, table: u32, to: u64, value: u64, len: u64) -> Pair {
    on_instance(vmctx, |store, instance| {
        let filled = store.table_at(instance, table)?.fill(to, value, len);
        filled.map_err(|_| TrapCode::TableOutOfBounds)?;
        Ok(0)
    })
}

extern "C" fn table_init(
    vmctx: *mut u8,
    table: u32,
    segment: u32,
    to: u64,
    from: u64,
    len: u64,
) -> Pair {
    on_instance(vmctx, |store, instance| {
        store.table_init(instance, table, segment, to, from, len)?;
        Ok(0)
    })
}

extern "C" fn table_copy(
    vmctx: *mut u8,
    to_table: u32,
    from_table: u32,
    to: u64,
    from: u64,
    len: u64,
) -> Pair {
    on_instance(vmctx, |store, instance| {
        let (target, source) =
            (store.table_index(instance, to_table)?, store.table_index(instance, from_table)?);
        let copied = store.tables[target].copy(to, &store.tables[source], from, len);
        copied.map_err(|_| TrapCode::TableOutOfBounds)?;
        Ok(0)
    })
}

extern "C" fn elem_drop(vmctx: *mut u8, segment: u32) -> Pair {
    on_instance(vmctx, |store, instance| {
        if !Seeded::ElemDropIgnored.is_seeded() {
            store.elem_drop(instance, segment);
        }
        Ok(0)
    })
}

extern "C" fn is_subtype(vmctx: *mut u8, actual: u32, expected: u32) -> Pair {
    on_instance(vmctx, |store, _| {
        let (actual, expected) = (CanonicalType(actual), CanonicalType(expected));
        Ok(store.runtime.types().is_subtype(actual, expected).into())
    })
}

extern "C" fn atomic_wait32(
    vmctx: *mut u8,
    memory: u32,
    address: u64,
    expected: u32,
    timeout: i64,
) -> Pair {
    on_instance(vmctx, |store, instance| {
        let cell = store.atomic_cell(instance, memory, address, 4, true)?;
        // SAFETY: in bounds and aligned, as just checked; a shared memory never moves or shrinks,
        // and is only accessed atomically while it is shared.
        let cell = unsafe { AtomicU32::from_ptr(cell.cast()) };
        store.wait(cell.as_ptr().addr(), timeout, || cell.load(Ordering::SeqCst) == expected)
    })
}

extern "C" fn atomic_wait64(
    vmctx: *mut u8,
    memory: u32,
    address: u64,
    expected: u64,
    timeout: i64,
) -> Pair {
    on_instance(vmctx, |store, instance| {
        let cell = store.atomic_cell(instance, memory, address, 8, true)?;
        // SAFETY: `atomic_cell` checked bounds and alignment; a shared memory never moves or
        // shrinks, and is only accessed atomically while it is shared.
        let cell = unsafe { AtomicU64::from_ptr(cell.cast()) };
        store.wait(cell.as_ptr().addr(), timeout, || cell.load(Ordering::SeqCst) == expected)
    })
}

extern "C" fn atomic_notify(vmctx: *mut u8, memory: u32, address: u64, count: u32) -> Pair {
    on_instance(vmctx, |store, instance| {
        let cell = store.atomic_cell(instance, memory, address, 4, false)?;
        // No thread can wait on an unshared memory.
        let shared = store.memory_at(instance, memory)?.is_shared();
        Ok(if shared { parking::notify(cell.addr(), count).into() } else { 0 })
    })
}

extern "C" fn interrupt(vmctx: *mut u8) -> Pair {
    on_instance(vmctx, |_, _| Err(TrapCode::Interrupted.into()))
}

impl StoreInner {
    fn memory_index(&self, instance: usize, memory: u32) -> Result<usize, Fault> {
        let instance = self.instances.get(instance);
        let memory = instance.and_then(|instance| instance.memory(memory));
        memory.map(|memory| memory.at()).ok_or_else(|| Fault::internal("unknown memory"))
    }

    fn memory_at(&mut self, instance: usize, memory: u32) -> Result<&mut Memory, Fault> {
        let at = self.memory_index(instance, memory)?;
        Ok(&mut self.memories[at])
    }

    fn table_index(&self, instance: usize, table: u32) -> Result<usize, Fault> {
        let instance = self.instances.get(instance);
        let table = instance.and_then(|instance| instance.table(table));
        table.map(|table| table.at()).ok_or_else(|| Fault::internal("unknown table"))
    }

    fn table_at(&mut self, instance: usize, table: u32) -> Result<&mut Table, Fault> {
        let at = self.table_index(instance, table)?;
        Ok(&mut self.tables[at])
    }

    /// The host address of an operand of `wait` or `notify`, checked in the order of the threads
    /// proposal: alignment, bounds, sharing.
    fn atomic_cell(
        &mut self,
        instance: usize,
        memory: u32,
        address: u64,
        width: u64,
        must_be_shared: bool,
    ) -> Result<*mut u8, Raise> {
        let memory = self.memory_at(instance, memory)?;
        if !address.is_multiple_of(width) {
            return Err(TrapCode::UnalignedAtomic.into());
        }
        let cell = memory.range(address, width).map_err(|_| TrapCode::MemoryOutOfBounds)?;
        if must_be_shared && !memory.is_shared() {
            return Err(TrapCode::ExpectedSharedMemory.into());
        }
        Ok(cell)
    }

    fn wait(
        &mut self,
        address: usize,
        timeout: i64,
        expected: impl FnOnce() -> bool,
    ) -> Result<u64, Raise> {
        let timeout = u64::try_from(timeout).ok().map(Duration::from_nanos);
        // SAFETY: the context is live; the flag is atomic.
        let flag = unsafe { StoreContext::interrupt_flag(self.context.as_ptr()) };
        match parking::wait(address, timeout, expected, || flag.load(Ordering::Acquire) != 0) {
            Waited::Woken => Ok(0),
            Waited::NotEqual => Ok(1),
            Waited::TimedOut => Ok(2),
            Waited::Interrupted => Err(TrapCode::Interrupted.into()),
        }
    }
}

/// Runs a builtin of an instance.
fn on_instance(
    vmctx: *mut u8,
    body: impl FnOnce(&mut StoreInner, usize) -> Result<u64, Raise>,
) -> Pair {
    // SAFETY: only the stubs call this, with the context that generated code passed: its own. The
    // store is live while its code runs, and no other Rust code is inside it now.
    unsafe {
        run(vmctx, |store, owner| match owner {
            ContextOwner::Instance(instance) => body(&mut *store, instance as usize),
            ContextOwner::Host(_) => {
                Err(Fault::internal("a host function called a builtin").into())
            }
        })
    }
}

/// Runs a builtin; if it raises, records the reason in the store.
///
/// # Safety
/// `vmctx` is the context of an instance or host function of a live store whose generated code
/// called a builtin on this thread.
unsafe fn run(
    vmctx: *mut u8,
    body: impl FnOnce(*mut StoreInner, ContextOwner) -> Result<u64, Raise>,
) -> Pair {
    // SAFETY: the context is live, and the header of every context holds these two.
    let (context, owner) = unsafe {
        (
            vmctx.offset(vmctx::STORE.offset() as isize).cast::<*mut StoreContext>().read(),
            ContextOwner::of(vmctx),
        )
    };
    // SAFETY: the context is live.
    let store = unsafe { (*context).store }.cast::<StoreInner>();
    let raise = match catch_unwind(AssertUnwindSafe(|| body(store, owner))) {
        Ok(Ok(value)) => return Pair { value, status: 0 },
        Ok(Err(raise)) => raise,
        Err(panic) => {
            let words = panic.downcast_ref::<&str>().map(ToString::to_string);
            let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
            Raise::Fault(Fault::internal(words.unwrap_or_else(|| "a panic".to_string())))
        }
    };
    // SAFETY: this runs in a builtin of the active context, whose frames are alive and whose code
    // is loaded.
    let frames = || unsafe { frames(&capture(context)) };
    let pending = match raise {
        Raise::Trap(code) => Ok(trapped(code, frames())),
        Raise::Host(message) => Ok(host_trapped(message, frames())),
        Raise::Outcome(outcome) => Ok(outcome),
        Raise::Fault(fault) => Err(fault),
    };
    // SAFETY: the store is live, and `body` is done with it.
    unsafe { (*store).pending = Some(pending) };
    Pair { value: 0, status: 1 }
}
