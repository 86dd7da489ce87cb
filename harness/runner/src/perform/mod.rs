//! Drives an engine through a script.
//!
//! A script and an engine enter; an observer receives one finding per directive, in the order of
//! the file. Sees no concrete engine, no file and no process.

mod act;
mod attempt;
mod backtrace;
mod caches;
mod caching;
mod compile;
mod custom;
mod drops;
mod embed;
mod features;
mod functions;
mod host;
mod links;
mod listed;
mod lost;
mod module;
mod names;
mod plan;
mod sessions;
mod sharing;
mod spectest;
mod stage;
mod stages;
mod stop;
mod thread;
mod unread;
mod ways;
mod whose;

pub use caches::Starter;
pub(crate) use compile::compile;

use crate::judge::{Judgement, Lacks, Tells};
use crate::script::{Script, Step};
use caches::{Directories, Starts};
use features::Gap;
use plan::{Part, Plan};
pub(crate) use sharing::Side;
use stage::Setting;
use stages::Stages;
use wassay_engine::{Capabilities, Engine, Features};
use wassay_record::{Expected, Finding, Messages, Observed, Verdict, Way};

/// How a script is performed.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How closely the engine's messages must agree.
    pub messages: Messages,
    /// The features that the engine was started with.
    pub features: Features,
    /// The features that the engine claims to have.
    pub claims: Features,
    /// The capabilities that the engine reports. Nothing is judged by what it cannot report.
    pub capabilities: Capabilities,
    /// The features that the script needs. A module that needs one of them that the engine lacks is
    /// *unsupported*, and so are the directives that depend on it.
    pub needs: Features,
    /// What happens to modules before they are used, and in how many sessions the script runs.
    pub way: Way,
    /// Whether the backtrace of a trap that the script expects is reported.
    pub backtraces: bool,
    /// The ranges of lines to judge, or all. Directives outside are *skipped*, but those before the
    /// last selected one are still performed, so that its verdict matches a full run.
    pub lines: Option<Vec<(u32, u32)>>,
    /// Starts the engines that the script gives settings of their own. Without it, these are
    /// unsupported.
    pub starter: Option<Starter>,
    /// Where to resume after a crash or a timeout.
    pub resume: Resume,
}

/// Where a fresh worker resumes a script that ended another worker.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The first directive without a verdict: earlier ones are repeated silently.
    pub from: u32,
    /// The directives that ended a worker. They have a verdict and are not performed again.
    /// Directives that may depend on them are *blocked*.
    pub poisoned: Vec<u32>,
}

/// Receives events as they happen.
pub trait Observer {
    /// A directive that will get a verdict is about to be performed.
    fn begin(&mut self, index: u32);
    /// The directive that began is about to be performed in the second session.
    fn again(&mut self, index: u32) {
        let _ = index;
    }
    /// A directive got its verdict. The finding's `hash` is not computed here: see
    /// [`Script::hash`].
    fn verdict(&mut self, finding: Finding);
    /// A directive is about to be repeated silently, or skipped because it ended a worker.
    fn replay(&mut self, index: u32) {
        let _ = index;
    }
    /// Every directive has its verdict; the sessions are about to be closed.
    fn close(&mut self) {}
}

/// Collects the findings, in the order of the file.
impl Observer for Vec<Finding> {
    fn begin(&mut self, _: u32) {}

    fn verdict(&mut self, finding: Finding) {
        self.push(finding);
    }
}

/// Performs a script, and gives one verdict to every directive except those that already have one.
pub fn perform(
    script: &Script,
    engine: &dyn Engine,
    options: &Options,
    observer: &mut dyn Observer,
) {
    let gap = Gap::new(options.features, options.needs);
    let plan = Plan::new(script, options);
    // The results of racing threads differ from run to run: reporting them would be noise.
    let has_threads = || script.steps().iter().any(|step| step.kind == "thread");
    let engines = ways::engines(options.way, engine, options.capabilities);
    let directories = Directories::default();
    std::thread::scope(|scope| {
        let tells = Tells::of(options.messages, &options.capabilities);
        let tells = Tells { backtraces: options.backtraces, ..tells };
        let starter = options.starter.as_ref();
        let settings = engines.into_iter().map(|(engine, how)| Setting {
            script,
            engine,
            own_cache: false,
            starts: Starts { how, starter, directories: &directories },
            scope,
            gap,
            tells,
            handles: options.capabilities.handles,
        });
        let mut stages = Stages::open(settings);
        for step in script.steps() {
            match plan.part(step) {
                Part::Judged => {
                    observer.begin(step.index);
                    let judgement = match stages.perform(step, || observer.again(step.index)) {
                        Judgement::Open { .. } if has_threads() => Judgement::Passed,
                        judgement => hold_to_claims(judgement, options),
                    };
                    let mut finding = finding(step, judgement, options.lines.is_some());
                    tell_lost(stages.lost_calls(), &mut finding.message);
                    observer.verdict(finding);
                }
                Part::Performed => {
                    observer.begin(step.index);
                    stages.perform(step, || observer.again(step.index));
                    observer.verdict(skipped(step));
                }
                Part::Skipped => observer.verdict(skipped(step)),
                Part::Replayed => {
                    observer.replay(step.index);
                    stages.perform(step, || observer.again(step.index));
                }
                Part::Poisoned => {
                    // Reading it may end this worker, too.
                    observer.replay(step.index);
                    stages.poison(step);
                }
                Part::Nothing => {}
            }
        }
        observer.close();
        stages.close();
    });
}

