//! wasmi keeps the contract of the trait, but where it cannot.

use wassay_adapter::Adapter;
use wassay_engine::{Provider, contract};
use wassay_wasmi::Wasmi;

/// wasmi has one trap code for every access outside a table, by `call_indirect` or otherwise, so
/// the adapter cannot tell `UndefinedElement` from `TableOutOfBounds`.
const KNOWN: [&str; 1] = ["an indirect call outside the table traps"];

#[track_caller]
fn keeps_the_contract(provider: &dyn Provider) {
    let report = contract::check(provider);
    let failed: Vec<_> = report.failed().map(|check| check.name).collect();
    assert_eq!(failed, KNOWN, "{report}");
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
