//! Takes the name of a lane; gives how its workers are started.

use crate::args::RunOptions;
use crate::exit::Failure;
use std::path::PathBuf;
use wassay_record::{Config, Lane};
use wassay_runner::pool::Launch;

/// A lane that can run here.
#[derive(Debug)]
pub struct ReadyLane {
    /// What reports say of it.
    pub lane: Lane,
    /// How its workers are started.
    pub launch: Launch,
    /// How engines are configured on it.
    pub config: Config,
}

/// The lanes that the options ask for.
///
/// # Errors
/// If there is no such lane.
pub fn lanes(options: &RunOptions) -> Result<Vec<ReadyLane>, Failure> {
    let worker = worker(options)?;
    let names = match &options.lane[..] {
        [] => vec![Lane::default().name],
        names => names.to_vec(),
    };
    let ready = |name: &String| match name.as_str() {
        "native" => Ok(ReadyLane {
            lane: Lane::default(),
            launch: Launch::native(&worker),
            config: config(options),
        }),
        other => Err(Failure::usage(format_args!("there is no lane `{other}`; there is: native"))),
    };
    names.iter().map(ready).collect()
}

fn worker(options: &RunOptions) -> Result<PathBuf, Failure> {
    match &options.worker {
        Some(program) => Ok(program.clone()),
        None => std::env::current_exe()
            .map_err(|error| Failure::harness(format_args!("cannot find wassay itself: {error}"))),
    }
}

fn config(options: &RunOptions) -> Config {
    let name = |value: Option<&'static str>, default: String| value.map_or(default, str::to_string);
    let defaults = Config::default();
    use crate::args::{Bounds, Messages, Opt};
    Config {
        opt: name(
            options.opt.map(|opt| match opt {
                Opt::None => "none",
                Opt::Speed => "speed",
            }),
            defaults.opt,
        ),
        bounds: name(
            options.bounds.map(|bounds| match bounds {
                Bounds::Guard => "guard",
                Bounds::Explicit => "explicit",
            }),
            defaults.bounds,
        ),
        messages: name(
            options.messages.map(|messages| match messages {
                Messages::Stage => "stage",
                Messages::Kind => "kind",
                Messages::Text => "text",
            }),
            defaults.messages,
        ),
        isa_without: options.isa_without.clone(),
        ..defaults
    }
}
