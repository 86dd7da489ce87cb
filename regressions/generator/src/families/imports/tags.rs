//! Tags: all of one type, so that only their identity distinguishes them.

use super::space::{Check, Item, Space};

/// Tags with one parameter.
pub(crate) struct Tags;

impl Space for Tags {
    fn about(&self) -> String {
        "tags".to_string()
    }

    fn file(&self) -> String {
        "tags".to_string()
    }

    fn needs(&self) -> Vec<&'static str> {
        vec!["exceptions"]
    }

    fn import(&self, id: &str) -> String {
        format!("(tag {id} (param i32))")
    }

    fn define(&self, id: &str, export: &str, value: u32) -> String {
        format!(
            "(tag {id} (export \"{export}\") (param i32))\n  \
             (func (export \"throw {export}\") (throw {id} (i32.const {value})))"
        )
    }

    fn export(&self, id: &str, export: &str) -> String {
        format!("(export \"{export}\" (tag {id}))")
    }

    fn support(&self, _: &[Item]) -> String {
        String::new()
    }

    fn identity(&self, item: &Item) -> Check {
        pair("throw and catch", "catch", item, item)
    }

    fn checks(&self, item: &Item, items: &[Item]) -> Vec<Check> {
        let others = items.iter().filter(|other| *other != item);
        let mut checks: Vec<Check> = others
            .map(|other| {
                let with = format!(", item {} caught", other.index);
                pair("throw and catch", "catch", item, other).with(with)
            })
            .collect();
        for other in items {
            let with = format!(", item {} caught", other.index);
            checks.push(pair("throw and catch_ref", "catch_ref", item, other).with(with));
        }
        let (id, value) = (item.id(), item.value);
        checks.push(
            Check::new(
                "catch_all_ref and throw_ref",
                format!(
                    "(result i32) (block $outer (result i32) (try_table (result i32) (catch {id} \
                     $outer) (throw_ref (block $inner (result exnref) (try_table (catch_all_ref \
                     $inner) (throw {id} (i32.const {value}))) (unreachable)))))"
                ),
            )
            .returns("", format!("(i32.const {value})")),
        );
        checks
    }
}

/// Throws the first and catches the second; all others give 0.
fn pair(accessor: &str, catch: &str, thrown: &Item, caught: &Item) -> Check {
    let (result, drop) = match catch {
        "catch_ref" => ("(result i32 exnref)", " (drop)"),
        _ => ("(result i32)", ""),
    };
    let function = format!(
        "(result i32) (block $other (block $caught {result} (try_table ({catch} {} $caught) \
         (catch_all $other) (throw {} (i32.const {}))) (unreachable)){drop} (return)) (i32.const 0)",
        caught.id(),
        thrown.id(),
        thrown.value
    );
    let result = if thrown == caught { thrown.value } else { 0 };
    Check::new(accessor, function).returns("", format!("(i32.const {result})"))
}
