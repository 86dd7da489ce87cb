//! Tests that every script gives its reason, can be read, and needs no other features than those in
//! the table of needs.

use std::collections::BTreeSet;
use wasmparser::WasmFeatures;
use wassay_engine::Features;
use wassay_regressions::{RULES, generate, scripts};
use wassay_suites::{Basis, Catalogue};
use wast::parser::{self, ParseBuffer};
use wast::{QuoteWat, WastDirective, WastExecute};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("scripts are UTF-8")
}

#[test]
fn every_script_begins_with_its_reason() {
    for (name, bytes) in scripts() {
        let first = text(bytes).lines().next().unwrap_or_default();
        let reason = first.strip_prefix(";;! ").map(toml::from_str::<toml::Table>);
        let Some(Ok(reason)) = reason else {
            panic!("{name}: the first line is no `;;! why = \"...\"`: {first}");
        };
        assert!(reason.contains_key("why") || reason.contains_key("issue"), "{name}: {first}");
    }
}

/// A `;;!` line cannot be broken, and the directives of generated scripts may be longer.
#[test]
fn every_comment_fits_100_columns() {
    for (name, bytes) in scripts() {
        let comments = text(bytes).lines().filter(|line| line.trim_start().starts_with(";; "));
        let long: Vec<&str> = comments.filter(|line| line.chars().count() > 100).collect();
        assert!(long.is_empty(), "{name}: {long:#?}");
    }
}

#[test]
fn every_folder_has_a_rule_and_every_rule_a_folder() {
    let rules: toml::Table = toml::from_str(RULES).expect("suite.toml");
    let folders = rules["folder"].as_array().expect("folders");
    let known: BTreeSet<_> = folders.iter().filter_map(|folder| folder["path"].as_str()).collect();
    let scripts = scripts();
    let there: BTreeSet<_> =
        scripts.iter().filter_map(|(name, _)| name.rsplit_once('/')).map(|(at, _)| at).collect();
    assert_eq!(known, there);
}

#[test]
fn generated_scripts_are_up_to_date() {
    let scripts = scripts();
    for generated in generate::all() {
        let name = format!("regressions/{}", generated.path);
        let committed = scripts.iter().find(|(other, _)| *other == name).map(|(_, text)| *text);
        assert!(
            committed == Some(generated.text.as_bytes()),
            "{name} is out of date: cargo run -p wassay-regressions --example generate"
        );
    }
}

