//! Takes the text of one form; gives its directive, or why it cannot be read. `wast` parses tokens
//! and modules; the directives are our own, so that a quoted or binary module may stand wherever a
//! module may. Sees no engine.

use super::annotation;
use super::foreign::{self, Foreign};
use super::keyword::not_known;
use super::module::ModuleText;
use super::request::Annotation;
use super::{Unreadable, component, legacy, quick, values};
use crate::wire;
use serde::{Deserialize, Serialize};
use wassay_engine::Value;
use wassay_record::Pattern;
use wast::kw;
use wast::lexer::Lexer;
use wast::parser::{self, Parse, ParseBuffer, Parser, Result};
use wast::token::Id;

/// The content of one form of a script. Borrows the text it was read from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Directive<'a> {
    /// Defines a module and, without `definition`, instantiates it.
    Module(ModuleText<'a>),
    /// Instantiates a module that was defined before.
    Instance {
        instance: Option<&'a str>,
        module: Option<&'a str>,
    },
    /// Gives an instance a name to import from.
    Register {
        name: &'a str,
        instance: Option<&'a str>,
    },
    /// Performs an action that must return.
    Invoke(Action<'a>),
    AssertReturn {
        action: Action<'a>,
        expected: Vec<Pattern>,
    },
    AssertTrap {
        action: Action<'a>,
        message: &'a str,
    },
    AssertExhaustion {
        action: Action<'a>,
        message: &'a str,
    },
    AssertException {
        action: Action<'a>,
    },
    /// No engine can run this: the trait has no stack switching.
    AssertSuspension {
        action: Action<'a>,
    },
    /// A form of a proposal that no engine can run.
    #[serde(borrow)]
    Foreign(Foreign<'a>),
    AssertMalformed {
        module: ModuleText<'a>,
        message: &'a str,
    },
    AssertInvalid {
        module: ModuleText<'a>,
        message: &'a str,
    },
    AssertMalformedCustom {
        module: ModuleText<'a>,
        message: &'a str,
    },
    AssertInvalidCustom {
        module: ModuleText<'a>,
        message: &'a str,
    },
    /// The action is on a module.
    AssertUnlinkable {
        action: Action<'a>,
        message: &'a str,
    },
    /// Runs directives on a thread of their own, which sees the shared memories of some instances.
    Thread {
        thread: &'a str,
        shared: Vec<&'a str>,
        body: Vec<Nested<'a>>,
    },
    /// Waits for a thread.
    Wait {
        thread: &'a str,
    },
    /// The embedder does something itself.
    #[serde(borrow)]
    Annotation(Annotation<'a>),
}

/// A directive inside another one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Nested<'a> {
    /// Bytes from the start of the outermost form.
    pub(crate) offset: usize,
    #[serde(borrow)]
    pub(crate) directive: Directive<'a>,
}

/// An operation on an instance.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Action<'a> {
    /// Calls an export.
    Invoke {
        instance: Option<&'a str>,
        name: &'a str,
        #[serde(with = "wire::values")]
        args: Vec<Value>,
    },
    /// Reads an exported global.
    Get { instance: Option<&'a str>, name: &'a str },
    /// Instantiates a module.
    Module(ModuleText<'a>),
    /// Instantiates a module that was defined before.
    Instance { module: Option<&'a str> },
}

impl<'a> Directive<'a> {
    /// Visits every module in the directive, including modules in the directives of a thread.
    pub(crate) fn each_module(&mut self, visit: &mut impl FnMut(&mut ModuleText<'a>)) {
        match self {
            Directive::Module(module)
            | Directive::AssertMalformed { module, .. }
            | Directive::AssertInvalid { module, .. }
            | Directive::AssertMalformedCustom { module, .. }
            | Directive::AssertInvalidCustom { module, .. } => visit(module),
            Directive::Invoke(action)
            | Directive::AssertReturn { action, .. }
            | Directive::AssertTrap { action, .. }
            | Directive::AssertExhaustion { action, .. }
            | Directive::AssertException { action }
            | Directive::AssertSuspension { action }
            | Directive::AssertUnlinkable { action, .. } => match action {
                Action::Module(module) => visit(module),
                Action::Invoke { .. } | Action::Get { .. } | Action::Instance { .. } => {}
            },
            Directive::Thread { body, .. } => {
                body.iter_mut().for_each(|nested| nested.directive.each_module(visit));
            }
            Directive::Instance { .. }
            | Directive::Register { .. }
            | Directive::Foreign(_)
            | Directive::Wait { .. }
            | Directive::Annotation(_) => {}
        }
    }
}

/// Reads one form, or the fields of an inline module, and passes its content on.
pub(super) fn read<R>(
    text: &str,
    inline: bool,
    then: impl FnOnce(std::result::Result<Directive<'_>, Unreadable>) -> R,
) -> R {
    match quick::read(text) {
        Some(directive) if !inline => then(Ok(directive)),
        _ => with_wast(text, inline, then),
    }
}

/// Does the same with `wast`, whatever the directive is.
pub(super) fn with_wast<R>(
    text: &str,
    inline: bool,
    then: impl FnOnce(std::result::Result<Directive<'_>, Unreadable>) -> R,
) -> R {
    if text.starts_with("(@") && !inline {
        return annotation::read(text, then);
    }
    if let Some(misplaced) = annotation::misplaced(text) {
        return then(Err(misplaced));
    }
    let buffer = match tokens(text) {
        Ok(buffer) => buffer,
        Err(error) => return then(Err(unreadable(&error))),
    };
    let refused = match parse(&buffer, inline) {
        Ok(directive) => return then(Ok(directive)),
        Err(error) => {
            let refused = unreadable(&error);
            match foreign::of(text, &refused) {
                Some(foreign) => {
                    return then(component::check(&buffer).map(|()| Directive::Foreign(foreign)));
                }
                None => Err(refused),
            }
        }
    };
    // Legacy exceptions: flatten the text and read it again.
    let Some(flat) = legacy::flatten(text) else { return then(refused) };
    let Ok(buffer) = tokens(&flat.text) else { return then(refused) };
    then(parse(&buffer, inline).map_err(|error| {
        let Unreadable { message, offset } = unreadable(&error);
        Unreadable { message, offset: offset.map(|offset| flat.original(offset)) }
    }))
}

/// The tokens of a text, for the `wast` parser.
pub(super) fn tokens(text: &str) -> Result<ParseBuffer<'_>> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    ParseBuffer::new_with_lexer(lexer)
}

fn parse<'a>(buffer: &'a ParseBuffer<'a>, inline: bool) -> Result<Directive<'a>> {
    match inline {
        true => parser::parse::<ModuleText<'a>>(buffer).map(Directive::Module),
        false => parser::parse::<Form<'a>>(buffer).map(|form| form.0),
    }
}

pub(super) fn unreadable(error: &wast::Error) -> Unreadable {
    Unreadable { message: error.message(), offset: Some(error.span().offset()) }
}

/// A directive in its parentheses.
struct Form<'a>(Directive<'a>);

impl<'a> Parse<'a> for Form<'a> {
    fn parse(parser: Parser<'a>) -> Result<Self> {
        parser.parens(Directive::parse).map(Form)
    }
}

impl<'a> Parse<'a> for Directive<'a> {
    fn parse(parser: Parser<'a>) -> Result<Self> {
        if parser.peek::<kw::module>()? {
            if parser.peek2::<kw::instance>()? {
                let (instance, module) = instance(parser)?;
                return Ok(Directive::Instance { instance, module });
            }
            return parser.parse().map(Directive::Module);
        }
        // Read the keyword as a word, because it may be unknown.
        let (keyword, span) = parser.step(|cursor| match cursor.keyword()? {
            Some((keyword, rest)) => Ok(((keyword, cursor.cur_span()), rest)),
            None => Err(cursor.error("expected a directive")),
        })?;
        Ok(match keyword {
            "register" => Directive::Register { name: parser.parse()?, instance: id(parser)? },
            "invoke" => Directive::Invoke(invoke(parser)?),
            "get" => Directive::Invoke(get(parser)?),
            "assert_return" => {
                let action = action(parser)?;
                let mut expected = Vec::new();
                while !parser.is_empty() {
                    expected.push(parser.parens(values::pattern)?);
                }
                Directive::AssertReturn { action, expected }
            }
            "assert_trap" => {
                Directive::AssertTrap { action: attempt(parser)?, message: parser.parse()? }
            }
            "assert_exhaustion" => {
                Directive::AssertExhaustion { action: action(parser)?, message: parser.parse()? }
            }
            "assert_exception" => Directive::AssertException { action: action(parser)? },
            "assert_suspension" => {
                let action = action(parser)?;
                parser.parse::<&str>()?;
                Directive::AssertSuspension { action }
            }
            "assert_malformed" => {
                Directive::AssertMalformed { module: module(parser)?, message: parser.parse()? }
            }
            "assert_invalid" => {
                Directive::AssertInvalid { module: module(parser)?, message: parser.parse()? }
            }
            "assert_malformed_custom" => Directive::AssertMalformedCustom {
                module: module(parser)?,
                message: parser.parse()?,
            },
            "assert_invalid_custom" => {
                Directive::AssertInvalidCustom { module: module(parser)?, message: parser.parse()? }
            }
            "assert_unlinkable" => {
                let action = parser.parens(instantiation)?;
                Directive::AssertUnlinkable { action, message: parser.parse()? }
            }
            "thread" => thread(parser)?,
            "wait" => Directive::Wait { thread: parser.parse::<Id<'_>>()?.name() },
            unknown => {
                return Err(parser.error_at(span, not_known(unknown)));
            }
        })
    }
}

pub(super) fn id<'a>(parser: Parser<'a>) -> Result<Option<&'a str>> {
    Ok(parser.parse::<Option<Id<'a>>>()?.map(|id| id.name()))
}

fn module<'a>(parser: Parser<'a>) -> Result<ModuleText<'a>> {
    parser.parens(|parser| {
        expect_module(parser)?;
        parser.parse()
    })
}

