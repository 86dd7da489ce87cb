//! Takes the words by which the suites name traps and link errors; gives the kinds that they mean.
//! As in the specification's runner, a script may omit the end of the words, or all of them. The
//! harness reports words that are missing here as its own gap. Sees no engine.

use wassay_engine::{LinkErrorKind, TrapKind};

/// Words and the traps that they mean: one kind each, except in a few old tests.
const TRAPS: &[(&str, &[TrapKind])] = {
    use TrapKind::*;
    &[
        ("out of bounds", &[MemoryOutOfBounds, TableOutOfBounds, ArrayOutOfBounds]),
        ("unreachable executed", &[Unreachable]),
        ("integer divide by zero", &[IntegerDivideByZero]),
        ("integer overflow", &[IntegerOverflow]),
        ("invalid conversion to integer", &[InvalidConversion]),
        ("out of bounds memory access", &[MemoryOutOfBounds]),
        ("out of bounds table access", &[TableOutOfBounds]),
        ("out of bounds array access", &[ArrayOutOfBounds]),
        ("undefined", &[UndefinedElement]),
        ("undefined element", &[UndefinedElement]),
        ("uninitialized element", &[UninitializedElement]),
        ("indirect call type mismatch", &[IndirectCallTypeMismatch]),
        ("null reference", &[NullReference]),
        ("null function reference", &[NullReference]),
        ("null i31 reference", &[NullReference]),
        ("null structure reference", &[NullReference]),
        ("null struct reference", &[NullReference]),
        ("null array reference", &[NullReference]),
        ("null exception reference", &[NullReference]),
        ("null descriptor reference", &[NullReference]),
        ("cast failure", &[CastFailure]),
        ("descriptor cast failure", &[CastFailure]),
        ("unaligned atomic", &[UnalignedAtomic]),
        ("expected shared memory", &[ExpectedSharedMemory]),
        ("allocation failed", &[AllocationFailed]),
        ("allocation size too large", &[AllocationFailed]),
    ]
};

/// Words and the link error that they mean.
const LINK_ERRORS: &[(&str, &[LinkErrorKind])] = &[
    ("unknown import", &[LinkErrorKind::UnknownImport]),
    ("incompatible import type", &[LinkErrorKind::IncompatibleImport]),
];

/// Words of an old link error about a segment, and the trap that has replaced it.
const SEGMENTS: &[(&str, TrapKind)] = &[
    ("data segment does not fit", TrapKind::MemoryOutOfBounds),
    ("elements segment does not fit", TrapKind::TableOutOfBounds),
];

/// The traps that these words may mean.
pub(super) fn trap_kinds(words: &str) -> Vec<TrapKind> {
    match words {
        "" => TrapKind::ALL.to_vec(),
        // Some suites add the index of the element.
        words if words.starts_with("uninitialized element ") => {
            vec![TrapKind::UninitializedElement]
        }
        words => kinds(TRAPS, words),
    }
}

/// The link errors that these words may mean.
pub(super) fn link_kinds(words: &str) -> Vec<LinkErrorKind> {
    kinds(LINK_ERRORS, words)
}

/// The kinds of the row with exactly these words, or else of every row whose words begin with them.
fn kinds<K: Copy>(table: &[(&str, &[K])], words: &str) -> Vec<K> {
    match table.iter().find(|(known, _)| *known == words) {
        Some((_, kinds)) => kinds.to_vec(),
        None => {
            let rows = table.iter().filter(|(known, _)| known.starts_with(words));
            rows.flat_map(|(_, kinds)| kinds.iter().copied()).collect()
        }
    }
}

/// The trap that has replaced a link error with these words: before bulk memory, a segment that did
/// not fit made linking fail.
pub(super) fn segment_trap(words: &str) -> Option<TrapKind> {
    let row = SEGMENTS.iter().find(|(known, _)| *known == words);
    row.map(|(_, kind)| *kind)
}

/// All words of traps and link errors, for tests of what an assertion must not accept.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let links = LINK_ERRORS.iter().map(|(words, _)| *words);
    let segments = SEGMENTS.iter().map(|(words, _)| *words);
    TRAPS.iter().map(|(words, _)| *words).chain(links).chain(segments)
}

/// Whether these words name exhaustion of the call stack.
pub(super) fn is_exhaustion(words: &str) -> bool {
    "call stack exhausted".starts_with(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_trait_are_known() {
        for &kind in TrapKind::ALL {
            if !matches!(kind, TrapKind::Host | TrapKind::Interrupted) {
                assert_eq!(trap_kinds(kind.message()), [kind]);
            }
        }
        assert_eq!(trap_kinds("uninitialized element 2"), [TrapKind::UninitializedElement]);
        assert_eq!(trap_kinds("no such trap"), []);
    }

    #[test]
    fn the_end_of_the_words_may_be_left_out() {
        use TrapKind::*;
        assert_eq!(trap_kinds("unreachable"), [Unreachable]);
        assert_eq!(trap_kinds("uninitialized"), [UninitializedElement]);
        assert_eq!(trap_kinds("indirect call"), [IndirectCallTypeMismatch]);
        assert_eq!(trap_kinds("integer divide"), [IntegerDivideByZero]);
        assert_eq!(trap_kinds("integer"), [IntegerDivideByZero, IntegerOverflow]);
        assert_eq!(trap_kinds("out of bounds memory"), [MemoryOutOfBounds]);
        assert_eq!(link_kinds("incompatible import"), [LinkErrorKind::IncompatibleImport]);
    }
}
