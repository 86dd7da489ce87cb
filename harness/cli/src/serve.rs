//! `wassay serve-engine`: an engine and the standard streams in, the process protocol out. Runs no
//! script.

use crate::engines;
use crate::exit::{self, Failure};
use std::io::{self, BufReader};
use wassay_engine::Lost;
use wassay_runner::worker::STACK;

/// Serves an engine until standard input ends.
///
/// # Errors
/// If there is no such engine, or if the streams cannot be used.
pub fn run_serve(engine: String) -> Result<u8, Failure> {
    let broken = |error: io::Error| Failure::harness(format_args!("serve-engine: {error}"));
    let serve = move || {
        let provider = engines::provider(Some(&engine))?;
        let input = BufReader::with_capacity(64 << 10, io::stdin().lock());
        wassay_process::serve(&*provider, input, io::stdout()).map_err(broken)
    };
    let thread = std::thread::Builder::new().name("serve".to_string()).stack_size(STACK);
    match thread.spawn(serve).map_err(broken)?.join() {
        Ok(served) => served.map(|()| exit::OK),
        // The engine is to be blamed as if it had run in the harness.
        Err(panic) => match Lost::of(&*panic) {
            Some(Lost(why)) => Err(Failure::harness(why)),
            None => std::panic::resume_unwind(panic),
        },
    }
}
