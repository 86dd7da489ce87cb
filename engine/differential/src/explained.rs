//! Takes `explained.toml`: differences between engines that are known, each with its reason.

use crate::case::{Case, Id};
use crate::subject::engine_of;
use serde::Deserialize;
use std::ops::Deref;

/// The list that is compiled in.
const BUILTIN: &str = include_str!("../explained.toml");

/// Differences that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    #[serde(default, rename = "explained")]
    entries: Vec<Entry>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The engine that differs from the first.
    pub engine: String,
    /// What the first says; `ran` where the engine failed as a whole.
    #[serde(default)]
    pub first: String,
    /// What it says instead.
    #[serde(default)]
    pub says: String,
    /// Instead of both: sequences of operators, as the text format writes them, with immediates or
    /// without, that the engine computes wrong. Whatever it does in a case with one is explained.
    #[serde(default)]
    pub operators: Vec<Vec<String>>,
    /// A case that shows it, for example `smith:1`.
    pub witness: String,
    /// Why that is no defect of the first, and whose it is.
    pub reason: String,
}

impl Explained {
    /// The list of this tree.
    pub fn builtin() -> Explained {
        Explained::parse(BUILTIN).expect("a test reads it")
    }

    /// A list from its text.
    ///
    /// # Errors
    /// Text that is no list.
    pub fn parse(text: &str) -> Result<Explained, toml::de::Error> {
        toml::from_str(text)
    }

    /// The position of the entry that explains this difference.
    pub fn find(
        &self,
        case: &dyn Deref<Target = Case>,
        subject: &str,
        first: &str,
        says: &str,
    ) -> Option<usize> {
        let engine = engine_of(subject);
        self.entries.iter().position(|entry| {
            entry.engine == engine
                && match entry.operators.as_slice() {
                    [] => entry.first == first && entry.says == says,
                    sequences => case.modules.iter().any(|wasm| has(wasm, sequences)),
                }
        })
    }

    /// The cases that show them, by position.
    ///
    /// # Errors
    /// A witness that is no case.
    pub fn witnesses(&self) -> Result<Vec<Id>, String> {
        self.entries.iter().map(|entry| entry.witness.parse()).collect()
    }

    /// The entries, by position.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Whether the operators of one of the sequences follow each other somewhere in the module.
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

    #[test]
    fn the_list_of_this_tree_can_be_read_and_gives_reasons() {
        let list = Explained::builtin();
        list.witnesses().unwrap();
        let told = |entry: &Entry| entry.says.is_empty() != entry.operators.is_empty();
        assert!(list.entries().iter().all(told), "what is said, or operators");
        assert!(list.entries().iter().all(|entry| entry.reason.len() > 20));
    }
}
