//! Implements the adapter's trait for wasmi: config, modules, stores and their contents.

use crate::outcome::{stop, unlinkable};
use crate::types::*;
use crate::value::{lift, lift_all, lift_item, lower, lower_all, lower_item, lower_ref};
use std::collections::HashMap;
use std::convert::Infallible;
use wasmi::errors::{ErrorKind, TableError};
use wasmi::{
    AsContextMut, Engine, Error, Extern, Func, Global, Instance, Memory, Module, Mutability, Store,
    Table,
};
use wassay_adapter::{Deed, Host, Imports, Item, Plain, Stop, Val};
use wassay_engine::{
    Capabilities, Config, ExportType, ExternType, Fault, Feature, Features, FuncType, GlobalType,
    Identity, ImportType, MemoryType, Rejected, TableType,
};

/// The exact version that this adapter is built for.
const VERSION: &str = "2.0.0";

/// wasmi touches every byte of a memory or table at once, so a module that asks for what it never
/// uses would take the machine's memory.
const MAX_MEMORY_BYTES: usize = 2 << 30;
const MAX_TABLE_ELEMENTS: usize = 1 << 24;

/// A store of wasmi.
pub struct Wasmi(Store<Data>);

/// What wasmi's store keeps for us.
pub struct Data {
    pub external: HashMap<u32, wasmi::ExternRef>,
    limits: wasmi::StoreLimits,
}

impl Plain for Wasmi {
    type Engine = Engine;
    type Module = Module;
    type Instance = Instance;
    type Func = Func;
    type Table = Table;
    type Memory = Memory;
    type Global = Global;
    type Tag = Infallible;
    type Object = Infallible;

    /// The proposals that wasmi 2.0.0 has a switch for, and modules that it ignores rightly: it
    /// skips custom sections, which is all that annotations become in the binary format. It does
    /// not look into branch hints, so it does not have *branch-hinting*.
    const FEATURES: Features = Features::WASM2.and(Features::of(&[
        Feature::RelaxedSimd,
        Feature::TailCall,
        Feature::ExtendedConst,
        Feature::MultiMemory,
        Feature::Memory64,
        Feature::WideArithmetic,
        Feature::CustomPageSizes,
        Feature::Annotations,
    ]));

    fn identity() -> Result<Identity, Fault> {
        Ok(Identity::here("wasmi", VERSION))
    }

    /// No stages: wasmi passes on the one error type of its parser. No interruption: a start
    /// function that ran out of fuel cannot be resumed, so fuel cannot stand in for it.
    fn capabilities() -> Capabilities {
        Capabilities { kinds: true, switches: Self::FEATURES, ..Capabilities::default() }
    }

    fn start(config: &Config) -> Result<Engine, Fault> {
        let has = |feature| config.features.has(feature);
        let mut config = wasmi::Config::default();
        config
            .wasm_mutable_global(has(Feature::MutableGlobal))
            .wasm_sign_extension(has(Feature::SignExtension))
            .wasm_saturating_float_to_int(has(Feature::SaturatingFloatToInt))
            .wasm_multi_value(has(Feature::MultiValue))
            .wasm_bulk_memory(has(Feature::BulkMemory))
            .wasm_reference_types(has(Feature::ReferenceTypes))
            .wasm_simd(has(Feature::Simd))
            .wasm_relaxed_simd(has(Feature::RelaxedSimd))
            .wasm_tail_call(has(Feature::TailCall))
            .wasm_extended_const(has(Feature::ExtendedConst))
            .wasm_multi_memory(has(Feature::MultiMemory))
            .wasm_memory64(has(Feature::Memory64))
            .wasm_wide_arithmetic(has(Feature::WideArithmetic))
            .wasm_custom_page_sizes(has(Feature::CustomPageSizes))
            // A module is rejected when it is compiled, not when it is first called.
            .compilation_mode(wasmi::CompilationMode::Eager);
        Ok(Engine::new(&config))
    }

    /// wasmi's parser has one error for malformed and invalid: the stage is not known.
    fn compile(engine: &Engine, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let error = match Module::new(engine, wasm) {
            Ok(module) => return Ok(Ok(module)),
            Err(error) => error,
        };
        let offset = match error.kind() {
            // A limit of wasmi's own.
            ErrorKind::Translation(_) | ErrorKind::ImplementationLimits(_) => {
                return Err(Fault::unsupported(error.to_string()));
            }
            ErrorKind::Wasm(error) => Some(error.offset()),
            _ => None,
        };
        Ok(Err(Rejected { stage: None, message: error.to_string(), offset }))
    }

