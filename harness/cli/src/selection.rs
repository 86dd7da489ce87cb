//! Takes the words of a command line; returns scripts, each with its text and the lines to judge.
//! Runs nothing.

use crate::args::RunOptions;
use crate::exit::{self, Failure};
use crate::place::{Lines, split};
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::hash::{Hash, Hasher};
use std::path::Path;
use twox_hash::XxHash3_64;
use wassay_engine::Features;
use wassay_record::{FileHead, Problem, ProblemKind};
use wassay_runner::Text;
use wassay_suites::{Basis, Catalogue, Script, SelectError, Source};

/// A selected script.
#[derive(Clone, Debug)]
pub struct Selected {
    /// The script.
    pub script: Script,
    /// Its text.
    pub text: Text,
    /// The ranges of lines to judge, if not all.
    pub lines: Option<Vec<(u32, u32)>>,
}

/// The whole selection.
#[derive(Debug)]
pub struct Selection {
    /// The catalogue to select from.
    pub catalogue: Catalogue,
    /// The scripts.
    pub scripts: Vec<Selected>,
    /// The shard, if they are not the whole selection.
    pub partition: Option<wassay_record::Partition>,
    /// The scripts of a directory or pattern that cannot be read.
    pub unreadable: Vec<Problem>,
    /// Words that name a script or a suite, and also a file or directory, which was not selected.
    pub shadowed: Vec<String>,
}

impl Selected {
    /// Its description in reports.
    pub fn head(&self) -> FileHead {
        FileHead {
            path: self.script.name.clone(),
            suite: self.script.suite.clone(),
            proposal: self.script.proposal.clone().unwrap_or_default(),
            text_hash: Some(hash_of(&*self.text)),
        }
    }
}

/// Every suite: the official one, embedded or a checkout, and our own beside it, which runs only if
/// the user selects it.
///
/// # Errors
/// If the checkout cannot be read, or a table of needs is wrong.
pub fn catalogue(table: Option<&Path>) -> Result<Catalogue, Failure> {
    let mut catalogue = Catalogue::with_table(table).map_err(Failure::usage)?;
    wassay_regressions::add_to(&mut catalogue).map_err(Failure::harness)?;
    Ok(catalogue)
}

/// The scripts that the words select; every official script if there are no words.
///
/// # Errors
/// The first word that selects nothing, or a script that cannot be read.
pub fn select(words: &[OsString], options: &RunOptions) -> Result<Selection, Failure> {
    let catalogue = catalogue(options.suites.as_deref())?;
    let (mut unreadable, mut shadowed) = (Vec::new(), Vec::new());
    let mut scripts = find(&catalogue, words, &mut unreadable, &mut shadowed)?;
    if unreadable.is_empty() {
        check_for_directives(&scripts)?;
    }
    decide_needs(&mut scripts, options.features)?;
    let shard = options.partition;
    let partition = shard.map(|shard| wassay_record::Partition {
        of: shard.of,
        shards: vec![shard.shard],
        scripts: scripts.len() as u64,
        selection: fingerprint(&scripts),
    });
    let mut selection = Selection { catalogue, scripts, partition, unreadable, shadowed };
    if let Some(shard) = shard {
        // With few scripts a shard may be empty; its report is still needed for a merge.
        selection.scripts.retain(|selected| shard.has(&selected.script.name));
    }
    Ok(selection)
}

/// Fails if no script has a directive.
fn check_for_directives(scripts: &[Selected]) -> Result<(), Failure> {
    let is_empty = |it: &Selected| {
        let script = wassay_runner::Script::parse(it.text.clone());
        script.steps().is_empty()
    };
    let Some(first) = scripts.first().filter(|_| scripts.iter().all(is_empty)) else {
        return Ok(());
    };
    let name = &first.script.name;
    let message = match scripts.len() - 1 {
        0 => format!("{name}: no directives: there is nothing to run"),
        more => format!("{name} and {more} more: no directives: there is nothing to run"),
    };
    Err(Failure { code: exit::NOTHING_MATCHED, message })
}

/// Takes the needs of scripts outside every table from the user, or else from the script.
fn decide_needs(scripts: &mut [Selected], features: Option<Features>) -> Result<(), Failure> {
    let mut asked = features.is_none();
    for selected in scripts.iter_mut().filter(|it| it.script.basis == Basis::Nobody) {
        asked = true;
        let script = selected.script.clone();
        selected.script = match features {
            Some(needs) => script.needing(needs, Basis::User),
            None => script.by_header(&selected.text).map_err(Failure::usage)?,
        };
    }
    match asked {
        true => Ok(()),
        false => Err(Failure::usage(
            "--features is for files outside every suite, and none is selected: what a suite needs \
             is in its table, see --suites",
        )),
    }
}

