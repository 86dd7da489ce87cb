//! Engines that a script gives caches: what a sound engine does, what one without caches lacks, and
//! the directives that fail on an engine with a defect.

use crate::ways::engine::{Defect, Entries, Twisted, Twister};
use crate::{all, read, shown};
use std::fmt::Write as _;
use std::sync::Arc;
use wassay_engine::{Config, Provider};
use wassay_record::{Finding, Verdict, Way};
use wassay_runner::{Options, Script, Starter, perform};

fn run(defect: Defect, way: Way, text: &[u8]) -> Vec<Finding> {
    let provider = Arc::new(Twister::new(defect));
    let (features, capabilities) = (provider.features(), provider.capabilities());
    let engine = Twisted::new(defect, features, &Entries::default());
    let starter = Some(Starter::new(provider, Config::new(features)));
    let options = Options { features, capabilities, way, starter, ..all() };
    let mut findings = Vec::new();
    perform(&Script::parse(text), &engine, &options, &mut findings);
    findings
}

#[test]
fn caches_and_mistakes_in_asking_for_them() {
    insta::assert_snapshot!(shown(&run(Defect::None, Way::Fresh, &read("scripts/caches.wast"))));
}

#[test]
fn what_an_engine_without_caches_lacks_is_unsupported() {
    let provider: Arc<dyn Provider> = Arc::from(wassay_wasmi::provider());
    let text = read("scripts/caches_lacking.wast");
    let config = Config::new(all().features);
    let engine = provider.start(&config).unwrap();
    let mut out = String::new();
    for starter in [Some(Starter::new(provider, config)), None] {
        writeln!(out, "{}", if starter.is_some() { "wasmi" } else { "no starter" }).unwrap();
        let options = Options { starter, ..all() };
        let mut findings = Vec::new();
        perform(&Script::parse(&*text), &*engine, &options, &mut findings);
        writeln!(out, "{}", shown(&findings)).unwrap();
    }
    insta::assert_snapshot!(out);
}

/// A sound engine passes everything, in every way that runs a script once.
#[test]
fn a_defect_fails_the_directive_that_is_about_it() {
    let text = read("scripts/caches_sound.wast");
    let mut out = String::new();
    for way in [Way::Fresh, Way::Serialized, Way::Sessions] {
        let found = run(Defect::None, way, &text);
        let passes = found.iter().all(|found| found.verdict == Verdict::Passed);
        assert!(passes, "{}: {}", way.name(), shown(&found));
    }
    for defect in [
        Defect::Recompiles,
        Defect::RecompilesInSecret,
        Defect::MissesInSecret,
        Defect::OtherCode,
        Defect::Incompatible,
        Defect::Corrupt,
        Defect::OtherAfterReload,
        Defect::NoBacktraceAfterReload,
        Defect::NoBacktraces,
        Defect::IgnoresDemand,
        Defect::CompilesOnDemand,
        Defect::BreaksOnDemand,
        Defect::CountsMissesOnly,
        Defect::IgnoresSettings,
    ] {
        let found = run(defect, Way::Fresh, &text).into_iter();
        let bad: Vec<Finding> = found.filter(|found| found.verdict != Verdict::Passed).collect();
        assert!(!bad.is_empty(), "{defect:?} is not seen");
        writeln!(out, "{defect:?}\n{}", shown(&bad)).unwrap();
    }
    insta::assert_snapshot!(out);
}

/// The documentation's example passes on a sound engine, and says what it claims to.
#[test]
fn the_example_of_the_documentation_works() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../regressions/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, after) = text.split_once("A complete script: ").unwrap();
    let example = after.split("```").nth(1).unwrap();
    for way in [Way::Fresh, Way::Serialized, Way::Sessions] {
        let found = run(Defect::None, way, example.as_bytes());
        let passes = found.iter().all(|found| found.verdict == Verdict::Passed);
        assert!(passes && found.len() == 9, "{}: {}", way.name(), shown(&found));
    }
    let found = run(Defect::Recompiles, Way::Fresh, example.as_bytes());
    assert!(found.iter().any(|found| found.verdict == Verdict::Failed), "{}", shown(&found));
}
