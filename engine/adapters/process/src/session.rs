//! A session in an adapter's process: takes calls of the trait; sends requests. Knows nothing about
//! the session's contents except its handles.

use crate::engine::{Core, EngineHandles};
use crate::handles::Handles;
use crate::message::{
    self, Action, Base64, End, FuncType as Function, GlobalType as Content, HostCalls as Calls,
    LONGEST, MemoryType as Pages, Op, Shared, TableType as Elements, Trap, U64, Val,
};
use std::sync::Arc;
use wassay_engine::{
    Extern, ExternType, Fault, Func, FuncType, Global, GlobalType, HostAction, HostCall, HostCalls,
    HostLog, Instance, Instantiated, Memory, MemoryType, Module, Outcome, Owner, Ref, Session,
    SharedMemory, Table, TableType, Tag, Value,
};

/// A session.
pub(crate) struct RemoteSession {
    core: Arc<Core>,
    number: u32,
    owner: Owner,
    /// Whether there are host functions, whose calls are recorded.
    has_host_funcs: bool,
}

impl RemoteSession {
    /// The session that the adapter has opened under this number.
    pub fn new(core: Arc<Core>, number: u32) -> RemoteSession {
        let owner = core.connection.fresh_owner();
        RemoteSession { core, number, owner, has_host_funcs: false }
    }

    fn handles(&self) -> EngineHandles<'_> {
        self.core.handles_of(self.owner)
    }

    /// The extern that a request makes.
    fn made(&self, op: Op) -> Result<Extern, Fault> {
        self.core.ask_for::<message::Extern>(op)?.read(&self.handles())
    }

    fn wrong(&self, op: &str, made: Extern) -> ! {
        self.core.connection.give_up(&format!("answered `{op}` with a {}", made.kind()))
    }

    /// How wasm ended, if it did not return.
    fn stopped(&self, op: &str, end: End) -> Result<Outcome, Fault> {
        match end {
            End::Trapped(Trap { kind: None, .. }) if self.core.about.capabilities.kinds => {
                let how = "claims `kinds`, but reported a trap without one";
                self.core.connection.give_up(how)
            }
            End::Trapped(trap) => Ok(Outcome::Trapped(trap.read())),
            End::Threw(thrown) => Ok(Outcome::Threw(thrown.read(&self.handles())?)),
            End::Exhausted(message) => Ok(Outcome::Exhausted(message)),
            end => Err(self.core.connection.fault(op, end)),
        }
    }

    fn value(&self, value: Value) -> Result<Val, Fault> {
        Val::write(value, &self.handles())
    }

    fn reference(&self, reference: Ref) -> Result<Val, Fault> {
        self.value(Value::Ref(reference))
    }

    fn size(&self, op: Op) -> Result<u64, Fault> {
        self.core.ask_for::<U64>(op).map(|size| size.0)
    }

    fn old_size(&self, op: Op) -> Result<Option<u64>, Fault> {
        Ok(self.core.ask_for::<Option<U64>>(op)?.map(|size| size.0))
    }
}

impl Drop for RemoteSession {
    fn drop(&mut self) {
        let close = Op::Close { session: self.number };
        match self.core.about.has(close.name()) {
            true => self.core.connection.finish(close),
            // It can still be seen that the adapter has ended, or goes on writing.
            false if !std::thread::panicking() => self.core.connection.settle(),
            false => {}
        }
    }
}

impl Session for RemoteSession {
    fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Result<Instantiated, Fault> {
        let handles = self.handles();
        let module = handles.write(module)?;
        let imports = imports.iter().map(|item| message::Extern::write(*item, &handles));
        let imports = imports.collect::<Result<_, _>>()?;
        match self.core.ask(Op::Instantiate { session: self.number, module, imports })? {
            End::Ok(ok) => {
                let made: message::Instantiated = self.core.connection.read_ok("instantiate", ok);
                Ok(Instantiated::Ready(Instance::new(self.owner, made.instance)))
            }
            End::Unlinkable(error)
                if error.kind.is_none() && self.core.about.capabilities.kinds =>
            {
                let how = "claims `kinds`, but reported a link error without one";
                self.core.connection.give_up(how)
            }
            End::Unlinkable(error) => Ok(Instantiated::Unlinkable(error.read())),
            end => self.stopped("instantiate", end).map(Instantiated::Failed),
        }
    }

