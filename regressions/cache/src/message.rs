//! What a parent asks of a child, and what the child answers: one line of JSON each. Holds no
//! engine.

use crate::process::Growth;
use crate::scene::Which;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A request of the parent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Describe every engine.
    Describe,
    /// Give up the rights of the superuser, who can ignore modes.
    Renounce,
    /// Start an engine, compile and run a scene, and drop everything.
    Use(Place, Which),
    /// The same, but keep everything alive.
    Open(Place, Which),
    /// Call the functions of the open scene again.
    Call,
    /// Compile and run another scene on the open engine.
    More(Which),
    /// Drop everything that is open.
    Close,
    /// Use scenes in threads.
    Race(Race),
    /// Damage the entries of a scene at every byte and every length, and look at them.
    Sweep(Place, Which),
    /// Load the modules of a scene so many times, and drop them, in ways that the engine has.
    Repeat { place: Place, scene: Which, rounds: u32 },
}

/// Which engine is started, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The engine's name.
    pub engine: String,
    /// The cache directory, if there is one.
    pub directory: Option<PathBuf>,
    /// The name of a setting that differs from the default.
    pub setting: Option<String>,
    /// The most bytes that the entries may have, if not the default.
    pub limit: Option<u64>,
    /// Whether large reservations of memory cost too much.
    pub small: bool,
}

/// Threads that use scenes at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Race {
    pub place: Place,
    pub scenes: Vec<Which>,
    pub threads: usize,
    /// Whether all threads use one engine.
    pub shared: bool,
    /// Whether the threads wait for each other before every module; else each begins with another
    /// scene.
    pub in_step: bool,
}

/// What a thread used, scene by scene; or why it could not start its engine.
pub(crate) type Raced = Result<Vec<Used>, String>;

/// An answer of the child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    Engines(Vec<Description>),
    Used(Used),
    /// The threads, in their order.
    Raced(Vec<Raced>),
    /// What every function returned.
    Results(Vec<String>),
    /// How many damages were found, which is all of them.
    Swept(u64),
    /// What repeating something did to the process.
    Grew(Vec<Repeated>),
    Done,
    /// The engine lacks this.
    Unsupported(String),
    /// The engine refused, with this fault.
    Refused(String),
    /// The engine did what no fault excuses, such as rejecting a valid module.
    Wrong(String),
}

/// An engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Its build; empty if it has none.
    pub build: String,
    /// The names of its capabilities.
    pub capabilities: Vec<String>,
    /// The names of its features.
    pub features: Vec<String>,
    /// The names of the settings that it supports.
    pub settings: Vec<String>,
}

/// How a scene went.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Used {
    pub modules: Vec<Compiled>,
    /// What the engine counted since it was started; `None` if it does not count.
    pub counts: Option<Counts>,
    /// What every function returned.
    pub results: Vec<String>,
}

/// A module that was compiled or found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Compiled {
    /// Where its entry is, if the engine reports it.
    pub entry: Option<PathBuf>,
    /// Whether its code came from a cache; `None` if the engine does not report it.
    pub found: Option<bool>,
}

/// Cache statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub hits: u64,
    pub misses: u64,
    pub stores: u64,
    /// Entries that were refused, as stale or as corrupt.
    pub refused: u64,
    pub compiled: u64,
}

/// What repeating something did to the process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Repeated {
    /// What was repeated.
    pub what: String,
    pub growth: Growth,
    /// How many functions the engine has compiled by now, if it counts them.
    pub compiled: Option<u64>,
}
