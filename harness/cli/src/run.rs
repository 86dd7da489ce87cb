//! `wassay run`: scripts and engines in, reports and an exit code out.

use crate::ahead::{Ahead, Incident, late};
use crate::args::{ReportKind, ReportTo, RunArgs, RunOptions};
use crate::exit::{self, Failure};
use crate::known::KnownFile;
use crate::lane::{ReadyLane, lanes};
use crate::selection::{Selected, select};
use crate::{engines, interrupt};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};
use wassay_record::{
    Config, Engine, Event, FileEvent, Note, ProblemKind, Recorder, Report, Run, RunHead, Tool,
    Verdict,
};
use wassay_report::{Look, Progress, summary};
use wassay_runner::pool::{Job, Packed, Pool, Stop};

const TIMEOUT: Duration = Duration::from_secs(30);
/// How many events may wait for the reporter before workers have to.
const EVENTS_AHEAD: usize = 4096;
const FAIL_FAST: &str = "fail-fast";

/// Runs what the arguments ask for, on every lane and engine, and reports.
///
/// # Errors
/// If it cannot be begun. What goes wrong later is part of the reports and of the exit code.
pub fn run(args: &RunArgs) -> Result<u8, Failure> {
    let options = &args.options;
    let lanes = lanes(options)?;
    let scripts = select(&args.what, options.partition)?;
    let stop = Arc::new(Stop::new());
    interrupt::watch(stop.clone())
        .map_err(|error| Failure::harness(format_args!("cannot catch signals: {error}")))?;
    let mut recorder = Recorder::new(tool());
    let mut failures = Vec::new();
    lanes.skipped.iter().for_each(|lane| recorder.skip_lane(lane.clone()));
    for lane in &lanes.ready {
        // A lane that cannot be run to its end takes nothing from the others.
        if let Err(failure) = run_lane(args, lane, &scripts, &stop, &mut recorder) {
            let is_usage = failure.code == exit::USAGE;
            failures.push(failure.of_lane(&lane.lane.name));
            if is_usage {
                break;
            }
        }
    }
    failures.extend(lanes.is_whole().err());
    let report = recorder.into_report();
    print(options, &wassay_report::closing(&report));
    let written = match report.runs.is_empty() && !failures.is_empty() {
        true => Ok(()),
        false => write_reports(&options.report, &report),
    };
    match Failure::of_all(failures) {
        Some(failure) => Err(failure),
        None => Ok(written.err().unwrap_or_else(|| exit_code(&report))),
    }
}

/// Runs every engine on one lane.
fn run_lane(
    args: &RunArgs,
    lane: &ReadyLane,
    scripts: &[Selected],
    stop: &Arc<Stop>,
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let pool =
        Pool::start(lane.launch.clone(), timeout(&args.options)).map_err(Failure::harness)?;
    for engine in chosen(&args.options, &pool)? {
        run_engine(args, lane, &pool, &engine, scripts, stop, recorder)?;
    }
    Ok(())
}

/// What made the report.
pub fn tool() -> Tool {
    Tool { name: "wassay".to_string(), version: env!("CARGO_PKG_VERSION").to_string() }
}

fn chosen(options: &RunOptions, pool: &Pool) -> Result<Vec<Engine>, Failure> {
    let names = match &options.engine[..] {
        [] => vec![engines::REFERENCE.to_string()],
        names => names.to_vec(),
    };
    names
        .iter()
        .map(|name| engines::find(pool.engines(), name).cloned().map_err(Failure::usage))
        .collect()
}

