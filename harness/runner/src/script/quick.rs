//! Takes the text of one form; gives its directive if it is an action on constants, as nine of ten
//! directives are, without comments, escapes and other rarities. Returns `None` otherwise, and
//! `wast` reads it. Both readers agree wherever this one succeeds, and this one is many times
//! faster.

use super::directive::{Action, Directive};
use super::numbers::{double, integer, single};
use crate::wire;
use wassay_engine::Value;
use wassay_record::{Lanes, Nan, Pattern};

/// The directive, if it is a simple one.
pub(super) fn read(text: &str) -> Option<Directive<'_>> {
    let mut reader = Reader { text, at: 0 };
    reader.open()?;
    let directive = match reader.word()? {
        "invoke" => Directive::Invoke(reader.invoke()?),
        "assert_return" => {
            let action = reader.action()?;
            let mut expected = Vec::new();
            while !reader.closes() {
                expected.push(reader.pattern()?);
            }
            Directive::AssertReturn { action, expected }
        }
        "assert_trap" => {
            Directive::AssertTrap { action: reader.action()?, message: reader.string()? }
        }
        "assert_exhaustion" => {
            Directive::AssertExhaustion { action: reader.action()?, message: reader.string()? }
        }
        _ => return None,
    };
    reader.close()?;
    (reader.at == text.len()).then_some(directive)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn action(&mut self) -> Option<Action<'a>> {
        self.open()?;
        let action = match self.word()? {
            "invoke" => self.invoke()?,
            "get" => Action::Get { instance: self.id()?, name: self.string()? },
            _ => return None,
        };
        self.close()?;
        Some(action)
    }

    fn invoke(&mut self) -> Option<Action<'a>> {
        let (instance, name) = (self.id()?, self.string()?);
        let mut args = Vec::new();
        while !self.closes() {
            args.push(self.value()?);
        }
        Some(Action::Invoke { instance, name, args })
    }

    fn value(&mut self) -> Option<Value> {
        wire::value(&self.pattern()?)
    }

    fn pattern(&mut self) -> Option<Pattern> {
        self.open()?;
        let pattern = match self.word()? {
            "i32.const" => Pattern::I32(self.integer()?),
            "i64.const" => Pattern::I64(self.integer()?),
            "f32.const" => Pattern::F32(self.single()?),
            "f64.const" => Pattern::F64(self.double()?),
            "v128.const" => Pattern::V128(match self.word()? {
                "i8x16" => Lanes::I8x16(self.lanes(Self::integer)?),
                "i16x8" => Lanes::I16x8(self.lanes(Self::integer)?),
                "i32x4" => Lanes::I32x4(self.lanes(Self::integer)?),
                "i64x2" => Lanes::I64x2(self.lanes(Self::integer)?),
                "f32x4" => Lanes::F32x4(self.lanes(Self::single)?),
                "f64x2" => Lanes::F64x2(self.lanes(Self::double)?),
                _ => return None,
            }),
            _ => return None,
        };
        self.close()?;
        Some(pattern)
    }

    fn lanes<T, const N: usize>(
        &mut self,
        mut lane: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<[T; N]> {
        let lanes: Option<Vec<T>> = (0..N).map(|_| lane(self)).collect();
        lanes?.try_into().ok()
    }

    fn integer<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(integer(self.word()?, 8 * size_of::<T>() as u32)?).ok()
    }

    fn single(&mut self) -> Option<Nan<u32>> {
        nan(self.word()?, single)
    }

    fn double(&mut self) -> Option<Nan<u64>> {
        nan(self.word()?, double)
    }

    /// The `$id` without its `$`, if there is one.
    fn id(&mut self) -> Option<Option<&'a str>> {
        if self.next_solid()? != b'$' {
            return Some(None);
        }
        let id = &self.word()?[1..];
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        (!id.is_empty() && id.bytes().all(plain)).then_some(Some(id))
    }

    /// The contents of a string without escapes.
    fn string(&mut self) -> Option<&'a str> {
        if self.next_solid()? != b'"' {
            return None;
        }
        let start = self.at + 1;
        let rest = &self.text.as_bytes()[start..];
        let rare = |byte: &u8| matches!(byte, b'"' | b'\\') || !matches!(byte, b' '..=b'~');
        let end = start + rest.iter().position(rare)?;
        self.at = end + 1;
        let ends = matches!(self.byte(end + 1)?, b' ' | b'\t' | b'\n' | b'\r' | b'(' | b')');
        (self.byte(end) == Some(b'"') && ends).then(|| &self.text[start..end])
    }

    /// A run of characters up to a space, a parenthesis or the start of a rarity.
    fn word(&mut self) -> Option<&'a str> {
        self.next_solid()?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let ends = |byte: &u8| {
            matches!(byte, b'(' | b')' | b'"' | b';' | b',' | b'[' | b']' | b'{' | b'}')
                || !byte.is_ascii_graphic()
        };
        self.at = start + rest.iter().position(ends)?;
        let word = &self.text[start..self.at];
        let plain = matches!(self.byte(self.at)?, b' ' | b'\t' | b'\n' | b'\r' | b'(' | b')');
        (plain && !word.is_empty()).then_some(word)
    }

    fn open(&mut self) -> Option<()> {
        let is_plain = |next: u8| next.is_ascii_lowercase() || matches!(next, b' ' | b'\n' | b'\t');
        let opens = self.next_solid()? == b'(' && is_plain(self.byte(self.at + 1)?);
        self.at += 1;
        opens.then_some(())
    }

    fn close(&mut self) -> Option<()> {
        let closes = self.closes();
        self.at += 1;
        closes.then_some(())
    }

    fn closes(&mut self) -> bool {
        self.next_solid() == Some(b')')
    }

    /// The next character that is not a space.
    fn next_solid(&mut self) -> Option<u8> {
        while let b' ' | b'\t' | b'\n' | b'\r' = self.byte(self.at)? {
            self.at += 1;
        }
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }
}

