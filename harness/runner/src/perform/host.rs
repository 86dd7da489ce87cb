//! `(@wassay.host ...)` and `(@wassay.register ...)`: makes functions of the host, and gives what the
//! embedder keeps names to import it by. Sees no process.

use super::embed::{Item, importable};
use super::names::{Bound, Given};
use super::stage::Stage;
use super::stop::Stop;
use crate::script::Does;
use std::collections::HashMap;
use std::rc::Rc;
use wassay_engine::{Extern, Fault, FuncType, HostAction, Ref};

impl Stage<'_, '_> {
    /// A function of the host. Its calls are discarded, as those of `spectest` are.
    pub(super) fn host_func(&mut self, ty: &FuncType, does: Does<'_>) -> Result<Item, Stop> {
        let action = match does {
            Does::Return(values) => HostAction::Return(values),
            Does::Call(id) => match importable(id, self.item(id)?.item)? {
                Extern::Func(func) => HostAction::Call(func),
                _ => return Err(Stop::Script(format!("`${id}` is no function"))),
            },
        };
        match self.session.host_func(ty, action) {
            Ok(func) => {
                self.spectest.has_funcs = true;
                Ok(Item::Reference(Ref::Func(func)))
            }
            Err(Fault::Misuse(what)) => Err(Stop::Script(what)),
            Err(fault) => Err(Stop::Fault(fault)),
        }
    }

    /// Makes something kept the export `name` of `module`.
    pub(super) fn register_kept(&mut self, module: &str, name: &str, id: &str) -> Result<(), Stop> {
        let kept = match self.live(id) {
            Ok(kept) => kept,
            Err(stop) => {
                self.names.register(module, Err(stop.missing(self.line())));
                return Err(stop);
            }
        };
        if kept.key != self.key {
            return Err(Stop::Script(format!("`${id}` is of another session or engine")));
        }
        let mut exports = match self.names.registered(module) {
            None => HashMap::new(),
            Some(Ok(Bound::Externs(exports))) => HashMap::clone(exports),
            Some(Ok(Bound::Instance(..))) => {
                return Err(Stop::Script(format!("{module:?} is the name of an instance")));
            }
            Some(Err(missing)) => return Err(Stop::Missing(missing.clone())),
        };
        let given = Given { item: importable(id, kept.item)?, from: kept.from, dropped: false };
        exports.insert(name.to_string(), given);
        self.names.register(module, Ok(Bound::Externs(Rc::new(exports))));
        Ok(())
    }
}
