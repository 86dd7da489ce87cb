//! The state that the runs of one script share: its directives, parsed once by the parent. Takes a
//! script; gives packed directives. Sees no worker.

use crate::script::Script;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, OnceLock};

/// A script's directives as its workers receive them, packed when the first worker needs them.
/// Clones share the result.
#[derive(Clone, Debug, Default)]
pub struct Packed(Arc<OnceLock<Vec<u8>>>);

impl Packed {
    /// The packed directives of this script; empty if the worker should read the text itself.
    /// `script` is called only if they are not packed yet.
    pub(crate) fn of<'a>(&self, script: impl FnOnce() -> &'a Script) -> &[u8] {
        // If the parent cannot pack them, the worker is blamed for what it cannot read.
        let pack = || panic::catch_unwind(AssertUnwindSafe(|| script().pack())).ok().flatten();
        self.0.get_or_init(|| pack().unwrap_or_default())
    }
}
