//! Takes `explained.toml`; gives the known differences between engines, each with its reason. Runs
//! nothing.

use crate::aliases::aliased_memory_grows;
use crate::case::{Case, Id};
use crate::subject::engine_of;
use serde::Deserialize;
use std::ops::Deref;

/// The built-in list.
const BUILTIN: &str = include_str!("../explained.toml");

/// Known differences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    #[serde(default, rename = "explained")]
    entries: Vec<Entry>,
}

/// A known difference.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The engine that differs from the first.
    pub engine: String,
    /// The result of the first engine; `ran` if the other engine failed as a whole.
    #[serde(default)]
    pub first: String,
    /// The result of the engine.
    #[serde(default)]
    pub says: String,
    /// Used instead of both: sequences of operators, in text format with or without immediates,
    /// that the engine computes incorrectly. Any difference in a case with such a sequence is
    /// explained.
    #[serde(default)]
    pub operators: Vec<Vec<String>>,
    /// Used instead of all these: a property of the case's modules, with the same effect.
    pub cause: Option<Cause>,
    /// A case that shows the difference, for example `smith:1`.
    pub witness: String,
    /// Why this is not a defect of the first engine, and whose defect it is.
    pub reason: String,
}

/// A property of a case that an engine handles wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A module grows memory 0 under another index.
    AliasedMemoryGrows,
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Cause::AliasedMemoryGrows => "a memory that grows under another index",
        })
    }
}

impl Entry {
    /// Whether it explains every difference in this case.
    fn masks(&self, case: &Case) -> bool {
        match self.cause {
            Some(Cause::AliasedMemoryGrows) => aliased_memory_grows(case),
            None if self.operators.is_empty() => false,
            None => case.modules.iter().any(|wasm| has(wasm, &self.operators)),
        }
    }

    /// Whether it explains this difference, wherever it occurs.
    fn fits(&self, first: &str, says: &str) -> bool {
        !self.says.is_empty() && self.first == first && self.says == says
    }
}

impl Explained {
    /// The built-in list.
    pub fn builtin() -> Explained {
        Explained::parse(BUILTIN).expect("a test reads it")
    }

    /// Parses a list.
    ///
    /// # Errors
    /// If the text is not a list.
    pub fn parse(text: &str) -> Result<Explained, toml::de::Error> {
        toml::from_str(text)
    }

    /// The index of the entry that explains this difference.
    pub fn find(
        &self,
        case: &dyn Deref<Target = Case>,
        subject: &str,
        first: &str,
        says: &str,
    ) -> Option<usize> {
        let engine = engine_of(subject);
        self.entries.iter().position(|entry| {
            entry.engine == engine && (entry.fits(first, says) || entry.masks(case))
        })
    }

    /// Whether an entry explains every difference of this subject in the case, so that the case
    /// does not test it.
    pub fn masks(&self, case: &Case, subject: &str) -> bool {
        let engine = engine_of(subject);
        self.entries.iter().any(|entry| entry.engine == engine && entry.masks(case))
    }

    /// The cases that show the entries, by index.
    ///
    /// # Errors
    /// If a witness is not a case.
    pub fn witnesses(&self) -> Result<Vec<Id>, String> {
        self.entries.iter().map(|entry| entry.witness.parse()).collect()
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Whether the operators of one of the sequences follow each other anywhere in the module.
fn has(wasm: &[u8], sequences: &[Vec<String>]) -> bool {
    let Ok(text) = wasmprinter::print_bytes(wasm) else { return false };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is = |(line, operator): (&&str, &String)| {
        let name = line.split_whitespace().next();
        *line == operator || name == Some(operator)
    };
    let occurs = |sequence: &Vec<String>| {
        let mut windows = lines.windows(sequence.len().max(1));
        !sequence.is_empty() && windows.any(|window| window.iter().zip(sequence).all(is))
    };
    sequences.iter().any(occurs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Generator;

    #[test]
    fn a_sequence_is_found_by_names_or_with_immediates() {
        let wasm = [
            0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 7, 26,
            65, 8, 26, 11,
        ];
        let wasm = &wasm[..];
        for (sequence, expected) in [
            (&["i32.const", "drop"][..], true),
            (&["i32.const 8", "drop", "end"], false),
            (&["i32.const 7", "drop", "i32.const 8"], true),
            (&["i32.const 9"], false),
            (&["drop", "drop"], false),
            (&[], false),
        ] {
            let sequence = sequence.iter().map(ToString::to_string).collect();
            assert_eq!(has(wasm, &[sequence]), expected, "{expected}");
        }
    }

    /// An entry that matches too much would hide real defects.
    #[test]
    fn the_list_of_this_tree_explains_few_cases_as_a_whole() {
        let list = Explained::builtin();
        for generator in Generator::ALL {
            let case = |seed| Case::generate(Id { generator, seed });
            let masked = (1..=200).filter(|seed| list.masks(&case(*seed), "wasmi")).count();
            assert!(masked <= 10, "{generator}: {masked} of 200");
        }
    }

    #[test]
    fn witnesses_have_the_causes_that_they_show() {
        let list = Explained::builtin();
        let whole = |entry: &&Entry| entry.says.is_empty();
        let cases: Vec<&Entry> = list.entries().iter().filter(whole).collect();
        assert!(!cases.is_empty());
        for entry in cases {
            let case = Case::generate(entry.witness.parse().unwrap());
            assert!(entry.masks(&case), "{}", entry.witness);
        }
    }

    #[test]
    fn the_list_of_this_tree_can_be_read_and_gives_reasons() {
        let list = Explained::builtin();
        list.witnesses().unwrap();
        let told = |entry: &Entry| {
            let kinds =
                [!entry.says.is_empty(), !entry.operators.is_empty(), entry.cause.is_some()];
            kinds.iter().filter(|kind| **kind).count() == 1
        };
        assert!(list.entries().iter().all(told), "what is said, operators or a cause");
        assert!(list.entries().iter().all(|entry| entry.reason.len() > 20));
    }
}
