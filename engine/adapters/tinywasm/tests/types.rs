//! Types of tinywasm through the trait, where tinywasm's own types hide something.

use wassay_engine::*;

fn session() -> Box<dyn Session> {
    let provider = wassay_tinywasm::provider();
    let engine = provider.start(&Config::new(provider.features())).unwrap();
    engine.session().unwrap()
}

#[test]
fn the_version_is_the_one_that_is_pinned() {
    let Identity { version, .. } = wassay_tinywasm::provider().identity().unwrap();
    let manifest = include_str!("../../../../Cargo.toml");
    assert!(manifest.contains(&format!("tinywasm = {{ version = \"={version}\"")));
}

/// The largest maximum is the one that tinywasm returns for a memory without a maximum, where it is
/// valid.
#[test]
fn memory_types_round_trip() {
    let mut session = session();
    let largest =
        [(false, 16, 1 << 16), (true, 16, 1 << 16), (false, 0, (1 << 32) - 1), (true, 0, 1 << 32)];
    for (memory64, page_size_log2, largest) in largest {
        for maximum in [None, Some(3), Some(largest)] {
            let ty = MemoryType { memory64, page_size_log2, ..MemoryType::new(1, maximum) };
            let memory = session.memory_new(ty).unwrap();
            let actual = session.extern_type(Extern::Memory(memory));
            assert_eq!(actual, Ok(ExternType::Memory(ty)));
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

/// The largest number is null among tinywasm's own host values.
#[test]
fn every_number_of_a_host_value_survives() {
    let mut session = session();
    let ty = GlobalType { content: ValType::EXTERNREF, mutable: false };
    for number in [0, 1, u32::MAX - 1, u32::MAX] {
        let value = Value::Ref(Ref::Extern(number));
        let global = session.global_new(ty, value).unwrap();
        assert_eq!(session.global_get(global), Ok(value));
    }
}
