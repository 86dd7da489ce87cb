//! Tables of two results, what the script expects, and whether the results are the same.

use super::*;

const F32_CANONICAL: Pattern = f32(0x7fc0_0000);
const F32_MINUS_CANONICAL: Pattern = f32(0xffc0_0000);
const F32_ARITHMETIC: Pattern = f32(0x7fc0_0001);
const F32_OTHER_ARITHMETIC: Pattern = f32(0xffe0_0000);
const F32_SIGNALLING: Pattern = f32(0x7fa0_0000);
const F32_OTHER_SIGNALLING: Pattern = f32(0xff80_0001);
const F64_CANONICAL: Pattern = f64(0x7ff8_0000_0000_0000);
const F64_MINUS_CANONICAL: Pattern = f64(0xfff8_0000_0000_0000);
const F64_ARITHMETIC: Pattern = f64(0x7ff8_0000_0000_0001);
const F64_OTHER_ARITHMETIC: Pattern = f64(0xfffc_0000_0000_0000);
const F32_ANY: Pattern = Pattern::F32(Nan::Arithmetic);
const F64_ANY: Pattern = Pattern::F64(Nan::Arithmetic);
const ONE: Pattern = f32(0x3f80_0000);
const TWO: Pattern = f32(0x4000_0000);

const fn f32(bits: u32) -> Pattern {
    Pattern::F32(Nan::Bits(bits))
}

const fn f64(bits: u64) -> Pattern {
    Pattern::F64(Nan::Bits(bits))
}

fn either<const N: usize>(patterns: [Pattern; N]) -> Pattern {
    Pattern::Either(patterns.to_vec())
}

fn returned(values: &[Pattern]) -> Observed {
    Observed::Returned(values.to_vec())
}

fn results(wanted: &[Pattern]) -> Option<Expected> {
    Some(Expected::Results(wanted.to_vec()))
}

#[track_caller]
fn check(table: &[(&Pattern, &Pattern, Pattern, bool)]) {
    for (a, b, wanted, is_same) in table {
        let [one, other] = [a, b].map(|value| returned(from_ref(*value)));
        let expected = results(from_ref(wanted));
        assert_eq!(same(&one, &other, expected.as_ref()), *is_same, "{a} / {b}, not {wanted}");
        assert_eq!(same(&other, &one, expected.as_ref()), *is_same, "{b} / {a}, not {wanted}");
    }
}

#[test]
fn scalars() {
    let exact = f32(0x7fa0_0001);
    let any = either([Pattern::F32(Nan::Canonical), F32_ANY]);
    check(&[
        (&ONE, &ONE, TWO, true),
        (&ONE, &TWO, f32(0x4040_0000), false),
        (&ONE, &F32_CANONICAL, TWO, false),
        (&f32(0), &f32(0x8000_0000), ONE, false),
        (&f32(0x7f80_0000), &F32_CANONICAL, ONE, false),
        (&f32(0x7f80_0000), &f32(0xff80_0000), ONE, false),
        // The sign is open, and so is the payload within a kind.
        (&F32_CANONICAL, &F32_MINUS_CANONICAL, ONE, true),
        (&F32_ARITHMETIC, &F32_OTHER_ARITHMETIC, ONE, true),
        (&F32_SIGNALLING, &F32_OTHER_SIGNALLING, ONE, true),
        (&F32_CANONICAL, &F32_ARITHMETIC, ONE, false),
        (&F32_CANONICAL, &F32_SIGNALLING, ONE, false),
        (&F32_ARITHMETIC, &F32_SIGNALLING, ONE, false),
        (&F64_CANONICAL, &F64_MINUS_CANONICAL, ONE, true),
        (&F64_ARITHMETIC, &F64_OTHER_ARITHMETIC, ONE, true),
        (&F64_CANONICAL, &F64_ARITHMETIC, ONE, false),
        (&F32_CANONICAL, &F64_CANONICAL, ONE, false),
        // The script's expectation widens what is equal.
        (&F32_CANONICAL, &F32_ARITHMETIC, Pattern::F32(Nan::Canonical), false),
        (&F32_CANONICAL, &F32_ARITHMETIC, F32_ANY, true),
        (&F32_CANONICAL, &F32_SIGNALLING, F32_ANY, false),
        (&F32_CANONICAL, &F32_ARITHMETIC, any, true),
        (&F64_CANONICAL, &F64_ARITHMETIC, F64_ANY, true),
        (&F64_CANONICAL, &F64_ARITHMETIC, F32_ANY, false),
        // If the script expects bits, nothing is open.
        (&F32_CANONICAL, &F32_MINUS_CANONICAL, exact.clone(), false),
        (&F32_ARITHMETIC, &F32_OTHER_ARITHMETIC, exact, false),
    ]);
}

