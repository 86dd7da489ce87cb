//! A module of hand-written machine code, and its shims, for tests of the runtime, which does not
//! include a compiler. All functions have the type (i32) -> i32; the argument is in the second
//! register and the result in the first of the C convention.
#![allow(dead_code)]

use std::sync::Arc;
use wassay_engine::{
    Extern, Fault, Func, HostAction, Instance, Instantiated, Memory, Outcome, Trap, Value,
};
use wassay_runtime::artifact::abi::{AbiSignature, AbiType, Builtin, Layout, TrapCode};
use wassay_runtime::artifact::index::*;
use wassay_runtime::artifact::module::*;
use wassay_runtime::artifact::target::*;
use wassay_runtime::artifact::types::*;
use wassay_runtime::artifact::{Artifact, ArtifactBuilder, TextRange};
use wassay_runtime::*;

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod code;
#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod code;

// SAFETY: the labels of the assembly in `code`; only their addresses are taken.
unsafe extern "C" {
    static wassay_test_start: u8;
    static wassay_test_end: u8;
    static wassay_test_entry: u8;
    static wassay_test_exit: u8;
    static wassay_test_add_one: u8;
    static wassay_test_trap: u8;
    static wassay_test_trap_at: u8;
    static wassay_test_call_trap: u8;
    static wassay_test_load: u8;
    static wassay_test_load_at: u8;
    static wassay_test_call_host: u8;
    static wassay_test_recurse: u8;
    static wassay_test_recurse_at: u8;
    static wassay_test_grow: u8;
    static wassay_test_init: u8;
    static wassay_test_spin: u8;
    static wassay_test_divide: u8;
    static wassay_test_divide_at: u8;
    static wassay_test_base: u8;
    static wassay_test_base_at: u8;
    static wassay_test_peek: u8;
    static wassay_test_peek_at: u8;
    static wassay_test_undefined: u8;
    static wassay_test_undefined_at: u8;
}

/// The functions that the module defines, in order, by their exported names.
const FUNCTIONS: [&str; 9] =
    ["add_one", "trap", "call_trap", "load", "call_host", "recurse", "grow", "init", "spin"];

fn offset(label: *const u8) -> u32 {
    (label.addr() - (&raw const wassay_test_start).addr()) as u32
}

fn text() -> Vec<u8> {
    let start = &raw const wassay_test_start;
    let len = offset(&raw const wassay_test_end) as usize;
    // SAFETY: the two labels enclose readable code of this program.
    unsafe { std::slice::from_raw_parts(start, len) }.to_vec()
}

pub fn target() -> Target {
    Target {
        arch: Arch::HOST,
        isa: vec![],
        opt: OptLevel::None,
        bounds: BoundsMode::Guard,
        native_relaxed: false,
        interruption: false,
        wasm_features: 0,
        compiler: "by hand".to_string(),
        build: String::new(),
    }
}

/// (i32) -> i32
pub fn func_type<T>() -> FuncType<T> {
    FuncType { params: vec![ValType::I32], results: vec![ValType::I32] }
}

pub fn memory_type(minimum: u64, maximum: Option<u64>) -> MemoryType {
    MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: 16 }
}

/// A module that imports a function and a memory of at least one page, and exports `FUNCTIONS`.
pub fn module() -> Module {
    let import =
        |name: &str, item| Import { module: "host".to_string(), name: name.to_string(), item };
    let module = Module {
        name: Some("by-hand".to_string()),
        types: vec![SubType {
            is_final: true,
            supertype: None,
            composite: CompositeType::Func(func_type()),
        }],
        rec_groups: vec![1],
        imports: vec![
            import("func", ExternIndex::Func(FuncIndex(0))),
            import("memory", ExternIndex::Memory(MemoryIndex(0))),
        ],
        imported: ImportCounts { functions: 1, memories: 1, ..ImportCounts::default() },
        functions: vec![TypeIndex(0); FUNCTIONS.len() + 1],
        memories: vec![memory_type(1, None)],
        exports: (1..)
            .zip(FUNCTIONS)
            .map(|(at, name)| Export {
                name: name.to_string(),
                item: ExternIndex::Func(FuncIndex(at)),
            })
            .collect(),
        escaping: (0..FUNCTIONS.len() as u32).map(DefinedFuncIndex).collect(),
        data: vec![DataSegment { bytes: 0..4, mode: DataMode::Passive }],
        ..Module::default()
    };
    // The machine code relies on this layout.
    let layout = Layout::of(&module);
    assert_eq!(layout.imported_func(FuncIndex(0)).offset(), 32);
    assert_eq!(layout.memory(MemoryIndex(0)).offset(), 40);
    assert_eq!(Builtin::MemoryGrow as usize, 1);
    assert_eq!(Builtin::MemoryInit as usize, 2);
    assert_eq!(Builtin::Interrupt as usize, 17);
    module
}

/// The artifact of `module`, or of a variant of it.
pub fn artifact(module: &Module) -> Artifact {
    let mut builder = ArtifactBuilder::module(target(), module);
    builder.text(text());
    let starts = [
        &raw const wassay_test_add_one,
        &raw const wassay_test_trap,
        &raw const wassay_test_call_trap,
        &raw const wassay_test_load,
        &raw const wassay_test_call_host,
        &raw const wassay_test_recurse,
        &raw const wassay_test_grow,
        &raw const wassay_test_init,
        &raw const wassay_test_spin,
        &raw const wassay_test_divide,
    ]
    .map(offset);
    for pair in starts.windows(2) {
        builder.function(TextRange { start: pair[0], len: pair[1] - pair[0] });
    }
    builder.trap(offset(&raw const wassay_test_trap_at), TrapCode::Unreachable);
    builder.function_name(FuncIndex(2), "trapper");
    builder.trap(offset(&raw const wassay_test_load_at), TrapCode::MemoryOutOfBounds);
    builder.trap(offset(&raw const wassay_test_recurse_at), TrapCode::StackOverflow);
    builder.location(starts[1], 100);
    builder.location(starts[2], 200);
    builder.location(starts[3], 300);
    builder.data(vec![0xa5; 4]);
    builder.finish()
}

