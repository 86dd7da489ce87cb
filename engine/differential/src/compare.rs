//! Takes the traces of several subjects; gives their differences. Knows no engine.

use crate::case::Case;
use crate::explained::Explained;
use crate::trace::{COMPILED, READY, Step, Trace};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// The result of a case on one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Run {
    /// The case ran, at least up to a limit of the engine.
    Ran(Trace),
    /// The engine lacks something that the case needs.
    Lacks(String),
    /// The engine failed.
    Failed(String),
}

/// A difference between subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The step's description.
    pub deed: String,
    /// The step of the first subject, if it got that far.
    pub step: Option<Step>,
    /// The result of each subject that got that far, by name.
    pub said: Vec<(String, String)>,
}

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The first step at which subjects differ.
    pub difference: Option<Difference>,
    /// The indices of the list entries that explained a difference.
    pub explained: Vec<usize>,
}

/// The value of `first` in a list of explained differences if another engine failed.
pub const RAN: &str = "ran";

/// Compares the runs of one case with the first one that ran. Looks at the case itself only if they
/// differ.
pub fn compare(
    case: &dyn Deref<Target = Case>,
    runs: &[(String, Run)],
    list: &Explained,
) -> Comparison {
    let mut found = Comparison::default();
    for (name, run) in runs {
        let Run::Failed(what) = run else { continue };
        if let Some(entry) = list.find(case, name, RAN, what) {
            found.explained.push(entry);
            continue;
        }
        let said = runs.iter().map(|(name, run)| (name.clone(), run.summary())).collect();
        found.difference = Some(Difference { deed: "run the case".to_string(), step: None, said });
        return found;
    }
    let traces: Vec<(&String, &Trace)> = runs
        .iter()
        .filter_map(|(name, run)| match run {
            Run::Ran(trace) => Some((name, trace)),
            _ => None,
        })
        .collect();
    let hides_calls = traces.iter().any(|(_, trace)| trace.hides_host_calls);
    let hides_functions = traces.iter().any(|(_, trace)| trace.hides_functions);
    let told = |trace: &Trace| {
        let trace = if hides_calls { trace.without_host_calls() } else { trace.clone() };
        if hides_functions { trace.without_functions() } else { trace }
    };
    let heard: Vec<(&String, Trace)> = match hides_calls || hides_functions {
        true => traces.iter().map(|(name, trace)| (*name, told(trace))).collect(),
        false => Vec::new(),
    };
    let traces = match heard.is_empty() {
        true => traces,
        false => heard.iter().map(|(name, trace)| (*name, trace)).collect(),
    };
    let Some(((_, first), others)) = traces.split_first() else { return found };
    let longest = traces.iter().map(|(_, trace)| trace.steps.len()).max().unwrap_or(0);
    // Subjects that lack a module or an instance that the first has, or the reverse, as the list
    // explains: the steps that follow are others.
    let mut parted: Vec<&String> = Vec::new();
    for at in 0..longest {
        let mut differs = false;
        for (name, trace) in others {
            if parted.contains(name) {
                continue;
            }
            // A subject that reached a limit is compared only up to it.
            let over = |trace: &Trace| at >= trace.steps.len() && trace.cut.is_some();
            let agree = match (first.steps.get(at), trace.steps.get(at)) {
                (Some(first), Some(step)) => first.agrees_with(step),
                (first, step) => first == step,
            };
            if over(first) || over(trace) || agree {
                continue;
            }
            let said = |trace: &Trace| {
                let step = trace.steps.get(at);
                step.map(|step| (step.deed.clone(), step.said.clone())).unzip()
            };
            let ((ours, first_said), (theirs, says)) = (said(first), said(trace));
            let same_deed = ours == theirs;
            let text = |said: Option<String>| said.filter(|_| same_deed).unwrap_or_default();
            let entry = list.find(case, name, &text(first_said), &text(says));
            match entry {
                Some(entry) => {
                    found.explained.push(entry);
                    let goes_on = |trace: &Trace| {
                        let step = trace.steps.get(at);
                        step.is_some_and(|step| step.said == COMPILED || step.said == READY)
                    };
                    if goes_on(first) != goes_on(trace) {
                        parted.push(name);
                    }
                }
                None => differs = true,
            }
        }
        if differs {
            found.difference = Some(difference(&traces, at));
            break;
        }
    }
    found
}

fn difference(traces: &[(&String, &Trace)], at: usize) -> Difference {
    let first = traces[0].1.steps.get(at);
    let said = traces.iter().map(|(name, trace)| {
        let said = match trace.steps.get(at) {
            None => "did nothing more".to_string(),
            Some(step) => match first {
                Some(first) if first.deed != step.deed => format!("{}: {}", step.deed, step.said),
                Some(first) if first.bytes != step.bytes => {
                    format!("{}{}", step.said, unlike(&first.bytes, &step.bytes))
                }
                _ => step.said.clone(),
            },
        };
        ((*name).clone(), said)
    });
    let deed = traces.iter().find_map(|(_, trace)| trace.steps.get(at));
    Difference {
        deed: deed.map_or_else(String::new, |step| step.deed.to_string()),
        step: first.cloned(),
        said: said.collect(),
    }
}

