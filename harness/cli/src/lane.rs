//! Takes the names of lanes; returns how to start their workers and configure their engines. Starts
//! no worker itself.

use crate::args::RunOptions;
use crate::exit::Failure;
use std::path::{Path, PathBuf};
use wassay_lanes::{CompileOn, Lanes, NATIVE, Workers, in_ci};
use wassay_record::{Cache, Config, Engine, Isa, Lane, SkippedLane};
use wassay_runner::pool::Launch;
use wassay_runner::scratch::{self, Scratch};

/// A lane that can run here.
#[derive(Debug)]
pub struct ReadyLane {
    /// Its description in reports.
    pub lane: Lane,
    /// How its workers are started.
    pub launch: Launch,
    /// How engines are configured on it.
    pub config: Config,
    /// The compiler for modules of this lane, with `compile = "host"`.
    pub host: Option<HostCompiler>,
}

/// A native pass that compiles for a lane's target into a directory from which the lane loads.
#[derive(Debug)]
pub struct HostCompiler {
    /// How the native workers are started.
    pub launch: Launch,
    /// Lives as long as the run.
    cache: Scratch,
    target: String,
    isa: Vec<String>,
}

impl ReadyLane {
    /// The configuration for this engine. Only an engine with a cache directory can load code that
    /// was compiled elsewhere; any other compiles in the lane.
    ///
    /// # Errors
    /// If `--isa-without` names a feature that the lane's code does not use: that is a
    /// misunderstanding.
    pub fn configuration(&self, engine: &Engine) -> Result<Config, Failure> {
        let config = match &self.host {
            Some(host) if engine.capabilities.iter().any(|has| has == "disk-cache") => {
                host.configure(&self.config)
            }
            _ => return Ok(self.config.clone()),
        };
        match config.isa_without.iter().find(|name| !config.isa_with.contains(name)) {
            None => Ok(config),
            Some(name) => Err(Failure::usage(format_args!(
                "--isa-without {name}: the code for the lane {} does not use it, only: {}",
                self.lane.name,
                config.isa_with.join(", ")
            ))),
        }
    }
}

impl HostCompiler {
    fn new(lane: &wassay_lanes::Lane, workers: &Workers) -> Result<HostCompiler, String> {
        let target = lane.arch().ok_or("`compile = \"host\"` needs the name of an architecture")?;
        let cache = scratch::directory();
        let cache = cache.map_err(|error| format!("no directory for compiled code: {error}"))?;
        Ok(HostCompiler {
            launch: Launch::native(workers.native()),
            cache,
            target: target.name().to_string(),
            isa: lane.isa.clone(),
        })
    }

    /// The target architecture.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The configuration of both the pass and the lane, so that they compute the same cache keys.
    pub fn configure(&self, config: &Config) -> Config {
        Config {
            isa: Isa::Named(self.target.clone()),
            isa_with: self.isa.clone(),
            cache: Cache::Directory,
            cache_directory: Some(self.cache.path().display().to_string()),
            ..config.clone()
        }
    }
}

/// The selected lanes.
#[derive(Debug)]
pub struct Chosen {
    /// Those that can run here.
    pub ready: Vec<ReadyLane>,
    /// Those that cannot, and why.
    pub skipped: Vec<SkippedLane>,
}

impl Chosen {
    /// Fails if lanes were skipped and none is left, or `CI=true` is set.
    ///
    /// # Errors
    /// That failure.
    pub fn is_whole(&self) -> Result<(), Failure> {
        if self.ready.is_empty() {
            let told =
                |lane: &SkippedLane| format!("lane {} skipped: {}", lane.lane, lane.advice());
            let all: Vec<String> = self.skipped.iter().map(told).collect();
            return Err(Failure::harness(all.join("\nwassay: ")));
        }
        if self.skipped.is_empty() || !in_ci() {
            return Ok(());
        }
        let (skipped, all) = (self.skipped.len(), self.skipped.len() + self.ready.len());
        Err(Failure::harness(format_args!("{skipped} of {all} lanes were skipped, and CI=true")))
    }
}

/// The lanes that the options select.
///
/// # Errors
/// If there is no such lane.
pub fn lanes(options: &RunOptions) -> Result<Chosen, Failure> {
    let workers = workers(options)?;
    let table = table(options.lanes.as_deref())?;
    let names = match &options.lane[..] {
        [] => NATIVE.to_string(),
        names => names.join(","),
    };
    let mut ready = Vec::new();
    let mut skipped = Vec::new();
    for lane in table.select(&names).map_err(Failure::usage)? {
        match prepare(lane, &workers, options) {
            Ok(lane) => ready.push(lane),
            Err(why) => skipped.push(why),
        }
    }
    Ok(Chosen { ready, skipped })
}

