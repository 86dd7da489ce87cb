//! Takes a directive that passes; returns the same with expectations that do not hold. Runs
//! nothing.

use crate::form::{children, keyword};
use crate::functions::Functions;
use wassay_record::Verdict;

/// Messages for traps of different kinds.
const TRAPS: &[&str] = &[
    "unreachable",
    "integer divide by zero",
    "integer overflow",
    "invalid conversion to integer",
    "out of bounds memory access",
    "out of bounds table access",
    "undefined element",
    "uninitialized element",
    "indirect call type mismatch",
    "null reference",
    "cast failure",
    "unaligned atomic",
];

/// Words of link errors, and those of the traps that have replaced two of them.
const LINK_ERRORS: &[&str] = &[
    "unknown import",
    "incompatible import type",
    "data segment does not fit",
    "elements segment does not fit",
];

/// Component constants: each is a typo on a core instance.
const MISTYPED: &[&str] = &[
    "(u8.const 300)",
    "(u32.const 1)",
    "(s32.const 1)",
    "(u64.const 1)",
    "(bool.const true)",
    "(str.const \"a\")",
    "(list.const)",
    "(enum.const \"a\")",
    "(option.none)",
    "(result.ok)",
];

/// A directive with a false expectation, and the verdict that it must have.
pub struct Mutant {
    pub text: String,
    pub verdict: Verdict,
}

/// A pseudorandom generator: the same numbers for the same script in every run.
pub struct Random(u64);

