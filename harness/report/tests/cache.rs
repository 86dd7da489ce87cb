//! Tests the text about runs with a cache directory: what the cache did, what a reloaded run missed,
//! and a reloaded run that did not begin.

use wassay_record::{
    Cache, CacheCounts, File, Finding, Ledger, Note, Observed, Report, Run, Tool, Verdict, Way,
};
use wassay_report::{Look, figures, junit, markdown, summary, table};

/// A run of one directive that passed.
fn green() -> Run {
    let ledger = Ledger { directives: 1, passed: 1, ..Ledger::default() };
    let (path, suite) = ("wasm-v1/add.wast".to_string(), "wasm-v1".to_string());
    let file = File { path, suite, ledger, ..File::default() };
    let mut run = Run { ledger, files: vec![file], wall_s: 1.5, ..Run::default() };
    run.engine.name = "example".to_string();
    run
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Two runs. The second was stopped before it began.
fn cut_between_runs() -> Report {
    let stopped = || Some("interrupted".to_string());
    let (mut fresh, mut reloaded) = (green(), green());
    fresh.stopped = stopped();
    for run in [&mut fresh, &mut reloaded] {
        run.config.cache = Cache::Directory;
    }
    (reloaded.config.way, reloaded.stopped, reloaded.wall_s) = (Way::Reloaded, stopped(), 0.0);
    let file = File { ledger: Ledger::default(), stopped: stopped(), ..reloaded.files.remove(0) };
    (reloaded.files, reloaded.ledger) = (vec![file], Ledger::default());
    Report { runs: vec![fresh, reloaded], ..Report::new(Tool::default()) }
}

#[test]
fn a_run_that_did_not_begin_is_called_not_run_everywhere() {
    let report = cut_between_runs();
    let distinctions = report.distinctions();
    let runs = report.runs.iter().zip(&distinctions);
    let look = |distinction| Look { is_one_of_several: true, distinction, ..Look::default() };
    let runs: Vec<String> = runs.map(|(run, it)| plain(&summary(run, &look(it)))).collect();
    let texts = [runs.concat(), plain(&figures(&report)), table(&report), markdown(&report)];
    insta::assert_snapshot!(texts.join("\n---\n") + "\n---\n" + &junit(&report, &[]));
}

#[test]
fn modules_that_were_not_stored_are_counted() {
    let text = |unstored| {
        let cache = Some(CacheCounts { stores: 1, unstored, ..CacheCounts::default() });
        let run = Run { functions_compiled: Some(3), cache, ..green() };
        let text = plain(&summary(&run, &Look { no_table: true, ..Look::default() }));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let said = "1 module stored (3 functions compiled) not stored: 2 modules have no entry: the \
                directory is full, cannot be written, or has too small a limit";
    assert!(text(2).contains(said), "{}", text(2));
    assert!(text(1).contains("not stored: 1 module has no entry"), "{}", text(1));
    assert!(!text(0).contains("not stored"), "{}", text(0));
}

#[test]
fn what_the_cache_did_is_a_line() {
    let did = |functions, counts| {
        let run = Run { functions_compiled: functions, cache: Some(counts), ..green() };
        let text = plain(&summary(&run, &Look { no_table: true, ..Look::default() }));
        text.lines().next().unwrap_or_default().to_string()
    };
    let none = CacheCounts::default();
    let (warm, cold) = (CacheCounts { hits: 1234, ..none }, CacheCounts { stores: 1, ..none });
    assert_eq!(did(Some(0), warm), "cache: 1,234 modules loaded, 0 modules stored");
    assert_eq!(
        did(Some(9), cold),
        "cache: 0 modules loaded, 1 module stored (9 functions compiled)"
    );
    let worn =
        CacheCounts { hits: 5, misses: 7, stores: 4, stale: 1, corrupt: 3, evictions: 2, ..none };
    let text = "cache: 5 modules loaded, 4 modules stored, 1 outdated entry removed,";
    assert_eq!(did(None, worn), text);
    // Damage is reported in few words, too.
    let quiet = |counts| {
        let run = Run { cache: Some(counts), ..green() };
        let look = Look { no_table: true, no_notes: true, ..Look::default() };
        plain(&summary(&run, &look)).contains("cache:")
    };
    assert!(quiet(worn) && !quiet(warm));
}

#[test]
fn a_reloaded_run_says_what_became_of_the_entries_that_it_missed() {
    let none = CacheCounts::default();
    let missed = |line| {
        let message = "there is no such entry".to_string();
        let actual = Some(Observed::Missed { message });
        let finding = Finding::bare(line, line, 1, "module", Verdict::Failed);
        Note::new(Finding { actual, ..finding })
    };
    let said = |first: Option<CacheCounts>, second: Option<CacheCounts>, missing: u32| {
        let notes = (1..=missing).map(missed).collect();
        let filled = Run { cache: first, ..green() };
        let mut run = Run { cache: second, ..green() };
        run.files[0].findings = notes;
        let look = Look { no_table: true, filled: Some(&filled), ..Look::default() };
        let text = plain(&summary(&run, &look));
        let from = text.find("missing:").map_or("", |at| &text[at..]);
        let until = from.find("\ncache:").or(from.find("\n1 dir")).unwrap_or(from.len());
        from[..until].split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let four = CacheCounts { stores: 3, hits: 1, ..none };
    let texts = [
        said(Some(four), Some(CacheCounts { hits: 4, ..none }), 0),
        said(Some(four), Some(CacheCounts { hits: 1, ..none }), 3),
        said(Some(four), Some(CacheCounts { hits: 0, corrupt: 1, ..none }), 4),
        said(Some(CacheCounts { evictions: 3, ..four }), Some(CacheCounts { hits: 1, ..none }), 3),
        said(Some(none), Some(none), 4),
        said(Some(CacheCounts { stores: 1, ..none }), Some(none), 4),
        said(None, None, 1),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}
