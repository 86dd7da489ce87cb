//! `wassay cache`: a cache directory in, text out. Runs no code of it.

use crate::args::RunOptions;
use crate::engines;
use crate::exit::{self, Failure};
use crate::print;
use crate::values::{bytes, input};
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use wassay_engine::{BadEntry, CacheKeeper, CacheSize, CachedBuild, ClearedCache, Fault};

/// The arguments of `wassay cache`.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = false,
    after_help = "\
Runs that use the directory at the same time keep what they have loaded. The
second run of `--cache reload` misses what is removed between the two.

Examples:
  wassay cache stats cache
  wassay cache verify cache --repair
  wassay cache trim cache --limit 500M
  wassay cache clear cache --all-builds"
)]
pub struct CacheArgs {
    /// What to do with the directory.
    #[command(subcommand)]
    pub what: CacheCommand,
}

/// What to do with a cache directory.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Shows how many entries each build of the engine has, their size and when they were used.
    Stats {
        #[command(flatten)]
        place: Place,
    },
    /// Reads every entry of this build, and exits with 1 if one is damaged, removed or not.
    Verify {
        #[command(flatten)]
        place: Place,
        /// Remove the damaged entries. They are compiled again when they are needed.
        #[arg(long)]
        repair: bool,
    },
    /// Removes the entries that were not used for the longest time, until the others fit.
    Trim {
        #[command(flatten)]
        place: Place,
        /// The most bytes that the entries of all builds may have, for example 500M or 2GiB, where
        /// M is 1024 x 1024 bytes.
        #[arg(long, value_name = "BYTES", value_parser = bytes)]
        limit: u64,
    },
    /// Removes the entries of this build, and nothing else.
    Clear {
        #[command(flatten)]
        place: Place,
        /// Remove the entries of other builds of the engine, too.
        #[arg(long)]
        all_builds: bool,
    },
    /// What people type for `verify --repair`.
    #[command(hide = true)]
    Repair {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        #[allow(missing_docs)]
        words: Vec<OsString>,
    },
}

/// A cache directory, and whose it is.
#[derive(Debug, Args)]
pub struct Place {
    /// The cache directory: the one that was given to `wassay run --cache-dir`.
    #[arg(value_parser = input(), value_name = "DIR")]
    pub directory: PathBuf,
    /// The engine whose entries they are [default: cranelift].
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
}

/// Shows, checks, trims or clears the directory.
///
/// # Errors
/// If it is no cache directory, cannot be used or read, or if the engine has no such directories.
pub fn run_cache(args: &CacheArgs) -> Result<u8, Failure> {
    engines::check_seeding()?;
    match &args.what {
        CacheCommand::Stats { place } => {
            let opened = Opened::at(place)?;
            let builds = opened.builds()?;
            print(&stats(&builds, &opened.build, SystemTime::now()))?;
            let refused = builds.iter().filter(|build| build.refused.is_some()).count();
            outcome(refused, |count| format!("{} not counted", counted(count, "build", "builds")))
        }
        CacheCommand::Verify { place, repair } => verify(&Opened::at(place)?, *repair),
        CacheCommand::Trim { place, limit } => {
            let opened = Opened::at(place)?;
            let trimmed = opened.keeper.trim(*limit).map_err(usable)?;
            let left = size_of(&opened.builds()?);
            removed(&trimmed, &format!("left: {}\n", sized(left)))
        }
        CacheCommand::Clear { place, all_builds } => {
            let opened = Opened::at(place)?;
            let cleared = opened.keeper.clear(*all_builds).map_err(usable)?;
            let kept = match all_builds {
                true => None,
                false => others("kept", &opened.builds()?, "; --all-builds removes them, too"),
            };
            removed(&cleared, &kept.unwrap_or_default())
        }
        CacheCommand::Repair { .. } => {
            Err(Failure::usage("`wassay cache verify DIR --repair` removes damaged entries"))
        }
    }
}

/// An existing cache directory.
struct Opened {
    keeper: Box<dyn CacheKeeper>,
    /// The build of the engine.
    build: String,
}

impl Opened {
    fn at(place: &Place) -> Result<Opened, Failure> {
        let provider = engines::provider(place.engine.as_deref())?;
        let engine = provider.identity().map_err(Failure::harness)?;
        let keeper = match provider.cache_keeper(&place.directory) {
            Err(Fault::Unsupported(_)) => {
                let name = engine.name;
                return Err(Failure::usage(match provider.capabilities().disk_cache {
                    true => format!(
                        "`wassay cache` cannot read the cache directory of `{name}`, only that of \
                         the reference engine"
                    ),
                    false => format!("`{name}` has no cache directory"),
                }));
            }
            keeper => keeper.map_err(usable)?,
        };
        let opened = Opened { keeper, build: engine.build };
        match opened.builds()?.is_empty() {
            false => Ok(opened),
            true => Err(Failure::usage(format_args!(
                "{} is no cache directory of `{}`: it has no entries of any build",
                place.directory.display(),
                engine.name
            ))),
        }
    }

