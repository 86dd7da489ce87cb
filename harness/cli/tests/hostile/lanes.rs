//! Lanes across several commands and reports: merged, compared, stopped and skipped.

use crate::process::{Result, expect};
use crate::{hostile, wassay};
use libtest_mimic::Trial;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;
use wassay_record::{ProblemKind, Report};

/// The tests.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("shards_merge_into_the_whole", shards),
        Trial::test("an_empty_shard_has_a_report", empty_shard),
        Trial::test("an_edited_script_is_neither_fixed_nor_regressed", edited),
        Trial::test("merged_lanes_are_compared", merged),
        Trial::test("shards_of_lanes_merge_without_false_differences", shards_of_lanes),
        Trial::test("a_lane_that_stops_early_differs_nevertheless", fail_fast),
        Trial::test("lanes_that_do_not_run_are_in_every_report", left_out),
    ]
}

fn shards() -> Result {
    let directory = tempfile::tempdir()?;
    for name in ["a", "b", "c", "d", "e"] {
        std::fs::write(
            directory.path().join(format!("{name}.wast")),
            "(module)(invoke \"crash\")",
        )?;
    }
    let run = |arguments: &[&str]| -> Result<Option<i32>> {
        let mut command = wassay(directory.path());
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        if arguments[0] == "run" {
            command.args(hostile());
        }
        Ok(command.status()?.code())
    };
    run(&["run", ".", "--report=json=whole.json"])?;
    for shard in ["1", "2", "3"] {
        let (partition, report) = (format!("hash:{shard}/3"), format!("json={shard}.json"));
        let code = run(&["run", ".", "--partition", &partition, "--report", &report])?;
        expect(code == Some(1), format!("shard {shard}: exit code {code:?}"))?;
    }
    // A missing shard, a repeated one, one of another division and one of other scripts are
    // rejected.
    run(&["run", ".", "--partition=hash:2/2", "--report=json=half.json"])?;
    std::fs::write(directory.path().join("a.wast"), "(module)(invoke \"ok\")")?;
    run(&["run", ".", "--partition=hash:3/3", "--report=json=other.json"])?;
    for refused in [
        ["1.json", "2.json"].as_slice(),
        &["1.json", "2.json", "2.json"],
        &["1.json", "2.json", "half.json"],
        &["1.json", "2.json", "other.json"],
        &["1.json", "2.json", "3.json", "whole.json"],
    ] {
        let code = run(&[&["merge", "-o", "x.json"], refused].concat())?;
        expect(code == Some(2), format!("{refused:?}: exit code {code:?}"))?;
        expect(!directory.path().join("x.json").exists(), format!("{refused:?} was written"))?;
    }
    let merged = run(&["merge", "1.json", "2.json", "3.json", "-o", "merged.json"])?;
    // The crashes are regressions of the merged report, too.
    expect(merged == Some(1), "merge")?;
    expect(run(&["compare", "whole.json", "merged.json"])? == Some(0), "whole and merged differ")?;
    expect(run(&["compare", "whole.json", "1.json"])? == Some(1), "a shard is not the whole")?;
    // The scripts outside a shard are unknown; a file that only one of two whole runs has is no
    // regression.
    let regression = |a: &str, b: &str| run(&["compare", "--fail-on", "regression", a, b]);
    expect(regression("whole.json", "1.json")? == Some(1), "a shard is green")?;
    expect(regression("1.json", "whole.json")? == Some(1), "the rest of a shard is unknown")?;
    expect(regression("1.json", "1.json")? == Some(0), "the same shard")?;
    expect(regression("merged.json", "merged.json")? == Some(0), "all shards are no part")?;
    ["a.wast", "d.wast"]
        .iter()
        .try_for_each(|name| std::fs::remove_file(directory.path().join(name)))?;
    run(&["run", ".", "--report=json=few.json"])?;
    expect(regression("whole.json", "few.json")? == Some(0), "a removed file is not worse")?;
    expect(run(&["merge", "1.json", "whole.json", "-o", "x.json"])? == Some(2), "twice the same")?;
    let report = Report::from_json(&std::fs::read(directory.path().join("merged.json"))?)?;
    let ledger = report.runs[0].ledger;
    expect(ledger.adds_up() && ledger.directives == 10, format!("{ledger:?}"))
}