    fn export(&mut self, instance: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let instance = self.handles().write(instance)?;
        let name = name.to_string();
        let op = Op::Export { session: self.number, instance, name };
        let item = self.core.ask_for::<Option<message::Extern>>(op)?;
        item.map(|item| item.read(&self.handles())).transpose()
    }

    fn drop_instance(&mut self, instance: Instance) -> Result<(), Fault> {
        let instance = self.handles().write(instance)?;
        self.core.ask_to(Op::DropInstance { session: self.number, instance })
    }

    fn drop_extern(&mut self, item: Extern) -> Result<(), Fault> {
        let item = message::Extern::write(item, &self.handles())?;
        self.core.ask_to(Op::DropExtern { session: self.number, item })
    }

    fn drop_ref(&mut self, reference: Ref) -> Result<(), Fault> {
        let value = self.reference(reference)?;
        self.core.ask_to(Op::DropRef { session: self.number, value })
    }

    fn call(&mut self, func: Func, args: &[Value]) -> Result<Outcome, Fault> {
        let func = self.handles().write(func)?;
        let args = Val::write_all(args, &self.handles())?;
        match self.core.ask(Op::Call { session: self.number, func, args })? {
            End::Ok(ok) => {
                let values: Vec<Val> = self.core.connection.read_ok("call", ok);
                Val::read_all(&values, &self.handles()).map(Outcome::Returned)
            }
            end => self.stopped("call", end),
        }
    }

    fn extern_type(&mut self, item: Extern) -> Result<ExternType, Fault> {
        let item = message::Extern::write(item, &self.handles())?;
        let op = Op::ExternType { session: self.number, item };
        self.core.ask_for::<message::ExternType>(op)?.read(&self.handles())
    }

    fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Result<Func, Fault> {
        let handles = self.handles();
        let ty = Function::write(ty, &handles)?;
        let action = match action {
            HostAction::Return(values) => Action::Return(Val::write_all(&values, &handles)?),
            HostAction::Trap(message) => Action::Trap(message),
            HostAction::Throw(tag, values) => Action::Throw {
                tag: handles.write(tag)?,
                values: Val::write_all(&values, &handles)?,
            },
            HostAction::Call(func) => Action::Call(handles.write(func)?),
        };
        match self.made(Op::HostFunc { session: self.number, ty, action })? {
            Extern::Func(func) => {
                self.has_host_funcs = true;
                Ok(func)
            }
            other => self.wrong("host_func", other),
        }
    }

    /// The adapter bounds the record, and so does this end.
    fn take_host_calls(&mut self) -> Result<HostCalls, Fault> {
        let op = Op::TakeHostCalls { session: self.number };
        self.core.about.needs(&op)?;
        if !self.has_host_funcs {
            return Ok(HostCalls::default());
        }
        let Calls { calls, lost } = self.core.ask_for(op)?;
        if calls.len() > HostLog::MAX_CALLS {
            let how = format!("recorded {} calls of host functions", calls.len());
            self.core.connection.give_up(&format!("{how}, more than {}", HostLog::MAX_CALLS));
        }
        let (handles, mut log) = (self.handles(), HostLog::default());
        for call in calls {
            if log.admits(call.args.len()) {
                let func = handles.read(call.func)?;
                log.push(HostCall { func, args: Val::read_all(&call.args, &handles)? });
            }
        }
        let seen = log.take();
        Ok(HostCalls { lost: seen.lost.saturating_add(lost.0), ..seen })
    }

    fn global_new(&mut self, ty: GlobalType, value: Value) -> Result<Global, Fault> {
        let (ty, value) = (Content::write(ty, &self.handles())?, self.value(value)?);
        match self.made(Op::GlobalNew { session: self.number, ty, value })? {
            Extern::Global(global) => Ok(global),
            other => self.wrong("global_new", other),
        }
    }

    fn global_get(&mut self, global: Global) -> Result<Value, Fault> {
        let global = self.handles().write(global)?;
        let op = Op::GlobalGet { session: self.number, global };
        self.core.ask_for::<Val>(op)?.read(&self.handles())
    }

    fn global_set(&mut self, global: Global, value: Value) -> Result<(), Fault> {
        let (global, value) = (self.handles().write(global)?, self.value(value)?);
        self.core.ask_to(Op::GlobalSet { session: self.number, global, value })
    }

    fn table_new(&mut self, ty: TableType, init: Ref) -> Result<Table, Fault> {
        let (ty, init) = (Elements::write(ty, &self.handles())?, self.reference(init)?);
        match self.made(Op::TableNew { session: self.number, ty, init })? {
            Extern::Table(table) => Ok(table),
            other => self.wrong("table_new", other),
        }
    }

