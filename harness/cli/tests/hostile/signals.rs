//! Users who press Ctrl-C, close their terminal or end processes: what is reported, and what is
//! left behind.

use crate::process::{
    HANG, Result, expect, finish, hanging_worker, is_alive, start_command, within,
};
use crate::{hostile, wassay, wassay_after};
use libtest_mimic::Trial;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{PipeReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use wassay_record::{Report, Verdict};

/// The tests.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("ctrl_c_reports_what_was_done", || interrupted_by(Signal::INT)),
        Trial::test("a_termination_request_is_like_ctrl_c", || interrupted_by(Signal::TERM)),
        Trial::test("a_lost_terminal_is_like_ctrl_c", || interrupted_by(Signal::HUP)),
        Trial::test("a_run_may_outlive_its_terminal", nohup),
        Trial::test("a_signal_sent_twice_is_one_request", doubled),
        Trial::test("ctrl_c_twice_ends_at_once", twice),
        Trial::test("one_request_ends_a_run_that_cannot_write", while_writing),
        Trial::test("one_request_ends_a_run_that_waits_for_input", while_reading),
        Trial::test("ctrl_c_comes_before_skipped_lanes", with_skipped_lanes),
        Trial::test("what_a_stopped_run_has_not_begun_is_in_its_reports", between),
        Trial::test("a_foreign_worker_dies_with_its_parent", foreign),
        Trial::test("what_a_killed_run_leaves_goes_with_the_next", left_over),
    ]
}

/// An immediate effect must show within this time.
const LIMIT: Duration = Duration::from_secs(20);

/// A lane with a directory for compiled code, and one that cannot run.
fn hosted(directory: &Path) -> Result {
    let arch = std::env::consts::ARCH;
    let rows = format!(
        "[[lane]]\nname='hosted'\ntarget='{arch}'\ncompile='host'\n\
         [[lane]]\nname='emulated'\ntarget='host'\nprefix=['no-such-emulator']\n"
    );
    std::fs::write(directory.join("lanes.toml"), rows)?;
    let worker = directory.join(format!("wassay-{arch}"));
    std::os::unix::fs::symlink(std::env::current_exe()?, worker)?;
    for name in ["a.wast", "b.wast"] {
        std::fs::write(directory.join(name), HANG)?;
    }
    Ok(std::fs::write(directory.join("ok.wast"), "(module)(invoke \"ok\")")?)
}

const HOSTED: [&str; 5] = ["run", "--lanes=lanes.toml", "--lane=hosted", "--jobs=1", "--no-known"];

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    HOSTED.iter().chain(more).copied().collect()
}