/// Where two memories first differ.
fn unlike(first: &[u8], other: &[u8]) -> String {
    match first.iter().zip(other).position(|(a, b)| a != b) {
        Some(at) => format!(", at {at:#x}: {:#04x} instead of {:#04x}", other[at], first[at]),
        None => format!(", {} bytes instead of {}", other.len(), first.len()),
    }
}

impl Run {
    fn summary(&self) -> String {
        match self {
            Run::Ran(trace) => format!("ran {} calls", trace.calls),
            Run::Lacks(what) => format!("lacks {what}"),
            Run::Failed(what) => format!("failed: {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Generator, Id};
    use crate::trace::Deed;

    fn case() -> Case {
        Case::generate(Id::new(Generator::Smith, 1))
    }

    fn trace(said: &[&str], cut: bool) -> Run {
        let mut trace = Trace::default();
        for said in said {
            trace.push(Deed::HostCalls, *said);
        }
        trace.cut = cut.then(|| "stack".to_string());
        Run::Ran(trace)
    }

    fn differs(runs: &[Run], list: &str) -> Option<usize> {
        let named = |(at, run): (usize, &Run)| (format!("e{at}"), run.clone());
        let runs: Vec<_> = runs.iter().enumerate().map(named).collect();
        let found =
            compare(&Box::new(case()), &runs, &Explained::parse(list).unwrap()).difference?;
        found.said.iter().position(|(_, said)| *said != found.said[0].1)
    }

    #[test]
    fn traces_are_compared_and_differences_explained() {
        let list = "[[explained]]\nengine = \"e1\"\nfirst = \"b\"\nsays = \"c\"\nreason = \"r\"\nwitness = \"smith:1\"\n\
            [[explained]]\nengine = \"e1\"\nfirst = \"ran\"\nsays = \"broken\"\nreason = \"r\"\nwitness = \"smith:1\"";
        let of_case = |operator: &str| {
            format!(
                "[[explained]]\nengine = \"e1\"\nwitness = \"smith:1\"\nreason = \"r\"\n\
                operators = [[\"no.such\"], [\"i32.eqz\", \"{operator}\"]]"
            )
        };
        let parts = "[[explained]]\nengine = \"e1\"\nfirst = \"ready\"\nsays = \"trap\"\nreason = \"r\"\nwitness = \"smith:1\"";
        let failed = Run::Failed("broken".to_string());
        let lacks = Run::Lacks("threads".to_string());
        let there = |said: &str, subject: &str| {
            let runs = [
                ("e0".to_string(), trace(&["c"], false)),
                (subject.to_string(), trace(&[said], false)),
            ];
            let list = Explained::parse(&of_case("if")).unwrap();
            compare(&Box::new(case()), &runs, &list).difference.is_some()
        };
        assert!(!there("b", "there:e1/speed"), "an engine is the same engine everywhere");
        assert!(there("b", "there:e2"));
        let cases: &[(&[Run], &str, Option<usize>)] = &[
            (&[trace(&["a"], false), trace(&["a"], false)], "", None),
            (&[trace(&["a"], false), trace(&["b"], false)], "", Some(1)),
            (&[trace(&["a"], false), trace(&[], false)], "", Some(1)),
            (&[trace(&["a"], false), trace(&[], true)], "", None),
            (&[trace(&["a"], true), trace(&["a", "b"], false)], "", None),
            (&[trace(&["a", "x"], true), trace(&["b"], true)], "", Some(1)),
            (&[trace(&["a"], false), lacks, trace(&["b"], false)], "", Some(1)),
            (&[trace(&["a"], false), failed.clone()], "", Some(1)),
            (&[trace(&["a"], false), failed], list, None),
            (&[trace(&["b"], false), trace(&["c"], false)], list, None),
            (&[trace(&["b", "x"], false), trace(&["c", "y"], false)], list, Some(1)),
            (&[trace(&["c"], false), trace(&["b"], false)], list, Some(1)),
            (&[trace(&["ready", "x"], false), trace(&["trap"], false)], parts, None),
            (&[trace(&["ready", "x"], false), trace(&["trap", "y"], false)], parts, None),
            (&[trace(&["ready", "x"], false), trace(&["trap: a", "x"], false)], parts, Some(1)),
            (&[trace(&["c"], false), trace(&["b"], false)], &of_case("if"), None),
            (&[trace(&["c"], false), trace(&["b"], false)], &of_case("no.such"), Some(1)),
            (&[trace(&["c"], false), trace(&[], false)], &of_case("no.such"), Some(1)),
        ];
        for (at, (runs, list, expected)) in cases.iter().enumerate() {
            assert_eq!(differs(runs, list), *expected, "case {at}");
        }
    }

    #[test]
    fn memories_are_compared_byte_by_byte() {
        let run = |bytes: &[u8]| {
            let Run::Ran(mut trace) = trace(&["pages: 1"], false) else { unreachable!() };
            trace.steps[0].bytes = bytes.to_vec();
            Run::Ran(trace)
        };
        let runs = [("a".to_string(), run(&[1, 2])), ("b".to_string(), run(&[1, 3]))];
        let found =
            compare(&Box::new(case()), &runs, &Explained::parse("").unwrap()).difference.unwrap();
        assert_eq!(found.said[1].1, "pages: 1, at 0x1: 0x03 instead of 0x02");
    }
}
