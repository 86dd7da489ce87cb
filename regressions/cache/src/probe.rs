//! The child: reads requests, does with engines what they ask, and answers. Judges nothing, and
//! ends when its input does, so a killed parent leaves no child behind.

use crate::growth;
use crate::message::{Answer, Compiled, Counts, Description, Place, Race, Raced, Request, Used};
use crate::scene::{Scene, Which};
use crate::setting::{self, OTHER_MACHINE, SETTINGS};
use crate::sweep::sweep;
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use wassay_engine::{
    Bounds, Cache, Engine, Extern, Fault, Func, Instance, Instantiated, Module, Outcome,
    Provenance, Provider, Rejected, Session, Value,
};

/// Serves a parent until it closes the input.
///
/// # Errors
/// If the input or the output fails.
pub fn serve(
    providers: &[Box<dyn Provider>],
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut probe = Probe { providers, open: None };
    for line in input.lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let answer = match probe.answer(request) {
            Ok(answer) => answer,
            Err(Halt::Fault(Fault::Unsupported(what))) => Answer::Unsupported(what),
            Err(Halt::Fault(fault)) => Answer::Refused(fault.to_string()),
            Err(Halt::Wrong(what)) => Answer::Wrong(what),
        };
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

/// Why a request ends early.
pub(crate) enum Halt {
    Fault(Fault),
    /// The engine did what it must not do, and reported no fault.
    Wrong(String),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Halt {
        Halt::Fault(fault)
    }
}

struct Probe<'p> {
    providers: &'p [Box<dyn Provider>],
    open: Option<Open>,
}

/// An engine with a scene that stays alive.
struct Open {
    engine: Arc<dyn Engine>,
    running: Running,
}

/// The functions of a scene in a session.
struct Running {
    session: Box<dyn Session>,
    calls: Vec<(String, Func)>,
}

impl Probe<'_> {
    fn answer(&mut self, request: Request) -> Result<Answer, Halt> {
        match request {
            Request::Describe => Ok(Answer::Engines(self.describe()?)),
            Request::Renounce => {
                let none = CapabilitySet::empty();
                let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
                set_capabilities(None, none).map_err(Fault::of)?;
                Ok(Answer::Done)
            }
            Request::Use(place, which) => {
                let engine = start(self.providers, &place)?;
                run(&*engine, runs(&place), &which, |wasm| engine.compile(wasm))
                    .map(|(used, _)| Answer::Used(used))
            }
            Request::Open(place, which) => {
                let engine = start(self.providers, &place)?;
                let (used, running) =
                    run(&*engine, runs(&place), &which, |wasm| engine.compile(wasm))?;
                self.open = Some(Open { engine, running });
                Ok(Answer::Used(used))
            }
            Request::Call => Ok(Answer::Results(self.open()?.running.call()?)),
            Request::More(which) => {
                let engine = self.open()?.engine.clone();
                let (used, _) = run(&*engine, true, &which, |wasm| engine.compile(wasm))?;
                Ok(Answer::Used(used))
            }
            Request::Close => {
                self.open = None;
                Ok(Answer::Done)
            }
            Request::Race(asked) => race(self.providers, &asked).map(Answer::Raced),
            Request::Sweep(place, which) => {
                let provider = named(self.providers, &place)?;
                let engine = start(self.providers, &place)?;
                sweep(provider, &*engine, &place, &which).map(Answer::Swept)
            }
            Request::Repeat { place, scene, rounds } => {
                let engine = start(self.providers, &place)?;
                let modules = binaries(&scene.scene().map_err(Fault::Misuse)?)?;
                Ok(Answer::Grew(growth::measure(&*engine, &modules, rounds)?))
            }
        }
    }

    fn open(&mut self) -> Result<&mut Open, Fault> {
        self.open.as_mut().ok_or_else(|| Fault::misuse("nothing is open"))
    }

    fn describe(&self) -> Result<Vec<Description>, Fault> {
        let describe = |provider: &dyn Provider| -> Result<Description, Fault> {
            let identity = provider.identity()?;
            let (can, features) = (provider.capabilities(), provider.features());
            let supported = |name: &str| {
                let mut config = setting::base(features);
                setting::apply(name, &mut config).is_ok()
                    && can.lacking(features, &config).is_none()
            };
            let settings = SETTINGS.iter().map(|setting| setting.name);
            Ok(Description {
                name: identity.name,
                build: identity.build,
                capabilities: can.names().map(str::to_string).collect(),
                features: features.iter().map(|feature| feature.to_string()).collect(),
                settings: settings.filter(|it| supported(it)).map(str::to_string).collect(),
            })
        };
        self.providers.iter().map(|provider| describe(&**provider)).collect()
    }
}

