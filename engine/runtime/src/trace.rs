//! The record of the stack while its frames are alive: plain addresses, stored in place, so that a
//! signal handler can write them.

/// The maximum number of frames in a backtrace, which holds the innermost ones.
const DEPTH: usize = 64;

/// Addresses of active wasm functions, innermost first. The first may be the address of an
/// instruction; all others are return addresses.
#[derive(Clone, Copy)]
pub(crate) struct Trace {
    addresses: [usize; DEPTH],
    len: usize,
    /// Whether the first address is that of a faulting instruction.
    pub faulted: bool,
}

impl Trace {
    pub(crate) const fn new() -> Trace {
        Trace { addresses: [0; DEPTH], len: 0, faulted: false }
    }

    /// Clears all addresses; the next one is that of a faulting instruction.
    pub(crate) fn begin_at_fault(&mut self) {
        (self.len, self.faulted) = (0, true);
    }

    /// The addresses.
    pub(crate) fn addresses(&self) -> &[usize] {
        &self.addresses[..self.len]
    }

    /// Adds an address; returns whether there is room for another.
    pub(crate) fn push(&mut self, address: usize) -> bool {
        if self.len < DEPTH {
            self.addresses[self.len] = address;
            self.len += 1;
        }
        self.len < DEPTH
    }
}
