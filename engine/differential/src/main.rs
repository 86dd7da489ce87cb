//! `wassay-differential`: takes command-line arguments; runs the campaign or the worker, and gives
//! an exit code. Compares nothing itself.

#![forbid(unsafe_code)]

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use wassay_differential::campaign::{self, Plan};
use wassay_differential::case::Generator;
use wassay_differential::explained::Explained;
use wassay_differential::finding::Finding;
use wassay_differential::subject::{self, Subject};
use wassay_differential::summary::summary;
use wassay_differential::{script, worker};
use wassay_engine::{Feature, Features};

/// There are no unexplained findings.
const AGREED: u8 = 0;
/// There are findings, or the cases tested too little; see [`summary`].
const DIFFERED: u8 = 1;
/// It could not run.
const BROKEN: u8 = 3;

/// Runs random modules on several engines and configurations, and writes differences as scripts
///
/// Exit codes: 0 no unexplained difference; 1 a difference, a crash or a hang, or an engine that ran
/// less than a quarter of 100 or more cases; 2 wrong usage; 3 it could not run. Ctrl-C ends the run
/// after the current cases; findings up to then are written.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The first seed; later cases use the following ones
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of cases [default: 1000, or unlimited with --seconds]
    #[arg(long)]
    count: Option<u64>,
    /// Time limit in seconds
    #[arg(long)]
    seconds: Option<u64>,
    /// smith or structured [default: both alternately]
    #[arg(long)]
    generator: Vec<Generator>,
    /// An engine, or one configuration of it, or `exec:COMMAND` for an adapter that speaks the process
    /// protocol, or `NAME=exec:COMMAND`; others are compared with the first. With an adapter, modules
    /// use only features that all engines have, except for relaxed SIMD
    /// [default: all that need no adapter]
    #[arg(long, value_name = "NAME")]
    engine: Vec<String>,
    /// The features that modules may use, separated by commas [default: all, or those of all engines]
    #[arg(long, value_name = "FEATURES", value_delimiter = ',', value_parser = feature)]
    features: Vec<Feature>,
    /// Number of parallel workers [default: one per CPU]
    #[arg(long)]
    jobs: Option<usize>,
    /// The command of a worker for another machine, where the first engine must give the same
    /// results: `qemu-aarch64 PROGRAM worker`
    #[arg(long, value_name = "COMMAND")]
    also: Option<String>,
    /// Time limit of a case in seconds; ten times as long for --also
    #[arg(long, default_value_t = 20)]
    limit: u64,
    /// Time limit for shrinking a finding, in seconds
    #[arg(long, default_value_t = 30)]
    shrink: u64,
    /// Number of findings after which the run ends
    #[arg(long, default_value_t = 10)]
    findings: usize,
    /// Directory for findings
    #[arg(long, default_value = "target/differential")]
    output: PathBuf,
    /// Also run the cases of explained differences, and fail if one does not occur or if they hide
    /// other differences in too many cases
    #[arg(long)]
    strict: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the cases requested on standard input (internal)
    #[command(hide = true)]
    Worker {
        /// The adapters
        #[arg(long)]
        engine: Vec<String>,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let names = match &args.command {
        Some(Command::Worker { engine }) => engine,
        None => &args.engine,
    };
    let subjects = match subject::named(names) {
        Ok(subjects) => subjects,
        Err(message) => {
            eprintln!("wassay-differential: {message}");
            return ExitCode::from(2);
        }
    };
    if args.command.is_some() {
        let served = worker::serve(subjects, io::stdin().lock(), &mut io::stdout().lock());
        return ExitCode::from(if served.is_ok() { AGREED } else { BROKEN });
    }
    match run(&args, &subjects) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("wassay-differential: {error:#}");
            ExitCode::from(BROKEN)
        }
    }
}

/// The feature of this name.
fn feature(name: &str) -> Result<Feature, String> {
    let found = Features::all().iter().find(|feature| feature.name() == name);
    found.ok_or_else(|| format!("there is no feature `{name}`; there are: {}", Features::all()))
}

/// The features that modules may use: those that the user names, or else, if there is an adapter,
/// those of all subjects, except for relaxed SIMD, whose results an engine may choose. The engines of
/// this program have nearly all features, run every module that they can, and choose the same results.
fn within(args: &Args, subjects: &[Subject]) -> Features {
    if !args.features.is_empty() {
        return Features::of(&args.features);
    }
    let mut within = Features::all();
    if subjects.iter().any(|subject| subject.command.is_some()) {
        within = within.minus(Features::of(&[Feature::RelaxedSimd]));
        for subject in subjects {
            within = within.minus(Features::all().minus(subject.features));
        }
    }
    within
}

fn run(args: &Args, subjects: &[Subject]) -> Result<u8> {
    let program = std::env::current_exe().context("where this program is")?;
    let program = program.to_str().context("the path of this program is no text")?.to_string();
    let list = Explained::builtin().about(subjects.iter().map(|subject| &*subject.name));
    let plan = Plan {
        generators: match args.generator.is_empty() {
            true => Generator::ALL.to_vec(),
            false => args.generator.clone(),
        },
        seed: args.seed,
        witnesses: match args.strict {
            true => list.witnesses().map_err(anyhow::Error::msg)?,
            false => Vec::new(),
        },
        count: args.count.unwrap_or(if args.seconds.is_some() { u64::MAX } else { 1000 }),
        time: args.seconds.map(Duration::from_secs),
        jobs: args.jobs.unwrap_or_else(cpus).max(1),
        subjects: subjects.iter().map(|subject| subject.name.clone()).collect(),
        within: within(args, subjects),
        worker: worker(program, subjects),
        also: args.also.as_ref().map(|words| words.split_whitespace().map(String::from).collect()),
        limit: Duration::from_secs(args.limit),
        shrink: Duration::from_secs(args.shrink),
        findings: args.findings,
    };
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // A second Ctrl-C ends the process at once.
        signal_hook::flag::register_conditional_default(signal, stop.clone())?;
        signal_hook::flag::register(signal, stop.clone())?;
    }
    let begin = Instant::now();
    let mut told = Instant::now();
    let sums = campaign::run(&plan, &stop, |sums, finding| {
        if let Some(finding) = finding {
            let path = write(&args.output, finding)?;
            println!("{}: {}", finding.case.id, finding.wrong);
            println!("  written to {}", path.display());
        }
        if told.elapsed() >= Duration::from_secs(10) && io::stderr().is_terminal() {
            told = Instant::now();
            eprintln!("{} cases, {} found", sums.cases, sums.findings);
        }
        Ok(())
    })?;
    let summary = summary(&sums, begin.elapsed(), &list, args.strict);
    print!("{}", summary.text);
    Ok(if summary.agreed { AGREED } else { DIFFERED })
}

/// The command that starts a worker. It has all engines that need no adapter, or only those that are
/// named, if there is an adapter.
fn worker(program: String, subjects: &[Subject]) -> Vec<String> {
    let mut words = vec![program, "worker".to_string()];
    if subjects.iter().any(|subject| subject.command.is_some()) {
        words.extend(subjects.iter().flat_map(|it| ["--engine".to_string(), it.typed()]));
    }
    words
}

fn cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Writes a finding as a script under its case's name.
fn write(directory: &Path, finding: &Finding) -> Result<PathBuf> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("{} cannot be made", directory.display()))?;
    let id = finding.case.id;
    let path = directory.join(format!("{}-{}.wast", id.generator, id.seed));
    std::fs::write(&path, script::script(finding))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}
