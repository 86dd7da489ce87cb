//! The child: reads requests, does with engines what they ask, and answers. Judges nothing, and
//! ends when its input does, so a killed parent leaves no child behind.

use crate::growth;
use crate::message::{Answer, Compiled, Counts, Description, Place, Request, Used};
use crate::scene::{Scene, Which};
use crate::setting::{self, OTHER_MACHINE, SETTINGS};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::sync::{Arc, Barrier};
use wassay_engine::{
    Bounds, Cache, Engine, Extern, Fault, Func, Instance, Instantiated, Module, Outcome,
    Provenance, Provider, Session, Value,
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
            Err(Fault::Unsupported(what)) => Answer::Unsupported(what),
            Err(fault) => Answer::Refused(fault.to_string()),
        };
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
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
    fn answer(&mut self, request: Request) -> Result<Answer, Fault> {
        match request {
            Request::Describe => self.describe().map(Answer::Engines),
            Request::Renounce => {
                let none = CapabilitySet::empty();
                let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
                set_capabilities(None, none).map_err(Fault::of)?;
                Ok(Answer::Done)
            }
            Request::Use(place, which) => {
                let engine = start(self.providers, &place)?;
                run(&*engine, runs(&place), &which).map(|(used, _)| Answer::Used(used))
            }
            Request::Open(place, which) => {
                let engine = start(self.providers, &place)?;
                let (used, running) = run(&*engine, runs(&place), &which)?;
                self.open = Some(Open { engine, running });
                Ok(Answer::Used(used))
            }
            Request::Call => Ok(Answer::Results(self.open()?.running.call()?)),
            Request::More(which) => {
                let (used, _) = run(&*self.open()?.engine, true, &which)?;
                Ok(Answer::Used(used))
            }
            Request::Close => {
                self.open = None;
                Ok(Answer::Done)
            }
            Request::Race { place, scenes, threads, shared } => {
                race(self.providers, &place, &scenes, threads, shared).map(Answer::Raced)
            }
            Request::Repeat { place, scene, rounds } => {
                let engine = start(self.providers, &place)?;
                let modules = binaries(&scene.scene().map_err(Fault::Misuse)?)?;
                growth::measure(&*engine, &modules, rounds).map(Answer::Grew)
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
    for provider in providers {
        if provider.identity()?.name != place.engine {
            continue;
        }
        let mut config = setting::base(provider.features());
        if place.small {
            config.bounds = Bounds::Explicit;
        }
        if let Some(directory) = &place.directory {
            config.cache = Cache::Directory(directory.clone());
        }
        if let Some(name) = &place.setting {
            setting::apply(name, &mut config).map_err(Fault::Misuse)?;
        }
        return provider.start(&config);
    }
    Err(Fault::misuse(format!("there is no engine `{}`", place.engine)))
}

/// What each thread found, in any order.
fn race(
    providers: &[Box<dyn Provider>],
    place: &Place,
    scenes: &[Which],
    threads: usize,
    shared: bool,
) -> Result<Vec<Used>, Fault> {
    let one = start(providers, place)?;
    let all_started = Barrier::new(threads);
    let thread = |number: usize| -> Result<Vec<Used>, Fault> {
        // Every thread must come to the barrier, whatever fails.
        let engine = if shared { Ok(one.clone()) } else { start(providers, place) };
        all_started.wait();
        let engine = engine?;
        let order = (0..scenes.len()).map(|at| &scenes[(at + number) % scenes.len()]);
        order.map(|which| run(&*engine, runs(place), which).map(|(used, _)| used)).collect()
    };
    let thread = &thread;
    let all: Vec<Result<Vec<Used>, Fault>> = std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..threads).map(|number| scope.spawn(move || thread(number))).collect();
        let panicked = |_| Err(Fault::internal("a thread panicked"));
        running.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
    });
    let all: Result<Vec<Vec<Used>>, Fault> = all.into_iter().collect();
    Ok(all?.into_iter().flatten().collect())
}

/// The modules in the binary format, with their names.
fn binaries(scene: &Scene) -> Result<Vec<Vec<u8>>, Fault> {
    let binary = |text: &str| wat::parse_str(text).map_err(Fault::of);
    scene.parts.iter().map(|part| binary(&part.text)).collect()
}

/// Whether the code can run here.
fn runs(place: &Place) -> bool {
    place.setting.as_deref() != Some(OTHER_MACHINE)
}

/// Compiles a scene, and links and runs it if its code can run here.
fn run(engine: &dyn Engine, runs: bool, which: &Which) -> Result<(Used, Running), Fault> {
    let scene = which.scene().map_err(Fault::Misuse)?;
    let mut running = Running { session: engine.session()?, calls: Vec::new() };
    let mut instances: HashMap<&str, Instance> = HashMap::new();
    let mut used = Used::default();
    for (part, wasm) in scene.parts.iter().zip(binaries(&scene)?) {
        let module = engine.compile(&wasm)?;
        let module = module.map_err(|why| Fault::Internal(format!("rejected: {}", why.message)))?;
        used.modules.push(compiled(engine, module)?);
        if runs {
            let instance = running.instantiate(engine, module, &instances)?;
            instances.insert(&part.name, instance);
            for (export, _) in &part.calls {
                let name = format!("{}.{export}", part.name);
                match running.session.export(instance, export)? {
                    Some(Extern::Func(func)) => running.calls.push((name, func)),
                    _ => return Err(Fault::Internal(format!("there is no function {name}"))),
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
        entry: optional(engine.cache_entry(module))?.flatten(),
        found: found.map(|from| matches!(from, Provenance::Memory | Provenance::Disk)),
    })
}

impl Running {
    fn instantiate(
        &mut self,
        engine: &dyn Engine,
        module: Module,
        instances: &HashMap<&str, Instance>,
    ) -> Result<Instance, Fault> {
        let mut imports = Vec::new();
        for import in engine.imports(module)? {
            let found = match instances.get(&*import.module) {
                Some(instance) => self.session.export(*instance, &import.name)?,
                None => None,
            };
            let missing = || Fault::Internal(format!("no {}.{}", import.module, import.name));
            imports.push(found.ok_or_else(missing)?);
        }
        match self.session.instantiate(module, &imports)? {
            Instantiated::Ready(instance) => Ok(instance),
            other => Err(Fault::Internal(format!("not instantiated: {other:?}"))),
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
