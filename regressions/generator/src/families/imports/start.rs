//! Start functions that are imported, from a module or from the host, and functions of the host that
//! are exported again. Takes nothing; returns a script.

use super::Hops;

const FIRST: &str = "\
(module $definer
  (import \"spectest\" \"print\" (func $print))
  (import \"spectest\" \"print_i32\" (func $print_i32 (param i32)))
  (global $last (mut i32) (i32.const 0))
  (func (export \"last\") (result i32) (global.get $last) (global.set $last (i32.const 0)))
  (func (export \"0\") (global.set $last (i32.const 10)))
  (func (export \"1\") (global.set $last (i32.const 11)))
  (func (export \"trap\") (unreachable))
  (export \"print\" (func $print))
  (export \"print_i32\" (func $print_i32)))
(register \"definer\" $definer)
";

/// The directives.
pub(crate) fn script() -> String {
    let mut text = FIRST.to_string();
    for (name, from) in [("once", "definer"), ("twice", "once")] {
        text += &format!("\n(module ${name}\n");
        for (function, ty) in
            [("print_i32", " (param i32)"), ("trap", ""), ("1", ""), ("print", ""), ("0", "")]
        {
            let import = format!("(import \"{from}\" \"{function}\")");
            text += &format!("  (func (export \"{function}\") {import}{ty})\n");
        }
        text = text.trim_end().to_string() + &format!(")\n(register \"{name}\" ${name})\n");
    }
    for hops in Hops::ALL {
        let from = ["definer", "once", "twice"][*hops as usize];
        text += &of_a_module(from, hops.words());
    }
    text
}

fn of_a_module(from: &str, words: &str) -> String {
    let imports = format!(
        "(import \"{from}\" \"0\" (func $f0)) (import \"{from}\" \"1\" (func $f1)) (import \
         \"{from}\" \"trap\" (func $trap)) (import \"{from}\" \"print\" (func $print))"
    );
    let own = "(func unreachable) (func unreachable) (func unreachable) (func unreachable)";
    let mut text = format!("\n;; The start function is an import, {words}.\n");
    for (function, value) in [("$f0", 10), ("$f1", 11), ("$print", 0)] {
        text += &format!(
            "(module {imports} {own} (start {function}))\n\
             (assert_return (invoke $definer \"last\") (i32.const {value}))\n"
        );
    }
    text += &format!(
        "(assert_trap (module {imports} {own} (start $trap)) \"unreachable\")\n\
         (assert_return (invoke $definer \"last\") (i32.const 0))\n"
    );
    text += &format!(
        "(assert_return (invoke ${from} \"print\"))\n\
         (assert_return (invoke ${from} \"print_i32\" (i32.const 13)))\n\
         (assert_trap (invoke ${from} \"trap\") \"unreachable\")\n\
         (assert_return (invoke ${from} \"1\"))\n\
         (assert_return (invoke $definer \"last\") (i32.const 11))\n"
    );
    text
}