/// Fails an engine that lacks a feature or a capability that it claims.
fn hold_to_claims(judgement: Judgement, options: &Options) -> Judgement {
    let Judgement::Unsupported { message, lacks } = judgement else { return judgement };
    let claimed = match &lacks {
        Lacks::Feature(feature) if options.claims.has(*feature) => feature.name(),
        Lacks::Capability(what) if options.capabilities.has(what) => what,
        _ => return Judgement::Unsupported { message, lacks },
    };
    Judgement::Failed {
        expected: Some(Expected::Feature(claimed.to_string())),
        actual: Observed::Lacked { message },
        message: "the engine lacks what it claims to have".to_string(),
    }
}

/// `explain` adds to a blocked directive what its cause did: the cause may have no finding.
fn finding(step: &Step, judgement: Judgement, explain: bool) -> Finding {
    let bare = skipped(step);
    match judgement {
        Judgement::Passed => Finding { verdict: Verdict::Passed, ..bare },
        Judgement::Open { expected, actual } => {
            let (expected, actual) = (Some(expected), Some(actual));
            Finding { verdict: Verdict::Passed, expected, actual, ..bare }
        }
        Judgement::HarnessOnly => Finding { verdict: Verdict::HarnessOnly, ..bare },
        Judgement::Failed { expected, actual, message } => {
            let actual = Some(actual);
            Finding { verdict: Verdict::Failed, expected, actual, message, ..bare }
        }
        Judgement::Unsupported { message, lacks } => {
            let (feature, capability) = match lacks {
                Lacks::Feature(feature) => (Some(feature.name().to_string()), None),
                Lacks::Capability(name) => (None, Some(name)),
                Lacks::Limit(what) => (None, Some(what.to_string())),
            };
            Finding { verdict: Verdict::Unsupported, message, feature, capability, ..bare }
        }
        Judgement::Unreadable { message } => {
            Finding { verdict: Verdict::Unreadable, message, ..bare }
        }
        Judgement::Blocked { message, why, cause } => {
            let message = match explain && !why.is_empty() {
                true => format!("{message}: {why}"),
                false => message,
            };
            Finding { verdict: Verdict::Blocked, message, cause: Some(cause), ..bare }
        }
    }
}

/// Appends to the message the number of host calls that are missing from the record.
fn tell_lost(calls: u64, message: &mut String) {
    if calls > 0 {
        let separator = if message.is_empty() { "" } else { "; " };
        *message += &format!("{separator}{calls} calls of host functions were not recorded");
    }
}

fn skipped(step: &Step) -> Finding {
    Finding::bare(step.index, step.line, step.column, &*step.kind, Verdict::Skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_engine::Feature;

    #[test]
    fn an_engine_fails_where_it_lacks_what_it_claims() {
        let options = Options {
            claims: Features::of(&[Feature::Simd]),
            capabilities: Capabilities { kinds: true, threads: true, ..Capabilities::default() },
            ..Options::default()
        };
        for (what, fails) in [
            ("simd", true),
            ("gc", false),
            ("kinds", true),
            ("shared memories", true),
            ("stages", false),
            ("forced collection", false),
            // The list of known failures decides about these.
            ("calling", false),
        ] {
            let message = "m".to_string();
            let lacking = Judgement::Unsupported { message, lacks: Lacks::of(what) };
            let held = hold_to_claims(lacking, &options);
            assert_eq!(matches!(held, Judgement::Failed { .. }), fails, "{what}: {held:?}");
        }
    }
}
