//! Takes the text of an annotation whose name begins with `wassay.`; gives what the script asks of
//! the embedder. Runners that do not know these annotations skip them, as the text format demands.
//! Sees no engine.

use super::directive::{self, Action, Directive};
use super::keyword::nearest;
use super::lexer::{Lexer, Token};
use super::{Unreadable, names_function, values};
use crate::wire;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use wassay_engine::Value;
use wassay_record::Pattern;
use wast::lexer::Lexer as WastLexer;
use wast::parser::{self, Parse, Parser, Result};
use wast::token::{Id, Span};

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
    "wassay.assert_return",
    "wassay.assert_trap",
    "wassay.assert_refused",
];

/// What a script asks of the embedder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Annotation<'a> {
    /// Drops the instance and the module with this id.
    Drop { id: &'a str },
    /// Frees what nothing reaches.
    Collect,
    /// Keeps a reference under an id.
    Take {
        id: &'a str,
        #[serde(borrow)]
        from: Source<'a>,
    },
    /// Writes a kept reference.
    Put { into: Place<'a>, id: &'a str },
    /// Instantiates a kept module.
    Instance { id: &'a str, module: &'a str },
    /// What follows is performed in this session of the engine; without an id, in its first one.
    Session { id: Option<&'a str> },
    /// What follows is performed in the first session of this engine; without an id, of the first
    /// engine.
    Engine { id: Option<&'a str> },
    /// Uses what is of another session or engine, which must be refused.
    AssertRefused {
        #[serde(borrow)]
        attempt: Attempt<'a>,
    },
    /// Calls a function, which must return.
    AssertReturn {
        #[serde(borrow)]
        call: Call<'a>,
        expected: Vec<Pattern>,
    },
    /// Calls a function, which must trap.
    AssertTrap {
        #[serde(borrow)]
        call: Call<'a>,
        message: &'a str,
    },
}

/// Where a reference is stored.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Place<'a> {
    /// An element of an exported table.
    Element { instance: Option<&'a str>, name: &'a str, index: u64 },
    /// An exported global.
    Global { instance: Option<&'a str>, name: &'a str },
}

/// Where a reference comes from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Source<'a> {
    Place(#[serde(borrow)] Place<'a>),
    /// An export of any kind.
    Export {
        instance: Option<&'a str>,
        name: &'a str,
    },
    /// A module.
    Module {
        id: &'a str,
    },
    /// The result of a call.
    Result(#[serde(borrow)] Action<'a>),
}

/// What an assertion performs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Call<'a> {
    /// A call of a kept function.
    Kept {
        id: &'a str,
        #[serde(with = "wire::values")]
        args: Vec<Value>,
    },
    /// A call of an export, as in the specification's directives, which every runner performs.
    Export(#[serde(borrow)] Action<'a>),
}

/// A use of what is of another session or engine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Attempt<'a> {
    Call(#[serde(borrow)] Call<'a>),
    Put {
        #[serde(borrow)]
        into: Place<'a>,
        id: &'a str,
    },
    /// Reads a kept table, memory or global.
    Read {
        id: &'a str,
    },
    /// Instantiates a kept module with kept imports.
    Instance {
        module: &'a str,
        imports: Vec<&'a str>,
    },
}

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

/// Whether an annotation of this name is a directive. A mistyped prefix counts, so that it is not
/// skipped.
pub(crate) fn is_directive(name: &str) -> bool {
    let Some((prefix, _)) = name.split_once('.') else { return false };
    prefix.len() <= PREFIX.len() + 1 && strsim::damerau_levenshtein(prefix, PREFIX) <= 1
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

fn not_known(name: &str) -> String {
    let short = short(name);
    let own = name.split_once('.').map_or("", |(_, own)| own);
    let all = ANNOTATIONS.iter().filter_map(|name| name.split_once('.'));
    match nearest(own, all.map(|(_, own)| own)) {
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

impl<'a> Parse<'a> for Annotation<'a> {
    fn parse(parser: Parser<'a>) -> Result<Self> {
        let (name, span) = parser.step(|cursor| match cursor.annotation()? {
            Some((name, rest)) => Ok(((name, cursor.cur_span()), rest)),
            None => Err(cursor.error("expected an annotation")),
        })?;
        Ok(match name.split_once('.').map_or("", |(_, own)| own) {
            "drop" => Annotation::Drop { id: id(parser)? },
            "collect" => Annotation::Collect,
            "take" => Annotation::Take { id: id(parser)?, from: parser.parens(source)? },
            "put" => Annotation::Put { into: parser.parens(place)?, id: id(parser)? },
            "instance" => Annotation::Instance { id: id(parser)?, module: id(parser)? },
            "session" => Annotation::Session { id: directive::id(parser)? },
            "engine" => Annotation::Engine { id: directive::id(parser)? },
            "assert_refused" => Annotation::AssertRefused { attempt: parser.parens(attempt)? },
            "assert_return" => {
                let call = parser.parens(call)?;
                let mut expected = Vec::new();
                while !parser.is_empty() {
                    expected.push(parser.parens(result)?);
                }
                Annotation::AssertReturn { call, expected }
            }
            "assert_trap" => {
                Annotation::AssertTrap { call: parser.parens(call)?, message: parser.parse()? }
            }
            _ => return Err(parser.error_at(span, not_known(name))),
        })
    }
}

fn id<'a>(parser: Parser<'a>) -> Result<&'a str> {
    Ok(parser.parse::<Id<'a>>()?.name())
}

fn source<'a>(parser: Parser<'a>) -> Result<Source<'a>> {
    let (word, span) = word(parser)?;
    Ok(match word {
        "export" => Source::Export { instance: directive::id(parser)?, name: parser.parse()? },
        "invoke" => Source::Result(directive::invoke(parser)?),
        "module" => Source::Module { id: id(parser)? },
        _ => match place_of(word, parser)? {
            Some(place) => Source::Place(place),
            None => {
                let what = "expected `table`, `global`, `export`, `module` or `invoke`";
                return Err(parser.error_at(span, what));
            }
        },
    })
}

fn place<'a>(parser: Parser<'a>) -> Result<Place<'a>> {
    let (word, span) = word(parser)?;
    place_of(word, parser)?.ok_or_else(|| parser.error_at(span, "expected `table` or `global`"))
}

