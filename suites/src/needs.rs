//! Takes `suites.toml`, or a similar table for an added suite; returns the features that a script
//! needs, by its stable name. Sees no file of any suite.

use crate::basis::{Basis, feature};
use crate::checkout::unreadable;
use crate::error::SuiteError;
use crate::input::read_text;
use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use std::path::Path;
use std::sync::LazyLock;
use wassay_engine::Features;
use wassay_tables::Lines;

/// The rules of the embedded `suites.toml`.
static BUILTIN: LazyLock<Result<Rules, String>> =
    LazyLock::new(|| Rules::parse("suites/suites.toml", include_str!("../suites.toml")));

/// The features that the script with this stable name needs.
///
/// # Errors
/// `UnknownFolder` if `suites.toml` lacks the folder.
pub(crate) fn needs(name: &str) -> Result<Features, SuiteError> {
    let wrong = |message: &String| SuiteError::Rules { message: message.clone() };
    BUILTIN.as_ref().map_err(wrong)?.needs(name)
}

/// The features that the script with this stable name needs, and whether a table states them: first
/// the user's own, then `suites.toml`. A script in a folder that neither table has needs every
/// available feature.
pub(crate) fn needs_or_all(own: Option<&Rules>, name: &str) -> (Features, Basis) {
    let found = own.map(|rules| rules.needs(name)).and_then(Result::ok);
    match found.map_or_else(|| needs(name), Ok) {
        Ok(needs) => (needs, Basis::Table),
        Err(_) => (Features::all(), Basis::Nobody),
    }
}

/// Whether `suites.toml` has the folder, which then belongs to an official suite, embedded or in a
/// checkout.
pub fn knows(folder: &str) -> bool {
    BUILTIN.as_ref().is_ok_and(|rules| rules.folders.iter().any(|known| known.path == folder))
}

/// A set of features in the shortest form of a table of needs: `wasm2 + threads - reference-types`.
pub fn in_short(features: Features) -> String {
    let bases = Base::ALL.map(|base| (base.name(), base.features()));
    let bases = [("nothing", Features::default())].into_iter().chain(bases);
    let told = bases.map(|(name, base)| {
        let plus = features.minus(base).iter().map(|feature| format!(" + {feature}"));
        let minus = base.minus(features).iter().map(|feature| format!(" - {feature}"));
        let differences: Vec<String> = plus.chain(minus).collect();
        (differences.len(), format!("{name}{}", differences.concat()))
    });
    told.min_by_key(|(differences, _)| *differences).map_or_else(String::new, |(_, text)| text)
}

/// A parsed table of needs.
#[derive(Debug)]
pub(crate) struct Rules {
    table: String,
    folders: Vec<FolderRule>,
}

#[derive(Debug)]
struct FolderRule {
    path: String,
    needs: Features,
    files: Vec<(GlobMatcher, Features)>,
}

impl Rules {
    /// Parses a table; `file` is its name in errors, which have a line and a column if they concern
    /// one place.
    pub fn parse(file: &str, text: &str) -> Result<Rules, String> {
        let table: Table = Lines::of(text).read().map_err(|wrong| format!("{file}:{wrong}"))?;
        let mut folders: Vec<FolderRule> = Vec::new();
        for entry in table.folder {
            if folders.iter().any(|known| known.path == entry.path) {
                return Err(format!("{file}: the folder `{}` is listed twice", entry.path));
            }
            let path = entry.path.clone();
            folders
                .push(entry.rule().map_err(|why| format!("{file}: the folder `{path}`: {why}"))?);
        }
        Ok(Rules { table: file.to_string(), folders })
    }

    /// The table in this file.
    ///
    /// # Errors
    /// `Unreadable`, or `Rules` if the table is wrong.
    pub fn read(file: &Path) -> Result<Rules, SuiteError> {
        let text = read_text(file).map_err(unreadable(file))?;
        let name = file.display().to_string();
        Rules::parse(&name, &text).map_err(|message| SuiteError::Rules { message })
    }

    /// The features that the script with this name needs.
    pub fn needs(&self, name: &str) -> Result<Features, SuiteError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let found = self.folders.iter().find(|rule| rule.path == folder);
        let rule = found.ok_or_else(|| SuiteError::UnknownFolder {
            folder: folder.to_string(),
            table: self.table.clone(),
        })?;
        let own = rule.files.iter().find(|(glob, _)| glob.is_match(file));
        Ok(own.map_or(rule.needs, |(_, needs)| *needs))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    folder: Vec<FolderEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FolderEntry {
    path: String,
    base: Base,
    #[serde(default)]
    plus: Vec<String>,
    #[serde(default)]
    minus: Vec<String>,
    #[serde(default, rename = "why")]
    _why: Option<String>,
    #[serde(default)]
    file: Vec<FileEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    glob: String,
    base: Option<Base>,
    #[serde(default)]
    plus: Vec<String>,
    #[serde(default)]
    minus: Vec<String>,
    #[serde(rename = "why")]
    _why: String,
}

/// A version of the specification.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Base {
    Wasm1,
    Wasm2,
    Wasm3,
}