impl Selection {
    /// The names of all scripts in the catalogue.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.catalogue.every_script().iter().map(|script| script.name.as_str())
    }

    /// A hint to the user about an empty shard, or about files with unknown needs; empty if there
    /// is nothing to say.
    pub fn advice(&self) -> String {
        let nobody =
            self.scripts.iter().map(|it| &it.script).filter(|it| it.basis == Basis::Nobody);
        let (own, folders): (Vec<_>, Vec<_>) = nobody.partition(|script| script.is_ad_hoc());
        let mut out = String::new();
        if let (Some(shard), []) = (&self.partition, &self.scripts[..]) {
            out += &(shard.has_none() + "\n");
        }
        // Keep code on one line.
        let line = |text: &str| wassay_report::wrapped("", text).replace('\u{a0}', " ") + "\n";
        if let Some(first) = own.first() {
            let others = match own.len() - 1 {
                0 => String::new(),
                1 => " and 1 more file".to_string(),
                more => format!(" and {more} more files"),
            };
            out += &line(&format!(
                "{}{others}: run with every feature of the engine; to use fewer, name them with \
                 --features, or at the top of the file: `;;!\u{a0}base\u{a0}=\u{a0}\"wasm2\"`",
                first.name
            ));
        }
        for word in &self.shadowed {
            out += &line(&format!(
                "`{word}` names what is in a suite, so the file or directory `./{word}` was not \
                 run: write `./{word}` to run it"
            ));
        }
        let folders: BTreeSet<&str> = folders.iter().map(|script| script.folder()).collect();
        for folder in folders {
            out += &line(&format!(
                "the folder `{folder}` is in no table: run with every feature of the engine; \
                 to use fewer, add a row with --suites\u{a0}FILE"
            ));
        }
        out
    }
}

/// Identifies a selection: by the names, texts and lines of its scripts.
fn fingerprint(scripts: &[Selected]) -> String {
    let parts = scripts.iter().map(|it| (&it.script.name, &*it.text, &it.lines));
    hash_of(&parts.collect::<Vec<_>>()[..])
}

fn hash_of<T: Hash + ?Sized>(what: &T) -> String {
    let mut hash = XxHash3_64::default();
    what.hash(&mut hash);
    format!("{:016x}", hash.finish())
}

/// The scripts of these words, which need not be fit to run.
///
/// # Errors
/// The first word that selects nothing, or a script that cannot be read.
pub fn find(
    catalogue: &Catalogue,
    words: &[OsString],
    unreadable: &mut Vec<Problem>,
    shadowed: &mut Vec<String>,
) -> Result<Vec<Selected>, Failure> {
    if words.is_empty() {
        return read_all(catalogue.scripts().to_vec(), None, unreadable);
    }
    let mut found: Vec<Selected> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for word in words {
        let (scripts, lines) = match word.to_str() {
            Some(word) => {
                let (what, lines) = split(word)?;
                let scripts = catalogue.select(what).map_err(failure)?;
                if is_shadowed(catalogue, what, &scripts) {
                    shadowed.push(what.to_string());
                }
                (scripts, lines)
            }
            // Only a path may be no text.
            None => (catalogue.select_path(Path::new(word)).map_err(failure)?, None),
        };
        let word = &*word.to_string_lossy();
        let scripts = read_all(scripts, lines, unreadable)?;
        for selected in on_lines(word, scripts, lines)? {
            match places.get(&selected.script.name) {
                Some(&at) if *found[at].text != *selected.text => {
                    return Err(Failure::usage(format_args!(
                        "`{word}`: another text is already selected under the name {}: run them \
                         apart",
                        selected.script.name
                    )));
                }
                Some(&at) => add_lines(&mut found[at].lines, selected.lines),
                None => {
                    places.insert(selected.script.name.clone(), found.len());
                    found.push(selected);
                }
            }
        }
    }
    Ok(found)
}

/// Whether the word is also the path of other scripts, and of none of these.
fn is_shadowed(catalogue: &Catalogue, word: &str, scripts: &[Script]) -> bool {
    let is_there = |path: &Path| {
        let below = |script: &Script| match &script.source {
            Source::Embedded(_) => false,
            Source::Path(own) => own.canonicalize().is_ok_and(|own| own.starts_with(path)),
        };
        !scripts.iter().any(below)
    };
    if !Path::new(word).canonicalize().is_ok_and(|path| is_there(&path)) {
        return false;
    }
    // In a clone of wassay, the directory of a suite that is built in has the same scripts.
    let file = |script: &Script| script.name.rsplit('/').next().map(str::to_string);
    let is_copy = |other: &Script| {
        let first = scripts.first().filter(|first| file(first) == file(other));
        first.is_some_and(
            |first| matches!((first.read(), other.read()), (Ok(one), Ok(other)) if one == other),
        )
    };
    catalogue.select_path(Path::new(word)).is_ok_and(|others| !others.iter().any(is_copy))
}

