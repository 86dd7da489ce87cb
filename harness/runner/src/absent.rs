//! Stands in for an engine that lacks something that its config requires: every directive that
//! needs the engine is *unsupported*. Never runs wasm.

use wassay_engine::{Engine, Fault, ImportType, Module, Rejected, Session};

/// Reports what is lacking, for every operation.
pub(crate) struct Absent(pub(crate) String);

impl Absent {
    fn lacks<T>(&self) -> Result<T, Fault> {
        Err(Fault::Unsupported(self.0.clone()))
    }
}

impl Engine for Absent {
    fn compile(&self, _: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        self.lacks()
    }

    fn imports(&self, _: Module) -> Result<Vec<ImportType>, Fault> {
        self.lacks()
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        self.lacks()
    }
}
