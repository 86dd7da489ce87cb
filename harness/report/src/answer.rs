//! Takes one directive, requested by its line, and its finding; gives a paragraph that explains the
//! verdict. Runs nothing.

use crate::directive::show_source;
use crate::inline::text;
use crate::style::{BOLD, of, paint, plain};
use std::fmt::{self, Display, Formatter, Write};
use wassay_record::{Note, Verdict};

/// The facts about a directive.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The script.
    pub path: &'a str,
    /// Its finding.
    pub note: &'a Note,
    /// Its action with arguments; empty if it has none.
    pub action: &'a str,
    /// The module that it acts on.
    pub module: Option<Acted<'a>>,
    /// The field of this module that defines the export.
    pub export: Option<Acted<'a>>,
    /// The command that explains more; empty if there is none.
    pub next: &'a str,
    /// The command that shows the script; empty if the user has it as a file.
    pub script: &'a str,
}

/// The module that a directive acts on, or a field of it.
#[derive(Clone, Copy, Debug)]
pub struct Acted<'a> {
    /// Its line.
    pub line: u32,
    /// Its first words or lines.
    pub text: &'a str,
    /// Whether the text can be read. If not, it is only what the module may be.
    pub is_readable: bool,
}

impl Display for Acted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Acted { line, text, is_readable } = self;
        let unreadable = if *is_readable { "" } else { ", unreadable" };
        write!(f, "line {line}{unreadable}: {text}")
    }
}

/// The answer as text, with colours.
pub fn answer(answer: &Answer<'_>) -> String {
    let Answer { path, note, action, module, export, next, script } = answer;
    let finding = &note.finding;
    let verdict = paint(of(finding.verdict), finding.verdict.words());
    let place = format!("{path}:{}:{}", finding.line, finding.column);
    let mut out = format!("{verdict} {} {}\n", paint(BOLD, plain(&place)), plain(&finding.kind));
    show_source(&mut out, note);
    let [module, export] = [module, export].map(|acted| match acted {
        Some(acted) => acted.to_string(),
        None => String::new(),
    });
    let actual = match (&finding.actual, finding.verdict) {
        (None, Verdict::Passed | Verdict::HarnessOnly) => "as expected".to_string(),
        (actual, _) => text(actual),
    };
    let known = note.known.as_deref().unwrap_or_default();
    for (what, text) in [
        ("module", &*module),
        ("export", &*export),
        ("action", action),
        ("expected", &text(&finding.expected)),
        ("actual", &actual),
        ("because", &finding.message),
        ("known", known),
        ("next", next),
        ("script", script),
    ] {
        if !text.is_empty() {
            let text = plain(text.trim_end()).replace('\n', "\n           ");
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {what:<8} {text}");
        }
    }
    out
}
