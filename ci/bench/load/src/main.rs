//! Compares loading compiled modules with wasmtime in one process. Takes module files; prints a
//! table of medians and ratios. With `--check`, the exit code is 1 if a ratio is above its limit.

#![deny(unsafe_code)]

mod ours;
mod subject;
#[path = "../../engine/src/table.rs"]
mod table;
mod theirs;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use ours::Ours;
use rustix::time::{ClockId, clock_gettime};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use subject::{Load, Subject};
use table::Row;
use theirs::Theirs;

/// The greatest allowed ratios, ours to theirs.
const FIRST_LIMIT: f64 = 15.0;
const LATER_LIMIT: f64 = 1.0;
const INSTANTIATE_LIMIT: f64 = 1.0;
const SIZE_LIMIT: f64 = 1.1;

/// How long a file must be unchanged before the reference engine relies on its times.
const SETTLE: Duration = Duration::from_secs(3);

/// Compares loading and instantiating artifacts with wasmtime.
#[derive(Parser)]
struct Options {
    /// The modules.
    #[arg(required = true)]
    modules: Vec<PathBuf>,
    /// How often each operation is timed on each engine.
    #[arg(long, default_value_t = 31)]
    runs: usize,
    /// Fail if a ratio is above its limit.
    #[arg(long)]
    check: bool,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let mut rows = Vec::new();
    for path in &options.modules {
        let wasm = std::fs::read(path).with_context(|| path.display().to_string())?;
        let file = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        for row in compare(&file, &wasm, options.runs)? {
            rows.push(row);
            table::progress(rows.last());
        }
    }
    print!("{}", table::render(&rows));
    let fails = options.check && !rows.iter().all(Row::holds);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Compiles a module with both engines, then loads and instantiates the files alternately.
fn compare(name: &str, wasm: &[u8], runs: usize) -> Result<[Row; 4]> {
    ensure!(runs > 0, "nothing to measure");
    let (ours, theirs) = (Ours::start()?, Theirs::start()?);
    let subjects: [&dyn Subject; 2] = [&ours, &theirs];
    let directory = tempfile::tempdir()?;
    let mut files = Vec::new();
    let mut sizes = [Vec::new(), Vec::new()];
    for (side, subject) in subjects.into_iter().enumerate() {
        let bytes = subject.compile(wasm).with_context(|| name.to_string())?;
        let file = directory.path().join(side.to_string());
        std::fs::write(&file, &bytes)?;
        sizes[side].push(bytes.len() as f64);
        files.push(file);
    }
    std::thread::sleep(SETTLE);

    let time_loads = |fresh: bool| -> Result<_> {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..runs {
            for side in 0..2 {
                let start = if side == 0 && fresh { Some(Ours::start()?) } else { None };
                let subject = start.as_ref().map_or(subjects[side], |ours| ours);
                let (loaded, time) = thread_time(|| subject.load(&files[side]));
                // The code is dropped outside the measured time.
                drop(loaded?);
                times[side].push(time);
            }
        }
        Ok(times)
    };
    let first = time_loads(true)?;
    for side in 0..2 {
        drop(subjects[side].load(&files[side])?);
    }
    let later = time_loads(false)?;

    let loaded: Vec<Box<dyn Load>> =
        (0..2).map(|side| subjects[side].load(&files[side])).collect::<Result<_>>()?;
    let mut instantiations = [Vec::new(), Vec::new()];
    for run in 0..=runs {
        for side in 0..2 {
            let mut linked = loaded[side].link()?;
            let (done, time) = thread_time(|| linked.instantiate());
            done.with_context(|| name.to_string())?;
            // The first one also compiles or maps what all later ones share.
            if run > 0 {
                instantiations[side].push(time);
            }
        }
    }

    let row = |what: &str, times, limit| {
        Row::new(&format!("{name}: {what}"), "µs", 1e6, times, limit)
    };
    Ok([
        row("first load", first, FIRST_LIMIT),
        row("later load", later, LATER_LIMIT),
        row("instantiate", instantiations, INSTANTIATE_LIMIT),
        Row::new(&format!("{name}: artifact"), "kB", 1e-3, sizes, SIZE_LIMIT),
    ])
}

/// Runs `body` and returns its result and the CPU seconds that it used on this thread. Neither
/// engine loads on another one.
fn thread_time<T>(body: impl FnOnce() -> T) -> (T, f64) {
    let seconds = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = seconds();
    let result = body();
    (result, seconds() - start)
}
