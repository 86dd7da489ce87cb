//! A script with parsed directives: packed where parsing text is fast, unpacked by workers where it
//! is slow, under an emulator. Modules are encoded when packed. Sees no engine.
//!
//! The text and every position in it stay available: only the result of [`Script::read`] is packed,
//! and a directive without one is read from the text.

use super::module::ModuleText;
use super::{Script, Step, StepShape, Text};
use serde::{Deserialize, Serialize};

/// The position and content of a step.
#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    line: u32,
    column: u32,
    start: usize,
    end: usize,
    kind: &'a str,
    inline: bool,
    #[serde(borrow)]
    directive: Option<&'a [u8]>,
}

impl Script {
    /// The steps with their content. `None` if any text is not a form: that is rare, and the worker
    /// then reads the text.
    pub(crate) fn pack(&self) -> Option<Vec<u8>> {
        let mut packed = Vec::with_capacity(self.text.len() / 2);
        for step in &self.steps {
            let inline = match step.shape {
                StepShape::Form => false,
                StepShape::InlineModule => true,
                StepShape::Broken(..) => return None,
            };
            let directive = self.read(step, |directive| {
                let mut directive = directive.ok()?;
                directive.each_module(&mut ModuleText::settle);
                postcard::to_stdvec(&directive).ok()
            });
            let entry = Entry {
                line: step.line,
                column: step.column,
                start: step.range.start,
                end: step.range.end,
                kind: &step.kind,
                inline,
                directive: directive.as_deref(),
            };
            packed = postcard::to_extend(&entry, packed).ok()?;
        }
        Some(packed)
    }

