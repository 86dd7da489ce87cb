//! Runs jobs and returns their results, in order, on as many threads as rayon has. Each thread has
//! a workspace, which the next list of jobs reuses. Knows nothing about the jobs.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Below this many jobs, distributing them to threads costs more than it gains.
const PARALLEL_FROM: usize = 50;

/// Workspaces that are not in use.
#[derive(Default)]
pub(crate) struct Pool<W> {
    idle: Mutex<Vec<W>>,
}

impl<W: Default + Send> Pool<W> {
    /// Runs every job with its position in the list; results are in the order of the jobs.
    ///
    /// Threads take one job at a time, the largest first. So large jobs never wait for each other
    /// while a thread is free, and no thread is left with a large job at the end.
    pub fn map<J: Send, R: Send>(
        &self,
        jobs: Vec<J>,
        size: impl Fn(&J) -> u64,
        run: impl Fn(&mut W, usize, J) -> R + Sync,
    ) -> Vec<R> {
        let mut jobs: Vec<(usize, J)> = jobs.into_iter().enumerate().collect();
        if jobs.len() < PARALLEL_FROM {
            let mut workspace = self.take();
            let results = jobs.into_iter().map(|(at, job)| run(&mut workspace, at, job)).collect();
            self.give_back(workspace);
            return results;
        }
        jobs.sort_by_key(|(_, job)| Reverse(size(job)));
        let results = Mutex::new(Vec::with_capacity(jobs.len()));
        let queue = Mutex::new(jobs.into_iter());
        let work = || {
            let mut workspace = self.take();
            let mut own = Vec::new();
            // The lock is released before the job runs.
            while let Some((at, job)) = { lock(&queue).next() } {
                own.push((at, run(&mut workspace, at, job)));
            }
            self.give_back(workspace);
            lock(&results).extend(own);
        };
        rayon::scope(|scope| {
            for _ in 1..rayon::current_num_threads() {
                scope.spawn(|_| work());
            }
            work();
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(at, _)| *at);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn take(&self) -> W {
        lock(&self.idle).pop().unwrap_or_default()
    }

    fn give_back(&self, workspace: W) {
        lock(&self.idle).push(workspace);
    }
}

/// A panicking job never leaves a list half changed, so poison is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::thread;

    const THREADS: usize = 8;

    fn on_threads<R: Send>(test: impl FnOnce() -> R + Send) -> R {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build();
        pool.expect("threads can be started").install(test)
    }

    /// Each of the large jobs runs until all of them have begun, unless a small one finished
    /// before.
    #[test]
    fn the_largest_jobs_go_to_different_threads() {
        let begun = AtomicUsize::new(0);
        let small_done = AtomicUsize::new(0);
        let sizes: Vec<u64> =
            (0..100).map(|at| if at % 13 == 5 { 1000 + at } else { at }).collect();
        assert_eq!(sizes.iter().filter(|size| **size >= 1000).count(), THREADS);
        let run = |_: &mut (), _, size: u64| {
            if size < 1000 {
                small_done.fetch_add(1, SeqCst);
                return None;
            }
            begun.fetch_add(1, SeqCst);
            while begun.load(SeqCst) < THREADS && small_done.load(SeqCst) == 0 {
                thread::yield_now();
            }
            Some(thread::current().id())
        };
        let threads = on_threads(|| Pool::<()>::default().map(sizes, |size| *size, run));
        let threads: Vec<String> = threads.iter().flatten().map(|id| format!("{id:?}")).collect();
        let distinct: BTreeSet<&String> = threads.iter().collect();
        assert_eq!(distinct.len(), THREADS, "the large jobs ran on {threads:?}");
    }

    #[test]
    fn results_are_in_the_order_of_the_jobs() {
        for count in [0, 1, PARALLEL_FROM as u64 - 1, PARALLEL_FROM as u64, 1000] {
            let jobs: Vec<u64> = (0..count).collect();
            let run = |_: &mut (), at, job: u64| (at as u64, job);
            let results =
                on_threads(|| Pool::<()>::default().map(jobs, |job| job * 7919 % 101, run));
            assert!(results.into_iter().eq((0..count).map(|at| (at, at))), "{count} jobs");
        }
    }

    /// A workspace that counts how many were ever created.
    struct Counted;
    static MADE: AtomicUsize = AtomicUsize::new(0);
    impl Default for Counted {
        fn default() -> Counted {
            MADE.fetch_add(1, SeqCst);
            Counted
        }
    }

    #[test]
    fn workspaces_are_used_again() {
        let pool = Pool::<Counted>::default();
        for count in [10, 200, 10, 200, 200] {
            on_threads(|| pool.map(vec![(); count], |()| 1, |_, _, ()| ()));
            let made = MADE.load(SeqCst);
            assert!(made <= THREADS, "{made} workspaces for {THREADS} threads");
            assert_eq!(lock(&pool.idle).len(), made, "all are back");
        }
    }
}
