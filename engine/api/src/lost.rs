//! The loss of an engine that runs in another process: what its adapter unwinds with.

use std::any::Any;
use std::panic::resume_unwind;

/// The process in which an engine runs has ended or broken its protocol. An adapter unwinds with it:
/// nothing of the engine is left, as after a crash in this process. The harness blames the directive
/// and continues in a fresh worker. The text says everything: the process, what it did and its last
/// words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost(pub String);

impl Lost {
    /// Unwinds, without the message of a panic.
    pub fn raise(self) -> ! {
        resume_unwind(Box::new(self))
    }

    /// The loss that a thread has unwound with, if it was one.
    pub fn of(panic: &(dyn Any + Send)) -> Option<&Lost> {
        panic.downcast_ref()
    }
}
