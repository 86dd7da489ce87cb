//! Memory that generated code knows by address.

use std::ptr::NonNull;

/// A value that never moves, reached only through raw pointers, so that generated code and Rust
/// may both use it.
pub(crate) struct Stable<T>(NonNull<T>);

impl<T> Stable<T> {
    pub(crate) fn new(value: T) -> Stable<T> {
        Stable(NonNull::from(Box::leak(Box::new(value))))
    }

    /// Valid until the `Stable` is dropped.
    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T> Drop for Stable<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer came from a leaked `Box` in `new` and is freed only here; the owner
        // upholds that nobody uses the address after this.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

// SAFETY: a `Stable` owns its value like a `Box`; it is the owner of the raw pointers taken from
// it who upholds that they are used by one thread at a time.
unsafe impl<T: Send> Send for Stable<T> {}
// SAFETY: a shared `Stable` gives out nothing but the address.
unsafe impl<T: Sync> Sync for Stable<T> {}
