//! Takes the needs of a file outside every table, as stated by the user or the file; returns
//! features. A file states them in lines at its top, as wasmtime's own suite does: `;;! gc = true`.
//! Sees no engine.

use crate::nearest::{did_you_mean, near_miss};
use crate::needs::Base;
use crate::top::entries;
use std::collections::BTreeMap;
use toml::{Spanned, Value};
use wassay_engine::{Feature, Features};
use wassay_tables::Lines;

/// The source of a script's needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// From a table of needs.
    Table,
    /// From the lines at its top.
    Header,
    /// From the user.
    User,
    /// No source: the script gets every available feature.
    Nobody,
}

/// The features of a text like `wasm2,+gc,-simd`: a version or `all`, then features to add and
/// remove. Without a version, the start is `all`.
///
/// # Errors
/// A sentence that names the word that is not a feature.
pub fn parse_features(text: &str) -> Result<Features, String> {
    let mut features = None;
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let so_far = features.unwrap_or(Features::all());
        features = Some(match (word.strip_prefix('+'), word.strip_prefix('-')) {
            (Some(name), _) => so_far.with(feature(name)?),
            (_, Some(name)) => so_far.minus(Features::of(&[feature(name)?])),
            _ if word == "all" => Features::all(),
            _ => match Base::of(word) {
                Some(base) => base.features(),
                None => return Err(no_base(word)),
            },
        });
    }
    features.ok_or_else(|| "no feature is named".to_string())
}

/// What is wrong with a word that is no version of the specification.
fn no_base(word: &str) -> String {
    let bases = Base::ALL.map(Base::name);
    let names = bases.iter().copied().chain(["all"]);
    let list = "wasm1, wasm2, wasm3 nor all";
    match (feature(word), near_miss(word, names)) {
        (Ok(_), _) => format!("`{word}` is neither {list}; write +{word} to add a feature"),
        (Err(_), Some(meant)) => {
            format!("`{word}` is neither {list}; did you mean `{meant}`?")
        }
        (Err(_), None) => {
            format!("`{word}` is neither {list}, nor a feature to add with + or remove with -")
        }
    }
}

/// The feature of this name.
pub(crate) fn feature(name: &str) -> Result<Feature, String> {
    let names = Feature::ALL.iter().map(|feature| feature.name());
    name.parse::<Feature>().map_err(|why| why + &did_you_mean(name, names))
}

/// The key of the version to which a script's features are added: `base = "wasm1"`.
const BASE_KEY: &str = "base";

/// The keys beside features that the lines at the top of a script may have: those of our own
/// regressions, then those of wasmtime's suite.
const OTHER_KEYS: &[&str] = &[
    "why",
    "issue",
    "component_model_async",
    "component_model_async_builtins",
    "component_model_async_stackful",
    "component_model_error_context",
    "component_model_fixed_length_lists",
    "component_model_gc",
    "component_model_implements",
    "component_model_map",
    "component_model_memory64",
    "component_model_more_async_builtins",
    "component_model_threading",
    "gc_types",
    "hogs_memory",
    "nan_canonicalization",
    "spec_test",
];

/// The features named in the lines `;;!` at the top of a script, in addition to those of the version
/// that [`BASE_KEY`] names, or of 2.0; `None` if they name neither. Only white space, comments and a
/// byte order mark may precede them. [`OTHER_KEYS`] are ignored.
///
/// # Errors
/// If the lines are not TOML, have an unknown key, name an unknown version, or set a feature to
/// anything but true or false; if one before the first directive stands in a block comment, or in or
/// after an annotation.
/// The message begins with the line number and a colon.
pub(crate) fn header(script: &[u8]) -> Result<Option<Features>, String> {
    let script = script.strip_prefix("\u{feff}".as_bytes()).unwrap_or(script);
    let text = entries(script).map_err(|line| {
        format!("{line}: this line `;;!` is not read: only white space and comments may precede it")
    })?;
    let lines = Lines::of(&text);
    let table: BTreeMap<Spanned<String>, Value> = lines.read().map_err(|wrong| {
        format!("{}: this line `;;!` is not TOML: {}", wrong.line, wrong.message)
    })?;
    let mut features = None;
    if let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == BASE_KEY) {
        let base = value.as_str().and_then(Base::of).ok_or_else(|| {
            let at = lines.line(key.span().start);
            let names = Base::ALL.map(Base::name).join(", ");
            format!("{at}: `{BASE_KEY}` names no version; the versions are {names}")
        })?;
        features = Some(base.features());
    }
    for (key, value) in &table {
        let (at, key) = (lines.line(key.span().start), key.get_ref());
        if key == BASE_KEY {
            continue;
        }
        let Ok(feature) = key.replace('_', "-").parse() else {
            if OTHER_KEYS.contains(&key.as_str()) {
                continue;
            }
            let near = near_key(key);
            return Err(format!("{at}: unknown key `{key}` in a line `;;!`{near}"));
        };
        let Some(is_on) = value.as_bool() else {
            return Err(format!("{at}: `{key}` is a feature: set it to true or false"));
        };
        let so_far: Features = features.unwrap_or(Features::WASM2);
        let implied = match feature {
            Feature::Gc => Features::of(&[Feature::Gc, Feature::FunctionReferences]),
            feature => Features::of(&[feature]),
        };
        features = Some(match is_on {
            true => so_far.and(implied),
            false => so_far.minus(Features::of(&[feature])),
        });
    }
    Ok(features)
}

