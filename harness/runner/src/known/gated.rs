//! Takes the events of one run; keeps its record and the passes that were asked for, and holds
//! each file that ends against the list of known failures. Starts nothing, shows nothing.

use super::bless::Ran;
use super::gate::Gate;
use super::list::Known;
use super::pattern::PathPattern;
use wassay_record::{Event, FileEvent, Note, Problem, Recorder, Run, Verdict};
use wassay_suites::ListName;

/// A script of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What the list calls it; `None` if it cannot be in the list.
    pub path: Option<ListName>,
    /// Whether every directive of it is to be run.
    pub whole: bool,
}

/// A run that is recorded and held against a list.
#[derive(Debug)]
pub struct GatedRun<'a> {
    gate: Gate,
    recorder: &'a mut Recorder,
    scripts: Vec<Listed>,
    passes: Vec<Vec<Note>>,
}

impl<'a> GatedRun<'a> {
    /// A run of these scripts that has not started.
    pub fn new(known: Known, scripts: Vec<Listed>, recorder: &'a mut Recorder) -> GatedRun<'a> {
        let passes = vec![Vec::new(); scripts.len()];
        GatedRun { gate: Gate::new(known), recorder, scripts, passes }
    }

    /// Takes one event. If a file ends with it: whether all in the file is as expected.
    pub fn event(&mut self, event: Event) -> Option<bool> {
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
        finished.map(|file| self.judge(file))
    }

    /// The run, once it has started.
    pub fn run(&mut self) -> Option<&mut Run> {
        self.recorder.run_mut()
    }

    /// Adds what is wrong besides directives.
    pub fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        if let Some(run) = self.run() {
            run.problems.extend(problems);
        }
    }

    /// Judges the list itself: adds what the engine lacks of what it states or has beyond that,
    /// and `strays`, its entries about nothing.
    pub fn judge_list(&mut self, strays: Vec<Problem>) {
        if let Some(run) = self.recorder.run_mut() {
            run.problems.extend(self.gate.known().judge_support(&run.engine, &run.lane.name));
            run.problems.extend(strays);
        }
    }

    /// After the last file: adds what is listed and was not there, and limits that are not listed.
    /// `names` are the scripts that there are.
    pub fn close<'n>(&mut self, names: impl Iterator<Item = &'n str> + Clone) {
        let stale = self.gate.close(names);
        self.add(stale);
        if let Some(run) = self.recorder.run_mut() {
            let limits = self.gate.known().judge_limits(run);
            run.problems.extend(limits);
        }
    }

    /// Forgets what the list said, and holds the whole run against another one.
    pub fn judge_again<'n>(
        &mut self,
        known: Known,
        strays: Vec<Problem>,
        names: impl Iterator<Item = &'n str> + Clone,
    ) {
        self.gate = Gate::new(known);
        if let Some(run) = self.run() {
            run.problems.retain(|problem| !problem.kind.is_about_a_list());
            let notes = run.files.iter_mut().flat_map(|file| &mut file.findings);
            notes.for_each(|note| (note.known, note.known_ways) = (None, Vec::new()));
        }
        self.judge_list(strays);
        for at in 0..self.scripts.len() {
            self.judge(at);
        }
        self.close(names);
    }

    /// The run and those of its scripts that a list can have.
    pub fn found(&self) -> Option<(&Run, Vec<Ran<'_>>)> {
        let run = self.recorder.run()?;
        let scripts = self.scripts.iter().zip(&run.files).zip(&self.passes);
        let ran = scripts.filter_map(|((script, file), passes)| {
            let whole = script.whole && file.stopped.is_none();
            Some(Ran { path: script.path.as_ref()?, file, passes, whole })
        });
        Some((run, ran.collect()))
    }

    /// Whether everything was run that the pattern may mean, among scripts of these names.
    pub fn ran_whole<'n>(
        &self,
        pattern: &PathPattern,
        names: impl Iterator<Item = &'n str>,
    ) -> bool {
        self.gate.ran_whole(pattern, names)
    }

    /// The notes of what passed and was watched, by script.
    pub fn into_passes(self) -> Vec<Vec<Note>> {
        self.passes
    }

    /// Judges a file by the list; true if all in it is as expected.
    fn judge(&mut self, at: usize) -> bool {
        let Some(run) = self.recorder.run_mut() else { return true };
        let config = run.config.clone();
        let (file, script) = (&mut run.files[at], &self.scripts[at]);
        let problems = match &script.path {
            Some(path) => {
                let whole = script.whole && file.stopped.is_none();
                self.gate.judge(path, file, &self.passes[at], whole, &config)
            }
            None => Vec::new(),
        };
        let expected = problems.is_empty() && !file.findings.iter().any(Note::is_unexpected);
        run.problems.extend(problems);
        expected
    }
}

#[cfg(test)]
mod tests;
