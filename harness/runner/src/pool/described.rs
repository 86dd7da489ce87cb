//! What workers say about their engines: takes descriptions; gives what is wrong with one, or how
//! those of a later worker differ. Sees no process.

use wassay_engine::Feature;
use wassay_record::Engine;

/// The longest name, version, target or build of an engine, in bytes.
const LONGEST_TEXT: usize = 200;

/// The problem if an engine describes itself with text that reports cannot have on one line, or claims
/// an unknown feature, which would otherwise be ignored silently.
pub(super) fn unusable(engine: &Engine) -> Option<String> {
    let is_wrong = |text: &str| text.len() > LONGEST_TEXT || text.contains(char::is_control);
    let texts = [
        ("name", &engine.name),
        ("version", &engine.version),
        ("target", &engine.target),
        ("build", &engine.build),
    ];
    if engine.name.is_empty() {
        return Some("its engine has no name".to_string());
    }
    if let Some((what, text)) = texts.into_iter().find(|(_, text)| is_wrong(text)) {
        let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
        return Some(format!(
            "the {what} of its engine, `{shown}`, is not a line of at most {LONGEST_TEXT} bytes"
        ));
    }
    let unknown = engine.features.iter().find(|name| name.parse::<Feature>().is_err());
    unknown
        .map(|name| format!("its engine `{}` claims `{name}`, which is not a feature", engine.name))
}

/// How the engines of a later worker differ from those of the first one, with which the list of known
/// failures was compared.
pub(super) fn change(first: &[Engine], later: &[Engine]) -> Option<String> {
    let names = |engines: &[Engine]| {
        let names: Vec<_> = engines.iter().map(|engine| format!("`{}`", engine.name)).collect();
        names.join(", ")
    };
    if !first.iter().map(|engine| &engine.name).eq(later.iter().map(|engine| &engine.name)) {
        return Some(format!("it has the engines {}, not {}", names(later), names(first)));
    }
    let (old, new) = first.iter().zip(later).find(|(old, new)| old != new)?;
    let lists = |engine: &Engine| [engine.features.join(", "), engine.capabilities.join(", ")];
    let ([features, capabilities], [was_features, was_capabilities]) = (lists(new), lists(old));
    let parts = [
        ("version", &new.version, &old.version),
        ("target", &new.target, &old.target),
        ("build", &new.build, &old.build),
        ("notice", &new.notice, &old.notice),
        ("features", &features, &was_features),
        ("capabilities", &capabilities, &was_capabilities),
    ];
    let (part, is, was) = parts.into_iter().find(|(_, is, was)| is != was)?;
    Some(format!("the {part} of `{}`: `{is}`, not `{was}`", old.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_describes_itself_on_one_line() {
        let named = |name: &str| Engine { name: name.to_string(), ..Engine::default() };
        for (engine, problem) in [
            (named("e"), None),
            (named(""), Some("its engine has no name")),
            (
                named("e\n::error::forged"),
                Some(
                    "the name of its engine, `e\\n::error::forged`, is not a line of at most 200 bytes",
                ),
            ),
            (
                Engine { version: "1".repeat(201), ..named("e") },
                Some(
                    "the version of its engine, `1111111111111111111111111111111111111111`, is not \
                     a line of at most 200 bytes",
                ),
            ),
            (
                Engine { features: vec!["luck".to_string()], ..named("e") },
                Some("its engine `e` claims `luck`, which is not a feature"),
            ),
        ] {
            assert_eq!(unusable(&engine).as_deref(), problem);
        }
    }

    #[test]
    fn a_later_worker_has_the_same_engines() {
        let engine = |name: &str, version: &str, features: &[&str]| Engine {
            name: name.to_string(),
            version: version.to_string(),
            features: features.iter().map(ToString::to_string).collect(),
            ..Engine::default()
        };
        let first = [engine("e", "1", &["gc", "simd"])];
        for (later, how) in [
            (vec![engine("e", "1", &["gc", "simd"])], None),
            (vec![engine("e", "2", &["gc", "simd"])], Some("the version of `e`: `2`, not `1`")),
            (vec![engine("e", "1", &["gc"])], Some("the features of `e`: `gc`, not `gc, simd`")),
            (vec![engine("f", "1", &[])], Some("it has the engines `f`, not `e`")),
            (vec![], Some("it has the engines , not `e`")),
        ] {
            assert_eq!(change(&first, &later).as_deref(), how);
        }
    }
}
