//! `(thread ...)` and `(wait ...)`: takes these directives; runs real host threads and gives their
//! judgements. Each thread has its own session, which adopts the shared memories it receives. Sees
//! no process.
//!
//! A failure in a thread fails the directive that waits for it. A thread without a `wait` is waited
//! for at once.

use super::names::{Bound, Cause, Given, Missing};
use super::stage::{Setting, Stage};
use super::stop::Stop;
use crate::judge::Judgement;
use crate::script::{Directive, Nested};
use std::collections::HashMap;
use std::rc::Rc;
use std::thread::{Builder, ScopedJoinHandle};
use wassay_engine::{Extern, ExternType, Fault, SharedMemory};
use wassay_record::Expected;

/// The stack of a thread: wasm recursion happens on it.
const STACK: usize = 16 << 20;

/// The threads of a stage.
#[derive(Default)]
pub(super) struct Threads<'scope> {
    by_id: HashMap<String, Thread<'scope>>,
    /// A directive that may have started a thread with any `$id`.
    unknown: Option<Missing>,
}

enum Thread<'scope> {
    Running(ScopedJoinHandle<'scope, Judgement>),
    Missing(Missing),
}

impl Threads<'_> {
    /// Records that a thread was not started.
    pub(super) fn lose(&mut self, id: &str, missing: Missing) {
        self.by_id.insert(id.to_string(), Thread::Missing(missing));
    }

    /// Records that any thread may be one that was not started.
    pub(super) fn lose_all(&mut self, missing: Missing) {
        self.unknown = Some(missing);
    }
}

/// The memories that a thread receives from instances: the `$id` of each instance with its names
/// and memories.
type Shared = Vec<(String, Vec<(String, SharedMemory)>)>;

impl<'scope> Stage<'scope, '_> {
    /// `(thread $T (shared (module $M))* ...)`
    pub(super) fn thread(&mut self, thread: &str, shared: &[&str]) -> Judgement {
        if let Some(Thread::Running(_)) = self.threads.by_id.get(thread) {
            return Stop::Script(format!("thread `${thread}` is running"))
                .judge(Some(Expected::Thread));
        }
        match self.spawn(shared) {
            Ok(handle) => {
                self.threads.by_id.insert(thread.to_string(), Thread::Running(handle));
                if self.is_waited_for(thread) { Judgement::Passed } else { self.wait(thread) }
            }
            Err(stop) => {
                match stop.missing(self.line()) {
                    missing @ Missing { cause: Cause::Lost, .. } => {
                        self.lose_thread(thread, shared, &missing);
                    }
                    missing => self.threads.lose(thread, missing),
                }
                stop.judge(Some(Expected::Thread))
            }
        }
    }

    /// `(wait $T)`
    pub(super) fn wait(&mut self, thread: &str) -> Judgement {
        let expected = Some(Expected::PassingThread);
        match self.threads.by_id.remove(thread) {
            Some(Thread::Running(handle)) => match handle.join() {
                Ok(judgement) => judgement,
                // The engine may be in any state: this is not a verdict.
                Err(panic) => std::panic::resume_unwind(panic),
            },
            Some(Thread::Missing(missing)) => Stop::Missing(missing).judge(expected),
            None => match &self.threads.unknown {
                Some(missing) => Stop::Missing(missing.clone()).judge(expected),
                None => Stop::Script(format!("no thread `${thread}`")).judge(expected),
            },
        }
    }

    fn spawn(&mut self, shared: &[&str]) -> Result<ScopedJoinHandle<'scope, Judgement>, Stop> {
        let mut memories = Shared::new();
        for id in shared {
            memories.push((id.to_string(), self.share(id)?));
        }
        let (setting, step, offset) = (self.setting.clone(), self.step, self.offset);
        let spawned = Builder::new()
            .name("wast thread".to_string())
            .stack_size(STACK)
            .spawn_scoped(setting.scope, move || run(setting, step, offset, memories));
        spawned.map_err(|error| Stop::Fault(Fault::Internal(format!("no thread: {error}"))))
    }

    fn share(&mut self, id: &str) -> Result<Vec<(String, SharedMemory)>, Stop> {
        let bound = match self.names.instance(Some(id)) {
            Ok(Ok(bound)) => bound.clone(),
            Ok(Err(missing)) => return Err(Stop::Missing(missing.clone())),
            Err(what) => return Err(Stop::Script(what)),
        };
        let names: Vec<String> = match &bound {
            Bound::Instance(_, None) => Vec::new(),
            Bound::Instance(_, Some(module)) => {
                let exports = self.setting.engine.exports(*module)?.into_iter();
                let shared = exports.filter(
                    |export| matches!(&export.ty, ExternType::Memory(memory) if memory.shared),
                );
                shared.map(|export| export.name).collect()
            }
            Bound::Externs(externs) => externs.keys().cloned().collect(),
        };
        let mut memories = Vec::new();
        for name in names {
            if let Some(Extern::Memory(memory)) = self.export(&bound, &name)? {
                memories.push((name, self.session.share_memory(memory)?));
            }
        }
        Ok(memories)
    }

    /// Whether a `wait` for the thread follows in the script. Inside a thread this is unknown; the
    /// whole thread is waited for anyway.
    fn is_waited_for(&self, thread: &str) -> bool {
        let script = self.setting.script;
        let later = script.steps().get(self.step + 1..).unwrap_or_default();
        // A directive that cannot be read waits for nothing.
        let waits = |step| {
            script.read(step, |directive| {
                matches!(directive, Ok(Directive::Wait { thread: waited }) if waited == thread)
            })
        };
        self.nested || later.iter().filter(|step| step.kind == "wait").any(waits)
    }
}

