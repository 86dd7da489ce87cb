//! Generates loads, stores, bulk operators and table accesses: mostly in bounds, often at the last
//! byte or one past it. Takes random numbers; gives instructions. Knows no engine.

use super::body::Body;
use super::outline::Ty;
use wasm_encoder::{BlockType, Instruction as I, MemArg, MemArgTarget};
use wassay_engine::Feature;

const OFFSETS_32: &[u64] =
    &[0, 1, 8, 0xfff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_fff8, 0xffff_ffff];
const OFFSETS_64: &[u64] =
    &[0, 1, 0xffff, 0xffff_ffff, 0x1_0000_0000, 1 << 47, u64::MAX - 7, u64::MAX];

impl Body<'_> {
    /// Pushes a value that is read from a memory, a table or their sizes.
    pub fn read(&mut self, ty: Ty, depth: usize) {
        match ty {
            Ty::I32 | Ty::I64 if self.numbers.chance(1, 5) => self.size(ty, depth),
            Ty::I32 | Ty::I64 if self.numbers.chance(1, 6) => self.lane(ty, depth),
            Ty::I32 | Ty::I64
                if self.outline.features.has(Feature::Threads) && self.numbers.chance(1, 3) =>
            {
                self.atomic(ty, depth);
            }
            Ty::I32 | Ty::I64 | Ty::F32 | Ty::F64 | Ty::V128 => self.load(ty, depth),
            _ => self.table_get(ty, depth),
        }
    }

    fn load(&mut self, ty: Ty, depth: usize) {
        let at = self.address(depth, 0);
        let kind = self.numbers.below(7);
        self.code.push(match (ty, kind) {
            (Ty::I32, 0) => I::I32Load8S(at),
            (Ty::I32, 1) => I::I32Load8U(at),
            (Ty::I32, 2) => I::I32Load16S(at),
            (Ty::I32, 3) => I::I32Load16U(at),
            (Ty::I32, _) => I::I32Load(at),
            (Ty::I64, 0) => I::I64Load8S(at),
            (Ty::I64, 1) => I::I64Load16U(at),
            (Ty::I64, 2) => I::I64Load32S(at),
            (Ty::I64, 3) => I::I64Load32U(at),
            (Ty::I64, 4) => I::I64Load16S(at),
            (Ty::I64, _) => I::I64Load(at),
            (Ty::F32, _) => I::F32Load(at),
            (Ty::F64, _) => I::F64Load(at),
            (_, 0) => I::V128Load8x8S(at),
            (_, 1) => I::V128Load16x4U(at),
            (_, 2) => I::V128Load32Splat(at),
            (_, 3) => I::V128Load64Zero(at),
            (_, 4) => I::V128Load8Splat(at),
            (_, _) => I::V128Load(at),
        });
        // Memory may hold a NaN with any payload, which a float load keeps.
    }

    /// A store.
    pub fn store(&mut self, depth: usize) {
        let at = self.address(depth, 0);
        let ty =
            self.numbers.pick(&[Ty::I32, Ty::I32, Ty::I64, Ty::I64, Ty::F32, Ty::F64, Ty::V128]);
        self.expr(ty, depth - 1);
        let kind = self.numbers.below(4);
        self.code.push(match (ty, kind) {
            (Ty::I32, 0) => I::I32Store8(at),
            (Ty::I32, 1) => I::I32Store16(at),
            (Ty::I32, _) => I::I32Store(at),
            (Ty::I64, 0) => I::I64Store8(at),
            (Ty::I64, 1) => I::I64Store32(at),
            (Ty::I64, 2) => I::I64Store16(at),
            (Ty::I64, _) => I::I64Store(at),
            (Ty::F32, _) => I::F32Store(at),
            (Ty::F64, _) => I::F64Store(at),
            (_, 0) => I::V128Store8Lane { memarg: at, lane: 9 },
            (_, 1) => I::V128Store64Lane { memarg: at, lane: 1 },
            (_, _) => I::V128Store(at),
        });
    }

    /// A 64-bit store near the end of a memory, then a load of another width from within it.
    pub fn mixed_access(&mut self, depth: usize) {
        let memory_index = self.numbers.below(self.outline.memories.items.len()) as u32;
        let long = self.outline.memories.items[memory_index as usize].memory64;
        let at = self.fresh(if long { Ty::I64 } else { Ty::I32 });
        let back = self.numbers.pick(&[8, 8, 8, 9, 11, 12, 12, 15, 16, 24, 300, 300, 7]);
        self.before_end(memory_index, back);
        self.emit([I::LocalSet(at), I::LocalGet(at)]);
        self.expr(Ty::I64, depth - 1);
        let target = MemArgTarget::Memory(memory_index);
        let memarg = MemArg { offset: 0, align: 0, target, ordering: None };
        self.emit([I::I64Store(memarg), I::LocalGet(at)]);
        let at = MemArg { offset: self.numbers.pick(&[0, 0, 1, 2, 4, 4, 4, 6, 7]), ..memarg };
        let (ty, load) = match self.numbers.below(6) {
            0 => (Ty::I64, I::I64Load32S(at)),
            1 => (Ty::I64, I::I64Load32U(at)),
            2 => (Ty::I64, I::I64Load16S(at)),
            3 => (Ty::I32, I::I32Load16U(at)),
            4 => (Ty::I32, I::I32Load8S(at)),
            _ => (Ty::I32, I::I32Load(at)),
        };
        let local = self.local(ty);
        self.emit([load, I::LocalSet(local)]);
    }

    fn atomic(&mut self, ty: Ty, depth: usize) {
        let (log2, operands) = if ty == Ty::I32 { (2, Ty::I32) } else { (3, Ty::I64) };
        let at = self.address(depth, log2);
        let (long, kind) = (ty == Ty::I64, self.numbers.below(7));
        let operand_count = [0, 1, 1, 1, 1, 2, 1][kind];
        for _ in 0..operand_count {
            self.expr(operands, depth - 1);
        }
        self.code.push(match (kind, long) {
            (0, false) => I::I32AtomicLoad(at),
            (0, true) => I::I64AtomicLoad(at),
            (1, false) => I::I32AtomicRmwAdd(at),
            (1, true) => I::I64AtomicRmwAdd(at),
            (2, false) => I::I32AtomicRmwXchg(at),
            (2, true) => I::I64AtomicRmwXchg(at),
            (3, false) => I::I32AtomicRmwSub(at),
            (3, true) => I::I64AtomicRmwAnd(at),
            (4, false) => I::I32AtomicRmwXor(at),
            (4, true) => I::I64AtomicRmwOr(at),
            (5, false) => I::I32AtomicRmwCmpxchg(at),
            (5, true) => I::I64AtomicRmwCmpxchg(at),
            (_, false) => I::I32AtomicRmw8AddU(MemArg { align: 0, ..at }),
            (_, true) => I::I64AtomicRmw32SubU(MemArg { align: 2, ..at }),
        });
    }

    /// Pushes an address in some memory; returns the rest of the access. An atomic one is mostly
    /// aligned to a power of two.
    fn address(&mut self, depth: usize, log2: u32) -> MemArg {
        let memory_index = self.numbers.below(self.outline.memories.items.len()) as u32;
        let memory = self.outline.memories.items[memory_index as usize];
        let index = if memory.memory64 { Ty::I64 } else { Ty::I32 };
        let offsets = if memory.memory64 { OFFSETS_64 } else { OFFSETS_32 };
        let mut offset = self.numbers.pick(&[0, 1, 3, 16]);
        match self.numbers.below(60) {
            0..=51 => {
                self.index_value(memory.memory64, depth);
                self.mask(memory.memory64, 0x3ff);
            }
            52..=56 => {
                let back = self.numbers.pick(&[0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17]);
                offset = self.numbers.pick(&[0, 0, 1]);
                self.before_end(memory_index, back);
            }
            57 => {
                self.expr(index, depth - 1);
                offset = self.numbers.pick(offsets);
            }
            58 => {
                self.constant(index);
                offset = self.numbers.pick(offsets);
            }
            _ => self.expr(index, depth - 1),
        }
        if log2 > 0 && self.numbers.chance(5, 6) {
            self.mask(memory.memory64, -8);
            offset &= !7;
        }
        let target = MemArgTarget::Memory(memory_index);
        MemArg { offset, align: log2, target, ordering: None }
    }

    /// Pushes an index, possibly converted from an integer of the other width.
    fn index_value(&mut self, long: bool, depth: usize) {
        let (own, other) = if long { (Ty::I64, Ty::I32) } else { (Ty::I32, Ty::I64) };
        if self.numbers.chance(3, 4) {
            return self.expr(own, depth - 1);
        }
        self.expr(other, depth - 1);
        let extend = if self.numbers.chance(1, 2) { I::I64ExtendI32S } else { I::I64ExtendI32U };
        self.code.push(if long { extend } else { I::I32WrapI64 });
    }

    /// Pushes the index that is this many bytes before the end of a memory.
    fn before_end(&mut self, memory: u32, back: i64) {
        let outline = self.outline.memories.items[memory as usize];
        self.code.push(I::MemorySize(memory));
        let shift = i64::from(outline.page_log2);
        self.emit(match outline.memory64 {
            true => [I::I64Const(shift), I::I64Shl, I::I64Const(back), I::I64Sub],
            false => [I::I32Const(shift as i32), I::I32Shl, I::I32Const(back as i32), I::I32Sub],
        });
    }

    fn mask(&mut self, long: bool, mask: i32) {
        match long {
            true => self.emit([I::I64Const(mask.into()), I::I64And]),
            false => self.emit([I::I32Const(mask), I::I32And]),
        }
    }

    /// Pushes an index or a length: small, an edge case, or any value.
    fn index(&mut self, long: bool, small: usize, depth: usize) {
        let ty = if long { Ty::I64 } else { Ty::I32 };
        match self.numbers.below(40) {
            0 => self.constant(ty),
            1..=25 => {
                let index = self.numbers.below(small + 1);
                self.code.push(match long {
                    true => I::I64Const(index as i64),
                    false => I::I32Const(index as i32),
                });
            }
            _ => {
                self.expr(ty, depth - 1);
                self.mask(long, small.next_power_of_two() as i32 - 1);
            }
        }
    }

    fn size(&mut self, ty: Ty, depth: usize) {
        let long = ty == Ty::I64;
        let memories = self.outline.memories.find(|memory| memory.memory64 == long);
        let tables = self.outline.tables.find(|table| table.table64 == long);
        if !memories.is_empty() && self.numbers.chance(1, 2) {
            let memory = self.numbers.pick(&memories);
            if self.numbers.chance(1, 2) {
                return self.code.push(I::MemorySize(memory));
            }
            self.index(long, 2, depth);
            return self.code.push(I::MemoryGrow(memory));
        }
        if tables.is_empty() {
            return self.constant(ty);
        }
        let table = self.numbers.pick(&tables);
        if self.numbers.chance(1, 2) {
            return self.code.push(I::TableSize(table));
        }
        self.expr(self.outline.tables.items[table as usize].element, depth - 1);
        self.index(long, 3, depth);
        self.code.push(I::TableGrow(table));
    }

    /// `memory.fill`, `memory.copy`, `memory.init` or `data.drop`.
    pub fn bulk(&mut self, depth: usize) {
        let count = self.outline.memories.items.len();
        let (target, source) = (self.numbers.below(count) as u32, self.numbers.below(count) as u32);
        let long = |memory: u32| self.outline.memories.items[memory as usize].memory64;
        let (to_long, from_long) = (long(target), long(source));
        let data_index = self.numbers.below(self.outline.data.len()) as u32;
        match self.numbers.below(8) {
            0..=2 => {
                self.index(to_long, 500, depth);
                self.expr(Ty::I32, depth - 1);
                self.index(to_long, 32, depth);
                self.code.push(I::MemoryFill(target));
            }
            3..=5 => {
                self.index(to_long, 500, depth);
                self.index(from_long, 500, depth);
                self.index(to_long && from_long, 40, depth);
                self.code.push(I::MemoryCopy { src_mem: source, dst_mem: target });
            }
            6 => {
                self.index(to_long, 500, depth);
                self.index(false, 10, depth);
                self.index(false, 30, depth);
                self.code.push(I::MemoryInit { mem: target, data_index });
            }
            _ => self.code.push(I::DataDrop(data_index)),
        }
    }

    fn table_get(&mut self, ty: Ty, depth: usize) {
        let tables = self.outline.tables.find(|table| table.element == ty);
        if tables.is_empty() {
            let local = self.local(ty);
            return self.code.push(I::LocalGet(local));
        }
        let table = self.numbers.pick(&tables);
        self.table_index(table, depth);
        self.code.push(I::TableGet(table));
    }

    /// Pushes an index into a table.
    pub fn table_index(&mut self, table: u32, depth: usize) {
        let outline = self.outline.tables.items[table as usize];
        if self.numbers.chance(1, 8) {
            self.code.push(I::TableSize(table));
            let back = self.numbers.pick(&[0, 1, 1, 1, 2]);
            return self.emit(match outline.table64 {
                true => [I::I64Const(back), I::I64Sub],
                false => [I::I32Const(back as i32), I::I32Sub],
            });
        }
        self.index(outline.table64, outline.minimum as usize - 1, depth);
    }

    /// `table.set`, `table.fill`, `table.copy`, `table.init`, `elem.drop`, or a loop over a table.
    pub fn table_statement(&mut self, depth: usize) {
        let table = self.numbers.below(self.outline.tables.items.len()) as u32;
        let outline = self.outline.tables.items[table as usize];
        let alike = self.outline.tables.find(|other| other.element == outline.element);
        let source = self.numbers.pick(&alike);
        let from_long = self.outline.tables.items[source as usize].table64;
        let segments: Vec<u32> = (0..self.outline.elements.len() as u32)
            .filter(|segment| self.outline.elements[*segment as usize].0 == outline.element)
            .collect();
        match self.numbers.below(9) {
            0..=3 => {
                self.table_index(table, depth);
                self.expr(outline.element, depth - 1);
                self.code.push(I::TableSet(table));
            }
            4 => {
                self.table_index(table, depth);
                self.expr(outline.element, depth - 1);
                self.index(outline.table64, 3, depth);
                self.code.push(I::TableFill(table));
            }
            5..=6 => {
                self.table_index(table, depth);
                self.table_index(source, depth);
                self.index(outline.table64 && from_long, 3, depth);
                self.code.push(I::TableCopy { src_table: source, dst_table: table });
            }
            7 if !segments.is_empty() => {
                let elem_index = self.numbers.pick(&segments);
                self.table_index(table, depth);
                self.index(false, 2, depth);
                self.index(false, 3, depth);
                self.code.push(I::TableInit { elem_index, table });
            }
            8 if !segments.is_empty() && self.numbers.chance(1, 3) => {
                let segment = self.numbers.pick(&segments);
                self.code.push(I::ElemDrop(segment));
            }
            _ => self.table_walk(table),
        }
    }

    /// Counts the non-null elements of a table.
    fn table_walk(&mut self, table: u32) {
        let outline = self.outline.tables.items[table as usize];
        let (counter, sum) = (self.fresh(Ty::I32), self.local(Ty::I32));
        self.emit([I::I32Const(outline.minimum as i32), I::LocalSet(counter)]);
        self.looped(counter, |body| {
            body.emit([I::LocalGet(counter), I::I32Const(1), I::I32Sub]);
            if outline.table64 {
                body.emit([I::I64ExtendI32U]);
            }
            body.emit([I::TableGet(table), I::RefIsNull, I::If(BlockType::Empty), I::Else]);
            body.emit([I::LocalGet(sum), I::I32Const(3), I::I32Mul, I::LocalGet(counter)]);
            body.emit([I::I32Add, I::LocalSet(sum), I::End]);
        });
    }
}
