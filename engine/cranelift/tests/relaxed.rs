//! Relaxed operators give the same result on every processor, also in edge cases where the
//! processors' own instructions differ. Native ones give that result or another that the proposal
//! allows.

use std::fmt::Write;
use wassay_engine::{Config, Extern, Instantiated, Isa, Opt, Outcome, Provider, Relaxed, Value};

/// Operators with operands for which several results are allowed, our choice, and the other results
/// that the proposal allows, lane by lane.
const CASES: &[(&str, &str, &[&str])] = &[
    (
        "i16x8.relaxed_dot_i8x16_i7x16_s
            (v128.const i8x16 -128 -128 -128 -128 -128 127 1 2 3 4 5 6 7 8 9 10)
            (v128.const i8x16 -128 -128 -127 -127 -128 -128 1 2 3 4 5 6 7 8 9 10)",
        "i16x8 32767 32512 128 5 25 61 113 181",
        &["i16x8 -32768 -32768 -128 5 25 61 113 181"],
    ),
    (
        "i32x4.relaxed_dot_i8x16_i7x16_add_s
            (v128.const i8x16 -128 -128 -128 -128 -128 127 1 2 3 4 5 6 7 8 9 10)
            (v128.const i8x16 -128 -128 -128 -128 -128 -128 1 2 3 4 5 6 7 8 9 10)
            (v128.const i32x4 0 1 2 3)",
        "i32x4 65534 134 88 297",
        &["i32x4 -65536 -122 88 297"],
    ),
    (
        "i8x16.relaxed_swizzle
            (v128.const i8x16 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)
            (v128.const i8x16 3 16 17 0 15 1 127 128 255 2 2 2 2 2 2 2)",
        "i8x16 13 0 0 10 25 11 0 0 0 12 12 12 12 12 12 12",
        &["i8x16 13 10 11 10 25 11 25 0 0 12 12 12 12 12 12 12"],
    ),
    (
        "i32x4.relaxed_trunc_f32x4_s (v128.const f32x4 nan 0x1p31 -0x1p32 -1.9)",
        "i32x4 0 0x7fffffff 0x80000000 -1",
        &["i32x4 0x80000000 0x80000000 0x80000000 -1"],
    ),
    (
        "i32x4.relaxed_trunc_f32x4_u (v128.const f32x4 nan 0x1p32 -1 0x1p31)",
        "i32x4 0 0xffffffff 0 0x80000000",
        &["i32x4 0xffffffff 0xffffffff 0xffffffff 0x80000000"],
    ),
    (
        "i32x4.relaxed_trunc_f64x2_s_zero (v128.const f64x2 nan 0x1p31)",
        "i32x4 0 0x7fffffff 0 0",
        &["i32x4 0x80000000 0x80000000 0 0"],
    ),
    (
        "i32x4.relaxed_trunc_f64x2_u_zero (v128.const f64x2 -nan 0x1p33)",
        "i32x4 0 0xffffffff 0 0",
        &["i32x4 0xffffffff 0xffffffff 0 0"],
    ),
    (
        // With two roundings the first lane is 0 and the second infinite.
        "f32x4.relaxed_madd
            (v128.const f32x4 0x1.000002p0 0x1.fffffep127 0x1.fffffep127 0.1)
            (v128.const f32x4 0x1.000002p0 2 2 10)
            (v128.const f32x4 -0x1.000004p0 -0x1.fffffep127 -inf -1)",
        "f32x4 0x1p-46 0x1.fffffep127 -inf 0x1p-26",
        &["f32x4 0 inf nan 0", "f32x4 0 inf -nan 0"],
    ),
    (
        "f64x2.relaxed_nmadd
            (v128.const f64x2 0x1.0000000000001p0 3)
            (v128.const f64x2 0x1.0000000000001p0 4)
            (v128.const f64x2 0x1.0000000000002p0 5)",
        "f64x2 -0x1p-104 -7",
        &["f64x2 0 -7"],
    ),
    (
        "f32x4.relaxed_min (v128.const f32x4 0 -0 1 2) (v128.const f32x4 -0 0 2 1)",
        "f32x4 -0 -0 1 1",
        &["f32x4 0 0 1 1"],
    ),
    (
        "f64x2.relaxed_max (v128.const f64x2 0 -0) (v128.const f64x2 -0 0)",
        "f64x2 0 0",
        &["f64x2 -0 -0"],
    ),
    (
        "i32x4.relaxed_laneselect
            (v128.const i32x4 0x12345678 0x12345678 1 1)
            (v128.const i32x4 0x9abcdef0 0x9abcdef0 2 2)
            (v128.const i32x4 0xff00ff00 0x80000000 0x7fffffff -1)",
        "i32x4 0x12bc56f0 0x1abcdef0 1 1",
        &["i32x4 0x12345678 0x12345678 2 1"],
    ),
    (
        "i16x8.relaxed_q15mulr_s
            (v128.const i16x8 -32768 -32768 1 2 3 4 5 6)
            (v128.const i16x8 -32768 32767 1 2 3 4 5 6)",
        "i16x8 32767 -32767 0 0 0 0 0 0",
        &["i16x8 -32768 -32768 0 0 0 0 0 0"],
    ),
];

