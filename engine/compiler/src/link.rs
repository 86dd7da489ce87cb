//! Links the code of functions into one position-independent text: places them in index order,
//! resolves the calls between them, and adds stubs. A stub of a libcall jumps through the slot page;
//! a stub in an island jumps to a function that its callers cannot reach.
//!
//! Only calls of a module's own functions and of libcalls are linked. An imported function is called
//! through its address in the VM context, at any distance, so no import has a place or a stub here.

mod layout;
mod stub;
#[cfg(test)]
mod tests;

use crate::emit::{CallKind, Code};
use crate::error::CompileError;
use layout::{Layout, Reach, offset};
use stub::{STUB_SIZE, jump_through, jump_to};
use wassay_artifact::abi::SLOT_PAGE;
use wassay_artifact::fault::Fault;
use wassay_artifact::target::Arch;
use wassay_artifact::{ArtifactBuilder, TextRange};

/// What determines how code is linked.
pub(crate) struct Linker {
    arch: Arch,
    reach: Reach,
    mistake: Mistake,
}

/// What a seeded fault adds to places in an island, in stubs; 0 in a sound engine.
#[derive(Default)]
struct Mistake {
    written: usize,
    called: usize,
}

impl Linker {
    /// A linker of a module with this number of imported functions, which matters to faults only.
    pub fn new(arch: Arch, imports: u32) -> Linker {
        let imports = imports as usize;
        let mistake = if Fault::FarStubImports.is_seeded() {
            Mistake { written: imports, called: imports }
        } else if Fault::FarCallImports.is_seeded() {
            Mistake { written: 0, called: imports }
        } else {
            return Linker { arch, reach: Reach::of(arch), mistake: Mistake::default() };
        };
        Linker { arch, reach: Reach::SEEDED, mistake }
    }

    /// Links the functions, in index order, into the artifact.
    pub fn link(
        &self,
        functions: &[Code],
        builder: &mut ArtifactBuilder,
    ) -> Result<(), CompileError> {
        let layout = Layout::new(functions, self.reach)?;
        let mut text = vec![0; layout.len];
        place(functions, &layout, &mut text, builder)?;
        self.add_stubs(&layout, &mut text, builder)?;
        self.resolve_calls(functions, &layout, &mut text)?;
        builder.text(text);
        Ok(())
    }

    /// Writes the stubs of libcalls and of islands.
    fn add_stubs(
        &self,
        layout: &Layout,
        text: &mut [u8],
        builder: &mut ArtifactBuilder,
    ) -> Result<(), CompileError> {
        let slots = layout.len.next_multiple_of(SLOT_PAGE);
        for (at, (libcall, place)) in layout.libcalls.iter().enumerate() {
            let distance = offset(slots + 8 * at - *place as usize)?;
            write(text, *place as usize, &jump_through(self.arch, distance)?);
            builder.libcall_slot(8 * at as u32, *libcall);
        }
        for island in &layout.islands {
            for (target, number) in &island.stubs {
                let place = island.stub(*number) as usize + STUB_SIZE * self.mistake.written;
                if place + STUB_SIZE > text.len() {
                    continue;
                }
                let stub = jump_to(self.arch, offset(place)?, layout.place(*target))?;
                write(text, place, &stub);
            }
        }
        Ok(())
    }

    fn resolve_calls(
        &self,
        functions: &[Code],
        layout: &Layout,
        text: &mut [u8],
    ) -> Result<(), CompileError> {
        for (func, code) in functions.iter().enumerate() {
            for (at, call) in code.calls.iter().enumerate() {
                if Fault::LostRelocation.is_seeded() && at == 1 {
                    continue;
                }
                let mut distance = layout.distance(func, call);
                if !self.reach.includes(distance) {
                    let stub = layout.stub(func, call.target).ok_or_else(too_large)?;
                    distance = layout.distance_to(func, call, stub)
                        + (STUB_SIZE * self.mistake.called) as i64;
                }
                if !self.reach.includes(distance) {
                    return Err(too_large());
                }
                resolve(text, layout.starts[func] + call.offset, call.kind, distance);
            }
        }
        Ok(())
    }
}

/// Copies the code to its places, and records what is where.
fn place(
    functions: &[Code],
    layout: &Layout,
    text: &mut [u8],
    builder: &mut ArtifactBuilder,
) -> Result<(), CompileError> {
    for (code, start) in functions.iter().zip(&layout.starts) {
        write(text, *start as usize, &code.bytes);
        builder.function(TextRange { start: *start, len: offset(code.bytes.len())? });
        for (at, trap) in &code.traps {
            builder.trap(start + at, *trap);
        }
        for (at, location) in &code.locations {
            builder.location(start + at, *location);
        }
    }
    Ok(())
}

/// Writes the distance, which is in reach, into the field of a call.
fn resolve(text: &mut [u8], at: u32, kind: CallKind, distance: i64) {
    let field: &mut [u8; 4] =
        (&mut text[at as usize..at as usize + 4]).try_into().expect("four bytes");
    *field = match kind {
        CallKind::X86Relative => (distance as i32).to_le_bytes(),
        CallKind::Arm64 => {
            let opcode = u32::from_le_bytes(*field) & !0x03ff_ffff;
            (opcode | ((distance / 4) as u32 & 0x03ff_ffff)).to_le_bytes()
        }
    };
}

fn write(text: &mut [u8], at: usize, bytes: &[u8]) {
    text[at..at + bytes.len()].copy_from_slice(bytes);
}

fn too_large() -> CompileError {
    CompileError::Limit("the module's code is too large for direct calls".to_string())
}