fn run_engine(
    args: &RunArgs,
    lane: &ReadyLane,
    pool: &Pool,
    engine: &Engine,
    scripts: &[Selected],
    stop: &Arc<Stop>,
    recorder: &mut Recorder,
) -> Result<(), Failure> {
    let options = &args.options;
    let known = KnownFile::load(options, engine)?;
    let blessed = if options.bless { Some(known.target(options, engine)?) } else { None };
    let config = configuration(lane, engine)?;
    let ahead = match (&lane.host, &*config.cache) {
        (Some(host), "directory") => {
            Some(Ahead::start(host, pool, &engine.name, &config, timeout(options))?)
        }
        _ => None,
    };
    let jobs: Vec<Job> =
        scripts.iter().map(|script| job(script, engine, &config, &known)).collect();
    let mut watcher = Watcher::new(options, scripts, known, stop.clone(), recorder);
    let started = Instant::now();
    watcher.event(Event::RunStarted(Box::new(RunHead {
        engine: engine.clone(),
        lane: lane.lane.clone(),
        // Which directory it was says nothing about the run.
        config: Config { cache_directory: None, ..config.clone() },
        files: scripts.iter().map(Selected::head).collect(),
    })));
    let compiled = ahead.map(|ahead| ahead.run(&jobs, workers(options), stop));
    // With --fail-fast nobody runs ahead of the judgement of what has ended.
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
    if args.what.is_empty() && options.partition.is_none() {
        watcher.look_for_missing();
    }
    let incidents = watcher.incidents(compiled);
    let blessed = blessed.map_or(Ok(()), |path| watcher.bless(&path));
    recorder.compare_lanes();
    if let Some(run) = recorder.run() {
        show(options, run);
    }
    match ran {
        Ok(Ok(())) => incidents.and(blessed),
        Ok(Err(message)) => Err(Failure::harness(message)),
        Err(_) => Err(Failure::harness("a thread that watches workers panicked")),
    }
}

/// The lane's configuration, for this engine: only one with a cache directory can load what was
/// compiled elsewhere, any other compiles in the lane.
///
/// # Errors
/// If the code is to do without what it does not use anyway: that is a misunderstanding.
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
            "--isa-without {name}: the code of lane {} uses only: {}",
            lane.lane.name,
            config.isa_with.join(", ")
        ))),
    }
}

fn job(script: &Selected, engine: &Engine, config: &Config, known: &KnownFile) -> Job {
    Job {
        engine: engine.name.clone(),
        config: config.clone(),
        needs: script.script.needs,
        script: script.text.clone(),
        lines: script.lines,
        watch: known.known.hashes(&script.script.name),
        // Where modules are compiled on the host, scripts are read there, too.
        packed: (config.cache == "directory").then(Packed::default),
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

/// Follows one run: shows progress, records, and judges each file against the known failures.
struct Watcher<'a> {
    options: &'a RunOptions,
    scripts: &'a [Selected],
    known: KnownFile,
    stop: Arc<Stop>,
    recorder: &'a mut Recorder,
    progress: Progress,
    passes: Vec<Vec<Note>>,
}

impl<'a> Watcher<'a> {
    fn new(
        options: &'a RunOptions,
        scripts: &'a [Selected],
        known: KnownFile,
        stop: Arc<Stop>,
        recorder: &'a mut Recorder,
    ) -> Watcher<'a> {
        let progress = Progress::new(!options.quiet);
        let passes = vec![Vec::new(); scripts.len()];
        Watcher { options, scripts, known, stop, recorder, progress, passes }
    }

    fn follow(&mut self, events: Receiver<Event>) {
        for event in events {
            self.event(event);
        }
    }

    fn event(&mut self, event: Event) {
        self.progress.event(&event);
        let mut finished = None;
        match &event {
            Event::File { file, what: FileEvent::Verdicts(batch) } => {
                let passed = |note: &&Note| note.finding.verdict == Verdict::Passed;
                self.passes[*file].extend(batch.notes.iter().filter(passed).cloned());
            }
            Event::File { file, what: FileEvent::Finished { .. } } => finished = Some(*file),
            _ => {}
        }
        self.recorder.event(event);
        if let Some(file) = finished {
            self.judge(file);
        }
    }

    fn judge(&mut self, at: usize) {
        let Some(run) = self.recorder.run() else { return };
        let whole = self.scripts[at].lines.is_none() && run.files[at].stopped.is_none();
        let problems = self.known.known.judge(&mut run.files[at], &self.passes[at], whole);
        let unexpected = |note: &Note| note.finding.verdict.is_bad() && note.known.is_none();
        let bad = !problems.is_empty() || run.files[at].findings.iter().any(unexpected);
        run.problems.extend(problems);
        if self.options.fail_fast && bad {
            self.stop.stop(FAIL_FAST);
        }
    }

    /// After a run over everything: what is known of scripts that are not there.
    fn look_for_missing(&mut self) {
        if let Some(run) = self.recorder.run() {
            run.problems.extend(self.known.known.missing(&run.files));
        }
    }

    /// What went wrong while modules were compiled for the run, but for what the run tells.
    fn incidents(
        &mut self,
        compiled: Option<Result<Vec<Incident>, Failure>>,
    ) -> Result<(), Failure> {
        let Some(incidents) = compiled.transpose()? else { return Ok(()) };
        if let Some(run) = self.recorder.run() {
            let problems: Vec<_> =
                incidents.into_iter().filter_map(|incident| incident.problem(run)).collect();
            run.problems.extend(problems);
            run.problems.extend(late(run));
        }
        Ok(())
    }

    fn bless(&mut self, path: &Path) -> Result<(), Failure> {
        let Some(run) = self.recorder.run() else { return Ok(()) };
        let parts: Vec<bool> = run
            .files
            .iter()
            .zip(self.scripts)
            .map(|(file, script)| file.stopped.is_some() || script.lines.is_some())
            .collect();
        self.known.bless(path, run, &parts)?;
        eprintln!("wassay: {} is what this run found; say why in each new entry", path.display());
        Ok(())
    }
}

