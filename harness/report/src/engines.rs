//! Prints several engines side by side: takes a report; gives a matrix with a row for each suite and
//! a column for each engine, and the directives on which engines disagree, for a terminal and as
//! Markdown. `wassay_record` decides what a difference is.

use crate::inline::{code, one_line};
use crate::lanes::{in_words, painted, place};
use crate::ledgers::{name, rows};
use crate::result::NOT_RUN;
use crate::style::{BAD, BOLD, ODD, WIDTH, count, number, paint, plain, wrapped};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use wassay_record::{EngineDifference, Ledger, Report, Run, Verdict, engine_differences};

/// The number of differences to list in Markdown.
const LISTED: usize = 500;
/// The width of names of suites, if there is not enough room.
const NARROW: usize = 24;

// Writing to a string cannot fail: its results are dropped here.

/// Whether the report has several engines.
pub(crate) fn has_engines(report: &Report) -> bool {
    engines(report).len() > 1
}

fn engines(report: &Report) -> BTreeSet<&str> {
    report.runs.iter().map(|run| &*run.engine.name).collect()
}

/// The title of each run: its engine, and what distinguishes it if the engine has several.
pub(crate) fn titles(report: &Report) -> Vec<String> {
    match engines(report).len() == report.runs.len() {
        true => report.runs.iter().map(|run| run.engine.name.clone()).collect(),
        false => report.run_names(),
    }
}

/// What each engine made of each suite: how many directives passed, failed in any way and were not
/// supported. Empty for a single engine. A terminal shows as many engines beside each other as fit.
pub fn matrix(report: &Report) -> String {
    let mut out = String::new();
    if !has_engines(report) {
        return out;
    }
    let columns: Vec<Column> =
        titles(report).into_iter().zip(&report.runs).map(|(it, run)| Column::of(it, run)).collect();
    let names: BTreeSet<&String> = columns.iter().flat_map(|column| column.cells.keys()).collect();
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(5);
    let widest = columns.iter().map(|column| column.width + 2).max().unwrap_or(0);
    let width = longest.min(WIDTH.saturating_sub(widest).max(NARROW));
    let mut rest = &columns[..];
    while !rest.is_empty() {
        let mut used = width;
        let fits = |column: &&Column| {
            used += column.width + 2;
            used <= WIDTH
        };
        let (here, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        rest = later;
        let mut row = |name: &str, cell: &dyn Fn(&Column) -> String| {
            if name.chars().count() > width {
                let _ = writeln!(out, "{}", plain(name));
            }
            let name = if name.chars().count() > width { "" } else { name };
            let _ = write!(out, "{:<width$}", plain(name));
            for column in here {
                let _ = write!(out, "  {}", cell(column));
            }
            out.push('\n');
        };
        let title = |column: &Column| {
            paint(BOLD, format_args!("{:>1$}", plain(&column.title), column.width))
        };
        row("suite", &title);
        for name in &names {
            row(name, &|column| {
                column
                    .cells
                    .get(*name)
                    .map_or_else(|| column.none(), |cell| cell.painted(column.width))
            });
        }
        row("total", &|column| column.total.painted(column.width));
    }
    let _ = writeln!(out, "passed/failed/unsupported of each engine\n");
    out
}

/// A run's results by suite.
struct Column {
    title: String,
    width: usize,
    cells: BTreeMap<String, Cell>,
    total: Cell,
}

/// The counts of one suite.
struct Cell {
    text: String,
    has_failed: bool,
}

impl Column {
    fn of(title: String, run: &Run) -> Column {
        let rows = rows(run).into_iter().filter(|_| !run.was_not_run());
        let cells: BTreeMap<String, Cell> = rows
            .map(|((suite, proposal), (_, ledger))| (name(&suite, &proposal), Cell::of(&ledger)))
            .collect();
        let total = match run.was_not_run() {
            true => Cell { text: NOT_RUN.to_string(), has_failed: true },
            false => Cell::of(&run.ledger),
        };
        let widths = cells.values().chain([&total]).map(|cell| cell.text.chars().count());
        let width = widths.chain([title.chars().count()]).max().unwrap_or(0);
        Column { title, width, cells, total }
    }

    fn none(&self) -> String {
        format!("{:>1$}", "-", self.width)
    }
}

impl Cell {
    fn of(ledger: &Ledger) -> Cell {
        let failed = Verdict::ALL.into_iter().filter(|verdict| verdict.is_bad());
        let failed: u64 = failed.map(|verdict| ledger.count(verdict)).sum();
        let counts = [ledger.passed, failed, ledger.unsupported].map(number);
        Cell { text: counts.join("/"), has_failed: failed > 0 }
    }

    fn painted(&self, width: usize) -> String {
        let text = format!("{:>width$}", self.text);
        if self.has_failed { paint(ODD, text) } else { text }
    }
}

/// The first `show` directives on which engines disagree, those that are not known first, under a
/// heading and with colours; empty if there is none.
pub fn disagreements(report: &Report, show: usize) -> String {
    let mut out = String::new();
    let all = if has_engines(report) { engine_differences(report) } else { Vec::new() };
    if all.is_empty() {
        return out;
    }
    let style = if all.iter().all(|it| it.is_known) { ODD } else { BAD };
    let _ = writeln!(out, "{}: {}", paint(style, "engines differ"), how_many(&all));
    for difference in all.iter().take(show) {
        let _ = writeln!(
            out,
            "  {}{}",
            paint(BOLD, plain(&place(&difference.path, &difference.place))),
            what(report, difference)
        );
        let expected = difference.place.expected.as_ref();
        let expected = expected.map(|expected| ("expected", one_line(&expected.to_string())));
        let engines = difference.engines.iter();
        let engines = engines.map(|(name, said)| (&**name, in_words(said, painted, one_line)));
        let lines: Vec<(&str, String)> = expected.into_iter().chain(engines).collect();
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, text) in lines {
            let heading = format!("    {:<width$}  ", plain(name));
            let _ = writeln!(out, "{}", wrapped(&heading, &text));
        }
    }
    if all.len() > show && show > 0 {
        let rest = &all[show..];
        let what = match rest.iter().all(|it| it.is_known) {
            true => count(rest.len(), "more known difference", "more known differences"),
            false => count(rest.len(), "more difference", "more differences"),
        };
        let text = format!("... and {what}; `--report markdown=FILE` lists {}", all_of(&all));
        let _ = writeln!(out, "{}", wrapped("", &text));
    }
    out
}

