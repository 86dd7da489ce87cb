//! Serialized modules with changed contents and a matching digest. `deserialize` refuses them or
//! returns a module that can be inspected, and never panics. The tests do not run the code of such
//! a module, which could do anything.

#![forbid(unsafe_code)]

use proptest::prelude::*;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use twox_hash::XxHash3_128;
use wassay_engine::{Config, Deserialized, Engine, Inspected};

/// A module that fills every table of an artifact.
const MODULE: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (import "m" "f" (func $imported (type $f)))
    (import "m" "g" (global $base i32))
    (table (export "t") 4 8 funcref)
    (table 2 (ref null $f))
    (memory (export "m") 1 2)
    (memory i64 1)
    (global (mut i64) (i64.add (i64.const 1) (i64.const 2)))
    (global (export "r") (ref $f) (ref.func $divide))
    (elem (table 0) (global.get $base) func $imported $divide)
    (elem (table 1) (i32.const 0) (ref null $f) (item (ref.null $f)) (item (ref.func $divide)))
    (data (i32.const 8) "eight")
    (data (memory 1) (i64.const 16) "sixteen")
    (func $start (i32.store (i32.const 0) (i32.trunc_f32_s (f32.const 1))))
    (func $divide (export "divide") (type $f)
        (drop (f32x4.floor (v128.const f32x4 0.5 0.5 0.5 0.5)))
        (i32.div_s (call_indirect (type $f) (local.get 0) (i32.const 1)) (local.get 0)))
    (start $start))"#;

/// The place of the digest in an artifact.
const DIGEST: Range<usize> = 16..32;
/// The offsets, in the table of sections, of the metadata, which the other tables follow, and of
/// the text, which comes last.
const META: usize = 48 + 16;
const TEXT: usize = 48 + 16 * 11;

fn engine() -> &'static Arc<dyn Engine> {
    static ENGINE: OnceLock<Arc<dyn Engine>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let provider = wassay_cranelift::provider();
        provider.start(&Config::new(provider.features())).unwrap()
    })
}

fn artifact() -> &'static [u8] {
    static ARTIFACT: OnceLock<Vec<u8>> = OnceLock::new();
    ARTIFACT.get_or_init(|| {
        let wasm = wat::parse_str(MODULE).unwrap();
        let module = engine().compile(&wasm).unwrap().unwrap();
        engine().serialize(module).unwrap()
    })
}

/// Corrects the digest of the bytes and deserializes them; whether that returned a module.
fn loads(mut bytes: Vec<u8>) -> bool {
    let format = u64::from_le_bytes(bytes[8..16].try_into().unwrap());
    let digest = XxHash3_128::oneshot_with_seed(format, &bytes[DIGEST.end..]);
    bytes[DIGEST].copy_from_slice(&digest.to_le_bytes());
    let provider = wassay_cranelift::provider();
    if let Inspected::Intact(found) = provider.inspect(&bytes).unwrap() {
        let all = 0..found.functions.len();
        provider.disassemble(&bytes, all, &mut |_| true).unwrap();
    }
    let engine = engine();
    match engine.deserialize(&bytes).unwrap() {
        Deserialized::Module(module) => {
            engine.imports(module).unwrap();
            engine.exports(module).unwrap();
            engine.serialize(module).unwrap();
            engine.drop_module(module).unwrap();
            true
        }
        Deserialized::Corrupt(why) | Deserialized::Incompatible(why) => {
            assert!(!why.is_empty());
            false
        }
    }
}

#[test]
fn the_digest_is_made_right() {
    assert!(loads(artifact().to_vec()));
    let mut bytes = artifact().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    assert!(matches!(engine().deserialize(&bytes).unwrap(), Deserialized::Corrupt(_)));
    assert!(loads(bytes), "code is not looked at");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) })]

    #[test]
    fn loading_any_tables_is_safe(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut bytes = artifact().to_vec();
        let offset = |at| u64::from_le_bytes(artifact()[at..at + 8].try_into().unwrap()) as usize;
        let tables = &mut bytes[offset(META)..offset(TEXT)];
        for (at, value) in &changes {
            let at = at.index(tables.len());
            tables[at] = *value;
        }
        loads(bytes);
    }
}
