//! Takes the sums of a campaign; returns its summary as text, and whether the engines agreed in
//! enough cases.

use crate::campaign::Sums;
use crate::explained::{Entry, Explained};
use std::fmt::Write;
use std::time::Duration;

/// The percentage of the cases that each subject must run. wasmi lacks features that half of them
/// need.
const RAN_AT_LEAST: u64 = 25;

/// The number of cases from which on that percentage is required.
const ENOUGH: u64 = 100;

/// The percentage of a subject's cases that the list may explain as a whole, in a strict run.
const MASKED_AT_MOST: u64 = 5;

/// The summary of a campaign.
pub struct Summary {
    /// The text, in lines.
    pub text: String,
    /// Whether the subjects agreed, except for explained differences, and the cases tested them.
    pub agreed: bool,
}

/// Summarizes a campaign that took this long. A strict one includes the witnesses of the list; each
/// explained difference must occur, and hide few others.
pub fn summary(sums: &Sums, time: Duration, list: &Explained, strict: bool) -> Summary {
    let Sums { cases, modules, calls, traps, findings, .. } = sums;
    let mut summary = Summary { text: String::new(), agreed: *findings == 0 };
    summary.line(format_args!(
        "{cases} cases, {modules} modules, {calls} calls of which {traps} trapped, {findings} \
         found, in {:.0} s",
        time.as_secs_f64()
    ));
    for (name, ran) in &sums.ran {
        let cut = sums.cut.get(name).copied().unwrap_or(0);
        let masked = sums.masked.get(name).copied().unwrap_or(0);
        let hidden = match masked {
            0 => String::new(),
            _ => format!(", {masked} that show nothing ({:.1} %)", percent(masked, *ran)),
        };
        summary.line(format_args!("  {name}: {ran} cases, {cut} up to a limit{hidden}"));
        for (lacking, skipped) in sums.skipped.get(name).into_iter().flatten() {
            summary.line(format_args!("    {skipped} skipped, because it lacks: {lacking}"));
        }
        if *cases >= ENOUGH && ran * 100 < cases * RAN_AT_LEAST {
            summary.complain(format_args!("this is less than {RAN_AT_LEAST} % of the cases"));
        }
        // All witnesses may be such cases.
        let allowed = list.entries().len() as u64 + ran * MASKED_AT_MOST / 100;
        if strict && masked > allowed {
            summary.complain(format_args!(
                "explained.toml explains every difference in more than {MASKED_AT_MOST} % of the \
                 cases: describe the causes more closely"
            ));
        }
    }
    for (at, entry) in list.entries().iter().enumerate() {
        let met = sums.explained.get(&at).copied().unwrap_or(0);
        summary.line(format_args!(
            "  explained, in {met} cases: {}: {}",
            entry.engine,
            what(entry)
        ));
        if strict && met == 0 {
            summary.complain(format_args!(
                "this did not occur, not even in its witness: remove it from explained.toml"
            ));
        }
    }
    summary
}

fn what(entry: &Entry) -> String {
    let said = format!("`{}` for `{}`", entry.says, entry.first);
    match (entry.cause, entry.operators.as_slice()) {
        (Some(cause), _) if entry.says.is_empty() => cause.to_string(),
        (Some(cause), _) => format!("{said}, with {cause}"),
        (None, []) => said,
        (None, [sequence]) => sequence.join(", "),
        (None, [sequence, others @ ..]) => {
            format!("{}; and {} like it", sequence.join(", "), others.len())
        }
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

impl Summary {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{line}").expect("a string takes everything");
    }

    /// Adds a defect of what the line before reports.
    fn complain(&mut self, defect: std::fmt::Arguments<'_>) {
        self.line(format_args!("    {defect}"));
        self.agreed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "[[explained]]\nengine = \"b\"\nfirst = \"1\"\nsays = \"2\"\nreason = \"r\"\n\
        witness = \"smith:1\"\n[[explained]]\nengine = \"b\"\ncause = \"aliased-memory-grows\"\n\
        reason = \"r\"\nwitness = \"smith:2\"\n[[explained]]\nengine = \"b\"\nfirst = \"1\"\n\
        says = \"3\"\ncause = \"tail-call-of-empty-import\"\nreason = \"r\"\nwitness = \"smith:3\"";

    /// Sums of a campaign in which nothing was found.
    fn sums(ran: u64, masked: u64) -> Sums {
        let names = |counts: &[(&str, u64)]| {
            counts.iter().map(|(name, count)| (name.to_string(), *count)).collect()
        };
        Sums {
            cases: 1000,
            modules: 1500,
            calls: 20_000,
            traps: 3_000,
            ran: names(&[("a", 1000), ("b", ran)]),
            skipped: [("b".to_string(), names(&[("threads", 500), ("tables", 100)]))].into(),
            cut: names(&[("b", 2)]),
            masked: names(&[("b", masked)]),
            explained: [(0, 7), (1, 1), (2, 4)].into(),
            findings: 0,
        }
    }

    fn told(sums: &Sums, strict: bool) -> Summary {
        summary(sums, Duration::from_secs(61), &Explained::parse(LIST).unwrap(), strict)
    }

    #[test]
    fn the_text_has_all_counts() {
        let summary = told(&sums(400, 22), true);
        let expected =
            "1000 cases, 1500 modules, 20000 calls of which 3000 trapped, 0 found, in 61 s
  a: 1000 cases, 0 up to a limit
  b: 400 cases, 2 up to a limit, 22 that show nothing (5.5 %)
    100 skipped, because it lacks: tables
    500 skipped, because it lacks: threads
  explained, in 7 cases: b: `2` for `1`
  explained, in 1 cases: b: a memory that grows under another index
  explained, in 4 cases: b: `3` for `1`, with a tail call of an import of type [] -> []
";
        assert_eq!(summary.text, expected);
        assert!(summary.agreed);
    }

    #[test]
    fn an_untested_case_is_no_agreement() {
        let few = |cases| Sums { cases, ..sums(0, 0) };
        let unmet = Sums { explained: [(1, 1), (2, 4)].into(), ..sums(400, 0) };
        for (name, sums, strict, agreed) in [
            ("enough", sums(250, 0), false, true),
            ("too few", sums(249, 0), false, false),
            ("none, not even in a run without a list", sums(0, 0), false, false),
            ("none of few", few(99), false, true),
            ("few masked", sums(400, 23), true, true),
            ("many masked", sums(400, 24), true, false),
            ("many masked, not strict", sums(400, 400), false, true),
            ("an explained difference did not occur", unmet.clone(), true, false),
            ("the same, not strict", unmet, false, true),
            ("a finding", Sums { findings: 1, ..sums(400, 0) }, false, false),
        ] {
            assert_eq!(told(&sums, strict).agreed, agreed, "{name}");
        }
    }
}