/// A suggestion for an unknown key.
fn near_key(key: &str) -> String {
    let features: Vec<String> =
        Feature::ALL.iter().map(|feature| feature.name().replace('-', "_")).collect();
    let others = [BASE_KEY].into_iter().chain(OTHER_KEYS.iter().copied());
    let names = features.iter().map(String::as_str).chain(others);
    did_you_mean(&key.replace('-', "_"), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_adds_and_removes_features_of_a_version() {
        let two = Features::WASM2;
        let (gc, simd) = (Features::of(&[Feature::Gc]), Features::of(&[Feature::Simd]));
        assert_eq!(parse_features("wasm2,+gc,-simd"), Ok(two.and(gc).minus(simd)));
        assert_eq!(parse_features("-simd"), Ok(Features::all().minus(simd)));
        assert_eq!(parse_features("all"), Ok(Features::all()));
        for (wrong, word) in [
            ("wasm4", "`wasm4` is neither"),
            ("gc", "write +gc"),
            ("+smid", "unknown feature `smid`; did you mean `simd`?"),
            ("-gcc", "unknown feature `gcc`; did you mean `gc`?"),
            ("", "no feature"),
        ] {
            let error = parse_features(wrong).unwrap_err();
            assert!(error.contains(word), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_script_states_its_needs() {
        let two = Features::WASM2;
        let of = |text: &str| header(text.as_bytes());
        assert_eq!(of("(module)\n;;! gc = true"), Ok(None));
        assert_eq!(of(";;! why = \"x\"\n"), Ok(None));
        let gc = two.with(Feature::Gc).with(Feature::FunctionReferences);
        assert_eq!(of(";;! gc = true\n;;! hogs_memory = true\n(module)"), Ok(Some(gc)));
        let simd = two.minus(Features::of(&[Feature::Simd])).with(Feature::MultiMemory);
        assert_eq!(of(";;! simd = false\n;;! multi_memory = true\n"), Ok(Some(simd)));
        assert_eq!(of(";;! base = \"wasm2\"\n"), Ok(Some(two)));
        assert_eq!(of(";;! base = \"wasm1\"\n"), Ok(Some(Features::WASM1)));
        // The order of the lines has no meaning.
        let tags = Features::WASM1.with(Feature::Exceptions);
        assert_eq!(of(";;! exceptions = true\n;;! base = \"wasm1\"\n"), Ok(Some(tags)));
        assert_eq!(of(";;! base = \"wasm1\"\n;;! exceptions = true\n"), Ok(Some(tags)));
    }

    #[test]
    fn header_lines_are_found_anywhere_before_the_first_directive() {
        let gc = Features::WASM2.with(Feature::Gc).with(Feature::FunctionReferences);
        for text in [
            ";;! gc = true",
            ";;! gc = true\r\n",
            ";;! why = \"x\"\r\n;;! gc = true\r\n(module)\r\n",
            "\u{feff};;! gc = true\n(module)",
            "\u{feff}\r\n;;! gc = true\r\n",
            "\n;;! gc = true\n(module)",
            " \t\n\n  ;;! gc = true\n(module)",
            ";; Copyright\n;;! gc = true\n(module)",
            ";;! why = \"x\"\n\n;; more\n;;! gc = true\n",
            "(; a licence\n(; of ;) ;)\n\n;;! gc = true\n(module)",
            "(; c ;) ;;! gc = true",
            ";;! gc = true\r(module)",
        ] {
            assert_eq!(header(text.as_bytes()), Ok(Some(gc)), "{text:?}");
            let typo = text.replace("gc", "gcc");
            let line = 1 + text.split("gc").next().unwrap().matches('\n').count();
            let error = header(typo.as_bytes()).unwrap_err();
            assert!(error.starts_with(&format!("{line}: unknown key `gcc`")), "{text:?}: {error}");
        }
    }

    #[test]
    fn unknown_header_lines_are_rejected_with_their_line() {
        let refused = |text: &str| header(text.as_bytes()).unwrap_err();
        assert!(
            refused(";;! why = \"x\"\n;;! gc = \n").starts_with("2: this line `;;!` is not TOML")
        );
        assert_eq!(
            refused(";;! gcc = true\n"),
            "1: unknown key `gcc` in a line `;;!`; did you mean `gc`?"
        );
        assert_eq!(
            refused(";;! why = \"x\"\n;;! multi-memry = true\n"),
            "2: unknown key `multi-memry` in a line `;;!`; did you mean `multi_memory`?"
        );
        assert_eq!(refused(";;! q = 1"), "1: unknown key `q` in a line `;;!`");
        let late = "3: this line `;;!` is not read: only white space and comments may precede it";
        assert_eq!(refused("(;\n\n;;! gc = true\n;)\n(module)"), late);
        assert_eq!(refused(";;! gc = true\n(@note)\n;;! simd = false\n(module)"), late);
        assert_eq!(refused(";;! gc = 1"), "1: `gc` is a feature: set it to true or false");
        for base in ["base = \"wasm4\"", "base = 1", "base = true"] {
            assert_eq!(
                refused(&format!(";;! why = \"x\"\n;;! {base}")),
                "2: `base` names no version; the versions are wasm1, wasm2, wasm3"
            );
        }
    }

    #[test]
    fn keys_for_other_readers_are_no_features() {
        for key in OTHER_KEYS.iter().chain([&BASE_KEY]) {
            assert!(key.replace('_', "-").parse::<Feature>().is_err(), "{key}");
        }
        for key in OTHER_KEYS {
            assert_eq!(header(format!(";;! {key} = true").as_bytes()), Ok(None));
        }
    }
}