fn nan<B>(word: &str, bits: impl FnOnce(&str) -> Option<B>) -> Option<Nan<B>> {
    match word {
        "nan:canonical" => Some(Nan::Canonical),
        "nan:arithmetic" => Some(Nan::Arithmetic),
        number => bits(number).map(Nan::Bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::directive;

    /// Also reads with `wast` alone and checks that both agree; false if the quick reader declines.
    fn agree(text: &str) -> bool {
        let Some(quick) = read(text) else { return false };
        let slow = directive::with_wast(text, false, |directive| format!("{directive:?}"));
        assert_eq!(format!("Ok({quick:?})"), slow, "{text}");
        true
    }

    #[test]
    fn the_suite_reads_the_same() {
        let catalogue = wassay_suites::Catalogue::embedded().unwrap();
        let (mut quick, mut all) = (0, 0);
        for item in catalogue.scripts().iter().step_by(3) {
            let script = crate::script::Script::parse(&*item.read().unwrap());
            for step in script.steps() {
                let Ok(text) = std::str::from_utf8(script.source(step)) else { continue };
                if matches!(&*step.kind, "invoke" | "assert_return" | "assert_trap") {
                    all += 1;
                    quick += u32::from(agree(text));
                }
            }
        }
        assert!(quick * 10 > all * 9, "{quick} of {all}");
    }

    #[test]
    fn rare_forms_are_left_to_wast() {
        for text in [
            "(invoke \"a\\62\")",
            "(invoke \"\u{e9}\")",
            "(invoke \"f\" (; c ;) (i32.const 1))",
            "(invoke \"f\" (i32.const 1) ;; c\n)",
            "(invoke \"f\" (@a) (i32.const 1))",
            "(invoke \"f\" (ref.null func))",
            "(invoke \"f\" (i32.const 1_0))",
            "(invoke \"f\" (f32.const nan:canonical))",
            "(invoke \"f\" (v128.const i32x4 1 2 3))",
            "(invoke \"f\" (v128.const i32x4 1 2 3 4 5))",
            "(invoke $\"a b\" \"f\")",
            "(invoke $ \"f\")",
            "(invoke\"f\"\"g\")",
            "(invoke \"f\"",
            "(invoke \"f",
            "(invoke \"f\") ",
            "(invoke \"f\" (i32.const 4294967296))",
            "(assert_return (module))",
            "(assert_return (invoke \"f\") (either (i32.const 1) (i32.const 2)))",
            "(assert_trap (invoke \"f\"))",
            "(assert_trap (invoke \"f\") \"a\" \"b\")",
            "(module)",
            "(",
            "",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        for text in [
            "(invoke \"f\")",
            "( invoke\n$a.b \"\"(i64.const -1)\t(f64.const -0x1.8p3) )",
            "(assert_return(get $m \"g\")(f32.const nan:canonical)(f64.const -nan:0x8))",
            "(assert_exhaustion (invoke \"f (;\") \"call stack exhausted\")",
            "(invoke \"f\" (v128.const f32x4 1 -0 nan inf) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 -10 \
             11 12 13 14 255))",
        ] {
            assert!(agree(text), "{text}");
        }
    }
}
