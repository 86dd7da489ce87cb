//! Takes the needs of a file outside every table, as stated by the user or the file; gives
//! features. A file states them in lines at its top, as wasmtime's own suite does: `;;! gc = true`.
//! Sees no engine.

use crate::needs::Base;
use wassay_engine::{Feature, Features};

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
            (Some(name), _) => so_far.with(name.parse::<Feature>()?),
            (_, Some(name)) => so_far.minus(Features::of(&[name.parse::<Feature>()?])),
            _ if word == "all" => Features::all(),
            _ => match Base::of(word) {
                Some(base) => base.features(),
                None => {
                    return Err(format!(
                        "`{word}` is neither wasm1, wasm2, wasm3 nor all; write +{word} to add a \
                         feature"
                    ));
                }
            },
        });
    }
    features.ok_or_else(|| "no feature is named".to_string())
}

/// The features named in the lines at the top of a script, in addition to those of 2.0; `None` if
/// they name none. Other keys in these lines are ignored.
///
/// # Errors
/// If the lines are not TOML.
pub(crate) fn header(script: &[u8]) -> Result<Option<Features>, String> {
    let lines = script.split(|&byte| byte == b'\n');
    let lines = lines.map_while(|line| line.trim_ascii_start().strip_prefix(b";;!"));
    let text: Vec<_> = lines.map(|line| String::from_utf8_lossy(line)).collect();
    if text.is_empty() {
        return Ok(None);
    }
    let table: toml::Table = toml::from_str(&text.join("\n"))
        .map_err(|error| format!("the lines `;;!` at its top are not TOML: {}", error.message()))?;
    let mut features = None;
    for (key, value) in &table {
        let (Ok(feature), Some(is_on)) = (key.replace('_', "-").parse(), value.as_bool()) else {
            continue;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_adds_to_a_version_and_takes_away() {
        let two = Features::WASM2;
        let (gc, simd) = (Features::of(&[Feature::Gc]), Features::of(&[Feature::Simd]));
        assert_eq!(parse_features("wasm2,+gc,-simd"), Ok(two.and(gc).minus(simd)));
        assert_eq!(parse_features("-simd"), Ok(Features::all().minus(simd)));
        assert_eq!(parse_features("all"), Ok(Features::all()));
        for (wrong, word) in [
            ("wasm4", "`wasm4` is neither"),
            ("gc", "write +gc"),
            ("+smid", "smid"),
            ("", "no feature"),
        ] {
            let error = parse_features(wrong).unwrap_err();
            assert!(error.contains(word), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_script_says_what_it_needs() {
        let two = Features::WASM2;
        let of = |text: &str| header(text.as_bytes());
        assert_eq!(of("(module)\n;;! gc = true"), Ok(None));
        assert_eq!(of(";;! why = \"x\"\n"), Ok(None));
        let gc = two.with(Feature::Gc).with(Feature::FunctionReferences);
        assert_eq!(of(";;! gc = true\n;;! hogs_memory = true\n(module)"), Ok(Some(gc)));
        let simd = two.minus(Features::of(&[Feature::Simd])).with(Feature::MultiMemory);
        assert_eq!(of(";;! simd = false\n;;! multi_memory = true\n"), Ok(Some(simd)));
        assert!(of(";;! gc = \n").unwrap_err().contains("not TOML"));
    }
}
