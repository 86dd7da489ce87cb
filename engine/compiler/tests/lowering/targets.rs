//! The targets of the tests: each processor's features, combined with each configuration.

use wassay_artifact::target::{Arch, BoundsMode, OptLevel, Target};
use wassay_compiler::{CRANELIFT_VERSION, known_features};

/// A processor, described by its optional features.
#[derive(Clone, Debug)]
pub struct Processor {
    pub arch: Arch,
    pub isa: Vec<String>,
}

/// From the minimum of the architecture to everything that the code generator knows.
pub fn processors() -> Vec<Processor> {
    let x86 = |isa: &[&str]| Processor { arch: Arch::X86_64, isa: names(isa) };
    let arm = |isa: &[&str]| Processor { arch: Arch::Aarch64, isa: names(isa) };
    let all = |arch| Processor { arch, isa: sorted(known_features(arch)) };
    let nehalem = ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
    let haswell = ["has_avx", "has_avx2", "has_fma", "has_bmi1", "has_bmi2", "has_lzcnt"];
    vec![
        x86(&[]),
        x86(&["has_sse3"]),
        x86(&nehalem),
        x86(&[nehalem.as_slice(), &haswell].concat()),
        all(Arch::X86_64),
        arm(&[]),
        arm(&["has_lse"]),
        all(Arch::Aarch64),
    ]
}

/// Every configuration for a processor.
pub fn configurations(processor: &Processor) -> Vec<Target> {
    let mut targets = Vec::new();
    for opt in [OptLevel::None, OptLevel::Speed] {
        for bounds in [BoundsMode::Guard, BoundsMode::Explicit] {
            for native_relaxed in [false, true] {
                // Each of the two is tested on and off; they do not affect each other.
                let interruption = native_relaxed;
                targets.push(Target {
                    interruption,
                    ..target(processor, opt, bounds, native_relaxed)
                });
            }
        }
    }
    targets
}

/// A target that accepts every supported proposal and does not poll the interrupt flag.
pub fn target(
    processor: &Processor,
    opt: OptLevel,
    bounds: BoundsMode,
    native_relaxed: bool,
) -> Target {
    Target {
        arch: processor.arch,
        isa: processor.isa.clone(),
        opt,
        bounds,
        native_relaxed,
        interruption: false,
        wasm_features: u64::MAX,
        compiler: CRANELIFT_VERSION.to_string(),
        build: "test".to_string(),
    }
}

fn names(names: &[&str]) -> Vec<String> {
    sorted(names.iter().map(|name| name.to_string()).collect())
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}
