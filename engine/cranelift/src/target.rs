//! Turns configs of the trait into targets of the compiler.

use wassay_artifact::fault;
use wassay_artifact::target::{Arch, BoundsMode, OptLevel, Target};
use wassay_engine::{Bounds, Config, Fault, Identity, Isa, Opt, Relaxed};

/// The identity of the engine.
pub(crate) fn identity() -> Identity {
    Identity {
        name: "cranelift".to_string(),
        version: wassay_compiler::CRANELIFT_VERSION.to_string(),
        target: format!("{}-linux", Arch::HOST),
        build: build(),
        notice: fault::seeding().notice().unwrap_or_default(),
    }
}

/// Identifies the sources of the engine: an artifact of another build is never loaded.
pub(crate) fn build() -> String {
    match fault::seeding().mark() {
        "" => env!("WASSAY_ENGINE_BUILD").to_string(),
        mark => format!("{} with {mark}", env!("WASSAY_ENGINE_BUILD")),
    }
}

/// The target that a config asks for.
pub(crate) fn target(config: &Config) -> Result<Target, Fault> {
    let (arch, mut isa) = match &config.isa {
        Isa::Host => (Arch::HOST, wassay_runtime::host_isa()),
        Isa::HostWithout(without) => (Arch::HOST, host_without(without)?),
        Isa::Named { arch, features } => {
            let arch = Arch::from_name(arch).ok_or_else(|| {
                Fault::Unsupported(format!("architecture `{arch}`: there are x86_64 and aarch64"))
            })?;
            (arch, features.clone())
        }
    };
    isa.sort();
    isa.dedup();
    Ok(Target {
        arch,
        isa,
        opt: match config.opt {
            Opt::None => OptLevel::None,
            Opt::Speed => OptLevel::Speed,
        },
        bounds: match config.bounds {
            Bounds::Guard => BoundsMode::Guard,
            Bounds::Explicit => BoundsMode::Explicit,
        },
        native_relaxed: config.relaxed == Relaxed::Native,
        interruption: config.interruption,
        wasm_features: config.features.bits(),
        compiler: wassay_compiler::CRANELIFT_VERSION.to_string(),
        build: build(),
    })
}

/// The host's features without the named ones. Naming a feature that this host lacks has no effect,
/// but naming one that no host of this architecture has is a mistake.
fn host_without(without: &[String]) -> Result<Vec<String>, Fault> {
    let known = wassay_compiler::known_features(Arch::HOST);
    if let Some(unknown) = without.iter().find(|name| !known.contains(name)) {
        return Err(Fault::Unsupported(format!(
            "ISA feature `{unknown}`: {} has {}",
            Arch::HOST,
            known.join(", ")
        )));
    }
    let mut isa = wassay_runtime::host_isa();
    isa.retain(|name| !without.contains(name));
    Ok(isa)
}
