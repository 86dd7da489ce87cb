//! Types of wasmi through the trait, where wasmi's own types hide something or panic.

use wassay_engine::*;

fn session() -> Box<dyn Session> {
    let provider = wassay_wasmi::provider();
    let engine = provider.start(&Config::new(provider.features())).unwrap();
    engine.session().unwrap()
}

#[test]
fn the_version_is_the_one_that_is_pinned() {
    let Identity { version, .. } = wassay_wasmi::provider().identity().unwrap();
    let manifest = include_str!("../../../../Cargo.toml");
    assert!(manifest.contains(&format!("wasmi = {{ version = \"={version}\"")));
}

#[test]
fn memory_types_round_trip() {
    let mut session = session();
    for page_size_log2 in [0, 16] {
        for memory64 in [false, true] {
            for maximum in [None, Some(3)] {
                let ty = MemoryType { memory64, page_size_log2, ..MemoryType::new(1, maximum) };
                let memory = session.memory_new(ty).unwrap();
                let actual = session.extern_type(Extern::Memory(memory));
                assert_eq!(actual, Ok(ExternType::Memory(ty)));
            }
        }
    }
}

#[test]
fn table_types_round_trip() {
    let mut session = session();
    for element in [RefType::FUNC, RefType::EXTERN] {
        for table64 in [false, true] {
            for maximum in [None, Some(3)] {
                let ty = TableType { element, minimum: 1, maximum, table64 };
                let null = Ref::Null(element.heap.hierarchy());
                let table = session.table_new(ty, null).unwrap();
                let actual = session.extern_type(Extern::Table(table));
                assert_eq!(actual, Ok(ExternType::Table(ty)));
            }
        }
    }
}

#[test]
fn types_that_make_wasmi_panic_are_refused() {
    let mut session = session();
    for (params, results) in [(1001, 0), (0, 1001)] {
        let types = |count| vec![ValType::I32; count];
        let wide = FuncType::new(types(params), types(results));
        let action = HostAction::Return(vec![Value::I32(0); results]);
        let refused = session.host_func(&wide, action);
        assert!(matches!(refused, Err(Fault::Unsupported(_))), "{refused:?}");
    }
}
