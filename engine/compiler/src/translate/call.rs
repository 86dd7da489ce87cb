//! Calls in all their forms. A callee receives its own VM context as the first argument; a call
//! through a reference takes code and context from the reference.

use super::access::{Fixed, FuncRef, Region};
use super::signature::POINTER;
use super::state::{Translator, trap_code};
use crate::error::CompileError;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Inst, InstBuilder, Value, types};
use wasmparser::Operator;
use wassay_artifact::abi::{Builtin, TrapCode, func_ref, store_context, vmctx};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::{FuncIndex, TableIndex, TypeIndex};
use wassay_artifact::types::HeapType;

/// Whether the caller's frame still exists while the callee runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Call,
    Tail,
}

impl Translator<'_> {
    /// Translates a call; false for any other operator.
    pub(super) fn call(&mut self, op: &Operator<'_>) -> Result<bool, CompileError> {
        match *op {
            Operator::Call { function_index } => {
                self.direct(FuncIndex(function_index), Form::Call)?;
            }
            Operator::ReturnCall { function_index } => {
                self.direct(FuncIndex(function_index), Form::Tail)?;
            }
            Operator::CallIndirect { type_index, table_index } => {
                self.indirect(TypeIndex(type_index), TableIndex(table_index), Form::Call)?;
            }
            Operator::ReturnCallIndirect { type_index, table_index } => {
                self.indirect(TypeIndex(type_index), TableIndex(table_index), Form::Tail)?;
            }
            Operator::CallRef { type_index } => {
                self.through_reference(TypeIndex(type_index), Form::Call)?;
            }
            Operator::ReturnCallRef { type_index } => {
                self.through_reference(TypeIndex(type_index), Form::Tail)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn direct(&mut self, func: FuncIndex, form: Form) -> Result<(), CompileError> {
        let ty = self.env.module.functions[func.at()];
        if self.env.module.imported.defined_func(func).is_none() {
            let field = self.env.layout.imported_func(func);
            let reference = self.load_fixed(self.vmctx, field);
            return self.imported(reference, ty, form);
        }
        let args = self.args(self.vmctx.value(), ty, form)?;
        let callee = self.defined_function(func)?;
        match form {
            Form::Call => {
                let call = self.ins().call(callee, &args);
                self.push_results(call);
            }
            Form::Tail => {
                self.ins().return_call(callee, &args);
                self.reachable = false;
            }
        }
        Ok(())
    }

    fn indirect(
        &mut self,
        ty: TypeIndex,
        table: TableIndex,
        form: Form,
    ) -> Result<(), CompileError> {
        let index = self.pop();
        let (slot, _) = self.element(table, index, TrapCode::UndefinedElement);
        let flags = self.flags(Region::Table);
        let mut reference = self.ins().load(POINTER, flags, slot, 0);
        if Fault::CallCacheNull.is_seeded() && self.is_cached(table) {
            reference = self.or_second_element(reference, table);
        }
        let null = match Fault::NullCallTrap.is_seeded() {
            true => TrapCode::IndirectCallTypeMismatch,
            false => TrapCode::UninitializedElement,
        };
        let mut reference = FuncRef::nullable(reference, null);
        self.check_type(&mut reference, ty, table);
        self.reference(reference, ty, form)
    }

    /// Traps unless the function's actual type is the expected one or a subtype of it.
    fn check_type(&mut self, reference: &mut FuncRef, ty: TypeIndex, table: TableIndex) {
        let element = self.env.module.tables[table.at()].element.heap;
        if matches!(element, HeapType::Concrete(_, static_type) if static_type == ty)
            || Fault::UncheckedIndirectCall.is_seeded()
            || Fault::CallCacheSignature.is_seeded() && self.has_called()
        {
            return;
        }
        let actual = self.load_func_ref(types::I32, reference, func_ref::TYPE_ID);
        let expected = match Fault::CalleeTypeIndex.is_seeded() {
            true => self.canonical_type_of_callee(reference, ty),
            false => self.canonical_type(ty),
        };
        if self.env.module.types[ty.at()].is_final {
            let code = TrapCode::IndirectCallTypeMismatch;
            self.trap_if(IntCC::NotEqual, actual, expected, code);
            return;
        }
        let equal = self.ins().icmp(IntCC::Equal, actual, expected);
        let slow = self.builder.create_block();
        let next = self.builder.create_block();
        self.builder.set_cold_block(slow);
        self.ins().brif(equal, next, &[], slow, &[]);
        self.builder.switch_to_block(slow);
        self.builder.seal_block(slow);
        let known = self.known.mark();
        let matches = self
            .call_builtin(Builtin::IsSubtype, &[actual, expected])
            .expect("IsSubtype returns a number");
        self.known.forget_since(known);
        self.ins().trapz(matches, trap_code(TrapCode::IndirectCallTypeMismatch));
        self.ins().jump(next, &[]);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
    }

    fn through_reference(&mut self, ty: TypeIndex, form: Form) -> Result<(), CompileError> {
        let reference = self.pop();
        self.reference(FuncRef::nullable(reference, TrapCode::NullReference), ty, form)
    }

    /// Calls an imported function: its reference lives as long as the instance.
    fn imported(&mut self, import: Fixed, ty: TypeIndex, form: Form) -> Result<(), CompileError> {
        let code = self.load_constant(POINTER, import, func_ref::CODE);
        let context = self.load_constant(POINTER, import, func_ref::VMCTX);
        self.code(code, context, ty, form)
    }

    /// Calls a function reference that has this type, or traps if it is null.
    fn reference(
        &mut self,
        mut reference: FuncRef,
        ty: TypeIndex,
        form: Form,
    ) -> Result<(), CompileError> {
        let code = self.load_func_ref(POINTER, &mut reference, func_ref::CODE);
        let context = self.load_func_ref(POINTER, &mut reference, func_ref::VMCTX);
        self.code(code, context, ty, form)
    }

    fn code(
        &mut self,
        code: Value,
        context: Value,
        ty: TypeIndex,
        form: Form,
    ) -> Result<(), CompileError> {
        let args = self.args(context, ty, form)?;
        let signature = self.signature(ty)?;
        match form {
            Form::Call => {
                let call = self.ins().call_indirect(signature, code, &args);
                self.push_results(call);
            }
            Form::Tail => {
                self.ins().return_call_indirect(signature, code, &args);
                self.reachable = false;
            }
        }
        Ok(())
    }

    fn args(
        &mut self,
        context: Value,
        ty: TypeIndex,
        form: Form,
    ) -> Result<Vec<Value>, CompileError> {
        let count = self.env.func_type(ty)?.params.len();
        let mut args = Vec::with_capacity(1 + count);
        args.push(context);
        args.extend(self.stack.drain(self.stack.len() - count..));
        if Fault::TailArgumentOrder.is_seeded() && form == Form::Tail {
            self.swap_last_two(&mut args[1..]);
        }
        Ok(args)
    }

    fn push_results(&mut self, call: Inst) {
        let mut results = self.builder.inst_results(call).to_vec();
        if Fault::ResultOrder.is_seeded() && results.len() == 2 {
            self.swap_last_two(&mut results);
        }
        self.stack.extend(results);
    }

    /// Stops here if the embedder requests it. Called at loop headers and, because recursion loops
    /// too, at function entries.
    pub(super) fn poll_interrupt(&mut self) {
        if !self.env.target.interruption {
            return;
        }
        let store = self.load_fixed(self.vmctx, vmctx::STORE).value();
        // Another thread writes it: an atomic load, so that no pass hoists it out of the loop.
        let flag = self.ins().iadd_imm_u(store, i64::from(store_context::INTERRUPT.offset()));
        let flags = self.flags(Region::Context);
        let flag = self.ins().atomic_load(types::I64, flags, flag);
        let stop = self.builder.create_block();
        let next = self.builder.create_block();
        self.builder.set_cold_block(stop);
        self.ins().brif(flag, stop, &[], next, &[]);
        self.builder.switch_to_block(stop);
        self.builder.seal_block(stop);
        let known = self.known.mark();
        self.call_builtin(Builtin::Interrupt, &[]);
        self.known.forget_since(known);
        self.ins().jump(next, &[]);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
    }
}
