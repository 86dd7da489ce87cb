//! Takes a file; reports forbidden contents. Each rule is a function from a file to its findings.
//! Knows nothing about crates except their roots.

use super::Finding;
use super::code::{self, Line};
use super::imports;
use super::tree::Tree;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;
use wassay_suites::Catalogue;

/// The most lines of a Rust file.
const LINES: usize = 400;

/// The directories where `unsafe` is permitted, with the reason.
const UNSAFE: &[(&str, &str)] = &[
    ("engine/runtime/", "it maps memory, runs compiled code and answers signals"),
    ("ci/bench/load/", "wasmtime trusts the files that it loads"),
    ("engine/adapters/wasmtime/src/raw.rs", "wasmtime trusts the modules that it loads"),
];

/// Words that must not occur in code, with the alternative.
const WORDS: &[(&str, &str)] = &[
    ("todo!", "write it, or leave it out"),
    ("unimplemented!", "write it, or return an error that says so"),
    ("#[ignore", "make the test pass, or remove it"),
    ("allow(dead_code", "remove the code"),
    ("dbg!", "remove it"),
];

/// Permitted uses of a word of [`WORDS`], with the reason.
const WORDS_ALLOWED: &[(&str, &str, &str)] =
    &[("/tests/support/", "allow(dead_code", "each test program uses a part of it")];

/// The crates that use the data of the trait's crate, but not the trait.
const TRAITLESS: &[&str] = &["engine/artifact/", "engine/compiler/", "engine/runtime/"];

/// Names that those crates must not use: the traits, their contract, and a glob that imports both.
const TRAITS: &[&str] =
    &["Provider", "Engine", "Session", "Interrupter", "contract", "wassay_engine::*"];

/// Directories of single machines, split in two so that this file may contain them.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/")];

/// Permitted uses of a path of [`MACHINE_PATHS`], with the reason.
const MACHINE_PATHS_ALLOWED: &[(&str, &str, &str)] = &[];

/// A file with its text.
struct File<'a> {
    path: &'a str,
    text: &'a str,
}

/// The findings in the files of the tree.
pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let suites = upstream_texts()?;
    let mut sources = Vec::new();
    for path in &tree.files {
        let bytes = std::fs::read(tree.root.join(path))?;
        let path = path.to_string_lossy();
        if path.ends_with(".wast") {
            findings.extend(upstream_copy(&path, &bytes, &suites));
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let file = File { path: &path, text: &text };
        findings.extend(machine_paths(&file));
        if path.ends_with(".rs") {
            let is_root =
                tree.packages.members().any(|p| p.roots.contains(&Path::new(&*path).into()));
            findings.extend(rust_file(&file, is_root));
            sources.push((path.into_owned(), text));
        }
    }
    findings.extend(imports::check(sources.iter().map(|(path, text)| (&**path, &**text))));
    Ok(findings)
}

fn rust_file(file: &File<'_>, is_root: bool) -> Vec<Finding> {
    let lines = code::lines(file.text);
    let mut findings = Vec::new();
    findings.extend(opens_with_its_purpose(file));
    findings.extend(length(file));
    findings.extend(forbidden_words(file, &lines));
    findings.extend(unsafe_code(file, &lines));
    findings.extend(traits(file, &lines));
    if is_root {
        findings.extend(forbids_unsafe(file, &lines));
    }
    findings
}

impl File<'_> {
    fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: self.path.to_string(), line, message: message.into() }
    }

    fn may_be_unsafe(&self) -> bool {
        UNSAFE.iter().any(|(home, _)| self.path.starts_with(home))
    }
}

fn opens_with_its_purpose(file: &File<'_>) -> Option<Finding> {
    let opens = file.text.starts_with("//!");
    (!opens)
        .then(|| file.finding(1, "does not open with `//!`: what enters, leaves, is never seen"))
}

fn length(file: &File<'_>) -> Option<Finding> {
    let lines = file.text.lines().count();
    (lines > LINES).then(|| file.finding(0, format!("has {lines} lines, more than {LINES}")))
}

