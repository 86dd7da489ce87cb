//! Takes events; keeps the report that they amount to.
//! Judges nothing: problems and known failures are added by whoever knows them.

use crate::compare::compare_lanes;
use crate::describe::Tool;
use crate::event::{Event, FileEvent, RunHead};
use crate::report::{File, Problem, ProblemKind, Report, Run};
use crate::verdict::Verdict;

/// Builds a [`Report`] from events.
#[derive(Clone, Debug)]
pub struct Recorder {
    report: Report,
    begun: Vec<bool>,
}

impl Recorder {
    /// A recorder that has seen nothing.
    pub fn new(tool: Tool) -> Recorder {
        Recorder { report: Report::new(tool), begun: Vec::new() }
    }

    /// Takes one event. Files are those of the run that was started last.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::RunStarted(head) => self.start(*head),
            Event::File { file, what } => {
                if let Some(run) = self.report.runs.last_mut()
                    && let Some(begun) = self.begun.get_mut(file)
                {
                    *begun = true;
                    record(run, file, what);
                }
            }
            Event::RunFinished { wall_s, stopped } => self.finish(wall_s, stopped),
        }
    }

    /// The run that was started last.
    pub fn run(&mut self) -> Option<&mut Run> {
        self.report.runs.last_mut()
    }

    /// Holds the run that was started last against the first run of the same engine: a directive
    /// whose verdict differs between lanes is a problem of its own kind.
    pub fn compare_lanes(&mut self) {
        let Some((last, earlier)) = self.report.runs.split_last_mut() else { return };
        let same_engine = |run: &&Run| run.engine.name == last.engine.name;
        let Some(first) = earlier.iter().find(same_engine) else { return };
        if first.stopped.is_some() || last.stopped.is_some() {
            return;
        }
        for change in compare_lanes(first, last) {
            let message = format!(
                "{}:{} {}: {} on {}, {} on {}",
                change.line,
                change.column,
                change.kind,
                change.before.name(),
                first.lane.name,
                change.after.name(),
                last.lane.name,
            );
            let kind = ProblemKind::LaneDifference;
            last.problems.push(Problem { kind, path: change.path, message });
        }
    }

    /// The report so far.
    pub fn into_report(self) -> Report {
        self.report
    }

    fn start(&mut self, head: RunHead) {
        self.begun = vec![false; head.files.len()];
        let files = head.files.into_iter().map(|file| File {
            path: file.path,
            suite: file.suite,
            proposal: file.proposal,
            ..File::default()
        });
        self.report.runs.push(Run {
            engine: head.engine,
            lane: head.lane,
            config: head.config,
            files: files.collect(),
            ..Run::default()
        });
    }

    fn finish(&mut self, wall_s: f64, stopped: Option<String>) {
        let Some(run) = self.report.runs.last_mut() else { return };
        run.wall_s = wall_s;
        run.stopped = stopped;
        for (file, begun) in run.files.iter_mut().zip(&self.begun) {
            if !begun && file.stopped.is_none() {
                file.stopped.clone_from(&run.stopped);
            }
            run.ledger += file.ledger;
        }
    }
}

fn record(run: &mut Run, index: usize, what: FileEvent) {
    let file = &mut run.files[index];
    match what {
        FileEvent::Started { directives } => file.ledger.directives = directives.into(),
        FileEvent::Verdicts(batch) => {
            for (_, verdict) in batch.verdicts() {
                file.ledger.add(verdict);
            }
            let worth_telling = |verdict| verdict != Verdict::Passed;
            let notes = batch.notes.into_iter().filter(|note| worth_telling(note.finding.verdict));
            file.findings.extend(notes);
        }
        FileEvent::Fault { message } => {
            let path = file.path.clone();
            run.problems.push(Problem { kind: ProblemKind::Fault, path, message });
        }
        FileEvent::Finished { wall_s, peak_rss, stopped } => {
            file.wall_s = wall_s;
            file.stopped = stopped;
            file.findings.sort_by_key(|note| note.finding.index);
            run.peak_rss = run.peak_rss.max(peak_rss);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Batch, FileHead, Span};

    #[test]
    fn the_ledger_is_the_sum_of_the_files() {
        let mut recorder = Recorder::new(Tool::default());
        let files = vec![FileHead { path: "a".into(), ..FileHead::default() }; 2];
        recorder.event(Event::RunStarted(Box::new(RunHead { files, ..RunHead::default() })));
        let spans = vec![Span(0, 3, Verdict::Passed)];
        for what in [
            FileEvent::Started { directives: 3 },
            FileEvent::Verdicts(Batch { spans, notes: Vec::new() }),
            FileEvent::Finished { wall_s: 0.5, peak_rss: Some(10), stopped: None },
        ] {
            recorder.event(Event::File { file: 1, what });
        }
        recorder
            .event(Event::RunFinished { wall_s: 1.0, stopped: Some("interrupted".to_string()) });
        let run = &recorder.into_report().runs[0];
        assert_eq!((run.ledger.directives, run.ledger.passed), (3, 3));
        assert!(run.ledger.adds_up());
        assert_eq!(run.files[0].stopped.as_deref(), Some("interrupted"));
        assert_eq!(run.peak_rss, Some(10));
    }
}
