//! Tests the judge with one table: expectation, observation, and the verdict at each level of
//! strictness.

use super::words::{all, is_exhaustion, link_kinds, segment_trap, trap_kinds};
use super::*;
use crate::script::{Directive, Script};
use wassay_engine::{Hierarchy as Heap, LinkErrorKind, Object, Owner, Ref, Tag, TrapKind};
use wassay_record::{Hierarchy, Lanes, Nan};
use wassay_suites::Catalogue;

const OK: char = '+';
const BAD: char = '-';
const TEXT_ONLY: char = 'h';
const UNREADABLE: char = 'r';
const CANNOT: char = 'u';

const TELLS_ALL: Tells =
    Tells { messages: Messages::Kind, kinds: true, stages: true, backtraces: false };

fn mark(judgement: &Judgement) -> char {
    match judgement {
        Judgement::Passed | Judgement::Open { .. } => OK,
        Judgement::Failed { .. } => BAD,
        Judgement::HarnessOnly => TEXT_ONLY,
        Judgement::Unreadable { .. } => UNREADABLE,
        Judgement::Unsupported { .. } | Judgement::Blocked { .. } => CANNOT,
    }
}

/// The verdicts at the levels stage, kind and text, in this order.
fn marks(expected: &Assertion<'_>, observed: &Response) -> String {
    marks_of(expected, observed, true)
}

/// The same for an engine that distinguishes kinds and stages, or neither.
fn marks_of(expected: &Assertion<'_>, observed: &Response, tells: bool) -> String {
    let levels = [Messages::Stage, Messages::Kind, Messages::Text];
    let judge = |messages| {
        judge(expected, observed, Tells { messages, kinds: tells, stages: tells, ..TELLS_ALL })
    };
    levels.into_iter().map(|messages| mark(&judge(messages))).collect()
}

fn trap(kind: TrapKind) -> Response {
    Response::Trapped(Trap::new(kind))
}

/// A trap of an engine that does not distinguish the two kinds.
fn trap_or(kind: TrapKind, other: TrapKind) -> Response {
    Response::Trapped(Trap { or: vec![other], ..Trap::new(kind) })
}

fn trap_saying(kind: TrapKind, message: &str) -> Response {
    Response::Trapped(Trap { message: message.to_string(), ..Trap::new(kind) })
}

fn rejected(stage: Option<Stage>, message: &str) -> Response {
    Response::Rejected(Rejected { stage, message: message.to_string(), offset: None })
}

fn unlinkable(kind: LinkErrorKind) -> Response {
    let message = kind.message().to_string();
    Response::Unlinkable(LinkError { kind, import: None, message })
}

fn refused(message: &str) -> Response {
    Response::Refused(message.to_string())
}

fn unresolved(message: &str) -> Response {
    Response::Unresolved(message.to_string())
}

fn threw() -> Response {
    let tag = Tag::new(Owner::fresh(), 0);
    Response::Threw(Thrown { tag, values: vec![Value::I32(1)] })
}