#[test]
fn every_module_is_valid() {
    let catalogue = catalogue();
    for (name, bytes) in scripts() {
        let needs = catalogue.find(&name).expect("a script of the suite").needs;
        let buffer =
            ParseBuffer::new(text(bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let script = parser::parse::<wast::Wast<'_>>(&buffer);
        let mut script = script.unwrap_or_else(|error| {
            let (line, column) = error.span().linecol_in(text(bytes));
            panic!("{name}:{}:{}: {error}", line + 1, column + 1)
        });
        validate(&name, text(bytes), flags(&name, needs), &mut script.directives);
    }
}

/// A script of a bug can be read and run without the rest of the suite: its head explains it and
/// names the features that the table of needs names, and README.md lists it.
#[test]
fn every_bug_is_explained_where_it_is_tested_and_listed() {
    let readme = include_str!("../README.md");
    for (name, bytes) in scripts() {
        let path = name.strip_prefix("regressions/").expect("the name of the suite");
        let Some((folder @ ("bugs" | "cache" | "embedder"), file)) = path.split_once('/') else {
            continue;
        };
        let text = text(bytes);
        let head: String =
            text.lines().take_while(|line| line.starts_with(";;") || line.is_empty()).collect();
        assert!(
            head.contains("The official suite"),
            "{name}: why does the official suite miss it?"
        );
        let entries: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(";;!")).collect();
        let entries: toml::Table = toml::from_str(&entries.join("\n")).expect("TOML");
        assert!(entries.contains_key("why"), "{name}");
        let issue = entries.get("issue").map(|issue| issue.as_str().expect("a string"));
        let row = format!("\n| `{file}` | {} | ", issue.unwrap_or("none"));
        assert!(readme.contains(&row), "README.md lacks a row:{row}");
        let Some(issue) = issue else {
            assert_ne!(folder, "bugs", "{name} is of no engine");
            continue;
        };
        assert!(head.contains("Mechanism:"), "{name}: what was the engine's mistake?");
        let prefix = prefix(issue);
        assert!(file.starts_with(&prefix), "{name} does not begin with `{prefix}`, its issue");
        assert!(!file.contains('_'), "{name}: hyphens separate the words of a bug");
    }
    for row in readme.lines().filter_map(|line| line.strip_prefix("| `")) {
        let Some((file, _)) = row.split_once(".wast` |") else { continue };
        let end = format!("/{file}.wast");
        let exists = scripts().iter().any(|(name, _)| name.ends_with(&end));
        assert!(exists, "README.md lists {file}.wast, which does not exist");
    }
}

/// The beginning of the names of a bug's scripts: `wazero-2511-` for `wazero#2511, qjs#50`, and
/// `wazero-` if it has no number.
fn prefix(issue: &str) -> String {
    let (project, rest) = issue.split_once(['#', ',']).expect("a project");
    let number = rest.split(',').next().unwrap_or_default().trim();
    let project = project.to_lowercase();
    if number == "no report" { format!("{project}-") } else { format!("{project}-{number}-") }
}

/// Outside the suite, for example in another runner's directory, the head is all there is.
#[test]
fn every_head_of_a_bug_or_a_family_names_the_features_of_the_table() {
    let catalogue = catalogue();
    let mut count = 0;
    for (name, bytes) in scripts() {
        let script = catalogue.find(&name).expect("a script of the suite").clone();
        let needs = script.needs;
        let alone = script.needing(Features::all(), Basis::Nobody).by_header(bytes);
        let alone = alone.unwrap_or_else(|error| panic!("{name}: {error}"));
        let folder = name.rsplit('/').nth(1).unwrap_or_default();
        if matches!(folder, "bugs" | "cache" | "embedder" | "identity" | "imports") {
            assert_eq!(alone.needs, needs, "{name}: its head and the table of needs differ");
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::embedded().expect("the official suites");
    wassay_regressions::add_to(&mut catalogue).expect("our own suite");
    catalogue
}

/// wasmtime's cache of indirect calls was used only for such a table, so a script that has none proves
/// nothing about it.
#[test]
fn scripts_of_the_call_cache_begin_with_a_table_that_it_is_used_for() {
    use wasmparser::{ElementKind, ExternalKind, Operator, Parser, Payload};
    let scripts = scripts();
    let named =
        |number| move |(name, _): &&(String, _)| name.contains(&format!("/wasmtime-{number}-"));
    for number in [8870, 8881] {
        let (name, bytes) = scripts.iter().find(named(number)).expect("a script of the bug");
        let buffer = ParseBuffer::new(text(bytes)).expect("checked above");
        let mut script = parser::parse::<wast::Wast<'_>>(&buffer).expect("checked above");
        let Some(WastDirective::Module(QuoteWat::Wat(module))) = script.directives.first_mut()
        else {
            panic!("{name} begins with another directive");
        };
        let module = module.encode().expect("checked above");
        let mut has_elements = false;
        for payload in Parser::new(0).parse_all(&module) {
            match payload.expect("checked above") {
                Payload::ImportSection(_) => panic!("{name} has an import"),
                Payload::ExportSection(exports) => {
                    let is_table =
                        |export: wasmparser::Export<'_>| export.kind == ExternalKind::Table;
                    assert!(!exports.into_iter().flatten().any(is_table), "{name}: exported");
                }
                Payload::ElementSection(elements) => {
                    for element in elements {
                        let kind = element.expect("checked above").kind;
                        let ElementKind::Active { offset_expr, .. } = kind else {
                            panic!("{name}: a segment that instructions can use");
                        };
                        let first = offset_expr.get_operators_reader().read();
                        let Ok(Operator::I32Const { value: 1.. }) = first else {
                            panic!("{name}: element 0 is not null");
                        };
                        has_elements = true;
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let operators = body.get_operators_reader().expect("checked above");
                    for operator in operators {
                        let operator = format!("{:?}", operator.expect("checked above"));
                        assert!(!operator.starts_with("Table"), "{name}: {operator}");
                    }
                }
                _ => {}
            }
        }
        assert!(has_elements, "{name}");
    }
}

/// A script's needs, as the validator's flags.
fn flags(name: &str, needs: Features) -> WasmFeatures {
    let one = |feature: &str| match feature {
        "mutable-global" => WasmFeatures::MUTABLE_GLOBAL,
        "sign-extension" => WasmFeatures::SIGN_EXTENSION,
        "saturating-float-to-int" => WasmFeatures::SATURATING_FLOAT_TO_INT,
        "multi-value" => WasmFeatures::MULTI_VALUE,
        // wasmparser has a part of each of these as a feature of its own.
        "bulk-memory" => WasmFeatures::BULK_MEMORY | WasmFeatures::BULK_MEMORY_OPT,
        "reference-types" => WasmFeatures::REFERENCE_TYPES | WasmFeatures::CALL_INDIRECT_OVERLONG,
        "simd" => WasmFeatures::SIMD,
        "tail-call" => WasmFeatures::TAIL_CALL,
        "function-references" => WasmFeatures::FUNCTION_REFERENCES,
        "memory64" => WasmFeatures::MEMORY64,
        "multi-memory" => WasmFeatures::MULTI_MEMORY,
        "custom-page-sizes" => WasmFeatures::CUSTOM_PAGE_SIZES,
        "threads" => WasmFeatures::THREADS,
        "gc" => WasmFeatures::GC,
        "exceptions" => WasmFeatures::EXCEPTIONS,
        other => panic!("{name}: teach this test the feature {other}"),
    };
    let flags = needs.iter().map(|feature| one(feature.name()));
    flags.fold(WasmFeatures::WASM1, WasmFeatures::union)
}

fn validate(name: &str, text: &str, features: WasmFeatures, directives: &mut [WastDirective<'_>]) {
    for directive in directives {
        let (line, _) = directive.span().linecol_in(text);
        let encoded = match directive {
            WastDirective::Module(module) | WastDirective::ModuleDefinition(module) => {
                let QuoteWat::Wat(module) = module else { continue };
                module.encode()
            }
            WastDirective::AssertTrap { exec: WastExecute::Wat(module), .. }
            | WastDirective::AssertUnlinkable { module, .. } => module.encode(),
            WastDirective::Thread(thread) => {
                validate(name, text, features, &mut thread.directives);
                continue;
            }
            _ => continue,
        };
        let encoded = encoded.unwrap_or_else(|error| panic!("{name}:{}: {error}", line + 1));
        let mut validator = wasmparser::Validator::new_with_features(features);
        if let Err(error) = validator.validate_all(&encoded) {
            panic!("{name}:{}: {error}", line + 1);
        }
    }
}
