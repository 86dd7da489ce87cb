//! Performs the requests to an engine, and those that start one; gives how each ended.

use super::desk::Desk;
use super::names::{EngineNames, Names};
use super::{nothing, ok};
use crate::handles::Handles;
use crate::message::{
    Base64, CacheStats, Compiled, End, Export, Hello, Import, Op, Provenance, Rejected, VERSION,
    names,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use wassay_engine::{Deserialized, Engine, Fault, Feature, Module, Provider};

/// An engine that runs here.
pub(super) struct Served {
    pub engine: Arc<dyn Engine>,
    pub names: EngineNames,
    /// Whether requests must be read while its code runs.
    pub needs_threads: bool,
    /// Whether running code can be interrupted.
    pub can_interrupt: bool,
    /// What its sessions have to do, if they have threads.
    pub desk: Arc<Desk>,
}

impl Served {
    /// Interrupts what runs.
    ///
    /// # Errors
    /// If it cannot be interrupted.
    pub fn interrupt(&self) -> Result<(), Fault> {
        let interrupter = self.engine.interrupter()?;
        match self.can_interrupt {
            true => self.desk.interrupt(|| interrupter.interrupt()),
            false => interrupter.interrupt(),
        }
        Ok(())
    }

    /// Waits until the sessions have done what they were asked; interrupts what takes longer than
    /// this. False if it cannot be interrupted.
    pub fn finish(&self, patience: Duration) -> bool {
        while !self.desk.is_idle_within(patience) {
            if !self.can_interrupt || self.interrupt().is_err() {
                return false;
            }
        }
        true
    }
}

/// The engine with this number.
///
/// # Errors
/// If there is none.
pub(super) fn find(engines: &HashMap<u32, Served>, number: u32) -> Result<&Served, Fault> {
    engines.get(&number).ok_or_else(|| Fault::Foreign(format!("there is no engine {number}")))
}

/// Performs a request.
///
/// # Errors
/// The engine's.
pub(super) fn perform(
    provider: &dyn Provider,
    engines: &mut HashMap<u32, Served>,
    numbers: &Names,
    op: Op,
) -> Result<End, Fault> {
    let engine = |number| find(engines, number).map(|served| &*served.engine);
    let names_of = |number| find(engines, number).map(|served| &served.names);
    match op {
        Op::Hello { .. } => ok(hello(provider)?),
        Op::Start { engine, config } => {
            if engines.contains_key(&engine) {
                return Err(Fault::Misuse(format!("there is an engine {engine} already")));
            }
            let config = config.read().map_err(Fault::Unsupported)?;
            let needs_threads = config.interruption || config.features.has(Feature::Threads);
            let served = Served {
                engine: provider.start(&config)?,
                names: EngineNames::new(numbers.clone()),
                needs_threads,
                can_interrupt: config.interruption,
                desk: Arc::default(),
            };
            engines.insert(engine, served);
            nothing()
        }
        Op::Compile { engine: number, wasm } => {
            let engine = engine(number)?;
            match engine.compile(&wasm.0)? {
                Ok(module) => ok(compiled(engine, names_of(number)?, module)?),
                Err(rejected) => Ok(End::Rejected(Rejected::write(rejected))),
            }
        }
        Op::DropModule { engine: number, module } => {
            engine(number)?.drop_module(numbers.read(module)?)?;
            nothing()
        }
        Op::Provenance { engine: number, module } => {
            let provenance = engine(number)?.provenance(numbers.read(module)?)?;
            ok(Provenance::write(provenance))
        }
        Op::Serialize { engine: number, module } => {
            ok(Base64(engine(number)?.serialize(numbers.read(module)?)?))
        }
        Op::Deserialize { engine: number, bytes } => {
            let engine = engine(number)?;
            deserialized(engine, names_of(number)?, engine.deserialize(&bytes.0)?)
        }
        Op::DeserializeFile { engine: number, path } => {
            let engine = engine(number)?;
            deserialized(engine, names_of(number)?, engine.deserialize_file(&path)?)
        }
        Op::CacheStats { engine: number } => ok(CacheStats::write(engine(number)?.cache_stats()?)),
        Op::CacheEntry { engine: number, module } => {
            ok(engine(number)?.cache_entry(numbers.read(module)?)?)
        }
        Op::Interrupt { engine: number } => {
            find(engines, number)?.interrupt()?;
            nothing()
        }
        op => Err(Fault::Internal(format!("`{}` is no request to an engine", op.name()))),
    }
}

fn hello(provider: &dyn Provider) -> Result<Hello, Fault> {
    let (identity, can) = (provider.identity()?, provider.capabilities());
    let has = |name: &&&str| match **name {
        "serialize" | "deserialize" | "deserialize_file" => can.serialize,
        "cache_entry" => can.disk_cache,
        "interrupt" => can.interrupt,
        "share_memory" | "adopt_memory" => can.threads,
        "collect" => can.collect,
        _ => true,
    };
    let ops = Op::NAMES.iter().filter(has);
    Ok(Hello {
        protocol: VERSION,
        name: identity.name,
        version: identity.version,
        target: identity.target,
        build: identity.build,
        notice: identity.notice,
        features: names(provider.features()),
        switches: names(can.switches),
        capabilities: can.names().map(str::to_string).collect(),
        ops: ops.map(|name| name.to_string()).collect(),
    })
}

fn compiled(engine: &dyn Engine, numbers: &EngineNames, module: Module) -> Result<Compiled, Fault> {
    let imports = engine.imports(module)?.into_iter();
    let imports = imports.map(|import| Import::write(import, numbers));
    let exports = match engine.exports(module) {
        Ok(exports) => {
            let exports = exports.into_iter().map(|export| Export::write(export, numbers));
            Some(exports.collect::<Result<_, _>>()?)
        }
        Err(Fault::Unsupported(_)) => None,
        Err(fault) => return Err(fault),
    };
    Ok(Compiled {
        module: numbers.write(module)?,
        imports: Some(imports.collect::<Result<_, _>>()?),
        exports,
    })
}

fn deserialized(
    engine: &dyn Engine,
    numbers: &EngineNames,
    how: Deserialized,
) -> Result<End, Fault> {
    match how {
        Deserialized::Module(module) => ok(compiled(engine, numbers, module)?),
        Deserialized::Incompatible(why) => Ok(End::Incompatible(why)),
        Deserialized::Corrupt(why) => Ok(End::Corrupt(why)),
    }
}
