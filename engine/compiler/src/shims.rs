//! Compiles the two shims of a machine signature: entry, through which the host calls wasm, and
//! exit, through which wasm calls the host. Values pass in an array of slots.

use crate::emit::{self, Code};
use crate::error::CompileError;
use crate::translate::{POINTER, builtin_signature, entry_signature, signature};
use cranelift_codegen::Context;
use cranelift_codegen::ir::{
    Function, InstBuilder, MemFlagsData, StackSlotData, StackSlotKind, UserFuncName, Value,
};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use wassay_artifact::abi::{AbiSignature, AbiType, Builtin, VALUE_SIZE, vmctx};

/// The code of both shims, entry first.
pub(crate) fn shims(ty: &AbiSignature, isa: &dyn TargetIsa) -> Result<[Code; 2], CompileError> {
    Ok([build(isa, |func, context| entry(ty, isa, func, context))?, {
        build(isa, |func, context| exit(ty, isa, func, context))?
    }])
}

fn build(
    isa: &dyn TargetIsa,
    fill: impl FnOnce(&mut Function, &mut FunctionBuilderContext),
) -> Result<Code, CompileError> {
    let mut context = Context::new();
    fill(&mut context.func, &mut FunctionBuilderContext::new());
    emit::emit(&mut context, isa)
}

/// `fn(code, vmctx, values)`: arguments from the slots, call, results to the slots.
fn entry(
    ty: &AbiSignature,
    isa: &dyn TargetIsa,
    func: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    func.name = UserFuncName::user(1, 0);
    func.signature = entry_signature();
    let mut builder = FunctionBuilder::new(func, context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    builder.seal_block(block);
    let &[code, vmctx, values] = builder.block_params(block) else {
        unreachable!("entry_signature has three parameters")
    };
    let mut args = vec![vmctx];
    args.extend(load_slots(&mut builder, values, &ty.params));
    let signature = builder.import_signature(signature::abi_signature(ty));
    let call = builder.ins().call_indirect(signature, code, &args);
    let results = builder.inst_results(call).to_vec();
    store_slots(&mut builder, values, &results);
    builder.ins().return_(&[]);
    builder.finalize(isa.frontend_config());
}

/// A wasm function that passes its arguments to the host function that owns the context.
fn exit(
    ty: &AbiSignature,
    isa: &dyn TargetIsa,
    func: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    func.name = UserFuncName::user(1, 1);
    func.signature = signature::abi_signature(ty);
    let mut builder = FunctionBuilder::new(func, context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    builder.seal_block(block);
    let params = builder.block_params(block).to_vec();
    let vmctx = params[0];
    let size = VALUE_SIZE * ty.slots().max(1) as u32;
    let slots =
        builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 4));
    let values = builder.ins().stack_addr(POINTER, slots, 0);
    store_slots(&mut builder, values, &params[1..]);
    let flags = MemFlagsData::trusted();
    let table = builder.ins().load(POINTER, flags, vmctx, vmctx::BUILTINS.offset());
    let host_call = builder.ins().load(POINTER, flags, table, Builtin::HostCall.slot().offset());
    let signature = builder.import_signature(builtin_signature(Builtin::HostCall));
    builder.ins().call_indirect(signature, host_call, &[vmctx, values]);
    let results = load_slots(&mut builder, values, &ty.results);
    builder.ins().return_(&results);
    builder.finalize(isa.frontend_config());
}

fn load_slots(builder: &mut FunctionBuilder<'_>, values: Value, types: &[AbiType]) -> Vec<Value> {
    let load = |(at, ty): (usize, &AbiType)| {
        let ty = signature::machine_type(*ty);
        builder.ins().load(ty, MemFlagsData::trusted(), values, slot(at))
    };
    types.iter().enumerate().map(load).collect()
}

fn store_slots(builder: &mut FunctionBuilder<'_>, slots: Value, values: &[Value]) {
    for (at, value) in values.iter().enumerate() {
        builder.ins().store(MemFlagsData::trusted(), *value, slots, slot(at));
    }
}

fn slot(at: usize) -> i32 {
    VALUE_SIZE as i32 * at as i32
}
