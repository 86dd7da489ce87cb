//! Takes what became of a sample, and the reasons that people wrote for survivors; returns the
//! problems and `ci/mutants/SURVIVORS.md`. Runs nothing.

use super::results::Outcome;
use super::tool::Tests;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write;
use wassay_tables::{Lines, TableError};

/// The least score, in percent.
const LEAST: usize = 95;

/// `ci/mutants/reasons.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    #[serde(default)]
    survivor: Vec<Reason>,
}

/// Why a mutant survives: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// The mutant's key.
    mutant: String,
    /// No program can observe the change, with the proof.
    equivalent: Option<String>,
    /// A test could see it, and there is none, with the reason.
    untested: Option<String>,
}

/// What became of the mutants of a sample.
pub struct Score<'a> {
    /// All mutants from which the sample was drawn.
    pub total: usize,
    pub seed: u64,
    /// The keys of the mutants in the sample, with their outcomes.
    pub sample: &'a [(String, Outcome)],
}

impl Reasons {
    /// Reads the table.
    ///
    /// # Errors
    /// With its position, if it is wrong.
    pub fn parse(text: &str) -> Result<Reasons, TableError> {
        Lines::of(text).read()
    }
}

impl Score<'_> {
    fn count(&self, is: impl Fn(Outcome) -> bool) -> usize {
        self.sample.iter().filter(|(_, outcome)| is(*outcome)).count()
    }

    fn survivors(&self) -> impl Iterator<Item = &str> {
        let survivors = self.sample.iter().filter(|(_, outcome)| *outcome == Outcome::Survived);
        survivors.map(|(key, _)| &**key)
    }

    /// The mutants that compile, and those of them that are caught or proven equivalent.
    fn counted(&self, reasons: &Reasons) -> (usize, usize) {
        let viable = self.count(|outcome| outcome != Outcome::Unviable);
        let is_equivalent = |survivor: &&str| {
            let mut all = reasons.survivor.iter();
            all.any(|it| it.mutant == *survivor && it.equivalent.is_some())
        };
        let unproven = self.survivors().filter(|survivor| !is_equivalent(survivor)).count();
        (viable, viable - unproven)
    }

    /// Survivors without a reason, reasons without a survivor, and a low score.
    pub fn problems(&self, reasons: &Reasons) -> Vec<String> {
        let mut problems = Vec::new();
        let survivors: BTreeSet<&str> = self.survivors().collect();
        let mut reasoned = BTreeSet::new();
        for Reason { mutant, equivalent, untested } in &reasons.survivor {
            if !reasoned.insert(&**mutant) || equivalent.is_some() == untested.is_some() {
                problems.push(format!("needs one reason, `equivalent` or `untested`: {mutant}"));
            }
        }
        for survivor in survivors.difference(&reasoned) {
            problems.push(format!("survives without a reason: {survivor}"));
        }
        for mutant in reasoned.difference(&survivors) {
            problems.push(format!("does not survive, or is not in the sample: {mutant}"));
        }
        let (viable, counted) = self.counted(reasons);
        if counted * 100 < viable * LEAST {
            problems.push(format!("{counted} of {viable} is less than {LEAST} %"));
        }
        problems
    }

    /// One line with the figures.
    pub fn summary(&self, reasons: &Reasons) -> String {
        let (viable, counted) = self.counted(reasons);
        let percent = 100.0 * counted as f64 / viable.max(1) as f64;
        format!("{counted} of {viable} mutants are caught or proven equivalent: {percent:.1} %")
    }

    /// The file.
    pub fn markdown(&self, reasons: &Reasons) -> String {
        let mut out = HEAD.to_string();
        let rows = [
            ("mutants that can be drawn", self.total),
            ("drawn", self.sample.len()),
            ("do not compile, so they do not count", self.count(|it| it == Outcome::Unviable)),
            ("caught by the suites", self.count(|it| it == Outcome::Caught(Tests::Suites))),
            (
                "caught by the tests of the engine's crates",
                self.count(|it| it == Outcome::Caught(Tests::Engine)),
            ),
            ("caught by a timeout", self.count(|it| matches!(it, Outcome::Timeout(_)))),
            ("survive", self.count(|it| it == Outcome::Survived)),
        ];
        let _ = writeln!(out, "Seed {}. {}.\n\n| mutants | |\n|---|---|", self.seed, {
            self.summary(reasons)
        });
        for (what, count) in rows {
            let _ = writeln!(out, "| {what} | {count} |");
        }
        let survivors: BTreeSet<&str> = self.survivors().collect();
        let mut list = |title: &str, of: fn(&Reason) -> Option<&String>| {
            let explained = survivors.iter().filter_map(|survivor| {
                let reason = reasons.survivor.iter().find(|reason| reason.mutant == *survivor)?;
                Some((survivor, of(reason)?))
            });
            for (at, (survivor, why)) in explained.enumerate() {
                if at == 0 {
                    let _ = writeln!(out, "\n## {title}\n");
                }
                let _ = writeln!(out, "- `{survivor}`: {why}");
            }
        };
        list("Equivalent", |reason| reason.equivalent.as_ref());
        list("Not tested", |reason| reason.untested.as_ref());
        out
    }
}

