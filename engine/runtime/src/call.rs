//! Calls functions: values enter, an outcome leaves.

use crate::activation::{Left, enter};
use crate::backtrace::frames;
use crate::outcome::{stack_exhausted, trapped};
use crate::store::{Store, StoreInner};
use crate::vm::FuncRef;
use wassay_artifact::fault::Fault as Seeded;
use wassay_engine::{Fault, Func, Outcome, Value};

impl Store {
    /// Calls a function.
    ///
    /// # Errors
    /// [`Fault::Foreign`] or [`Fault::Dropped`] for the function, [`Fault::Misuse`] for mismatched
    /// arguments.
    pub fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let inner = self.inner();
        inner.safe_point()?;
        let _begun = inner.runtime.begin(&inner.context);
        let callee = inner.func(func)?;
        if Seeded::HostReexport.is_seeded() && inner.is_host_func(callee) {
            return Err(Fault::internal("a function of the host has no code"));
        }
        let ty = inner.func_type(func)?;
        let signature = inner.runtime.signature(ty)?;
        let mut values = inner.lower_all(args, &signature.ty.params)?;
        values.resize(signature.abi.slots().max(1), 0);
        // SAFETY: the callee belongs to this store, and the array has the slots that its signature
        // needs; no reference into the store is held any more.
        match unsafe { call(self.as_ptr(), callee, values.as_mut_ptr()) }? {
            None => {
                let results = self.inner().lift_all(&values, &signature.ty.results)?;
                Ok(Outcome::Returned(results))
            }
            Some(outcome) => Ok(outcome),
        }
    }
}

/// Calls a function with its arguments in a value array, which holds its results afterwards. `None`
/// if it returned, otherwise the outcome, which is never `Returned`.
///
/// # Safety
/// The store is live and used by this thread alone, with no reference into it; the callee is one of
/// its functions; `values` has the slots that its signature needs, with its arguments.
pub(crate) unsafe fn call(
    store: *mut StoreInner,
    callee: *mut FuncRef,
    values: *mut u128,
) -> Result<Option<Outcome>, Fault> {
    // SAFETY: the store is live and no other code has a reference into it, as the caller upholds;
    // the reference to it ends with each statement.
    let (context, runtime) =
        unsafe { ((*store).context.as_ptr(), std::sync::Arc::clone(&(*store).runtime)) };
    // SAFETY: a function of the store is live; only this thread uses it.
    unsafe {
        if (*callee).entry.is_null() {
            (*callee).entry = runtime.signature((*callee).own_type())?.shims.entry;
        }
    }
    // SAFETY: entry shim, code, context and values belong together, as the caller promises.
    let left = unsafe {
        enter(
            context,
            runtime.options().wasm_stack,
            (*callee).entry,
            (*callee).code,
            (*callee).vmctx,
            values.cast(),
        )
    };
    match left {
        Left::Returned => Ok(None),
        Left::Refused => Ok(Some(stack_exhausted())),
        // SAFETY: the store is live and used by this thread alone, as the caller upholds.
        Left::Raised => unsafe { raised(store) }.map(Some),
    }
}

/// Determines why generated code was left through the resume point.
///
/// # Safety
/// The store is live and used by this thread alone, with no reference into it.
unsafe fn raised(store: *mut StoreInner) -> Result<Outcome, Fault> {
    // SAFETY: the caller promises that this thread alone uses the store; its generated code has
    // just been left.
    let store = unsafe { &mut *store };
    if let Some(pending) = store.pending.take() {
        return pending;
    }
    // SAFETY: the context is an allocation of its own, which lives as long as the store; the signal
    // handler writes to it only while generated code runs.
    let fault = unsafe { &mut (*store.context.as_ptr()).fault };
    let Some(code) = fault.code.take() else {
        return Err(Fault::internal("generated code was left for no reason"));
    };
    // SAFETY: the store keeps the code of its instances loaded.
    let frames = unsafe { frames(&fault.trace) };
    // Code accesses only memories of its own store, including adopted ones.
    let is_reserved = |address| store.memories.iter().any(|memory| memory.reserves(address));
    if fault.cause.is_trap(code, is_reserved) {
        return Ok(trapped(code, frames));
    }
    let place = frames.first().map(|frame| format!(" in {frame}")).unwrap_or_default();
    let cause = fault.cause;
    Err(Fault::internal(format!("{cause}{place} cannot be a {code:?}: the code is miscompiled")))
}
