//! Takes what two engines did, as text; says whether that is the same where the specification
//! leaves the bits of a NaN open. Knows the text of values and nothing else of reports.
//!
//! The sign of a NaN that an operator makes is open, and so is its payload, within its kind
//! ([spec, NaN propagation]): a canonical NaN has only the highest bit of the payload set, an
//! arithmetic one at least that bit. So NaNs are compared by kind: canonical, arithmetic but not
//! canonical, or neither. What the script expects makes this wider or narrower:
//! - where it is `nan:arithmetic`, a canonical NaN is as good as any other arithmetic one;
//! - where it is the bits of a NaN, nothing is open, and bits are compared.
//!
//! Of a directive that passed on two lanes the values are recorded only where the script leaves
//! more open than the bits of a NaN; there, all arithmetic NaNs are the same.
//!
//! [spec, NaN propagation]: https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation

use std::borrow::Cow;

/// Whether two lanes that were to do what `expected` says did the same.
pub(crate) fn same(a: &str, b: &str, expected: &str) -> bool {
    a == b || by_kind(a, expected) == by_kind(b, expected)
}

/// Whether two lanes did the same where the script leaves open what: any arithmetic NaN is as good
/// as another, and a vector may be one of floats.
pub(crate) fn same_open(a: &str, b: &str) -> bool {
    let count = items(a).unwrap_or_default().len();
    let as_floats = |vector: &str| {
        let any = format!(
            "(either (f32.const nan:arithmetic) (f64.const nan:arithmetic) (v128.const {vector}))"
        );
        same(a, b, &vec![any; count].join(" "))
    };
    as_floats("f32x4 nan:arithmetic nan:arithmetic nan:arithmetic nan:arithmetic")
        || as_floats("f64x2 nan:arithmetic nan:arithmetic")
}

/// The text of what an engine did, with the kind of each NaN in the place of its bits. Text that
/// is no list of values is given back as it is.
pub(crate) fn by_kind<'a>(actual: &'a str, expected: &str) -> Cow<'a, str> {
    let (Some(values), false) = (items(actual), actual.contains('"')) else {
        return Cow::Borrowed(actual);
    };
    let wanted = items(expected).unwrap_or_default();
    let values = values.iter().enumerate().map(|(at, value)| {
        let alternatives = wanted.get(at).map(|wanted| alternatives(wanted)).unwrap_or_default();
        value_by_kind(value, &alternatives)
    });
    Cow::Owned(values.collect::<Vec<_>>().join(" "))
}

/// What is open about a NaN; of several alternatives the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    /// Nothing.
    Nothing,
    /// All but the kind.
    Bits,
    /// Any arithmetic NaN will do.
    Arithmetic,
}

/// The widths of floats, and what of their bits is sign, payload and quiet bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Float {
    F32,
    F64,
}

impl Float {
    const fn payload_bits(self) -> u32 {
        match self {
            Float::F32 => 23,
            Float::F64 => 52,
        }
    }

    /// The payload of these bits, if they are those of a NaN.
    fn payload(self, bits: u64) -> Option<u64> {
        let is_nan = match self {
            Float::F32 => f32::from_bits(bits as u32).is_nan(),
            Float::F64 => f64::from_bits(bits).is_nan(),
        };
        is_nan.then_some(bits & ((1 << self.payload_bits()) - 1))
    }

    /// The kind of the NaN with this payload, or `None` where its bits count.
    fn kind(self, payload: u64, open: Open) -> Option<&'static str> {
        let highest = 1 << (self.payload_bits() - 1);
        Some(match open {
            Open::Nothing => return None,
            Open::Bits if payload == highest => "nan:canonical",
            Open::Bits | Open::Arithmetic if payload & highest != 0 => "nan:arithmetic",
            Open::Bits | Open::Arithmetic => "nan:other",
        })
    }
}

/// One value, `alternatives` being the values that the script allows in its place.
fn value_by_kind(value: &str, alternatives: &[&str]) -> String {
    let inner = value.trim_start_matches('(').trim_end_matches(')');
    let by_kind = match inner.split_once(' ') {
        Some(("f32.const", rest)) => scalar(Float::F32, rest, alternatives),
        Some(("f64.const", rest)) => scalar(Float::F64, rest, alternatives),
        Some(("v128.const", rest)) => vector(rest, alternatives),
        _ => None,
    };
    by_kind.unwrap_or_else(|| value.to_string())
}

