//! The text of values, expectations and observations. Formats them for every report that people
//! read; nothing parses this text.

use crate::outcome::{Expected, Frame, Observed, Stage};
use crate::pattern::{FuncName, Lanes, Nan, Pattern};
use std::fmt::{self, Display, Formatter};

impl Display for Expected {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Accepted => f.write_str("a module that instantiates"),
            Expected::Component => f.write_str("a component that instantiates"),
            Expected::Returned => f.write_str("a return"),
            Expected::Results(patterns) => list(f, patterns),
            Expected::Trap(words) if words.is_empty() => f.write_str("a trap"),
            Expected::Trap(words) => write!(f, "trap \"{words}\""),
            Expected::Exhaustion(words) => write!(f, "exhaustion \"{words}\""),
            Expected::Exception => f.write_str("an exception"),
            Expected::Malformed(words) => write!(f, "malformed \"{words}\""),
            Expected::Invalid(words) => write!(f, "invalid \"{words}\""),
            Expected::Unlinkable(words) => write!(f, "unlinkable \"{words}\""),
            Expected::BadCustom(words) => write!(f, "bad custom section \"{words}\""),
            Expected::Session => f.write_str("a session"),
            Expected::Engine => f.write_str("an engine"),
            Expected::Dropped => f.write_str("a dropped instance or module"),
            Expected::Collected => f.write_str("a collection"),
            Expected::Taken => f.write_str("a reference, an export or a module"),
            Expected::Stored => f.write_str("a stored reference"),
            Expected::Refused => f.write_str("a refusal"),
            Expected::Used => f.write_str("a use that is accepted"),
            Expected::Counts(counts) => f.write_str(counts),
            Expected::Miss => f.write_str("a module that is not in the cache"),
            Expected::Rejected => f.write_str("a module that is rejected"),
            Expected::Incompatible => f.write_str("a refusal of another engine's module"),
            Expected::Thread => f.write_str("a thread"),
            Expected::PassingThread => f.write_str("a thread in which everything passes"),
            Expected::Feature(name) => write!(f, "the engine has `{name}`, as it claims"),
        }
    }
}

impl Display for Observed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Observed::Accepted => f.write_str("accepted"),
            Observed::Returned(values) => list(f, values),
            Observed::Trapped { kind, words, message, frames } => {
                match message {
                    None => write!(f, "trap \"{words}\"")?,
                    Some(message) => write!(f, "trap \"{message}\" ({kind})")?,
                }
                frames.iter().try_for_each(|frame| write!(f, " in {frame}"))
            }
            Observed::Threw(values) => {
                f.write_str("exception")?;
                values.iter().try_for_each(|value| write!(f, " {value}"))
            }
            Observed::Exhausted { message } => write!(f, "exhaustion \"{message}\""),
            Observed::Unlinkable { message, .. } => write!(f, "unlinkable \"{message}\""),
            Observed::Rejected { stage, message, offset } => {
                let stage = match stage {
                    Some(Stage::Malformed) => "malformed",
                    Some(Stage::Invalid) => "invalid",
                    None => "rejected",
                };
                write!(f, "{stage} \"{message}\"")?;
                match offset {
                    Some(offset) => write!(f, " at offset {offset:#x}"),
                    None => Ok(()),
                }
            }
            Observed::Counts(counts) => f.write_str(counts),
            Observed::Refused { message } => write!(f, "refused \"{message}\""),
            Observed::Mistaken { message }
            | Observed::Lacked { message }
            | Observed::Missed { message }
            | Observed::Broke { message } => f.write_str(message),
        }
    }
}

impl Display for Frame {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "function {}", self.func)?;
        if let Some(name) = &self.name {
            write!(f, " ({name})")?;
        }
        if let Some(module) = &self.module {
            write!(f, " of {module}")?;
        }
        match self.offset {
            Some(offset) => write!(f, " at byte {offset:#x}"),
            None => Ok(()),
        }
    }
}

fn list(f: &mut Formatter<'_>, items: &[Pattern]) -> fmt::Result {
    let Some((first, rest)) = items.split_first() else { return f.write_str("no results") };
    write!(f, "{first}")?;
    rest.iter().try_for_each(|item| write!(f, " {item}"))
}

