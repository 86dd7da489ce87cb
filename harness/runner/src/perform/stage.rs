//! The state in which a script is performed: one session, the names, and the directive at hand.
//! Takes directives; gives judgements. The main script has one stage, and each of its threads has
//! another. Sees no process.

use super::caches::Starts;
use super::features::Gap;
use super::functions::Texts;
use super::links::Links;
use super::listed::Import;
use super::lost::Holder;
use super::names::{Missing, Names};
use super::sessions::{Embedder, Key};
use super::spectest::Spectest;
use super::stop::Stop;
use super::thread::Threads;
use crate::judge::{Assertion, Judgement, Response, Tells, judge};
use crate::script::{Annotation, Directive, Position, Script, Step, Unreadable};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread::Scope;
use wassay_engine::{Engine, Extern, Fault, Instance, Module, Session};
use wassay_record::Expected;

/// State that the stages of one script share.
#[derive(Clone)]
pub(super) struct Setting<'scope, 'env> {
    pub(super) script: &'scope Script,
    pub(super) engine: Arc<dyn Engine + 'scope>,
    /// Whether the script has given the engine a cache of its own.
    pub(super) own_cache: bool,
    /// How the script starts other engines.
    pub(super) starts: Starts<'scope>,
    pub(super) scope: &'scope Scope<'scope, 'env>,
    pub(super) gap: Gap,
    pub(super) tells: Tells,
    /// Whether a refused handle says something about the engine; see `Capabilities::handles`.
    pub(super) handles: bool,
}

/// A session and the script's names in it.
pub(super) struct Stage<'scope, 'env> {
    pub(super) setting: Setting<'scope, 'env>,
    pub(super) session: Box<dyn Session>,
    pub(super) names: Names,
    pub(super) spectest: Spectest,
    /// Exports of instances, as the engine returned them.
    pub(super) exports: HashMap<Instance, HashMap<String, Option<Extern>>>,
    /// The imports of the modules that this session compiled.
    pub(super) imports: HashMap<Module, Vec<Import>>,
    /// Modules to drop when the script ends.
    pub(super) modules: Vec<Module>,
    /// Where the text of each module and instance is.
    pub(super) texts: Texts,
    pub(super) threads: Threads<'scope>,
    pub(super) key: Key,
    pub(super) embedder: Embedder<'scope, 'env>,
    /// For each instance, the first directive that should have acted on it and did not run.
    pub(super) unrun: HashMap<Instance, Missing>,
    /// The state that the directive uses; directives that ended a worker may have changed it.
    pub(super) holders: Vec<Holder>,
    pub(super) links: Links,
    /// A directive that did not run and may have had any effect: nothing that follows is performed.
    pub(super) all_lost: Option<Missing>,
    /// The number of host calls of the directive that were not recorded.
    pub(super) lost_calls: u64,
    /// The top-level directive that is being performed, and the offset of the directive in it.
    pub(super) step: usize,
    pub(super) offset: usize,
    /// Whether this is a thread's stage.
    pub(super) nested: bool,
}

impl<'scope, 'env> Stage<'scope, 'env> {
    /// Opens a session.
    pub(super) fn open(setting: Setting<'scope, 'env>) -> Result<Self, Fault> {
        Ok(Stage {
            session: setting.engine.session()?,
            spectest: Spectest::new(setting.gap),
            setting,
            names: Names::default(),
            exports: HashMap::new(),
            imports: HashMap::new(),
            modules: Vec::new(),
            texts: Texts::default(),
            threads: Threads::default(),
            key: Key::default(),
            embedder: Embedder::default(),
            unrun: HashMap::new(),
            lost_calls: 0,
            holders: Vec::new(),
            links: Links::default(),
            all_lost: None,
            step: 0,
            offset: 0,
            nested: false,
        })
    }

    /// Ends the session, and all others of the script, and drops their modules.
    pub(super) fn close(mut self) {
        self.close_others();
        drop(self.session);
        for module in self.modules.into_iter().chain(self.names.last_unnamed()) {
            // An engine that cannot drop a module keeps it; no verdict depends on that.
            let _ = self.setting.engine.drop_module(module);
        }
    }

