//! Takes the words of a command line; gives scripts, each with its text and the lines to judge.

use crate::args::Partition;
use crate::exit::{self, Failure};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use wassay_record::FileHead;
use wassay_suites::{AddedSuite, Catalogue, Script, SelectError};

/// A script that is to be run.
#[derive(Clone, Debug)]
pub struct Selected {
    /// Which.
    pub script: Script,
    /// Its text.
    pub text: Cow<'static, [u8]>,
    /// The lines to judge, if not all.
    pub lines: Option<(u32, u32)>,
}

impl Selected {
    /// What reports call it.
    pub fn head(&self) -> FileHead {
        FileHead {
            path: self.script.name.clone(),
            suite: self.script.suite.clone(),
            proposal: self.script.proposal.clone().unwrap_or_default(),
        }
    }
}

/// Every suite: the official one, embedded or a checkout, and our own beside it, which runs only
/// where it is asked for.
///
/// # Errors
/// If the checkout cannot be read, or a table of needs is wrong.
pub fn catalogue() -> Result<Catalogue, Failure> {
    let mut catalogue = Catalogue::from_environment().map_err(Failure::usage)?;
    let own = AddedSuite {
        name: "regressions",
        directory: "regressions/wast",
        needs: wassay_regressions::RULES,
        scripts: &wassay_regressions::scripts(),
    };
    catalogue.add(&own).map_err(Failure::harness)?;
    Ok(catalogue)
}

/// The scripts that the words mean; every official script if there are none.
///
/// # Errors
/// The first word that means nothing, or a script that cannot be read.
pub fn select(words: &[String], shard: Option<Partition>) -> Result<Vec<Selected>, Failure> {
    let catalogue = catalogue()?;
    let mut scripts = find(&catalogue, words)?;
    if let Some(shard) = shard {
        scripts.retain(|(script, _)| shard.has(&script.name));
    }
    if scripts.is_empty() {
        let message = "no script is left to run: the partition has none of them".to_string();
        return Err(Failure { code: exit::NOTHING_MATCHED, message });
    }
    scripts
        .into_iter()
        .map(|(script, lines)| {
            let text = script.read().map_err(|error| {
                Failure::usage(format_args!("cannot read {}: {error}", script.name))
            })?;
            Ok(Selected { script, text, lines })
        })
        .collect()
}

type Lines = Option<(u32, u32)>;

fn find(catalogue: &Catalogue, words: &[String]) -> Result<Vec<(Script, Lines)>, Failure> {
    if words.is_empty() {
        return Ok(catalogue.scripts().iter().map(|script| (script.clone(), None)).collect());
    }
    let mut found: Vec<(Script, Lines)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for word in words {
        let (what, lines) = split(word)?;
        for script in catalogue.select(what).map_err(failure)? {
            match places.get(&script.name) {
                Some(&at) => found[at].1 = union(found[at].1, lines),
                None => {
                    places.insert(script.name.clone(), found.len());
                    found.push((script, lines));
                }
            }
        }
    }
    Ok(found)
}

fn failure(error: SelectError) -> Failure {
    let code = if error.nothing_matched() { exit::NOTHING_MATCHED } else { exit::USAGE };
    Failure { code, message: error.to_string() }
}

/// Splits `PATH:LINE` and `PATH:LINE-LINE`, unless there is a file of that very name.
fn split(word: &str) -> Result<(&str, Lines), Failure> {
    let Some((what, lines)) = word.rsplit_once(':') else { return Ok((word, None)) };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
    if what.is_empty() || !is_number(first) || !is_number(last) || Path::new(word).exists() {
        return Ok((word, None));
    }
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok((what, Some((first, last)))),
        _ => Err(Failure::usage(format_args!(
            "`{lines}` in `{word}` is no range of lines: lines count from 1, the first one first"
        ))),
    }
}

/// Both: everything, if one of them is everything, else all from the first line to the last.
fn union(a: Lines, b: Lines) -> Lines {
    let ((a_first, a_last), (b_first, b_last)) = (a?, b?);
    Some((a_first.min(b_first), a_last.max(b_last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_after_a_colon() {
        assert_eq!(split("a.wast:3").unwrap(), ("a.wast", Some((3, 3))));
        assert_eq!(split("a.wast:3-7").unwrap(), ("a.wast", Some((3, 7))));
        for word in ["a.wast", "a:b", "a:", ":3", "a:3-", "a:-3"] {
            assert_eq!(split(word).unwrap(), (word, None));
        }
        for word in ["a:0", "a:7-3", "a:99999999999"] {
            assert_eq!(split(word).unwrap_err().code, exit::USAGE);
        }
    }

    #[test]
    fn a_script_that_is_named_twice_runs_once() {
        assert_eq!(union(Some((3, 4)), Some((9, 9))), Some((3, 9)));
        assert_eq!(union(None, Some((9, 9))), None);
    }
}
