//! Falsifies the expectations of official scripts, and of one about functions: every mutant of a
//! directive that passes must fail, or be unreadable if it has a constant that core instances do not
//! know. The same holds for a directive that is *unsupported* because of a limit of the harness:
//! nothing wrong may hide behind it. A mutant acts as its directive does, so all expectations of a
//! script are falsified at once, one mutant of each directive per round.
//!
//! Directives without an expectation (`register`), those in threads, and those that test only the
//! text parser are left out.

mod form;
mod functions;
mod mutants;

use functions::Bound;
use mutants::{Mutant, Random, mutants};
use std::collections::BTreeMap;
use std::sync::Arc;
use wassay_engine::{Config, Engine, Features};
use wassay_record::{Finding, Verdict};
use wassay_runner::{Options, Script, perform};
use wassay_suites::Catalogue;

/// The sample has one of this many scripts.
const STRIDE: usize = 3;

/// A script whose results name functions. No official script has such results.
const FUNCTIONS: &str = include_str!("../../../runner/tests/scripts/functions.wast");

/// The kinds of directives, and the least number of mutants of each.
const LEAST: &[(&str, usize)] = &[
    ("assert_exhaustion", 40),
    ("assert_invalid", 4_000),
    ("assert_malformed", 500),
    ("assert_return", 50_000),
    ("assert_trap", 4_000),
    ("assert_unlinkable", 100),
    ("invoke", 100),
    ("module", 1_000),
];

#[test]
fn every_mutant_of_a_passed_directive_fails() {
    // The same stack as a worker has, because wasm recursion uses it.
    let thread = std::thread::Builder::new().stack_size(wassay_runner::worker::STACK);
    thread.spawn(falsify_sample).unwrap().join().unwrap();
}

fn falsify_sample() {
    // A checkout would be a different sample, with other numbers of mutants.
    let catalogue = Catalogue::embedded().unwrap();
    let mut counts = BTreeMap::new();
    for item in catalogue.scripts().iter().step_by(STRIDE) {
        let text = item.read().unwrap();
        let lacking = item.needs.minus(wassay_cranelift::provider().features());
        let stage = stage(&item.name, item.needs.minus(lacking), item.needs);
        stage.falsify(std::str::from_utf8(&text).unwrap(), &mut counts);
    }
    let features = wassay_cranelift::provider().features();
    let mut functions = BTreeMap::new();
    stage("functions.wast", features, features).falsify(FUNCTIONS, &mut functions);
    eprintln!("{counts:?}, {functions:?}");
    assert!(functions["assert_return"] >= 400, "{functions:?}");
    for (kind, least) in LEAST {
        let count = counts.get(*kind).copied().unwrap_or(0);
        assert!(count >= *least, "{count} mutants of {kind}");
    }
}

fn stage(name: &str, features: Features, needs: Features) -> Stage<'_> {
    let provider = wassay_cranelift::provider();
    let capabilities = provider.capabilities();
    Stage {
        name,
        engine: provider.start(&Config::new(features)).unwrap(),
        options: Options { features, capabilities, needs, ..Options::default() },
    }
}

/// A script's engine and options.
struct Stage<'a> {
    name: &'a str,
    engine: Arc<dyn Engine>,
    options: Options,
}

/// One directive of a falsified script.
struct Piece {
    /// Its position in the original.
    index: usize,
    text: String,
    /// The verdict that it must have, if it is a mutant.
    mutant: Option<Verdict>,
}

impl Stage<'_> {
    fn falsify(&self, text: &str, counts: &mut BTreeMap<String, usize>) {
        let script = Script::parse(text);
        let sources: Vec<&str> = script
            .steps()
            .iter()
            .map(|step| std::str::from_utf8(script.source(step)).unwrap())
            .collect();
        let verdicts = self.verdicts(text);
        let mut random = Random::of(self.name);
        let mut bound = Bound::default();
        let mutants: Vec<Vec<Mutant>> = sources
            .iter()
            .zip(&verdicts)
            .map(|(source, finding)| {
                bound.bind(source);
                match finding.verdict == Verdict::Passed || is_limit(finding) {
                    true => mutants(source, &bound.of_assertion(source), &mut random),
                    false => Vec::new(),
                }
            })
            .collect();
        for round in 0..mutants.iter().map(Vec::len).max().unwrap_or(0) {
            let pieces = pieces(&sources, &mutants, round);
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
            let findings = self.verdicts(&texts.join("\n"));
            assert_eq!(findings.len(), pieces.len(), "{}: round {round}", self.name);
            for (piece, found) in pieces.iter().zip(&findings) {
                let original = &verdicts[piece.index];
                let expected = piece.mutant.unwrap_or(original.verdict);
                assert_eq!(
                    found.verdict, expected,
                    "{}:{}: {}\n{found:#?}",
                    self.name, original.line, piece.text
                );
                *counts.entry(original.kind.clone()).or_default() +=
                    usize::from(piece.mutant.is_some());
            }
        }
    }

    fn verdicts(&self, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        perform(&Script::parse(text), &*self.engine, &self.options, &mut findings);
        findings
    }
}

/// Whether the harness cannot judge the directive.
fn is_limit(finding: &Finding) -> bool {
    finding.capability.as_deref().is_some_and(|name| name.starts_with("harness limit: "))
}

/// The script with the mutants of one round. A mutant replaces its directive, or follows its
/// module. An unreadable mutant does not act, so it follows its directive, too.
fn pieces(sources: &[&str], mutants: &[Vec<Mutant>], round: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, (source, mutants)) in sources.iter().zip(mutants).enumerate() {
        let mutant = mutants.get(round);
        let acts = mutant.is_some_and(|mutant| mutant.verdict != Verdict::Unreadable);
        if !acts || form::keyword(source) == "module" {
            pieces.push(Piece { index, text: source.to_string(), mutant: None });
        }
        if let Some(Mutant { text, verdict }) = mutant {
            pieces.push(Piece { index, text: text.clone(), mutant: Some(*verdict) });
        }
    }
    pieces
}
