//! Takes a module and the features of an engine; gives the feature that the module lacks there.
//! Validates with `wasmparser`, and only if the engine has fewer features than the file needs.
//! Never runs the module.

use super::stop::Stop;
use wasmparser::{Validator, WasmFeatures};
use wassay_engine::{Feature, Features};

/// What the engine was started with, and what the file needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    has: Features,
    needs: Features,
}

impl Gap {
    pub(super) fn new(has: Features, needs: Features) -> Gap {
        Gap { has, needs }
    }

    /// Whether the file needs the feature.
    pub(super) fn is_needed(self, feature: Feature) -> bool {
        self.needs.has(feature)
    }

    /// Whether the engine was started with the feature.
    pub(super) fn is_there(self, feature: Feature) -> bool {
        self.has.has(feature)
    }

    /// Why checking this module proves nothing about the engine. `None`, without validation, if the
    /// engine was started with exactly what the file needs.
    pub(super) fn stop(self, wasm: &[u8]) -> Option<Stop> {
        self.feature(wasm).map(Stop::Unsupported).or_else(|| self.switch(wasm).map(Stop::Fixed))
    }

    /// The feature that should be off and is not, if it changes how validation of the module ends.
    fn switch(self, wasm: &[u8]) -> Option<Feature> {
        let extra = self.has.minus(self.needs);
        if extra.is_empty() {
            return None;
        }
        let wanted = verdict(wasm, self.has.minus(extra));
        if verdict(wasm, self.has) == wanted {
            return None;
        }
        let without = |feature: &Feature| verdict(wasm, self.has.minus(Features::of(&[*feature])));
        extra.iter().find(|feature| without(feature) == wanted).or(extra.iter().next())
    }

    /// The needed features that the engine lacks.
    fn missing(self) -> Features {
        self.needs.minus(self.has)
    }

    /// The missing feature that makes the check of this module meaningless: with all features that
    /// the file needs, validation succeeds or fails differently than with those of the engine.
    /// `None`, without validation, if the engine has every needed feature.
    fn feature(self, wasm: &[u8]) -> Option<Feature> {
        let missing = self.missing();
        if missing.is_empty() {
            return None;
        }
        let with_all = verdict(wasm, self.needs.and(self.has));
        let with_less = verdict(wasm, self.has);
        if with_all == with_less {
            return None;
        }
        let enough = |feature: &Feature| verdict(wasm, self.has.with(*feature)) == with_all;
        let needed = |feature: &Feature| {
            let others = missing.minus(Features::of(&[*feature])).and(self.has);
            verdict(wasm, others) != with_all
        };
        missing
            .iter()
            .find(enough)
            .or_else(|| missing.iter().find(needed))
            .or(missing.iter().next())
    }
}

/// The outcome of validation with these features.
fn verdict(wasm: &[u8], features: Features) -> Result<(), (String, u64)> {
    match Validator::new_with_features(wasm_features(features)).validate_all(wasm) {
        Ok(_) => Ok(()),
        Err(error) => Err((error.message().to_string(), error.offset())),
    }
}

/// The component model has a flag for each of its parts.
const COMPONENT_MODEL: WasmFeatures = WasmFeatures::COMPONENT_MODEL
    .union(WasmFeatures::CM_VALUES)
    .union(WasmFeatures::CM_NESTED_NAMES)
    .union(WasmFeatures::CM_ASYNC)
    .union(WasmFeatures::CM_ASYNC_STACKFUL)
    .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
    .union(WasmFeatures::CM_THREADING)
    .union(WasmFeatures::CM_ERROR_CONTEXT)
    .union(WasmFeatures::CM_FIXED_LENGTH_LISTS)
    .union(WasmFeatures::CM_GC)
    .union(WasmFeatures::CM_MAP)
    .union(WasmFeatures::CM64)
    .union(WasmFeatures::CM_IMPLEMENTS)
    .union(WasmFeatures::CM_CANON_NAMES)
    .union(WasmFeatures::CM_FORWARD)
    .union(WasmFeatures::CM_ACCESSORS);

/// The features as `wasmparser` flags.
fn wasm_features(features: Features) -> WasmFeatures {
    features.iter().fold(WasmFeatures::MVP, |sum, feature| sum.union(wasm_feature(feature)))
}

