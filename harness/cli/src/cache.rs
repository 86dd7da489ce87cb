//! `wassay cache`: a cache directory in, text out. Runs no code of it.

use crate::compile::refused;
use crate::engines;
use crate::exit::{self, Failure};
use crate::print;
use crate::values::input;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use wassay_engine::{CacheKeeper, CacheSize, CachedBuild, Config, Fault};

/// The arguments of `wassay cache`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wassay cache stats cache
  wassay cache verify cache --repair
  wassay cache clear cache --all-builds")]
pub struct CacheArgs {
    /// What to do with the directory.
    pub what: CacheCommand,
    /// The cache directory: the one that was given to `wassay run --cache-dir`.
    #[arg(value_parser = input(), value_name = "DIR")]
    pub directory: PathBuf,
    /// For `verify`: remove the bad entries. They are compiled again when they are needed.
    #[arg(long)]
    pub repair: bool,
    /// For `clear`: remove the entries of other builds of the engine, too.
    #[arg(long)]
    pub all_builds: bool,
    /// The engine whose entries they are [default: cranelift].
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
}

/// What to do with a cache directory. Runs that use the directory at the same time are not affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CacheCommand {
    /// Show how many entries each build of the engine has, their size and when they were used.
    Stats,
    /// Check every entry of this build, and exit with 1 if one is bad.
    Verify,
    /// Remove the entries of this build, and nothing else.
    Clear,
}

/// Shows, checks or clears the directory.
///
/// # Errors
/// If it cannot be used or read, or if the engine has no such directories.
pub fn run_cache(args: &CacheArgs) -> Result<u8, Failure> {
    use CacheCommand::{Clear, Stats, Verify};
    engines::check_seeding()?;
    for (is_given, option, command, name) in
        [(args.repair, "repair", Verify, "verify"), (args.all_builds, "all-builds", Clear, "clear")]
    {
        if is_given && args.what != command {
            return Err(Failure::usage(format_args!(
                "--{option} belongs to `wassay cache {name}`"
            )));
        }
    }
    let provider = engines::provider(args.engine.as_deref())?;
    let keeper = match provider.cache_keeper(&args.directory) {
        Err(Fault::Misuse(why)) => {
            return Err(Failure::usage(format_args!("cannot use the cache directory {why}")));
        }
        keeper => keeper.map_err(refused)?,
    };
    match args.what {
        Stats => print(&stats(&keeper.builds().map_err(refused)?, SystemTime::now())),
        Verify => verify(&*keeper, args.repair),
        Clear => {
            let removed = keeper.clear(args.all_builds).map_err(refused)?;
            print(&format!("removed {}\n", sized(removed)))
        }
    }
}

/// A table with a row for each build.
fn stats(builds: &[CachedBuild], now: SystemTime) -> String {
    let mut out = format!("{:<24} {:>8} {:>14}  last used\n", "build", "entries", "bytes");
    let mut all = CacheSize::default();
    for build in builds {
        let CacheSize { entries, bytes } = build.size;
        all.entries += entries;
        all.bytes += bytes;
        let used = match build.used {
            None => "-".to_string(),
            Some((oldest, newest)) => match [oldest, newest].map(|time| age(time, now)) {
                [oldest, newest] if oldest == newest => format!("{newest} ago"),
                [oldest, newest] => format!("{oldest} to {newest} ago"),
            },
        };
        let name = match build.name == "." {
            true => "(no build)",
            false => &build.name,
        };
        let ours = if build.is_ours { ", this build" } else { "" };
        out += &format!("{name:<24} {entries:>8} {bytes:>14}  {used}{ours}\n");
    }
    out += &format!("{:<24} {:>8} {:>14}\n", "total", all.entries, all.bytes);
    out + &format!("{:<24} {:>8} {:>14}\n", "default limit", "", Config::CACHE_LIMIT)
}

fn verify(keeper: &dyn CacheKeeper, repair: bool) -> Result<u8, Failure> {
    let verified = keeper.verify(repair).map_err(refused)?;
    let mut out = String::new();
    for bad in &verified.bad {
        let removed = if bad.is_removed { "; removed" } else { "" };
        out += &format!("{}\n", wassay_report::wrapped("bad: ", &bad.path));
        out += &format!("{}\n", wassay_report::wrapped("     ", &format!("{}{removed}", bad.why)));
    }
    out += &format!("{} intact\n", sized(verified.intact));
    print(&out)?;
    match verified.bad.is_empty() {
        true => Ok(exit::OK),
        false => Err(Failure {
            code: exit::UNEXPECTED,
            message: format!("{} bad", counted(verified.bad.len() as u64)),
        }),
    }
}

fn sized(size: CacheSize) -> String {
    format!("{}, {} bytes", counted(size.entries), size.bytes)
}

fn counted(entries: u64) -> String {
    match entries {
        1 => "1 entry".to_string(),
        more => format!("{more} entries"),
    }
}

/// How long ago this was, in the largest unit that fits.
fn age(time: SystemTime, now: SystemTime) -> String {
    // A clock may have been set back.
    let age = now.duration_since(time).unwrap_or(Duration::ZERO).as_secs();
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let (length, name) =
        units.into_iter().find(|(length, _)| age >= *length).unwrap_or((1, "second"));
    match age / length {
        1 => format!("1 {name}"),
        count => format!("{count} {name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_in_the_largest_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (61, "1 minute"),
            (7300, "2 hours"),
            (90_000, "1 day"),
        ] {
            assert_eq!(age(now - Duration::from_secs(seconds), now), expected);
        }
        assert_eq!(age(now + Duration::from_secs(9), now), "0 seconds");
    }

    #[test]
    fn each_build_has_a_row() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        let ago = |seconds| now - Duration::from_secs(seconds);
        let build = |name: &str, is_ours, entries, used| CachedBuild {
            name: name.to_string(),
            is_ours,
            size: CacheSize { entries, bytes: 1000 * entries },
            used,
        };
        insta::assert_snapshot!(stats(
            &[
                build("build-0123456789abcdef", true, 30_000, Some((ago(200_000), ago(5)))),
                build("build-fedcba9876543210", false, 1, Some((ago(4000), ago(4000)))),
                build(".", false, 2, Some((ago(999_999), ago(999_998)))),
                build("build-0000000000000000", true, 0, None),
            ],
            now
        ), @r"
        build                     entries          bytes  last used
        build-0123456789abcdef      30000       30000000  2 days to 5 seconds ago, this build
        build-fedcba9876543210          1           1000  1 hour ago
        (no build)                      2           2000  11 days ago
        build-0000000000000000          0              0  -, this build
        total                       30003       30003000
        default limit                         2147483648
        ");
    }
}
