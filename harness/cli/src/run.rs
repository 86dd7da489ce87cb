//! `wassay run`: scripts and engines in, reports and an exit code out. Judges no directive itself.

use crate::ahead::{Ahead, trouble};
use crate::args::{RunArgs, RunOptions};
use crate::cache;
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
use crate::values::Engines;
use crate::ways::{self, Pass, Passes};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use wassay_lanes::NATIVE;
use wassay_record::{Cache, Engine, Recorder, Report, SkippedLane, Tool};
use wassay_runner::pool::{Launch, Pool, Stop};
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
    let names = engine_names(options);
    if options.bless && options.known.is_some() && names.len() > 1 {
        return Err(Failure::usage(
            "--known names one list; it cannot serve two engines: run them one at a time",
        ));
    }
    ways::check(options)?;
    cache::check_directory(options, &names)?;
    check_adapters(options, &names)?;
    for (what, names) in [("engine", &names), ("lane", &options.lane)] {
        if let Some(twice) = named_twice(names) {
            return Err(Failure::usage(format_args!(
                "--{what} names `{twice}` twice: name each {what} once"
            )));
        }
    }
    let (lanes, selection) = at_once(|| prepare(args, &stop))?;
    let mut recorder = Recorder::new(tool());
    let mut failures = Failures::default();
    lanes.skipped.iter().for_each(|lane| recorder.skip_lane(lane.clone()));
    let order = Order {
        args,
        selection: &selection,
        is_one_of_several: lanes.ready.len() > 1 || names.len() > 1 || ways::several(options),
        stop: &stop,
    };
    let mut engines = Vec::new();
    for lane in &lanes.ready {
        // A lane that fails does not affect the others.
        if let Err(failure) = run_lane(&order, lane, &mut engines, &mut recorder) {
            let is_usage = failure.code == exit::USAGE;
            failures.add(&lane.lane.name, failure);
            if is_usage {
                break;
            }
        }
    }
    let left_out = lanes.is_whole().err();
    let mut must_run = match &left_out {
        Some(_) => lanes.skipped.iter().map(|lane| lane.lane.clone()).collect(),
        None => Vec::new(),
    };
    let mut report = recorder.into_report();
    // If no lane is left, or one did not start, the failure explains it.
    if !lanes.ready.is_empty() {
        print(options, &wassay_report::closing(&report, shown(options)));
    }
    for lane in failures.without_run(&report) {
        must_run.push(lane.lane.clone());
        report.skip_lane(lane);
    }
    let written = match report.runs.is_empty() && failures.is_usage() {
        true => Ok(()),
        false => write_reports(&options.report, &report, &must_run),
    };
    let is_interrupted = stop.reason() == Some(interrupt::REASON);
    match Failure::of_all(failures.into_iter().chain(left_out).collect()) {
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
fn prepare(args: &RunArgs, stop: &Arc<Stop>) -> Result<(Chosen, Selection), Failure> {
    interrupt::watch(stop.clone())
        .map_err(|error| Failure::harness(format_args!("cannot catch signals: {error}")))?;
    check_reports(&args.options.report)?;
    let lanes = lanes(&args.options)?;
    let selection = select(&args.what, &args.options)?;
    let read = inputs(&args.options, &selection).chain(args.options.known.as_deref());
    check_inputs("the report", report_paths(&args.options), read)?;
    Ok((lanes, selection))
}

/// The files that a run reads, besides the list of known failures.
fn inputs<'a>(options: &'a RunOptions, selection: &'a Selection) -> impl Iterator<Item = &'a Path> {
    let scripts = selection.scripts.iter().filter_map(|selected| match &selected.script.source {
        Source::Path(path) => Some(path.as_path()),
        Source::Embedded(_) => None,
    });
    let tables = [&options.lanes, &options.suites, &options.worker];
    scripts.chain(tables.into_iter().flatten().map(PathBuf::as_path))
}

fn report_paths(options: &RunOptions) -> impl Iterator<Item = &Path> {
    options.report.iter().map(|to| to.path.as_path())
}

fn named_twice(names: &[String]) -> Option<&String> {
    names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name)
}

/// The failures of lanes, each with its lane.
#[derive(Default)]
struct Failures(Vec<(String, Failure)>);

impl Failures {
    fn add(&mut self, lane: &str, failure: Failure) {
        self.0.push((lane.to_string(), failure));
    }

    fn is_usage(&self) -> bool {
        self.0.iter().any(|(_, failure)| failure.code == exit::USAGE)
    }

