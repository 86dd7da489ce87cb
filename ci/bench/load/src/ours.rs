//! Measures the reference engine through the trait that the harness uses. Takes modules and
//! artifacts; measures no time itself.

use crate::subject::{Link, Load, Subject};
use anyhow::{Result, bail};
use std::path::Path;
use std::sync::Arc;
use wassay_engine::{
    Config, Deserialized, Engine, Extern, ExternType, HostAction, Instantiated, Module, Session,
};

/// The engine with its default configuration.
pub struct Ours(Arc<dyn Engine>);

struct Loaded<'a> {
    engine: &'a dyn Engine,
    module: Module,
}

struct Linked {
    session: Box<dyn Session>,
    module: Module,
    imports: Vec<Extern>,
}

impl Ours {
    /// Starts the engine with all its features.
    pub fn start() -> Result<Ours> {
        let provider = wassay_cranelift::provider();
        Ok(Ours(provider.start(&Config::new(provider.features()))?))
    }
}

impl Subject for Ours {
    fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>> {
        match self.0.compile(wasm)? {
            Ok(module) => {
                let bytes = self.0.serialize(module)?;
                self.0.drop_module(module)?;
                Ok(bytes)
            }
            Err(rejected) => bail!("rejected: {rejected:?}"),
        }
    }

    fn load(&self, artifact: &Path) -> Result<Box<dyn Load + '_>> {
        match self.0.deserialize_file(artifact)? {
            Deserialized::Module(module) => Ok(Box::new(Loaded { engine: &*self.0, module })),
            other => bail!("not loaded: {other:?}"),
        }
    }
}

impl Load for Loaded<'_> {
    fn link(&self) -> Result<Box<dyn Link + '_>> {
        let mut session = self.engine.session()?;
        let mut imports = Vec::new();
        for import in self.engine.imports(self.module)? {
            imports.push(match import.ty {
                ExternType::Func(ty) => {
                    let action = HostAction::Trap(String::new());
                    Extern::Func(session.host_func(&ty, action)?)
                }
                ExternType::Memory(ty) => Extern::Memory(session.memory_new(ty)?),
                other => bail!("import {}: {other:?}", import.name),
            });
        }
        Ok(Box::new(Linked { session, module: self.module, imports }))
    }
}

impl Drop for Loaded<'_> {
    fn drop(&mut self) {
        // The handle belongs to this engine and is dropped once.
        let _ = self.engine.drop_module(self.module);
    }
}

impl Link for Linked {
    fn instantiate(&mut self) -> Result<()> {
        match self.session.instantiate(self.module, &self.imports)? {
            Instantiated::Ready(_) => Ok(()),
            other => bail!("not instantiated: {other:?}"),
        }
    }
}
