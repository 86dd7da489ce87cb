//! Takes a seed; gives one to three linked modules that use references, tables, memories, globals
//! and calls as programs do, including the edge cases where compilers fail. A counter makes each of
//! them end. Knows no engine.

mod access;
mod body;
mod call;
mod encode;
mod expr;
mod operators;
mod outline;
mod references;
mod vector;

use crate::seed::Numbers;
use outline::Outline;
use wassay_engine::{Feature, Features};

/// Features that every structured module uses; older engines are out of scope here.
const ALWAYS: Features = Features::WASM2;

/// Features that structured modules may use.
const COMMON: Features = ALWAYS.and(Features::of(&[
    Feature::TailCall,
    Feature::ExtendedConst,
    Feature::MultiMemory,
    Feature::Memory64,
    Feature::WideArithmetic,
    Feature::CustomPageSizes,
]));

/// Features that fewer engines have.
const RARE: Features = Features::of(&[Feature::FunctionReferences, Feature::Threads]);

/// Generates modules within these features; returns the features that they need, and their bytes.
pub fn generate(seed: u64, within: Features) -> (Features, Vec<Vec<u8>>) {
    let mut numbers = Numbers::new(seed, "structured");
    let features = if numbers.chance(1, 2) { COMMON.and(RARE) } else { COMMON };
    let optional = features.minus(ALWAYS).minus(Features::all().minus(within));
    let features = ALWAYS.and(optional);
    let mut outlines: Vec<Outline> = Vec::new();
    let mut modules = Vec::new();
    for _ in 0..numbers.pick(&[1, 1, 2, 3]) {
        let outline = Outline::draw(features, &outlines, &mut numbers);
        modules.push(encode::module(&outline, &mut numbers));
        outlines.push(outline);
    }
    (features, modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails if a module is not valid with these features.
    fn check(within: Features, features: wasmparser::WasmFeatures, seeds: std::ops::Range<u64>) {
        for seed in seeds {
            let (_, modules) = generate(seed, within);
            for wasm in modules {
                if let Err(error) =
                    wasmparser::Validator::new_with_features(features).validate_all(&wasm)
                {
                    let text = wasmprinter::print_bytes(&wasm).unwrap_or_default();
                    panic!("seed {seed}: {error}\n{text}");
                }
            }
        }
    }

    #[test]
    fn every_module_is_valid() {
        check(Features::all(), wasmparser::WasmFeatures::all(), 0..300);
    }

    #[test]
    fn modules_use_no_feature_that_they_must_not() {
        use wasmparser::WasmFeatures as W;
        let without = |feature| Features::all().minus(Features::of(&[feature]));
        for (feature, flag) in [
            (Feature::TailCall, W::TAIL_CALL),
            (Feature::ExtendedConst, W::EXTENDED_CONST),
            (Feature::MultiMemory, W::MULTI_MEMORY),
            (Feature::Memory64, W::MEMORY64),
            (Feature::WideArithmetic, W::WIDE_ARITHMETIC),
            (Feature::CustomPageSizes, W::CUSTOM_PAGE_SIZES),
            (Feature::FunctionReferences, W::FUNCTION_REFERENCES.union(W::GC)),
            (Feature::Threads, W::THREADS),
        ] {
            check(without(feature), W::all().difference(flag), 0..80);
        }
        check(ALWAYS, W::WASM2, 0..80);
    }
}
