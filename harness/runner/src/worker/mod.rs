//! The worker: takes requests on standard input; gives events on standard output. It starts
//! engines, keeps them, and runs scripts on them. It reads no files, and never reports how it
//! ended: its parent finds out from the mark.

mod excerpt;
pub(crate) mod mark;
mod outbox;
mod player;
pub(crate) mod protocol;
mod settings;

pub(crate) use excerpt::excerpt;
pub use settings::{configure, describe};

use crate::absent::Absent;
use crate::perform::{Options, Starter, compile, perform};
use crate::script::Script;
use mark::{Activity, Mark};
use outbox::Outbox;
use player::Player;
use protocol::{Answer, Reply, Request};
use std::collections::HashMap;
use std::io::{self, BufReader};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use wassay_engine::{CacheStats, Config, Engine, Fault, Features, Lost, Provider};
use wassay_record::{Cache, CacheCounts, EVENTS_VERSION, Way};

/// The stack of the thread that runs scripts: wasm recursion happens on it.
pub const STACK: usize = 16 << 20;

/// The whole `main` of a worker program: reads the program's arguments and serves. A program with
/// its own engines is one line, and `wassay run --worker PROGRAM` runs scripts on them.
///
/// Engines should let panics through. The harness then blames the current directive and continues
/// in a fresh worker, while an engine that catches a panic continues in an unknown state.
pub fn main(providers: Vec<Box<dyn Provider>>) -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let words = (arguments.next(), arguments.next(), arguments.next(), arguments.next());
    match words {
        (Some(worker), Some(mark), Some(path), None) if worker == "worker" && mark == "--mark" => {
            match serve(providers, Path::new(&path)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("worker: {error}");
                    ExitCode::FAILURE
                }
            }
        }
        (Some(version), None, ..) if version == "--version" => {
            let engines = providers.iter().map(|provider| provider.identity());
            for engine in engines.flatten() {
                println!("{} {}", engine.name, engine.version);
            }
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("this program is a worker: try `wassay engines --worker` with its path");
            ExitCode::from(2)
        }
    }
}

/// Replies that the worker cannot start.
///
/// # Errors
/// If standard output cannot be written.
pub fn refuse(message: &str) -> io::Result<()> {
    Outbox::claim()?.say(&Reply::Failed { message: message.to_string() })
}

/// Serves requests until standard input ends. When its other end is closed during a request, the
/// process ends at once, even if a directive hangs: the parent has died or is stopping the run.
/// Otherwise it ends its engines first.
///
/// # Errors
/// If the mark cannot be opened, or the parent does not follow the protocol.
pub fn serve(providers: Vec<Box<dyn Provider>>, mark: &Path) -> io::Result<()> {
    let outbox = Outbox::claim()?;
    let mark = Mark::open(mark)?;
    keep_panics();
    let providers = providers.into_iter().map(Arc::from).collect();
    let worker = Worker { providers, engines: HashMap::new(), outbox, mark };
    let thread = std::thread::Builder::new().name("script".to_string()).stack_size(STACK);
    match thread.spawn(move || worker.serve())?.join() {
        Ok(ended) => ended,
        Err(_) => Err(io::Error::other("the script thread panicked")),
    }
}

struct Worker {
    providers: Vec<Arc<dyn Provider>>,
    engines: HashMap<String, Arc<dyn Engine>>,
    outbox: Outbox,
    mark: Mark,
}

impl Worker {
    fn serve(mut self) -> io::Result<()> {
        let engines = self.providers.iter().map(|provider| describe(&**provider));
        let engines = engines.collect::<Result<_, _>>().map_err(io::Error::other)?;
        self.outbox.say(&Reply::Ready { version: EVENTS_VERSION, engines })?;
        self.outbox.rest();
        let mut input = BufReader::with_capacity(1 << 16, io::stdin());
        while let Some((request, script, packed)) = Request::receive(&mut input)? {
            self.outbox.begin(request.id, !request.poisoned.is_empty());
            let play = || self.play(&request, script, packed);
            let played = panic::catch_unwind(AssertUnwindSafe(play));
            match played {
                Ok(played) => played?,
                Err(panic) => {
                    // The engine may be in any state, so this worker ends; the mark still
                    // identifies the directive.
                    let lost = Lost::of(&*panic).map(|Lost(message)| message.clone());
                    self.outbox.answer(match lost {
                        Some(message) => Answer::Gone { message },
                        None => Answer::Lost { message: last_panic() },
                    })?;
                    self.outbox.flush()?;
                    std::process::exit(101);
                }
            }
            self.mark.set(Activity::Idle);
            self.outbox.flush()?;
            self.outbox.rest();
        }
        self.end()
    }

