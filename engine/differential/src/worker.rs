//! The process that runs cases: a request per line in, marks and a report per line out. It may die
//! of a case; the last mark says of which step on which subject.

use crate::case::{Case, Id};
use crate::compare::Run;
use crate::drive::drive;
use crate::subject::{self, Subject};
use crate::trace::Deed;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Write};
use wassay_engine::Fault;

/// What a worker is asked to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What to run.
    pub work: Work,
    /// On which subjects, by name.
    pub subjects: Vec<String>,
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
    /// What each subject did with it, in the order of the request.
    pub runs: Vec<(String, Run)>,
}

/// Answers requests until there are no more.
///
/// # Errors
/// Requests that cannot be read, answers that cannot be written.
pub fn serve(requests: impl BufRead, answers: &mut dyn Write) -> io::Result<()> {
    let mut subjects = subject::all();
    for line in requests.lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let case = match request.work {
            Work::Id(id) => Case::generate(id),
            Work::Case(case) => case,
        };
        let mut report = Report { modules: case.modules.len(), runs: Vec::new() };
        for name in &request.subjects {
            let subject = subjects.iter_mut().find(|subject| subject.name == *name);
            let run = match subject {
                Some(subject) => run(&case, subject, answers),
                None => Run::Failed("there is no such engine".to_string()),
            };
            report.runs.push((name.clone(), run));
        }
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
