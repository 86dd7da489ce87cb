//! Ctrl-C and termination requests: the first one stops the run in order, the second one at once.

use crate::exit;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::Arc;
use wassay_runner::pool::Stop;

/// Why a run that was interrupted ended.
pub const REASON: &str = "interrupted";

/// Stops this run when the process is asked to.
///
/// # Errors
/// If the signals cannot be caught.
pub fn watch(stop: Arc<Stop>) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".to_string()).spawn(move || {
        for (count, _) in signals.forever().enumerate() {
            if count > 0 {
                std::process::exit(exit::INTERRUPTED.into());
            }
            stop.stop(REASON);
            eprintln!("stopping; once more to stop at once");
        }
    })?;
    Ok(())
}
