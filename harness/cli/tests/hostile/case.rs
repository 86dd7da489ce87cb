//! One case: files, arguments, and the expected outcome. Runs `wassay` on them.

use crate::{hostile, wassay};
use libtest_mimic::Trial;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wassay_lanes::{Lanes, Workers, in_ci};
use wassay_record::{Ledger, Report};
use wassay_runner::Script;

/// In every field, `{wassay}` is the path of `wassay`, and `{tree}` that of the source tree.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Why the case exists.
    why: String,
    /// The arguments of `wassay`.
    args: Vec<String>,
    /// Whether the engine of this test program runs instead of one that wassay ships.
    #[serde(default = "yes")]
    hostile: bool,
    /// Environment variables.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// The exit code.
    code: i32,
    /// Required parts of standard output, in this order. Breaks of lines count as spaces.
    #[serde(default)]
    stdout: Vec<String>,
    /// Required parts of standard error, in this order. Breaks of lines count as spaces.
    #[serde(default)]
    stderr: Vec<String>,
    /// Parts that neither of them has.
    #[serde(default)]
    absent: Vec<String>,
    /// The ledger of the whole run; missing counts are 0.
    ledger: Option<BTreeMap<String, u64>>,
    /// Whether a real QEMU runs this test program as a worker for its own architecture, which is
    /// `{arch}` in the other fields. Without QEMU the case counts as ignored; with `CI=true` it
    /// fails.
    #[serde(default)]
    qemu: bool,
    /// The files of the directory in which `wassay` runs. `\xHH` in them is a byte, and `@NAME
    /// INDEX@` the hash of a directive in another of these files.
    #[serde(default)]
    files: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

/// A trial of each case.
pub fn trials() -> Vec<Trial> {
    let mut emulator = None;
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let needs_qemu = read(&path).is_ok_and(|case| case.qemu);
        let said = || qemu_runs().inspect_err(|why| eprintln!("no QEMU here: {why}")).err();
        let obstacle = match needs_qemu {
            true => emulator.get_or_insert_with(said).clone(),
            false => None,
        };
        let ignored = obstacle.is_some() && !in_ci();
        let run = move || match obstacle {
            Some(why) => Err(why.into()),
            None => check(&path).map_err(Into::into),
        };
        Trial::test(name, run).with_ignored_flag(ignored)
    };
    files().into_iter().map(trial).collect()
}

/// The files of all cases.
pub fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/cases");
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The scripts of a case that uses the engine of this test program, by name.
pub fn scripts(path: &Path) -> Vec<(String, Vec<u8>)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let Ok(case) = toml::from_str::<Case>(&text) else { return Vec::new() };
    let runs = case.hostile && case.ledger.is_some();
    let scripts = case.files.iter().filter(|(name, _)| runs && name.ends_with(".wast"));
    scripts.map(|(name, text)| (name.clone(), bytes(text))).collect()
}

fn read(path: &Path) -> Result<Case, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = text.replace("{arch}", std::env::consts::ARCH);
    let text = text.replace("{wassay}", env!("CARGO_BIN_EXE_wassay"));
    let text = text.replace("{tree}", &root.display().to_string());
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs one case.
pub fn check(path: &Path) -> Result<(), String> {
    let case = read(path)?;
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    if case.qemu {
        place_worker(directory.path())?;
    }
    for (name, text) in &case.files {
        let text = &with_hashes(text, &case.files);
        let path = directory.path().join(name);
        let parent = path.parent().unwrap_or(directory.path());
        std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        std::fs::write(path, bytes(text)).map_err(|error| error.to_string())?;
    }
    let report = directory.path().join("report.json");
    let mut command = wassay(directory.path());
    command.args(&case.args).env("WASSAY_WORKERS", directory.path()).envs(&case.env);
    if case.args.first().is_some_and(|arg| arg == "run") {
        if case.hostile {
            command.args(hostile());
        }
        if case.ledger.is_some() {
            command.arg(format!("--report=json={}", report.display()));
        }
    }
    let output = command.output().map_err(|error| error.to_string())?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = format!("why: {}\nstdout:\n{stdout}\nstderr:\n{stderr}", case.why);
    if output.status.code() != Some(case.code) {
        return Err(format!("{}, expected exit code {}\n{told}", output.status, case.code));
    }
    in_order("stdout", &stdout, &case.stdout, &told)?;
    in_order("stderr", &stderr, &case.stderr, &told)?;
    let all = unbroken(&told);
    if let Some(part) = case.absent.iter().find(|part| all.contains(&unbroken(part))) {
        return Err(format!("`{part}` is printed\n{told}"));
    }
    match &case.ledger {
        Some(expected) => check_ledger(&report, expected, &told),
        None => Ok(()),
    }
}

