//! Runs of the same scripts in several ways: how they are named, which of them are compared, and
//! which differences are known.

mod support;

use support::{between, report, run};
use wassay_record::Verdict::{Blocked, Failed};
use wassay_record::{
    Cache, File, Finding, Ledger, Note, Observed, Pattern, Run, Verdict, Way, Which, compare,
    lane_differences,
};

/// A file with nine directives, one of which may have a note.
fn file(note: Option<Note>) -> File {
    let mut ledger = Ledger { directives: 9, passed: 9, ..Ledger::default() };
    if let Some(note) = &note {
        ledger.passed = 8;
        ledger.add(note.finding.verdict);
    }
    File { path: "a".into(), ledger, findings: note.into_iter().collect(), ..File::default() }
}

fn in_way(way: Way, note: Option<Note>) -> Run {
    let mut run = run("native", vec![file(note)]);
    run.config.way = way;
    run
}

/// A directive with this verdict, and with the ways in which it is a known failure, if it is one.
fn failing(verdict: Verdict, value: u32, known: Option<&[Way]>) -> Option<Note> {
    let bare = Finding::bare(1, 11, 3, "assert_return", verdict);
    let actual = Some(Observed::Returned(vec![Pattern::I32(value)]));
    let note = Note::new(Finding { hash: "x".to_string(), actual, ..bare });
    let reason = known.map(|_| "because".to_string());
    Some(Note { known: reason, known_ways: known.unwrap_or_default().to_vec(), ..note })
}

#[test]
fn a_failure_that_is_listed_for_its_way_is_a_difference_and_no_problem() {
    use Way::{Fresh, Sessions};
    for (what, fresh, sessions, problems) in [
        ("listed", None, failing(Failed, 1, Some(&[Sessions])), 0),
        ("blocked by what is", None, failing(Blocked, 1, Some(&[Sessions])), 0),
        ("unlisted", None, failing(Failed, 1, None), 1),
        ("for every way", None, failing(Failed, 1, Some(&[])), 1),
        ("for both", None, failing(Failed, 1, Some(&[Fresh, Sessions])), 1),
        ("the first", failing(Failed, 1, Some(&[Fresh])), None, 0),
        (
            "each for its way",
            failing(Failed, 1, Some(&[Fresh])),
            failing(Failed, 2, Some(&[Sessions])),
            0,
        ),
        ("one of both", failing(Failed, 1, Some(&[Fresh])), failing(Failed, 2, None), 1),
    ] {
        let mut report = report(vec![in_way(Fresh, fresh), in_way(Sessions, sessions)]);
        report.compare_lanes();
        let differences = lane_differences(&report);
        assert_eq!((differences.len(), report.runs[1].problems.len()), (1, problems), "{what}");
        assert_eq!(differences[0].is_known, problems == 0, "{what}");
    }
}

#[test]
fn what_is_known_in_a_way_still_differs_between_lanes() {
    let known = failing(Failed, 1, Some(&[Way::Fresh]));
    assert_eq!(between(file(None), file(known.clone())).changes.len(), 1);
    let mut report = report(vec![in_way(Way::Fresh, None), in_way(Way::Fresh, known)]);
    report.runs[1].lane.name = "far".to_string();
    report.compare_lanes();
    assert_eq!(report.runs[1].problems.len(), 1);
}

#[test]
fn a_run_in_a_way_is_named_by_it_even_if_it_is_the_only_one() {
    let (fresh, sessions) = (in_way(Way::Fresh, None), in_way(Way::Sessions, None));
    let mut far = sessions.clone();
    far.lane.name = "far".to_string();
    for (runs, names) in [
        (vec![fresh.clone()], vec![""]),
        (vec![sessions.clone()], vec!["way sessions"]),
        (vec![fresh, sessions], vec!["way fresh", "way sessions"]),
        (vec![far], vec!["way sessions"]),
    ] {
        assert_eq!(report(runs).distinctions(), names);
    }
}

#[test]
fn a_fresh_run_is_compared_with_the_one_that_filled_a_directory() {
    let kept = |way| {
        let mut run = run("native", vec![]);
        (run.config.way, run.config.cache) = (way, Cache::Directory);
        run
    };
    let fresh = report(vec![run("native", vec![])]);
    let reloaded = report(vec![kept(Way::Fresh), kept(Way::Reloaded)]);
    for (a, b, which) in [(&fresh, &reloaded, Which::Second), (&reloaded, &fresh, Which::First)] {
        let comparison = compare(a, b);
        let [(left, of)] = &comparison.runs[..] else { panic!("{:?}", comparison.runs) };
        assert!(left.contains("way reloaded"), "{left}");
        assert_eq!((comparison.pairs.len(), *of), (1, which));
    }
    // A run with the same cache is preferred.
    let both = report(vec![kept(Way::Fresh), run("native", vec![])]);
    let comparison = compare(&fresh, &both);
    let settings = &comparison.pairs[0].settings;
    assert!(settings.iter().all(|it| it.values[0] == it.values[1]), "{settings:?}");
}
