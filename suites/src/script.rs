//! A script: its stable name, the source of its text, and its needs. Takes paths and names; returns
//! these and the bytes. Never parses the text.

use crate::basis::{Basis, header};
use crate::input::read_file;
use crate::path::one_spelling;
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use wassay_engine::Features;

/// The suite name of scripts outside every official suite.
pub const AD_HOC: &str = "ad-hoc";

/// One `.wast` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The folder and the file name, for example `wasm-v1/address.wast`: the script's name in known
    /// failures and records. For a file outside every suite, the shorter of its path from the
    /// current directory and its absolute path, with links followed: however the user spells it.
    pub name: String,
    /// `wasm-v1`, `core`, `proposals` and the like, or [`AD_HOC`].
    pub suite: String,
    /// The proposal, for files under `proposals/`.
    pub proposal: Option<String>,
    /// The features that an engine must have; only these should be enabled. If nothing states the
    /// needs of a file, these are all features: enable every one that the engine has.
    pub needs: Features,
    /// The source of these needs.
    pub basis: Basis,
    /// The source of the text.
    pub source: Source,
}

/// The source of a script's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Inside this program.
    Embedded(&'static [u8]),
    /// In a file.
    Path(PathBuf),
}

impl Script {
    /// A script of a suite, by its stable name.
    pub(crate) fn of_suite(name: String, needs: Features, source: Source) -> Script {
        let mut parts = name.split('/');
        let suite = parts.next().unwrap_or_default().to_string();
        let proposal = match suite.as_str() {
            "proposals" => parts.next().map(str::to_string),
            _ => None,
        };
        Script { name, suite, proposal, needs, basis: Basis::Table, source }
    }

    /// The same script with other needs, from this source.
    pub fn needing(self, needs: Features, basis: Basis) -> Script {
        Script { needs, basis, ..self }
    }

    /// The script with the needs stated in its top lines, unless a table states them.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn by_header(self, text: &[u8]) -> Result<Script, String> {
        if self.basis != Basis::Nobody {
            return Ok(self);
        }
        let found = header(text).map_err(|why| format!("{}:{why}", self.name))?;
        Ok(match found {
            Some(needs) => self.needing(needs, Basis::Header),
            None => self,
        })
    }

    /// A script outside every suite. Every spelling of its path gives the same name.
    pub(crate) fn ad_hoc(path: &Path) -> Script {
        let name = name_of(&one_spelling(path));
        Script {
            name,
            suite: AD_HOC.to_string(),
            proposal: None,
            needs: Features::all(),
            basis: Basis::Nobody,
            source: Source::Path(path.to_path_buf()),
        }
    }

    /// The part of the name before the file name: `wasm-v1`, `proposals/gc`.
    pub fn folder(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether the script belongs to no suite.
    pub fn is_ad_hoc(&self) -> bool {
        self.suite == AD_HOC
    }

    /// The text of the script, as bytes, because it may not be UTF-8.
    ///
    /// # Errors
    /// Errors of the file system.
    pub fn read(&self) -> io::Result<Cow<'static, [u8]>> {
        match &self.source {
            Source::Embedded(bytes) => Ok(Cow::Borrowed(bytes)),
            Source::Path(path) => read_file(path).map(Cow::Owned),
        }
    }
}

/// A path as a name: bytes that are not UTF-8 become `\xHH`, and a backslash is doubled, so that no
/// two paths share a name.
pub(crate) fn name_of(path: &Path) -> String {
    let mut name = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        name += &chunk.valid().replace('\\', r"\\");
        chunk.invalid().iter().for_each(|byte| name += &format!(r"\x{byte:02x}"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Script {
        Script::of_suite(name.to_string(), Features::WASM1, Source::Embedded(b"(module)"))
    }

    #[test]
    fn no_two_paths_have_one_name() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &[u8]| name_of(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(name("d/\u{e9}.wast".as_bytes()), "d/\u{e9}.wast");
        assert_eq!(name(b"d/\xff.wast"), r"d/\xff.wast");
        assert_eq!(name(b"d/\xfe.wast"), r"d/\xfe.wast");
        assert_eq!(name(br"d/\xff.wast"), r"d/\\xff.wast");
    }

    #[test]
    fn the_name_tells_suite_and_proposal() {
        let core = named("core/address.wast");
        assert_eq!((core.suite.as_str(), core.proposal.as_deref()), ("core", None));
        assert_eq!(core.folder(), "core");
        let gc = named("proposals/gc/array.wast");
        assert_eq!((gc.suite.as_str(), gc.proposal.as_deref()), ("proposals", Some("gc")));
        assert_eq!(gc.folder(), "proposals/gc");
        assert!(!gc.is_ad_hoc());
    }

    #[test]
    fn a_file_outside_every_suite_needs_all_features() {
        let script = Script::ad_hoc(Path::new("bugs/one.wast"));
        assert_eq!(script.name, "bugs/one.wast");
        assert!(script.is_ad_hoc());
        assert_eq!(script.needs, Features::all());
        assert!(script.read().is_err());
    }
}
