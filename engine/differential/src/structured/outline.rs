//! Draws the contents of a module before any body is written: takes features and earlier outlines;
//! gives types, imports, functions, tables, memories, globals and segments. Later modules import
//! the exports of earlier ones. Knows no engine.

use crate::case::{FUEL, module_name};
use crate::host;
use crate::seed::Numbers;
use wassay_engine::{Feature, Features};

/// A value type. References to functions of a concrete type are nullable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    I32,
    I64,
    F32,
    F64,
    V128,
    FuncRef,
    ExternRef,
    Typed(u32),
}

use Ty::{ExternRef, F32, F64, FuncRef, I32, I64, Typed, V128};

/// The function types, the same in each module, so that they link. The last two need typed
/// references.
pub const TYPES: &[(&[Ty], &[Ty])] = &[
    (&[], &[I32]),
    (&[I32], &[I32]),
    (&[I64, I32], &[I64]),
    (&[F64], &[F64]),
    (&[I32, I32], &[I32, I64]),
    (&[FuncRef, I32], &[I32]),
    (&[ExternRef], &[ExternRef]),
    (&[V128], &[V128]),
    (&[F32, I64], &[F32]),
    (&[], &[]),
    (&[I32, Typed(1)], &[I32]),
    (&[Typed(0), I64], &[Typed(0)]),
];

const TYPED_TYPES: usize = 2;

/// The host's functions that have one of the types, with the type's index.
const HOST_FUNCS: &[(&str, u32)] =
    &[("i32", 1), ("trap", 1), ("i64", 2), ("f64", 3), ("extern", 6), ("v128", 7), ("nop", 9)];

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    pub element: Ty,
    pub table64: bool,
    pub minimum: u64,
    pub maximum: u64,
}

/// A memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    pub memory64: bool,
    pub shared: bool,
    /// 16, or 0 for pages of one byte.
    pub page_log2: u32,
    pub minimum: u64,
    pub maximum: u64,
}

/// A global.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Global {
    pub ty: Ty,
    pub mutable: bool,
}

/// An index space: imports, with their names, come first.
#[derive(Clone, Debug)]
pub struct Space<T> {
    pub items: Vec<T>,
    pub imports: Vec<(String, String)>,
}

impl<T: Copy> Space<T> {
    fn new() -> Space<T> {
        Space { items: Vec::new(), imports: Vec::new() }
    }

    fn import(&mut self, module: &str, name: &str, item: T) {
        self.imports.push((module.to_string(), name.to_string()));
        self.items.push(item);
    }

    /// The indices of the items that fit.
    pub fn find(&self, fit: impl Fn(&T) -> bool) -> Vec<u32> {
        let found = self.items.iter().enumerate().filter(|(_, item)| fit(item));
        found.map(|(at, _)| at as u32).collect()
    }

    /// The module's own definitions.
    pub fn defined(&self) -> &[T] {
        &self.items[self.imports.len()..]
    }
}

/// The contents of a module.
#[derive(Clone, Debug)]
pub struct Outline {
    pub features: Features,
    /// The number of [`TYPES`] in use.
    pub types: u32,
    /// Functions by type index.
    pub funcs: Space<u32>,
    pub tables: Space<Table>,
    pub memories: Space<Memory>,
    pub globals: Space<Global>,
    /// The fuel global.
    pub fuel: u32,
    /// Lengths of the passive data segments.
    pub data: Vec<u32>,
    /// Passive element segments: their type and length.
    pub elements: Vec<(Ty, u32)>,
}

impl Outline {
    /// Draws an outline that links with the earlier ones.
    pub fn draw(features: Features, earlier: &[Outline], numbers: &mut Numbers) -> Outline {
        let typed = features.has(Feature::FunctionReferences);
        let types = TYPES.len() - if typed { 0 } else { TYPED_TYPES };
        let mut outline = Outline {
            features,
            types: types as u32,
            funcs: Space::new(),
            tables: Space::new(),
            memories: Space::new(),
            globals: Space::new(),
            fuel: 0,
            data: (0..2).map(|_| numbers.below(40) as u32).collect(),
            elements: Vec::new(),
        };
        outline.import_host(numbers);
        for (index, other) in earlier.iter().enumerate() {
            outline.import(&module_name(index), other, numbers);
        }
        outline.define(typed, numbers);
        outline
    }

