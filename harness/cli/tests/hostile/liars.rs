//! Workers that lie: each table of `liars.toml` has one worker, what it does, and how its parent
//! must react. Whatever a worker does, the run ends, no directive passes without evidence, and the
//! exit code shows the failure.

use crate::case::unbroken;
use crate::process::{Result, expect, within};
use crate::{liar, wassay};
use libtest_mimic::Trial;
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Child;
use std::time::Duration;
use wassay_record::Report;

/// The directives that the workers are to run, unless their table has others.
const SCRIPT: &str = "(module)\n(invoke \"a\")\n(invoke \"b\")\n(invoke \"c\")\n";
/// A run that takes longer counts as endless. Each takes a second or two.
const ENDLESS: Duration = Duration::from_secs(120);

#[derive(Deserialize)]
struct Liars {
    liar: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Why the case exists.
    why: String,
    /// The worker's steps, as `liar.rs` reads them.
    does: Vec<String>,
    /// The script that replaces the four directives; `{megabyte}` is a comment of that size.
    script: Option<String>,
    /// What to run, if not the whole script.
    what: Option<String>,
    /// How many seconds a directive may take, if not half a second.
    timeout: Option<u32>,
    /// Ctrl-C is sent when the worker has made this file.
    interrupt_at: Option<String>,
    /// The exit code.
    #[serde(default = "harness")]
    code: i32,
    /// Required text in the output.
    says: String,
    /// The counts of the ledger that are not 0; `None` if the run does not begin.
    ledger: Option<BTreeMap<String, u64>>,
}

fn harness() -> i32 {
    3
}

/// A trial of each worker.
pub fn trials() -> Vec<Trial> {
    let liars: Liars = match toml::from_str(include_str!("liars.toml")) {
        Ok(liars) => liars,
        Err(error) => {
            let told = error.to_string();
            return vec![Trial::test("liars_toml", move || Err(told.into()))];
        }
    };
    let trial =
        |(name, case): (String, Case)| Trial::test(format!("liar_{name}"), move || check(&case));
    liars.liar.into_iter().map(trial).collect()
}

fn check(case: &Case) -> Result {
    let directory = tempfile::tempdir()?;
    let at = |name: &str| directory.path().join(name);
    let megabyte = format!("(; {} ;)", "x".repeat(1 << 20));
    let script = case.script.as_deref().unwrap_or(SCRIPT).replace("{megabyte}", &megabyte);
    std::fs::write(at("a.wast"), script)?;
    std::fs::write(at("steps"), case.does.join("\n"))?;
    let mut command = wassay(directory.path());
    let timeout = case.timeout.map_or("0.5".to_string(), |seconds| seconds.to_string());
    command.args(["run", case.what.as_deref().unwrap_or("a.wast"), "--timeout", &timeout]);
    command.args(["--report=json=report.json", "--jobs=1"]).args(crate::hostile());
    command.env(liar::VARIABLE, at("steps"));
    command.stdout(File::create(at("stdout"))?).stderr(File::create(at("stderr"))?);
    let mut child = command.spawn()?;
    let ended = end(&mut child, case, directory.path());
    if ended.is_err() {
        child.kill()?;
        child.wait()?;
    }
    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap_or_default();
    let said = format!("why: {}\n{}\n{}", case.why, read("stdout"), read("stderr"));
    ended.map_err(|failed| format!("{}\n{said}", failed.message().unwrap_or_default()))?;
    let code = child.wait()?.code();
    expect(code == Some(case.code), format!("exit code {code:?}\n{said}"))?;
    let is_said = unbroken(&said).contains(&unbroken(&case.says));
    expect(is_said, format!("it lacks `{}`\n{said}", case.says))?;
    match &case.ledger {
        Some(ledger) => check_ledger(&at("report.json"), ledger, &said),
        None => Ok(()),
    }
}

/// Waits for the end of the run.
fn end(child: &mut Child, case: &Case, directory: &Path) -> Result {
    if let Some(name) = &case.interrupt_at {
        let is_there = || directory.join(name).exists();
        expect(within(ENDLESS, is_there), "the worker did not come to its Ctrl-C")?;
        kill_process(Pid::from_child(child), Signal::INT)?;
    }
    let has_ended = within(ENDLESS, || matches!(child.try_wait(), Ok(Some(_))));
    expect(has_ended, "the run does not end")
}

fn check_ledger(report: &Path, expected: &BTreeMap<String, u64>, said: &str) -> Result {
    let report = Report::from_json(&std::fs::read(report)?)?;
    let ledger = report.runs[0].ledger;
    let counts = serde_json::to_value(ledger)?;
    for (name, count) in counts.as_object().into_iter().flatten() {
        let wanted = match expected.get(name) {
            Some(count) => *count,
            None if name == "directives" => expected.values().sum(),
            None => 0,
        };
        expect(count.as_u64() == Some(wanted), format!("{name}: {count}, not {wanted}\n{said}"))?;
    }
    expect(ledger.adds_up(), format!("the ledger does not add up\n{said}"))
}
