//! Takes a report of unknown origin; returns the first contradiction between its counts and its
//! lists. Trusts no ledger: counts each again from findings and spans. Sees no file and no script.

use crate::partition::Partition;
use crate::report::{File, ProblemKind, Report, Run};
use crate::verdict::{Ledger, Verdict};
use std::collections::HashSet;

/// The first contradiction in a report, as a sentence.
pub(crate) fn audit(report: &Report) -> Result<(), String> {
    report.runs.iter().try_for_each(audit_run)
}

fn audit_run(run: &Run) -> Result<(), String> {
    if let Some(why) = run.partition.as_ref().and_then(Partition::contradiction) {
        return Err(format!("{}: {why}", run.name()));
    }
    let mut sum = Ledger::default();
    let mut paths = HashSet::new();
    for file in &run.files {
        if !paths.insert(&file.path) {
            return Err(format!("{}: the file {} is listed twice", run.name(), file.path));
        }
        // A file that broke or was stopped may lack verdicts; the run fails for that reason anyway.
        let broke = |problem: &crate::Problem| {
            problem.kind == ProblemKind::Fault && problem.path == file.path
        };
        let cut = file.stopped.is_some() || run.problems.iter().any(broke);
        audit_file(file, cut).map_err(|why| format!("{}, {}: {why}", run.name(), file.path))?;
        sum = sum
            .checked_add(file.ledger)
            .ok_or_else(|| format!("the counts of {} exceed every suite", file.path))?;
    }
    match differing(&run.ledger, &sum) {
        None => Ok(()),
        Some((what, claimed, counted)) => Err(format!(
            "{}: the run claims {claimed} {what}, its files have {counted}",
            run.name()
        )),
    }
}

fn audit_file(file: &File, cut: bool) -> Result<(), String> {
    let directives = file.ledger.directives;
    let mut counted = Ledger { directives, ..Ledger::default() };
    // Each span is (first directive, one past the last).
    let mut spans: Vec<(u64, u64)> = Vec::new();
    let findings = file.findings.iter().map(|note| (note.finding.index, 1, note.finding.verdict));
    let unlisted = file.unlisted.iter().map(|span| (span.index, span.count, span.verdict));
    for (index, count, verdict) in findings.chain(unlisted) {
        let (first, count) = (u64::from(index), u64::from(count));
        if first + count > directives {
            return Err(format!("directive {index} of {directives} has a verdict"));
        }
        if verdict == Verdict::Passed {
            return Err(format!("directive {index} passed and is listed as if it had not"));
        }
        counted.add_many(verdict, count);
        spans.push((first, first + count));
    }
    spans.sort_unstable();
    if let Some(pair) = spans.windows(2).find(|pair| pair[0].1 > pair[1].0) {
        return Err(format!("directive {} has two verdicts", pair[1].0));
    }
    let listed: u64 = spans.iter().map(|(first, end)| end - first).sum();
    counted.passed = directives - listed;
    if cut && file.ledger.passed < counted.passed {
        counted.passed = file.ledger.passed;
    }
    match differing(&file.ledger, &counted) {
        None => Ok(()),
        Some((what, claimed, counted)) => {
            Err(format!("the ledger claims {claimed} {what}, the findings amount to {counted}"))
        }
    }
}

