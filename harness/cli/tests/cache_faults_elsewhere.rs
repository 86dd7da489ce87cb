//! A sample of every check of cache directories, on the architecture that this machine is not, and
//! every damage of an entry. What the engine lacks is the same as on this machine.

#[path = "lanes/lacking.rs"]
mod lacking;
mod lanes;

use lacking::lacks;
use lanes::Other;
use std::process::ExitCode;
use wassay_cache_faults::{Launch, Stop, checks, engines};

/// Emulation is that many times as slow.
const FACTOR: f64 = 20.0;

fn main() -> ExitCode {
    let tests: &[lanes::Test] = &[
        ("flipped_bytes", |other| run(other, "flipped")),
        ("truncated_entries", |other| run(other, "truncated")),
        ("every_damage", |other| run(other, "verified")),
        ("replaced_entries", |other| run(other, "replaced")),
        ("swapped_entries", |other| run(other, "swapped")),
        ("two_builds", |other| run(other, "two_builds")),
        ("settings", |other| run(other, "setting/")),
        ("directories", |other| run(other, "directory")),
        ("races", |other| run(other, "race")),
        ("kills", |other| run(other, "killed")),
    ];
    lanes::run(tests).exit_code()
}

/// Runs the checks whose names begin like this on the reference engine.
fn run(other: &Other, beginning: &str) {
    let words = other.launch.words().chain(["probe".to_string()]).collect();
    let launch = Launch { words, env: other.launch.env.clone(), factor: FACTOR };
    let engines = engines(&launch).expect("the lane's worker starts");
    let engine = engines.iter().find(|engine| engine.name == "cranelift");
    let engine = engine.expect("there is a reference engine");
    let selected = checks().into_iter().filter(|check| check.name.starts_with(beginning));
    let mut passed = 0;
    for check in selected {
        match check.run(&launch, engine) {
            Ok(()) => passed += 1,
            Err(Stop::Unsupported(_)) if lacks(&engine.name, &check.name) => {}
            Err(Stop::Unsupported(what)) => panic!("{} is unsupported: {what}", check.name),
            Err(Stop::Failed(why)) => {
                panic!("{} on {} ({}): {why}", check.name, other.lane, other.arch)
            }
        }
    }
    assert!(passed > 0, "no check begins with {beginning}");
}
