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

/// Features that every structured module may use; older engines are out of scope here.
const COMMON: Features = Features::WASM2.and(Features::of(&[
    Feature::TailCall,
    Feature::ExtendedConst,
    Feature::MultiMemory,
    Feature::Memory64,
    Feature::WideArithmetic,
    Feature::CustomPageSizes,
]));

/// Features that fewer engines have.
const RARE: Features = Features::of(&[Feature::FunctionReferences, Feature::Threads]);

/// Generates modules; returns the features that they need, and their bytes.
pub fn generate(seed: u64) -> (Features, Vec<Vec<u8>>) {
    let mut numbers = Numbers::new(seed, "structured");
    let features = if numbers.chance(1, 2) { COMMON.and(RARE) } else { COMMON };
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

    #[test]
    fn every_module_is_valid() {
        for seed in 0..300 {
            let (_, modules) = generate(seed);
            for wasm in modules {
                let features = wasmparser::WasmFeatures::all();
                if let Err(error) =
                    wasmparser::Validator::new_with_features(features).validate_all(&wasm)
                {
                    let text = wasmprinter::print_bytes(&wasm).unwrap_or_default();
                    panic!("seed {seed}: {error}\n{text}");
                }
            }
        }
    }
}