/// Performs the directives of a thread; returns the first judgement that is not a pass.
fn run(setting: Setting<'_, '_>, step: usize, offset: usize, shared: Shared) -> Judgement {
    let script = setting.script;
    let stage = Stage::open(setting).map_err(Stop::from).and_then(|mut stage| {
        stage.nested = true;
        stage.step = step;
        for (id, memories) in shared {
            let mut externs = HashMap::new();
            for (name, memory) in memories {
                let item = Extern::Memory(stage.session.adopt_memory(memory)?);
                externs.insert(name, Given { item, from: Vec::new(), dropped: false });
            }
            stage.names.instantiate(Some(&id), Ok(Bound::Externs(Rc::new(externs))));
        }
        Ok(stage)
    });
    let mut stage = match stage {
        Ok(stage) => stage,
        Err(stop) => return stop.judge(Some(Expected::Thread)),
    };
    let place = |stage: &Stage<'_, '_>| format!("in the thread, line {}", stage.line());
    let Some(top) = script.steps().get(step) else { return Judgement::Passed };
    // The script is parsed again here, because parsed directives cannot leave their thread.
    let judgement = script.read(top, |directive| {
        let body = directive.ok().and_then(|directive| body_at(directive, 0, offset));
        let mut worst = Judgement::Passed;
        for Nested { offset, directive } in body.unwrap_or_default() {
            stage.offset = offset;
            let judgement = stage.direct(directive);
            worst = worst.or_worse(judgement.within(&place(&stage)));
        }
        let left: Vec<String> = stage.threads.by_id.keys().cloned().collect();
        for thread in left {
            let judgement = stage.wait(&thread);
            worst = worst.or_worse(judgement.within(&place(&stage)));
        }
        worst
    });
    stage.close();
    judgement
}

/// The body of the thread directive at offset `wanted`, within the directive at `offset`.
fn body_at<'a>(directive: Directive<'a>, offset: usize, wanted: usize) -> Option<Vec<Nested<'a>>> {
    let Directive::Thread { body, .. } = directive else { return None };
    if offset == wanted {
        return Some(body);
    }
    body.into_iter().find_map(|nested| body_at(nested.directive, nested.offset, wanted))
}
