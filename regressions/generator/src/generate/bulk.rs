//! Generates tests of `memory.copy`, `memory.init` and `memory.fill` on every kind of memory:
//! overlapping ranges, ranges that end with the memory, and every kind of range out of bounds.
//! Lengths are constant, so that a compiler may expand the operator inline, or a parameter. Runs no
//! script.

use super::Generated;
use super::bounds::{BASIS, distinct, hash, length_type, outside};
use std::fmt::Write;

const PAGE: u64 = 65536;

/// The last bytes of each memory: they have known contents and are checked.
const WINDOW: usize = 160;

/// Lengths around the widths of the loads and stores that an expansion may use.
const CONSTANT: [usize; 13] = [0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 64, 65];

const VARIABLE: [usize; 5] = [0, 1, 16, 64, 100];

/// One script.
struct Script {
    path: &'static str,
    why: &'static str,
    memories: &'static str,
    to: Memory,
    from: Memory,
}

/// A memory, as one of the operands addresses it.
#[derive(Clone, Copy, PartialEq)]
struct Memory {
    name: &'static str,
    /// `i32` or `i64`.
    index: &'static str,
    /// In bytes.
    size: u64,
}

/// A one-page memory with 32-bit indices.
const PLAIN: Memory = Memory { name: "$m", index: "i32", size: PAGE };

/// The data segment, which `memory.init` reads as `memory.copy` does a memory.
const SEGMENT: Memory = Memory { name: "$d", index: "i32", size: WINDOW as u64 };

pub fn all() -> Vec<Generated> {
    let wide = Memory { index: "i64", ..PLAIN };
    let page1 = Memory { size: 200, ..PLAIN };
    let other = Memory { name: "$n", index: "i32", size: 2 * PAGE };
    let other_wide = Memory { index: "i64", ..other };
    let other_page1 = Memory { size: 300, ..other };
    let script = |path, why, memories, to, from| Script { path, why, memories, to, from };
    [
        script(
            "memory/bulk_i32.wast",
            "copies and fills at the end of a memory with 32-bit indices",
            "(memory $m 1)",
            PLAIN,
            PLAIN,
        ),
        script(
            "memory/bulk_i64.wast",
            "copies and fills at the end of a memory with 64-bit indices, which may wrap around",
            "(memory $m i64 1)",
            wide,
            wide,
        ),
        script(
            "memory/bulk_page1.wast",
            "copies and fills at the end of a memory of 200 bytes, in pages of one byte",
            "(memory $m 200 (pagesize 1))",
            page1,
            page1,
        ),
        script(
            "memory/bulk_second.wast",
            "copies to a memory from a longer one: each operand has its own bound",
            "(memory $m 1) (memory $n 2)",
            PLAIN,
            other,
        ),
        script(
            "memory/bulk_second_i64.wast",
            "copies to a memory with 64-bit indices from one with 32-bit indices",
            "(memory $m i64 1) (memory $n 2)",
            wide,
            other,
        ),
        script(
            "memory/bulk_second_from_i64.wast",
            "copies to a memory with 32-bit indices from one with 64-bit indices",
            "(memory $m i64 1) (memory $n 2)",
            other,
            wide,
        ),
        script(
            "memory/bulk_second_both_i64.wast",
            "copies between memories with 64-bit indices, whose lengths have 64 bits, too",
            "(memory $m i64 1) (memory $n i64 2)",
            wide,
            other_wide,
        ),
        script(
            "memory/bulk_page1_i64.wast",
            "copies and fills in pages of one byte, with 64-bit indices",
            "(memory $m i64 200 (pagesize 1))",
            Memory { index: "i64", ..page1 },
            Memory { index: "i64", ..page1 },
        ),
        script(
            "memory/bulk_second_page1.wast",
            "copies to a memory in pages of one byte from one in pages of 64 KiB",
            "(memory $m 200 (pagesize 1)) (memory $n 2)",
            page1,
            other,
        ),
        script(
            "memory/bulk_second_from_page1.wast",
            "copies to a memory in pages of 64 KiB from one in pages of one byte",
            "(memory $m 1) (memory $n 300 (pagesize 1))",
            PLAIN,
            other_page1,
        ),
        script(
            "memory/bulk_second_both_page1.wast",
            "copies between memories in pages of one byte",
            "(memory $m 200 (pagesize 1)) (memory $n 300 (pagesize 1))",
            page1,
            other_page1,
        ),
        script(
            "threads/bulk_i64.wast",
            "copies and fills at the end of a shared memory with 64-bit indices",
            "(memory $m i64 1 1 shared)",
            wide,
            wide,
        ),
        script(
            "threads/bulk_second_to.wast",
            "copies to a shared memory from one of this thread",
            "(memory $m 1 1 shared) (memory $n 2)",
            PLAIN,
            other,
        ),
        script(
            "threads/bulk_second_both.wast",
            "copies between shared memories",
            "(memory $m 1 1 shared) (memory $n 2 2 shared)",
            PLAIN,
            other,
        ),
        script(
            "threads/bulk_second_i64.wast",
            "copies from an unshared memory with 32-bit indices to a shared one with 64-bit indices",
            "(memory $m i64 1 1 shared) (memory $n 2)",
            wide,
            other,
        ),
        script(
            "threads/bulk.wast",
            "copies and fills at the end of a shared memory",
            "(memory $m 1 1 shared)",
            PLAIN,
            PLAIN,
        ),
        script(
            "threads/bulk_second.wast",
            "copies to a memory of this thread from a shared one",
            "(memory $m 1) (memory $n 2 2 shared)",
            PLAIN,
            other,
        ),
    ]
    .iter()
    .map(|script| Generated { path: script.path, text: script.text() })
    .collect()
}

