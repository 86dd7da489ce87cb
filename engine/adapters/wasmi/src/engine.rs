//! Implements the adapter's trait for wasmi: config, modules, values, stores and their contents.

use crate::bounds::Bounds;
use crate::outcome::stop;
use crate::types::{lift_extern, lower_func, lower_memory, lower_table};
use std::convert::Infallible;
use wasmi::errors::ErrorKind;
use wasmi::{
    AsContextMut, Config, Engine, Error, Extern, ExternRef, F32, F64, Func, Global, Instance,
    Memory, Module, Mutability, Nullable, Ref, Store, Table, V128, Val,
};
use wassay_adapter::{self as adapter, Deed, Host, Imports, Item, Plain, Stop, Switches};
use wassay_engine::{
    Capabilities, ExportType, ExternType, Fault, Feature, Features, FuncType, GlobalType,
    Hierarchy, Identity, ImportType, MemoryType, Rejected, TableType,
};
use wassay_rejection::{Message, is_limit};

const SWITCHES: Switches<Config> = Switches(&[
    (Feature::MutableGlobal, Config::wasm_mutable_global),
    (Feature::SignExtension, Config::wasm_sign_extension),
    (Feature::SaturatingFloatToInt, Config::wasm_saturating_float_to_int),
    (Feature::MultiValue, Config::wasm_multi_value),
    (Feature::BulkMemory, Config::wasm_bulk_memory),
    (Feature::ReferenceTypes, Config::wasm_reference_types),
    (Feature::Simd, Config::wasm_simd),
    (Feature::RelaxedSimd, Config::wasm_relaxed_simd),
    (Feature::TailCall, Config::wasm_tail_call),
    (Feature::ExtendedConst, Config::wasm_extended_const),
    (Feature::MultiMemory, Config::wasm_multi_memory),
    (Feature::Memory64, Config::wasm_memory64),
    (Feature::WideArithmetic, Config::wasm_wide_arithmetic),
    (Feature::CustomPageSizes, Config::wasm_custom_page_sizes),
]);

/// A store of wasmi.
pub struct Wasmi(Store<Bounds>);

impl Plain for Wasmi {
    type Engine = Engine;
    type Module = Module;
    type Instance = Instance;
    type Value = Val;
    type Func = Func;
    type Table = Table;
    type Memory = Memory;
    type Global = Global;
    type Tag = Infallible;
    type External = ExternRef;
    type Object = Infallible;

    /// With annotations, which are custom sections in the binary format: wasmi skips them, as it
    /// should. Without *branch-hinting*: wasmi does not look into branch hints either.
    const FEATURES: Features = SWITCHES.features().with(Feature::Annotations);

    fn identity() -> Result<Identity, Fault> {
        Ok(Identity::here("wasmi", "2.0.0"))
    }

    /// No stages: wasmi passes on the one error type of its parser. No interruption: a start
    /// function that ran out of fuel cannot be resumed, so fuel cannot stand in for it.
    fn capabilities() -> Capabilities {
        Capabilities { kinds: true, switches: Self::FEATURES, ..Capabilities::default() }
    }

    fn start(wanted: &wassay_engine::Config) -> Result<Engine, Fault> {
        let mut config = Config::default();
        // A module is rejected when it is compiled, not when it is first called.
        config.compilation_mode(wasmi::CompilationMode::Eager);
        Ok(Engine::new(SWITCHES.set(&mut config, wanted.features)))
    }

    /// wasmi's parser has one error for malformed and invalid: the stage is not known.
    fn compile(engine: &Engine, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        let error = match Module::new(engine, wasm) {
            Ok(module) => return Ok(Ok(module)),
            Err(error) => error,
        };
        let message = error.to_string();
        let offset = match error.kind() {
            // A limit of wasmi's own.
            ErrorKind::Translation(_) | ErrorKind::ImplementationLimits(_) => {
                return Err(Fault::Unsupported(message));
            }
            ErrorKind::Wasm(error) => {
                let offset = error.offset();
                if is_limit(wasm, Message { text: error.message(), offset }) {
                    return Err(Fault::unsupported(error.message()));
                }
                Some(offset)
            }
            _ => None,
        };
        Ok(Err(Rejected { stage: None, message, offset }))
    }

