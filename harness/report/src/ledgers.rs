//! The ledgers of a run as a table: takes a run; gives one row per suite and proposal, one column
//! per verdict that occurs, and the total, which warns if it does not add up. Judges nothing.

use crate::style::{BAD, BOLD, DIM, WIDTH, listed, number, of, paint, plain};
use std::collections::BTreeMap;
use std::fmt::Write;
use wassay_record::{Ledger, Run, Verdict};

/// The ledgers by suite and proposal, sorted by name, with the number of files of each.
pub(crate) fn rows(run: &Run) -> BTreeMap<(String, String), (usize, Ledger)> {
    let mut rows: BTreeMap<(String, String), (usize, Ledger)> = BTreeMap::new();
    for file in &run.files {
        let row = rows.entry((file.suite.clone(), file.proposal.clone())).or_default();
        row.0 += 1;
        row.1 += file.ledger;
    }
    rows
}

/// The name of the row of a suite and a proposal.
pub(crate) fn name(suite: &str, proposal: &str) -> String {
    if proposal.is_empty() { suite.to_string() } else { format!("{suite}/{proposal}") }
}

/// The table as text, with a column for each verdict that occurs.
pub(crate) fn ledgers(run: &Run) -> String {
    let rows = rows(run);
    let mut lines: Vec<(String, usize, Ledger)> = rows
        .iter()
        .map(|((suite, proposal), (files, ledger))| {
            (plain(&name(suite, proposal)).into_owned(), *files, *ledger)
        })
        .collect();
    if rows.len() != 1 {
        lines.push(("total".to_string(), run.files.len(), run.ledger));
    }
    let columns: Vec<Column> = Verdict::ALL
        .into_iter()
        .filter(|verdict| run.ledger.count(*verdict) > 0)
        .map(|verdict| Column::of(verdict, &lines))
        .collect();
    let counts: usize = columns.iter().map(|column| column.width + 1).sum();
    let names = lines.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0).max(5);
    let width =
        names.min(WIDTH.saturating_sub("  files  directives".len() + counts)).max(12.min(names));
    let mut out = String::new();
    let head = format!("{:<width$} {:>5} {:>10}", "suite", "files", "directives");
    // Writing to a string cannot fail.
    let _ = write!(out, "{}", paint(BOLD, head));
    for Column { title, width, .. } in &columns {
        let _ = write!(out, " {}", paint(BOLD, format_args!("{title:>width$}")));
    }
    out.push('\n');
    for (name, files, ledger) in &lines {
        let mut name = &**name;
        if name.chars().count() > width {
            // A long name has a line of its own, because no part of it is superfluous.
            let _ = writeln!(out, "{name}");
            name = "";
        }
        let _ = write!(out, "{name:<width$} {files:>5} {:>10}", number(ledger.directives));
        for Column { verdict, width, .. } in &columns {
            let count = ledger.count(*verdict);
            let style = if count == 0 { DIM } else { of(*verdict) };
            let _ = write!(out, " {}", paint(style, format_args!("{:>width$}", number(count))));
        }
        out.push('\n');
    }
    out
}

/// The column of a verdict.
struct Column {
    verdict: Verdict,
    title: String,
    width: usize,
}

impl Column {
    fn of(verdict: Verdict, lines: &[(String, usize, Ledger)]) -> Column {
        let title = match verdict {
            Verdict::HarnessOnly => "text only".to_string(),
            verdict => verdict.words(),
        };
        let numbers = lines.iter().map(|(.., ledger)| number(ledger.count(verdict)).len());
        let width = numbers.max().unwrap_or(0).max(title.len());
        Column { verdict, title, width }
    }
}

/// `N directives: a passed, b failed`: the total of the table.
pub(crate) fn total(ledger: &Ledger) -> String {
    let mut parts = Vec::new();
    for verdict in Verdict::ALL {
        let count = ledger.count(verdict);
        if count > 0 {
            parts.push(paint(of(verdict), format_args!("{} {}", number(count), verdict.words())));
        }
    }
    if parts.is_empty() {
        parts.push("nothing ran".to_string());
    }
    if !ledger.adds_up() {
        let sum: u64 = Verdict::ALL.iter().map(|&verdict| ledger.count(verdict)).sum();
        parts.push(paint(BAD, format_args!("does NOT add up: {} verdicts", number(sum))));
    }
    let noun = if ledger.directives == 1 { "directive" } else { "directives" };
    listed(&format!("{} {noun}:", paint(BOLD, number(ledger.directives))), parts)
}