/// The Markdown section on directives on which engines disagree.
pub(crate) fn markdown_disagreements(out: &mut String, report: &Report) {
    let all = if has_engines(report) { engine_differences(report) } else { Vec::new() };
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Engines differ\n\n{}:\n", how_many(&all));
    for difference in all.iter().take(LISTED) {
        let at = code(&place(&difference.path, &difference.place));
        let _ = writeln!(out, "- {at}{}", what(report, difference));
        if let Some(expected) = &difference.place.expected {
            let _ = writeln!(out, "  - expected: {}", code(&expected.to_string()));
        }
        for (engine, said) in &difference.engines {
            let _ = writeln!(out, "  - {engine}: {}", in_words(said, Verdict::words, code));
        }
    }
    if all.len() > LISTED {
        let more = count(all.len() - LISTED, "more difference", "more differences");
        let _ = writeln!(out, "- ... and {more}");
    }
}

/// How many of them Markdown lists.
fn all_of(all: &[EngineDifference]) -> String {
    if all.len() > LISTED { format!("the first {LISTED}") } else { "all".to_string() }
}

fn how_many(all: &[EngineDifference]) -> String {
    let directives = count(all.len(), "directive", "directives");
    match all.iter().filter(|difference| difference.is_known).count() {
        0 => directives,
        known => format!("{directives}, {known} known"),
    }
}

/// The directive's kind, the lane if there are several, and whether the failures are known.
fn what(report: &Report, difference: &EngineDifference) -> String {
    let mut text = match &*difference.place.kind {
        "" => String::new(),
        kind => format!(" {kind}"),
    };
    if report.runs.iter().any(|run| run.lane.name != difference.lane) {
        let _ = write!(text, " (on {})", difference.lane);
    }
    if difference.is_known {
        text.push_str(", known");
    }
    text
}
