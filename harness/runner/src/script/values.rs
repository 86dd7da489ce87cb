//! Takes a constant or a result pattern that `wast` parsed; gives the trait's value or the record's
//! pattern. Sees no engine.

use crate::wire;
use wassay_engine::{Ref, Value};
use wassay_record::{FuncName, Hierarchy, Lanes, Nan, Pattern};
use wast::core::{AbstractHeapType, HeapType, NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::parser::{Parser, Result};
use wast::token::Index;

/// The longest name of a function in a result, in bytes: records keep the whole name.
const LONGEST_NAME: usize = 1000;

/// An argument of an action, without its parentheses.
pub(super) fn argument(parser: Parser<'_>) -> Result<Value> {
    let span = parser.cur_span();
    Ok(match parser.parse::<WastArgCore<'_>>()? {
        WastArgCore::I32(value) => Value::I32(value.cast_unsigned()),
        WastArgCore::I64(value) => Value::I64(value.cast_unsigned()),
        WastArgCore::F32(value) => Value::F32(value.bits),
        WastArgCore::F64(value) => Value::F64(value.bits),
        WastArgCore::V128(value) => Value::V128(u128::from_le_bytes(value.to_le_bytes())),
        WastArgCore::RefExtern(number) => Value::Ref(Ref::Extern(number)),
        WastArgCore::RefHost(number) => Value::Ref(Ref::Host(number)),
        WastArgCore::RefNull(heap) => match hierarchy(&heap) {
            Some(hierarchy) => Value::Ref(Ref::Null(wire::engine_hierarchy(hierarchy))),
            None => return Err(parser.error_at(span, "a null of this type cannot be passed")),
        },
    })
}

/// A result pattern, without its parentheses.
pub(super) fn pattern(parser: Parser<'_>) -> Result<Pattern> {
    // `wast` has every pattern of the reference interpreter except these.
    let own = parser.step(|cursor| match cursor.keyword()? {
        Some(("ref.exn", rest)) => Ok((Some(Pattern::Exn), rest)),
        Some(("ref.cont", rest)) => Ok((Some(Pattern::Cont), rest)),
        Some(("ref", rest)) => Ok((Some(Pattern::NonNull), rest)),
        _ => Ok((None, cursor)),
    })?;
    if let Some(pattern) = own {
        return Ok(pattern);
    }
    let either = parser.step(|cursor| match cursor.keyword()? {
        Some(("either", rest)) => Ok((true, rest)),
        _ => Ok((false, cursor)),
    })?;
    if either {
        if parser.parens_depth() > 100 {
            return Err(parser.error("alternatives nest too deep"));
        }
        let mut patterns = Vec::new();
        while !parser.is_empty() {
            match parser.parens(pattern)? {
                // Alternatives of alternatives are alternatives: records are never nested.
                Pattern::Either(inner) => patterns.extend(inner),
                pattern => patterns.push(pattern),
            }
        }
        return Ok(Pattern::Either(patterns));
    }
    let span = parser.cur_span();
    convert(parser.parse()?).map_err(|why| parser.error_at(span, why))
}

/// Whether a pattern names a function of an instance.
pub(crate) fn names_function(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::FuncOf(_) => true,
        Pattern::Either(patterns) => patterns.iter().any(names_function),
        _ => false,
    }
}

/// The pattern, or why it cannot be checked.
fn convert(pattern: WastRetCore<'_>) -> std::result::Result<Pattern, &'static str> {
    Ok(match pattern {
        WastRetCore::I32(value) => Pattern::I32(value.cast_unsigned()),
        WastRetCore::I64(value) => Pattern::I64(value.cast_unsigned()),
        WastRetCore::F32(value) => Pattern::F32(nan(value, |value| value.bits)),
        WastRetCore::F64(value) => Pattern::F64(nan(value, |value| value.bits)),
        WastRetCore::V128(value) => Pattern::V128(lanes(value)),
        WastRetCore::RefNull(None) => Pattern::Null(None),
        WastRetCore::RefNull(Some(HeapType::Abstract {
            ty: AbstractHeapType::Cont | AbstractHeapType::NoCont,
            ..
        })) => Pattern::NullCont,
        WastRetCore::RefNull(Some(heap)) => match hierarchy(&heap) {
            Some(hierarchy) => Pattern::Null(Some(hierarchy)),
            None => return Err("a null of this type cannot be distinguished: write `(ref.null)`"),
        },
        WastRetCore::RefExtern(number) => Pattern::Extern(number),
        WastRetCore::RefHost(number) => Pattern::Host(number),
        WastRetCore::RefFunc(None) => Pattern::Func,
        WastRetCore::RefFunc(Some(which)) => {
            let which = match which {
                Index::Num(index, _) => FuncName::Index(index),
                Index::Id(id) if id.name().len() > LONGEST_NAME => return Err("a name too long"),
                Index::Id(id) => FuncName::Id(id.name().to_string()),
            };
            Pattern::FuncOf(which)
        }
        WastRetCore::RefAny => Pattern::Any,
        WastRetCore::RefEq => Pattern::Eq,
        WastRetCore::RefArray => Pattern::Array,
        WastRetCore::RefStruct => Pattern::Struct,
        WastRetCore::RefI31 => Pattern::I31(None),
        WastRetCore::RefI31Shared => Pattern::SharedI31,
        WastRetCore::Either(_) => return Err("`either` stands alone"),
    })
}

fn nan<F, B>(pattern: NanPattern<F>, bits: impl Fn(F) -> B) -> Nan<B> {
    match pattern {
        NanPattern::CanonicalNan => Nan::Canonical,
        NanPattern::ArithmeticNan => Nan::Arithmetic,
        NanPattern::Value(value) => Nan::Bits(bits(value)),
    }
}

fn lanes(pattern: V128Pattern) -> Lanes {
    match pattern {
        V128Pattern::I8x16(lanes) => Lanes::I8x16(lanes.map(i8::cast_unsigned)),
        V128Pattern::I16x8(lanes) => Lanes::I16x8(lanes.map(i16::cast_unsigned)),
        V128Pattern::I32x4(lanes) => Lanes::I32x4(lanes.map(i32::cast_unsigned)),
        V128Pattern::I64x2(lanes) => Lanes::I64x2(lanes.map(i64::cast_unsigned)),
        V128Pattern::F32x4(lanes) => Lanes::F32x4(lanes.map(|lane| nan(lane, |lane| lane.bits))),
        V128Pattern::F64x2(lanes) => Lanes::F64x2(lanes.map(|lane| nan(lane, |lane| lane.bits))),
    }
}

/// The hierarchy of a heap type; `None` for a defined type, whose index is meaningless outside its
/// module.
fn hierarchy(heap: &HeapType<'_>) -> Option<Hierarchy> {
    use AbstractHeapType as Heap;
    let HeapType::Abstract { ty, .. } = heap else { return None };
    match ty {
        Heap::Func | Heap::NoFunc => Some(Hierarchy::Func),
        Heap::Extern | Heap::NoExtern => Some(Hierarchy::Extern),
        Heap::Exn | Heap::NoExn => Some(Hierarchy::Exn),
        Heap::Any | Heap::Eq | Heap::Struct | Heap::Array | Heap::I31 | Heap::None => {
            Some(Hierarchy::Any)
        }
        Heap::Cont | Heap::NoCont => None,
    }
}
