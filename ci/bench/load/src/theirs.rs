//! Measures wasmtime with its defaults. Takes modules and artifacts; measures no time itself.

use crate::subject::{Link, Load, Subject};
use anyhow::Result;
use std::path::Path;
use wasmtime::{
    Config, Engine, Extern, ExternType, Func, Global, Instance, Memory, Module, OptLevel, Ref,
    Store, Strategy, Table, Val,
};

/// wasmtime's engine.
pub struct Theirs(Engine);

struct Linked<'a> {
    module: &'a Module,
    store: Store<()>,
    imports: Vec<Extern>,
}

impl Theirs {
    /// Starts the engine.
    pub fn start() -> Result<Theirs> {
        let mut config = Config::new();
        config.strategy(Strategy::Cranelift).cranelift_opt_level(OptLevel::Speed);
        config.signals_based_traps(true).parallel_compilation(true);
        Ok(Theirs(Engine::new(&config)?))
    }
}

impl Subject for Theirs {
    fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>> {
        Ok(Module::from_binary(&self.0, wasm)?.serialize()?)
    }

    #[allow(unsafe_code)]
    fn load(&self, artifact: &Path) -> Result<Box<dyn Load + '_>> {
        // SAFETY: this process wrote the file with `serialize` and does not change it.
        Ok(Box::new(unsafe { Module::deserialize_file(&self.0, artifact) }?))
    }
}

impl Load for Module {
    fn link(&self) -> Result<Box<dyn Link + '_>> {
        let mut store = Store::new(self.engine(), ());
        let mut imports = Vec::new();
        for import in self.imports() {
            imports.push(match import.ty() {
                ExternType::Func(ty) => {
                    let stub = |_: wasmtime::Caller<'_, ()>, _: &[Val], _: &mut [Val]| Ok(());
                    Func::new(&mut store, ty, stub).into()
                }
                ExternType::Global(ty) => {
                    let value = Val::default_for_ty(ty.content()).unwrap_or(Val::I32(0));
                    Global::new(&mut store, ty, value)?.into()
                }
                ExternType::Memory(ty) => Memory::new(&mut store, ty)?.into(),
                ExternType::Table(ty) => {
                    let null = Ref::null(ty.element().heap_type());
                    Table::new(&mut store, ty, null)?.into()
                }
                ExternType::Tag(_) => anyhow::bail!("imported tag {}", import.name()),
            });
        }
        Ok(Box::new(Linked { module: self, store, imports }))
    }
}

impl Link for Linked<'_> {
    fn instantiate(&mut self) -> Result<()> {
        Instance::new(&mut self.store, self.module, &self.imports)?;
        Ok(())
    }
}
