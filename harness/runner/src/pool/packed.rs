//! What the runs of one script share: its directives, read once by the parent.

use crate::script::Script;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, OnceLock};

/// A script's directives as its workers get them, made when the first worker needs them. Clones
/// share it.
#[derive(Clone, Debug, Default)]
pub struct Packed(Arc<OnceLock<Vec<u8>>>);

impl Packed {
    /// The directives of this script; nothing if the worker shall read the text itself. The
    /// script is asked for only where they are not there yet.
    pub(crate) fn of<'a>(&self, script: impl FnOnce() -> &'a Script) -> &[u8] {
        // What the parent cannot read, a worker shall be blamed for.
        let pack = || panic::catch_unwind(AssertUnwindSafe(|| script().pack())).ok().flatten();
        self.0.get_or_init(|| pack().unwrap_or_default())
    }
}
