//! The engines that wassay ships, and those of adapters. A new engine is one line in [`providers`]
//! and, if it has known failures, one in [`KNOWN`]. Runs no engine itself.

use crate::exit::Failure;
use crate::run::TIMEOUT;
use std::path::Path;
use std::time::Duration;
use wassay_cranelift::{Fault, Seeding, VARIABLE, seeding};
use wassay_engine::Provider;
use wassay_process::Adapter;
use wassay_record::Engine;
use wassay_runner::pool::{Launch, Pool, Stop};
use wassay_runner::worker::describe;

/// The engine that is run if none is named.
pub const REFERENCE: &str = "cranelift";

/// The version, the build and that of the reference engine; a parent and its workers must have the
/// same.
pub const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (build ",
    env!("WASSAY_BUILD"),
    ", engine ",
    env!("WASSAY_ENGINE_BUILD"),
    ")"
);

/// Every engine, the reference engine first.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![wassay_cranelift::provider(), wassay_wasmi::provider()]
}

/// What precedes the command of an adapter in the name of an engine.
const EXEC: &str = "exec:";

/// The command of an adapter, if this names one.
pub fn adapter_command(name: &str) -> Option<&str> {
    name.strip_prefix(EXEC)
}

/// The engine of an adapter, in a process group of its own.
///
/// # Errors
/// If it does not start, or does not introduce itself.
pub fn adapter(command: &str, limit: Duration) -> Result<Adapter, Failure> {
    start(wassay_process::Launch { limit: Some(limit), ..wassay_process::Launch::new(command) })
}

/// The engine of an adapter, for a worker: its parent watches the time, and ends its whole group.
///
/// # Errors
/// If it does not start, or does not introduce itself.
pub fn adapter_of_worker(command: &str) -> Result<Adapter, Failure> {
    start(wassay_process::Launch { shares_group: true, ..wassay_process::Launch::new(command) })
}

fn start(launch: wassay_process::Launch) -> Result<Adapter, Failure> {
    // Without a guard, an adapter that hangs may outlive this process.
    let guard = std::env::current_exe().ok();
    Adapter::start(wassay_process::Launch { guard, ..launch }).map_err(|fault| match fault {
        wassay_engine::Fault::Internal(why) => Failure::harness(why),
        fault => Failure::harness(fault),
    })
}

/// The provider of the engine of this name, or of the reference engine.
///
/// # Errors
/// If there is no such engine.
pub fn provider(name: Option<&str>) -> Result<Box<dyn Provider>, Failure> {
    if let Some(command) = name.and_then(adapter_command) {
        return Ok(Box::new(adapter(command, TIMEOUT)?));
    }
    let mut all = providers();
    let engines = all.iter().map(|provider| describe(&**provider));
    let engines = engines.collect::<Result<Vec<_>, _>>().map_err(Failure::harness)?;
    let found = find(&engines, name.unwrap_or(REFERENCE)).map_err(Failure::usage)?;
    let at = engines.iter().position(|engine| engine.name == found.name);
    Ok(all.swap_remove(at.unwrap_or_default()))
}

/// A list of known failures that is built into this program.
#[derive(Debug)]
pub struct KnownList {
    /// The engine.
    pub engine: &'static str,
    /// Where the list is in the source tree.
    pub path: &'static str,
    /// The list.
    pub text: &'static str,
}

/// The engines' own lists.
pub const KNOWN: &[KnownList] = &[
    KnownList {
        engine: REFERENCE,
        path: "engine/cranelift/known.toml",
        text: include_str!("../../../engine/cranelift/known.toml"),
    },
    KnownList {
        engine: "wasmi",
        path: "engine/adapters/wasmi/known.toml",
        text: include_str!("../../../engine/adapters/wasmi/known.toml"),
    },
];

/// Checks the name of the fault that is to be seeded, if this is a build for that.
///
/// # Errors
/// If there is no such fault.
pub fn check_seeding() -> Result<(), Failure> {
    let Seeding::Unknown(name) = seeding() else { return Ok(()) };
    let names = Fault::ALL.iter().map(|fault| fault.name());
    let meant = wassay_suites::did_you_mean(&name, names);
    Err(Failure::usage(format_args!("{VARIABLE}: there is no fault `{name}`{meant}")))
}

/// The engines' descriptions of themselves, as text: those of `worker`, or those that wassay ships.
///
/// # Errors
/// If an engine does not identify itself, or the worker does not start.
pub fn list(worker: Option<&Path>) -> Result<String, Failure> {
    let engines = match worker {
        Some(worker) => {
            // Without a guard, list it anyway.
            let guard = std::env::current_exe().ok();
            let launch = Launch { guard, ..Launch::native(worker) };
            let pool = Pool::start(launch, TIMEOUT, &Stop::new()).map_err(Failure::harness)?;
            pool.engines().to_vec()
        }
        None => {
            let all = providers();
            let all = all.iter().map(|provider| describe(&**provider));
            all.collect::<Result<_, _>>().map_err(Failure::harness)?
        }
    };
    let mut out = String::new();
    for engine in engines {
        let known = KNOWN.iter().find(|known| known.engine == engine.name);
        let default = if engine.name == REFERENCE { " (reference)" } else { "" };
        out += &format!("{} {}{default}\n", engine.name, engine.version);
        let mut row = |name: &str, text: &str| {
            out += &wassay_report::wrapped(&format!("  {name:<12}  "), text);
            out.push('\n');
        };
        row("target", &engine.target);
        if !engine.build.is_empty() {
            row("build", &engine.build);
        }
        if !engine.notice.is_empty() {
            row("notice", &engine.notice);
        }
        row("features", &list_of(&engine.features));
        row("capabilities", &list_of(&engine.capabilities));
        row("known", known.map_or("none", |known| known.path));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    Ok(out + "\n")
}

fn list_of(names: &[String]) -> String {
    if names.is_empty() { "none".to_string() } else { names.join(", ") }
}

/// The engine of this name.
///
/// # Errors
/// A sentence with all names, and the one that was probably meant.
pub fn find<'a>(engines: &'a [Engine], name: &str) -> Result<&'a Engine, String> {
    if let Some(engine) = engines.iter().find(|engine| engine.name == name) {
        return Ok(engine);
    }
    let names: Vec<&str> = engines.iter().map(|engine| &*engine.name).collect();
    let all = names.join(", ");
    Err(match wassay_suites::near_miss(name, names.iter().copied()) {
        Some(meant) => {
            format!("there is no engine `{name}`; did you mean `{meant}`? There are: {all}")
        }
        None => format!("there is no engine `{name}`; there are: {all}"),
    })
}
