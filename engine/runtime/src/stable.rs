//! Memory that generated code accesses by address.

use std::ptr::NonNull;

/// A value that never moves and is accessed only through raw pointers, so that generated code and
/// Rust may both use it.
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
        // upholds that nothing uses the address after this.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

// SAFETY: a `Stable` owns its value like a `Box`; the owner of the raw pointers taken from it
// upholds that one thread at a time uses them.
unsafe impl<T: Send> Send for Stable<T> {}
// SAFETY: a shared `Stable` returns nothing but the address.
unsafe impl<T: Sync> Sync for Stable<T> {}
