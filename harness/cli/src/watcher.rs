//! Follows one run. Takes its events; passes on the records, the progress for people and the
//! judgement against the known failures. Starts nothing and prints no report.

use crate::ahead::{Incident, late, lazy};
use crate::args::RunOptions;
use crate::exit::Failure;
use crate::known::KnownFile;
use crate::selection::{Selected, Selection};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use wassay_cranelift::seeding;
use wassay_record::{Engine, Event, Note, Problem, ProblemKind, Recorder, Run, Way};
use wassay_report::Progress;
use wassay_runner::known::{Found, GatedRun, Listed};
use wassay_runner::pool::Stop;

const FAIL_FAST: &str = "fail-fast";

/// Follows one run: shows progress, records, and judges each file against the known failures.
pub struct Watcher<'a> {
    options: &'a RunOptions,
    selection: &'a Selection,
    list: KnownFile,
    stop: Arc<Stop>,
    run: GatedRun<'a>,
    progress: Progress,
}

impl<'a> Watcher<'a> {
    /// A watcher without any event.
    pub fn new(
        options: &'a RunOptions,
        selection: &'a Selection,
        list: KnownFile,
        stop: Arc<Stop>,
        recorder: &'a mut Recorder,
    ) -> Watcher<'a> {
        let progress = Progress::new(!options.quiet);
        let listed = |Selected { script, lines, .. }: &Selected| Listed {
            path: list.key(script, &selection.catalogue),
            whole: lines.is_none(),
        };
        let scripts = selection.scripts.iter().map(listed).collect();
        let run = GatedRun::new(list.known.clone(), scripts, recorder);
        Watcher { options, selection, list, stop, run, progress }
    }

    /// Takes events until there are no more.
    pub fn follow(&mut self, events: Receiver<Event>) {
        for event in events {
            self.event(event);
        }
    }

    /// Takes one event.
    pub fn event(&mut self, event: Event) {
        self.progress.event(&event);
        if self.run.event(event) == Some(false) && self.options.fail_fast {
            self.stop.stop(FAIL_FAST);
        }
    }

    /// Judges the engine's description of itself, and the list's entries, whichever scripts run.
    pub fn judge_list(&mut self) {
        self.run.judge_list(self.list.strays(&self.selection.catalogue));
    }

    /// Records the selected scripts that cannot be read.
    pub fn note_unreadable(&mut self) {
        self.run.add(self.selection.unreadable.iter().cloned());
    }

    /// After the last file: records listed failures that did not appear.
    pub fn close(&mut self) {
        self.run.close(self.selection.names());
    }

    /// Records that this program, or the one that runs these engines, may be faulty on purpose, so
    /// that its run never passes for one of the engine. A worker program may seed faults into any
    /// of its engines.
    pub fn note_seeding(&mut self, engines: &[Engine]) {
        let theirs = engines.iter().map(|engine| engine.notice.clone());
        let notices = theirs.filter(|notice| !notice.is_empty()).chain(seeding().notice());
        let notices: BTreeSet<String> = notices.collect();
        let fault = |message| Problem { kind: ProblemKind::Fault, path: String::new(), message };
        if let Some(run) = self.run.run() {
            run.problems.extend(notices.into_iter().map(fault));
        }
    }

    /// Records what went wrong while modules were compiled for the run, unless the run reports it
    /// itself, and functions that were compiled where none should be.
    pub fn incidents(&mut self, compiled: Option<Vec<Incident>>, way: Way) {
        let Some(run) = self.run.run() else { return };
        let is_ahead = compiled.is_some();
        let incidents = compiled.into_iter().flatten();
        let problems: Vec<_> = incidents.filter_map(|incident| incident.problem(run)).collect();
        run.problems.extend(problems);
        if is_ahead {
            run.problems.extend(late(run));
        } else if way == Way::Reloaded && !has_failure(run) {
            // A module that was compiled again is a failure of its directive, known or not.
            run.problems.extend(lazy(run));
        }
    }

    /// The notes of watched directives that passed, by script.
    pub fn into_passes(self) -> Vec<Vec<Note>> {
        self.run.into_passes()
    }

    /// Writes what the run found into the list of known failures, and judges the run by that list.
    ///
    /// # Errors
    /// If the run had a fault or was stopped, so its results are not the engine's. If the list
    /// cannot be written.
    pub fn bless(&mut self, path: &Path) -> Result<(), Failure> {
        let Some((run, scripts)) = self.run.found() else { return Ok(()) };
        let shown = path.display();
        let has_fault = run.problems.iter().any(|problem| problem.kind == ProblemKind::Fault);
        if has_fault || run.stopped.is_some() {
            let why = if has_fault { "had a fault" } else { "was stopped" };
            return Err(Failure::harness(format_args!(
                "{shown} is unchanged, because the run {why}: its results may not be the \
                 engine's; run it again"
            )));
        }
        let (blessed, changes) = self.list.bless(
            path,
            Found {
                engine: &run.engine,
                lane: &run.lane.name,
                config: &run.config,
                scripts: &scripts,
                exists: &|pattern| self.list.stray(pattern, &self.selection.catalogue).is_none(),
                ran_whole: &|pattern| self.run.ran_whole(pattern, self.selection.names()),
            },
        )?;
        crate::complain(&format!("{shown}: {changes}"));
        self.judge_again(blessed);
        Ok(())
    }

    fn judge_again(&mut self, list: KnownFile) {
        self.list = list;
        let strays = self.list.strays(&self.selection.catalogue);
        self.run.judge_again(self.list.known.clone(), strays, self.selection.names());
        if let Some(run) = self.run.run() {
            // A person adds the reasons later; this run has done its work.
            run.problems.retain(|problem| problem.kind != ProblemKind::KnownWithoutReason);
        }
    }
}

/// Whether a directive failed.
fn has_failure(run: &Run) -> bool {
    let mut findings = run.files.iter().flat_map(|file| &file.findings);
    findings.any(|note| note.finding.verdict.is_bad())
}
