//! Every memory, table or global type that an embedder can express enters `Session`; the result is
//! a usable object, a misuse or a lack of room, never a panic. The types are all combinations of
//! the values around each limit of the specification.

use std::sync::Arc;
use wassay_engine::*;

/// Pages and elements around every limit.
const SIZES: [u64; 22] = [
    0,
    1,
    2,
    0xffff,
    0x1_0000,
    0x1_0001,
    // The guard of a reservation begins at 0x1_0000 pages and ends at 98_304.
    98_303,
    98_304,
    98_305,
    u32::MAX as u64 - 1,
    u32::MAX as u64,
    1 << 32,
    (1 << 32) + 1,
    1 << 36,
    (1 << 48) - 1,
    1 << 48,
    (1 << 48) + 1,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX - 0xffff,
    u64::MAX - 1,
    u64::MAX,
];

fn engine(features: Features, bounds: Bounds) -> Arc<dyn Engine> {
    let config = Config { bounds, ..Config::new(features) };
    wassay_cranelift::provider().start(&config).unwrap()
}

fn limits() -> impl Iterator<Item = (u64, Option<u64>)> {
    let maxima = || std::iter::once(None).chain(SIZES.map(Some));
    SIZES.into_iter().flat_map(move |minimum| maxima().map(move |maximum| (minimum, maximum)))
}

fn memory_types() -> impl Iterator<Item = MemoryType> {
    let page_sizes = [0, 1, 8, 15, 16, 17, 31, 32, 63, 64, 128, 255];
    limits().flat_map(move |(minimum, maximum)| {
        page_sizes.into_iter().flat_map(move |page_size_log2| {
            [(false, false), (false, true), (true, false), (true, true)].map(
                |(memory64, shared)| MemoryType {
                    minimum,
                    maximum,
                    memory64,
                    shared,
                    page_size_log2,
                },
            )
        })
    })
}

/// The rules of the specification, in numbers that cannot overflow.
fn is_valid_memory(ty: &MemoryType) -> bool {
    let space = if ty.memory64 { 1_u128 << 64 } else { 1 << 32 };
    let fits = |pages: u64| match ty.page_size_log2 {
        16 => u128::from(pages) * 0x1_0000 <= space,
        // The size in pages must fit an index, too.
        0 => u128::from(pages) < space,
        _ => false,
    };
    fits(ty.minimum)
        && ty.maximum.is_none_or(|maximum| fits(maximum) && ty.minimum <= maximum)
        && (!ty.shared || ty.maximum.is_some())
}

#[test]
fn a_memory_type_is_usable_misuse_or_too_large() {
    for bounds in [Bounds::Guard, Bounds::Explicit] {
        let provider = wassay_cranelift::provider();
        let engine = engine(provider.features(), bounds);
        for ty in memory_types() {
            let mut session = engine.session().unwrap();
            match session.memory_new(ty) {
                Ok(memory) => {
                    assert!(is_valid_memory(&ty), "{bounds:?}: accepted {ty:?}");
                    check_memory(&mut *session, memory, ty);
                }
                Err(Fault::Misuse(why)) => {
                    assert!(!is_valid_memory(&ty), "{bounds:?}: refused {ty:?}: {why}");
                }
                Err(Fault::Internal(why)) => {
                    assert!(is_valid_memory(&ty), "{bounds:?}: {ty:?}: {why}");
                    // There is always room for 4 GiB, all that 32-bit indices reach.
                    assert!(u128::from(ty.minimum) << ty.page_size_log2 > 1 << 32, "{ty:?}: {why}");
                }
                other => panic!("{bounds:?}: {ty:?}: {other:?}"),
            }
        }
    }
}

