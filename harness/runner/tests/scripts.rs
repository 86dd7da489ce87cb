//! Runs small scripts on a real engine: each file of `scripts/` and `broken/` has a snapshot of its
//! verdicts. `INSTA_UPDATE=always cargo test` accepts new snapshots.

mod caches;
mod damage;
mod lost;
mod seen;
mod shelf;
mod stale;
mod ways;

use seen::Seen;
use shelf::Shelf;
use std::fmt::{Display, Write as _};
use std::path::Path;
use wassay_engine::{Capabilities, Config, Feature, Features};
use wassay_record::{Finding, Messages, Verdict};
use wassay_runner::{Options, Resume, Script, perform};

/// Performs on wasmi, started with the features in `options`.
fn run(text: &[u8], options: Options) -> Seen {
    let engine = wassay_wasmi::provider().start(&Config::new(options.features)).unwrap();
    let mut seen = Seen::default();
    perform(&Script::parse(text), &*engine, &options, &mut seen);
    seen
}

fn all() -> Options {
    let wasmi = wassay_wasmi::provider();
    let (features, capabilities) = (wasmi.features(), wasmi.capabilities());
    Options { features, capabilities, needs: Features::WASM3, ..Options::default() }
}

/// As if the refusals came from the engine, not from its adapter.
fn itself() -> Options {
    let options = all();
    Options { capabilities: Capabilities { handles: true, ..options.capabilities }, ..options }
}

fn words(item: &Option<impl Display>) -> String {
    item.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn shown(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let Finding { line, column, kind, verdict, .. } = finding;
        write!(out, "{line}:{column} {kind}: {}", verdict.name()).unwrap();
        if let Some(lacking) = finding.lacking() {
            write!(out, " [{lacking}]").unwrap();
        }
        if !finding.message.is_empty() {
            write!(out, ": {}", finding.message).unwrap();
        }
        out.push('\n');
        let actual = words(&finding.actual);
        if *verdict == Verdict::Passed && finding.actual.is_some() {
            writeln!(out, "    open:     {actual}").unwrap();
        }
        if *verdict == Verdict::Failed {
            writeln!(out, "    expected: {}", words(&finding.expected)).unwrap();
            writeln!(out, "    actual:   {actual}").unwrap();
        }
    }
    out
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)).unwrap()
}

macro_rules! scripts {
    ($($name:ident: $file:literal, $options:expr;)*) => {$(
        #[test]
        fn $name() {
            let text = read($file);
            let seen = run(&text, $options);
            let steps = Script::parse(&*text).steps().len();
            assert!(seen.findings.iter().map(|finding| finding.index as usize).eq(0..steps));
            insta::assert_snapshot!(stringify!($name), shown(&seen.findings));
        }
    )*};
}

scripts! {
    names: "scripts/names.wast", all();
    arguments: "scripts/arguments.wast", all();
    blocked: "scripts/blocked.wast", all();
    modules: "scripts/modules.wast", all();
    modules_by_text: "scripts/modules.wast", Options { messages: Messages::Text, ..all() };
    threads: "scripts/threads.wast", all();
    custom: "scripts/custom.wast", all();
    mistakes: "scripts/mistakes.wast", all();
    features: "scripts/features.wast", Options { features: Features::WASM1, ..all() };
    unrun: "scripts/unrun.wast", Options { features: Features::WASM1, ..all() };
    lexing_error: "broken/lexing_error.wast", all();
    unbalanced: "broken/unbalanced.wast", all();
    invalid_utf8: "broken/invalid_utf8.wast", all();
    unknown_directive: "broken/unknown_directive.wast", all();
    inline_module: "broken/inline_module.wast", all();
    empty: "broken/empty.wast", all();
    component: "broken/component.wast", all();
    mistyped: "broken/mistyped.wast", all();
    meta: "broken/meta.wast", all();
    definitions: "broken/definitions.wast", all();
    grammar: "scripts/grammar.wast", all();
    functions: "scripts/functions.wast", all();
    lacking: "scripts/lacking.wast", Options { needs: Features::all(), ..all() };
    embedder: "scripts/embedder.wast", itself();
    sessions: "scripts/sessions.wast", itself();
    behind_an_adapter: "scripts/sessions.wast", all();
    swallowed: "broken/swallowed.wast", all();
}

