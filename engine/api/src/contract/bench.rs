//! What the checks share: starting engines, tiny steps on a session, and how a check stops.

use super::wasm::Wasm;
use crate::config::{Capabilities, Config};
use crate::engine::{Engine, Provider, Session};
use crate::features::Feature;
use crate::handle::{Extern, Func, Global, Instance, Memory, Module, Table};
use crate::outcome::{Fault, Instantiated, Outcome, Trap, TrapKind};
use crate::value::Value;
use std::fmt::Debug;
use std::sync::Arc;

/// Why a check went no further.
pub enum Stop {
    Failed(String),
    Unsupported(String),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        match fault {
            Fault::Unsupported(what) => Stop::Unsupported(what),
            other => Stop::Failed(other.to_string()),
        }
    }
}

/// A check fails with these words.
pub fn fail<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(why.into()))
}

/// Two things ought to be equal.
pub fn equal<T: PartialEq + Debug>(what: &str, got: T, expected: T) -> Result<(), Stop> {
    if got == expected {
        return Ok(());
    }
    fail(format!("{what}: expected {expected:?}, got {got:?}"))
}

/// A misuse ought to be refused as one.
pub fn refused<T>(what: &str, result: Result<T, Fault>) -> Result<(), Stop> {
    match result {
        Err(Fault::Misuse(_)) => Ok(()),
        Err(Fault::Unsupported(what)) => Err(Stop::Unsupported(what)),
        Err(Fault::Internal(why)) => fail(format!("{what} ended in an internal fault: {why}")),
        Ok(_) => fail(format!("{what} was accepted")),
    }
}

/// The provider under test.
pub struct Bench<'p> {
    pub provider: &'p dyn Provider,
}

impl Bench<'_> {
    /// The configuration with all that the engines have.
    pub fn config(&self) -> Config {
        Config::new(self.provider.features())
    }

    /// An engine.
    pub fn engine(&self) -> Result<Arc<dyn Engine>, Stop> {
        Ok(self.provider.start(&self.config())?)
    }

    /// An engine with a session.
    pub fn open(&self) -> Result<Live, Stop> {
        Live::on(self.engine()?)
    }

    /// The check makes sense with this feature only.
    pub fn needs(&self, feature: Feature) -> Result<(), Stop> {
        if self.provider.features().has(feature) {
            return Ok(());
        }
        Err(Stop::Unsupported(format!("needs {feature}")))
    }

    /// The check makes sense with this capability only.
    pub fn claims(&self, claim: fn(&Capabilities) -> bool, what: &str) -> Result<(), Stop> {
        if claim(&self.provider.capabilities()) {
            return Ok(());
        }
        Err(Stop::Unsupported(format!("{what} is not claimed")))
    }

    /// A call ought to trap, with this kind where the engine claims to tell.
    pub fn trapped(&self, outcome: Outcome, kind: TrapKind) -> Result<Trap, Stop> {
        match outcome {
            Outcome::Trapped(trap) if trap.kind == kind => Ok(trap),
            Outcome::Trapped(trap) if !self.provider.capabilities().kinds => Ok(trap),
            other => fail(format!("expected the trap `{kind}`, got {other:?}")),
        }
    }
}

/// What is claimed must be there.
pub fn claimed<T>(what: &str, result: Result<T, Fault>) -> Result<T, Stop> {
    match result {
        Err(Fault::Unsupported(why)) => fail(format!("{what} is claimed, but unsupported: {why}")),
        other => Ok(other?),
    }
}

/// An engine with a session.
pub struct Live {
    pub engine: Arc<dyn Engine>,
    pub session: Box<dyn Session>,
}

impl Live {
    /// Opens a session.
    pub fn on(engine: Arc<dyn Engine>) -> Result<Live, Stop> {
        let session = engine.session()?;
        Ok(Live { engine, session })
    }

    /// Compiles what ought to compile.
    pub fn compile(&self, wasm: &Wasm) -> Result<Module, Stop> {
        match self.engine.compile(&wasm.bytes())? {
            Ok(module) => Ok(module),
            Err(rejected) => fail(format!("a valid module was rejected: {}", rejected.message)),
        }
    }

    /// Compiles and instantiates, however that ends.
    pub fn try_instantiate(
        &mut self,
        wasm: &Wasm,
        imports: &[Extern],
    ) -> Result<Instantiated, Stop> {
        let module = self.compile(wasm)?;
        Ok(self.session.instantiate(module, imports)?)
    }

    /// Compiles and instantiates what ought to work.
    pub fn instantiate(&mut self, wasm: &Wasm, imports: &[Extern]) -> Result<Instance, Stop> {
        match self.try_instantiate(wasm, imports)? {
            Instantiated::Ready(instance) => Ok(instance),
            other => fail(format!("a good module was not instantiated: {other:?}")),
        }
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Extern, Stop> {
        match self.session.export(instance, name)? {
            Some(item) => Ok(item),
            None => fail(format!("there is no export `{name}`")),
        }
    }

    pub fn func(&mut self, instance: Instance, name: &str) -> Result<Func, Stop> {
        match self.export(instance, name)? {
            Extern::Func(func) => Ok(func),
            other => fail(format!("the export `{name}` is a {}", other.kind())),
        }
    }

    pub fn table(&mut self, instance: Instance, name: &str) -> Result<Table, Stop> {
        match self.export(instance, name)? {
            Extern::Table(table) => Ok(table),
            other => fail(format!("the export `{name}` is a {}", other.kind())),
        }
    }

    pub fn memory(&mut self, instance: Instance, name: &str) -> Result<Memory, Stop> {
        match self.export(instance, name)? {
            Extern::Memory(memory) => Ok(memory),
            other => fail(format!("the export `{name}` is a {}", other.kind())),
        }
    }

    pub fn global(&mut self, instance: Instance, name: &str) -> Result<Global, Stop> {
        match self.export(instance, name)? {
            Extern::Global(global) => Ok(global),
            other => fail(format!("the export `{name}` is a {}", other.kind())),
        }
    }

    /// Calls an exported function.
    pub fn call(
        &mut self,
        instance: Instance,
        name: &str,
        args: &[Value],
    ) -> Result<Outcome, Stop> {
        let func = self.func(instance, name)?;
        Ok(self.session.call(func, args)?)
    }

    /// Calls an exported function that ought to return these values.
    pub fn returns(
        &mut self,
        instance: Instance,
        name: &str,
        args: &[Value],
        expected: &[Value],
    ) -> Result<(), Stop> {
        let outcome = self.call(instance, name, args)?;
        equal(name, outcome, Outcome::Returned(expected.to_vec()))
    }
}
