//! Takes scripts; gives events. Manages worker processes and gives them scripts, largest first.
//! Sees no engine, emulator or reporter.

mod child;
mod claims;
mod death;
mod described;
mod file;
mod launch;
mod memory;
mod packed;
mod pipe;
mod stop;
mod tally;

pub use launch::Launch;
pub use packed::Packed;
pub use stop::Stop;

use crate::script::{Script, Text};
use child::Worker;
use file::FileRun;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wassay_engine::Features;
use wassay_record::{Config, Engine, FileEvent};

/// One script to run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The engine's name.
    pub engine: String,
    /// Its configuration, and how strictly messages are judged.
    pub config: Config,
    /// The features that the script needs.
    pub needs: Features,
    /// The script.
    pub script: Text,
    /// The first and last line to judge; directives outside are skipped.
    pub lines: Option<Vec<(u32, u32)>>,
    /// Hashes of directives whose notes are requested even if they pass: the known failures.
    pub watch: HashSet<String>,
    /// If set, workers receive the script with its directives parsed and its modules encoded: for
    /// lanes where parsing text is slow.
    pub packed: Option<Packed>,
    /// Whether the backtraces of expected traps are reported: for runs that are compared.
    pub backtraces: bool,
    /// Whether to only compile the script's modules, to fill the engine's cache: every directive is
    /// then reported as skipped.
    pub compile_only: bool,
}

/// Worker processes of one lane. They live as long as the run and serve any thread.
#[derive(Debug)]
pub struct Pool {
    launch: Launch,
    timeout: Duration,
    idle: Mutex<Vec<Worker>>,
    /// The failures of idle workers, with the position of the job that each served last.
    faults: Mutex<Vec<(usize, String)>>,
    engines: Vec<Engine>,
    requests: AtomicU64,
}

impl Pool {
    /// Starts the first worker. `timeout` is for one directive, before the lane's factor applies.
    ///
    /// # Errors
    /// If no worker can be started, or the run is stopped before one is ready: names the command
    /// and the last lines of its standard error.
    pub fn start(launch: Launch, timeout: Duration, stop: &Stop) -> Result<Pool, String> {
        let worker = Worker::start(&launch, launch.limit(timeout), stop)?;
        let (engines, requests) = (worker.engines.clone(), AtomicU64::new(1));
        let (idle, faults) = (Mutex::new(vec![worker]), Mutex::default());
        Ok(Pool { launch, timeout, idle, faults, engines, requests })
    }

    /// The engines that the workers can start, as they describe themselves on this lane.
    pub fn engines(&self) -> &[Engine] {
        &self.engines
    }

    /// Runs one script in an idle worker or a new one.
    ///
    /// `sink` receives one `Started`, verdicts, and one `Finished`; there is exactly one verdict
    /// per directive.
    pub fn file(&self, job: &Job, stop: &Stop, sink: &mut dyn FnMut(FileEvent)) {
        self.job((0, job), stop, sink);
    }

    fn job(&self, job: (usize, &Job), stop: &Stop, sink: &mut dyn FnMut(FileEvent)) {
        let script = Script::parse(job.1.script.clone());
        FileRun::new(self, job, &script, stop, sink).run();
    }

    /// Runs scripts in `workers` workers at once, largest first, and ends the workers, unless the run
    /// is stopped. `sink` receives the job's index with each event, from any thread. If a worker
    /// fails after its last script, a fault of that script follows its `Finished`.
    ///
    /// # Errors
    /// If the threads that watch the workers cannot be started.
    pub fn run(
        &self,
        jobs: &[Job],
        workers: usize,
        stop: &Stop,
        sink: &(dyn Fn(usize, FileEvent) + Sync),
    ) -> Result<(), String> {
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        order.sort_by_key(|&at| Reverse(jobs[at].script.len()));
        let next = AtomicUsize::new(0);
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(workers.min(jobs.len()).max(1))
            .thread_name(|at| format!("watch-{at}"))
            // These threads parse scripts, too.
            .stack_size(crate::worker::STACK)
            .build()
            .map_err(|error| format!("cannot start the threads that watch workers: {error}"))?;
        threads.broadcast(|_| {
            while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.job((at, &jobs[at]), stop, &mut |event| sink(at, event));
            }
        });
        if stop.reason().is_none() {
            let idle = std::mem::take(&mut *locked(&self.idle));
            idle.into_iter().for_each(|worker| self.retire(worker));
        }
        for (at, message) in std::mem::take(&mut *locked(&self.faults)) {
            sink(at, FileEvent::Fault { message });
        }
        Ok(())
    }

    pub(crate) fn time_limit(&self) -> Duration {
        self.launch.limit(self.timeout)
    }

    /// A request number that this pool has not used.
    fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    fn worker(&self, stop: &Stop) -> Result<Worker, String> {
        loop {
            let idle = locked(&self.idle).pop();
            let Some(mut worker) = idle else {
                let worker = Worker::start(&self.launch, self.time_limit(), stop)?;
                return match described::change(&self.engines, &worker.engines) {
                    None => Ok(worker),
                    Some(how) => Err(format!(
                        "the worker `{}` is not what the first one was: {how}",
                        self.launch.named()
                    )),
                };
            };
            if !worker.has_ended() {
                return Ok(worker);
            }
            self.retire(worker);
        }
    }

    /// Takes back a worker that has served the job at this position.
    fn give_back(&self, mut worker: Worker, at: usize) {
        worker.served = Some(at);
        locked(&self.idle).push(worker);
    }

    /// Ends an idle worker. If it fails, that is a fault of the job that it served last.
    fn retire(&self, worker: Worker) {
        let served = worker.served;
        if let (Some(how), Some(at)) = (worker.retire(), served) {
            let message = format!("the worker was lost after it finished the script: {how}");
            locked(&self.faults).push((at, message));
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
