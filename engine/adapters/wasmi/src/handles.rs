//! Keeps what a session's handles name: the data of wasmi's store.
//! Knows no execution.

use std::collections::HashMap;
use std::fmt::Debug;
use wassay_engine::{Extern, Fault, Func, Global, HostLog, Memory, Owner, Table};

/// The handles that a session gave out, and what its host functions recorded.
pub struct Handles {
    pub owner: Owner,
    pub funcs: Numbered<wasmi::Func>,
    pub tables: Numbered<wasmi::Table>,
    pub memories: Numbered<wasmi::Memory>,
    pub globals: Numbered<wasmi::Global>,
    /// One external reference per number, so that equal numbers are the same reference.
    pub external: HashMap<u32, wasmi::ExternRef>,
    pub host_calls: HostLog,
    /// How many host functions are calling back now.
    pub callbacks: u32,
    pub limits: wasmi::StoreLimits,
}

/// wasmi touches every byte of a memory or table at once, so a module that asks for what it never
/// uses would take the machine's memory.
const MAX_MEMORY_BYTES: usize = 2 << 30;
const MAX_TABLE_ELEMENTS: usize = 1 << 24;

impl Handles {
    pub fn new() -> Handles {
        Handles {
            owner: Owner::fresh(),
            funcs: Numbered::default(),
            tables: Numbered::default(),
            memories: Numbered::default(),
            globals: Numbered::default(),
            external: HashMap::new(),
            host_calls: HostLog::default(),
            callbacks: 0,
            limits: wasmi::StoreLimitsBuilder::new()
                .memory_size(MAX_MEMORY_BYTES)
                .table_elements(MAX_TABLE_ELEMENTS)
                .instances(usize::MAX)
                .tables(usize::MAX)
                .memories(usize::MAX)
                .build(),
        }
    }

    pub fn func(&self, func: Func) -> Result<wasmi::Func, Fault> {
        self.funcs.get(func.index_in(self.owner)?)
    }

    pub fn table(&self, table: Table) -> Result<wasmi::Table, Fault> {
        self.tables.get(table.index_in(self.owner)?)
    }

    pub fn memory(&self, memory: Memory) -> Result<wasmi::Memory, Fault> {
        self.memories.get(memory.index_in(self.owner)?)
    }

    pub fn global(&self, global: Global) -> Result<wasmi::Global, Fault> {
        self.globals.get(global.index_in(self.owner)?)
    }

    pub fn item(&self, item: Extern) -> Result<wasmi::Extern, Fault> {
        match item {
            Extern::Func(func) => self.func(func).map(wasmi::Extern::Func),
            Extern::Table(table) => self.table(table).map(wasmi::Extern::Table),
            Extern::Memory(memory) => self.memory(memory).map(wasmi::Extern::Memory),
            Extern::Global(global) => self.global(global).map(wasmi::Extern::Global),
            // No session of wasmi makes one, so it is another's.
            Extern::Tag(_) => Err(Fault::Misuse("a Tag handle of another owner".to_string())),
        }
    }

    pub fn name_func(&mut self, func: wasmi::Func) -> Func {
        Func::new(self.owner, self.funcs.number(func))
    }

    pub fn name_table(&mut self, table: wasmi::Table) -> Table {
        Table::new(self.owner, self.tables.number(table))
    }

    pub fn name_memory(&mut self, memory: wasmi::Memory) -> Memory {
        Memory::new(self.owner, self.memories.number(memory))
    }

    pub fn name_global(&mut self, global: wasmi::Global) -> Global {
        Global::new(self.owner, self.globals.number(global))
    }

    pub fn name_item(&mut self, item: wasmi::Extern) -> Extern {
        match item {
            wasmi::Extern::Func(func) => Extern::Func(self.name_func(func)),
            wasmi::Extern::Table(table) => Extern::Table(self.name_table(table)),
            wasmi::Extern::Memory(memory) => Extern::Memory(self.name_memory(memory)),
            wasmi::Extern::Global(global) => Extern::Global(self.name_global(global)),
        }
    }
}

/// Things by number: the same thing always has the same number.
pub struct Numbered<T> {
    things: Vec<T>,
    numbers: HashMap<String, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { things: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Copy + Debug> Numbered<T> {
    /// The number of the next new thing.
    pub fn next(&self) -> u32 {
        self.things.len() as u32
    }

    /// wasmi's handles are neither `Eq` nor `Hash`; their debug form is the store and the place
    /// in it, which is identity.
    pub fn number(&mut self, thing: T) -> u32 {
        let next = self.next();
        *self.numbers.entry(format!("{thing:?}")).or_insert_with(|| {
            self.things.push(thing);
            next
        })
    }

    pub fn get(&self, number: u32) -> Result<T, Fault> {
        self.things
            .get(number as usize)
            .copied()
            .ok_or_else(|| Fault::Misuse(format!("no such handle: {number}")))
    }
}
