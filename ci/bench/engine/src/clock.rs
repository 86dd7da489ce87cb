//! Takes closures; returns their CPU time, which other processes do not affect, and their wall time
//! if threads share the work. Knows no engine.

use crate::subject::Run;
use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

/// The least CPU time of a measured run, in seconds.
const SAMPLE: f64 = 0.01;

/// Runs `body` and returns its result and the CPU seconds that it used on this thread.
pub fn thread_time<T>(body: impl FnOnce() -> T) -> (T, f64) {
    let start = seconds(ClockId::ThreadCPUTime);
    let result = body();
    (result, seconds(ClockId::ThreadCPUTime) - start)
}

/// Runs `body` and returns its result, the elapsed seconds, and the CPU seconds that all threads of
/// this process used.
pub fn process_time<T>(body: impl FnOnce() -> T) -> (T, [f64; 2]) {
    let clocks = [ClockId::Monotonic, ClockId::ProcessCPUTime];
    let start = clocks.map(seconds);
    let result = body();
    let end = clocks.map(seconds);
    (result, std::array::from_fn(|at| end[at] - start[at]))
}

fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The number of iterations that take [`SAMPLE`] seconds.
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
