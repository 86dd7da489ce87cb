//! Takes a word that may begin a directive; gives the keyword that it is, or probably should be.
//! Sees no other text.

/// Keywords that may begin a line, where reading resumes after unbalanced text.
pub(super) const DIRECTIVES: &[&str] = &[
    "module",
    "register",
    "invoke",
    "get",
    "thread",
    "wait",
    "assert_return",
    "assert_trap",
    "assert_exhaustion",
    "assert_exception",
    "assert_suspension",
    "assert_malformed",
    "assert_invalid",
    "assert_malformed_custom",
    "assert_invalid_custom",
    "assert_unlinkable",
    "component",
];

/// The specification's commands to its own interpreter: recognised but not performed.
pub(super) const META: &[&str] = &["script", "input", "output"];

/// The keyword that this word is, or the closest one if only a few letters differ.
pub(crate) fn meant(word: &str) -> Option<&'static str> {
    let all = || DIRECTIVES.iter().chain(META).copied();
    if let Some(keyword) = all().find(|keyword| *keyword == word) {
        return Some(keyword);
    }
    nearest(word, all())
}

/// The closest of these words if only a few letters differ.
pub(super) fn nearest<'w>(word: &str, all: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    // Longer words are too different from all of them.
    let word: String = word.chars().take(40).collect();
    let length = word.chars().count();
    let near = all.filter(|keyword| keyword.len().abs_diff(length) <= keyword.len() / 4);
    let near = near.map(|keyword| (strsim::damerau_levenshtein(&word, keyword), keyword));
    let (letters, keyword) = near.min()?;
    (letters <= keyword.len() / 4).then_some(keyword)
}

/// The keyword of a directive that changes the meaning of names, if this word is its beginning: the
/// rest may stand behind a stray parenthesis, quote or space.
pub(crate) fn begun(word: &str) -> Option<&'static str> {
    const BINDING: [&str; 6] = ["module", "component", "register", "thread", "script", "input"];
    let is_begun = |keyword: &&str| !word.is_empty() && keyword.starts_with(word);
    BINDING.into_iter().find(is_begun)
}

/// Why a form with this keyword is not a directive.
pub(super) fn not_known(keyword: &str) -> String {
    let short: String = keyword.chars().take(64).collect();
    match meant(keyword) {
        _ if META.contains(&keyword) => {
            let instead = match keyword {
                "script" => "write the directives inside it at the top level",
                "input" => "copy the directives of that file to this place",
                _ => "remove it, because it checks nothing",
            };
            format!(
                "`{short}`, a command of the specification's interpreter, is not performed: {instead}"
            )
        }
        Some(meant) if meant == keyword => format!("a `{short}` cannot be here"),
        Some(meant) => format!("unknown directive `{short}` (did you mean `{meant}`?)"),
        None => format!("unknown directive `{short}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_begins_with_any_of_its_first_letters() {
        let words = ["m", "mod", "module", "reg", "in", "odule", "modules", "memory", ""];
        let found = words.map(begun);
        let (module, none) = (Some("module"), None);
        assert_eq!(
            found,
            [module, module, module, Some("register"), Some("input"), none, none, none, none]
        );
    }

    #[test]
    fn a_typo_is_close_to_its_keyword() {
        for (word, keyword) in [
            ("module", Some("module")),
            ("modul", Some("module")),
            ("asert_return", Some("assert_return")),
            ("assert_retrun", Some("assert_return")),
            ("assert_trp", Some("assert_trap")),
            ("regster", Some("register")),
            ("input", Some("input")),
            ("func", None),
            ("memory", None),
            ("frobnicate", None),
            ("", None),
        ] {
            assert_eq!(meant(word), keyword, "{word}");
        }
        assert_eq!(meant(&"x".repeat(1 << 20)), None);
    }
}
