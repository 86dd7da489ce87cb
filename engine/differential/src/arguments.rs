//! Takes a parameter's type and a seed; gives a value at which programs often fail. Knows no
//! engine.

use crate::seed::Numbers;
use wassay_engine::{Hierarchy, Ref, ValType, Value};

/// Edge cases of `i32`, and of the upper and lower half of `i64`.
pub const WORDS: &[u32] = &[
    0,
    1,
    2,
    7,
    31,
    32,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x0001_fff8,
    0x7fff_ffff,
    0x8000_0000,
    0x8000_0001,
    0xffff_fffe,
    0xffff_ffff,
];

/// Edge cases of `i64`.
pub const LONGS: &[u64] = &[
    0,
    1,
    63,
    64,
    0xff,
    0xffff_ffff,
    0x1_0000_0000,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_8000_0000,
    0xffff_ffff_ffff_ffff,
];

/// Amounts of shifts and rotations: around every width of a lane or an integer, and far beyond.
pub const AMOUNTS: &[i64] =
    &[0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, -1, -31, -32, -33, i64::MIN];

/// Edge cases of `f32`, as bits.
pub const SINGLES: &[u32] = &[
    0,
    0x8000_0000,
    0x3f80_0000,
    0xbfc0_0000,
    1,
    0x007f_ffff,
    0x7f7f_ffff,
    0x7f80_0000,
    0xff80_0000,
    0x7fc0_0000,
    0xffc0_0123,
    0x4f00_0000,
    0xcf00_0000,
    0x5f00_0000,
    0x4b00_0001,
];

/// Edge cases of `f64`, as bits.
pub const DOUBLES: &[u64] = &[
    0,
    0x8000_0000_0000_0000,
    0x3ff0_0000_0000_0000,
    0xbff8_0000_0000_0000,
    1,
    0x7fef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0123,
    0x41e0_0000_0000_0000,
    0xc1e0_0000_0020_0000,
    0x43e0_0000_0000_0000,
    0x4330_0000_0000_0001,
];

/// A value of this type; `None` if the host has no value of the type.
pub fn argument(ty: &ValType, numbers: &mut Numbers) -> Option<Value> {
    let any = numbers.chance(1, 4);
    Some(match ty {
        ValType::I32 if any => Value::I32(numbers.next() as u32),
        ValType::I32 => Value::I32(numbers.pick(WORDS)),
        ValType::I64 if any => Value::I64(numbers.next()),
        ValType::I64 => Value::I64(numbers.pick(LONGS)),
        ValType::F32 => Value::F32(numbers.pick(SINGLES)),
        ValType::F64 => Value::F64(numbers.pick(DOUBLES)),
        ValType::V128 => vector(numbers),
        ValType::Ref(ty) => match ty.heap.hierarchy() {
            Hierarchy::Extern if !ty.nullable || any => Value::Ref(Ref::Extern(7)),
            hierarchy if ty.nullable => Value::Ref(Ref::Null(hierarchy)),
            _ => return None,
        },
    })
}

fn vector(numbers: &mut Numbers) -> Value {
    let half = |numbers: &mut Numbers| match numbers.below(4) {
        0 => numbers.next(),
        1 => numbers.pick(LONGS),
        2 => u64::from(numbers.pick(WORDS)) << 32 | u64::from(numbers.pick(WORDS)),
        _ => u64::from(numbers.pick(SINGLES)) << 32 | u64::from(numbers.pick(SINGLES)),
    };
    Value::V128(u128::from(half(numbers)) << 64 | u128::from(half(numbers)))
}
