//! Takes what two engines did; decides whether that is the same where the specification leaves the
//! bits of a NaN open. Sees values, never their text.
//!
//! The specification leaves open the sign of a NaN that an operator makes, and its payload within
//! its kind ([spec, NaN propagation]): a canonical NaN has only the highest bit of the payload set,
//! an arithmetic one at least that bit. So NaNs are compared by kind: canonical, arithmetic but not
//! canonical, or neither. The script's expectation widens or narrows this:
//! - if it is `nan:arithmetic`, a canonical NaN equals any other arithmetic one;
//! - if it is the bits of a NaN, nothing is open, and bits are compared.
//!
//! For a directive that passed on two lanes, values are recorded only if the script leaves more
//! open than the bits of a NaN; there, all arithmetic NaNs are the same.
//!
//! [spec, NaN propagation]: https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation

use crate::outcome::{Expected, Observed};
use crate::pattern::{Lanes, Nan, Pattern};
use std::slice::from_ref;

/// Whether two runs of one engine did the same, given the script's expectation.
pub(crate) fn same(a: &Observed, b: &Observed, expected: Option<&Expected>) -> bool {
    match values(a, b) {
        Some((a, b)) => same_values(a, b, wanted(expected)),
        None => a == b,
    }
}

/// Whether two engines did the same. Outcomes without values are compared by their variant alone:
/// messages are an engine's own, and so are the kinds and stages that it distinguishes.
pub(crate) fn same_between_engines(
    a: &Observed,
    b: &Observed,
    expected: Option<&Expected>,
) -> bool {
    match values(a, b) {
        Some((a, b)) => same_values(a, b, wanted(expected)),
        None => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Whether two lanes did the same where the script leaves the result open: all arithmetic NaNs are
/// equal, and a vector without a shape may hold floats.
pub fn same_open(a: &Observed, b: &Observed) -> bool {
    let Some((a, b)) = values(a, b) else { return a == b };
    let as_floats = |lanes: Lanes| {
        let (single, double) = (Pattern::F32(Nan::Arithmetic), Pattern::F64(Nan::Arithmetic));
        let any = Pattern::Either(vec![single, double, Pattern::V128(lanes)]);
        same_values(a, b, &vec![any; a.len()])
    };
    as_floats(Lanes::F32x4([Nan::Arithmetic; 4])) || as_floats(Lanes::F64x2([Nan::Arithmetic; 2]))
}

/// The values of two outcomes, if both have values.
fn values<'a>(a: &'a Observed, b: &'a Observed) -> Option<(&'a [Pattern], &'a [Pattern])> {
    match (a, b) {
        (Observed::Returned(a), Observed::Returned(b))
        | (Observed::Threw(a), Observed::Threw(b)) => Some((a, b)),
        _ => None,
    }
}

fn wanted(expected: Option<&Expected>) -> &[Pattern] {
    match expected {
        Some(Expected::Results(patterns)) => patterns,
        _ => &[],
    }
}

fn same_values(a: &[Pattern], b: &[Pattern], wanted: &[Pattern]) -> bool {
    let alternatives = |at: usize| match wanted.get(at) {
        Some(Pattern::Either(patterns)) => patterns,
        Some(pattern) => from_ref(pattern),
        None => &[],
    };
    let mut pairs = a.iter().zip(b).enumerate();
    a.len() == b.len() && pairs.all(|(at, (a, b))| a == b || same_value(a, b, alternatives(at)))
}

/// Compares two values where the script allows these alternatives.
fn same_value(a: &Pattern, b: &Pattern, alternatives: &[Pattern]) -> bool {
    let float = match a {
        Pattern::F32(_) => Float::F32,
        Pattern::F64(_) => Float::F64,
        Pattern::V128(lanes) => match float_of(lanes, alternatives) {
            Some(float) => float,
            None => return a == b,
        },
        _ => return a == b,
    };
    let (Some(a), Some(b)) = (float.lanes(a), float.lanes(b)) else { return a == b };
    let alternatives: Vec<Vec<Nan<u64>>> =
        alternatives.iter().filter_map(|wanted| float.lanes(wanted)).collect();
    let mut pairs = a.iter().zip(&b).enumerate();
    a.len() == b.len()
        && pairs.all(|(at, (a, b))| {
            let wanted = alternatives.iter().filter_map(|lanes| lanes.get(at));
            float.same(*a, *b, float.open(wanted.copied()))
        })
}

/// The type of floats in the lanes of a vector. A vector without a shape holds floats if the
/// script's expectation has them.
fn float_of(lanes: &Lanes, alternatives: &[Pattern]) -> Option<Float> {
    let is = |shape: fn(&Lanes) -> bool| {
        alternatives.iter().any(|wanted| matches!(wanted, Pattern::V128(lanes) if shape(lanes)))
    };
    match lanes {
        Lanes::F32x4(_) => Some(Float::F32),
        Lanes::F64x2(_) => Some(Float::F64),
        Lanes::Bits(_) if is(|lanes| matches!(lanes, Lanes::F32x4(_))) => Some(Float::F32),
        Lanes::Bits(_) if is(|lanes| matches!(lanes, Lanes::F64x2(_))) => Some(Float::F64),
        _ => None,
    }
}

/// How much of a NaN is open; for several alternatives, the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    /// Nothing.
    Nothing,
    /// The bits, but not the kind.
    Bits,
    /// Everything, as long as the NaN is arithmetic.
    Arithmetic,
}

