//! Falsifies the expectations of official scripts: every mutant of a directive that passes must
//! fail, or be unreadable if it has a constant that core instances do not know. A mutant acts as
//! its directive does, so all expectations of a script are falsified at once, one mutant of each
//! directive per round.
//!
//! Directives without an expectation (`register`), those in threads, and those that test only the
//! text parser are left out.

mod form;
mod mutants;

use mutants::{Mutant, Random, mutants};
use std::collections::BTreeMap;
use wassay_engine::{Config, Engine};
use wassay_record::{Finding, Verdict};
use wassay_runner::{Options, Script, perform};
use wassay_suites::Catalogue;

/// The sample has one of this many scripts.
const STRIDE: usize = 3;

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
        let provider = wassay_cranelift::provider();
        let features = item.needs.minus(item.needs.minus(provider.features()));
        let stage = Stage {
            name: &item.name,
            engine: &*provider.start(&Config::new(features)).unwrap(),
            options: Options {
                features,
                capabilities: provider.capabilities(),
                needs: item.needs,
                ..Options::default()
            },
        };
        stage.falsify(std::str::from_utf8(&text).unwrap(), &mut counts);
    }
    eprintln!("{counts:?}");
    for (kind, least) in LEAST {
        let count = counts.get(*kind).copied().unwrap_or(0);
        assert!(count >= *least, "{count} mutants of {kind}");
    }
}

/// A script's engine and options.
struct Stage<'a> {
    name: &'a str,
    engine: &'a dyn Engine,
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
        let mutants: Vec<Vec<Mutant>> = sources
            .iter()
            .zip(&verdicts)
            .map(|(source, finding)| match finding.verdict {
                Verdict::Passed => mutants(source, &mut random),
                _ => Vec::new(),
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
        perform(&Script::parse(text), self.engine, &self.options, &mut findings);
        findings
    }
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
