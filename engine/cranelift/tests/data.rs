//! Large data segments: every instance begins with them, and none sees the writes of another,
//! whether they are copied (for the first instance) or mapped (for later ones).

#![forbid(unsafe_code)]

use std::sync::Arc;
use wassay_engine::*;

const PAGE: u64 = 1 << 16;

/// The places of the data: the first byte is in the middle of a page of every size.
const START: u64 = 3 * PAGE + 100;
const LEN: usize = 400 << 10;

/// A module with several segments, which the compiler merges, and a later one that overwrites a
/// part of the first.
fn module() -> Vec<u8> {
    let bytes: String = (0..LEN).map(|at| char::from(b'a' + (at % 23) as u8)).collect();
    let text = format!(
        "(module
            (memory (export \"m\") 16 40)
            (data (i32.const {START}) \"{bytes}\")
            (data (i32.const {}) \"ZZZ\")
            (data (i32.const {}) \"END\")
            (func (export \"again\") (memory.init 2 (i32.const 0) (i32.const 0) (i32.const 0)))
            (func (export \"beyond\") (memory.init 2 (i32.const 0) (i32.const 0) (i32.const 1)))
            (func (export \"drop\") (data.drop 2)))",
        START + 1000,
        16 * PAGE - 3,
    );
    wat::parse_str(text).unwrap()
}

/// The bytes of the memory of a new instance.
fn expected() -> Vec<u8> {
    let mut bytes = vec![0; 16 * PAGE as usize];
    for at in 0..LEN {
        bytes[START as usize + at] = b'a' + (at % 23) as u8;
    }
    bytes[START as usize + 1000..][..3].copy_from_slice(b"ZZZ");
    bytes[16 * PAGE as usize - 3..].copy_from_slice(b"END");
    bytes
}

fn instantiate(session: &mut dyn Session, module: Module) -> (Instance, Memory) {
    let instance = match session.instantiate(module, &[]).unwrap() {
        Instantiated::Ready(instance) => instance,
        other => panic!("{other:?}"),
    };
    match session.export(instance, "m").unwrap() {
        Some(Extern::Memory(memory)) => (instance, memory),
        other => panic!("{other:?}"),
    }
}

fn contents(session: &mut dyn Session, memory: Memory) -> Vec<u8> {
    let mut bytes = vec![0; session.memory_size(memory).unwrap() as usize * PAGE as usize];
    assert!(session.memory_read(memory, 0, &mut bytes).unwrap());
    bytes
}

fn engine(bounds: Bounds) -> Arc<dyn Engine> {
    let provider = wassay_cranelift::provider();
    provider.start(&Config { bounds, ..Config::new(provider.features()) }).unwrap()
}

#[test]
fn every_instance_begins_with_the_data_and_keeps_its_writes() {
    let expected = expected();
    for bounds in [Bounds::Guard, Bounds::Explicit] {
        let engine = engine(bounds);
        let module = engine.compile(&module()).unwrap().unwrap();
        let mut session = engine.session().unwrap();
        let mut memories = Vec::new();
        for number in 1..=4u8 {
            let (_, memory) = instantiate(&mut *session, module);
            assert!(contents(&mut *session, memory) == expected, "instance {number}, {bounds:?}");
            for at in [START, START + 200 * 1024, 0, 16 * PAGE - 1] {
                assert!(session.memory_write(memory, at, &[number]).unwrap());
            }
            assert_eq!(session.memory_grow(memory, 2).unwrap(), Some(16));
            memories.push(memory);
        }
        for (number, memory) in (1..).zip(memories) {
            let mut mine = expected.clone();
            for at in [START as usize, START as usize + 200 * 1024, 0, mine.len() - 1] {
                mine[at] = number;
            }
            mine.resize(18 * PAGE as usize, 0);
            assert!(contents(&mut *session, memory) == mine, "memory {number}, {bounds:?}");
        }
    }
}

#[test]
fn memories_without_data_stay_zero_after_those_with_data() {
    let engine = engine(Bounds::Guard);
    let with_data = engine.compile(&module()).unwrap().unwrap();
    let empty = wat::parse_str("(module (memory (export \"m\") 16 40))").unwrap();
    let empty = engine.compile(&empty).unwrap().unwrap();
    for _ in 0..20 {
        let mut session = engine.session().unwrap();
        let (_, memory) = instantiate(&mut *session, with_data);
        assert!(session.memory_write(memory, 5, b"dirty").unwrap());
        drop(session);
        let mut session = engine.session().unwrap();
        let (_, memory) = instantiate(&mut *session, empty);
        assert!(contents(&mut *session, memory).iter().all(|byte| *byte == 0));
    }
}

/// An imported memory has contents of its own around the data.
#[test]
fn an_imported_memory_keeps_what_is_around_the_data() {
    let text = format!(
        "(module (import \"m\" \"m\" (memory 16)) (data (i32.const {START}) \"{}\"))",
        "a".repeat(LEN)
    );
    let engine = engine(Bounds::Guard);
    let module = engine.compile(&wat::parse_str(&text).unwrap()).unwrap().unwrap();
    let mut session = engine.session().unwrap();
    let ty = MemoryType {
        minimum: 16,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };
    let memory = session.memory_new(ty).unwrap();
    let around = [START - 1, START + LEN as u64];
    for number in 1..=3u8 {
        for at in around {
            assert!(session.memory_write(memory, at, &[number]).unwrap());
        }
        let instantiated = session.instantiate(module, &[Extern::Memory(memory)]).unwrap();
        assert!(matches!(instantiated, Instantiated::Ready(_)), "{instantiated:?}");
        let found = contents(&mut *session, memory);
        assert_eq!(around.map(|at| found[at as usize]), [number; 2], "instance {number}");
        assert!(found[START as usize..][..LEN].iter().all(|byte| *byte == b'a'));
    }
}

/// Writes functions into an imported table, then traps at the next element segment, before any data
/// segment: the functions that it leaves behind can use all data segments.
#[test]
fn functions_of_a_failed_instantiation_see_every_segment() {
    let long = "a".repeat(LEN);
    let text = format!(
        "(module
            (type $f (func (result i32)))
            (import \"t\" \"t\" (table 4 funcref))
            (memory 16)
            (data (i32.const 8) \"{long}\")
            (data (i32.const 2) \"bbbb\")
            (elem (i32.const 0) $first $second)
            (elem (i32.const 9) $first)
            (func $first (type $f)
                (memory.init 0 (i32.const 0) (i32.const 4) (i32.const 4)) (i32.load (i32.const 0)))
            (func $second (type $f)
                (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 4)) (i32.load (i32.const 0))))"
    );
    for bounds in [Bounds::Guard, Bounds::Explicit] {
        let engine = engine(bounds);
        let module = engine.compile(&wat::parse_str(&text).unwrap()).unwrap().unwrap();
        let mut session = engine.session().unwrap();
        let ty = TableType { element: RefType::FUNC, minimum: 4, maximum: None, table64: false };
        let table = session.table_new(ty, Ref::Null(Hierarchy::Func)).unwrap();
        for _ in 0..2 {
            let failed = session.instantiate(module, &[Extern::Table(table)]).unwrap();
            assert!(matches!(failed, Instantiated::Failed(Outcome::Trapped(_))), "{failed:?}");
            for (at, word) in [(0, *b"aaaa"), (1, *b"bbbb")] {
                let func = match session.table_get(table, at).unwrap() {
                    Some(Ref::Func(func)) => func,
                    other => panic!("{other:?}"),
                };
                let expected = vec![Value::I32(u32::from_le_bytes(word))];
                assert_eq!(session.call(func, &[]).unwrap(), Outcome::Returned(expected));
            }
        }
    }
}

#[test]
fn merged_segments_are_dropped_segments() {
    let engine = engine(Bounds::Guard);
    let module = engine.compile(&module()).unwrap().unwrap();
    let mut session = engine.session().unwrap();
    for _ in 0..2 {
        let (instance, _) = instantiate(&mut *session, module);
        let mut call = |name| match session.export(instance, name).unwrap() {
            Some(Extern::Func(func)) => session.call(func, &[]).unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(call("again"), Outcome::Returned(vec![]));
        assert!(matches!(call("beyond"), Outcome::Trapped(_)));
        assert_eq!(call("drop"), Outcome::Returned(vec![]));
    }
}