    /// The lanes that failed before anything was recorded for them.
    fn without_run(&self, report: &Report) -> Vec<SkippedLane> {
        let ran = |lane: &str| report.runs.iter().any(|run| run.lane.name == lane);
        let silent =
            self.0.iter().filter(|(lane, failure)| failure.code != exit::USAGE && !ran(lane));
        let told = |(lane, failure): &(String, Failure)| SkippedLane {
            lane: lane.clone(),
            reason: failure.message.clone(),
            remedy: String::new(),
        };
        silent.map(told).collect()
    }

    fn into_iter(self) -> impl Iterator<Item = Failure> {
        self.0.into_iter().map(|(lane, failure)| failure.of_lane(&lane))
    }
}

/// What is the same for every engine and lane.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// What the user typed.
    pub args: &'a RunArgs,
    /// The scripts.
    pub selection: &'a Selection,
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
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let (options, stop) = (&order.args.options, order.stop);
    let mut chosen = match choose(options, lane, stop) {
        // It did not start because of the stop, as on a lane before this one all is known.
        Err(_) if stop.reason().is_some() && !engines.is_empty() => {
            return unbegun::lane(order, lane, engines, recorder);
        }
        chosen => chosen?,
    };
    *engines = chosen.iter().map(|chosen| chosen.engine.clone()).collect();
    for (at, Picked { engine, launch, first }) in chosen.iter_mut().enumerate() {
        if at > 0 && stop.reason().is_some() {
            return unbegun::engines(order, lane, &engines[at..], recorder);
        }
        // A worker that has served another engine has that engine's peak of memory.
        let mut pools = || first.take().map_or_else(|| start(launch, options, stop), Ok);
        run_engine(order, lane, &mut pools, engine, recorder)?;
    }
    Ok(())
}

/// An engine that is to run.
struct Picked {
    engine: Engine,
    /// How its workers are started.
    launch: Launch,
    /// The workers that have described it, if they have served no other engine.
    first: Option<Pool>,
}

fn start(launch: &Launch, options: &RunOptions, stop: &Stop) -> Result<Pool, Failure> {
    Pool::start(launch.clone(), timeout(options), stop).map_err(Failure::harness)
}

/// The engines that the options name, as the lane's workers describe them.
fn choose(options: &RunOptions, lane: &ReadyLane, stop: &Stop) -> Result<Vec<Picked>, Failure> {
    let names = engine_names(options);
    let mut chosen: Vec<Picked> = Vec::new();
    let is_adapter = |name: &&String| engines::adapter_command(name).is_some();
    if names.is_empty() || !names.iter().all(|name| is_adapter(&name)) {
        let pool = start(&lane.launch, options, stop)?;
        let names = match (&names[..], &options.worker, pool.engines()) {
            ([], Some(_), [only]) => vec![only.name.clone()],
            ([], ..) => vec![engines::REFERENCE.to_string()],
            (names, ..) => names.iter().filter(|name| !is_adapter(name)).cloned().collect(),
        };
        for name in names {
            let engine = engines::find(pool.engines(), &name).cloned().map_err(Failure::usage)?;
            chosen.push(Picked { engine, launch: lane.launch.clone(), first: None });
        }
        if let Some(Picked { first, .. }) = chosen.first_mut() {
            *first = Some(pool);
        }
    }
    for (at, name) in names.iter().enumerate() {
        let Some(command) = engines::adapter_command(name) else { continue };
        let arguments = vec!["--exec".into(), command.into()];
        let launch = Launch { arguments, ..lane.launch.clone() };
        let pool = start(&launch, options, stop)?;
        let [engine] = pool.engines() else {
            return Err(Failure::harness(format_args!("{name} is not one engine")));
        };
        let engine = engine.clone();
        if chosen.iter().any(|other| other.engine.name == engine.name) {
            return Err(Failure::usage(format_args!(
                "{name} calls its engine `{}`, as another one here is called: run them one at a time",
                engine.name
            )));
        }
        chosen.insert(at, Picked { engine, launch, first: Some(pool) });
    }
    Ok(chosen)
}

/// The names of all engines, in the order in which they were given.
fn engine_names(options: &RunOptions) -> Vec<String> {
    options.engine.iter().flat_map(|Engines(names)| names.clone()).collect()
}

/// Rejects options that an adapter cannot follow.
fn check_adapters(options: &RunOptions, names: &[String]) -> Result<(), Failure> {
    let Some(adapter) = names.iter().find(|name| engines::adapter_command(name).is_some()) else {
        return Ok(());
    };
    if options.worker.is_some() {
        return Err(Failure::usage(format_args!(
            "--worker has engines of its own, without {adapter}"
        )));
    }
    match options.lane.iter().find(|lane| *lane != NATIVE) {
        Some(lane) => Err(Failure::usage(format_args!(
            "{adapter} cannot run on the lane {lane}: write the emulator into the command, such as \
             exec:'qemu-aarch64 ./my-adapter'"
        ))),
        None => Ok(()),
    }
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