/// Features to leave out, so that every level of x86 is tested on any x86 machine that has it.
const LEVELS: &[&[&str]] = &[
    &[],
    &["has_fma"],
    &["has_fma", "has_avx2", "has_avx"],
    &["has_fma", "has_avx2", "has_avx", "has_sse42", "has_sse41"],
    &["has_fma", "has_avx2", "has_avx", "has_sse42", "has_sse41", "has_ssse3", "has_sse3"],
];

#[test]
fn every_processor_returns_the_same_results() {
    for case in results(Relaxed::Deterministic).into_iter().flatten() {
        assert_eq!(case.got, case.allowed[0], "{}", case.operator);
    }
}

#[test]
fn native_operators_return_results_that_the_proposal_allows() {
    for case in results(Relaxed::Native).into_iter().flatten() {
        let is_allowed = |lane: usize| {
            let bytes = lane * case.lane_bytes..(lane + 1) * case.lane_bytes;
            case.allowed.iter().any(|allowed| allowed[bytes.clone()] == case.got[bytes.clone()])
        };
        let forbidden: Vec<usize> =
            (0..16 / case.lane_bytes).filter(|lane| !is_allowed(*lane)).collect();
        assert!(forbidden.is_empty(), "lanes {forbidden:?} of {case:?}");
    }
}

/// The result of an operator, and the allowed results; the first of them is our choice.
#[derive(Debug)]
struct Case {
    operator: &'static str,
    lane_bytes: usize,
    got: [u8; 16],
    allowed: Vec<[u8; 16]>,
}

/// Every case, by level and optimization.
fn results(relaxed: Relaxed) -> Vec<Vec<Case>> {
    let provider = wassay_cranelift::provider();
    let levels = if cfg!(target_arch = "x86_64") { LEVELS } else { &LEVELS[..1] };
    let mut all = Vec::new();
    for without in levels {
        for opt in [Opt::None, Opt::Speed] {
            let mut without: Vec<String> = without.iter().map(|name| name.to_string()).collect();
            if !without.is_empty() {
                // These features imply the ones that are left out.
                without.extend(["has_avx512f", "has_avx512vl", "has_avx512dq"].map(String::from));
                without.extend(["has_avx512bitalg", "has_avx512vbmi"].map(String::from));
                without.extend(["has_avx512vnni", "has_avx_vnni"].map(String::from));
            }
            let config = Config {
                isa: Isa::HostWithout(without),
                opt,
                relaxed,
                ..Config::new(provider.features())
            };
            all.push(run(&*provider, &config));
        }
    }
    all
}

fn run(provider: &dyn Provider, config: &Config) -> Vec<Case> {
    let engine = provider.start(config).unwrap();
    let module = engine.compile(&wat::parse_str(text()).unwrap()).unwrap().unwrap();
    let mut session = engine.session().unwrap();
    let Instantiated::Ready(instance) = session.instantiate(module, &[]).unwrap() else {
        panic!("nothing in the module can trap");
    };
    let mut call = |name: String| {
        let Some(Extern::Func(func)) = session.export(instance, &name).unwrap() else {
            panic!("no function `{name}`");
        };
        match session.call(func, &[]).unwrap() {
            Outcome::Returned(values) => match values[..] {
                [Value::V128(bits)] => bits.to_le_bytes(),
                _ => panic!("`{name}` returned {values:?}"),
            },
            other => panic!("`{name}`: {other:?}"),
        }
    };
    let case = |(at, (operator, choice, others)): (usize, &(&'static str, &str, &[&str]))| Case {
        operator,
        lane_bytes: match choice.split_once(' ').unwrap().0 {
            "i8x16" => 1,
            "i16x8" => 2,
            "i32x4" | "f32x4" => 4,
            "f64x2" => 8,
            shape => panic!("{shape}"),
        },
        got: call(format!("got {at}")),
        allowed: (0..=others.len()).map(|nth| call(format!("allowed {at} {nth}"))).collect(),
    };
    CASES.iter().enumerate().map(case).collect()
}

/// A module with a function per case, and one per allowed result.
fn text() -> String {
    let mut text = String::from("(module\n");
    for (at, (operator, choice, others)) in CASES.iter().enumerate() {
        writeln!(text, "(func (export \"got {at}\") (result v128) ({operator}))").unwrap();
        for (nth, value) in [choice].into_iter().chain(*others).enumerate() {
            let name = format!("allowed {at} {nth}");
            writeln!(text, "(func (export \"{name}\") (result v128) (v128.const {value}))")
                .unwrap();
        }
    }
    text + ")"
}
