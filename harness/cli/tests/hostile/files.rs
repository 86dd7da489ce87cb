//! Inputs that are not regular files, and destinations for reports that need care: links, pipes,
//! devices, masks and limits.

use crate::process::{Result, expect, within};
use crate::{hostile, wassay, wassay_after};
use libtest_mimic::Trial;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use wassay_record::Report;

/// The tests.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a_report_to_standard_output_replaces_nothing", to_stdout),
        Trial::test("a_report_is_as_readable_as_any_new_file", with_mask),
        Trial::test("a_report_that_grows_too_large_leaves_nothing", too_large),
        Trial::test("a_pipe_or_device_is_no_script", endless),
        Trial::test("no_input_is_waited_for_or_read_without_end", streams),
        Trial::test("a_pipe_without_a_reader_is_no_place_for_a_report", unread_pipe),
        Trial::test("no_report_replaces_another_or_an_input", replaced),
        Trial::test("a_script_from_standard_input_or_the_shell", from_shell),
        Trial::test("one_broken_link_does_not_stop_a_directory", broken_link),
        Trial::test("a_cache_directory_that_others_write_to_is_wrong_usage", shared_cache),
    ]
}

fn script(directory: &Path) -> Result {
    Ok(fs::write(directory.join("a.wast"), "(module)\n")?)
}

