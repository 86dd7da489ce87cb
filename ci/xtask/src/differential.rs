//! `cargo xtask differential`: builds the worker of random modules for the other architecture, and
//! runs the same modules on the reference engine on both. Takes the source tree and options;
//! returns success or failure. Compares nothing itself.

use crate::command::cargo;
use crate::lane::{self, TABLE};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::Path;
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
}

/// Runs the modules; `false` if results differ, or in CI if the other architecture cannot run.
///
/// # Errors
/// If nothing could run at all.
pub fn run(root: &Path, options: &Options) -> Result<bool> {
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
    let mut cargo = cargo();
    cargo.current_dir(root).args(["run", "--quiet", "--locked", "--package", PACKAGE, "--"]);
    cargo.args(["--engine", "cranelift"]).args(["--seed", &options.seed.to_string()]);
    cargo.args(["--count", &options.count.to_string()]);
    cargo.args(["--also", &also(&prefix, &worker)?]);
    Ok(cargo.status().context("`cargo` does not start")?.success())
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
