//! Uses the table of lanes with the roles exchanged: a parent of the other architecture, itself
//! emulated here, runs its own lane and that of this machine.

mod lanes;
#[path = "lanes/offered.rs"]
mod offered;

use lanes::Other;
use offered::offered;
use std::path::Path;
use std::process::{Command, ExitCode};
use wassay_lanes::{Arch, Lanes};

fn main() -> ExitCode {
    lanes::run(&[("a_parent_of_the_other_architecture_runs_lanes", exchanged)]).exit_code()
}

fn exchanged(other: &Other) {
    let host = match other.arch {
        Arch::Aarch64 => (Arch::X86_64, "x86_64-max"),
        Arch::X86_64 => (Arch::Aarch64, "aarch64"),
    };
    let native = Path::new(env!("CARGO_BIN_EXE_wassay"));
    let workers = offered(&[(other.arch, &other.launch.worker), (host.0, native)]);
    let row = Lanes::builtin().expect("the table is sound").get(host.1).cloned();
    assert_eq!(row.expect("the table has this lane").arch(), Some(host.0));

    let words: Vec<String> = other.launch.words().collect();
    let mut parent = Command::new(&words[0]);
    parent.args(&words[1..]).args(["run", "wasm-v1/i32.wast", "--quiet", "--color", "never"]);
    parent.args(["--lane", &format!("{},{}", other.lane, host.1)]);
    parent.env("WASSAY_WORKERS", workers.path()).env_remove("WASSAY_TESTSUITE");
    let output = parent.output().expect("the emulator starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}\n{errors}");
    for lane in [other.lane, host.1] {
        let line = format!("cranelift on {lane}: 1 file in ");
        let told = |said: &str| said.starts_with(&line) && said.ends_with(": as expected");
        assert!(text.lines().any(told), "{text}");
    }
}
