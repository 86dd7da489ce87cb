//! One pass of an engine over all scripts, in one way on one lane: takes a pool of workers; gives the
//! recorded and judged run. Several passes make a way or an engine; nothing here knows which.

use crate::ahead::{Ahead, Incident};
use crate::answers;
use crate::cases;
use crate::exit::Failure;
use crate::known::KnownFile;
use crate::lane::ReadyLane;
use crate::outcome::{Results, print, show};
use crate::run::{Order, workers};
use crate::selection::Selected;
use crate::watcher::Watcher;
use crate::ways::Pass;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::time::Instant;
use wassay_record::{Config, Engine, Event, Recorder, RunHead};
use wassay_runner::pool::{Job, Packed, Pool};

/// How many events may wait for the reporter before workers wait.
const EVENTS_AHEAD: usize = 4096;

/// What is the same for all passes of one engine on one lane.
pub struct Runner<'a> {
    /// What to run.
    pub order: &'a Order<'a>,
    /// The lane.
    pub lane: &'a ReadyLane,
    /// The engine.
    pub engine: &'a Engine,
    /// Its list of known failures.
    pub known: KnownFile,
    /// Where the list is rewritten, if it is.
    pub blessed: Option<PathBuf>,
    /// Compiles for the lane on this machine.
    pub ahead: Option<Ahead>,
    /// What went wrong when the modules were compiled, once they are.
    pub compiled: Option<Vec<Incident>>,
}

impl Runner<'_> {
    /// Runs all scripts; records and shows the run.
    ///
    /// # Errors
    /// If the run could not be made, or what it found could not be written.
    pub fn run(
        &mut self,
        pool: &Pool,
        pass: &Pass,
        recorder: &mut Recorder,
    ) -> Result<(), Failure> {
        let Order { args, selection, is_one_of_several, stop, .. } = *self.order;
        let (options, scripts) = (&args.options, &selection.scripts);
        let known = self.known.in_way(pass.config.way);
        let answered = answers::are_wanted(selection);
        let watched = |script: &Selected| {
            let name = known.key(&script.script, &selection.catalogue);
            let mut hashes = name.map(|name| known.known.hashes(&name)).unwrap_or_default();
            if answered {
                hashes.extend(answers::hashes(script));
            }
            hashes
        };
        let jobs: Vec<Job> =
            scripts.iter().map(|script| self.job(script, pass, watched(script))).collect();
        if recorder.run().is_none() && !answered && !options.quiet {
            let list = if options.bless { String::new() } else { known.advice() };
            print(options, &wassay_report::plain(&(selection.advice() + &list)));
        }
        let mut watcher = Watcher::new(options, selection, known, stop.clone(), recorder);
        let started = Instant::now();
        let head = head(self.order, self.lane, self.engine, &pass.config);
        watcher.event(Event::RunStarted(Box::new(head)));
        watcher.judge_list();
        watcher.note_unreadable();
        let compiled = match (&self.compiled, &self.ahead) {
            (None, Some(ahead)) => ahead.run(&jobs, workers(options), stop).map(Some),
            (before, _) => Ok(before.clone()),
        };
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
        let incidents = compiled.map(|compiled| {
            watcher.incidents(compiled.clone(), pass.config.way);
            self.compiled = compiled;
        });
        let blessed = self.blessed.as_ref().map_or(Ok(()), |path| watcher.bless(path));
        let passes = watcher.into_passes();
        recorder.compare_lanes();
        if let Some(run) = recorder.run() {
            let answers = answered.then(|| answers::answers(selection, run, &passes));
            let (answers, distinction) = (answers.as_deref(), &*pass.distinction);
            let filled = recorder.filling();
            show(options, run, &Results { answers, is_one_of_several, distinction, filled });
            if answers.is_none() {
                print(options, &cases::cases(selection, run));
            }
        }
        match ran {
            Ok(Ok(())) => incidents.and(blessed),
            Ok(Err(message)) => Err(Failure::harness(message)),
            Err(_) => Err(Failure::harness("a thread that watches workers panicked")),
        }
    }

    fn job(&self, script: &Selected, pass: &Pass, watch: HashSet<String>) -> Job {
        Job {
            engine: self.engine.name.clone(),
            config: pass.config.clone(),
            needs: script.script.needs,
            script: script.text.clone(),
            lines: script.lines.clone(),
            watch,
            // If modules are compiled on the host, scripts are read there, too.
            packed: self.ahead.is_some().then(Packed::default),
            backtraces: pass.is_compared,
            compile_only: false,
        }
    }
}

/// What a run with this configuration is, before it starts.
pub fn head(order: &Order<'_>, lane: &ReadyLane, engine: &Engine, config: &Config) -> RunHead {
    RunHead {
        engine: engine.clone(),
        lane: lane.lane.clone(),
        config: Config {
            // The cache directory says nothing about the run.
            cache_directory: None,
            cache_limit: None,
            features: order.args.options.features.map(wassay_suites::in_short),
            ..config.clone()
        },
        partition: order.selection.partition.clone(),
        files: order.selection.scripts.iter().map(Selected::head).collect(),
    }
}