fn expect_module(parser: Parser<'_>) -> Result<()> {
    match parser.peek::<kw::module>()? {
        true => Ok(()),
        false => Err(parser.error("expected a module")),
    }
}

fn action<'a>(parser: Parser<'a>) -> Result<Action<'a>> {
    parser.parens(|parser| call(parser)?.ok_or_else(|| parser.error("expected `invoke` or `get`")))
}

/// An action, or a module to instantiate.
fn attempt<'a>(parser: Parser<'a>) -> Result<Action<'a>> {
    parser.parens(|parser| match call(parser)? {
        Some(action) => Ok(action),
        None if parser.peek::<kw::module>()? => instantiation(parser),
        None => Err(parser.error("expected `invoke`, `get` or `module`")),
    })
}

/// An action without its parentheses, if one is here.
fn call<'a>(parser: Parser<'a>) -> Result<Option<Action<'a>>> {
    if parser.peek::<kw::invoke>()? {
        parser.parse::<kw::invoke>()?;
        return invoke(parser).map(Some);
    }
    if parser.peek::<kw::get>()? {
        parser.parse::<kw::get>()?;
        return get(parser).map(Some);
    }
    Ok(None)
}

/// A module, or `module instance` with names.
fn instantiation<'a>(parser: Parser<'a>) -> Result<Action<'a>> {
    expect_module(parser)?;
    if parser.peek2::<kw::instance>()? {
        let (_, module) = instance(parser)?;
        return Ok(Action::Instance { module });
    }
    parser.parse().map(Action::Module)
}

