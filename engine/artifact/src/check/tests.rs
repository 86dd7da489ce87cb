//! Artifacts with a matching digest and wrong contents.

use crate::abi::{Libcall, TrapCode};
use crate::format::{DIGEST, digest};
use crate::index::*;
use crate::module::*;
use crate::sample::{artifact, builder, module};
use crate::types::*;
use crate::{Artifact, ArtifactBuilder, LoadError, TextRange};
use proptest::prelude::*;
use std::sync::Arc;

/// Corrects the digest of the bytes, as their producer would, and reads them.
fn read(mut bytes: Vec<u8>) -> Result<Artifact, LoadError> {
    let digest = digest(&bytes);
    bytes[DIGEST].copy_from_slice(&digest);
    Artifact::read(bytes)
}

/// Follows every offset and index of an artifact without another check: panics if one leads out of
/// its table.
fn follow(artifact: &Artifact) {
    for func in (0..artifact.function_count() as u32).map(DefinedFuncIndex) {
        let TextRange { start, len } = artifact.function(func).unwrap();
        assert!(!artifact.text()[start as usize..][..len as usize].is_empty());
        assert_eq!(artifact.function_at(start), Some(func));
        assert_eq!(artifact.function_at(start + len - 1), Some(func));
    }
    for offset in 0..artifact.text().len() as u32 {
        let _ = (artifact.trap_at(offset), artifact.location_at(offset));
        let _ = artifact.function_name(FuncIndex(offset)).map(str::len);
        assert!(artifact.function_at(offset).is_none_or(|f| f.at() < artifact.function_count()));
    }
    let _ = (artifact.libcall_slots().count(), artifact.signature());
    let Ok(module) = artifact.module() else { return };
    let _ = crate::abi::Layout::of(&module);
    let item = |item: ExternIndex| match item {
        ExternIndex::Func(func) => module.func_type(module.functions[func.at()]).is_some(),
        ExternIndex::Table(table) => module.tables.get(table.at()).is_some(),
        ExternIndex::Memory(memory) => module.memories[memory.at()].page_size_log2 <= 16,
        ExternIndex::Global(global) => module.globals.get(global.at()).is_some(),
        ExternIndex::Tag(tag) => module.func_type(module.tags[tag.at()]).is_some(),
    };
    let item = |index: ExternIndex| assert!(item(index), "{index:?}");
    module.imports.iter().for_each(|import| item(import.item));
    module.exports.iter().for_each(|export| item(export.item));
    (0..module.functions.len() as u32).for_each(|at| item(ExternIndex::Func(FuncIndex(at))));
    (0..module.tags.len() as u32).for_each(|at| item(ExternIndex::Tag(TagIndex(at))));
    let defined = |all: usize, imported: u32| all - imported as usize;
    assert_eq!(
        (
            defined(module.functions.len(), module.imported.functions),
            defined(module.tables.len(), module.imported.tables),
            defined(module.globals.len(), module.imported.globals),
        ),
        (artifact.function_count(), module.table_inits.len(), module.global_inits.len())
    );
    for func in &module.escaping {
        assert!(artifact.function(*func).is_some() && module.func_ref_slot(*func).is_some());
    }
    for segment in &module.elements {
        if let ElementItems::Functions(funcs) = &segment.items {
            funcs.iter().for_each(|func| item(ExternIndex::Func(*func)));
        }
        if let ElementMode::Active { table, .. } = segment.mode {
            item(ExternIndex::Table(table));
        }
    }
    for segment in &module.data {
        let _ = &artifact.data()[segment.bytes.start as usize..segment.bytes.end as usize];
        if let DataMode::Active { memory, .. } = segment.mode {
            item(ExternIndex::Memory(memory));
        }
    }
}

/// Calls every method of an artifact whose tables were not checked: each may find nothing, but none
/// may panic.
fn use_unchecked(bytes: Vec<u8>) {
    let Ok(artifact) = Artifact::read_unchanged(Arc::new(bytes)) else { return };
    let _ = (artifact.libcall_slots().count(), artifact.signature(), artifact.module());
    for at in 0..artifact.text().len() as u32 + 2 {
        let _ = artifact.function(DefinedFuncIndex(at));
        let _ = (artifact.function_at(at), artifact.trap_at(at), artifact.location_at(at));
        let _ = artifact.function_name(FuncIndex(at));
    }
}

#[test]
fn the_sample_is_sound() {
    let sample = artifact(&module());
    assert_eq!(sample.module(), Ok(module()));
    follow(&sample);
}

/// Changes one thing in the sample.
type Break = fn(&mut Module);

