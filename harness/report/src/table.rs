//! The table of a run: one row per suite and proposal, one column per verdict, and the total
//! that has to add up.

use crate::style::{BAD, BOLD, DIM, number, of, paint};
use std::collections::BTreeMap;
use std::fmt::Write;
use wassay_record::{Ledger, Run, Verdict};

/// The ledgers by suite and proposal, in the order of their names, and the files of each.
pub(crate) fn rows(run: &Run) -> BTreeMap<(String, String), (usize, Ledger)> {
    let mut rows: BTreeMap<(String, String), (usize, Ledger)> = BTreeMap::new();
    for file in &run.files {
        let row = rows.entry((file.suite.clone(), file.proposal.clone())).or_default();
        row.0 += 1;
        row.1 += file.ledger;
    }
    rows
}

/// The table as text.
pub(crate) fn table(run: &Run) -> String {
    let rows = rows(run);
    let name = |suite: &str, proposal: &str| match proposal {
        "" => suite.to_string(),
        proposal => format!("{suite}/{proposal}"),
    };
    let names: Vec<String> = rows.keys().map(|(suite, proposal)| name(suite, proposal)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(5);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "{}",
        paint(BOLD, format_args!("{:<width$} {:>5} {:>10}", "suite", "files", "directives"))
    );
    for verdict in Verdict::ALL {
        let _ = write!(
            out,
            " {}",
            paint(BOLD, format_args!("{:>1$}", verdict.words(), column(verdict)))
        );
    }
    out.push('\n');
    for (name, (files, ledger)) in names.iter().zip(rows.values()) {
        row(&mut out, name, width, *files, ledger);
    }
    if rows.len() != 1 {
        row(&mut out, "total", width, run.files.len(), &run.ledger);
    }
    out
}

fn row(out: &mut String, name: &str, width: usize, files: usize, ledger: &Ledger) {
    let _ = write!(out, "{name:<width$} {files:>5} {:>10}", number(ledger.directives));
    for verdict in Verdict::ALL {
        let count = ledger.count(verdict);
        let style = if count == 0 { DIM } else { of(verdict) };
        let cell = format!("{:>1$}", number(count), column(verdict));
        let _ = write!(out, " {}", paint(style, cell));
    }
    out.push('\n');
}

fn column(verdict: Verdict) -> usize {
    verdict.name().len().max(7)
}

/// `N directives: a passed, b failed; adds up`: what the whole table comes to.
pub(crate) fn total(ledger: &Ledger) -> String {
    let mut parts = Vec::new();
    for verdict in Verdict::ALL {
        let count = ledger.count(verdict);
        if count > 0 {
            parts.push(paint(of(verdict), format_args!("{} {}", number(count), verdict.words())));
        }
    }
    let parts = if parts.is_empty() { "nothing ran".to_string() } else { parts.join(", ") };
    let noun = if ledger.directives == 1 { "directive" } else { "directives" };
    let sum = if ledger.adds_up() {
        "adds up".to_string()
    } else {
        let sum: u64 = Verdict::ALL.iter().map(|&verdict| ledger.count(verdict)).sum();
        paint(BAD, format_args!("does NOT add up: {} verdicts", number(sum)))
    };
    format!("{} {noun}: {parts}; {sum}", paint(BOLD, number(ledger.directives)))
}
