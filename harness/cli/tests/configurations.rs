//! Runs the suite on the reference engine in each configuration: no directive may have a different
//! verdict than with the defaults.
//!
//! Runs the checkout that `WASSAY_TESTSUITE` names, else the embedded suite.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use wassay_record::{Report, compare};

/// The scripts whose generated code depends on CPU features.
const ISA_SCRIPTS: &[&str] = &[
    "{simd_,relaxed_,f32,f64,float_,i32,i64,int_,conversions,memory_}*.wast",
    "*relaxed*.wast",
    "proposals/threads",
];

fn main() -> ExitCode {
    let mut trials = Vec::new();
    for (name, arguments) in [
        ("explicit-speed", &["--bounds", "explicit"][..]),
        ("guard-none", &["--opt", "none"]),
        ("explicit-none", &["--bounds", "explicit", "--opt", "none"]),
    ] {
        trials.push(Trial::test(name, || same(&[], arguments)));
    }
    trials.push(Trial::test("relaxed-native", || {
        same(&["*relaxed*.wast", "regressions"], &["--relaxed", "native"])
    }));
    let features = host_features();
    for &feature in &features {
        let name = format!("without-{feature}");
        trials.push(Trial::test(name, move || same(ISA_SCRIPTS, &["--isa-without", feature])));
    }
    if !features.is_empty() {
        trials.push(Trial::test("without-all-features", move || {
            let without: Vec<&str> =
                features.iter().flat_map(|feature| ["--isa-without", feature]).collect();
            same(ISA_SCRIPTS, &without)
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs the scripts with these arguments, and fails unless every verdict is the same as with the
/// defaults.
fn same(scripts: &[&str], arguments: &[&str]) -> Result<(), Failed> {
    let expected = baseline(scripts)?;
    let found = run(scripts, arguments)?;
    let difference = compare(&expected, &found);
    let directives: u64 = expected.runs.iter().map(|run| run.ledger.directives).sum();
    if difference.is_empty() && directives > 0 {
        return Ok(());
    }
    let names = ["with the defaults", &arguments.join(" ")];
    Err(format!("{directives} directives\n{}", wassay_report::comparison(&difference, names, 20))
        .into())
}

/// The results with the defaults, computed once for each list of scripts.
fn baseline(scripts: &[&str]) -> Result<Report, Failed> {
    static WHOLE: OnceLock<Result<Report, String>> = OnceLock::new();
    static ISA: OnceLock<Result<Report, String>> = OnceLock::new();
    let kept = match scripts {
        [] => &WHOLE,
        ISA_SCRIPTS => &ISA,
        others => return Ok(run(others, &[])?),
    };
    Ok(kept.get_or_init(|| run(scripts, &[])).clone()?)
}

/// Runs once and returns the report; the run must also match the list of known failures.
fn run(scripts: &[&str], arguments: &[&str]) -> Result<Report, String> {
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = directory.path().join("report.json");
    let output = Command::new(env!("CARGO_BIN_EXE_wassay"))
        .arg("run")
        .args(scripts)
        .args(arguments)
        .args(["--quiet", "--color", "never", "--report"])
        .arg(format!("json={}", path.display()))
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        let (told, errors) = (&output.stdout, &output.stderr);
        let text = [told, errors].map(|bytes| String::from_utf8_lossy(bytes));
        return Err(format!("{}\n{}{}", output.status, text[0], text[1]));
    }
    read(&path)
}

fn read(path: &Path) -> Result<Report, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    Report::from_json(&bytes)
}

/// The features of this CPU that the code generator can do without, by its names for them.
fn host_features() -> Vec<&'static str> {
    let there = |list: &[(&'static str, bool)]| -> Vec<&'static str> {
        list.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect()
    };
    #[cfg(target_arch = "x86_64")]
    return there(&[
        ("has_sse3", is_x86_feature_detected!("sse3")),
        ("has_ssse3", is_x86_feature_detected!("ssse3")),
        ("has_cmpxchg16b", is_x86_feature_detected!("cmpxchg16b")),
        ("has_sse41", is_x86_feature_detected!("sse4.1")),
        ("has_sse42", is_x86_feature_detected!("sse4.2")),
        ("has_avx", is_x86_feature_detected!("avx")),
        ("has_avx2", is_x86_feature_detected!("avx2")),
        ("has_fma", is_x86_feature_detected!("fma")),
        ("has_popcnt", is_x86_feature_detected!("popcnt")),
        ("has_bmi1", is_x86_feature_detected!("bmi1")),
        ("has_bmi2", is_x86_feature_detected!("bmi2")),
        ("has_lzcnt", is_x86_feature_detected!("lzcnt")),
        ("has_avx_vnni", is_x86_feature_detected!("avxvnni")),
        ("has_avx512f", is_x86_feature_detected!("avx512f")),
        ("has_avx512dq", is_x86_feature_detected!("avx512dq")),
        ("has_avx512vl", is_x86_feature_detected!("avx512vl")),
        ("has_avx512bitalg", is_x86_feature_detected!("avx512bitalg")),
        ("has_avx512vbmi", is_x86_feature_detected!("avx512vbmi")),
        ("has_avx512vnni", is_x86_feature_detected!("avx512vnni")),
    ]);
    #[cfg(target_arch = "aarch64")]
    return there(&[
        ("has_lse", std::arch::is_aarch64_feature_detected!("lse")),
        ("has_fp16", std::arch::is_aarch64_feature_detected!("fp16")),
        ("has_dotprod", std::arch::is_aarch64_feature_detected!("dotprod")),
        ("has_i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
        ("has_pauth", std::arch::is_aarch64_feature_detected!("paca")),
    ]);
}
