//! `cargo xtask differential`: builds the worker of random modules for the other architecture, and
//! runs the same modules on the reference engine on both; or runs them on engines that the user
//! names, external ones included. Takes the source tree and options; returns success or failure.
//! Compares nothing itself.

use crate::command::cargo;
use crate::lane::{self, TABLE};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::Path;
use std::process::Command;
use wassay_external::{Absent, Places, Table};
use wassay_lanes::{Arch, Lane, Lanes, Workers, in_ci};

/// The name of the package and the program.
const PACKAGE: &str = "wassay-differential";

/// The cases to run.
#[derive(Args)]
pub struct Options {
    /// Number of cases
    #[arg(long, default_value_t = 300)]
    count: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Compare these engines on this machine instead, separated by commas: engines of
    /// ci/engines.toml, or what wassay-differential calls an engine
    #[arg(long, value_delimiter = ',')]
    engine: Vec<String>,
    /// Also run the cases of explained differences, and fail if one does not occur
    #[arg(long, requires = "engine")]
    strict: bool,
}

/// Runs the modules; `false` if results differ, or in CI if the other architecture cannot run.
///
/// # Errors
/// If nothing could run at all.
pub fn run(root: &Path, options: &Options) -> Result<bool> {
    if !options.engine.is_empty() {
        return run_engines(root, options);
    }
    let host = Arch::host().context("wassay runs on x86_64 and aarch64 only")?;
    let other = Arch::ALL.into_iter().find(|arch| *arch != host).context("there is one other")?;
    let lanes = Lanes::read(&root.join(TABLE))?;
    let prefix = prefix(&lanes, other)?;
    if !lane::build(root, other)? {
        return Ok(false);
    }
    let worker = Workers::built(root, other).with_file_name(PACKAGE);
    if !worker.is_file() {
        eprintln!("no random modules on {other}: no worker was built");
        return Ok(!in_ci());
    }
    let mut cargo = command(root, options);
    cargo.args(["--engine", "cranelift", "--also", &also(&prefix, &worker)?]);
    Ok(cargo.status().context("`cargo` does not start")?.success())
}

/// The command that runs the modules, without engines.
fn command(root: &Path, options: &Options) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(root).args(["run", "--quiet", "--locked", "--package", PACKAGE, "--"]);
    cargo.args(["--seed", &options.seed.to_string(), "--count", &options.count.to_string()]);
    cargo
}

/// Runs the modules on the engines that the options name. One that is not installed is skipped by
/// name, or fails in CI; the others need at least one more to be compared with.
fn run_engines(root: &Path, options: &Options) -> Result<bool> {
    let table = Table::of_tree(root)?;
    let places = Places::of(&root.join("target/release/wassay")).relative_to(root);
    let (mut found, mut is_whole) = (Vec::new(), true);
    for name in &options.engine {
        match typed(&table, &places, root, name)? {
            Ok(typed) => found.push(typed),
            Err(absent) => {
                eprintln!("engine {name} skipped: {absent}");
                is_whole = !in_ci();
            }
        }
    }
    if found.len() < 2 {
        eprintln!("nothing to compare: {} of two engines or more", found.len());
        return Ok(is_whole && !in_ci());
    }
    let mut cargo = command(root, options);
    cargo.args(found.iter().flat_map(|typed| ["--engine", typed]));
    cargo.args(options.strict.then_some("--strict"));
    Ok(cargo.status().context("`cargo` does not start")?.success() && is_whole)
}

/// What the program calls an engine: the command of an external one, or the name itself.
fn typed(
    table: &Table,
    places: &Places,
    root: &Path,
    name: &str,
) -> Result<Result<String, Absent>> {
    let Some(row) = table.get(name) else { return Ok(Ok(name.to_string())) };
    Ok(match places.find(row) {
        Ok(found) => Ok(format!("{name}=exec:{}", found.command(&table.script(row, root)?))),
        Err(absent) => Err(absent),
    })
}

/// The command prefix of the first lane for an architecture.
fn prefix(lanes: &Lanes, arch: Arch) -> Result<Vec<String>> {
    let found = lanes.iter().find(|lane: &&Lane| lane.arch() == Some(arch));
    Ok(found.with_context(|| format!("no lane of {TABLE} is for {arch}"))?.prefix.clone())
}

/// The worker's command as one argument, which the receiver splits at spaces.
fn also(prefix: &[String], worker: &Path) -> Result<String> {
    let worker = worker.to_str().context("the path of the worker is not UTF-8")?;
    if worker.contains(char::is_whitespace) {
        bail!("{worker}: a path with spaces cannot be passed on; move the tree");
    }
    Ok([prefix, &[worker.to_string(), "worker".to_string()]].concat().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn external_engines_have_their_commands_and_names() {
        let directory = tempfile::tempdir().unwrap();
        let rows = "
            [[engine]]
            name = 'there'
            command = ['sh', '{script}']
            scripts = ['a.sh']
            [[engine]]
            name = 'gone'
            command = ['no-such-program']
            install = 'ci/setup'
        ";
        let table = Table::of_file(&directory.path().join("t.toml"), rows).unwrap();
        let places = Places::of(Path::new("/nowhere/wassay"));
        let typed = |name| typed(&table, &places, directory.path(), name).unwrap();
        let there = typed("there").unwrap();
        assert!(there.starts_with("there=exec:/") && there.ends_with("/a.sh"), "{there}");
        assert_eq!(typed("cranelift/speed/guard").unwrap(), "cranelift/speed/guard");
        let gone = typed("gone").unwrap_err().to_string();
        assert_eq!(gone, "`no-such-program` is not installed; to run it: `ci/setup`");
    }

    #[test]
    fn the_worker_is_started_as_the_first_lane_starts_its_own() {
        let lanes = Lanes::builtin().unwrap();
        for (arch, expected) in [
            (Arch::Aarch64, "qemu-aarch64 target/w worker"),
            (Arch::X86_64, "qemu-x86_64 -cpu qemu64 target/w worker"),
        ] {
            let prefix = prefix(&lanes, arch).unwrap();
            assert_eq!(also(&prefix, Path::new("target/w")).unwrap(), expected);
        }
        assert!(also(&[], Path::new("a b")).unwrap_err().to_string().contains("spaces"));
    }
}
