//! Takes what caught each fault; returns `regressions/FAULTS.md`. Runs nothing.

use std::fmt::{self, Display, Formatter, Write};
use wassay_artifact::fault::Fault;

/// A fault, with the place in the official suite that caught it first, or else in our own.
pub struct Row {
    pub fault: Fault,
    pub official: Option<String>,
    pub own: Option<String>,
}

impl Row {
    /// Whether any suite caught it.
    pub fn is_caught(&self) -> bool {
        self.caught_by().is_some()
    }

    fn caught_by(&self) -> Option<&str> {
        self.official.as_deref().or(self.own.as_deref())
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.fault.name(), self.caught_by().unwrap_or("survives"))
    }
}

const HEAD: &str = "\
# Seeded faults

The reference engine can be built with bugs that engines really had, and with ordinary mistakes:
`cargo xtask faults` seeds one at a time, and runs the official suite against it and, if that sees
nothing, our own (`regressions/`). The table names the first directive that fails. A fault that
survives is a missing test. This file is generated; `cargo xtask faults` writes it.

";

/// The table. A fault of one architecture stands for its twin on the other: their rows are one.
pub fn markdown(rows: &[Row]) -> String {
    let hidden = rows.iter().filter(|row| row.official.is_none()).count();
    let survivors = rows.iter().filter(|row| !row.is_caught()).count();
    let mut out = HEAD.to_string();
    let _ = writeln!(
        out,
        "{} faults: {} are caught; {hidden} are seen by no official test.\n",
        rows.len(),
        rows.len() - survivors
    );
    out += "| fault | what the engine does wrong | stands for | official suite | caught by |\n";
    out += "|---|---|---|---|---|\n";
    for row in rows {
        let it = row.fault.description();
        let official = if row.official.is_some() { "sees it" } else { "blind" };
        let by = row.caught_by().unwrap_or("survives");
        let line = format!("| {} | {} | {} | {official} | {by} |", it.name, it.meaning, it.bug);
        out += &line.replace(std::env::consts::ARCH, "ARCH");
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_each_suite_sees() {
        let row = |fault, official: Option<&str>, own: Option<&str>| Row {
            fault,
            official: official.map(String::from),
            own: own.map(String::from),
        };
        let rows = [
            row(Fault::ConstantShift, Some("a.wast:1"), None),
            row(Fault::ImporterTypeId, None, Some("regressions/b.wast:2")),
            row(Fault::SelectSwapped, None, None),
        ];
        let text = markdown(&rows);
        assert!(text.contains("3 faults: 2 are caught; 2 are seen by no official test."), "{text}");
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
        assert!(lines[1].ends_with(" | - | sees it | a.wast:1 |"), "{}", lines[1]);
        let second = " | wazero#2313 | blind | regressions/b.wast:2 |";
        assert!(lines[2].ends_with(second), "{}", lines[2]);
        assert!(lines[3].ends_with(" | blind | survives |"), "{}", lines[3]);
    }

    #[test]
    fn the_table_is_the_same_on_both_architectures() {
        let here = Fault::ALL.iter().filter(|fault| fault.is_here());
        let rows: Vec<Row> =
            here.map(|fault| Row { fault: *fault, official: None, own: None }).collect();
        let text = markdown(&rows);
        assert!(text.contains("| ARCH-i32-shr-u | "), "{text}");
        assert!(!text.contains(std::env::consts::ARCH), "{text}");
        assert_eq!(rows.len() + 1, Fault::ALL.len());
    }
}
