//! `cargo xtask mutants`: draws mutants of the reference engine, tests each, and writes
//! `ci/mutants/SURVIVORS.md`. Takes the source tree and options; returns whether enough mutants are
//! caught and every survivor has a reason. Mutates a copy of the tree, never the tree itself.

mod results;
mod sample;
mod survivors;
mod tool;

use crate::files::files;
use anyhow::{Context, Result};
use clap::Args;
use results::{Outcome, Results, Sources};
use sample::Mutant;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use survivors::{Reasons, Score};
use tool::{Fate, STAGES, Tool};

/// Why mutants survive, written by people, from the root.
const REASONS: &str = "ci/mutants/reasons.toml";

/// The table of survivors, from the root.
const TABLE: &str = "ci/mutants/SURVIVORS.md";

/// Where everything is built and kept, from the root.
const HOME: &str = "target/mutants";

/// The sample that the table is about.
const SEED: u64 = 1;
const COUNT: usize = 300;

/// How many mutants are tested before their results are saved.
const CHUNK: usize = 10;

/// Which mutants, and what to do with the table.
#[derive(Args)]
pub struct Options {
    /// The seed of the sample. The table is about the default
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The size of the sample
    #[arg(long, default_value_t = COUNT)]
    count: usize,
    /// Test only the mutants of the sample whose name contains this text. The table stays as it is
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// List the sample with the results that are known, and test nothing
    #[arg(long, conflicts_with = "fresh")]
    list: bool,
    /// Forget the results of earlier runs
    #[arg(long)]
    fresh: bool,
}

/// Tests a sample; `false` if too few are caught, or a survivor and the reasons do not agree.
///
/// # Errors
/// If nothing could run, or a test fails without a mutant.
pub fn run(root: &Path, options: &Options) -> Result<bool> {
    let home = root.join(HOME);
    fs::create_dir_all(&home).with_context(|| format!("cannot create {HOME}"))?;
    let tool = Tool::install(root, &home)?;
    let files = files(root)?;
    let all = tool.list()?;
    let total = all.len();
    let mut drawn = sample::draw(all, options.seed, options.count);
    if let Some(only) = &options.only {
        drawn.retain(|mutant| mutant.key.contains(only));
    }
    let path = home.join("results.json");
    if options.fresh && path.exists() {
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    let mut results = Results::open(&path, Sources::of(root, &files)?)?;
    if options.list {
        for mutant in &drawn {
            let known = results.get(mutant).map_or("-".to_string(), |known| known.to_string());
            println!("{known:<20} {}", mutant.name);
        }
        return Ok(true);
    }
    copy(root, &files, &tool.tree)?;
    test(&tool, &drawn, &mut results)?;
    let outcome = |mutant: &Mutant| {
        let known = results.get(mutant);
        Ok((mutant.key.clone(), known.with_context(|| format!("no result: {}", mutant.key))?))
    };
    let sample: Vec<(String, Outcome)> = drawn.iter().map(outcome).collect::<Result<_>>()?;
    let text = fs::read_to_string(root.join(REASONS)).with_context(|| REASONS.to_string())?;
    let reasons = Reasons::parse(&text).with_context(|| REASONS.to_string())?;
    let score = Score { total, seed: options.seed, sample: &sample };
    eprintln!("mutants: {}", score.summary(&reasons));
    let whole = options.only.is_none() && options.seed == SEED && options.count == COUNT;
    if !whole {
        for (key, _) in sample.iter().filter(|(_, outcome)| *outcome == Outcome::Survived) {
            eprintln!("survives: {key}");
        }
        return Ok(true);
    }
    let problems = score.problems(&reasons);
    for problem in &problems {
        eprintln!("{problem}");
    }
    fs::write(root.join(TABLE), score.markdown(&reasons))
        .with_context(|| format!("cannot write {TABLE}"))?;
    Ok(problems.is_empty())
}

/// Tests the mutants without a result, stage by stage.
fn test(tool: &Tool, drawn: &[Mutant], results: &mut Results) -> Result<()> {
    let mut left: Vec<Mutant> =
        drawn.iter().filter(|mutant| results.get(mutant).is_none()).cloned().collect();
    for stage in STAGES {
        let (tested, mut survivors): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|mutant| mutant.file.starts_with(stage.files));
        if !tested.is_empty() {
            tool.check_sound(stage)?;
        }
        for chunk in tested.chunks(CHUNK) {
            for (mutant, fate) in chunk.iter().zip(tool.run(stage, chunk)?) {
                match fate {
                    Fate::Caught => results.add(mutant, Outcome::Caught(stage.tests)),
                    Fate::Timeout => results.add(mutant, Outcome::Timeout(stage.tests)),
                    Fate::Unviable => results.add(mutant, Outcome::Unviable),
                    Fate::Survived => survivors.push(mutant.clone()),
                }
            }
            results.save()?;
        }
        left = survivors;
    }
    for mutant in &left {
        results.add(mutant, Outcome::Survived);
    }
    results.save()
}

/// Makes `to` a copy of the tree. Writes only files that differ, so that cargo builds only what has
/// changed, and repairs what an interrupted run left behind.
fn copy(root: &Path, files: &[PathBuf], to: &Path) -> Result<()> {
    for file in files {
        let (from, to) = (root.join(file), to.join(file));
        let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        if fs::read(&to).is_ok_and(|present| present == bytes) {
            continue;
        }
        let directory = to.parent().context("a file has a directory")?;
        fs::create_dir_all(directory)
            .and_then(|()| fs::write(&to, bytes))
            .with_context(|| format!("cannot write {}", to.display()))?;
    }
    let kept: BTreeSet<&PathBuf> = files.iter().collect();
    remove_others(to, Path::new(""), &kept)
}

/// Removes the files below `directory` that are not among these.
fn remove_others(root: &Path, directory: &Path, kept: &BTreeSet<&PathBuf>) -> Result<()> {
    for entry in fs::read_dir(root.join(directory))? {
        let entry = entry?;
        let name = directory.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            remove_others(root, &name, kept)?;
        } else if !kept.contains(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_what_the_tree_has_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let (root, to) = (directory.path().join("tree"), directory.path().join("copy"));
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/same"), "1").unwrap();
        fs::write(root.join("a/gone"), "2").unwrap();
        fs::write(root.join("ignored"), "3").unwrap();
        let listed = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        copy(&root, &listed(&["a/same", "a/gone"]), &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a/gone")).unwrap(), "2");
        let written = fs::metadata(to.join("a/same")).unwrap().modified().unwrap();
        fs::write(to.join("a/gone"), "a mutant").unwrap();
        copy(&root, &listed(&["a/same", "a/gone"]), &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a/gone")).unwrap(), "2");
        copy(&root, &listed(&["a/same"]), &to).unwrap();
        assert!(!to.join("a/gone").exists() && !to.join("ignored").exists());
        assert_eq!(fs::metadata(to.join("a/same")).unwrap().modified().unwrap(), written);
    }
}
