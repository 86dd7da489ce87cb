//! Takes an artifact; gives the machine instructions of its functions as text, each with its origin
//! in the wasm module and the trap that it may cause. Accepts any bytes as code, and runs none.
//!
//! A function's code includes its constants and jump tables, which look like instructions. Where a
//! location begins or an instruction may trap, an instruction begins: nothing is decoded across such
//! a place, so data spoils the text only up to there.

use crate::inspect::in_words;
use crate::origins::Origins;
use std::iter::Peekable;
use wassay_artifact::abi::TrapCode;
use wassay_artifact::target::Arch;
use wassay_artifact::{Artifact, TextRange};
use wassay_engine::Instruction;
use yaxpeax_arch::{Decoder, LengthedInstruction, U8Reader};
use yaxpeax_arm::armv8::a64;
use yaxpeax_x86::long_mode;

/// Disassembles functions in their order.
pub(crate) struct Disassembler<'a> {
    artifact: &'a Artifact,
    origins: Origins<'a>,
    traps: Peekable<Box<dyn Iterator<Item = (u32, TrapCode)> + 'a>>,
}

impl<'a> Disassembler<'a> {
    /// A disassembler at the start of the text.
    pub fn new(artifact: &'a Artifact) -> Disassembler<'a> {
        let traps: Box<dyn Iterator<Item = (u32, TrapCode)> + 'a> = Box::new(artifact.traps());
        Disassembler { artifact, origins: Origins::of(artifact), traps: traps.peekable() }
    }

    /// Gives each instruction of a function that comes after all earlier ones; false if `each`
    /// returned that.
    pub fn function(
        &mut self,
        range: TextRange,
        each: &mut dyn FnMut(&Instruction) -> bool,
    ) -> bool {
        let arch = self.artifact.target().arch;
        let code = &self.artifact.text()[range.start as usize..][..range.len as usize];
        let mut at = 0;
        while at < code.len() {
            let offset = range.start + at as u32;
            let wasm = self.origins.at(range.start, offset);
            while self.traps.next_if(|(trap, _)| *trap < offset).is_some() {}
            let trap = self.traps.next_if(|(trap, _)| *trap == offset).map(|(_, code)| code);
            // Several kinds may have one place.
            while self.traps.next_if(|(trap, _)| *trap == offset).is_some() {}
            let marks = [self.origins.next(), self.traps.peek().map(|(trap, _)| *trap)];
            let marks = marks.into_iter().flatten().filter(|mark| *mark > offset);
            let room = marks.min().map_or(usize::MAX, |mark| (mark - offset) as usize);
            let rest = &code[at..];
            let (length, text) = decode(arch, offset, &rest[..room.min(rest.len())]);
            let instruction = Instruction {
                offset: offset.into(),
                bytes: rest[..length].to_vec(),
                text,
                wasm,
                trap: trap.map(in_words),
            };
            if !each(&instruction) {
                return false;
            }
            at += length;
        }
        true
    }
}

/// The length and the text of the instruction at the start of these bytes, which are not empty; a
/// unit of data if they are no instruction.
fn decode(arch: Arch, offset: u32, bytes: &[u8]) -> (usize, String) {
    let (unit, decoded) = match arch {
        Arch::X86_64 => (1, x86_64(offset, bytes)),
        Arch::Aarch64 => (4, aarch64(offset, bytes)),
    };
    decoded.unwrap_or_else(|| {
        let data = &bytes[..unit.min(bytes.len())];
        let digits: Vec<String> = data.iter().map(|byte| format!("{byte:#04x}")).collect();
        (data.len(), format!(".byte {}", digits.join(", ")))
    })
}

fn x86_64(offset: u32, bytes: &[u8]) -> Option<(usize, String)> {
    let instruction = long_mode::InstDecoder::default().decode_slice(bytes).ok()?;
    let length = instruction.len().to_const() as usize;
    // Branches count from the end of the instruction.
    Some((length, with_target(&instruction.to_string(), u64::from(offset) + length as u64)))
}

fn aarch64(offset: u32, bytes: &[u8]) -> Option<(usize, String)> {
    let word = bytes.get(..4)?;
    let instruction = a64::InstDecoder::default().decode(&mut U8Reader::new(word)).ok()?;
    // A page counts from the start of its own page; the text is at the start of one.
    let is_page = instruction.opcode == a64::Opcode::ADRP;
    let from = if is_page { offset & !0xfff } else { offset };
    Some((4, with_target(&instruction.to_string(), from.into())))
}

/// The text of an instruction in which the distance to its target, `$+0x10`, is replaced by the
/// target's offset in the text.
fn with_target(text: &str, from: u64) -> String {
    let replaced = || {
        let (before, rest) = text.split_once('$')?;
        let (sign, number) = rest.split_at_checked(1)?;
        let number = number.strip_prefix("0x")?;
        let end = number.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(number.len());
        let distance = u64::from_str_radix(&number[..end], 16).ok()?;
        let target = match sign {
            "+" => from.wrapping_add(distance),
            "-" => from.wrapping_sub(distance),
            _ => return None,
        };
        Some(format!("{before}{target:#x}{}", &number[end..]))
    };
    replaced().unwrap_or_else(|| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn branches_name_their_targets() {
        for (arch, bytes, expected) in [
            (Arch::X86_64, &[0xeb, 0x0e][..], "jmp 0x110"),
            (Arch::X86_64, &[0xe8, 0xfb, 0xff, 0xff, 0xff], "call 0x100"),
            (Arch::Aarch64, &[0x04, 0x00, 0x00, 0x14], "b 0x110"),
            (Arch::Aarch64, &[0xff, 0xff, 0xff, 0x97], "bl 0xfc"),
            (Arch::Aarch64, &[0x00, 0x00, 0x00, 0xb0], "adrp x0, 0x1000"),
        ] {
            assert_eq!(decode(arch, 0x100, bytes), (bytes.len(), expected.to_string()));
        }
    }

    #[test]
    fn what_is_no_instruction_is_data() {
        for (arch, bytes, expected) in [
            (Arch::X86_64, &[0x06][..], ".byte 0x06"),
            (Arch::X86_64, &[0xe8, 0x00], ".byte 0xe8"),
            (Arch::Aarch64, &[0xff, 0xff, 0xff, 0xff], ".byte 0xff, 0xff, 0xff, 0xff"),
            (Arch::Aarch64, &[0x1f, 0x20], ".byte 0x1f, 0x20"),
        ] {
            assert_eq!(decode(arch, 0, bytes).1, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_bytes_have_a_text(bytes in prop::collection::vec(any::<u8>(), 1..16), offset: u32) {
            for arch in [Arch::X86_64, Arch::Aarch64] {
                let (length, text) = decode(arch, offset, &bytes);
                prop_assert!((1..=bytes.len()).contains(&length) && !text.is_empty());
            }
        }
    }
}
