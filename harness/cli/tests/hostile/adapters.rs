//! Adapters in other processes that die, hang or break the protocol: each deed of `peer.sh` is blamed
//! on its directive, with what the adapter said, and nothing that it started survives.

use crate::process::{Result, expect, within};
use crate::wassay;
use libtest_mimic::Trial;
use std::path::Path;
use std::time::Duration;
use wassay_record::{Finding, Problem, ProblemKind, Report, Verdict};

/// The variable with which this test finds what an adapter has started.
pub const MARK: &str = "WASSAY_PEER";

/// What an adapter does in a call, the verdict of the directive, and parts of its message.
const DEEDS: &[(&str, Verdict, &[&str])] = &[
    ("exit", Verdict::Crashed, &["closed its standard output", "exit status: 3", SAID]),
    ("segv", Verdict::Crashed, &["closed its standard output", "signal: 11 (SIGSEGV)", SAID]),
    ("kill", Verdict::Crashed, &["closed its standard output", "signal: 9 (SIGKILL)", SAID]),
    ("close", Verdict::Crashed, &["closed its standard output", "it was killed", SAID]),
    ("garbage", Verdict::Crashed, &["wrote `hello?`, which is no answer", SAID]),
    ("bytes", Verdict::Crashed, &["wrote `\u{fffd}\u{fffd}`, which is no answer", SAID]),
    ("not-utf8", Verdict::Crashed, &["which is no answer: it is not UTF-8", SAID]),
    ("two-ids", Verdict::Crashed, &["which is no answer: duplicate field `id`", SAID]),
    ("holds", Verdict::Crashed, &["ended, and something holds its", "exit status: 5", SAID]),
    ("half", Verdict::Crashed, &["wrote `{\"id\":` and no line end", SAID]),
    ("long", Verdict::Crashed, &["wrote a line of more than 268435456 bytes", SAID]),
    ("no-id", Verdict::Crashed, &["which is no answer: no `id`", SAID]),
    ("no-end", Verdict::Crashed, &["neither `ok` nor another end", SAID]),
    ("two-ends", Verdict::Crashed, &["both `ok` and `trapped`", SAID]),
    ("twice", Verdict::Crashed, &["after its answer to request 9 (`call`)", SAID]),
    ("old", Verdict::Crashed, &["answered request 1 twice", SAID]),
    ("other", Verdict::Crashed, &["answered request 999, which was not made", SAID]),
    ("wrong-ok", Verdict::Crashed, &["answered `call` with a wrong `ok`: invalid type", SAID]),
    ("wrong-value", Verdict::Crashed, &["answered `call` with a wrong `ok`: ", "an `i32`", SAID]),
    ("wrong-end", Verdict::Crashed, &["answered `call` with `rejected`", SAID]),
    ("no-kind", Verdict::Crashed, &["claims `kinds`, but reported a trap without one", SAID]),
    ("hang", Verdict::TimedOut, &["no end after 3 seconds", SAID]),
    ("hang-deeper", Verdict::TimedOut, &["no end after 3 seconds", SAID]),
    ("lacks", Verdict::Unsupported, &["the engine does not support luck"]),
    ("lacks:simd", Verdict::Failed, &["the engine lacks what it claims to have"]),
    ("failed", Verdict::Failed, &["the engine broke"]),
];

/// What an adapter calls unsupported in a call that needs nothing, with `_` for a space: each is a
/// limit of the engine, whose list must state it.
const EXCUSES: &[&str] = &[
    "gc",
    "component-model",
    "turning_off_simd",
    "interruption",
    "isa",
    "stages",
    "a_second_session",
    "harness_limit:_comparing_functions_that_are_not_exported",
];

/// Operations in which an adapter lacks `gc`, whatever the module, and the limit that follows.
const LACKING: &[(&str, &str)] =
    &[("start", "start: gc"), ("compile", "compile: gc"), ("open", "session: gc")];

/// Arguments of the adapter, a script, and the verdict of its last directive with parts of its message.
const LIES: &[(&str, &str, Verdict, &[&str])] = &[
    (
        "imports",
        "(assert_unlinkable (module) \"unknown import\")",
        Verdict::Failed,
        &["the engine broke", "it lists 1 imports, and the module has 0"],
    ),
    (
        "unlinkable",
        "(assert_unlinkable (module) \"incompatible import type\")",
        Verdict::Crashed,
        &["claims `kinds`, but reported a link error without one"],
    ),
    (
        "",
        "(module (func (export \"as-global\")))\n(invoke \"as-global\")",
        Verdict::Failed,
        &["the engine broke", "as a global, and the module exports a func"],
    ),
    (
        "",
        "(module (global (export \"as-global\") i32 (i32.const 0)))\n(invoke \"as-global\")",
        Verdict::Failed,
        &["mistake in the script", "is a global, not a func"],
    ),
    (
        "",
        ";;! base = \"wasm1\"\n(module)\n(invoke \"lacks:simd\")",
        Verdict::Failed,
        &["the engine lacks what it claims to have"],
    ),
];

