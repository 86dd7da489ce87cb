//! A finding: a case on which subjects differ, or on which a worker died. Decides whether a smaller
//! case still shows the same problem. Starts no process itself.

use crate::case::{Case, Id};
use crate::compare::Difference;
use crate::fleet::Fleet;
use crate::trace::{Deed, Step};
use crate::worker::Work;
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::fmt;

/// A case with its problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case.
    pub case: Case,
    /// The problem.
    pub wrong: Wrong,
    /// The steps up to the problem, on the first subject that can run them.
    pub steps: Vec<Step>,
}

/// The problem with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Subjects differ.
    Differs(Difference),
    /// A worker died or hung.
    Lost {
        /// A signal, an exit code, or the time limit.
        how: String,
        /// The subject that was running.
        subject: String,
        /// The step that was running.
        deed: Option<Deed>,
    },
}

impl Wrong {
    /// Whether this is probably the same defect as another.
    pub fn is_like(&self, other: &Wrong) -> bool {
        match (self, other) {
            (Wrong::Differs(a), Wrong::Differs(b)) => outliers(a) == outliers(b),
            (Wrong::Lost { how: a, subject: x, .. }, Wrong::Lost { how: b, subject: y, .. }) => {
                a == b && x == y
            }
            _ => false,
        }
    }

    /// The kind of defect, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Wrong::Differs(_) => "difference",
            Wrong::Lost { .. } => "crash or hang",
        }
    }
}

/// The subjects whose result differs from the first, each with the kind of difference.
fn outliers(difference: &Difference) -> BTreeSet<(&str, bool)> {
    let trap = |said: &str| said.starts_with("trap: ");
    let Some((_, first)) = difference.said.first() else { return BTreeSet::new() };
    let others = difference.said.iter().filter(|(_, said)| said != first);
    others.map(|(name, said)| (name.as_str(), trap(said) == trap(first))).collect()
}

impl Finding {
    /// The finding about a case, with the steps that lead to it.
    ///
    /// # Errors
    /// If a worker does not start, or a generator fails: no engine was involved then.
    pub fn about(id: Id, wrong: Wrong, fleet: &mut Fleet) -> Result<Finding> {
        if let Wrong::Lost { how, deed: None, .. } = &wrong {
            bail!("no module could be made for {id}: {how}");
        }
        let case = Case::generate(id);
        let steps = steps(&case, &wrong, fleet)?;
        Ok(Finding { case, wrong, steps })
    }
}

/// The steps of the first subject that survives the case.
///
/// # Errors
/// If a worker does not start.
pub fn steps(case: &Case, wrong: &Wrong, fleet: &mut Fleet) -> Result<Vec<Step>> {
    let dead = match wrong {
        Wrong::Lost { subject, .. } => Some(subject),
        Wrong::Differs(_) => None,
    };
    for name in fleet.subjects().into_iter().filter(|name| Some(name) != dead) {
        let report = fleet.run_on(&Work::Case(case.clone()), &[name])?;
        if !report.ran.is_empty() {
            return Ok(report.steps);
        }
    }
    Ok(Vec::new())
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::Differs(difference) => {
                write!(f, "{}", difference.deed)?;
                for (name, said) in &difference.said {
                    let said: String = said.chars().take(200).collect();
                    write!(f, "\n  {name}: {said}")?;
                }
                Ok(())
            }
            Wrong::Lost { how, subject, deed } => {
                write!(f, "{subject}: {how}")?;
                deed.as_ref().map_or(Ok(()), |deed| write!(f, " at {deed}"))
            }
        }
    }
}
