//! Whatever a finding holds, its JSON is shorter than 4 MB once it is cut, can be read again, and is
//! not cut twice.

use proptest::collection::vec;
use proptest::prelude::*;
use wassay_record::{
    Expected, Finding, Frame, FuncName, Hierarchy, Lanes, Nan, Observed, Pattern, Verdict,
};

const LIMIT: usize = 4_000_000;

/// A text of one repeated character: control characters take six bytes each in JSON.
fn text(longest: usize) -> impl Strategy<Value = String> {
    let chars = vec!['a', '"', '\\', '\0', '\n', '\u{1f}', '\u{7f}', '\u{e9}', '\u{1f600}'];
    (prop::sample::select(chars), 0..=longest)
        .prop_map(|(char, length)| std::iter::repeat_n(char, length).collect())
}

/// A pattern that takes little or much room, alone or many times as an alternative.
fn pattern() -> impl Strategy<Value = Pattern> {
    let leaf = prop_oneof![
        Just(Pattern::I32(u32::MAX)),
        Just(Pattern::Null(Some(Hierarchy::Extern))),
        Just(Pattern::V128(Lanes::I8x16([0x80; 16]))),
        Just(Pattern::V128(Lanes::F32x4([Nan::Arithmetic; 4]))),
        Just(Pattern::FuncOf(FuncName::Index(u32::MAX))),
        Just(Pattern::More(u64::MAX)),
        Just(Pattern::Either(Vec::new())),
        text(3_000).prop_map(|id| Pattern::FuncOf(FuncName::Id(id))),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let either = |patterns: Vec<Pattern>, times| {
            let length = patterns.len() * times;
            Pattern::Either(patterns.into_iter().cycle().take(length).collect())
        };
        (vec(inner, 0..8), prop_oneof![Just(1), Just(9)])
            .prop_map(move |(patterns, times)| either(patterns, times))
    })
}

fn list() -> impl Strategy<Value = Vec<Pattern>> {
    (vec(pattern(), 0..8), prop_oneof![Just(1), 1..2_000usize]).prop_map(|(patterns, times)| {
        let length = patterns.len() * times;
        patterns.into_iter().cycle().take(length.min(60_000)).collect()
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    const LONG: usize = 1 << 21;
    let expected = prop_oneof![
        list().prop_map(Expected::Results),
        text(LONG).prop_map(Expected::Trap),
        text(LONG).prop_map(Expected::Feature),
    ];
    let actual = prop_oneof![
        list().prop_map(Observed::Returned),
        list().prop_map(Observed::Threw),
        (text(LONG), text(LONG), text(LONG)).prop_map(|(kind, words, message)| {
            let frame = Frame { name: Some(message.clone()), ..Frame::default() };
            Observed::Trapped { kind, words, message: Some(message), frames: vec![frame; 99] }
        }),
        text(LONG).prop_map(|message| Observed::Broke { message }),
    ];
    let names = (text(LONG), text(LONG), text(LONG));
    (expected, actual, text(LONG), names).prop_map(|(expected, actual, message, names)| {
        let (kind, feature, capability) = names;
        let bare = Finding::bare(u32::MAX, u32::MAX, u32::MAX, kind, Verdict::HarnessOnly);
        Finding {
            expected: Some(expected),
            actual: Some(actual),
            message,
            feature: Some(feature),
            capability: Some(capability),
            cause: Some(u32::MAX),
            ..bare
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_json_of_a_finding_is_short(finding in finding()) {
        let mut cut = finding;
        cut.shorten();
        let json = serde_json::to_string(&cut).unwrap();
        prop_assert!(json.len() < LIMIT, "{} bytes", json.len());
        prop_assert!(serde_json::from_str::<Finding>(&json).unwrap() == cut);
        let mut again = cut.clone();
        again.shorten();
        prop_assert!(again == cut, "a cut finding was cut again");
    }
}

/// The same for the longest that each part can be.
#[test]
fn the_longest_finding_is_short() {
    let long = || "\u{1}".repeat(1 << 20);
    let alternatives = (0..9_000).map(|_| Pattern::FuncOf(FuncName::Id("\u{1}".repeat(4_000))));
    let mut finding = Finding {
        expected: Some(Expected::Results(vec![Pattern::Either(alternatives.collect())])),
        actual: Some(Observed::Trapped {
            kind: long(),
            words: long(),
            message: Some(long()),
            frames: Vec::new(),
        }),
        message: long(),
        feature: Some(long()),
        capability: Some(long()),
        hash: long(),
        ..Finding::bare(0, 1, 1, long(), Verdict::Failed)
    };
    finding.shorten();
    let json = serde_json::to_string(&finding).unwrap();
    assert!((2_000_000..LIMIT).contains(&json.len()), "{} bytes", json.len());
}
