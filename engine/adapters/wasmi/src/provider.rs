//! Takes a config; gives an engine, or says what wasmi has not.
//! Knows no module.

use crate::engine::WasmiEngine;
use std::sync::Arc;
use wassay_engine::{
    Cache, Capabilities, Config, Engine, Fault, Feature, Features, Identity, Isa, Provider,
};

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
        Capabilities { kinds: true, ..Capabilities::default() }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        refuse_what_wasmi_lacks(config)?;
        Ok(Arc::new(WasmiEngine::new(&wasmi_config(config.features))))
    }
}

/// What would change the meaning of a run is refused; effort, bounds checks and the choice of
/// relaxed results change nothing in an interpreter that has one way for each.
fn refuse_what_wasmi_lacks(config: &Config) -> Result<(), Fault> {
    let lacking = config.features.minus(FEATURES);
    let refused = if !lacking.is_empty() {
        lacking.to_string()
    } else if config.gc_stress {
        "garbage collection under stress".to_string()
    } else if config.interruption {
        "interruption".to_string()
    } else if config.cache != Cache::Off {
        "a compilation cache".to_string()
    } else if !matches!(&config.isa, Isa::Host) {
        "another machine than the host".to_string()
    } else {
        return Ok(());
    };
    Err(Fault::Unsupported(refused))
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

    #[test]
    fn what_wasmi_lacks_is_refused_by_name() {
        let refusal = |config: Config| match provider().start(&config) {
            Err(Fault::Unsupported(what)) => what,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("{config:?} was accepted"),
        };
        let config = Config::new(FEATURES);
        assert_eq!(refusal(Config::new(FEATURES.with(Feature::Gc))), "gc");
        assert!(refusal(Config { gc_stress: true, ..config.clone() }).contains("garbage"));
        assert!(refusal(Config { interruption: true, ..config.clone() }).contains("interrupt"));
        assert!(refusal(Config { cache: Cache::Memory, ..config }).contains("cache"));
    }
}
