//! Drives an engine through a script.
//!
//! A script and an engine enter; one finding per directive leaves, to an observer, in the order of
//! the file. Knows no concrete engine, no file and no process.

mod act;
mod compile;
mod custom;
mod features;
mod links;
mod lost;
mod module;
mod names;
mod plan;
mod spectest;
mod stage;
mod stop;
mod thread;
mod unread;

pub use crate::judge::Messages;
pub(crate) use compile::compile;

use crate::judge::{Judgement, Lacks, Tells};
use crate::script::{Script, Step};
use features::Gap;
use plan::{Part, Plan};
use stage::{Setting, Stage};
use stop::Stop;
use wassay_engine::{Capabilities, Engine, Features};
use wassay_record::{Finding, Verdict};

/// How a script is performed.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How much of the engine's words must agree.
    pub messages: Messages,
    /// What the engine was started with.
    pub features: Features,
    /// What the engine says it can do. What it says it cannot report is not judged.
    pub capabilities: Capabilities,
    /// What the script needs. A module that needs more of this than the engine was started with is
    /// *unsupported*, and so is what depends on it.
    pub needs: Features,
    /// The ranges of lines to judge, if not all: directives outside are *skipped*, but those before the last
    /// one inside are performed nevertheless, so that its verdict is that of a full run.
    pub lines: Option<Vec<(u32, u32)>>,
    /// Where to go on after a crash or a timeout.
    pub resume: Resume,
}

/// Where a fresh worker goes on with a script that ended another.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The first directive that has no verdict: those before it are repeated in silence.
    pub from: u32,
    /// What ended a worker: not performed again, and given no verdict, since it has one. What may
    /// depend on it is *blocked*.
    pub poisoned: Vec<u32>,
}

/// Is told what happens, as it happens.
pub trait Observer {
    /// A directive that is to get a verdict is about to be performed.
    fn begin(&mut self, index: u32);
    /// A directive got its verdict; its `hash` is left to who needs it ([`Script::hash`]).
    fn verdict(&mut self, finding: Finding);
    /// A directive is about to be repeated in silence, or to be left out since it ended a worker.
    fn replay(&mut self, index: u32) {
        let _ = index;
    }
}

/// Performs a script, and gives every directive one verdict but those that `options` says have one.
pub fn perform(
    script: &Script,
    engine: &dyn Engine,
    options: &Options,
    observer: &mut dyn Observer,
) {
    let gap = Gap::new(options.features, options.needs);
    let plan = Plan::new(script, options);
    // What threads race for is open in every run anew: to tell it would be noise.
    let has_threads = || script.steps().iter().any(|step| step.kind == "thread");
    std::thread::scope(|scope| {
        let tells = Tells::of(options.messages, &options.capabilities);
        let setting = Setting { script, engine, scope, gap, tells };
        let mut stage = Stage::open(setting).map_err(Stop::Fault);
        for step in script.steps() {
            let judgement = |stage: &mut Result<Stage<'_, '_>, Stop>| match stage {
                Ok(stage) => stage.perform(step),
                Err(stop) => stop.judge("a session"),
            };
            match plan.part(step) {
                Part::Judged => {
                    observer.begin(step.index);
                    let judgement = match judgement(&mut stage) {
                        Judgement::Open { .. } if has_threads() => Judgement::Passed,
                        judgement => hold_to_claims(judgement, options.features),
                    };
                    let mut finding = finding(step, judgement);
                    if let Ok(stage) = &stage {
                        tell_lost(stage.lost_calls, &mut finding.message);
                    }
                    observer.verdict(finding);
                }
                Part::Performed => {
                    observer.begin(step.index);
                    judgement(&mut stage);
                    observer.verdict(skipped(step));
                }
                Part::Skipped => observer.verdict(skipped(step)),
                Part::Replayed => {
                    observer.replay(step.index);
                    judgement(&mut stage);
                }
                Part::Poisoned => {
                    // To read it may end this worker, too.
                    observer.replay(step.index);
                    if let Ok(stage) = &mut stage {
                        stage.poison(step);
                    }
                }
                Part::Nothing => {}
            }
        }
        if let Ok(stage) = stage {
            stage.close();
        }
    });
}

/// An engine that lacks what it claims to have has failed.
fn hold_to_claims(judgement: Judgement, claimed: Features) -> Judgement {
    match judgement {
        Judgement::Unsupported { message, lacks: Lacks::Feature(feature) }
            if claimed.has(feature) =>
        {
            Judgement::Failed {
                expected: format!("the engine has `{feature}`, as it claims"),
                actual: message,
                message: "the engine lacks what it claims to have".to_string(),
            }
        }
        judgement => judgement,
    }
}

fn finding(step: &Step, judgement: Judgement) -> Finding {
    let bare = skipped(step);
    match judgement {
        Judgement::Passed => Finding { verdict: Verdict::Passed, ..bare },
        Judgement::Open { expected, actual } => {
            Finding { verdict: Verdict::Passed, expected, actual, ..bare }
        }
        Judgement::HarnessOnly => Finding { verdict: Verdict::HarnessOnly, ..bare },
        Judgement::Failed { expected, actual, message } => {
            Finding { verdict: Verdict::Failed, expected, actual, message, ..bare }
        }
        Judgement::Unsupported { message, lacks } => {
            let (feature, capability) = match lacks {
                Lacks::Feature(feature) => (Some(feature.name().to_string()), None),
                Lacks::Capability(name) => (None, Some(name)),
            };
            Finding { verdict: Verdict::Unsupported, message, feature, capability, ..bare }
        }
        Judgement::Unreadable { message } => {
            Finding { verdict: Verdict::Unreadable, message, ..bare }
        }
        Judgement::Blocked { message, cause } => {
            Finding { verdict: Verdict::Blocked, message, cause: Some(cause), ..bare }
        }
    }
}

/// Says beside what else is said how many host calls are missing in the record.
fn tell_lost(calls: u64, message: &mut String) {
    if calls > 0 {
        let separator = if message.is_empty() { "" } else { "; " };
        *message += &format!("{separator}{calls} calls of host functions were not recorded");
    }
}

fn skipped(step: &Step) -> Finding {
    Finding::bare(step.index, step.line, step.column, &*step.kind, Verdict::Skipped)
}
