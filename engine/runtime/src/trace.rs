//! What is noted of the stack while its frames are alive: plain addresses, in place, so that a
//! signal handler can write them.

/// How many frames a backtrace holds at most: the innermost ones.
const DEPTH: usize = 64;

/// Addresses of active wasm functions, innermost first. The first may be that of an instruction,
/// all others are return addresses.
#[derive(Clone, Copy)]
pub(crate) struct Trace {
    addresses: [usize; DEPTH],
    len: usize,
    /// Whether the first address is an instruction that faulted.
    pub faulted: bool,
}

impl Trace {
    pub(crate) const fn new() -> Trace {
        Trace { addresses: [0; DEPTH], len: 0, faulted: false }
    }

    /// Forgets all addresses; the next one is that of an instruction that faulted.
    pub(crate) fn begin_at_fault(&mut self) {
        (self.len, self.faulted) = (0, true);
    }

    /// The addresses.
    pub(crate) fn addresses(&self) -> &[usize] {
        &self.addresses[..self.len]
    }

    /// Adds an address; whether there is room for another.
    pub(crate) fn push(&mut self, address: usize) -> bool {
        if self.len < DEPTH {
            self.addresses[self.len] = address;
            self.len += 1;
        }
        self.len < DEPTH
    }
}
