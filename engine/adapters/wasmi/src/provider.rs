//! Takes a config; gives an engine, or says what wasmi has not.
//! Knows no module.

use crate::engine::WasmiEngine;
use std::sync::Arc;
use wassay_engine::{Capabilities, Config, Engine, Fault, Feature, Features, Identity, Provider};

/// The proposals that wasmi 2.0.0 has a switch for, and modules that it ignores rightly: it skips
/// custom sections, which is all that annotations become in the binary format. It does not look
/// into branch hints, so it does not have *branch-hinting*.
const FEATURES: Features = Features::WASM2.and(Features::of(&[
    Feature::RelaxedSimd,
    Feature::TailCall,
    Feature::ExtendedConst,
    Feature::MultiMemory,
    Feature::Memory64,
    Feature::WideArithmetic,
    Feature::CustomPageSizes,
    Feature::Annotations,
]));

/// The exact version that this adapter is built for.
const VERSION: &str = "2.0.0";

/// Starts wasmi engines.
pub fn provider() -> Box<dyn Provider> {
    Box::new(WasmiProvider)
}

struct WasmiProvider;

impl Provider for WasmiProvider {
    fn identity(&self) -> Result<Identity, Fault> {
        Ok(Identity::here("wasmi", VERSION))
    }

    fn features(&self) -> Features {
        FEATURES
    }

    /// No stages: wasmi passes on the one error type of its parser. No interruption: a start
    /// function that ran out of fuel cannot be resumed, so fuel cannot stand in for it.
    fn capabilities(&self) -> Capabilities {
        Capabilities { kinds: true, switches: FEATURES, ..Capabilities::default() }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        if let Some(lacking) = self.capabilities().lacking(FEATURES, config) {
            return Err(Fault::Unsupported(lacking));
        }
        Ok(Arc::new(WasmiEngine::new(&wasmi_config(config.features))))
    }
}

fn wasmi_config(features: Features) -> wasmi::Config {
    let has = |feature| features.has(feature);
    let mut config = wasmi::Config::default();
    config
        .wasm_mutable_global(has(Feature::MutableGlobal))
        .wasm_sign_extension(has(Feature::SignExtension))
        .wasm_saturating_float_to_int(has(Feature::SaturatingFloatToInt))
        .wasm_multi_value(has(Feature::MultiValue))
        .wasm_bulk_memory(has(Feature::BulkMemory))
        .wasm_reference_types(has(Feature::ReferenceTypes))
        .wasm_simd(has(Feature::Simd))
        .wasm_relaxed_simd(has(Feature::RelaxedSimd))
        .wasm_tail_call(has(Feature::TailCall))
        .wasm_extended_const(has(Feature::ExtendedConst))
        .wasm_multi_memory(has(Feature::MultiMemory))
        .wasm_memory64(has(Feature::Memory64))
        .wasm_wide_arithmetic(has(Feature::WideArithmetic))
        .wasm_custom_page_sizes(has(Feature::CustomPageSizes))
        // A module is rejected when it is compiled, not when it is first called.
        .compilation_mode(wasmi::CompilationMode::Eager);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_pinned() {
        let manifest = include_str!("../../../../Cargo.toml");
        assert!(manifest.contains(&format!("wasmi = {{ version = \"={VERSION}\"")));
    }
}
