//! Tests that need more than files and arguments: permissions, limits, large texts.

use crate::process::{HANG, Result, expect, finish, hanging_worker, start};
use crate::{hostile, wassay};
use libtest_mimic::Trial;
use rustix::process::{Signal, kill_process};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use wassay_engine::Features;
use wassay_record::{Config, FileEvent, Note, Report, Verdict};
use wassay_runner::pool::{Job, Launch, Pool, Stop};

/// The tests.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a_worker_that_is_killed_from_outside", killed_from_outside),
        Trial::test("a_directory_without_permission", no_permission),
        Trial::test("a_file_whose_name_is_no_text", no_text),
        Trial::test("a_script_of_50_megabytes", huge),
        Trial::test("a_memory_limit_is_blamed_on_its_directive", memory_limit),
        Trial::test("a_full_disk", full_disk),
        Trial::test("a_full_disk_for_a_table_is_reported", full_disk_for_a_table),
        Trial::test("an_engine_has_its_own_peak_of_memory", own_peak),
        Trial::test("the_only_engine_of_a_worker_is_run_and_listed", only_engine),
        Trial::test("a_knob_that_the_engine_lacks_is_unsupported", lacking_knob),
        Trial::test("a_blessed_list_waits_for_reasons", blessed),
        Trial::test("many_stale_entries", many_stale),
        Trial::test("name_path_and_lines_give_the_same_verdicts", same_verdicts),
    ]
}

/// Runs with this program as the worker, without naming an engine.
fn of_this_worker(directory: &Path, words: &[&str]) -> std::io::Result<std::process::Output> {
    let worker = std::env::current_exe()?;
    wassay(directory).args(words).arg("--worker").arg(worker).output()
}

fn only_engine() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), "(module)\n")?;
    let ran = of_this_worker(directory.path(), &["run", "a.wast"])?;
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    expect(ran.status.success() && text.contains("hostile 0"), format!("{ran:?}"))?;
    let listed = of_this_worker(directory.path(), &["engines"])?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    expect(listed.status.success() && text.starts_with("hostile 0\n"), format!("{listed:?}"))?;
    expect(text.contains("capabilities  none"), text)
}

/// The compiler needs far more memory for this function than the interpreter.
fn own_peak() -> Result {
    let directory = tempfile::tempdir()?;
    let body = "(i32.xor (local.get 0)) (i32.mul (i32.const 3)) ".repeat(20_000);
    let script = format!("(module (func (param i32) (result i32) (local.get 0) {body}))");
    std::fs::write(directory.path().join("a.wast"), script)?;
    let words = ["run", "a.wast", "--jobs", "1", "--engine", "cranelift,wasmi"];
    let ran = wassay(directory.path()).args(words).arg("--report=json=r.json").output()?;
    expect(ran.status.success(), format!("{ran:?}"))?;
    let report = Report::from_json(&std::fs::read(directory.path().join("r.json"))?)?;
    let peaks: Vec<Option<u64>> = report.runs.iter().map(|run| run.peak_rss).collect();
    expect(matches!(peaks[..], [Some(first), Some(second)] if second < first), format!("{peaks:?}"))
}

fn lacking_knob() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), "(module)\n(invoke \"f\")\n")?;
    let words = ["run", "a.wast", "--isa-without", "has_avx"];
    let ran = of_this_worker(directory.path(), &words)?;
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    expect(ran.status.success() && text.contains("2 unsupported"), format!("{ran:?}"))
}

fn killed_from_outside() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), HANG)?;
    let child = start(directory.path(), &["run", "a.wast"])?;
    let worker = hanging_worker(&child)?;
    kill_process(worker, Signal::KILL)?;
    let (code, run) = finish(child, directory.path())?;
    expect(code == Some(1), format!("exit code {code:?}"))?;
    let note = &run.files[0].findings[0];
    expect(note.finding.verdict == Verdict::Crashed, format!("{note:?}"))?;
    expect(note.finding.line == 3, format!("{note:?}"))?;
    expect(note.finding.message.contains("SIGKILL, from outside"), format!("{note:?}"))?;
    expect(run.ledger.passed == 2 && run.ledger.blocked == 1, format!("{:?}", run.ledger))
}

