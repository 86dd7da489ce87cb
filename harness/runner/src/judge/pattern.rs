//! Takes a result pattern and a value; decides whether they match, and prints both. Strict: floats
//! are compared by their bits, and a null never matches a function. Sees no engine.

use crate::wire;
use serde::{Deserialize, Serialize};
use std::fmt;
use wassay_engine::{Hierarchy, Ref, Value};

/// A result pattern of the script language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Pattern {
    I32(u32),
    I64(u64),
    F32(Nan<u32>),
    F64(Nan<u64>),
    V128(Lanes),
    /// A null of this hierarchy, or of any hierarchy.
    Null(#[serde(with = "wire::hierarchy")] Option<Hierarchy>),
    /// A non-null external reference with this number, or with any number.
    Extern(Option<u32>),
    /// A host value in the `any` hierarchy.
    Host(u32),
    /// A non-null function.
    Func,
    /// A non-null reference that is not a function.
    NonNull,
    /// A non-null reference of the `any` hierarchy.
    Any,
    /// A non-null reference that `ref.eq` accepts.
    Eq,
    I31,
    Struct,
    Array,
    /// A non-null exception.
    Exn,
    /// A continuation: no engine can return one.
    Cont,
    /// A null continuation: no engine can return one.
    NullCont,
    /// A reference to a shared `i31`: no engine can return one.
    SharedI31,
    /// Any of these patterns.
    Either(Vec<Pattern>),
}

/// A float, by its bits or as a class of NaNs; the sign of a NaN class is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nan<B> {
    /// Exactly these bits.
    Bits(B),
    /// Only the highest bit of the payload is set.
    Canonical,
    /// At least the highest bit of the payload is set.
    Arithmetic,
}

/// A vector in the shape that the script gives it, lane 0 first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Lanes {
    I8x16([u8; 16]),
    I16x8([u16; 8]),
    I32x4([u32; 4]),
    I64x2([u64; 2]),
    F32x4([Nan<u32>; 4]),
    F64x2([Nan<u64>; 2]),
}

impl Pattern {
    /// Whether the pattern matches the value.
    pub fn matches(&self, value: &Value) -> bool {
        match (self, value) {
            (Pattern::Either(patterns), value) => {
                patterns.iter().any(|pattern| pattern.matches(value))
            }
            (Pattern::I32(expected), Value::I32(actual)) => expected == actual,
            (Pattern::I64(expected), Value::I64(actual)) => expected == actual,
            (Pattern::F32(expected), Value::F32(actual)) => f32_matches(*expected, *actual),
            (Pattern::F64(expected), Value::F64(actual)) => f64_matches(*expected, *actual),
            (Pattern::V128(expected), Value::V128(actual)) => expected.matches(*actual),
            (pattern, Value::Ref(reference)) => pattern.matches_ref(*reference),
            _ => false,
        }
    }

    /// Whether the pattern matches several values that a script can distinguish, NaN payloads
    /// aside.
    pub fn is_open(&self) -> bool {
        match self {
            Pattern::I32(_)
            | Pattern::I64(_)
            | Pattern::F32(_)
            | Pattern::F64(_)
            | Pattern::V128(_)
            | Pattern::Null(Some(_))
            | Pattern::Extern(Some(_))
            | Pattern::Host(_) => false,
            // A script can only observe that these are present.
            Pattern::Func | Pattern::Struct | Pattern::Array | Pattern::Exn => false,
            Pattern::Cont | Pattern::NullCont | Pattern::SharedI31 => false,
            Pattern::Null(None)
            | Pattern::Extern(None)
            | Pattern::NonNull
            | Pattern::Any
            | Pattern::Eq
            | Pattern::I31
            | Pattern::Either(_) => true,
        }
    }

