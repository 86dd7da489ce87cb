//! Implements the adapter's trait for tinywasm: modules, values, stores and their contents.

use crate::functions::{Address, Functions};
use crate::outcome::{rejection, stop};
use crate::types::{
    lift_export, lift_global, lift_import, lift_memory, lift_table, lower_func, lower_global,
    lower_memory, lower_table,
};
use std::convert::Infallible;
use tinywasm::types::{ExternRef, ExternVal, FuncRef, WasmValue};
use tinywasm::{
    Engine, Error, Extern, ExternItem, Global, HostFunction, Memory, Module, ModuleInstance, Store,
    Table,
};
use wassay_adapter::{Deed, Host, Imports, Item, Plain, Stop, Val};
use wassay_engine::{
    Capabilities, ExportType, ExternType, Fault, Feature, Features, FuncType, GlobalType,
    Hierarchy, Identity, ImportType, MemoryType, Rejected, TableType,
};

/// A store of tinywasm.
pub struct Tinywasm {
    store: Store,
    functions: Functions,
    /// The number of instances in the store.
    instances: u32,
    /// The numbers of host values. An `externref` of tinywasm is a number, of which the largest is
    /// null, so it is the position here.
    externals: Vec<u32>,
}

impl Plain for Tinywasm {
    type Engine = Engine;
    type Module = Module;
    type Instance = ModuleInstance;
    type Value = WasmValue;
    type Func = Address;
    type Table = Table;
    type Memory = Memory;
    type Global = Global;
    type Tag = Infallible;
    type External = u32;
    type Object = Infallible;

    /// What tinywasm always turns on. Without *function-references*, although its validator accepts
    /// them: no other part of tinywasm does.
    const FEATURES: Features = Features::of(&[
        Feature::MutableGlobal,
        Feature::SignExtension,
        Feature::SaturatingFloatToInt,
        Feature::MultiValue,
        Feature::BulkMemory,
        Feature::ReferenceTypes,
        Feature::Simd,
        Feature::RelaxedSimd,
        Feature::TailCall,
        Feature::ExtendedConst,
        Feature::MultiMemory,
        Feature::Memory64,
        Feature::WideArithmetic,
        Feature::CustomPageSizes,
        Feature::Annotations,
    ]);

    fn identity() -> Result<Identity, Fault> {
        Ok(Identity::here("tinywasm", "0.10.0"))
    }

    /// No switches: tinywasm has one set of features. No interruption: a start function cannot be
    /// resumed, so fuel cannot stand in for it.
    fn capabilities() -> Capabilities {
        Capabilities { kinds: true, ..Capabilities::default() }
    }

    fn start(_: &wassay_engine::Config) -> Result<Engine, Fault> {
        Ok(Engine::default())
    }

    fn compile(_: &Engine, wasm: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        match tinywasm::parse_bytes(wasm) {
            Ok(module) => Ok(Ok(module)),
            Err(error) => rejection(wasm, error).map(Err),
        }
    }