/// `NaN (; 0x7fc00000 ;)`: the number and its bits.
fn scalar(float: Float, text: &str, alternatives: &[&str]) -> Option<String> {
    let (_, bits) = text.strip_prefix("NaN (;")?.split_once("0x")?;
    let bits = u64::from_str_radix(bits.trim_end_matches([' ', ';', ')']), 16).ok()?;
    let name = if float == Float::F32 { "f32.const" } else { "f64.const" };
    let open = open(alternatives.iter().map(|wanted| {
        let is_float = wanted.starts_with(&format!("({name} "));
        if is_float { wanted[name.len() + 2..].trim_end_matches(')') } else { "" }
    }));
    let kind = float.kind(float.payload(bits)?, open)?;
    Some(format!("({name} {kind})"))
}

/// `f32x4 1.0 -nan:0x400000 ...`, or `i32x4` and bits, which the script may take for floats.
fn vector(text: &str, alternatives: &[&str]) -> Option<String> {
    let (shape, lanes) = text.split_once(' ')?;
    let wanted = |shape: &str, at: usize| {
        open(alternatives.iter().map(|wanted| {
            let lanes = wanted.strip_prefix("(v128.const ").and_then(|w| w.strip_prefix(shape));
            lanes.and_then(|lanes| lanes.trim_end_matches(')').split(' ').nth(at + 1)).unwrap_or("")
        }))
    };
    let float = match shape {
        "f32x4" => Float::F32,
        "f64x2" => Float::F64,
        "i32x4" => return bare_vector(lanes, alternatives, wanted),
        _ => return None,
    };
    let lanes = lanes.split(' ').enumerate().map(|(at, lane)| {
        let payload = lane.trim_start_matches('-').strip_prefix("nan:0x");
        let payload = payload.and_then(|payload| u64::from_str_radix(payload, 16).ok());
        payload.and_then(|payload| float.kind(payload, wanted(shape, at))).unwrap_or(lane)
    });
    Some(format!("(v128.const {shape} {})", lanes.collect::<Vec<_>>().join(" ")))
}

/// A vector of which only the bits are shown: its lanes are floats if the script says so.
fn bare_vector(
    lanes: &str,
    alternatives: &[&str],
    wanted: impl Fn(&str, usize) -> Open,
) -> Option<String> {
    let is = |shape: &str| {
        let start = format!("(v128.const {shape} ");
        alternatives.iter().any(|wanted| wanted.starts_with(&start))
    };
    let words: Option<Vec<u64>> = lanes
        .split(' ')
        .map(|lane| u64::from_str_radix(lane.strip_prefix("0x")?, 16).ok())
        .collect();
    let words = words?;
    let (float, shape, lanes) = if is("f32x4") {
        (Float::F32, "f32x4", words)
    } else if is("f64x2") {
        let pairs = words.chunks(2).map(|pair| pair[0] | pair.get(1).unwrap_or(&0) << 32);
        (Float::F64, "f64x2", pairs.collect())
    } else {
        return None;
    };
    let shown = lanes.iter().enumerate().map(|(at, &bits)| {
        let kind = float.payload(bits).and_then(|payload| float.kind(payload, wanted(shape, at)));
        kind.map_or_else(|| format!("{bits:#x}"), str::to_string)
    });
    Some(format!("(v128.const {shape} {})", shown.collect::<Vec<_>>().join(" ")))
}

/// What is open where the script allows these.
fn open<'a>(wanted: impl Iterator<Item = &'a str>) -> Open {
    let one = |wanted: &str| match wanted {
        "nan:arithmetic" => Open::Arithmetic,
        wanted if wanted.starts_with("NaN (;") => Open::Nothing,
        wanted if wanted.trim_start_matches('-').starts_with("nan:0x") => Open::Nothing,
        _ => Open::Bits,
    };
    wanted.map(one).max().unwrap_or(Open::Bits)
}

/// The values that stand in `(either A B)`, or the value itself.
fn alternatives(wanted: &str) -> Vec<&str> {
    let either = wanted.strip_prefix("(either ").and_then(|inner| inner.strip_suffix(')'));
    either.and_then(items).unwrap_or_else(|| vec![wanted])
}

