//! Takes a case; runs it in one process per engine, and gives a comparison of the results. An
//! engine that writes outside its memory, or dies, does not affect another engine's results. Knows
//! no engine.

use crate::case::Case;
use crate::child::{Answer, Workers};
use crate::compare::{Comparison, RAN, Run, compare};
use crate::explained::Explained;
use crate::finding::Wrong;
use crate::subject::{THERE, engine_of};
use crate::trace::Step;
use crate::worker::{self, Request, Work};
use anyhow::Result;
use std::cell::LazyCell;
use std::ops::Deref;
use std::time::Duration;

/// The factor for the time limit on another machine, which may be emulated.
const SLOWER: u32 = 10;

/// The processes that run cases.
pub struct Fleet {
    crews: Vec<Crew>,
    list: Explained,
}

/// Processes for the subjects of one engine on one machine, one at a time.
struct Crew {
    /// The prefix of its subjects' names: [`THERE`], or nothing.
    place: &'static str,
    subjects: Vec<String>,
    workers: Workers,
}

/// The result of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The number of its modules.
    pub modules: usize,
    /// The number of calls that the first subject made.
    pub calls: usize,
    /// The number of those calls that trapped.
    pub traps: usize,
    /// The subjects that ran it.
    pub ran: Vec<String>,
    /// The subjects that did not run it, with what they lack.
    pub skipped: Vec<(String, String)>,
    /// The subjects that reached one of their limits.
    pub cut: Vec<String>,
    /// The subjects that it does not test, because the list explains every difference.
    pub masked: Vec<String>,
    /// The indices of the explained differences that occurred.
    pub explained: Vec<usize>,
    /// The problem, if there is one.
    pub wrong: Option<Wrong>,
    /// The steps of the first subject that ran it.
    pub steps: Vec<Step>,
}

impl Fleet {
    /// Processes for these subjects, started by this command on demand. `also` is a command for
    /// another machine, where the first engine's subjects run too.
    pub fn new(
        subjects: &[String],
        worker: &[String],
        also: Option<&[String]>,
        limit: Duration,
    ) -> Fleet {
        let mut crews: Vec<Crew> = Vec::new();
        for name in subjects {
            let same = |crew: &&mut Crew| engine_of(&crew.subjects[0]) == engine_of(name);
            match crews.iter_mut().find(same) {
                Some(crew) => crew.subjects.push(name.clone()),
                None => crews.push(Crew {
                    place: "",
                    subjects: vec![name.clone()],
                    workers: Workers::new(worker.to_vec(), limit),
                }),
            }
        }
        if let (Some(command), Some(first)) = (also, crews.first()) {
            let subjects = first.subjects.clone();
            let workers = Workers::new(command.to_vec(), limit * SLOWER);
            crews.push(Crew { place: THERE, subjects, workers });
        }
        let list = Explained::builtin().about(subjects.iter().map(String::as_str));
        Fleet { crews, list }
    }

    /// The names of all subjects.
    pub fn subjects(&self) -> Vec<String> {
        let names = |crew: &Crew| {
            let name = |subject| format!("{}{subject}", crew.place);
            crew.subjects.iter().map(name).collect::<Vec<_>>()
        };
        self.crews.iter().flat_map(names).collect()
    }

    /// Runs a case on all subjects.
    ///
    /// # Errors
    /// If a worker does not start.
    pub fn run(&mut self, work: &Work) -> Result<Report> {
        let all = self.subjects();
        self.run_on(work, &all)
    }

    /// Runs a case on the subjects with these names.
    ///
    /// # Errors
    /// If a worker does not start.
    pub fn run_on(&mut self, work: &Work, names: &[String]) -> Result<Report> {
        let case = LazyCell::new(|| match work {
            Work::Id(id) => Case::generate(*id),
            Work::Case(case) => case.clone(),
        });
        let mut report = Report::default();
        let mut runs = Vec::new();
        for crew in &mut self.crews {
            let chosen = |subject: &&String| names.contains(&format!("{}{subject}", crew.place));
            let subjects: Vec<String> = crew.subjects.iter().filter(chosen).cloned().collect();
            if subjects.is_empty() {
                continue;
            }
            let place = crew.place;
            match crew.ask(work, subjects)? {
                Ok(answer) => {
                    report.modules = answer.modules;
                    let ran = |(_, run): &&(String, Run)| matches!(run, Run::Ran(_));
                    let masked = answer.runs.iter().filter(ran).filter(|_| answer.masked);
                    report.masked.extend(masked.map(|(name, _)| format!("{place}{name}")));
                    let named = |(name, run)| (format!("{place}{name}"), run);
                    runs.extend(answer.runs.into_iter().map(named));
                }
                Err(lost) => report.lose(lost, &case, &self.list),
            }
        }
        let comparison = compare(&case, &runs, &self.list);
        report.add(comparison, runs);
        Ok(report)
    }
}

