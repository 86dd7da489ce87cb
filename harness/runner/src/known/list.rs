//! Takes the text of a `known.toml`; gives its entries, or an error with line and column. Judges
//! nothing and sees no run.

use super::pattern::PathPattern;
use super::supports::{self, Supports};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use toml::Spanned;
use wassay_record::{Messages, Verdict, Way};
use wassay_suites::{ListName, SUPERSEDED, SUPERSEDED_PATH};
use wassay_tables::{Lines, TableError};

/// The reason that `--bless` writes until a person replaces it.
pub(crate) const PLACEHOLDER: &str = "FIXME: say why";

/// The known failures of one engine, and its stated support.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What messages call the list.
    name: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) target: String,
    way: Way,
    pub(crate) supports: Supports,
    /// The indices of entries that name a path, in order, by the path without its mark.
    by_path: HashMap<String, Vec<usize>>,
    /// The indices of entries with a glob.
    globs: Vec<usize>,
}

/// Several directives that fail for the same reason.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) paths: Vec<PathPattern>,
    pub(crate) reason: String,
    pub(crate) targets: Vec<String>,
    /// The ways in which the directives fail; all if it is empty.
    pub(crate) ways: Vec<Way>,
    pub(crate) verdict: Verdict,
    /// The loosest level at which the directives must fail.
    pub(crate) messages: Messages,
    /// Whether they depend on more than the target, so that they may pass.
    pub(crate) may_pass: bool,
    pub(crate) directives: Vec<Key>,
    /// Where the entry is, from 1.
    pub(crate) line: usize,
    /// The list of superseded texts that it comes from; `None` for the engine's own list.
    pub(crate) superseded: Option<&'static str>,
}

/// A directive's key within its script.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: String,
    pub(crate) hash: String,
    pub(crate) occurrence: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    supports: BTreeMap<Spanned<String>, supports::Row>,
    #[serde(default)]
    known: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    path: Option<Spanned<String>>,
    #[serde(default)]
    paths: Vec<Spanned<String>>,
    reason: Spanned<String>,
    #[serde(default, rename = "issue")]
    _issue: Option<String>,
    #[serde(default)]
    targets: Vec<String>,
    #[serde(default)]
    ways: Vec<Way>,
    verdict: Option<Spanned<String>>,
    #[serde(default)]
    messages: Messages,
    #[serde(default)]
    may_pass: bool,
    directives: Vec<Spanned<String>>,
}

impl Known {
    /// Parses a list. `target` is the one that the engine runs on: entries for other targets are
    /// kept but not judged. Messages call the list `known.toml`, unless it is [`Known::named`].
    ///
    /// # Errors
    /// If the text is not a valid list, names an unknown feature, has an entry without a reason, or
    /// lists a directive twice for the same target.
    pub fn parse(text: &str, target: &str) -> Result<Known, TableError> {
        let (name, target) = ("known.toml".to_string(), target.to_string());
        let mut known = Known { name, target, ..Known::default() };
        known.supports = known.read(text, None)?;
        Ok(known)
    }

    /// The list under the name that its user knows: the path of its file.
    pub fn named(self, name: impl Into<String>) -> Known {
        Known { name: name.into(), ..self }
    }

    /// The list for a run in this way: entries for other ways are kept but not judged.
    pub fn in_way(self, way: Way) -> Known {
        Known { way, ..self }
    }

    /// The list together with the texts of the official suites that a later version of the
    /// specification contradicts; every list of an engine needs them.
    ///
    /// # Errors
    /// If the list of these texts is damaged.
    pub fn with_superseded(mut self) -> Result<Known, String> {
        let added = self.add_superseded(SUPERSEDED_PATH, SUPERSEDED);
        added.map_err(|error| format!("{SUPERSEDED_PATH}:{error}"))?;
        Ok(self)
    }

    /// Adds entries for texts that a later version of the specification contradicts: an engine may
    /// fail them or pass them. `name` is the name of that list in messages.
    ///
    /// # Errors
    /// See [`Known::parse`].
    pub(crate) fn add_superseded(
        &mut self,
        name: &'static str,
        text: &str,
    ) -> Result<(), TableError> {
        self.read(text, Some(name)).map(drop)
    }

