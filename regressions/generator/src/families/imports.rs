//! Family 2: imported and defined items side by side in every index space. Returns the family; runs
//! no script.
//!
//! A script has one index space. Its modules under test import K items, directly or through modules
//! that export them again, define two more, and use each by every accessor. Each item has a value or
//! a size of its own.

mod chain;
mod functions;
mod globals;
mod kinds;
mod memories;
mod segments;
mod space;
mod start;
mod tables;
mod tags;

use super::axis::{Rule, without};
use super::linking::{Hops, Imports};
use super::{Axis, Family, FamilyScript};
use functions::Functions;
use globals::Globals;
use memories::{Group, Memories};
use space::{Check, Space};
use tables::Tables;
use tags::Tags;

/// A use of an item in one module.
#[derive(Clone)]
struct Case {
    /// The position of the space in [`spaces`].
    space: usize,
    imports: Imports,
    hops: Hops,
    /// The index of the item.
    item: usize,
    check: Check,
}

const RULES: &[Rule<Case>] = &[
    Rule {
        reason: "without imports (K = 0) nothing is re-exported",
        removes: |case| case.imports == Imports::None && case.hops != Hops::None,
    },
    Rule {
        reason: "re-exports are resolved when modules are linked, before any access: one load tests \
                 them for all widths of loads and stores",
        removes: |case| case.check.is_one_of_many && case.hops != Hops::None,
    },
];

/// Every index space, with the variants that need other features.
fn spaces() -> Vec<Box<dyn Space>> {
    let mut spaces: Vec<Box<dyn Space>> = vec![
        Box::new(Functions::Plain),
        Box::new(Functions::Tail),
        Box::new(Functions::References),
        Box::new(Tags),
    ];
    for index in ["i32", "i64"] {
        for tail in [false, true] {
            spaces.push(Box::new(Tables { index, tail }));
        }
        for group in [Group::Scalar, Group::Vector, Group::Atomic] {
            spaces.push(Box::new(Memories { index, group }));
        }
    }
    for ty in Globals::TYPES {
        for mutable in [false, true] {
            spaces.push(Box::new(Globals { ty, mutable }));
        }
    }
    spaces
}

/// The family.
pub(super) fn family() -> Family {
    let spaces = spaces();
    let (cases, removed) = without(combinations(&spaces), RULES);
    let mut scripts: Vec<FamilyScript> = cases
        .chunk_by(|a, b| a.space == b.space)
        .map(|cases| script(&*spaces[cases[0].space], cases))
        .collect();
    let more = more();
    let besides = Axis {
        about: "besides, in a script of its own",
        values: more.iter().map(|script| script.why.clone()).collect(),
    };
    scripts.extend(more);
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    let axes =
        vec![space_axis(&spaces), Imports::axis(), Hops::axis(), accessor_axis(&cases), besides];
    Family {
        name: "imports",
        about: "imported and defined items of every index space, side by side",
        is_large: false,
        axes,
        removed,
        cases: cases.len(),
        scripts,
    }
}

fn combinations(spaces: &[Box<dyn Space>]) -> Vec<Case> {
    let mut cases = Vec::new();
    for (at, space) in spaces.iter().enumerate() {
        for &imports in Imports::ALL {
            for &hops in Hops::ALL {
                let items = chain::items(imports);
                for item in &items {
                    let checks = space.checks(item, &items);
                    cases.extend(
                        [space.identity(item)].into_iter().chain(checks).map(|check| Case {
                            space: at,
                            imports,
                            hops,
                            item: item.index,
                            check,
                        }),
                    );
                }
            }
        }
    }
    cases
}

fn space_axis(spaces: &[Box<dyn Space>]) -> Axis {
    Axis { about: "index space", values: spaces.iter().map(|space| space.about()).collect() }
}

fn accessor_axis(cases: &[Case]) -> Axis {
    let mut values: Vec<String> = Vec::new();
    for Check { accessor, is_one_of_many, .. } in cases.iter().map(|case| &case.check) {
        let value = if *is_one_of_many { "every load, store and atomic access" } else { accessor };
        if !values.iter().any(|known| known == value) {
            values.push(value.to_string());
        }
    }
    Axis { about: "accessor", values }
}

fn script(space: &dyn Space, cases: &[Case]) -> FamilyScript {
    let of_a_module = |a: &Case, b: &Case| (a.imports, a.hops) == (b.imports, b.hops);
    let mut body = String::from(LEGEND) + &chain::providers(space);
    body += &chain::same_names(space);
    for cases in cases.chunk_by(of_a_module) {
        body += &chain::user(space, cases);
    }
    FamilyScript {
        name: space.file() + ".wast",
        base: "wasm2",
        needs: space.needs(),
        why: format!("{}: imported and defined ones are not confused", space.about()),
        body,
    }
}

/// How to read a wrong value.
const LEGEND: &str = "\
;; Generated by generator/src/families/imports.rs. A wrong value or bound names the used item:
;;   10, 11   item 0, item 1 of the definer, after its import
;;   12       the item of the base, which the definer imports
;;   20, 21   an item that the module itself defines
;;   30       an item of a re-exporter
;; A value that is 100 more was written by the module itself.

";

/// The scripts of what is not an accessor.
fn more() -> Vec<FamilyScript> {
    let script = |name: &str, needs, why: &str, body: String| FamilyScript {
        name: format!("{name}.wast"),
        base: "wasm2",
        needs,
        why: why.to_string(),
        body: format!(";; Generated by generator/src/families/imports.rs.\n\n{body}"),
    };
    vec![
        script("kinds", vec![], "imports of all kinds, in every order", kinds::script()),
        script(
            "segments_i32",
            vec![],
            "segments whose offset is an imported global",
            segments::script("i32"),
        ),
        script(
            "segments_i64",
            vec!["memory64"],
            "segments whose 64-bit offset is an imported global",
            segments::script("i64"),
        ),
        script(
            "start",
            vec![],
            "start functions that are imported, from a module or from the host",
            start::script(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_every_axis_is_in_a_name() {
        let family = family();
        let unnamed = family.unnamed("");
        assert!(unnamed.iter().all(|value| value.starts_with("every ")), "{unnamed:?}");
    }

    /// An index that counts imports, or does not, where the opposite is right, or that is that of
    /// the exporter, is another item's.
    #[test]
    fn no_two_items_of_a_module_have_one_value() {
        for &imports in Imports::ALL {
            let items = chain::items(imports);
            let values: std::collections::BTreeSet<u32> =
                items.iter().map(|item| item.value).collect();
            assert_eq!(values.len(), items.len());
            assert_eq!(items.len(), imports as usize + 2);
        }
    }

    /// Each accessor is used on imported and on defined items, with imports before.
    #[test]
    fn every_accessor_meets_every_item() {
        let spaces = spaces();
        let (cases, _) = without(combinations(&spaces), RULES);
        let direct = |case: &&Case| case.imports == Imports::Two && case.hops == Hops::None;
        for (at, space) in spaces.iter().enumerate() {
            let of_space: Vec<&Case> =
                cases.iter().filter(direct).filter(|case| case.space == at).collect();
            for case in &of_space {
                let items = of_space.iter().filter(|it| it.check.accessor == case.check.accessor);
                let items: std::collections::BTreeSet<usize> = items.map(|it| it.item).collect();
                // Constant expressions of 2.0 cannot read globals that the module defines.
                let reads_imports_only = case.check.accessor.starts_with("global.get in");
                let expected = if reads_imports_only { 2 } else { 4 };
                assert_eq!(items.len(), expected, "{}: {}", space.about(), case.check.accessor);
            }
        }
    }
}