impl Crew {
    /// A process's report on a case, or how the process was lost.
    fn ask(&mut self, work: &Work, subjects: Vec<String>) -> Result<Result<worker::Report, Wrong>> {
        let request = Request { work: work.clone(), subjects };
        Ok(match self.workers.ask(&request)? {
            Answer::Report(report) => Ok(*report),
            Answer::Lost { how, at } => {
                let (subject, deed) = at.unzip();
                let subject = subject.map(|subject| format!("{}{subject}", self.place));
                let subject = subject.unwrap_or_else(|| "the generator".to_string());
                Err(Wrong::Lost { how, subject, deed })
            }
        })
    }
}

impl Report {
    fn lose(&mut self, lost: Wrong, case: &dyn Deref<Target = Case>, list: &Explained) {
        if let Wrong::Lost { how, subject, deed: Some(_) } = &lost
            && let Some(entry) = list.find(case, subject, RAN, how)
        {
            self.explained.push(entry);
        } else {
            self.wrong.get_or_insert(lost);
        }
    }

    fn add(&mut self, comparison: Comparison, runs: Vec<(String, Run)>) {
        self.explained.extend(comparison.explained);
        if let Some(difference) = comparison.difference {
            self.wrong.get_or_insert(Wrong::Differs(difference));
        }
        for (name, run) in runs {
            let trace = match run {
                Run::Ran(trace) => trace,
                Run::Lacks(what) => {
                    self.skipped.push((name, what));
                    continue;
                }
                Run::Failed(_) => continue,
            };
            if trace.cut.is_some() {
                self.cut.push(name.clone());
            }
            if self.ran.is_empty() {
                self.calls = trace.calls;
                self.traps = trace.traps;
                self.steps = trace.steps;
            }
            self.ran.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Id;
    use crate::trace::{Deed, Trace};
    use crate::worker::Line;

    /// A fleet of two engines and another machine. Its worker is a shell that runs this command
    /// when asked for the second engine, and otherwise answers correctly.
    fn report(second: &str) -> Report {
        let subjects = ["a/x", "a/y", "b"].map(String::from);
        let answer = |names: &[&str]| {
            let mut trace = Trace::default();
            trace.push(Deed::Compile(0), "compiled");
            let run = |name: &&str| (name.to_string(), Run::Ran(trace.clone()));
            let runs = names.iter().map(run).collect();
            serde_json::to_string(&Line::Report(Box::new(worker::Report {
                modules: 1,
                runs,
                masked: names.contains(&"b"),
            })))
            .unwrap()
        };
        let mark = Line::Mark("b".to_string(), Deed::Compile(0));
        let mark = serde_json::to_string(&mark).unwrap();
        let script = format!(
            "while read line; do case $line in *'\"b\"'*) echo '{mark}'; {second};; \
             *) echo '{}';; esac; done",
            answer(&["a/x", "a/y"]),
        );
        let script = script.replace("SOUND", &format!("echo '{}'", answer(&["b"])));
        let command = ["sh", "-c", &script].map(String::from);
        let limit = Duration::from_secs(20);
        let mut fleet = Fleet::new(&subjects, &command, Some(&command), limit);
        assert_eq!(fleet.subjects(), ["a/x", "a/y", "b", "there:a/x", "there:a/y"]);
        fleet.run(&Work::Id("smith:1".parse::<Id>().unwrap())).unwrap()
    }

    #[test]
    fn all_engines_on_all_machines_are_compared() {
        let report = report("SOUND");
        assert_eq!(report.wrong, None);
        assert_eq!(report.ran, ["a/x", "a/y", "b", "there:a/x", "there:a/y"]);
        assert_eq!(report.masked, ["b"]);
    }

    #[test]
    fn a_crashed_process_is_blamed_on_its_engine_alone() {
        let cases = [
            ("kill -SEGV $$", "signal 11"),
            ("exit 3", "exit status: 3"),
            ("echo garbage", "an unreadable answer"),
            (
                "echo '{\"report\":{\"modules\":1,\"runs\":[],\"masked\":false}}'",
                "an answer for other engines",
            ),
        ];
        for (second, expected) in cases {
            let report = report(second);
            let Some(Wrong::Lost { how, subject, .. }) = &report.wrong else {
                panic!("{second}: {:?}", report.wrong)
            };
            assert_eq!(subject, "b", "{second}");
            assert!(how.starts_with(expected), "{second}: {how}");
            assert_eq!(report.ran, ["a/x", "a/y", "there:a/x", "there:a/y"], "{second}");
        }
    }
}