    fn read(
        &mut self,
        text: &str,
        superseded: Option<&'static str>,
    ) -> Result<Supports, TableError> {
        let lines = Lines::of(text);
        let document: Document = lines.read()?;
        let mut seen = HashMap::new();
        for row in document.known {
            let line = lines.line(row.span().start);
            let entry = self.entry(row, superseded, &lines, &mut seen)?;
            self.push(Entry { line, ..entry });
        }
        Supports::read(document.supports, &lines)
    }

    fn entry(
        &self,
        row: Spanned<Row>,
        superseded: Option<&'static str>,
        lines: &Lines<'_>,
        seen: &mut HashMap<(String, Way, Key), usize>,
    ) -> Result<Entry, TableError> {
        let span = row.span();
        let line = lines.line(span.start);
        let row = row.into_inner();
        if row.reason.get_ref().trim().is_empty() {
            return Err(lines.error(Some(row.reason.span()), "the reason is empty"));
        }
        let mut paths = Vec::new();
        for path in row.path.iter().chain(&row.paths) {
            let pattern = PathPattern::new(path.get_ref());
            paths.push(pattern.map_err(|why| lines.error(Some(path.span()), why))?);
        }
        if paths.is_empty() || (row.path.is_some() && !row.paths.is_empty()) {
            return Err(lines.error(Some(span), "say either `path` or `paths`"));
        }
        let mut directives = Vec::new();
        let mut own = HashSet::new();
        for directive in &row.directives {
            let span = Some(directive.span());
            let key = key(directive.get_ref()).map_err(|why| lines.error(span.clone(), why))?;
            let ways = Way::ALL.into_iter().filter(|way| names(&row.ways, way));
            let ways: Vec<Way> = ways.filter(|_| names(&row.targets, &self.target)).collect();
            let places = paths.iter().flat_map(|path| ways.iter().map(move |way| (path, *way)));
            let place =
                |(path, way): (&PathPattern, Way)| (path.as_str().to_string(), way, key.clone());
            let mut first = places.filter_map(|it| seen.insert(place(it), line));
            let first = first.next().or((!own.insert(key.clone())).then_some(line));
            if let Some(first) = first {
                let why = format!("this directive is already listed at line {first}");
                return Err(lines.error(span, why));
            }
            directives.push(key);
        }
        let verdict = match &row.verdict {
            None => Verdict::Failed,
            Some(name) => {
                excusable(name.get_ref()).map_err(|why| lines.error(Some(name.span()), why))?
            }
        };
        let Row { reason, targets, ways, messages, may_pass, .. } = row;
        let reason = reason.into_inner();
        Ok(Entry {
            paths,
            reason,
            targets,
            ways,
            verdict,
            messages,
            may_pass,
            directives,
            line,
            superseded,
        })
    }

    fn push(&mut self, entry: Entry) {
        let at = self.entries.len();
        for path in entry.paths.iter().filter(|path| !path.is_glob()) {
            self.by_path.entry(path.text().to_string()).or_default().push(at);
        }
        if entry.paths.iter().any(PathPattern::is_glob) {
            self.globs.push(at);
        }
        self.entries.push(entry);
    }

    /// What messages call the list.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it states the support of the engine on any lane.
    pub fn states_support(&self) -> bool {
        !self.supports.is_empty()
    }

    /// The lanes with stated support of their own, with line and column. Whether there are such
    /// lanes is not known here.
    pub fn stated_lanes(&self) -> impl Iterator<Item = (&str, (usize, usize))> {
        self.supports.lanes()
    }

    /// The hashes of the directives that are listed for a script.
    pub fn hashes(&self, path: &ListName) -> HashSet<String> {
        let entries = self.entries_of(path).into_iter();
        let keys = entries.flat_map(|at| &self.entries[at].directives);
        keys.map(|key| key.hash.clone()).collect()
    }

    /// The indices of the entries for a script on this target, the engine's own entries first.
    pub(crate) fn entries_of(&self, path: &ListName) -> Vec<usize> {
        self.entries_with(path, |pattern| pattern.matches(path))
    }

