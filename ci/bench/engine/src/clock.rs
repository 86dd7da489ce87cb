//! Times closures. CPU time of the thread where one thread works, because other processes do not
//! count in it; wall time where threads share the work.

use crate::subject::Run;
use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

/// The CPU time that a measured run should take at least, in seconds.
const SAMPLE: f64 = 0.01;

/// Runs `body` and gives its result and the CPU seconds that it took on this thread.
pub fn thread_time<T>(body: impl FnOnce() -> T) -> (T, f64) {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = now();
    let result = body();
    (result, now() - start)
}

/// Runs `body` and gives its result and the seconds that passed.
pub fn wall_time<T>(body: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = body();
    (result, start.elapsed().as_secs_f64())
}

/// How many iterations a run needs to take [`SAMPLE`] seconds.
pub fn calibrate(instance: &mut dyn Run) -> Result<u32> {
    let mut count = 1000;
    loop {
        let (result, time) = thread_time(|| instance.run(count));
        result?;
        if time >= SAMPLE || count > u32::MAX / 4 {
            return Ok(count);
        }
        count *= 2;
    }
}
