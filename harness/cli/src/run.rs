//! `wassay run`: scripts and engines in, reports and an exit code out. Judges no directive itself.

use crate::ahead::{Ahead, trouble};
use crate::args::{RunArgs, RunOptions};
use crate::cache;
use crate::choose::{Asked, Picked, engine_names, start};
use crate::engines;
use crate::exit::{self, Failure};
use crate::interrupt::{self, at_once};
use crate::known::KnownFile;
use crate::lane::{Chosen, ReadyLane, lanes};
use crate::outcome::{exit_code, print, shown, write_reports};
use crate::pass::Runner;
use crate::selection::{Selection, select};
use crate::targets::{check_inputs, check_reports};
use crate::unbegun;
use crate::ways::{self, Pass, Passes};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use wassay_record::{Cache, Engine, Recorder, Report, SkippedEngine, SkippedLane, Tool};
use wassay_runner::pool::{Pool, Stop};
use wassay_suites::Source;

pub const TIMEOUT: Duration = Duration::from_secs(30);

/// Runs what the arguments select, on every lane and engine, and reports.
///
/// # Errors
/// If the run cannot begin. Later problems are part of the reports and of the exit code.
pub fn run(args: &RunArgs) -> Result<u8, Failure> {
    let options = &args.options;
    let stop = Arc::new(Stop::new());
    engines::check_seeding()?;
    let names = engine_names(options)?;
    if options.bless && options.known.is_some() && names.len() > 1 {
        return Err(Failure::usage(
            "--known names one list; it cannot serve two engines: run them one at a time",
        ));
    }
    ways::check(options)?;
    cache::check_directory(options, &names)?;
    for (what, names) in [("engine", &names), ("lane", &options.lane)] {
        if let Some(twice) = named_twice(names) {
            return Err(Failure::usage(format_args!(
                "--{what} names `{twice}` twice: name each {what} once"
            )));
        }
    }
    let (lanes, selection, asked) = at_once(|| prepare(args, &stop))?;
    let mut recorder = Recorder::new(tool());
    let mut failures = Failures::default();
    lanes.skipped.iter().for_each(|lane| recorder.skip_lane(lane.clone()));
    asked.absent.iter().for_each(|engine| recorder.skip_engine(engine.clone()));
    print(options, &asked.advice(lanes.ready.len()));
    let order = Order {
        args,
        selection: &selection,
        asked: &asked,
        is_one_of_several: lanes.ready.len() > 1 || names.len() > 1 || ways::several(options),
        stop: &stop,
    };
    let mut engines = Vec::new();
    for lane in &lanes.ready {
        // A lane that fails does not affect the others.
        let ran = run_lane(&order, lane, &mut engines, &mut failures, &mut recorder);
        if let Err(failure) = ran {
            let is_usage = failure.code == exit::USAGE;
            failures.lanes.push((lane.lane.name.clone(), failure));
            if is_usage {
                break;
            }
        }
    }
    let (no_lane, no_engine) = (lanes.is_whole().err(), asked.is_whole().err());
    let mut must_run: Vec<String> = Vec::new();
    if no_lane.is_some() {
        must_run.extend(lanes.skipped.iter().map(|lane| lane.lane.clone()));
    }
    if no_engine.is_some() {
        must_run.extend(asked.absent.iter().map(|engine| engine.engine.clone()));
    }
    let mut report = recorder.into_report();
    // If no lane is left, or one did not start, the failure explains it.
    if !lanes.ready.is_empty() {
        let matrix = if options.quiet { String::new() } else { wassay_report::matrix(&report) };
        print(options, &(matrix + &wassay_report::closing(&report, shown(options))));
    }
    for lane in failures.without_run(&report) {
        must_run.push(lane.lane.clone());
        report.skip_lane(lane);
    }
    for engine in failures.engines() {
        must_run.push(engine.engine.clone());
        report.skip_engine(engine);
    }
    let written = match report.runs.is_empty() && failures.is_usage() {
        true => Ok(()),
        false => write_reports(&options.report, &report, &must_run),
    };
    let is_interrupted = stop.reason() == Some(interrupt::REASON);
    match Failure::of_all(failures.into_iter().chain(no_lane).chain(no_engine).collect()) {
        Some(failure) if is_interrupted => Err(Failure { code: exit::INTERRUPTED, ..failure }),
        Some(failure) => Err(failure),
        None => Ok(written.err().unwrap_or_else(|| match is_interrupted {
            // Also between two runs, where no report shows it.
            true => exit::INTERRUPTED,
            false => exit_code(&report),
        })),
    }
}

