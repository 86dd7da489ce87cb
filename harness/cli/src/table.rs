//! `wassay table`: a report in, a Markdown table out, alone or between the marks of a file. Runs
//! nothing.

use crate::exit::{self, Failure};
use crate::records::{check_whole, faults, read};
use std::io::Write;
use std::path::Path;

const BEGIN: &str = "<!-- table: begin -->\n";
const END: &str = "<!-- table: end -->";

/// Prints the table of a report, or writes it into a file between the marks.
///
/// # Errors
/// If the report is invalid, a single shard, or a run that was stopped early or has a fault, or the
/// file has no marks, or cannot be read or written.
pub fn run_table(report: &Path, write: Option<&Path>) -> Result<u8, Failure> {
    let name = report.display().to_string();
    let report = read(report)?;
    check_whole(&name, &report)?;
    if let Some(message) = faults(&name, &report) {
        return Err(Failure { code: exit::HARNESS, message });
    }
    // The terminal may be gone.
    let _ = write!(anstream::stderr(), "{}", wassay_report::skipped_lanes(&report));
    let table = wassay_report::table(&report);
    let Some(target) = write else {
        // A closed pipe is no failure.
        let _ = std::io::stdout().lock().write_all(table.as_bytes());
        return Ok(exit::OK);
    };
    let shown = target.display();
    let marks =
        format!("the lines `{}` and `{END}`, once each and in this order", BEGIN.trim_end());
    let old = wassay_suites::read_text(target).map_err(|error| {
        Failure::usage(format_args!("cannot read {shown}, which needs {marks}: {error}"))
    })?;
    let new = between_marks(&old, &table)
        .ok_or_else(|| Failure::usage(format_args!("{shown} needs {marks}")))?;
    wassay_report::write_file(target, &new)
        .map_err(|error| Failure::harness(format_args!("cannot write {shown}: {error}")))?;
    Ok(exit::OK)
}

/// The text with the table between the marks, if it has each mark once.
fn between_marks(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let again = [before, after].iter().any(|part| part.contains(BEGIN) || part.contains(END));
    (!again).then(|| format!("{before}{BEGIN}{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_replaces_what_is_between_the_marks() {
        let old = format!("a\n{BEGIN}old\n{END}\nb\n");
        let new = format!("a\n{BEGIN}new\n{END}\nb\n");
        assert_eq!(between_marks(&old, "new\n"), Some(new));
        assert_eq!(between_marks(END, "new\n"), None);
        assert_eq!(between_marks(&format!("{END}{BEGIN}{END}"), "new\n"), None);
    }
}
