//! Sample reports with every field and every variant of the types, and invalid values. The reports
//! of real runs have few of them. Validates nothing.

use serde_json::{Value, json};
use wassay_record::{
    Bounds, Cache, CacheCounts, Config, Engine, Expected, File, Finding, Frame, FuncName, Hierarchy, Isa, Lane,
    Lanes, Ledger, Messages, Nan, Note, Observed, OpenResult, Opt, Partition, Pattern, Problem,
    ProblemKind, Relaxed, Report, Run, SkippedEngine, SkippedLane, Stage, Tool, Unlisted, Verdict, Way,
};

/// A list with every variant of an enum. A variant with payloads has one value for each of them. If
/// the enum gets another variant, this does not compile until the list has it.
macro_rules! every {
    ($type:ident { $($variant:ident $(: [$($payload:tt)+])?),+ $(,)? }) => {{
        let lists = [$(every!(@ $type $variant $($($payload)+)?)),+];
        let all: Vec<_> = lists.into_iter().flatten().collect();
        for value in &all {
            match value { $($type::$variant { .. } => {})+ }
        }
        all
    }};
    (@ $type:ident $variant:ident) => { vec![$type::$variant] };
    (@ $type:ident $variant:ident $($payload:tt)+) => { vec![$($type::$variant $payload),+] };
}

fn text() -> String {
    "text".to_string()
}

fn patterns() -> Vec<Pattern> {
    let singles = every!(Nan { Bits: [(0x7fc0_0000u32)], Canonical, Arithmetic });
    let doubles = every!(Nan { Bits: [(7u64)], Canonical, Arithmetic });
    let vectors = every!(Lanes {
        I8x16: [([255; 16])],
        I16x8: [([1; 8])],
        I32x4: [([1 << 31; 4])],
        I64x2: [([u64::MAX, 0])],
        F32x4: [([singles[0], singles[1], singles[2], Nan::Bits(u32::MAX)])],
        F64x2: [([doubles[0], doubles[2]])],
        Bits: [(u128::MAX)(0)],
    });
    let nulls = every!(Hierarchy { Func, Extern, Any, Exn });
    let mut all = every!(Pattern {
        I32: [(u32::MAX)(0)(1 << 31)],
        I64: [(1 << 63)],
        F32: [(Nan::Bits(1))],
        F64: [(Nan::Canonical)],
        V128: [(vectors[0])],
        Null: [(None)],
        Extern: [(None)(Some(7))],
        Host: [(8)],
        Func,
        NonNull,
        Any,
        Eq,
        I31: [(None)(Some(9))],
        Struct,
        Array,
        Exn,
        Cont,
        NullCont,
        SharedI31,
        FuncOf: [(FuncName::Index(0))],
        Either: [(vec![Pattern::Eq])],
        More: [(u64::MAX)],
    });
    let names = every!(FuncName { Index: [(u32::MAX)], Id: [(text())] });
    all.extend(names.into_iter().map(Pattern::FuncOf));
    all.extend(singles.into_iter().map(Pattern::F32));
    all.extend(doubles.into_iter().map(Pattern::F64));
    all.extend(vectors.into_iter().map(Pattern::V128));
    all.extend(nulls.into_iter().map(|hierarchy| Pattern::Null(Some(hierarchy))));
    all.push(Pattern::Either(all.clone()));
    all
}

fn expectations() -> Vec<Expected> {
    every!(Expected {
        Accepted,
        Component,
        Returned,
        Results: [(patterns())(Vec::new())],
        Trap: [(text())],
        Exhaustion: [(text())],
        Exception,
        Malformed: [(text())],
        Invalid: [(text())],
        Unlinkable: [(text())],
        BadCustom: [(text())],
        Session,
        Engine,
        Dropped,
        Collected,
        Taken,
        Stored,
        Refused,
        Used,
        Counts: [(text())],
        Miss,
        Rejected,
        Incompatible,
        Thread,
        PassingThread,
        Feature: [(text())],
    })
}

