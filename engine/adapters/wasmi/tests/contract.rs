//! wasmi keeps the contract of the trait.

use wassay_adapter::Adapter;
use wassay_engine::{Provider, contract};
use wassay_wasmi::Wasmi;

#[track_caller]
fn keeps_the_contract(provider: &dyn Provider) {
    let report = contract::check(provider);
    assert!(report.holds(), "{report}");
}

#[test]
fn wasmi_keeps_the_contract() {
    keeps_the_contract(&*wassay_wasmi::provider());
}

/// As an engine whose store cannot leave its thread.
#[test]
fn wasmi_on_a_thread_keeps_the_contract() {
    keeps_the_contract(&Adapter::<Wasmi>::threaded());
}
