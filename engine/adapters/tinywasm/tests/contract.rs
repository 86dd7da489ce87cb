//! tinywasm keeps the contract of the trait.

use wassay_engine::contract;

#[test]
fn tinywasm_keeps_the_contract() {
    let report = contract::check(&*wassay_tinywasm::provider());
    assert!(report.holds(), "{report}");
}