    fn imports(module: &Module) -> Result<Vec<ImportType>, Fault> {
        let import = |import: wasmi::ImportType<'_>| ImportType {
            module: import.module().to_string(),
            name: import.name().to_string(),
            ty: lift_extern(import.ty()),
        };
        Ok(module.imports().map(import).collect())
    }

    fn exports(module: &Module) -> Result<Vec<ExportType>, Fault> {
        let export = |export: wasmi::ExportType<'_>| ExportType {
            name: export.name().to_string(),
            ty: lift_extern(export.ty()),
        };
        Ok(module.exports().map(export).collect())
    }

    fn open(engine: &Engine) -> Result<Wasmi, Fault> {
        let limits = wasmi::StoreLimitsBuilder::new()
            .memory_size(MAX_MEMORY_BYTES)
            .table_elements(MAX_TABLE_ELEMENTS)
            .instances(usize::MAX)
            .tables(usize::MAX)
            .memories(usize::MAX)
            .build();
        let mut store = Store::new(engine, Data { external: HashMap::new(), limits });
        store.limiter(|data| &mut data.limits);
        Ok(Wasmi(store))
    }

    fn instantiate(
        &mut self,
        module: &Module,
        imports: &Imports<'_, Self>,
    ) -> Result<Instance, Stop<Self>> {
        // wasmi groups imports by kind, and takes them in that order.
        let items: Vec<_> = imports.by_kind().map(|import| lower_item(&import.item)).collect();
        Instance::new(&mut self.0, module, &items).map_err(|error| {
            match unlinkable(&error, |module, name| imports.position(module, name)) {
                Some(error) => Stop::Unlinkable(error),
                None => stop(&error),
            }
        })
    }

    fn export(&mut self, instance: &Instance, name: &str) -> Result<Option<Item<Self>>, Fault> {
        Ok(instance.get_export(&self.0, name).map(lift_item))
    }

    fn call(&mut self, func: &Func, args: &[Val<Self>]) -> Result<Vec<Val<Self>>, Stop<Self>> {
        let args = lower_all(&mut self.0, args)?;
        let mut results = vec![wasmi::Val::I32(0); func.ty(&self.0).results().len()];
        func.call(&mut self.0, &args, &mut results).map_err(|error| stop(&error))?;
        Ok(lift_all(&self.0, &results)?)
    }

    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault> {
        Ok(match lower_item(item) {
            Extern::Func(func) => ExternType::Func(lift_func(&func.ty(&self.0))),
            Extern::Global(global) => ExternType::Global(lift_global(global.ty(&self.0))),
            Extern::Table(table) => ExternType::Table(TableType {
                minimum: table.size(&self.0),
                ..lift_table(table.ty(&self.0))
            }),
            Extern::Memory(memory) => ExternType::Memory(MemoryType {
                minimum: memory.size(&self.0),
                ..lift_memory(memory.ty(&self.0))
            }),
        })
    }

    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<Func, Fault> {
        let ty = lower_func(ty)?;
        Ok(Func::new(&mut self.0, ty, move |mut caller, args, results| {
            let fails = |fault| Error::new(host.ends(Stop::Fault(fault)));
            match host.called(lift_all(&caller, args).map_err(fails)?) {
                Deed::Return(values) => {
                    let values = lower_all(&mut caller, &values).map_err(fails)?;
                    results.clone_from_slice(&values);
                    Ok(())
                }
                Deed::Trap(message) => Err(Error::new(message)),
                Deed::Throw(never, _) => match never {},
                Deed::Call(func, _depth) => func.call(caller.as_context_mut(), args, results),
            }
        }))
    }

    /// wasmi's handles are not `Eq`; their debug form is the store and the place in it, which is
    /// identity.
    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        Ok(format!("{:?}", lower_item(a)) == format!("{:?}", lower_item(b)))
    }

    fn global_new(&mut self, ty: GlobalType, value: Val<Self>) -> Result<Global, Fault> {
        let value = lower(&mut self.0, &value)?;
        let mutability = if ty.mutable { Mutability::Var } else { Mutability::Const };
        Ok(Global::new(&mut self.0, value, mutability))
    }

    fn global_get(&mut self, global: &Global) -> Result<Val<Self>, Fault> {
        lift(&self.0, &global.get(&self.0))
    }

    fn global_set(&mut self, global: &Global, value: Val<Self>) -> Result<(), Fault> {
        let value = lower(&mut self.0, &value)?;
        global.set(&mut self.0, value).map_err(Fault::of)
    }

    fn table_new(&mut self, ty: TableType, init: Val<Self>) -> Result<Table, Fault> {
        let init = lower_ref(&mut self.0, &init)?;
        Table::new(&mut self.0, lower_table(ty)?, init).map_err(Fault::of)
    }

    fn table_get(&mut self, table: &Table, index: u64) -> Result<Option<Val<Self>>, Fault> {
        let element = table.get(&self.0, index);
        element.map(|element| lift(&self.0, &element.into())).transpose()
    }

    fn table_set(&mut self, table: &Table, index: u64, value: Val<Self>) -> Result<bool, Fault> {
        let value = lower_ref(&mut self.0, &value)?;
        match table.set(&mut self.0, index, value) {
            Ok(()) => Ok(true),
            Err(TableError::SetOutOfBounds) => Ok(false),
            Err(error) => Err(Fault::of(error)),
        }
    }

    fn table_grow(
        &mut self,
        table: &Table,
        delta: u64,
        init: Val<Self>,
    ) -> Result<Option<u64>, Fault> {
        let init = lower_ref(&mut self.0, &init)?;
        Ok(table.grow(&mut self.0, delta, init).ok())
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        Memory::new(&mut self.0, lower_memory(ty)?).map_err(Fault::of)
    }

    fn memory_read(&mut self, memory: &Memory, at: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        memory.read(&self.0, at, buffer).map_err(Fault::of)
    }

    fn memory_write(&mut self, memory: &Memory, at: usize, bytes: &[u8]) -> Result<(), Fault> {
        memory.write(&mut self.0, at, bytes).map_err(Fault::of)
    }

    fn memory_grow(&mut self, memory: &Memory, delta: u64) -> Result<Option<u64>, Fault> {
        Ok(memory.grow(&mut self.0, delta).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_pinned() {
        let manifest = include_str!("../../../../Cargo.toml");
        assert!(manifest.contains(&format!("wasmi = {{ version = \"={VERSION}\"")));
    }
}
