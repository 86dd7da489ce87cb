//! Tests the valid contents of lanes.toml, and the position and message of each error.

use wassay_lanes::{CompileOn, Lanes, LanesError, Target};
use wassay_record::Bounds;
use wassay_tables::TableError;

fn wrong(text: &str) -> LanesError {
    Lanes::parse("lanes.toml", text).unwrap_err()
}

#[test]
fn the_builtin_table() {
    let lanes = Lanes::builtin().unwrap();
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    for wanted in [
        "native",
        "aarch64",
        "aarch64-cortex-a53",
        "aarch64-neoverse-n1",
        "x86_64-qemu64",
        "x86_64-Nehalem",
        "x86_64-max",
    ] {
        assert!(names.contains(&wanted), "{wanted} is gone");
    }
    for lane in lanes.iter().filter(|lane| lane.name != "native") {
        assert_eq!(lane.bounds, Bounds::Explicit, "{}", lane.name);
        assert!(!lane.prefix.iter().any(|word| word == "-L"), "{}", lane.name);
        let is_named_after_it = |cpu| lane.name.ends_with(cpu) || lane.compile == CompileOn::Host;
        assert!(lane.cpu().is_none_or(is_named_after_it), "{}", lane.name);
    }
    let native = lanes.get("native").unwrap();
    assert_eq!((native.target, native.compile), (Target::Host, CompileOn::Lane));
    assert!(native.prefix.is_empty() && native.timeout_factor == 1.0);
}

#[test]
fn lists_select_each_lane_once() {
    let lanes = Lanes::builtin().unwrap();
    let names = |list: &str| -> Vec<String> {
        lanes.select(list).unwrap().iter().map(|lane| lane.name.clone()).collect()
    };
    assert_eq!(names("aarch64, native,aarch64"), ["aarch64", "native"]);
    assert_eq!(names("all").len(), lanes.iter().count());
    assert_eq!(names("x86_64-max,all")[0], "x86_64-max");
}

#[test]
fn an_unknown_lane_comes_with_the_nearest() {
    let lanes = Lanes::builtin().unwrap();
    let error = lanes.select("native,arch64").unwrap_err();
    assert!(matches!(
        &error,
        LanesError::UnknownLane { name, nearest: Some(nearest), .. }
            if name == "arch64" && nearest == "aarch64"
    ));
    assert!(error.to_string().contains("did you mean `aarch64`?"), "{error}");
    let error = lanes.get("zzz").unwrap_err();
    assert!(matches!(error, LanesError::UnknownLane { nearest: None, .. }));
    assert!(error.to_string().contains("there are: native, aarch64, "), "{error}");
    for list in ["", "native,", ",", "native, ,aarch64"] {
        assert!(matches!(lanes.select(list), Err(LanesError::EmptyName { .. })), "{list}");
    }
}

#[test]
fn a_syntax_error_has_its_position() {
    let text = "[[lane]]\nname = \"native\"\ntarget = host\n";
    let error = wrong(text);
    assert!(
        matches!(error, LanesError::Syntax { problem: TableError { line: 3, column: 10, .. }, .. }),
        "{error}"
    );
    assert!(error.to_string().starts_with("lanes.toml:3:10: "), "{error}");
}

#[test]
fn unknown_keys_and_targets_have_their_position() {
    let cases = [
        ("[[lane]]\nname = \"a\"\ntarget = \"host\"\nprefixes = []\n", 4, "prefixes"),
        ("[[lane]]\nname = \"a\"\ntarget = \"riscv64\"\n", 3, "riscv64"),
        ("[[lane]]\nname = \"a\"\ntarget = \"host\"\nbounds = \"none\"\n", 4, "none"),
        ("lanes = 1\n", 1, "lanes"),
    ];
    for (text, expected, word) in cases {
        match wrong(text) {
            LanesError::Syntax { problem: TableError { line, message, .. }, .. } => {
                assert_eq!(line, expected, "{message}");
                assert!(message.contains(word), "{message}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_row_may_not_contradict_itself() {
    let row = |rest: &str| wrong(&format!("[[lane]]\nname = \"a\"\n{rest}\n")).to_string();
    let cases = [
        ("target = \"x86_64\"\nprefix = [\"qemu-aarch64\"]", "does not run x86_64 workers"),
        ("target = \"host\"\nprefix = [\"qemu-aarch64\"]", "needs the architecture"),
        ("target = \"host\"\ntimeout_factor = 0.5", "not from 1 to 10000"),
        ("target = \"host\"\ntimeout_factor = 1e300", "not from 1 to 10000"),
        ("target = \"host\"\ntimeout_factor = nan", "timeout_factor is NaN"),
        ("target = \"host\"\nmemory_limit_mib = 0", "memory_limit_mib"),
        ("target = \"host\"\nmemory_limit_mib = 9223372036854775807", "not from 1 to 1048576"),
        ("target = \"host\"\ncompile = \"host\"", "needs the name of an architecture"),
        ("target = \"x86_64\"\nisa = [\"has_avx\"]", "`isa` is for `compile = \"host\"`"),
    ];
    for (rest, words) in cases {
        let error = row(rest);
        assert!(error.contains("lane `a`") && error.contains(words), "{error}");
    }
    let twice = "[[lane]]\nname = \"a\"\ntarget = \"host\"\n".repeat(2);
    assert!(wrong(&twice).to_string().contains("two lanes"));
    let all = "[[lane]]\nname = \"all\"\ntarget = \"host\"\n";
    assert!(matches!(wrong(all), LanesError::Row { .. }));
    let native = wrong("[[lane]]\nname = \"native\"\ntarget = \"x86_64\"\n").to_string();
    assert!(native.contains("lane `native`") && native.contains("target is `host`"), "{native}");
}

#[test]
fn a_table_that_is_not_there() {
    let error = Lanes::read(std::path::Path::new("no/such/lanes.toml")).unwrap_err();
    assert!(error.to_string().contains("no/such/lanes.toml"), "{error}");
}
