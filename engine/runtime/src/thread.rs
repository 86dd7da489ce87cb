//! Prepares a thread for generated code: finds the bounds of its stack, and installs an alternate
//! stack for signal handlers.

use crate::mapping::{Access, Mapping, page_size};
use std::cell::{Cell, OnceCell};
use std::mem::MaybeUninit;
use std::ptr;

/// The stack space for host functions, builtins and the C library below the lowest stack limit.
const HOST_RESERVE: usize = 128 << 10;

/// Our handler may chain to another engine's, which may need more than the system's minimum.
const SIGNAL_STACK: usize = 64 << 10;

/// The lowest stack limit for generated code on this thread.
pub(crate) fn lowest_limit() -> usize {
    thread_local! {
        static LOWEST: Cell<usize> = const { Cell::new(0) };
    }
    LOWEST.with(|lowest| {
        if lowest.get() == 0 {
            lowest.set(stack_low().saturating_add(HOST_RESERVE).max(1));
        }
        lowest.get()
    })
}

/// Ensures that signal handlers of this thread do not run on the stack that may just have
/// overflowed.
pub(crate) fn prepare_signal_stack() {
    thread_local! {
        static STACK: OnceCell<Option<SignalStack>> = const { OnceCell::new() };
    }
    // While the thread's local data is being destroyed, it has no alternate stack.
    let _ = STACK.try_with(|stack| {
        stack.get_or_init(SignalStack::install);
    });
}

/// The low end of this thread's stack.
fn stack_low() -> usize {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: initializes `attributes` for this very thread, if it succeeds.
    if unsafe { libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) } != 0 {
        return unknown_stack_low();
    }
    let (mut low, mut len) = (ptr::null_mut(), 0);
    // SAFETY: initialized by the call above; destroyed exactly once.
    let status = unsafe {
        let status = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut len);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        status
    };
    if status == 0 { low.addr() } else { unknown_stack_low() }
}

/// The bound if the C library does not report one: as if this thread had only 1 MiB left.
fn unknown_stack_low() -> usize {
    let here = 0u8;
    (&raw const here).addr().saturating_sub(1 << 20)
}

/// This thread's alternate stack, unless it already has one that is large enough.
struct SignalStack(Mapping);

impl SignalStack {
    fn install() -> Option<SignalStack> {
        let mut current = MaybeUninit::<libc::stack_t>::uninit();
        // SAFETY: only reads the current setting.
        if unsafe { libc::sigaltstack(ptr::null(), current.as_mut_ptr()) } != 0 {
            return None;
        }
        // SAFETY: the call succeeded, so it was written.
        let current = unsafe { current.assume_init() };
        if current.ss_flags & libc::SS_DISABLE == 0 && current.ss_size >= SIGNAL_STACK / 2 {
            return None;
        }
        // The lowest page stays inaccessible, so that an overflow of this stack is a plain crash.
        let guard = page_size();
        let mapping = Mapping::new(guard + SIGNAL_STACK, Access::None).ok()?;
        mapping.protect(guard, SIGNAL_STACK, Access::ReadWrite).ok()?;
        let stack = libc::stack_t {
            ss_sp: mapping.base().wrapping_add(guard).cast(),
            ss_flags: 0,
            ss_size: SIGNAL_STACK,
        };
        // SAFETY: the stack is our own mapping, which lives until `drop` disables it.
        let installed = unsafe { libc::sigaltstack(&stack, ptr::null_mut()) } == 0;
        installed.then_some(SignalStack(mapping))
    }
}

impl Drop for SignalStack {
    fn drop(&mut self) {
        let mut current = MaybeUninit::<libc::stack_t>::uninit();
        // SAFETY: reads the setting, then disables the alternate stack if it is still ours, so that
        // nothing runs on the pages that are unmapped next.
        unsafe {
            if libc::sigaltstack(ptr::null(), current.as_mut_ptr()) != 0 {
                return;
            }
            let mut current = current.assume_init();
            let ours = self.0.base().addr()..self.0.base().addr() + self.0.len();
            if ours.contains(&current.ss_sp.addr()) {
                current.ss_flags = libc::SS_DISABLE;
                libc::sigaltstack(&current, ptr::null_mut());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets this thread's alternate stack to the first bytes of a mapping.
    fn use_stack(mapping: &Mapping, len: usize) {
        let stack = libc::stack_t { ss_sp: mapping.base().cast(), ss_flags: 0, ss_size: len };
        // SAFETY: the caller keeps the mapping, which is at least as long, until it sets another
        // stack or the thread ends; no signal with a handler arrives meanwhile.
        assert_eq!(unsafe { libc::sigaltstack(&stack, ptr::null_mut()) }, 0);
    }

    #[test]
    fn a_large_alternate_stack_of_the_embedder_stays() {
        let test = || {
            let foreign = Mapping::new(2 * SIGNAL_STACK, Access::ReadWrite).unwrap();
            for len in [SIGNAL_STACK / 2, SIGNAL_STACK, 2 * SIGNAL_STACK] {
                use_stack(&foreign, len);
                assert!(SignalStack::install().is_none(), "{len} bytes are enough");
            }
            use_stack(&foreign, SIGNAL_STACK / 2 - page_size());
            let own = SignalStack::install().expect("a larger stack");
            assert_eq!(own.0.len(), page_size() + SIGNAL_STACK);
            assert!(SignalStack::install().is_none(), "our own is large enough");
        };
        std::thread::spawn(test).join().unwrap();
    }

    #[test]
    fn a_stack_without_known_bounds_has_one_mebibyte_left() {
        let here = 0u8;
        let left = (&raw const here).addr() - unknown_stack_low();
        // The compiler places the two variables in either order.
        assert!(left.abs_diff(1 << 20) < 16 << 10, "{left}");
    }
}
