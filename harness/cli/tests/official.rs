//! The official suite and our own, one test per script and engine:
//! `cranelift::wasm-v1/address.wast`, `wasmi::regressions/init/data.wast`.
//!
//! Works with `cargo test`, with its filters, and with cargo-nextest. Runs the checkout that
//! `WASSAY_TESTSUITE` names, else the embedded suite. As in `wassay run`, both a failure that is
//! not listed and a listed failure that passes fail the test.

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wassay_record::{Config, Engine, Event, FileHead, Ledger, Recorder, RunHead, Tool};
use wassay_report::{Look, summary, why_untested};
use wassay_runner::known::{GatedRun, Known, Listed};
use wassay_runner::pool::{Job, Launch, Pool, Stop};
use wassay_suites::{Catalogue, ListName, Script, SuiteError};

/// The engines, with their lists of known failures.
const ENGINES: &[(&str, &str)] = &[
    ("cranelift", include_str!("../../../engine/cranelift/known.toml")),
    ("wasmi", include_str!("../../../engine/adapters/wasmi/known.toml")),
    ("tinywasm", include_str!("../../../engine/adapters/tinywasm/known.toml")),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let scripts = match scripts() {
        Ok(scripts) => scripts,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let pool = Arc::new(OnceLock::new());
    let mut trials = Vec::new();
    for &(engine, known) in ENGINES {
        for script in &scripts {
            let (script, pool) = (script.clone(), pool.clone());
            let name = format!("{engine}::{}", script.name);
            let run = move || check(&pool, engine, known, &script);
            trials.push(Trial::ignorable_test(name, run));
        }
        let pool = pool.clone();
        let name = format!("{engine}::what it supports");
        trials.push(Trial::test(name, move || supports(&pool, engine, known)));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Drops the pool to end the workers, which would otherwise run until the process exits.
    drop(pool);
    conclusion.exit_code()
}

fn scripts() -> Result<Vec<Script>, SuiteError> {
    let mut catalogue = Catalogue::from_environment()?;
    let mut scripts = catalogue.scripts().to_vec();
    wassay_regressions::add_to(&mut catalogue)?;
    let own = wassay_regressions::scripts();
    scripts.extend(own.iter().filter_map(|(name, _)| catalogue.find(name).cloned()));
    Ok(scripts)
}

type Workers = OnceLock<Result<Pool, String>>;

fn pool(pool: &Workers) -> Result<&Pool, &String> {
    let start = || {
        let launch = Launch::native(env!("CARGO_BIN_EXE_wassay"));
        Pool::start(launch, Duration::from_secs(60), &Stop::new())
    };
    pool.get_or_init(start).as_ref()
}

/// The engine's description of itself, and its list.
fn described(pool: &Pool, engine: &str, known: &str) -> Result<(Engine, Known), String> {
    let described = pool.engines().iter().find(|described| described.name == engine);
    let described = described.ok_or_else(|| format!("there is no engine `{engine}`"))?;
    let known = Known::parse(known, &described.target).map_err(|error| error.to_string())?;
    Ok((described.clone(), known.with_superseded()?))
}

/// Checks that the engine supports exactly what its list states.
fn supports(workers: &Workers, engine: &str, known: &str) -> Result<(), Failed> {
    let (engine, known) = described(pool(workers)?, engine, known)?;
    match &known.judge_support(&engine, "native")[..] {
        [] => Ok(()),
        problems => Err(format!("{problems:?}").into()),
    }
}

fn check(
    workers: &Workers,
    engine: &str,
    known: &str,
    script: &Script,
) -> Result<Completion, Failed> {
    let pool = pool(workers)?;
    let (described, known) = described(pool, engine, known)?;
    let job = Job {
        engine: engine.to_string(),
        config: Config::default(),
        needs: script.needs,
        script: script.read()?.into(),
        lines: None,
        watch: known.hashes(&ListName::of_suite(&*script.name)),
        backtraces: false,
        packed: None,
        compile_only: false,
    };
    let mut recorder = Recorder::new(Tool::default());
    let head = FileHead { path: script.name.clone(), ..FileHead::default() };
    let (engine, files) = (described, vec![head]);
    let head = RunHead { engine, files, ..RunHead::default() };
    let listed = Listed { path: Some(ListName::of_suite(&*script.name)), whole: true };
    let mut gated = GatedRun::new(known, vec![listed], &mut recorder);
    gated.event(Event::RunStarted(Box::new(head)));
    pool.file(&job, &Stop::new(), &mut |what| {
        gated.event(Event::File { file: 0, what });
    });
    gated.event(Event::RunFinished { wall_s: 0.0, stopped: None });
    // Only a whole run checks an entry about several scripts against all of them.
    gated.close([script.name.as_str()].into_iter());
    let run = recorder.run().ok_or("there was no run")?;
    if !run.is_as_expected() {
        return Err(summary(run, &Look { failures: 10, no_table: true, ..Look::default() }).into());
    }
    let Ledger { directives, unsupported, harness_only, .. } = run.ledger;
    if unsupported + harness_only == directives {
        return Ok(Completion::ignored_with(
            run.files.iter().map(why_untested).collect::<String>(),
        ));
    }
    Ok(Completion::Completed)
}
