//! `cargo xtask lane build|run|list`: builds the workers of lanes, and lets the built program run
//! the suites on them or list the lanes that can run here, using the tree's table. Takes the source
//! tree; returns success or failure. Judges nothing itself.

use crate::toolchain::Toolchain;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process;
use wassay_lanes::{Arch, Lane, Lanes, Workers, in_ci};

/// The table of lanes, from the workspace's root.
pub const TABLE: &str = "ci/lanes.toml";

/// A command for lanes.
#[derive(Subcommand)]
pub enum Command {
    /// Build the static workers of lanes, each in its own target directory
    Build(Selection),
    /// Run suites on lanes; a lane that cannot run here is skipped by name, or fails if CI=true
    Run {
        #[command(flatten)]
        selection: Selection,
        /// Further arguments for `wassay run`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// List the lanes: which can run here, and how to enable the others
    List,
}

/// Selected lanes.
#[derive(Args)]
pub struct Selection {
    /// Every lane of ci/lanes.toml
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Lanes; for `build` also architectures
    #[arg(required_unless_present = "all")]
    names: Vec<String>,
}

/// Runs the command; `false` if something failed and has been reported.
///
/// # Errors
/// If the command could not run at all.
pub fn run(root: &Path, command: &Command) -> Result<bool> {
    let lanes = Lanes::read(&root.join(TABLE))?;
    match command {
        Command::Build(selection) => {
            let mut complete = true;
            for arch in architectures(&lanes, selection)? {
                complete &= build(root, arch)?;
            }
            Ok(complete)
        }
        Command::Run { selection, arguments } => {
            let chosen = selection.lanes(&lanes)?;
            run_lanes(root, &chosen, arguments)
        }
        Command::List if parent(root).is_file() => ask_parent(root, &["lanes", "--lanes", TABLE]),
        Command::List => {
            print!("{}", list(root, &lanes)?);
            Ok(true)
        }
    }
}

impl Selection {
    fn lanes<'a>(&self, lanes: &'a Lanes) -> Result<Vec<&'a Lane>> {
        let list = if self.all { "all".to_string() } else { self.names.join(",") };
        Ok(lanes.select(&list)?)
    }
}

/// The architectures of lanes, and those given by name. `native` needs the host's architecture: the
/// parent of every lane is a worker too.
fn architectures(lanes: &Lanes, selection: &Selection) -> Result<BTreeSet<Arch>> {
    let mut found = BTreeSet::new();
    let list =
        Arch::ALL.into_iter().filter(|arch| selection.names.iter().any(|n| n == arch.name()));
    let named: BTreeSet<Arch> = list.collect();
    if !named.is_empty() && named.len() == selection.names.len() {
        return Ok(named);
    }
    for lane in selection.lanes(lanes)? {
        found.extend(lane.arch().or_else(Arch::host));
    }
    Ok(found)
}

/// The programs for an architecture: the worker of lanes and, for an architecture other than this
/// machine's, the worker of random modules.
fn packages(arch: Arch) -> &'static [&'static str] {
    match Arch::host() == Some(arch) {
        true => &["wassay"],
        false => &["wassay", "wassay-differential"],
    }
}

/// Builds the workers for an architecture. A machine that cannot build them prints a message and
/// fails only in CI: elsewhere the lanes are skipped by name.
pub fn build(root: &Path, arch: Arch) -> Result<bool> {
    let toolchain = match Toolchain::find(arch) {
        Ok(toolchain) => toolchain,
        Err(error) => {
            eprintln!("no worker for {arch}: {error}");
            return Ok(!in_ci());
        }
    };
    let mut cargo = toolchain.build(root, &Workers::target_dir(root, arch), packages(arch));
    let status = cargo.status().context("`cargo` does not start")?;
    match status.success() {
        true => eprintln!("built {}", Workers::built(root, arch).display()),
        false => eprintln!("no worker for {arch}: `cargo` ended with {status}"),
    }
    Ok(status.success())
}

/// The program that starts the workers: this machine's own static one.
fn parent(root: &Path) -> PathBuf {
    match Arch::host() {
        Some(arch) => Workers::built(root, arch),
        None => root.join("target/release/wassay"),
    }
}

/// Runs the suites on lanes with the tree's table; `wassay run` judges and skips.
fn run_lanes(root: &Path, lanes: &[&Lane], arguments: &[String]) -> Result<bool> {
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    let names = names.join(",");
    let mut words = vec!["run", "--lanes", TABLE, "--lane", &names];
    words.extend(arguments.iter().map(String::as_str));
    ask_parent(root, &words)
}

