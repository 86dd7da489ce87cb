//! Compiles one function from CLIF to machine code, with everything that the artifact records about
//! it.

use crate::error::CompileError;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, LibCall, TrapCode as ClifTrap};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::print_errors::pretty_error;
use cranelift_codegen::{Context, FinalizedRelocTarget};
use wassay_artifact::abi::{Libcall, TrapCode};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::DefinedFuncIndex;

/// A function's code; offsets are from its start.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub bytes: Vec<u8>,
    pub align: u32,
    pub calls: Vec<Call>,
    pub traps: Vec<(u32, TrapCode)>,
    pub locations: Vec<(u32, u32)>,
}

/// A call whose distance is unknown until all functions are placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub offset: u32,
    pub kind: CallKind,
    pub target: CallTarget,
    pub addend: i64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum CallKind {
    /// A 32-bit distance from the end of the field, minus the addend.
    X86Relative,
    /// A 26-bit distance in instructions.
    Arm64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CallTarget {
    Function(DefinedFuncIndex),
    Libcall(Libcall),
}

/// Generates the code of the function in the context.
pub(crate) fn emit(context: &mut Context, isa: &dyn TargetIsa) -> Result<Code, CompileError> {
    context
        .compile(isa, &mut ControlPlane::default())
        .map_err(|error| CompileError::Internal(pretty_error(error.func, error.inner)))?;
    let compiled = context.compiled_code().expect("just compiled");
    let buffer = &compiled.buffer;
    let names = context.func.params.user_named_funcs();
    let calls = buffer
        .relocs()
        .iter()
        .map(|reloc| {
            let kind = match reloc.kind {
                Reloc::X86CallPCRel4 | Reloc::X86PCRel4 | Reloc::X86CallPLTRel4 => {
                    CallKind::X86Relative
                }
                Reloc::Arm64Call => CallKind::Arm64,
                other => return Err(CompileError::Internal(format!("relocation {other:?}"))),
            };
            let target = match &reloc.target {
                FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
                    CallTarget::Function(DefinedFuncIndex(names[*name].index))
                }
                FinalizedRelocTarget::ExternalName(ExternalName::LibCall(call)) => {
                    CallTarget::Libcall(libcall(*call)?)
                }
                other => return Err(CompileError::Internal(format!("call of {other:?}"))),
            };
            Ok(Call { offset: reloc.offset, kind, target, addend: reloc.addend })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut traps = buffer
        .traps()
        .iter()
        .map(|trap| Ok((trap.offset, our_trap(trap.code)?)))
        .collect::<Result<Vec<_>, CompileError>>()?;
    traps.sort_by_key(|(offset, _)| *offset);
    let mut locations: Vec<(u32, u32)> = buffer
        .get_srclocs_sorted()
        .iter()
        .filter(|range| !range.loc.is_default())
        .map(|range| (range.start, range.loc.bits()))
        .collect();
    locations.dedup_by_key(|(_, location)| *location);
    Ok(Code { bytes: buffer.data().to_vec(), align: buffer.alignment, calls, traps, locations })
}

fn our_trap(code: ClifTrap) -> Result<TrapCode, CompileError> {
    Ok(match code {
        ClifTrap::STACK_OVERFLOW => TrapCode::StackOverflow,
        ClifTrap::INTEGER_OVERFLOW => TrapCode::IntegerOverflow,
        ClifTrap::HEAP_OUT_OF_BOUNDS => TrapCode::MemoryOutOfBounds,
        ClifTrap::INTEGER_DIVISION_BY_ZERO if Fault::TrapKind.is_seeded() => {
            TrapCode::IntegerOverflow
        }
        ClifTrap::INTEGER_DIVISION_BY_ZERO => TrapCode::IntegerDivideByZero,
        ClifTrap::BAD_CONVERSION_TO_INTEGER => TrapCode::InvalidConversion,
        user => TrapCode::from_number(user.as_raw().get())
            .ok_or_else(|| CompileError::Internal(format!("trap code {user}")))?,
    })
}

fn libcall(call: LibCall) -> Result<Libcall, CompileError> {
    Ok(match call {
        LibCall::CeilF32 => Libcall::CeilF32,
        LibCall::CeilF64 => Libcall::CeilF64,
        LibCall::FloorF32 => Libcall::FloorF32,
        LibCall::FloorF64 => Libcall::FloorF64,
        LibCall::TruncF32 => Libcall::TruncF32,
        LibCall::TruncF64 => Libcall::TruncF64,
        LibCall::NearestF32 => Libcall::NearestF32,
        LibCall::NearestF64 => Libcall::NearestF64,
        LibCall::FmaF32 => Libcall::FmaF32,
        LibCall::FmaF64 => Libcall::FmaF64,
        LibCall::X86Pshufb => Libcall::X86Pshufb,
        other => return Err(CompileError::Internal(format!("libcall {other}"))),
    })
}
