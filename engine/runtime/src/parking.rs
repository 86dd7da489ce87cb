//! `memory.atomic.wait` and `notify`: threads wait at host addresses in a hashed parking lot that
//! all stores of the process share, since they share memories.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const BUCKETS: usize = 64;

/// The interval at which a waiting thread checks for an interrupt.
const SLICE: Duration = Duration::from_millis(20);

static LOT: [Mutex<Option<Bucket>>; BUCKETS] = [const { Mutex::new(None) }; BUCKETS];

/// Waiters by address, first come first served.
type Bucket = HashMap<usize, VecDeque<Arc<Waiter>>>;

#[derive(Default)]
struct Waiter {
    woken: Mutex<bool>,
    wakes: Condvar,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    Woken,
    NotEqual,
    TimedOut,
    Interrupted,
}

/// Waits at an address until notified. `expected` runs under the lock that `notify` takes, so that
/// no wake-up between the comparison and the wait is lost.
pub(crate) fn wait(
    address: usize,
    timeout: Option<Duration>,
    expected: impl FnOnce() -> bool,
    interrupted: impl Fn() -> bool,
) -> Waited {
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let waiter = Arc::new(Waiter::default());
    {
        let mut bucket = bucket(address);
        if !expected() {
            return Waited::NotEqual;
        }
        let waiters = bucket.get_or_insert_default().entry(address).or_default();
        waiters.push_back(Arc::clone(&waiter));
    }
    let end = loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            break Waited::TimedOut;
        }
        let slice = left.unwrap_or(SLICE).min(SLICE);
        let woken = waiter.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let (woken, _) = waiter
            .wakes
            .wait_timeout_while(woken, slice, |woken| !*woken)
            .unwrap_or_else(PoisonError::into_inner);
        if *woken {
            return Waited::Woken;
        }
        drop(woken);
        if interrupted() {
            break Waited::Interrupted;
        }
    };
    // A waiter that is no longer queued was woken at the last moment, and `notify` counted it.
    if withdraw(address, &waiter) { end } else { Waited::Woken }
}

/// Wakes up to `count` threads that wait at an address; returns how many.
pub(crate) fn notify(address: usize, count: u32) -> u32 {
    let mut bucket = bucket(address);
    let Some(waiters) = bucket.as_mut().and_then(|bucket| bucket.get_mut(&address)) else {
        return 0;
    };
    let woken = waiters.len().min(count as usize);
    for waiter in waiters.drain(..woken) {
        *waiter.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        waiter.wakes.notify_one();
    }
    if waiters.is_empty()
        && let Some(bucket) = bucket.as_mut()
    {
        bucket.remove(&address);
    }
    woken as u32
}

/// Removes a waiter from its queue; false if it was not there.
fn withdraw(address: usize, waiter: &Arc<Waiter>) -> bool {
    let mut bucket = bucket(address);
    let Some(bucket) = bucket.as_mut() else { return false };
    let Some(waiters) = bucket.get_mut(&address) else { return false };
    let before = waiters.len();
    waiters.retain(|other| !Arc::ptr_eq(other, waiter));
    let found = waiters.len() < before;
    if waiters.is_empty() {
        bucket.remove(&address);
    }
    found
}

fn bucket(address: usize) -> MutexGuard<'static, Option<Bucket>> {
    let hash = (address >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58;
    LOT[hash % BUCKETS].lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_wait_ends_for_each_reason() {
        let at = 0x10_0000;
        let short = Some(Duration::from_millis(5));
        assert_eq!(wait(at, None, || false, || false), Waited::NotEqual);
        assert_eq!(wait(at, short, || true, || false), Waited::TimedOut);
        assert_eq!(wait(at, Some(Duration::ZERO), || true, || false), Waited::TimedOut);
        assert_eq!(wait(at, None, || true, || true), Waited::Interrupted);
        assert_eq!(notify(at, u32::MAX), 0);
    }

    #[test]
    fn notify_wakes_as_many_as_it_says() {
        let at = 0x20_0000;
        let waiting = AtomicU32::new(0);
        std::thread::scope(|scope| {
            let waiters: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let count = || {
                            waiting.fetch_add(1, Ordering::SeqCst);
                            true
                        };
                        wait(at, Some(Duration::from_secs(20)), count, || false)
                    })
                })
                .collect();
            while waiting.load(Ordering::SeqCst) < 4 {
                std::thread::yield_now();
            }
            assert_eq!(notify(at, 0), 0);
            assert_eq!(notify(at, 1), 1);
            assert_eq!(notify(at, u32::MAX), 3);
            assert_eq!(notify(at, 1), 0);
            for waiter in waiters {
                assert_eq!(waiter.join().unwrap(), Waited::Woken);
            }
        });
    }
}
