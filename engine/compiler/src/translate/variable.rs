//! Locals, globals, constants, and the operators that only move operands.

use super::access::Region;
use super::signature::abi_type;
use super::state::Translator;
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasmparser::Operator;
use wassay_artifact::fault::Fault;
use wassay_artifact::index::GlobalIndex;
use wassay_artifact::module::ConstOp;

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn variable(&mut self, op: &Operator<'_>) -> bool {
        match *op {
            Operator::LocalGet { local_index } => {
                let value = self.builder.use_var(self.locals[local_index as usize]);
                self.push(value);
            }
            Operator::LocalSet { local_index } => {
                let value = self.pop();
                self.builder.def_var(self.locals[local_index as usize], value);
            }
            Operator::LocalTee { local_index } => {
                let value = self.pop();
                self.builder.def_var(self.locals[local_index as usize], value);
                self.push(value);
            }
            Operator::GlobalGet { global_index } => {
                let global = GlobalIndex(global_index);
                if let Some(value) = self.constant_global(global) {
                    self.push(value);
                    return true;
                }
                let ty = abi_type(&self.env.module.globals[global.at()].content);
                let (base, offset) = self.global_cell(global);
                let flags = self.flags(Region::Global);
                let value = self.ins().load(ty, flags, base, offset);
                self.push(value);
            }
            Operator::GlobalSet { global_index } => {
                let value = self.pop();
                let (base, offset) = self.global_cell(GlobalIndex(global_index));
                let flags = self.flags(Region::Global);
                self.ins().store(flags, value, base, offset);
            }
            Operator::I32Const { value } => {
                let value = self.constant(types::I32, i64::from(value.cast_unsigned()));
                self.push(value);
            }
            Operator::I64Const { value } => {
                let value = self.constant(types::I64, value);
                self.push(value);
            }
            Operator::F32Const { value } => {
                let value = self.ins().f32const(Ieee32::with_bits(value.bits()));
                self.push(value);
            }
            Operator::F64Const { value } => {
                let value = self.ins().f64const(Ieee64::with_bits(value.bits()));
                self.push(value);
            }
            Operator::Drop => {
                self.pop();
            }
            Operator::Select | Operator::TypedSelect { .. } => {
                let condition = self.pop();
                let (first, second) = self.pop2();
                let value = self.ins().select(condition, first, second);
                self.push(value);
            }
            _ => return false,
        }
        true
    }

    /// The value of an immutable global of this module whose initializer is a number.
    fn constant_global(&mut self, global: GlobalIndex) -> Option<Value> {
        let module = self.env.module;
        let defined = global.0.checked_sub(module.imported.globals)?;
        if module.globals[global.at()].mutable {
            return None;
        }
        let [op] = module.global_inits.get(defined as usize)?.0[..] else { return None };
        Some(match op {
            ConstOp::I32Const(bits) => self.constant(types::I32, i64::from(bits)),
            ConstOp::I64Const(bits) => self.constant(types::I64, bits.cast_signed()),
            ConstOp::F32Const(bits) => self.ins().f32const(Ieee32::with_bits(bits)),
            ConstOp::F64Const(bits) => self.ins().f64const(Ieee64::with_bits(bits)),
            _ => return None,
        })
    }

    /// The address of a global's cell, as a base and an offset.
    fn global_cell(&mut self, mut global: GlobalIndex) -> (Value, i32) {
        let module = self.env.module;
        if let Some(lower) = global.0.checked_sub(module.imported.globals).map(GlobalIndex)
            && Fault::GlobalImportIndex.is_seeded()
            && module.globals[lower.at()].content == module.globals[global.at()].content
        {
            global = lower;
        }
        if let Some(own) = self.env.layout.private_global(global) {
            return (self.vmctx.value(), own.offset());
        }
        let field = self.env.layout.global(global);
        (self.load_fixed(self.vmctx, field).value(), 0)
    }
}
