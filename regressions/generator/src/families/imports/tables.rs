//! Tables: each has a size of its own, and in its slot 0 a function with a constant of its own.

use super::space::{Check, Item, Space, limits};

/// Tables with indices of a type, `i32` or `i64`; in the script of tail calls only those.
#[derive(Clone, Copy)]
pub(crate) struct Tables {
    pub index: &'static str,
    pub tail: bool,
}

const OUT: &str = "out of bounds table access";

impl Space for Tables {
    fn about(&self) -> String {
        let tail = if self.tail { ", in tail calls" } else { "" };
        format!("tables with {}-bit indices{tail}", &self.index[1..])
    }

    fn file(&self) -> String {
        let tail = if self.tail { "_tail" } else { "" };
        format!("tables{tail}_{}", self.index)
    }

    fn needs(&self) -> Vec<&'static str> {
        let wide = (self.index == "i64").then_some("memory64");
        self.tail.then_some("tail-call").into_iter().chain(wide).collect()
    }

    fn import(&self, id: &str) -> String {
        format!("(table {id} {}1 funcref)", limits(self.index))
    }

    fn define(&self, id: &str, export: &str, value: u32) -> String {
        let (index, limits) = (self.index, limits(self.index));
        format!(
            "(table {id} (export \"{export}\") {limits}{value} 100 funcref)\n  \
             (func {id}f (result i32) (i32.const {value}))\n  \
             (elem (table {id}) ({index}.const 0) func {id}f)"
        )
    }

    fn export(&self, id: &str, export: &str) -> String {
        format!("(export \"{export}\" (table {id}))")
    }

    fn support(&self, items: &[Item]) -> String {
        let mut text = "  (type $get (func (result i32)))\n".to_string();
        for item in items {
            // Active segments write into slot 1, also of imported tables.
            let (index, id, value) = (self.index, item.id(), item.value + 100);
            text += &format!(
                "  (func {id}own (result i32) (i32.const {value}))\n  \
                   (elem (table {id}) ({index}.const 1) func {id}own)\n"
            );
        }
        let first = items[0].id();
        text + &format!("  (elem $passive func {first}own)\n")
    }

    fn identity(&self, item: &Item) -> Check {
        let call = if self.tail { "return_call_indirect" } else { "call_indirect" };
        let function = format!(
            "(param {}) (result i32) ({call} {} (type $get) (local.get 0))",
            self.index,
            item.id()
        );
        Check::new(call, function)
            .returns(&self.constant(0), format!("(i32.const {})", item.value))
            .traps(&self.constant(6), "uninitialized element")
    }

    fn checks(&self, item: &Item, items: &[Item]) -> Vec<Check> {
        if self.tail {
            return Vec::new();
        }
        let (ty, id, size) = (self.index, item.id(), item.value);
        let at = |slot: u32| self.constant(slot);
        let own = 100 + size;
        // Reads at the index and one that is out of bounds only in this table.
        let ends =
            |check: Check, result: &str| check.returns(&at(size - 1), result).traps(&at(size), OUT);
        let unit = |accessor: &str, body: String| {
            ends(Check::new(accessor, format!("(param {ty}) {body}")), "")
        };
        let null = "(i32.const 1)";
        let mut checks = vec![
            Check::new(
                "elem segment",
                format!("(result i32) (call_indirect {id} (type $get) {})", at(1)),
            )
            .returns("", format!("(i32.const {own})")),
            Check::new("table.size", format!("(result {ty}) (table.size {id})"))
                .returns("", at(size)),
            Check::new(
                "table.grow",
                format!("(result {ty}) (table.grow {id} (ref.null func) {})", at(0)),
            )
            .returns("", at(size)),
            ends(
                Check::new(
                    "table.get",
                    format!(
                        "(param {ty}) (result i32) (ref.is_null (table.get {id} (local.get 0)))"
                    ),
                ),
                null,
            ),
            unit("table.set", format!("(table.set {id} (local.get 0) (ref.null func))")),
            Check::new(
                "table.set and call",
                format!(
                    "(result i32) (table.set {id} {} (ref.func {id}own)) (call_indirect {id} (type \
                     $get) {})",
                    at(2),
                    at(2)
                ),
            )
            .returns("", format!("(i32.const {own})")),
            unit(
                "table.fill",
                format!("(table.fill {id} (local.get 0) (ref.null func) {})", at(1)),
            ),
            // Puts null back.
            unit(
                "table.init",
                format!(
                    "(table.init {id} $passive (local.get 0) (i32.const 0) (i32.const 1)) \
                     (table.set {id} (local.get 0) (ref.null func))"
                ),
            ),
        ];
        for from in items {
            let (other, end) = (from.id(), from.value - 1);
            checks.push(
                Check::new(
                    "table.copy",
                    format!(
                        "(result i32) (table.copy {id} {other} {} {} {}) (call_indirect {id} (type \
                         $get) {})",
                        at(3),
                        at(0),
                        at(1),
                        at(3)
                    ),
                )
                .with(format!(" from item {}", from.index))
                .returns("", format!("(i32.const {})", from.value)),
            );
            checks.push(
                Check::new(
                    "table.copy at the ends",
                    format!("(param {ty} {ty}) (table.copy {id} {other} (local.get 0) (local.get 1) {})", at(1)),
                )
                .with(format!(" from item {}", from.index))
                .returns(&format!("{} {}", at(size - 1), at(end)), "")
                .traps(&format!("{} {}", at(size), at(end)), OUT)
                .traps(&format!("{} {}", at(size - 1), at(end + 1)), OUT),
            );
        }
        checks
    }
}

impl Tables {
    fn constant(self, value: u32) -> String {
        format!("({}.const {value})", self.index)
    }
}
