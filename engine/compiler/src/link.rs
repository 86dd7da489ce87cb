//! Links the code of functions into one position-independent text: places them in index order,
//! resolves the calls between them, and appends a stub per libcall that jumps through the slot
//! page.

use crate::emit::{Call, CallKind, CallTarget, Code};
use crate::error::CompileError;
use wassay_artifact::abi::{Libcall, SLOT_PAGE};
use wassay_artifact::fault::Fault;
use wassay_artifact::target::Arch;
use wassay_artifact::{ArtifactBuilder, TextRange};

/// The distance between stubs, which is at least the length of each.
const STUB_SIZE: usize = 16;

/// Links the functions, in index order, into the artifact.
pub(crate) fn link(
    functions: &[Code],
    arch: Arch,
    builder: &mut ArtifactBuilder,
) -> Result<(), CompileError> {
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
    let stubs = stubs(functions, arch, &mut text, builder)?;
    for (code, start) in functions.iter().zip(&starts) {
        for (at, call) in code.calls.iter().enumerate() {
            if Fault::LostRelocation.is_seeded() && at == 1 {
                continue;
            }
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

/// Appends the stubs of the libcalls that are used; returns the place of each, by libcall.
fn stubs(
    functions: &[Code],
    arch: Arch,
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
    let slots = (text.len() + STUB_SIZE * used.len()).next_multiple_of(SLOT_PAGE);
    for (at, libcall) in used.into_iter().enumerate() {
        let stub = text.len();
        places[libcall as usize] = offset(stub)?;
        text.extend_from_slice(&jump_through(arch, offset(slots + 8 * at - stub)?)?);
        builder.libcall_slot(8 * at as u32, libcall);
    }
    Ok(places)
}

/// A jump to the address in the slot at this distance from the jump itself.
fn jump_through(arch: Arch, distance: u32) -> Result<[u8; STUB_SIZE], CompileError> {
    let mut stub = [0; STUB_SIZE];
    match arch {
        Arch::X86_64 => {
            // `jmp [rip + distance]`, counted from the end of its six bytes.
            stub[..2].copy_from_slice(&[0xff, 0x25]);
            stub[2..6].copy_from_slice(&(distance - 6).to_le_bytes());
        }
        Arch::Aarch64 => {
            // `ldr x16, [pc + distance]` with a signed 19-bit distance in words; `br x16`. A call
            // may change x16: the procedure call standard reserves it for such stubs.
            if distance >= 1 << 20 {
                return Err(too_large());
            }
            let load: u32 = 0x5800_0010 | (distance / 4) << 5;
            let branch: u32 = 0xd61f_0200;
            stub[..4].copy_from_slice(&load.to_le_bytes());
            stub[4..8].copy_from_slice(&branch.to_le_bytes());
        }
    }
    Ok(stub)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The instructions according to `objdump`: the stub is at 0 and the slot at 0x10008.
    #[test]
    fn a_stub_is_in_the_target_s_own_code() {
        let stub = |arch| jump_through(arch, 0x1_0008).expect("the slot is near");
        // jmp *0x10002(%rip)
        assert_eq!(stub(Arch::X86_64)[..6], [0xff, 0x25, 0x02, 0x00, 0x01, 0x00]);
        // ldr x16, 0x10008; br x16
        let aarch64 = [0x50, 0x00, 0x08, 0x58, 0x00, 0x02, 0x1f, 0xd6];
        assert_eq!(stub(Arch::Aarch64)[..8], aarch64);
    }

    #[test]
    fn a_slot_out_of_reach_is_an_error() {
        assert!(jump_through(Arch::Aarch64, (1 << 20) - 4).is_ok());
        assert!(jump_through(Arch::Aarch64, 1 << 20).is_err());
        assert!(jump_through(Arch::X86_64, 1 << 20).is_ok());
    }
}
