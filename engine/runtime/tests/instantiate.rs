//! Linking, constant expressions and segments, with modules that have no code.

mod support;

use std::sync::Arc;
use support::*;
use wassay_engine::{
    Extern, Fault, Hierarchy, HostAction, Instantiated, LinkErrorKind, Memory, Outcome, Ref,
    TrapKind, Value,
};
use wassay_runtime::artifact::index::*;
use wassay_runtime::artifact::module::*;
use wassay_runtime::artifact::target::BoundsMode;
use wassay_runtime::artifact::types::*;
use wassay_runtime::*;

fn load(runtime: &Arc<Runtime>, module: &Module, data: &[u8]) -> Arc<LoadedModule> {
    runtime.load(Vouched::by_caller(without_code(module, data))).unwrap()
}

fn i32_const(value: u32) -> ConstExpr {
    ConstExpr(vec![ConstOp::I32Const(value)])
}

fn export(name: &str, item: ExternIndex) -> Export {
    Export { name: name.to_string(), item }
}

fn import(item: ExternIndex) -> Import {
    Import { module: "m".to_string(), name: "n".to_string(), item }
}

fn data(at: Option<u32>, bytes: std::ops::Range<u32>) -> DataSegment {
    let mode = match at {
        Some(at) => DataMode::Active { memory: MemoryIndex(0), offset: i32_const(at) },
        None => DataMode::Passive,
    };
    DataSegment { bytes, mode }
}

const EXTERNREF: RefType<TypeIndex> = RefType { nullable: true, heap: HeapType::Extern };

fn table_type(minimum: u64) -> TableType<TypeIndex> {
    TableType { element: EXTERNREF, minimum, maximum: None, table64: false }
}

fn extern_table(minimum: u64, maximum: Option<u64>) -> TableType {
    let element = RefType { nullable: true, heap: HeapType::Extern };
    TableType { element, minimum, maximum, table64: false }
}

fn importing_memory(ty: MemoryType, segments: Vec<DataSegment>) -> Module {
    Module {
        imports: vec![import(ExternIndex::Memory(MemoryIndex(0)))],
        imported: ImportCounts { memories: 1, ..ImportCounts::default() },
        memories: vec![ty],
        data: segments,
        ..Module::default()
    }
}

fn bytes(store: &mut Store, memory: Memory, at: u64, len: usize) -> Vec<u8> {
    let mut buffer = vec![0; len];
    assert_eq!(store.memory_read(memory, at, &mut buffer), Ok(true));
    buffer
}

#[test]
fn the_number_of_imports_must_match() {
    let runtime = runtime();
    let module = load(&runtime, &importing_memory(memory_type(1, None), vec![]), &[]);
    let mut store = Store::new(&runtime);
    let Instantiated::Unlinkable(error) = store.instantiate(&module, &[]).unwrap() else {
        panic!("linked")
    };
    assert_eq!((error.kind, error.import), (LinkErrorKind::UnknownImport, Some(0)));
}

#[test]
fn imports_are_matched_by_current_size() {
    let runtime = runtime();
    let module = load(&runtime, &importing_memory(memory_type(3, Some(4)), vec![]), &[]);
    let mut store = Store::new(&runtime);
    let memory = store.memory_new(memory_type(1, Some(4))).unwrap();
    let Instantiated::Unlinkable(error) =
        store.instantiate(&module, &[Extern::Memory(memory)]).unwrap()
    else {
        panic!("linked")
    };
    assert_eq!((error.kind, error.import), (LinkErrorKind::IncompatibleImport, Some(0)));
    assert_eq!(store.memory_grow(memory, 2), Ok(Some(1)));
    let linked = store.instantiate(&module, &[Extern::Memory(memory)]).unwrap();
    assert!(matches!(linked, Instantiated::Ready(_)));
    assert!(matches!(
        store.extern_type(Extern::Memory(memory)),
        Ok(ExternType::Memory(MemoryType { minimum: 3, maximum: Some(4), .. }))
    ));
}

