//! What the sessions of an engine have to do: takes orders as they are accepted, begun and finished;
//! decides which of them an interrupt stops. Sees no request.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most bytes of requests that wait in a session, beside the first.
pub(super) const MOST: usize = 64 << 20;
/// How often an interrupt is repeated until what it stops has ended.
const AGAIN: Duration = Duration::from_millis(1);

/// The orders of an engine's sessions that have threads.
#[derive(Default)]
pub(super) struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    last: u64,
    queues: HashMap<Queue, Orders>,
    /// The orders up to which an interrupt stops each session. Others must wait until it is over.
    stopped: Option<HashMap<Queue, u64>>,
}

/// The orders of a session, each with its number in the session, from 1.
#[derive(Default)]
struct Orders {
    accepted: u64,
    finished: u64,
    bytes: usize,
}

/// A session's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Queue(u64);

impl Desk {
    /// A queue for a new session.
    pub fn open(&self) -> Queue {
        let mut state = self.state();
        state.last += 1;
        let queue = Queue(state.last);
        state.queues.insert(queue, Orders::default());
        queue
    }

    /// Forgets the queue of a session that has ended.
    pub fn close(&self, queue: Queue) {
        self.state().queues.remove(&queue);
        self.changed.notify_all();
    }

    /// Accepts an order of this size, unless too much waits. One without a size always finds room.
    pub fn accept(&self, queue: Queue, size: usize) -> bool {
        let mut state = self.state();
        let Some(orders) = state.queues.get_mut(&queue) else { return false };
        if orders.bytes > 0 && size > 0 && orders.bytes.saturating_add(size) > MOST {
            return false;
        }
        orders.accepted += 1;
        orders.bytes += size;
        true
    }

    /// Waits until the next order of a session may begin.
    pub fn begin(&self, queue: Queue) {
        let must_wait = |state: &mut State| {
            let next = state.queues.get(&queue).map_or(0, |orders| orders.finished + 1);
            let stopped = state.stopped.as_ref();
            stopped.is_some_and(|stopped| stopped.get(&queue).is_none_or(|last| next > *last))
        };
        let waited = self.changed.wait_while(self.state(), must_wait);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// An order of this size was performed.
    pub fn finish(&self, queue: Queue, size: usize) {
        if let Some(orders) = self.state().queues.get_mut(&queue) {
            orders.finished += 1;
            orders.bytes -= size;
        }
        self.changed.notify_all();
    }

    /// Interrupts the first order of each session, even if its thread has not begun it yet, and no
    /// order behind it.
    pub fn interrupt(&self, interrupt: impl Fn()) {
        let mut state = self.state();
        let busy = state.queues.iter().filter(|(_, orders)| orders.accepted > orders.finished);
        let firsts: HashMap<_, _> = busy.map(|(queue, it)| (*queue, it.finished + 1)).collect();
        state.stopped = Some(firsts.clone());
        drop(state);
        loop {
            interrupt();
            let mut state = self.state();
            let ends = |state: &State, (queue, last): (&Queue, &u64)| {
                state.queues.get(queue).is_none_or(|orders| orders.finished >= *last)
            };
            if firsts.iter().all(|first| ends(&state, first)) {
                state.stopped = None;
                break;
            }
            drop(self.changed.wait_timeout(state, AGAIN));
        }
        self.changed.notify_all();
    }

    /// Whether everything is finished, or is once this much time has passed without an end.
    pub fn is_idle_within(&self, patience: Duration) -> bool {
        let mut state = self.state();
        loop {
            let left = |state: &State| -> u64 {
                state.queues.values().map(|orders| orders.accepted - orders.finished).sum()
            };
            let before = left(&state);
            if before == 0 {
                return true;
            }
            let same = |state: &mut State| left(state) == before;
            let waited = self.changed.wait_timeout_while(state, patience, same);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() {
                return false;
            }
            state = now;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    /// The thread of a session performs two orders, each until it is interrupted or may end.
    #[test]
    fn an_interrupt_stops_what_was_accepted_first_and_nothing_behind_it() {
        let (desk, interrupts, may_end) =
            (Desk::default(), AtomicU32::new(0), AtomicBool::new(false));
        let queue = desk.open();
        assert!(desk.accept(queue, 1) && desk.accept(queue, 1));
        let ends = std::thread::scope(|scope| {
            let session = scope.spawn(|| {
                [(); 2].map(|()| {
                    desk.begin(queue);
                    let before = interrupts.load(Ordering::SeqCst);
                    let is_stopped = || interrupts.load(Ordering::SeqCst) > before;
                    while !is_stopped() && !may_end.load(Ordering::SeqCst) {
                        std::thread::yield_now();
                    }
                    let was_stopped = is_stopped();
                    desk.finish(queue, 1);
                    was_stopped
                })
            });
            desk.interrupt(|| {
                interrupts.fetch_add(1, Ordering::SeqCst);
            });
            may_end.store(true, Ordering::SeqCst);
            session.join().unwrap()
        });
        assert_eq!(ends, [true, false]);
        assert!(desk.is_idle_within(Duration::ZERO));
    }

    #[test]
    fn a_queue_is_bounded() {
        let desk = Desk::default();
        let queue = desk.open();
        assert!(desk.accept(queue, 2 * MOST), "the first order may have any size");
        assert!(!desk.accept(queue, 1));
        assert!(desk.accept(queue, 0), "the last order of a session has no size");
        assert!(!desk.is_idle_within(Duration::ZERO));
        desk.finish(queue, 2 * MOST);
        desk.finish(queue, 0);
        assert!(desk.is_idle_within(Duration::ZERO));
        assert!(desk.accept(queue, MOST - 1) && desk.accept(queue, 1) && !desk.accept(queue, 1));
        desk.close(queue);
        assert!(!desk.accept(queue, 1));
        assert!(desk.is_idle_within(Duration::ZERO));
    }
}
