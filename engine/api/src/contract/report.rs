//! The results of the contract's checks, for people to read.

use crate::config::Identity;
use std::fmt;

/// The result of each check, in the order in which they ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The engine that was checked.
    pub engine: Identity,
    /// Every check, once.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// A short sentence that is true of a correct engine.
    pub name: &'static str,
    /// Whether the sentence is true of this engine.
    pub verdict: Verdict,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The engine behaves as it must.
    Passed,
    /// The engine does not; the text describes what it did.
    Failed(String),
    /// The engine declares that it lacks something that the check needs; the text names it.
    Unsupported(String),
}

impl Report {
    /// Whether no check failed.
    pub fn holds(&self) -> bool {
        self.failed().next().is_none()
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| matches!(check.verdict, Verdict::Failed(_)))
    }

    /// The checks that passed.
    pub fn passed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Passed)
    }

    /// The checks that do not apply to the engine.
    pub fn unsupported(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| matches!(check.verdict, Verdict::Unsupported(_)))
    }
}

impl fmt::Display for Report {
    /// A line per check, those that failed last, then the totals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} on {}", self.engine.name, self.engine.version, self.engine.target)?;
        for Check { name, verdict } in self.passed().chain(self.unsupported()).chain(self.failed())
        {
            match verdict {
                Verdict::Passed => writeln!(f, "  passed       {name}")?,
                Verdict::Failed(why) => writeln!(f, "  FAILED       {name}: {}", cut(why))?,
                Verdict::Unsupported(what) => {
                    writeln!(f, "  unsupported  {name}: {}", cut(what))?;
                }
            }
        }
        let (passed, failed) = (self.passed().count(), self.failed().count());
        let unsupported = self.unsupported().count();
        write!(f, "{passed} passed, {failed} failed, {unsupported} unsupported")
    }
}

/// An engine's message, shortened to fit on a screen.
fn cut(words: &str) -> String {
    const MOST: usize = 1000;
    match words.char_indices().nth(MOST) {
        None => words.to_string(),
        Some((end, _)) => {
            let rest = words[end..].chars().count();
            format!("{}... and {rest} characters more", &words[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_to_a_screen() {
        let verdict = Verdict::Failed("\u{e9}".repeat(1_000_000));
        let checks = vec![Check { name: "it is brief", verdict }];
        let text = Report { engine: Identity::here("e", "1"), checks }.to_string();
        assert!(text.chars().count() < 2000, "{} characters", text.chars().count());
        assert!(text.contains("... and 999000 characters more"), "{text}");
    }
}
