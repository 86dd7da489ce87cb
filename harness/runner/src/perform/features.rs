//! Which feature a module lacks on an engine: asked of `wasmparser`, and only where an engine was
//! started with less than the file needs.

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

    /// Whether the engine has the feature.
    pub(super) fn is_there(self, feature: Feature) -> bool {
        self.has.has(feature)
    }

    /// What keeps the check of this module from saying anything about the engine. Nothing where the
    /// engine was started with just what the file needs: nothing is validated then.
    pub(super) fn stop(self, wasm: &[u8]) -> Option<Stop> {
        self.feature(wasm).map(Stop::Unsupported).or_else(|| self.switch(wasm).map(Stop::Fixed))
    }

    /// The feature that ought to be off and is not, if the module validates, or fails, in another
    /// way because of it.
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

    /// What the file needs and the engine has not.
    fn missing(self) -> Features {
        self.needs.minus(self.has)
    }

    /// The feature without which the check of this module says nothing about the engine: with all
    /// that the file needs the module validates, or fails, in another way than with what the
    /// engine has. None where the engine has all that is needed: nothing is validated then.
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

/// How validation with these features ends.
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

/// The features in the words of `wasmparser`.
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
        // These two are about custom sections and the text format: no module needs them.
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

/// The imports of a module: the names of module and item. Nothing if it cannot be read.
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
    fn a_feature_that_ought_to_be_off_stops_what_depends_on_it_alone() {
        let (one, two) = (Features::WASM1, Features::WASM2);
        let simd = "(module (func (result v128) (v128.const i64x2 0 0)))";
        assert_eq!(stop(simd, two, one), Some(Stop::Fixed(Feature::Simd)));
        assert_eq!(stop(simd, one, one), None);
        assert_eq!(stop("(module (func))", two, one), None);
        assert_eq!(stop("(module (func (result i32)))", two, one), None);
        // Its own features are on, and one that it lacks is more to the point.
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
        // Two features at once: the first of those that cannot be left out.
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
