//! Code that a lane's own worker compiles and code that this machine compiles for the lane's target
//! have the same bytes and the same cache keys. Lanes with `compile = "host"` rely on that.

mod lanes;

use lanes::Other;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;
use wassay_lanes::Arch;
use wassay_record::{Bounds, Cache, Config, FileEvent, Isa, Note, Verdict};
use wassay_runner::pool::{Job, Launch, Packed, Pool, Stop};
use wassay_suites::Catalogue;

fn main() -> ExitCode {
    let test = artifacts_of_the_host_and_of_the_lane_are_identical;
    lanes::run(&[("artifacts_of_the_host_and_of_the_lane_are_identical", test)]).exit_code()
}

fn artifacts_of_the_host_and_of_the_lane_are_identical(other: &Other) {
    let Other { arch, lane, launch } = other;
    let (arch, launch) = (*arch, launch.clone());
    let emulated = Launch {
        arguments: Vec::new(),
        worker: launch.worker,
        guard: None,
        prefix: launch.prefix.into_iter().map(Into::into).collect(),
        env: launch.env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        timeout_factor: launch.timeout_factor,
        memory_limit: launch.memory_limit,
        own_failure: launch.own_failure,
        not_own_failure: launch.not_own_failure,
    };
    let emulated = Pool::start(emulated, Duration::from_secs(60), &Stop::new()).unwrap();
    let native = Launch::native(env!("CARGO_BIN_EXE_wassay"));
    let native = Pool::start(native, Duration::from_secs(60), &Stop::new()).unwrap();

    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(&native, &jobs(arch, here.path(), true));
    run(&emulated, &jobs(arch, there.path(), true));
    let (compiled_here, compiled_there) = (files(here.path()), files(there.path()));
    assert!(compiled_there.len() > 2000, "only {} artifacts", compiled_there.len());
    let names = |files: &BTreeMap<String, Vec<u8>>| Vec::from_iter(files.keys().cloned());
    assert_eq!(
        names(&compiled_here),
        names(&compiled_there),
        "the host and {lane} have other keys"
    );
    for (name, bytes) in &compiled_there {
        assert!(bytes == &compiled_here[name], "the host and {lane} disagree about {name}");
    }

    // Running the scripts with the host's code adds nothing to it.
    run(&emulated, &jobs(arch, here.path(), false));
    let after = files(here.path());
    let added: Vec<_> = after.keys().filter(|name| !compiled_here.contains_key(*name)).collect();
    assert!(added.is_empty(), "{lane} compiled {} itself", added.len());
    assert!(after == compiled_here, "{lane} replaced what the host had compiled");
}

/// Every embedded script, for an engine that caches code for this architecture in a directory.
fn jobs(arch: Arch, cache: &Path, compile_only: bool) -> Vec<Job> {
    let isa_with = match arch {
        Arch::Aarch64 => vec!["has_lse".to_string()],
        Arch::X86_64 => vec!["has_sse3".to_string(), "has_ssse3".to_string()],
    };
    let config = Config {
        isa: Isa::Named(arch.name().to_string()),
        isa_with,
        cache: Cache::Directory,
        cache_directory: Some(cache.display().to_string()),
        bounds: Bounds::Explicit,
        ..Config::default()
    };
    let catalogue = Catalogue::embedded().unwrap();
    let scripts = catalogue.scripts();
    scripts
        .iter()
        .map(|script| Job {
            engine: "cranelift".to_string(),
            config: config.clone(),
            needs: script.needs,
            script: script.read().unwrap().into(),
            lines: None,
            watch: HashSet::new(),
            backtraces: false,
            packed: Some(Packed::default()),
            compile_only,
        })
        .collect()
}

/// Runs the scripts; a bad verdict is fine, but no worker may end.
fn run(pool: &Pool, jobs: &[Job]) {
    let bad = Mutex::new(Vec::new());
    pool.run(jobs, 2, &Stop::new(), &|_, event| match event {
        FileEvent::Verdicts(batch) => {
            let ended =
                |note: &Note| matches!(note.finding.verdict, Verdict::Crashed | Verdict::TimedOut);
            bad.lock().unwrap().extend(
                batch.notes.into_iter().filter(ended).map(|note| format!("{:?}", note.finding)),
            );
        }
        FileEvent::Fault { message } => bad.lock().unwrap().push(message),
        _ => {}
    })
    .unwrap();
    let bad = bad.into_inner().unwrap();
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Every file below a directory, by its relative path.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