fn wasm_feature(feature: Feature) -> WasmFeatures {
    match feature {
        Feature::MutableGlobal => WasmFeatures::MUTABLE_GLOBAL,
        Feature::SignExtension => WasmFeatures::SIGN_EXTENSION,
        Feature::SaturatingFloatToInt => WasmFeatures::SATURATING_FLOAT_TO_INT,
        Feature::MultiValue => WasmFeatures::MULTI_VALUE,
        Feature::BulkMemory => WasmFeatures::BULK_MEMORY,
        Feature::ReferenceTypes => WasmFeatures::REFERENCE_TYPES,
        Feature::Simd => WasmFeatures::SIMD,
        Feature::RelaxedSimd => WasmFeatures::RELAXED_SIMD,
        Feature::TailCall => WasmFeatures::TAIL_CALL,
        Feature::FunctionReferences => WasmFeatures::FUNCTION_REFERENCES,
        Feature::Gc => WasmFeatures::GC,
        Feature::Exceptions => WasmFeatures::EXCEPTIONS,
        Feature::LegacyExceptions => WasmFeatures::LEGACY_EXCEPTIONS,
        Feature::ExtendedConst => WasmFeatures::EXTENDED_CONST,
        Feature::MultiMemory => WasmFeatures::MULTI_MEMORY,
        Feature::Memory64 => WasmFeatures::MEMORY64,
        Feature::Threads => WasmFeatures::THREADS,
        Feature::WideArithmetic => WasmFeatures::WIDE_ARITHMETIC,
        Feature::CustomPageSizes => WasmFeatures::CUSTOM_PAGE_SIZES,
        Feature::CustomDescriptors => WasmFeatures::CUSTOM_DESCRIPTORS,
        // These two concern custom sections and the text format: no module needs them.
        Feature::BranchHinting | Feature::Annotations => WasmFeatures::empty(),
        Feature::StackSwitching => WasmFeatures::STACK_SWITCHING,
        Feature::SharedEverythingThreads => WasmFeatures::SHARED_EVERYTHING_THREADS,
        Feature::AcquireReleaseAtomics => WasmFeatures::ACQUIRE_RELEASE_ATOMICS,
        Feature::MemoryControl => WasmFeatures::MEMORY_CONTROL,
        Feature::MultibyteArrayAccess => WasmFeatures::MULTIBYTE_ARRAY_ACCESS,
        Feature::CompactImports => WasmFeatures::COMPACT_IMPORTS,
        Feature::ComponentModel => COMPONENT_MODEL,
    }
}

/// The module and item names of a module's imports. Empty if they cannot be read.
pub(super) fn imports(wasm: &[u8]) -> Vec<(&str, &str)> {
    let mut names = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(wasm) {
        match payload {
            Ok(wasmparser::Payload::ImportSection(section)) => {
                let imports = section.into_imports().flatten();
                names.extend(imports.map(|import| (import.module, import.name)));
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(text: &str, has: Features, needs: Features) -> Option<Stop> {
        let buffer = wast::parser::ParseBuffer::new(text).unwrap();
        let wasm = wast::parser::parse::<wast::Wat<'_>>(&buffer).unwrap().encode().unwrap();
        Gap::new(has, needs).stop(&wasm)
    }

    fn feature(text: &str, has: Features, needs: Features) -> Option<Feature> {
        stop(text, has, needs).map(|stop| match stop {
            Stop::Unsupported(feature) => feature,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn every_proposal_of_the_validator_has_a_flag() {
        let ours = Feature::ALL
            .iter()
            .fold(WasmFeatures::MVP, |sum, &feature| sum.union(wasm_feature(feature)));
        let unknown = WasmFeatures::all().difference(ours);
        assert!(unknown.is_empty(), "{:?}", unknown.iter_names().collect::<Vec<_>>());
    }

    #[test]
    fn a_feature_that_should_be_off_stops_only_modules_that_use_it() {
        let (one, two) = (Features::WASM1, Features::WASM2);
        let simd = "(module (func (result v128) (v128.const i64x2 0 0)))";
        assert_eq!(stop(simd, two, one), Some(Stop::Fixed(Feature::Simd)));
        assert_eq!(stop(simd, one, one), None);
        assert_eq!(stop("(module (func))", two, one), None);
        assert_eq!(stop("(module (func (result i32)))", two, one), None);
        // The engine has what should be off, but the feature that it lacks is reported first.
        let memories = "(module (memory 1) (memory 1) (func (result v128) (unreachable)))";
        let wanted = one.with(Feature::MultiMemory);
        assert_eq!(stop(memories, two, wanted), Some(Stop::Unsupported(Feature::MultiMemory)));
    }

    #[test]
    fn the_one_feature_that_a_module_waits_for_is_named() {
        let (one, two, three) = (Features::WASM1, Features::WASM2, Features::WASM3);
        let simd = "(module (func (result v128) (v128.const i64x2 0 0)))";
        assert_eq!(feature(simd, one, two), Some(Feature::Simd));
        assert_eq!(feature(simd, two, two), None);
        let structs = "(module (type (struct)))";
        assert_eq!(feature(structs, two, three), Some(Feature::Gc));
        assert_eq!(feature("(module (func))", one, three), None);
        // Two features are missing: the first one that the module requires is named.
        let both = "(module (memory i64 1) (memory 1))";
        assert_eq!(feature(both, two, three), Some(Feature::MultiMemory));
    }

    #[test]
    fn an_invalid_module_that_fails_in_the_same_way_needs_nothing() {
        let plain = "(module (func (result i32)))";
        assert_eq!(feature(plain, Features::WASM1, Features::WASM3), None);
        let simd = "(module (func (result v128) (i8x16.splat (i64.const 0))))";
        assert_eq!(feature(simd, Features::WASM1, Features::WASM3), Some(Feature::Simd));
    }
}