/// Puts this program where `wassay` looks for a worker of its architecture.
fn place_worker(directory: &Path) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let worker = directory.join(format!("wassay-{}", std::env::consts::ARCH));
    std::os::unix::fs::symlink(program, worker).map_err(|error| error.to_string())
}

/// Fails unless QEMU can run this program.
fn qemu_runs() -> Result<(), String> {
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    place_worker(directory.path())?;
    let arch = std::env::consts::ARCH;
    let row = format!("[[lane]]\nname='q'\ntarget='{arch}'\nprefix=['qemu-{arch}']\n");
    let lanes = Lanes::parse("the row", &row).map_err(|error| error.to_string())?;
    let lane = lanes.get("q").map_err(|error| error.to_string())?;
    let workers = Workers::of(directory.path().join("wassay"));
    lane.launch(&workers).map(drop).map_err(|obstacle| obstacle.advice())
}

fn in_order(name: &str, text: &str, parts: &[String], told: &str) -> Result<(), String> {
    let text = unbroken(text);
    let mut rest = &*text;
    for part in parts.iter().map(|part| unbroken(part)) {
        match rest.find(&*part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return Err(format!("{name} lacks `{part}` (or has it too early)\n{told}")),
        }
    }
    Ok(())
}

/// The text without the breaks of lines that are too long for a terminal.
pub fn unbroken(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }) {
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out
}

fn check_ledger(report: &Path, expected: &BTreeMap<String, u64>, told: &str) -> Result<(), String> {
    let text = std::fs::read(report).map_err(|error| format!("no report: {error}\n{told}"))?;
    let report = Report::from_json(&text)?;
    let ledger: Ledger = report.runs[0].ledger;
    let counts = serde_json::to_value(ledger).map_err(|error| error.to_string())?;
    for (name, count) in counts.as_object().into_iter().flatten() {
        let wanted = expected.get(name).copied().unwrap_or(0);
        if count.as_u64() != Some(wanted) {
            return Err(format!("{name} is {count}, expected {wanted}\n{told}"));
        }
    }
    if ledger.adds_up() { Ok(()) } else { Err(format!("the ledger does not add up\n{told}")) }
}

/// The text with the hash of a directive in place of `@NAME INDEX@`.
fn with_hashes(text: &str, files: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = text.split('@').collect();
    for (at, part) in parts.iter().enumerate() {
        let of = part.split_once(' ').and_then(|(name, index)| {
            let script = Script::parse(files.get(name)?.as_bytes());
            let step = script.steps().get(index.parse::<usize>().ok()?)?.clone();
            Some(script.hash(&step))
        });
        match of {
            Some(hash) if at % 2 == 1 => out.push_str(&hash),
            _ if at % 2 == 1 && at + 1 < parts.len() => out.extend(["@", part, "@"]),
            _ if at % 2 == 1 => out.extend(["@", part]),
            _ => out.push_str(part),
        }
    }
    out
}

/// The text with `\xHH` as bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        out.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(byte.unwrap_or(b'?'));
        rest = after.get(2..).unwrap_or_default();
    }
    out.extend_from_slice(rest.as_bytes());
    out
}