#[test]
fn indices_outside_their_space_are_rejected() {
    let cases: &[(&str, Break)] = &[
        ("groups exceed the types", |m| m.rec_groups[3] = u32::MAX),
        ("types without a group", |m| {
            m.rec_groups.pop();
        }),
        ("type 1 has the invalid supertype 1", |m| m.types[1].supertype = Some(TypeIndex(1))),
        ("type 1 has the invalid supertype 99", |m| m.types[1].supertype = Some(TypeIndex(99))),
        ("type 3 has the invalid supertype 0", |m| m.types[3].supertype = Some(TypeIndex(0))),
        ("type 2 is not a Struct here", |m| {
            let later = HeapType::Concrete(CompositeKind::Struct, TypeIndex(2));
            let later = ValType::Ref(RefType { nullable: true, heap: later });
            m.types[1].composite = CompositeType::Func(FuncType::new([later], []));
        }),
        ("type 4 is not a function type", |m| m.types.swap(3, 4)),
        ("type 9 is not a function type", |m| m.functions[1] = TypeIndex(9)),
        ("type 2 is not a function type", |m| m.functions[1] = TypeIndex(2)),
        ("a tag has results", |m| m.tags[0] = TypeIndex(4)),
        ("a wrong number of definitions", |m| {
            m.functions.pop();
        }),
        ("a wrong number of definitions", |m| m.imported.functions = u32::MAX),
        ("a wrong number of definitions", |m| m.imported.memories = 2),
        ("a wrong number of definitions", |m| m.imported.tags = 2),
        ("a wrong number of definitions", |m| {
            m.table_inits.pop();
        }),
        ("a wrong number of definitions", |m| {
            m.global_inits.pop();
        }),
        ("a wrong number of imports", |m| {
            m.imports.pop();
        }),
        ("out of order", |m| m.imports[1].item = ExternIndex::Global(GlobalIndex(1))),
        ("out of order", |m| m.imports[0].item = ExternIndex::Func(FuncIndex(7))),
        ("out of order", |m| m.escaping = vec![DefinedFuncIndex(1), DefinedFuncIndex(0)]),
        ("out of order", |m| m.escaping = vec![DefinedFuncIndex(0), DefinedFuncIndex(2)]),
        ("no reference to function 1", |m| m.escaping.clear()),
        ("invalid limits 3 and Some(2)", |m| m.tables[0].maximum = Some(2)),
        ("invalid limits 4294967296 and None", |m| {
            (m.tables[0].minimum, m.tables[0].maximum) = (1 << 32, None);
        }),
        ("type 0 is not a Struct here", |m| {
            m.tables[0].element.heap = HeapType::Concrete(CompositeKind::Struct, TypeIndex(0));
        }),
        ("invalid page size 2^64 bytes", |m| m.memories[0].page_size_log2 = 64),
        ("invalid limits 65537 and Some(65537)", |m| {
            (m.memories[0].minimum, m.memories[0].maximum) = (65_537, Some(65_537));
        }),
        ("invalid limits 1 and Some(0)", |m| m.memories[0].maximum = Some(0)),
        ("a shared memory has no maximum", |m| m.memories[0].maximum = None),
        ("a table of non-null references has no initial value", |m| m.table_inits[1] = None),
        ("global 2 is not initialized yet", |m| {
            m.global_inits[1] = ConstExpr(vec![ConstOp::GlobalGet(GlobalIndex(2))]);
        }),
        ("a constant expression returns [I64]", |m| {
            m.global_inits[0] = ConstExpr(vec![ConstOp::I64Const(0xdead_beef)]);
        }),
        ("a constant expression returns []", |m| m.global_inits[0] = ConstExpr(vec![])),
        ("a constant expression returns [GcRef, GcRef]", |m| {
            m.global_inits[0] = ConstExpr(vec![ConstOp::RefNull(HeapType::None); 2]);
        }),
        ("expected an operand I64, found None", |m| {
            m.global_inits[1].0.remove(0);
        }),
        ("type 0 is not a struct", |m| {
            m.global_inits[0] = ConstExpr(vec![ConstOp::StructNewDefault(TypeIndex(0))]);
        }),
        ("expected an operand I32, found None", |m| {
            m.global_inits[0] = ConstExpr(vec![ConstOp::ArrayNewFixed(TypeIndex(3), u32::MAX)]);
        }),
        ("unknown start function 3", |m| m.start = Some(FuncIndex(3))),
        ("a start function with parameters", |m| m.start = Some(FuncIndex(0))),
        ("export of unknown Tag(TagIndex(1))", |m| {
            m.exports[2].item = ExternIndex::Tag(TagIndex(1));
        }),
        ("no reference to function 2", |m| {
            m.exports[0].item = ExternIndex::Func(FuncIndex(2));
        }),
        ("no reference to function 3", |m| {
            m.elements[0].items = ElementItems::Functions(vec![FuncIndex(3)]);
        }),
        ("a segment for unknown table 2", |m| {
            m.elements[0].mode =
                ElementMode::Active { table: TableIndex(2), offset: ConstExpr(vec![]) };
        }),
        ("a segment does not have its table's element type", |m| {
            m.elements[0].mode =
                ElementMode::Active { table: TableIndex(1), offset: ConstExpr(vec![]) };
        }),
        ("a segment of functions has a different element type", |m| {
            m.elements[0].ty.heap = HeapType::I31
        }),
        ("a constant expression returns [FuncRef]", |m| m.elements[1].ty.heap = HeapType::I31),
        ("a constant expression returns [I32]", |m| m.memories[0].memory64 = true),
        ("a segment with the bytes 2..10 of 9", |m| m.data[0].bytes.end = 10),
        ("a segment with the bytes 7..6 of 9", |m| m.data[0].bytes.start = 7),
        ("a segment for unknown memory 1", |m| {
            m.data[0].mode = DataMode::Active { memory: MemoryIndex(1), offset: ConstExpr(vec![]) };
        }),
    ];
    for (at, (words, change)) in cases.iter().enumerate() {
        let mut broken = module();
        change(&mut broken);
        match artifact(&broken).module() {
            Err(LoadError::Corrupt(why)) => assert!(why.contains(words), "{at}: {why}"),
            other => panic!("{at}, {words}: {other:?}"),
        }
    }
}

