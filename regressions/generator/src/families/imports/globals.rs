//! Globals: each has a value of its own, of any type.

use super::space::{Check, Item, Space};

/// Globals of a type of values.
#[derive(Clone, Copy)]
pub(crate) struct Globals {
    pub ty: &'static str,
    pub mutable: bool,
}

impl Globals {
    pub const TYPES: [&'static str; 6] = ["i32", "i64", "f32", "f64", "v128", "funcref"];

    fn of(self) -> String {
        if self.mutable { format!("(mut {})", self.ty) } else { self.ty.to_string() }
    }

    /// An expression with this value. A reference is one of a function that returns the value.
    fn value(self, id: &str, value: u32) -> String {
        match self.ty {
            "v128" => format!("(v128.const i64x2 {value} {})", value + 1),
            "funcref" => format!("(ref.func {id}f)"),
            ty => format!("({ty}.const {value})"),
        }
    }

    /// What reads a value on the stack, so that it can be compared; with the type.
    fn read(self, get: &str) -> (&'static str, String) {
        match self.ty {
            "funcref" => {
                let called = "(call_indirect $table (type $get) (i32.const 0))";
                ("i32", format!("(table.set $table (i32.const 0) {get}) {called}"))
            }
            ty => (ty, get.to_string()),
        }
    }

    fn result(self, value: u32) -> String {
        match self.ty {
            "funcref" => format!("(i32.const {value})"),
            _ => self.value("", value),
        }
    }
}

impl Space for Globals {
    fn about(&self) -> String {
        format!("globals {}", self.of())
    }

    fn file(&self) -> String {
        format!("globals_{}{}", self.ty, if self.mutable { "_mut" } else { "" })
    }

    fn needs(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn import(&self, id: &str) -> String {
        format!("(global {id} {})", self.of())
    }

    fn define(&self, id: &str, export: &str, value: u32) -> String {
        let function = match self.ty {
            "funcref" => format!("(func {id}f (result i32) (i32.const {value}))\n  "),
            _ => String::new(),
        };
        let value = self.value(id, value);
        format!("{function}(global {id} (export \"{export}\") {} {value})", self.of())
    }

    fn export(&self, id: &str, export: &str) -> String {
        format!("(export \"{export}\" (global {id}))")
    }

    fn support(&self, items: &[Item]) -> String {
        let mut text =
            "  (type $get (func (result i32)))\n  (table $table 1 funcref)\n".to_string();
        for item in items {
            let id = item.id();
            if self.ty == "funcref" && self.mutable {
                let value = item.value + 100;
                text += &format!("  (func {id}new (result i32) (i32.const {value}))\n");
                text += &format!("  (elem declare func {id}new)\n");
            }
            // Constant expressions of 2.0 read imported globals only.
            if item.value < 20 && !self.mutable {
                text += &format!("  (global {id}copy {} (global.get {id}))\n", self.ty);
                if self.ty == "funcref" {
                    text += &format!("  (elem {id}passive funcref (global.get {id}))\n");
                }
            }
        }
        text
    }

    fn identity(&self, item: &Item) -> Check {
        let (ty, body) = self.read(&format!("(global.get {})", item.id()));
        let check = Check::new("global.get", format!("(result {ty}) {body}"));
        check.returns("", self.result(item.value))
    }

    fn checks(&self, item: &Item, items: &[Item]) -> Vec<Check> {
        let id = item.id();
        let mut checks = Vec::new();
        if item.value < 20 && !self.mutable {
            let (ty, body) = self.read(&format!("(global.get {id}copy)"));
            let check = Check::new("global.get in an initializer", format!("(result {ty}) {body}"));
            checks.push(check.returns("", self.result(item.value)));
            if self.ty == "funcref" {
                let init = format!(
                    "(table.init $table {id}passive (i32.const 0) (i32.const 0) (i32.const 1))"
                );
                let body =
                    format!("(result i32) {init} (call_indirect $table (type $get) (i32.const 0))");
                let check = Check::new("global.get in an elem segment", body);
                checks.push(check.returns("", self.result(item.value)));
            }
        }
        if !self.mutable {
            return checks;
        }
        // Sets this one and reads each, then sets it back.
        let new = match self.ty {
            "funcref" => format!("(ref.func {id}new)"),
            _ => self.value(&id, item.value + 100),
        };
        let saved = format!("(local $old {})", self.ty);
        for other in items {
            let (ty, body) = self.read(&format!("(global.get {})", other.id()));
            let changed = if other == item { item.value + 100 } else { other.value };
            checks.push(
                Check::new(
                    "global.set",
                    format!(
                        "(result {ty}) {saved} (local.set $old (global.get {id})) (global.set {id} \
                         {new}) {body} (global.set {id} (local.get $old))"
                    ),
                )
                .with(format!(", item {} read", other.index))
                .returns("", self.result(changed)),
            );
        }
        checks
    }

    fn by_the_host(&self, module: &str, export: &str, value: u32) -> Option<String> {
        (self.ty != "funcref").then(|| {
            let value = self.value("", value);
            format!("(assert_return (get {module} \"{export}\") {value})\n")
        })
    }
}
