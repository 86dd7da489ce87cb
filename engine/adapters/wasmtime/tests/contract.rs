//! Every engine keeps the contract of the trait, and refuses the serialized modules of the others.

use std::sync::Arc;
use std::thread;
use wassay_engine::{Config, Deserialized, Engine, Provider, contract};

/// The stack of a thread that checks an engine: that of a test would end before the limit of
/// wasmtime, which a check of endless recursion reaches.
const STACK: usize = 64 << 20;

#[test]
fn every_engine_keeps_the_contract() {
    let check = || {
        for (name, provider) in wassay_wasmtime::providers() {
            let report = contract::check(&*provider);
            assert!(report.holds(), "{name}: {report}");
            assert!(report.passed().count() > 50, "{name}: {report}");
        }
    };
    let thread = thread::Builder::new().stack_size(STACK);
    thread.spawn(check).unwrap().join().unwrap();
}

#[test]
fn the_version_is_the_one_that_is_pinned() {
    let manifest = include_str!("../Cargo.toml");
    for (name, provider) in wassay_wasmtime::providers() {
        let identity = provider.identity().unwrap();
        assert_eq!(identity.name, name);
        assert!(manifest.contains(&format!("wasmtime = {{ version = \"={}\"", identity.version)));
    }
}

fn start(provider: &dyn Provider) -> Arc<dyn Engine> {
    provider.start(&Config::new(provider.features())).unwrap()
}

#[test]
fn a_serialized_module_loads_on_its_own_engine_only() {
    let providers = wassay_wasmtime::providers();
    for (at, (name, from)) in providers.iter().enumerate() {
        let engine = start(&**from);
        let module = engine.compile(b"\0asm\x01\0\0\0").unwrap().unwrap();
        let bytes = engine.serialize(module).unwrap();
        for (other, (to_name, to)) in providers.iter().enumerate() {
            let loaded = start(&**to).deserialize(&bytes).unwrap();
            let as_expected = match &loaded {
                Deserialized::Module(_) => at == other,
                Deserialized::Incompatible(_) => at != other,
                Deserialized::Corrupt(_) => false,
            };
            assert!(as_expected, "{name} to {to_name}: {loaded:?}");
        }
    }
}