#[test]
fn tables_that_point_outside_the_text_are_rejected() {
    type Tables = fn(&mut ArtifactBuilder);
    let cases: &[(&str, Tables)] = &[
        ("function 0 at 30, 11 bytes", |b| b.function(TextRange { start: 30, len: 11 })),
        ("function 0 at 4294967295", |b| b.function(TextRange { start: u32::MAX, len: 2 })),
        ("function 0 at 3, 0 bytes", |b| b.function(TextRange { start: 3, len: 0 })),
        ("function 1 at 9", |b| {
            b.function(TextRange { start: 0, len: 10 });
            b.function(TextRange { start: 9, len: 1 });
        }),
        ("misplaced trap offset 40", |b| b.trap(40, TrapCode::Unreachable)),
        ("misplaced location offset 41", |b| b.location(41, 0)),
        ("libcall slot 12 is not a multiple of 8", |b| b.libcall_slot(12, Libcall::FmaF64)),
    ];
    for (words, add) in cases {
        let mut builder = builder(&Module::default());
        add(&mut builder);
        let finished = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.finish()));
        let why = finished.expect_err(words);
        let why = why.downcast_ref::<String>().unwrap();
        assert!(why.contains(words), "{why}");
    }
}

/// Names that overlap would fill any memory, if all of them are listed.
#[test]
fn names_that_overlap_or_are_out_of_order_are_rejected() {
    let good = artifact(&module());
    let names = good.sections().find(|(name, _)| *name == "names").unwrap().1;
    let text = good.sections().find(|(name, _)| *name == "name text").unwrap().1.len() as u32;
    let entry = |func: u32, end: u32| [func.to_le_bytes(), end.to_le_bytes()].concat();
    for (words, table) in [
        ("function 2 ends at 0", [entry(0, text), entry(2, 0)]),
        ("function 2 ends at", [entry(0, 0), entry(2, text + 1)]),
        ("function 0 is out of order", [entry(2, 1), entry(0, 2)]),
        ("", [entry(1, 0), entry(1, text)]),
    ] {
        let mut bytes = good.bytes().to_vec();
        bytes[names.clone()].copy_from_slice(&table.concat());
        match read(bytes) {
            Err(LoadError::Corrupt(why)) => {
                assert!(!words.is_empty() && why.contains(words), "{why}");
            }
            read => assert!(words.is_empty() && read.is_ok(), "{words}: {read:?}"),
        }
    }
}

fn bytes() -> Vec<u8> {
    artifact(&module()).bytes().to_vec()
}

/// Values that are likely to lead out of a table.
fn hostile() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..64u64,
        any::<u64>(),
        Just(u64::MAX),
        Just(u32::MAX.into()),
        (0..4096u64).prop_map(|less| u64::MAX - less),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    /// Bytes anywhere, most of them in the metadata, which is the largest part.
    #[test]
    fn tables_from_any_bytes_are_in_range(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = bytes();
        for (at, value) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
        use_unchecked(bytes.clone());
        if let Ok(artifact) = read(bytes) {
            follow(&artifact);
        }
    }

    /// Whole numbers of the header, the section table and the tables, and a different length.
    #[test]
    fn tables_from_any_offsets_are_in_range(
        changes in prop::collection::vec((any::<prop::sample::Index>(), hostile()), 0..4),
        words in prop::collection::vec((any::<prop::sample::Index>(), hostile()), 0..4),
        cut in 0..64usize,
        matching_length in any::<bool>(),
    ) {
        let mut bytes = bytes();
        for (at, value) in &changes {
            let at = 32 + 8 * at.index(24);
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        for (at, value) in &words {
            let at = 4 * at.index(bytes.len() / 4);
            bytes[at..at + 4].copy_from_slice(&(*value as u32).to_le_bytes());
        }
        bytes.truncate(bytes.len() - cut);
        if matching_length {
            let len = bytes.len() as u64;
            bytes[32..40].copy_from_slice(&len.to_le_bytes());
        }
        use_unchecked(bytes.clone());
        if let Ok(artifact) = read(bytes) {
            follow(&artifact);
        }
    }
}