impl Base {
    pub(crate) const ALL: [Base; 3] = [Base::Wasm1, Base::Wasm2, Base::Wasm3];

    /// The version with this name.
    pub(crate) fn of(name: &str) -> Option<Base> {
        Base::ALL.into_iter().find(|base| base.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Base::Wasm1 => "wasm1",
            Base::Wasm2 => "wasm2",
            Base::Wasm3 => "wasm3",
        }
    }

    pub(crate) fn features(self) -> Features {
        match self {
            Base::Wasm1 => Features::WASM1,
            Base::Wasm2 => Features::WASM2,
            Base::Wasm3 => Features::WASM3,
        }
    }
}

impl FolderEntry {
    fn rule(self) -> Result<FolderRule, String> {
        let needs = adjust(self.base.features(), &self.plus, &self.minus)?;
        let mut files = Vec::with_capacity(self.file.len());
        for entry in self.file {
            let glob = Glob::new(&entry.glob).map_err(|error| error.to_string())?;
            let start = entry.base.map_or(needs, Base::features);
            files.push((glob.compile_matcher(), adjust(start, &entry.plus, &entry.minus)?));
        }
        Ok(FolderRule { path: self.path, needs, files })
    }
}

fn adjust(base: Features, plus: &[String], minus: &[String]) -> Result<Features, String> {
    Ok(base.and(set(plus)?).minus(set(minus)?))
}

fn set(names: &[String]) -> Result<Features, String> {
    names.iter().map(|name| feature(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_engine::Feature;

    #[test]
    fn the_builtin_table_is_well_formed() {
        assert!(BUILTIN.as_ref().err().is_none(), "{:?}", BUILTIN.as_ref().err());
    }

    #[test]
    fn folders_and_files_are_layered() {
        let rules = Rules::parse(
            "t.toml",
            r#"
            [[folder]]
            path = "proposals/threads"
            base = "wasm2"
            plus = ["threads"]
            minus = ["reference-types"]
            [[folder.file]]
            glob = "old*.wast"
            minus = ["simd"]
            why = "older than vectors"
            [[folder.file]]
            glob = "old-and-new.wast"
            base = "wasm3"
            why = "never reached: the first match counts"
            "#,
        )
        .unwrap();
        let folder =
            Features::WASM2.with(Feature::Threads).minus(Features::of(&[Feature::ReferenceTypes]));
        assert_eq!(rules.needs("proposals/threads/atomic.wast").unwrap(), folder);
        let file = folder.minus(Features::of(&[Feature::Simd]));
        assert_eq!(rules.needs("proposals/threads/old-and-new.wast").unwrap(), file);
    }

    #[test]
    fn an_unknown_folder_is_named_with_the_next_step() {
        let error = needs("proposals/stringref/strings.wast").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("`proposals/stringref`"), "{text}");
        assert!(text.contains("suites/suites.toml"), "{text}");
        assert!(!knows("proposals/stringref"));
        assert!(knows("proposals/threads"));
    }

    #[test]
    fn sets_are_named_by_the_nearest_version() {
        assert_eq!(in_short(Features::WASM3), "wasm3");
        let threads = needs("proposals/threads/atomic.wast").unwrap();
        assert_eq!(in_short(threads), "wasm2 + threads - reference-types");
        assert_eq!(in_short(Features::of(&[Feature::Simd])), "nothing + simd");
        assert_eq!(in_short(Features::default()), "nothing");
    }

    #[test]
    fn wrong_tables_are_refused() {
        let cases = [
            ("[[folder]]\npath = 'a'\nbase = 'wasm4'", "t.toml:3:8: unknown variant `wasm4`"),
            (
                "[[folder]]\npath = 'a'\nbase = 'wasm1'\nplus = ['smid']",
                "t.toml: the folder `a`: unknown feature `smid`; did you mean `simd`?",
            ),
            (
                "[[folder]]\npath = 'a'\nbase = 'wasm1'\nplsu = []",
                "t.toml:4:1: unknown field `plsu`",
            ),
            (
                "[[folder]]\npath = 'a'\nbase = 'wasm1'\n[[folder]]\npath = 'a'\nbase = 'wasm2'",
                "t.toml: the folder `a` is listed twice",
            ),
        ];
        for (text, beginning) in cases {
            let error = Rules::parse("t.toml", text).err().unwrap();
            assert!(error.starts_with(beginning), "{error}");
        }
    }
}
