//! Generates calls in every form: direct, through a table, through a reference, and as a tail call.
//! Takes types and random numbers; gives instructions. Knows no engine.

use super::body::Body;
use super::outline::{Ty, params, results};
use wasm_encoder::Instruction as I;
use wassay_engine::Feature;

/// The way to reach a function.
enum Callee {
    Func(u32),
    Table(u32),
    Reference,
}

impl Body<'_> {
    /// Pushes a value of this type: the first result of a call that has one.
    pub fn call_for(&mut self, ty: Ty, depth: usize) {
        let fit = (0..self.outline.types).filter(|index| results(*index).first() == Some(&ty));
        let fit: Vec<u32> = fit.collect();
        if fit.is_empty() {
            return self.read(ty, depth);
        }
        let called = self.numbers.pick(&fit);
        self.call(called, depth, false);
        for _ in 1..results(called).len() {
            self.code.push(I::Drop);
        }
    }

    /// Sometimes ends the function with a tail call that has the same results.
    pub fn tail_call(&mut self, ty: u32) -> bool {
        if !self.numbers.chance(1, 4) || !self.outline.features.has(Feature::TailCall) {
            return false;
        }
        let fit = (0..self.outline.types).filter(|other| results(*other) == results(ty));
        let fit: Vec<u32> = fit.collect();
        let called = self.numbers.pick(&fit);
        self.call(called, 3, true);
        true
    }

    /// Pushes the results of a call of a function of this type.
    fn call(&mut self, ty: u32, depth: usize, last: bool) {
        for param in params(ty) {
            self.expr(*param, depth - 1);
        }
        let callee = self.callee(ty, depth);
        self.code.push(match (callee, last) {
            (Callee::Func(func), false) => I::Call(func),
            (Callee::Func(func), true) => I::ReturnCall(func),
            (Callee::Table(table_index), false) => I::CallIndirect { type_index: ty, table_index },
            (Callee::Table(table_index), true) => {
                I::ReturnCallIndirect { type_index: ty, table_index }
            }
            (Callee::Reference, false) => I::CallRef(ty),
            (Callee::Reference, true) => I::ReturnCallRef(ty),
        });
    }

    /// Pushes the operand that reaches a function of this type.
    fn callee(&mut self, ty: u32, depth: usize) -> Callee {
        let funcs = self.outline.funcs_of(ty);
        let typed = self.outline.types > 10;
        let tables = self
            .outline
            .tables
            .find(|table| table.element == Ty::FuncRef || table.element == Ty::Typed(ty));
        match self.numbers.below(6) {
            0..=3 if !funcs.is_empty() => Callee::Func(self.numbers.pick(&funcs)),
            4 if typed && ty < 2 => {
                self.expr(Ty::Typed(ty), depth - 1);
                Callee::Reference
            }
            4 if typed && !funcs.is_empty() => {
                let func = self.numbers.pick(&funcs);
                self.code.push(I::RefFunc(func));
                Callee::Reference
            }
            _ => {
                let table = self.numbers.pick(&tables);
                if funcs.is_empty() || self.numbers.chance(1, 3) {
                    self.table_index(table, depth);
                } else {
                    let func = self.numbers.pick(&funcs);
                    self.planted_index(table, func);
                }
                Callee::Table(table)
            }
        }
    }

    /// Puts a function into a table and pushes its index: most other indices hold a null or a
    /// function of another type, and trap.
    pub fn planted_index(&mut self, table: u32, func: u32) {
        let outline = self.outline.tables.items[table as usize];
        let index = self.numbers.below(outline.minimum as usize) as i32;
        let index = if outline.table64 { I::I64Const(index.into()) } else { I::I32Const(index) };
        self.emit([index.clone(), I::RefFunc(func), I::TableSet(table), index]);
    }
}
