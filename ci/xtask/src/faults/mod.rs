//! `cargo xtask faults`: builds the engine for seeded faults, runs the suites against each fault,
//! and writes `regressions/FAULTS.md`. Takes the source tree and options; returns whether every
//! fault is caught, and by every script that is named after its bug. Runs no script itself.

mod hunt;
mod scripts;
mod table;

use crate::command::cargo;
use anyhow::{Context, Result, bail};
use clap::Args;
use hunt::Hunt;
use scripts::Scripts;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::Row;
use wassay_artifact::fault::Fault;
use wassay_suites::did_you_mean;

/// The table, from the root.
const TABLE: &str = "regressions/FAULTS.md";

/// The build directory of seeded engines, from the root: a directory of its own, so that no faulty
/// program takes the place of a normal one.
const TARGET: &str = "target/seeded";

/// Which faults, and what to do with the table.
#[derive(Args)]
pub struct Options {
    /// Run only this fault; may be repeated. The table stays as it is
    #[arg(long, value_name = "NAME", value_parser = fault, conflicts_with = "check")]
    only: Vec<Fault>,
    /// List the faults, and run none
    #[arg(long, conflicts_with_all = ["only", "check"])]
    list: bool,
    /// Compare the table with the result instead of writing it
    #[arg(long)]
    check: bool,
}

/// Runs the suites against the faults; `false` if a fault survives a suite or a script of its bug, or
/// the table is out of date.
///
/// # Errors
/// If nothing could run, or a suite fails without a fault.
pub fn run(root: &Path, options: &Options) -> Result<bool> {
    if options.list {
        for fault in Fault::ALL {
            let it = fault.description();
            println!("{:<26} {:<28} {}", it.name, it.bug, it.meaning);
        }
        return Ok(true);
    }
    let hunt = Hunt { program: build(root)?, scripts: Scripts::find(root)? };
    hunt.check_sound()?;
    let chosen = if options.only.is_empty() { Fault::ALL } else { &options.only };
    let here: Vec<Fault> = chosen.iter().copied().filter(|fault| fault.is_here()).collect();
    let rows = all(&hunt, &here)?;
    let survivors: Vec<String> = rows.iter().flat_map(Row::survivals).collect();
    survivors.iter().for_each(|survival| eprintln!("{survival}"));
    eprintln!(
        "faults: {} of {} caught",
        rows.iter().filter(|row| row.is_caught()).count(),
        rows.len()
    );
    let is_current = match options.only.is_empty() {
        true => keep(&root.join(TABLE), &table::markdown(&rows), options.check)?,
        false => true,
    };
    Ok(survivors.is_empty() && is_current)
}

/// Writes the table, or compares it; returns whether the file is right.
fn keep(path: &Path, text: &str, check: bool) -> Result<bool> {
    if !check {
        std::fs::write(path, text).with_context(|| format!("cannot write {TABLE}"))?;
        return Ok(true);
    }
    let committed =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {TABLE}"))?;
    if committed == text {
        return Ok(true);
    }
    for (old, new) in committed.lines().zip(text.lines()).filter(|(old, new)| old != new) {
        eprintln!("-{old}\n+{new}");
    }
    eprintln!("{TABLE} is out of date; run `cargo xtask faults`");
    Ok(false)
}

/// The fault of this name.
fn fault(name: &str) -> Result<Fault, String> {
    let names = Fault::ALL.iter().map(|fault| fault.name());
    Fault::named(name).ok_or_else(|| format!("there is no such fault{}", did_you_mean(name, names)))
}

/// Builds the program with the feature; returns its path.
fn build(root: &Path) -> Result<PathBuf> {
    let mut cargo = cargo();
    // What `ci/test` builds for its tests of seeded faults, so that nothing is built twice.
    cargo.current_dir(root).args(["build", "--locked", "--workspace", "--target-dir", TARGET]);
    cargo.args(["--bin", "wassay", "--test", "seeded", "--features"]);
    cargo.arg("wassay/seeded-faults,wassay-differential/seeded-faults");
    if !cargo.status().context("`cargo` does not start")?.success() {
        bail!("the engine for seeded faults cannot be built");
    }
    Ok(root.join(TARGET).join("debug/wassay"))
}

/// Runs every fault, two at once on each CPU, since our own suite often sleeps. The rows are in the
/// order of the faults.
fn all(hunt: &Hunt, faults: &[Fault]) -> Result<Vec<Row>> {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    let work = || -> Result<()> {
        while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
            let row = hunt.hunt(*fault)?;
            let mut rows = rows.lock().expect("no thread panics with the lock");
            eprintln!("{:>3}/{} {row}", rows.len() + 1, faults.len());
            rows.push(row);
        }
        Ok(())
    };
    let cpus = std::thread::available_parallelism().map_or(1, |cpus| cpus.get());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2 * cpus).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("no thread panics"));
        joined.collect::<Result<Vec<()>>>()
    })?;
    let mut rows = rows.into_inner().expect("no thread panics with the lock");
    rows.sort_by_key(|row| faults.iter().position(|fault| *fault == row.fault));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, FromArgMatches};

    fn parse(words: &[&str]) -> Result<Options, clap::Error> {
        let command = Options::augment_args(Command::new("faults"));
        let words = ["faults"].iter().chain(words);
        Options::from_arg_matches(&command.try_get_matches_from(words)?)
    }

    #[test]
    fn a_fault_that_does_not_exist_is_a_usage_error_with_the_nearest_name() {
        let error = parse(&["--only", "constant-shif"]).err().expect("an error");
        assert_eq!(error.exit_code(), 2);
        let text = error.to_string();
        assert!(text.contains("no such fault; did you mean `constant-shift`?"), "{text}");
        let error = parse(&["--only", "zzz"]).err().expect("an error");
        assert!(error.to_string().contains("there is no such fault"), "{error}");
        let only = parse(&["--only", "constant-shift"]).expect("a fault").only;
        assert_eq!(only, [Fault::ConstantShift]);
    }

    #[test]
    fn a_table_that_differs_is_out_of_date() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("FAULTS.md");
        assert!(keep(&path, "a\n", true).is_err(), "no table");
        assert!(keep(&path, "a\n", false).unwrap());
        assert!(keep(&path, "a\n", true).unwrap());
        assert!(!keep(&path, "b\n", true).unwrap());
    }
}
