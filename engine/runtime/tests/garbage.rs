//! What a collection keeps and frees, case by case; `collect.rs` tests random graphs.

mod support;

use support::*;
use wassay_engine::{
    Extern, GlobalType, Hierarchy, HostAction, Instantiated, Ref, RefType, TableType, ValType,
    Value,
};
use wassay_runtime::artifact::index::*;
use wassay_runtime::artifact::module::*;
use wassay_runtime::artifact::types::ExternIndex;
use wassay_runtime::{Store, Vouched};

/// Host values are references, too: in tables, in globals, and in results of host functions.
#[test]
fn host_values_live_as_long_as_they_are_referred_to() {
    let runtime = runtime();
    let mut store = Store::new(&runtime);
    let ty = TableType { element: RefType::EXTERN, minimum: 2, maximum: None, table64: false };
    let table = store.table_new(ty, Ref::Extern(1)).unwrap();
    let ty = GlobalType { content: ValType::EXTERNREF, mutable: true };
    let global = store.global_new(ty, Value::Ref(Ref::Extern(2))).unwrap();
    store.table_set(table, 0, Ref::Extern(3)).unwrap();
    let values = |store: &mut Store| {
        store.collect().unwrap();
        store.population().host_values
    };
    assert_eq!(values(&mut store), 3);
    store.table_set(table, 1, Ref::Extern(3)).unwrap();
    store.global_set(global, Value::Ref(Ref::Extern(4))).unwrap();
    assert_eq!(values(&mut store), 2);
    assert!(matches!(store.table_get(table, 1), Ok(Some(Ref::Extern(3)))));
    store.drop_extern(Extern::Table(table)).unwrap();
    assert_eq!(values(&mut store), 1);
    store.drop_extern(Extern::Global(global)).unwrap();
    assert_eq!(values(&mut store), 0);
}

/// A failed instantiation leaves its writes in a table, and they keep the instance alive.
#[test]
fn a_failed_instance_is_freed_unless_a_table_refers_to_it() {
    let runtime = runtime();
    let mut module = module();
    let element = RefType::FUNC;
    module.imports.push(Import {
        module: "host".to_string(),
        name: "table".to_string(),
        item: ExternIndex::Table(TableIndex(0)),
    });
    module.imported.tables = 1;
    module.tables.push(TableType { element, minimum: 1, maximum: None, table64: false });
    let elements = |at| ElementSegment {
        ty: element,
        items: ElementItems::Functions(vec![FuncIndex(1)]),
        mode: ElementMode::Active {
            table: TableIndex(0),
            offset: ConstExpr(vec![ConstOp::I32Const(at)]),
        },
    };
    module.elements = vec![elements(0), elements(7)];
    let module = runtime.load(Vouched::by_caller(artifact(&module))).unwrap();
    let mut store = Store::new(&runtime);
    let host = store.host_func(&func_type(), HostAction::Return(vec![Value::I32(0)])).unwrap();
    let memory = store.memory_new(memory_type(1, None)).unwrap();
    let ty = TableType { element: RefType::FUNC, minimum: 1, maximum: None, table64: false };
    let table = store.table_new(ty, Ref::Null(Hierarchy::Func)).unwrap();
    let imports = [Extern::Func(host), Extern::Memory(memory), Extern::Table(table)];
    for _ in 0..3 {
        let ended = store.instantiate(&module, &imports).unwrap();
        assert!(matches!(ended, Instantiated::Failed(_)), "{ended:?}");
    }
    store.collect().unwrap();
    assert_eq!(store.population().instances, 1);
    let Some(Ref::Func(add_one)) = store.table_get(table, 0).unwrap() else { panic!("no element") };
    assert_eq!(store.call(add_one, &[Value::I32(4)]), Ok(returned(5)));
    store.drop_ref(Ref::Func(add_one)).unwrap();
    store.table_set(table, 0, Ref::Null(Hierarchy::Func)).unwrap();
    store.collect().unwrap();
    assert_eq!(store.population().instances, 0);
}

/// Drops handles until the store collects by itself; returns how many it took.
fn drops_until_collection(store: &mut Store) -> usize {
    for drops in 1..=10_000 {
        let func = store.host_func(&func_type(), HostAction::Return(vec![Value::I32(0)])).unwrap();
        store.drop_extern(Extern::Func(func)).unwrap();
        if store.population().host_funcs == 0 {
            return drops;
        }
    }
    panic!("no collection");
}

#[test]
fn collections_are_apart() {
    let mut store = Store::new(&runtime());
    let first = drops_until_collection(&mut store);
    assert!(first > 1);
    assert_eq!(drops_until_collection(&mut store), first, "each counts from the last one");
    store.collect_eagerly();
    assert_eq!(drops_until_collection(&mut store), 1);
}

#[test]
fn a_collection_that_follows_more_references_comes_later() {
    let mut store = Store::new(&runtime());
    let first = drops_until_collection(&mut store);
    for element in [RefType::FUNC, RefType::EXTERN] {
        let null = Ref::Null(element.heap.hierarchy());
        let ty = TableType { element, minimum: 10_000, maximum: None, table64: false };
        let table = store.table_new(ty, null).unwrap();
        store.collect().unwrap();
        assert!(drops_until_collection(&mut store) > 2 * first, "{element:?}");
        store.drop_extern(Extern::Table(table)).unwrap();
        store.collect().unwrap();
        assert_eq!(drops_until_collection(&mut store), first);
    }
}
