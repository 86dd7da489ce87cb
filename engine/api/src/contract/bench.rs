//! Helpers of the checks: start engines, take small steps on a session, and stop a check early.

use super::wasm::Wasm;
use crate::config::{Capabilities, Config};
use crate::engine::{Engine, Provider, Session};
use crate::features::Feature;
use crate::handle::{Extern, Func, Global, Instance, Memory, Module, Table};
use crate::outcome::{Fault, Instantiated, Outcome, Trap, TrapKind};
use crate::value::Value;
use std::fmt::{Debug, Display};
use std::sync::Arc;

/// Why a check stopped early.
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

/// Fails the check with this message.
pub fn fail<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(why.into()))
}

/// Checks that two things are equal.
pub fn equal<T: PartialEq + Debug>(what: &str, got: T, expected: T) -> Result<(), Stop> {
    if got == expected {
        return Ok(());
    }
    fail(format!("{what}: expected {expected:?}, got {got:?}"))
}

/// The same for things with a form for readers.
pub fn equal_text<T: PartialEq + Display>(what: &str, got: T, expected: T) -> Result<(), Stop> {
    if got == expected {
        return Ok(());
    }
    fail(format!("{what}: expected: {expected}; got: {got}"))
}

/// Checks that a misuse is refused as one.
pub fn refused<T>(what: &str, result: Result<T, Fault>) -> Result<(), Stop> {
    refused_as("misuse", |fault| matches!(fault, Fault::Misuse(_)), what, result)
}

/// Checks that a handle of another owner is refused as one.
pub fn foreign<T>(what: &str, result: Result<T, Fault>) -> Result<(), Stop> {
    refused_as("foreign", |fault| matches!(fault, Fault::Foreign(_)), what, result)
}

/// Checks that a handle that was dropped is refused as one.
pub fn dropped<T>(what: &str, result: Result<T, Fault>) -> Result<(), Stop> {
    refused_as("dropped", |fault| matches!(fault, Fault::Dropped(_)), what, result)
}

fn refused_as<T>(
    kind: &str,
    is_kind: fn(&Fault) -> bool,
    what: &str,
    result: Result<T, Fault>,
) -> Result<(), Stop> {
    match result {
        Err(fault) if is_kind(&fault) => Ok(()),
        Err(Fault::Unsupported(what)) => Err(Stop::Unsupported(what)),
        Err(fault) => fail(format!("{what} is not refused as {kind}, but ended in {fault}")),
        Ok(_) => fail(format!("{what} was accepted")),
    }
}

/// The provider under test.
pub struct Bench<'p> {
    pub provider: &'p dyn Provider,
}

impl Bench<'_> {
    /// The configuration with all features of the engines.
    pub fn config(&self) -> Config {
        Config::new(self.provider.features())
    }

    /// Starts an engine.
    pub fn engine(&self) -> Result<Arc<dyn Engine>, Stop> {
        Ok(self.provider.start(&self.config())?)
    }

    /// Starts an engine and opens a session.
    pub fn open(&self) -> Result<Live, Stop> {
        Live::on(self.engine()?)
    }

    /// Stops the check as unsupported if the engines lack this feature.
    pub fn needs(&self, feature: Feature) -> Result<(), Stop> {
        if self.provider.features().has(feature) {
            return Ok(());
        }
        Err(Stop::Unsupported(format!("needs {feature}")))
    }

    /// Stops the check as unsupported if the engines do not claim this capability.
    pub fn claims(&self, claim: fn(&Capabilities) -> bool, what: &str) -> Result<(), Stop> {
        if claim(&self.provider.capabilities()) {
            return Ok(());
        }
        Err(Stop::Unsupported(format!("{what} is not claimed")))
    }

    /// Checks that a call trapped, with this kind if the engine claims to report kinds.
    pub fn trapped(&self, outcome: Outcome, kind: TrapKind) -> Result<Trap, Stop> {
        match outcome {
            Outcome::Trapped(trap) if trap.may_be(kind) => Ok(trap),
            Outcome::Trapped(trap) if !self.provider.capabilities().kinds => Ok(trap),
            other => fail(format!("expected the trap {}; got: {other}", kind.name())),
        }
    }
}

/// Checks that a claimed capability is supported.
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

    /// Compiles a module that must compile.
    pub fn compile(&self, wasm: &Wasm) -> Result<Module, Stop> {
        match self.engine.compile(&wasm.bytes())? {
            Ok(module) => Ok(module),
            Err(rejected) => fail(format!("a valid module was rejected: {}", rejected.message)),
        }
    }

    /// Compiles and instantiates; returns any outcome.
    pub fn try_instantiate(
        &mut self,
        wasm: &Wasm,
        imports: &[Extern],
    ) -> Result<Instantiated, Stop> {
        let module = self.compile(wasm)?;
        Ok(self.session.instantiate(module, imports)?)
    }

    /// Compiles and instantiates a module that must instantiate.
    pub fn instantiate(&mut self, wasm: &Wasm, imports: &[Extern]) -> Result<Instance, Stop> {
        match self.try_instantiate(wasm, imports)? {
            Instantiated::Ready(instance) => Ok(instance),
            other => fail(format!("a good module was not instantiated: {other}")),
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

    /// Calls an exported function that must return these values.
    pub fn returns(
        &mut self,
        instance: Instance,
        name: &str,
        args: &[Value],
        expected: &[Value],
    ) -> Result<(), Stop> {
        let outcome = self.call(instance, name, args)?;
        equal_text(name, outcome, Outcome::Returned(expected.to_vec()))
    }
}