#[test]
fn vectors() {
    let bits = |lanes: [u32; 4]| Pattern::V128(Lanes::F32x4(lanes.map(Nan::Bits)));
    let second = |lane| bits([0x3f80_0000, lane, 0, 0x4000_0000]);
    let (canonical, minus) = (second(0x7fc0_0000), second(0xffc0_0000));
    let (arithmetic, number) = (second(0x7fc0_0001), second(0x40e0_0000));
    let moved = bits([0x7fc0_0000, 0x3f80_0000, 0, 0x4000_0000]);
    let last = |lane| {
        let [one, three] = [0x3f80_0000, 0x4040_0000].map(Nan::Bits);
        Pattern::V128(Lanes::F32x4([one, lane, Nan::Bits(0), three]))
    };
    let (open, exact) = (last(Nan::Arithmetic), last(Nan::Bits(0x7fc0_0000)));
    let wide = |lane| Pattern::V128(Lanes::F64x2([lane, Nan::Bits(0x3ff0_0000_0000_0000)]));
    let [plus, less, other, two] =
        [0x7ff8 << 48, 0xfff8 << 48, 0x7ff8 << 48 | 1, 0x4000 << 48].map(Nan::Bits).map(wide);
    let integers = |last| Pattern::V128(Lanes::I64x2([0x7ff8 << 48, last]));
    check(&[
        (&canonical, &minus, number.clone(), true),
        (&canonical, &arithmetic, number.clone(), false),
        (&canonical, &arithmetic, open.clone(), true),
        (&canonical, &minus, exact, false),
        (&canonical, &number, open.clone(), false),
        (&canonical, &moved, open, false),
        (&plus, &less, wide(Nan::Arithmetic), true),
        (&plus, &other, wide(Nan::Arithmetic), true),
        (&plus, &other, two, false),
        (&integers(2), &integers(3), integers(1), false),
        (&canonical, &plus, wide(Nan::Arithmetic), false),
    ]);
}

#[test]
fn vectors_without_a_shape() {
    let bits = |lane: u32| Pattern::V128(Lanes::Bits(0x3f80_0000 << 64 | u128::from(lane)));
    let (plus, minus, arithmetic) = (bits(0x7fc0_0000), bits(0xffc0_0000), bits(0x7fc0_0001));
    let alternatives = |lane| {
        let lanes =
            |lane| Pattern::V128(Lanes::F32x4([lane, Nan::Bits(0), Nan::Bits(1), Nan::Bits(2)]));
        either([lanes(lane), lanes(Nan::Bits(0x3f80_0000))])
    };
    let (floats, open) = (alternatives(Nan::Canonical), alternatives(Nan::Arithmetic));
    let integer = |last| Pattern::V128(Lanes::I32x4([1, 2, 3, last]));
    let wide = |high: u128| Pattern::V128(Lanes::Bits(2 << 96 | 1 << 64 | high << 32));
    let doubles = || either([Pattern::V128(Lanes::F64x2([Nan::Canonical, Nan::Bits(0)]))]);
    check(&[
        (&plus, &minus, floats.clone(), true),
        (&plus, &minus, either([integer(4), integer(5)]), false),
        (&plus, &minus, integer(4), false),
        (&plus, &arithmetic, floats, false),
        (&plus, &arithmetic, open.clone(), true),
        (&plus, &bits(0x3f80_0000), open, false),
        (&wide(0x7ff8_0000), &wide(0xfff8_0000), doubles(), true),
        (&wide(0x7ff8_0000), &wide(0x7ff8_0001), doubles(), false),
    ]);
}

