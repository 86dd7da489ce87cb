//! What failures of generated scripts share: takes the names of cases, whose parts are separated by
//! commas; gives a sentence. Runs nothing.

use crate::style::wrapped;
use std::collections::BTreeSet;

/// The most parts that are listed.
const MOST: usize = 8;

/// The parts of a case's name.
fn parts(name: &str) -> Vec<&str> {
    name.split(", ").collect()
}

/// What the names of failures have in common, and what they never have although cases like them pass;
/// `None` if they have nothing in common.
pub fn shared(what: &str, failed: &[String], passed: &[String]) -> Option<String> {
    let (first, rest) = failed.split_first()?;
    let has = |name: &str, part: &str| parts(name).contains(&part);
    let mut all = parts(first);
    all.retain(|part| rest.iter().all(|name| has(name, part)));
    if rest.is_empty() || all.is_empty() {
        return None;
    }
    // Cases that differ from the failures in what these never have.
    let near = passed.iter().filter(|name| all.iter().all(|part| has(name, part)));
    let near: Vec<BTreeSet<&str>> = near.map(|name| parts(name).into_iter().collect()).collect();
    let met: BTreeSet<&str> = failed.iter().flat_map(|name| parts(name)).collect();
    let never: BTreeSet<&str> =
        near.iter().flatten().filter(|part| !met.contains(**part)).copied().collect();
    let alike = near.iter().filter(|name| name.is_disjoint(&never)).count();
    let quoted = |parts: &[&str]| {
        let listed: Vec<String> = parts.iter().take(MOST).map(|part| format!("`{part}`")).collect();
        let more = if parts.len() > MOST { ", ..." } else { "" };
        listed.join(", ") + more
    };
    let never: Vec<&str> = never.into_iter().collect();
    let none = match &*never {
        [] => String::new(),
        never => format!(", and none has {}", quoted(never)),
    };
    let others = match alike {
        0 => "no other case is like that".to_string(),
        1 => "1 other case is like that, and passed".to_string(),
        more => format!("{more} other cases are like that, and passed"),
    };
    let text = format!("all {} failures have {}{none}; {others}", failed.len(), quoted(&all));
    Some(wrapped(&format!("{what}: "), &text) + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failures_share_is_separated_from_what_passed() {
        let all = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let failed = ["once, 1 import before, local 0", "twice, 2 imports before, local 0"];
        let passed =
            ["once, no imports before, local 0", "once, 1 import before, local K", "once, wrong"];
        let text = |failed: &[&str], passed: &[&str]| shared("f", &all(failed), &all(passed));
        assert_eq!(
            text(&failed, &passed).unwrap(),
            "f: all 2 failures have `local 0`, and none has `no imports before`; no other\n   case is \
             like that\n"
        );
        let alike = [&passed[..], &["twice, 1 import before, local 0"]].concat();
        let found = text(&failed, &alike).unwrap().replace("\n   ", " ");
        assert!(found.ends_with("; 1 other case is like that, and passed\n"), "{found}");
        // A failure alone has everything in common with itself.
        assert_eq!(text(&failed[..1], &passed), None);
        assert_eq!(text(&["a, b", "c, d"], &passed), None);
        assert_eq!(text(&[], &passed), None);
        assert_eq!(text(&failed, &[]).unwrap().matches("none has").count(), 0);
    }
}
