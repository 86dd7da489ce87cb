//! Takes a function's type; gives its body: statements, then results or a tail call. Knows no
//! engine.

use super::encode::{heap_type, value_type};
use super::outline::{Outline, Ty, params, results};
use crate::arguments::{DOUBLES, LONGS, SINGLES, WORDS};
use crate::seed::Numbers;
use wasm_encoder::{BlockType, Function, Instruction as I};

/// A body under construction.
pub struct Body<'a> {
    pub outline: &'a Outline,
    /// The function's type.
    ty: u32,
    pub numbers: &'a mut Numbers,
    pub code: Vec<I<'static>>,
    /// Parameters, then locals.
    pub locals: Vec<Ty>,
    /// The enclosing blocks: whether a branch to each needs no value.
    pub labels: Vec<bool>,
    /// The number of statements and expressions that may still be written.
    pub budget: usize,
}

/// Writes the body of a function.
pub fn write(outline: &Outline, ty: u32, numbers: &mut Numbers) -> Function {
    let mut locals = params(ty).to_vec();
    locals.extend([Ty::I32, Ty::I64, Ty::F32, Ty::F64, Ty::V128, Ty::FuncRef, Ty::ExternRef]);
    locals.extend([Ty::I32, Ty::I32, Ty::I64, Ty::I64, Ty::F64]);
    if outline.types > 10 {
        locals.extend([Ty::Typed(0), Ty::Typed(1)]);
    }
    let budget = numbers.pick(&[30, 80, 160]);
    let mut body = Body { outline, ty, numbers, code: vec![], locals, labels: vec![], budget };
    body.burn_fuel();
    body.fill_locals(params(ty).len());
    let plain = !results(ty).is_empty() && body.numbers.chance(1, 3);
    if plain {
        // No other instruction comes between an operator and the function's result.
        for result in results(ty) {
            body.operator(*result, 2);
        }
        return body.finish(ty);
    }
    for _ in 0..2 + body.numbers.below(4) {
        body.statement(3);
    }
    if !body.tail_call(ty) {
        for result in results(ty) {
            body.expr(*result, 3);
        }
    }
    body.finish(ty)
}

