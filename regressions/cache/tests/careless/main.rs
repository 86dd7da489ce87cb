//! The checks find faults: an engine with a careless cache, one mistake at a time, fails those that
//! should see it, and passes all without one. This program is the children, too, and the program that
//! an engine's own developers write.

#![forbid(unsafe_code)]

mod engine;
mod mistake;
mod store;

use engine::Careless;
use libtest_mimic::{Arguments, Failed, Trial};
use mistake::Mistake;
use std::process::{Command, ExitCode};
use wassay_cache_faults::{Launch, Stop, checks, engines};
use wassay_engine::Provider;

/// Makes this program one that checks an engine with the mistake of this name.
const MISTAKE: &str = "WASSAY_TEST_MISTAKE";

/// Each mistake, a check that must fail, and words of its message.
const CASES: &[(Mistake, &str, &str)] = &[
    (Mistake::Forgets, "swapped", "is no entry of a module just stored"),
    (Mistake::CountsNothing, "flipped/plain", "expected `Refused`"),
    (Mistake::DoesNotHeal, "truncated/plain", "not healed"),
    (Mistake::Panics, "flipped/plain", "the process died"),
    (Mistake::RejectsDamaged, "flipped/plain", "the engine rejects a valid module"),
    (Mistake::LacksDamaged, "flipped/plain", "it no longer supports damaged entries"),
    (Mistake::SharesEntries, "swapped", "modules share entries"),
    (Mistake::IgnoresContents, "swapped", "a wrong result"),
    (Mistake::IgnoresSettings, "setting/optimization", "off again"),
    (Mistake::WritesInPlace, "killed", "entries that are refused"),
    (Mistake::WritesInPlace, "race/cold", "entries are refused"),
    (Mistake::SharesTemporaries, "race/cold", "entries are refused"),
    (Mistake::NeedsToStore, "race/removed_meanwhile", "the entry cannot be stored"),
    (Mistake::LeavesTemporaries, "killed", "is not in both"),
    (Mistake::LeavesTemporaries, "directory/no_room", "is left"),
    (Mistake::UsesAnyDirectory, "directory/of_others", "the engine uses the directory"),
    (Mistake::FailsWithoutRoom, "directory/read_only_and_empty", "the process died"),
    (Mistake::KeepsModules, "loaded_and_dropped/plain", "it grew in 10000 rounds"),
    (Mistake::LeaksFiles, "loaded_and_dropped/plain", "it grew in 10000 rounds"),
    (Mistake::LargeUnverified, "flipped/large", "the entry was used"),
    (Mistake::BelievesTimes, "replaced_by/a_change_behind_its_times", "the entry was used"),
    (Mistake::IgnoresLimit, "directory/limited", "and the limit is"),
    (Mistake::RemovesTheLast, "directory/limited", "the entry that was stored last was removed"),
    (Mistake::ForgetsUses, "directory/limited_and_used", "was removed, and was used last"),
    (Mistake::KeyOfTheBeginning, "swapped", "modules share entries"),
    (Mistake::CountsSettings, "setting/all_on_one_directory", "share an entry"),
    (Mistake::FollowsLinks, "replaced_by/a_link_outside", "wrote through a link"),
    (Mistake::RemovesAll, "directory/files_of_the_user", "was removed or changed"),
    (Mistake::IgnoresInner, "directory/inner_of_others", "others may write to"),
    (Mistake::BelievesTheMask, "directory/user_mask", "others may write to"),
    (Mistake::TemporariesElsewhere, "killed", "is left outside of the directory"),
];

/// A mistake, the words of a command line, the exit code, and parts of what is printed.
type Run = (Mistake, &'static [&'static str], i32, &'static [&'static str]);

