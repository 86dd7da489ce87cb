//! The engines that wassay ships, and those of adapters. A new engine is one line in [`providers`]
//! and, if it has known failures, one in [`KNOWN`]; an external one is a row of `ci/engines.toml`.
//! Runs no engine itself.

use crate::exit::Failure;
use crate::external::{Command, Named, Roster};
use crate::run::TIMEOUT;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;
use wassay_cranelift::{Fault, Seeding, VARIABLE, seeding};
use wassay_engine::Provider;
use wassay_process::Adapter;
use wassay_record::{Engine, SkippedEngine};
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
    vec![wassay_cranelift::provider(), wassay_wasmi::provider(), wassay_tinywasm::provider()]
}

/// The engine of an adapter, in a process group of its own.
///
/// # Errors
/// If it does not start, or does not introduce itself as it must.
pub fn adapter(command: &Command, limit: Duration) -> Result<Adapter, Failure> {
    let own_group = wassay_process::Launch { limit: Some(limit), ..launch(command) };
    let started = start(own_group).and_then(|adapter| {
        let identity = adapter.identity().map_err(Failure::harness)?;
        command.check(&identity.name, &identity.build)?;
        Ok(adapter)
    });
    started.map_err(|failure| command.failed(failure))
}

/// The engine of an adapter, for a worker: its parent watches the time, and ends its whole group.
///
/// # Errors
/// If it does not start, or does not introduce itself.
pub fn adapter_of_worker(command: &str, alias: Option<String>) -> Result<Adapter, Failure> {
    start(wassay_process::Launch {
        shares_group: true,
        alias,
        ..wassay_process::Launch::new(command)
    })
}

/// The arguments with which a worker starts this adapter.
pub fn worker_arguments(command: &Command) -> Vec<OsString> {
    let alias = command.alias().into_iter().flat_map(|alias| ["--alias", alias]);
    ["--exec", &command.command].into_iter().chain(alias).map(OsString::from).collect()
}

fn launch(command: &Command) -> wassay_process::Launch {
    let alias = command.alias().map(str::to_string);
    wassay_process::Launch { alias, ..wassay_process::Launch::new(&*command.command) }
}

fn start(launch: wassay_process::Launch) -> Result<Adapter, Failure> {
    // Without a guard, an adapter that hangs may outlive this process.
    let guard = std::env::current_exe().ok();
    Adapter::start(wassay_process::Launch { guard, ..launch }).map_err(|fault| match fault {
        wassay_engine::Fault::Internal(why) => Failure::harness(why),
        fault => Failure::harness(fault),
    })
}

/// Whether this is an engine that wassay ships, from the same sources: on a lane, or served to an
/// adapter by this program.
pub fn is_own(engine: &Engine) -> bool {
    providers().iter().filter_map(|own| own.identity().ok()).any(|own| {
        (&own.name, &own.version, &own.build) == (&engine.name, &engine.version, &engine.build)
    })
}

/// Whether wassay ships an engine of this name.
pub fn is_shipped(name: &str) -> bool {
    providers().iter().filter_map(|own| own.identity().ok()).any(|own| own.name == name)
}

/// The provider of the engine of this name, or of the reference engine.
///
/// # Errors
/// If there is no such engine, or if it is not installed.
pub fn provider(name: Option<&str>) -> Result<Box<dyn Provider>, Failure> {
    let roster = Roster::read(None)?;
    let name = match roster.named(name.unwrap_or(REFERENCE))? {
        Named::Own(name) => name,
        Named::Adapter(command) => return Ok(Box::new(adapter(&command, TIMEOUT)?)),
        Named::Absent(skipped) => return Err(absent(&skipped)),
    };
    let mut all = providers();
    let engines = all.iter().map(|provider| describe(&**provider));
    let engines = engines.collect::<Result<Vec<_>, _>>().map_err(Failure::harness)?;
    let others: Vec<String> = roster.names().map(str::to_string).collect();
    let found = find(&engines, &others, &name).map_err(Failure::usage)?;
    let at = engines.iter().position(|engine| engine.name == found.name);
    Ok(all.swap_remove(at.unwrap_or_default()))
}

