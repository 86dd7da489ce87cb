//! `wassay table`: a report in, a Markdown table out, alone or between the marks of a file, or a
//! comparison with the table that a file has there. Runs nothing.

use crate::exit::{self, Failure};
use crate::records::{check_whole, faults, read};
use crate::values::{input, marked};
use clap::Args;
use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use wassay_record::{Report, Run};

/// The arguments of `wassay table`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wassay run --lane all --report json=all.json
  wassay table all.json --write README.md
  wassay run --engine cranelift,node --report json=engines.json
  wassay table engines.json --engines --check README.md")]
pub struct TableArgs {
    /// The report.
    #[arg(value_parser = input())]
    pub report: PathBuf,
    /// Make the table of engines: a column for each engine and version, with the directives that
    /// passed and failed of those that test an engine. Its lines in a file are
    /// `<!-- engines: begin -->` and `<!-- engines: end -->`.
    #[arg(long)]
    pub engines: bool,
    /// Write the table into this file, between the lines `<!-- table: begin -->` and
    /// `<!-- table: end -->`, instead of to standard output.
    #[arg(long, value_name = "FILE", value_parser = marked())]
    pub write: Option<PathBuf>,
    /// Compare the report with the table of engines in this file, and exit with 1 if a figure of an
    /// engine in the same version differs. Engines that only the file has are not compared.
    #[arg(long, value_name = "FILE", value_parser = input(), requires = "engines", conflicts_with = "write")]
    pub check: Option<PathBuf>,
}

/// The lines around a table in a file.
struct Marks {
    begin: &'static str,
    end: &'static str,
}

const TABLE: Marks = Marks { begin: "<!-- table: begin -->\n", end: "<!-- table: end -->\n" };
const ENGINES: Marks = Marks { begin: "<!-- engines: begin -->\n", end: "<!-- engines: end -->\n" };

/// Prints the table of a report, writes it into a file between the marks, or compares it with the one
/// that is there.
///
/// # Errors
/// If the report is invalid, a single shard, or a run that was stopped early or has a fault, or the
/// file has no marks, or cannot be read or written, or differs from the report.
pub fn run_table(args: &TableArgs) -> Result<u8, Failure> {
    let name = args.report.display().to_string();
    let report = read(&args.report)?;
    check_whole(&name, &report)?;
    if let Some(message) = faults(&name, &report) {
        return Err(Failure { code: exit::HARNESS, message });
    }
    if args.engines
        && let Some(message) = uneven(&report)
    {
        return Err(Failure::usage(format_args!("{name}: {message}")));
    }
    let skipped = wassay_report::skipped_lanes(&report) + &wassay_report::skipped_engines(&report);
    // The terminal may be gone.
    let _ = write!(anstream::stderr(), "{skipped}");
    let (marks, table) = match args.engines {
        true => (ENGINES, wassay_report::engine_table(&report)),
        false => (TABLE, wassay_report::table(&report)),
    };
    if let Some(file) = &args.check {
        let text = marks.read(file)?;
        let Some([_, old, _]) = marks.parts(&text) else { return Err(marks.missing(file)) };
        let check = wassay_report::check_engine_table(&report, old);
        for note in &check.notes {
            let _ = writeln!(anstream::stderr(), "{note}");
        }
        return match check.problems.is_empty() {
            true => Ok(exit::OK),
            false => {
                let shown = file.display();
                let next = format!("`wassay table {name} --engines --write {shown}` replaces it");
                let all = check.problems.join("\nwassay: ");
                let message = format!("{shown} differs from {name}: {all}; {next}");
                Err(Failure { code: exit::UNEXPECTED, message })
            }
        };
    }
    let Some(target) = &args.write else {
        let mut out = std::io::stdout().lock();
        return match out.write_all(table.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::harness(format_args!("cannot write the table: {error}")))
            }
            // A closed pipe is no failure.
            _ => Ok(exit::OK),
        };
    };
    let old = marks.read(target)?;
    let new = marks.replaced(&old, &table).ok_or_else(|| marks.missing(target))?;
    let shown = target.display();
    wassay_report::write_file(target, &new)
        .map_err(|error| Failure::harness(format_args!("cannot write {shown}: {error}")))?;
    Ok(exit::OK)
}

/// Why the columns of the table of engines would not be comparable, if they are not.
fn uneven(report: &Report) -> Option<String> {
    let paths = |run: &Run| run.files.iter().map(|file| file.path.clone()).collect::<BTreeSet<_>>();
    let ran = || report.runs.iter().filter(|run| !run.was_not_run());
    let all: BTreeSet<String> = ran().flat_map(paths).collect();
    let fewer = ran().find(|run| run.files.len() < all.len())?;
    let (name, has, all) = (&fewer.engine.name, fewer.files.len(), all.len());
    Some(format!("{name} ran {has} of {all} scripts: run every engine on the same scripts"))
}

impl Marks {
    fn described(&self) -> String {
        let [begin, end] = [self.begin, self.end].map(str::trim_end);
        format!("the lines `{begin}` and `{end}`, once each and in this order")
    }

    fn missing(&self, file: &Path) -> Failure {
        Failure::usage(format_args!("{} needs {}", file.display(), self.described()))
    }

    fn read(&self, file: &Path) -> Result<String, Failure> {
        let (shown, marks) = (file.display(), self.described());
        wassay_suites::read_text(file).map_err(|error| {
            Failure::usage(format_args!("cannot read {shown}, which needs {marks}: {error}"))
        })
    }

    /// The text before, between and after the marks, if it has each mark once.
    fn parts<'a>(&self, text: &'a str) -> Option<[&'a str; 3]> {
        let (before, rest) = text.split_once(self.begin)?;
        let (between, after) = rest.split_once(self.end)?;
        let is_again =
            [before, after].iter().any(|part| part.contains(self.begin) || part.contains(self.end));
        (!is_again).then_some([before, between, after])
    }

    /// The text with the table between the marks.
    fn replaced(&self, text: &str, table: &str) -> Option<String> {
        let [before, _, after] = self.parts(text)?;
        Some(format!("{before}{}{table}{}{after}", self.begin, self.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_replaces_what_is_between_the_marks() {
        for marks in [TABLE, ENGINES] {
            let Marks { begin, end } = marks;
            let old = format!("a\n{begin}old\n{end}\nb\n");
            let new = format!("a\n{begin}new\n{end}\nb\n");
            assert_eq!(marks.replaced(&old, "new\n"), Some(new));
            assert_eq!(marks.replaced(end, "new\n"), None);
            assert_eq!(marks.replaced(&format!("{end}{begin}{end}"), "new\n"), None);
        }
    }
}
