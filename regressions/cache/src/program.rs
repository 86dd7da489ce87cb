//! The program that checks its own engines: takes the words of its command line; prints a line for
//! each check, and the numbers last; gives an exit code. Knows no check by its name.

use crate::child::Launch;
use crate::message::Description;
use crate::probe::serve;
use crate::report::Stop;
use crate::{Check, checks, engines};
use std::process::ExitCode;
use wassay_engine::Provider;

/// The word that makes the program a child.
const CHILD: &str = "probe";

/// Every check that was selected passed, or is unsupported while others passed.
const OK: u8 = 0;
/// A check failed.
const FAILED: u8 = 1;
/// The command line cannot be used.
const USAGE: u8 = 2;
/// The program cannot be started as a child, or does not answer.
const BROKEN: u8 = 3;
/// No check was selected, or an engine was not tested.
const NOTHING_TESTED: u8 = 4;

const HELP: &str = "\
Checks what the cache directories of this program's engines survive: damage, replaced entries,
races and kills. All checks take some minutes.

usage: PROGRAM [--list] [BEGINNING]...

BEGINNING selects the checks whose names begin with it, such as `flipped` or `race/cold`.

  --list      prints the names of the checks, and runs none
  -h, --help  prints this

exit codes: 0 all passed, 1 a check failed, 2 the command line cannot be used, 3 the program cannot
start itself, 4 no check was selected, or every selected check is unsupported by an engine.
An engine needs the capability `disk-cache`, `Engine::cache_entry`, and `Engine::cache_stats` or
`Engine::provenance`.
";

/// The whole `main` of a program that checks its own engines. It starts itself as the children.
///
/// Arguments select checks by the beginning of their names; `--list` prints the names and `--help`
/// the exit codes.
pub fn main(providers: Vec<Box<dyn Provider>>) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words == [CHILD] {
        let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
        return match serve(&providers, input, output) {
            Ok(()) => ExitCode::from(OK),
            Err(_) => ExitCode::from(BROKEN),
        };
    }
    let (code, message) = match run(&words) {
        Ok(()) => return ExitCode::from(OK),
        Err(ended) => ended,
    };
    eprintln!("{message}");
    ExitCode::from(code)
}

/// Why the program ends with another code than [`OK`].
type Ended = (u8, String);

fn run(words: &[String]) -> Result<(), Ended> {
    if words.iter().any(|word| word == "--help" || word == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    let (options, beginnings): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.starts_with('-'));
    if let Some(unknown) = options.iter().find(|option| **option != "--list") {
        return Err((USAGE, format!("there is no option `{unknown}`: see `--help`")));
    }
    let selected = select(&beginnings)?;
    if !options.is_empty() {
        selected.iter().for_each(|check| println!("{}", check.name));
        return Ok(());
    }
    let broken = |why: Stop| (BROKEN, format!("the program cannot start itself: {why}"));
    let program = std::env::current_exe().map_err(|error| broken(error.into()))?;
    let words = vec![program.to_string_lossy().into_owned(), CHILD.to_string()];
    let launch = Launch { words, env: Vec::new(), factor: 1.0 };
    let engines = engines(&launch).map_err(broken)?;
    if engines.is_empty() {
        return Err((NOTHING_TESTED, "nothing was tested: the program has no engine".to_string()));
    }
    let all: Vec<Tally> = engines.iter().map(|engine| check(&launch, engine, &selected)).collect();
    match all.iter().map(Tally::code).find(|code| *code == FAILED) {
        Some(code) => Err((code, "a check failed".to_string())),
        None => match engines.iter().zip(&all).find(|(_, tally)| tally.code() != OK) {
            Some((engine, tally)) => {
                let lacks = tally.lacks.join(", ");
                let why = format!("nothing was tested: {} lacks {lacks}", engine.name);
                Err((NOTHING_TESTED, why))
            }
            None => Ok(()),
        },
    }
}

/// The checks whose names begin with one of these words; without words, all.
fn select(beginnings: &[&String]) -> Result<Vec<Check>, Ended> {
    let all = checks();
    let none = |word: &&&String| !all.iter().any(|check| check.name.starts_with(word.as_str()));
    if let Some(unknown) = beginnings.iter().find(none) {
        let why = format!("no check begins with `{unknown}`: `--list` prints their names");
        return Err((NOTHING_TESTED, why));
    }
    let is_selected = |check: &Check| {
        let begins = |word: &&String| check.name.starts_with(word.as_str());
        beginnings.is_empty() || beginnings.iter().any(begins)
    };
    Ok(all.into_iter().filter(is_selected).collect())
}

/// How the checks of one engine ended.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    unsupported: usize,
    /// What the engine lacks, each thing once.
    lacks: Vec<String>,
}

impl Tally {
    fn code(&self) -> u8 {
        match self {
            Tally { failed: 1.., .. } => FAILED,
            Tally { passed: 0, .. } => NOTHING_TESTED,
            _ => OK,
        }
    }
}

/// Runs the checks on an engine, and prints how each ends.
fn check(launch: &Launch, engine: &Description, selected: &[Check]) -> Tally {
    let mut tally = Tally::default();
    for check in selected {
        let verdict = match check.run(launch, engine) {
            Ok(()) => {
                tally.passed += 1;
                "passed".to_string()
            }
            Err(Stop::Unsupported(what)) => {
                tally.unsupported += 1;
                if !tally.lacks.contains(&what) {
                    tally.lacks.push(what.clone());
                }
                format!("unsupported: it lacks {what}")
            }
            Err(Stop::Failed(why)) => {
                tally.failed += 1;
                format!("FAILED: {why}")
            }
        };
        println!("{} {}: {verdict}", engine.name, check.name);
    }
    let Tally { passed, failed, unsupported, .. } = tally;
    println!(
        "{}: {} checks: {passed} passed, {failed} failed, {unsupported} unsupported",
        engine.name,
        selected.len()
    );
    tally
}
