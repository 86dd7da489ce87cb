//! Measures the reference engine through the trait that the harness uses. Takes modules; returns
//! compiled code and instances. Measures no time itself.

use crate::subject::{Run, Subject};
use anyhow::{Result, bail};
use std::any::Any;
use std::sync::Arc;
use wassay_engine::{Config, Engine, Extern, Func, Instantiated, Module, Outcome, Session, Value};

/// The engine with its default configuration: no cache, guard pages, no interruption.
pub struct Ours(Arc<dyn Engine>);

struct Compiled {
    engine: Arc<dyn Engine>,
    module: Module,
}

struct Instance {
    session: Box<dyn Session>,
    run: Func,
}

impl Ours {
    /// Starts the engine with all its features.
    pub fn start() -> Result<Ours> {
        let provider = wassay_cranelift::provider();
        Ok(Ours(provider.start(&Config::new(provider.features()))?))
    }

    fn compiled(&self, wasm: &[u8]) -> Result<Module> {
        match self.0.compile(wasm)? {
            Ok(module) => Ok(module),
            Err(rejected) => bail!("rejected: {rejected:?}"),
        }
    }
}

impl Subject for Ours {
    fn compile(&self, wasm: &[u8]) -> Result<Box<dyn Any>> {
        let module = self.compiled(wasm)?;
        Ok(Box::new(Compiled { engine: Arc::clone(&self.0), module }))
    }

    fn instantiate(&self, modules: &[Vec<u8>]) -> Result<Box<dyn Run>> {
        let mut session = self.0.session()?;
        let mut instances = Vec::new();
        for wasm in modules {
            let module = self.compiled(wasm)?;
            let mut imports = Vec::new();
            for import in self.0.imports(module)? {
                let Some(&provider) = instances.first() else { bail!("nothing to import from") };
                match session.export(provider, &import.name)? {
                    Some(item) => imports.push(item),
                    None => bail!("no export {}", import.name),
                }
            }
            match session.instantiate(module, &imports)? {
                Instantiated::Ready(instance) => instances.push(instance),
                other => bail!("not instantiated: {other:?}"),
            }
        }
        let Some(&last) = instances.last() else { bail!("a kernel without modules") };
        match session.export(last, "run")? {
            Some(Extern::Func(run)) => Ok(Box::new(Instance { session, run })),
            other => bail!("`run` is {other:?}"),
        }
    }
}

impl Drop for Compiled {
    fn drop(&mut self) {
        // The handle belongs to this engine and is dropped once.
        let _ = self.engine.drop_module(self.module);
    }
}

impl Run for Instance {
    fn run(&mut self, count: u32) -> Result<u32> {
        match self.session.call(self.run, &[Value::I32(count)])? {
            Outcome::Returned(values) => match values[..] {
                [Value::I32(result)] => Ok(result),
                _ => bail!("`run` returned {values:?}"),
            },
            other => bail!("`run` did not return: {other:?}"),
        }
    }
}
