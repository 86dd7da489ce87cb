//! What a script asks about caches, stored modules and backtraces, and the settings of the engines
//! that it starts: takes the tokens of an annotation of ours; gives the request. Sees no engine.

use super::directive;
use super::keyword::nearest;
use super::request::{Call, call, id, word};
use serde::{Deserialize, Serialize};
use wassay_engine::Feature;
use wast::parser::{Parser, Result};
use wast::token::{Id, Span};

/// A setting of an engine that the script starts. All others are those of the first engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum EngineSetting<'a> {
    /// It keeps compiled code in a directory of the script.
    Directory(&'a str),
    /// It keeps compiled code in its memory.
    Memory,
    /// Every module must come from the cache.
    DemandHits,
    /// Whether it optimizes.
    Optimize(bool),
    /// Whether it has guard pages, or checks every access.
    Guard(bool),
    /// Whether relaxed operators do what the machine does best.
    Native(bool),
    /// Whether its calls can be interrupted.
    Interruption(bool),
    /// The machine that it compiles for.
    Cpu(Cpu),
    /// It lacks these features.
    Without(Vec<&'a str>),
}

/// A machine to compile for, whatever machine this is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Cpu {
    /// This architecture, with no optional feature.
    Baseline,
    /// This architecture, with one optional feature, which this machine may lack.
    More,
    /// The other architecture.
    Foreign,
}

/// What a cache has counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Count {
    /// Functions compiled.
    Compiled,
    Hits,
    Misses,
    Stores,
    Stale,
    Corrupt,
}

impl Count {
    pub(crate) const ALL: [Count; 6] =
        [Count::Compiled, Count::Hits, Count::Misses, Count::Stores, Count::Stale, Count::Corrupt];

    /// Its name in scripts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Count::Compiled => "compiled",
            Count::Hits => "hits",
            Count::Misses => "misses",
            Count::Stores => "stores",
            Count::Stale => "stale",
            Count::Corrupt => "corrupt",
        }
    }
}

