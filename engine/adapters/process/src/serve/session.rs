//! Performs the requests of a session on a session of this process; gives how each ended.

use super::names::{EngineNames, SessionNames};
use super::ok;
use crate::handles::Handles;
use crate::message::{
    Action, Base64, End, Extern, ExternType, HostCall, HostCalls, Instantiated as Made, LONGEST,
    LinkError, Op, Shared, Thrown, Trap, U64, Val,
};
use wassay_engine::{
    Extern as Item, Fault, HostAction, Instantiated, Memory, Outcome, Session, Value,
};

/// A session and the numbers of its handles.
pub(super) struct Seat {
    // Dropped before its numbers.
    session: Box<dyn Session>,
    names: SessionNames,
}

impl Seat {
    /// For this session.
    pub fn new(session: Box<dyn Session>, names: EngineNames) -> Seat {
        Seat { session, names: SessionNames::new(names) }
    }

    /// Performs a request.
    pub fn perform(&mut self, op: Op) -> End {
        self.try_perform(op).unwrap_or_else(End::of)
    }

    fn try_perform(&mut self, op: Op) -> Result<End, Fault> {
        let Seat { session, names } = self;
        match op {
            Op::Instantiate { module, imports, .. } => {
                let imports = imports.iter().map(|item| item.read(names));
                let imports = imports.collect::<Result<Vec<_>, _>>()?;
                match session.instantiate(names.read(module)?, &imports)? {
                    Instantiated::Ready(instance) => ok(Made { instance: names.write(instance)? }),
                    Instantiated::Unlinkable(error) => Ok(End::Unlinkable(LinkError::write(error))),
                    Instantiated::Failed(outcome) => self.outcome(outcome),
                }
            }
            Op::Export { instance, name, .. } => {
                let item = session.export(names.read(instance)?, &name)?;
                ok(item.map(|item| Extern::write(item, names)).transpose()?)
            }
            Op::Call { func, args, .. } => {
                let outcome = session.call(names.read(func)?, &Val::read_all(&args, names)?)?;
                self.outcome(outcome)
            }
            Op::HostFunc { ty, action, .. } => {
                let action = match action {
                    Action::Return(values) => HostAction::Return(Val::read_all(&values, names)?),
                    Action::Trap(message) => HostAction::Trap(message),
                    Action::Throw { tag, values } => {
                        HostAction::Throw(names.read(tag)?, Val::read_all(&values, names)?)
                    }
                    Action::Call(func) => HostAction::Call(names.read(func)?),
                };
                let func = session.host_func(&ty.read(names)?, action)?;
                self.made(Item::Func(func))
            }
            Op::TakeHostCalls { .. } => {
                let seen = session.take_host_calls()?;
                let call = |call: wassay_engine::HostCall| -> Result<HostCall, Fault> {
                    let func = names.write(call.func)?;
                    Ok(HostCall { func, args: Val::write_all(&call.args, names)? })
                };
                let calls = seen.calls.into_iter().map(call).collect::<Result<_, _>>()?;
                ok(HostCalls { calls, lost: U64(seen.lost) })
            }
            Op::ExternType { item, .. } => {
                let ty = session.extern_type(item.read(names)?)?;
                ok(ExternType::write(&ty, names)?)
            }
            Op::GlobalNew { ty, value, .. } => {
                let global = session.global_new(ty.read(names)?, value.read(names)?)?;
                self.made(Item::Global(global))
            }
            Op::GlobalGet { global, .. } => {
                let value = session.global_get(names.read(global)?)?;
                ok(Val::write(value, names)?)
            }
            Op::GlobalSet { global, value, .. } => {
                done(session.global_set(names.read(global)?, value.read(names)?))
            }
            Op::ShareMemory { memory, .. } => {
                let shared = session.share_memory(names.read(memory)?)?;
                ok(Shared { shared_memory: names.write(shared)? })
            }
            Op::AdoptMemory { shared_memory, .. } => {
                let memory = session.adopt_memory(names.read(shared_memory)?)?;
                self.made(Item::Memory(memory))
            }
            Op::TagNew { ty, .. } => {
                let tag = session.tag_new(&ty.read(names)?)?;
                self.made(Item::Tag(tag))
            }
            Op::Same { a, b, .. } => ok(session.same(a.read_ref(names)?, b.read_ref(names)?)?),
            Op::DropInstance { instance, .. } => done(session.drop_instance(names.read(instance)?)),
            Op::DropExtern { item, .. } => done(session.drop_extern(item.read(names)?)),
            Op::DropRef { value, .. } => done(session.drop_ref(value.read_ref(names)?)),
            Op::Collect { .. } => done(session.collect()),
            op => self.table_or_memory(op),
        }
    }

    fn table_or_memory(&mut self, op: Op) -> Result<End, Fault> {
        let Seat { session, names } = self;
        match op {
            Op::TableNew { ty, init, .. } => {
                let table = session.table_new(ty.read(names)?, init.read_ref(names)?)?;
                self.made(Item::Table(table))
            }
            Op::TableSize { table, .. } => ok(U64(session.table_size(names.read(table)?)?)),
            Op::TableGet { table, index, .. } => {
                let element = session.table_get(names.read(table)?, index.0)?;
                let element = element.map(|it| Val::write(Value::Ref(it), names));
                ok(element.transpose()?)
            }
            Op::TableSet { table, index, value, .. } => {
                let value = value.read_ref(names)?;
                ok(session.table_set(names.read(table)?, index.0, value)?)
            }
            Op::TableGrow { table, delta, init, .. } => {
                let init = init.read_ref(names)?;
                let old = session.table_grow(names.read(table)?, delta.0, init)?;
                ok(old.map(U64))
            }
            Op::MemoryNew { ty, .. } => {
                let memory = session.memory_new(ty.read()?)?;
                self.made(Item::Memory(memory))
            }
            Op::MemorySize { memory, .. } => ok(U64(session.memory_size(names.read(memory)?)?)),
            Op::MemoryRead { memory, at, length, .. } => {
                let length = usize::try_from(length.0).ok().filter(|it| *it <= LONGEST / 2);
                let length = length.ok_or_else(|| Fault::unsupported("reads of that length"))?;
                let mut bytes = vec![0; length];
                let memory: Memory = names.read(memory)?;
                let is_inside = session.memory_read(memory, at.0, &mut bytes)?;
                ok(is_inside.then_some(Base64(bytes)))
            }
            Op::MemoryWrite { memory, at, bytes, .. } => {
                ok(session.memory_write(names.read(memory)?, at.0, &bytes.0)?)
            }
            Op::MemoryGrow { memory, delta, .. } => {
                ok(session.memory_grow(names.read(memory)?, delta.0)?.map(U64))
            }
            op => Err(Fault::Internal(format!("`{}` is no request to a session", op.name()))),
        }
    }

    fn made(&self, item: Item) -> Result<End, Fault> {
        ok(Extern::write(item, &self.names)?)
    }

    fn outcome(&self, outcome: Outcome) -> Result<End, Fault> {
        Ok(match outcome {
            Outcome::Returned(values) => return ok(Val::write_all(&values, &self.names)?),
            Outcome::Trapped(trap) => End::Trapped(Trap::write(trap)),
            Outcome::Threw(thrown) => End::Threw(Thrown::write(&thrown, &self.names)?),
            Outcome::Exhausted(message) => End::Exhausted(message),
        })
    }
}

/// The end of a request whose success has no value.
fn done(result: Result<(), Fault>) -> Result<End, Fault> {
    result.and_then(|()| super::nothing())
}
