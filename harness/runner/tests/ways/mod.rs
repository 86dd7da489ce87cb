//! Ways to run a script: a sound engine gives the verdicts of the way `fresh` in each way, and an
//! engine with a defect that only shows in one way fails there.

pub mod engine;

use crate::seen::Seen;
use crate::shelf::Shelf;
use crate::{all, read, shown};
use engine::{Defect, Entries, Twisted};
use std::fmt::Write as _;
use wassay_engine::{Capabilities, Feature, Features};
use wassay_record::{Finding, Verdict, Way};
use wassay_runner::{Options, Script, perform};

fn run(defect: Defect, way: Way, text: &[u8]) -> Vec<Finding> {
    let capabilities = Twisted::capabilities();
    let options = Options { way, capabilities, backtraces: true, ..all() };
    let mut findings = Vec::new();
    let entries = Entries::default();
    if way == Way::Reloaded {
        let engine = Twisted::new(Defect::None, options.features, &entries);
        let options = Options { way: Way::Fresh, ..options.clone() };
        perform(&Script::parse(text), &engine, &options, &mut Vec::new());
    }
    let engine = Twisted::new(defect, options.features, &entries);
    perform(&Script::parse(text), &engine, &options, &mut findings);
    findings
}

const SCRIPT: &[u8] = br#"(module $A
  (global $calls (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (global.get $calls)))
(register "a" $A)
(module $B
  (import "a" "count" (func $count (result i32)))
  (table funcref (elem $count $none))
  (func $none)
  (func (export "call") (param i32) (result i32)
    (call_indirect (result i32) (local.get 0))))
(assert_return (invoke $A "count") (i32.const 1))
(assert_return (invoke $B "call" (i32.const 0)) (i32.const 2))
(assert_trap (invoke $B "call" (i32.const 1)) "indirect call type mismatch")
(invoke $A "count")
(assert_unlinkable (module (import "a" "none" (func))) "unknown import")
"#;

/// The findings that differ from those of the way `fresh`.
#[test]
fn a_defect_shows_in_the_way_that_it_is_about() {
    let fresh = run(Defect::None, Way::Fresh, SCRIPT);
    assert!(fresh.iter().all(|found| found.verdict == Verdict::Passed), "{}", shown(&fresh));
    let mut out = String::new();
    use Way::{Reloaded as reloaded, Serialized as serialized, Sessions as sessions};
    for (way, defect) in [
        (serialized, Defect::None),
        (serialized, Defect::CannotDrop),
        (serialized, Defect::OtherCode),
        (serialized, Defect::Incompatible),
        (serialized, Defect::Corrupt),
        (serialized, Defect::CannotSerialize),
        (serialized, Defect::DropFails),
        (sessions, Defect::None),
        (sessions, Defect::SharedInstances),
        (sessions, Defect::OtherTypes),
        (sessions, Defect::OtherResults),
        (sessions, Defect::OneSession),
        (reloaded, Defect::None),
        (reloaded, Defect::NoProvenance),
        (reloaded, Defect::NoStatistics),
        (reloaded, Defect::Recompiles),
        (reloaded, Defect::RecompilesInSecret),
        (reloaded, Defect::MissesInSecret),
        (reloaded, Defect::OtherAfterReload),
        (reloaded, Defect::NoBacktraceAfterReload),
    ] {
        let found = run(defect, way, SCRIPT).into_iter().zip(&fresh);
        let differing: Vec<Finding> =
            found.filter(|(found, fresh)| found != *fresh).map(|(found, _)| found).collect();
        writeln!(out, "{} {defect:?}\n{}", way.name(), shown(&differing)).unwrap();
    }
    insta::assert_snapshot!(out);
}

/// A worker marks the second session, too, so that the time limit applies to each.
#[test]
fn the_second_session_of_a_directive_is_announced() {
    for (way, again) in [(Way::Fresh, 0), (Way::Sessions, usize::MAX)] {
        let options = Options { way, capabilities: Twisted::capabilities(), ..all() };
        let engine = Twisted::new(Defect::None, options.features, &Entries::default());
        let mut seen = Seen::default();
        perform(&Script::parse(SCRIPT), &engine, &options, &mut seen);
        assert_eq!(seen.again, seen.begun[..again.min(seen.begun.len())], "{way:?}");
        assert!(!seen.begun.is_empty());
    }
}

#[test]
fn an_engine_that_claims_no_serialization_is_unsupported_throughout() {
    let options = Options { way: Way::Serialized, capabilities: Capabilities::default(), ..all() };
    let engine = Twisted::new(Defect::None, options.features, &Entries::default());
    let mut findings: Vec<Finding> = Vec::new();
    perform(&Script::parse(SCRIPT), &engine, &options, &mut findings);
    for found in findings {
        assert_eq!(found.verdict, Verdict::Unsupported, "{found:?}");
        assert_eq!(found.lacking(), Some("serialized modules"), "{found:?}");
    }
}

/// Threads, sessions, engines and everything else that a script may ask for, in every way.
#[test]
fn a_sound_engine_has_the_same_verdicts_in_every_way() {
    let mut seen = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read(&path).unwrap();
        let fresh = run(Defect::None, Way::Fresh, &text);
        let verdicts = |found: &[Finding]| -> Vec<(u32, Verdict, Option<String>)> {
            let told = |found: &Finding| found.lacking().map(str::to_string);
            found.iter().map(|found| (found.line, found.verdict, told(found))).collect()
        };
        for way in [Way::Serialized, Way::Reloaded, Way::Sessions] {
            let found = run(Defect::None, way, &text);
            assert_eq!(verdicts(&found), verdicts(&fresh), "{}, {way:?}", path.display());
        }
        seen += fresh.len();
    }
    assert!(seen > 200, "{seen} directives");
}

#[test]
fn threads_of_two_sessions_share_memories_with_their_own_session_only() {
    let text = read("scripts/shared.wast");
    let features = Features::all().minus(Features::of(&[Feature::Gc]));
    let (mut alone, mut both) = (Vec::new(), Vec::new());
    for (way, findings) in [(Way::Fresh, &mut alone), (Way::Sessions, &mut both)] {
        let shelf = Shelf::default();
        let options = Options { features, needs: Features::all(), way, ..all() };
        perform(&Script::parse(&*text), &shelf, &options, findings);
        assert!(shelf.live.lock().unwrap().is_empty(), "modules are left");
    }
    let verdicts = |found: &[Finding]| found.iter().map(|it| it.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&both), verdicts(&alone), "{}", shown(&both));
}
