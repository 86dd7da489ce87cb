//! The ways to run scripts: takes the options, a lane and an engine; gives the passes that these ways
//! make, each with its configuration. Runs nothing.

use crate::args::RunOptions;
use crate::exit::Failure;
use crate::lane::ReadyLane;
use clap::ValueEnum;
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
    Ok(())
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
        let named = options.cache_dir.as_ref().map(|path| path.display().to_string());
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
