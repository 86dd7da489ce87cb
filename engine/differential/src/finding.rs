//! What was found: a case on which subjects differ, or of which a worker died. Says whether a
//! smaller case still shows the same.

use crate::case::{Case, Id};
use crate::compare::Difference;
use crate::fleet::Fleet;
use crate::trace::{Deed, Step};
use crate::worker::Work;
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::fmt;

/// A case with what is wrong about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case.
    pub case: Case,
    /// What is wrong.
    pub wrong: Wrong,
    /// What the first subject that can did, up to there.
    pub steps: Vec<Step>,
}

/// What is wrong about a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Subjects differ.
    Differs(Difference),
    /// A worker did not come back.
    Lost {
        /// A signal, an exit code, or the time limit.
        how: String,
        /// The subject that it was at.
        subject: String,
        /// The step that it was at.
        deed: Option<Deed>,
    },
}

impl Wrong {
    /// Whether this may well be the same defect as another.
    pub fn is_like(&self, other: &Wrong) -> bool {
        match (self, other) {
            (Wrong::Differs(a), Wrong::Differs(b)) => outliers(a) == outliers(b),
            (Wrong::Lost { how: a, subject: x, .. }, Wrong::Lost { how: b, subject: y, .. }) => {
                a == b && x == y
            }
            _ => false,
        }
    }

    /// Whether another name stands for the same kind of defect: for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Wrong::Differs(_) => "difference",
            Wrong::Lost { .. } => "crash or hang",
        }
    }
}

/// The subjects that say something else than the first, and what kind of thing.
fn outliers(difference: &Difference) -> BTreeSet<(&str, bool)> {
    let trap = |said: &str| said.starts_with("trap: ");
    let Some((_, first)) = difference.said.first() else { return BTreeSet::new() };
    let others = difference.said.iter().filter(|(_, said)| said != first);
    others.map(|(name, said)| (name.as_str(), trap(said) == trap(first))).collect()
}

impl Finding {
    /// The finding about a case, with the steps that lead there.
    ///
    /// # Errors
    /// Workers that do not start, and a generator that fails: no engine was at work then.
    pub fn about(id: Id, wrong: Wrong, fleet: &mut Fleet) -> Result<Finding> {
        if let Wrong::Lost { how, deed: None, .. } = &wrong {
            bail!("no module could be made for {id}: {how}");
        }
        let case = Case::generate(id);
        let steps = steps(&case, &wrong, fleet)?;
        Ok(Finding { case, wrong, steps })
    }
}

/// The steps of the first subject that does not die of the case.
///
/// # Errors
/// Workers that do not start.
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