fn observations() -> Vec<Observed> {
    let message = text;
    let stages = every!(Stage { Malformed, Invalid });
    let mut all = every!(Observed {
        Accepted,
        Returned: [(patterns()) (Vec::new())],
        Trapped: [
            { kind: text(), words: text(), message: None, frames: frames() }
            { kind: text(), words: text(), message: Some(text()), frames: Vec::new() }
        ],
        Threw: [(patterns())],
        Exhausted: [{ message: message() }],
        Unlinkable: [{ kind: text(), message: message() }],
        Rejected: [{ stage: None, message: message(), offset: Some(7) }],
        Refused: [{ message: message() }],
        Mistaken: [{ message: message() }],
        Lacked: [{ message: message() }],
        Counts: [(text())],
        Missed: [{ message: message() }],
        Broke: [{ message: message() }],
    });
    all.extend(stages.into_iter().map(|stage| Observed::Rejected {
        stage: Some(stage),
        message: message(),
        offset: None,
    }));
    all
}

fn verdicts() -> Vec<Verdict> {
    every!(Verdict {
        Passed,
        Failed,
        Unsupported,
        Unreadable,
        Blocked,
        Skipped,
        Crashed,
        TimedOut,
        HarnessOnly,
    })
}

fn frames() -> Vec<Frame> {
    let named = || Some(text());
    vec![
        Frame { module: named(), func: 7, name: named(), offset: Some(7) },
        Frame { module: None, func: 0, name: None, offset: None },
    ]
}

/// Configurations that together have every value of every setting.
fn configs() -> Vec<Config> {
    let opts = every!(Opt { None, Speed });
    let bounds = every!(Bounds { Guard, Explicit });
    let isas = every!(Isa { Host, Named: [(text())] });
    let caches = every!(Cache { Off, Memory, Directory });
    let relaxed = every!(Relaxed { Deterministic, Native });
    let ways = every!(Way { Fresh, Serialized, Reloaded, Sessions });
    let messages = every!(Messages { Stage, Kind, Text });
    let lengths = [opts.len(), bounds.len(), isas.len(), caches.len(), relaxed.len(), ways.len()];
    let most = lengths.into_iter().max().unwrap_or_default().max(messages.len());
    let config = |at: usize| Config {
        opt: opts[at % opts.len()],
        bounds: bounds[at % bounds.len()],
        isa: isas[at % isas.len()].clone(),
        isa_with: vec![text(); at],
        isa_without: vec![text(); at],
        cache: caches[at % caches.len()],
        cache_directory: (at > 0).then(text),
        cache_limit: (at > 0).then_some(9),
        relaxed: relaxed[at % relaxed.len()],
        interruption: at > 0,
        gc_stress: at > 0,
        way: ways[at % ways.len()],
        messages: messages[at % messages.len()],
        features: (at > 0).then(text),
    };
    (0..most).map(config).collect()
}

fn problems() -> Vec<Problem> {
    let kinds = every!(ProblemKind {
        UnexpectedPass,
        StaleKnown,
        KnownWithoutReason,
        LostSupport,
        UnstatedSupport,
        LaneDifference,
        Fault,
    });
    kinds.into_iter().map(|kind| Problem { kind, path: text(), message: text() }).collect()
}

/// Findings with every verdict, expectation and observation, and their ledger.
fn findings() -> (Vec<Note>, Ledger) {
    let bad: Vec<Verdict> =
        verdicts().into_iter().filter(|verdict| *verdict != Verdict::Passed).collect();
    let (mut expected, mut actual) = (expectations().into_iter(), observations().into_iter());
    let (mut notes, mut ledger) = (Vec::new(), Ledger::default());
    while expected.len() + actual.len() > 0 {
        let index = notes.len() as u32;
        let verdict = bad[notes.len() % bad.len()];
        let finding = Finding {
            expected: expected.next(),
            actual: actual.next(),
            message: text(),
            feature: Some(text()),
            capability: Some(text()),
            cause: Some(1),
            hash: text(),
            ..Finding::bare(index, 7, 1, text(), verdict)
        };
        notes.push(Note {
            finding,
            occurrence: 2,
            source: text(),
            known: Some(text()),
            known_ways: Way::ALL.to_vec(),
        });
        ledger.add(verdict);
    }
    (notes, ledger)
}

