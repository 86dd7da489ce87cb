//! A build for seeded faults is no engine to judge: every run says so and fails. What it finds is
//! still reported.

use std::process::{Command, Output};

/// Our own scripts catch the bug that they test for, and nothing else in them fails.
#[test]
fn loads_above_their_null_check_crash_our_own_suite() {
    let output = native(Some("hoisted-reference-load"), &["regressions/references"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    let crashes = |script: &str| text.contains(&format!("crashed regressions/references/{script}"));
    assert!(crashes("null_in_loop.wast:") && crashes("null_in_loop_tail.wast:"), "{text}");
    let text = stdout(&native(None, &["regressions/references"]));
    assert!(!text.contains("failed") && !text.contains("crashed"), "{text}");
}

/// A use that is refused for another reason, such as a missing argument, proves nothing.
#[test]
fn an_engine_that_accepts_foreign_handles_passes_no_assertion() {
    const HEAD: &str = r#";;! reference_types = true
(module $M
  (func $f (export "func") (param i32) (result i32) (local.get 0))
  (global (export "n") (mut i32) (i32.const 1)))
(@wassay.take $module (module $M))
(@wassay.take $func (export $M "func"))
(@wassay.session $B)
(@wassay.instance $N $module)
(@wassay.take $func2 (export $N "func"))
"#;
    let directory = tempfile::tempdir().expect("there is room for a directory");
    let path = directory.path().join("weak.wast");
    for usage in [
        "(call $func (i32.const 1))",
        "(call $func)",
        "(call $func (i64.const 1))",
        r#"(put (global $N "n") $func)"#,
    ] {
        let script = format!("{HEAD}(@wassay.assert_refused {usage})\n");
        std::fs::write(&path, script).expect("there is room for a file");
        let text = stdout(&native(Some("foreign-handle"), &[&path.display().to_string()]));
        assert!(text.contains("weak.wast:10") && text.contains("1 failed"), "{usage}: {text}");
    }
}

fn native(fault: Option<&str>, what: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.arg("run").args(what).args(["--color", "never"]);
    command.env_remove("WASSAY_TESTSUITE").env_remove("WASSAY_SEEDED_FAULT");
    command.envs(fault.map(|fault| ("WASSAY_SEEDED_FAULT", fault)));
    command.output().expect("wassay starts")
}

/// A normal `wassay` learns of it from the description of the engine in the worker.
#[test]
fn the_engine_of_a_seeded_build_says_so() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.arg("engines").env_remove("WASSAY_SEEDED_FAULT");
    let text = stdout(&command.output().expect("wassay starts"));
    assert!(text.contains("  notice        this build is for seeded faults only"), "{text}");
}

/// Whichever engine runs, and whether or not a fault is seeded: the run is no run of a sound engine.
#[test]
fn an_ordinary_run_says_that_the_build_is_seeded_and_fails() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    for (fault, engine, said) in [
        (None, "cranelift", "none is seeded"),
        (None, "wasmi", "none is seeded"),
        (Some("select-swapped"), "cranelift", "`select-swapped` is seeded"),
    ] {
        let path = |kind: &str| directory.path().join(kind).display().to_string();
        let reports =
            ["json", "junit", "markdown"].map(|kind| format!("{kind}={}", path(kind))).join(",");
        let script = "wasm-v1/nop.wast";
        let output = native(fault, &[script, "--engine", engine, "--report", &reports]);
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(3), "{text}");
        let notice = |text: &str| text.contains("for seeded faults only") && text.contains(said);
        assert!(notice(&text.replace("\n  ", " ")), "{text}");
        for kind in ["json", "junit", "markdown"] {
            let text = std::fs::read_to_string(path(kind)).expect("a report");
            let text = text.replace('\\', "");
            assert!(notice(&text), "{kind}: {text}");
        }
    }
}

#[test]
fn a_fault_that_does_not_exist_is_a_usage_error() {
    let output = native(Some("select-swaped"), &["wasm-v1/nop.wast"]);
    // Messages break at the terminal's width.
    let said = String::from_utf8_lossy(&output.stderr).replace("\n  ", " ");
    assert_eq!(output.status.code(), Some(2), "{said}");
    let message = "WASSAY_SEEDED_FAULT: there is no fault `select-swaped`; \
                   did you mean `select-swapped`?";
    assert!(said.contains(message), "{said}");
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
