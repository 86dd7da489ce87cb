//! Takes the names of engines and a lane; gives the engines that run on the lane, as their workers
//! describe them, and the reasons why others do not. Runs no script.

use crate::args::RunOptions;
use crate::engines;
use crate::exit::Failure;
use crate::external::{Command, Named, Roster};
use crate::lane::ReadyLane;
use crate::run::timeout;
use crate::values::Engines;
use std::io::Write;
use std::path::PathBuf;
use wassay_lanes::{NATIVE, in_ci};
use wassay_record::{Engine, SkippedEngine};
use wassay_runner::pool::{Launch, Pool, Stop};

/// An engine that is to run.
#[derive(Debug)]
pub struct Picked {
    /// The engine.
    pub engine: Engine,
    /// How its workers are started.
    pub launch: Launch,
    /// The workers that have described it, if they have served no other engine.
    pub first: Option<Pool>,
}

/// The engines that the user has named.
#[derive(Debug)]
pub struct Asked {
    /// What each name stands for, without those that are not installed.
    named: Vec<Named>,
    /// Those that are not installed.
    pub absent: Vec<SkippedEngine>,
    /// All external names, for messages.
    external: Vec<String>,
}

/// The engines of a lane.
#[derive(Debug, Default)]
pub struct Choice {
    /// Those that run, in the order in which they were named.
    pub picked: Vec<Picked>,
    /// Those that did not start, by the names that the user has typed.
    pub failed: Vec<(String, Failure)>,
}

/// What stands for every engine.
const ALL: &str = "all";

/// The names of all engines, in the order in which they were given.
///
/// # Errors
/// If `all` is among them, and an engine does not identify itself or the table of engines cannot be
/// used.
pub fn engine_names(options: &RunOptions) -> Result<Vec<String>, Failure> {
    let typed = options.engine.iter().flat_map(|Engines(names)| names.clone());
    let mut names = Vec::new();
    for name in typed {
        if name != ALL || options.worker.is_some() {
            names.push(name);
            continue;
        }
        for provider in engines::providers() {
            names.push(provider.identity().map_err(Failure::harness)?.name);
        }
        let roster = Roster::read(options.engines.as_deref())?;
        names.extend(roster.names().map(str::to_string));
    }
    Ok(names)
}

impl Asked {
    /// What the options name.
    ///
    /// # Errors
    /// If the table of engines cannot be used, if no engine is installed, or if adapters cannot run
    /// on the lanes.
    pub fn of(options: &RunOptions) -> Result<Asked, Failure> {
        let roster = Roster::read(options.engines.as_deref())?;
        let (mut named, mut absent) = (Vec::new(), Vec::new());
        for name in engine_names(options)? {
            match roster.named(&name)? {
                // A worker program may have engines of any name.
                Named::Adapter(it) if options.worker.is_some() && it.is_external() => {
                    named.push(Named::Own(name));
                }
                Named::Absent(_) if options.worker.is_some() => named.push(Named::Own(name)),
                Named::Absent(skipped) => absent.push(skipped),
                other => {
                    if let Named::Adapter(it) = &other
                        && it.is_external()
                        && engines::is_shipped(&name)
                    {
                        let text = format!("`{name}` is the engine of --engines, not wassay's own");
                        // The terminal may be gone.
                        let _ =
                            writeln!(anstream::stderr(), "{}", wassay_report::wrapped("", &text));
                    }
                    named.push(other);
                }
            }
        }
        let none = Failure::of_all(absent.iter().map(engines::absent).collect());
        if let Some(failure) = none.filter(|_| named.is_empty()) {
            return Err(failure);
        }
        let asked = Asked { named, absent, external: roster.names().map(str::to_string).collect() };
        asked.check_lanes(options)?;
        Ok(asked)
    }

    /// Rejects adapters that could run on no lane, and lanes on which nothing could run.
    fn check_lanes(&self, options: &RunOptions) -> Result<(), Failure> {
        let Some(adapter) = self.adapters().next() else { return Ok(()) };
        let lanes = &options.lane;
        let is_native = |lane: &String| lane == NATIVE || lane == "all";
        let has_native = lanes.is_empty() || lanes.iter().any(is_native);
        let is_alone = self.adapters().count() == self.named.len();
        let elsewhere = lanes.iter().find(|lane| *lane != NATIVE);
        match elsewhere.filter(|_| is_alone || !has_native) {
            Some(lane) => Err(Failure::usage(format_args!(
                "{} cannot run on the lane {lane}, only on {NATIVE}: write the emulator into its \
                 command, such as exec:'qemu-aarch64 ./my-adapter'",
                adapter.typed
            ))),
            None => Ok(()),
        }
    }

    /// Fails if engines were skipped and `CI=true` is set.
    ///
    /// # Errors
    /// That failure.
    pub fn is_whole(&self) -> Result<(), Failure> {
        if self.absent.is_empty() || !in_ci() {
            return Ok(());
        }
        let (skipped, all) = (self.absent.len(), self.absent.len() + self.named.len());
        Err(Failure::harness(format_args!("{skipped} of {all} engines were skipped, and CI=true")))
    }