/// A report with every field, and one without the optional fields.
pub fn reports() -> [Report; 2] {
    let (notes, mut ledger) = findings();
    let at = notes.len() as u32;
    let unlisted = vec![Unlisted { index: at, count: 2, verdict: Verdict::HarnessOnly }];
    (0..2).for_each(|_| ledger.add(Verdict::HarnessOnly));
    ledger.add(Verdict::Passed);
    ledger.directives = u64::from(at) + 3;
    let open = OpenResult {
        index: at + 2,
        line: 9,
        column: 1,
        kind: text(),
        expected: Expected::Returned,
        actual: Observed::Returned(vec![Pattern::I32(7)]),
    };
    let file = File {
        path: text(),
        suite: text(),
        proposal: text(),
        text_hash: Some(text()),
        ledger,
        wall_s: 0.25,
        stopped: Some(text()),
        findings: notes,
        unlisted,
        open: vec![open],
    };
    let run = Run {
        engine: Engine {
            name: text(),
            version: text(),
            target: text(),
            build: text(),
            notice: text(),
            features: vec![text()],
            capabilities: vec![text()],
        },
        lane: Lane { name: text(), prefix: vec![text()] },
        config: Config::default(),
        partition: Some(Partition { of: 3, shards: vec![1, 2], scripts: 1, selection: text() }),
        wall_s: 1.5,
        ratio_to_native: Some(1.5),
        peak_rss: Some(1),
        functions_compiled: Some(1),
        cache: Some(CacheCounts::default()),
        stopped: Some(text()),
        ledger,
        problems: problems(),
        files: vec![file],
    };
    let runs = configs().into_iter().map(|config| Run { config, ..run.clone() }).collect();
    let skipped_lanes = vec![SkippedLane { lane: text(), reason: text(), remedy: text() }];
    let (engine, reason, remedy) = (text(), text(), text());
    let skipped_engines = vec![SkippedEngine { engine, reason, remedy, did_not_start: true }];
    let tool = || Tool { name: text(), version: text() };
    let full = Report { runs, skipped_lanes, skipped_engines, ..Report::new(tool()) };
    let bare = Report { runs: vec![Run::default()], ..Report::new(tool()) };
    [full, bare]
}

/// Values that both the schema and `wassay` must reject.
pub fn damaged() -> Vec<Value> {
    let [full, _] = reports().map(|report| json!(report));
    let damages: [fn(&mut Value); 8] = [
        |report| report["schema"] = json!(1),
        |report| report["tool"] = json!({}),
        |report| report["runs"][0]["ledger"]["passed"] = json!(-1),
        |report| report["runs"][0]["config"]["opt"] = json!("most"),
        |report| report["runs"][0]["problems"][0]["kind"] = json!("other"),
        |report| report["runs"][0]["files"][0]["findings"][0]["verdict"] = json!("good"),
        |report| report["runs"][0]["files"][0]["findings"][0]["actual"] = json!("(i32.const 1)"),
        |report| report["runs"][0]["files"][0]["open"][0]["actual"] = json!({"returned": 7}),
    ];
    let damaged = damages.into_iter().map(|damage| {
        let mut report = full.clone();
        damage(&mut report);
        report
    });
    let misspelled = misspelled().into_iter().map(|value| {
        let mut report = full.clone();
        report["runs"][0]["files"][0]["open"][0]["actual"] = json!({"returned": [value]});
        report
    });
    damaged.chain(misspelled).collect()
}

/// Numbers in forms that `wassay` never writes.
fn misspelled() -> Vec<Value> {
    let integers = ["", "+7", "007", "-0", "0x7", "7 ", "99999999999"];
    let floats =
        ["", "0x5", "0x+5", "0X00000005", "0x3F800000", "1065353216", "0x0000000000000005"];
    let vectors = ["0x0", "0x+0000000000000000000000000000005", "1"];
    let mut all = vec![json!({"i32.const": 7}), json!({"f32.const": {"bits": 7}})];
    all.extend(integers.map(|text| json!({"i32.const": text})));
    all.extend(["1e3", "99999999999999999999"].map(|text| json!({"i64.const": text})));
    all.extend(floats.map(|text| json!({"f32.const": {"bits": text}})));
    all.push(json!({"f64.const": {"bits": "0x3f800000"}}));
    all.extend(vectors.map(|text| json!({"v128.const": {"bits": text}})));
    all.extend(["+1", "1000"].map(|lane| {
        let lanes = vec![lane; 16];
        json!({"v128.const": {"i8x16": lanes}})
    }));
    all.push(json!({"v128.const": {"i64x2": ["1"]}}));
    all
}
