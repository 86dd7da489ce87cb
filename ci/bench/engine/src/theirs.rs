//! Measures wasmtime with its defaults: Cranelift at full speed, traps by signals, large
//! reservations, no fuel, no epochs. Takes modules; returns compiled code and instances; measures
//! no time itself. Its mitigations against speculation stay on by default. Ours has none, which
//! improves our figures for memory64, tables and indirect calls.

use crate::subject::{Run, Subject};
use anyhow::{Context, Result};
use std::any::Any;
use wasmtime::{Config, Engine, Instance, Module, OptLevel, Store, Strategy, TypedFunc};

/// wasmtime's engine.
pub struct Theirs(Engine);

struct Running {
    store: Store<()>,
    run: TypedFunc<u32, u32>,
}

impl Theirs {
    /// Starts the engine with the proposals that kernels need.
    pub fn start() -> Result<Theirs> {
        let mut config = Config::new();
        config.strategy(Strategy::Cranelift).cranelift_opt_level(OptLevel::Speed);
        config.signals_based_traps(true).parallel_compilation(true);
        config.wasm_tail_call(true).wasm_function_references(true);
        config.wasm_memory64(true).wasm_multi_memory(true);
        Ok(Theirs(Engine::new(&config)?))
    }
}

impl Subject for Theirs {
    fn compile(&self, wasm: &[u8]) -> Result<Box<dyn Any>> {
        Ok(Box::new(Module::from_binary(&self.0, wasm)?))
    }

    fn instantiate(&self, modules: &[Vec<u8>]) -> Result<Box<dyn Run>> {
        let mut store = Store::new(&self.0, ());
        let mut instances: Vec<Instance> = Vec::new();
        for wasm in modules {
            let module = Module::from_binary(&self.0, wasm)?;
            let mut imports = Vec::new();
            for import in module.imports() {
                let provider = instances.first().context("nothing to import from")?;
                let item = provider.get_export(&mut store, import.name());
                imports.push(item.with_context(|| format!("no export {}", import.name()))?);
            }
            instances.push(Instance::new(&mut store, &module, &imports)?);
        }
        let last = instances.last().context("a kernel without modules")?;
        let run = last.get_typed_func(&mut store, "run")?;
        Ok(Box::new(Running { store, run }))
    }
}

impl Run for Running {
    fn run(&mut self, count: u32) -> Result<u32> {
        Ok(self.run.call(&mut self.store, count)?)
    }
}
