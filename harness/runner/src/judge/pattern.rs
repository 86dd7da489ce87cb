//! Takes a result pattern and a value; decides whether they match, and gives the value as a record
//! holds it. Strict: floats are compared by their bits, and a null never matches a function. Sees no
//! engine.

use crate::wire;
use wassay_engine::{Ref, Value};
use wassay_record::{Lanes, Nan, Pattern};

/// Whether the pattern matches the value.
pub(crate) fn matches(pattern: &Pattern, value: &Value) -> bool {
    match (pattern, value) {
        (Pattern::Either(patterns), value) => {
            patterns.iter().any(|pattern| matches(pattern, value))
        }
        (Pattern::I32(expected), Value::I32(actual)) => expected == actual,
        (Pattern::I64(expected), Value::I64(actual)) => expected == actual,
        (Pattern::F32(expected), Value::F32(actual)) => f32_matches(*expected, *actual),
        (Pattern::F64(expected), Value::F64(actual)) => f64_matches(*expected, *actual),
        (Pattern::V128(expected), Value::V128(actual)) => lanes_match(expected, *actual),
        (pattern, Value::Ref(reference)) => matches_ref(pattern, *reference),
        _ => false,
    }
}

/// Whether the pattern matches several values that a script can distinguish, NaN payloads aside.
pub(super) fn is_open(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::I32(_)
        | Pattern::I64(_)
        | Pattern::F32(_)
        | Pattern::F64(_)
        | Pattern::V128(_)
        | Pattern::Null(Some(_))
        | Pattern::Extern(Some(_))
        | Pattern::Host(_)
        | Pattern::I31(Some(_)) => false,
        // A script can only observe that these are present.
        Pattern::Func | Pattern::FuncOf(_) => false,
        Pattern::Struct | Pattern::Array | Pattern::Exn => false,
        // No engine can return these, and no script writes the last one.
        Pattern::Cont | Pattern::NullCont | Pattern::SharedI31 | Pattern::More(_) => false,
        Pattern::Null(None)
        | Pattern::Extern(None)
        | Pattern::NonNull
        | Pattern::Any
        | Pattern::Eq
        | Pattern::I31(None)
        | Pattern::Either(_) => true,
    }
}

fn matches_ref(pattern: &Pattern, reference: Ref) -> bool {
    match pattern {
        Pattern::Null(None) => matches!(reference, Ref::Null(_)),
        Pattern::Null(Some(hierarchy)) => {
            reference == Ref::Null(wire::engine_hierarchy(*hierarchy))
        }
        Pattern::Extern(Some(number)) => reference == Ref::Extern(*number),
        Pattern::Extern(None) => matches!(reference, Ref::Extern(_) | Ref::Externalized(_)),
        Pattern::Host(number) => reference == Ref::Host(*number),
        Pattern::Func => matches!(reference, Ref::Func(_)),
        Pattern::NonNull => !matches!(reference, Ref::Func(_) | Ref::Null(_)),
        Pattern::Any => {
            matches!(reference, Ref::Host(_) | Ref::I31(_) | Ref::Struct(_) | Ref::Array(_))
        }
        Pattern::Eq => matches!(reference, Ref::I31(_) | Ref::Struct(_) | Ref::Array(_)),
        Pattern::I31(Some(bits)) => reference == Ref::I31(*bits),
        Pattern::I31(None) => matches!(reference, Ref::I31(_)),
        Pattern::Struct => matches!(reference, Ref::Struct(_)),
        Pattern::Array => matches!(reference, Ref::Array(_)),
        Pattern::Exn => matches!(reference, Ref::Exn(_)),
        _ => false,
    }
}

/// The value as a record holds it beside this pattern, with vectors in the same shape.
pub(super) fn beside(pattern: Option<&Pattern>, value: &Value) -> Pattern {
    match (pattern, value) {
        (Some(Pattern::V128(lanes)), Value::V128(bits)) => Pattern::V128(lanes.same_shape(*bits)),
        _ => wire::pattern(value),
    }
}

fn f32_matches(expected: Nan<u32>, actual: u32) -> bool {
    match expected {
        Nan::Bits(bits) => bits == actual,
        Nan::Canonical => actual & 0x7fff_ffff == 0x7fc0_0000,
        Nan::Arithmetic => actual & 0x7fc0_0000 == 0x7fc0_0000,
    }
}

fn f64_matches(expected: Nan<u64>, actual: u64) -> bool {
    match expected {
        Nan::Bits(bits) => bits == actual,
        Nan::Canonical => actual & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        Nan::Arithmetic => actual & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
    }
}

fn lanes_match(expected: &Lanes, bits: u128) -> bool {
    match expected {
        Lanes::F32x4(lanes) => (0..4).all(|at| f32_matches(lanes[at], (bits >> (32 * at)) as u32)),
        Lanes::F64x2(lanes) => (0..2).all(|at| f64_matches(lanes[at], (bits >> (64 * at)) as u64)),
        exact => exact.same_shape(bits) == *exact,
    }
}