    /// Performs a top-level directive.
    pub(super) fn perform(&mut self, step: &Step) -> Judgement {
        (self.step, self.offset, self.lost_calls) = (step.index as usize, 0, 0);
        if let Some(blocked) = self.after_all_lost() {
            return blocked;
        }
        self.setting.script.read(step, |directive| match directive {
            Ok(Directive::Foreign(foreign)) => {
                let stop = self.foreign(&foreign);
                self.leave_unread(step, stop.missing(step.line));
                stop.judge(Some(Expected::Component))
            }
            Ok(directive) => self.direct(directive),
            Err(unreadable) => {
                let stop = Stop::Unreadable(self.describe(&unreadable));
                self.leave_unread(step, stop.missing(step.line));
                self.leave_hidden(step, stop.missing(step.line));
                stop.judge(None)
            }
        })
    }

    /// Performs a directive, at the top level or in a thread.
    pub(super) fn direct(&mut self, directive: Directive<'_>) -> Judgement {
        self.holders.clear();
        let enters = matches!(
            directive,
            Directive::Annotation(Annotation::Session { .. } | Annotation::Engine { .. })
        );
        if let Some(away) = self.away().filter(|_| !enters) {
            if let Directive::Annotation(annotation) = &directive {
                self.leave_kept(annotation, &away);
            }
            return away.judge(None);
        }
        match directive {
            Directive::Module(module) => self.module(module),
            Directive::Instance { instance, module } => self.instance(instance, module),
            Directive::Register { name, instance } => self.register(name, instance),
            Directive::Invoke(action) => self.act(&Assertion::Returned, action),
            Directive::AssertReturn { action, expected } => self.act_for_results(action, &expected),
            Directive::AssertTrap { action, message } => {
                self.act(&Assertion::Trap(message), action)
            }
            Directive::AssertExhaustion { action, message } => {
                self.act(&Assertion::Exhaustion(message), action)
            }
            Directive::AssertException { action } => self.act(&Assertion::Exception, action),
            Directive::AssertSuspension { action } => self.suspend(&action),
            Directive::Foreign(foreign) => self.foreign(&foreign).judge(Some(Expected::Component)),
            Directive::AssertMalformed { module, message } => {
                self.reject(&Assertion::Malformed(message), module)
            }
            Directive::AssertInvalid { module, message } => {
                self.reject(&Assertion::Invalid(message), module)
            }
            Directive::AssertMalformedCustom { module, message }
            | Directive::AssertInvalidCustom { module, message } => {
                self.refuse(&Assertion::BadCustom(message), module)
            }
            Directive::AssertUnlinkable { action, message } => {
                self.act(&Assertion::Unlinkable(message), action)
            }
            Directive::Thread { thread, shared, .. } => self.thread(thread, &shared),
            Directive::Wait { thread } => self.wait(thread),
            Directive::Annotation(annotation) => self.embed(annotation),
        }
    }

    /// Judges an observation, or the reason why there is none.
    pub(super) fn judge(
        &mut self,
        expected: &Assertion<'_>,
        tried: Result<&Response, &Stop>,
    ) -> Judgement {
        let mut judgement = match tried {
            Ok(observed) => judge(expected, observed, self.setting.tells),
            Err(stop) => {
                self.leave(stop);
                return stop.judge(Some(expected.record()));
            }
        };
        if let Judgement::Failed { message, .. } = &mut judgement
            && let Some(missing) = self.first_unrun()
        {
            *message += &missing.unrun();
        }
        judgement
    }

    /// The line of the directive that is being performed.
    pub(super) fn line(&self) -> u32 {
        self.position(self.offset).line
    }

    /// The text of the top-level directive that is being performed.
    pub(super) fn source(&self) -> &[u8] {
        let script = self.setting.script;
        script.steps().get(self.step).map_or(&[], |step| script.source(step))
    }

    /// The problem of an unreadable part, with its position.
    pub(super) fn describe(&self, unreadable: &Unreadable) -> String {
        let Unreadable { message, offset } = unreadable;
        match offset {
            Some(offset) => {
                let Position { line, column } = self.position(*offset);
                format!("{message}, at {line}:{column}")
            }
            None => message.clone(),
        }
    }

    fn position(&self, offset: usize) -> Position {
        let script = self.setting.script;
        match script.steps().get(self.step) {
            Some(step) => script.locate(step, offset),
            None => Position { line: 1, column: 1 },
        }
    }
}
