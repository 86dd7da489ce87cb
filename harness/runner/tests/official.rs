//! Runs the official suite, embedded or from the checkout in `WASSAY_TESTSUITE`: every directive is
//! found, read and given one verdict.

use std::collections::BTreeMap;
use wassay_engine::Config;
use wassay_record::{Finding, Verdict};
use wassay_runner::{Observer, Options, Script, perform};
use wassay_suites::Catalogue;
use wast::Wast;
use wast::lexer::Lexer;
use wast::parser::{ParseBuffer, parse};

/// The number of directives in the checkout that this version of the harness was written against,
/// without the four files of `legacy/`, which upstream's parser rejects.
const CHECKOUT: usize = 67_023;

/// The number of directives that `wast` finds in a whole file; `None` if it rejects the file.
fn upstream(text: &str) -> Option<usize> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).ok()?;
    Some(parse::<Wast<'_>>(&buffer).ok()?.directives.len())
}

#[test]
fn every_directive_is_counted() {
    let catalogue = Catalogue::from_environment().unwrap();
    let (mut ours, mut theirs) = (0, 0);
    let mut unread = Vec::new();
    for script in catalogue.scripts() {
        let text = script.read().unwrap();
        let text = std::str::from_utf8(&text).unwrap();
        let steps = Script::parse(text.as_bytes()).steps().len();
        match upstream(text) {
            Some(directives) => {
                assert_eq!(steps, directives, "{}", script.name);
                (ours, theirs) = (ours + steps, theirs + directives);
            }
            None => unread.push((script.name.clone(), steps)),
        }
    }
    eprintln!("{ours} directives, and {unread:?}");
    assert_eq!(ours, theirs);
    assert!(
        unread.iter().all(|(name, steps)| name.starts_with("legacy/") && *steps > 0),
        "{unread:?}"
    );
    if std::env::var_os("WASSAY_TESTSUITE").is_some_and(|root| !root.is_empty()) {
        assert_eq!((ours, unread.len()), (CHECKOUT, 4));
    }
}

#[derive(Default)]
struct Tally {
    begun: u32,
    findings: Vec<Finding>,
}

impl Observer for Tally {
    fn begin(&mut self, _: u32) {
        self.begun += 1;
    }
    fn verdict(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

#[test]
fn every_directive_gets_one_verdict() {
    // Uses as much stack as a worker: wasm recursion happens on it.
    let performed = std::thread::Builder::new().stack_size(16 << 20).spawn(perform_all);
    performed.unwrap().join().unwrap();
}

fn perform_all() {
    let catalogue = Catalogue::from_environment().unwrap();
    let provider = wassay_wasmi::provider();
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in catalogue.scripts() {
        if std::env::var_os("SHOW").is_some() {
            eprintln!("> {}", item.name);
        }
        let script = Script::parse(&*item.read().unwrap());
        let features = item.needs.minus(item.needs.minus(provider.features()));
        let engine = provider.start(&Config::new(features)).unwrap();
        let capabilities = provider.capabilities();
        let options = Options { features, capabilities, needs: item.needs, ..Options::default() };
        let mut tally = Tally::default();
        perform(&script, &*engine, &options, &mut tally);
        assert_eq!(tally.begun as usize, script.steps().len(), "{}", item.name);
        let in_order = tally.findings.iter().map(|finding| finding.index).eq(0..tally.begun);
        assert!(in_order, "{}", item.name);
        for finding in &tally.findings {
            *verdicts.entry(finding.verdict.name()).or_default() += 1;
            let is_unsupported = finding.verdict == Verdict::Unsupported;
            assert_eq!(finding.lacking().is_some(), is_unsupported, "{}: {finding:?}", item.name);
            assert_ne!(finding.verdict, Verdict::Unreadable, "{}: {finding:?}", item.name);
        }
    }
    eprintln!("{verdicts:?}");
}
