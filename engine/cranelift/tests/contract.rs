//! The reference engine passes the contract that every engine must pass, in every mode.

use wassay_engine::{Bounds, Config, Opt, contract};

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