/// What a script asks about modules that were compiled before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Caching<'a> {
    /// Defines a module with the bytes of a kept one, which may be of another engine.
    Compile { id: &'a str, kept: &'a str },
    /// Drops a module and gets it again without compiling it.
    Reload { id: &'a str },
    /// The engine's cache has done this since the engine started.
    Expect { counts: Vec<(Count, u64)> },
    /// The engine has no entry for a kept module, and refuses to compile it.
    AssertMiss { kept: &'a str },
    /// The engine rejects the bytes of a kept module, at any stage.
    AssertRejected { kept: &'a str },
    /// Keeps the bytes of a compiled module.
    Serialize { id: &'a str, module: &'a str },
    /// Defines a module with such bytes.
    Deserialize { id: &'a str, bytes: &'a str },
    /// Such bytes are of another engine.
    AssertIncompatible { bytes: &'a str },
    /// Keeps the trap of a call.
    Backtrace {
        id: &'a str,
        #[serde(borrow)]
        call: Call<'a>,
    },
    /// A call has the kind and the backtrace of a kept trap.
    AssertBacktrace {
        id: &'a str,
        #[serde(borrow)]
        call: Call<'a>,
    },
}

impl<'a> Caching<'a> {
    /// The annotation of this name; `None` if it is none of these.
    pub(super) fn parse(name: &str, parser: Parser<'a>) -> Result<Option<Caching<'a>>> {
        Ok(Some(match name {
            "compile" => Caching::Compile { id: id(parser)?, kept: id(parser)? },
            "reload" => Caching::Reload { id: id(parser)? },
            "expect" => Caching::Expect { counts: counts(parser)? },
            "assert_miss" => Caching::AssertMiss { kept: id(parser)? },
            "assert_rejected" => Caching::AssertRejected { kept: id(parser)? },
            "serialize" => Caching::Serialize { id: id(parser)?, module: id(parser)? },
            "deserialize" => Caching::Deserialize { id: id(parser)?, bytes: id(parser)? },
            "assert_incompatible" => Caching::AssertIncompatible { bytes: id(parser)? },
            "backtrace" => Caching::Backtrace { id: id(parser)?, call: parser.parens(call)? },
            "assert_backtrace" => {
                Caching::AssertBacktrace { id: id(parser)?, call: parser.parens(call)? }
            }
            _ => return Ok(None),
        }))
    }
}

fn counts(parser: Parser<'_>) -> Result<Vec<(Count, u64)>> {
    let mut counts: Vec<(Count, u64)> = Vec::new();
    while counts.is_empty() || !parser.is_empty() {
        let at = parser.cur_span();
        let next: (Count, u64) = parser.parens(|parser| {
            let (word, span) = word(parser)?;
            let count = Count::ALL.into_iter().find(|count| count.name() == word);
            let names = Count::ALL.map(Count::name);
            let count = count.ok_or_else(|| unknown(parser, span, "count", word, &names))?;
            if parser.is_empty() {
                let what = format!("expected a number, such as `({word} 0)`");
                return Err(parser.error_at(span, what));
            }
            Ok((count, parser.parse()?))
        })?;
        if counts.iter().any(|(count, _)| *count == next.0) {
            return Err(parser.error_at(at, format!("`{}` is here twice", next.0.name())));
        }
        counts.push(next);
    }
    Ok(counts)
}

/// The id of an engine, and the settings with which it starts. The first engine, which has no id,
/// runs already.
pub(super) fn engine<'a>(parser: Parser<'a>) -> Result<(Option<&'a str>, Vec<EngineSetting<'a>>)> {
    let id = directive::id(parser)?;
    if id.is_none() && !parser.is_empty() {
        return Err(parser.error("expected an id, such as `$A`: the first engine has no settings"));
    }
    let mut settings: Vec<EngineSetting<'a>> = Vec::new();
    while id.is_some() && !parser.is_empty() {
        let span = parser.cur_span();
        let next = parser.parens(setting)?;
        if settings.iter().any(|earlier| earlier.is_of_the_kind(&next)) {
            return Err(parser.error_at(span, "this setting is here twice"));
        }
        settings.push(next);
    }
    Ok((id, settings))
}

impl EngineSetting<'_> {
    /// Whether both set the same thing.
    fn is_of_the_kind(&self, other: &EngineSetting<'_>) -> bool {
        let is_cache = |it: &EngineSetting<'_>| {
            matches!(it, EngineSetting::Directory(_) | EngineSetting::Memory)
        };
        std::mem::discriminant(self) == std::mem::discriminant(other)
            || is_cache(self) && is_cache(other)
    }
}

/// The names of settings.
const SETTINGS: &[&str] =
    &["cache", "demand_hits", "opt", "bounds", "relaxed", "interruption", "cpu", "without"];

/// A setting without its parentheses.
fn setting<'a>(parser: Parser<'a>) -> Result<EngineSetting<'a>> {
    let (name, span) = word(parser)?;
    Ok(match name {
        "cache" if parser.peek::<Id<'_>>()? => EngineSetting::Directory(id(parser)?),
        "cache" => {
            choice(parser, [("memory", ())], "expected a directory, such as `$dir`, or `memory`")?;
            EngineSetting::Memory
        }
        "demand_hits" => EngineSetting::DemandHits,
        "opt" => EngineSetting::Optimize(either(parser, "speed", "none")?),
        "bounds" => EngineSetting::Guard(either(parser, "guard", "explicit")?),
        "relaxed" => EngineSetting::Native(either(parser, "native", "deterministic")?),
        "interruption" => EngineSetting::Interruption(either(parser, "on", "off")?),
        "cpu" => {
            let all = [("baseline", Cpu::Baseline), ("more", Cpu::More), ("foreign", Cpu::Foreign)];
            EngineSetting::Cpu(choice(parser, all, "expected `baseline`, `more` or `foreign`")?)
        }
        "without" => EngineSetting::Without(features(parser)?),
        _ => return Err(unknown(parser, span, "setting", name, SETTINGS)),
    })
}

/// A word that is none of these names.
fn unknown(parser: Parser<'_>, span: Span, what: &str, word: &str, names: &[&str]) -> wast::Error {
    let word: String = word.chars().take(64).collect();
    let instead = match nearest(&word, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected {}", names.join(", ")),
    };
    parser.error_at(span, format!("unknown {what} `{word}` ({instead})"))
}

/// One of two words: true for the first.
fn either(parser: Parser<'_>, yes: &str, no: &str) -> Result<bool> {
    choice(parser, [(yes, true), (no, false)], &format!("expected `{yes}` or `{no}`"))
}

fn choice<T, const N: usize>(parser: Parser<'_>, all: [(&str, T); N], expected: &str) -> Result<T> {
    let span = parser.cur_span();
    let (word, _) = word(parser).map_err(|_| parser.error_at(span, expected))?;
    let found = all.into_iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| value).ok_or_else(|| {
        let word: String = word.chars().take(64).collect();
        parser.error_at(span, format!("{expected}, not `{word}`"))
    })
}

/// The names of features, at least one.
fn features<'a>(parser: Parser<'a>) -> Result<Vec<&'a str>> {
    let mut names = Vec::new();
    while names.is_empty() || !parser.is_empty() {
        let span = parser.cur_span();
        let name: &'a str = parser.parse()?;
        if let Err(unknown) = name.parse::<Feature>() {
            return Err(parser.error_at(span, unknown));
        }
        names.push(name);
    }
    Ok(names)
}