const HEAD: &str = "\
# Mutants of the reference engine

`cargo xtask mutants` draws mutants of the translator (`engine/compiler/src/translate`) and the
runtime (`engine/runtime`) with cargo-mutants, and runs the suites against each; against one that
they do not catch, it runs the tests of the engine's crates. Most of those see what a script cannot:
how much memory is kept, when objects are freed, backtraces. A survivor is a missing test, dead code,
or a mutant that does the same as the original, and has its reason in `reasons.toml`. This file is
generated; `cargo xtask mutants` writes it.

";

#[cfg(test)]
mod tests {
    use super::*;

    const REASONS: &str = r#"
[[survivor]]
mutant = "a.rs: b"
equivalent = "b is c"

[[survivor]]
mutant = "a.rs: d"
untested = "d needs a full disk"
"#;

    fn sample(survivors: &[&str]) -> Vec<(String, Outcome)> {
        let mut sample: Vec<_> =
            (0..38).map(|at| (format!("{at}"), Outcome::Caught(Tests::Suites))).collect();
        sample.push(("x".to_string(), Outcome::Unviable));
        sample.push(("y".to_string(), Outcome::Timeout(Tests::Engine)));
        sample.extend(survivors.iter().map(|key| (key.to_string(), Outcome::Survived)));
        sample
    }

    fn score(sample: &[(String, Outcome)]) -> Score<'_> {
        Score { total: 500, seed: 1, sample }
    }

    #[test]
    fn every_survivor_has_a_reason_and_every_reason_a_survivor() {
        let reasons = Reasons::parse(REASONS).unwrap();
        let problems = |survivors: &[&str]| score(&sample(survivors)).problems(&reasons);
        assert_eq!(problems(&["a.rs: b", "a.rs: d"]), Vec::<String>::new());
        let gone = "does not survive, or is not in the sample: a.rs: d";
        assert_eq!(problems(&["a.rs: b"]), [gone]);
        let new = "survives without a reason: a.rs: e";
        assert_eq!(problems(&["a.rs: b", "a.rs: d", "a.rs: e"]), [new]);
        let more = ["a.rs: b", "a.rs: d", "f", "g"];
        assert_eq!(problems(&more)[2], "40 of 43 is less than 95 %");
        let twice = Reasons::parse(&REASONS.repeat(2)).unwrap();
        let problems = score(&sample(&more[..2])).problems(&twice);
        let wanted = "needs one reason, `equivalent` or `untested`: a.rs: b";
        assert_eq!(problems[0], wanted);
        let none = Reasons::parse("[[survivor]]\nmutant = \"a.rs: b\"").unwrap();
        assert_eq!(score(&sample(&["a.rs: b"])).problems(&none), [wanted]);
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let text = REASONS.replace("untested", "unknown");
        let error = Reasons::parse(&text).err().unwrap().to_string();
        assert!(error.starts_with("8:1: "), "{error}");
        assert_eq!(Reasons::parse("").unwrap().survivor.len(), 0);
    }

    #[test]
    fn the_file_has_the_figures_and_the_reasons() {
        let reasons = Reasons::parse(REASONS).unwrap();
        let text = score(&sample(&["a.rs: d", "a.rs: b"])).markdown(&reasons);
        let figures = "Seed 1. 40 of 41 mutants are caught or proven equivalent: 97.6 %.";
        assert!(text.contains(figures), "{text}");
        let tail = "\
| mutants | |
|---|---|
| mutants that can be drawn | 500 |
| drawn | 42 |
| do not compile, so they do not count | 1 |
| caught by the suites | 38 |
| caught by the tests of the engine's crates | 0 |
| caught by a timeout | 1 |
| survive | 2 |

## Equivalent

- `a.rs: b`: b is c

## Not tested

- `a.rs: d`: d needs a full disk
";
        assert!(text.ends_with(tail), "{text}");
        let one = score(&sample(&["a.rs: b"])).markdown(&reasons);
        assert!(one.ends_with("## Equivalent\n\n- `a.rs: b`: b is c\n"), "{one}");
    }
}
