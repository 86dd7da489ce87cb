//! Results that a script leaves open are compared between lanes, and nowhere else.

mod support;

use support::{between, report, run};
use wassay_record::Verdict::Passed;
use wassay_record::{
    Expected, File, Ledger, Nan, Observed, OpenResult, Pattern, Relaxed, Said, compare,
    compare_lanes,
};

/// A file of three directives that passed.
fn file(open: Vec<OpenResult>) -> File {
    let ledger = Ledger { directives: 3, passed: 3, ..Ledger::default() };
    File { path: "a.wast".to_string(), ledger, open, ..File::default() }
}

#[test]
fn results_that_the_script_leaves_open_are_compared() {
    let with = |actual: Pattern| {
        let open = OpenResult {
            index: 1,
            line: 4,
            column: 2,
            kind: "invoke".to_string(),
            expected: Expected::Returned,
            actual: Observed::Returned(vec![actual]),
        };
        file(vec![open])
    };
    let (zero, min) = (|| with(Pattern::I32(0)), || with(Pattern::I32(1 << 31)));
    assert!(between(zero(), zero()).is_empty());
    let nan = |bits| with(Pattern::F32(Nan::Bits(bits)));
    assert!(between(nan(0x7fc0_0000), nan(0xffc0_0001)).is_empty());
    assert!(between(zero(), file(vec![])).is_empty(), "an older report");

    let found = between(zero(), min());
    let change = &found.changes[0];
    assert_eq!((found.changes.len(), found.files.len()), (1, 0));
    assert_eq!((change.line, change.column, &*change.kind), (4, 2, "invoke"));
    let said = [&change.before, &change.after].map(|said| said.as_ref().unwrap());
    let told = said.map(Said::why);
    assert_eq!(told, ["(i32.const 0)", "(i32.const -2147483648)"]);
    assert_eq!(said.map(|said| said.verdict), [Passed, Passed]);

    // Relaxed operators may choose by CPU if they are configured to.
    let mut relaxed = run("aarch64", vec![min()]);
    relaxed.config.relaxed = Relaxed::Native;
    assert!(compare_lanes(&run("native", vec![zero()]), &relaxed).is_empty());
    // Another engine may choose differently.
    let mut other = run("native", vec![min()]);
    other.engine.name = "other".to_string();
    assert!(compare(&report(vec![run("native", vec![zero()])]), &report(vec![other])).is_empty());
}