/// The first count in which two ledgers differ: its name and both values.
fn differing(one: &Ledger, other: &Ledger) -> Option<(String, u64, u64)> {
    let counts = |ledger: &Ledger| {
        let counts = Verdict::ALL.map(|verdict| (verdict.words(), ledger.count(verdict)));
        let mut counts = counts.to_vec();
        counts.push(("directives".to_string(), ledger.directives));
        counts
    };
    let pairs = counts(one).into_iter().zip(counts(other));
    pairs
        .into_iter()
        .find_map(|((name, one), (_, other))| (one != other).then_some((name, one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finding, Note, Problem, Tool, Unlisted};

    /// A file of five directives: one failed, two test the text parser only, two passed.
    fn file() -> File {
        let finding = Finding::bare(1, 2, 1, "assert_return", Verdict::Failed);
        let unlisted = Unlisted { index: 3, count: 2, verdict: Verdict::HarnessOnly };
        File {
            path: "a".to_string(),
            ledger: Ledger {
                directives: 5,
                passed: 2,
                failed: 1,
                harness_only: 2,
                ..Ledger::default()
            },
            findings: vec![Note::new(finding)],
            unlisted: vec![unlisted],
            ..File::default()
        }
    }

    fn report(file: File) -> Report {
        let mut report = Report::new(Tool::default());
        report.runs.push(Run { ledger: file.ledger, files: vec![file], ..Run::default() });
        report.runs[0].engine.name = "e".to_string();
        report
    }

    /// The message about a report that has this lie in it.
    fn caught(lie: impl FnOnce(&mut Report)) -> String {
        let mut report = report(file());
        lie(&mut report);
        audit(&report).err().unwrap_or_default()
    }

    #[test]
    fn an_honest_report_is_consistent() {
        assert_eq!(caught(|_| ()), "");
    }

    #[test]
    fn every_lie_is_caught() {
        let of = |report: &mut Report, change: fn(&mut File)| {
            change(&mut report.runs[0].files[0]);
            report.runs[0].ledger = report.runs[0].files[0].ledger;
        };
        type Lie = fn(&mut File);
        let lies: [(Lie, &str); 8] = [
            (|file| (file.ledger.passed, file.ledger.failed) = (3, 0), "claims 3 passed"),
            (|file| file.ledger.failed = 0, "claims 0 failed"),
            (|file| file.ledger.passed = 1, "claims 1 passed"),
            (|file| file.findings[0].finding.index = 9, "directive 9 of 5"),
            (|file| file.unlisted[0].count = u32::MAX, "directive 3 of 5"),
            (|file| file.unlisted[0].index = 1, "directive 1 has two verdicts"),
            (|file| file.unlisted[0].verdict = Verdict::Passed, "directive 3 passed"),
            (|file| file.ledger.directives = 4, "directive 3 of 4"),
        ];
        for (lie, words) in lies {
            let said = caught(|report| of(report, lie));
            assert!(said.contains(words), "{words}: {said}");
            assert!(said.starts_with("e on native, a: "), "{said}");
        }
        let said = caught(|report| report.runs[0].ledger.passed = 7);
        assert_eq!(said, "e on native: the run claims 7 passed, its files have 2");
        let huge = |report: &mut Report| {
            let file = File {
                ledger: Ledger { directives: u64::MAX, passed: u64::MAX, ..Ledger::default() },
                ..File::default()
            };
            let other = File { path: "b".to_string(), ..file.clone() };
            report.runs[0].files = vec![file, other];
        };
        assert!(caught(huge).contains("exceed every suite"));
    }

    #[test]
    fn a_file_is_listed_once() {
        let said = caught(|report| {
            let run = &mut report.runs[0];
            run.files.push(run.files[0].clone());
            run.ledger = run.ledger.checked_add(run.ledger).unwrap();
        });
        assert_eq!(said, "e on native: the file a is listed twice");
    }

    #[test]
    fn a_run_covers_shards_that_exist() {
        let of = |of, shards: &[u64]| {
            let (shards, selection) = (shards.to_vec(), "x".to_string());
            caught(|report| {
                let partition = Partition { of, shards, scripts: 1, selection };
                report.runs[0].partition = Some(partition);
            })
        };
        assert_eq!(of(2, &[1, 2]), "");
        for (count, shards, words) in [
            (0, &[][..], "it covers no shard of 0"),
            (0, &[1], "there is no shard 1 of 0"),
            (2, &[1, 3], "there is no shard 3 of 2"),
            (2, &[0], "there is no shard 0 of 2"),
            (2, &[1, 1], "its shards are not in ascending order"),
        ] {
            assert_eq!(of(count, shards), format!("e on native: {words}"));
        }
    }

    #[test]
    fn a_stopped_run_may_lack_verdicts() {
        let lacking = |report: &mut Report| {
            report.runs[0].files[0].ledger.passed = 1;
            report.runs[0].ledger.passed = 1;
        };
        let stopped = caught(|report| {
            lacking(report);
            report.runs[0].files[0].stopped = Some("interrupted".to_string());
        });
        assert_eq!(stopped, "");
        let broken = caught(|report| {
            lacking(report);
            let problem =
                Problem { kind: ProblemKind::Fault, path: "a".to_string(), message: String::new() };
            report.runs[0].problems.push(problem);
        });
        assert_eq!(broken, "");
    }
}
