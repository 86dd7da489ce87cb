//! Takes the list of all mutants and a seed; returns a sample. The same mutants are drawn if lines
//! of the source move, because the draw does not see positions.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use twox_hash::XxHash3_64;

/// A change to the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The file that it changes, from the root.
    pub file: String,
    /// The name by which cargo-mutants selects it, with line and column.
    pub name: String,
    /// The name without line and column, with a number if the file has several such mutants:
    /// `engine/runtime/src/refs.rs: replace & with | in Refs::read #2`.
    pub key: String,
}

#[derive(Deserialize)]
struct Listed {
    file: String,
    name: String,
    span: Span,
}

#[derive(Deserialize)]
struct Span {
    start: Position,
}

#[derive(Deserialize)]
struct Position {
    line: usize,
    column: usize,
}

/// The mutants in the output of `cargo mutants --list --json`.
///
/// # Errors
/// If it has another form than cargo-mutants wrote when this was written.
pub fn listed(json: &[u8]) -> Result<Vec<Mutant>> {
    let listed: Vec<Listed> = serde_json::from_slice(json).context("the list of mutants")?;
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut mutants = Vec::new();
    for Listed { file, name, span: Span { start } } in listed {
        let place = format!("{file}:{}:{}: ", start.line, start.column);
        let Some(change) = name.strip_prefix(&place) else {
            bail!("the mutant `{name}` is not at {place}");
        };
        let mut key = format!("{file}: {change}");
        let number = numbers.entry(key.clone()).or_default();
        *number += 1;
        if *number > 1 {
            key += &format!(" #{number}");
        }
        mutants.push(Mutant { file, name, key });
    }
    Ok(mutants)
}

/// Draws mutants, in a random order: those whose keys have the lowest hashes.
pub fn draw(mut mutants: Vec<Mutant>, seed: u64, count: usize) -> Vec<Mutant> {
    mutants.sort_by_cached_key(|mutant| {
        (XxHash3_64::oneshot_with_seed(seed, mutant.key.as_bytes()), mutant.key.clone())
    });
    mutants.truncate(count);
    mutants
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(shift: usize) -> Vec<Mutant> {
        let entry = |line: usize, change: &str| {
            let line = line + shift;
            format!(
                r#"{{"file": "a.rs", "name": "a.rs:{line}:5: {change}",
                    "span": {{"start": {{"line": {line}, "column": 5}}}}, "genre": "X"}}"#
            )
        };
        let operators = (1..40).map(|line| entry(line, &format!("replace + with - in f{line}")));
        let same = (50..52).map(|line| entry(line, "delete ! in g"));
        let entries: Vec<String> = operators.chain(same).collect();
        listed(format!("[{}]", entries.join(",")).as_bytes()).unwrap()
    }

    #[test]
    fn a_sample_does_not_depend_on_positions() {
        let keys = |shift, seed, count| -> Vec<String> {
            draw(list(shift), seed, count).into_iter().map(|mutant| mutant.key).collect()
        };
        assert_eq!(keys(0, 1, 10), keys(7, 1, 10));
        assert_eq!(keys(0, 1, 10), keys(0, 1, 20)[..10], "a larger sample contains a smaller one");
        assert_ne!(keys(0, 1, 10), keys(0, 2, 10));
        assert_eq!(keys(0, 1, 99).len(), 41);
    }

    #[test]
    fn equal_mutants_of_a_file_are_numbered() {
        let mutants = list(0);
        let last: Vec<&str> = mutants[39..].iter().map(|mutant| &*mutant.key).collect();
        assert_eq!(last, ["a.rs: delete ! in g", "a.rs: delete ! in g #2"]);
        assert_eq!(mutants[40].name, "a.rs:51:5: delete ! in g");
    }

    #[test]
    fn another_form_of_names_is_an_error() {
        let json =
            r#"[{"file": "a.rs", "name": "b", "span": {"start": {"line": 1, "column": 2}}}]"#;
        let error = listed(json.as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "the mutant `b` is not at a.rs:1:2: ");
    }
}
