//! Merges data segments: takes a module with its segments; replaces many by one with the same
//! effect, which is loaded and written at once. A linker that leaves out zeros makes tens of
//! thousands of them.
//!
//! The difference cannot be observed if all segments that are not passive and empty are active, at
//! constant places inside the initial size of one memory that the module defines, and no element
//! segment, which is written before them, can trap. Then all are dropped before any code runs, and a
//! dropped or empty segment is the same as one that does not exist.

use std::ops::Range;
use wassay_artifact::index::MemoryIndex;
use wassay_artifact::module::*;

/// The least number of bytes that are worth it.
const LEAST: usize = 64 << 10;

/// Merges the segments of a module, whose bytes these are, if there are many bytes and few gaps.
pub(crate) fn merge(module: &mut Module, data: &mut Vec<u8>) {
    if data.len() < LEAST
        || module.data.len() < 2
        || !module.elements.iter().all(|it| fits(module, it))
    {
        return;
    }
    let is_nothing =
        |segment: &&DataSegment| segment.mode == DataMode::Passive && segment.bytes.is_empty();
    let segments = module.data.iter().filter(|segment| !is_nothing(segment));
    let places: Option<Vec<_>> = segments.clone().map(|segment| place(module, segment)).collect();
    let Some(places) = places else { return };
    let Some((memory, _)) = places.first().cloned() else { return };
    let start = places.iter().map(|(_, range)| range.start).min().unwrap_or(0);
    let end = places.iter().map(|(_, range)| range.end).max().unwrap_or(0);
    let len = (end - start) as usize;
    if places.iter().any(|place| place.0 != memory) || len > data.len().saturating_mul(2) {
        return;
    }
    let mut merged = vec![0; len];
    // A later segment overwrites an earlier one.
    for (segment, (_, to)) in segments.zip(&places) {
        let from = segment.bytes.start as usize..segment.bytes.end as usize;
        let to = (to.start - start) as usize..(to.end - start) as usize;
        merged[to].copy_from_slice(&data[from]);
    }
    let offset = ConstExpr(vec![match module.memories[memory.at()].memory64 {
        true => ConstOp::I64Const(start),
        false => ConstOp::I32Const(start as u32),
    }]);
    let mode = DataMode::Active { memory, offset };
    module.data = vec![DataSegment { bytes: 0..len as u32, mode }];
    *data = merged;
}

/// The constant place of an active segment, inside the initial size of a memory of the module's own.
fn place(module: &Module, segment: &DataSegment) -> Option<(MemoryIndex, Range<u64>)> {
    let DataMode::Active { memory, offset } = &segment.mode else { return None };
    let start = offset.constant_offset()?;
    let is_own = memory.0 >= module.imported.memories;
    let ty = module.memories.get(memory.at()).filter(|_| is_own)?;
    let end = start.checked_add(u64::from(segment.bytes.end - segment.bytes.start))?;
    let pages = end.div_ceil(1 << ty.page_size_log2);
    (pages <= ty.minimum && u32::try_from(end).is_ok()).then_some((*memory, start..end))
}