impl Body<'_> {
    fn finish(mut self, ty: u32) -> Function {
        self.code.push(I::End);
        let written = self.locals[params(ty).len()..].iter().map(value_type);
        let mut function = Function::new_with_locals_types(written);
        for instruction in &self.code {
            function.instruction(instruction);
        }
        function
    }

    /// Sets most numeric locals after the parameters to a value other than zero.
    fn fill_locals(&mut self, params: usize) {
        for local in params..self.locals.len() {
            let ty = self.locals[local];
            let numeric = matches!(ty, Ty::I32 | Ty::I64 | Ty::F32 | Ty::F64 | Ty::V128);
            if numeric && self.numbers.chance(3, 4) {
                self.constant(ty);
                self.code.push(I::LocalSet(local as u32));
            }
        }
    }

    /// Appends instructions.
    pub fn emit(&mut self, instructions: impl IntoIterator<Item = I<'static>>) {
        self.code.extend(instructions);
    }

    /// Returns constants if the fuel is used up; otherwise uses one unit.
    pub fn burn_fuel(&mut self) {
        let fuel = self.outline.fuel;
        self.emit([I::GlobalGet(fuel), I::I32Eqz, I::If(BlockType::Empty)]);
        for result in results(self.ty) {
            self.constant(*result);
        }
        self.emit([I::Return, I::End]);
        self.emit([I::GlobalGet(fuel), I::I32Const(1), I::I32Sub, I::GlobalSet(fuel)]);
    }

    /// A new local.
    pub fn fresh(&mut self, ty: Ty) -> u32 {
        self.locals.push(ty);
        self.locals.len() as u32 - 1
    }

    /// Some local of this type; there is at least one of each.
    pub fn local(&mut self, ty: Ty) -> u32 {
        let fit: Vec<u32> = (0..self.locals.len() as u32)
            .filter(|local| self.locals[*local as usize] == ty)
            .collect();
        self.numbers.pick(&fit)
    }

    /// Opens a block; `plain` if a branch to it needs no value.
    pub fn open(&mut self, instruction: I<'static>, plain: bool) {
        self.labels.push(plain);
        self.code.push(instruction);
    }

    /// Closes the innermost block.
    pub fn close(&mut self) {
        self.labels.pop();
        self.code.push(I::End);
    }

    /// A label to which a branch needs no value.
    fn label(&mut self) -> Option<u32> {
        let plain = self.labels.iter().rev().enumerate().filter(|(_, plain)| **plain);
        let plain: Vec<u32> = plain.map(|(depth, _)| depth as u32).collect();
        (!plain.is_empty()).then(|| self.numbers.pick(&plain))
    }

    /// A type that this module supports.
    pub fn any_type(&mut self) -> Ty {
        let plain = [Ty::I32, Ty::I32, Ty::I64, Ty::I64, Ty::F32, Ty::F64, Ty::V128, Ty::FuncRef];
        let typed = [Ty::ExternRef, Ty::Typed(0), Ty::Typed(1), Ty::Typed(1)];
        let count = if self.outline.types > 10 { typed.len() } else { 1 };
        let at = self.numbers.below(plain.len() + count);
        if at < plain.len() { plain[at] } else { typed[at - plain.len()] }
    }

    /// A statement that nests others at most `depth` deep.
    pub fn statement(&mut self, depth: usize) {
        self.budget = self.budget.saturating_sub(1);
        if depth == 0 || self.budget == 0 {
            return self.assign(1);
        }
        match self.numbers.below(20) {
            0..=2 => self.assign(depth),
            3 => self.store(depth),
            4 => self.mixed_access(depth),
            5 => self.bulk(depth),
            6..=7 => self.table_statement(depth),
            8..=10 => self.reference_loop(depth),
            11..=12 => self.counted_loop(depth),
            13..=14 => self.condition(depth),
            15 => self.branch(depth),
            16 => self.switch(depth),
            17 => self.block(depth),
            _ => {
                let ty = self.any_type();
                self.expr(ty, depth);
                self.code.push(I::Drop);
            }
        }
    }

    fn assign(&mut self, depth: usize) {
        let ty = self.any_type();
        let fuel = self.outline.fuel;
        let globals = self.outline.globals.find(|global| global.mutable && global.ty == ty);
        let globals: Vec<u32> = globals.into_iter().filter(|global| *global != fuel).collect();
        if !globals.is_empty() && self.numbers.chance(1, 2) {
            self.expr(ty, depth - 1);
            let global = self.numbers.pick(&globals);
            return self.code.push(I::GlobalSet(global));
        }
        let local = self.local(ty);
        self.expr(ty, depth - 1);
        self.code.push(I::LocalSet(local));
    }

    fn block(&mut self, depth: usize) {
        self.open(I::Block(BlockType::Empty), true);
        self.statement(depth - 1);
        self.statement(depth - 1);
        self.close();
    }

    fn condition(&mut self, depth: usize) {
        self.expr(Ty::I32, depth - 1);
        self.open(I::If(BlockType::Empty), true);
        self.statement(depth - 1);
        if self.numbers.chance(1, 2) {
            self.code.push(I::Else);
            self.statement(depth - 1);
        }
        self.close();
    }

    fn branch(&mut self, depth: usize) {
        if let Some(label) = self.label() {
            self.expr(Ty::I32, depth - 1);
            self.code.push(I::BrIf(label));
        } else {
            self.block(depth);
        }
    }

    fn switch(&mut self, depth: usize) {
        for _ in 0..3 {
            self.open(I::Block(BlockType::Empty), true);
        }
        self.expr(Ty::I32, depth - 1);
        self.emit([I::BrTable(vec![0, 2, 1, 0].into(), 2)]);
        for _ in 0..3 {
            self.close();
            self.statement(depth - 1);
        }
    }

    fn counted_loop(&mut self, depth: usize) {
        let counter = self.fresh(Ty::I32);
        let rounds = 1 + self.numbers.below(6) as i32;
        self.emit([I::I32Const(rounds), I::LocalSet(counter)]);
        self.looped(counter, |body| {
            body.statement(depth - 1);
            body.statement(depth - 1);
        });
    }

    /// A loop that ends when the counter or the fuel runs out.
    pub fn looped(&mut self, counter: u32, inside: impl FnOnce(&mut Self)) {
        // A branch to the loop's label repeats without counting: the fuel bounds that.
        self.open(I::Loop(BlockType::Empty), true);
        self.burn_fuel();
        inside(self);
        self.emit([I::LocalGet(counter), I::I32Const(1), I::I32Sub, I::LocalTee(counter)]);
        self.emit([I::I32Const(0), I::I32GtS, I::BrIf(0)]);
        self.close();
    }

    /// An edge-case constant.
    pub fn constant(&mut self, ty: Ty) {
        let instruction = match ty {
            Ty::I32 if self.numbers.chance(1, 3) => I::I32Const(self.numbers.next() as i32),
            Ty::I32 => I::I32Const(self.numbers.pick(WORDS).cast_signed()),
            Ty::I64 if self.numbers.chance(1, 3) => I::I64Const(self.numbers.next() as i64),
            Ty::I64 => I::I64Const(self.numbers.pick(LONGS).cast_signed()),
            Ty::F32 => I::F32Const(f32::from_bits(self.numbers.pick(SINGLES)).into()),
            Ty::F64 => I::F64Const(f64::from_bits(self.numbers.pick(DOUBLES)).into()),
            Ty::V128 => {
                let (high, low) = (self.numbers.pick(LONGS), self.numbers.next());
                I::V128Const((i128::from(high) << 64) | i128::from(low))
            }
            other => I::RefNull(heap_type(&other)),
        };
        self.code.push(instruction);
    }
}