    /// The indices of the entries on this target that mean the suite's script of the file's name.
    pub(crate) fn entries_beside(&self, path: &ListName) -> Vec<usize> {
        self.entries_with(path, |pattern| pattern.misses_for_its_mark(path))
    }

    fn entries_with(&self, path: &ListName, is_meant: impl Fn(&PathPattern) -> bool) -> Vec<usize> {
        let named = self.by_path.get(path.text()).into_iter().flatten();
        let mut found: Vec<usize> = named.chain(&self.globs).copied().collect();
        found.retain(|&at| {
            let entry = &self.entries[at];
            entry.paths.iter().any(&is_meant) && self.applies(entry)
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The location of an entry, `FILE:LINE`.
    pub(crate) fn place(&self, entry: &Entry) -> String {
        format!("{}:{}", entry.superseded.unwrap_or(&self.name), entry.line)
    }

    pub(crate) fn applies(&self, entry: &Entry) -> bool {
        names(&entry.targets, &self.target) && names(&entry.ways, &self.way)
    }
}

/// Whether a list names this, or is empty and so names everything.
fn names<T: PartialEq>(list: &[T], item: &T) -> bool {
    list.is_empty() || list.contains(item)
}

/// The verdict with this name, if an entry can excuse it.
fn excusable(name: &str) -> Result<Verdict, String> {
    let found = Verdict::ALL.into_iter().find(|verdict| verdict.name() == name);
    match found.filter(|verdict| verdict.is_bad()) {
        Some(Verdict::Blocked) => {
            Err("a blocked directive is excused by what blocks it: list that".to_string())
        }
        Some(verdict) => Ok(verdict),
        None => Err(format!("`{name}` is not a verdict that fails")),
    }
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
        _ => Err(format!("`{text}` is not a directive: write `KEYWORD HASH` or `KEYWORD HASH #N`")),
    }
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
        assert!(known.hashes(&ListName::of_suite("a")).contains("ab"));
        assert!(known.hashes(&ListName::of_suite("b")).is_empty());
    }

    #[test]
    fn an_entry_may_name_several_paths_and_globs() {
        let text = "[[known]]\npaths = [\"a\", \"b/*.wast\"]\nreason = \"r\"\n\
                    directives = [\"invoke ab\"]\n";
        let known = Known::parse(text, "x86_64-linux").unwrap();
        for (path, count) in [("a", 1), ("b/c.wast", 1), ("b/c/d.wast", 0), ("c", 0)] {
            assert_eq!(known.entries_of(&ListName::of_suite(path)).len(), count, "{path}");
        }
    }

    #[test]
    fn an_error_has_its_position() {
        refused("[[known]]\npath = 3\n", "2:8: invalid type: integer `3`, expected a string");
        refused("x = [", "1:6: unclosed array, expected `]`");
        let head = "[[known]]\npath = \"a\"\n";
        refused(
            &format!("{head}reason = \"r\"\ndirectives = [\"invoke\"]\n"),
            "4:15: `invoke` is not a directive: write `KEYWORD HASH` or `KEYWORD HASH #N`",
        );
        refused(&format!("{head}reason = \" \"\ndirectives = []\n"), "3:10: the reason is empty");
        let verdict =
            |name: &str| format!("{head}reason = \"r\"\nverdict = \"{name}\"\ndirectives = []\n");
        refused(&verdict("passed"), "4:11: `passed` is not a verdict that fails");
        let blocked = "4:11: a blocked directive is excused by what blocks it: list that";
        refused(&verdict("blocked"), blocked);
        refused(
            &format!("{head}reason = \"r\"\nmessages = \"txt\"\ndirectives = []\n"),
            "4:12: unknown variant `txt`, expected one of `stage`, `kind`, `text`",
        );
        let rest = "reason = \"r\"\ndirectives = []\n";
        refused(&format!("[[known]]\n{rest}"), "1:1: say either `path` or `paths`");
        refused(&format!("{head}paths = [\"b\"]\n{rest}"), "1:1: say either `path` or `paths`");
        refused(
            &format!("[[known]]\npath = \"[\"\n{rest}"),
            "2:8: `[` is not a valid glob: unclosed character class; missing ']'",
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