#[test]
fn lines_give_the_verdicts_of_a_full_run() {
    let text = read("scripts/names.wast");
    let full = run(&text, all()).findings;
    for line in 1..=30 {
        let seen = run(&text, Options { lines: Some(vec![(line, line)]), ..all() });
        assert_eq!(seen.findings.len(), full.len());
        for (part, whole) in seen.findings.iter().zip(&full) {
            // Only the first directive has several lines.
            let last = if whole.index == 0 { 5 } else { whole.line };
            if (whole.line..=last).contains(&line) {
                // Only a selected line repeats how its cause failed.
                let why = part.message.strip_prefix(&*whole.message);
                let explains =
                    |why: &str| whole.verdict == Verdict::Blocked && why.starts_with(": ");
                assert!(why.is_some_and(|why| why.is_empty() || explains(why)), "{part:?}");
                assert_eq!(Finding { message: whole.message.clone(), ..part.clone() }, *whole);
            } else {
                assert_eq!(part.verdict, Verdict::Skipped, "line {line}: {part:?}");
            }
        }
    }
}

#[test]
fn a_lost_directive_is_not_repeated_and_blocks_its_dependents() {
    let text = read("scripts/names.wast");
    let full = run(&text, all()).findings;
    // Nothing is poisoned: the remaining verdicts equal those of a full run.
    let resume = |from, poisoned: &[u32]| Options {
        resume: Resume { from, poisoned: poisoned.to_vec() },
        ..all()
    };
    let seen = run(&text, resume(5, &[]));
    assert_eq!(seen.replayed, [0, 1, 2, 3, 4]);
    assert_eq!(seen.findings, full[5..]);
    // The instance `$I` is poisoned; the current instance is not.
    let seen = run(&text, resume(3, &[2]));
    assert_eq!(seen.replayed, [0, 1, 2]);
    assert_eq!(seen.begun, (3..full.len() as u32).collect::<Vec<u32>>());
    let verdicts: Vec<Verdict> = seen.findings[..5].iter().map(|finding| finding.verdict).collect();
    use Verdict::{Blocked, Passed};
    assert_eq!(verdicts, [Passed, Blocked, Blocked, Passed, Passed]);
}

#[test]
fn a_thread_whose_wait_is_poisoned_is_not_started() {
    let text = read("scripts/threads.wast");
    let full = run(&text, all()).findings;
    let wait = full.iter().position(|finding| finding.line == 16).unwrap() as u32;
    let resume = Resume { from: wait + 1, poisoned: vec![wait] };
    let seen = run(&text, Options { resume, ..all() });
    assert_eq!(seen.replayed, (0..=wait).collect::<Vec<u32>>());
    assert_eq!(seen.findings, full[wait as usize + 1..]);
    // A thread that is running where the selected lines end is waited for, too.
    let seen = run(&text, Options { lines: Some(vec![(4, 4)]), ..all() });
    assert_eq!(seen.begun.last(), Some(&(wait + 2)));
}

/// Each line of the file is tried by itself: the embedder might have done anything.
#[test]
fn an_annotation_that_cannot_be_read_blocks_the_rest() {
    let text = String::from_utf8(read("broken/annotations.wast")).unwrap();
    let mut out = String::new();
    for line in text.lines().filter(|line| line.starts_with('(')) {
        let script = format!("(module $M (func (export \"f\")))\n{line}\n(invoke $M \"f\")");
        let findings = run(script.as_bytes(), all()).findings;
        let verdicts: Vec<Verdict> = findings.iter().map(|finding| finding.verdict).collect();
        assert_eq!(verdicts, [Verdict::Passed, Verdict::Unreadable, Verdict::Blocked], "{line}");
        writeln!(out, "{line}\n    {}", findings[1].message).unwrap();
    }
    insta::assert_snapshot!(out);
}

fn on_shelf(shelf: &Shelf, text: &[u8]) -> String {
    let mut findings = Vec::new();
    let features = Features::all().minus(Features::of(&[Feature::Gc]));
    let options = Options { features, needs: Features::all(), ..all() };
    perform(&Script::parse(text), shelf, &options, &mut findings);
    assert!(shelf.live.lock().unwrap().is_empty(), "modules are left");
    shown(&findings)
}

#[test]
fn threads_share_memories() {
    let text = read("scripts/shared.wast");
    insta::assert_snapshot!(on_shelf(&Shelf::default(), &text));
}

