//! References, and single elements of tables.

use super::access::{Fixed, Region};
use super::signature::{POINTER, abi_type, machine_type};
use super::state::{Translator, trap_code};
use crate::error::CompileError;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::Operator;
use wassay_artifact::abi::{AbiType, TrapCode, table_def};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::{FuncIndex, TableIndex};
use wassay_artifact::types::{RefType, ValType};

impl Translator<'_> {
    /// Translates an operator of this family; false for any other operator.
    pub(super) fn table(&mut self, op: &Operator<'_>) -> Result<bool, CompileError> {
        match *op {
            Operator::RefNull { hty } => {
                let heap = self.env.types.heap(hty)?;
                let null = self.zero(abi_type(&ValType::Ref(RefType { nullable: true, heap })));
                self.push(null);
            }
            Operator::RefIsNull => {
                let reference = self.pop();
                let null = self.ins().icmp_imm_u(IntCC::Equal, reference, 0);
                self.push_bool(null);
            }
            Operator::RefAsNonNull => {
                let reference = self.pop();
                self.ins().trapz(reference, trap_code(TrapCode::NullReference));
                self.push(reference);
            }
            Operator::RefFunc { function_index } => {
                let reference = self.func_ref(FuncIndex(function_index))?;
                self.push(reference);
            }
            Operator::TableGet { table } => {
                let index = self.pop();
                let (slot, ty) = self.element(TableIndex(table), index, TrapCode::TableOutOfBounds);
                let flags = self.flags(Region::Table);
                let value = self.ins().load(ty, flags, slot, 0);
                self.push(value);
            }
            Operator::TableSet { table } => {
                let (index, value) = self.pop2();
                let (slot, _) = self.element(TableIndex(table), index, TrapCode::TableOutOfBounds);
                let flags = self.flags(Region::Table);
                self.ins().store(flags, value, slot, 0);
            }
            Operator::TableSize { table } => {
                let table = TableIndex(table);
                let definition = self.table_definition(table);
                let size = self.load_mutable(types::I64, definition, table_def::LEN);
                let size = if self.env.module.tables[table.at()].table64 {
                    size
                } else {
                    self.ins().ireduce(types::I32, size)
                };
                self.push(size);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A reference to a function of the whole space. An imported function has the exporter's
    /// reference.
    fn func_ref(&mut self, func: FuncIndex) -> Result<Value, CompileError> {
        match self.env.module.imported.defined_func(func) {
            None => {
                let field = self.env.layout.imported_func(func);
                Ok(self.load_fixed(self.vmctx, field).value())
            }
            Some(defined) => {
                let slot = self.env.module.func_ref_slot(defined).ok_or_else(|| {
                    CompileError::Internal(format!("function {} does not escape", func.0))
                })?;
                let offset = self.env.layout.func_ref(slot);
                let vmctx = self.vmctx.value();
                Ok(self.ins().iadd_imm_u(vmctx, i64::from(offset)))
            }
        }
    }

    /// The checked address of a table's element, and the element's machine type.
    pub(super) fn element(
        &mut self,
        table: TableIndex,
        index: Value,
        outside: TrapCode,
    ) -> (Value, Type) {
        let element = self.env.module.tables[table.at()].element;
        let ty = machine_type(AbiType::of(&ValType::Ref(element)));
        let definition = self.table_definition(table);
        let index = self.extend_index(index);
        let size = self.load_mutable(types::I64, definition, table_def::LEN);
        let is_outside = match Fault::TableBoundsLate.is_seeded() {
            true => IntCC::UnsignedGreaterThan,
            false => IntCC::UnsignedGreaterThanOrEqual,
        };
        self.trap_if(is_outside, index, size, outside);
        let base = self.load_mutable(POINTER, definition, table_def::BASE);
        let lost = i64::from(Fault::TableElementWidth.is_seeded());
        let width = i64::from(ty.bytes().trailing_zeros()) - lost;
        let offset = self.ins().ishl_imm_u(index, width);
        (self.ins().iadd(base, offset), ty)
    }

    pub(super) fn table_definition(&mut self, mut table: TableIndex) -> Fixed {
        let module = self.env.module;
        if let Some(lower) = table.0.checked_sub(module.imported.tables).map(TableIndex)
            && Fault::TableImportIndex.is_seeded()
            && module.tables[lower.at()].element == module.tables[table.at()].element
        {
            table = lower;
        }
        let field = self.env.layout.table(table);
        self.load_fixed(self.vmctx, field)
    }
}