    /// Ends the engines, after the last request.
    fn end(mut self) -> io::Result<()> {
        self.mark.set(Activity::Closing);
        let ended = panic::catch_unwind(AssertUnwindSafe(|| {
            self.engines.clear();
            self.providers.iter().try_for_each(|provider| provider.end())
        }));
        let message = match ended {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(Fault::Internal(message))) => message,
            Ok(Err(fault)) => fault.to_string(),
            Err(panic) => match Lost::of(&*panic) {
                Some(Lost(message)) => message.clone(),
                None => last_panic(),
            },
        };
        self.outbox.say(&Reply::Failed { message: message.clone() })?;
        Err(io::Error::other(message))
    }

    fn play(&mut self, request: &Request, text: Vec<u8>, packed: Vec<u8>) -> io::Result<()> {
        self.mark.set(Activity::Starting);
        let started = self.engine(request).and_then(|(engine, features, starter)| {
            let options = player::options(request, features)?;
            let (claims, capabilities) = (starter.features(), starter.capabilities());
            Ok((engine, Options { claims, capabilities, starter: Some(starter), ..options }))
        });
        let (engine, options) = match started {
            Ok(started) => started,
            Err(message) => return self.outbox.answer(Answer::Refused { message }),
        };
        self.mark.set(Activity::Reading);
        let script = match packed.is_empty() {
            true => Script::parse(text),
            false => Script::unpack(text, packed).map_err(io::Error::other)?,
        };
        self.outbox.answer(Answer::Started { directives: script.steps().len() as u32 })?;
        self.mark.set(Activity::Opening);
        let before = match statistics(&*engine) {
            Ok(before) => before,
            Err(message) => return self.outbox.answer(Answer::Refused { message }),
        };
        let mut player = Player { outbox: &self.outbox, mark: &mut self.mark };
        match request.compile_only {
            true => compile(&script, &*engine, &options, &mut player),
            false => perform(&script, &*engine, &options, &mut player),
        }
        // What ends the worker while the session is closed must do so now.
        engine.settle().map_err(|fault| io::Error::other(fault.to_string()))?;
        let work = before.zip(statistics(&*engine).map_err(io::Error::other)?);
        let functions = work.map(|(before, after)| {
            after.functions_compiled.saturating_sub(before.functions_compiled)
        });
        let has_cache = request.config.cache != Cache::Off;
        let cache = work.filter(|_| has_cache).map(|(before, after)| counts(&before, &after));
        self.outbox.answer(Answer::Finished { functions, cache })
    }

    /// The engine for a request, existing or new, and those of the needed features that it has.
    fn engine(&mut self, request: &Request) -> Result<Started, String> {
        let provider = self
            .providers
            .iter()
            .find(|provider| provider.identity().is_ok_and(|who| who.name == request.engine))
            .ok_or_else(|| format!("this worker has no engine `{}`", request.engine))?;
        // A feature that cannot be turned off stays on.
        let fixed = provider.features().minus(provider.capabilities().switches);
        let features = both(settings::features(&request.needs)?, provider.features()).and(fixed);
        let capabilities = provider.capabilities();
        let config = settings::configure(&request.config, features)?;
        // Of an engine that cannot be told, it is checked after each compilation.
        let demand_hits = capabilities.demand_hits && request.config.way == Way::Reloaded;
        let config = Config { demand_hits, ..config };
        let key = format!("{} {config:?}", request.engine);
        let starter = Starter::new(Arc::clone(provider), config);
        if let Some(engine) = self.engines.get(&key) {
            return Ok((engine.clone(), features, starter));
        }
        let engine = start(&starter)
            .map_err(|why| format!("the engine `{}` cannot be started: {why}", request.engine))?;
        self.engines.insert(key, engine.clone());
        Ok((engine, features, starter))
    }
}

/// An engine, the features it was started with, and what starts others.
type Started = (Arc<dyn Engine>, Features, Starter);

/// What the engine's cache has done so far; `None` if it does not count that.
fn statistics(engine: &dyn Engine) -> Result<Option<CacheStats>, String> {
    match engine.cache_stats() {
        Ok(stats) => Ok(Some(stats)),
        Err(Fault::Unsupported(_)) => Ok(None),
        Err(broken) => Err(format!("the engine does not count what it compiles: {broken}")),
    }
}

/// What a cache did between two moments.
fn counts(before: &CacheStats, after: &CacheStats) -> CacheCounts {
    let since = |of: fn(&CacheStats) -> u64| of(after).saturating_sub(of(before));
    CacheCounts {
        hits: since(|stats| stats.memory_hits.saturating_add(stats.disk_hits)),
        misses: since(|stats| stats.misses),
        stores: since(|stats| stats.stores),
        unstored: since(|stats| stats.unstored),
        stale: since(|stats| stats.stale),
        corrupt: since(|stats| stats.corrupt),
        evictions: since(|stats| stats.evictions),
    }
}

fn both(a: Features, b: Features) -> Features {
    a.minus(a.minus(b))
}

/// Starts an engine, or a substitute if the provider does not support the config.
fn start(starter: &Starter) -> Result<Arc<dyn Engine>, String> {
    match starter.start() {
        Ok(engine) => Ok(engine),
        Err(Fault::Unsupported(lacking)) => Ok(Arc::new(Absent(lacking))),
        Err(fault) => Err(fault.to_string()),
    }
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Stores the message and location of the last panic.
fn keep_panics() {
    panic::set_hook(Box::new(|info| {
        let text = info.to_string().replace('\n', " ");
        eprintln!("{text}");
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }));
}

fn last_panic() -> String {
    LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