fn start(providers: &[Box<dyn Provider>], place: &Place) -> Result<Arc<dyn Engine>, Fault> {
    let provider = named(providers, place)?;
    let mut config = setting::base(provider.features());
    if place.small {
        config.bounds = Bounds::Explicit;
    }
    if let Some(directory) = &place.directory {
        config.cache = Cache::Directory(directory.clone());
        config.cache_limit = place.limit.or(config.cache_limit);
    }
    if let Some(name) = &place.setting {
        setting::apply(name, &mut config).map_err(Fault::Misuse)?;
    }
    provider.start(&config)
}

/// The provider of the engine of this name.
fn named<'p>(providers: &'p [Box<dyn Provider>], place: &Place) -> Result<&'p dyn Provider, Fault> {
    for provider in providers {
        if provider.identity()?.name == place.engine {
            return Ok(&**provider);
        }
    }
    Err(Fault::misuse(format!("there is no engine `{}`", place.engine)))
}

/// What each thread used, in the order of the threads.
fn race(providers: &[Box<dyn Provider>], race: &Race) -> Result<Vec<Raced>, Halt> {
    let Race { place, scenes, threads, shared, in_step } = race;
    let one = start(providers, place).map_err(unstarted);
    let (all_started, meeting) = (Barrier::new(*threads), Meeting::of(*threads));
    let thread = |number: usize| -> Result<Raced, Halt> {
        // Every thread must come to the barrier, whatever fails.
        let engine = match shared {
            true => one.clone(),
            false => start(providers, place).map_err(unstarted),
        };
        all_started.wait();
        let engine = match engine {
            Ok(engine) => engine,
            Err(why) => return Ok(Err(why)),
        };
        // Another engine looks for what has just been stored.
        let reader = match in_step {
            true => Some(start(providers, place)?),
            false => None,
        };
        let mut all = Vec::new();
        for at in 0..scenes.len() {
            let first = if *in_step { 0 } else { number };
            let which = &scenes[(at + first) % scenes.len()];
            let (mut used, _) = run(&*engine, runs(place), which, |wasm| {
                let Some(reader) = &reader else { return engine.compile(wasm) };
                meeting.meet(number);
                let made = engine.compile(wasm);
                if let Ok(module) = reader.compile(wasm)? {
                    optional(reader.drop_module(module))?;
                }
                made
            })?;
            if let (Some(counts), Some(reader)) = (&mut used.counts, &reader) {
                let read = optional(reader.cache_stats())?.unwrap_or_default();
                counts.refused += read.stale + read.corrupt;
            }
            all.push(used);
        }
        Ok(Ok(all))
    };
    let thread = &thread;
    std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..*threads).map(|number| scope.spawn(move || thread(number))).collect();
        let panicked = |_| Err(Halt::Wrong("a thread panicked".to_string()));
        running.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
    })
}

fn unstarted(fault: Fault) -> String {
    fault.to_string()
}

/// Where threads wait for each other, again and again; after a while, not for a thread that ended.
struct Meeting {
    threads: usize,
    arrived: AtomicUsize,
}

impl Meeting {
    const LIMIT: Duration = Duration::from_millis(50);
    const STEP: Duration = Duration::from_micros(200);

    fn of(threads: usize) -> Meeting {
        Meeting { threads, arrived: AtomicUsize::new(0) }
    }

    /// Waits for the others, and then a little for some of them: not always the same time.
    fn meet(&self, thread: usize) {
        let round = self.arrived.fetch_add(1, Ordering::AcqRel) / self.threads;
        let last = (round + 1) * self.threads;
        let begin = Instant::now();
        while self.arrived.load(Ordering::Acquire) < last && begin.elapsed() < Meeting::LIMIT {
            std::thread::yield_now();
        }
        std::thread::sleep(Meeting::STEP * (thread * (round % 8)) as u32);
    }
}

/// The modules in the binary format, with their names.
pub(crate) fn binaries(scene: &Scene) -> Result<Vec<Vec<u8>>, Fault> {
    let binary = |text: &str| wat::parse_str(text).map_err(Fault::of);
    scene.parts.iter().map(|part| binary(&part.text)).collect()
}