impl Random {
    /// A generator seeded by a name.
    pub fn of(name: &str) -> Random {
        let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        Random(name.bytes().fold(0xcbf2_9ce4_8422_2325, hash) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// The mutants of a directive. Each acts as the directive does; those of a module follow it, and
/// only compile it again. `functions` are those of the instance that the directive acts on.
pub fn mutants(directive: &str, functions: &Functions, random: &mut Random) -> Vec<Mutant> {
    let failing = failing(directive, functions, random).into_iter();
    let failing = failing.map(|text| {
        let verdict = if returns_module(&text) { Verdict::Unreadable } else { Verdict::Failed };
        Mutant { text, verdict }
    });
    let unreadable = mistyped(directive, random).into_iter().chain(annotated(directive));
    failing.chain(unreadable.map(|text| Mutant { text, verdict: Verdict::Unreadable })).collect()
}

/// Whether it asserts that a module returns: only an action returns results.
fn returns_module(directive: &str) -> bool {
    matches!(children(directive)[..], ["assert_return", subject, ..] if keyword(subject) == "module")
}

/// The assertion in an annotation that is broken, so that it is no annotation.
fn annotated(directive: &str) -> Option<String> {
    let parts = children(directive);
    let acts = parts.get(1).is_some_and(|subject| matches!(keyword(subject), "invoke" | "get"));
    (acts && parts[0].starts_with("assert_")).then(|| format!("(@ {directive})"))
}

/// The assertion with a component constant in place of a result or an argument.
fn mistyped(directive: &str, random: &mut Random) -> Option<String> {
    let parts = children(directive);
    if parts.first() != Some(&"assert_return") {
        return None;
    }
    let constants: Vec<&str> = match &parts[2..] {
        [] => children(parts[1]).into_iter().filter(|part| part.starts_with('(')).collect(),
        results => results.to_vec(),
    };
    // Pieces are slices of the directive, so the start address identifies one among equal ones.
    let constant = constants.get(random.below(constants.len().max(1)))?;
    let at = constant.as_ptr() as usize - directive.as_ptr() as usize;
    let (before, behind) = (&directive[..at], &directive[at + constant.len()..]);
    Some(format!("{before}{}{behind}", random.one_of(MISTYPED)))
}

/// The mutants that can be read, act and fail.
fn failing(directive: &str, functions: &Functions, random: &mut Random) -> Vec<String> {
    let parts = children(directive);
    let subject = parts.get(1).copied().unwrap_or_default();
    let other_trap = |words: &str, random: &mut Random| {
        let others = TRAPS.iter().filter(|other| {
            let words = words.trim_matches('"');
            !other.starts_with(words) && !words.starts_with(*other) && !both_null(other, words)
        });
        random.one_of(&others.copied().collect::<Vec<_>>()).to_string()
    };
    let trap = |random: &mut Random| format!("(assert_trap {subject} {:?})", random.one_of(TRAPS));
    let exhaustion = || format!("(assert_exhaustion {subject} \"call stack exhausted\")");
    let exception = || format!("(assert_exception {subject})");
    let returns = || format!("(assert_return {subject})");
    let links = || format!("(assert_unlinkable {subject} \"unknown import\")");
    match parts.first().copied().unwrap_or_default() {
        "assert_return" => {
            let mut mutants = other_results(subject, &parts[2..], functions, random);
            mutants.extend([trap(random), format!("(assert_trap {subject} \"\")")]);
            mutants.extend([exhaustion(), exception()]);
            mutants
        }
        "assert_trap" => {
            let words = other_trap(parts[2], random);
            let mut mutants = vec![format!("(assert_trap {subject} {words:?})"), returns()];
            mutants.push(format!("(assert_trap {subject} \"no such words\")"));
            // The only action that assertions take on a module is its instantiation.
            match keyword(subject) {
                "module" => mutants.push(links()),
                _ => mutants.extend([exhaustion(), exception()]),
            }
            mutants
        }
        "assert_exhaustion" => {
            let words = format!("(assert_exhaustion {subject} \"no such words\")");
            vec![words, trap(random), returns(), exception()]
        }
        "assert_exception" => vec![trap(random), returns(), exhaustion()],
        "assert_invalid" => {
            let malformed = format!("(assert_malformed {subject} {})", parts[2]);
            vec![malformed, returns(), links(), format!("(assert_trap {subject} \"\")")]
        }
        "assert_malformed" => {
            let invalid = format!("(assert_invalid {subject} {})", parts[2]);
            vec![invalid, returns(), links(), format!("(assert_trap {subject} \"\")")]
        }
        "assert_unlinkable" => {
            let words = parts[2].trim_matches('"');
            let others = LINK_ERRORS.iter().chain(TRAPS).chain(&["no such words"]);
            let others = others.filter(|other| !other.starts_with(words));
            let unlinkable = |other| format!("(assert_unlinkable {subject} {other:?})");
            let mut mutants: Vec<String> = others.map(unlinkable).collect();
            mutants.push(returns());
            // A segment out of bounds traps, and those before it take effect.
            if !parts[2].contains("segment") {
                mutants.push(format!("(assert_invalid {subject} \"\")"));
            }
            mutants
        }
        "module" if subject != "instance" => ["assert_invalid", "assert_malformed"]
            .map(|it| format!("({it} {directive} \"\")"))
            .into(),
        "invoke" | "get" => {
            let results = "(i32.const 0) ".repeat(50);
            vec![
                format!("(assert_return {directive} {results})"),
                format!("(assert_trap {directive} \"\")"),
                format!("(assert_exception {directive})"),
                format!("(assert_exhaustion {directive} \"\")"),
            ]
        }
        _ => Vec::new(),
    }
}

/// All null references are one kind of trap, whatever the message.
fn both_null(one: &str, other: &str) -> bool {
    one.starts_with("null") && other.starts_with("null")
}

/// The same action with other results: one of them is wrong, or each in turn if one names a
/// function.
fn other_results(
    action: &str,
    results: &[&str],
    functions: &Functions,
    random: &mut Random,
) -> Vec<String> {
    let asserted = |results: &[String]| format!("(assert_return {action} {})", results.join(" "));
    let owned: Vec<String> = results.iter().map(|result| result.to_string()).collect();
    let mut more = owned.clone();
    more.push("(i32.const 0)".to_string());
    let mut mutants = vec![asserted(&more)];
    if !results.is_empty() {
        let at = random.below(results.len());
        mutants.push(asserted(&[&owned[..at], &owned[at + 1..]].concat()));
        let names_function =
            |result: &&str| keyword(result) == "ref.func" && children(result).len() > 1;
        let wrong = if results.iter().any(names_function) { 0..results.len() } else { at..at + 1 };
        for at in wrong {
            for other in other_values(results[at], functions, random) {
                let mut changed = owned.clone();
                changed[at] = other;
                mutants.push(asserted(&changed));
            }
        }
    }
    mutants
}

/// Patterns that match no value that this one matches.
fn other_values(pattern: &str, functions: &Functions, random: &mut Random) -> Vec<String> {
    let parts = children(pattern);
    let argument = parts.get(1).copied();
    let other_type = match parts[0] {
        "i32.const" => "(i64.const 0)",
        "i64.const" => "(f64.const 0)",
        "f32.const" => "(i32.const 0)",
        "f64.const" => "(f32.const nan:arithmetic)",
        "v128.const" => "(i64.const 0)",
        _ => "(i32.const 1)",
    };
    let mut others = vec![other_type.to_string()];
    others.push(random.one_of(&["(ref.cont)", "(ref.null cont)", "(ref.i31_shared)"]).to_string());
    let mut add = |other: &str| others.push(other.to_string());
    match (parts[0], argument) {
        ("v128.const", Some(shape)) => {
            let lane = 2 + random.below(parts.len() - 2);
            let mut lanes: Vec<String> = parts[1..].iter().map(|part| part.to_string()).collect();
            lanes[lane - 1] = other_number(&shape[..1], parts[lane], width(shape), random);
            add(&format!("(v128.const {})", lanes.join(" ")));
        }
        (constant, Some(number)) if constant.ends_with(".const") => {
            let width = if constant[1..].starts_with("32") { 32 } else { 64 };
            let other = other_number(&constant[..1], number, width, random);
            add(&format!("({constant} {other})"));
        }
        ("ref.null", Some("func" | "nofunc")) => {
            ["(ref.func)", "(ref.null extern)", "(ref)"].into_iter().for_each(add);
        }
        ("ref.null", Some("extern" | "noextern")) => {
            ["(ref.extern)", "(ref.null func)", "(ref.extern 0)", "(ref)"]
                .into_iter()
                .for_each(add);
        }
        ("ref.null", _) => ["(ref.func)", "(ref)"].into_iter().for_each(add),
        ("ref.extern" | "ref.host", Some(number)) => {
            let other = number.parse::<u32>().unwrap() ^ 1 << random.below(32);
            add(&format!("({} {other})", parts[0]));
            add("(ref.null)");
        }
        ("ref.func", name) => {
            ["(ref.null)", "(ref)", "(ref.func 4294967295)", "(ref.func $nobody)"]
                .into_iter()
                .for_each(&mut add);
            let others = name.map(|name| functions.others(name)).unwrap_or_default();
            others.iter().for_each(|other| add(&format!("(ref.func {other})")));
        }
        ("ref.struct", _) => ["(ref.null)", "(ref.array)"].into_iter().for_each(add),
        ("ref.array" | "ref.i31", _) => ["(ref.null)", "(ref.struct)"].into_iter().for_each(add),
        ("ref.extern" | "ref.any" | "ref.eq" | "ref.exn" | "ref", _) => add("(ref.null)"),
        // In the suites, all alternatives have one type.
        ("either", Some(first)) => {
            others.clear();
            others.extend(other_values(first, functions, random).into_iter().take(1));
        }
        other => panic!("teach the mutants {other:?}"),
    }
    others
}

/// The bits of a lane in this shape, for example `i8x16`.
fn width(shape: &str) -> u32 {
    shape[1..].split('x').next().unwrap_or_default().parse().unwrap()
}

/// A different number of the same type, chosen by the type's first letter; never another spelling
/// of the same number.
fn other_number(ty: &str, number: &str, width: u32, random: &mut Random) -> String {
    match (ty, number) {
        ("i", _) => {
            let bits = integer(number) & (u64::MAX >> (64 - width));
            (bits ^ 1 << random.below(width as usize)).to_string()
        }
        (_, "nan:canonical" | "nan:arithmetic") => random.one_of(&["0", "-inf", "nan:0x1"]).into(),
        _ => match number.strip_prefix('-') {
            Some(positive) => positive.to_string(),
            None => format!("-{}", number.trim_start_matches('+')),
        },
    }
}

fn integer(number: &str) -> u64 {
    let plain = number.replace('_', "");
    let digits = plain.trim_start_matches(['+', '-']);
    let value = match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    let value = value.unwrap();
    if plain.starts_with('-') { value.wrapping_neg() } else { value }
}
