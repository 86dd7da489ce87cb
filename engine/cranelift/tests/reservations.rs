//! Address space is freed: many sessions with memories run, across engines that stay and engines
//! that are dropped; the process's size and number of mappings return below a bound. It is one
//! test, since it measures the whole process.

use std::sync::Arc;
use wassay_engine::*;

/// Address space in bytes, resident memory in bytes, number of mappings.
#[derive(Clone, Copy, Debug)]
struct Usage {
    size: u64,
    resident: u64,
    mappings: usize,
}

impl Usage {
    fn now() -> Usage {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            let kilobytes: u64 = line.split_whitespace().next().unwrap().parse().unwrap();
            kilobytes << 10
        };
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        Usage { size: field("VmSize:"), resident: field("VmRSS:"), mappings: maps.lines().count() }
    }
}

fn engine(bounds: Bounds) -> Arc<dyn Engine> {
    let provider = wassay_cranelift::provider();
    provider.start(&Config { bounds, ..Config::new(provider.features()) }).unwrap()
}

/// Sessions with two memories each, one of them shared, all alive at the same time.
fn use_memories(engine: &Arc<dyn Engine>, sessions: usize) {
    let sessions: Vec<_> = (0..sessions)
        .map(|_| {
            let mut session = engine.session().unwrap();
            let memory = session.memory_new(MemoryType::new(4, None)).unwrap();
            assert!(session.memory_write(memory, 0, &[1; 0x4_0000]).unwrap());
            let ty = MemoryType { shared: true, ..MemoryType::new(1, Some(2)) };
            let shared = session.memory_new(ty).unwrap();
            session.share_memory(shared).unwrap();
            session
        })
        .collect();
    drop(sessions);
}

#[test]
fn dropped_sessions_and_engines_give_their_reservations_back() {
    let staying: Vec<_> = [Bounds::Guard, Bounds::Explicit]
        .into_iter()
        .flat_map(|bounds| (0..4).map(move |_| engine(bounds)))
        .collect();
    // Run each engine once first, so that one-time allocations such as thread pools exist.
    staying.iter().for_each(|engine| use_memories(engine, 1));
    let before = Usage::now();
    for round in 0..2 {
        for engine in &staying {
            use_memories(engine, 40);
        }
        use_memories(&engine(Bounds::Guard), 40);
        let after = Usage::now();
        let what = format!("round {round}: {before:?}, then {after:?}");
        assert!(after.size < before.size + (100 << 30), "{what}");
        assert!(after.resident < before.resident + (32 << 20), "{what}");
        assert!(after.mappings < before.mappings + 300, "{what}");
    }
}
