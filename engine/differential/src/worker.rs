//! The process that runs cases: a request per line in, marks and a report per line out. It may die
//! of a case; the last mark says of which step on which subject.

use crate::case::{Case, Id};
use crate::compare::{Difference, Run, compare};
use crate::drive::drive;
use crate::explained::Explained;
use crate::subject::{self, Subject};
use crate::trace::{Deed, Step};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Write};
use wassay_engine::Fault;

/// What a worker is asked to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What to run.
    pub work: Work,
    /// On which subjects, by name; all where there is none.
    pub subjects: Vec<String>,
    /// Whether the report has the steps of the first subject.
    pub steps: bool,
}

/// A case, or what it is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    /// To be made by the worker.
    Id(Id),
    /// To be run as it is.
    Case(Case),
}

/// A line of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// This step comes next on this subject.
    Mark(String, Deed),
    /// The case is over.
    Report(Box<Report>),
}

/// What became of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How many modules it had.
    pub modules: usize,
    /// How many calls the first subject made.
    pub calls: usize,
    /// How many of them trapped.
    pub traps: usize,
    /// Which subjects ran it.
    pub ran: Vec<String>,
    /// Which subjects lack something for it.
    pub lacks: Vec<String>,
    /// Which subjects ran into a limit of theirs.
    pub cut: Vec<String>,
    /// Names what the first subject did; none if that ran into a limit.
    pub digest: Option<String>,
    /// Entries of the list of explained differences that were met, by position.
    pub explained: Vec<usize>,
    /// Where subjects differ.
    pub difference: Option<Difference>,
    /// The steps of the first subject, if they were asked for.
    pub steps: Vec<Step>,
}

/// Answers requests until there are no more.
///
/// # Errors
/// Requests that cannot be read, answers that cannot be written.
pub fn serve(requests: impl BufRead, answers: &mut dyn Write) -> io::Result<()> {
    let list = Explained::builtin();
    let mut subjects = subject::all();
    for line in requests.lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let case = match request.work {
            Work::Id(id) => Case::generate(id),
            Work::Case(case) => case,
        };
        let chosen = |subject: &&mut Subject| {
            request.subjects.is_empty() || request.subjects.contains(&subject.name)
        };
        let mut runs = Vec::new();
        for subject in subjects.iter_mut().filter(chosen) {
            let run = run(&case, subject, answers);
            runs.push((subject.name.clone(), run));
        }
        let report = report(&case, &runs, &list, request.steps);
        tell(answers, &Line::Report(Box::new(report)))?;
    }
    Ok(())
}

fn tell(answers: &mut dyn Write, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    answers.write_all(text.as_bytes())?;
    answers.flush()
}

fn run(case: &Case, subject: &mut Subject, answers: &mut dyn Write) -> Run {
    let lacking = case.features().minus(subject.features);
    if !lacking.is_empty() {
        return Run::Lacks(lacking.to_string());
    }
    let name = subject.name.clone();
    // A parent that is gone is noticed when the report is written.
    let mut mark = |deed: &Deed| {
        let _ = tell(answers, &Line::Mark(name.clone(), deed.clone()));
    };
    match drive(case, subject, &mut mark) {
        Ok(trace) => Run::Ran(trace),
        Err(Fault::Unsupported(what)) => Run::Lacks(what),
        Err(fault) => Run::Failed(fault.to_string()),
    }
}

fn report(case: &Case, runs: &[(String, Run)], list: &Explained, steps: bool) -> Report {
    let comparison = compare(case, runs, list);
    let mut report = Report {
        modules: case.modules.len(),
        explained: comparison.explained,
        difference: comparison.difference,
        ..Report::default()
    };
    for (name, run) in runs {
        match run {
            Run::Ran(trace) => {
                if report.ran.is_empty() {
                    report.calls = trace.calls;
                    report.traps = trace.traps;
                    report.digest = trace.cut.is_none().then(|| trace.digest());
                    report.steps = if steps { trace.steps.clone() } else { Vec::new() };
                }
                report.ran.push(name.clone());
                if trace.cut.is_some() {
                    report.cut.push(name.clone());
                }
            }
            Run::Lacks(_) => report.lacks.push(name.clone()),
            Run::Failed(_) => {}
        }
    }
    report
}
