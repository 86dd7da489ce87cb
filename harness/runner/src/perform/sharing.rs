//! What the two sessions of a script share: takes modules from either; compiles each once and drops
//! it when neither session has it any more. Sees no script.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{Engine, Fault, Module, Rejected};

/// One of the two sessions; in other ways there is only the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    First,
    Second,
}

/// The modules and other engines of both.
#[derive(Default)]
pub(super) struct Sharing(Mutex<State>);

#[derive(Default)]
struct State {
    /// What one side has compiled and the other will ask for, by the module's bytes.
    waiting: HashMap<Vec<u8>, VecDeque<(Side, Compiled)>>,
    /// The number of sides that have not dropped a module.
    held: HashMap<Module, u32>,
    /// How many sides have gone.
    gone: u32,
    /// The other engines of the script that one side has started and the other has not.
    others: VecDeque<(Side, Result<Other, Fault>)>,
}

type Compiled = Result<Module, Rejected>;
type Other = (Arc<dyn Engine>, Arc<Sharing>);

impl Sharing {
    /// The module of these bytes, which the other side may have compiled.
    pub(super) fn compile(
        &self,
        engine: &dyn Engine,
        side: Side,
        wasm: &[u8],
    ) -> Result<Compiled, Fault> {
        let mut state = self.state();
        if let Some(waiting) = state.waiting.get_mut(wasm)
            && waiting.front().is_some_and(|(by, _)| *by != side)
            && let Some((_, compiled)) = waiting.pop_front()
        {
            if waiting.is_empty() {
                state.waiting.remove(wasm);
            }
            return Ok(compiled);
        }
        let compiled = engine.compile(wasm)?;
        if let Ok(module) = &compiled {
            state.held.insert(*module, 2);
        }
        let waiting = state.waiting.entry(wasm.to_vec()).or_default();
        waiting.push_back((side, compiled.clone()));
        Ok(compiled)
    }

    /// Drops the module if the other side has dropped it, too.
    pub(super) fn drop_module(&self, engine: &dyn Engine, module: Module) -> Result<(), Fault> {
        let mut state = self.state();
        match state.held.get_mut(&module) {
            Some(sides @ 2..) => {
                *sides -= 1;
                Ok(())
            }
            _ => {
                state.held.remove(&module);
                engine.drop_module(module)
            }
        }
    }

    /// Another engine, the same for both sides, which start engines in the same order.
    pub(super) fn start(
        &self,
        side: Side,
        start: impl FnOnce() -> Result<Arc<dyn Engine>, Fault>,
    ) -> Result<Other, Fault> {
        let mut state = self.state();
        if state.others.front().is_some_and(|(by, _)| *by != side)
            && let Some((_, other)) = state.others.pop_front()
        {
            return other;
        }
        let other = start().map(|engine| (engine, Arc::default()));
        state.others.push_back((side, other.clone()));
        other
    }

    /// Records that a side has gone. With the second one, drops the modules that a side still has
    /// because the script went another way there.
    pub(super) fn leave(&self, engine: &dyn Engine) {
        let mut state = self.state();
        state.gone += 1;
        if state.gone < 2 {
            return;
        }
        for (module, _) in state.held.drain() {
            // An engine that cannot drop a module keeps it; no verdict depends on that.
            let _ = engine.drop_module(module);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