/// Whether writing an element segment cannot trap: functions that a failed instantiation leaves
/// behind can still use the data segments.
fn fits(module: &Module, segment: &ElementSegment) -> bool {
    let ElementMode::Active { table, offset } = &segment.mode else { return true };
    let Some(start) = offset.constant_offset() else { return false };
    let len = match &segment.items {
        ElementItems::Functions(items) => items.len(),
        ElementItems::Expressions(items) => items.len(),
    };
    let ty = module.tables.get(table.at());
    ty.is_some_and(|ty| start.checked_add(len as u64).is_some_and(|end| end <= ty.minimum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_artifact::index::{FuncIndex, TableIndex};
    use wassay_artifact::types::{MemoryType, RefType, TableType};

    /// Memory, offset and length.
    type Segment = (u32, ConstOp, usize);

    /// A module with two memories of two pages, the first imported, and these segments. The bytes of
    /// each are its number.
    fn module(segments: &[Segment]) -> (Module, Vec<u8>) {
        let mut data = Vec::new();
        let mut module =
            Module { memories: vec![MemoryType::new(2, None); 2], ..Module::default() };
        module.imported.memories = 1;
        for (number, (memory, offset, len)) in (1..).zip(segments) {
            let start = data.len() as u32;
            data.resize(data.len() + len, number);
            let (memory, offset) = (MemoryIndex(*memory), ConstExpr(vec![*offset]));
            let mode = DataMode::Active { memory, offset };
            module.data.push(DataSegment { bytes: start..data.len() as u32, mode });
        }
        (module, data)
    }

    const LONG: usize = LEAST + 100;

    #[test]
    fn later_segments_overwrite_and_gaps_are_zero() {
        let at = ConstOp::I32Const;
        let (mut merged, mut data) =
            module(&[(1, at(1000), LONG), (1, at(998), 3), (1, at(67_000), 2), (1, at(5), 0)]);
        merge(&mut merged, &mut data);
        let mode = DataMode::Active { memory: MemoryIndex(1), offset: ConstExpr(vec![at(5)]) };
        let len = 67_002 - 5;
        assert_eq!(merged.data, [DataSegment { bytes: 0..len, mode }]);
        let byte = |place: usize| data[place - 5];
        assert_eq!([5, 997, 998, 1000, 1001].map(byte), [0, 0, 2, 2, 1]);
        assert_eq!([1000 + LONG - 1, 1000 + LONG, 66_999, 67_001].map(byte), [1, 0, 0, 3]);
    }

    #[test]
    fn segments_that_can_be_observed_stay() {
        let at = ConstOp::I32Const;
        let cases: &[(&str, &[Segment])] = &[
            ("one", &[(1, at(0), LONG)]),
            ("small", &[(1, at(0), LEAST - 2), (1, at(0), 1)]),
            ("imported memory", &[(1, at(0), LONG), (0, at(0), 1)]),
            ("out of bounds", &[(1, at(0), LONG), (1, at(2 << 16), 1)]),
            ("far out of bounds", &[(1, at(0), LONG), (1, ConstOp::I64Const(u64::MAX), 1)]),
            ("empty and out of bounds", &[(1, at(0), LONG), (1, at((2 << 16) + 1), 0)]),
            (
                "variable",
                &[
                    (1, at(0), LONG),
                    (1, ConstOp::GlobalGet(wassay_artifact::index::GlobalIndex(0)), 1),
                ],
            ),
        ];
        for (name, segments) in cases {
            let (mut module, mut data) = module(segments);
            let before = (module.clone(), data.clone());
            merge(&mut module, &mut data);
            assert_eq!((module, data), before, "{name}");
        }
    }

    #[test]
    fn segments_stay_if_an_element_segment_may_trap() {
        let at = ConstOp::I32Const;
        let global = ConstOp::GlobalGet(wassay_artifact::index::GlobalIndex(0));
        for (offset, len, merges) in [
            (at(6), 2, true),
            (at(8), 0, true),
            (at(7), 2, false),
            (at(9), 0, false),
            (ConstOp::I64Const(u64::MAX), 1, false),
            (global, 1, false),
        ] {
            let (mut module, mut data) = module(&[(1, at(0), LONG), (1, at(9), 1)]);
            module.tables = vec![TableType {
                element: RefType::FUNC,
                minimum: 8,
                maximum: None,
                table64: false,
            }];
            let offset = ConstExpr(vec![offset]);
            module.elements = vec![ElementSegment {
                ty: RefType::FUNC,
                items: ElementItems::Functions(vec![FuncIndex(0); len]),
                mode: ElementMode::Active { table: TableIndex(0), offset: offset.clone() },
            }];
            merge(&mut module, &mut data);
            assert_eq!(module.data.len() == 1, merges, "{len} at {offset:?}");
        }
    }

    #[test]
    fn a_passive_segment_stays_unless_it_is_empty() {
        let at = ConstOp::I32Const;
        for (len, segments) in [(1, 3), (0, 1)] {
            let (mut module, mut data) =
                module(&[(1, at(7), LONG), (1, at(0), len), (1, at(9), 1)]);
            module.data[1].mode = DataMode::Passive;
            merge(&mut module, &mut data);
            assert_eq!(module.data.len(), segments, "{len} bytes");
        }
    }

    #[test]
    fn wide_gaps_are_not_filled() {
        let at = ConstOp::I32Const;
        let (mut module, mut data) = module(&[(1, at(0), LEAST), (1, at(10 << 16), 1)]);
        module.memories[1] = MemoryType::new(100, None);
        merge(&mut module, &mut data);
        assert_eq!((module.data.len(), data.len()), (2, LEAST + 1));
    }
}
