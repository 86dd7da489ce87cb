//! Takes a seed; gives a module from `wasm-smith` that terminates, exports everything and produces
//! no NaN whose bits an engine may choose. Knows no engine.

use crate::case::FUEL;
use crate::host;
use crate::nans;
use crate::seed::Numbers;
use arbitrary::Unstructured;
use wasm_encoder as enc;
use wasm_smith::{Config, MemoryOffsetChoices, Module};
use wasmparser::{Parser, Payload};
use wassay_engine::{Feature, Features};

/// Features that `wasm-smith` generates and our switches control, each on with probability 3/4.
const OPTIONAL: &[Feature] = &[
    Feature::Simd,
    Feature::RelaxedSimd,
    Feature::TailCall,
    Feature::ExtendedConst,
    Feature::MultiMemory,
    Feature::Memory64,
    Feature::WideArithmetic,
    Feature::CustomPageSizes,
];

/// Features that every module may use: older engines are out of scope here.
const ALWAYS: Features = Features::WASM2.minus(Features::of(&[Feature::Simd]));

/// Features that `wasm-smith` generates but cannot read in its module of available imports.
const UNREADABLE: Features = Features::of(&[Feature::CustomPageSizes]);

/// Generates a module within these features; returns the features that it needs, and its bytes.
pub fn generate(seed: u64, within: Features) -> (Features, Vec<Vec<u8>>) {
    let mut numbers = Numbers::new(seed, "smith");
    let optional = features(&mut numbers).minus(ALWAYS);
    let features = ALWAYS.and(optional.minus(Features::all().minus(within)));
    // A module that waits may wait for ever, and a request that `wasm-smith` cannot fulfil is an
    // error. In both cases the next bytes of the stream are tried.
    loop {
        let bytes = numbers.bytes(8192);
        let made = Module::new(config(features, &mut numbers), &mut Unstructured::new(&bytes));
        let Ok(mut module) = made else { continue };
        let Ok(fuel) = module.ensure_termination(crate::case::FUEL_PER_CALL) else { continue };
        let wasm = export_fuel(&module.to_bytes(), fuel);
        let wasm = nans::canonicalize(&wasm).expect("wasm-smith writes modules");
        if !waits(&wasm) {
            return (features, vec![wasm]);
        }
    }
}

fn features(numbers: &mut Numbers) -> Features {
    let optional = OPTIONAL.iter().filter(|_| numbers.chance(3, 4)).copied();
    let mut chosen = optional.fold(ALWAYS, Features::with);
    if !chosen.has(Feature::Simd) {
        chosen = chosen.minus(Features::of(&[Feature::RelaxedSimd]));
    }
    // Fewer engines have threads.
    if numbers.chance(1, 6) { chosen.with(Feature::Threads) } else { chosen }
}

fn config(features: Features, numbers: &mut Numbers) -> Config {
    let has = |feature| features.has(feature);
    let several = |feature, count: usize| if features.has(feature) { count } else { 1 };
    Config {
        // `wasm-smith` reads these with its validator's default features.
        available_imports: Some(host::imports(features.minus(UNREADABLE))),
        canonicalize_nans: true,
        export_everything: true,
        min_funcs: 3,
        max_funcs: 16,
        max_imports: 12,
        max_types: 12,
        max_globals: 8,
        max_instructions: numbers.pick(&[20, 60, 150]),
        max_nesting_depth: 5,
        max_data_segments: 4,
        max_element_segments: 4,
        max_elements: 10,
        max_memories: several(Feature::MultiMemory, 3),
        min_memories: 1,
        max_tables: 3,
        min_tables: numbers.below(2) as u32,
        max_memory32_bytes: 4 << 16,
        max_memory64_bytes: 4 << 16,
        max_table_elements: 100,
        memory_max_size_required: true,
        table_max_size_required: true,
        memory_offset_choices: MemoryOffsetChoices(80, 15, 5),
        simd_enabled: has(Feature::Simd),
        relaxed_simd_enabled: has(Feature::RelaxedSimd),
        tail_call_enabled: has(Feature::TailCall),
        extended_const_enabled: has(Feature::ExtendedConst),
        memory64_enabled: has(Feature::Memory64),
        threads_enabled: has(Feature::Threads),
        wide_arithmetic_enabled: has(Feature::WideArithmetic),
        custom_page_sizes_enabled: has(Feature::CustomPageSizes),
        gc_enabled: false,
        exceptions_enabled: false,
        compact_imports_enabled: false,
        generate_custom_sections: false,
        max_tags: 0,
        ..Config::default()
    }
}

/// Exports the fuel global, which `wasm-smith` does not export.
fn export_fuel(wasm: &[u8], global: u32) -> Vec<u8> {
    let mut module = enc::Module::new();
    let mut exports = enc::ExportSection::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.expect("wasm-smith writes modules");
        if let Payload::ExportSection(section) = &payload {
            for export in section.clone() {
                let export = export.expect("wasm-smith writes exports");
                exports.export(export.name, kind(export.kind), export.index);
            }
            exports.export(FUEL, enc::ExportKind::Global, global);
            module.section(&exports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &wasm[range.start as usize..range.end as usize];
            module.section(&enc::RawSection { id, data });
        }
    }
    module.finish()
}

fn kind(kind: wasmparser::ExternalKind) -> enc::ExportKind {
    match kind {
        wasmparser::ExternalKind::Table => enc::ExportKind::Table,
        wasmparser::ExternalKind::Memory => enc::ExportKind::Memory,
        wasmparser::ExternalKind::Global => enc::ExportKind::Global,
        wasmparser::ExternalKind::Tag => enc::ExportKind::Tag,
        wasmparser::ExternalKind::Func | wasmparser::ExternalKind::FuncExact => {
            enc::ExportKind::Func
        }
    }
}

/// Whether a function of the module waits on a memory.
fn waits(wasm: &[u8]) -> bool {
    let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload {
        Ok(Payload::CodeSectionEntry(body)) => body.get_operators_reader().ok(),
        _ => None,
    });
    bodies.flatten().any(|operator| {
        use wasmparser::Operator::{MemoryAtomicWait32, MemoryAtomicWait64};
        matches!(operator, Ok(MemoryAtomicWait32 { .. } | MemoryAtomicWait64 { .. }))
    })
}
