//! Instantiates modules. wasmtime takes imports by position, and its error names the import that does
//! not match.

use crate::outcome::{HostTrap, ended};
use crate::session::Opened;
use wasmtime::{AsContextMut, RootScope, ThrownException};
use wassay_engine::{
    Extern, Fault, Instance, Instantiated, LinkError, LinkErrorKind, Module, Outcome,
};

/// What wasmtime's error says of an import with an incompatible type.
const INCOMPATIBLE: &str = "incompatible import type for";

/// What its errors say of memories, tables and instances that are too large or too many.
const EXHAUSTED: &[&str] = &["exceeds memory limits", "exceeds table limits", "limit exceeded"];

impl Opened {
    pub fn make_instance(
        &mut self,
        module: Module,
        imports: &[Extern],
    ) -> Result<Instantiated, Fault> {
        let module = self.shared.module(module)?;
        let names = &self.store.data().names;
        let items = imports.iter().map(|item| names.item(*item)).collect::<Result<Vec<_>, _>>()?;
        let wanted = module.imports().len();
        if items.len() != wanted {
            let message = format!("{} imports for {wanted}", items.len());
            return Ok(Instantiated::Unlinkable(LinkError {
                kind: LinkErrorKind::UnknownImport,
                import: None,
                message,
            }));
        }
        self.begin();
        let mut scope = RootScope::new(&mut self.store);
        let error = match wasmtime::Instance::new(&mut scope, &module, &items) {
            Ok(instance) => {
                drop(scope);
                let names = &mut self.store.data_mut().names;
                let number = names.instances.add(instance)?;
                return Ok(Instantiated::Ready(Instance::new(names.owner, number)));
            }
            Err(error) => error,
        };
        if !is_of_wasm(&error) {
            if let Some(what) = scope.as_context_mut().data_mut().bounds.refused() {
                return Err(Fault::Unsupported(what));
            }
            let message = format!("{error:#}");
            if message.starts_with(INCOMPATIBLE) {
                return Ok(Instantiated::Unlinkable(incompatible(&module, message)));
            }
            if EXHAUSTED.iter().any(|words| message.contains(words)) {
                return Ok(Instantiated::Failed(Outcome::Exhausted(message)));
            }
        }
        ended(&mut scope, &error).map(Instantiated::Failed)
    }
}

/// Whether the start function ended with the error. Its backtrace has names of the module, which may
/// have any words.
fn is_of_wasm(error: &wasmtime::Error) -> bool {
    error.is::<wasmtime::Trap>() || error.is::<HostTrap>() || error.is::<ThrownException>()
}

/// The link error. wasmtime names the import, which gives its position if no other has the names.
fn incompatible(module: &wasmtime::Module, message: String) -> LinkError {
    let named = |import: &wasmtime::ImportType<'_>| {
        let names = format!("{INCOMPATIBLE} `{}::{}`", import.module(), import.name());
        message.starts_with(&names)
    };
    let mut positions = module.imports().enumerate().filter(|(_, import)| named(import));
    let import = match (positions.next(), positions.next()) {
        (Some((position, _)), None) => Some(position),
        _ => None,
    };
    LinkError { kind: LinkErrorKind::IncompatibleImport, import, message }
}
