//! Finds the lane of the architecture that this machine is not, and how to start its workers. If
//! the lane cannot run, the tests that need it count as ignored and print the reason; with
//! `CI=true` they fail.

use libtest_mimic::{Arguments, Conclusion, Trial};
use std::path::Path;
use std::sync::Arc;
use wassay_lanes::{Arch, Lanes, Launch, Workers, in_ci};

/// The lane of the other architecture.
pub struct Other {
    /// The architecture.
    pub arch: Arch,
    /// The lane's name.
    pub lane: &'static str,
    /// How its workers are started.
    pub launch: Launch,
}

/// A test that needs the lane, and its name.
pub type Test = (&'static str, fn(&Other));

/// Runs the tests that the program's arguments select.
pub fn run(tests: &[Test]) -> Conclusion {
    let arguments = Arguments::from_args();
    let found = Arc::new(other());
    let ignored = found.is_err() && !in_ci();
    if let (Err(why), true, false) = (&*found, ignored, arguments.list) {
        eprintln!("SKIPPED: {why}");
    }
    let trial = |&(name, test): &Test| {
        let found = found.clone();
        let run = move || match &*found {
            Ok(other) => {
                test(other);
                Ok(())
            }
            Err(why) => Err(why.into()),
        };
        Trial::test(name, run).with_ignored_flag(ignored)
    };
    libtest_mimic::run(&arguments, tests.iter().map(trial).collect())
}

/// The lane, or the reason why it cannot run here.
fn other() -> Result<Other, String> {
    let (arch, lane) = match Arch::host() {
        Some(Arch::Aarch64) => (Arch::X86_64, "x86_64-max"),
        _ => (Arch::Aarch64, "aarch64"),
    };
    let lanes = Lanes::builtin().map_err(|error| error.to_string())?;
    let row = lanes.get(lane).map_err(|error| error.to_string())?;
    // The root does not depend on the build directory.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().map_err(|error| error.to_string())?;
    let workers = Workers::of(env!("CARGO_BIN_EXE_wassay").into()).in_tree(root);
    let workers = workers.of_same_build().map_err(|error| error.to_string())?;
    match row.launch(&workers) {
        Ok(launch) => Ok(Other { arch, lane, launch }),
        Err(obstacle) => Err(format!("lane {lane}: {}", obstacle.advice())),
    }
}
