//! The JSON Schema and the types say the same: every report that the types can write fits the
//! schema, and the schema knows every field that is written.

use serde_json::{Value, json};
use wassay_record::{
    Config, Engine, Expected, File, Finding, Lane, Ledger, Note, Observed, OpenResult, Partition,
    Problem, ProblemKind, Report, Run, SkippedLane, Tool, Unlisted, Verdict,
};

/// The keywords that the schema uses, and that [`check`] understands.
const KEYWORDS: &[&str] = &[
    "$schema",
    "$id",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "required",
    "properties",
    "items",
    "enum",
    "const",
    "minimum",
];

fn schema() -> Value {
    serde_json::from_str(include_str!("../schema/report-2.schema.json")).unwrap()
}

/// What does not fit, with its place. Stricter than the schema in one way: a field that it does
/// not name is wrong, since then the schema is behind the types.
fn check(root: &Value, schema: &Value, value: &Value, place: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let definition = &root["$defs"][name.trim_start_matches("#/$defs/")];
        assert!(definition.is_object(), "{name} is not defined");
        return check(root, definition, value, place, wrong);
    }
    for keyword in schema.as_object().unwrap().keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "the test does not know `{keyword}`");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => vec![],
        one => vec![one.clone()],
    };
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64(),
        Some("number") => value.is_number(),
        Some("null") => value.is_null(),
        other => panic!("the test does not know the type {other:?}"),
    };
    let fits = types.is_empty() || types.iter().any(is);
    let one_of = |names: &Vec<Value>| names.contains(value);
    let too_small = matches!(
        (schema["minimum"].as_f64(), value.as_f64()),
        (Some(minimum), Some(number)) if number < minimum
    );
    if !fits
        || too_small
        || !schema["enum"].as_array().is_none_or(one_of)
        || !schema.get("const").is_none_or(|constant| constant == value)
    {
        wrong.push(format!("{place} is {value}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            wrong.push(format!("{place} has no {name}"));
        }
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(inner) => check(root, inner, field, &format!("{place}.{name}"), wrong),
            None => wrong.push(format!("the schema does not know {place}.{name}")),
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{place}[{at}]"), wrong);
    }
}

fn misfits(report: &Value) -> Vec<String> {
    let schema = schema();
    let mut wrong = Vec::new();
    check(&schema, &schema, report, "report", &mut wrong);
    wrong
}

fn note((index, verdict): (u32, Verdict)) -> Note {
    let text = || "text".to_string();
    Note {
        finding: Finding {
            index,
            line: 7,
            column: 1,
            kind: text(),
            verdict,
            expected: Some(Expected::Accepted),
            actual: Some(Observed::Accepted),
            message: text(),
            feature: Some(text()),
            capability: Some(text()),
            cause: Some(1),
            hash: text(),
        },
        occurrence: 2,
        source: text(),
        known: Some(text()),
    }
}

/// A report in which every field is written.
fn full() -> Report {
    let text = || "text".to_string();
    let texts = || vec![text()];
    let bad = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Passed);
    let mut ledger = Ledger { directives: 10, harness_only: 2, ..Ledger::default() };
    bad.clone().for_each(|verdict| ledger.add(verdict));
    let problem = |kind| Problem { kind, path: text(), message: text() };
    let run = Run {
        engine: Engine {
            name: text(),
            version: text(),
            target: text(),
            build: text(),
            features: texts(),
            capabilities: texts(),
        },
        lane: Lane { name: text(), prefix: texts() },
        config: Config {
            isa_with: texts(),
            isa_without: texts(),
            cache_directory: Some(text()),
            interruption: true,
            gc_stress: true,
            ..Config::default()
        },
        partition: Some(Partition { of: 3, shards: vec![1, 2], scripts: 1, selection: text() }),
        wall_s: 1.5,
        ratio_to_native: Some(1.5),
        peak_rss: Some(1),
        functions_compiled: Some(1),
        stopped: Some(text()),
        ledger,
        problems: [
            ProblemKind::UnexpectedPass,
            ProblemKind::StaleKnown,
            ProblemKind::KnownWithoutReason,
            ProblemKind::LostSupport,
            ProblemKind::UnstatedSupport,
            ProblemKind::LaneDifference,
            ProblemKind::Fault,
        ]
        .map(problem)
        .to_vec(),
        files: vec![File {
            path: text(),
            suite: text(),
            proposal: text(),
            text_hash: Some(text()),
            ledger,
            wall_s: 0.0,
            stopped: Some(text()),
            findings: (2..).zip(bad).map(note).collect(),
            open: vec![OpenResult {
                index: 4,
                line: 9,
                column: 1,
                kind: text(),
                expected: Expected::Accepted,
                actual: Observed::Accepted,
            }],
            unlisted: vec![Unlisted { index: 0, count: 2, verdict: Verdict::HarnessOnly }],
        }],
    };
    let mut report = Report::new(Tool { name: text(), version: text() });
    report.runs = vec![run, Run::default()];
    report.skipped_lanes = vec![SkippedLane { lane: text(), reason: text(), remedy: text() }];
    report
}

#[test]
fn every_report_fits_the_schema() {
    let report = serde_json::to_value(full()).unwrap();
    assert_eq!(misfits(&report), [""; 0]);
}

#[test]
fn every_field_of_the_schema_is_written() {
    let report = full().to_json();
    for (name, definition) in schema()["$defs"].as_object().unwrap() {
        for field in definition["properties"].as_object().unwrap().keys() {
            assert!(report.contains(&format!("\"{field}\":")), "{name}.{field} is never written");
        }
    }
}

#[test]
fn what_the_schema_requires_the_types_require() {
    let report = serde_json::to_value(full()).unwrap();
    for wrong in [json!({"schema": 2}), json!({"schema": 2, "tool": {}, "runs": []})] {
        assert!(!misfits(&wrong).is_empty());
        assert!(Report::from_json(wrong.to_string().as_bytes()).is_err());
    }
    let mut negative = report.clone();
    negative["runs"][0]["ledger"]["passed"] = json!(-1);
    assert_eq!(misfits(&negative), ["report.runs[0].ledger.passed is -1"; 1]);
    assert!(Report::from_json(negative.to_string().as_bytes()).is_err());
    let mut newer = report;
    newer["runs"][0]["a_field_of_tomorrow"] = json!(true);
    assert!(Report::from_json(newer.to_string().as_bytes()).is_ok());
}
