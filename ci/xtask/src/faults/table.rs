//! Takes what caught each fault; returns `regressions/FAULTS.md`. Runs nothing.

use std::fmt::{self, Display, Formatter, Write};
use wassay_artifact::fault::{Fault, UNSEEDED};

/// A fault, with the first failure in the official suite and in our own.
pub struct Row {
    pub fault: Fault,
    pub official: Option<String>,
    pub own: Option<String>,
    /// The scripts that are named after its bug, and the check of cache directories that must see it.
    pub scripts: Vec<Own>,
}

/// A script or a check, and its first failure.
pub struct Own {
    pub name: String,
    pub caught: Option<String>,
}

impl Row {
    /// Whether any suite caught it, or its check.
    pub fn is_caught(&self) -> bool {
        let is_checked = self.fault.check().is_some() && self.survivals_of_its_own().is_empty();
        self.official.is_some() || self.own.is_some() || is_checked
    }

    /// Its scripts and checks that caught nothing.
    fn survivals_of_its_own(&self) -> Vec<&Own> {
        self.scripts.iter().filter(|script| script.caught.is_none()).collect()
    }

    /// Where it should have been caught and was not.
    pub fn survivals(&self) -> Vec<String> {
        let it = self.fault.description();
        let survives = |what: &str| format!("`{}` survives {what}: {}", it.name, it.meaning);
        let scripts = self.survivals_of_its_own().into_iter();
        let any = (!self.is_caught()).then(|| survives("both suites"));
        any.into_iter().chain(scripts.map(|script| survives(&script.name))).collect()
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let shown = |caught: &Option<String>| caught.clone().unwrap_or("-".to_string());
        write!(f, "{}: {} {}", self.fault.name(), shown(&self.official), shown(&self.own))?;
        self.scripts.iter().try_for_each(|script| write!(f, " {}", shown(&script.caught)))
    }
}

const HEAD: &str = "\
# Seeded faults

The reference engine can be built with bugs that engines really had, and with ordinary mistakes:
`cargo xtask faults` seeds one at a time, and runs both suites against it. The table names the first
directive of each that fails: in the official suite, which is *blind* if none does, and in our own
(`regressions/`). The last column is for the scripts that are named after the bug: each of them must
fail. No script sees some faults of a cache directory; there the column names the check of
`regressions/cache` that must fail. A fault that survives is a missing test. This file is generated;
`cargo xtask faults` writes it.

";

const UNSEEDED_HEAD: &str = "
These bugs have scripts, but cannot be seeded in the reference engine:

| bug | why |
|---|---|
";

/// The table. A fault of one architecture stands for its twin on the other: their rows are one.
pub fn markdown(rows: &[Row]) -> String {
    let hidden = rows.iter().filter(|row| row.official.is_none()).count();
    let ours = rows.iter().filter(|row| row.own.is_some()).count();
    let caught = rows.iter().filter(|row| row.is_caught()).count();
    let mut out = HEAD.to_string();
    let _ = writeln!(
        out,
        "{} faults: {caught} are caught, {ours} of them by our own suite; {hidden} are seen by no \
         official test.\n",
        rows.len(),
    );
    out += "| fault | what the engine does wrong | stands for | official suite | our own | its script or check |\n";
    out += "|---|---|---|---|---|---|\n";
    for row in rows {
        let it = row.fault.description();
        let official = row.official.as_deref().unwrap_or("blind");
        let own = short(row.own.as_deref().unwrap_or("blind"));
        let scripts = row.scripts.iter().map(|script| match &script.caught {
            Some(place) => short(place).to_string(),
            None => format!("survives {}", short(&script.name)),
        });
        let scripts = scripts.collect::<Vec<_>>().join(", ");
        let line = format!(
            "| {} | {} | {} | {official} | {own} | {scripts} |",
            it.name, it.meaning, it.bug
        );
        out += &line.replace(std::env::consts::ARCH, "ARCH");
        out.push('\n');
    }
    out += UNSEEDED_HEAD;
    for (bug, why) in UNSEEDED {
        let _ = writeln!(out, "| {bug} | {why} |");
    }
    out
}

/// A place without the name of our suite.
fn short(place: &str) -> &str {
    place.strip_prefix("regressions/").unwrap_or(place)
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
            scripts: Vec::new(),
        };
        let script = |name: &str, caught: Option<&str>| Own {
            name: format!("regressions/{name}"),
            caught: caught.map(String::from),
        };
        let mut rows = [
            row(Fault::ConstantShift, Some("a.wast:1"), None),
            row(Fault::ImporterTypeId, None, Some("regressions/b.wast:2")),
            row(Fault::SelectSwapped, None, None),
        ];
        rows[1].scripts =
            vec![script("c.wast", Some("regressions/c.wast:3")), script("d.wast", None)];
        let text = markdown(&rows);
        let counts = "3 faults: 2 are caught, 1 of them by our own suite; \
                      2 are seen by no official test.";
        assert!(text.contains(counts), "{text}");
        let survivals: Vec<String> = rows.iter().flat_map(Row::survivals).collect();
        assert_eq!(survivals.len(), 2, "{survivals:?}");
        assert!(survivals[0].starts_with("`importer-type-id` survives regressions/d.wast: "));
        assert!(survivals[1].starts_with("`select-swapped` survives both suites: "));
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
        assert!(lines[1].ends_with(" | - | a.wast:1 | blind |  |"), "{}", lines[1]);
        let second = " | wazero#2313 | blind | b.wast:2 | c.wast:3, survives d.wast |";
        assert!(lines[2].ends_with(second), "{}", lines[2]);
        assert!(lines[3].ends_with(" | blind | blind |  |"), "{}", lines[3]);
    }

    #[test]
    fn a_check_catches_what_no_script_sees() {
        let row = |caught: Option<&str>| Row {
            fault: Fault::DigestUnchecked,
            official: None,
            own: None,
            scripts: vec![Own { name: "flipped/plain".into(), caught: caught.map(String::from) }],
        };
        assert!(row(Some("flipped/plain")).survivals().is_empty());
        assert_eq!(row(None).survivals().len(), 2);
        let text = markdown(&[row(Some("flipped/plain"))]);
        assert!(text.contains("| - | blind | blind | flipped/plain |"), "{text}");
        assert!(text.contains("1 faults: 1 are caught, 0 of them by our own suite"), "{text}");
    }

    #[test]
    fn the_table_is_the_same_on_both_architectures() {
        let here = Fault::ALL.iter().filter(|fault| fault.is_here());
        let rows: Vec<Row> = here
            .map(|fault| Row { fault: *fault, official: None, own: None, scripts: vec![] })
            .collect();
        let text = markdown(&rows);
        assert!(text.contains("| ARCH-i32-shr-u | "), "{text}");
        assert!(!text.contains(std::env::consts::ARCH), "{text}");
        assert_eq!(rows.len() + 1, Fault::ALL.len());
    }
}
