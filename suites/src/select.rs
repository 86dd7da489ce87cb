//! Takes the user's words; returns scripts. Tries each word in this order: a suite or folder, a
//! stable name, a glob over names, a path, the end of a name. Runs nothing.

use crate::catalogue::Catalogue;
use crate::checkout::{Checkout, unreadable, wast_files};
use crate::error::SelectError;
use crate::input::is_stream;
use crate::nearest::most_similar;
use crate::needs;
use crate::path::one_spelling;
use crate::script::{Script, Source, name_of};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// A name below this similarity is not suggested.
const SIMILAR: f64 = 0.75;

impl Catalogue {
    /// The scripts that one word selects:
    /// - a suite or folder: `wasm-v1`, `proposals`, `proposals/gc`, or an added suite;
    /// - a name or alias: `wasm-v1/address.wast`;
    /// - a glob over names, `wasm-v?/memory*.wast`, or else over paths: `bugs/*.wast`;
    /// - a path: a file, or a directory with everything below it (write `./core` for a directory
    ///   that has the name of a suite). A file inside a checkout or an added suite has the same
    ///   name and needs as if it had been selected by name; any other file is ad hoc;
    /// - the end of a name: `address.wast`, in every suite that has it.
    ///
    /// # Errors
    /// [`SelectError`]; for an unknown word with the nearest name.
    pub fn select(&self, what: &str) -> Result<Vec<Script>, SelectError> {
        let folder = format!("{}/", what.trim_end_matches('/'));
        if let Some(found) = self.named(|name| name.starts_with(&folder)) {
            return Ok(found);
        }
        if let Some(found) = self.named(|name| name == what) {
            return Ok(found);
        }
        let path = Path::new(what);
        if path.symlink_metadata().is_ok() {
            return self.select_path(path);
        }
        if what.contains(['*', '?', '[', '{']) {
            return self.by_glob(what);
        }
        let end = format!("/{what}");
        self.named(|name| name.ends_with(&end)).ok_or_else(|| {
            self.in_other_copy(what).unwrap_or_else(|| SelectError::NotFound {
                what: what.to_string(),
                nearest: self.nearest(what),
            })
        })
    }

    /// The error for a word that names a suite, or something in it, of the copy that is not in use:
    /// the embedded suite, or a checkout.
    fn in_other_copy(&self, what: &str) -> Option<SelectError> {
        let what = what.trim_end_matches('/');
        let folders = [Some(what), what.rsplit_once('/').map(|(folder, _)| folder)];
        let is_there = |folder: &&str| match self.checkout {
            Some(_) => Catalogue::embedded().is_ok_and(|embedded| embedded.has_folder(folder)),
            None => needs::knows(folder),
        };
        let elsewhere = |folder: &&str| !self.has_folder(folder) && is_there(folder);
        folders.into_iter().flatten().find(elsewhere).map(|folder| SelectError::OtherCopy {
            suite: folder.to_string(),
            checkout: self.checkout.clone(),
            suites: self.official_suites().join(", "),
        })
    }

    /// The scripts that several words select, each script once, in the order of the words; no words
    /// select every official script.
    ///
    /// # Errors
    /// The error of the first word that selects nothing.
    pub fn select_all<S: AsRef<str>>(&self, words: &[S]) -> Result<Vec<Script>, SelectError> {
        if words.is_empty() {
            return Ok(self.scripts().to_vec());
        }
        let mut seen = BTreeSet::new();
        let mut scripts = Vec::new();
        for word in words {
            let found = self.select(word.as_ref())?;
            scripts.extend(found.into_iter().filter(|script| seen.insert(script.name.clone())));
        }
        Ok(scripts)
    }

    /// The scripts with a wanted name or alias, or `None` if there are none.
    fn named(&self, wanted: impl Fn(&str) -> bool) -> Option<Vec<Script>> {
        let positions: BTreeSet<usize> =
            self.names().filter(|(name, _)| wanted(name)).map(|(_, at)| at).collect();
        let found = positions.into_iter().map(|at| self.at(at).clone());
        Some(found.collect::<Vec<_>>()).filter(|found| !found.is_empty())
    }

    fn by_glob(&self, text: &str) -> Result<Vec<Script>, SelectError> {
        let plain = text.trim_start_matches("./");
        let glob = GlobBuilder::new(plain)
            .literal_separator(true)
            .build()
            .map_err(|error| SelectError::BadGlob {
                glob: text.to_string(),
                message: error.kind().to_string(),
            })?
            .compile_matcher();
        // `./` marks a path.
        let named = (plain == text).then(|| {
            let by_name = self.named(|name| glob.is_match(name));
            by_name.or_else(|| {
                self.named(|name| name.rsplit('/').next().is_some_and(|n| glob.is_match(n)))
            })
        });
        match named.flatten() {
            Some(found) => Ok(found),
            None => self.by_path_glob(text, &glob),
        }
    }