    fn matches_ref(&self, reference: Ref) -> bool {
        match self {
            Pattern::Null(None) => matches!(reference, Ref::Null(_)),
            Pattern::Null(Some(hierarchy)) => reference == Ref::Null(*hierarchy),
            Pattern::Extern(Some(number)) => reference == Ref::Extern(*number),
            Pattern::Extern(None) => matches!(reference, Ref::Extern(_) | Ref::Externalized(_)),
            Pattern::Host(number) => reference == Ref::Host(*number),
            Pattern::Func => matches!(reference, Ref::Func(_)),
            Pattern::NonNull => !matches!(reference, Ref::Func(_) | Ref::Null(_)),
            Pattern::Any => {
                matches!(reference, Ref::Host(_) | Ref::I31(_) | Ref::Struct(_) | Ref::Array(_))
            }
            Pattern::Eq => matches!(reference, Ref::I31(_) | Ref::Struct(_) | Ref::Array(_)),
            Pattern::I31 => matches!(reference, Ref::I31(_)),
            Pattern::Struct => matches!(reference, Ref::Struct(_)),
            Pattern::Array => matches!(reference, Ref::Array(_)),
            Pattern::Exn => matches!(reference, Ref::Exn(_)),
            _ => false,
        }
    }

    /// The value as the script would write it beside this pattern, with vectors in the same shape.
    pub fn show_beside(&self, value: &Value) -> String {
        match (self, value) {
            (Pattern::V128(lanes), Value::V128(bits)) => lanes.same_shape(*bits).to_string(),
            _ => value.to_string(),
        }
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

fn lane(bits: u128, width: usize, at: usize) -> u64 {
    ((bits >> (width * at)) & ((1 << width) - 1)) as u64
}

impl Lanes {
    fn matches(&self, bits: u128) -> bool {
        match self {
            Lanes::F32x4(lanes) => {
                (0..4).all(|at| f32_matches(lanes[at], lane(bits, 32, at) as u32))
            }
            Lanes::F64x2(lanes) => (0..2).all(|at| f64_matches(lanes[at], lane(bits, 64, at))),
            exact => exact.same_shape(bits) == *exact,
        }
    }

    /// The bits of a vector without open lanes.
    pub(crate) fn bits(&self) -> Option<u128> {
        fn join<L: Copy>(
            lanes: &[L],
            width: usize,
            bits: impl Fn(L) -> Option<u64>,
        ) -> Option<u128> {
            let mut joined = 0;
            for (at, lane) in lanes.iter().enumerate() {
                joined |= u128::from(bits(*lane)?) << (width * at);
            }
            Some(joined)
        }
        match self {
            Lanes::I8x16(lanes) => join(lanes, 8, |lane| Some(lane.into())),
            Lanes::I16x8(lanes) => join(lanes, 16, |lane| Some(lane.into())),
            Lanes::I32x4(lanes) => join(lanes, 32, |lane| Some(lane.into())),
            Lanes::I64x2(lanes) => join(lanes, 64, Some),
            Lanes::F32x4(lanes) => join(lanes, 32, |lane| lane.bits().map(u64::from)),
            Lanes::F64x2(lanes) => join(lanes, 64, Nan::bits),
        }
    }

    /// These bits, in this shape.
    fn same_shape(&self, bits: u128) -> Lanes {
        use std::array::from_fn;
        match self {
            Lanes::I8x16(_) => Lanes::I8x16(from_fn(|at| lane(bits, 8, at) as u8)),
            Lanes::I16x8(_) => Lanes::I16x8(from_fn(|at| lane(bits, 16, at) as u16)),
            Lanes::I32x4(_) => Lanes::I32x4(from_fn(|at| lane(bits, 32, at) as u32)),
            Lanes::I64x2(_) => Lanes::I64x2(from_fn(|at| lane(bits, 64, at))),
            Lanes::F32x4(_) => Lanes::F32x4(from_fn(|at| Nan::Bits(lane(bits, 32, at) as u32))),
            Lanes::F64x2(_) => Lanes::F64x2(from_fn(|at| Nan::Bits(lane(bits, 64, at)))),
        }
    }
}

impl<B> Nan<B> {
    /// The bits, or `None` if they are open.
    fn bits(self) -> Option<B> {
        match self {
            Nan::Bits(bits) => Some(bits),
            Nan::Canonical | Nan::Arithmetic => None,
        }
    }
}

impl fmt::Display for Nan<u32> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nan::Canonical => f.write_str("nan:canonical"),
            Nan::Arithmetic => f.write_str("nan:arithmetic"),
            Nan::Bits(bits) => match f32::from_bits(*bits) {
                nan if nan.is_nan() => {
                    let sign = if *bits >> 31 == 1 { "-" } else { "" };
                    write!(f, "{sign}nan:{:#x}", bits & 0x7f_ffff)
                }
                float => write!(f, "{float:?}"),
            },
        }
    }
}