/// The failure of an engine that is not installed.
pub fn absent(skipped: &SkippedEngine) -> Failure {
    Failure::harness(format_args!("engine {}: {}", skipped.engine, skipped.advice()))
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
    KnownList {
        engine: "tinywasm",
        path: "engine/adapters/tinywasm/known.toml",
        text: include_str!("../../../engine/adapters/tinywasm/known.toml"),
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

/// The engines' descriptions of themselves, as text: those of `worker`, or those that wassay ships and
/// the external ones.
///
/// # Errors
/// If an engine does not identify itself, or the worker does not start.
pub fn list(worker: Option<&Path>, table: Option<&Path>) -> Result<String, Failure> {
    let mut out = String::new();
    let own = match worker {
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
    for engine in own {
        let known = KNOWN.iter().find(|known| known.engine == engine.name);
        described(&mut out, &engine, known.map(|known| known.path), "");
    }
    if worker.is_none() {
        external(&mut out, &Roster::read(table)?)?;
    }
    out.truncate(out.trim_end().len());
    Ok(out + "\n")
}

/// Describes the external engines that are installed, and names the others.
fn external(out: &mut String, roster: &Roster) -> Result<(), Failure> {
    for name in roster.names() {
        let (state, why) = match roster.named(name)? {
            Named::Own(_) => continue,
            Named::Absent(SkippedEngine { reason, remedy, .. }) => {
                (format!("not installed: {remedy}"), reason)
            }
            Named::Adapter(command) => {
                let started = adapter(&command, TIMEOUT)
                    .and_then(|adapter| describe(&adapter).map_err(Failure::harness));
                match started {
                    Ok(engine) => {
                        let known = roster.known(name)?.map(|known| known.name);
                        described(out, &engine, known.as_deref(), &command.command);
                        continue;
                    }
                    Err(failure) => ("does not start".to_string(), failure.message),
                }
            }
        };
        *out += &format!("{name} {state}\n");
        *out += &wassay_report::wrapped(&format!("  {:<12}  ", "reason"), &why);
        *out += "\n\n";
    }
    Ok(())
}

fn described(out: &mut String, engine: &Engine, known: Option<&str>, adapter: &str) {
    let default = if engine.name == REFERENCE { " (reference)" } else { "" };
    *out += &format!("{} {}{default}\n", engine.name, engine.version);
    let (features, capabilities) = (list_of(&engine.features), list_of(&engine.capabilities));
    for (name, text) in [
        ("target", &*engine.target),
        ("build", &engine.build),
        ("notice", &engine.notice),
        ("adapter", adapter),
        ("features", &features),
        ("capabilities", &capabilities),
        ("known", known.unwrap_or("none")),
    ] {
        if !text.is_empty() {
            *out += &wassay_report::wrapped(&format!("  {name:<12}  "), text);
            out.push('\n');
        }
    }
    out.push('\n');
}

fn list_of(names: &[String]) -> String {
    if names.is_empty() { "none".to_string() } else { names.join(", ") }
}

/// The engine of this name. `others` are engines that are found elsewhere.
///
/// # Errors
/// A sentence with all names, and the one that was probably meant.
pub fn find<'a>(
    engines: &'a [Engine],
    others: &[String],
    name: &str,
) -> Result<&'a Engine, String> {
    if let Some(engine) = engines.iter().find(|engine| engine.name == name) {
        return Ok(engine);
    }
    let names = engines.iter().map(|engine| &*engine.name);
    let names: Vec<&str> = names.chain(others.iter().map(String::as_str)).collect();
    let all = names.join(", ");
    Err(match wassay_suites::near_miss(name, names.iter().copied()) {
        Some(meant) => {
            format!("there is no engine `{name}`; did you mean `{meant}`? There are: {all}")
        }
        None => format!("there is no engine `{name}`; there are: {all}"),
    })
}