    fn imports(module: &Module) -> Result<Vec<ImportType>, Fault> {
        let import = |import: wasmi::ImportType<'_>| {
            Ok(ImportType::new(import.module(), import.name(), lift_extern(import.ty())?))
        };
        module.imports().map(import).collect()
    }

    fn exports(module: &Module) -> Result<Vec<ExportType>, Fault> {
        let export = |export: wasmi::ExportType<'_>| {
            Ok(ExportType::new(export.name(), lift_extern(export.ty())?))
        };
        module.exports().map(export).collect()
    }

    fn open(engine: &Engine) -> Result<Wasmi, Fault> {
        let mut store = Store::new(engine, Bounds::default());
        store.limiter(|bounds| bounds);
        Ok(Wasmi(store))
    }

    fn instantiate(
        &mut self,
        module: &Module,
        imports: &Imports<'_, Self>,
    ) -> Result<Instance, Stop<Self>> {
        // wasmi groups imports by kind, and takes them in that order.
        let items: Vec<_> = imports.by_kind().map(|import| to_extern(&import.item)).collect();
        Instance::new(&mut self.0, module, &items).map_err(|error| {
            match self.0.data_mut().refused() {
                Some(what) => Fault::Unsupported(what).into(),
                None => stop(error),
            }
        })
    }

    fn export(&mut self, instance: &Instance, name: &str) -> Result<Option<Item<Self>>, Fault> {
        Ok(instance.get_export(&self.0, name).map(lift_item))
    }

    fn call(&mut self, func: &Func, args: &[Val]) -> Result<Vec<Val>, Stop<Self>> {
        let mut results = vec![Val::I32(0); func.ty(&self.0).results().len()];
        func.call(&mut self.0, args, &mut results).map_err(stop)?;
        Ok(results)
    }

    fn lift(value: &Val) -> Result<adapter::Val<Self>, Fault> {
        Ok(match *value {
            Val::I32(value) => adapter::Val::I32(value.cast_unsigned()),
            Val::I64(value) => adapter::Val::I64(value.cast_unsigned()),
            Val::F32(value) => adapter::Val::F32(value.to_bits()),
            Val::F64(value) => adapter::Val::F64(value.to_bits()),
            Val::V128(value) => adapter::Val::V128(value.as_u128()),
            Val::FuncRef(Nullable::Null) => adapter::Val::Null(Hierarchy::Func),
            Val::FuncRef(Nullable::Val(func)) => adapter::Val::Func(func),
            Val::ExternRef(Nullable::Null) => adapter::Val::Null(Hierarchy::Extern),
            Val::ExternRef(Nullable::Val(external)) => adapter::Val::Extern(external),
        })
    }
    fn lower(value: adapter::Val<Self>) -> Result<Val, Fault> {
        Ok(match value {
            adapter::Val::I32(value) => Val::I32(value.cast_signed()),
            adapter::Val::I64(value) => Val::I64(value.cast_signed()),
            adapter::Val::F32(bits) => Val::F32(F32::from_bits(bits)),
            adapter::Val::F64(bits) => Val::F64(F64::from_bits(bits)),
            adapter::Val::V128(bits) => Val::V128(V128::from(bits)),
            adapter::Val::Null(Hierarchy::Func) => Val::FuncRef(Nullable::Null),
            adapter::Val::Null(Hierarchy::Extern) => Val::ExternRef(Nullable::Null),
            adapter::Val::Func(func) => Val::from(func),
            adapter::Val::Extern(external) => Val::from(external),
            _ => return Err(Fault::unsupported("references of the collector and of exceptions")),
        })
    }

    fn external(&mut self, number: u32) -> Result<ExternRef, Fault> {
        Ok(ExternRef::new(&mut self.0, number))
    }
    fn number(&mut self, external: &ExternRef) -> Option<u32> {
        external.data(&self.0).downcast_ref().copied()
    }

    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault> {
        lift_extern(&to_extern(item).ty(&self.0))
    }

    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<Func, Fault> {
        Ok(Func::new(&mut self.0, lower_func(ty)?, move |mut caller, args, results| {
            match host.called(args) {
                Deed::Return(values) => results.clone_from_slice(&values),
                Deed::Trap(message) => return Err(Error::new(message)),
                Deed::Throw(never, _) => match never {},
                Deed::Call(func, _depth) => func.call(caller.as_context_mut(), args, results)?,
            }
            Ok(())
        }))
    }

    /// wasmi's handles are not `Eq`, but their debug form names the store and the place in it.
    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        Ok(format!("{:?}", to_extern(a)) == format!("{:?}", to_extern(b)))
    }

    fn global_new(&mut self, ty: GlobalType, value: Val) -> Result<Global, Fault> {
        let mutability = if ty.mutable { Mutability::Var } else { Mutability::Const };
        Ok(Global::new(&mut self.0, value, mutability))
    }
    fn global_get(&mut self, global: &Global) -> Result<Val, Fault> {
        Ok(global.get(&self.0))
    }
    fn global_set(&mut self, global: &Global, value: Val) -> Result<(), Fault> {
        global.set(&mut self.0, value).map_err(Fault::of)
    }

    fn table_new(&mut self, ty: TableType, init: Val) -> Result<Table, Fault> {
        let made = Table::new(&mut self.0, lower_table(ty)?, to_ref(init)?);
        made.map_err(|error| self.fault(error))
    }
    fn table_size(&mut self, table: &Table) -> Result<u64, Fault> {
        Ok(table.size(&self.0))
    }
    fn table_get(&mut self, table: &Table, index: u64) -> Result<Val, Fault> {
        table.get(&self.0, index).map(Val::from).ok_or_else(|| Fault::internal("no element there"))
    }
    fn table_set(&mut self, table: &Table, index: u64, value: Val) -> Result<(), Fault> {
        table.set(&mut self.0, index, to_ref(value)?).map_err(Fault::of)
    }
    fn table_grow(&mut self, table: &Table, delta: u64, init: Val) -> Result<Option<u64>, Fault> {
        Ok(table.grow(&mut self.0, delta, to_ref(init)?).ok())
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        let made = Memory::new(&mut self.0, lower_memory(ty)?);
        made.map_err(|error| self.fault(error))
    }
    fn memory_size(&mut self, memory: &Memory) -> Result<u64, Fault> {
        Ok(memory.size(&self.0))
    }
    fn memory_bytes(&mut self, memory: &Memory) -> Result<&mut [u8], Fault> {
        Ok(memory.data_mut(&mut self.0))
    }
    fn memory_grow(&mut self, memory: &Memory, delta: u64) -> Result<Option<u64>, Fault> {
        Ok(memory.grow(&mut self.0, delta).ok())
    }
}

impl Wasmi {
    /// Why a memory or table was not created.
    fn fault(&mut self, error: Error) -> Fault {
        self.0.data_mut().refused().map_or_else(|| Fault::of(error), Fault::Unsupported)
    }
}

fn to_extern(item: &Item<Wasmi>) -> Extern {
    item.clone().into_extern(|never| match never {})
}

fn lift_item(item: Extern) -> Item<Wasmi> {
    match item {
        Extern::Func(func) => Item::Func(func),
        Extern::Table(table) => Item::Table(table),
        Extern::Memory(memory) => Item::Memory(memory),
        Extern::Global(global) => Item::Global(global),
    }
}

/// wasmi's tables take references only.
fn to_ref(value: Val) -> Result<Ref, Fault> {
    match value {
        Val::FuncRef(func) => Ok(Ref::Func(func)),
        Val::ExternRef(external) => Ok(Ref::Extern(external)),
        _ => Err(Fault::misuse("an element that is no reference")),
    }
}
