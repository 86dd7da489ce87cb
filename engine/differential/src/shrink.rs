//! Takes a finding; gives a smaller case with the same problem. Shrinks module by module: first
//! removes operators, then uses `wasm-shrink` for everything else. Each attempt runs in a worker,
//! because it may crash.

use crate::case::Case;
use crate::finding::{Finding, steps};
use crate::fleet::Fleet;
use crate::trim::trim;
use crate::worker::Work;
use anyhow::{Result, bail};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use wasm_shrink::WasmShrink;

/// The number of consecutive attempts that may fail, for each module.
const ATTEMPTS: u32 = 300;

/// Shrinks the case for at most this long. Parts that cannot shrink stay unchanged.
///
/// # Errors
/// If a worker does not start.
pub fn shrink(finding: Finding, fleet: &mut Fleet, time: Duration) -> Result<Finding> {
    let deadline = Instant::now() + time;
    let mut attempt = |case: Case| -> Result<bool> {
        let wrong = fleet.run(&Work::Case(case))?.wrong;
        Ok(wrong.is_some_and(|wrong| wrong.is_like(&finding.wrong)))
    };
    let mut case = finding.case.clone();
    while case.modules.len() > 1 {
        let mut shorter = case.clone();
        shorter.modules.pop();
        if !attempt(shorter.clone())? {
            break;
        }
        case = shorter;
    }
    for index in (0..case.modules.len()).rev() {
        let mut smallest = case.modules[index].clone();
        let mut shows = |wasm: &[u8]| -> Result<bool> {
            if Instant::now() >= deadline {
                bail!("time is up");
            }
            let mut candidate = case.clone();
            candidate.modules[index] = wasm.to_vec();
            let shows = attempt(candidate)?;
            if shows && wasm.len() < smallest.len() {
                smallest = wasm.to_vec();
            }
            Ok(shows)
        };
        // When time is up, or the tools do not support a module or panic, the smallest case so far
        // is kept.
        let input = case.modules[index].clone();
        let trimmed = trim(&input, &mut shows).unwrap_or(input);
        let shrinker = WasmShrink::default().attempts(ATTEMPTS);
        let _ = catch_unwind(AssertUnwindSafe(|| shrinker.run(trimmed, &mut shows)));
        case.modules[index] = smallest;
    }
    let wrong = fleet.run(&Work::Case(case.clone()))?.wrong;
    let (case, wrong) = match wrong.filter(|wrong| wrong.is_like(&finding.wrong)) {
        Some(wrong) => (case, wrong),
        None => (finding.case, finding.wrong),
    };
    let steps = steps(&case, &wrong, fleet)?;
    Ok(Finding { case, wrong, steps })
}
