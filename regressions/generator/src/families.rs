//! The generated families: suites that cross every value of a few axes. Takes nothing; returns
//! each family's axes, rules and scripts. Runs no script.
//!
//! Their scripts are not in the repository, because their texts are large: they are made when the
//! crate is built, except those of families that take minutes to run, which are only made on
//! request. `wassay generate --emit DIR` writes them for other runners.

mod axis;
pub(crate) mod far;
mod identity;
mod imports;
mod linking;

pub use axis::{Axis, Removed};

/// A generated family.
pub struct Family {
    /// Its folder below `regressions/`, for example `identity`.
    pub name: &'static str,
    /// What it tests, in a few words.
    pub about: &'static str,
    /// Whether its scripts take minutes: no suite has them.
    pub is_large: bool,
    /// What its cases are combinations of.
    pub axes: Vec<Axis>,
    /// The rules that remove combinations, each with the number that it removes.
    pub removed: Vec<Removed>,
    /// The number of cases that remain.
    pub cases: usize,
    /// Its scripts, sorted by name.
    pub scripts: Vec<FamilyScript>,
}

/// A script of a family.
pub struct FamilyScript {
    /// Its file name, for example `call_indirect_memory.wast`.
    pub name: String,
    /// The version of the specification that it needs: `wasm1` or `wasm2`.
    pub base: &'static str,
    /// The features that it needs besides those of that version, by name.
    pub needs: Vec<&'static str>,
    /// Why it exists.
    why: String,
    /// Its directives.
    body: String,
}

impl Family {
    /// The number of assertions in all scripts.
    pub fn assertions(&self) -> usize {
        self.scripts.iter().map(|script| script.body.matches("\n(assert_").count()).sum()
    }
}

#[cfg(test)]
impl Family {
    /// The values of axes that are not in this text, nor in that of the family's scripts.
    pub(crate) fn unnamed(&self, more: &str) -> Vec<&str> {
        let texts: Vec<String> = self.scripts.iter().map(FamilyScript::text).collect();
        let is_named =
            |value: &str| more.contains(value) || texts.iter().any(|text| text.contains(value));
        let values = self.axes.iter().flat_map(|axis| &axis.values);
        values.map(String::as_str).filter(|value| !is_named(value)).collect()
    }
}

impl FamilyScript {
    /// The whole file. Its first lines state the reason and the features, as those of wasmtime's
    /// suite do, so that it can be run from any directory.
    pub fn text(&self) -> String {
        let needs = self.needs.iter().map(|name| name.replace('-', "_"));
        let needs: String = needs.map(|name| format!(";;! {name} = true\n")).collect();
        let Self { why, base, body, .. } = self;
        format!(";;! why = \"{why}\"\n;;! base = \"{base}\"\n{needs}\n{body}")
    }
}

/// Every family, in a fixed order.
pub fn all() -> Vec<Family> {
    vec![identity::family(), imports::family(), far::family()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_removes_something() {
        for family in all() {
            assert_eq!(family.removed.iter().find(|rule| rule.combinations == 0), None);
        }
    }

    #[test]
    fn names_are_sorted_and_unique() {
        for family in all() {
            let names: Vec<&str> = family.scripts.iter().map(|script| &*script.name).collect();
            assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        }
    }
}
