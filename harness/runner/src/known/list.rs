//! Takes the text of a `known.toml`; gives its entries, or an error with line and column.
//! Judges nothing.

use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use wassay_record::Verdict;

/// What `--bless` writes where a person has to say why.
pub(crate) const PLACEHOLDER: &str = "FIXME: say why";

/// The known failures of one engine.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub(crate) entries: Vec<Entry>,
    pub(crate) target: String,
}

/// Several directives of one script that fail for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) reason: String,
    pub(crate) issue: Option<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) directives: Vec<Key>,
    pub(crate) line: usize,
}

/// A directive's name among those of its script.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: String,
    pub(crate) hash: String,
    pub(crate) occurrence: u32,
}

/// Why a list of known failures cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for KnownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for KnownError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    known: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    path: String,
    reason: Spanned<String>,
    issue: Option<String>,
    #[serde(default)]
    targets: Vec<String>,
    verdict: Option<Spanned<String>>,
    directives: Vec<Spanned<String>>,
}

impl Known {
    /// Reads a list. `target` is the one that the engine runs on: entries for others are kept and
    /// not judged.
    ///
    /// # Errors
    /// For text that is no such list, for an entry without a reason, and for a directive that is
    /// listed twice for the same target.
    pub fn parse(text: &str, target: &str) -> Result<Known, KnownError> {
        let error = |span: Option<Range<usize>>, message: String| {
            let (line, column) = position(text, span.map_or(0, |span| span.start));
            KnownError { line, column, message }
        };
        let document: Document = toml::from_str(text)
            .map_err(|broken| error(broken.span(), broken.message().to_string()))?;
        let mut entries = Vec::new();
        let mut seen: HashMap<(String, Key), usize> = HashMap::new();
        for row in document.known {
            let line = position(text, row.span().start).0;
            let row = row.into_inner();
            if row.reason.get_ref().trim().is_empty() {
                return Err(error(Some(row.reason.span()), "the reason is empty".to_string()));
            }
            let mut directives = Vec::new();
            for directive in &row.directives {
                let span = Some(directive.span());
                let key = key(directive.get_ref()).map_err(|why| error(span.clone(), why))?;
                if applies(&row.targets, target) {
                    let first = seen.insert((row.path.clone(), key.clone()), line);
                    if let Some(first) = first {
                        let why = format!("this directive is already listed at line {first}");
                        return Err(error(span, why));
                    }
                }
                directives.push(key);
            }
            let verdict = match &row.verdict {
                None => None,
                Some(name) => Some(bad_verdict(name.get_ref()).ok_or_else(|| {
                    error(Some(name.span()), format!("`{}` is no bad verdict", name.get_ref()))
                })?),
            };
            let (reason, issue) = (row.reason.into_inner(), row.issue);
            let (path, targets) = (row.path, row.targets);
            entries.push(Entry { path, reason, issue, targets, verdict, directives, line });
        }
        Ok(Known { entries, target: target.to_string() })
    }

    /// The hashes of the directives that are listed for a script.
    pub fn hashes(&self, path: &str) -> Vec<String> {
        self.entries_of(path)
            .flat_map(|entry| entry.directives.iter().map(|key| key.hash.clone()))
            .collect()
    }

    /// The entries for a script on this target.
    pub(crate) fn entries_of<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a Entry> {
        let path = path.to_string();
        self.entries.iter().filter(move |entry| entry.path == path && self.applies(entry))
    }

    pub(crate) fn applies(&self, entry: &Entry) -> bool {
        applies(&entry.targets, &self.target)
    }
}

fn applies(targets: &[String], target: &str) -> bool {
    targets.is_empty() || targets.iter().any(|name| name == target)
}

fn bad_verdict(name: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.is_bad() && verdict.name() == name)
}

fn key(text: &str) -> Result<Key, String> {
    let mut words = text.split_whitespace();
    let key = (words.next(), words.next(), words.next(), words.next());
    let occurrence = match key {
        (Some(_), Some(_), None, None) => Some(0),
        (Some(_), Some(_), Some(word), None) => {
            word.strip_prefix('#').and_then(|number| number.parse().ok())
        }
        _ => None,
    };
    match (key, occurrence) {
        ((Some(kind), Some(hash), ..), Some(occurrence)) => {
            Ok(Key { kind: kind.to_string(), hash: hash.to_string(), occurrence })
        }
        _ => Err(format!("`{text}` is no directive: `KEYWORD HASH` or `KEYWORD HASH #N`")),
    }
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.hash)?;
        match self.occurrence {
            0 => Ok(()),
            number => write!(f, " #{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(Known::parse(text, "x86_64-linux").unwrap_err().to_string(), expected);
    }

    #[test]
    fn an_entry_names_its_directives() {
        let text = "[[known]]\npath = \"a\"\nreason = \"r\"\ndirectives = [\"invoke ab #2\"]\n";
        let known = Known::parse(text, "x86_64-linux").unwrap();
        let key = &known.entries[0].directives[0];
        assert_eq!((key.to_string().as_str(), key.occurrence), ("invoke ab #2", 2));
        assert_eq!(known.hashes("a"), ["ab"]);
        assert!(known.hashes("b").is_empty());
    }

    #[test]
    fn an_error_has_its_position() {
        refused("[[known]]\npath = 3\n", "2:8: invalid type: integer `3`, expected a string");
        refused("x = [", "1:6: unclosed array, expected `]`");
        let head = "[[known]]\npath = \"a\"\n";
        refused(
            &format!("{head}reason = \"r\"\ndirectives = [\"invoke\"]\n"),
            "4:15: `invoke` is no directive: `KEYWORD HASH` or `KEYWORD HASH #N`",
        );
        refused(&format!("{head}reason = \" \"\ndirectives = []\n"), "3:10: the reason is empty");
        refused(
            &format!("{head}reason = \"r\"\nverdict = \"passed\"\ndirectives = []\n"),
            "4:11: `passed` is no bad verdict",
        );
    }

    #[test]
    fn a_directive_may_be_listed_once_per_target() {
        let entry = |targets: &str| {
            format!(
                "[[known]]\npath = \"a\"\nreason = \"r\"\ntargets = [{targets}]\n\
                 directives = [\"invoke ab\"]\n"
            )
        };
        refused(
            &(entry("") + &entry("\"x86_64-linux\"")),
            "10:15: this directive is already listed at line 1",
        );
        let two = entry("\"aarch64-linux\"") + &entry("\"x86_64-linux\"");
        assert!(Known::parse(&two, "x86_64-linux").is_ok());
    }
}