    fn imports(module: &Module) -> Result<Vec<ImportType>, Fault> {
        let import = |import: tinywasm::types::ModuleImport<'_>| {
            Ok(ImportType::new(import.module, import.name, lift_import(&import.ty)?))
        };
        module.imports().map(import).collect()
    }

    fn exports(module: &Module) -> Result<Vec<ExportType>, Fault> {
        let export = |export: tinywasm::types::ModuleExport<'_>| {
            Ok(ExportType::new(export.name, lift_export(&export.ty)?))
        };
        module.exports().map(export).collect()
    }

    fn open(engine: &Engine) -> Result<Tinywasm, Fault> {
        Ok(Tinywasm {
            store: Store::new(engine.clone()),
            functions: Functions::default(),
            instances: 0,
            externals: Vec::new(),
        })
    }

    fn instantiate(
        &mut self,
        module: &Module,
        imports: &Imports<'_, Self>,
    ) -> Result<ModuleInstance, Stop<Self>> {
        let mut given = tinywasm::Imports::new();
        for import in imports.by_name(|a, b| self.same_item(a, b))? {
            given.define(import.module, import.name, self.to_extern(&import.item)?);
        }
        let made = ModuleInstance::instantiate(&mut self.store, module, Some(given));
        // The store keeps some instances whose instantiation fails.
        if let Some(instance) = self.store.get_module_instance(self.instances) {
            self.instances += 1;
            self.functions.add_all(&self.store, module, &instance)?;
        }
        made.map_err(stop)
    }

    fn export(
        &mut self,
        instance: &ModuleInstance,
        name: &str,
    ) -> Result<Option<Item<Self>>, Fault> {
        match instance.export_addr(name) {
            None => return Ok(None),
            Some(ExternVal::Func(address)) => return Ok(Some(Item::Func(address))),
            Some(_) => {}
        }
        Ok(Some(match instance.extern_item(name).map_err(Fault::of)? {
            ExternItem::Func(_) => return Err(Fault::internal("an export of two kinds")),
            ExternItem::Table(table) => Item::Table(table),
            ExternItem::Memory(memory) => Item::Memory(memory),
            ExternItem::Global(global) => Item::Global(global),
        }))
    }

    fn call(&mut self, func: &Address, args: &[WasmValue]) -> Result<Vec<WasmValue>, Stop<Self>> {
        self.functions.handle(*func)?.call(&mut self.store, args).map_err(stop)
    }

    fn lift(value: &WasmValue) -> Result<Val<Self>, Fault> {
        Ok(match *value {
            WasmValue::I32(value) => Val::I32(value.cast_unsigned()),
            WasmValue::I64(value) => Val::I64(value.cast_unsigned()),
            WasmValue::F32(value) => Val::F32(value.to_bits()),
            WasmValue::F64(value) => Val::F64(value.to_bits()),
            WasmValue::V128(bytes) => Val::V128(u128::from_le_bytes(bytes)),
            WasmValue::RefFunc(func) => func.addr().map_or(Val::Null(Hierarchy::Func), Val::Func),
            WasmValue::RefExtern(external) => {
                external.addr().map_or(Val::Null(Hierarchy::Extern), Val::Extern)
            }
        })
    }
    fn lower(value: Val<Self>) -> Result<WasmValue, Fault> {
        Ok(match value {
            Val::I32(value) => WasmValue::I32(value.cast_signed()),
            Val::I64(value) => WasmValue::I64(value.cast_signed()),
            Val::F32(bits) => WasmValue::F32(f32::from_bits(bits)),
            Val::F64(bits) => WasmValue::F64(f64::from_bits(bits)),
            Val::V128(bits) => WasmValue::V128(bits.to_le_bytes()),
            Val::Null(Hierarchy::Func) => WasmValue::RefFunc(FuncRef::null()),
            Val::Null(Hierarchy::Extern) => WasmValue::RefExtern(ExternRef::null()),
            Val::Func(address) => WasmValue::RefFunc(FuncRef::new(Some(address))),
            Val::Extern(at) => WasmValue::RefExtern(ExternRef::new(Some(at))),
            _ => return Err(Fault::unsupported("references of the collector and of exceptions")),
        })
    }

    fn external(&mut self, number: u32) -> Result<u32, Fault> {
        let at = u32::try_from(self.externals.len()).map_err(Fault::of)?;
        self.externals.push(number);
        Ok(at)
    }
    fn number(&mut self, external: &u32) -> Option<u32> {
        self.externals.get(*external as usize).copied()
    }

    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault> {
        Ok(match item {
            Item::Func(address) => ExternType::Func(self.functions.ty(*address)?),
            Item::Table(table) => {
                ExternType::Table(lift_table(&table.ty(&self.store).map_err(Fault::of)?)?)
            }
            Item::Memory(memory) => {
                ExternType::Memory(lift_memory(memory.ty(&self.store).map_err(Fault::of)?))
            }
            Item::Global(global) => {
                ExternType::Global(lift_global(&global.ty(&self.store).map_err(Fault::of)?)?)
            }
            Item::Tag(never) => match *never {},
        })
    }

    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<Address, Fault> {
        let functions = self.functions.clone();
        let lowered = lower_func(ty)?;
        let function = HostFunction::from_untyped(
            &mut self.store,
            &lowered,
            move |mut caller, args| match host.called(args) {
                Deed::Return(values) => Ok(values),
                Deed::Trap(message) => Err(Error::Other(message)),
                Deed::Throw(never, _) => match never {},
                Deed::Call(func, _depth) => {
                    let function = functions.handle(func);
                    let function = function.map_err(|fault| Error::Other(fault.to_string()))?;
                    caller.call_untyped(&function, args)
                }
            },
        );
        self.functions.add(function, ty.clone())
    }

    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        Ok(match (a, b) {
            (Item::Func(a), Item::Func(b)) => a == b,
            (Item::Table(a), Item::Table(b)) => a == b,
            (Item::Memory(a), Item::Memory(b)) => a == b,
            (Item::Global(a), Item::Global(b)) => a == b,
            _ => false,
        })
    }

    fn global_new(&mut self, ty: GlobalType, value: WasmValue) -> Result<Global, Fault> {
        Global::new(&mut self.store, lower_global(&ty)?, value).map_err(Fault::of)
    }
    fn global_get(&mut self, global: &Global) -> Result<WasmValue, Fault> {
        global.get(&self.store).map_err(Fault::of)
    }
    fn global_set(&mut self, global: &Global, value: WasmValue) -> Result<(), Fault> {
        global.set(&mut self.store, value).map_err(Fault::of)
    }

    fn table_new(&mut self, ty: TableType, init: WasmValue) -> Result<Table, Fault> {
        Table::new(&mut self.store, lower_table(ty)?, init).map_err(Fault::of)
    }
    fn table_size(&mut self, table: &Table) -> Result<u64, Fault> {
        table.size(&self.store).map(|size| size as u64).map_err(Fault::of)
    }
    fn table_get(&mut self, table: &Table, index: u64) -> Result<WasmValue, Fault> {
        table.get(&self.store, u32::try_from(index).map_err(Fault::of)?).map_err(Fault::of)
    }
    fn table_set(&mut self, table: &Table, index: u64, value: WasmValue) -> Result<(), Fault> {
        let index = u32::try_from(index).map_err(Fault::of)?;
        table.set(&mut self.store, index, value).map_err(Fault::of)
    }
    /// No table of tinywasm can grow by more than an `i32` counts.
    fn table_grow(
        &mut self,
        table: &Table,
        delta: u64,
        init: WasmValue,
    ) -> Result<Option<u64>, Fault> {
        let Ok(delta) = i32::try_from(delta) else { return Ok(None) };
        Ok(table.grow(&mut self.store, delta, init).ok().map(|size| size as u64))
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        Memory::new(&mut self.store, lower_memory(ty)).map_err(Fault::of)
    }
    fn memory_size(&mut self, memory: &Memory) -> Result<u64, Fault> {
        memory.page_count(&self.store).map(|pages| pages as u64).map_err(Fault::of)
    }
    fn memory_read(&mut self, memory: &Memory, at: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        memory.read_exact(&self.store, at, buffer).map_err(Fault::of)
    }
    fn memory_write(&mut self, memory: &Memory, at: usize, bytes: &[u8]) -> Result<(), Fault> {
        memory.copy_from_slice(&mut self.store, at, bytes).map_err(Fault::of)
    }
    fn memory_grow(&mut self, memory: &Memory, delta: u64) -> Result<Option<u64>, Fault> {
        let Ok(delta) = i64::try_from(delta) else { return Ok(None) };
        let grown = memory.grow(&mut self.store, delta).map_err(Fault::of)?;
        Ok(grown.map(i64::cast_unsigned))
    }
}

impl Tinywasm {
    fn to_extern(&self, item: &Item<Tinywasm>) -> Result<Extern, Fault> {
        Ok(match item {
            Item::Func(address) => self.functions.handle(*address)?.into(),
            Item::Table(table) => (*table).into(),
            Item::Memory(memory) => (*memory).into(),
            Item::Global(global) => (*global).into(),
            Item::Tag(never) => match *never {},
        })
    }
}