/// The scripts that a word selects; with line numbers, those that have a directive there.
fn on_lines(word: &str, selected: Vec<Selected>, lines: Lines) -> Result<Vec<Selected>, Failure> {
    let Some(lines) = lines else { return Ok(selected) };
    let (on, off): (Vec<Selected>, Vec<Selected>) = selected.into_iter().partition(|selected| {
        let script = wassay_runner::Script::parse(selected.text.clone());
        script.steps().iter().any(|step| script.is_on(step, lines))
    });
    if let ([], Some(first)) = (&on[..], off.first()) {
        let what = match lines {
            (first, last) if first == last => format!("line {first}"),
            (first, last) => format!("lines {first} to {last}"),
        };
        let message = format!("{word}: no directive is on {what}; {}", nearest(first, lines));
        return Err(Failure { code: exit::NOTHING_MATCHED, message });
    }
    Ok(on)
}

/// The position of the directive nearest to the lines.
fn nearest(selected: &Selected, (first, last): (u32, u32)) -> String {
    let script = wassay_runner::Script::parse(selected.text.clone());
    let distance = |step: &&wassay_runner::Step| {
        let (begin, end) = (step.line, script.last_line(step));
        if end < first { first - end } else { begin.saturating_sub(last) }
    };
    let name = &selected.script.name;
    match script.steps().iter().min_by_key(distance) {
        Some(step) => format!("the nearest in {name} is `{}` on line {}", step.kind, step.line),
        None => format!("{name} has no directive at all"),
    }
}

/// Reads scripts. One unreadable script does not affect the others.
fn read_all(
    scripts: Vec<Script>,
    lines: Lines,
    unreadable: &mut Vec<Problem>,
) -> Result<Vec<Selected>, Failure> {
    let is_one_of_several = scripts.len() > 1;
    let mut selected = Vec::with_capacity(scripts.len());
    for script in scripts {
        match script.read() {
            Ok(text) => {
                let (text, lines) = (text.into(), lines.map(|lines| vec![lines]));
                selected.push(Selected { script, text, lines });
            }
            Err(error) => {
                let (path, message) = (script.name, format!("cannot be read: {error}"));
                if !is_one_of_several {
                    return Err(Failure::usage(format_args!("{path} {message}")));
                }
                unreadable.push(Problem { kind: ProblemKind::Fault, path, message });
            }
        }
    }
    Ok(selected)
}

/// Whether a word of the command line selects a script or suite.
pub fn is_script(word: &str) -> bool {
    is_script_or(word, |_| false)
}

/// Whether a word of the command line selects a script or suite, or is similar to one.
pub fn may_be_script(word: &str) -> bool {
    is_script_or(word, |error| matches!(error, SelectError::NotFound { nearest: Some(_), .. }))
}

fn is_script_or(word: &str, is_similar: impl Fn(&SelectError) -> bool) -> bool {
    let Ok((what, lines)) = split(word) else { return true };
    let is_path = what.ends_with(".wast") || what.contains('/');
    let is_suite = |catalogue: Catalogue| match catalogue.select(what) {
        Ok(_) | Err(SelectError::OtherCopy { .. }) => true,
        Err(error) => is_similar(&error),
    };
    lines.is_some() || is_path || catalogue(None).is_ok_and(is_suite)
}

fn failure(error: SelectError) -> Failure {
    let code = if error.nothing_matched() { exit::NOTHING_MATCHED } else { exit::USAGE };
    Failure { code, message: error.to_string() }
}

/// Adds lines to judge; all of them if either side has no limit.
fn add_lines(lines: &mut Option<Vec<(u32, u32)>>, more: Option<Vec<(u32, u32)>>) {
    match (&mut *lines, more) {
        (Some(lines), Some(more)) => lines.extend(more),
        _ => *lines = None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ranges_of_lines_stay_separate() {
        let mut lines = Some(vec![(3, 4)]);
        add_lines(&mut lines, Some(vec![(9, 9)]));
        assert_eq!(lines, Some(vec![(3, 4), (9, 9)]));
        add_lines(&mut lines, None);
        assert_eq!(lines, None);
        add_lines(&mut lines, Some(vec![(9, 9)]));
        assert_eq!(lines, None);
    }

    #[test]
    fn a_selection_is_identified_by_names_and_texts() {
        let selected = |name: &str, text: &'static str| Selected {
            script: Script {
                name: name.to_string(),
                suite: wassay_suites::AD_HOC.to_string(),
                proposal: None,
                needs: Features::all(),
                basis: Basis::Nobody,
                source: wassay_suites::Source::Embedded(b""),
            },
            text: text.as_bytes().into(),
            lines: None,
        };
        let one = fingerprint(&[selected("a", "x"), selected("b", "y")]);
        assert_eq!(one, fingerprint(&[selected("a", "x"), selected("b", "y")]));
        for other in [
            vec![selected("a", "x")],
            vec![selected("b", "y"), selected("a", "x")],
            vec![selected("a", "xb"), selected("", "y")],
            vec![Selected { lines: Some(vec![(1, 2)]), ..selected("a", "x") }, selected("b", "y")],
        ] {
            assert_ne!(one, fingerprint(&other));
        }
    }
}
