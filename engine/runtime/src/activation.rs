//! Enters generated code and returns from it, normally or through the resume point.

use crate::arch;
use crate::thread;
use crate::vm::{Activation, StoreContext};
use std::cell::Cell;
use std::ptr;

thread_local! {
    /// The store context whose generated code runs on this thread, or null. The signal handler
    /// reads it: constant initialization and the missing destructor make that a plain load.
    static ACTIVE: Cell<*mut StoreContext> = const { Cell::new(ptr::null_mut()) };
}

/// The store context whose generated code runs on this thread, or null.
pub(crate) fn active() -> *mut StoreContext {
    ACTIVE.get()
}

/// How generated code was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// It returned.
    Returned,
    /// It was left through the resume point, by a fault or by a builtin.
    Raised,
    /// It was not entered: the stack is exhausted.
    Refused,
}

/// Calls `code` through its entry shim, with at most `wasm_stack` bytes of stack.
///
/// # Safety
/// `store` is live; `entry_shim`, `code`, `vmctx` and `values` belong together; the caller holds no
/// Rust reference into the store, since generated code and builtins use it.
pub(crate) unsafe fn enter(
    store: *mut StoreContext,
    wasm_stack: usize,
    entry_shim: *const u8,
    code: *const u8,
    vmctx: *mut u8,
    values: *mut u8,
) -> Left {
    let here = 0u8;
    let sp = (&raw const here).addr();
    let outer = ACTIVE.get();
    let limit = if outer.is_null() {
        thread::prepare_signal_stack();
        sp.saturating_sub(wasm_stack).max(thread::lowest_limit()) as u64
    } else {
        // Calls nest, because host functions call back. The outermost limit applies to all of them,
        // so that a recursion through the host ends, too.
        // SAFETY: an active context is live.
        unsafe { (*outer).stack_limit }
    };
    if (sp as u64) < limit {
        return Left::Refused;
    }
    // SAFETY: the store is live, and this thread alone uses it.
    let saved = unsafe {
        Activation {
            outer: (*store).activation,
            exit_fp: (*store).exit_fp,
            exit_pc: (*store).exit_pc,
            resume_fp: (*store).resume_fp,
            resume_pc: (*store).resume_pc,
            resume_sp: (*store).resume_sp,
            stack_limit: (*store).stack_limit,
        }
    };
    // SAFETY: the store is live and this thread alone uses it, by the caller's promise. `saved`
    // outlives its place in the list, which ends below. The caller upholds the requirements of the
    // shim; nothing unwinds out of `enter`, since builtins catch panics.
    let raised = unsafe {
        (*store).stack_limit = limit;
        (*store).exit_fp = 0;
        (*store).exit_pc = 0;
        (*store).activation = &saved;
        ACTIVE.set(store);
        arch::enter(store, entry_shim, code, vmctx, values)
    };
    ACTIVE.set(outer);
    // SAFETY: the store is still live, since generated code and builtins drop no store; its context
    // belongs to this thread again, now that they have returned.
    unsafe {
        (*store).activation = saved.outer;
        (*store).exit_fp = saved.exit_fp;
        (*store).exit_pc = saved.exit_pc;
        (*store).resume_fp = saved.resume_fp;
        (*store).resume_pc = saved.resume_pc;
        (*store).resume_sp = saved.resume_sp;
        (*store).stack_limit = saved.stack_limit;
    }
    if raised == 0 { Left::Returned } else { Left::Raised }
}
