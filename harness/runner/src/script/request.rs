//! What a script asks of the embedder: takes the tokens of an annotation of ours; gives the request.
//! Sees no engine.

use super::caching::{self, Caching, EngineSetting};
use super::directive::{self, Action};
use super::{annotation, names_function, values};
use crate::wire;
use serde::{Deserialize, Serialize};
use wassay_engine::{FuncType, ValType, Value};
use wassay_record::Pattern;
use wast::parser::{Parse, Parser, Result};
use wast::token::{Id, Span};

mod kw {
    wast::custom_keyword!(call);
}

/// What a script asks of the embedder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Annotation<'a> {
    Drop {
        #[serde(borrow)]
        what: Target<'a>,
    },
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
    Engine { id: Option<&'a str>, settings: Vec<EngineSetting<'a>> },
    /// Asks about caches and stored modules.
    Caching(#[serde(borrow)] Caching<'a>),
    /// Makes a function of the host, and keeps it under an id.
    Host {
        id: &'a str,
        #[serde(borrow)]
        ty: Signature<'a>,
        #[serde(borrow)]
        does: Does<'a>,
    },
    /// Gives something kept a name to import it by.
    Register { module: &'a str, name: &'a str, id: &'a str },
    /// Uses what is of another session or engine, or was dropped, which must be refused.
    AssertRefused {
        #[serde(borrow)]
        attempt: Attempt<'a>,
    },
    /// Does the same with what the engine must accept.
    AssertAccepted {
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

/// What is dropped.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Target<'a> {
    /// The instance and the module with this id.
    Named(&'a str),
    Instance(&'a str),
    Module(&'a str),
    /// What was taken.
    Kept(&'a str),
    /// All sessions of another engine.
    Sessions(&'a str),
    /// An engine; its sessions stay.
    Engine(&'a str),
}

/// The type of a function of the host: the names of types without parameters of their own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Signature<'a> {
    #[serde(borrow)]
    params: Vec<&'a str>,
    #[serde(borrow)]
    results: Vec<&'a str>,
}

impl Signature<'_> {
    /// The type.
    pub(crate) fn ty(&self) -> FuncType {
        let types = |names: &[&str]| names.iter().filter_map(|name| value_type(name)).collect();
        let (params, results): (Vec<_>, Vec<_>) = (types(&self.params), types(&self.results));
        FuncType::new(params, results)
    }
}

/// What a function of the host does.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Does<'a> {
    /// Returns these values.
    Return(#[serde(with = "wire::values")] Vec<Value>),
    /// Calls this kept function with its arguments, and returns its results.
    Call(&'a str),
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

/// A use of what the embedder keeps.
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

impl<'a> Parse<'a> for Annotation<'a> {
    fn parse(parser: Parser<'a>) -> Result<Self> {
        let (name, span) = parser.step(|cursor| match cursor.annotation()? {
            Some((name, rest)) => Ok(((name, cursor.cur_span()), rest)),
            None => Err(cursor.error("expected an annotation")),
        })?;
        let own = name.split_once('.').map_or("", |(_, own)| own);
        if let Some(caching) = Caching::parse(own, parser)? {
            return Ok(Annotation::Caching(caching));
        }
        Ok(match own {
            "drop" => Annotation::Drop { what: target(parser)? },
            "collect" => Annotation::Collect,
            "take" => Annotation::Take { id: id(parser)?, from: parser.parens(source)? },
            "put" => Annotation::Put { into: parser.parens(place)?, id: id(parser)? },
            "instance" => Annotation::Instance { id: id(parser)?, module: id(parser)? },
            "session" => Annotation::Session { id: directive::id(parser)? },
            "engine" => {
                let (id, settings) = caching::engine(parser)?;
                Annotation::Engine { id, settings }
            }
            "host" => {
                let (id, ty) = (id(parser)?, parser.parens(function)?);
                Annotation::Host { id, ty, does: does(parser)? }
            }
            "register" => Annotation::Register {
                module: parser.parse()?,
                name: parser.parse()?,
                id: id(parser)?,
            },
            "assert_refused" => Annotation::AssertRefused { attempt: parser.parens(attempt)? },
            "assert_accepted" => Annotation::AssertAccepted { attempt: parser.parens(attempt)? },
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
            _ => return Err(parser.error_at(span, annotation::not_known(name))),
        })
    }
}

pub(super) fn id<'a>(parser: Parser<'a>) -> Result<&'a str> {
    Ok(parser.parse::<Id<'a>>()?.name())
}

fn target<'a>(parser: Parser<'a>) -> Result<Target<'a>> {
    if parser.peek::<Id<'a>>()? {
        return Ok(Target::Named(id(parser)?));
    }
    parser.parens(|parser| {
        Ok(match word(parser)? {
            ("instance", _) => Target::Instance(id(parser)?),
            ("module", _) => Target::Module(id(parser)?),
            ("kept", _) => Target::Kept(id(parser)?),
            ("sessions", _) => Target::Sessions(id(parser)?),
            ("engine", _) => Target::Engine(id(parser)?),
            (_, span) => {
                let names = "expected `instance`, `module`, `kept`, `sessions` or `engine`";
                return Err(parser.error_at(span, names));
            }
        })
    })
}

/// The type of a function of the host.
fn function<'a>(parser: Parser<'a>) -> Result<Signature<'a>> {
    match word(parser)? {
        ("func", _) => {}
        (_, span) => return Err(parser.error_at(span, "expected `func`")),
    }
    let (mut params, mut results) = (Vec::new(), Vec::new());
    while !parser.is_empty() {
        parser.parens(|parser| {
            let list = match word(parser)? {
                ("param", _) if results.is_empty() => &mut params,
                ("result", _) => &mut results,
                (_, span) => return Err(parser.error_at(span, "expected `param` or `result`")),
            };
            while !parser.is_empty() {
                match word(parser)? {
                    (name, _) if value_type(name).is_some() => list.push(name),
                    (_, span) => {
                        return Err(parser.error_at(span, "expected a type, such as `i32`"));
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(Signature { params, results })
}

fn value_type(name: &str) -> Option<ValType> {
    Some(match name {
        "i32" => ValType::I32,
        "i64" => ValType::I64,
        "f32" => ValType::F32,
        "f64" => ValType::F64,
        "v128" => ValType::V128,
        "funcref" => ValType::FUNCREF,
        "externref" => ValType::EXTERNREF,
        _ => return None,
    })
}

/// `(call $f)`, or results.
fn does<'a>(parser: Parser<'a>) -> Result<Does<'a>> {
    if parser.peek2::<kw::call>()? {
        return parser.parens(|parser| {
            word(parser)?;
            Ok(Does::Call(id(parser)?))
        });
    }
    let mut values = Vec::new();
    while !parser.is_empty() {
        values.push(parser.parens(values::argument)?);
    }
    Ok(Does::Return(values))
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

pub(super) fn call<'a>(parser: Parser<'a>) -> Result<Call<'a>> {
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
pub(super) fn word<'a>(parser: Parser<'a>) -> Result<(&'a str, Span)> {
    parser.step(|cursor| match cursor.keyword()? {
        Some((keyword, rest)) => Ok(((keyword, cursor.cur_span()), rest)),
        None => Err(cursor.error("expected a keyword")),
    })
}
