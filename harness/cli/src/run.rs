//! `wassay run`: scripts and engines in, reports and an exit code out. Judges no directive itself.

use crate::ahead::{Ahead, trouble};
use crate::answers;
use crate::args::{RunArgs, RunOptions};
use crate::engines;
use crate::exit::{self, Failure};
use crate::interrupt::{self, at_once};
use crate::known::KnownFile;
use crate::lane::{Chosen, ReadyLane, lanes};
use crate::outcome::{Results, exit_code, print, show, write_reports};
use crate::selection::{Selected, Selection, select};
use crate::targets::{check_inputs, check_reports};
use crate::watcher::Watcher;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use wassay_record::{Cache, Config, Engine, Event, Recorder, Report, RunHead, SkippedLane, Tool};
use wassay_runner::pool::{Job, Packed, Pool, Stop};
use wassay_suites::Source;

pub const TIMEOUT: Duration = Duration::from_secs(30);
/// How many events may wait for the reporter before workers wait.
const EVENTS_AHEAD: usize = 4096;

/// Runs what the arguments select, on every lane and engine, and reports.
///
/// # Errors
/// If the run cannot begin. Later problems are part of the reports and of the exit code.
pub fn run(args: &RunArgs) -> Result<u8, Failure> {
    let options = &args.options;
    let stop = Arc::new(Stop::new());
    engines::check_seeding()?;
    if options.bless && options.known.is_some() && options.engine.len() > 1 {
        return Err(Failure::usage(
            "--known names one list; it cannot serve two engines: run them one at a time",
        ));
    }
    for (what, names) in [("engine", &options.engine), ("lane", &options.lane)] {
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
        is_one_of_several: lanes.ready.len() > 1 || options.engine.len() > 1,
        stop: &stop,
    };
    for lane in &lanes.ready {
        // A lane that fails does not affect the others.
        if let Err(failure) = run_lane(&order, lane, &mut recorder) {
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
        print(options, &wassay_report::closing(&report));
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
        None => Ok(written.err().unwrap_or_else(|| exit_code(&report))),
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
struct Order<'a> {
    args: &'a RunArgs,
    selection: &'a Selection,
    /// Whether there is more than one engine or lane.
    is_one_of_several: bool,
    stop: &'a Arc<Stop>,
}

/// Runs every engine on one lane.
fn run_lane(order: &Order<'_>, lane: &ReadyLane, recorder: &mut Recorder) -> Result<(), Failure> {
    let (options, stop) = (&order.args.options, order.stop);
    let start =
        || Pool::start(lane.launch.clone(), timeout(options), stop).map_err(Failure::harness);
    let mut pool = Some(start()?);
    let engines = pool.as_ref().map_or(Ok(Vec::new()), |pool| chosen(options, pool))?;
    for engine in engines {
        // A worker that has served another engine has that engine's peak of memory.
        let fresh = match pool.take() {
            Some(first) => first,
            None => start()?,
        };
        run_engine(order, lane, &fresh, &engine, recorder)?;
    }
    Ok(())
}

/// The program in reports.
pub fn tool() -> Tool {
    Tool { name: "wassay".to_string(), version: env!("CARGO_PKG_VERSION").to_string() }
}

fn chosen(options: &RunOptions, pool: &Pool) -> Result<Vec<Engine>, Failure> {
    let names = match &options.engine[..] {
        [] => match (&options.worker, pool.engines()) {
            (Some(_), [only]) => vec![only.name.clone()],
            _ => vec![engines::REFERENCE.to_string()],
        },
        names => names.to_vec(),
    };
    names
        .iter()
        .map(|name| engines::find(pool.engines(), name).cloned().map_err(Failure::usage))
        .collect()
}

fn run_engine(
    order: &Order<'_>,
    lane: &ReadyLane,
    pool: &Pool,
    engine: &Engine,
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let Order { args, selection, is_one_of_several, stop } = *order;
    let options = &args.options;
    let scripts = &selection.scripts;
    let known = at_once(|| KnownFile::load(options, engine))?;
    let named = scripts.iter().map(|selected| &selected.script);
    let blessed =
        if options.bless { Some(known.target(engine, named, &selection.catalogue)?) } else { None };
    let lists = || blessed.iter().map(PathBuf::as_path);
    check_inputs("the report", report_paths(options), lists())?;
    check_inputs("the list of known failures", lists(), inputs(options, selection))?;
    let config = configuration(lane, engine)?;
    let ahead = match (&lane.host, config.cache) {
        (Some(host), Cache::Directory) => {
            Some(Ahead::start(host, pool, &engine.name, &config, timeout(options), stop)?)
        }
        _ => None,
    };
    if !config.isa_without.is_empty() && engine.capabilities.iter().any(|has| has == "isa") {
        // A feature that the engine does not know would make every directive unsupported.
        if let Some(why) = trouble(pool, &engine.name, &config, stop) {
            return Err(Failure::usage(format_args!("--isa-without: {why}")));
        }
    }
    let answered = answers::are_wanted(selection);
    let watched = |script: &Selected| {
        let name = known.key(&script.script, &selection.catalogue);
        name.map(|name| known.known.hashes(&name)).unwrap_or_default()
    };
    let mut jobs: Vec<Job> =
        scripts.iter().map(|script| job(script, engine, &config, watched(script))).collect();
    if answered {
        let asked = jobs.iter_mut().zip(scripts);
        asked.for_each(|(job, script)| job.watch.extend(answers::hashes(script)));
    }
    if recorder.run().is_none() && !answered && !options.quiet {
        let list = if options.bless { String::new() } else { known.advice() };
        print(options, &wassay_report::plain(&(selection.advice() + &list)));
    }
    let mut watcher = Watcher::new(options, selection, known, stop.clone(), recorder);
    let started = Instant::now();
    watcher.event(Event::RunStarted(Box::new(RunHead {
        engine: engine.clone(),
        lane: lane.lane.clone(),
        config: Config {
            // The cache directory says nothing about the run.
            cache_directory: None,
            features: options.features.map(wassay_suites::in_short),
            ..config.clone()
        },
        partition: selection.partition.clone(),
        files: scripts.iter().map(Selected::head).collect(),
    })));
    watcher.judge_list();
    watcher.note_unreadable();
    let compiled = ahead.map(|ahead| ahead.run(&jobs, workers(options), stop));
    // With --fail-fast, workers do not run ahead of the judgement of finished files.
    let (sender, events) = sync_channel(if options.fail_fast { 0 } else { EVENTS_AHEAD });
    let ran = std::thread::scope(|scope| {
        let pool = scope.spawn(move || {
            let sink = |file, what| {
                let _ = sender.send(Event::File { file, what });
            };
            pool.run(&jobs, workers(options), stop, &sink)
        });
        watcher.follow(events);
        pool.join()
    });
    let wall_s = started.elapsed().as_secs_f64();
    watcher.event(Event::RunFinished { wall_s, stopped: stop.reason().map(str::to_string) });
    watcher.close();
    watcher.note_seeding(pool.engines());
    let incidents = watcher.incidents(compiled);
    let blessed = blessed.map_or(Ok(()), |path| watcher.bless(&path));
    let passes = watcher.into_passes();
    recorder.compare_lanes();
    if let Some(run) = recorder.run() {
        let answers = answered.then(|| answers::answers(selection, run, &passes));
        show(options, run, &Results { answers: answers.as_deref(), is_one_of_several });
    }
    match ran {
        Ok(Ok(())) => incidents.and(blessed),
        Ok(Err(message)) => Err(Failure::harness(message)),
        Err(_) => Err(Failure::harness("a thread that watches workers panicked")),
    }
}

/// The lane's configuration for this engine. Only an engine with a cache directory can load code
/// that was compiled elsewhere; any other compiles in the lane.
///
/// # Errors
/// If `--isa-without` names a feature that the lane's code does not use: that is a
/// misunderstanding.
fn configuration(lane: &ReadyLane, engine: &Engine) -> Result<Config, Failure> {
    let config = match &lane.host {
        Some(host) if engine.capabilities.iter().any(|has| has == "disk-cache") => {
            host.configure(&lane.config)
        }
        _ => return Ok(lane.config.clone()),
    };
    match config.isa_without.iter().find(|name| !config.isa_with.contains(name)) {
        None => Ok(config),
        Some(name) => Err(Failure::usage(format_args!(
            "--isa-without {name}: the code for the lane {} does not use it, only: {}",
            lane.lane.name,
            config.isa_with.join(", ")
        ))),
    }
}

fn job(script: &Selected, engine: &Engine, config: &Config, watch: HashSet<String>) -> Job {
    Job {
        engine: engine.name.clone(),
        config: config.clone(),
        needs: script.script.needs,
        script: script.text.clone(),
        lines: script.lines.clone(),
        watch,
        // If modules are compiled on the host, scripts are read there, too.
        packed: (config.cache == Cache::Directory).then(Packed::default),
        compile_only: false,
    }
}

fn timeout(options: &RunOptions) -> Duration {
    options.timeout.unwrap_or(TIMEOUT)
}

fn workers(options: &RunOptions) -> usize {
    let cpus = || std::thread::available_parallelism().map_or(1, |cpus| cpus.get());
    options.jobs.unwrap_or_else(cpus)
}
