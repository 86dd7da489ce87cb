//! Ctrl-C, a lost terminal and termination requests: the first one stops the run in order, the
//! second one at once.

use crate::exit;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::sync::Arc;
use wassay_runner::pool::Stop;
use wassay_runner::scratch;

/// Why a run that was interrupted ended.
pub const REASON: &str = "interrupted";

/// Stops this run when the process is asked to.
///
/// # Errors
/// If the signals cannot be caught.
pub fn watch(stop: Arc<Stop>) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    if !ignores_lost_terminals() {
        signals.add_signal(SIGHUP)?;
    }
    std::thread::Builder::new().name("signals".to_string()).spawn(move || {
        for (count, _) in signals.forever().enumerate() {
            if count > 0 {
                scratch::remove_all();
                std::process::exit(exit::INTERRUPTED.into());
            }
            stop.stop(REASON);
            // There may be no terminal any more.
            let _ = writeln!(std::io::stderr(), "stopping; once more to stop at once");
        }
    })?;
    Ok(())
}

/// Makes a file that grows too large an error to report, not the end of this process.
///
/// # Errors
/// If the signal cannot be caught.
pub fn survive_large_files() -> std::io::Result<()> {
    signal_hook::flag::register(SIGXFSZ, Arc::default()).map(drop)
}

/// Whether whoever started this process wants it to outlive its terminal, as `nohup` does.
fn ignores_lost_terminals() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (SIGHUP - 1)) != 0)
}
