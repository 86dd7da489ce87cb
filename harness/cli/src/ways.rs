//! The ways to run scripts: takes the options, a lane and an engine; gives the passes that these ways
//! make, each with its configuration. Looks into a named cache directory only to see whether it is
//! empty. Runs nothing.

use crate::args::RunOptions;
use crate::choose::engine_names;
use crate::exit::Failure;
use crate::lane::ReadyLane;
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use wassay_record::{Cache, Config, Engine, Way, distinguish};
use wassay_runner::scratch::{self, Scratch};

/// Where a run keeps compiled code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CacheUse {
    /// Nowhere.
    Off,
    /// In a directory.
    Fresh,
    /// In a directory that a second run uses.
    Reload,
}

/// Several ways, in the order in which they run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways(pub Vec<Way>);

/// The passes of one engine on one lane.
#[derive(Debug)]
pub struct Passes {
    /// The passes, in their order. There is at least one.
    pub all: Vec<Pass>,
    /// The directory that they share; removed when this is dropped.
    _directory: Option<Scratch>,
}

/// One run of all scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// How the engine is configured.
    pub config: Config,
    /// What distinguishes it from the other passes; empty if it is the only one.
    pub distinction: String,
    /// Whether it is compared with another pass.
    pub is_compared: bool,
}

/// Rejects options that contradict each other.
///
/// # Errors
/// That failure.
pub fn check(options: &RunOptions) -> Result<(), Failure> {
    let ways = ways(options);
    if options.bless && ways != [Way::Fresh] {
        return Err(Failure::usage(
            "--bless lists the failures of the way `fresh`: list those of another way by hand, with \
             `ways = [\"...\"]` in their entry",
        ));
    }
    let uses_directory = options.cache == Some(CacheUse::Fresh) || ways.contains(&Way::Reloaded);
    let given = [(options.cache_dir.is_some(), "dir"), (options.cache_limit.is_some(), "limit")];
    if let Some((_, option)) = given.into_iter().find(|(is_given, _)| *is_given && !uses_directory)
    {
        return Err(Failure::usage(format_args!(
            "--cache-{option} needs a run that uses it: add --cache fresh, --cache reload or --ways \
             reloaded"
        )));
    }
    if ways.contains(&Way::Reloaded) {
        return check_reload(options);
    }
    Ok(())
}

/// Rejects a reloaded run whose first pass would not compile everything, or store nothing.
fn check_reload(options: &RunOptions) -> Result<(), Failure> {
    if options.cache_limit == Some(0) {
        return Err(Failure::usage(
            "--cache-limit 0 stores nothing, so the second run of `reload` would find nothing: give \
             a larger limit or none, or use --cache fresh",
        ));
    }
    let Some(directory) = &options.cache_dir else { return Ok(()) };
    match first_file(directory) {
        None => Ok(()),
        Some(file) => Err(Failure::usage(format_args!(
            "the cache directory {0} is not empty: it has {1}; the first run of `reload` compiles \
             everything, so it fills a new or empty directory: name another one, or empty this one \
             with `wassay cache clear --all-builds {0}`",
            directory.display(),
            file.display()
        ))),
    }
}

/// A file in a directory or in those below, if there is one. Whatever cannot be listed is left to the
/// engine, which refuses it with a reason.
fn first_file(directory: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(directory).ok()?.flatten();
    entries.map(|entry| entry.path()).find_map(|path| {
        let is_directory = path.is_dir() && !path.is_symlink();
        if is_directory { first_file(&path) } else { Some(path) }
    })
}

/// The cache directory that the options name. If a command reloads on several lanes or engines, each
/// has a part of it, because two of them may give their entries the same names.
fn named_directory(
    options: &RunOptions,
    lane: &str,
    engine: &str,
) -> Result<Option<PathBuf>, Failure> {
    let Some(named) = &options.cache_dir else { return Ok(None) };
    let engines = engine_names(options)?;
    let is_all = options.lane.iter().any(|lane| lane == "all");
    let is_one = engines.len() < 2 && options.lane.len() < 2 && !is_all;
    if is_one || !ways(options).contains(&Way::Reloaded) {
        return Ok(Some(named.clone()));
    }
    let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let at = engines.iter().position(|it| it == engine).unwrap_or(0) + 1;
    let engine = if is_plain(engine) { engine.to_string() } else { format!("engine-{at}") };
    Ok(Some(named.join(format!("{lane}-{engine}"))))
}

/// Whether an engine runs more than once on each lane.
pub fn several(options: &RunOptions) -> bool {
    ways(options) != [Way::Fresh]
}

/// The ways that the options ask for.
fn ways(options: &RunOptions) -> Vec<Way> {
    match (&options.ways, options.cache) {
        (Some(ways), _) => ways.0.clone(),
        (None, Some(CacheUse::Reload)) => vec![Way::Reloaded],
        (None, _) => vec![Way::Fresh],
    }
}

impl Passes {
    /// The passes that the options ask for.
    ///
    /// A lane that loads what this machine has compiled has a directory in any case. There the
    /// first pass of the way `reloaded` is that of the way `fresh`, and is not made twice.
    ///
    /// # Errors
    /// If there is no room for a directory, or the lane's configuration contradicts the options.
    pub fn of(options: &RunOptions, lane: &ReadyLane, engine: &Engine) -> Result<Passes, Failure> {
        let plain = lane.configuration(engine)?;
        let has_cache = engine.capabilities.iter().any(|has| has == "disk-cache");
        let ways = ways(options);
        let is_filled = options.cache == Some(CacheUse::Fresh);
        let wants_directory = is_filled || ways.contains(&Way::Reloaded);
        let named = named_directory(options, &lane.lane.name, &engine.name)?;
        let named = named.map(|path| path.display().to_string());
        let mut directory = None;
        let place = match (named, &plain.cache_directory) {
            (Some(path), _) => Some(path),
            (None, Some(path)) => Some(path.clone()),
            (None, None) if wants_directory => {
                let made = scratch::directory().map_err(|error| {
                    Failure::harness(format_args!("no directory for compiled code: {error}"))
                })?;
                let path = made.path().display().to_string();
                directory = Some(made);
                Some(path)
            }
            (None, None) => None,
        };
        let kept = Config {
            cache: Cache::Directory,
            cache_directory: place.clone(),
            cache_limit: options.cache_limit,
            ..plain.clone()
        };
        let plain = match plain.cache == Cache::Directory || is_filled {
            true => kept.clone(),
            false => plain,
        };
        let mut configs: Vec<Config> = Vec::new();
        for way in ways {
            // An engine without a cache directory has nothing to fill.
            let first = (way == Way::Reloaded && has_cache).then(|| kept.clone());
            let base = if way == Way::Reloaded { &kept } else { &plain };
            for config in first.into_iter().chain([Config { way, ..base.clone() }]) {
                if !configs.contains(&config) {
                    configs.push(config);
                }
            }
        }
        let (distinctions, is_compared) = (distinguish(&configs), configs.len() > 1);
        let passes = configs.into_iter().zip(distinctions);
        let pass = |(config, distinction)| Pass { config, distinction, is_compared };
        let all = passes.map(pass).collect();
        Ok(Passes { all, _directory: directory })
    }
}