fn no_permission() -> Result {
    const NOBODY: u32 = 65534;
    let directory = tempfile::tempdir()?;
    std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755))?;
    let locked = directory.path().join("locked");
    std::fs::create_dir(&locked)?;
    std::fs::write(locked.join("a.wast"), "(module)")?;
    std::fs::write(directory.path().join("unreadable.wast"), "(module)")?;
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o000))?;
    let unreadable = directory.path().join("unreadable.wast");
    std::fs::set_permissions(unreadable, PermissionsExt::from_mode(0o000))?;
    // The superuser can read everything, so drop to another user, who may have no access to the
    // program where it is.
    let program = directory.path().join("wassay");
    std::fs::copy(env!("CARGO_BIN_EXE_wassay"), &program)?;
    let is_root = rustix::process::getuid().is_root();
    for (what, named) in [("locked", "locked"), ("unreadable.wast", "unreadable.wast")] {
        let mut command = std::process::Command::new(&program);
        command.args(["run", what]).current_dir(directory.path()).env_remove("WASSAY_TESTSUITE");
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        // A parallel test may be starting a process that still has the copy open.
        let output = loop {
            match command.output() {
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                output => break output?,
            }
        };
        let text = String::from_utf8_lossy(&output.stderr);
        expect(output.status.code() == Some(2), format!("{}: {text}", output.status))?;
        expect(text.contains(named) && text.contains("Permission denied"), text.to_string())?;
    }
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o755))?;
    Ok(())
}

fn no_text() -> Result {
    let directory = tempfile::tempdir()?;
    let name = OsStr::from_bytes(b"\xff.wast");
    std::fs::write(directory.path().join(name), "(module)\n")?;
    let ran = wassay(directory.path()).args(["run", "--engine", "wasmi"]).arg(name).output()?;
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    expect(ran.status.success() && text.contains("1 directive: 1 passed"), format!("{ran:?}"))
}

fn huge() -> Result {
    let directory = tempfile::tempdir()?;
    let mut text = String::from("(module)\n");
    let mut directives = 1;
    let filler = "x".repeat(1000);
    while text.len() < 50_000_000 {
        text.push_str("(invoke \"ok\") (; ");
        text.push_str(&filler);
        text.push_str(" ;)\n");
        directives += 1;
    }
    text.push_str("(invoke \"crash\")\n");
    std::fs::write(directory.path().join("huge.wast"), text)?;
    let child = start(directory.path(), &["run", "huge.wast"])?;
    let (code, run) = finish(child, directory.path())?;
    expect(code == Some(1), format!("exit code {code:?}"))?;
    expect(run.ledger.passed == directives, format!("{:?}", run.ledger))?;
    expect(run.ledger.crashed == 1 && run.ledger.adds_up(), format!("{:?}", run.ledger))
}

fn memory_limit() -> Result {
    let mut launch = Launch::native(std::env::current_exe()?);
    launch.memory_limit = Some(256 << 20);
    let pool = Pool::start(launch, Duration::from_secs(60), &Stop::new())?;
    let job = Job {
        engine: "hostile".to_string(),
        config: Config::default(),
        needs: Features::WASM1,
        script: b"(module)\n(invoke \"ok\")\n(invoke \"oom\")\n(invoke \"ok\")\n".into(),
        lines: None,
        watch: HashSet::new(),
        backtraces: false,
        packed: None,
        compile_only: false,
    };
    let notes: Mutex<Vec<Note>> = Mutex::new(Vec::new());
    pool.run(&[job], 1, &Stop::new(), &|_, event| {
        if let FileEvent::Verdicts(batch) = event
            && let Ok(mut notes) = notes.lock()
        {
            notes.extend(batch.notes);
        }
    })?;
    let notes = notes.into_inner()?;
    expect(notes.len() == 2, format!("{notes:?}"))?;
    let finding = &notes[0].finding;
    expect(finding.line == 3 && finding.verdict == Verdict::Crashed, format!("{finding:?}"))?;
    expect(finding.message.contains("memory allocation"), format!("{finding:?}"))
}

fn full_disk() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), "(module)")?;
    let mut command = wassay(directory.path());
    command.args(["run", "a.wast", "--report", "json=/dev/full"]).args(hostile());
    let output = command.output()?;
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    expect(output.status.code() == Some(3), format!("{}: {stderr}", output.status))?;
    expect(stdout.contains("1 directive: 1 passed"), stdout.to_string())?;
    let messages: Vec<&str> = stderr.lines().collect();
    expect(messages.len() == 1, stderr.to_string())?;
    expect(messages[0].contains("cannot write the report /dev/full: No space left"), messages[0])
}

