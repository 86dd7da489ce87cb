//! The two architectures with their names in Rust, ELF and QEMU. Takes names and ELF headers; gives
//! architectures. Opens no file.

use serde::Deserialize;
use std::fmt;

/// An architecture that workers are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arch {
    /// `x86_64`
    #[serde(rename = "x86_64")]
    X86_64,
    /// `aarch64`
    Aarch64,
}

impl Arch {
    /// Both architectures.
    pub const ALL: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

    /// The architecture of this program; `None` if it is neither of the two.
    pub fn host() -> Option<Arch> {
        Arch::ALL.into_iter().find(|arch| arch.name() == std::env::consts::ARCH)
    }

    /// The name in lanes.toml.
    pub const fn name(self) -> &'static str {
        match self {
            Arch::X86_64 => "x86_64",
            Arch::Aarch64 => "aarch64",
        }
    }

    /// The Rust target that workers are built for.
    pub const fn triple(self) -> &'static str {
        match self {
            Arch::X86_64 => "x86_64-unknown-linux-gnu",
            Arch::Aarch64 => "aarch64-unknown-linux-gnu",
        }
    }

    /// `e_machine` of its ELF files.
    const fn machine(self) -> u16 {
        match self {
            Arch::X86_64 => 62,
            Arch::Aarch64 => 183,
        }
    }

    /// The architecture of a 64-bit little-endian ELF file with this header; otherwise the words
    /// for what the file is instead.
    pub(crate) fn of_elf(header: &[u8]) -> Result<Arch, String> {
        let Some(fields) = header.first_chunk::<20>().filter(|f| f.starts_with(b"\x7fELF")) else {
            return Err("no ELF file".to_string());
        };
        let machine = u16::from_le_bytes([fields[18], fields[19]]);
        let known = Arch::ALL.into_iter().find(|arch| arch.machine() == machine);
        known.ok_or_else(|| format!("for ELF machine {machine}"))
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_elf_header_tells_the_architecture() {
        let mut header = [0; 64];
        header[..4].copy_from_slice(b"\x7fELF");
        for (machine, arch) in [(62, Ok(Arch::X86_64)), (183, Ok(Arch::Aarch64))] {
            header[18] = machine;
            assert_eq!(Arch::of_elf(&header), arch);
        }
        header[18] = 40;
        assert_eq!(Arch::of_elf(&header), Err("for ELF machine 40".to_string()));
        assert_eq!(Arch::of_elf(b"#!/bin/sh"), Err("no ELF file".to_string()));
        assert_eq!(Arch::of_elf(b"\x7fELF"), Err("no ELF file".to_string()));
    }
}
