//! Converts wasm types to CLIF types and signatures.

use cranelift_codegen::ir::{AbiParam, ArgumentPurpose, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use wassay_artifact::abi::{AbiSignature, AbiType};
use wassay_artifact::types::{FuncType, ValType};

/// The type of pointers on every supported target.
pub(crate) const POINTER: Type = types::I64;

/// The CLIF type that holds a value. Vectors are always bytes; operators cast them to their lanes.
pub(crate) const fn machine_type(ty: AbiType) -> Type {
    match ty {
        AbiType::I32 | AbiType::GcRef => types::I32,
        AbiType::I64 | AbiType::FuncRef => types::I64,
        AbiType::F32 => types::F32,
        AbiType::F64 => types::F64,
        AbiType::V128 => types::I8X16,
    }
}

/// The CLIF type that holds a value of a wasm type.
pub(crate) const fn abi_type<T>(ty: &ValType<T>) -> Type {
    machine_type(AbiType::of(ty))
}

/// The signature of a wasm function: its VM context first.
pub(crate) fn wasm_signature<T>(ty: &FuncType<T>) -> Signature {
    abi_signature(&AbiSignature::of(ty))
}

/// The signature of wasm functions with these machine types.
pub(crate) fn abi_signature(ty: &AbiSignature) -> Signature {
    // The only convention with tail calls.
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.push(AbiParam::special(POINTER, ArgumentPurpose::VMContext));
    signature.params.extend(abi_params(&ty.params));
    signature.returns.extend(abi_params(&ty.results));
    signature
}

fn abi_params(types: &[AbiType]) -> impl Iterator<Item = AbiParam> {
    types.iter().map(|ty| AbiParam::new(machine_type(*ty)))
}

/// `extern "C" fn(code, vmctx, values)`: the signature of entry shims.
pub(crate) fn entry_signature() -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend([AbiParam::new(POINTER); 3]);
    signature
}