    fn builds(&self) -> Result<Vec<CachedBuild>, Failure> {
        self.keeper.builds().map_err(usable)
    }
}

/// Refuses the cache directory of a run, if it is there and the engines cannot use it.
///
/// # Errors
/// A sentence about why, and what to do.
pub fn check_directory(options: &RunOptions, names: &[String]) -> Result<(), Failure> {
    let Some(directory) = options.cache_dir.as_ref().filter(|directory| directory.exists()) else {
        return Ok(());
    };
    if options.worker.is_some() {
        return Ok(());
    }
    for provider in engines::providers() {
        let name = provider.identity().map_err(Failure::harness)?.name;
        let is_default = names.is_empty() && name == engines::REFERENCE;
        if !is_default && !names.contains(&name) {
            continue;
        }
        // If anything else is wrong, the engine finds it.
        if let Err(fault @ Fault::Misuse(_)) = provider.cache_keeper(directory) {
            return Err(usable(fault));
        }
    }
    Ok(())
}

/// A directory that cannot be used is the user's to change.
fn usable(fault: Fault) -> Failure {
    match fault {
        Fault::Misuse(why) => Failure::usage(format_args!("cannot use the cache directory {why}")),
        fault => Failure::harness(fault),
    }
}

/// A table with a row for each build.
fn stats(builds: &[CachedBuild], ours: &str, now: SystemTime) -> String {
    let row = |name: &str, counts: [&str; 3], used: &str| {
        let [modules, shims, size] = counts;
        format!("{name:<24} {modules:>8} {shims:>8} {size:>11}  {used}").trim_end().to_string()
            + "\n"
    };
    let mut out = row("  build", ["modules", "shims", "size"], "last used");
    let mut below = String::new();
    for build in builds {
        let name = format!("{} {}", if build.is_ours { "*" } else { " " }, build.name);
        if let Some(why) = &build.refused {
            out += &row(&name, ["-"; 3], "not counted");
            let heading = format!("{} was not counted: ", build.name);
            below += &(wassay_report::wrapped(&heading, why) + "\n");
            continue;
        }
        let used = build.used.map(|(oldest, newest)| match [age(oldest, now), age(newest, now)] {
            [oldest, newest] if oldest == newest => newest,
            [oldest, newest] => format!("{oldest} to {newest}"),
        });
        let CacheSize { entries, bytes } = build.size;
        let counts = [build.modules, entries - build.modules].map(|count| count.to_string());
        let counts = [&*counts[0], &*counts[1], &*length(bytes)];
        out += &row(&name, counts, used.as_deref().unwrap_or("-"));
    }
    let all = size_of(builds);
    let modules = builds.iter().map(|build| build.modules).sum::<u64>();
    let counts = [modules, all.entries - modules].map(|count| count.to_string());
    out += &row("  total", [&*counts[0], &*counts[1], &*length(all.bytes)], "");
    out + &below + &format!("* this build of the engine: {ours}\n")
}

fn verify(opened: &Opened, repair: bool) -> Result<u8, Failure> {
    let builds = opened.builds()?;
    let verified = opened.keeper.verify(repair).map_err(usable)?;
    let mut out = String::new();
    for bad in &verified.bad {
        let ended = match (repair, bad.is_removed) {
            (false, _) => "",
            (true, true) => "; removed",
            (true, false) => "; it cannot be removed",
        };
        out += &problem("damaged", &bad.path, &format!("{}{ended}", bad.why));
    }
    out += &match builds.iter().any(|build| build.is_ours) {
        true => format!("intact: {}\n", sized(verified.intact)),
        false => "this build of the engine has no entries\n".to_string(),
    };
    out += &others("not checked", &builds, "").unwrap_or_default();
    print(&out)?;
    let removed = verified.bad.iter().filter(|bad| bad.is_removed).count();
    outcome(verified.bad.len(), |count| {
        let damaged = counted(count, "damaged entry", "damaged entries");
        match repair {
            false => damaged,
            true if removed as u64 == count => format!("{damaged}, removed"),
            true => format!("{damaged}, {removed} removed"),
        }
    })
}

/// A line about the entries of other builds, if there are any.
fn others(what: &str, builds: &[CachedBuild], next: &str) -> Option<String> {
    let others: Vec<CachedBuild> = builds.iter().filter(|build| !build.is_ours).cloned().collect();
    let all = size_of(&others);
    if all.entries == 0 && others.iter().all(|build| build.refused.is_none()) {
        return None;
    }
    let count = counted(others.len() as u64, "other build", "other builds");
    let text = format!("{} of {count}{next}", sized(all));
    Some(wassay_report::wrapped(&format!("{what}: "), &text) + "\n")
}

