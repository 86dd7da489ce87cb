//! Code of functions to one position-independent text: places them in index order, resolves the
//! calls between them, and appends a stub per libcall that jumps through the slot page.

use crate::emit::{Call, CallKind, CallTarget, Code};
use crate::error::CompileError;
use wassay_artifact::abi::Libcall;
use wassay_artifact::{ArtifactBuilder, TextRange};

/// Slots of libcalls begin at the text's length rounded up to this: at least a page of any host.
const SLOT_PAGE: usize = 64 * 1024;

/// `jmp [rip + distance]`, and its length.
const X86_JUMP: [u8; 2] = [0xff, 0x25];
const X86_JUMP_LEN: usize = 6;

/// Links the functions, in index order, into the artifact.
pub(crate) fn link(functions: &[Code], builder: &mut ArtifactBuilder) -> Result<(), CompileError> {
    let mut text = Vec::with_capacity(functions.iter().map(|code| code.bytes.len() + 16).sum());
    let mut starts = Vec::with_capacity(functions.len());
    for code in functions {
        text.resize(text.len().next_multiple_of(code.align.max(16) as usize), 0);
        let start = offset(text.len())?;
        starts.push(start);
        text.extend_from_slice(&code.bytes);
        builder.function(TextRange { start, len: offset(code.bytes.len())? });
        for (at, trap) in &code.traps {
            builder.trap(start + at, *trap);
        }
        for (at, location) in &code.locations {
            builder.location(start + at, *location);
        }
    }
    let stubs = stubs(functions, &mut text, builder)?;
    for (code, start) in functions.iter().zip(&starts) {
        for call in &code.calls {
            let target = match call.target {
                CallTarget::Function(func) => starts[func.at()],
                CallTarget::Libcall(libcall) => stubs[libcall as usize],
            };
            resolve(&mut text, *start, call, target)?;
        }
    }
    builder.text(text);
    Ok(())
}

/// Appends the stubs of the libcalls that are used; gives each one's place, by libcall.
fn stubs(
    functions: &[Code],
    text: &mut Vec<u8>,
    builder: &mut ArtifactBuilder,
) -> Result<[u32; Libcall::ALL.len()], CompileError> {
    let mut places = [0; Libcall::ALL.len()];
    let mut used: Vec<Libcall> = functions
        .iter()
        .flat_map(|code| &code.calls)
        .filter_map(|call| match call.target {
            CallTarget::Libcall(libcall) => Some(libcall),
            CallTarget::Function(_) => None,
        })
        .collect();
    used.sort_by_key(|libcall| *libcall as u8);
    used.dedup();
    text.resize(text.len().next_multiple_of(16), 0);
    let slots = (text.len() + 16 * used.len()).next_multiple_of(SLOT_PAGE);
    for (at, libcall) in used.into_iter().enumerate() {
        let stub = text.len();
        let distance = offset(slots + 8 * at - stub - X86_JUMP_LEN)?;
        places[libcall as usize] = offset(stub)?;
        text.extend_from_slice(&X86_JUMP);
        text.extend_from_slice(&distance.to_le_bytes());
        text.resize(stub + 16, 0);
        builder.libcall_slot(8 * at as u32, libcall);
    }
    Ok(places)
}

fn resolve(text: &mut [u8], start: u32, call: &Call, target: u32) -> Result<(), CompileError> {
    let at = start + call.offset;
    let distance = i64::from(target) - i64::from(at) + call.addend;
    let field = &mut text[at as usize..at as usize + 4];
    match call.kind {
        CallKind::X86Relative => {
            let distance = i32::try_from(distance).map_err(|_| too_large())?;
            field.copy_from_slice(&distance.to_le_bytes());
        }
        CallKind::Arm64 => {
            let instructions = distance / 4;
            if !(-(1 << 25)..1 << 25).contains(&instructions) {
                return Err(too_large());
            }
            let opcode = u32::from_le_bytes(field.try_into().expect("four bytes"));
            let opcode = opcode & !0x03ff_ffff | (instructions as u32 & 0x03ff_ffff);
            field.copy_from_slice(&opcode.to_le_bytes());
        }
    }
    Ok(())
}

fn offset(position: usize) -> Result<u32, CompileError> {
    u32::try_from(position).map_err(|_| too_large())
}

fn too_large() -> CompileError {
    CompileError::Limit("the module's code is too large for direct calls".to_string())
}