#[test]
fn writes_before_a_trap_stay() {
    let runtime = runtime();
    let segments = vec![data(Some(4), 0..3), data(Some(0xffff), 0..2), data(Some(8), 0..3)];
    let module = load(&runtime, &importing_memory(memory_type(1, None), segments), b"abc");
    let mut store = Store::new(&runtime);
    let memory = store.memory_new(memory_type(1, None)).unwrap();
    let Instantiated::Failed(Outcome::Trapped(trap)) =
        store.instantiate(&module, &[Extern::Memory(memory)]).unwrap()
    else {
        panic!("no trap")
    };
    assert_eq!(trap.kind, TrapKind::MemoryOutOfBounds);
    assert_eq!(bytes(&mut store, memory, 3, 9), b"\0abc\0\0\0\0\0");
    // The segment that is out of bounds wrote nothing.
    assert_eq!(bytes(&mut store, memory, 0xffff, 1), [0]);
}

#[test]
fn empty_segments_may_lie_at_the_end_but_not_behind_it() {
    let runtime = runtime();
    let mut store = Store::new(&runtime);
    for (at, fits) in [(0x1_0000, true), (0x1_0001, false)] {
        let module = importing_memory(memory_type(1, None), vec![data(Some(at), 0..0)]);
        let module = load(&runtime, &module, &[]);
        let memory = store.memory_new(memory_type(1, None)).unwrap();
        let ended = store.instantiate(&module, &[Extern::Memory(memory)]).unwrap();
        assert_eq!(matches!(ended, Instantiated::Ready(_)), fits, "{ended:?}");
    }
}

