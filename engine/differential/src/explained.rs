//! Takes `explained.toml`; gives the known differences between engines, each with its reason. Runs
//! nothing.

use crate::aliases::aliased_memory_grows;
use crate::blocks::parameters_above_local;
use crate::calls::{calls_typed_table, tail_calls_empty_import};
use crate::case::{Case, Id};
use crate::subject::engine_of;
use serde::Deserialize;
use std::ops::Deref;
use wassay_engine::Features;

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
    /// Used instead of both: sequences of operators that the engine computes incorrectly. Any
    /// difference in a case with such a sequence is explained. An operator is in text format, with
    /// or without immediates; `a | b` is either.
    #[serde(default)]
    pub operators: Vec<Vec<String>>,
    /// A property of the case's modules. Alone, it explains any difference in such a case; with
    /// `first` and `says`, only that one.
    pub cause: Option<Cause>,
    /// A case that shows the difference, for example `smith:1`.
    pub witness: String,
    /// The features that the modules of this case may use, if not all: a case with an adapter uses
    /// those of all engines of its run.
    #[serde(default)]
    pub features: Vec<String>,
    /// Why this is not a defect of the first engine, and whose defect it is.
    pub reason: String,
}

/// A property of a case that an engine handles wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A module grows memory 0 under another index.
    AliasedMemoryGrows,
    /// A module tail-calls an import without parameters and results.
    TailCallOfEmptyImport,
    /// A block takes parameters that are above a local on the stack.
    ParametersAboveLocal,
    /// A module calls through a table of typed references.
    CallThroughTypedTable,
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Cause::AliasedMemoryGrows => "a memory that grows under another index",
            Cause::TailCallOfEmptyImport => "a tail call of an import of type [] -> []",
            Cause::ParametersAboveLocal => "a block whose parameters are above a local",
            Cause::CallThroughTypedTable => "a call through a table of typed references",
        })
    }
}

impl Cause {
    fn holds(self, case: &Case) -> bool {
        match self {
            Cause::AliasedMemoryGrows => aliased_memory_grows(case),
            Cause::TailCallOfEmptyImport => tail_calls_empty_import(case),
            Cause::ParametersAboveLocal => parameters_above_local(case),
            Cause::CallThroughTypedTable => calls_typed_table(case),
        }
    }
}

impl Entry {
    /// The case that shows it.
    fn id(&self) -> Result<Id, String> {
        let id: Id = self.witness.parse()?;
        if self.features.is_empty() {
            return Ok(id);
        }
        let mut within = Features::default();
        for name in &self.features {
            let found = Features::all().iter().find(|feature| feature.name() == name);
            within = within.with(found.ok_or_else(|| format!("there is no feature `{name}`"))?);
        }
        Ok(id.within(within))
    }

    /// Whether it explains every difference in this case.
    fn masks(&self, case: &Case) -> bool {
        self.says.is_empty() && self.is_about(case)
    }

    /// Whether it explains this difference in this case.
    fn explains(&self, case: &dyn Deref<Target = Case>, first: &str, says: &str) -> bool {
        let fits = self.says.is_empty() || (self.first == first && self.says == says);
        // The case is generated only where it matters.
        let anywhere = self.cause.is_none() && self.operators.is_empty();
        fits && (anywhere || self.is_about(case))
    }

    /// Whether the case has the cause or the operators of the entry.
    fn is_about(&self, case: &Case) -> bool {
        match self.cause {
            Some(cause) => cause.holds(case),
            None => case.modules.iter().any(|wasm| has(wasm, &self.operators)),
        }
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
        let explains = |entry: &Entry| entry.explains(case, first, says);
        self.entries.iter().position(|entry| entry.engine == engine && explains(entry))
    }

    /// Whether an entry explains every difference of this subject in the case, so that the case
    /// does not test it.
    pub fn masks(&self, case: &Case, subject: &str) -> bool {
        let engine = engine_of(subject);
        self.entries.iter().any(|entry| entry.engine == engine && entry.masks(case))
    }

    /// The entries about these subjects.
    pub fn about<'a>(&self, subjects: impl Iterator<Item = &'a str>) -> Explained {
        let engines: Vec<&str> = subjects.map(engine_of).collect();
        let entries = self.entries.iter().filter(|entry| engines.contains(&&*entry.engine));
        Explained { entries: entries.cloned().collect() }
    }

    /// The cases that show the entries, by index.
    ///
    /// # Errors
    /// If a witness is not a case.
    pub fn witnesses(&self) -> Result<Vec<Id>, String> {
        self.entries.iter().map(Entry::id).collect()
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
        let fits = |one: &str| *line == one || name == Some(one);
        operator.split('|').map(str::trim).any(fits)
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
            (&["i32.const 9 | i32.const 7", "nop|drop"], true),
            (&["i32.const 9 | i32.const 6"], false),
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
            let case = |seed| Case::generate(Id::new(generator, seed));
            let masked = (1..=200).filter(|seed| list.masks(&case(*seed), "wasmi")).count();
            assert!(masked <= 10, "{generator}: {masked} of 200");
        }
    }

    #[test]
    fn witnesses_have_the_causes_that_they_show() {
        let list = Explained::builtin();
        let about = |entry: &&Entry| entry.cause.is_some() || !entry.operators.is_empty();
        let cases: Vec<&Entry> = list.entries().iter().filter(about).collect();
        assert!(!cases.is_empty());
        for entry in cases {
            let case = Case::generate(entry.id().unwrap());
            assert!(entry.is_about(&case), "{}", entry.witness);
            assert_eq!(entry.masks(&case), entry.says.is_empty(), "{}", entry.witness);
        }
    }

    #[test]
    fn the_list_of_this_tree_can_be_read_and_gives_reasons() {
        let list = Explained::builtin();
        list.witnesses().unwrap();
        let told = |entry: &Entry| {
            let about = [!entry.operators.is_empty(), entry.cause.is_some()];
            let about = about.iter().filter(|kind| **kind).count();
            // Operators have no known result.
            match entry.says.is_empty() {
                true => about == 1,
                false => entry.operators.is_empty(),
            }
        };
        assert!(list.entries().iter().all(told), "what is said, operators or a cause");
        assert!(list.entries().iter().all(|entry| entry.reason.len() > 20));
    }
}