/// Whether the code can run here.
fn runs(place: &Place) -> bool {
    place.setting.as_deref() != Some(OTHER_MACHINE)
}

/// Compiles a scene by `compile`, and links and runs it if its code can run here.
fn run(
    engine: &dyn Engine,
    runs: bool,
    which: &Which,
    compile: impl Fn(&[u8]) -> Result<Result<Module, Rejected>, Fault>,
) -> Result<(Used, Running), Halt> {
    let scene = which.scene().map_err(Fault::Misuse)?;
    let mut running = Running { session: engine.session()?, calls: Vec::new() };
    let mut instances: HashMap<&str, Instance> = HashMap::new();
    let mut used = Used::default();
    for (part, wasm) in scene.parts.iter().zip(binaries(&scene)?) {
        let module = compile(&wasm)?;
        let rejects = |why: Rejected| {
            Halt::Wrong(format!("the engine rejects a valid module: {}", why.message))
        };
        let module = module.map_err(rejects)?;
        used.modules.push(compiled(engine, module)?);
        if runs {
            let instance = running.instantiate(engine, module, &instances)?;
            instances.insert(&part.name, instance);
            for (export, _) in &part.calls {
                let name = format!("{}.{export}", part.name);
                match running.session.export(instance, export)? {
                    Some(Extern::Func(func)) => running.calls.push((name, func)),
                    _ => return Err(Halt::Wrong(format!("the engine finds no function {name}"))),
                }
            }
        }
        // The instance lives on.
        optional(engine.drop_module(module))?;
    }
    used.results = running.call()?;
    used.counts = optional(engine.cache_stats())?.map(|stats| Counts {
        hits: stats.memory_hits + stats.disk_hits,
        misses: stats.misses,
        stores: stats.stores,
        refused: stats.stale + stats.corrupt,
        compiled: stats.functions_compiled,
    });
    Ok((used, running))
}

fn compiled(engine: &dyn Engine, module: Module) -> Result<Compiled, Fault> {
    let found = optional(engine.provenance(module))?;
    Ok(Compiled {
        entry: engine.cache_entry(module)?,
        found: found.map(|from| matches!(from, Provenance::Memory | Provenance::Disk)),
    })
}

impl Running {
    fn instantiate(
        &mut self,
        engine: &dyn Engine,
        module: Module,
        instances: &HashMap<&str, Instance>,
    ) -> Result<Instance, Halt> {
        let mut imports = Vec::new();
        for import in engine.imports(module)? {
            let found = match instances.get(&*import.module) {
                Some(instance) => self.session.export(*instance, &import.name)?,
                None => None,
            };
            let missing =
                || Halt::Wrong(format!("the engine finds no {}.{}", import.module, import.name));
            imports.push(found.ok_or_else(missing)?);
        }
        match self.session.instantiate(module, &imports)? {
            Instantiated::Ready(instance) => Ok(instance),
            other => Err(Halt::Wrong(format!("the engine does not instantiate: {other:?}"))),
        }
    }

    /// Calls every function; each result is a line.
    fn call(&mut self) -> Result<Vec<String>, Fault> {
        let mut lines = Vec::new();
        for (name, func) in &self.calls {
            let result = text(&self.session.call(*func, &[])?);
            lines.push(format!("{name}: {result}"));
        }
        Ok(lines)
    }
}

/// An outcome as a scene has it, and the frames of a trap after ` in `.
fn text(outcome: &Outcome) -> String {
    let list = |values: &[Value]| {
        values.iter().map(|value| value.to_string()).collect::<Vec<_>>().join(" ")
    };
    match outcome {
        Outcome::Returned(values) => list(values),
        Outcome::Trapped(trap) => {
            let frames = trap.frames.iter().map(|frame| format!(" in {frame}"));
            format!("trap: {}{}", trap.kind.name(), frames.collect::<String>())
        }
        Outcome::Threw(thrown) => format!("threw: {}", list(&thrown.values)),
        Outcome::Exhausted(_) => "exhausted".to_string(),
    }
}

/// `None` for what the engine does not support.
pub(crate) fn optional<T>(asked: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(Fault::Unsupported(_)) => Ok(None),
        Err(broken) => Err(broken),
    }
}
