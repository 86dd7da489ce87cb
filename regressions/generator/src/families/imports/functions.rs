//! Functions: every way to call one by its index.

use super::space::{Check, Item, Space};

/// Which calls a script has, by the features that they need.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Functions {
    Plain,
    Tail,
    References,
}

impl Space for Functions {
    fn about(&self) -> String {
        match self {
            Functions::Plain => "functions".to_string(),
            Functions::Tail => "functions in tail calls".to_string(),
            Functions::References => "functions as typed references".to_string(),
        }
    }

    fn file(&self) -> String {
        match self {
            Functions::Plain => "functions".to_string(),
            Functions::Tail => "functions_tail".to_string(),
            Functions::References => "functions_ref".to_string(),
        }
    }

    fn needs(&self) -> Vec<&'static str> {
        match self {
            Functions::Plain => vec![],
            Functions::Tail => vec!["tail-call"],
            Functions::References => vec!["function-references"],
        }
    }

    fn import(&self, id: &str) -> String {
        format!("(func {id} (result i32))")
    }

    fn define(&self, id: &str, export: &str, value: u32) -> String {
        format!("(func {id} (export \"{export}\") (result i32) (i32.const {value}))")
    }

    fn export(&self, id: &str, export: &str) -> String {
        format!("(export \"{export}\" (func {id}))")
    }

    fn support(&self, items: &[Item]) -> String {
        let ids: Vec<String> = items.iter().map(Item::id).collect();
        let ids = ids.join(" ");
        let mut text = format!(
            "  (type $get (func (result i32)))\n  (table $table 8 funcref)\n  \
               (elem (table $table) (i32.const 0) func {ids})\n  (elem $passive func {ids})\n"
        );
        for Item { index, .. } in items {
            text += &format!("  (global $g{index} funcref (ref.func $x{index}))\n");
        }
        text
    }

    fn identity(&self, item: &Item) -> Check {
        let call = match self {
            Functions::Tail => "return_call",
            _ => "call",
        };
        let function = format!("(result i32) ({call} {})", item.id());
        Check::new(call, function).returns("", constant(item))
    }

    fn checks(&self, item: &Item, _: &[Item]) -> Vec<Check> {
        let (index, id) = (item.index, item.id());
        let check = |accessor: &str, body: String| {
            Check::new(accessor, format!("(result i32) {body}")).returns("", constant(item))
        };
        let called = |call: &str| format!("({call} $table (type $get) (i32.const 7))");
        match self {
            Functions::Plain => vec![
                check(
                    "elem segment",
                    format!("(call_indirect $table (type $get) (i32.const {index}))"),
                ),
                check(
                    "table.init",
                    format!(
                        "(table.init $table $passive (i32.const 7) (i32.const {index}) \
                         (i32.const 1)) {}",
                        called("call_indirect")
                    ),
                ),
                check(
                    "ref.func",
                    format!(
                        "(table.set $table (i32.const 7) (ref.func {id})) {}",
                        called("call_indirect")
                    ),
                ),
                check(
                    "ref.func of a global",
                    format!(
                        "(table.set $table (i32.const 7) (global.get $g{index})) {}",
                        called("call_indirect")
                    ),
                ),
            ],
            Functions::Tail => vec![check(
                "return_call_indirect",
                format!(
                    "(table.set $table (i32.const 7) (ref.func {id})) {}",
                    called("return_call_indirect")
                ),
            )],
            Functions::References => {
                vec![check("call_ref", format!("(call_ref $get (ref.func {id}))"))]
            }
        }
    }

    fn by_the_host(&self, module: &str, export: &str, value: u32) -> Option<String> {
        Some(format!("(assert_return (invoke {module} \"{export}\") (i32.const {value}))\n"))
    }
}

fn constant(item: &Item) -> String {
    format!("(i32.const {})", item.value)
}
