//! Tests the rules on small files, each with one violation or none.

use super::*;

const RUNTIME: &str = "engine/runtime/src/x.rs";
const ELSEWHERE: &str = "harness/runner/src/x.rs";

fn found(path: &str, text: &str) -> Vec<String> {
    let file = File { path, text };
    let findings = rust_file(&file, false).into_iter().chain(machine_paths(&file));
    findings.map(|finding| format!("{}: {}", finding.line, finding.message)).collect()
}

fn body(path: &str, text: &str) -> Vec<String> {
    found(path, &format!("//! A file.\n{text}"))
}

#[test]
fn a_file_opens_with_its_purpose() {
    assert_eq!(found(ELSEWHERE, "//! A file.\nfn f() {}\n"), [""; 0]);
    assert!(found(ELSEWHERE, "// A file.\n")[0].contains("does not open"));
    assert!(found(ELSEWHERE, "")[0].contains("does not open"));
}

#[test]
fn a_file_has_a_limited_number_of_lines() {
    let long = "fn f() {}\n".repeat(LINES);
    assert!(body(ELSEWHERE, &long)[0].contains("401 lines"));
    assert_eq!(body(ELSEWHERE, &"fn f() {}\n".repeat(LINES - 1)), [""; 0]);
}

#[test]
fn forbidden_words_count_only_in_code() {
    for text in ["fn f() { todo!() }", "fn f() { unimplemented!() }", "#[ignore]\nfn f() {}"] {
        assert_eq!(body(ELSEWHERE, text).len(), 1, "{text}");
    }
    assert_eq!(body(ELSEWHERE, "// no todo!() here\nfn f() { g(\"todo!()\") }"), [""; 0]);
}

#[test]
fn shared_test_support_may_have_unused_parts() {
    let text = "#![allow(dead_code)]";
    assert_eq!(body("engine/runtime/tests/support/mod.rs", text), [""; 0]);
    assert_eq!(body("engine/runtime/src/support.rs", text).len(), 1);
}

#[test]
fn engine_internals_do_not_use_the_trait() {
    for text in
        ["use wassay_engine::{Fault, Session};", "use wassay_engine::*;", "impl Engine for X {}"]
    {
        assert!(body(RUNTIME, text)[0].contains("not the trait"), "{text}");
        assert_eq!(body("engine/cranelift/src/x.rs", text), [""; 0]);
    }
    assert_eq!(body(RUNTIME, "use wassay_engine::{Fault, Owner}; // no Session"), [""; 0]);
}

#[test]
fn unsafe_needs_its_directory_and_a_proof() {
    let proven = "fn f() {\n    // SAFETY: `g` is fine.\n    unsafe { g() }\n}";
    assert_eq!(body(RUNTIME, proven), [""; 0]);
    assert!(body(ELSEWHERE, proven)[0].contains("outside engine/runtime/"));
    let bare = "fn f() {\n    unsafe { g() }\n}";
    assert!(body(RUNTIME, bare)[0].starts_with("3: `unsafe` without"));
    assert_eq!(body(RUNTIME, "fn f() { g(\"unsafe\") } // unsafe"), [""; 0]);
}

#[test]
fn the_proof_stands_above_the_statement() {
    let split = "fn f() {\n    // SAFETY: fine.\n    let x =\n        unsafe { g() };\n}";
    assert_eq!(body(RUNTIME, split), [""; 0]);
    let attribute = "// SAFETY: no data.\n#[rustfmt::skip]\nunsafe impl Send for X {}";
    assert_eq!(body(RUNTIME, attribute), [""; 0]);
    let stale = "fn f() {\n    // SAFETY: fine.\n    g();\n    unsafe { g() }\n}";
    assert_eq!(body(RUNTIME, stale).len(), 1);
}

#[test]
fn an_unsafe_function_has_a_safety_section() {
    let documented =
        "/// Calls.\n///\n/// # Safety\n/// `p` is valid.\nunsafe fn f(p: *const u8) {}";
    assert_eq!(body(RUNTIME, documented), [""; 0]);
    let attribute = "/// # Safety\n/// None.\n#[unsafe(naked)]\nunsafe extern \"C\" fn f() {}";
    assert_eq!(body(RUNTIME, attribute), [""; 0]);
    let bare = "/// Calls.\nunsafe fn f(p: *const u8) {}";
    assert!(body(RUNTIME, bare)[0].contains("# Safety"));
    assert_eq!(body(RUNTIME, "type F = unsafe extern \"C\" fn(u32);"), [""; 0]);
}

#[test]
fn crate_roots_forbid_unsafe() {
    let root = |path: &str, text: &str| rust_file(&File { path, text }, true).len();
    assert_eq!(root("suites/src/lib.rs", "//! A.\n#![forbid(unsafe_code)]\n"), 0);
    assert_eq!(root("suites/src/lib.rs", "//! A.\n//! `#![forbid(unsafe_code)]`\n"), 1);
    assert_eq!(root("engine/runtime/src/lib.rs", "//! A.\n"), 0);
}

#[test]
fn paths_of_one_machine_are_rejected() {
    let path = |name: &str| format!("let p = \"/{name}/x\";");
    for name in ["home", "root", "tmp", "work"] {
        assert_eq!(body(ELSEWHERE, &path(name)).len(), 1, "{name}");
    }
    for fine in ["let p = \"/usr/bin/x\";", "cd $dir/home/x", "let p = \"a/tmp/x\";"] {
        assert_eq!(body(ELSEWHERE, fine), [""; 0], "{fine}");
    }
}

#[test]
fn a_copy_of_an_official_script_is_found_despite_white_space() {
    let suites = upstream_texts().unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let text = catalogue.find("wasm-v1/nop.wast").unwrap().read().unwrap();
    let mut spaced = text.to_vec();
    spaced.extend_from_slice(b"\n\n");
    let finding = upstream_copy("regressions/wast/nop.wast", &spaced, &suites).unwrap();
    assert!(finding.message.contains("/nop.wast"), "{}", finding.message);
    assert_eq!(upstream_copy("regressions/wast/own.wast", b"(module)", &suites), None);
}

#[test]
fn entries_of_the_tables_exist_in_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let tree = Tree::read(&root).unwrap();
    let there = |path: &str| tree.files.iter().any(|file| file.starts_with(path));
    assert!(UNSAFE.iter().all(|(home, _)| there(home)));
    assert!(MACHINE_PATHS_ALLOWED.iter().all(|(file, ..)| there(file)));
}
