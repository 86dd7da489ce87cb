//! Takes an unknown word and the known names; returns the most similar name. Knows nothing about
//! the names.

/// A name below this similarity is not suggested.
const SIMILAR: f64 = 0.6;
/// A word with at least this similarity to a name misspells it.
const NEAR: f64 = 0.75;

/// The name most similar to the word, if one is similar enough.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    most_similar(word, names.into_iter().map(|name| (name, name)), SIMILAR)
}

/// The name that the word misspells. Use it if the word may be a correct name that is not among
/// these: `wasmtime` does not misspell `wasmi`.
pub fn near_miss<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    most_similar(word, names.into_iter().map(|name| (name, name)), NEAR)
}

/// `; did you mean ...?` with the most similar name, or an empty text.
pub fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The value of the spelling that is most similar to the word, with at least this similarity; the
/// first of equals.
pub(crate) fn most_similar<'a>(
    word: &str,
    spellings: impl Iterator<Item = (&'a str, &'a str)>,
    least: f64,
) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for (spelling, name) in spellings {
        let similarity = strsim::normalized_damerau_levenshtein(spelling, word);
        if similarity >= least && best.is_none_or(|(so_far, _)| similarity > so_far) {
            best = Some((similarity, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_similar_name_is_suggested() {
        let names = ["gc", "simd", "multi-memory"];
        let cases =
            [("gcc", Some("gc")), ("smid", Some("simd")), ("multi_memory", Some("multi-memory"))];
        for (word, meant) in cases.into_iter().chain([("threads", None), ("", None)]) {
            assert_eq!(nearest(word, names), meant, "{word}");
        }
        let engines = ["cranelift", "wasmi"];
        let cases =
            [("wasmy", Some("wasmi")), ("craneleft", Some("cranelift")), ("wasmtime", None)];
        for (word, meant) in cases {
            assert_eq!(near_miss(word, engines), meant, "{word}");
        }
        assert_eq!(did_you_mean("gcc", names), "; did you mean `gc`?");
        assert_eq!(did_you_mean("threads", names), "");
    }
}
