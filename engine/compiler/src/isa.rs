//! Takes a target; returns its code generator. The settings here are part of the ABI: frame
//! pointers for backtraces, no unwind tables, no host-dependent choices.

use crate::error::CompileError;
use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable, SetError};
use wassay_artifact::target::{Arch, OptLevel, Target};

/// The version of the code generator, for targets and cache keys.
pub const VERSION: &str = cranelift_codegen::VERSION;

/// The code generator for a target.
pub fn isa(target: &Target) -> Result<OwnedTargetIsa, CompileError> {
    let flags = settings::Flags::new(shared_settings(target).map_err(bad_setting)?);
    let triple = match target.arch {
        Arch::X86_64 => "x86_64-unknown-linux-gnu",
        Arch::Aarch64 => "aarch64-unknown-linux-gnu",
    };
    let triple = triple.parse().map_err(|error| internal("triple", error))?;
    let mut builder = isa::lookup(triple).map_err(|error| internal("target", error))?;
    for feature in &target.isa {
        builder.enable(feature).map_err(|error| {
            CompileError::Target(format!(
                "`{feature}` is not a feature of {}: {error}; known features: {}",
                target.arch,
                known_features(target.arch).join(", ")
            ))
        })?;
    }
    builder.finish(flags).map_err(|error| internal("settings", error))
}

fn shared_settings(target: &Target) -> Result<settings::Builder, SetError> {
    let mut flags = settings::builder();
    flags.set(
        "opt_level",
        match target.opt {
            OptLevel::None => "none",
            OptLevel::Speed => "speed",
        },
    )?;
    // The verifier costs more than half of the compile time.
    flags.set("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    flags.set("preserve_frame_pointers", "true")?;
    flags.set("enable_multi_ret_implicit_sret", "true")?;
    flags.set("unwind_info", "false")?;
    flags.set("use_colocated_libcalls", "true")?;
    flags.set("enable_probestack", "false")?;
    // The harness runs tests, not tenants: there are no secrets to protect from speculation.
    flags.set("enable_heap_access_spectre_mitigation", "false")?;
    flags.set("enable_table_access_spectre_mitigation", "false")?;
    Ok(flags)
}

/// The optional features of an architecture that code generation can use.
pub fn known_features(arch: Arch) -> Vec<String> {
    let name = match arch {
        Arch::X86_64 => "x86_64",
        Arch::Aarch64 => "aarch64",
    };
    let Ok(builder) = isa::lookup_by_name(name) else { return Vec::new() };
    builder
        .iter()
        .map(|setting| setting.name.to_string())
        .filter(|name| name.starts_with("has_"))
        .collect()
}

fn bad_setting(error: SetError) -> CompileError {
    internal("settings", error)
}

fn internal(what: &str, error: impl std::fmt::Display) -> CompileError {
    CompileError::Internal(format!("{what}: {error}"))
}