/// `module instance` with the names of the instance and the module; a single name is the module's.
fn instance<'a>(parser: Parser<'a>) -> Result<(Option<&'a str>, Option<&'a str>)> {
    parser.parse::<kw::module>()?;
    parser.parse::<kw::instance>()?;
    Ok(match (id(parser)?, id(parser)?) {
        (module, None) => (None, module),
        both => both,
    })
}

pub(super) fn invoke<'a>(parser: Parser<'a>) -> Result<Action<'a>> {
    let (instance, name) = (id(parser)?, parser.parse()?);
    let mut args = Vec::new();
    while !parser.is_empty() {
        args.push(parser.parens(values::argument)?);
    }
    Ok(Action::Invoke { instance, name, args })
}

fn get<'a>(parser: Parser<'a>) -> Result<Action<'a>> {
    Ok(Action::Get { instance: id(parser)?, name: parser.parse()? })
}

fn thread<'a>(parser: Parser<'a>) -> Result<Directive<'a>> {
    if parser.parens_depth() > 100 {
        return Err(parser.error("threads nest too deep"));
    }
    let thread = parser.parse::<Id<'a>>()?.name();
    let mut shared = Vec::new();
    while parser.peek2::<kw::shared>()? {
        shared.push(parser.parens(|parser| {
            parser.parse::<kw::shared>()?;
            parser.parens(|parser| {
                parser.parse::<kw::module>()?;
                Ok(parser.parse::<Id<'a>>()?.name())
            })
        })?);
    }
    let mut body = Vec::new();
    while !parser.is_empty() {
        let offset = parser.cur_span().offset();
        let directive = parser.parens(Directive::parse)?;
        body.push(Nested { offset, directive });
    }
    Ok(Directive::Thread { thread, shared, body })
}
