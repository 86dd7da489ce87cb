//! Takes proposal names; returns sets of proposals. Does not know which engine supports which.

use std::fmt;
use std::str::FromStr;

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One WebAssembly proposal, finished or in flight.
        ///
        /// Finished proposals stay separate flags, so that an engine of any age can declare its
        /// features.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Feature { $($(#[$doc])* $variant,)* }

        impl Feature {
            /// Every feature, in the order of their declaration.
            pub const ALL: &'static [Feature] = &[$(Feature::$variant,)*];

            /// The name used in files and on the command line, for example `tail-call`.
            pub const fn name(self) -> &'static str {
                match self { $(Feature::$variant => $name,)* }
            }
        }
    };
}

features! {
    /// Import and export of mutable globals.
    MutableGlobal = "mutable-global",
    /// `i32.extend8_s` and related operators.
    SignExtension = "sign-extension",
    /// `i32.trunc_sat_f32_s` and related operators.
    SaturatingFloatToInt = "saturating-float-to-int",
    /// Blocks and functions with several results.
    MultiValue = "multi-value",
    /// `memory.copy`, `memory.fill`, passive segments.
    BulkMemory = "bulk-memory",
    /// `externref`, several tables, `table.get` and related operators.
    ReferenceTypes = "reference-types",
    /// 128-bit vectors.
    Simd = "simd",
    /// Vectors whose result depends on the hardware.
    RelaxedSimd = "relaxed-simd",
    /// `return_call` and related operators.
    TailCall = "tail-call",
    /// Typed function references and `call_ref`.
    FunctionReferences = "function-references",
    /// Structs, arrays, `i31ref`, recursion groups and declared subtyping.
    Gc = "gc",
    /// `try_table`, `throw_ref` and tags.
    Exceptions = "exceptions",
    /// The older `try`/`catch`/`delegate` form of exceptions.
    LegacyExceptions = "legacy-exceptions",
    /// Arithmetic in constant expressions.
    ExtendedConst = "extended-const",
    /// Several memories in a module.
    MultiMemory = "multi-memory",
    /// Memories and tables with 64-bit indices.
    Memory64 = "memory64",
    /// Shared memories and atomic operators.
    Threads = "threads",
    /// `i64.add128`, `i64.mul_wide_s` and related operators.
    WideArithmetic = "wide-arithmetic",
    /// Memories whose page is one byte.
    CustomPageSizes = "custom-page-sizes",
    /// Descriptors and exact references.
    CustomDescriptors = "custom-descriptors",
    /// `metadata.code.branch_hint` sections and their validation.
    BranchHinting = "branch-hinting",
    /// Annotations and custom sections in the text format.
    Annotations = "annotations",
    /// `cont.new`, `resume`, `suspend` and related operators.
    StackSwitching = "stack-switching",
    /// Shared functions, globals, tables and objects, and atomic operators on them.
    SharedEverythingThreads = "shared-everything-threads",
    /// `atomic.fence` and atomic operators with weaker orders.
    AcquireReleaseAtomics = "acquire-release-atomics",
    /// `memory.discard`.
    MemoryControl = "memory-control",
    /// `array` accesses of several bytes.
    MultibyteArrayAccess = "multibyte-array-access",
    /// Import sections that name a module once.
    CompactImports = "compact-imports",
    /// Components, in all their parts.
    ComponentModel = "component-model",
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Feature {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Feature::ALL
            .iter()
            .copied()
            .find(|feature| feature.name() == name)
            .ok_or_else(|| format!("unknown feature `{name}`"))
    }
}

/// A set of [`Feature`]s.
///
/// ```
/// use wassay_engine::{Feature, Features};
/// let wanted = Features::WASM1.with(Feature::Simd);
/// assert_eq!(wanted.minus(Features::WASM1).iter().collect::<Vec<_>>(), [Feature::Simd]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Features(u64);

impl Features {
    /// WebAssembly 1.0.
    pub const WASM1: Features = Features::of(&[Feature::MutableGlobal]);

    /// WebAssembly 2.0.
    pub const WASM2: Features = Features::WASM1.and(Features::of(&[
        Feature::SignExtension,
        Feature::SaturatingFloatToInt,
        Feature::MultiValue,
        Feature::BulkMemory,
        Feature::ReferenceTypes,
        Feature::Simd,
    ]));

    /// WebAssembly 3.0.
    pub const WASM3: Features = Features::WASM2.and(Features::of(&[
        Feature::RelaxedSimd,
        Feature::TailCall,
        Feature::FunctionReferences,
        Feature::Gc,
        Feature::Exceptions,
        Feature::ExtendedConst,
        Feature::MultiMemory,
        Feature::Memory64,
        Feature::BranchHinting,
        Feature::Annotations,
    ]));

    /// The set of the given features.
    pub const fn of(features: &[Feature]) -> Features {
        let mut bits = 0;
        let mut at = 0;
        while at < features.len() {
            bits |= 1 << features[at] as u8;
            at += 1;
        }
        Features(bits)
    }

    /// Every feature that this version of the trait knows.
    pub const fn all() -> Features {
        Features::of(Feature::ALL)
    }

    /// The set as bits, one per feature in the order of [`Feature::ALL`].
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set with these bits; bits without a feature are dropped.
    pub const fn from_bits(bits: u64) -> Features {
        Features(bits & Features::all().0)
    }

    /// Whether the feature is in the set.
    pub const fn has(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u8) != 0
    }

    /// The union of two sets.
    pub const fn and(self, other: Features) -> Features {
        Features(self.0 | other.0)
    }

    /// The set with one more feature.
    pub const fn with(self, feature: Feature) -> Features {
        self.and(Features::of(&[feature]))
    }

    /// The features that are in this set and not in `other`.
    pub const fn minus(self, other: Features) -> Features {
        Features(self.0 & !other.0)
    }

    /// Whether every feature of `other` is in this set.
    pub const fn contains(self, other: Features) -> bool {
        other.minus(self).0 == 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The features of the set, in the order of [`Feature::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.iter().copied().filter(move |feature| self.has(*feature))
    }
}

impl FromIterator<Feature> for Features {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        features.into_iter().fold(Features::default(), Features::with)
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, feature) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            f.write_str(feature.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for &feature in Feature::ALL {
            assert_eq!(feature.name().parse(), Ok(feature));
        }
        assert!("no-such".parse::<Feature>().is_err());
    }

    #[test]
    fn versions_are_nested() {
        assert!(Features::WASM2.contains(Features::WASM1));
        assert!(Features::WASM3.contains(Features::WASM2));
        assert!(!Features::WASM2.contains(Features::WASM3));
        assert_eq!(Features::from_bits(u64::MAX), Features::all());
    }
}
