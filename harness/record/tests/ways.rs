//! Runs of the same scripts in several ways: how they are named, which of them are compared, and
//! which differences are known.

mod support;

use support::{between, report, run};
use wassay_record::Verdict::{Blocked, Failed};
use wassay_record::{
    Cache, Config, File, FileDifference, Finding, Ledger, Note, Observed, Pattern, Run, Verdict,
    Way, Which, compare, distinguish, lane_differences,
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

/// A run of one file that was stopped before it began.
fn unbegun(way: Way) -> Run {
    let stopped = || Some("interrupted".to_string());
    let file = File { path: "a".into(), stopped: stopped(), ..File::default() };
    let mut run = run("native", vec![file]);
    (run.config.way, run.stopped) = (way, stopped());
    run
}

#[test]
fn a_run_that_did_not_begin_is_named_and_not_compared() {
    use Way::{Fresh, Reloaded};
    let whole = report(vec![in_way(Fresh, None), in_way(Reloaded, failing(Failed, 1, None))]);
    let cut = report(vec![in_way(Fresh, None), unbegun(Reloaded)]);
    for (a, b, which) in [(&cut, &whole, Which::First), (&whole, &cut, Which::Second)] {
        let found = compare(a, b);
        let name = "example on native (way reloaded)".to_string();
        assert_eq!(found.unrun, [(name, which)]);
        assert!(found.changes.is_empty() && found.files.is_empty() && found.runs.is_empty());
        assert!(!found.is_empty());
        assert_eq!(found.has_regression(), which == Which::Second);
        let stopped = found.stopped.each_ref().map(Option::is_some);
        assert_eq!(stopped, [which == Which::First, which == Which::Second]);
    }
    let found = compare(&cut, &cut);
    assert!(found.is_empty() && found.stopped.iter().all(Option::is_some));
    // A run that was stopped later is compared as far as it went.
    let mut part = cut.clone();
    part.runs[1].files.push(File { path: "b".into(), ..file(None) });
    assert!(cut.runs[1].was_not_run() && !part.runs[1].was_not_run());
    let found = compare(&part, &whole);
    assert!(found.unrun.is_empty() && found.changes.is_empty(), "{found:?}");
    assert_eq!(found.files[0].what, FileDifference::InPart(Which::First));
    let found = compare(&whole, &part);
    assert_eq!(found.files[0].what, FileDifference::InPart(Which::Second));
}

#[test]
fn runs_in_different_ways_are_no_pair_even_if_they_are_the_only_ones() {
    let [fresh, sessions] = [Way::Fresh, Way::Sessions].map(|way| report(vec![in_way(way, None)]));
    let found = compare(&fresh, &sessions);
    let names = [("way fresh", Which::First), ("way sessions", Which::Second)];
    let names = names.map(|(way, which)| (format!("example on native ({way})"), which));
    assert_eq!((found.pairs.len(), &found.runs[..]), (0, &names[..]));
    assert!(found.has_regression());
}

#[test]
fn the_run_that_fills_the_directory_of_a_reloaded_one_is_named_by_that() {
    let config = |way, cache| Config { way, cache, ..Config::default() };
    let (off, kept) = (Cache::Off, Cache::Directory);
    let all = [
        (Way::Fresh, off, "way fresh"),
        (Way::Serialized, off, "way serialized"),
        (Way::Fresh, kept, "way fresh, filling the cache"),
        (Way::Reloaded, kept, "way reloaded"),
        (Way::Sessions, off, "way sessions"),
    ];
    let named = |range: std::ops::Range<usize>| {
        let some = &all[range];
        let configs: Vec<Config> = some.iter().map(|it| config(it.0, it.1)).collect();
        let names: Vec<&str> = some.iter().map(|it| it.2).collect();
        assert_eq!(distinguish(&configs), names);
        let in_config = |config| Run { config, ..run("native", vec![]) };
        let report = report(configs.into_iter().map(in_config).collect());
        assert_eq!(report.distinctions(), names);
        let name = |name: &&str| format!("example on native ({name})");
        let names: Vec<String> = names.iter().map(name).collect();
        let alone = wassay_record::Report { runs: Vec::new(), ..report.clone() };
        let gone: Vec<String> = compare(&report, &alone).runs.into_iter().map(|it| it.0).collect();
        assert_eq!(gone, names);
    };
    named(0..5);
    named(2..4);
    // Without a reloaded run nothing is filled for another one.
    let both = [config(Way::Fresh, off), config(Way::Fresh, kept)];
    assert_eq!(distinguish(&both), ["cache off", "cache directory"]);
}

#[test]
fn a_difference_between_ways_is_called_one_and_is_no_second_loss() {
    let differing = |fresh, reloaded| {
        let mut report = report(vec![in_way(Way::Fresh, fresh), in_way(Way::Reloaded, reloaded)]);
        for file in report.runs.iter_mut().flat_map(|run| &mut run.files) {
            file.text_hash = Some("t".to_string());
        }
        report.compare_lanes();
        report
    };
    let good = differing(None, None);
    let bad = differing(None, failing(Failed, 1, None));
    let problem = &bad.runs[1].problems[0];
    assert_eq!(problem.message, "11:3 assert_return differs from the way fresh");
    // The directive regressed, which says it all.
    let found = compare(&good, &bad);
    assert_eq!((found.changes.len(), found.losses.len()), (1, 0), "{found:?}");
    // It also failed before, in the same way everywhere.
    let before = differing(failing(Failed, 1, None), failing(Failed, 1, None));
    let found = compare(&before, &bad);
    assert_eq!((found.changes.len(), found.losses.len()), (1, 1));
}

#[test]
fn the_run_that_filled_a_directory_is_found() {
    let at = |way, cache| {
        let mut run = run("native", vec![]);
        (run.config.way, run.config.cache) = (way, cache);
        run
    };
    let kept = Cache::Directory;
    let mut runs = vec![at(Way::Fresh, Cache::Off), at(Way::Fresh, kept), at(Way::Reloaded, kept)];
    runs[1].wall_s = 1.0;
    let all = report(runs);
    let seconds: Vec<_> = (0..4).map(|at| all.filling(at).map(|run| run.wall_s)).collect();
    assert_eq!(seconds, [None, None, Some(1.0), None]);
}
