//! The host functions of a session. An engine reports each call of one and receives the action to
//! perform. A host function that ends the call puts a mark into the message of the engine's error.
//! The session finds the mark and reports how the call really ended, whatever type of error the
//! engine has.

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

/// The action for this call of a host function.
#[allow(missing_docs)]
pub enum Deed<P: Plain> {
    /// Return these values.
    Return(Vec<P::Value>),
    /// Trap with an error whose message contains this text.
    Trap(String),
    /// Throw an exception.
    Throw(P::Tag, Vec<P::Value>),
    /// Call this function with the same arguments, and end as that call ends; then drop the
    /// [`Depth`]. An engine whose error for a host function loses how the inner call ended passes
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

/// The action of a host function, in the engine's terms.
pub(super) enum Action<P: Plain> {
    Return(Vec<P::Value>),
    Trap(String),
    Throw(P::Tag, Vec<P::Value>),
    Call(P::Func),
}

/// How a host function ended the call in which it ran.
pub(super) struct Ended<P: Plain> {
    /// The mark in the message of the engine's error.
    pub mark: String,
    pub stop: Stop<P>,
}

/// What a session and its host functions share.
pub(super) struct Shared<P: Plain>(Arc<State<P>>);

struct State<P: Plain> {
    names: Mutex<Names<P>>,
    /// The number of host functions that are calling back now.
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
            // wasm may catch the exception, so only the engine knows whether it ends the call.
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

    /// Records how the host function ends the call, and returns the text that the engine's error
    /// must contain for the session to report that end. A fault is reported in any case.
    pub fn ends(&self, stop: Stop<P>) -> String {
        let mut names = self.shared.lock();
        let words = stop.words();
        if names.ended.as_ref().is_some_and(|ended| words.contains(&ended.mark)) {
            // An inner host function has marked this end already.
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

/// Lives while a host function calls back.
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
