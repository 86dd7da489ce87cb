//! Sample reports with every field and every variant of the types, and invalid values. The reports
//! of real runs have few of them. Validates nothing.

use serde_json::{Value, json};
use wassay_record::{
    Bounds, Cache, Config, Engine, Expected, File, Finding, FuncName, Hierarchy, Isa, Lane, Lanes,
    Ledger, Messages, Nan, Note, Observed, OpenResult, Opt, Partition, Pattern, Problem,
    ProblemKind, Relaxed, Report, Run, SkippedLane, Stage, Tool, Unlisted, Verdict,
};

fn text() -> String {
    "text".to_string()
}

fn patterns() -> Vec<Pattern> {
    use Pattern::*;
    let floats = [Nan::Bits(0), Nan::Canonical, Nan::Arithmetic, Nan::Bits(u32::MAX)];
    let vectors = [
        Lanes::I8x16([255; 16]),
        Lanes::I16x8([1; 8]),
        Lanes::I32x4([1 << 31; 4]),
        Lanes::I64x2([u64::MAX, 0]),
        Lanes::F32x4(floats),
        Lanes::F64x2([Nan::Bits(7), Nan::Arithmetic]),
        Lanes::Bits(u128::MAX),
    ];
    let nulls = [Hierarchy::Func, Hierarchy::Extern, Hierarchy::Any, Hierarchy::Exn];
    let scalars = [I32(u32::MAX), I64(1 << 63), F32(Nan::Bits(1)), F64(Nan::Canonical)];
    let references = [
        Null(None),
        Extern(None),
        Extern(Some(7)),
        Host(8),
        Func,
        NonNull,
        Any,
        Eq,
        I31(None),
        I31(Some(9)),
        Struct,
        Array,
        Exn,
        Cont,
        NullCont,
        SharedI31,
        FuncOf(FuncName::Index(u32::MAX)),
        FuncOf(FuncName::Id(text())),
        More(u64::MAX),
    ];
    let mut all: Vec<Pattern> = scalars.into_iter().chain(references).collect();
    all.extend(vectors.map(V128));
    all.extend(nulls.map(|hierarchy| Null(Some(hierarchy))));
    all.push(Either(all.clone()));
    all
}

fn expectations() -> Vec<Expected> {
    use Expected::*;
    let words = [Trap, Exhaustion, Malformed, Invalid, Unlinkable, BadCustom, Feature];
    let plain = [Accepted, Returned, Exception, Session, Thread, PassingThread];
    words
        .map(|variant| variant(text()))
        .into_iter()
        .chain(plain)
        .chain([Results(patterns())])
        .collect()
}

fn observations() -> Vec<Observed> {
    use Observed::*;
    let message = text;
    let trapped = |message| Trapped { kind: text(), words: text(), message };
    let rejected = |stage, offset| Rejected { stage, message: message(), offset };
    vec![
        Accepted,
        Returned(patterns()),
        Threw(patterns()),
        trapped(None),
        trapped(Some(text())),
        rejected(Some(Stage::Malformed), Some(7)),
        rejected(Some(Stage::Invalid), None),
        rejected(None, None),
        Exhausted { message: message() },
        Unlinkable { kind: text(), message: message() },
        Refused { message: message() },
        Mistaken { message: message() },
        Lacked { message: message() },
        Broke { message: message() },
    ]
}

/// Findings with every verdict, expectation and observation, and their ledger.
fn findings() -> (Vec<Note>, Ledger) {
    let bad: Vec<Verdict> =
        Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Passed).collect();
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
        notes.push(Note { finding, occurrence: 2, source: text(), known: Some(text()) });
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
    let problem = |kind| Problem { kind, path: text(), message: text() };
    let kinds = [
        ProblemKind::UnexpectedPass,
        ProblemKind::StaleKnown,
        ProblemKind::KnownWithoutReason,
        ProblemKind::LostSupport,
        ProblemKind::UnstatedSupport,
        ProblemKind::LaneDifference,
        ProblemKind::Fault,
    ];
    let run = Run {
        engine: Engine {
            name: text(),
            version: text(),
            target: text(),
            build: text(),
            features: vec![text()],
            capabilities: vec![text()],
        },
        lane: Lane { name: text(), prefix: vec![text()] },
        config: Config {
            opt: Opt::None,
            bounds: Bounds::Explicit,
            isa: Isa::Named(text()),
            isa_with: vec![text()],
            isa_without: vec![text()],
            cache: Cache::Directory,
            cache_directory: Some(text()),
            relaxed: Relaxed::Native,
            interruption: true,
            gc_stress: true,
            messages: Messages::Text,
        },
        partition: Some(Partition { of: 3, shards: vec![1, 2], scripts: 1, selection: text() }),
        wall_s: 1.5,
        ratio_to_native: Some(1.5),
        peak_rss: Some(1),
        functions_compiled: Some(1),
        stopped: Some(text()),
        ledger,
        problems: kinds.map(problem).to_vec(),
        files: vec![file],
    };
    let skipped = SkippedLane { lane: text(), reason: text(), remedy: text() };
    let tool = || Tool { name: text(), version: text() };
    let full = Report { runs: vec![run], skipped_lanes: vec![skipped], ..Report::new(tool()) };
    let bare = Report { runs: vec![Run::default()], ..Report::new(tool()) };
    [full, bare]
}

/// Values that both the schema and `wassay` must reject.
pub fn damaged() -> Vec<Value> {
    let [full, _] = reports().map(|report| json!(report));
    let damages: [fn(&mut Value); 9] = [
        |report| report["schema"] = json!(1),
        |report| report["tool"] = json!({}),
        |report| report["runs"][0]["ledger"]["passed"] = json!(-1),
        |report| report["runs"][0]["config"]["opt"] = json!("most"),
        |report| report["runs"][0]["problems"][0]["kind"] = json!("other"),
        |report| report["runs"][0]["files"][0]["findings"][0]["verdict"] = json!("good"),
        |report| report["runs"][0]["files"][0]["findings"][0]["actual"] = json!("(i32.const 1)"),
        |report| report["runs"][0]["files"][0]["open"][0]["actual"] = json!({"returned": 7}),
        |report| {
            let value = json!({"i32.const": 7});
            report["runs"][0]["files"][0]["open"][0]["actual"] = json!({"returned": [value]});
        },
    ];
    let damaged = damages.map(|damage| {
        let mut report = full.clone();
        damage(&mut report);
        report
    });
    damaged.to_vec()
}
