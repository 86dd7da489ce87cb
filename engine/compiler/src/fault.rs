//! Seeded faults: real bugs of engines, brought back one at a time by name, to prove that the
//! suites catch them. Without the `seeded-faults` feature no fault is ever seeded, and the
//! optimizer removes the faulty code.

use wassay_artifact::target::Arch;

/// A bug of the compiler that can be seeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `i32.shr_u` shifts in the sign, on one architecture only, so that lanes differ.
    ShrUnsigned(Arch),
    /// `i32.shr_u` by a constant of 32 or more returns 0: the amount is not taken modulo 32.
    ConstantShift,
    /// Loads from a function reference may move above the null check.
    HoistedReferenceLoad,
}

impl Fault {
    /// Every fault, with its name.
    pub const ALL: &'static [(&'static str, Fault)] = &[
        ("x86_64-i32-shr-u", Fault::ShrUnsigned(Arch::X86_64)),
        ("aarch64-i32-shr-u", Fault::ShrUnsigned(Arch::Aarch64)),
        ("constant-shift", Fault::ConstantShift),
        ("hoisted-reference-load", Fault::HoistedReferenceLoad),
    ];

    /// Whether this bug is seeded.
    pub(crate) fn is_seeded(self) -> bool {
        seeded() == Some(self)
    }
}

/// The variable that names the fault to seed.
#[cfg(feature = "seeded-faults")]
const VARIABLE: &str = "WASSAY_SEEDED_FAULT";

/// The fault that the environment selects. An unknown name is an error of the test that set it, and
/// panics.
#[cfg(feature = "seeded-faults")]
fn seeded() -> Option<Fault> {
    static SEEDED: std::sync::OnceLock<Option<Fault>> = std::sync::OnceLock::new();
    *SEEDED.get_or_init(|| {
        let name = std::env::var(VARIABLE).ok()?;
        let fault = Fault::ALL.iter().find(|(known, _)| *known == name);
        Some(fault.unwrap_or_else(|| panic!("{VARIABLE}: unknown fault `{name}`")).1)
    })
}

#[cfg(not(feature = "seeded-faults"))]
const fn seeded() -> Option<Fault> {
    None
}

/// The name of the seeded fault, so that no cache mixes sound and faulty code; empty in a normal
/// build.
pub fn seeded_name() -> &'static str {
    let fault = seeded();
    Fault::ALL.iter().find(|(_, known)| Some(*known) == fault).map_or("", |(name, _)| name)
}
