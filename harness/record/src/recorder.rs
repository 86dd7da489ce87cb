//! Takes events; keeps the report that they add up to. Judges nothing: the caller adds problems and
//! known failures.

use crate::caching;
use crate::describe::Tool;
use crate::event::{Event, FileEvent, Note, RunHead, Span};
use crate::finding::Finding;
use crate::report::{
    File, OpenResult, Problem, ProblemKind, Report, Run, SkippedEngine, SkippedLane, Unlisted,
};
use crate::verdict::Verdict;

/// Builds a [`Report`] from events.
#[derive(Clone, Debug)]
pub struct Recorder {
    report: Report,
    begun: Vec<bool>,
}

impl Recorder {
    /// A recorder without any event.
    pub fn new(tool: Tool) -> Recorder {
        Recorder { report: Report::new(tool), begun: Vec::new() }
    }

    /// Takes one event. Its files are those of the run that started last.
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

    /// The run that started last.
    pub fn run(&self) -> Option<&Run> {
        self.report.runs.last()
    }

    /// The run that filled the cache directory of the run that started last; see
    /// [`Report::filling`].
    pub fn filling(&self) -> Option<&Run> {
        self.report.filling(self.report.runs.len().checked_sub(1)?)
    }

    /// The run that started last, for its judge.
    pub fn run_mut(&mut self) -> Option<&mut Run> {
        self.report.runs.last_mut()
    }

    /// Records that a selected lane could not run: why, and the command that helps.
    pub fn skip_lane(&mut self, skipped: SkippedLane) {
        self.report.skip_lane(skipped);
    }

    /// Records that a selected engine could not run: why, and the command that helps.
    pub fn skip_engine(&mut self, skipped: SkippedEngine) {
        self.report.skip_engine(skipped);
    }

    /// Compares the run that started last with the first run of the same engine. Each directive or
    /// file that differs on this lane becomes a problem of its own kind.
    pub fn compare_lanes(&mut self) {
        if let Some(last) = self.report.runs.len().checked_sub(1) {
            self.report.compare_lane(last);
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
            text_hash: file.text_hash,
            ..File::default()
        });
        self.report.runs.push(Run {
            engine: head.engine,
            lane: head.lane,
            config: head.config,
            partition: head.partition,
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
        self.report.relate_to_native();
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
            for Span(index, count, verdict) in batch.spans {
                if verdict != Verdict::Passed {
                    file.unlisted.push(Unlisted { index, count, verdict });
                }
            }
            let is_pass = |note: &Note| note.finding.verdict == Verdict::Passed;
            let (passes, notes): (Vec<Note>, Vec<Note>) =
                batch.notes.into_iter().partition(is_pass);
            file.open.extend(passes.into_iter().filter_map(open));
            file.findings.extend(notes);
        }
        FileEvent::Worked { functions, cache } => {
            let functions = [run.functions_compiled, functions].into_iter().flatten();
            run.functions_compiled = functions.reduce(u64::saturating_add);
            run.cache = caching::sum(run.cache, cache);
        }
        FileEvent::Fault { message } => {
            let path = file.path.clone();
            run.problems.push(Problem { kind: ProblemKind::Fault, path, message });
        }
        FileEvent::Finished { wall_s, peak_rss, stopped } => {
            file.wall_s = wall_s;
            file.stopped = stopped;
            file.findings.sort_by_key(|note| note.finding.index);
            file.open.sort_by_key(|open| open.index);
            file.unlisted = joined(std::mem::take(&mut file.unlisted));
            run.peak_rss = run.peak_rss.max(peak_rss);
        }
    }
}

/// The result of a pass, if the script leaves it open.
fn open(note: Note) -> Option<OpenResult> {
    let Finding { index, line, column, kind, expected, actual, .. } = note.finding;
    let (expected, actual) = (expected?, actual?);
    Some(OpenResult { index, line, column, kind, expected, actual })
}