/// The kinds of NaNs. Two NaNs of one kind are equal if bits are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Canonical,
    Arithmetic,
    Other,
}

/// The widths of floats. Both fit in a `u64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Float {
    F32,
    F64,
}

impl Float {
    /// The floats of this width in a value; a vector must have their shape.
    fn lanes(self, value: &Pattern) -> Option<Vec<Nan<u64>>> {
        let wide = |single: &Nan<u32>| match single {
            Nan::Bits(bits) => Nan::Bits(u64::from(*bits)),
            Nan::Canonical => Nan::Canonical,
            Nan::Arithmetic => Nan::Arithmetic,
        };
        Some(match (self, value) {
            (Float::F32, Pattern::F32(single)) => vec![wide(single)],
            (Float::F64, Pattern::F64(double)) => vec![*double],
            (Float::F32, Pattern::V128(Lanes::F32x4(lanes))) => lanes.iter().map(wide).collect(),
            (Float::F64, Pattern::V128(Lanes::F64x2(lanes))) => lanes.to_vec(),
            (_, Pattern::V128(Lanes::Bits(bits))) => {
                let shape = match self {
                    Float::F32 => Lanes::F32x4([Nan::Bits(0); 4]),
                    Float::F64 => Lanes::F64x2([Nan::Bits(0); 2]),
                };
                return self.lanes(&Pattern::V128(shape.same_shape(*bits)));
            }
            _ => return None,
        })
    }

    fn same(self, a: Nan<u64>, b: Nan<u64>, open: Open) -> bool {
        let kinds = [a, b].map(|float| self.kind(float.bits()?, open));
        a == b || matches!(kinds, [Some(a), Some(b)] if a == b)
    }

    /// The kind of the NaN with these bits, or `None` if bits are compared.
    fn kind(self, bits: u64, open: Open) -> Option<Kind> {
        let highest = match self {
            Float::F32 => 1 << 22,
            Float::F64 => 1 << 51,
        };
        let payload = bits & ((highest << 1) - 1);
        match open {
            _ if !self.is_nan(bits) => None,
            Open::Nothing => None,
            Open::Bits if payload == highest => Some(Kind::Canonical),
            Open::Bits | Open::Arithmetic if payload & highest != 0 => Some(Kind::Arithmetic),
            Open::Bits | Open::Arithmetic => Some(Kind::Other),
        }
    }

    fn is_nan(self, bits: u64) -> bool {
        match self {
            Float::F32 => f32::from_bits(bits as u32).is_nan(),
            Float::F64 => f64::from_bits(bits).is_nan(),
        }
    }

    /// How much is open if the script allows these.
    fn open(self, wanted: impl Iterator<Item = Nan<u64>>) -> Open {
        let one = |wanted: Nan<u64>| match wanted {
            Nan::Arithmetic => Open::Arithmetic,
            Nan::Bits(bits) if self.is_nan(bits) => Open::Nothing,
            Nan::Bits(_) | Nan::Canonical => Open::Bits,
        };
        wanted.map(one).max().unwrap_or(Open::Bits)
    }
}

#[cfg(test)]
mod tests;