#[test]
fn open_results() {
    let v = |bits: u128| Pattern::V128(Lanes::Bits(bits));
    let integers = |last| [Pattern::I32(1), Pattern::I32(last)];
    let table = [
        (&[ONE][..], &[ONE][..], true),
        (&[ONE], &[TWO], false),
        (&[ONE], &[F32_CANONICAL], false),
        (&[F32_CANONICAL], &[F32_MINUS_CANONICAL], true),
        (&[F32_CANONICAL], &[F32_OTHER_ARITHMETIC], true),
        (&[F32_CANONICAL], &[F32_SIGNALLING], false),
        (&[F64_CANONICAL], &[F64_OTHER_ARITHMETIC], true),
        (&[Pattern::I32(0)], &[Pattern::I32(1 << 31)], false),
        (&integers(2), &integers(3), false),
        (&integers(2), &integers(2)[..1], false),
        (&[v(1 << 32 | 0x7fc0_0000)], &[v(1 << 32 | 0xffc0_0001)], true),
        (&[v(2 << 64 | 0x7ff8 << 48)], &[v(2 << 64 | 0xfff8 << 48 | 1)], true),
        (&[v(3 << 96)], &[v(4 << 96)], false),
        (&[Pattern::Null(None)], &[Pattern::I31(Some(7))], false),
    ];
    for (a, b, expected) in table {
        let [one, other] = [a, b].map(returned);
        assert_eq!(same_open(&one, &other), expected, "{one} and {other}");
        assert_eq!(same_open(&other, &one), expected, "{other} and {one}");
    }
    let threw = |nan: &Pattern| Observed::Threw(vec![nan.clone()]);
    assert!(same_open(&threw(&F32_CANONICAL), &threw(&F32_ARITHMETIC)));
    assert!(!same_open(&threw(&F32_CANONICAL), &returned(&[F32_CANONICAL])));
}

#[test]
fn lists_and_other_outcomes() {
    let list = |nan: Pattern| returned(&[Pattern::I32(7), nan, Pattern::Null(None)]);
    let wanted = results(&[Pattern::I32(1), F32_ANY, Pattern::Null(None)]);
    let same = |a: Observed, b: Observed| {
        assert_eq!(same(&a, &b, wanted.as_ref()), same(&b, &a, wanted.as_ref()));
        same(&a, &b, wanted.as_ref())
    };
    assert!(same(list(F32_CANONICAL), list(F32_ARITHMETIC)));
    assert!(!same(list(F32_CANONICAL), returned(&[Pattern::I32(7), F32_CANONICAL])));
    assert!(!same(list(F32_CANONICAL), returned(&[])));
    let threw = |nan: Pattern| Observed::Threw(vec![nan]);
    assert!(same(threw(F32_CANONICAL), threw(F32_MINUS_CANONICAL)));
    assert!(!same(threw(F32_CANONICAL), threw(F32_ARITHMETIC)));
    assert!(!same(threw(F32_CANONICAL), Observed::Threw(vec![])));
    assert!(!same(threw(F32_CANONICAL), returned(&[F32_CANONICAL])));
    let exhausted = |message: &str| Observed::Exhausted { message: message.to_string() };
    assert!(same(exhausted("stack"), exhausted("stack")));
    assert!(!same(exhausted("stack"), exhausted("heap")));
}

#[test]
fn two_engines_may_use_different_messages() {
    let trap = |kind: &str| Observed::Trapped {
        kind: kind.to_string(),
        words: kind.to_string(),
        message: None,
        frames: Vec::new(),
    };
    let (one, other) = (trap("host"), trap("unreachable"));
    assert!(same_between_engines(&one, &other, None) && !same(&one, &other, None));
    let exhausted = Observed::Exhausted { message: "stack".to_string() };
    assert!(!same_between_engines(&one, &exhausted, None));
    assert!(!same_between_engines(&returned(&[ONE]), &returned(&[TWO]), None));
    let [a, b] = [F32_CANONICAL, F32_ARITHMETIC].map(|nan| returned(&[nan]));
    assert!(!same_between_engines(&a, &b, None));
    assert!(same_between_engines(&a, &b, results(&[F32_ANY]).as_ref()));
}