/// The lanes of a tree in which no parent has been built: which workers exist, and what is missing.
fn list(root: &Path, lanes: &Lanes) -> Result<String> {
    let workers = Workers::of(parent(root)).in_tree(root.to_path_buf());
    let width = lanes.iter().map(|lane| lane.name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for lane in lanes.iter() {
        let (state, remedy) = match (lane.arch(), lane.launch(&workers)) {
            (None, _) => ("not here: wassay is not built".to_string(), build_native()?),
            (_, Ok(_)) => ("built, but wassay is not".to_string(), build_native()?),
            (_, Err(obstacle)) => (format!("not here: {obstacle}"), obstacle.remedy()),
        };
        out += &format!("{:<width$}  {state}\n", lane.name);
        if !remedy.is_empty() {
            out += &format!("{:width$}  to run it: {remedy}\n", "");
        }
    }
    Ok(out)
}

/// The command that builds the parent.
fn build_native() -> Result<String> {
    let arch = Arch::host().context("wassay runs on x86_64 and aarch64 only")?;
    Ok(format!("cargo xtask lane build {arch}"))
}

/// Runs the parent program in the tree; `false` if it fails.
fn ask_parent(root: &Path, words: &[&str]) -> Result<bool> {
    let parent = parent(root);
    if !parent.is_file() {
        bail!("there is no {}; run `{}`", parent.display(), build_native()?);
    }
    let status = process::Command::new(&parent).current_dir(root).args(words).status();
    let status = status.with_context(|| format!("{} does not start", parent.display()))?;
    if !status.success() {
        eprintln!("`wassay {}` ended with {status}", words[0]);
    }
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::tests::script;
    use std::os::unix::fs::symlink;

    fn selection(names: &[&str]) -> Selection {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        Selection { all: names.is_empty(), names }
    }

    #[test]
    fn a_selection_names_architectures_or_lanes() {
        let lanes = Lanes::builtin().unwrap();
        let of = |names: &[&str]| architectures(&lanes, &selection(names)).map(Vec::from_iter);
        assert_eq!(of(&["aarch64"]).unwrap(), [Arch::Aarch64]);
        assert_eq!(of(&["x86_64-max", "x86_64-qemu64"]).unwrap(), [Arch::X86_64]);
        assert_eq!(of(&[]).unwrap(), Arch::ALL);
        assert_eq!(of(&["native"]).unwrap(), Vec::from_iter(Arch::host()));
        assert!(of(&["aarch46"]).unwrap_err().to_string().contains("aarch64"));
    }

    #[test]
    fn only_the_other_architecture_gets_the_random_module_worker() {
        for arch in Arch::ALL {
            let has = packages(arch).contains(&"wassay-differential");
            assert_eq!(has, Arch::host() != Some(arch), "{arch}");
            assert_eq!(packages(arch)[0], "wassay", "{arch}");
        }
    }

    /// A tree with this native program.
    fn tree(program: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let parent = parent(dir.path());
        std::fs::create_dir_all(parent.parent().unwrap()).unwrap();
        symlink(program, &parent).unwrap();
        dir
    }

    #[test]
    fn the_verdict_is_that_of_wassay_run() {
        let lanes = Lanes::builtin().unwrap();
        let native = selection(&["native"]).lanes(&lanes).unwrap();
        for (program, expected) in [("/bin/true", true), ("/bin/false", false)] {
            let tree = tree(program);
            assert_eq!(run_lanes(tree.path(), &native, &[]).unwrap(), expected);
        }
    }

    #[test]
    fn without_a_parent_the_error_names_the_build_command() {
        let lanes = Lanes::builtin().unwrap();
        let chosen = selection(&["native"]).lanes(&lanes).unwrap();
        let error = run_lanes(Path::new("/nowhere"), &chosen, &[]).unwrap_err();
        assert!(error.to_string().contains("cargo xtask lane build"), "{error}");
    }

    #[test]
    fn a_fresh_tree_lists_its_lanes_and_the_missing_tools() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let foreign = Arch::ALL.into_iter().find(|arch| Arch::host() != Some(*arch)).unwrap();
        let native = build_native().unwrap();
        let rows = format!(
            "[[lane]]\nname = 'native'\ntarget = 'host'\n\
             [[lane]]\nname = 'far'\ntarget = '{foreign}'\nprefix = ['no-emulator']\n"
        );
        let lanes = Lanes::parse(TABLE, &rows).unwrap();
        std::fs::create_dir_all(root.join("ci")).unwrap();
        std::fs::write(root.join(TABLE), rows).unwrap();
        assert_eq!(
            list(root, &lanes).unwrap(),
            format!(
                "native  not here: wassay is not built\n        to run it: {native}\n\
                 far     not here: there is no worker for {foreign} at {}\n        \
                 to run it: cargo xtask lane build {foreign}\n",
                Workers::built(root, foreign).display(),
            )
        );
        assert!(run(root, &Command::List).unwrap());
    }

    #[test]
    fn the_list_is_that_of_wassay_lanes() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("ci")).unwrap();
        std::fs::write(dir.path().join(TABLE), "lane = []\n").unwrap();
        let program = parent(dir.path());
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        script(&program, "[ \"$*\" = 'lanes --lanes ci/lanes.toml' ] && [ -f \"$3\" ]");
        assert!(run(dir.path(), &Command::List).unwrap());
    }
}
