//! The reference engine passes the contract that every engine must pass, in every mode.

use std::sync::Arc;
use wassay_engine::{
    Bounds, Capabilities, Config, Engine, Fault, Features, Identity, Opt, Provider, contract,
};

#[test]
fn the_contract_holds() {
    let provider = wassay_cranelift::provider();
    let report = contract::check(&*provider);
    println!("{report}");
    assert!(report.holds(), "{report}");
}

#[test]
fn engines_of_every_mode_start_beside_each_other() {
    let provider = wassay_cranelift::provider();
    let mut engines = Vec::new();
    for bounds in [Bounds::Guard, Bounds::Explicit] {
        for opt in [Opt::None, Opt::Speed] {
            let config = Config { bounds, opt, ..Config::new(provider.features()) };
            engines.push(provider.start(&config).unwrap());
        }
    }
    let wasm = wat::parse_str("(module (func (export \"f\")))").unwrap();
    let modules: Vec<_> =
        engines.iter().map(|engine| engine.compile(&wasm).unwrap().unwrap()).collect();
    let bytes = engines[0].serialize(modules[0]).unwrap();
    for other in &engines[1..] {
        let refused = other.deserialize(&bytes).unwrap();
        assert!(matches!(refused, wassay_engine::Deserialized::Incompatible(_)), "{refused:?}");
    }
}

/// Claims to demand hits, but compiles what it does not find.
struct Forgetful(Box<dyn Provider>);

impl Provider for Forgetful {
    fn identity(&self) -> Result<Identity, Fault> {
        self.0.identity()
    }
    fn features(&self) -> Features {
        self.0.features()
    }
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }
    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        self.0.start(&Config { demand_hits: false, ..config.clone() })
    }
}

#[test]
fn an_engine_that_compiles_what_it_should_find_breaks_the_contract() {
    let report = contract::check(&Forgetful(wassay_cranelift::provider()));
    let failed: Vec<&str> = report.failed().map(|check| check.name).collect();
    assert_eq!(failed, ["an engine that must find every module compiles none"], "{report}");
}
