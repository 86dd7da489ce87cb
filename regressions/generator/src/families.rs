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
    /// The features that it needs besides those of 2.0, by name.
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

impl FamilyScript {
    /// The whole file. Its first lines state the reason and the features, as those of wasmtime's
    /// suite do, so that it can be run from any directory.
    pub fn text(&self) -> String {
        let feature = |name: &str| format!(";;! {} = true\n", name.replace('-', "_"));
        let needs: String = match &self.needs[..] {
            // Without any line a script would run with every feature.
            [] => feature("reference-types"),
            needs => needs.iter().map(|name| feature(name)).collect(),
        };
        format!(";;! why = \"{}\"\n{needs}\n{}", self.why, self.body)
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
