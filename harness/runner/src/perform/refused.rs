//! `(@wassay.assert_refused ...)`: takes a use of something that is of another session or engine;
//! passes if the engine refuses it as a misuse, and fails if it goes through, whatever its result.
//! Sees no process.

use super::embed::{Item, Kept};
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::Judgement;
use crate::script::{Attempt, Call};
use wassay_engine::{Extern, Fault, Instantiated, Ref};
use wassay_record::{Expected, Observed};

impl Stage<'_, '_> {
    /// `(@wassay.assert_refused ...)`
    pub(super) fn refused(&mut self, attempt: Attempt<'_>) -> Judgement {
        match self.attempt(attempt) {
            Ok(actual) => Judgement::Failed {
                expected: Some(Expected::Refused),
                actual,
                message: "should be refused, because it is of another session or engine".into(),
            },
            // Only the engine says this: mistakes in the script are found before.
            Err(Stop::Fault(Fault::Misuse(_))) => Judgement::Passed,
            Err(stop) => self.done(Err(stop), Expected::Refused),
        }
    }

    fn attempt(&mut self, attempt: Attempt<'_>) -> Result<Observed, Stop> {
        let uses: Vec<&str> = match &attempt {
            Attempt::Call(Call::Kept { id, .. })
            | Attempt::Put { id, .. }
            | Attempt::Read { id } => vec![id],
            Attempt::Call(Call::Export(_)) => Vec::new(),
            Attempt::Instance { module, imports } => {
                imports.iter().chain([module]).copied().collect()
            }
        };
        let mut foreign = false;
        for id in uses {
            let Kept { item, key, .. } = self.item(id)?;
            foreign |= match item {
                // A module belongs to an engine.
                Item::Module(_) => key.engine != self.key.engine,
                Item::Reference(_) | Item::Export(_) => key != self.key,
            };
        }
        if !foreign {
            return Err(Stop::Script("nothing here is of another session or engine".to_string()));
        }
        match attempt {
            Attempt::Call(Call::Kept { id, args }) => {
                let Item::Reference(Ref::Func(func)) = self.item(id)?.item else {
                    return Err(Stop::Script(format!("`${id}` is no function")));
                };
                let outcome = self.session.call(func, &args)?;
                Ok(crate::judge::Response::from(outcome).record())
            }
            Attempt::Call(Call::Export(_)) => {
                Err(Stop::Script("an export is of this session".to_string()))
            }
            Attempt::Put { into, id } => self.put(&into, id).map(|()| Observed::Accepted),
            Attempt::Read { id } => self.read(id).map(|()| Observed::Accepted),
            Attempt::Instance { module, imports } => self.link(module, &imports),
        }
    }

    fn read(&mut self, id: &str) -> Result<(), Stop> {
        match self.item(id)?.item {
            Item::Export(Extern::Table(table)) => self.session.table_size(table).map(drop)?,
            Item::Export(Extern::Memory(memory)) => self.session.memory_size(memory).map(drop)?,
            Item::Export(Extern::Global(global)) => self.session.global_get(global).map(drop)?,
            _ => {
                let what = format!("`${id}` is no table, memory or global");
                return Err(Stop::Script(what));
            }
        }
        Ok(())
    }

    fn link(&mut self, module: &str, imports: &[&str]) -> Result<Observed, Stop> {
        let Item::Module(module) = self.item(module)?.item else {
            return Err(Stop::Script(format!("`${module}` is no module")));
        };
        let mut externs = Vec::new();
        for id in imports {
            externs.push(match self.item(id)?.item {
                Item::Reference(Ref::Func(func)) => Extern::Func(func),
                Item::Export(item) => item,
                _ => return Err(Stop::Script(format!("`${id}` cannot be imported"))),
            });
        }
        Ok(match self.session.instantiate(module, &externs)? {
            Instantiated::Ready(_) => Observed::Accepted,
            Instantiated::Unlinkable(error) => crate::judge::Response::Unlinkable(error).record(),
            Instantiated::Failed(outcome) => crate::judge::Response::from(outcome).record(),
        })
    }
}