/// The words and parenthesised items of a text, if its parentheses match.
fn items(text: &str) -> Option<Vec<&str>> {
    let (mut depth, mut start, mut items) = (0u32, 0, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b' ' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[start..]);
    (depth == 0).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    const F32_CANONICAL: &str = "(f32.const NaN (; 0x7fc00000 ;))";
    const F32_MINUS_CANONICAL: &str = "(f32.const NaN (; 0xffc00000 ;))";
    const F32_ARITHMETIC: &str = "(f32.const NaN (; 0x7fc00001 ;))";
    const F32_OTHER_ARITHMETIC: &str = "(f32.const NaN (; 0xffe00000 ;))";
    const F32_SIGNALLING: &str = "(f32.const NaN (; 0x7fa00000 ;))";
    const F32_OTHER_SIGNALLING: &str = "(f32.const NaN (; 0xff800001 ;))";
    const F64_CANONICAL: &str = "(f64.const NaN (; 0x7ff8000000000000 ;))";
    const F64_MINUS_CANONICAL: &str = "(f64.const NaN (; 0xfff8000000000000 ;))";
    const F64_ARITHMETIC: &str = "(f64.const NaN (; 0x7ff8000000000001 ;))";
    const F64_OTHER_ARITHMETIC: &str = "(f64.const NaN (; 0xfffc000000000000 ;))";

    #[track_caller]
    fn check(table: &[(&str, &str, &str, bool)]) {
        for (a, b, expected, wanted) in table {
            assert_eq!(same(a, b, expected), *wanted, "{a} / {b}, expected {expected}");
            assert_eq!(same(b, a, expected), *wanted, "{b} / {a}, expected {expected}");
        }
    }

    #[test]
    fn scalars() {
        let one = "(f32.const 1.0 (; 0x3f800000 ;))";
        let two = "(f32.const 2.0 (; 0x40000000 ;))";
        let exact = "(f32.const NaN (; 0x7fa00001 ;))";
        let either = "(either (f32.const nan:canonical) (f32.const nan:arithmetic))";
        check(&[
            (one, one, two, true),
            (one, two, "(f32.const 3.0 (; 0x40400000 ;))", false),
            (one, F32_CANONICAL, two, false),
            ("(f32.const 0.0 (; 0x00000000 ;))", "(f32.const -0.0 (; 0x80000000 ;))", one, false),
            ("(f32.const inf (; 0x7f800000 ;))", F32_CANONICAL, one, false),
            ("(f32.const inf (; 0x7f800000 ;))", "(f32.const -inf (; 0xff800000 ;))", one, false),
            // The sign is open, and the payload within a kind.
            (F32_CANONICAL, F32_MINUS_CANONICAL, one, true),
            (F32_ARITHMETIC, F32_OTHER_ARITHMETIC, one, true),
            (F32_SIGNALLING, F32_OTHER_SIGNALLING, one, true),
            (F32_CANONICAL, F32_ARITHMETIC, one, false),
            (F32_CANONICAL, F32_SIGNALLING, one, false),
            (F32_ARITHMETIC, F32_SIGNALLING, one, false),
            (F64_CANONICAL, F64_MINUS_CANONICAL, one, true),
            (F64_ARITHMETIC, F64_OTHER_ARITHMETIC, one, true),
            (F64_CANONICAL, F64_ARITHMETIC, one, false),
            (F32_CANONICAL, F64_CANONICAL, one, false),
            // What the script allows makes it wider.
            (F32_CANONICAL, F32_ARITHMETIC, "(f32.const nan:canonical)", false),
            (F32_CANONICAL, F32_ARITHMETIC, "(f32.const nan:arithmetic)", true),
            (F32_CANONICAL, F32_SIGNALLING, "(f32.const nan:arithmetic)", false),
            (F32_CANONICAL, F32_ARITHMETIC, either, true),
            (F64_CANONICAL, F64_ARITHMETIC, "(f64.const nan:arithmetic)", true),
            (F64_CANONICAL, F64_ARITHMETIC, "(f32.const nan:arithmetic)", false),
            // Where it wants bits, nothing is open.
            (F32_CANONICAL, F32_MINUS_CANONICAL, exact, false),
            (F32_ARITHMETIC, F32_OTHER_ARITHMETIC, exact, false),
        ]);
    }

    #[test]
    fn vectors() {
        let v = |lanes: &str| format!("(v128.const {lanes})");
        let canonical = v("f32x4 1.0 nan:0x400000 0.0 2.0");
        let minus = v("f32x4 1.0 -nan:0x400000 0.0 2.0");
        let arithmetic = v("f32x4 1.0 nan:0x400001 0.0 2.0");
        let number = v("f32x4 1.0 7.0 0.0 2.0");
        let moved = v("f32x4 nan:0x400000 1.0 0.0 2.0");
        let open = v("f32x4 1.0 nan:arithmetic 0.0 3.0");
        let exact = v("f32x4 1.0 nan:0x400000 0.0 3.0");
        let wide = v("f64x2 nan:0x8000000000000 1.0");
        let wide_minus = v("f64x2 -nan:0x8000000000000 1.0");
        let wide_arithmetic = v("f64x2 nan:0x8000000000001 1.0");
        let wide_open = v("f64x2 nan:arithmetic 2.0");
        check(&[
            (&canonical, &minus, &number, true),
            (&canonical, &arithmetic, &number, false),
            (&canonical, &arithmetic, &open, true),
            (&canonical, &minus, &exact, false),
            (&canonical, &number, &open, false),
            (&canonical, &moved, &open, false),
            (&wide, &wide_minus, &wide_open, true),
            (&wide, &wide_arithmetic, &wide_open, true),
            (&wide, &wide_arithmetic, &v("f64x2 2.0 2.0"), false),
            (&v("i64x2 1 2"), &v("i64x2 1 3"), &v("i64x2 1 1"), false),
        ]);
    }

    #[test]
    fn vectors_of_which_only_the_bits_are_shown() {
        let bits =
            |lane: &str| format!("(v128.const i32x4 {lane} 0x00000000 0x3f800000 0x00000000)");
        let plus = bits("0x7fc00000");
        let (minus, arithmetic) = (bits("0xffc00000"), bits("0x7fc00001"));
        let floats = "(either (v128.const f32x4 nan:canonical 0.0 1.0 1.0) \
                      (v128.const f32x4 1.0 0.0 1.0 1.0))";
        let open = "(either (v128.const f32x4 nan:arithmetic 0.0 1.0 1.0) \
                    (v128.const f32x4 1.0 0.0 1.0 1.0))";
        let integers = "(either (v128.const i32x4 1 2 3 4) (v128.const i32x4 1 2 3 5))";
        let wide = |high: &str| format!("(v128.const i32x4 0x00000000 {high} 0x1 0x2)");
        let doubles = "(either (v128.const f64x2 nan:canonical 0.0))";
        check(&[
            (&plus, &minus, floats, true),
            (&plus, &minus, integers, false),
            (&plus, &minus, "(v128.const i32x4 1 2 3 4)", false),
            (&plus, &arithmetic, floats, false),
            (&plus, &arithmetic, open, true),
            (&plus, &bits("0x3f800000"), open, false),
            (&wide("0x7ff80000"), &wide("0xfff80000"), doubles, true),
            (&wide("0x7ff80000"), &wide("0x7ff80001"), doubles, false),
        ]);
    }

    #[test]
    fn open_results() {
        let one = "(f32.const 1.0 (; 0x3f800000 ;))";
        let v = |lanes: &str| format!("(v128.const i32x4 {lanes})");
        let table = [
            (one, one, true),
            (one, "(f32.const 2.0 (; 0x40000000 ;))", false),
            (one, F32_CANONICAL, false),
            (F32_CANONICAL, F32_MINUS_CANONICAL, true),
            (F32_CANONICAL, F32_OTHER_ARITHMETIC, true),
            (F32_CANONICAL, F32_SIGNALLING, false),
            (F64_CANONICAL, F64_OTHER_ARITHMETIC, true),
            ("(i32.const 0)", "(i32.const -2147483648)", false),
            ("(i32.const 1) (i32.const 2)", "(i32.const 1) (i32.const 3)", false),
            (&v("0x7fc00000 0x1 0x2 0x3"), &v("0xffc00001 0x1 0x2 0x3"), true),
            (&v("0x0 0x7ff80000 0x2 0x3"), &v("0x1 0xfff80000 0x2 0x3"), true),
            (&v("0x0 0x1 0x2 0x3"), &v("0x0 0x1 0x2 0x4"), false),
            ("(ref.null any)", "(ref.i31 7)", false),
        ];
        for (a, b, expected) in table {
            assert_eq!(same_open(a, b), expected, "{a} and {b}");
            assert_eq!(same_open(b, a), expected, "{b} and {a}");
        }
    }

    #[test]
    fn lists_and_other_text() {
        let list = |nan: &str| format!("(i32.const 7) {nan} (ref.null func)");
        let wanted = "(i32.const 1) (f32.const nan:arithmetic) (ref.null func)";
        check(&[
            (&list(F32_CANONICAL), &list(F32_ARITHMETIC), wanted, true),
            (&list(F32_CANONICAL), "(i32.const 8) (f32.const nan:canonical)", wanted, false),
            (&list(F32_CANONICAL), &list(F32_ARITHMETIC), "trap \"out of bounds\"", false),
            (&list(F32_CANONICAL), &list(F32_MINUS_CANONICAL), "a (broken", true),
            ("exception (f32.const NaN (; 0x7fc00000 ;))", "exception", "(i32.const 1)", false),
            (
                "exception (f32.const NaN (; 0x7fc00000 ;))",
                "exception (f32.const NaN (; 0xffc00000 ;))",
                "(i32.const 1)",
                true,
            ),
            ("trap \"unreachable\"", "trap \"cast failure\"", "(i32.const 1)", false),
            ("no results", "(i32.const 1)", "(i32.const 1)", false),
            ("", "(f32.const", "", false),
            ("(f32.const NaN (; 0x ;))", "(f32.const NaN (; 0xg ;))", "", false),
            ("(v128.const i32x4 0x)", "(v128.const i32x4)", "(v128.const f64x2 0 0)", false),
        ]);
    }
}
