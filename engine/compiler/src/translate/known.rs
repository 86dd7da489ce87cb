//! Values that every path to the current point has computed. Takes keys and values of pure
//! computations; returns the value that an equal key has. Creates no instruction.
//!
//! The optimizer would merge equal computations anyway, but most of its time goes into making,
//! hashing and dropping the copies.

use cranelift_codegen::ir::{Type, Value};
use wassay_artifact::abi::ConstantField;

/// How many values are known at a time, at most. A new one may replace another.
const SLOTS: usize = 64;

/// A computation that has the same result wherever its operands are available.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    kind: Kind,
    ty: Type,
    /// The operands: two values, a value and an offset, or the bits of a constant.
    operands: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Field,
    Constant,
    Extended,
    Sum,
}

impl Key {
    /// The load of a field that never changes.
    pub fn field(base: Value, field: ConstantField, ty: Type) -> Key {
        Key { kind: Kind::Field, ty, operands: pair(base.as_u32(), field.offset().cast_unsigned()) }
    }

    /// An integer constant.
    pub fn constant(ty: Type, bits: i64) -> Key {
        Key { kind: Kind::Constant, ty, operands: bits.cast_unsigned() }
    }

    /// A value extended with zeros.
    pub fn extended(value: Value, to: Type) -> Key {
        Key { kind: Kind::Extended, ty: to, operands: pair(value.as_u32(), 0) }
    }

    /// The sum of two values of a type.
    pub fn sum(left: Value, right: Value, ty: Type) -> Key {
        Key { kind: Kind::Sum, ty, operands: pair(left.as_u32(), right.as_u32()) }
    }

    fn slot(self) -> u8 {
        // Fibonacci hashing: the upper bits of the product depend on all bits of the operands.
        let mixed = self.operands ^ (self.kind as u64) << 60 ^ u64::from(self.ty.bits()) << 44;
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as u8
    }
}

fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// The known values. At the end of a branch, those that were computed inside it are forgotten.
pub(super) struct Known {
    slots: [Option<(Key, Value)>; SLOTS],
    /// The slots that were written, oldest first.
    written: Vec<u8>,
}

impl Default for Known {
    fn default() -> Known {
        Known { slots: [None; SLOTS], written: Vec::new() }
    }
}

impl Known {
    /// A mark for [`Known::forget_since`].
    pub fn mark(&self) -> usize {
        self.written.len()
    }

    /// Forgets the values that were recorded since the mark: paths to the current point bypass
    /// their computations.
    pub fn forget_since(&mut self, mark: usize) {
        for slot in self.written.drain(mark..) {
            self.slots[usize::from(slot)] = None;
        }
    }

    /// The value of this computation, if every path to here has it.
    pub fn find(&self, key: Key) -> Option<Value> {
        self.slots[usize::from(key.slot())].filter(|it| it.0 == key).map(|it| it.1)
    }

    /// Records the value of a computation at the current point.
    pub fn record(&mut self, key: Key, value: Value) {
        let slot = key.slot();
        self.slots[usize::from(slot)] = Some((key, value));
        self.written.push(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cranelift_codegen::ir::types::{I32, I64};
    use std::collections::HashMap;
    use wassay_artifact::abi::vmctx;
    use wassay_artifact::index::TypeIndex;

    fn value(number: u32) -> Value {
        Value::from_u32(number)
    }

    #[test]
    fn keys_of_different_computations_differ() {
        let field = |number| vmctx::type_id(TypeIndex(number));
        let keys = [
            Key::field(value(1), field(0), I32),
            Key::field(value(1), field(0), I64),
            Key::field(value(1), field(1), I32),
            Key::field(value(2), field(0), I32),
            Key::constant(I32, 1 << 32),
            Key::constant(I64, 1 << 32),
            Key::constant(I64, 1),
            Key::extended(value(1), I64),
            Key::extended(value(2), I64),
            Key::sum(value(1), value(0), I64),
            Key::sum(value(1), value(2), I64),
            Key::sum(value(2), value(1), I64),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(keys.iter().position(|it| it == key), Some(at));
        }
    }

    /// A model that forgets nothing too early: whatever is found was recorded and not forgotten.
    #[test]
    fn what_is_found_was_recorded_and_not_forgotten() {
        let mut known = Known::default();
        let mut model: Vec<(i64, Value)> = Vec::new();
        let mut marks = vec![(0, 0)];
        let mut found = 0;
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        for number in 0..100_000 {
            match random(8) {
                0 => marks.push((known.mark(), model.len())),
                1 if marks.len() > 1 => {
                    let (mark, len) = marks.pop().expect("more than one");
                    known.forget_since(mark);
                    model.truncate(len);
                }
                _ => {
                    let bits = i64::from(random(100));
                    let key = Key::constant(I64, bits);
                    let last = model.iter().rev().find(|it| it.0 == bits).map(|it| it.1);
                    match known.find(key) {
                        Some(value) => {
                            assert_eq!(Some(value), last);
                            found += 1;
                        }
                        None => {
                            known.record(key, value(number));
                            model.push((bits, value(number)));
                        }
                    }
                }
            }
        }
        assert!(found > 10_000, "{found} found");
    }

    #[test]
    fn slots_are_spread() {
        let mut counts = HashMap::new();
        for number in 0..4096 {
            for key in [
                Key::constant(I32, i64::from(number)),
                Key::constant(I64, i64::from(number) << 16),
                Key::extended(value(number), I64),
                Key::sum(value(3), value(number), I64),
            ] {
                *counts.entry(key.slot()).or_insert(0) += 1;
            }
        }
        assert_eq!(counts.len(), SLOTS);
        let worst = counts.values().max().expect("not empty");
        assert!(*worst < 2 * 4 * 4096 / SLOTS as i32, "{worst} keys in one slot");
    }
}
