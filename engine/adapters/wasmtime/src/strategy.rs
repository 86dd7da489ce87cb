//! The three ways in which wasmtime runs code, and the proposals that each has. Makes wasmtime's
//! configuration from the trait's; starts nothing.

use wasmtime::wasmparser::WasmFeatures as Flags;
use wassay_engine::{Bounds, Capabilities, Config, Fault, Feature, Features, Opt, Relaxed};

/// A way to run code.
pub struct Strategy {
    /// The name of the engine.
    pub name: &'static str,
    compiler: wasmtime::Strategy,
    /// The target, if it is not the host.
    target: Option<&'static str>,
    /// Whether it has garbage collection and everything that depends on it.
    collects: bool,
    /// Whether it has threads.
    has_threads: bool,
}

/// All of them.
pub const ALL: &[Strategy] = &[
    Strategy {
        name: "wasmtime",
        compiler: wasmtime::Strategy::Cranelift,
        target: None,
        collects: true,
        has_threads: true,
    },
    Strategy {
        name: "wasmtime-winch",
        compiler: wasmtime::Strategy::Winch,
        target: None,
        collects: false,
        has_threads: cfg!(target_arch = "x86_64"),
    },
    Strategy {
        name: "wasmtime-pulley",
        compiler: wasmtime::Strategy::Cranelift,
        target: Some("pulley64"),
        collects: true,
        has_threads: false,
    },
];

/// What a strategy must have for a proposal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// Winch has none of these proposals.
    Collector,
    Threads,
}

/// The proposals of wasmtime, with the flags that turn them on.
const FLAGS: &[(Feature, Needs, Flags)] = &[
    (Feature::MutableGlobal, Needs::Nothing, Flags::MUTABLE_GLOBAL),
    (Feature::SignExtension, Needs::Nothing, Flags::SIGN_EXTENSION),
    (Feature::SaturatingFloatToInt, Needs::Nothing, Flags::SATURATING_FLOAT_TO_INT),
    (Feature::MultiValue, Needs::Nothing, Flags::MULTI_VALUE),
    (Feature::BulkMemory, Needs::Nothing, Flags::BULK_MEMORY),
    (Feature::ReferenceTypes, Needs::Nothing, Flags::REFERENCE_TYPES),
    (Feature::Simd, Needs::Nothing, Flags::SIMD),
    (Feature::RelaxedSimd, Needs::Collector, Flags::RELAXED_SIMD),
    (Feature::TailCall, Needs::Collector, Flags::TAIL_CALL),
    (Feature::FunctionReferences, Needs::Collector, Flags::FUNCTION_REFERENCES),
    (Feature::Gc, Needs::Collector, Flags::GC),
    (Feature::Exceptions, Needs::Collector, Flags::EXCEPTIONS),
    (Feature::ExtendedConst, Needs::Nothing, Flags::EXTENDED_CONST),
    (Feature::MultiMemory, Needs::Nothing, Flags::MULTI_MEMORY),
    (Feature::Memory64, Needs::Nothing, Flags::MEMORY64),
    (Feature::Threads, Needs::Threads, Flags::THREADS),
    (Feature::WideArithmetic, Needs::Nothing, Flags::WIDE_ARITHMETIC),
    (Feature::CustomPageSizes, Needs::Nothing, Flags::CUSTOM_PAGE_SIZES),
];

impl Strategy {
    fn switches(&self) -> Features {
        let has = |needs: Needs| match needs {
            Needs::Nothing => true,
            Needs::Collector => self.collects,
            Needs::Threads => self.has_threads,
        };
        FLAGS.iter().filter(|(_, needs, _)| has(*needs)).map(|(feature, ..)| *feature).collect()
    }

    /// All proposals. Annotations are custom sections in the binary format, which wasmtime skips.
    pub fn features(&self) -> Features {
        self.switches().with(Feature::Annotations)
    }

    /// What the engine can do besides running modules.
    pub fn capabilities(&self) -> Capabilities {
        Capabilities {
            serialize: true,
            disk_cache: true,
            interrupt: true,
            collect: self.collects,
            stages: true,
            threads: self.has_threads,
            kinds: true,
            switches: self.switches(),
            ..Capabilities::default()
        }
    }

    /// The flags of wasmtime's parser for these features.
    pub fn flags(&self, features: Features) -> Flags {
        let always = if self.collects { Flags::FLOATS | Flags::GC_TYPES } else { Flags::FLOATS };
        let wanted = FLAGS.iter().filter(|(feature, ..)| features.has(*feature));
        wanted.fold(always, |all, (.., flags)| all | *flags)
    }

    /// wasmtime's configuration, without a cache.
    ///
    /// # Errors
    /// `Internal` if this build of wasmtime does not have the target.
    pub fn config(&self, wanted: &Config) -> Result<wasmtime::Config, Fault> {
        let mut config = wasmtime::Config::new();
        config.strategy(self.compiler);
        if let Some(target) = self.target {
            config.target(target).map_err(Fault::of)?;
        }
        for (feature, _, flags) in FLAGS {
            config.wasm_features(*flags, wanted.features.has(*feature));
        }
        config.shared_memory(self.has_threads);
        config.epoch_interruption(wanted.interruption);
        config.relaxed_simd_deterministic(wanted.relaxed == Relaxed::Deterministic);
        if self.compiler == wasmtime::Strategy::Cranelift {
            config.cranelift_opt_level(match wanted.opt {
                Opt::None => wasmtime::OptLevel::None,
                Opt::Speed => wasmtime::OptLevel::Speed,
            });
        }
        if wanted.bounds == Bounds::Explicit {
            config.memory_reservation(0).memory_guard_size(0);
        }
        Ok(config)
    }
}