    /// A script from its text and its packed steps.
    ///
    /// # Errors
    /// If the packed steps do not belong to the text.
    pub(crate) fn unpack(
        text: impl Into<Text>,
        packed: Vec<u8>,
    ) -> Result<Script, postcard::Error> {
        let text = text.into();
        let mut steps = Vec::new();
        let mut rest = &packed[..];
        while !rest.is_empty() {
            let (entry, behind): (Entry<'_>, _) = postcard::take_from_bytes(rest)?;
            rest = behind;
            let range = entry.start..entry.end;
            if text.get(range.clone()).is_none() {
                return Err(postcard::Error::DeserializeUnexpectedEnd);
            }
            // The directive is the last part of its entry.
            let end = packed.len() - rest.len();
            steps.push(Step {
                index: steps.len() as u32,
                line: entry.line,
                column: entry.column,
                range,
                kind: super::kind(entry.kind),
                shape: if entry.inline { StepShape::InlineModule } else { StepShape::Form },
                reading: entry.directive.map(|directive| end - directive.len()..end),
            });
        }
        Ok(Script { text, steps, readings: packed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Directive;

    fn repacked(script: &Script) -> Script {
        Script::unpack(script.text.clone(), script.pack().unwrap()).unwrap()
    }

    fn said(script: &Script) -> Vec<String> {
        let read = |step: &Step| {
            script.read(step, |directive| {
                let directive = directive.map(|mut directive| {
                    directive.each_module(&mut ModuleText::settle);
                    directive
                });
                format!("{directive:?}")
            })
        };
        script.steps.iter().map(read).collect()
    }

    #[test]
    fn every_script_of_the_suite_says_the_same_when_it_was_packed() {
        let catalogue = wassay_suites::Catalogue::embedded().unwrap();
        let mut packed = 0;
        for item in catalogue.scripts().iter().step_by(5) {
            let original = Script::parse(&*item.read().unwrap());
            let again = repacked(&original);
            let places = |script: &Script| -> Vec<Step> {
                let bare = |step: &Step| Step { reading: None, ..step.clone() };
                script.steps.iter().map(bare).collect()
            };
            assert_eq!(places(&original), places(&again), "{}", item.name);
            assert_eq!(said(&original), said(&again), "{}", item.name);
            packed += again.steps.iter().filter(|step| step.reading.is_some()).count();
        }
        assert!(packed > 10_000, "{packed} directives were packed");
    }

    #[test]
    fn every_form_survives_packing() {
        let script = Script::parse(
            r#"(module $m (func (unknown))) (module definition $m quote "(func)") (module quote "x")
            (invoke $m "f" (i32.const -1) (i64.const -1) (f32.const nan:0x1) (f64.const -0)
                (v128.const i64x2 -1 1) (ref.null extern) (ref.extern 7) (ref.host 8))
            (assert_return (get $m "g") (f32.const nan:canonical) (f64.const nan:arithmetic)
                (v128.const f32x4 nan:canonical 1 2 nan:0x1) (ref.null) (ref.null any) (ref.func)
                (ref.func 1) (ref.func $f)
                (either (ref.i31) (ref.eq)) (ref.exn) (ref.extern) (ref.extern 0))
            (thread $t (shared (module $m)) (assert_trap (module) "\e2\82\ac") (wait $u)) (nonsense)
            (module instance $i $m) (module instance $m) (register "r" $i) (component)
            (assert_trap (module instance $m) "x") (assert_unlinkable (module instance $i $m) "")
            (assert_return (invoke "f") (ref.null cont)) (assert_return (invoke "f") (ref))
            (assert_suspension (invoke "f") "") (assert_invalid (module quote "(br $x)") "")
            (component instance $"I" $"\63 d") (invoke $"\63" "f" (u32.const 1))
            (@wassay.drop $m) (@wassay.collect)
            (@wassay.take $a (table $m "t" 1)) (@wassay.take $b (global "g"))
            (@wassay.take $c (export $m "e")) (@wassay.take $d (module $m))
            (@wassay.take $e (invoke $m "f" (i64.const -1)))
            (@wassay.put (table "t" 18446744073709551615) $a) (@wassay.put (global $m "g") $b)
            (@wassay.instance $i $d)
            (@wassay.session $s) (@wassay.session) (@wassay.engine $x) (@wassay.engine)
            (@wassay.engine $y (cache $d) (demand_hits) (opt none) (bounds guard) (relaxed native)
                (interruption on) (cpu more) (without "simd" "relaxed-simd"))
            (@wassay.engine $z (cache memory) (cpu foreign)) (@wassay.drop (engine $z))
            (@wassay.drop (sessions $y)) (@wassay.compile $m $k) (@wassay.reload $m)
            (@wassay.expect (compiled 0) (hits 1) (misses 2) (stores 3) (stale 4) (corrupt 5))
            (@wassay.assert_miss $k) (@wassay.assert_rejected $k) (@wassay.serialize $b $m)
            (@wassay.deserialize $m $b) (@wassay.assert_incompatible $b)
            (@wassay.backtrace $t (invoke $m "f" (i32.const 1)))
            (@wassay.assert_backtrace $t (call $f (i64.const 1)))
            (@wassay.assert_return (call $c (i32.const 1)) (ref.func) (f32.const nan:canonical))
            (@wassay.assert_return (invoke $m "f")) (@wassay.assert_trap (call $c) "\e2\82\ac")
            (@wassay.assert_refused (call $c (v128.const i64x2 -1 1)))
            (@wassay.assert_refused (put (global "g") $a)) (@wassay.assert_refused (read $b))
            (@wassay.assert_refused (instance $d $a $b))
            (@wassay.drop (instance $m)) (@wassay.drop (module $m)) (@wassay.drop (kept $k))
            (@wassay.host $h (func (param i32 funcref) (result f64)) (f64.const 1))
            (@wassay.host $h (func) (call $k)) (@wassay.register "m" "f" $h)
            (@wassay.assert_accepted (instance $k $h $h)) (@wassay.nonsense)"#
                .as_bytes(),
        );
        for name in super::super::annotation::ANNOTATIONS {
            let kind = format!("@{name}");
            assert!(script.steps.iter().any(|step| *step.kind == *kind), "{kind}");
        }
        let again = repacked(&script);
        assert_eq!(said(&script), said(&again));
        let unread: Vec<&str> =
            again.steps.iter().filter(|step| step.reading.is_none()).map(|s| &*s.kind).collect();
        assert_eq!(
            unread,
            ["module", "nonsense", "@wassay.nonsense"],
            "what cannot be read is left in the text"
        );
    }

    #[test]
    fn the_identifiers_of_a_packed_module_are_in_the_text() {
        let text = b"(module (import \"m\" \"f\" (func $i)) (func) (func $f (@name \"g\")))";
        let script = repacked(&Script::parse(text));
        let ids = script.read_text(&script.steps[0], |directive| match directive {
            Ok(Directive::Module(mut module)) => module.encode_with_ids().1,
            other => panic!("{other:?}"),
        });
        let expected = [("i", 0), ("f", 2)].map(|(id, index)| (id.to_string(), index));
        assert_eq!(ids, expected.into());
    }

    #[test]
    fn text_outside_any_form_is_not_packed() {
        assert_eq!(Script::parse(b"(module))").pack(), None);
    }

    #[test]
    fn a_damaged_pack_is_an_error_or_another_script_but_no_panic() {
        let script = Script::parse(b"(module $m)(assert_return (invoke $m \"f\") (i32.const 1))");
        let packed = script.pack().unwrap();
        for at in 0..packed.len() {
            for bit in 0..8 {
                let mut damaged = packed.clone();
                damaged[at] ^= 1 << bit;
                if let Ok(script) = Script::unpack(script.text.clone(), damaged) {
                    said(&script);
                }
            }
            let _ = Script::unpack(script.text.clone(), packed[..at].to_vec());
        }
    }
}