impl fmt::Display for Nan<u64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nan::Canonical => f.write_str("nan:canonical"),
            Nan::Arithmetic => f.write_str("nan:arithmetic"),
            Nan::Bits(bits) => match f64::from_bits(*bits) {
                nan if nan.is_nan() => {
                    let sign = if *bits >> 63 == 1 { "-" } else { "" };
                    write!(f, "{sign}nan:{:#x}", bits & 0xf_ffff_ffff_ffff)
                }
                float => write!(f, "{float:?}"),
            },
        }
    }
}

impl fmt::Display for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn all<T: fmt::Display>(
            f: &mut fmt::Formatter<'_>,
            shape: &str,
            lanes: &[T],
        ) -> fmt::Result {
            write!(f, "(v128.const {shape}")?;
            for lane in lanes {
                write!(f, " {lane}")?;
            }
            f.write_str(")")
        }
        match self {
            Lanes::I8x16(lanes) => all(f, "i8x16", &lanes.map(u8::cast_signed)),
            Lanes::I16x8(lanes) => all(f, "i16x8", &lanes.map(u16::cast_signed)),
            Lanes::I32x4(lanes) => all(f, "i32x4", &lanes.map(u32::cast_signed)),
            Lanes::I64x2(lanes) => all(f, "i64x2", &lanes.map(u64::cast_signed)),
            Lanes::F32x4(lanes) => all(f, "f32x4", lanes),
            Lanes::F64x2(lanes) => all(f, "f64x2", lanes),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::I32(bits) => Value::I32(*bits).fmt(f),
            Pattern::I64(bits) => Value::I64(*bits).fmt(f),
            Pattern::F32(Nan::Bits(bits)) => Value::F32(*bits).fmt(f),
            Pattern::F64(Nan::Bits(bits)) => Value::F64(*bits).fmt(f),
            Pattern::F32(class) => write!(f, "(f32.const {class})"),
            Pattern::F64(class) => write!(f, "(f64.const {class})"),
            Pattern::V128(lanes) => lanes.fmt(f),
            Pattern::Null(None) => f.write_str("(ref.null)"),
            Pattern::Null(Some(hierarchy)) => Ref::Null(*hierarchy).fmt(f),
            Pattern::Extern(Some(number)) => write!(f, "(ref.extern {number})"),
            Pattern::Extern(None) => f.write_str("(ref.extern)"),
            Pattern::Host(number) => write!(f, "(ref.host {number})"),
            Pattern::Func => f.write_str("(ref.func)"),
            Pattern::NonNull => f.write_str("(ref)"),
            Pattern::Any => f.write_str("(ref.any)"),
            Pattern::Eq => f.write_str("(ref.eq)"),
            Pattern::I31 => f.write_str("(ref.i31)"),
            Pattern::Struct => f.write_str("(ref.struct)"),
            Pattern::Array => f.write_str("(ref.array)"),
            Pattern::Exn => f.write_str("(ref.exn)"),
            Pattern::Cont => f.write_str("(ref.cont)"),
            Pattern::NullCont => f.write_str("(ref.null cont)"),
            Pattern::SharedI31 => f.write_str("(ref.i31_shared)"),
            Pattern::Either(patterns) => {
                f.write_str("(either")?;
                for pattern in patterns {
                    write!(f, " {pattern}")?;
                }
                f.write_str(")")
            }
        }
    }
}
