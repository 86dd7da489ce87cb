//! Checks in CLIF the rule on loads that the optimizer may move.
//!
//! A load with `can_move` may run above any trap or branch. So its address must be valid in the
//! whole activation: either the VM context, which is the entry block's first parameter, or the
//! result of another movable, read-only load from such an address. No value that wasm computes and
//! no result of a call is such an address, so a movable load never depends on a trap or a branch
//! that checks its address.
//!
//! Reads the text of CLIF, where an instruction is a line. A line that it does not understand
//! breaks the rule.

use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use wassay_compiler::Listing;

/// Checks a function as translated and as optimized.
pub fn check(function: &Listing) -> Result<(), Failed> {
    for clif in [&function.clif, &function.optimized] {
        let found = violations(clif);
        if !found.is_empty() {
            return Err(format!(
                "function {}: a load may move above the check that makes its address valid\n{}\nin\n{clif}",
                function.function,
                found.join("\n")
            )
            .into());
        }
    }
    Ok(())
}

/// The lines that break the rule.
fn violations(clif: &str) -> Vec<&str> {
    let mut fixed = BTreeSet::new();
    let mut entered = false;
    let mut found = Vec::new();
    for line in clif.lines().map(str::trim) {
        if !entered && line.starts_with("block") {
            entered = true;
            let vmctx = line.split_once('(').and_then(|(_, params)| params.split_once(':'));
            fixed.extend(vmctx.map(|(name, _)| name.trim()));
        }
        if let Some((new, old)) = line.split_once(" -> ")
            && fixed.contains(old)
        {
            fixed.insert(new);
        }
        let mut words = line.split(|c: char| c.is_whitespace() || c == ',');
        if !words.any(|word| word == "can_move") {
            continue;
        }
        match movable(line) {
            Some((result, address)) if fixed.contains(address) => {
                fixed.insert(result);
            }
            _ => found.push(line),
        }
    }
    found
}

/// Result and address of `v5 = load.i64 notrap aligned readonly can_move v0+16`.
fn movable(line: &str) -> Option<(&str, &str)> {
    let line = line.split_once(" ; ").map_or(line, |(line, _)| line).trim_end();
    let (result, load) = line.split_once(" = ")?;
    // In optimized CLIF, a location may stand before the result.
    let result = result.split_whitespace().next_back()?;
    let words: Vec<&str> = load.split_whitespace().collect();
    let (operation, rest) = words.split_first()?;
    let (address, flags) = rest.split_last()?;
    let is_load = operation.starts_with("load.");
    let whole = ["notrap", "readonly", "can_move"].iter().all(|flag| flags.contains(flag));
    let address = address.split(['+', '-']).next()?;
    (is_load && whole).then_some((result, address))
}

/// Trials of the rule itself, on code that keeps it and on code that breaks it.
pub fn trials() -> Vec<Trial> {
    let cases: &[(&str, &str, usize)] = &[
        (
            "from_the_context",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned readonly can_move v0+16
               v3 = load.i32 notrap aligned readonly can_move v2+4",
            0,
        ),
        (
            "from_a_parameter",
            "block0(v0: i64, v1: i64):
               trapz v1, user11
               v2 = load.i64 notrap aligned readonly can_move v1
               v3 = load.i64 notrap aligned readonly can_move v2",
            2,
        ),
        (
            "from_a_load_that_stays",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned region1 v0+16
               v3 = load.i64 notrap aligned readonly can_move v2",
            1,
        ),
        (
            "that_may_trap",
            "block0(v0: i64):
               v2 = load.i64 user11 aligned readonly can_move v0",
            1,
        ),
        (
            "from_a_computed_address",
            "block0(v0: i64, v1: i64):
               v2 = iadd v0, v1
               v3 = load.i64 notrap aligned readonly can_move v2",
            1,
        ),
    ];
    let trial = |(name, clif, count): &(&'static str, &'static str, usize)| {
        let (clif, count) = (*clif, *count);
        Trial::test(format!("rule::{name}"), move || {
            let found = violations(clif);
            if found.len() == count { Ok(()) } else { Err(format!("{found:?}").into()) }
        })
    };
    cases.iter().map(trial).collect()
}
