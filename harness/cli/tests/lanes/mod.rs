//! For tests that need a lane: which there is for the architecture that this machine is not, and
//! how it is started. Where it cannot run, the test is skipped with the reason; with `CI=true` it
//! fails.

use wassay_lanes::{Arch, Lanes, Launch, Workers};

/// The lane of the other architecture, or `None` where it cannot run here.
pub fn other() -> Option<(Arch, &'static str, Launch)> {
    let (arch, name) = match Arch::host() {
        Some(Arch::Aarch64) => (Arch::X86_64, "x86_64-max"),
        _ => (Arch::Aarch64, "aarch64"),
    };
    let lanes = Lanes::builtin().expect("the table of lanes is sound");
    let lane = lanes.get(name).expect("the table has this lane");
    let workers = Workers::of(env!("CARGO_BIN_EXE_wassay").into());
    let workers = workers.of_same_build().expect("wassay starts");
    match lane.launch(&workers) {
        Ok(launch) => Some((arch, name, launch)),
        Err(obstacle) => {
            let why = format!("lane {name}: {obstacle}; to run it: {}", obstacle.remedy());
            assert!(!std::env::var("CI").is_ok_and(|value| value == "true"), "{why}");
            eprintln!("SKIPPED: {why}");
            None
        }
    }
}
