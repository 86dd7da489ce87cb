//! The words with which the suites name traps and link errors, and the kinds that they mean.
//! A word that is not here is a gap of the harness, and is said to be one.

use wassay_engine::{LinkErrorKind, TrapKind};

/// The traps that the suites mean by these words: one, but for a few old tests.
pub(super) fn trap_kinds(words: &str) -> Option<&'static [TrapKind]> {
    use TrapKind::*;
    Some(match words {
        "out of bounds" => &[MemoryOutOfBounds, TableOutOfBounds, ArrayOutOfBounds],
        "unreachable" | "unreachable executed" => &[Unreachable],
        "integer divide by zero" => &[IntegerDivideByZero],
        "integer overflow" => &[IntegerOverflow],
        "invalid conversion to integer" => &[InvalidConversion],
        "out of bounds memory access" => &[MemoryOutOfBounds],
        "out of bounds table access" => &[TableOutOfBounds],
        "out of bounds array access" => &[ArrayOutOfBounds],
        "undefined element" | "undefined" => &[UndefinedElement],
        "uninitialized" => &[UninitializedElement],
        "indirect call type mismatch" | "indirect call" => &[IndirectCallTypeMismatch],
        "null reference"
        | "null function reference"
        | "null function"
        | "null i31 reference"
        | "null structure reference"
        | "null struct reference"
        | "null array reference"
        | "null exception reference"
        | "null descriptor reference" => &[NullReference],
        "cast failure" | "descriptor cast failure" => &[CastFailure],
        "unaligned atomic" => &[UnalignedAtomic],
        "expected shared memory" => &[ExpectedSharedMemory],
        "allocation failed" | "allocation size too large" => &[AllocationFailed],
        // Some suites add the index of the element.
        words if words.starts_with("uninitialized element") => &[UninitializedElement],
        _ => return None,
    })
}

/// The link error that the suites mean by these words.
pub(super) fn link_kind(words: &str) -> Option<LinkErrorKind> {
    match words {
        "unknown import" => Some(LinkErrorKind::UnknownImport),
        "incompatible import type" | "incompatible import" => {
            Some(LinkErrorKind::IncompatibleImport)
        }
        _ => None,
    }
}

/// The trap that has taken the place of a link error of these words: before bulk memory, a segment
/// that did not fit kept a module from being linked.
pub(super) fn segment_trap(words: &str) -> Option<TrapKind> {
    match words {
        "data segment does not fit" => Some(TrapKind::MemoryOutOfBounds),
        "elements segment does not fit" => Some(TrapKind::TableOutOfBounds),
        _ => None,
    }
}

/// Whether these words name the exhaustion of the call stack.
pub(super) fn is_exhaustion(words: &str) -> bool {
    words == "call stack exhausted"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_trait_are_known() {
        for &kind in TrapKind::ALL {
            if !matches!(kind, TrapKind::Host | TrapKind::Interrupted) {
                assert_eq!(trap_kinds(kind.message()), Some(&[kind][..]));
            }
        }
        let uninitialized = Some(&[TrapKind::UninitializedElement][..]);
        assert_eq!(trap_kinds("uninitialized element 2"), uninitialized);
        assert_eq!(trap_kinds("no such trap"), None);
    }
}