fn full_disk_for_a_table() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), "(module)")?;
    let mut command = wassay(directory.path());
    command.args(["run", "a.wast", "--report", "json=a.json"]).args(hostile());
    expect(command.output()?.status.success(), "the run")?;
    let full = std::fs::File::options().write(true).open("/dev/full")?;
    let output = wassay(directory.path()).args(["table", "a.json"]).stdout(full).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    expect(output.status.code() == Some(3), format!("{}: {stderr}", output.status))?;
    expect(stderr.contains("cannot write the table: No space left"), stderr.to_string())
}

fn blessed() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), "(module)(invoke \"crash\")")?;
    let list = directory.path().join("known.toml");
    let run = |more: &[&str]| -> Result<(Option<i32>, String)> {
        let mut command = wassay(directory.path());
        command.args(["run", "a.wast", "--known", "known.toml"]).args(more).args(hostile());
        let output = command.output()?;
        let all = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8_lossy(&all).into_owned()))
    };
    let (code, text) = run(&["--bless"])?;
    expect(code == Some(0), format!("{code:?}: a list that was blessed is as expected\n{text}"))?;
    let (code, text) = run(&[])?;
    expect(code == Some(1) && text.contains("known failure without a reason"), text)?;
    let reasoned = std::fs::read_to_string(&list)?.replace("FIXME: say why", "because");
    std::fs::write(&list, &reasoned)?;
    let (code, text) = run(&[])?;
    expect(code == Some(0), text)?;
    let (code, text) = run(&["--bless"])?;
    let is_told = text.contains("wassay: known.toml: unchanged\n");
    expect(code == Some(0) && is_told, format!("{code:?}: {text}"))?;
    expect(std::fs::read_to_string(&list)? == reasoned, "blessing again changed the list")?;
    // A worker that does not start says nothing about the engine.
    let (code, text) = run(&["--bless", "--opt", "none"])?;
    expect(code == Some(3), format!("{code:?}\n{text}"))?;
    expect(std::fs::read_to_string(&list)? == reasoned, "a run with a fault was recorded")
}

/// A list with 50,000 entries about removed directives: all are reported, and removed.
fn many_stale() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), "(module)\n(invoke \"ok\")\n".repeat(5_000))?;
    let list = directory.path().join("known.toml");
    let head = "# Why.\n\n";
    let entry = |number: usize| {
        format!(
            "[[known]]\npath = \"a.wast\"\nreason = \"r\"\ndirectives = [\"invoke {number}\"]\n"
        )
    };
    std::fs::write(&list, head.to_string() + &(0..50_000).map(entry).collect::<String>())?;
    let run = |more: &[&str]| {
        let mut command = wassay(directory.path());
        command.args(["run", "a.wast", "--known", "known.toml"]).args(more).args(hostile()).output()
    };
    let output = run(&[])?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    expect(output.status.code() == Some(1) && text.contains("50,000 problems"), text)?;
    let output = run(&["--bless"])?;
    expect(output.status.code() == Some(0), format!("{output:?}"))?;
    let left = std::fs::read_to_string(&list)?;
    expect(left.contains("# Why.\n") && !left.contains("[[known]]"), left)
}

/// Runs one script by its name in a suite, as a file of a checkout, and line by line.
fn same_verdicts() -> Result {
    const NAME: &str = "wasm-v1/call_indirect.wast";
    let directory = tempfile::tempdir()?;
    let catalogue = wassay_suites::Catalogue::embedded()?;
    let text = catalogue.find(NAME).ok_or("no such script")?.read()?;
    std::fs::create_dir(directory.path().join("wasm-v1"))?;
    std::fs::write(directory.path().join(NAME), &*text)?;
    let (path, lines) = (format!("./{NAME}"), format!("{NAME}:1-100000"));
    let mut runs = Vec::new();
    for what in [NAME, &path, &lines] {
        let mut command = wassay(directory.path());
        command.args(["run", what, "--engine", "wasmi", "--no-known", "--report", "json=r.json"]);
        command.output()?;
        let report = std::fs::read(directory.path().join("r.json"))?;
        let mut run = Report::from_json(&report)?.runs.remove(0);
        expect(run.ledger.directives > 100, format!("{what}: {:?}", run.ledger))?;
        runs.push((what, run.ledger, std::mem::take(&mut run.files[0].findings)));
    }
    for (what, ledger, findings) in &runs {
        let same = (ledger, findings) == (&runs[0].1, &runs[0].2);
        expect(same, format!("{what}: {ledger:?} instead of {:?}", runs[0].1))?;
    }
    Ok(())
}
