//! Takes the calls that an engine makes to a host function; records them and tells what to do.
//! How a host function ended goes around the engine: its errors need not carry it.

use crate::Plain;
use crate::names::Names;
use crate::value::{Stop, Val};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wassay_engine::{Fault, Func, HostCall, Trap, TrapKind};

/// How deep host functions may call back: each level takes native stack, which overflows without
/// mercy.
const MAX_CALLBACKS: u32 = 100;

/// What a host function is to do now.
#[allow(missing_docs)]
pub enum Deed<P: Plain> {
    /// Return these values.
    Return(Vec<Val<P>>),
    /// Trap, with whatever error the engine knows; these are the words.
    Trap(String),
    /// Throw an exception.
    Throw(P::Tag, Vec<Val<P>>),
    /// Call this function with the same arguments, and end as that call ends. Drop the [`Depth`]
    /// after it.
    Call(P::Func, Depth<P>),
}

/// A host function, as the session knows it: its part of [`Plain::host_func`].
pub struct Host<P: Plain> {
    names: Shared<P>,
    func: Func,
    action: Action<P>,
}

/// What a host function does, in the engine's terms.
pub(super) enum Action<P: Plain> {
    Return(Vec<Val<P>>),
    Trap(String),
    Throw(P::Tag, Vec<Val<P>>),
    Call(P::Func),
}

/// How a host function stopped the call that it was part of.
pub(super) enum Ended {
    Trap(String),
    Exhausted(String),
    Fault(Fault),
}

/// The names of a session, which its host functions use, too.
pub(super) struct Shared<P: Plain>(Arc<Mutex<Names<P>>>);

impl<P: Plain> Clone for Shared<P> {
    fn clone(&self) -> Shared<P> {
        Shared(Arc::clone(&self.0))
    }
}

impl<P: Plain> Shared<P> {
    pub fn new() -> Shared<P> {
        Shared(Arc::new(Mutex::new(Names::new())))
    }

    /// One thread at a time uses a session, so this never waits.
    pub fn lock(&self) -> MutexGuard<'_, Names<P>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Plain> Host<P> {
    pub(super) fn new(names: Shared<P>, func: Func, action: Action<P>) -> Host<P> {
        Host { names, func, action }
    }

    /// The engine calls the function with these arguments: records that, and says what to do.
    pub fn called(&self, args: Vec<Val<P>>) -> Deed<P> {
        let mut names = self.names.lock();
        if names.log.admits(args.len()) {
            match names.lift_all(args) {
                Ok(args) => names.log.push(HostCall { func: self.func, args }),
                Err(fault) => return ends(&mut names, Ended::Fault(fault)),
            }
        }
        match &self.action {
            Action::Return(values) => Deed::Return(values.clone()),
            Action::Trap(message) => ends(&mut names, Ended::Trap(message.clone())),
            // wasm may catch it, so the engine alone knows whether it ends the call.
            Action::Throw(tag, values) => Deed::Throw(tag.clone(), values.clone()),
            Action::Call(_) if names.depth >= MAX_CALLBACKS => {
                let message = "host functions call back too deeply".to_string();
                ends(&mut names, Ended::Exhausted(message))
            }
            Action::Call(func) => {
                names.depth += 1;
                Deed::Call(func.clone(), Depth(self.names.clone()))
            }
        }
    }

    /// The adapter cannot do what it is told: stops the call with this fault. Gives the words for
    /// the engine's own error.
    pub fn fails(&self, fault: Fault) -> String {
        let words = fault.to_string();
        self.names.lock().ended = Some(Ended::Fault(fault));
        words
    }
}

fn ends<P: Plain>(names: &mut Names<P>, ended: Ended) -> Deed<P> {
    let words = match &ended {
        Ended::Trap(message) | Ended::Exhausted(message) => message.clone(),
        Ended::Fault(fault) => fault.to_string(),
    };
    names.ended = Some(ended);
    Deed::Trap(words)
}

/// A host function is calling back as long as this lives.
pub struct Depth<P: Plain>(Shared<P>);

impl<P: Plain> Drop for Depth<P> {
    fn drop(&mut self) {
        self.0.lock().depth -= 1;
    }
}

impl<P: Plain> From<Ended> for Stop<P> {
    fn from(ended: Ended) -> Stop<P> {
        match ended {
            Ended::Trap(message) => {
                Stop::Trapped(Trap { kind: TrapKind::Host, message, frames: Vec::new() })
            }
            Ended::Exhausted(message) => Stop::Exhausted(message),
            Ended::Fault(fault) => Stop::Fault(fault),
        }
    }
}
