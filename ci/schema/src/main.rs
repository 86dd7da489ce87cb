//! Makes the JSON schema of reports from the types of `wassay-record`. Takes reports, and prints
//! where they do not match. Fails if the committed schema differs from the generated one; `--bless`
//! writes it. Runs no script.

mod sample;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use std::process::ExitCode;
use wassay_record::{REPORT_SCHEMA, Report};

/// The number of mismatches to show for a report.
const SHOWN: usize = 20;

const DESCRIPTION: &str = "What one or several runs found. Fields may be added within a version, \
                           never removed or changed: readers ignore what they do not know.";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let bless = arguments.first().is_some_and(|first| first == "--bless");
    if bless {
        arguments.remove(0);
    }
    let path = format!("harness/record/schema/report-{REPORT_SCHEMA}.schema.json");
    let schema = schema(&path);
    let text = format!("{schema:#}\n");
    let mut wrong = Vec::new();
    if bless {
        let written = std::fs::write(&path, &text);
        wrong.extend(written.err().map(|error| format!("{path}: {error}")));
    } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
        wrong.push(format!("{path} is not the types' schema: write it with ci/schema/run --bless"));
    }
    wrong.extend(undescribed(&schema).map(|place| format!("{path}: {place} has no description")));
    match jsonschema::validator_for(&schema) {
        Err(error) => wrong.push(format!("{path} is not a JSON schema: {error}")),
        Ok(validator) => {
            let misfits = |report: &Value| -> Vec<String> {
                let errors = validator.iter_errors(report).take(SHOWN);
                errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
            };
            for (at, report) in sample::reports().iter().enumerate() {
                let all = misfits(&json!(report)).into_iter();
                let all = all.chain(read(&json!(report)).err());
                wrong.extend(all.map(|misfit| format!("sample {at}: {misfit}")));
            }
            for damage in sample::damaged() {
                if misfits(&damage).is_empty() || read(&damage).is_ok() {
                    wrong.push(format!("a damaged report is accepted: {damage}"));
                }
            }
            for path in &arguments {
                match std::fs::read(path).map(|bytes| serde_json::from_slice(&bytes)) {
                    Err(error) => wrong.push(format!("{path}: {error}")),
                    Ok(Err(error)) => wrong.push(format!("{path}: {error}")),
                    Ok(Ok(report)) => {
                        let all = misfits(&report).into_iter().chain(read(&report).err());
                        wrong.extend(all.map(|misfit| format!("{path}: {misfit}")));
                    }
                }
            }
        }
    }
    wrong.iter().for_each(|wrong| eprintln!("{wrong}"));
    println!("schema: {} reports given, {} problems", arguments.len(), wrong.len());
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The schema of reports that this version of `wassay` reads and writes.
fn schema(path: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Report>().to_value();
    let name = path.rsplit('/').next().unwrap_or(path);
    schema["$id"] = json!(name);
    schema["title"] = json!(format!("wassay report, version {REPORT_SCHEMA}"));
    schema["description"] = json!(DESCRIPTION);
    schema["properties"]["schema"] =
        json!({"const": REPORT_SCHEMA, "description": "The version of this shape."});
    schema
}

/// The types, variants and fields without a description.
fn undescribed(schema: &Value) -> impl Iterator<Item = String> {
    let items = |value: &Value, key: &str| match &value[key] {
        Value::Object(fields) => fields.clone().into_iter().collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(at, it)| (at.to_string(), it.clone())).collect()
        }
        _ => Vec::new(),
    };
    let types = items(schema, "$defs").into_iter();
    let parts = types.flat_map(move |(name, ty)| {
        let parts = ["properties", "oneOf", "anyOf"].into_iter().flat_map(|key| items(&ty, key));
        let parts: Vec<_> = parts.map(|(part, value)| (format!("{name}/{part}"), value)).collect();
        [(name, ty)].into_iter().chain(parts)
    });
    parts.filter(|(_, value)| !value["description"].is_string()).map(|(place, _)| place)
}

fn read(report: &Value) -> Result<Report, String> {
    Report::from_json(report.to_string().as_bytes())
}
