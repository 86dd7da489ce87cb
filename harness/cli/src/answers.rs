//! `wassay run FILE:LINE`: takes the selection and the findings, returns the answer for each
//! directive on the line. Runs nothing.

use crate::selection::{Selected, Selection};
use std::collections::{BTreeSet, HashSet};
use wassay_record::{File, Finding, Note, Run, Unlisted, Verdict};
use wassay_report::{Acted, Answer, answer};
use wassay_runner::{Origin, Script, Step};
use wassay_suites::Source;

/// Whether the user selected single lines, and nothing else.
pub fn are_wanted(selection: &Selection) -> bool {
    let is_line = |&(first, last): &(u32, u32)| first == last;
    let is_asked = |selected: &Selected| {
        selected.lines.as_ref().is_some_and(|lines| lines.iter().all(is_line))
    };
    !selection.scripts.is_empty() && selection.scripts.iter().all(is_asked)
}

/// The hashes of the selected directives: the answer includes those that pass.
pub fn hashes(selected: &Selected) -> HashSet<String> {
    let script = Script::parse(selected.text.clone());
    asked(&script, selected).map(|step| script.hash(step)).collect()
}

/// The answers, in the order of the scripts. A directive that ended a worker on the way to a selected
/// one comes first. `passes` has the notes of passed directives, by
/// script.
pub fn answers(selection: &Selection, run: &Run, passes: &[Vec<Note>]) -> String {
    let mut out = String::new();
    for ((selected, file), passes) in selection.scripts.iter().zip(&run.files).zip(passes) {
        let script = Script::parse(selected.text.clone());
        let mut shown: BTreeSet<u32> = asked(&script, selected).map(|step| step.index).collect();
        shown.extend(ran_before(file));
        let shown = script.steps().iter().filter(|step| shown.contains(&step.index));
        let shown: Vec<&Step> = shown.collect();
        for step in &shown {
            let explained = script.explain(step);
            let mut note = note(file, passes, step);
            note.source = explained.source;
            let [module, export] =
                [&explained.module, &explained.export].map(|origin| origin.as_ref().map(acted));
            let (path, action) = (&*file.path, &*explained.action);
            let cause = note.finding.cause.filter(|_| note.finding.verdict == Verdict::Blocked);
            let cause = cause.filter(|line| shown.iter().all(|step| step.line != *line));
            let next = cause.map(|line| format!("wassay run {path}:{line}")).unwrap_or_default();
            let script = match selected.script.source {
                Source::Embedded(_) => format!("wassay show {path}"),
                Source::Path(_) => String::new(),
            };
            let (note, next, script) = (&note, &*next, &*script);
            out += &answer(&Answer { path, note, action, module, export, next, script });
            out.push('\n');
        }
    }
    out
}

fn acted(origin: &Origin) -> Acted<'_> {
    Acted { line: origin.line, text: &origin.text, is_readable: origin.is_readable }
}

/// The directives that have a finding of their own although they were only performed for the sake of
/// later ones: they ended a worker.
fn ran_before(file: &File) -> impl Iterator<Item = u32> {
    let findings = file.findings.iter().map(|note| &note.finding);
    let ended =
        |finding: &&Finding| matches!(finding.verdict, Verdict::Crashed | Verdict::TimedOut);
    findings.filter(ended).map(|finding| finding.index)
}

fn asked<'a>(script: &'a Script, selected: &'a Selected) -> impl Iterator<Item = &'a Step> {
    let lines = selected.lines.as_deref().unwrap_or_default();
    let is_on = |step: &&Step| lines.iter().any(|lines| script.is_on(step, *lines));
    script.steps().iter().filter(is_on)
}

/// The finding of a directive, or its bare verdict.
fn note(file: &File, passes: &[Note], step: &Step) -> Note {
    let mut notes = file.findings.iter().chain(passes);
    if let Some(note) = notes.find(|note| note.finding.index == step.index) {
        return note.clone();
    }
    let verdict = unlisted(file, step);
    Note::new(Finding::bare(step.index, step.line, step.column, &*step.kind, verdict))
}

/// The verdict of a directive without a finding.
pub fn unlisted(file: &File, step: &Step) -> Verdict {
    let has = |span: &&Unlisted| span.index <= step.index && step.index - span.index < span.count;
    file.unlisted.iter().find(has).map_or(Verdict::Passed, |span| span.verdict)
}