fn show(options: &RunOptions, run: &Run) {
    let look = Look { failures: options.show.unwrap_or(20), quiet: options.quiet };
    print(options, &summary(run, &look));
}

/// Prints for people: to standard output, unless a report goes there.
fn print(options: &RunOptions, text: &str) {
    let to_stdout = options.report.iter().all(|report| report.path != Path::new("-"));
    // A reader that has gone away is no failure of the run.
    let _ = if to_stdout {
        write!(anstream::stdout(), "{text}")
    } else {
        write!(anstream::stderr(), "{text}")
    };
}

/// Writes the reports; a report that cannot be written changes the exit code and nothing else.
fn write_reports(reports: &[ReportTo], report: &Report) -> Result<(), u8> {
    let mut failed = false;
    for to in reports {
        let text = match to.kind {
            ReportKind::Json => report.to_json(),
            ReportKind::Junit => wassay_report::junit(report),
            ReportKind::Markdown => wassay_report::markdown(report),
        };
        let written = if to.path == Path::new("-") {
            std::io::stdout().lock().write_all(text.as_bytes())
        } else {
            wassay_report::write_file(&to.path, &text)
        };
        if let Err(error) = written {
            eprintln!("wassay: cannot write the report {}: {error}", to.path.display());
            failed = true;
        }
    }
    if failed { Err(exit::HARNESS) } else { Ok(()) }
}

/// What the report comes to.
fn exit_code(report: &Report) -> u8 {
    let stopped = |reason| report.runs.iter().any(|run| run.stopped.as_deref() == Some(reason));
    let mut problems = report.runs.iter().flat_map(|run| &run.problems);
    let adds_up = report.runs.iter().all(|run| run.ledger.adds_up());
    if stopped(interrupt::REASON) {
        exit::INTERRUPTED
    } else if problems.clone().any(|problem| problem.kind == ProblemKind::Fault) || !adds_up {
        exit::HARNESS
    } else if problems.next().is_some()
        || report.runs.iter().any(|run| run.regressions().next().is_some())
    {
        exit::UNEXPECTED
    } else {
        exit::OK
    }
}
