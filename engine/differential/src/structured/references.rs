//! Generates loops around nullable references that the program itself checks: a compiler that
//! hoists an operation above its check crashes here. Takes random numbers; gives instructions.
//! Knows no engine.

use super::body::Body;
use super::encode::heap_type;
use super::outline::Ty;
use wasm_encoder::{BlockType, Instruction as I};

impl Body<'_> {
    /// A loop that calls through a reference, or counts it, unless it is null.
    pub fn reference_loop(&mut self, depth: usize) {
        if self.outline.types <= 10 {
            return self.untyped_loop(depth);
        }
        let ty = self.numbers.pick(&[0, 1]);
        let (counter, sum) = (self.fresh(Ty::I32), self.local(Ty::I32));
        // An existing local may be a parameter, for which callers pass null.
        let before = self.numbers.chance(1, 2);
        let ty_of = Ty::Typed(ty);
        let reference = if before { self.local(ty_of) } else { self.fresh(ty_of) };
        if self.numbers.chance(1, 2) {
            self.expr(Ty::Typed(ty), depth - 1);
            self.code.push(I::LocalSet(reference));
        }
        let rounds = 1 + self.numbers.below(5) as i32;
        self.emit([I::I32Const(rounds), I::LocalSet(counter)]);
        let form = self.numbers.below(5);
        let changes = self.numbers.chance(1, 4);
        self.looped(counter, |body| {
            body.guarded_call(form, ty, reference, sum);
            if changes {
                body.expr(Ty::Typed(ty), depth - 1);
                body.code.push(I::LocalSet(reference));
            }
        });
    }

    /// Adds the referenced function's result to a sum, unless the reference is null.
    fn guarded_call(&mut self, form: usize, ty: u32, reference: u32, sum: u32) {
        let argument = |body: &mut Self| {
            if ty == 1 {
                body.emit([I::LocalGet(sum)]);
            }
        };
        let add = [I::LocalGet(sum), I::I32Add, I::LocalSet(sum)];
        match form {
            0 => {
                self.emit([I::LocalGet(reference), I::RefIsNull, I::I32Eqz]);
                self.open(I::If(BlockType::Empty), true);
                argument(self);
                self.emit([I::LocalGet(reference), I::CallRef(ty)]);
                self.emit(add);
                self.close();
            }
            1 => {
                self.open(I::Block(BlockType::Empty), true);
                argument(self);
                self.emit([I::LocalGet(reference), I::BrOnNull(0), I::CallRef(ty)]);
                self.emit(add);
                self.close();
            }
            2 => {
                self.open(I::Block(BlockType::Empty), true);
                let heap_type = heap_type(&Ty::Typed(ty));
                let found = wasm_encoder::RefType { nullable: false, heap_type };
                let callee = self.fresh(Ty::Typed(ty));
                let block = BlockType::Result(wasm_encoder::ValType::Ref(found));
                self.open(I::Block(block), false);
                self.emit([I::LocalGet(reference), I::BrOnNonNull(0), I::Br(1)]);
                self.close();
                self.code.push(I::LocalSet(callee));
                argument(self);
                self.emit([I::LocalGet(callee), I::RefAsNonNull, I::CallRef(ty)]);
                self.emit(add);
                self.close();
            }
            3 => {
                self.emit([I::LocalGet(reference), I::RefIsNull]);
                self.open(I::If(BlockType::Empty), true);
                self.emit([I::LocalGet(sum), I::I32Const(1), I::I32Sub, I::LocalSet(sum), I::Else]);
                argument(self);
                self.emit([I::LocalGet(reference), I::RefAsNonNull, I::CallRef(ty)]);
                self.emit(add);
                self.close();
            }
            // Unguarded: a null traps, in the first iteration or a later one.
            _ => {
                argument(self);
                self.emit([I::LocalGet(reference), I::CallRef(ty)]);
                self.emit(add);
            }
        }
    }

    /// The same through a table of functions of any type.
    fn untyped_loop(&mut self, depth: usize) {
        let tables = self.outline.tables.find(|table| table.element == Ty::FuncRef);
        let table = self.numbers.pick(&tables);
        let outline = self.outline.tables.items[table as usize];
        let (counter, sum) = (self.fresh(Ty::I32), self.local(Ty::I32));
        let index = self.fresh(if outline.table64 { Ty::I64 } else { Ty::I32 });
        if self.numbers.chance(1, 3) {
            self.table_index(table, depth);
        } else {
            let funcs = self.outline.funcs_of(0);
            let func = self.numbers.pick(&funcs);
            self.planted_index(table, func);
        }
        self.code.push(I::LocalSet(index));
        let rounds = 1 + self.numbers.below(5) as i32;
        self.emit([I::I32Const(rounds), I::LocalSet(counter)]);
        let guarded = self.numbers.chance(3, 4);
        self.looped(counter, |body| {
            if guarded {
                body.emit([I::LocalGet(index), I::TableGet(table), I::RefIsNull, I::I32Eqz]);
                body.open(I::If(BlockType::Empty), true);
            }
            let call = I::CallIndirect { type_index: 0, table_index: table };
            body.emit([I::LocalGet(index), call, I::LocalGet(sum), I::I32Add, I::LocalSet(sum)]);
            if guarded {
                body.close();
            }
        });
    }
}