/// The directories for compiled code of this process.
fn scratch(child: &Child) -> Vec<PathBuf> {
    let prefix = format!("wassay-{}-", child.id());
    let places = [PathBuf::from("/dev/shm"), std::env::temp_dir()];
    let entries = places.iter().flat_map(std::fs::read_dir).flatten().flatten();
    let own = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    own.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// Starts a run on the lane, and waits until it hangs.
fn hang(mut command: Command, directory: &Path, more: &[&str]) -> Result<(Child, PathBuf)> {
    hosted(directory)?;
    command.env("WASSAY_WORKERS", directory);
    let child = start_command(command, &arguments(more))?;
    hanging_worker(&child)?;
    let [cache] = &scratch(&child)[..] else { return Err("not one directory".into()) };
    Ok((child, cache.clone()))
}

fn interrupted_by(signal: Signal) -> Result {
    let directory = tempfile::tempdir()?;
    // The tests may have been started with SIGHUP ignored, so restore its default.
    let command = wassay_after(&["env", "--default-signal=HUP"], directory.path());
    let (child, cache) = hang(command, directory.path(), &["a.wast", "b.wast"])?;
    let worker = hanging_worker(&child)?;
    kill_process(Pid::from_child(&child), signal)?;
    let (code, run) = finish(child, directory.path())?;
    expect(code == Some(130), format!("exit code {code:?}"))?;
    expect(run.stopped.as_deref() == Some("interrupted"), format!("{:?}", run.stopped))?;
    expect(run.ledger.adds_up() && run.ledger.directives == 8, format!("{:?}", run.ledger))?;
    // No verdict is lost, and the directive that was running is named.
    expect(run.ledger.passed == 2 && run.ledger.skipped == 6, format!("{:?}", run.ledger))?;
    let [note] = &run.files[0].findings[..] else { return Err(format!("{run:?}").into()) };
    expect(
        note.finding.line == 3 && note.finding.verdict == Verdict::Skipped,
        format!("{note:?}"),
    )?;
    // The results of the rest are unknown.
    let words = ["compare", "--fail-on=regression", "report.json", "report.json"];
    let compared = wassay(directory.path()).args(words).output()?;
    let text = String::from_utf8_lossy(&compared.stderr).into_owned();
    expect(compared.status.code() == Some(1), format!("{compared:?}"))?;
    expect(text.contains("report.json was interrupted: run it again"), text)?;
    let worker = format!("/proc/{}", worker.as_raw_nonzero());
    expect(!Path::new(&worker).exists(), "worker left over")?;
    expect(!cache.exists(), "directory left over")
}

fn nohup() -> Result {
    let directory = tempfile::tempdir()?;
    let ignore = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"];
    let command = wassay_after(&ignore, directory.path());
    let (mut child, _) = hang(command, directory.path(), &["a.wast"])?;
    kill_process(Pid::from_child(&child), Signal::HUP)?;
    std::thread::sleep(Duration::from_millis(300));
    expect(child.try_wait()?.is_none(), "it ended")?;
    kill_process(Pid::from_child(&child), Signal::INT)?;
    let (code, _) = finish(child, directory.path())?;
    expect(code == Some(130), format!("exit code {code:?}"))
}

fn doubled() -> Result {
    let directory = tempfile::tempdir()?;
    let (child, _) = hang(wassay(directory.path()), directory.path(), &["a.wast"])?;
    // Two signals of the same kind at once may be delivered as one.
    kill_process(Pid::from_child(&child), Signal::INT)?;
    let _ = kill_process(Pid::from_child(&child), Signal::TERM);
    let (code, run) = finish(child, directory.path())?;
    expect(code == Some(130), format!("exit code {code:?}"))?;
    expect(run.stopped.as_deref() == Some("interrupted"), format!("{:?}", run.stopped))
}

/// Starts a run whose standard output accepts nothing.
fn with_full_output(directory: &Path, script: &str) -> Result<(Child, PipeReader)> {
    hosted(directory)?;
    let (reader, mut writer) = std::io::pipe()?;
    fcntl_setfl(&writer, OFlags::NONBLOCK)?;
    while writer.write(&[0; 4096]).is_ok() {}
    fcntl_setfl(&writer, OFlags::empty())?;
    let mut command = wassay(directory);
    command.env("WASSAY_WORKERS", directory);
    command.args(arguments(&[script, "--report=json=/dev/stdout"])).args(hostile());
    Ok((command.stdout(writer).stderr(Stdio::null()).spawn()?, reader))
}

fn twice() -> Result {
    let directory = tempfile::tempdir()?;
    let (mut child, _reader) = with_full_output(directory.path(), "a.wast")?;
    let worker = hanging_worker(&child)?;
    let [cache] = &scratch(&child)[..] else { return Err("not one directory".into()) };
    kill_process(Pid::from_child(&child), Signal::INT)?;
    expect(within(LIMIT, || writes(&child)), "it writes no report")?;
    // A sooner signal would count as the same request.
    std::thread::sleep(Duration::from_millis(600));
    kill_process(Pid::from_child(&child), Signal::TERM)?;
    expect(ends(&mut child)? == Some(130), "exit code")?;
    expect(!cache.exists(), "directory left over")?;
    expect(within(LIMIT, || !is_alive(worker)), "the worker outlived its parent")
}

/// Whether the process is writing to its standard output.
fn writes(child: &Child) -> bool {
    let call = std::fs::read_to_string(format!("/proc/{}/syscall", child.id()));
    call.is_ok_and(|call| ["1 0x1 ", "64 0x1 "].iter().any(|write| call.starts_with(write)))
}

/// The exit code of a process that should be ending now.
fn ends(child: &mut Child) -> Result<Option<i32>> {
    if !within(LIMIT, || !matches!(child.try_wait(), Ok(None))) {
        child.kill()?;
    }
    Ok(child.wait()?.code())
}

fn while_writing() -> Result {
    let directory = tempfile::tempdir()?;
    let (mut child, _reader) = with_full_output(directory.path(), "ok.wast")?;
    expect(within(LIMIT, || writes(&child)), "it writes no report")?;
    kill_process(Pid::from_child(&child), Signal::TERM)?;
    expect(ends(&mut child)? == Some(130), "the first request was ignored")
}

fn while_reading() -> Result {
    let directory = tempfile::tempdir()?;
    let mut command = wassay(directory.path());
    command.args(["run", "/dev/stdin"]).args(hostile()).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let input = child.stdin.take();
    let listens = |child: &Child| {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", child.id()));
        let mut tasks = tasks.into_iter().flatten().flatten();
        let name = |path: PathBuf| std::fs::read_to_string(path.join("comm")).unwrap_or_default();
        tasks.any(|task| name(task.path()).trim() == "signals")
    };
    expect(within(LIMIT, || listens(&child)), "it catches no signals")?;
    kill_process(Pid::from_child(&child), Signal::TERM)?;
    let code = ends(&mut child)?;
    drop(input);
    expect(code == Some(130), format!("the first request was ignored: {code:?}"))
}

fn with_skipped_lanes() -> Result {
    let directory = tempfile::tempdir()?;
    let mut command = wassay(directory.path());
    command.env("CI", "true");
    let more = ["a.wast", "--lane=emulated", "--report=junit=report.xml"];
    let (child, _) = hang(command, directory.path(), &more)?;
    kill_process(Pid::from_child(&child), Signal::INT)?;
    let (code, run) = finish(child, directory.path())?;
    expect(code == Some(130), format!("exit code {code:?}"))?;
    expect(run.stopped.as_deref() == Some("interrupted"), format!("{:?}", run.stopped))?;
    let junit = std::fs::read_to_string(directory.path().join("report.xml"))?;
    expect(junit.contains("<testcase name=\"emulated\" classname=\"lanes\">"), junit)
}

/// Stops a run while the processes of each pass but the first start: what ran is whole, and what did
/// not is recorded as stopped, whether it is a way or a lane.
fn between() -> Result {
    let ways = ["--ways=fresh,sessions", "--lanes=lanes.toml", "--lane=one,two,three"];
    for boundary in 2..=6 {
        let directory = tempfile::tempdir()?;
        std::fs::write(directory.path().join("a.wast"), "(module)(invoke \"ok\")")?;
        // The lane's worker is started once more for its version.
        let script = format!(
            "#!/bin/sh\nif [ \"$2\" = worker ]; then\n  echo >>starts\n  if [ $(wc -l <starts) = \
             {boundary} ]; then kill -INT $PPID; sleep 60; fi\nfi\nexec \"$@\"\n"
        );
        std::fs::write(directory.path().join("prefix"), script)?;
        let row = "target = 'host'\nprefix = ['sh', './prefix']\n";
        let rows = ["one", "two", "three"].map(|name| format!("[[lane]]\nname = '{name}'\n{row}"));
        std::fs::write(directory.path().join("lanes.toml"), rows.concat())?;
        let mut command = wassay(directory.path());
        command.args(["run", "a.wast", "--jobs=1", "--no-known"]).args(ways).args(hostile());
        let output = command.args(["--report", "json=report.json"]).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let told = format!("{boundary}: {text}{errors}");
        expect(output.status.code() == Some(130), &*told)?;
        expect(text.contains("not run: ") && !errors.contains("SIGKILL"), &*told)?;
        let report = Report::from_json(&std::fs::read(directory.path().join("report.json"))?)?;
        let stopped = report.runs.iter().map(|run| run.stopped.as_deref() == Some("interrupted"));
        let expected: Vec<bool> = (1..=6).map(|run| run >= boundary).collect();
        expect(stopped.collect::<Vec<_>>() == expected, &*told)?;
        let passed = report.runs.iter().map(|run| run.ledger.passed);
        expect(passed.sum::<u64>() == 2 * (boundary - 1), told)?;
        for (words, code) in [
            (&["merge", "report.json", "-o", "merged.json"][..], 130),
            (&["table", "report.json"], 1),
            (&["compare", "--fail-on=regression", "report.json", "report.json"], 1),
        ] {
            let status = wassay(directory.path()).args(words).output()?.status;
            expect(status.code() == Some(code), format!("{boundary}: {words:?}: {status:?}"))?;
        }
        let words = ["compare", "report.json", "report.json"];
        let output = wassay(directory.path()).args(words).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_said = text.contains("report.json was stopped early: interrupted");
        expect(is_said && text.ends_with("no difference\n"), text)?;
    }
    Ok(())
}

fn foreign() -> Result {
    let directory = tempfile::tempdir()?;
    std::fs::write(directory.path().join("a.wast"), HANG)?;
    let steps = directory.path().join("steps");
    // It watches neither its parent nor its pipes.
    std::fs::write(&steps, "ready\ntake\nhang")?;
    let mut command = wassay(directory.path());
    command.env(crate::liar::VARIABLE, &steps);
    let mut child = start_command(command, &["run", "a.wast"])?;
    let worker = hanging_worker(&child)?;
    child.kill()?;
    child.wait()?;
    expect(within(Duration::from_secs(5), || !is_alive(worker)), "it outlived its parent")?;
    let prefix = format!("wassay-{}-", child.id());
    let entries = std::fs::read_dir("/dev/shm")?.chain(std::fs::read_dir(std::env::temp_dir())?);
    let mut names = entries.flatten().map(|entry| entry.file_name());
    let left = names.find(|name| name.to_string_lossy().starts_with(&prefix));
    expect(left.is_none(), format!("{left:?} is left over"))
}

fn left_over() -> Result {
    let directory = tempfile::tempdir()?;
    let (mut child, cache) = hang(wassay(directory.path()), directory.path(), &["a.wast"])?;
    // A parallel run removes nothing of it.
    let run = || -> Result<Option<i32>> {
        let mut command = wassay(directory.path());
        command.env("WASSAY_WORKERS", directory.path());
        command.args(arguments(&["ok.wast"])).args(hostile());
        Ok(command.output()?.status.code())
    };
    expect(run()? == Some(0) && cache.exists(), "a live run's directory was removed")?;
    kill_process(Pid::from_child(&child), Signal::KILL)?;
    child.wait()?;
    expect(run()? == Some(0) && !cache.exists(), "a dead run's directory is left over")
}