/// The lanes, and whether they can run here, as text.
///
/// # Errors
/// If the table of lanes is wrong.
pub fn list(file: Option<&Path>) -> Result<String, Failure> {
    let workers = workers(&RunOptions::default())?;
    let table = table(file)?;
    let width = table.iter().map(|lane| lane.name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for lane in table.iter() {
        let (state, remedy) = match prepare(lane, &workers, &RunOptions::default()) {
            Ok(ready) => (format!("ready: {}", ready.launch.shown()), String::new()),
            Err(why) => (format!("not here: {}", why.reason), why.remedy),
        };
        out += &wassay_report::wrapped(&format!("{:<width$}  ", lane.name), &state);
        out.push('\n');
        if !remedy.is_empty() {
            // Keep the line whole, so that it can be copied.
            out += &format!("{:width$}  to run it: {remedy}\n", "");
        }
    }
    Ok(out)
}

/// Rejects a lane's name that is neither in the table of this file nor in the built-in one.
///
/// # Errors
/// That failure; the message has the nearest name.
pub fn check_name(file: Option<&Path>, name: &str) -> Result<(), Failure> {
    let is_builtin = || Lanes::builtin().is_ok_and(|lanes| lanes.get(name).is_ok());
    match table(file)?.get(name) {
        Err(error) if !is_builtin() => Err(Failure::usage(error)),
        _ => Ok(()),
    }
}

/// The table in this file, or the built-in one.
fn table(file: Option<&Path>) -> Result<Lanes, Failure> {
    let Some(file) = file else { return Lanes::builtin().map_err(Failure::harness) };
    let shown = file.display().to_string();
    let text = wassay_suites::read_text(file)
        .map_err(|error| Failure::usage(format_args!("cannot read {shown}: {error}")))?;
    Lanes::parse(&shown, &text).map_err(Failure::usage)
}

/// How the lane runs here, or what prevents it and how to solve that.
fn prepare(
    lane: &wassay_lanes::Lane,
    workers: &Workers,
    options: &RunOptions,
) -> Result<ReadyLane, SkippedLane> {
    let skipped = |reason: String, remedy: String| {
        let lane = lane.name.clone();
        SkippedLane { lane, reason, remedy }
    };
    let found = lane
        .launch(workers)
        .map_err(|obstacle| skipped(obstacle.to_string(), obstacle.remedy()))?;
    let host = match lane.compile {
        CompileOn::Lane => None,
        CompileOn::Host => Some(
            HostCompiler::new(lane, workers).map_err(|reason| skipped(reason, String::new()))?,
        ),
    };
    Ok(ReadyLane {
        lane: Lane { name: lane.name.clone(), prefix: found.prefix.clone() },
        launch: Launch {
            worker: found.worker,
            guard: guard(options).map_err(|reason| skipped(reason, String::new()))?,
            prefix: found.prefix.into_iter().map(Into::into).collect(),
            arguments: Vec::new(),
            env: found.env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            timeout_factor: found.timeout_factor,
            memory_limit: found.memory_limit,
            own_failure: found.own_failure,
            not_own_failure: found.not_own_failure,
        },
        config: config(lane, options),
        host,
    })
}

/// The workers: this build's, unless the user names a program.
fn workers(options: &RunOptions) -> Result<Workers, Failure> {
    if let Some(program) = &options.worker {
        return Ok(Workers::of(program.clone()));
    }
    let program = std::env::current_exe()
        .map_err(|error| Failure::harness(format_args!("cannot find wassay itself: {error}")))?;
    Ok(Workers::of(program).of_version(format!("wassay {}", crate::engines::VERSION)))
}

/// The program that ends a foreign worker with this process. Our own workers end by themselves.
fn guard(options: &RunOptions) -> Result<Option<PathBuf>, String> {
    let find = |_: &PathBuf| std::env::current_exe();
    let found = options.worker.as_ref().map(find).transpose();
    found.map_err(|error| format!("cannot find wassay itself: {error}"))
}

/// The engine's configuration: the options first, then the lane's settings.
fn config(lane: &wassay_lanes::Lane, options: &RunOptions) -> Config {
    let defaults = Config::default();
    Config {
        opt: options.opt.unwrap_or(defaults.opt),
        bounds: options.bounds.unwrap_or(lane.bounds),
        messages: options.messages.unwrap_or(defaults.messages),
        relaxed: options.relaxed.unwrap_or(defaults.relaxed),
        isa_without: options.isa_without.clone(),
        ..defaults
    }
}