fn run(mut command: Command, arguments: &[&str]) -> Result<Output> {
    Ok(command.arg("run").args(arguments).args(hostile()).output()?)
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn to_stdout() -> Result {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    let link = fs::read_link("/dev/stdout")?;
    let out = directory.path().join("out.json");
    let mut command = wassay(directory.path());
    command.args(["run", "a.wast", "--report", "json=/dev/stdout"]).args(hostile());
    let status = command.stdout(fs::File::create(&out)?).stderr(Stdio::null()).status()?;
    expect(status.success(), status.to_string())?;
    let report = Report::from_json(&fs::read(&out)?)?;
    expect(report.runs[0].ledger.passed == 1, "not the report")?;
    expect(fs::read_link("/dev/stdout")? == link, "/dev/stdout is another")?;
    expect(names(directory.path())? == ["a.wast", "out.json"], "something is left")
}

fn with_mask() -> Result {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    for (mask, mode) in [("027", 0o640), ("022", 0o644), ("000", 0o666)] {
        let shell = format!("umask {mask}; exec \"$@\"");
        let command = wassay_after(&["sh", "-c", &shell, "sh"], directory.path());
        let report = format!("{mask}.json");
        run(command, &["a.wast", "--report", &format!("json={report}")])?;
        let found = fs::metadata(directory.path().join(report))?.permissions().mode() & 0o777;
        expect(found == mode, format!("mask {mask}: {found:o}"))?;
    }
    Ok(())
}

fn too_large() -> Result {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    // No file may grow to a byte, and the report is the only file that is written.
    let limited = ["sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"];
    let command = wassay_after(&limited, directory.path());
    let output = run(command, &["a.wast", "--report", "json=r.json"])?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    expect(output.status.code() == Some(3), format!("{}: {text}", output.status))?;
    expect(text.contains("cannot write the report r.json: File too large"), text)?;
    expect(names(directory.path())? == ["a.wast"], "something is left")
}

fn endless() -> Result {
    let directory = tempfile::tempdir()?;
    let made = Command::new("mkfifo").arg(directory.path().join("fifo.wast")).status()?;
    expect(made.success(), "mkfifo")?;
    for what in ["fifo.wast", "/dev/zero"] {
        let output = run(wassay(directory.path()), &[what])?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        expect(output.status.code() == Some(2), format!("{what}: {}: {text}", output.status))?;
        expect(text.contains("it is a pipe or a device, not a file"), text)?;
    }
    Ok(())
}

/// A directory with a script and a pipe that no process has open.
fn with_pipe() -> Result<tempfile::TempDir> {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    let made = Command::new("mkfifo").arg(directory.path().join("ff")).status()?;
    expect(made.success(), "mkfifo")?;
    Ok(directory)
}

/// The exit code and standard error of a process, which must end by itself.
fn ended(mut command: Command) -> Result<(Option<i32>, String)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if !within(Duration::from_secs(20), || !matches!(child.try_wait(), Ok(None))) {
        child.kill()?;
        child.wait()?;
        return Err(format!("{command:?} hangs").into());
    }
    let output = child.wait_with_output()?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn streams() -> Result {
    let directory = with_pipe()?;
    for stream in ["ff", "/dev/zero"] {
        for arguments in [
            &["run", "a.wast", "--known", stream][..],
            &["run", "a.wast", "--known", stream, "--bless"],
            &["run", "a.wast", "--suites", stream],
            &["run", "a.wast", "--lanes", stream],
            &["run", stream],
            &["suites", "--suites", stream],
            &["lanes", "--lanes", stream],
            &["compare", stream, "a.wast"],
            &["merge", stream, "-o", "out.json"],
            &["table", stream],
        ] {
            let mut command = wassay(directory.path());
            command.args(arguments);
            let (code, text) = ended(command)?;
            expect(code == Some(2), format!("{arguments:?}: {code:?}: {text}"))?;
            expect(text.contains("it is a pipe or a device, not a file"), text)?;
        }
    }
    let mut command = wassay(directory.path());
    command.args(["run", "a.wast", "--known", "/dev/stdout", "--bless"]);
    let (code, text) = ended(command)?;
    expect(code == Some(2) && text.contains("it is a pipe or a device"), text)
}

fn unread_pipe() -> Result {
    let directory = with_pipe()?;
    let mut command = wassay(directory.path());
    command.args(["run", "a.wast", "--report", "json=ff"]).args(hostile());
    let (code, text) = ended(command)?;
    expect(code == Some(3), format!("{code:?}: {text}"))?;
    expect(text.contains("cannot write the report ff: nobody reads this pipe"), text)
}

fn replaced() -> Result {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    fs::write(directory.path().join("known.toml"), "")?;
    fs::write(directory.path().join("none.wast"), "")?;
    fs::write(directory.path().join("rows.toml"), "folder = []\n")?;
    fs::write(directory.path().join("lanes.toml"), "[[lane]]\nname = 'native'\ntarget = 'host'\n")?;
    for (link, target) in [("l", "x"), ("m", "x"), ("s", "a.wast"), ("k", "known.toml")] {
        symlink(target, directory.path().join(link))?;
    }
    for (link, target) in [("hard", "a.wast"), ("hard.toml", "known.toml")] {
        fs::hard_link(directory.path().join(target), directory.path().join(link))?;
    }
    let twice = |path: &str| format!("two reports are to be written to {path}");
    let input = |path: &str, input: &str| format!("the report {path} would replace {input}");
    let list = "the list of known failures none.wast would replace none.wast".to_string();
    for (reports, more, said) in [
        ("json=x,junit=l", "--known=known.toml", twice("l")),
        ("json=l,junit=m", "--known=known.toml", twice("m")),
        ("json=hard,junit=a.wast", "--known=known.toml", twice("a.wast")),
        ("json=a.wast", "--known=known.toml", input("a.wast", "a.wast")),
        ("json=s", "--known=known.toml", input("s", "a.wast")),
        ("json=hard", "--known=known.toml", input("hard", "a.wast")),
        ("json=k", "--known=known.toml", input("k", "known.toml")),
        ("json=hard.toml", "--known=known.toml", input("hard.toml", "known.toml")),
        ("json=./lanes.toml", "--lanes=lanes.toml", input("./lanes.toml", "lanes.toml")),
        ("json=rows.toml", "--suites=rows.toml", input("rows.toml", "rows.toml")),
        ("json=-", "--known=none.wast", list),
    ] {
        let command = wassay(directory.path());
        let bless: &[&str] = if more.ends_with("wast") { &["none.wast", "--bless"] } else { &[] };
        let output = run(command, &[&["a.wast", more, "--report", reports], bless].concat())?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        expect(output.status.code() == Some(2), format!("{reports}: {}", output.status))?;
        expect(text.contains(&said), format!("{reports}: {text}"))?;
    }
    expect(fs::read_to_string(directory.path().join("a.wast"))? == "(module)\n", "replaced")
}

fn from_shell() -> Result {
    let directory = tempfile::tempdir()?;
    let mut command = wassay(directory.path());
    command.args(["run", "/dev/stdin"]).args(hostile());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no pipe")?.write_all(b"(module)(invoke \"ok\")")?;
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    expect(output.status.success() && text.contains("2 directives: 2 passed"), text)?;

    let shell = ["bash", "-c", "exec \"$@\" <(echo '(module)')", "bash"];
    let mut command = wassay_after(&shell, directory.path());
    let output = command.arg("run").args(hostile()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    expect(output.status.success() && text.contains("1 directive: 1 passed"), format!("{output:?}"))
}

fn broken_link() -> Result {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    symlink("nowhere", directory.path().join("b.wast"))?;
    let output = run(wassay(directory.path()), &["."])?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    expect(output.status.code() == Some(3), format!("{}: {text}", output.status))?;
    expect(text.contains("b.wast: cannot be read: No such file"), text.clone())?;
    expect(text.contains("1 directive: 1 passed"), text)
}

fn shared_cache() -> Result {
    let directory = tempfile::tempdir()?;
    script(directory.path())?;
    let cache = directory.path().join("cache");
    fs::create_dir(&cache)?;
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o775))?;
    for how in ["fresh", "reload"] {
        let mut command = wassay(directory.path());
        command.args(["run", "a.wast", "--features=wasm1", "--cache-dir=cache", "--cache", how]);
        let output = command.output()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        expect(output.status.code() == Some(2), format!("{how}: {output:?}"))?;
        expect(text.starts_with("wassay: cannot use the cache directory cache: "), text.clone())?;
        expect(text.contains("0775") && text.lines().count() < 5, text)?;
    }
    Ok(())
}
