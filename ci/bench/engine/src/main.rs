//! Compares the reference engine with wasmtime in one process. Takes module files to compile (the
//! kernels are built in); prints a table of medians and ratios. Exit code 1 if a ratio is above its
//! limit. Judges no result beyond checking that both engines compute the same.

#![forbid(unsafe_code)]

mod clock;
mod kernel;
mod ours;
mod subject;
mod table;
mod theirs;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use subject::Subject;
use table::Row;

/// The greatest allowed ratio, ours to theirs, of a kernel's CPU time.
const KERNEL_LIMIT: f64 = 1.05;

/// The greatest allowed ratio, ours to theirs, of the time to compile a module: wall time and CPU
/// time.
const COMPILE_LIMIT: f64 = 0.85;

/// Compares the reference engine with wasmtime: kernels, and compile time of the given modules.
#[derive(Parser)]
struct Options {
    /// Modules whose compile time is measured.
    modules: Vec<PathBuf>,
    /// How often each kernel is timed on each engine.
    #[arg(long, default_value_t = 31)]
    runs: usize,
    /// How often each module is compiled by each engine.
    #[arg(long, default_value_t = 7)]
    compile_runs: usize,
    /// Threads that compile, for both engines.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    threads: usize,
    /// Only kernels and modules whose name contains this text.
    #[arg(long, default_value = "")]
    only: String,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    // Both engines compile on rayon's global pool.
    rayon::ThreadPoolBuilder::new().num_threads(options.threads).build_global()?;
    let (ours, theirs) = (ours::Ours::start()?, theirs::Theirs::start()?);
    let mut rows = Vec::new();
    for kernel in kernel::all()? {
        if kernel.name.contains(&options.only) {
            rows.push(run_kernel(&kernel, [&ours, &theirs], options.runs)?);
            table::progress(rows.last());
        }
    }
    for path in &options.modules {
        let wasm = std::fs::read(path).with_context(|| path.display().to_string())?;
        let file = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = format!("compile {file}");
        if name.contains(&options.only) {
            for row in compile(&name, &wasm, [&ours, &theirs], options.compile_runs)? {
                rows.push(row);
                table::progress(rows.last());
            }
        }
    }
    ensure!(!rows.is_empty(), "nothing to measure");
    print!("{}", table::render(&rows));
    Ok(if rows.iter().all(Row::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Times the kernel on both engines alternately.
fn run_kernel(kernel: &kernel::Kernel, subjects: [&dyn Subject; 2], runs: usize) -> Result<Row> {
    let fresh = || -> Result<_> {
        let [ours, theirs] = subjects;
        Ok([ours.instantiate(&kernel.modules)?, theirs.instantiate(&kernel.modules)?])
    };
    let mut instances = fresh().with_context(|| kernel.name.clone())?;
    let count = kernel.count.map_or_else(|| clock::calibrate(&mut *instances[1]), Ok)?;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..runs {
        if kernel.fresh {
            instances = fresh()?;
        }
        let mut results = [0; 2];
        for side in 0..2 {
            let (result, time) = clock::thread_time(|| instances[side].run(count));
            results[side] = result.with_context(|| kernel.name.clone())?;
            times[side].push(time / f64::from(count));
        }
        let [ours, theirs] = results;
        ensure!(ours == theirs, "{}: ours returned {ours}, theirs {theirs}", kernel.name);
    }
    Ok(Row::new(&kernel.name, "ns", 1e9, times, KERNEL_LIMIT))
}

/// Times compilation by both engines alternately: wall time, and CPU time of all threads.
fn compile(name: &str, wasm: &[u8], subjects: [&dyn Subject; 2], runs: usize) -> Result<[Row; 2]> {
    let mut wall = [Vec::new(), Vec::new()];
    let mut cpu = wall.clone();
    for _ in 0..runs {
        for side in 0..2 {
            let (compiled, times) = clock::process_time(|| subjects[side].compile(wasm));
            // The compiled code is dropped outside the measured time.
            drop(compiled.with_context(|| name.to_string())?);
            wall[side].push(times[0]);
            cpu[side].push(times[1]);
        }
    }
    let row = |name: &str, times| Row::new(name, "ms", 1e3, times, COMPILE_LIMIT);
    Ok([row(name, wall), row(&format!("{name}, CPU"), cpu)])
}