impl Display for Pattern {
    /// In the script language; floats include their bits.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::I32(bits) => write!(f, "(i32.const {})", bits.cast_signed()),
            Pattern::I64(bits) => write!(f, "(i64.const {})", bits.cast_signed()),
            Pattern::F32(Nan::Bits(bits)) => {
                write!(f, "(f32.const {:?} (; {bits:#010x} ;))", f32::from_bits(*bits))
            }
            Pattern::F64(Nan::Bits(bits)) => {
                write!(f, "(f64.const {:?} (; {bits:#018x} ;))", f64::from_bits(*bits))
            }
            Pattern::F32(class) => write!(f, "(f32.const {class})"),
            Pattern::F64(class) => write!(f, "(f64.const {class})"),
            Pattern::V128(lanes) => write!(f, "(v128.const {lanes})"),
            Pattern::Null(None) => f.write_str("(ref.null)"),
            Pattern::Null(Some(hierarchy)) => write!(f, "(ref.null {})", hierarchy.name()),
            Pattern::Extern(Some(number)) => write!(f, "(ref.extern {number})"),
            Pattern::Extern(None) => f.write_str("(ref.extern)"),
            Pattern::Host(number) => write!(f, "(ref.host {number})"),
            Pattern::Func => f.write_str("(ref.func)"),
            Pattern::FuncOf(which) => write!(f, "(ref.func {which})"),
            Pattern::NonNull => f.write_str("(ref)"),
            Pattern::Any => f.write_str("(ref.any)"),
            Pattern::Eq => f.write_str("(ref.eq)"),
            Pattern::I31(Some(bits)) => write!(f, "(ref.i31 {bits})"),
            Pattern::I31(None) => f.write_str("(ref.i31)"),
            Pattern::Struct => f.write_str("(ref.struct)"),
            Pattern::Array => f.write_str("(ref.array)"),
            Pattern::Exn => f.write_str("(ref.exn)"),
            Pattern::Cont => f.write_str("(ref.cont)"),
            Pattern::NullCont => f.write_str("(ref.null cont)"),
            Pattern::SharedI31 => f.write_str("(ref.i31_shared)"),
            Pattern::Either(patterns) => {
                f.write_str("(either")?;
                patterns.iter().try_for_each(|pattern| write!(f, " {pattern}"))?;
                f.write_str(")")
            }
            Pattern::More(_) => f.write_str("..."),
        }
    }
}

impl Display for FuncName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            FuncName::Index(index) => write!(f, "{index}"),
            FuncName::Id(id) => write!(f, "${id}"),
        }
    }
}

impl Display for Lanes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        fn all<T: Display>(f: &mut Formatter<'_>, shape: &str, lanes: &[T]) -> fmt::Result {
            f.write_str(shape)?;
            lanes.iter().try_for_each(|lane| write!(f, " {lane}"))
        }
        match self {
            Lanes::I8x16(lanes) => all(f, "i8x16", &lanes.map(u8::cast_signed)),
            Lanes::I16x8(lanes) => all(f, "i16x8", &lanes.map(u16::cast_signed)),
            Lanes::I32x4(lanes) => all(f, "i32x4", &lanes.map(u32::cast_signed)),
            Lanes::I64x2(lanes) => all(f, "i64x2", &lanes.map(u64::cast_signed)),
            Lanes::F32x4(lanes) => all(f, "f32x4", lanes),
            Lanes::F64x2(lanes) => all(f, "f64x2", lanes),
            Lanes::Bits(bits) => {
                f.write_str("i32x4")?;
                (0..4).try_for_each(|lane| write!(f, " {:#010x}", (bits >> (32 * lane)) as u32))
            }
        }
    }
}

impl Display for Nan<u32> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
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

impl Display for Nan<u64> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_formatted_as_in_a_script() {
        let table = [
            (Pattern::I32(u32::MAX), "(i32.const -1)"),
            (Pattern::F32(Nan::Bits(0x7fc0_0000)), "(f32.const NaN (; 0x7fc00000 ;))"),
            (Pattern::F64(Nan::Arithmetic), "(f64.const nan:arithmetic)"),
            (
                Pattern::V128(Lanes::F64x2([Nan::Bits(0), Nan::Bits(0xfff8_0000_0000_0001)])),
                "(v128.const f64x2 0.0 -nan:0x8000000000001)",
            ),
            (
                Pattern::V128(Lanes::Bits(0x7fc0_0000)),
                "(v128.const i32x4 0x7fc00000 0x00000000 0x00000000 0x00000000)",
            ),
            (
                Pattern::Either(vec![Pattern::Null(None), Pattern::More(3)]),
                "(either (ref.null) ...)",
            ),
        ];
        for (pattern, text) in table {
            assert_eq!(pattern.to_string(), text);
        }
        assert_eq!(Observed::Returned(vec![]).to_string(), "no results");
        assert_eq!(Observed::Threw(vec![Pattern::I32(1)]).to_string(), "exception (i32.const 1)");
    }

    #[test]
    fn a_trap_names_its_kind_if_the_engine_words_it_differently() {
        let trap = |message: Option<&str>| {
            let (kind, words) = ("integer-overflow".to_string(), "integer overflow".to_string());
            let message = message.map(str::to_string);
            Observed::Trapped { kind, words, message, frames: Vec::new() }.to_string()
        };
        assert_eq!(trap(None), "trap \"integer overflow\"");
        assert_eq!(trap(Some("too big")), "trap \"too big\" (integer-overflow)");
        let name = |name: &str| Some(name.to_string());
        let frame = Frame { module: name("m"), func: 3, name: name("f"), offset: Some(64) };
        assert_eq!(frame.to_string(), "function 3 (f) of m at byte 0x40");
    }
}