/// What an adapter does after its last answer, and parts of the fault that the script has then.
const ENDINGS: &[(&str, &[&str])] = &[
    ("ending-exit", &["after it finished the script", "exit status: 1", "cannot end"]),
    ("ending-kill", &["after it finished the script", "signal: 9 (SIGKILL)"]),
    ("ending-garbage", &["after it finished the script", "wrote `bye` after"]),
    ("closing-kill", &["while it closed the session", "signal: 9 (SIGKILL)"]),
];

/// The last words of a lost adapter.
const SAID: &str = "; its last words: calling ";

/// The line of the directive that calls the deed.
const LINE: u32 = 3;

pub fn trials() -> Vec<Trial> {
    let deed = |(name, verdict, message): &'static (&str, Verdict, &[&str])| {
        Trial::test(format!("adapter: {name}"), move || deed(name, *verdict, message))
    };
    let mut trials: Vec<Trial> = DEEDS.iter().map(deed).collect();
    let excuse =
        |name: &'static &str| Trial::test(format!("adapter: lacks {name}"), move || excuse(name));
    trials.extend(EXCUSES.iter().map(excuse));
    let lacks = |(op, limit): &'static (&str, &str)| {
        Trial::test(format!("adapter: lacks gc in {op}"), move || is_limit(op, "(module)", limit))
    };
    trials.extend(LACKING.iter().map(lacks));
    let lie = |(at, (argument, script, verdict, message)): (usize, &'static Lie)| {
        let test = move || lie(argument, script, *verdict, message);
        Trial::test(format!("adapter: lie {at} {argument}"), test)
    };
    trials.extend(LIES.iter().enumerate().map(lie));
    let ending = |(name, message): &'static (&str, &[&str])| {
        Trial::test(format!("adapter: {name}"), move || ending(name, message))
    };
    trials.extend(ENDINGS.iter().map(ending));
    trials.push(Trial::test("adapter: no longer reads", no_longer_reads));
    trials.push(Trial::test("adapter: changes", changes));
    trials.push(Trial::test("adapter: calls itself wasmi", takes_a_name));
    trials.push(Trial::test("adapter: does not count", does_not_count));
    trials.push(Trial::test("adapter: loses too many calls", loses_calls));
    trials
}

/// Performs a deed between good directives.
fn deed(name: &str, verdict: Verdict, message: &[&str]) -> Result {
    let script =
        format!("(module)\n(invoke \"good\")\n(invoke \"{name}\")\n(module)\n(invoke \"good\")\n");
    let limit = if verdict == Verdict::TimedOut { "3" } else { "300" };
    let report = run(&script, limit)?;
    let findings = findings(&report);
    let [finding] = &findings[..] else {
        return Err(format!("not one finding: {findings:?}").into());
    };
    let is_blamed = finding.line == LINE && finding.verdict == verdict;
    expect(is_blamed, format!("not {verdict:?} in line {LINE}: {finding:?}"))?;
    let problems: Vec<_> = report.runs.iter().flat_map(|run| &run.problems).collect();
    let is_fault = |problem: &&&Problem| problem.kind == ProblemKind::Fault;
    expect(!problems.iter().any(|it| is_fault(&it)), format!("a fault: {problems:?}"))?;
    for part in message {
        let text = format!("{} {:?}", finding.message, finding.actual);
        expect(text.contains(part), format!("`{part}` is not in `{text}`"))?;
    }
    Ok(())
}

type Lie = (&'static str, &'static str, Verdict, &'static [&'static str]);

/// Calls a function that the adapter does not support, for a reason that the script does not have.
fn excuse(name: &str) -> Result {
    let script = format!(";;! base = \"wasm1\"\n(module)\n(invoke \"lacks:{name}\")\n");
    is_limit("", &script, &format!("call: {}", name.replace('_', " ")))
}

/// Checks that the last directive is unsupported because of this limit, and that the run fails.
fn is_limit(argument: &str, script: &str, limit: &str) -> Result {
    let report = run_with(argument, script, "300")?;
    let findings = findings(&report);
    let last = findings.last().ok_or("no finding")?;
    let is_named =
        last.verdict == Verdict::Unsupported && last.capability.as_deref() == Some(limit);
    expect(is_named && last.feature.is_none(), format!("{last:?}"))?;
    let problems: Vec<_> = report.runs.iter().flat_map(|run| &run.problems).collect();
    let is_told = problems.iter().any(|problem| {
        problem.kind == ProblemKind::LostSupport && problem.message.contains(&format!("`{limit}`"))
    });
    expect(is_told, format!("the run does not fail: {problems:?}"))
}

/// Runs a script whose last directive has this verdict.
fn lie(argument: &str, script: &str, verdict: Verdict, message: &[&str]) -> Result {
    let report = run_with(argument, script, "300")?;
    let findings = findings(&report);
    let last = findings.last().ok_or("no finding")?;
    let text = format!("{} {:?}", last.message, last.actual);
    expect(last.verdict == verdict, format!("not {verdict:?}: {last:?}"))?;
    for part in message {
        expect(text.replace('\\', "").contains(part), format!("`{part}` is not in `{text}`"))?;
    }
    Ok(())
}