const LANES: &str = "\
[[lane]]
name = 'here'
target = 'host'

[[lane]]
name = 'odd'
target = 'host'
env = { WASSAY_ODD = '1' }

[[lane]]
name = 'emulated'
target = 'host'
prefix = ['no-such-emulator']
";

/// A directory with these scripts and the table of lanes.
fn scripts(files: &[(&str, &str)]) -> Result<TempDir> {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("lanes.toml"), LANES)?;
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text)?;
    }
    Ok(directory)
}

/// Runs `wassay`: the exit code and the standard output.
fn run(directory: &Path, arguments: &[&str], is_ci: bool) -> Result<(Option<i32>, String)> {
    let mut command = wassay(directory);
    command.args(arguments).stderr(Stdio::null());
    if arguments[0] == "run" {
        command.args(["--lanes=lanes.toml", "--no-known", "--color=never"]).args(hostile());
    }
    if is_ci {
        command.env("CI", "true");
    }
    let output = command.output()?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn report(directory: &Path, name: &str) -> Result<Report> {
    Ok(Report::from_json(&std::fs::read(directory.join(name))?)?)
}

fn merged() -> Result {
    let text = "(module)\n(invoke \"ok\")\n(invoke \"odd-lacking\")\n";
    let directory = scripts(&[("a.wast", text), ("b.wast", "(module)")])?;
    let run = |arguments: &[&str]| run(directory.path(), arguments, false);
    // No list states the limit of the engine on the second lane.
    for (lane, wanted) in [("here", 0), ("odd", 1)] {
        let report = format!("json={lane}.json");
        let (code, text) = run(&["run", ".", "--lane", lane, "--report", &report])?;
        expect(code == Some(wanted), text)?;
    }
    let (code, text) = run(&["merge", "here.json", "odd.json", "-o", "both.json"])?;
    expect(code == Some(1), format!("exit code {code:?}\n{text}"))?;
    for part in [
        "differs between lanes: 1 directive\n",
        "a.wast:3:1 invoke\n",
        "here  passed\n",
        "odd   unsupported",
        "hostile on odd",
    ] {
        expect(text.contains(part), format!("no `{part}`\n{text}"))?;
    }
    // A second merge does not report it twice.
    run(&["run", "b.wast", "--lane", "here", "--opt=speed", "--report=json=b.json"])?;
    std::fs::rename(directory.path().join("a.wast"), directory.path().join("c.wast"))?;
    run(&["run", "c.wast", "--lane", "here", "--report=json=c.json"])?;
    run(&["run", "c.wast", "--lane", "odd", "--report=json=d.json"])?;
    let (code, text) = run(&["merge", "both.json", "c.json", "d.json", "-o", "all.json"])?;
    expect(code == Some(1), format!("exit code {code:?}\n{text}"))?;
    let report = report(directory.path(), "all.json")?;
    let told = report.runs.iter().flat_map(|run| &run.problems);
    let (differences, others): (Vec<_>, Vec<_>) =
        told.partition(|told| told.kind == ProblemKind::LaneDifference);
    expect(differences.len() == 2, format!("{differences:?}"))?;
    expect(others.iter().all(|told| told.kind == ProblemKind::LostSupport), format!("{others:?}"))
}

fn shards_of_lanes() -> Result {
    let names = ["a.wast", "b.wast", "c.wast", "d.wast", "e.wast"];
    let directory = scripts(&names.map(|name| (name, "(module)(invoke \"ok\")")))?;
    let run = |arguments: &[&str]| run(directory.path(), arguments, false);
    for (lane, shard) in [("here", 1), ("here", 2), ("odd", 1), ("odd", 2)] {
        let (partition, report) = (format!("hash:{shard}/2"), format!("json={lane}{shard}.json"));
        run(&["run", ".", "--lane", lane, "--partition", &partition, "--report", &report])?;
    }
    let all = ["merge", "here1.json", "odd2.json", "here2.json", "odd1.json", "-o", "all.json"];
    let (code, text) = run(&all)?;
    expect(code == Some(0) && !text.contains("differs"), format!("exit code {code:?}\n{text}"))?;
    // A stepwise merge withdraws what an earlier step reported.
    let some = ["merge", "here1.json", "odd2.json", "-o", "some.json"];
    let (code, text) = run(&some)?;
    expect(code == Some(2), format!("exit code {code:?}\n{text}"))?;
    let (code, text) = run(&[&some[..], &["--partial"]].concat())?;
    let is_told = text.contains("differs between lanes: 5 files as a whole");
    expect(code == Some(1) && is_told, format!("exit code {code:?}\n{text}"))?;
    let (code, text) = run(&["merge", "some.json", "here2.json", "odd1.json", "-o", "all.json"])?;
    expect(code == Some(0) && !text.contains("differs"), format!("exit code {code:?}\n{text}"))
}

fn empty_shard() -> Result {
    let directory = scripts(&[("a.wast", "(module)(invoke \"crash\")")])?;
    let run = |arguments: &[&str]| run(directory.path(), arguments, false);
    let mut codes = Vec::new();
    for shard in 1..=2 {
        let (partition, report) = (format!("hash:{shard}/2"), format!("json={shard}.json"));
        codes.push(
            run(&["run", "a.wast", "--lane=here", "--partition", &partition, "--report", &report])?
                .0,
        );
    }
    codes.sort();
    expect(codes == [Some(0), Some(1)], format!("exit codes {codes:?}"))?;
    let (code, text) = run(&["merge", "1.json", "2.json", "-o", "m.json"])?;
    expect(code == Some(1), format!("exit code {code:?}\n{text}"))?;
    // The failure, and the result of the whole.
    for part in [
        "crashed a.wast:1:9 invoke",
        "m.json: hostile on here: 1 file in ",
        " s, 2 of 2 shards: ",
        "1 unexpected failure",
    ] {
        expect(text.contains(part), format!("no `{part}`\n{text}"))?;
    }
    // Merging a single report returns that report.
    let (code, text) = run(&["merge", "m.json", "-o", "again.json"])?;
    expect(code == Some(1), format!("exit code {code:?}\n{text}"))?;
    let of = |name| report(directory.path(), name);
    expect(of("again.json")?.runs == of("m.json")?.runs, "a report changed")?;
    // No input is replaced.
    let (code, text) = run(&["merge", "2.json", "./1.json", "-o", "1.json"])?;
    expect(code == Some(2), format!("exit code {code:?}\n{text}"))?;
    let partition = of("1.json")?.runs.remove(0).partition;
    expect(partition.is_some_and(|part| part.shards == [1]), "an input was replaced")
}

fn edited() -> Result {
    let directory = scripts(&[("a.wast", "(module)\n(invoke \"crash\")\n(module)\n")])?;
    let run = |arguments: &[&str]| run(directory.path(), arguments, false);
    run(&["run", "a.wast", "--lane=here", "--report=json=1.json"])?;
    let text = "(module)\n(module)\n(module)\n(invoke \"panic\")\n";
    std::fs::write(directory.path().join("a.wast"), text)?;
    run(&["run", "a.wast", "--lane=here", "--report=json=2.json"])?;
    let (code, text) = run(&["compare", "1.json", "2.json", "--fail-on", "regression"])?;
    expect(code == Some(1), format!("a new failure is green\n{text}"))?;
    let mut rest = &*text;
    for part in [
        "new failures: not listed in 1.json (1)\n  a.wast:4:1 in 2.json, invoke",
        "a.wast: its text differs between the reports",
        "failures gone: not listed in 2.json (1)\n  a.wast:2:1 in 1.json, invoke",
    ] {
        let at = rest.find(part).ok_or_else(|| format!("no `{part}`\n{text}"))?;
        rest = &rest[at..];
    }
    expect(!text.contains("fixed") && !text.contains("regressed"), text)
}

fn fail_fast() -> Result {
    let first = "(module)\n(invoke \"ok\")\n(invoke \"odd-crash\")\n(invoke \"ok\")\n";
    let directory = scripts(&[("a.wast", first), ("b.wast", "(module)(invoke \"ok\")")])?;
    let arguments = ["run", ".", "--lane=here,odd", "--fail-fast", "--jobs=1"];
    let (code, text) = run(directory.path(), &arguments, false)?;
    expect(code == Some(1), format!("exit code {code:?}\n{text}"))?;
    for part in ["stopped early: fail-fast", "differs between lanes: 2 directives\n  a.wast:3:1"] {
        expect(text.contains(part), format!("no `{part}`\n{text}"))?;
    }
    Ok(())
}

/// Lanes that cannot run, or whose workers do not start, alone or beside a lane that runs.
fn left_out() -> Result {
    let directory = scripts(&[("a.wast", "(module)")])?;
    let broken = "\n[[lane]]\nname = 'broken'\ntarget = 'host'\nprefix = ['sh', 'broken.sh']\n";
    std::fs::write(directory.path().join("lanes.toml"), format!("{LANES}{broken}"))?;
    std::fs::write(directory.path().join("broken.sh"), "[ \"$2\" = --version ] || exit 5")?;
    let reports = "--report=json=r.json,junit=r.xml,markdown=r.md";
    let (skipped, error) = ("<skipped message=\"`no-such-emulator", "<error message=");
    let table = [
        ("emulated", false, 3, ["emulated"].as_slice(), vec![error]),
        ("here,emulated", false, 0, &["emulated"], vec![skipped]),
        ("here,emulated", true, 3, &["emulated"], vec![error]),
        ("broken", false, 3, &["broken"], vec![error]),
        ("here,emulated,broken", false, 3, &["emulated", "broken"], vec![skipped, error]),
    ];
    for (lanes, is_ci, expected, names, said) in table {
        let lane = format!("--lane={lanes}");
        let (code, text) = run(directory.path(), &["run", "a.wast", &lane, reports], is_ci)?;
        expect(code == Some(expected), format!("{lanes}: exit code {code:?}\n{text}"))?;
        let report = report(directory.path(), "r.json")?;
        let skipped: Vec<&str> = report.skipped_lanes.iter().map(|lane| &*lane.lane).collect();
        expect(skipped == names, format!("{lanes}: {skipped:?}"))?;
        let ran = usize::from(lanes.contains("here"));
        expect(report.runs.len() == ran, format!("{lanes}: {} runs", report.runs.len()))?;
        let junit = std::fs::read_to_string(directory.path().join("r.xml"))?;
        let mut cases = junit.split("classname=\"lanes\"").skip(1);
        let right = said.iter().all(|said| cases.next().is_some_and(|case| case.contains(said)));
        expect(right && cases.next().is_none(), format!("{lanes}:\n{junit}"))?;
        let markdown = std::fs::read_to_string(directory.path().join("r.md"))?;
        expect(markdown.contains("## Skipped lanes"), markdown)?;
        for name in ["r.json", "r.xml", "r.md"] {
            std::fs::remove_file(directory.path().join(name))?;
        }
    }
    // An unknown engine is a usage error, so no report is written.
    run(directory.path(), &["run", "a.wast", "--lane=here", "--engine=none", reports], false)?;
    expect(!directory.path().join("r.json").exists(), "a report of nothing")
}