    fn table_size(&mut self, table: Table) -> Result<u64, Fault> {
        let table = self.handles().write(table)?;
        self.size(Op::TableSize { session: self.number, table })
    }

    fn table_get(&mut self, table: Table, index: u64) -> Result<Option<Ref>, Fault> {
        let (table, index) = (self.handles().write(table)?, U64(index));
        let op = Op::TableGet { session: self.number, table, index };
        let element = self.core.ask_for::<Option<Val>>(op)?;
        element.map(|element| element.read_ref(&self.handles())).transpose()
    }

    fn table_set(&mut self, table: Table, index: u64, value: Ref) -> Result<bool, Fault> {
        let (table, index) = (self.handles().write(table)?, U64(index));
        let value = self.reference(value)?;
        self.core.ask_for(Op::TableSet { session: self.number, table, index, value })
    }

    fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Result<Option<u64>, Fault> {
        let (table, delta) = (self.handles().write(table)?, U64(delta));
        let init = self.reference(init)?;
        self.old_size(Op::TableGrow { session: self.number, table, delta, init })
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Memory, Fault> {
        match self.made(Op::MemoryNew { session: self.number, ty: Pages::write(ty) })? {
            Extern::Memory(memory) => Ok(memory),
            other => self.wrong("memory_new", other),
        }
    }

    fn memory_size(&mut self, memory: Memory) -> Result<u64, Fault> {
        let memory = self.handles().write(memory)?;
        self.size(Op::MemorySize { session: self.number, memory })
    }

    fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> Result<bool, Fault> {
        if buffer.len() > LONGEST / 2 {
            let most = LONGEST / 2;
            return Err(Fault::Unsupported(format!("reading more than {most} bytes at once")));
        }
        let (memory, length) = (self.handles().write(memory)?, U64(buffer.len() as u64));
        let op = Op::MemoryRead { session: self.number, memory, at: U64(at), length };
        let Some(Base64(bytes)) = self.core.ask_for(op)? else { return Ok(false) };
        if bytes.len() != buffer.len() {
            let (read, wanted) = (bytes.len(), buffer.len());
            let how = format!("answered `memory_read` of {wanted} bytes with {read}");
            self.core.connection.give_up(&how);
        }
        buffer.copy_from_slice(&bytes);
        Ok(true)
    }

    fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> Result<bool, Fault> {
        if bytes.len() > LONGEST / 2 {
            let most = LONGEST / 2;
            return Err(Fault::Unsupported(format!("writing more than {most} bytes at once")));
        }
        let (memory, bytes) = (self.handles().write(memory)?, Base64(bytes.to_vec()));
        self.core.ask_for(Op::MemoryWrite { session: self.number, memory, at: U64(at), bytes })
    }

    fn memory_grow(&mut self, memory: Memory, delta: u64) -> Result<Option<u64>, Fault> {
        let (memory, delta) = (self.handles().write(memory)?, U64(delta));
        self.old_size(Op::MemoryGrow { session: self.number, memory, delta })
    }

    fn share_memory(&mut self, memory: Memory) -> Result<SharedMemory, Fault> {
        let memory = self.handles().write(memory)?;
        let shared: Shared = self.core.ask_for(Op::ShareMemory { session: self.number, memory })?;
        Ok(SharedMemory::new(self.core.owner, shared.shared_memory))
    }

    fn adopt_memory(&mut self, memory: SharedMemory) -> Result<Memory, Fault> {
        let shared_memory = self.handles().write(memory)?;
        match self.made(Op::AdoptMemory { session: self.number, shared_memory })? {
            Extern::Memory(memory) => Ok(memory),
            other => self.wrong("adopt_memory", other),
        }
    }

    fn tag_new(&mut self, ty: &FuncType) -> Result<Tag, Fault> {
        let ty = Function::write(ty, &self.handles())?;
        match self.made(Op::TagNew { session: self.number, ty })? {
            Extern::Tag(tag) => Ok(tag),
            other => self.wrong("tag_new", other),
        }
    }

    fn same(&mut self, a: Ref, b: Ref) -> Result<bool, Fault> {
        let (a, b) = (self.reference(a)?, self.reference(b)?);
        self.core.ask_for(Op::Same { session: self.number, a, b })
    }

    fn collect(&mut self) -> Result<(), Fault> {
        self.core.ask_to(Op::Collect { session: self.number })
    }
}