fn forbidden_words(file: &File<'_>, lines: &[Line]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let allowed = |word: &str| {
            WORDS_ALLOWED.iter().any(|(place, may, _)| *may == word && file.path.contains(place))
        };
        let broken = |word: &str| line.code.contains(word) && !allowed(word);
        for (word, instead) in WORDS.iter().filter(|(word, _)| broken(word)) {
            findings.push(file.finding(at + 1, format!("`{word}`: {instead}")));
        }
    }
    findings
}

fn traits(file: &File<'_>, lines: &[Line]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !TRAITLESS.iter().any(|home| file.path.starts_with(home)) {
        return findings;
    }
    for (at, line) in lines.iter().enumerate() {
        let named = |name: &str| match name.contains("::") {
            true => line.code.contains(name),
            false => line.has_word(name),
        };
        for name in TRAITS.iter().filter(|name| named(name)) {
            let message = format!("`{name}`: this crate uses the trait's data, not the trait");
            findings.push(file.finding(at + 1, message));
        }
    }
    findings
}

fn forbids_unsafe(file: &File<'_>, lines: &[Line]) -> Option<Finding> {
    let forbids = lines.iter().any(|line| line.code.contains("#![forbid(unsafe_code)]"));
    let wanted = !forbids && !file.may_be_unsafe();
    wanted.then(|| file.finding(0, "the crate's root has no `#![forbid(unsafe_code)]`"))
}

/// `unsafe` outside its directories, and `unsafe` without a proof.
fn unsafe_code(file: &File<'_>, lines: &[Line]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let claims = |line: &Line| line.has_word("unsafe") && !line.code.contains("#[unsafe(");
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| claims(line)) {
        if !file.may_be_unsafe() {
            let homes: Vec<&str> = UNSAFE.iter().map(|(home, _)| *home).collect();
            findings.push(file.finding(at + 1, format!("`unsafe` outside {}", homes.join(", "))));
        }
        let claim = line.words().skip_while(|word| *word != "unsafe").nth(1);
        let declared = claim == Some("fn") || line.code.contains("unsafe extern \"\" fn");
        // A type, or a declaration in a trait or macro, claims nothing.
        let is_type = declared && line.code.contains("fn(");
        if !is_type && !proven(lines, at, declared) {
            let wanted = if declared { "`# Safety` section" } else { "`// SAFETY:` comment" };
            findings.push(file.finding(at + 1, format!("`unsafe` without a {wanted} above it")));
        }
    }
    findings
}

/// Whether the statement on line `at` has its proof beside it or in the comment above.
fn proven(lines: &[Line], at: usize, declared: bool) -> bool {
    let proves = |line: &Line| {
        line.comment.contains("SAFETY:") || declared && line.comment.contains("# Safety")
    };
    if proves(&lines[at]) {
        return true;
    }
    for line in lines[..at].iter().rev() {
        let code = line.code.trim();
        let attribute = code.starts_with("#[");
        if proves(line) {
            return true;
        }
        // The statement, its attributes and the comment above them, but nothing earlier.
        if line.is_blank() || !attribute && code.ends_with([';', '{', '}']) {
            return false;
        }
    }
    false
}

fn machine_paths(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for path in MACHINE_PATHS {
            let allowed = MACHINE_PATHS_ALLOWED
                .iter()
                .any(|(allowed, part, _)| *allowed == file.path && line.contains(part));
            if !allowed && line.match_indices(path).any(|(i, _)| begins_a_path(&line[..i])) {
                findings.push(file.finding(at + 1, format!("a path of one machine: `{path}`")));
            }
        }
    }
    findings
}

/// Whether a slash after this text begins an absolute path.
fn begins_a_path(before: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-~*$})]".contains(c);
    !before.ends_with(inside)
}

/// The texts of the official suites, with their names.
fn upstream_texts() -> Result<BTreeMap<Vec<u8>, String>> {
    let mut texts = BTreeMap::new();
    for script in Catalogue::embedded()?.scripts() {
        texts.insert(squeezed(&script.read()?), script.name.clone());
    }
    Ok(texts)
}

fn upstream_copy(path: &str, bytes: &[u8], suites: &BTreeMap<Vec<u8>, String>) -> Option<Finding> {
    let name = suites.get(&squeezed(bytes))?;
    let message = format!("is a copy of `{name}` of the official suites; name that instead");
    Some(Finding { path: path.to_string(), line: 0, message })
}

/// The text without white space.
fn squeezed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