/// Every directive passes, and the adapter does not end well.
fn ending(name: &str, message: &[&str]) -> Result {
    let report = run(&format!("(module)\n(invoke \"{name}\")\n"), "300")?;
    let run = report.runs.first().ok_or("no run")?;
    expect(run.ledger.passed == 2, format!("{:?}", run.ledger))?;
    let faults: Vec<_> = run.problems.iter().filter(|it| it.kind == ProblemKind::Fault).collect();
    let [fault] = &faults[..] else { return Err(format!("not one fault: {faults:?}").into()) };
    for part in message {
        expect(fault.message.contains(part), format!("`{part}` is not in `{fault:?}`"))?;
    }
    expect(fault.path == "a.wast", format!("{fault:?}"))
}

/// The list of known failures was compared with the first process.
fn changes() -> Result {
    let report = run_with("changes", "(module)\n(invoke \"exit\")\n(invoke \"good\")\n", "300")?;
    let problems: Vec<_> = report.runs.iter().flat_map(|run| &run.problems).collect();
    let is_told = problems.iter().any(|problem| {
        problem.kind == ProblemKind::Fault
            && problem.message.contains("is not what the first one was: the features of `peer`")
    });
    expect(is_told, format!("{problems:?}"))
}

/// The name of a built-in engine does not bring its list, which states features that this one lacks.
fn takes_a_name() -> Result {
    let report = run_with("wasmi", "(module)\n(invoke \"good\")\n", "300")?;
    let run = report.runs.first().ok_or("no run")?;
    expect(run.engine.name == "wasmi" && run.ledger.passed == 2, format!("{run:?}"))?;
    expect(run.problems.is_empty(), format!("{:?}", run.problems))
}

/// An engine that says it counts what it compiles, and cannot.
fn does_not_count() -> Result {
    let report = run_with("cache_stats", "(module)\n(invoke \"good\")\n", "300")?;
    let run = report.runs.first().ok_or("no run")?;
    expect(run.ledger.blocked == 2, format!("{:?}", run.ledger))?;
    let [fault] = &run.problems[..] else { return Err(format!("{:?}", run.problems).into()) };
    let says = "the engine does not count what it compiles: internal fault: no luck";
    let is_told = fault.kind == ProblemKind::Fault && fault.message.contains(says);
    expect(is_told, format!("{fault:?}"))
}

/// Each of two sessions loses as many calls as the protocol can say.
fn loses_calls() -> Result {
    let script = "(module (func (import \"spectest\" \"print\")))\n\
                  (assert_return (invoke \"good\") (i32.const 1))\n";
    let more = ["--ways", "sessions"];
    let report = run_and("take_host_calls", script, "300", &more)?;
    let findings = findings(&report);
    let [finding] = &findings[..] else { return Err(format!("{findings:?}").into()) };
    let says = format!("{} calls of host functions were not recorded", u64::MAX);
    let is_failure = finding.verdict == Verdict::Failed && finding.message.contains(&says);
    expect(is_failure, format!("{finding:?}"))
}

/// The adapter answers and then reads nothing more: the next directive is blamed.
fn no_longer_reads() -> Result {
    let report = run("(module)\n(invoke \"deaf\")\n(invoke \"good\")\n", "300")?;
    let findings = findings(&report);
    let is_blamed = findings.iter().any(|it| it.line == 3 && it.verdict == Verdict::Crashed);
    expect(is_blamed, format!("{findings:?}"))
}

/// The findings of all files.
fn findings(report: &Report) -> Vec<&Finding> {
    let files = report.runs.iter().flat_map(|run| &run.files);
    files.flat_map(|file| &file.findings).map(|note| &note.finding).collect()
}

fn run(script: &str, limit: &str) -> Result<Report> {
    run_with("", script, limit)
}

fn run_with(argument: &str, script: &str, limit: &str) -> Result<Report> {
    run_and(argument, script, limit, &[])
}

/// Runs a script on the adapter with this argument and time limit, and checks that nothing survives.
fn run_and(argument: &str, script: &str, limit: &str, more: &[&str]) -> Result<Report> {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), script)?;
    let mut command = wassay(directory.path());
    command.args(["run", "a.wast", "--engine", &peer(argument), "--timeout", limit, "--quiet"]);
    command.args(["--report", "json=report.json"]).args(more).env(MARK, directory.path());
    let output = command.output()?;
    nothing_survives(directory.path())?;
    let report = std::fs::read(directory.path().join("report.json"));
    let report = report.map_err(|error| format!("{error}: {output:?}"))?;
    Ok(Report::from_json(&report)?)
}

/// The adapter with this argument, as `--engine` takes it.
pub fn peer(argument: &str) -> String {
    let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/peer.sh");
    format!("exec:sh '{}' {argument}", peer.display())
}

/// Checks that everything ends that was started with this mark.
pub fn nothing_survives(mark: &Path) -> Result {
    let mark = format!("{MARK}={}\0", mark.display());
    let survives = || {
        std::fs::read_dir("/proc").into_iter().flatten().flatten().any(|process| {
            let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&mark)
        })
    };
    expect(within(Duration::from_secs(10), || !survives()), "a process survives")
}