/// Reads what the run needs. Signals are handled from here on.
fn prepare(args: &RunArgs, stop: &Arc<Stop>) -> Result<(Chosen, Selection, Asked), Failure> {
    interrupt::watch(stop.clone())
        .map_err(|error| Failure::harness(format_args!("cannot catch signals: {error}")))?;
    check_reports(&args.options.report)?;
    let asked = Asked::of(&args.options)?;
    let lanes = lanes(&args.options)?;
    let selection = select(&args.what, &args.options)?;
    let read = inputs(&args.options, &selection).chain(args.options.known.as_deref());
    check_inputs("the report", report_paths(&args.options), read)?;
    Ok((lanes, selection, asked))
}

/// The files that a run reads, besides the list of known failures.
fn inputs<'a>(options: &'a RunOptions, selection: &'a Selection) -> impl Iterator<Item = &'a Path> {
    let scripts = selection.scripts.iter().filter_map(|selected| match &selected.script.source {
        Source::Path(path) => Some(path.as_path()),
        Source::Embedded(_) => None,
    });
    let tables = [&options.lanes, &options.engines, &options.suites, &options.worker];
    scripts.chain(tables.into_iter().flatten().map(PathBuf::as_path))
}

fn report_paths(options: &RunOptions) -> impl Iterator<Item = &Path> {
    options.report.iter().map(|to| to.path.as_path())
}

fn named_twice(names: &[String]) -> Option<&String> {
    names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name)
}

/// The failures of lanes and of adapters, each with its name.
#[derive(Default)]
struct Failures {
    lanes: Vec<(String, Failure)>,
    engines: Vec<(String, Failure)>,
}

impl Failures {
    fn is_usage(&self) -> bool {
        self.lanes.iter().any(|(_, failure)| failure.code == exit::USAGE)
    }

    /// The adapters that did not start.
    fn engines(&self) -> Vec<SkippedEngine> {
        let told = |(engine, failure): &(String, Failure)| SkippedEngine {
            engine: engine.clone(),
            reason: failure.message.clone(),
            remedy: String::new(),
            did_not_start: true,
        };
        self.engines.iter().map(told).collect()
    }

    /// The lanes that failed before anything was recorded for them.
    fn without_run(&self, report: &Report) -> Vec<SkippedLane> {
        let ran = |lane: &str| report.runs.iter().any(|run| run.lane.name == lane);
        let silent =
            self.lanes.iter().filter(|(lane, failure)| failure.code != exit::USAGE && !ran(lane));
        let told = |(lane, failure): &(String, Failure)| SkippedLane {
            lane: lane.clone(),
            reason: failure.message.clone(),
            remedy: String::new(),
        };
        silent.map(told).collect()
    }

    fn into_iter(self) -> impl Iterator<Item = Failure> {
        let lanes = self.lanes.into_iter().map(|(lane, failure)| failure.of_lane(&lane));
        lanes.chain(self.engines.into_iter().map(|(_, failure)| failure))
    }
}

/// What is the same for every engine and lane.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// What the user typed.
    pub args: &'a RunArgs,
    /// The scripts.
    pub selection: &'a Selection,
    /// The engines.
    pub asked: &'a Asked,
    /// Whether there is more than one engine or lane, or several ways.
    pub is_one_of_several: bool,
    /// Stops the run.
    pub stop: &'a Arc<Stop>,
}

/// Runs every engine on one lane. `engines` are those that a lane has described last.
fn run_lane(
    order: &Order<'_>,
    lane: &ReadyLane,
    engines: &mut Vec<Engine>,
    failures: &mut Failures,
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let (options, stop) = (&order.args.options, order.stop);
    let mut choice = match order.asked.on(options, lane, stop) {
        // It did not start because of the stop, as on a lane before this one all is known.
        Err(_) if stop.reason().is_some() && !engines.is_empty() => {
            return unbegun::lane(order, lane, engines, recorder);
        }
        choice => choice?,
    };
    failures.engines.append(&mut choice.failed);
    *engines = choice.picked.iter().map(|picked| picked.engine.clone()).collect();
    for (at, Picked { engine, launch, first }) in choice.picked.iter_mut().enumerate() {
        if at > 0 && stop.reason().is_some() {
            return unbegun::engines(order, lane, &engines[at..], recorder);
        }
        // A worker that has served another engine has that engine's peak of memory.
        let mut pools = || first.take().map_or_else(|| start(launch, options, stop), Ok);
        run_engine(order, lane, &mut pools, engine, recorder)?;
    }
    Ok(())
}

