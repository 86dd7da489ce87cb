//! Tests that every script gives its reason, can be read, and needs exactly the features in
//! `suite.toml`.

use std::collections::BTreeSet;
use wasmparser::WasmFeatures;
use wassay_regressions::{RULES, generate, scripts};
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
    for (name, bytes) in scripts() {
        let buffer =
            ParseBuffer::new(text(bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let script = parser::parse::<wast::Wast<'_>>(&buffer);
        let mut script = script.unwrap_or_else(|error| {
            let (line, column) = error.span().linecol_in(text(bytes));
            panic!("{name}:{}:{}: {error}", line + 1, column + 1)
        });
        validate(&name, text(bytes), features(&name), &mut script.directives);
    }
}

/// A script of a bug can be read and run without the rest of the suite.
#[test]
fn every_bug_is_explained_where_it_is_tested_and_listed() {
    let readme = include_str!("../README.md");
    let scripts = scripts();
    let bugs = scripts.iter().filter_map(|(name, text_of)| {
        Some((name, name.strip_prefix("regressions/bugs/")?, text(text_of)))
    });
    for (name, file, text) in bugs {
        let head: String =
            text.lines().take_while(|line| line.starts_with(";;") || line.is_empty()).collect();
        for part in ["Mechanism:", "The official suite"] {
            assert!(head.contains(part), "{name}: no `{part}` in its head");
        }
        let entries: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(";;!")).collect();
        let mut entries: toml::Table = toml::from_str(&entries.join("\n")).expect("TOML");
        assert!(entries.remove("issue").is_some() && entries.remove("why").is_some(), "{name}");
        let mut needs = plus(name);
        if needs.is_empty() {
            // Without any line a script would run with every feature.
            needs.push("reference-types".to_string());
        }
        let stated: BTreeSet<_> = entries.keys().map(|key| key.replace('_', "-")).collect();
        assert_eq!(stated, needs.into_iter().collect(), "{name}: its head and suite.toml differ");
        assert!(readme.contains(&format!("| `{file}` |")), "{name} is not in README.md");
    }
    for row in readme.lines().filter_map(|line| line.strip_prefix("| `")) {
        let Some((file, _)) = row.split_once(".wast` |") else { continue };
        let exists = scripts.iter().any(|(name, _)| name.ends_with(&format!("/{file}.wast")));
        assert!(exists, "README.md lists {file}.wast, which does not exist");
    }
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

/// The script's needs according to `suite.toml`, as the validator's flags.
fn features(name: &str) -> WasmFeatures {
    let names = plus(name);
    let one = |name: &String| match name.as_str() {
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
    names.iter().map(one).fold(WasmFeatures::WASM2, WasmFeatures::union)
}

/// The features that a script needs beyond 2.0 according to `suite.toml`.
fn plus(name: &str) -> Vec<String> {
    let (folder, file) = name.rsplit_once('/').expect("a folder");
    let rules: toml::Table = toml::from_str(RULES).expect("suite.toml");
    let list =
        |table: &toml::Value, key: &str| table.get(key).cloned().and_then(|it| it.try_into().ok());
    let rule = rules["folder"].as_array().expect("folders").iter();
    let rule = rule.clone().find(|rule| rule["path"].as_str() == Some(folder)).expect("a rule");
    assert_eq!(rule["base"].as_str(), Some("wasm2"), "{folder}: teach this test the base");
    let mut names: Vec<String> = list(rule, "plus").unwrap_or_default();
    let files = rule.get("file").and_then(|files| files.as_array().cloned()).unwrap_or_default();
    let matches = |rule: &&toml::Value| {
        let glob = globset::Glob::new(rule["glob"].as_str().expect("a glob")).expect("a good glob");
        glob.compile_matcher().is_match(file)
    };
    if let Some(own) = files.iter().find(matches) {
        names.extend(list(own, "plus").unwrap_or_default());
    }
    names
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
