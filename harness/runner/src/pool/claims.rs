//! Takes a worker's answers to one request, and what the parent knows about the script; gives the
//! believable verdicts, or a sentence that explains how the worker broke the protocol. Sees no
//! process.
//!
//! After one violation of the protocol, no answer to the request counts. A correct worker sends
//! `Started` with the script's number of directives; then verdicts for exactly the directives
//! without one, in their order, each after it has marked the directive; then `Finished`.

use crate::limit::{Limit, TURNING_OFF, is_demanded};
use crate::outline::Outline;
use crate::pool::Job;
use crate::pool::tally::Tally;
use crate::script::Step;
use crate::worker::mark::Activity;
use wassay_engine::{Capabilities, Feature};
use wassay_record::{Batch, Engine, Finding, Note, Span, Verdict};

/// The worker's claims so far.
#[derive(Debug)]
pub(crate) struct Claims<'a> {
    outline: &'a Outline<'a>,
    job: &'a Job,
    tally: &'a Tally,
    /// The engine, as it describes itself.
    engine: &'a Engine,
    is_started: bool,
    /// The next directive without a verdict; `None` if all have one.
    due: Option<u32>,
    batch: Batch,
}

impl<'a> Claims<'a> {
    /// No claims yet. The worker must judge the directives that are open in the tally.
    pub(crate) fn new(
        outline: &'a Outline<'a>,
        job: &'a Job,
        tally: &'a Tally,
        engine: &'a Engine,
    ) -> Claims<'a> {
        let (due, batch) = (tally.first_open(), Batch::default());
        Claims { outline, job, tally, engine, is_started: false, due, batch }
    }

    /// The claimed verdicts, with what the parent knows about their directives.
    pub(crate) fn into_batch(self) -> Batch {
        self.batch
    }

    /// The worker reports the number of directives.
    ///
    /// # Errors
    /// If it reported one before, or the number is wrong.
    pub(crate) fn started(&mut self, directives: u32) -> Result<(), String> {
        if std::mem::replace(&mut self.is_started, true) {
            return Err("it started the script twice".to_string());
        }
        match self.outline.len() {
            count if count == directives => Ok(()),
            count => Err(format!("it found {directives} directives, the script has {count}")),
        }
    }

    /// The worker reports that every directive has its verdict.
    ///
    /// # Errors
    /// If a directive has none.
    pub(crate) fn finished(&self) -> Result<(), String> {
        match self.due {
            _ if !self.is_started => Err("it finished a script that it had not started".into()),
            None => Ok(()),
            Some(due) => Err(format!("it finished without a verdict for directive {due}")),
        }
    }

    /// The worker sends verdicts while its mark is at this place.
    ///
    /// # Errors
    /// If it may not give one of them.
    pub(crate) fn verdicts(&mut self, batch: Batch, place: Activity) -> Result<(), String> {
        if !self.is_started || batch.is_empty() {
            return Err("it gave verdicts without a directive".to_string());
        }
        let mut spans = batch.spans.into_iter().peekable();
        let mut notes = batch.notes.into_iter().peekable();
        while spans.peek().is_some() || notes.peek().is_some() {
            let is_note = notes.peek().is_some_and(|note| Some(note.finding.index) == self.due);
            match if is_note { None } else { spans.next() } {
                Some(span) => self.span(span, place)?,
                None => match notes.next() {
                    Some(note) => self.note(note, place)?,
                    None => break,
                },
            }
        }
        Ok(())
    }

    /// Takes a verdict for consecutive directives without findings.
    fn span(&mut self, Span(from, count, verdict): Span, place: Activity) -> Result<(), String> {
        if count == 0 {
            return Err("it gave a verdict to no directive".to_string());
        }
        // This ends at the first directive that is not due, whatever count the worker claims.
        for index in (from..=u32::MAX).take(count as usize) {
            let step = self.take(index, verdict, place)?;
            if !matches!(verdict, Verdict::Passed | Verdict::HarnessOnly | Verdict::Skipped) {
                return Err(format!(
                    "it called directive {index} {} without a finding",
                    verdict.words()
                ));
            }
            let is_watched = verdict == Verdict::Passed && self.outline.is_watched(index, self.job);
            if is_watched {
                self.batch.notes.push(self.outline.note(step.index, verdict, ""));
            } else {
                self.batch.push(index, verdict);
            }
        }
        Ok(())
    }

    fn note(&mut self, note: Note, place: Activity) -> Result<(), String> {
        let mut finding = note.finding;
        let (index, verdict) = (finding.index, finding.verdict);
        let own = self.take(index, verdict, place)?;
        let called = || format!("it called directive {index} {}", verdict.words());
        finding.shorten();
        match verdict {
            Verdict::Passed | Verdict::HarnessOnly if finding.is_explained() => {}
            Verdict::Failed | Verdict::Unreadable | Verdict::Blocked | Verdict::Unsupported
                if finding.is_explained() => {}
            Verdict::Crashed | Verdict::TimedOut => {
                return Err(format!("{}, which only its parent can see", called()));
            }
            _ => return Err(format!("{} in a finding that says nothing", called())),
        }
        self.lacking(&finding, own).map_err(|how| format!("{} {how}", called()))?;
        // Several directives may start on one line.
        let is_before = |line| self.outline.at(line).is_some_and(|step| step.line <= own.line);
        if let Some(line) = finding.cause
            && (verdict != Verdict::Blocked || !is_before(line))
        {
            return Err(format!("{} because of line {line}", called()));
        }
        self.batch.notes.push(self.outline.annotate(finding));
        Ok(())
    }

    /// Checks what an *unsupported* directive lacks: nothing that the engine claims or that the script
    /// does not need, and a limit of the harness only where it has one.
    fn lacking(&self, finding: &Finding, own: &Step) -> Result<(), String> {
        let claims = |name: &str, list: &[String]| list.iter().any(|claimed| claimed == name);
        if let Some(name) = &finding.feature {
            let Ok(feature) = name.parse::<Feature>() else {
                return Err(format!("because of `{name}`, which is not a feature"));
            };
            if claims(name, &self.engine.features) {
                return Err(format!("because of `{name}`, which it claims to have"));
            }
            if !self.needs(feature) {
                return Err(format!("because of `{name}`, which the script does not need"));
            }
        }
        let Some(what) = &finding.capability else {
            let is_named = finding.verdict != Verdict::Unsupported || finding.feature.is_some();
            return is_named.then_some(()).ok_or("without naming what is missing".to_string());
        };
        if Capabilities::named(what).is_some_and(|name| claims(name, &self.engine.capabilities)) {
            return Err(format!("because of `{what}`, which it claims to have"));
        }
        if Limit::of(what) == Limit::Capability && !self.is_asked_for(what, own) {
            return Err(format!("because of `{what}`, which it does not need"));
        }
        match Limit::of(what) {
            Limit::Harness if what != Limit::FUNCTIONS || !self.outline.compares_functions(own) => {
                Err(format!("because of `{what}`, which it does not need"))
            }
            _ if what.is_empty() => Err("without naming what is missing".to_string()),
            _ => Ok(()),
        }
    }

    /// Whether the script may need the feature. The forms of two proposals are directives, which a
    /// script of any version may have.
    fn needs(&self, feature: Feature) -> bool {
        self.job.needs.has(feature)
            || match feature {
                Feature::ComponentModel => self.outline.mentions("component"),
                Feature::StackSwitching => self.outline.mentions("suspension"),
                _ => false,
            }
    }

    /// Whether the directive may need the capability, or that a feature is off.
    fn is_asked_for(&self, what: &str, own: &Step) -> bool {
        let is_fixed = |feature: Feature| {
            let has = self.engine.features.iter().any(|name| name == feature.name());
            has && !self.job.needs.has(feature)
        };
        let is_judged = || own.kind.starts_with("assert_") || own.kind == "wait";
        is_demanded(&self.job.config, what)
            || self.outline.mentions("@wassay.")
            || match Capabilities::named(what) {
                Some("kinds" | "stages") => is_judged(),
                Some("threads") => self.outline.mentions("thread"),
                Some(_) => false,
                None => what
                    .strip_prefix(TURNING_OFF)
                    .and_then(|name| name.parse().ok())
                    .is_some_and(is_fixed),
            }
    }

    /// Checks that the worker may give this verdict, and advances to the next directive.
    fn take(&mut self, index: u32, verdict: Verdict, place: Activity) -> Result<&'a Step, String> {
        let Some(step) = self.outline.step(index) else {
            return Err(format!("it gave a verdict to directive {index}, which does not exist"));
        };
        match self.due {
            Some(due) if due == index => {}
            Some(due) => {
                return Err(format!("it gave a verdict to directive {index} when {due} was next"));
            }
            None => return Err(format!("it gave a second verdict to directive {index}")),
        }
        let is_skipped = self.job.compile_only || !self.outline.is_selected(step, self.job);
        if (verdict == Verdict::Skipped) != is_skipped {
            let asked = if is_skipped { "was not" } else { "was" };
            return Err(format!(
                "it called directive {index} {}, which {asked} asked for",
                verdict.words()
            ));
        }
        let has_begun = match place {
            Activity::Idle | Activity::Closing => true,
            Activity::Starting | Activity::Reading | Activity::Opening => false,
            Activity::Directive(at, _) => at >= index,
        };
        if !is_skipped && !has_begun {
            return Err(format!("it gave a verdict to directive {index} before it reached it"));
        }
        let is_text =
            step.kind.starts_with("assert_malformed") || step.kind.starts_with("assert_invalid");
        if (verdict == Verdict::HarnessOnly && !is_text)
            || (verdict == Verdict::Passed && step.is_broken())
        {
            return Err(format!(
                "it called directive {index}, `{}`, {}",
                step.kind,
                verdict.words()
            ));
        }
        self.due = self.tally.open_after(index);
        Ok(step)
    }
}