    /// The files whose paths match.
    fn by_path_glob(&self, text: &str, glob: &GlobMatcher) -> Result<Vec<Script>, SelectError> {
        let is_plain = |part: &&str| !part.contains(['*', '?', '[', '{']);
        let mut start: PathBuf = text.split('/').take_while(is_plain).collect();
        if text.starts_with('/') {
            start = Path::new("/").join(start);
        }
        let start = if start.as_os_str().is_empty() { PathBuf::from(".") } else { start };
        let below = match start.is_dir() {
            true => wast_files(&start)?,
            false => Vec::new(),
        };
        let is_meant = |file: &PathBuf| {
            let file = file.strip_prefix(".").unwrap_or(file);
            glob.is_match(file)
        };
        let found = self.files(below.into_iter().filter(is_meant))?;
        match found.is_empty() {
            true => Err(self
                .in_other_copy(text)
                .unwrap_or_else(|| SelectError::NoMatch { glob: text.to_string() })),
            false => Ok(found),
        }
    }

    /// The scripts of a file or directory, whatever else has its name.
    ///
    /// # Errors
    /// [`SelectError`].
    pub fn select_path(&self, path: &Path) -> Result<Vec<Script>, SelectError> {
        if is_stream(path) {
            return Ok(vec![self.ad_hoc(path)]);
        }
        let absolute = std::fs::canonicalize(path).map_err(unreadable(path))?;
        let found = match Checkout::around(&absolute) {
            Some(checkout) => checkout.scripts(&absolute, self.own.as_ref())?,
            None => self.files(wast_files(path)?.into_iter())?,
        };
        if found.is_empty() {
            return Err(SelectError::EmptyDirectory { path: path.to_path_buf() });
        }
        if let [Script { source: Source::Path(file), .. }] = found.as_slice() {
            std::fs::File::open(file).map_err(unreadable(path))?;
        }
        Ok(found)
    }

    /// The scripts of these files, each as if its path had been given, and each once; no two have
    /// the same name.
    fn files(&self, files: impl Iterator<Item = PathBuf>) -> Result<Vec<Script>, SelectError> {
        let mut checkouts: HashMap<Checkout, Vec<Script>> = HashMap::new();
        let mut found = Vec::new();
        for file in files {
            let absolute = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
            let Some(checkout) = Checkout::around(&absolute) else {
                found.push(self.added_or_ad_hoc(file)?);
                continue;
            };
            let own = self.own.as_ref();
            // If a folder of it cannot be read, each file is looked up by itself.
            let list = || checkout.scripts(checkout.root(), own).unwrap_or_default();
            let all = checkouts.entry(checkout.clone()).or_insert_with(list);
            let is_it = |script: &&Script| match &script.source {
                Source::Path(path) => *path == absolute,
                Source::Embedded(_) => false,
            };
            match all.iter().find(is_it) {
                Some(script) => found.push(script.clone()),
                None => found.extend(checkout.scripts(&absolute, own)?),
            }
        }
        Ok(distinct(found))
    }

    /// The script of this file: part of the added suite that contains it, or else ad hoc. A broken
    /// link is reported when it is read.
    fn added_or_ad_hoc(&self, file: PathBuf) -> Result<Script, SelectError> {
        let Ok(absolute) = std::fs::canonicalize(&file) else { return Ok(self.ad_hoc(&file)) };
        let found = self.added.iter().find_map(|suite| suite.script(&absolute));
        Ok(found.unwrap_or_else(|| Ok(self.ad_hoc(&file)))?)
    }

    /// The script of a file outside every suite. If its path equals the name of another script,
    /// `./` distinguishes them, in reports and on the command line.
    fn ad_hoc(&self, path: &Path) -> Script {
        let script = Script::ad_hoc(path);
        match self.find(&script.name) {
            Some(_) => Script { name: format!("./{}", script.name), ..script },
            None => script,
        }
    }

    /// The name, folder or file name that is most similar to the word. The word may be the last
    /// part of it: `threads` for `proposals/threads`, `memory_grow` for `memory_grow.wast`.
    fn nearest(&self, what: &str) -> Option<String> {
        let mut spellings: Vec<(&str, &str)> = Vec::new();
        for (name, _) in self.names() {
            spellings.push((name, name));
            if let Some((folder, file)) = name.rsplit_once('/') {
                let last = folder.rsplit('/').next().unwrap_or(folder);
                let stem = file.strip_suffix(".wast").unwrap_or(file);
                spellings.extend([(folder, folder), (last, folder), (file, file), (stem, file)]);
            }
        }
        most_similar(what, spellings.into_iter(), SIMILAR).map(str::to_string)
    }
}

/// The scripts, each file once: a link has the name of its target. Of two files with one name, in
/// two checkouts, the second one is named by its path.
fn distinct(scripts: Vec<Script>) -> Vec<Script> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<Script> = Vec::new();
    for mut script in scripts {
        if let Some(&at) = names.get(&script.name) {
            let same = &all[at];
            if same.source == script.source || same.is_ad_hoc() && script.is_ad_hoc() {
                continue;
            }
            if let Source::Path(file) = &script.source {
                let path = name_of(&one_spelling(file));
                script.name = if names.contains_key(&path) { format!("./{path}") } else { path };
            }
        }
        names.insert(script.name.clone(), all.len());
        all.push(script);
    }
    all
}