/// A function that faults at a position with this trap code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Faulting {
    /// Divides the minimum i32 by its argument. An overflow is a fault on x86_64, and a trap
    /// instruction on aarch64.
    Divide,
    /// Loads from the host address in the first eight bytes of its memory.
    Peek,
    /// Writes the host address of its memory into the memory's first eight bytes.
    Base,
    /// Executes an undefined instruction that is not used for traps.
    Undefined,
}

/// The artifact of a module with one function, exported as "add_one".
pub fn faulting(function: Faulting, code: TrapCode) -> Artifact {
    variant(module(), function, code)
}

/// The artifact of a variant of the module, with the same function.
pub fn variant(mut module: Module, function: Faulting, code: TrapCode) -> Artifact {
    module.functions.truncate(2);
    module.escaping.truncate(1);
    module.exports.truncate(1);
    let (start, at) = match function {
        Faulting::Divide => (&raw const wassay_test_divide, &raw const wassay_test_divide_at),
        Faulting::Peek => (&raw const wassay_test_peek, &raw const wassay_test_peek_at),
        Faulting::Base => (&raw const wassay_test_base, &raw const wassay_test_base_at),
        Faulting::Undefined => {
            (&raw const wassay_test_undefined, &raw const wassay_test_undefined_at)
        }
    };
    let (start, end) = (offset(start), offset(&raw const wassay_test_end));
    let mut builder = ArtifactBuilder::module(target(), &module);
    builder.text(text());
    builder.function(TextRange { start, len: end - start });
    builder.trap(offset(at), code);
    builder.data(vec![0; 4]);
    builder.finish()
}

/// An artifact without functions.
pub fn without_code(module: &Module, data: &[u8]) -> Artifact {
    let mut builder = ArtifactBuilder::module(target(), module);
    builder.data(data.to_vec());
    builder.finish()
}

/// The hand-written shims, for any signature.
pub struct Shims;

impl ShimSource for Shims {
    fn shims(&self, signature: &AbiSignature) -> Result<Vouched, Fault> {
        if signature.slots() > 1 || signature.params.contains(&AbiType::V128) {
            return Err(Fault::internal("no such shims"));
        }
        // Code that checks all bounds runs in runtimes of both modes.
        let target = Target { bounds: BoundsMode::Explicit, ..target() };
        let mut builder = ArtifactBuilder::shims(target, signature);
        builder.text(text());
        let entry = offset(&raw const wassay_test_entry);
        let exit = offset(&raw const wassay_test_exit);
        let end = offset(&raw const wassay_test_add_one);
        builder.function(TextRange { start: entry, len: exit - entry });
        builder.function(TextRange { start: exit, len: end - exit });
        Ok(Vouched::by_caller(builder.finish()))
    }
}

pub fn runtime() -> Arc<Runtime> {
    Runtime::new(RuntimeOptions::default(), Box::new(Shims))
}

/// A store with an instance of `module`, which imports a host function that performs `action` and a
/// memory of one page.
pub struct Fixture {
    pub store: Store,
    pub instance: Instance,
    pub host: Func,
    pub memory: Memory,
}

impl Fixture {
    pub fn new(runtime: &Arc<Runtime>, action: HostAction) -> Fixture {
        let module = runtime.load(Vouched::by_caller(artifact(&module()))).unwrap();
        Fixture::of(runtime, &module, action)
    }

    pub fn of(runtime: &Arc<Runtime>, module: &Arc<LoadedModule>, action: HostAction) -> Fixture {
        let mut store = Store::new(runtime);
        let host = store.host_func(&func_type(), action).unwrap();
        let memory = store.memory_new(memory_type(1, Some(4))).unwrap();
        let instance = instantiate(&mut store, module, host, memory);
        Fixture { store, instance, host, memory }
    }

    pub fn func(&mut self, name: &str) -> Func {
        match self.store.export(self.instance, name).unwrap() {
            Some(Extern::Func(func)) => func,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub fn call(&mut self, name: &str, arg: u32) -> Outcome {
        let func = self.func(name);
        self.store.call(func, &[Value::I32(arg)]).unwrap()
    }
}

/// An instance of `module`, or of a variant of it.
pub fn instantiate(
    store: &mut Store,
    module: &Arc<LoadedModule>,
    host: Func,
    memory: Memory,
) -> Instance {
    match store.instantiate(module, &[Extern::Func(host), Extern::Memory(memory)]).unwrap() {
        Instantiated::Ready(instance) => instance,
        other => panic!("{other:?}"),
    }
}

/// The functions of a trap's frames, innermost first.
pub fn functions(trap: &Trap) -> Vec<u32> {
    trap.frames.iter().map(|frame| frame.func).collect()
}

pub fn returned(value: u32) -> Outcome {
    Outcome::Returned(vec![Value::I32(value)])
}

pub fn trap(outcome: Outcome) -> Trap {
    match outcome {
        Outcome::Trapped(trap) => trap,
        other => panic!("{other:?}"),
    }
}
