//! Tests the harness against engines that die, hang or lie, scripts that are no scripts, full
//! disks, and users who press Ctrl-C.
//!
//! This program is its own worker: with `worker` as its first argument, it serves the engine of
//! `engine.rs`. Each `cases/*.toml` is one test; tests that need more than files and arguments are
//! in `deeds.rs`, `checks.rs`, `signals.rs` and `lanes.rs`. If its environment names a file of lies, the worker
//! is that of `liar.rs`.

mod adapters;
mod case;
mod checks;
mod deeds;
mod engine;
mod files;
mod lanes;
mod liar;
mod liars;
mod packed;
mod process;
mod signals;

use libtest_mimic::Arguments;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next().unwrap_or_default();
    if let (Some(steps), "worker") = (std::env::var_os(liar::VARIABLE), &*first.to_string_lossy()) {
        let mark = arguments.nth(1).map(PathBuf::from).unwrap_or_default();
        let served = liar::serve(Path::new(&steps), &mark);
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // A lane's worker is run once for its version, to check that it starts.
    if first == "worker" || first == "--version" {
        return wassay_runner::worker::main(vec![engine::provider()]);
    }
    let mut trials = deeds::trials();
    trials.extend(adapters::trials());
    trials.extend(checks::trials());
    trials.extend(files::trials());
    trials.extend(signals::trials());
    trials.extend(lanes::trials());
    trials.extend(packed::trials());
    trials.extend(liars::trials());
    trials.extend(case::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A command that runs `wassay` in this directory, without the caller's settings.
pub fn wassay(directory: &Path) -> Command {
    wassay_after(&[], directory)
}

/// The same after a command prefix, which becomes `wassay`.
pub fn wassay_after(prefix: &[&str], directory: &Path) -> Command {
    let words: Vec<&str> = prefix.iter().copied().chain([env!("CARGO_BIN_EXE_wassay")]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command.current_dir(directory).env_remove("WASSAY_TESTSUITE");
    command.env_remove("NO_COLOR").env_remove("CI");
    command
}

/// The arguments that make `wassay run` use this program as its worker.
pub fn hostile() -> Vec<String> {
    let worker = std::env::current_exe().unwrap_or_default().display().to_string();
    ["--worker", &worker, "--engine", "hostile"].map(str::to_string).to_vec()
}
