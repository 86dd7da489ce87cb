//! Relaxed operators give one and the same result on every processor, at the edges too, where
//! each processor's own instruction would give another; the native ones give that, or stay near.

use std::fmt::Write;
use wassay_engine::{Config, Extern, Instantiated, Isa, Opt, Outcome, Provider, Relaxed, Value};

/// Operators with operands that leave them a choice, and what we choose.
const CASES: &[(&str, &str)] = &[
    (
        "i16x8.relaxed_dot_i8x16_i7x16_s
            (v128.const i8x16 -128 -128 -128 -128 -128 127 1 2 3 4 5 6 7 8 9 10)
            (v128.const i8x16 -128 -128 -127 -127 -128 -128 1 2 3 4 5 6 7 8 9 10)",
        "i16x8 32767 32512 128 5 25 61 113 181",
    ),
    (
        "i32x4.relaxed_dot_i8x16_i7x16_add_s
            (v128.const i8x16 -128 -128 -128 -128 -128 127 1 2 3 4 5 6 7 8 9 10)
            (v128.const i8x16 -128 -128 -128 -128 -128 -128 1 2 3 4 5 6 7 8 9 10)
            (v128.const i32x4 0 1 2 3)",
        "i32x4 65534 134 88 297",
    ),
    (
        "i8x16.relaxed_swizzle
            (v128.const i8x16 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)
            (v128.const i8x16 3 16 17 0 15 1 127 128 255 2 2 2 2 2 2 2)",
        "i8x16 13 0 0 10 25 11 0 0 0 12 12 12 12 12 12 12",
    ),
    (
        "i32x4.relaxed_trunc_f32x4_s (v128.const f32x4 nan 0x1p31 -0x1p32 -1.9)",
        "i32x4 0 0x7fffffff 0x80000000 -1",
    ),
    (
        "i32x4.relaxed_trunc_f32x4_u (v128.const f32x4 nan 0x1p32 -1 0x1p31)",
        "i32x4 0 0xffffffff 0 0x80000000",
    ),
    ("i32x4.relaxed_trunc_f64x2_s_zero (v128.const f64x2 nan 0x1p31)", "i32x4 0 0x7fffffff 0 0"),
    ("i32x4.relaxed_trunc_f64x2_u_zero (v128.const f64x2 -nan 0x1p33)", "i32x4 0 0xffffffff 0 0"),
    (
        // With two roundings the first lane is 0 and the second infinite.
        "f32x4.relaxed_madd
            (v128.const f32x4 0x1.000002p0 0x1.fffffep127 0x1.fffffep127 0.1)
            (v128.const f32x4 0x1.000002p0 2 2 10)
            (v128.const f32x4 -0x1.000004p0 -0x1.fffffep127 -inf -1)",
        "f32x4 0x1p-46 0x1.fffffep127 -inf 0x1p-26",
    ),
    (
        "f64x2.relaxed_nmadd
            (v128.const f64x2 0x1.0000000000001p0 3)
            (v128.const f64x2 0x1.0000000000001p0 4)
            (v128.const f64x2 0x1.0000000000002p0 5)",
        "f64x2 -0x1p-104 -7",
    ),
    (
        "f32x4.relaxed_min (v128.const f32x4 0 -0 1 2) (v128.const f32x4 -0 0 2 1)",
        "f32x4 -0 -0 1 1",
    ),
    ("f64x2.relaxed_max (v128.const f64x2 0 -0) (v128.const f64x2 -0 0)", "f64x2 0 0"),
    (
        "i32x4.relaxed_laneselect
            (v128.const i32x4 0x12345678 0x12345678 1 1)
            (v128.const i32x4 0x9abcdef0 0x9abcdef0 2 2)
            (v128.const i32x4 0xff00ff00 0x80000000 0x7fffffff -1)",
        "i32x4 0x12bc56f0 0x1abcdef0 1 1",
    ),
    (
        "i16x8.relaxed_q15mulr_s
            (v128.const i16x8 -32768 -32768 1 2 3 4 5 6)
            (v128.const i16x8 -32768 32767 1 2 3 4 5 6)",
        "i16x8 32767 -32767 0 0 0 0 0 0",
    ),
];

/// Features to leave out, so that each level of x86 is seen wherever the test runs on one.
const LEVELS: &[&[&str]] = &[
    &[],
    &["has_fma"],
    &["has_fma", "has_avx2", "has_avx"],
    &["has_fma", "has_avx2", "has_avx", "has_sse42", "has_sse41"],
    &["has_fma", "has_avx2", "has_avx", "has_sse42", "has_sse41", "has_ssse3", "has_sse3"],
];

#[test]
fn every_processor_gives_the_same() {
    for (got, want) in results(Relaxed::Deterministic).into_iter().flatten() {
        assert_eq!(got, want);
    }
}

#[test]
fn native_operators_run_on_every_processor() {
    for level in results(Relaxed::Native) {
        assert_eq!(level.len(), CASES.len());
    }
}

/// What the operators gave and what we choose, by level and optimisation.
fn results(relaxed: Relaxed) -> Vec<Vec<(Outcome, Outcome)>> {
    let provider = wassay_cranelift::provider();
    let levels = if cfg!(target_arch = "x86_64") { LEVELS } else { &LEVELS[..1] };
    let mut all = Vec::new();
    for without in levels {
        for opt in [Opt::None, Opt::Speed] {
            let mut without: Vec<String> = without.iter().map(|name| name.to_string()).collect();
            if !without.is_empty() {
                // They imply what is left out.
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

fn run(provider: &dyn Provider, config: &Config) -> Vec<(Outcome, Outcome)> {
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
        let outcome = session.call(func, &[]).unwrap();
        assert!(
            matches!(&outcome, Outcome::Returned(values) if matches!(values[..], [Value::V128(_)]))
        );
        outcome
    };
    (0..CASES.len()).map(|at| (call(format!("got {at}")), call(format!("want {at}")))).collect()
}

/// A module with two functions per case.
fn text() -> String {
    let mut text = String::from("(module\n");
    for (at, (operator, want)) in CASES.iter().enumerate() {
        writeln!(text, "(func (export \"got {at}\") (result v128) ({operator}))").unwrap();
        writeln!(text, "(func (export \"want {at}\") (result v128) (v128.const {want}))").unwrap();
    }
    text + ")"
}
