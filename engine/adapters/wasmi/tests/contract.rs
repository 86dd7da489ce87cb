//! wasmi keeps the contract of the trait, but where it cannot.

use wassay_engine::contract;

/// wasmi has one trap code for every access outside a table, by `call_indirect` or otherwise, so
/// the adapter cannot tell `UndefinedElement` from `TableOutOfBounds`.
const KNOWN: [&str; 1] = ["an indirect call outside the table traps"];

#[test]
fn wasmi_keeps_the_contract() {
    let report = contract::check(&*wassay_wasmi::provider());
    let failed: Vec<_> = report.failed().map(|check| check.name).collect();
    assert_eq!(failed, KNOWN, "{report}");
}
