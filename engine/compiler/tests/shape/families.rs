//! The families of operators that access memories, tables, globals or references, and a trial that
//! fails unless each has a file in `tests/codegen`, with every form of memory or table for which
//! other code is generated.
//!
//! The list comes from the parser and from the supported proposals, so a new proposal needs files
//! immediately.

use crate::{forms, modules, operators};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::path::Path;

/// Parts of the names of operators that access state other than locals and the stack.
const TOUCHING: &[&str] = &[
    "Load", "Store", "Rmw", "Memory", "Table", "Global", "Data", "Elem", "Call", "Ref", "BrOn",
    "Struct", "Array", "I31",
];

/// Operators that match, but do not access such state.
const OTHERS: &[&str] = &["BrTable"];

/// The family of an operator; `None` if it accesses no state.
fn family(name: &str) -> Option<String> {
    if OTHERS.contains(&name) || !TOUCHING.iter().any(|part| name.contains(part)) {
        return None;
    }
    let atomic = if name.contains("Atomic") { "atomic " } else { "" };
    let vector = if name.starts_with("V128") { "vector " } else { "" };
    let lane = if name.ends_with("Lane") { " lane" } else { "" };
    let access = [
        ("Cmpxchg", "compare and exchange"),
        ("Rmw", "read, modify and write"),
        ("Load", "load"),
        ("Store", "store"),
    ];
    // `memory.atomic.wait32` and `memory.atomic.wait64` differ only in their width.
    let plain = || name.trim_end_matches(|c: char| c.is_ascii_digit()).to_string();
    let access = access.iter().find(|(part, _)| name.contains(part));
    Some(access.map_or_else(plain, |(_, kind)| format!("{atomic}{vector}{kind}{lane}")))
}

/// The families of the supported proposals.
fn needed() -> BTreeSet<String> {
    let proposals: Vec<&str> = wassay_compiler::supported_features().collect();
    let has = |proposal: &str| {
        proposal == "mvp" || proposals.contains(&proposal.replace('_', "-").as_str())
    };
    let all = operators::ALL.iter().filter(|(proposal, _)| has(proposal));
    all.flat_map(|(_, name)| {
        let forms = forms::of_operator(name);
        family(name).into_iter().flat_map(move |family| with_forms(&family, forms.iter().copied()))
    })
    .collect()
}

/// A family in each of these forms; alone if it has none.
fn with_forms<'a>(family: &str, forms: impl Iterator<Item = &'a str>) -> Vec<String> {
    let in_form = |form| format!("{family} ({form})");
    let found: Vec<String> = forms.map(in_form).collect();
    if found.is_empty() { vec![family.to_string()] } else { found }
}

/// The families that occur in the modules below a directory.
fn present(directory: &Path) -> Result<BTreeSet<String>, Failed> {
    let mut families = BTreeSet::new();
    for path in modules::files(directory, &["wat"]) {
        for module in modules::Script::read(&path).modules()? {
            for (name, forms) in forms::of_module(&module.bytes) {
                let family = family(&name).into_iter();
                families
                    .extend(family.flat_map(|family| with_forms(&family, forms.iter().copied())));
            }
        }
    }
    Ok(families)
}

/// The trial that no family is missing, and the table of names that it relies on.
pub fn trials(directory: &Path) -> Vec<Trial> {
    let directory = directory.to_path_buf();
    let complete = Trial::test("families::each_has_a_file", move || {
        let present = present(&directory)?;
        let missing: Vec<String> = needed().difference(&present).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let place = directory.display();
        Err(format!("no file in {place} has: {}; add one for each", missing.join("; ")).into())
    });
    let names = Trial::test("families::names", || {
        let cases = [
            ("I32Load8S", Some("load")),
            ("V128Load32Zero", Some("vector load")),
            ("V128Store8Lane", Some("vector store lane")),
            ("I64AtomicStore16", Some("atomic store")),
            ("I64AtomicRmw8AddU", Some("atomic read, modify and write")),
            ("I32AtomicRmwCmpxchg", Some("atomic compare and exchange")),
            ("MemoryAtomicWait32", Some("MemoryAtomicWait")),
            ("MemoryCopy", Some("MemoryCopy")),
            ("ReturnCallRef", Some("ReturnCallRef")),
            ("BrTable", None),
            ("I32Add", None),
            ("AtomicFence", None),
        ];
        for (name, expected) in cases {
            if family(name).as_deref() != expected {
                return Err(format!("{name}: {:?}", family(name)).into());
            }
        }
        Ok(())
    });
    vec![complete, names]
}
