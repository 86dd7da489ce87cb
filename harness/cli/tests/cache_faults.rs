//! Every check of cache directories, on each engine that wassay ships. One test per check; what an
//! engine lacks is listed in `lacking.rs`, and the list must be true.

#[path = "lanes/lacking.rs"]
mod lacking;

use lacking::lacks;
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::sync::Arc;
use wassay_cache_faults::{Check, Description, Launch, Stop, checks, engines};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let words = [env!("CARGO_BIN_EXE_wassay"), "probe"].map(str::to_string).to_vec();
    let launch = Arc::new(Launch { words, env: Vec::new(), factor: 1.0 });
    let engines = match engines(&launch) {
        Ok(engines) => engines,
        Err(why) => panic!("`wassay probe` lists no engines: {why}"),
    };
    let mut trials = Vec::new();
    for engine in engines.into_iter().map(Arc::new) {
        if !engine.capabilities.iter().any(|claimed| claimed == "disk-cache") {
            let launch = launch.clone();
            let name = format!("{}/has_no_cache_directory", engine.name);
            trials.push(Trial::test(name, move || none(&launch, &engine)));
            continue;
        }
        for check in checks() {
            let (launch, engine) = (launch.clone(), engine.clone());
            let name = format!("{}/{}", engine.name, check.name);
            trials.push(Trial::test(name, move || test(&check, &launch, &engine)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Verdict = Result<(), libtest_mimic::Failed>;

fn test(check: &Check, launch: &Launch, engine: &Description) -> Verdict {
    let lacks = lacks(&engine.name, &check.name);
    match check.run(launch, engine) {
        Ok(()) if lacks => Err("it passes, but is listed as unsupported".into()),
        Err(Stop::Unsupported(_)) if lacks => Ok(()),
        Ok(()) => Ok(()),
        Err(why) => Err(why.to_string().into()),
    }
}

/// Every check of an engine without a cache directory is unsupported.
fn none(launch: &Launch, engine: &Description) -> Verdict {
    for check in checks() {
        match check.run(launch, engine) {
            Err(Stop::Unsupported(_)) => {}
            other => return Err(format!("{}: {other:?}", check.name).into()),
        }
    }
    Ok(())
}
