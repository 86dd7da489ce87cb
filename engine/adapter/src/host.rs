//! The host functions of a session. An engine reports each call of one and gets the action to
//! perform. A host function that ends the call marks the words of the engine's error, and the
//! session finds the mark and reports the true end, whatever type of error the engine has.

use crate::Plain;
use crate::conversion::lift_all;
use crate::names::Names;
use crate::value::{Stop, Val};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{Func, FuncType, TrapKind};

/// How deep host functions may call back. Each level takes native stack, and an overflow of that
/// ends the process.
const MAX_CALLBACKS: u32 = 100;

/// What a host function does now.
#[allow(missing_docs)]
pub enum Deed<P: Plain> {
    /// Return these values.
    Return(Vec<P::Value>),
    /// Trap with an error that contains these words.
    Trap(String),
    /// Throw an exception.
    Throw(P::Tag, Vec<P::Value>),
    /// Call this function with the same arguments, and end as that call ends. Drop the [`Depth`]
    /// after it. An engine whose error for a host function loses how the inner call ended passes
    /// that end to [`Host::ends`].
    Call(P::Func, Depth<P>),
}

/// A host function, for [`Plain::host_func`].
pub struct Host<P: Plain> {
    shared: Shared<P>,
    func: Func,
    ty: FuncType,
    action: Action<P>,
}

/// What a host function does, in the engine's terms.
pub(super) enum Action<P: Plain> {
    Return(Vec<P::Value>),
    Trap(String),
    Throw(P::Tag, Vec<P::Value>),
    Call(P::Func),
}

/// How a host function ended the call that it was part of.
pub(super) struct Ended<P: Plain> {
    /// What the words of the engine's error contain.
    pub mark: String,
    pub stop: Stop<P>,
}

/// What a session and its host functions share.
pub(super) struct Shared<P: Plain>(Arc<State<P>>);

struct State<P: Plain> {
    names: Mutex<Names<P>>,
    /// How many host functions are calling back now.
    depth: AtomicU32,
}

impl<P: Plain> Clone for Shared<P> {
    fn clone(&self) -> Shared<P> {
        Shared(Arc::clone(&self.0))
    }
}

impl<P: Plain> Shared<P> {
    pub fn new() -> Shared<P> {
        let names = Mutex::new(Names::new());
        Shared(Arc::new(State { names, depth: AtomicU32::new(0) }))
    }

    /// Nothing of the engine runs while this is locked, except `Clone` of its handles,
    /// [`Plain::external`] and [`Plain::number`].
    pub fn lock(&self) -> MutexGuard<'_, Names<P>> {
        self.0.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Plain> Host<P> {
    pub(super) const fn new(
        shared: Shared<P>,
        func: Func,
        ty: FuncType,
        action: Action<P>,
    ) -> Host<P> {
        Host { shared, func, ty, action }
    }

    /// Records a call with these arguments, and returns what to do.
    pub fn called(&self, args: &[P::Value]) -> Deed<P> {
        let args = match lift_all(args, &self.ty.params) {
            Ok(args) => args,
            Err(fault) => return Deed::Trap(self.ends(Stop::Fault(fault))),
        };
        self.record(args);
        match &self.action {
            Action::Return(values) => Deed::Return(values.clone()),
            Action::Trap(message) => {
                Deed::Trap(self.ends(Stop::trapped(TrapKind::Host, message.clone())))
            }
            // wasm may catch it, so only the engine knows whether it ends the call.
            Action::Throw(tag, values) => Deed::Throw(tag.clone(), values.clone()),
            Action::Call(func) => {
                let depth = Depth::enter(&self.shared);
                if depth.level > MAX_CALLBACKS {
                    let message = "host functions call back too deeply".to_string();
                    return Deed::Trap(self.ends(Stop::Exhausted(message)));
                }
                Deed::Call(func.clone(), depth)
            }
        }
    }

    /// Records a call, if there is room. The store is in use, so its values get handles later.
    fn record(&self, args: Vec<Val<P>>) {
        let mut names = self.shared.lock();
        if names.log.admits(args.len()) {
            names.calls.push((self.func, args));
        }
    }

    /// Notes how the host function ends the call, and returns the words that the engine's error
    /// must contain for the session to report that end. A fault is reported in any case.
    pub fn ends(&self, stop: Stop<P>) -> String {
        let mut names = self.shared.lock();
        let words = stop.words();
        if names.ended.as_ref().is_some_and(|ended| words.contains(&ended.mark)) {
            // The end of an inner call that a host function ended.
            return words.to_string();
        }
        names.marks += 1;
        let mark = format!("[end {} of a host function]", names.marks);
        let words = format!("{words} {mark}");
        let earlier = names.ended.replace(Ended { mark, stop });
        drop(names);
        drop(earlier);
        words
    }
}

/// A host function calls back as long as this lives.
pub struct Depth<P: Plain> {
    shared: Shared<P>,
    level: u32,
}

impl<P: Plain> Depth<P> {
    fn enter(shared: &Shared<P>) -> Depth<P> {
        let level = shared.0.depth.fetch_add(1, Ordering::Relaxed) + 1;
        Depth { shared: shared.clone(), level }
    }
}

impl<P: Plain> Drop for Depth<P> {
    fn drop(&mut self) {
        self.shared.0.depth.fetch_sub(1, Ordering::Relaxed);
    }
}
