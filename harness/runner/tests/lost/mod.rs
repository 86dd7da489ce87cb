//! Which directives depend on one that ended a worker: each part of `cases.txt` is a script with
//! one directive per line, and the expected verdict of each when the lost directive is skipped.

use crate::shelf::Shelf;
use wassay_engine::{Config, Engine, Features};
use wassay_record::{Finding, Verdict};
use wassay_runner::{Options, Resume, Script, perform};

/// The verdicts after the lost directive, as letters, with their messages.
fn perform_without(
    lost: u32,
    text: &str,
    engine: &dyn Engine,
    features: Features,
) -> Vec<(char, String)> {
    let options = Options {
        features,
        needs: Features::all(),
        resume: Resume { from: lost + 1, poisoned: vec![lost] },
        ..Options::default()
    };
    let mut findings: Vec<Finding> = Vec::new();
    perform(&Script::parse(text), engine, &options, &mut findings);
    let letter = |verdict| match verdict {
        Verdict::Passed => 'p',
        Verdict::Blocked => 'b',
        _ => '?',
    };
    findings.into_iter().map(|found| (letter(found.verdict), format!("{found:?}"))).collect()
}

#[test]
fn what_may_depend_on_a_lost_directive_is_blocked_and_nothing_else() {
    let cases = include_str!("cases.txt").split("\n## ").skip(1);
    for case in cases {
        let (why, lines) = case.split_once('\n').unwrap();
        let lines: Vec<(char, &str)> = lines
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| (line.chars().next().unwrap(), &line[2..]))
            .collect();
        let text: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        let lost = lines.iter().position(|(letter, _)| *letter == '!').unwrap();
        let expected: String = lines[lost + 1..].iter().map(|(letter, _)| *letter).collect();
        let verdicts = match why.contains("(shelf)") {
            true => perform_without(lost as u32, &text, &Shelf::default(), Features::all()),
            false => {
                let features = Features::WASM2;
                let engine = wassay_wasmi::provider().start(&Config::new(features)).unwrap();
                perform_without(lost as u32, &text, &*engine, features)
            }
        };
        let seen: String = verdicts.iter().map(|(letter, _)| *letter).collect();
        assert_eq!(seen, expected, "{why}\n{text}{verdicts:#?}");
        // Each of them names the line of the lost directive.
        for (letter, found) in verdicts {
            let says = found.contains(&format!("line {}, which ended its worker", lost + 1));
            assert_eq!(letter == 'b', says, "{why}\n{found}");
        }
    }
}
