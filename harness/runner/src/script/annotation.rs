//! Takes the text of an annotation whose name begins with `wassay`; gives the directive.
//! Runners that do not know these annotations skip them, as the text format demands. Sees no engine.

use super::Unreadable;
use super::directive::{self, Directive};
use super::keyword::nearest;
use super::lexer::{Lexer, Token};
use super::request::Annotation;
use std::borrow::Cow;
use wast::lexer::Lexer as WastLexer;
use wast::parser::{self, Parse, Parser, Result};

/// The prefix of the names, without its dot.
const PREFIX: &str = "wassay";

/// The names of all annotations.
pub(super) const ANNOTATIONS: &[&str] = &[
    "wassay.drop",
    "wassay.collect",
    "wassay.take",
    "wassay.put",
    "wassay.instance",
    "wassay.session",
    "wassay.engine",
    "wassay.compile",
    "wassay.reload",
    "wassay.serialize",
    "wassay.deserialize",
    "wassay.backtrace",
    "wassay.host",
    "wassay.register",
    "wassay.assert_return",
    "wassay.assert_trap",
    "wassay.assert_refused",
    "wassay.assert_accepted",
    "wassay.expect",
    "wassay.assert_miss",
    "wassay.assert_rejected",
    "wassay.assert_incompatible",
    "wassay.assert_backtrace",
];

/// The name of the annotation that begins here.
pub(super) fn name(text: &str) -> Option<Cow<'_, str>> {
    WastLexer::new(text).annotation(1).ok()??.annotation(text).ok()
}

/// The kind of the step that begins with this annotation.
pub(super) fn kind(text: &[u8]) -> String {
    let valid = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default(),
    };
    name(valid).map_or_else(|| "@".to_string(), |name| format!("@{name}"))
}

/// Whether an annotation of this name is a directive. Every name that begins with ours counts, and
/// so does one with a mistyped prefix: such an annotation is unreadable, not skipped.
pub(crate) fn is_directive(name: &str) -> bool {
    let (prefix, own) = parts(name);
    prefix.starts_with(PREFIX)
        || !own.is_empty()
            && prefix.len() <= PREFIX.len() + 1
            && strsim::damerau_levenshtein(prefix, PREFIX) <= 1
}

/// The prefix of a name, and the rest without what divides them.
fn parts(name: &str) -> (&str, &str) {
    let is_divider = |c: char| !c.is_alphanumeric();
    let end = name.find(is_divider).unwrap_or(name.len());
    (&name[..end], name[end..].trim_start_matches(is_divider))
}

/// The problem of a form that contains a directive of ours: each stands alone.
pub(super) fn misplaced(text: &str) -> Option<Unreadable> {
    if !text.contains("(@") {
        return None;
    }
    let mut lexer = Lexer::new(text.as_bytes());
    lexer.next()?;
    std::iter::from_fn(|| lexer.next()).find_map(|(token, at)| {
        let name = name(&text[at..]).filter(|_| token == Token::OpenAnnotation)?;
        let message = format!("a `@{}` cannot be here: it is a directive", short(&name));
        is_directive(&name).then_some(Unreadable { message, offset: Some(at) })
    })
}

/// Reads an annotation, and passes its content on.
pub(super) fn read<R>(
    text: &str,
    then: impl FnOnce(std::result::Result<Directive<'_>, Unreadable>) -> R,
) -> R {
    let name = name(text).unwrap_or_default();
    if let Some(misplaced) = misplaced(text) {
        return then(Err(misplaced));
    }
    if !ANNOTATIONS.contains(&&*name) {
        return then(Err(Unreadable { message: not_known(&name), offset: Some(1) }));
    }
    let buffer = match directive::tokens(text) {
        Ok(buffer) => buffer,
        Err(error) => return then(Err(directive::unreadable(&error))),
    };
    let parsed = parser::parse::<Form<'_>>(&buffer);
    then(match parsed {
        Ok(Form(annotation)) => Ok(Directive::Annotation(annotation)),
        Err(error) => Err(directive::unreadable(&error)),
    })
}

pub(super) fn not_known(name: &str) -> String {
    let short = short(name);
    let (_, own) = parts(name);
    let all = || ANNOTATIONS.iter().map(|name| parts(name).1);
    let begins = || all().filter(|it| own.starts_with(it)).max_by_key(|it| it.len());
    match nearest(own, all()).or_else(begins) {
        Some(near) => {
            format!("unknown annotation `@{short}` (did you mean `@{PREFIX}.{near}`?)")
        }
        None => format!("unknown annotation `@{short}`"),
    }
}

fn short(name: &str) -> String {
    name.chars().take(64).collect()
}

/// An annotation in its parentheses.
struct Form<'a>(Annotation<'a>);

impl<'a> Parse<'a> for Form<'a> {
    fn parse(parser: Parser<'a>) -> Result<Self> {
        let _known: Vec<_> =
            ANNOTATIONS.iter().map(|name| parser.register_annotation(name)).collect();
        parser.parens(Annotation::parse).map(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;

    #[test]
    fn an_annotation_of_ours_is_a_directive_and_others_are_not() {
        for (name, is_ours) in [
            ("wassay.drop", true),
            ("wassay.frobnicate", true),
            ("wasay.drop", true),
            ("wassay", true),
            ("wassay_drop", true),
            ("wassay-assert_return", true),
            ("wassay:assert_return", true),
            ("wassaydrop", true),
            ("wasay_drop", true),
            ("wasay", false),
            ("assay", false),
            ("custom", false),
            ("metadata.code.branch_hint", false),
        ] {
            assert_eq!(is_directive(name), is_ours, "{name}");
            for text in [format!("(@{name} $M)"), format!("(@\"{name}\" $M)")] {
                let steps = Script::parse(&*text).steps().to_vec();
                let kinds: Vec<&str> = steps.iter().map(|step| &*step.kind).collect();
                let expected = format!("@{name}");
                assert_eq!(kinds, is_ours.then_some(&*expected).into_iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_directive_in_another_annotation_is_unreadable_and_does_not_vanish() {
        for (text, at) in [
            ("(@note (@wassay.drop $M))", Some(7)),
            ("(@note (x (@wassay.drop $M)))", Some(10)),
            ("(@wassay.collect (@wassay.drop $M))", Some(17)),
            ("(@note (@other x))", None),
            ("(@note \"(@wassay.drop $M)\" (; (@wassay.drop $M) ;))", None),
        ] {
            let script = Script::parse(text);
            let read = |step| script.read(step, |directive| directive.err());
            let found: Vec<_> = script.steps().iter().map(read).collect();
            let misplaced = |at| {
                let message = "a `@wassay.drop` cannot be here: it is a directive".to_string();
                Some(Unreadable { message, offset: Some(at) })
            };
            assert_eq!(found, at.map(misplaced).into_iter().collect::<Vec<_>>(), "{text}");
        }
    }
}
