//! Host functions are data, not closures, so that they can be sent to an engine in another process.

use crate::handle::{Func, Tag};
use crate::value::Value;

/// What a host function does when it is called, after the call has been recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum HostAction {
    /// Returns these values.
    Return(Vec<Value>),
    /// Traps, with [`TrapKind::Host`](crate::TrapKind::Host) and this message.
    Trap(String),
    /// Throws an exception.
    Throw(Tag, Vec<Value>),
    /// Calls this function of the same session with the same arguments, and ends as that call ends.
    /// Its type is that of the host function; an engine may also accept a subtype.
    Call(Func),
}

/// The calls that host functions received.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostCalls {
    /// The recorded calls, oldest first.
    pub calls: Vec<HostCall>,
    /// The number of calls after the record was full.
    pub lost: u64,
}

/// Records calls of host functions, up to a bound: wasm may make millions of calls in a second.
#[derive(Clone, Debug, Default)]
pub struct HostLog {
    seen: HostCalls,
    /// How many calls were admitted; some may not be pushed yet.
    calls: usize,
    bytes: usize,
}

impl HostLog {
    /// The most calls that are recorded.
    pub const MAX_CALLS: usize = 1 << 16;
    /// The most bytes that recorded calls take, arguments included.
    pub const MAX_BYTES: usize = 16 << 20;

    /// Whether to record a call with this many arguments. If so, the caller must pass it to
    /// [`HostLog::push`] before the record is taken; if not, it is counted as lost.
    pub fn admits(&mut self, arguments: usize) -> bool {
        let bytes = size_of::<HostCall>() + arguments * size_of::<Value>();
        // After one lost call, all later ones are lost: a record has no gaps.
        let is_full = self.seen.lost > 0
            || self.calls >= HostLog::MAX_CALLS
            || self.bytes + bytes > HostLog::MAX_BYTES;
        if is_full {
            self.seen.lost += 1;
        } else {
            self.calls += 1;
            self.bytes += bytes;
        }
        !is_full
    }

    /// Records a call that was admitted.
    pub fn push(&mut self, call: HostCall) {
        self.seen.calls.push(call);
    }

    /// Takes the record and leaves an empty one.
    pub fn take(&mut self) -> HostCalls {
        std::mem::take(self).seen
    }
}

/// A call that a host function received.
#[derive(Clone, Debug, PartialEq)]
pub struct HostCall {
    /// The host function.
    pub func: Func,
    /// The arguments.
    pub args: Vec<Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handle::Owner;

    /// How many of a million calls with this many arguments are recorded.
    fn recorded(arguments: usize) -> usize {
        const CALLS: usize = 1_000_000;
        let func = Func::new(Owner::fresh(), 0);
        let mut log = HostLog::default();
        for _ in 0..CALLS {
            if log.admits(arguments) {
                log.push(HostCall { func, args: vec![Value::I32(0); arguments] });
            }
        }
        let HostCalls { calls, lost } = log.take();
        assert_eq!(calls.len() as u64 + lost, CALLS as u64);
        assert_eq!(log.take(), HostCalls::default());
        assert!(log.admits(arguments), "a record that was taken is empty");
        calls.len()
    }

    #[test]
    fn a_record_is_bounded_in_calls_and_in_bytes() {
        assert_eq!(recorded(1), HostLog::MAX_CALLS);
        let size = size_of::<HostCall>() + 1000 * size_of::<Value>();
        assert_eq!(recorded(1000), HostLog::MAX_BYTES / size);
    }

    #[test]
    fn calls_that_are_pushed_later_count() {
        let mut log = HostLog::default();
        let admitted = (0..=HostLog::MAX_CALLS).filter(|_| log.admits(0)).count();
        assert_eq!(admitted, HostLog::MAX_CALLS);
        assert_eq!(log.take().lost, 1);
    }

    #[test]
    fn after_a_lost_call_nothing_more_is_recorded() {
        let mut log = HostLog::default();
        let most = HostLog::MAX_BYTES / size_of::<Value>();
        assert!(!log.admits(most), "larger than all of it");
        assert!(!log.admits(0), "small, but after one that is lost");
        assert_eq!(log.take().lost, 2);
    }
}
