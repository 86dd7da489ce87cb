//! Whole runs of made-up events: what is known, what passed although it is listed, what is gone.

use super::super::gate::tests::note;
use super::*;
use wassay_record::{Batch, FileHead, ProblemKind, RunHead, Tool};

const LIST: &str = r#"
[[known]]
path = "a"
reason = "because"
directives = ["invoke ab"]
"#;

fn listed(path: Option<&str>, whole: bool) -> Listed {
    Listed { path: path.map(ListName::of_suite), whole }
}

/// Runs one script with these notes; whether the file was as expected, and the run.
fn play(list: &str, script: Listed, notes: Vec<Note>) -> (Option<bool>, Run, Vec<Vec<Note>>) {
    let mut recorder = Recorder::new(Tool::default());
    let known = Known::parse(list, "x86_64-linux").unwrap();
    let mut gated = GatedRun::new(known, vec![script], &mut recorder);
    let files = vec![FileHead { path: "dir/a".to_string(), ..FileHead::default() }];
    let directives = notes.len() as u32;
    let events = [
        FileEvent::Started { directives },
        FileEvent::Verdicts(Batch { spans: Vec::new(), notes }),
        FileEvent::Finished { wall_s: 0.0, peak_rss: None, stopped: None },
    ];
    gated.event(Event::RunStarted(Box::new(RunHead { files, ..RunHead::default() })));
    let ends = events.map(|what| gated.event(Event::File { file: 0, what }));
    assert_eq!(ends[..2], [None, None]);
    gated.event(Event::RunFinished { wall_s: 0.0, stopped: None });
    gated.close(["a"].into_iter());
    let passes = gated.into_passes();
    let run = recorder.run().unwrap().clone();
    (ends[2], run, passes)
}

fn kinds(run: &Run) -> Vec<ProblemKind> {
    run.problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn a_run_is_as_expected_only_by_its_list() {
    let failed = || vec![note("ab", 1, Verdict::Failed)];
    let (expected, run, _) = play(LIST, listed(Some("a"), true), failed());
    assert_eq!((expected, run.is_as_expected()), (Some(true), true));
    assert_eq!(run.files[0].findings[0].known.as_deref(), Some("because"));

    for (list, path) in [("", Some("a")), (LIST, Some("b")), (LIST, None)] {
        let (expected, run, _) = play(list, listed(path, true), failed());
        assert_eq!((expected, run.is_as_expected()), (Some(false), false), "{path:?}");
    }
}

#[test]
fn a_listed_pass_fails_the_file_and_is_kept() {
    let (expected, run, passes) =
        play(LIST, listed(Some("a"), true), vec![note("ab", 1, Verdict::Passed)]);
    assert_eq!((expected, kinds(&run)), (Some(false), vec![ProblemKind::UnexpectedPass]));
    assert!(!run.is_as_expected());
    assert_eq!(passes[0].len(), 1);
}

#[test]
fn a_stale_entry_fails_the_run_if_the_whole_file_ran() {
    let (expected, run, _) = play(LIST, listed(Some("a"), true), vec![]);
    // The file itself has nothing wrong in it.
    assert_eq!((expected, kinds(&run)), (Some(true), vec![ProblemKind::StaleKnown]));
    let (_, run, _) = play(LIST, listed(Some("a"), false), vec![]);
    assert!(run.is_as_expected());
}

#[test]
fn a_second_list_replaces_the_first_ones_problems() {
    let mut recorder = Recorder::new(Tool::default());
    let known = |text| Known::parse(text, "x86_64-linux").unwrap();
    let mut gated = GatedRun::new(known(LIST), vec![listed(Some("a"), true)], &mut recorder);
    let head = RunHead { files: vec![FileHead::default()], ..RunHead::default() };
    gated.event(Event::RunStarted(Box::new(head)));
    for what in [
        FileEvent::Started { directives: 1 },
        FileEvent::Verdicts(Batch {
            spans: Vec::new(),
            notes: vec![note("cd", 1, Verdict::Failed)],
        }),
        FileEvent::Finished { wall_s: 0.0, peak_rss: None, stopped: None },
    ] {
        gated.event(Event::File { file: 0, what });
    }
    gated.event(Event::RunFinished { wall_s: 0.0, stopped: None });
    gated.close(["a"].into_iter());
    assert_eq!(kinds(gated.run().unwrap()), [ProblemKind::StaleKnown]);
    let (run, ran) = gated.found().unwrap();
    assert_eq!((ran.len(), ran[0].whole, run.is_as_expected()), (1, true, false));

    gated.judge_again(known(&LIST.replace("ab", "cd")), Vec::new(), ["a"].into_iter());
    assert!(gated.run().unwrap().is_as_expected());
}