/// The contents of a memory's window before each operation.
fn pattern(memory: &Memory) -> Vec<u8> {
    let salt = match memory.name {
        "$m" => 1,
        "$d" => 51,
        _ => 101,
    };
    (0..WINDOW).map(|at| (at * 7 + salt) as u8).collect()
}

fn hash_bytes(bytes: &[u8]) -> u64 {
    hash(bytes.iter().map(|&byte| u64::from(byte)))
}

impl Memory {
    fn start(&self) -> u64 {
        self.size - WINDOW as u64
    }

    fn outside(&self, len: usize) -> Vec<u64> {
        outside(self.index, self.size, len)
    }
}

impl Script {
    fn text(&self) -> String {
        let mut text = format!(
            ";;! why = \"{}\"\n;; Generated by generator/src/generate/bulk.rs. Each function restores the \
             last\n;; {WINDOW} bytes of every memory first, and returns a hash of those that it \
             may have written.\n\n(module\n  {}\n  (data $d \"{}\")\n\n",
            self.why,
            self.memories,
            pattern(&SEGMENT).iter().map(|byte| format!("\\{byte:02x}")).collect::<String>(),
        );
        self.helpers(&mut text);
        let lengths = CONSTANT.map(Some).into_iter().chain([None]);
        for len in lengths.clone() {
            self.functions(&mut text, len);
        }
        text.push_str(")\n");
        for len in CONSTANT {
            self.assertions(&mut text, len, true);
        }
        for len in VARIABLE {
            self.assertions(&mut text, len, false);
        }
        text
    }

    /// Both memories, or the only one.
    fn memories(&self) -> Vec<Memory> {
        distinct(self.to, self.from)
    }