/// Sorts spans and joins adjacent ones.
fn joined(mut spans: Vec<Unlisted>) -> Vec<Unlisted> {
    spans.sort_by_key(|span| span.index);
    let mut joined: Vec<Unlisted> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last)
                if last.verdict == span.verdict
                    && last.index.checked_add(last.count) == Some(span.index) =>
            {
                last.count = last.count.saturating_add(span.count);
            }
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Batch, FileHead};
    use crate::{CacheCounts, Expected, Observed, Pattern};

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

    #[test]
    fn directives_without_findings_are_kept_by_position() {
        let mut recorder = Recorder::new(Tool::default());
        let files = vec![FileHead::default()];
        recorder.event(Event::RunStarted(Box::new(RunHead { files, ..RunHead::default() })));
        let span = |from, count, verdict| Span(from, count, verdict);
        let batches = [
            vec![span(0, 2, Verdict::Passed), span(4, 2, Verdict::HarnessOnly)],
            vec![span(6, 1, Verdict::HarnessOnly), span(2, 1, Verdict::HarnessOnly)],
            vec![span(3, 1, Verdict::Skipped)],
        ];
        for spans in batches {
            let what = FileEvent::Verdicts(Batch { spans, notes: Vec::new() });
            recorder.event(Event::File { file: 0, what });
        }
        let what = FileEvent::Finished { wall_s: 0.5, peak_rss: None, stopped: None };
        recorder.event(Event::File { file: 0, what });
        let unlisted = |index, count, verdict| Unlisted { index, count, verdict };
        assert_eq!(
            recorder.into_report().runs[0].files[0].unlisted,
            [
                unlisted(2, 1, Verdict::HarnessOnly),
                unlisted(3, 1, Verdict::Skipped),
                unlisted(4, 3, Verdict::HarnessOnly),
            ]
        );
    }

    #[test]
    fn a_pass_is_kept_only_if_something_was_open() {
        let mut recorder = Recorder::new(Tool::default());
        let files = vec![FileHead::default()];
        recorder.event(Event::RunStarted(Box::new(RunHead { files, ..RunHead::default() })));
        let seven = Observed::Returned(vec![Pattern::I32(7)]);
        let bare = |index| Finding::bare(index, 1, 1, "invoke", Verdict::Passed);
        let (expected, actual) = (Some(Expected::Returned), Some(seven.clone()));
        let note = Note::new(Finding { expected, actual, ..bare(1) });
        let notes = vec![note, Note::new(bare(0))];
        let batch = Batch { spans: Vec::new(), notes };
        let stores = |stores| CacheCounts { stores, ..CacheCounts::default() };
        for what in [
            FileEvent::Verdicts(batch),
            FileEvent::Worked { functions: Some(3), cache: None },
            FileEvent::Worked { functions: None, cache: Some(stores(1)) },
            FileEvent::Worked { functions: Some(4), cache: Some(stores(u64::MAX)) },
        ] {
            recorder.event(Event::File { file: 0, what });
        }
        let run = &recorder.into_report().runs[0];
        assert_eq!((run.files[0].ledger.passed, run.functions_compiled), (2, Some(7)));
        assert_eq!(run.cache, Some(stores(u64::MAX)));
        assert!(run.files[0].findings.is_empty());
        let open: Vec<_> =
            run.files[0].open.iter().map(|open| (open.index, &open.actual)).collect();
        assert_eq!(open, [(1, &seven)]);
    }

    #[test]
    fn a_lane_is_skipped_once_and_ratios_are_computed() {
        let mut recorder = Recorder::new(Tool::default());
        let skipped = SkippedLane { lane: "far".into(), ..SkippedLane::default() };
        recorder.skip_lane(skipped.clone());
        recorder.skip_lane(skipped.clone());
        for (lane, wall_s) in [("native", 2.0), ("aarch64", 5.0)] {
            let mut head = RunHead::default();
            head.lane.name = lane.to_string();
            recorder.event(Event::RunStarted(Box::new(head)));
            recorder.event(Event::RunFinished { wall_s, stopped: None });
        }
        let report = recorder.into_report();
        assert_eq!(report.skipped_lanes, [skipped]);
        assert_eq!(report.runs[1].ratio_to_native, Some(2.5));
    }
}