/// The program in reports.
pub fn tool() -> Tool {
    Tool { name: "wassay".to_string(), version: env!("CARGO_PKG_VERSION").to_string() }
}

fn run_engine(
    order: &Order<'_>,
    lane: &ReadyLane,
    pools: &mut dyn FnMut() -> Result<Pool, Failure>,
    engine: &Engine,
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let Order { args, selection, stop, .. } = *order;
    let options = &args.options;
    let scripts = &selection.scripts;
    let known = at_once(|| KnownFile::load(options, engine))?;
    let named = scripts.iter().map(|selected| &selected.script);
    let blessed =
        if options.bless { Some(known.target(engine, named, &selection.catalogue)?) } else { None };
    let lists = || blessed.iter().map(PathBuf::as_path);
    check_inputs("the report", report_paths(options), lists())?;
    check_inputs("the list of known failures", lists(), inputs(options, selection))?;
    let passes = Passes::of(options, lane, engine)?;
    let (pool, ahead) = match begin(order, lane, pools, engine, &passes.all) {
        Err(_) if stop.reason().is_some() && recorder.run().is_some() => {
            unbegun::passes(order, lane, engine, &passes.all, recorder);
            return Ok(());
        }
        begun => begun?,
    };
    let mut runner = Runner { order, lane, engine, known, blessed, ahead, compiled: None };
    let mut pool = Some(pool);
    for (at, pass) in passes.all.iter().enumerate() {
        // Each run has processes of its own: nothing but the directory passes from one to the next.
        let pool = match pool.take() {
            Some(first) => Ok(first),
            None => pools(),
        };
        match pool {
            _ if at > 0 && stop.reason().is_some() => {
                unbegun::passes(order, lane, engine, &passes.all[at..], recorder);
                break;
            }
            pool => runner.run(&pool?, pass, recorder)?,
        }
    }
    Ok(())
}

/// Starts what the first pass needs, and checks that the lane has what the options ask for.
fn begin(
    order: &Order<'_>,
    lane: &ReadyLane,
    pools: &mut dyn FnMut() -> Result<Pool, Failure>,
    engine: &Engine,
    passes: &[Pass],
) -> Result<(Pool, Option<Ahead>), Failure> {
    let (options, stop) = (&order.args.options, order.stop);
    let config = &passes[0].config;
    let pool = pools()?;
    let ahead = match (&lane.host, config.cache) {
        (Some(host), Cache::Directory) => {
            Some(Ahead::start(host, &pool, &engine.name, config, timeout(options), stop)?)
        }
        _ => None,
    };
    let has = |name: &str| engine.capabilities.iter().any(|has| has == name);
    if !config.isa_without.is_empty() && has("isa") {
        // A feature that the engine does not know would make every directive unsupported.
        if let Some(why) = trouble(&pool, &engine.name, config, stop) {
            return Err(Failure::usage(format_args!("--isa-without: {why}")));
        }
    }
    if options.cache_dir.is_some() && has("disk-cache") {
        // An engine that refuses the directory would make every directive a fault.
        let kept = passes.iter().find(|pass| pass.config.cache == Cache::Directory);
        let why = kept.and_then(|pass| trouble(&pool, &engine.name, &pass.config, stop));
        if let Some(why) = why {
            return Err(Failure::usage(format_args!("--cache-dir: {why}")));
        }
    }
    Ok((pool, ahead))
}

/// The time limit for one directive, before the lane's factor applies.
pub fn timeout(options: &RunOptions) -> Duration {
    options.timeout.unwrap_or(TIMEOUT)
}

/// The number of worker processes.
pub fn workers(options: &RunOptions) -> usize {
    let cpus = || std::thread::available_parallelism().map_or(1, |cpus| cpus.get());
    options.jobs.unwrap_or_else(cpus)
}
