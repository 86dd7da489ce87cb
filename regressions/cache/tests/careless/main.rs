//! The checks find faults: an engine with a careless cache, one mistake at a time, fails those that
//! should see it. This program is the children, too.

#![forbid(unsafe_code)]

mod engine;

use engine::{Careless, Mistake};
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use wassay_cache_faults::{Launch, Stop, checks, engines, serve};

/// Makes this program a child with an engine that makes the mistake of this name.
const MISTAKE: &str = "WASSAY_TEST_MISTAKE";

/// Each mistake, a check that must fail, and words of its message.
const CASES: &[(Mistake, &str, &str)] = &[
    (Mistake::Forgets, "swapped", "is no entry of a module just stored"),
    (Mistake::CountsNothing, "flipped/plain", "expected `Refused`"),
    (Mistake::DoesNotHeal, "truncated/plain", "not healed"),
    (Mistake::Panics, "flipped/plain", "the process died"),
    (Mistake::SharesEntries, "swapped", "modules share entries"),
    (Mistake::IgnoresContents, "swapped", "a wrong result"),
    (Mistake::IgnoresSettings, "setting/optimization", "off again"),
    (Mistake::WritesInPlace, "killed", "entries that are refused"),
    (Mistake::WritesInPlace, "race/cold", "entries are refused"),
    (Mistake::LeavesTemporaries, "killed", "is not in both"),
    (Mistake::LeavesTemporaries, "directory/no_room", "is left"),
    (Mistake::UsesAnyDirectory, "directory/of_others", "the engine uses the directory"),
    (Mistake::FailsWithoutRoom, "directory/read_only_and_empty", "the process died"),
    (Mistake::KeepsModules, "loaded_and_dropped/plain", "after 10000 rounds"),
];

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(MISTAKE) {
        // Some children must panic. A backtrace of each would hide real failures.
        std::panic::set_hook(Box::new(|_| {}));
        let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
        let served = serve(&[Box::new(Careless::new(&name))], input, output);
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let trial = |&(mistake, check, words): &(Mistake, &'static str, &'static str)| {
        let name = format!("{mistake:?}/{check}");
        Trial::test(name, move || found(mistake, check, words))
    };
    let trials = CASES.iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn found(mistake: Mistake, name: &str, words: &str) -> Result<(), libtest_mimic::Failed> {
    let program = std::env::current_exe()?.to_string_lossy().into_owned();
    let env = vec![(MISTAKE.to_string(), format!("{mistake:?}"))];
    let launch = Launch { words: vec![program], env, factor: 1.0 };
    let engines = engines(&launch).map_err(|why| why.to_string())?;
    let check = checks().into_iter().find(|check| check.name == name);
    match check.ok_or("no such check")?.run(&launch, &engines[0]) {
        Err(Stop::Failed(why)) if why.contains(words) => Ok(()),
        other => Err(format!("expected a failure with `{words}`: {other:?}").into()),
    }
}
