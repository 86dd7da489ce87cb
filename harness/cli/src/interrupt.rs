//! Ctrl-C, a lost terminal and termination requests. The first request stops the run in order, the
//! second one ends the process at once. If nothing can stop in order, the first request ends the
//! process, too. Sees no script and no report.

use crate::exit;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wassay_runner::pool::Stop;
use wassay_runner::scratch;

/// The reason recorded for an interrupted run.
pub const REASON: &str = "interrupted";

/// `timeout` and some shells send one signal to the process and again to its group.
const SAME_REQUEST: Duration = Duration::from_millis(500);

/// The number of threads that may block where nothing checks for a stop.
static BLOCKABLE: AtomicUsize = AtomicUsize::new(0);

/// Does work that may block without checking for a stop: reading input, or writing to a pipe. Until
/// it ends, the first request ends the process at once.
pub fn at_once<T>(work: impl FnOnce() -> T) -> T {
    BLOCKABLE.fetch_add(1, Ordering::SeqCst);
    let result = work();
    BLOCKABLE.fetch_sub(1, Ordering::SeqCst);
    result
}

/// Stops this run when the process is asked to.
///
/// # Errors
/// If the signals cannot be caught.
pub fn watch(stop: Arc<Stop>) -> std::io::Result<()> {
    let mut signals = requests()?;
    std::thread::Builder::new().name("signals".to_string()).spawn(move || {
        let mut first: Option<Instant> = None;
        for _ in signals.forever() {
            let ends = match first {
                None => BLOCKABLE.load(Ordering::SeqCst) > 0,
                Some(first) => first.elapsed() >= SAME_REQUEST,
            };
            if ends {
                scratch::remove_all();
                std::process::exit(exit::INTERRUPTED.into());
            }
            if first.is_none() {
                first = Some(Instant::now());
                stop.stop(REASON);
                // The terminal may be gone.
                let _ = writeln!(std::io::stderr(), "stopping; interrupt again to stop at once");
            }
        }
    })?;
    Ok(())
}

/// Ends the process when it is asked to, after this.
///
/// # Errors
/// If the signals cannot be caught.
pub fn end_after(clean: fn()) -> std::io::Result<()> {
    let mut signals = requests()?;
    let wait = move || {
        if signals.forever().next().is_some() {
            clean();
            std::process::exit(exit::INTERRUPTED.into());
        }
    };
    std::thread::Builder::new().name("signals".to_string()).spawn(wait).map(drop)
}

/// The signals that ask the process to end.
fn requests() -> std::io::Result<Signals> {
    let signals = Signals::new([SIGINT, SIGTERM])?;
    if !ignores_lost_terminals() {
        signals.add_signal(SIGHUP)?;
    }
    Ok(signals)
}

/// Makes writing a file that is too large an error to report, instead of the end of this process.
///
/// # Errors
/// If the signal cannot be caught.
pub fn survive_large_files() -> std::io::Result<()> {
    signal_hook::flag::register(SIGXFSZ, Arc::default()).map(drop)
}

/// Whether this process was started to outlive its terminal, as with `nohup`.
fn ignores_lost_terminals() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (SIGHUP - 1)) != 0)
}