const RUNS: &[Run] = &[
    (Mistake::None, &["--help"], 0, &["usage: PROGRAM", "exit codes"]),
    (Mistake::None, &["--list", "race", "killed"], 0, &["race/cold\nrace/warm\nrace/removed"]),
    (Mistake::None, &["--lsit"], 2, &["there is no option `--lsit`: see `--help`"]),
    (Mistake::None, &["swaped"], 4, &["no check begins with `swaped`: `--list` prints their"]),
    (Mistake::None, &["swapped", "swaped"], 4, &["no check begins with `swaped`"]),
    (
        Mistake::None,
        &["swapped", "flipped/exceptions"],
        0,
        &[
            "cranelift flipped/exceptions: unsupported: it lacks the features of `exceptions`\n",
            "cranelift swapped: passed\n",
            "cranelift: 2 checks: 1 passed, 0 failed, 1 unsupported\n",
        ],
    ),
    (
        Mistake::IgnoresContents,
        &["swapped"],
        1,
        &["swapped: FAILED: a wrong result", "1 checks: 0 passed, 1 failed, 0 unsupported"],
    ),
    (
        Mistake::None,
        &["flipped/exceptions"],
        4,
        &["nothing was tested: cranelift lacks the features of `exceptions`\n"],
    ),
    (Mistake::NoDirectory, &["race"], 4, &["nothing was tested: cranelift lacks disk-cache\n"]),
    (Mistake::Silent, &["swapped"], 4, &["cranelift lacks cache statistics and provenance\n"]),
    (Mistake::ReadsNothing, &["flipped/plain", "race"], 4, &["nothing was tested"]),
    (Mistake::CountsNothingAtAll, &["killed"], 0, &["cranelift killed: passed"]),
];

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(MISTAKE) {
        // Some children must panic. A backtrace of each would hide real failures.
        std::panic::set_hook(Box::new(|_| {}));
        let engine: Box<dyn Provider> = Box::new(Careless::new(&name));
        return wassay_cache_faults::main(vec![engine]);
    }
    let case = |&(mistake, check, words): &(Mistake, &'static str, &'static str)| {
        let name = format!("{mistake:?}/{check}");
        Trial::test(name, move || found(mistake, check, words))
    };
    let run = |run: &'static Run| {
        let name = format!("program/{:?}/{}", run.0, run.1.join(","));
        Trial::test(name, move || ends(run))
    };
    let sound = |check: wassay_cache_faults::Check| {
        Trial::test(format!("sound/{}", check.name), move || passes(&check))
    };
    let trials = CASES.iter().map(case).chain(RUNS.iter().map(run));
    let trials = trials.chain(checks().into_iter().map(sound)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// How to start children with a mistake. With another factor than 1, they are given samples.
fn launch(mistake: Mistake, factor: f64) -> Result<Launch, Failed> {
    let program = std::env::current_exe()?.to_string_lossy().into_owned();
    let env = vec![(MISTAKE.to_string(), format!("{mistake:?}"))];
    Ok(Launch { words: vec![program, "probe".to_string()], env, factor })
}

fn found(mistake: Mistake, name: &str, words: &str) -> Result<(), Failed> {
    let launch = launch(mistake, 1.0)?;
    let engines = engines(&launch).map_err(|why| why.to_string())?;
    let check = checks().into_iter().find(|check| check.name == name);
    match check.ok_or("no such check")?.run(&launch, &engines[0]) {
        Err(Stop::Failed(why)) if why.contains(words) => Ok(()),
        other => Err(format!("expected a failure with `{words}`: {other:?}").into()),
    }
}

/// The engine without a mistake passes, so that a mistake is what fails the others.
fn passes(check: &wassay_cache_faults::Check) -> Result<(), Failed> {
    let launch = launch(Mistake::None, 1.5)?;
    let engines = engines(&launch).map_err(|why| why.to_string())?;
    match check.run(&launch, &engines[0]) {
        Ok(()) => Ok(()),
        Err(Stop::Unsupported(what)) if what.starts_with("the features of") => Ok(()),
        Err(Stop::Unsupported(what)) if what == "looking after a cache directory" => Ok(()),
        Err(why) => Err(why.to_string().into()),
    }
}

/// The program ends with the code, and prints these words.
fn ends((mistake, words, code, printed): &Run) -> Result<(), Failed> {
    let mut program = Command::new(std::env::current_exe()?);
    let done = program.args(*words).env(MISTAKE, format!("{mistake:?}")).output()?;
    let text = [done.stdout, done.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    match printed.iter().find(|part| !text.contains(**part)) {
        Some(part) => Err(format!("`{part}` is missing in:\n{text}").into()),
        None if done.status.code() == Some(*code) => Ok(()),
        None => Err(format!("{}, not {code}:\n{text}", done.status).into()),
    }
}