/// Prints what was removed, what could not be, and a last line.
fn removed(cleared: &ClearedCache, last: &str) -> Result<u8, Failure> {
    let stuck = cleared.stuck.iter();
    let stuck: String =
        stuck.map(|BadEntry { path, why, .. }| problem("stays", path, why)).collect();
    print(&format!("{stuck}removed: {}\n{last}", sized(cleared.removed)))?;
    outcome(cleared.stuck.len(), |count| {
        format!("{} not removed", counted(count, "entry or build was", "entries or builds were"))
    })
}

/// Exits with 1 if there are problems.
fn outcome(problems: usize, message: impl FnOnce(u64) -> String) -> Result<u8, Failure> {
    match problems {
        0 => Ok(exit::OK),
        _ => Err(Failure { code: exit::UNEXPECTED, message: message(problems as u64) }),
    }
}

/// A path and what is wrong with it.
fn problem(what: &str, path: &str, why: &str) -> String {
    let heading = format!("{what}: ");
    let margin = " ".repeat(heading.len());
    format!("{heading}{path}\n{}\n", wassay_report::wrapped(&margin, why))
}

fn size_of(builds: &[CachedBuild]) -> CacheSize {
    let add = |all: CacheSize, build: &CachedBuild| CacheSize {
        entries: all.entries + build.size.entries,
        bytes: all.bytes.saturating_add(build.size.bytes),
    };
    builds.iter().fold(CacheSize::default(), add)
}

fn sized(size: CacheSize) -> String {
    format!("{}, {}", counted(size.entries, "entry", "entries"), length(size.bytes))
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A length in the largest unit that fits.
fn length(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    match units.into_iter().find(|(shift, _)| bytes >> shift > 0) {
        None => counted(bytes, "byte", "bytes"),
        Some((shift, name)) => format!("{:.1} {name}", bytes as f64 / (1u64 << shift) as f64),
    }
}

/// How long ago this was, in the largest unit that fits.
fn age(time: SystemTime, now: SystemTime) -> String {
    // A clock may have been set back.
    let age = now.duration_since(time).unwrap_or(Duration::ZERO).as_secs();
    let units = [(86_400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes")];
    match units.into_iter().find(|(length, ..)| age >= *length) {
        None => "just now".to_string(),
        Some((length, one, many)) => format!("{} ago", counted(age / length, one, many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_lengths_are_in_the_largest_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        for (seconds, expected) in [
            (0, "just now"),
            (59, "just now"),
            (61, "1 minute ago"),
            (7300, "2 hours ago"),
            (90_000, "1 day ago"),
        ] {
            assert_eq!(age(now - Duration::from_secs(seconds), now), expected);
        }
        assert_eq!(age(now + Duration::from_secs(9), now), "just now");
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1.0 KiB"),
            (1_296_944, "1.2 MiB"),
            (5 << 29, "2.5 GiB"),
            (u64::MAX, "17179869184.0 GiB"),
        ] {
            assert_eq!(length(bytes), expected);
        }
    }

    #[test]
    fn each_build_has_a_row() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        let ago = |seconds| now - Duration::from_secs(seconds);
        let build = |name: &str, entries, modules, used| CachedBuild {
            name: name.to_string(),
            size: CacheSize { entries, bytes: 1000 * entries },
            modules,
            used,
            ..CachedBuild::default()
        };
        let ours = build("build-0123456789abcdef", 30_000, 20_000, Some((ago(2_000_000), ago(5))));
        let refused = Some("with mode 0777, other users may write to it".to_string());
        let foreign = build("build-1111111111111111", 0, 0, None);
        let text = stats(
            &[
                CachedBuild { is_ours: true, ..ours },
                build("build-fedcba9876543210", 1, 1, Some((ago(4000), ago(4000)))),
                build("build-0000000000000000", 0, 0, None),
                CachedBuild { refused, ..foreign },
            ],
            "0123456789abcdef",
            now,
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text, @r"
          build                   modules    shims        size  last used
        * build-0123456789abcdef    20000    10000    28.6 MiB  23 days ago to just now
          build-fedcba9876543210        1        0  1000 bytes  1 hour ago
          build-0000000000000000        0        0     0 bytes  -
          build-1111111111111111        -        -           -  not counted
          total                     20001    10000    28.6 MiB
        build-1111111111111111 was not counted: with mode 0777, other users may write to
                                                it
        * this build of the engine: 0123456789abcdef
        ");
    }
}
