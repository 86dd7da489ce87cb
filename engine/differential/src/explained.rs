//! Takes `explained.toml`: differences between engines that are known, each with its reason.

use crate::case::{Case, Id};
use serde::Deserialize;

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
    /// Instead of both: operators, as the text format writes them, that the engine computes wrong
    /// where they follow each other. Whatever it does in a case with them is explained.
    #[serde(default)]
    pub operators: Vec<String>,
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
    pub fn find(&self, case: &Case, subject: &str, first: &str, says: &str) -> Option<usize> {
        self.entries.iter().position(|entry| {
            (entry.engine == subject || subject.starts_with(&format!("{}/", entry.engine)))
                && match entry.operators.as_slice() {
                    [] => entry.first == first && entry.says == says,
                    operators => case.modules.iter().any(|wasm| has(wasm, operators)),
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

/// Whether the operators follow each other somewhere in the module.
fn has(wasm: &[u8], operators: &[String]) -> bool {
    let Ok(text) = wasmprinter::print_bytes(wasm) else { return false };
    let names = text.lines().map(|line| line.split_whitespace().next().unwrap_or_default());
    let names: Vec<&str> = names.collect();
    names.windows(operators.len()).any(|window| window == operators)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_this_tree_can_be_read_and_gives_reasons() {
        let list = Explained::builtin();
        list.witnesses().unwrap();
        let told = |entry: &Entry| entry.says.is_empty() != entry.operators.is_empty();
        assert!(list.entries().iter().all(told), "what is said, or operators");
        assert!(list.entries().iter().all(|entry| entry.reason.len() > 20));
    }
}
