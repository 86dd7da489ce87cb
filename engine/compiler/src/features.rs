//! Maps proposals to the validator's flags; the only file that does.

use wasmparser::WasmFeatures;

/// A proposal in the order of the engine's bits, and the validator's flags for it. `None` marks a
/// proposal that the compiler does not support.
const FLAGS: &[(&str, Option<WasmFeatures>)] = &[
    ("mutable-global", Some(WasmFeatures::MUTABLE_GLOBAL)),
    ("sign-extension", Some(WasmFeatures::SIGN_EXTENSION)),
    ("saturating-float-to-int", Some(WasmFeatures::SATURATING_FLOAT_TO_INT)),
    ("multi-value", Some(WasmFeatures::MULTI_VALUE)),
    ("bulk-memory", Some(WasmFeatures::BULK_MEMORY)),
    ("reference-types", Some(WasmFeatures::REFERENCE_TYPES)),
    ("simd", Some(WasmFeatures::SIMD)),
    ("relaxed-simd", Some(WasmFeatures::RELAXED_SIMD)),
    ("tail-call", Some(WasmFeatures::TAIL_CALL)),
    ("function-references", Some(WasmFeatures::FUNCTION_REFERENCES)),
    ("gc", None),
    ("exceptions", None),
    ("legacy-exceptions", None),
    ("extended-const", Some(WasmFeatures::EXTENDED_CONST)),
    ("multi-memory", Some(WasmFeatures::MULTI_MEMORY)),
    ("memory64", Some(WasmFeatures::MEMORY64)),
    ("threads", Some(WasmFeatures::THREADS)),
    ("wide-arithmetic", Some(WasmFeatures::WIDE_ARITHMETIC)),
    ("custom-page-sizes", Some(WasmFeatures::CUSTOM_PAGE_SIZES)),
    ("custom-descriptors", None),
    // Hints and annotations do not change the validation of modules.
    ("branch-hinting", Some(WasmFeatures::empty())),
    ("annotations", Some(WasmFeatures::empty())),
    ("stack-switching", None),
    ("shared-everything-threads", None),
    ("acquire-release-atomics", None),
    ("memory-control", None),
    ("multibyte-array-access", None),
    ("compact-imports", None),
    ("component-model", None),
];

/// The names of the proposals that the compiler supports.
pub fn supported() -> impl Iterator<Item = &'static str> {
    FLAGS.iter().filter(|(_, flags)| flags.is_some()).map(|(name, _)| *name)
}

/// The validator's features for a set of proposals. The bits are in the order of `FLAGS`.
pub(crate) fn wasm_features(bits: u64) -> WasmFeatures {
    // Floats are not a proposal, and the flag for heap types only guards an optional dependency.
    let always = WasmFeatures::FLOATS | WasmFeatures::GC_TYPES;
    FLAGS
        .iter()
        .enumerate()
        .filter(|(bit, _)| bits & (1 << bit) != 0)
        .filter_map(|(_, (_, flags))| *flags)
        .fold(always, |all, flags| all | flags)
}
