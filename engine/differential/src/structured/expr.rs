//! Generates expressions: takes a type; gives instructions that push exactly one value of it. Knows
//! no engine.

use super::body::Body;
use super::encode::value_type;
use super::operators::{self, Operator};
use super::outline::Ty;
use crate::arguments::AMOUNTS;
use crate::nans::Float;
use wasm_encoder::{BlockType, Instruction as I};
use wassay_engine::Feature;

impl Body<'_> {
    /// Pushes a value of this type.
    pub fn expr(&mut self, ty: Ty, depth: usize) {
        self.budget = self.budget.saturating_sub(1);
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        match self.numbers.below(16) {
            0..=1 => self.leaf(ty),
            2..=6 => self.operator(ty, depth),
            7..=8 => self.call_for(ty, depth),
            9 => self.select(ty, depth),
            10 => self.choice(ty, depth),
            11 => self.block_value(ty, depth),
            12 => {
                let local = self.local(ty);
                self.expr(ty, depth - 1);
                self.code.push(I::LocalTee(local));
            }
            _ => self.read(ty, depth),
        }
    }

    fn leaf(&mut self, ty: Ty) {
        let globals = self.outline.globals.find(|global| global.ty == ty);
        let fuel = self.outline.fuel;
        let globals: Vec<u32> = globals.into_iter().filter(|global| *global != fuel).collect();
        match self.numbers.below(4) {
            0 => self.constant(ty),
            1 if !globals.is_empty() => {
                let global = self.numbers.pick(&globals);
                self.code.push(I::GlobalGet(global));
            }
            1 | 2 if matches!(ty, Ty::FuncRef | Ty::Typed(_)) => self.func_ref(ty),
            _ => {
                let local = self.local(ty);
                self.code.push(I::LocalGet(local));
            }
        }
    }

    fn func_ref(&mut self, ty: Ty) {
        let fit = |func: &u32| ty == Ty::FuncRef || ty == Ty::Typed(*func);
        let funcs = self.outline.funcs.find(fit);
        if funcs.is_empty() {
            return self.constant(ty);
        }
        let func = self.numbers.pick(&funcs);
        self.code.push(I::RefFunc(func));
    }

    fn select(&mut self, ty: Ty, depth: usize) {
        self.expr(ty, depth - 1);
        self.expr(ty, depth - 1);
        self.expr(Ty::I32, depth - 1);
        let plain = matches!(ty, Ty::I32 | Ty::I64 | Ty::F32 | Ty::F64 | Ty::V128);
        self.code.push(if plain { I::Select } else { I::TypedSelect(value_type(&ty)) });
    }

    fn choice(&mut self, ty: Ty, depth: usize) {
        self.expr(Ty::I32, depth - 1);
        self.open(I::If(BlockType::Result(value_type(&ty))), false);
        self.expr(ty, depth - 1);
        self.code.push(I::Else);
        self.expr(ty, depth - 1);
        self.close();
    }

    fn block_value(&mut self, ty: Ty, depth: usize) {
        self.open(I::Block(BlockType::Result(value_type(&ty))), false);
        self.statement(depth - 1);
        self.expr(ty, depth - 1);
        if self.numbers.chance(1, 2) {
            self.expr(Ty::I32, depth - 1);
            self.code.push(I::BrIf(0));
        }
        self.close();
    }

    /// Pushes the result of a numeric operator or, for references, a value that is read.
    pub fn operator(&mut self, ty: Ty, depth: usize) {
        let operators = match ty {
            Ty::I32 => operators::I32,
            Ty::I64 if self.numbers.chance(1, 10) && self.has_wide() => return self.wide(depth),
            Ty::I64 => operators::I64,
            Ty::F32 => operators::F32,
            Ty::F64 => operators::F64,
            Ty::V128 => return self.vector(depth),
            _ => return self.read(ty, depth),
        };
        let at = self.numbers.below(operators.len() + 2);
        if at >= operators.len() && ty == Ty::I32 {
            return self.is_null(depth);
        }
        let Operator { takes, instruction, rounds } = &operators[at % operators.len()];
        for (at, operand) in takes.iter().enumerate() {
            if at == 1 && operators::shifts(instruction) {
                self.amount(*operand, depth);
            } else {
                self.expr(*operand, depth - 1);
            }
        }
        self.code.push(instruction.clone());
        if *rounds {
            self.canonical(ty);
        }
    }

    /// Pushes the amount of a shift or rotation, often larger than the width of the shifted
    /// operand.
    pub fn amount(&mut self, ty: Ty, depth: usize) {
        if self.numbers.chance(1, 3) {
            return self.expr(ty, depth - 1);
        }
        let amount = self.numbers.pick(AMOUNTS);
        let long = ty == Ty::I64;
        self.code.push(if long { I::I64Const(amount) } else { I::I32Const(amount as i32) });
        if self.numbers.chance(1, 2) {
            // A value that a compiler does not know: a parameter, possibly larger than the width.
            let local = self.local(ty);
            self.emit([I::LocalGet(local), if long { I::I64Add } else { I::I32Add }]);
        }
    }

    /// Makes all NaNs equal: an engine may choose which one an operator returns.
    fn canonical(&mut self, ty: Ty) {
        let float = if ty == Ty::F32 { Float::F32 } else { Float::F64 };
        let value = self.fresh(ty);
        self.emit(float.canonicalize(value));
    }

    fn has_wide(&self) -> bool {
        self.outline.features.has(Feature::WideArithmetic)
    }

    fn wide(&mut self, depth: usize) {
        let (operands, instruction) = match self.numbers.below(4) {
            0 => (4, I::I64Add128),
            1 => (4, I::I64Sub128),
            2 => (2, I::I64MulWideS),
            _ => (2, I::I64MulWideU),
        };
        for _ in 0..operands {
            self.expr(Ty::I64, depth - 1);
        }
        self.emit([instruction, I::I64Xor]);
    }

    fn is_null(&mut self, depth: usize) {
        let typed = if self.outline.types > 10 { Ty::Typed(1) } else { Ty::FuncRef };
        let ty = self.numbers.pick(&[Ty::FuncRef, Ty::ExternRef, typed]);
        self.expr(ty, depth - 1);
        self.code.push(I::RefIsNull);
    }
}