    /// The type of the length of a copy.
    fn length_type(&self) -> &'static str {
        length_type(self.to.index, self.from.index)
    }

    fn helpers(&self, text: &mut String) {
        text.push_str("  (func $restore (local $at i32)\n");
        for memory in self.memories() {
            let Memory { name, index, .. } = memory;
            let salt = pattern(&memory)[0];
            let at = extended(index);
            let _ = write!(
                text,
                "    (local.set $at (i32.const 0))\n    \
                 (loop $l\n      \
                   (i32.store8 {name} offset={:#x} {at}\n        \
                     (i32.add (i32.mul (local.get $at) (i32.const 7)) (i32.const {salt})))\n      \
                   (br_if $l (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1)))\n        \
                     (i32.const {WINDOW}))))\n",
                memory.start()
            );
        }
        let Memory { name, index, .. } = self.to;
        let at = extended(index);
        let _ = write!(
            text,
            "  )\n  \
             (func $hash (export \"hash\") (result i64) (local $at i32) (local $hash i64)\n    \
               (local.set $hash (i64.const {:#x}))\n    \
               (loop $l\n      \
                 (local.set $hash (i64.mul (i64.const 0x100000001b3) (i64.xor (local.get $hash)\n        \
                   (i64.load8_u {name} offset={:#x} {at}))))\n      \
                 (br_if $l (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1)))\n        \
                   (i32.const {WINDOW}))))\n    \
               (local.get $hash))\n\n",
            BASIS,
            self.to.start()
        );
    }

    /// A copy, an initialization and a fill with a constant length, or with a length parameter.
    fn functions(&self, text: &mut String, len: Option<usize>) {
        let (to, from) = (self.to, self.from);
        for (operator, other, arguments, ty) in [
            ("memory.copy", from.index, format!("{} {}", to.name, from.name), self.length_type()),
            ("memory.init", "i32", format!("{} {}", to.name, SEGMENT.name), "i32"),
            ("memory.fill", "i32", to.name.to_string(), to.index),
        ] {
            let (name, parameter, operand) = match len {
                Some(len) => {
                    (format!("{operator} {len}"), String::new(), format!("({ty}.const {len})"))
                }
                None => (operator.to_string(), format!(" {ty}"), "(local.get 2)".to_string()),
            };
            let _ = writeln!(
                text,
                "  (func (export \"{name}\") (param {} {other}{parameter}) (result i64)\n    \
                   (call $restore)\n    \
                   ({operator} {arguments} (local.get 0) (local.get 1) {operand})\n    \
                   (call $hash))",
                to.index
            );
        }
    }

    fn assertions(&self, text: &mut String, len: usize, constant: bool) {
        let _ = write!(text, "\n;; {len} bytes{}\n", if constant { "" } else { ", variable" });
        let call = |operator: &str, to: u64, other: &str, other_value: u64, ty: &str| {
            let (name, last) = match constant {
                true => (format!("{operator} {len}"), String::new()),
                false => (operator.to_string(), format!(" ({ty}.const {len})")),
            };
            let index = self.to.index;
            format!(
                "(invoke \"{name}\" ({index}.const {to:#x}) ({other}.const {other_value:#x}){last})"
            )
        };
        let copy = |to, from| call("memory.copy", to, self.from.index, from, self.length_type());
        let init = |to, from| call("memory.init", to, "i32", from, "i32");
        let fill = |to, value| call("memory.fill", to, "i32", value, self.to.index);
        let moved = |source: &Memory, to_at: usize, from_at: usize| {
            let mut bytes = pattern(&self.to);
            bytes[to_at..to_at + len].copy_from_slice(&pattern(source)[from_at..from_at + len]);
            hash_bytes(&bytes)
        };
        let (to, from) = (self.to.start(), self.from.start());
        let end = WINDOW - len;
        for (to_at, from_at) in
            [(end, 0), (0, end), (0, 0), (0, 1), (1, 0), (3, 11), (11, 3), (end, end)]
        {
            let call = copy(to + to_at as u64, from + from_at as u64);
            let after = moved(&self.from, to_at, from_at);
            let _ = writeln!(text, "(assert_return {call} (i64.const {after:#x}))");
        }
        for (to_at, from_at) in [(end, 0), (0, end), (3, 11), (end, end)] {
            let call = init(to + to_at as u64, from_at as u64);
            let after = moved(&SEGMENT, to_at, from_at);
            let _ = writeln!(text, "(assert_return {call} (i64.const {after:#x}))");
        }
        for (at, value) in [(0, 0), (5, 0xa5), (end, 0x1ff)] {
            let mut bytes = pattern(&self.to);
            bytes[at..at + len].fill(value as u8);
            let call = fill(to + at as u64, value);
            let _ = writeln!(text, "(assert_return {call} (i64.const {:#x}))", hash_bytes(&bytes));
        }
        let mut outside = Vec::new();
        for index in self.to.outside(len) {
            outside.extend([copy(index, from), init(index, 0), fill(index, 0)]);
        }
        outside.extend(self.from.outside(len).into_iter().map(|index| copy(to, index)));
        outside.extend(SEGMENT.outside(len).into_iter().map(|index| init(to, index)));
        for call in outside {
            let _ = writeln!(text, "(assert_trap {call} \"out of bounds memory access\")");
            let unchanged = hash_bytes(&pattern(&self.to));
            let _ = writeln!(text, "(assert_return (invoke \"hash\") (i64.const {unchanged:#x}))");
        }
    }
}

/// The local `$at` as an index.
fn extended(index: &str) -> &'static str {
    match index {
        "i64" => "(i64.extend_i32_u (local.get $at))",
        _ => "(local.get $at)",
    }
}
