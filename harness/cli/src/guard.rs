//! `wassay guard`: becomes another program, which ends when its parent does. A foreign worker does
//! not watch its parent; without this, a hanging worker would outlive a killed run. Sees no script.

use crate::exit::Failure;
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Becomes the program. Returns only if that fails.
pub fn become_program(parent: i32, program: &[OsString]) -> Failure {
    let failure = |why: &dyn std::fmt::Display| {
        let name = program.first().map(|name| name.display().to_string()).unwrap_or_default();
        Failure::harness(format_args!("cannot start `{name}`: {why}"))
    };
    if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
        return failure(&error);
    }
    // The parent may have ended before the kernel watched it.
    if getppid().map(Pid::as_raw_pid) != Some(parent) {
        return failure(&"its parent is gone");
    }
    match program.split_first() {
        Some((name, arguments)) => failure(&Command::new(name).args(arguments).exec()),
        None => failure(&"no program is named"),
    }
}