fn place_of<'a>(word: &str, parser: Parser<'a>) -> Result<Option<Place<'a>>> {
    Ok(match word {
        "table" => {
            let (instance, name) = (directive::id(parser)?, parser.parse()?);
            Some(Place::Element { instance, name, index: parser.parse()? })
        }
        "global" => Some(Place::Global { instance: directive::id(parser)?, name: parser.parse()? }),
        _ => None,
    })
}

fn call<'a>(parser: Parser<'a>) -> Result<Call<'a>> {
    match word(parser)? {
        ("call", _) => kept_call(parser),
        ("invoke", _) => directive::invoke(parser).map(Call::Export),
        (_, span) => Err(parser.error_at(span, "expected `call` or `invoke`")),
    }
}

fn attempt<'a>(parser: Parser<'a>) -> Result<Attempt<'a>> {
    let (word, span) = word(parser)?;
    Ok(match word {
        "call" => Attempt::Call(kept_call(parser)?),
        "put" => Attempt::Put { into: parser.parens(place)?, id: id(parser)? },
        "read" => Attempt::Read { id: id(parser)? },
        "instance" => {
            let (module, mut imports) = (id(parser)?, Vec::new());
            while !parser.is_empty() {
                imports.push(id(parser)?);
            }
            Attempt::Instance { module, imports }
        }
        _ => {
            return Err(parser.error_at(span, "expected `call`, `put`, `read` or `instance`"));
        }
    })
}

fn kept_call<'a>(parser: Parser<'a>) -> Result<Call<'a>> {
    let (id, mut args) = (id(parser)?, Vec::new());
    while !parser.is_empty() {
        args.push(parser.parens(values::argument)?);
    }
    Ok(Call::Kept { id, args })
}

/// A result. A kept function may be of any instance, so no index or id names a function.
fn result(parser: Parser<'_>) -> Result<Pattern> {
    let span = parser.cur_span();
    let pattern = values::pattern(parser)?;
    match names_function(&pattern) {
        true => {
            Err(parser.error_at(span, "write `(ref.func)`: no index or id names a function here"))
        }
        false => Ok(pattern),
    }
}

/// The keyword of a list.
fn word<'a>(parser: Parser<'a>) -> Result<(&'a str, Span)> {
    parser.step(|cursor| match cursor.keyword()? {
        Some((keyword, rest)) => Ok(((keyword, cursor.cur_span()), rest)),
        None => Err(cursor.error("expected a keyword")),
    })
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
            ("wassay", false),
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
}
