//! Whether a worker reads the script or receives it packed makes no difference: runs every hostile
//! script both ways, whatever dies, hangs or is broken in it, and compares every event.

use crate::case;
use libtest_mimic::{Failed, Trial};
use std::collections::HashSet;
use std::sync::OnceLock;
use std::time::Duration;
use wassay_engine::Features;
use wassay_record::{Config, FileEvent, Note, Verdict};
use wassay_runner::Script;
use wassay_runner::pool::{Job, Launch, Packed, Pool, Stop};

/// The time limit for a directive; `hang` takes an hour.
const TIME_LIMIT: Duration = Duration::from_millis(500);
/// The time limit for a directive that uses up all memory.
const PATIENCE: Duration = Duration::from_secs(30);

/// The tests: one per script of the cases, and that packs arrive at all.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("a_pack_goes_along_with_its_script", || {
            sends_pack("(module) (invoke \"ok\")", true)
        }),
        Trial::test("no_pack_goes_along_with_a_broken_script", || {
            sends_pack("(module) (invoke \"ok\"", false)
        }),
    ];
    for path in case::files() {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for (name, script) in case::scripts(&path) {
            let trial = move || same(&script).map_err(Failed::from);
            trials.push(Trial::test(format!("packed::{stem}/{name}"), trial));
        }
    }
    trials
}

/// Runs a script both ways: whole, with every directive watched, and each half of its lines.
fn same(script: &[u8]) -> Result<(), String> {
    let parsed = Script::parse(script);
    let hashes = parsed.steps().iter().map(|step| parsed.hash(step)).collect();
    let half = parsed.steps().last().map_or(1, |step| step.line) / 2;
    let variants = [
        (None, HashSet::new()),
        (None, hashes),
        (Some(vec![(1, half.max(1))]), HashSet::new()),
        (Some(vec![(half + 1, u32::MAX)]), HashSet::new()),
    ];
    for (lines, watch) in variants {
        let mut job = Job { lines, watch, ..job(script) };
        let text = told(&job)?;
        job.packed = Some(Packed::default());
        let packed = told(&job)?;
        if text != packed {
            let (lines, watched) = (&job.lines, job.watch.len());
            let how = format!("lines {lines:?}, {watched} watched");
            return Err(format!("{how}\nfrom the text: {text:#?}\npacked: {packed:#?}"));
        }
        if text.verdicts.iter().any(|directive| directive.is_empty()) {
            return Err(format!("a directive without a verdict: {text:#?}"));
        }
    }
    Ok(())
}

/// Everything that is reported about a script, in any order.
#[derive(Debug, Default, PartialEq)]
struct Told {
    /// The verdict of each directive, and the text of its note.
    verdicts: Vec<String>,
    faults: Vec<String>,
    stopped: Option<String>,
}

fn told(job: &Job) -> Result<Told, String> {
    static POOL: OnceLock<Result<Pool, String>> = OnceLock::new();
    static PATIENT: OnceLock<Result<Pool, String>> = OnceLock::new();
    let (pool, limit) = match job.script.windows(5).any(|word| word == b"\"oom\"") {
        true => (&PATIENT, PATIENCE),
        false => (&POOL, TIME_LIMIT),
    };
    let pool = pool.get_or_init(|| Pool::start(launch()?, limit, &Stop::new())).as_ref()?;
    let mut told = Told::default();
    pool.file(job, &Stop::new(), &mut |event| match event {
        FileEvent::Worked { .. } => {}
        FileEvent::Started { directives } => {
            told.verdicts = vec![String::new(); directives as usize];
        }
        FileEvent::Verdicts(batch) => {
            for span in batch.spans {
                for index in span.0..span.0 + span.1 {
                    told.verdicts[index as usize] += span.2.name();
                }
            }
            for mut note in batch.notes {
                note.finding.message = without_ids(&note.finding.message);
                told.verdicts[note.finding.index as usize] += &format!("{note:?}");
            }
        }
        FileEvent::Fault { message } => told.faults.push(message),
        FileEvent::Finished { stopped, .. } => told.stopped = stopped,
    });
    Ok(told)
}

/// Rust names the thread that overflowed its stack with a unique number; removes it.
fn without_ids(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once("' (") {
        let behind = after.trim_start_matches(|c: char| c.is_ascii_digit());
        out.extend([before, "' ("]);
        rest = behind;
    }
    out + rest
}

/// Checks whether a request for this script includes its packed directives.
fn sends_pack(script: &str, expected: bool) -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let requests = directory.path().join("requests");
    let recorder = format!("tee {} | \"$@\"", requests.display());
    let prefix = ["sh", "-c", &recorder, "sh"].map(Into::into).to_vec();
    let pool = Pool::start(Launch { prefix, ..launch()? }, Duration::from_secs(60), &Stop::new())?;
    let job = Job { packed: Some(Packed::default()), ..job(script.as_bytes()) };
    let mut notes: Vec<Note> = Vec::new();
    pool.file(&job, &Stop::new(), &mut |event| {
        if let FileEvent::Verdicts(batch) = event {
            notes.extend(batch.notes);
        }
    });
    drop(pool);
    let sent = std::fs::read(requests)?;
    let line = sent.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let request: serde_json::Value = serde_json::from_slice(line)?;
    let packed = request["packed"].as_u64().ok_or("the request does not say")?;
    let unread = notes.iter().any(|note| note.finding.verdict == Verdict::Unreadable);
    if (packed > 0) == expected && unread != expected {
        return Ok(());
    }
    Err(format!("{packed} bytes are packed of `{script}`: {notes:?}").into())
}

fn launch() -> Result<Launch, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    // A backtrace would show which way was taken.
    let env = vec![("RUST_BACKTRACE".into(), "0".into())];
    // For `oom`, which would otherwise use all memory.
    Ok(Launch { env, memory_limit: Some(256 << 20), ..Launch::native(program) })
}

fn job(script: &[u8]) -> Job {
    Job {
        engine: "hostile".to_string(),
        config: Config::default(),
        needs: Features::WASM1,
        script: script.to_vec().into(),
        lines: None,
        watch: HashSet::new(),
        backtraces: false,
        packed: None,
        compile_only: false,
    }
}
