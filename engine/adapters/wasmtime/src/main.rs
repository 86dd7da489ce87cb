//! `wassay-wasmtime NAME`: the name of an engine and the standard streams in, the process protocol
//! out.

#![forbid(unsafe_code)]

use std::io::{self, BufReader};
use std::process::ExitCode;

/// The stack of the thread that runs wasm, in bytes.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    let names: Vec<_> = std::env::args().skip(1).collect();
    let mut providers = wassay_wasmtime::providers();
    let found = match names.as_slice() {
        [wanted] => providers.iter().position(|(name, _)| name == wanted),
        _ => None,
    };
    let Some(found) = found else {
        let all: Vec<_> = providers.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: wassay-wasmtime NAME; the names are: {}", all.join(", "));
        return ExitCode::from(2);
    };
    let (_, provider) = providers.swap_remove(found);
    let serve = move || {
        let input = BufReader::with_capacity(64 << 10, io::stdin().lock());
        wassay_process::serve(&*provider, input, io::stdout())
    };
    let thread = std::thread::Builder::new().name("serve".to_string()).stack_size(STACK);
    match thread.spawn(serve).map(|thread| thread.join()) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("wassay-wasmtime: {error}");
            ExitCode::FAILURE
        }
        // The panic has printed its message.
        Ok(Err(_)) => ExitCode::from(101),
    }
}