/// (global i32 (i32.const 5)) (global i32 (i32.mul (global.get 0) (i32.const -3)))
/// (global v128 ..) (table 3 externref (..null..)) and a table of i31 elements
#[test]
fn constant_expressions_see_earlier_globals() {
    let runtime = runtime();
    let global = |content| GlobalType { content, mutable: false };
    let any = RefType { nullable: true, heap: HeapType::Any };
    let module = Module {
        globals: vec![global(ValType::I32), global(ValType::I32), global(ValType::V128)],
        global_inits: vec![
            i32_const(5),
            ConstExpr(vec![
                ConstOp::GlobalGet(GlobalIndex(0)),
                ConstOp::I32Const(3_u32.wrapping_neg()),
                ConstOp::I32Mul,
            ]),
            ConstExpr(vec![ConstOp::V128Const(u128::MAX - 7)]),
        ],
        tables: vec![TableType { element: any, ..table_type(3) }],
        table_inits: vec![Some(ConstExpr(vec![
            ConstOp::GlobalGet(GlobalIndex(0)),
            ConstOp::RefI31,
        ]))],
        exports: vec![
            export("product", ExternIndex::Global(GlobalIndex(1))),
            export("vector", ExternIndex::Global(GlobalIndex(2))),
            export("table", ExternIndex::Table(TableIndex(0))),
        ],
        ..Module::default()
    };
    let module = load(&runtime, &module, &[]);
    let mut store = Store::new(&runtime);
    let Instantiated::Ready(instance) = store.instantiate(&module, &[]).unwrap() else {
        panic!("not ready")
    };
    let mut global = |name: &str| match store.export(instance, name).unwrap() {
        Some(Extern::Global(global)) => store.global_get(global).unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(global("product"), Value::I32(15_u32.wrapping_neg()));
    assert_eq!(global("vector"), Value::V128(u128::MAX - 7));
    assert_eq!(store.export(instance, "nothing"), Ok(None));
    let Some(Extern::Table(table)) = store.export(instance, "table").unwrap() else {
        panic!("no table")
    };
    assert_eq!(store.table_get(table, 2), Ok(Some(Ref::I31(5))));
    assert_eq!(store.table_get(table, 3), Ok(None));
    assert_eq!(store.drop_instance(instance), Ok(()));
    assert!(matches!(store.drop_instance(instance), Err(Fault::Dropped(_))));
    assert!(matches!(store.export(instance, "table"), Err(Fault::Dropped(_))));
    assert_eq!(store.table_get(table, 2), Ok(Some(Ref::I31(5))));
}

#[test]
fn element_segments_are_written_in_order_until_one_traps() {
    let runtime = runtime();
    let active = |at, number| ElementSegment {
        ty: RefType { nullable: true, heap: HeapType::Any },
        items: ElementItems::Expressions(vec![ConstExpr(vec![
            ConstOp::I32Const(number),
            ConstOp::RefI31,
        ])]),
        mode: ElementMode::Active { table: TableIndex(0), offset: i32_const(at) },
    };
    let element = RefType { nullable: true, heap: HeapType::Any };
    let module = Module {
        imports: vec![import(ExternIndex::Table(TableIndex(0)))],
        imported: ImportCounts { tables: 1, ..ImportCounts::default() },
        tables: vec![TableType { element, ..table_type(2) }],
        elements: vec![active(0, 1), active(0, 2), active(2, 3), active(1, 4)],
        ..Module::default()
    };
    let module = load(&runtime, &module, &[]);
    let mut store = Store::new(&runtime);
    let element = RefType { nullable: true, heap: HeapType::Any };
    let ty = TableType { element, ..extern_table(2, None) };
    let table = store.table_new(ty, Ref::Null(Hierarchy::Any)).unwrap();
    let ended = store.instantiate(&module, &[Extern::Table(table)]).unwrap();
    let Instantiated::Failed(Outcome::Trapped(trap)) = ended else { panic!("{ended:?}") };
    assert_eq!(trap.kind, TrapKind::TableOutOfBounds);
    assert_eq!(store.table_get(table, 0), Ok(Some(Ref::I31(2))));
    assert_eq!(store.table_get(table, 1), Ok(Some(Ref::Null(Hierarchy::Any))));
}

#[test]
fn memories_that_cannot_be_allocated_are_exhaustion() {
    let runtime = runtime();
    let module = Module {
        memories: vec![MemoryType { memory64: true, ..memory_type(1 << 47, None) }],
        ..Module::default()
    };
    let module = load(&runtime, &module, &[]);
    let ended = Store::new(&runtime).instantiate(&module, &[]).unwrap();
    assert!(matches!(ended, Instantiated::Failed(Outcome::Exhausted(_))), "{ended:?}");
}

#[test]
fn a_module_of_another_runtime_is_foreign() {
    let module = load(&runtime(), &Module::default(), &[]);
    let ended = Store::new(&runtime()).instantiate(&module, &[]);
    assert!(matches!(ended, Err(Fault::Foreign(_))));
}

#[test]
fn references_cross_stores_unchanged() {
    let runtime = runtime();
    let mut store = Store::new(&runtime);
    let table = store.table_new(extern_table(2, Some(3)), Ref::Extern(7)).unwrap();
    assert_eq!(store.table_get(table, 1), Ok(Some(Ref::Extern(7))));
    assert_eq!(store.table_grow(table, 1, Ref::Null(Hierarchy::Extern)), Ok(Some(2)));
    assert_eq!(store.table_grow(table, 1, Ref::Extern(0)), Ok(None));
    assert_eq!(store.table_set(table, 3, Ref::Extern(0)), Ok(false));
    assert!(matches!(store.table_set(table, 0, Ref::Host(0)), Err(Fault::Misuse(_))));
    assert!(matches!(store.table_set(table, 0, Ref::Null(Hierarchy::Func)), Err(Fault::Misuse(_))));
    let host = store.host_func(&func_type(), HostAction::Trap(String::new())).unwrap();
    let func = RefType { nullable: false, heap: HeapType::Func };
    let ty = GlobalType { content: ValType::Ref(func), mutable: true };
    let global = store.global_new(ty, Value::Ref(Ref::Func(host))).unwrap();
    assert_eq!(store.global_get(global), Ok(Value::Ref(Ref::Func(host))));
    let null = Value::Ref(Ref::Null(Hierarchy::Func));
    assert!(matches!(store.global_set(global, null), Err(Fault::Misuse(_))));
    assert_eq!(store.same(Ref::Func(host), Ref::Func(host)), Ok(true));
    let null = Ref::Null;
    for (one, other) in [
        (null(Hierarchy::Func), null(Hierarchy::Extern)),
        (Ref::Extern(1), Ref::Extern(2)),
        (Ref::I31(1), Ref::I31(2)),
    ] {
        assert_eq!(store.same(one, other), Ok(false));
        assert_eq!(store.same(other, other), Ok(true));
    }
}

#[test]
fn memories_grow_in_both_modes_and_come_back_zeroed() {
    for bounds in [BoundsMode::Guard, BoundsMode::Explicit] {
        let options = RuntimeOptions { bounds, ..RuntimeOptions::default() };
        let runtime = Runtime::new(options, Box::new(Shims));
        for round in 0..3 {
            let mut store = Store::new(&runtime);
            let memory = store.memory_new(memory_type(1, Some(200))).unwrap();
            let last = |pages: u64| (pages << 16) - 1;
            assert_eq!(bytes(&mut store, memory, last(1), 1), [0], "round {round}");
            assert_eq!(store.memory_write(memory, last(1), b"x"), Ok(true));
            assert_eq!(store.memory_write(memory, last(1), b"xy"), Ok(false));
            assert_eq!(store.memory_grow(memory, 99), Ok(Some(1)));
            assert_eq!(store.memory_grow(memory, 101), Ok(None));
            assert_eq!(bytes(&mut store, memory, last(1), 2), b"x\0");
            assert_eq!(bytes(&mut store, memory, last(100), 1), [0]);
            assert_eq!(store.memory_write(memory, last(100), b"z"), Ok(true));
            assert_eq!(store.memory_grow(memory, 100), Ok(Some(100)));
            assert_eq!(bytes(&mut store, memory, last(100), 2), b"z\0");
            assert_eq!(store.memory_size(memory), Ok(200));
        }
    }
}

#[test]
fn pages_may_be_of_one_byte_and_indices_of_64_bits() {
    let runtime = runtime();
    let mut store = Store::new(&runtime);
    let ty = MemoryType { page_size_log2: 0, ..memory_type(0, None) };
    let memory = store.memory_new(ty).unwrap();
    assert_eq!(store.memory_read(memory, 0, &mut []), Ok(true));
    assert_eq!(store.memory_read(memory, 1, &mut []), Ok(false));
    assert_eq!(store.memory_grow(memory, 3), Ok(Some(0)));
    assert_eq!(store.memory_write(memory, 0, b"abc"), Ok(true));
    assert_eq!(store.memory_write(memory, 0, b"abcd"), Ok(false));
    assert_eq!(store.memory_grow(memory, 1 << 32), Ok(None));
    assert_eq!(store.memory_size(memory), Ok(3));
    let ty = MemoryType { memory64: true, ..memory_type(1, None) };
    let memory = store.memory_new(ty).unwrap();
    assert_eq!(store.memory_grow(memory, u64::MAX), Ok(None));
    assert_eq!(store.memory_grow(memory, 1 << 46), Ok(None));
    assert_eq!(store.memory_grow(memory, 1), Ok(Some(1)));
    assert_eq!(store.memory_read(memory, u64::MAX, &mut [0; 2]), Ok(false));
}

#[test]
fn shared_memories_are_seen_by_stores_on_other_threads() {
    for bounds in [BoundsMode::Guard, BoundsMode::Explicit] {
        let options = RuntimeOptions { bounds, ..RuntimeOptions::default() };
        let runtime = Runtime::new(options, Box::new(Shims));
        let mut store = Store::new(&runtime);
        let ty = MemoryType { shared: true, ..memory_type(1, Some(70)) };
        let memory = store.memory_new(ty).unwrap();
        let shared = store.share_memory(memory).unwrap();
        let runtime = &runtime;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut store = Store::new(runtime);
                let memory = store.adopt_memory(&shared).unwrap();
                assert_eq!(store.memory_grow(memory, 69), Ok(Some(1)));
                assert_eq!(store.memory_write(memory, (70 << 16) - 3, b"abc"), Ok(true));
            });
        });
        assert_eq!(store.memory_size(memory), Ok(70));
        assert_eq!(bytes(&mut store, memory, (70 << 16) - 3, 3), b"abc");
        assert_eq!(store.memory_grow(memory, 1), Ok(None));
        let own = store.memory_new(memory_type(1, None)).unwrap();
        assert!(matches!(store.share_memory(own), Err(Fault::Misuse(_))));
    }
}

#[test]
fn damaged_modules_are_corrupt() {
    let runtime = runtime();
    let corrupt = |module: &Module| {
        let error = runtime.load(Vouched::by_caller(without_code(module, &[]))).unwrap_err();
        assert!(matches!(error, LoadError::Artifact(artifact::LoadError::Corrupt(_))), "{error:?}");
    };
    corrupt(&Module { functions: vec![TypeIndex(0)], ..Module::default() });
    corrupt(&Module { start: Some(FuncIndex(0)), ..Module::default() });
    corrupt(&Module {
        imports: vec![import(ExternIndex::Memory(MemoryIndex(0)))],
        memories: vec![memory_type(1, None)],
        ..Module::default()
    });
    corrupt(&Module { rec_groups: vec![1], ..Module::default() });
    corrupt(&Module {
        exports: vec![export("x", ExternIndex::Tag(TagIndex(0)))],
        ..Module::default()
    });
    corrupt(&Module { data: vec![data(Some(0), 0..0)], ..Module::default() });
}
