//! Follows one run: its events enter; what the recorder keeps, what a person sees of its progress
//! and the judgement against the known failures leave. Starts nothing and prints no report.

use crate::ahead::{Incident, late};
use crate::args::RunOptions;
use crate::exit::Failure;
use crate::known::KnownFile;
use crate::selection::Selection;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use wassay_record::{Event, FileEvent, Note, ProblemKind, Recorder, Verdict};
use wassay_report::Progress;
use wassay_runner::known::{Found, Gate, Ran};
use wassay_runner::pool::Stop;

const FAIL_FAST: &str = "fail-fast";

/// Follows one run: shows progress, records, and judges each file against the known failures.
pub struct Watcher<'a> {
    options: &'a RunOptions,
    selection: &'a Selection,
    list: KnownFile,
    /// What the list calls the scripts, where it can have them.
    keys: Vec<Option<String>>,
    gate: Gate,
    stop: Arc<Stop>,
    recorder: &'a mut Recorder,
    progress: Progress,
    passes: Vec<Vec<Note>>,
}

impl<'a> Watcher<'a> {
    /// A watcher that has seen nothing.
    pub fn new(
        options: &'a RunOptions,
        selection: &'a Selection,
        list: KnownFile,
        stop: Arc<Stop>,
        recorder: &'a mut Recorder,
    ) -> Watcher<'a> {
        let progress = Progress::new(!options.quiet);
        let passes = vec![Vec::new(); selection.scripts.len()];
        let keys = selection.scripts.iter().map(|selected| list.key(&selected.script)).collect();
        let gate = Gate::new(list.known.clone());
        Watcher { options, selection, list, keys, gate, stop, recorder, progress, passes }
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
            let bad = self.judge(file);
            if self.options.fail_fast && bad {
                self.stop.stop(FAIL_FAST);
            }
        }
    }

    /// Judges what the engine says of itself, and the list by what there is, whatever is run.
    pub fn judge_list(&mut self) {
        let strays = self.list.strays(&self.selection.catalogue);
        if let Some(run) = self.recorder.run() {
            run.problems.extend(self.list.known.judge_support(&run.engine, &run.lane.name));
            run.problems.extend(strays);
        }
    }

    /// Notes the scripts that were selected and cannot be read.
    pub fn note_unreadable(&mut self) {
        if let Some(run) = self.recorder.run() {
            run.problems.extend(self.selection.unreadable.iter().cloned());
        }
    }

    /// Judges a file by the list; true if something in it is not as expected.
    fn judge(&mut self, at: usize) -> bool {
        let whole = self.is_whole(at);
        let Some(run) = self.recorder.run() else { return false };
        let Some(key) = &self.keys[at] else {
            return run.files[at].findings.iter().any(unexpected);
        };
        let problems = self.gate.judge(key, &mut run.files[at], &self.passes[at], whole);
        let bad = !problems.is_empty() || run.files[at].findings.iter().any(unexpected);
        run.problems.extend(problems);
        bad
    }

    /// Whether every directive of a file was run.
    fn is_whole(&mut self, at: usize) -> bool {
        let is_asked = self.selection.scripts[at].lines.is_none();
        is_asked && self.recorder.run().is_some_and(|run| run.files[at].stopped.is_none())
    }

    /// After the last file: what is listed and was not there.
    pub fn close(&mut self) {
        let names = self.selection.catalogue.every_script().iter();
        let stale = self.gate.close(names.map(|script| script.name.as_str()));
        if let Some(run) = self.recorder.run() {
            run.problems.extend(stale);
        }
    }

    /// What went wrong while modules were compiled for the run, but for what the run tells.
    ///
    /// # Errors
    /// If they could not be compiled at all.
    pub fn incidents(
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

    /// The notes of what passed and was watched, by script.
    pub fn into_passes(self) -> Vec<Vec<Note>> {
        self.passes
    }

    /// Makes what the run found the list of known failures, and judges the run by it.
    ///
    /// # Errors
    /// If the run had a fault or was stopped: what it found is not what the engine does. If the
    /// list cannot be written.
    pub fn bless(&mut self, path: &Path) -> Result<(), Failure> {
        let wholes: Vec<bool> = (0..self.keys.len()).map(|at| self.is_whole(at)).collect();
        let Some(run) = self.recorder.run() else { return Ok(()) };
        let shown = path.display();
        let has_fault = run.problems.iter().any(|problem| problem.kind == ProblemKind::Fault);
        if has_fault || run.stopped.is_some() {
            let why = if has_fault { "it had a fault" } else { "it was stopped" };
            return Err(Failure::harness(format_args!(
                "{shown} is left as it is: {why}, so the run did not find what the engine does"
            )));
        }
        let catalogue = &self.selection.catalogue;
        let scripts = (0..self.keys.len()).filter_map(|at| {
            let (file, passes, whole) = (&run.files[at], &*self.passes[at], wholes[at]);
            Some(Ran { path: self.keys[at].as_deref()?, file, passes, whole })
        });
        let names = catalogue.every_script().iter().map(|script| script.name.as_str());
        let blessed = self.list.bless(
            path,
            Found {
                engine: &run.engine,
                lane: &run.lane.name,
                scripts: &scripts.collect::<Vec<_>>(),
                exists: &|pattern| self.list.stray(pattern, catalogue).is_none(),
                ran_whole: &|pattern| self.gate.ran_whole(pattern, names.clone()),
            },
        )?;
        // There may be no terminal any more.
        let _ = writeln!(
            std::io::stderr(),
            "wassay: {shown} is what this run found; say why in each new entry"
        );
        self.judge_again(blessed);
        Ok(())
    }

    fn judge_again(&mut self, list: KnownFile) {
        self.gate = Gate::new(list.known.clone());
        self.list = list;
        if let Some(run) = self.recorder.run() {
            run.problems.retain(|problem| !problem.kind.is_about_a_list());
            let notes = run.files.iter_mut().flat_map(|file| &mut file.findings);
            notes.for_each(|note| note.known = None);
        }
        self.judge_list();
        for at in 0..self.keys.len() {
            self.judge(at);
        }
        self.close();
        if let Some(run) = self.recorder.run() {
            // A person says why when there is time; this run has done its work.
            run.problems.retain(|problem| problem.kind != ProblemKind::KnownWithoutReason);
        }
    }
}

fn unexpected(note: &Note) -> bool {
    note.finding.verdict.is_bad() && note.known.is_none()
}