    /// The sentence about engines that do not run on every lane; empty if all do.
    pub fn advice(&self, lanes: usize) -> String {
        let names: Vec<&str> = self.adapters().map(|adapter| &*adapter.typed).collect();
        match lanes > 1 && !names.is_empty() {
            true => {
                let text = format!("only on the lane {NATIVE}: {}", names.join(", "));
                wassay_report::wrapped("", &text) + "\n"
            }
            false => String::new(),
        }
    }

    fn adapters(&self) -> impl Iterator<Item = &Command> {
        self.named.iter().filter_map(|named| match named {
            Named::Adapter(command) => Some(command),
            Named::Own(_) | Named::Absent(_) => None,
        })
    }

    /// The engines that run on this lane, as its workers describe them.
    ///
    /// # Errors
    /// If the lane's own workers do not start, if there is no such engine, or if none is left.
    pub fn on(
        &self,
        options: &RunOptions,
        lane: &ReadyLane,
        stop: &Stop,
    ) -> Result<Choice, Failure> {
        let mut choice = Choice::default();
        let own = |named: &Named| match named {
            Named::Own(name) => Some(name.clone()),
            Named::Adapter(_) | Named::Absent(_) => None,
        };
        let own: Vec<String> = self.named.iter().filter_map(own).collect();
        let mut described = Vec::new();
        if self.named.is_empty() || !own.is_empty() {
            let pool = start(&lane.launch, options, stop)?;
            let names = match (&own[..], &options.worker, pool.engines()) {
                ([], Some(_), [only]) => vec![only.name.clone()],
                ([], ..) => vec![engines::REFERENCE.to_string()],
                (names, ..) => names.to_vec(),
            };
            let others = || if options.worker.is_some() { &[][..] } else { &self.external };
            for name in names {
                let engine = engines::find(pool.engines(), others(), &name);
                let engine = engine.cloned().map_err(Failure::usage)?;
                described.push(Picked { engine, launch: lane.launch.clone(), first: None });
            }
            if let Some(Picked { first, .. }) = described.first_mut() {
                *first = Some(pool);
            }
        }
        let mut described = described.into_iter();
        for named in &self.named {
            let picked = match named {
                Named::Own(_) => described.next(),
                Named::Adapter(_) if lane.lane.name != NATIVE => None,
                Named::Adapter(adapter) => match adapted(adapter, options, lane, stop) {
                    Ok(picked) => Some(picked),
                    // Not because of the engine.
                    Err(failure) if stop.reason().is_some() => return Err(failure),
                    Err(failure) => {
                        choice.failed.push((adapter.typed.clone(), failure));
                        None
                    }
                },
                Named::Absent(_) => None,
            };
            let Some(picked) = picked else { continue };
            let name = &picked.engine.name;
            if choice.picked.iter().any(|other| other.engine.name == *name) {
                return Err(Failure::usage(format_args!(
                    "two engines are called `{name}`: give one of them another name, as in \
                     `--engine mine=exec:./my-adapter`"
                )));
            }
            choice.picked.push(picked);
        }
        choice.picked.extend(described);
        match choice.picked.is_empty() {
            true => Err(Failure::of_all(choice.failed.into_iter().map(|(_, why)| why).collect())
                .unwrap_or_else(|| Failure::harness("no engine runs on this lane"))),
            false => Ok(choice),
        }
    }
}

/// Starts the workers of an adapter, which describe its engine.
fn adapted(
    adapter: &Command,
    options: &RunOptions,
    lane: &ReadyLane,
    stop: &Stop,
) -> Result<Picked, Failure> {
    let launch = Launch {
        arguments: engines::worker_arguments(adapter),
        // Not the program of `--worker`, which has engines of its own.
        worker: own_program(options, lane)?,
        guard: None,
        ..lane.launch.clone()
    };
    let described = || {
        let pool = start(&launch, options, stop)?;
        let [engine] = pool.engines() else {
            return Err(Failure::harness("it is not one engine"));
        };
        adapter.check(&engine.name, &engine.build)?;
        let engine = engine.clone();
        Ok(Picked { engine, launch: launch.clone(), first: Some(pool) })
    };
    described().map_err(|failure| adapter.failed(failure))
}

fn own_program(options: &RunOptions, lane: &ReadyLane) -> Result<PathBuf, Failure> {
    match options.worker {
        None => Ok(lane.launch.worker.clone()),
        Some(_) => std::env::current_exe()
            .map_err(|error| Failure::harness(format_args!("cannot find wassay itself: {error}"))),
    }
}

/// Starts a worker.
///
/// # Errors
/// If it does not start, or does not describe itself.
pub fn start(launch: &Launch, options: &RunOptions, stop: &Stop) -> Result<Pool, Failure> {
    Pool::start(launch.clone(), timeout(options), stop).map_err(Failure::harness)
}
