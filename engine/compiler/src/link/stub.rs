//! Takes an architecture and a distance; returns the machine code of a stub, which only jumps. Knows
//! no layout.

use super::too_large;
use crate::error::CompileError;
use wassay_artifact::target::Arch;

/// The distance between stubs, which is at least the length of each.
pub(super) const STUB_SIZE: usize = 16;

/// A jump to the address in the slot at this distance from the jump itself.
pub(super) fn jump_through(arch: Arch, distance: u32) -> Result<[u8; STUB_SIZE], CompileError> {
    match arch {
        Arch::X86_64 => {
            // `jmp [rip + distance]`, counted from the end of its six bytes.
            let mut stub = [0; STUB_SIZE];
            stub[..2].copy_from_slice(&[0xff, 0x25]);
            stub[2..6].copy_from_slice(&(distance - 6).to_le_bytes());
            Ok(stub)
        }
        Arch::Aarch64 => {
            // `ldr x16, [pc + distance]` with a signed 19-bit distance in words; `br x16`.
            if distance >= 1 << 20 {
                return Err(too_large());
            }
            Ok(instructions(&[0x5800_0010 | (distance / 4) << 5, BR_X16]))
        }
    }
}

/// A jump from a stub at this offset of the text to a target at another offset.
pub(super) fn jump_to(arch: Arch, at: u32, target: u32) -> Result<[u8; STUB_SIZE], CompileError> {
    match arch {
        Arch::X86_64 => {
            // `jmp target`, counted from the end of its five bytes.
            let distance = i64::from(target) - i64::from(at) - 5;
            let distance = i32::try_from(distance).map_err(|_| too_large())?;
            let mut stub = [0; STUB_SIZE];
            stub[0] = 0xe9;
            stub[1..5].copy_from_slice(&distance.to_le_bytes());
            Ok(stub)
        }
        Arch::Aarch64 => {
            // `adrp x16, target`; `add x16, x16, target's place in its page`; `br x16`. The text is
            // mapped at a page boundary, so its own pages of 4 KiB are those of the address space,
            // and a signed 21-bit distance in pages reaches all of it.
            let pages = (target >> 12).wrapping_sub(at >> 12);
            let adrp = 0x9000_0010 | (pages & 3) << 29 | (pages >> 2 & 0x7_ffff) << 5;
            let add = 0x9100_0210 | (target & 0xfff) << 10;
            Ok(instructions(&[adrp, add, BR_X16]))
        }
    }
}

/// `br x16`. A call may change x16: the procedure call standard reserves it for such stubs, and the
/// code generator never keeps an argument or a callee in it.
const BR_X16: u32 = 0xd61f_0200;

fn instructions(words: &[u32]) -> [u8; STUB_SIZE] {
    let mut stub = [0; STUB_SIZE];
    for (place, word) in stub.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *place = word.to_le_bytes();
    }
    stub
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

    /// The same for jumps to 0x12345678 and, backwards, from 0x3000 to 0x10.
    #[test]
    fn a_far_jump_is_in_the_target_s_own_code() {
        let stub = |arch, at, target| jump_to(arch, at, target).expect("the target is in the text");
        // jmp 0x12345678; jmp 0x10
        let x86_64 = |at, target| stub(Arch::X86_64, at, target)[..5].to_vec();
        assert_eq!(x86_64(0, 0x1234_5678), [0xe9, 0x73, 0x56, 0x34, 0x12]);
        assert_eq!(x86_64(0x3000, 0x10), [0xe9, 0x0b, 0xd0, 0xff, 0xff]);
        // adrp x16, 0x12345000; add x16, x16, #0x678; br x16
        let aarch64 = |at, target| {
            let stub = stub(Arch::Aarch64, at, target);
            stub.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect::<Vec<_>>()
        };
        assert_eq!(aarch64(0, 0x1234_5678), [0xb009_1a30, 0x9119_e210, BR_X16, 0]);
        // adrp x16, 0; add x16, x16, #0x10; br x16
        assert_eq!(aarch64(0x3000, 0x10), [0xb0ff_fff0, 0x9100_4210, BR_X16, 0]);
    }

    /// The text has at most 4 GiB: `adrp` reaches all of it, `jmp` half.
    #[test]
    fn a_far_jump_reaches_what_its_instructions_do() {
        let last = u32::MAX - 15;
        for (at, target) in [(0, last), (last, 0)] {
            assert!(jump_to(Arch::Aarch64, at, target).is_ok(), "{at} to {target}");
            assert!(jump_to(Arch::X86_64, at, target).is_err(), "{at} to {target}");
        }
        assert!(jump_to(Arch::X86_64, 0, (1 << 31) + 4).is_ok());
        assert!(jump_to(Arch::X86_64, 0, (1 << 31) + 5).is_err());
    }

    #[test]
    fn a_slot_out_of_reach_is_an_error() {
        assert!(jump_through(Arch::Aarch64, (1 << 20) - 4).is_ok());
        assert!(jump_through(Arch::Aarch64, 1 << 20).is_err());
        assert!(jump_through(Arch::X86_64, 1 << 20).is_ok());
    }
}
