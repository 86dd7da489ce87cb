//! What a lane's own worker compiles and what this machine compiles for the lane's target are the
//! same bytes, and have the same keys: that is what lanes with `compile = "host"` rest on.

mod lanes;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use wassay_lanes::Arch;
use wassay_record::{Config, FileEvent};
use wassay_runner::pool::{Job, Launch, Packed, Pool, Stop};
use wassay_suites::Catalogue;

/// Numbers, memories, tables, vectors and tail calls.
const SCRIPTS: &[&str] = &[
    "wasm-v1/i32.wast",
    "wasm-v1/f32.wast",
    "wasm-v1/call_indirect.wast",
    "wasm-v1/memory_trap.wast",
    "proposals/simd/simd_i8x16_arith2.wast",
    "proposals/simd/simd_f32x4_rounding.wast",
    "wasm-v3/return_call.wast",
    "wasm-v3/return_call_indirect.wast",
];

#[test]
fn artifacts_of_the_host_and_of_the_lane_are_identical() {
    let Some((arch, lane, launch)) = lanes::other() else { return };
    let lane_launch = Launch {
        worker: launch.worker,
        prefix: launch.prefix.into_iter().map(Into::into).collect(),
        env: launch.env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        timeout_factor: launch.timeout_factor,
        memory_limit: launch.memory_limit,
        own_failure: launch.own_failure,
        not_own_failure: launch.not_own_failure,
    };
    let here = compiled(Launch::native(env!("CARGO_BIN_EXE_wassay")), arch);
    let there = compiled(lane_launch, arch);
    // Where nothing can be called, shims are made ahead for every type that a module has: the host
    // may have entries that the lane did not need, and never the other way around.
    for (name, bytes) in &there {
        let host = here.get(name).unwrap_or_else(|| panic!("the host lacks {lane}'s {name}"));
        assert!(bytes == host, "the host and {lane} disagree about {name}");
    }
    assert!(there.len() > 20, "only {} artifacts", there.len());
}

/// What is in the cache after the scripts, compiled for this architecture, have been performed.
fn compiled(launch: Launch, arch: Arch) -> BTreeMap<String, Vec<u8>> {
    let cache = tempfile::tempdir().unwrap();
    let isa_with = match arch {
        Arch::Aarch64 => vec!["has_lse".to_string()],
        Arch::X86_64 => vec!["has_sse3".to_string(), "has_ssse3".to_string()],
    };
    let config = Config {
        isa: arch.name().to_string(),
        isa_with,
        cache: "directory".to_string(),
        cache_directory: Some(cache.path().display().to_string()),
        bounds: "explicit".to_string(),
        ..Config::default()
    };
    let catalogue = Catalogue::embedded().unwrap();
    let jobs: Vec<Job> = SCRIPTS
        .iter()
        .map(|name| {
            let script = catalogue.find(name).unwrap_or_else(|| panic!("there is no {name}"));
            Job {
                engine: "cranelift".to_string(),
                config: config.clone(),
                needs: script.needs,
                script: script.read().unwrap(),
                lines: None,
                watch: Vec::new(),
                packed: Some(Packed::default()),
                compile_only: false,
            }
        })
        .collect();
    let pool = Pool::start(launch, Duration::from_secs(60)).unwrap();
    // On this machine the other architecture's code cannot run, and its verdicts mean nothing.
    let runs = pool.engines().iter().any(|engine| engine.target.starts_with(arch.name()));
    let bad = Mutex::new(Vec::new());
    pool.run(&jobs, 2, &Stop::new(), &|file, event| match event {
        FileEvent::Verdicts(batch) => {
            let notes = batch.notes.into_iter().filter(|note| note.finding.verdict.is_bad());
            let told = notes.map(|note| format!("{}: {:?}", SCRIPTS[file], note.finding));
            bad.lock().unwrap().extend(told);
        }
        FileEvent::Fault { message } => bad.lock().unwrap().push(message),
        _ => {}
    })
    .unwrap();
    let bad = bad.into_inner().unwrap();
    assert!(!runs || bad.is_empty(), "in the lane: {bad:#?}");
    files(cache.path())
}

/// Every file below, by its path from there.
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