    fn import_host(&mut self, numbers: &mut Numbers) {
        let from = host::MODULE;
        for (name, ty) in HOST_FUNCS {
            if numbers.chance(1, if *name == "trap" { 12 } else { 3 }) {
                self.funcs.import(from, name, *ty);
            }
        }
        let memory =
            Memory { memory64: false, shared: false, page_log2: 16, minimum: 1, maximum: 3 };
        if numbers.chance(1, 3) {
            self.import_memory(from, "memory", memory);
        }
        let has_long = self.features.has(Feature::Memory64);
        if numbers.chance(1, 4) && has_long {
            let long = Memory { memory64: true, maximum: 2, ..memory };
            self.import_memory(from, "memory64", long);
        }
        let table = Table { element: FuncRef, table64: false, minimum: 5, maximum: 12 };
        if numbers.chance(1, 3) {
            self.tables.import(from, "table", table);
        }
        if numbers.chance(1, 4) && has_long {
            self.tables.import(from, "table64", Table { table64: true, ..table });
        }
        let globals = [("const_i32", I32, false), ("var_i32", I32, true), ("var_i64", I64, true)];
        let more = [("var_func", FuncRef, true), ("var_extern", ExternRef, true)];
        for (name, ty, mutable) in globals.into_iter().chain(more) {
            if numbers.chance(1, 3) {
                self.globals.import(from, name, Global { ty, mutable });
            }
        }
    }

    /// Imports half of an earlier module's exports, which are named after kind and index.
    fn import(&mut self, from: &str, other: &Outline, numbers: &mut Numbers) {
        for (index, ty) in other.funcs.items.iter().enumerate() {
            if numbers.chance(1, 2) {
                self.funcs.import(from, &format!("f{index}"), *ty);
            }
        }
        for (index, table) in other.tables.items.iter().enumerate() {
            if numbers.chance(1, 2) {
                self.tables.import(from, &format!("t{index}"), *table);
            }
        }
        for (index, memory) in other.memories.items.iter().enumerate() {
            if numbers.chance(1, 2) {
                self.import_memory(from, &format!("m{index}"), *memory);
            }
        }
        for (index, global) in other.globals.items.iter().enumerate() {
            let name = if index as u32 == other.fuel { continue } else { format!("g{index}") };
            if numbers.chance(1, 2) {
                self.globals.import(from, &name, *global);
            }
        }
    }

    /// Imports a memory, unless it would be one too many.
    fn import_memory(&mut self, from: &str, name: &str, memory: Memory) {
        if self.may_have_memory() {
            self.memories.import(from, name, memory);
        }
    }

    fn may_have_memory(&self) -> bool {
        self.memories.items.is_empty() || self.features.has(Feature::MultiMemory)
    }

    fn define(&mut self, typed: bool, numbers: &mut Numbers) {
        let has_long = self.features.has(Feature::Memory64);
        for _ in 0..3 + numbers.below(5) {
            self.funcs.items.push(numbers.below(self.types as usize) as u32);
        }
        // A caller needs something to call: each module has functions of the most common types.
        self.funcs.items.extend([0, 1]);
        let minimum = 2 + numbers.below(6) as u64;
        let table = Table { element: FuncRef, table64: false, minimum, maximum: minimum + 6 };
        self.tables.items.push(table);
        if typed {
            let element = Typed(numbers.below(2) as u32);
            let table64 = numbers.chance(1, 4) && has_long;
            self.tables.items.push(Table { element, table64, ..table });
        }
        if numbers.chance(1, 3) {
            self.tables.items.push(Table { element: ExternRef, ..table });
        }
        let threads = self.features.has(Feature::Threads);
        let page_log2 = match numbers.pick(&[16, 16, 0]) {
            0 if self.features.has(Feature::CustomPageSizes) => 0,
            _ => 16,
        };
        let minimum = if page_log2 == 0 { 500 + numbers.below(600) as u64 } else { 1 };
        let maximum = if page_log2 == 0 { minimum + 500 } else { minimum + 2 };
        let shared = threads && page_log2 == 16 && numbers.chance(1, 3);
        let memory64 = numbers.chance(1, 3) && has_long;
        if self.may_have_memory() {
            self.memories.items.push(Memory { memory64, shared, page_log2, minimum, maximum });
        }
        for ty in [I32, I64, F64, V128, FuncRef, ExternRef] {
            if numbers.chance(1, 2) {
                let mutable = numbers.chance(4, 5);
                self.globals.items.push(Global { ty, mutable });
            }
        }
        if typed {
            self.globals.items.push(Global { ty: Typed(0), mutable: true });
            self.globals.items.push(Global { ty: Typed(1), mutable: numbers.chance(1, 2) });
        }
        self.fuel = self.globals.items.len() as u32;
        self.globals.items.push(Global { ty: I32, mutable: true });
        self.elements.push((FuncRef, 1 + numbers.below(5) as u32));
        if typed {
            self.elements.push((Typed(1), 1 + numbers.below(4) as u32));
        }
    }

    /// The functions of this type.
    pub fn funcs_of(&self, ty: u32) -> Vec<u32> {
        self.funcs.find(|found| *found == ty)
    }

    /// The export name of the global.
    pub fn global_name(&self, index: u32) -> String {
        if index == self.fuel { FUEL.to_string() } else { format!("g{index}") }
    }
}

/// The parameters of a type.
pub fn params(ty: u32) -> &'static [Ty] {
    TYPES[ty as usize].0
}

/// The results of a type.
pub fn results(ty: u32) -> &'static [Ty] {
    TYPES[ty as usize].1
}
