//! Finds the list of known failures for an engine, and writes it back when it is blessed.

use crate::args::RunOptions;
use crate::engines::KNOWN;
use crate::exit::Failure;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use wassay_record::{Engine, Run};
use wassay_runner::known::{Known, bless};

/// An engine's list, and where it came from.
#[derive(Debug)]
pub struct KnownFile {
    /// The list.
    pub known: Known,
    name: String,
}

impl KnownFile {
    /// The list that the options ask for.
    ///
    /// # Errors
    /// If it cannot be read or is wrong; the message has file, line and column.
    pub fn load(options: &RunOptions, engine: &Engine) -> Result<KnownFile, Failure> {
        let shipped = KNOWN.iter().find(|list| list.engine == engine.name);
        let (name, text) = match (&options.known, shipped) {
            _ if options.no_known => (String::new(), Cow::Borrowed("")),
            (Some(path), _) => (path.display().to_string(), read(path, options.bless)?),
            (None, Some(list)) => (list.path.to_string(), Cow::Borrowed(list.text)),
            (None, None) => (String::new(), Cow::Borrowed("")),
        };
        let known = Known::parse(&text, &engine.target)
            .map_err(|error| Failure::usage(format_args!("{name}:{error}")))?;
        Ok(KnownFile { known, name })
    }

    /// Where `--bless` would write.
    ///
    /// # Errors
    /// If the engine has no list, or its list is nowhere near.
    pub fn target(&self, options: &RunOptions, engine: &Engine) -> Result<PathBuf, Failure> {
        if let Some(path) = &options.known {
            return Ok(path.clone());
        }
        let here = std::env::current_dir().unwrap_or_default();
        let found = here.ancestors().map(|root| root.join(&self.name)).find(|path| path.is_file());
        match found {
            Some(path) if !self.name.is_empty() => Ok(path),
            _ => Err(Failure::usage(format_args!(
                "the list of known failures of `{}` is not here to be rewritten: run this in \
                 wassay's source tree, or name a list with --known FILE",
                engine.name
            ))),
        }
    }

    /// Rewrites the list to what the run found; the files in `parts` were not run entirely.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn bless(&self, path: &Path, run: &Run, parts: &[bool]) -> Result<(), Failure> {
        // The list on disk may be newer than the one in this program.
        let text = read(path, true)?;
        let known = Known::parse(&text, &run.engine.target)
            .map_err(|error| Failure::usage(format_args!("{}:{error}", path.display())))?;
        let files: Vec<_> = run.files.iter().collect();
        let is_part = |file: &wassay_record::File| {
            run.files.iter().position(|other| std::ptr::eq(other, file)).is_none_or(|at| parts[at])
        };
        let blessed = bless(&text, &known, &files, |file| !is_part(file));
        wassay_report::write_file(path, &blessed).map_err(|error| {
            Failure::harness(format_args!("cannot write {}: {error}", path.display()))
        })
    }
}

fn read(path: &Path, may_be_new: bool) -> Result<Cow<'static, str>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Cow::Owned(text)),
        Err(error) if may_be_new && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Cow::Borrowed(""))
        }
        Err(error) => Err(Failure::usage(format_args!("cannot read {}: {error}", path.display()))),
    }
}