#[test]
fn outcomes_at_three_levels() {
    use Assertion::*;
    let ambiguous = trap_or(TrapKind::IndirectCallTypeMismatch, TrapKind::UninitializedElement);
    let returned = Response::Returned(Vec::new());
    let exhausted = Response::Exhausted("call stack exhausted".to_string());
    let (malformed, invalid) = (Some(Stage::Malformed), Some(Stage::Invalid));
    let table: &[(Assertion<'_>, Response, &str)] = &[
        (Accepted, Response::Accepted, "+++"),
        (Accepted, rejected(invalid, "type mismatch"), "---"),
        (Accepted, trap(TrapKind::Unreachable), "---"),
        (Accepted, unlinkable(LinkErrorKind::UnknownImport), "---"),
        (Accepted, refused("unexpected token"), "rrr"),
        (Returned, returned.clone(), "+++"),
        (Returned, Response::Returned(vec![Value::I32(1)]), "+++"),
        (Returned, threw(), "---"),
        (Results(&[]), Response::Accepted, "+++"),
        (Results(&[Pattern::I32(1)]), Response::Accepted, "---"),
        (Results(&[Pattern::I32(1)]), trap(TrapKind::Unreachable), "---"),
        (Trap("unreachable"), trap(TrapKind::Unreachable), "+++"),
        (Trap("unreachable"), trap_saying(TrapKind::Unreachable, "oh"), "++-"),
        (Trap("unreachable"), trap_saying(TrapKind::Host, "unreachable executed"), "+--"),
        (Trap("undefined element"), trap(TrapKind::TableOutOfBounds), "+--"),
        (Trap("uninitialized element 2"), trap(TrapKind::UninitializedElement), "++-"),
        (Trap("null function reference"), trap(TrapKind::NullReference), "++-"),
        (Trap("indirect call"), trap(TrapKind::IndirectCallTypeMismatch), "+++"),
        (Trap("descriptor cast failure"), trap(TrapKind::CastFailure), "++-"),
        (Trap("out of bounds"), trap(TrapKind::TableOutOfBounds), "+++"),
        (Trap("uninitialized"), ambiguous.clone(), "++-"),
        (Trap("indirect call"), ambiguous.clone(), "+++"),
        (Trap("undefined"), ambiguous.clone(), "+--"),
        (Trap("no such words"), trap(TrapKind::Unreachable), "+--"),
        (Trap(""), trap(TrapKind::TableOutOfBounds), "+++"),
        (Trap(""), returned.clone(), "---"),
        (Trap("integer"), trap(TrapKind::IntegerDivideByZero), "+++"),
        (Trap("integer"), trap(TrapKind::IntegerOverflow), "+++"),
        (Trap("integer divide"), trap(TrapKind::IntegerDivideByZero), "+++"),
        (Trap("integer divide"), trap(TrapKind::IntegerOverflow), "+--"),
        (Trap("ivide by zero"), trap(TrapKind::IntegerDivideByZero), "+--"),
        (Trap("integer divide by zero, and more"), trap(TrapKind::IntegerDivideByZero), "+--"),
        (Trap("unreachable"), exhausted.clone(), "---"),
        (Trap("unreachable"), returned.clone(), "---"),
        (Trap("unreachable"), rejected(invalid, "unreachable"), "---"),
        (Exhaustion("call stack exhausted"), exhausted.clone(), "+++"),
        (Exhaustion("call stack exhausted"), Response::Exhausted("stack".into()), "++-"),
        (Exhaustion("call stack"), exhausted.clone(), "+++"),
        (Exhaustion(""), exhausted.clone(), "+++"),
        (Exhaustion("no such words"), exhausted, "+--"),
        (Exhaustion("call stack exhausted"), trap(TrapKind::Unreachable), "---"),
        (Exception, threw(), "+++"),
        (Exception, returned, "---"),
        (Exception, trap(TrapKind::NullReference), "---"),
        (Malformed("unexpected end"), rejected(malformed, "unexpected end of it"), "+++"),
        (Malformed("unexpected end"), rejected(malformed, "length out of bounds"), "++-"),
        (Malformed("unexpected end"), rejected(None, "unexpected end"), "---"),
        (Malformed("unexpected end"), rejected(invalid, "unexpected end"), "---"),
        (Malformed("unexpected end"), Response::Accepted, "---"),
        (Malformed("unknown operator"), refused("unknown operator or token"), "hhh"),
        (Malformed("unknown operator"), refused("unexpected token"), "hh-"),
        (Invalid("type mismatch"), rejected(invalid, "type mismatch"), "+++"),
        (Invalid("type mismatch"), rejected(None, "no"), "---"),
        (Invalid("type mismatch"), rejected(malformed, "type mismatch"), "---"),
        (Invalid("unknown label"), unresolved("unknown label"), "hhh"),
        (Invalid("unknown label"), unresolved("unknown func"), "hh-"),
        (Invalid("unknown label"), refused("unexpected token"), "rrr"),
        (Malformed("duplicate func"), unresolved("duplicate func identifier"), "hhh"),
        (Accepted, unresolved("unknown label"), "rrr"),
        (Invalid("type mismatch"), Response::Accepted, "---"),
        (Unlinkable("unknown import"), unlinkable(LinkErrorKind::UnknownImport), "+++"),
        (Unlinkable("unknown import"), unlinkable(LinkErrorKind::IncompatibleImport), "+--"),
        (Unlinkable("incompatible"), unlinkable(LinkErrorKind::IncompatibleImport), "+++"),
        (Unlinkable("incompatible"), unlinkable(LinkErrorKind::UnknownImport), "+--"),
        (Unlinkable(""), unlinkable(LinkErrorKind::UnknownImport), "+++"),
        (Unlinkable("no such words"), unlinkable(LinkErrorKind::UnknownImport), "+--"),
        (Unlinkable("unknown import"), Response::Accepted, "---"),
        (Unlinkable("data segment does not fit"), trap(TrapKind::MemoryOutOfBounds), "++-"),
        (Unlinkable("data segment does not fit"), trap(TrapKind::TableOutOfBounds), "+--"),
        (Unlinkable("data segment does not fit"), unlinkable(LinkErrorKind::UnknownImport), "+--"),
        (
            Unlinkable("elements segment does not fit"),
            unlinkable(LinkErrorKind::IncompatibleImport),
            "+--",
        ),
        (Unlinkable("unknown import"), trap(TrapKind::TableOutOfBounds), "---"),
        (Unlinkable("unknown import"), refused("unexpected token"), "rrr"),
        (Results(&[]), refused("unexpected token"), "rrr"),
        (Trap("unreachable"), refused("unexpected token"), "rrr"),
        (BadCustom("@custom"), refused("@custom annotation: no"), "hhh"),
        (BadCustom("@custom"), refused("no"), "hh-"),
        (BadCustom("@custom"), Response::Accepted, "---"),
    ];
    for (expected, observed, wanted) in table {
        assert_eq!(marks(expected, observed), *wanted, "{expected:?} / {observed:?}");
    }
}

#[test]
fn a_link_error_agrees_with_its_own_words_only() {
    let kinds = [LinkErrorKind::UnknownImport, LinkErrorKind::IncompatibleImport];
    for (words, kind) in all().flat_map(|words| kinds.map(|kind| (words, kind))) {
        let wanted = if words == kind.message() { "+++" } else { "+--" };
        let found = marks(&Assertion::Unlinkable(words), &unlinkable(kind));
        assert_eq!(found, wanted, "{words} / {kind:?}");
    }
}

#[test]
fn answers_that_an_engine_cannot_give_are_neither_passed_nor_failed() {
    use Assertion::*;
    use LinkErrorKind::{IncompatibleImport, UnknownImport};
    let mute = |expected, observed| marks_of(&expected, &observed, false);
    let division = || trap(TrapKind::IntegerDivideByZero);
    assert_eq!(mute(Trap("integer divide by zero"), division()), "+uu");
    assert_eq!(mute(Trap("unreachable"), division()), "+uu");
    assert_eq!(mute(Trap("unreachable"), Response::Returned(Vec::new())), "---");
    assert_eq!(mute(Invalid("type mismatch"), rejected(None, "no")), "uuu");
    assert_eq!(mute(Malformed("type mismatch"), rejected(None, "no")), "uuu");
    assert_eq!(mute(Invalid("type mismatch"), Response::Accepted), "---");
    assert_eq!(mute(Unlinkable("unknown import"), unlinkable(UnknownImport)), "+++");
    let incompatible = || unlinkable(IncompatibleImport);
    assert_eq!(mute(Unlinkable("incompatible import type"), incompatible()), "+uu");
    assert_eq!(mute(Unlinkable("data segment does not fit"), division()), "+uu");
}

#[test]
fn patterns_are_strict() {
    use Pattern::*;
    let owner = Owner::fresh();
    let func = Value::Ref(Ref::Func(wassay_engine::Func::new(owner, 0)));
    let object = Object::new(owner, 0);
    let null = |hierarchy| Value::Ref(Ref::Null(hierarchy));
    let lanes = |f: Nan<u32>| V128(Lanes::F32x4([Nan::Bits(0), f, Nan::Bits(0), Nan::Canonical]));
    let vector = |lane: u128| Value::V128(lane << 32 | 0xffc0_0000 << 96);
    let table: &[(Pattern, Value, bool)] = &[
        (I32(1), Value::I32(1), true),
        (I32(1), Value::I64(1), false),
        (I64(u64::MAX), Value::I64(u64::MAX), true),
        (F32(Nan::Bits(0)), Value::f32(-0.0), false),
        (F32(Nan::Bits(0x7fc0_0000)), Value::F32(0xffc0_0000), false),
        (F32(Nan::Canonical), Value::F32(0xffc0_0000), true),
        (F32(Nan::Canonical), Value::F32(0x7fc0_0001), false),
        (F32(Nan::Arithmetic), Value::F32(0x7fc0_0001), true),
        (F32(Nan::Arithmetic), Value::F32(0x7fa0_0000), false),
        (F32(Nan::Arithmetic), Value::f32(f32::INFINITY), false),
        (F64(Nan::Canonical), Value::F64(0xfff8_0000_0000_0000), true),
        (F64(Nan::Canonical), Value::F64(0x7ff8_0000_0000_0001), false),
        (F64(Nan::Arithmetic), Value::F64(0x7ffc_0000_0000_0001), true),
        (F64(Nan::Arithmetic), Value::F64(0x7ff4_0000_0000_0000), false),
        (F64(Nan::Canonical), Value::F32(0x7fc0_0000), false),
        (lanes(Nan::Arithmetic), vector(0x7fc0_0001), true),
        (lanes(Nan::Canonical), vector(0x7fc0_0001), false),
        (lanes(Nan::Bits(0x3f80_0000)), vector(0x3f80_0000), true),
        (V128(Lanes::I16x8([1, 0, 0, 0, 0, 0, 0, 2])), Value::V128(1 | 2 << 112), true),
        (V128(Lanes::I8x16([1; 16])), Value::V128(1), false),
        (V128(Lanes::F64x2([Nan::Canonical; 2])), Value::V128(0), false),
        (Null(None), null(Heap::Exn), true),
        (Null(Some(Hierarchy::Func)), null(Heap::Func), true),
        (Null(Some(Hierarchy::Func)), null(Heap::Any), false),
        (Null(None), func, false),
        (Func, func, true),
        (Func, null(Heap::Func), false),
        (Extern(Some(1)), Value::Ref(Ref::Extern(1)), true),
        (Extern(Some(1)), Value::Ref(Ref::Extern(2)), false),
        (Extern(None), Value::Ref(Ref::Extern(2)), true),
        (Extern(None), Value::Ref(Ref::Externalized(object)), true),
        (Extern(None), null(Heap::Extern), false),
        (Host(1), Value::Ref(Ref::Host(1)), true),
        (Host(1), Value::Ref(Ref::Extern(1)), false),
        (NonNull, Value::Ref(Ref::Host(1)), true),
        (NonNull, Value::Ref(Ref::Extern(1)), true),
        (NonNull, Value::Ref(Ref::Exn(object)), true),
        (NonNull, null(Heap::Any), false),
        (NonNull, func, false),
        (Any, Value::Ref(Ref::Host(1)), true),
        (Any, Value::Ref(Ref::I31(1)), true),
        (Any, Value::Ref(Ref::Extern(1)), false),
        (Any, null(Heap::Any), false),
        (Eq, Value::Ref(Ref::Array(object)), true),
        (Eq, Value::Ref(Ref::Host(1)), false),
        (I31(None), Value::Ref(Ref::I31(7)), true),
        (I31(Some(7)), Value::Ref(Ref::I31(7)), true),
        (I31(Some(7)), Value::Ref(Ref::I31(8)), false),
        (More(1), Value::I32(1), false),
        (I31(None), Value::I32(7), false),
        (Struct, Value::Ref(Ref::Struct(object)), true),
        (Struct, Value::Ref(Ref::Array(object)), false),
        (Array, Value::Ref(Ref::Array(object)), true),
        (Exn, Value::Ref(Ref::Exn(object)), true),
        (Exn, null(Heap::Exn), false),
        (Either(vec![I32(1), I32(2)]), Value::I32(2), true),
        (Either(vec![I32(1), I32(2)]), Value::I32(3), false),
        (Either(vec![]), Value::I32(3), false),
    ];
    for (pattern, value, wanted) in table {
        assert_eq!(matches(pattern, value), *wanted, "{pattern} / {value}");
    }
}

#[test]
fn a_failure_is_worded_as_in_a_script() {
    let patterns = [
        Pattern::Either(vec![Pattern::F32(Nan::Canonical), Pattern::Null(None)]),
        Pattern::V128(Lanes::F64x2([Nan::Bits(1f64.to_bits()), Nan::Arithmetic])),
    ];
    let values = vec![Value::I32(7), Value::V128(0xfff8_0000_0000_0001 << 64), Value::I64(8)];
    let judgement = judge(&Assertion::Results(&patterns), &Response::Returned(values), TELLS_ALL);
    let Judgement::Failed { expected: Some(expected), actual, message } = judgement else {
        panic!("{judgement:?}")
    };
    assert_eq!(
        expected.to_string(),
        "(either (f32.const nan:canonical) (ref.null)) (v128.const f64x2 1.0 nan:arithmetic)"
    );
    assert_eq!(
        actual.to_string(),
        "(i32.const 7) (v128.const f64x2 0.0 -nan:0x8000000000001) (i64.const 8)"
    );
    assert_eq!(message, "3 results, not 2");
}

/// The table of words covers the whole official suite.
#[test]
fn the_words_of_the_suites_are_known() {
    let mut unknown = std::collections::BTreeMap::new();
    for item in Catalogue::from_environment().unwrap().scripts() {
        let script = Script::parse(&*item.read().unwrap());
        for step in script.steps() {
            script.read(step, |directive| {
                let (words, known) = match directive {
                    Ok(Directive::AssertTrap { message, .. }) => {
                        (message, !trap_kinds(message).is_empty())
                    }
                    Ok(Directive::AssertUnlinkable { message, .. }) => (
                        message,
                        !link_kinds(message).is_empty() || segment_trap(message).is_some(),
                    ),
                    Ok(Directive::AssertExhaustion { message, .. }) => {
                        (message, is_exhaustion(message))
                    }
                    _ => return,
                };
                if !known {
                    unknown.insert(words.to_string(), format!("{}:{}", item.name, step.line));
                }
            });
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn the_backtrace_of_an_expected_trap_is_recorded_on_request() {
    let frame = wassay_engine::Frame { module: None, func: 3, name: None, offset: Some(16) };
    let trap = Trap { frames: vec![frame], ..Trap::new(TrapKind::Unreachable) };
    let (expected, bare) = (Assertion::Trap("unreachable"), Trap::new(TrapKind::Unreachable));
    let asked = Tells { backtraces: true, ..TELLS_ALL };
    let judged = |trap: &Trap, tells| judge(&expected, &Response::Trapped(trap.clone()), tells);
    assert_eq!(judged(&trap, TELLS_ALL), Judgement::Passed);
    assert_eq!(judged(&bare, asked), Judgement::Passed);
    let Judgement::Open { actual, .. } = judged(&trap, asked) else { panic!("no backtrace") };
    assert_eq!(actual.to_string(), "trap \"unreachable\" in function 3 at byte 0x10");
}
