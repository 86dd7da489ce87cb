//! Segments whose offset is an imported global: in range, at the end, beyond it. Takes the type of
//! the offset; returns a script.

use super::Hops;
use super::space::limits;

/// An active segment of one byte or element, or of none or two.
struct Segment {
    /// The offset, relative to the end of the memory or table unless it is absolute.
    words: &'static str,
    offset: Offset,
    length: usize,
    fits: bool,
}

#[derive(Clone, Copy)]
enum Offset {
    At(i64),
    FromEnd(i64),
}

const fn segment(words: &'static str, offset: Offset, length: usize, fits: bool) -> Segment {
    Segment { words, offset, length, fits }
}

const SEGMENTS: &[Segment] = &[
    segment("at 0", Offset::At(0), 1, true),
    segment("at the last place", Offset::FromEnd(-1), 1, true),
    segment("empty at the end", Offset::FromEnd(0), 0, true),
    segment("across the end", Offset::FromEnd(-1), 2, false),
    segment("at the end", Offset::FromEnd(0), 1, false),
    segment("empty beyond the end", Offset::FromEnd(1), 0, false),
    segment("at -1", Offset::At(-1), 1, false),
    segment("at the smallest number", Offset::At(i32::MIN as i64), 1, false),
];

/// Only the upper half of this offset is out of range.
const WIDE: Segment = segment("at 4 GiB", Offset::At(1 << 32), 1, false);

/// The place that another global names: the offset of no segment.
const OTHER: i64 = 7;

struct Target {
    name: &'static str,
    size: i64,
    trap: &'static str,
}

const TARGETS: [Target; 2] = [
    Target { name: "data", size: 65536, trap: "out of bounds memory access" },
    Target { name: "elem", size: 10, trap: "out of bounds table access" },
];

/// The directives.
pub(crate) fn script(index: &str) -> String {
    let wide = (index == "i64").then_some(&WIDE);
    let segments: Vec<&Segment> = SEGMENTS.iter().chain(wide).collect();
    let mut offsets: Vec<i64> =
        TARGETS.iter().flat_map(|target| segments.iter().map(|it| it.offset.of(target))).collect();
    offsets.push(OTHER);
    offsets.sort_unstable();
    offsets.dedup();
    let mut text = offset_modules(index, &offsets);
    for target in &TARGETS {
        for segment in &segments {
            for hops in Hops::ALL {
                for other_first in [false, true] {
                    text += &module(index, target, segment, *hops, other_first);
                }
            }
        }
    }
    text
}

/// The globals, and their re-exports in the opposite order.
fn offset_modules(index: &str, offsets: &[i64]) -> String {
    let mut text = "(module $definer\n".to_string();
    for offset in offsets {
        text += &format!("  (global (export \"{offset}\") {index} ({index}.const {offset}))\n");
    }
    text = text.trim_end().to_string() + ")\n(register \"definer\" $definer)\n";
    for (name, from) in [("once", "definer"), ("twice", "once")] {
        text += &format!("\n(module ${name}\n");
        for offset in offsets.iter().rev() {
            let export = format!("(export \"{offset}\")");
            text += &format!("  (global {export} (import \"{from}\" \"{offset}\") {index})\n");
        }
        text = text.trim_end().to_string() + &format!(")\n(register \"{name}\" ${name})\n");
    }
    text
}

fn module(
    index: &str,
    target: &Target,
    segment: &Segment,
    hops: Hops,
    other_first: bool,
) -> String {
    let from = ["definer", "once", "twice"][hops as usize];
    let offset = segment.offset.of(target);
    let other = format!("  (import \"{from}\" \"{OTHER}\" (global {index}))\n");
    let own = format!("  (import \"{from}\" \"{offset}\" (global $offset {index}))\n");
    let imports = if other_first { other + &own } else { own + &other };
    let fields = match target.name {
        "data" => format!(
            "  (memory {}1)\n  (data (offset (global.get $offset)) \"{}\")\n",
            limits(index),
            "\\2a".repeat(segment.length)
        ),
        _ => format!(
            "  (table $table {}{} funcref)\n  (func $f)\n  \
             (elem (offset (global.get $offset)) func{})\n",
            limits(index),
            target.size,
            " $f".repeat(segment.length)
        ),
    };
    let position = if other_first { "import 1" } else { "import 0" };
    let words =
        format!("{} {}, offset in {position}, {}", target.name, segment.words, hops.words());
    if !segment.fits {
        return format!(
            "\n;; {words}\n(assert_trap\n  (module\n{imports}{})\n  \"{}\")\n",
            fields.trim_end(),
            target.trap
        );
    }
    let is_written = match target.name {
        "data" => "(i32.eq (i32.load8_u (local.get 0)) (i32.const 42))",
        _ => "(i32.eqz (ref.is_null (table.get $table (local.get 0))))",
    };
    let last = target.size - 1;
    let at = |place: i64| {
        let written = i32::from(segment.length > 0 && place == offset);
        format!(
            "(assert_return (invoke \"{words}\" ({index}.const {place})) (i32.const {written}))\n"
        )
    };
    format!(
        "\n(module\n{imports}{fields}  (func (export \"{words}\") (param {index}) (result i32) \
         {is_written}))\n{}{}{}",
        at(0),
        at(OTHER),
        at(last)
    )
}

impl Offset {
    fn of(self, target: &Target) -> i64 {
        match self {
            Offset::At(at) => at,
            Offset::FromEnd(more) => target.size + more,
        }
    }
}
