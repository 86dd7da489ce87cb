//! The target and options of generated code: part of every artifact and of every cache key.

use crate::types::MemoryType;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An architecture that code can be generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Arch {
    X86_64,
    Aarch64,
}

impl Arch {
    /// The architecture that this code runs on.
    pub const HOST: Arch = if cfg!(target_arch = "x86_64") {
        Arch::X86_64
    } else if cfg!(target_arch = "aarch64") {
        Arch::Aarch64
    } else {
        panic!("wassay runs on x86_64 and aarch64 only")
    };

    /// The name in triples, for example `aarch64`.
    pub const fn name(self) -> &'static str {
        match self {
            Arch::X86_64 => "x86_64",
            Arch::Aarch64 => "aarch64",
        }
    }

    /// The architecture of this name.
    pub fn from_name(name: &str) -> Option<Arch> {
        [Arch::X86_64, Arch::Aarch64].into_iter().find(|arch| arch.name() == name)
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Everything that determines the code of a module: equal targets and equal modules produce
/// byte-identical artifacts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    /// The architecture.
    pub arch: Arch,
    /// The optional ISA features that code may use, by their Cranelift names, sorted.
    pub isa: Vec<String>,
    /// How much effort the compiler makes.
    pub opt: OptLevel,
    /// How memory accesses are checked.
    pub bounds: BoundsMode,
    /// Whether relaxed SIMD follows the target's own instructions.
    pub native_relaxed: bool,
    /// Whether code checks the interrupt flag.
    pub interruption: bool,
    /// The accepted proposals, as the engine's bits.
    pub wasm_features: u64,
    /// Version of the code generator.
    pub compiler: String,
    /// Identifies the build of compiler and ABI.
    pub build: String,
}

/// How much effort the compiler makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum OptLevel {
    None,
    Speed,
}

/// How memory accesses are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BoundsMode {
    /// Memories with 32-bit indices and pages of 64 KiB are in reservations of
    /// [`GUARD_RESERVATION`] bytes, so that no index plus an offset below [`GUARD_SIZE`] leaves
    /// them; other accesses are checked.
    Guard,
    /// Every access is checked.
    Explicit,
}

impl BoundsMode {
    /// Whether memories of this type are in guarded reservations, so that page tables check small
    /// offsets.
    pub fn guards(self, memory: &MemoryType) -> bool {
        self == BoundsMode::Guard && !memory.memory64 && memory.page_size_log2 == 16
    }
}

/// Bytes behind the 4 GiB that a 32-bit index reaches; accesses with larger offsets are checked.
pub const GUARD_SIZE: u64 = 2 << 30;

/// Address space of a guarded memory.
pub const GUARD_RESERVATION: u64 = (4 << 30) + GUARD_SIZE;