#[test]
fn what_the_engine_breaks_or_lacks_is_told_apart() {
    let text = b"(module (func (export \"fault\")) (func (export \"lack\")) (func (export \"x\")))
        (assert_return (invoke \"fault\"))
        (assert_return (invoke \"lack\"))
        (assert_trap (invoke \"x\" (i32.const 1)) \"unreachable\")
        (module (import \"spectest\" \"table\" (table 1 funcref)))
        (module (import \"spectest\" \"print\" (func)))
        (assert_return (get \"x\"))";
    insta::assert_snapshot!(on_shelf(&Shelf::default(), text));
    let closed = Shelf::closed();
    insta::assert_snapshot!(on_shelf(&closed, b"(module)(invoke \"f\")"));
    insta::assert_snapshot!("another", on_shelf(&Shelf::default(), &read("scripts/another.wast")));
}

/// The old meaning of a name must not stay where the directive that changes it is unreadable.
#[test]
fn a_name_that_unreadable_text_may_have_registered_is_lost() {
    const FORMS: &[&str] = &[
        r#"(rgstr "A" $B)"#,
        r#"(foo "A")"#,
        r#"(foo "x" "A")"#,
        r#"(Register "A" $B)"#,
        r#"("register" "A" $B)"#,
        r#"(import "A" $B)"#,
        r#"(rgstr "A" $B"#,
    ];
    const ANY_NAME: &[&str] = &[r#"(rgstr "\41" $B)"#, "(register A $B)", r#"(rgstr "A"#];
    // Other directives hide in these. The first list of an assertion may be an action or a module.
    const HIDDEN: &[&str] = &[
        r#"((register "A" $B))"#,
        r#"(assert_return (register "A" $B))"#,
        r#"(assert_return "x" (register "A" $B))"#,
        r#"(assert_trap (register "A" $B) "unreachable")"#,
        r#"(assert_trap (regster "A" $B) "unreachable")"#,
        r#"(asert_trap (register "A" $B) "unreachable")"#,
        r#"(assert_exhaustion (register "A" $B) "call stack exhausted")"#,
        r#"(assert_exception (register "A" $B))"#,
        r#"(assert_suspension (register "A" $B) "unhandled tag")"#,
        r#"(assert_unlinkable (register "A" $B) "unknown import")"#,
        r#"(assert_malformed (register "A" $B) "unexpected end")"#,
        r#"(assert_malformed_custom (register "A" $B) "unexpected end")"#,
        r#"(assert_invalid (register "A" $B) "type mismatch")"#,
        r#"(assert_invalid_custom (register "A" $B) "type mismatch")"#,
        r#"(assert_perfect (register "A" $B) "always")"#,
        "(assert_return (invoke $B \"f\")\n  (register \"A\" $B)",
        r#"(assert_trap (register "\41" $B) "unreachable")"#,
        r#"(assert_trap (invoke $A "f" (register "A" $B)) "unreachable")"#,
        r#"(assert_perfect (invoke $A "f") (register "A" $B))"#,
        r#"(assert_invalid (module) (regster "A" $B) "type mismatch")"#,
        r#"(module (func) (register "A" $B))"#,
        r#"(register "Y" (module))"#,
        r#"(invoke $A "f) (register "#,
        r#"(module xA (func (frobnicate)))"#,
        r#"(module instnce $A $B (func))"#,
        r#"(module $"A (func (frobnicate)))"#,
        // A stray character divides a keyword.
        r#"(assert_return (invoke $B "f") (reg)ister "A" $B)"#,
        r#"(assert_return (invoke $B "f") (reg ister "A" $B))"#,
        r#"(assert_invalid (module) (m)odule $A "type mismatch")"#,
        r#"(module "A (func (export "f")))"#,
    ];
    const ALL: &[&str] = &[
        r#""register A $B)"#,
        r#"register "A" $B"#,
        r#"$B "A""#,
        r#") register "A" $B"#,
        r#"(; (register "A" $B)"#,
        // These would run other directives.
        r#"(script (register "A" $B))"#,
        r#"(script $s quote "(register \"A\" $B)")"#,
        r#"(input "other.wast")"#,
        r#"(input $A "other.wasm")"#,
        r#"(inptu "other.wast")"#,
        r#"(input "other.wast""#,
        r#"(assert_trap (input "other.wast") "unreachable")"#,
    ];
    // This only writes a file.
    const NOTHING: &[&str] = &[r#"(output $B "A")"#, r#"(output "other.wasm")"#];
    use Verdict::{Blocked, Passed, Unreadable};
    let cases = [
        (FORMS, [Unreadable, Passed, Passed, Blocked, Blocked]),
        (ANY_NAME, [Unreadable, Passed, Blocked, Blocked, Blocked]),
        (HIDDEN, [Unreadable, Blocked, Blocked, Blocked, Blocked]),
        (ALL, [Unreadable, Blocked, Blocked, Blocked, Blocked]),
        (NOTHING, [Unreadable, Passed, Passed, Passed, Passed]),
    ];
    let cases = cases
        .into_iter()
        .flat_map(|(forms, verdicts)| forms.iter().map(move |form| (form, verdicts)));
    for (form, expected) in cases {
        let text = format!(
            r#"(module $A (func (export "f") (result i32) (i32.const 1)))
(register "A" $A)
(register "Z" $A)
(module $B (func (export "f") (result i32) (i32.const 2)))
{form}
(assert_return (invoke $A "f") (i32.const 1))
(module (import "Z" "f" (func (result i32))))
(module (import "A" "f" (func (result i32))) (export "g" (func 0)))
(assert_return (invoke "g") (i32.const 1))"#
        );
        let verdicts = run(text.as_bytes(), self::all()).findings.into_iter();
        let verdicts: Vec<Verdict> = verdicts.map(|found| found.verdict).collect();
        assert_eq!(verdicts[4..], expected, "{form}");
    }
}

#[test]
fn open_results_are_reported() {
    let text = r#"
        (module
            (func (export "none"))
            (func (export "one") (result i32) (i32.const 7))
            (func (export "nan") (result f32) (f32.const nan))
            (func (export "null") (result externref) (ref.null extern)))
        (invoke "none")
        (invoke "one")
        (invoke "nan")
        (assert_return (invoke "one") (i32.const 7))
        (assert_return (invoke "one") (either (i32.const 6) (i32.const 7)))
        (assert_return (invoke "nan") (f32.const nan:canonical))
        (assert_return (invoke "null") (ref.null))"#;
    let open = |text: &str| -> Vec<(u32, String)> {
        let seen = run(text.as_bytes(), all());
        assert!(seen.findings.iter().all(|found| found.verdict == Verdict::Passed));
        let told = seen.findings.iter().filter(|finding| finding.actual.is_some());
        told.map(|finding| (finding.index, words(&finding.actual))).collect()
    };
    let told = |index, actual: &str| (index, actual.to_string());
    assert_eq!(
        open(text),
        [
            told(2, "(i32.const 7)"),
            told(3, "(f32.const NaN (; 0x7fc00000 ;))"),
            told(5, "(i32.const 7)"),
            told(7, "(ref.null extern)"),
        ]
    );
}

/// A report and a pipe have the same JSON; its depth and length have limits that no script may
/// exceed.
#[test]
fn whatever_a_script_expects_survives_json() {
    let nested = "(either ".repeat(90) + "(i32.const 1)" + &")".repeat(90);
    let long = "(i32.const 1)".repeat(100_000);
    let text = format!(
        "(module (func (export \"f\") (result i32) (i32.const 7))) {}
        (assert_return (invoke \"f\") {nested}) (assert_return (invoke \"f\") {long})
        (assert_return (invoke \"f\") (either {long})) (assert_return (invoke \"g\"))",
        ["scripts/grammar.wast", "scripts/functions.wast"]
            .map(|name| String::from_utf8(read(name)).unwrap())
            .concat()
    );
    for mut finding in run(text.as_bytes(), all()).findings {
        finding.shorten();
        let json = serde_json::to_string(&finding).unwrap();
        assert!(json.len() < 1 << 20, "{} bytes", json.len());
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    }
}

#[test]
fn a_huge_script_takes_no_time() {
    let directive = "(assert_return (invoke \"f\" (i32.const 1)) (i32.const 1))\n";
    let text = directive.repeat((50 << 20) / directive.len());
    let script = Script::parse(text.as_bytes());
    let last = script.steps().last().unwrap();
    assert_eq!(last.index as usize + 1, script.steps().len());
    assert_eq!(last.line as usize, script.steps().len());
    // The same on a single line, broken at its end.
    let text = text.replace('\n', " ") + "(";
    let script = Script::parse(text.as_bytes());
    assert_eq!(script.steps().last().unwrap().column as usize, text.len());
}

#[test]
fn an_engine_that_lacks_what_it_claims_has_failed() {
    let mut findings: Vec<Finding> = Vec::new();
    let text = b"(module (func (export \"lack\")))(assert_return (invoke \"lack\"))";
    let every = Features::all();
    let options = Options { features: every, claims: every, needs: every, ..all() };
    perform(&Script::parse(text), &Shelf::default(), &options, &mut findings);
    let verdicts: Vec<Verdict> = findings.iter().map(|finding| finding.verdict).collect();
    assert_eq!(verdicts, [Verdict::Passed, Verdict::Failed]);
    assert_eq!(words(&findings[1].expected), "the engine has `gc`, as it claims");
}