/// The last byte is accessible and the next is not; the memory grows to its limits and not beyond.
fn check_memory(session: &mut dyn Session, memory: Memory, ty: MemoryType) {
    let mut byte = [0xff];
    assert_eq!(session.memory_size(memory).unwrap(), ty.minimum, "{ty:?}");
    let len = u128::from(ty.minimum) << ty.page_size_log2;
    if let Some(last) = len.checked_sub(1) {
        assert!(session.memory_write(memory, last as u64, &[7]).unwrap(), "{ty:?}");
        assert!(session.memory_read(memory, last as u64, &mut byte).unwrap(), "{ty:?}");
        assert_eq!(byte, [7], "{ty:?}");
    }
    assert!(!session.memory_read(memory, len as u64, &mut byte).unwrap(), "{ty:?}");
    assert!(!session.memory_read(memory, u64::MAX, &mut byte).unwrap(), "{ty:?}");
    let mut size = ty.minimum;
    for delta in SIZES {
        match session.memory_grow(memory, delta).unwrap() {
            Some(old) => {
                assert_eq!(old, size, "{ty:?}");
                size += delta;
                let grown = MemoryType { minimum: size, ..ty };
                assert!(is_valid_memory(&grown), "{ty:?} grew to {size}");
            }
            None => assert_ne!(delta, 0, "{ty:?}"),
        }
        assert_eq!(session.memory_size(memory).unwrap(), size, "{ty:?}");
    }
}

#[test]
fn a_table_type_is_usable_misuse_or_too_large() {
    let engine = engine(wassay_cranelift::provider().features(), Bounds::Guard);
    let mut session = engine.session().unwrap();
    for (minimum, maximum) in limits().filter(|(minimum, _)| *minimum != 98_303) {
        for table64 in [false, true] {
            let ty = TableType { element: RefType::FUNC, minimum, maximum, table64 };
            let fits = |size: u64| table64 || size <= u32::MAX.into();
            let valid =
                fits(minimum) && maximum.is_none_or(|maximum| fits(maximum) && minimum <= maximum);
            match session.table_new(ty, Ref::Null(Hierarchy::Func)) {
                Ok(table) => {
                    assert!(valid, "accepted {ty:?}");
                    assert_eq!(session.table_size(table).unwrap(), minimum);
                    assert_eq!(session.table_get(table, minimum).unwrap(), None);
                }
                Err(Fault::Misuse(why)) => assert!(!valid, "refused {ty:?}: {why}"),
                Err(Fault::Internal(why)) => {
                    assert!(valid && minimum > 10_000_000, "{ty:?}: {why}");
                }
                other => panic!("{ty:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_type_of_a_feature_that_is_off_is_misuse() {
    let refused = |made: Result<(), Fault>| matches!(made, Err(Fault::Misuse(_)));
    let null = RefType { nullable: true, heap: HeapType::Any };
    type Use = fn(&mut dyn Session, RefType) -> Result<(), Fault>;
    let cases: [(Feature, Use); 6] = [
        (Feature::Memory64, |session, _| {
            let ty = MemoryType { memory64: true, ..MemoryType::new(0, None) };
            session.memory_new(ty).map(drop)
        }),
        (Feature::Threads, |session, _| {
            let ty = MemoryType { shared: true, ..MemoryType::new(0, Some(1)) };
            session.memory_new(ty).map(drop)
        }),
        (Feature::CustomPageSizes, |session, _| {
            let ty = MemoryType { page_size_log2: 0, ..MemoryType::new(0, None) };
            session.memory_new(ty).map(drop)
        }),
        (Feature::Memory64, |session, _| {
            let ty = TableType { element: RefType::FUNC, minimum: 0, maximum: None, table64: true };
            session.table_new(ty, Ref::Null(Hierarchy::Func)).map(drop)
        }),
        (Feature::Simd, |session, _| {
            let ty = GlobalType { content: ValType::V128, mutable: false };
            session.global_new(ty, Value::V128(0)).map(drop)
        }),
        (Feature::Gc, |session, any| {
            let ty = GlobalType { content: ValType::Ref(any), mutable: false };
            session.global_new(ty, Value::Ref(Ref::Null(Hierarchy::Any))).map(drop)
        }),
    ];
    let all = wassay_cranelift::provider().features();
    for (feature, make) in cases {
        if all.has(feature) {
            let with = engine(all, Bounds::Guard);
            assert_eq!(make(&mut *with.session().unwrap(), null), Ok(()), "{feature}");
        }
        let without = engine(Features::WASM1, Bounds::Guard);
        assert!(refused(make(&mut *without.session().unwrap(), null)), "{feature}");
    }
}
