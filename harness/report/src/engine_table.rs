//! Takes a report of several engines; gives the Markdown table of `wassay table --engines`, with a row
//! per suite or proposal and a column per engine and its version. Also compares a report with such a
//! table: where both have an engine in one version, the figures must be the same. Runs nothing.

use crate::engines::titles;
use crate::inline::cell;
use crate::ledgers::{name, rows};
use crate::result::NOT_RUN;
use crate::style::number;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use wassay_record::{Ledger, Report, Run, Verdict};

/// The name of the last row.
const TOTAL: &str = "**total**";

/// The result of a comparison of a report with a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TableCheck {
    /// What is wrong with the table, each in a sentence.
    pub problems: Vec<String>,
    /// Engines that could not be compared, each in a sentence.
    pub notes: Vec<String>,
}

/// One engine.
struct Column {
    /// The engine, without its version.
    name: String,
    /// The title of the column.
    title: String,
    cells: BTreeMap<String, String>,
}

/// The table. A cell shows how many of the directives that test an engine passed, and how many
/// failed; the others are unsupported.
pub fn engine_table(report: &Report) -> String {
    let columns = columns(report);
    let names: BTreeSet<&String> = columns.iter().flat_map(|column| column.cells.keys()).collect();
    let (totals, names): (Vec<&String>, Vec<&String>) =
        names.into_iter().partition(|name| *name == TOTAL);
    let mut out = String::from("| suite |");
    // Writing to a string cannot fail.
    for column in &columns {
        let _ = write!(out, " {} |", column.title);
    }
    out.push_str("\n|---|");
    out.push_str(&"---:|".repeat(columns.len()));
    out.push('\n');
    for name in names.into_iter().chain(totals) {
        let _ = write!(out, "| {name} |");
        for column in &columns {
            let text = column.cells.get(name).map_or(NOT_RUN, String::as_str);
            let _ = write!(out, " {text} |");
        }
        out.push('\n');
    }
    out
}

/// Compares the report with a table that [`engine_table`] made of another one.
pub fn check_engine_table(report: &Report, table: &str) -> TableCheck {
    let mut check = TableCheck::default();
    let mut lines = table.lines().map(cells_of);
    let titles = lines.next().unwrap_or_default();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in lines.skip(1) {
        let Some(name) = row.first().cloned() else { continue };
        if rows.insert(name.clone(), row).is_some() {
            check.problems.push(format!("there are two rows of {name}"));
        }
    }
    for (at, title) in titles.iter().enumerate() {
        if titles[..at].contains(title) {
            check.problems.push(format!("there are two columns of {title}"));
        }
    }
    let mut compared = 0;
    for Column { name, title, cells } in columns(report) {
        let is_of = |other: &&String| **other == title || other.starts_with(&format!("{name} "));
        let Some(found) = titles.iter().find(is_of) else {
            check.problems.push(format!("there is no column of {name}"));
            continue;
        };
        if *found != title {
            check.notes.push(format!("not compared: {title}, because the table has {found}"));
            continue;
        }
        compared += 1;
        let at = titles.iter().position(|other| other == found).unwrap_or_default();
        for (row, known) in &rows {
            let has_figure = known.get(at).is_some_and(|known| known != NOT_RUN);
            if has_figure && !cells.contains_key(row) {
                check.problems.push(format!("{row}, {title}: the report has no such row"));
            }
        }
        for (row, cell) in cells {
            match rows.get(&row).and_then(|row| row.get(at)) {
                Some(known) if *known == cell => {}
                Some(known) => check
                    .problems
                    .push(format!("{row}, {title}: the table has `{known}`, the report `{cell}`")),
                None => check.problems.push(format!("{row}, {title}: the table has no such row")),
            }
        }
    }
    if compared == 0 && check.problems.is_empty() {
        check.problems.push("no engine of the report is there in the same version".to_string());
    }
    check
}

/// The cells of a row.
fn cells_of(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split(" |").map(|cell| cell.trim().to_string()).collect()
}

fn columns(report: &Report) -> Vec<Column> {
    let column = |(name, run): (String, &Run)| {
        let name = cell(&name);
        let title = cell(&format!("{name} {}", run.engine.version));
        let mut cells: BTreeMap<String, Ledger> = BTreeMap::new();
        if !run.was_not_run() {
            for ((suite, proposal), (_, ledger)) in rows(run) {
                *cells.entry(cell(&self::name(&suite, &proposal))).or_default() += ledger;
            }
            cells.insert(TOTAL.to_string(), run.ledger);
        }
        let cells = cells.into_iter().map(|(row, ledger)| (row, text(&ledger))).collect();
        Column { name, title, cells }
    };
    titles(report).into_iter().zip(&report.runs).map(column).collect()
}

fn text(ledger: &Ledger) -> String {
    let tests = ledger.directives.saturating_sub(ledger.count(Verdict::HarnessOnly));
    let failed = Verdict::ALL.into_iter().filter(|verdict| verdict.is_bad());
    let failed: u64 = failed.map(|verdict| ledger.count(verdict)).sum();
    let mut out = format!("{} / {}", number(ledger.passed), number(tests));
    if failed > 0 {
        // Writing to a string cannot fail.
        let _ = write!(out, ", {} failed", number(failed));
    }
    out
}
