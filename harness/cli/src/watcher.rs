//! Follows one run: its events enter; what the recorder keeps, what a person sees of its progress
//! and the judgement against the known failures leave. Starts nothing and prints no report.

use crate::ahead::{Incident, late};
use crate::args::RunOptions;
use crate::exit::Failure;
use crate::known::KnownFile;
use crate::selection::Selected;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use wassay_record::{Event, FileEvent, Note, Recorder, Verdict};
use wassay_report::Progress;
use wassay_runner::pool::Stop;

const FAIL_FAST: &str = "fail-fast";

/// Follows one run: shows progress, records, and judges each file against the known failures.
pub struct Watcher<'a> {
    options: &'a RunOptions,
    scripts: &'a [Selected],
    known: KnownFile,
    stop: Arc<Stop>,
    recorder: &'a mut Recorder,
    progress: Progress,
    passes: Vec<Vec<Note>>,
}

impl<'a> Watcher<'a> {
    /// A watcher that has seen nothing.
    pub fn new(
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
    pub fn look_for_missing(&mut self) {
        if let Some(run) = self.recorder.run() {
            run.problems.extend(self.known.known.missing(&run.files));
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

    /// Makes what the run found the list of known failures.
    ///
    /// # Errors
    /// If the list cannot be written.
    pub fn bless(&mut self, path: &Path) -> Result<(), Failure> {
        let Some(run) = self.recorder.run() else { return Ok(()) };
        let parts: Vec<bool> = run
            .files
            .iter()
            .zip(self.scripts)
            .map(|(file, script)| file.stopped.is_some() || script.lines.is_some())
            .collect();
        self.known.bless(path, run, &parts)?;
        let path = path.display();
        // There may be no terminal any more.
        let _ = writeln!(
            std::io::stderr(),
            "wassay: {path} is what this run found; say why in each new entry"
        );
        Ok(())
    }
}
