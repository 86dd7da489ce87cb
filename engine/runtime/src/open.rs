//! Opens a store: the only file that connects its data with the routines that its generated code
//! calls.

use crate::builtins::BUILTINS;
use crate::runtime::Runtime;
use crate::store::Store;
use std::sync::Arc;

impl Store {
    /// Creates an empty store.
    pub fn new(runtime: &Arc<Runtime>) -> Store {
        Store::with_builtins(runtime, BUILTINS.as_ptr().cast())
    }
}
