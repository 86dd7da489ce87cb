//! Answers: how each request ended.

use super::value::Val;
use crate::handles::Handles;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::fmt;
use wassay_engine::{self as engine, Fault, LinkErrorKind, Stage, TrapKind};

/// A line from an adapter.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The number of the request.
    pub id: u64,
    /// How it ended.
    pub end: End,
}

/// A success: an object whose field `ok` is what the request returns. It stays a text until the
/// type of that is known: a tree of it would be many times as large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success(String);

impl Success {
    /// With this value.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(value: impl Serialize) -> serde_json::Result<Success> {
        Ok(Success(format!("{{\"ok\":{}}}", serde_json::to_string(&value)?)))
    }

    /// The value, as this type.
    ///
    /// # Errors
    /// If it is of another type.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        /// What the request returns, among other fields.
        #[derive(Deserialize)]
        struct Holder<T> {
            ok: T,
        }
        serde_json::from_str(&self.0).map(|Holder { ok }| ok)
    }
}

macro_rules! ends {
    ($($(#[$doc:meta])* $variant:ident($ty:ty) = $name:literal,)*) => {
        /// How a request ended.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        pub enum End {
            /// It succeeded; what this holds depends on the request.
            #[serde(skip)]
            Ok(Success),
            $($(#[$doc])* #[serde(rename = $name)] $variant($ty),)*
        }

        impl End {
            /// The name of its field.
            pub const fn name(&self) -> &'static str {
                match self {
                    End::Ok(_) => "ok",
                    $(End::$variant(_) => $name,)*
                }
            }

            /// Reads the value of the field with this name; `None` if it is no end. A success is
            /// still empty.
            fn read<'de, M: MapAccess<'de>>(
                name: &str,
                map: &mut M,
            ) -> Result<Option<End>, M::Error> {
                Ok(match name {
                    "ok" => {
                        map.next_value::<IgnoredAny>()?;
                        Some(End::Ok(Success(String::new())))
                    }
                    $($name => Some(End::$variant(map.next_value()?)),)*
                    _ => None,
                })
            }
        }
    };
}

ends! {
    /// Wasm trapped.
    Trapped(Trap) = "trapped",
    /// An exception left the call.
    Threw(Thrown) = "threw",
    /// A resource ran out.
    Exhausted(String) = "exhausted",
    /// The bytes are no valid module.
    Rejected(Rejected) = "rejected",
    /// The imports do not fit.
    Unlinkable(LinkError) = "unlinkable",
    /// The serialized module is not for this engine.
    Incompatible(String) = "incompatible",
    /// The bytes are no serialized module.
    Corrupt(String) = "corrupt",
    /// The engine or the adapter cannot do this.
    Unsupported(String) = "unsupported",
    /// The request breaks a rule.
    Misuse(String) = "misuse",
    /// A handle of another session or engine.
    Foreign(String) = "foreign",
    /// A handle that was dropped.
    Dropped(String) = "dropped",
    /// The config demands hits, and the cache does not have this.
    Missing(String) = "missing",
    /// The engine or the adapter failed.
    Failed(String) = "failed",
}

impl Answer {
    /// The answer on a line.
    ///
    /// # Errors
    /// The line, and why it is no answer.
    pub fn read(line: String) -> Result<Answer, (String, serde_json::Error)> {
        let mut text = serde_json::Deserializer::from_str(&line);
        let read = text.deserialize_map(Fields).and_then(|answer| text.end().map(|()| answer));
        match read {
            Ok(Answer { id, end: End::Ok(_) }) => Ok(Answer { id, end: End::Ok(Success(line)) }),
            Ok(answer) => Ok(answer),
            Err(error) => Err((line, error)),
        }
    }

    /// The line, without its end. A success must be one that was written here.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self) -> serde_json::Result<Vec<u8>> {
        let Answer { id, end } = self;
        let end = match end {
            End::Ok(Success(text)) => text.clone(),
            end => serde_json::to_string(end)?,
        };
        // Both are objects with one field.
        Ok(format!("{{\"id\":{id},{}", end.trim_start_matches('{')).into_bytes())
    }
}

/// Reads an answer, and refuses one with two ends or numbers.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer: an object with `id` and `ok`, or another end")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Answer, M::Error> {
        let (mut id, mut end) = (None, None::<End>);
        while let Some(name) = map.next_key::<String>()? {
            if name == "id" {
                if id.replace(map.next_value()?).is_some() {
                    return Err(M::Error::duplicate_field("id"));
                }
                continue;
            }
            match (End::read(&name, &mut map)?, &end) {
                (Some(other), Some(end)) => {
                    let (one, other) = (end.name(), other.name());
                    return Err(M::Error::custom(format_args!("both `{one}` and `{other}`")));
                }
                (Some(read), None) => end = Some(read),
                (None, _) => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let id = id.ok_or_else(|| M::Error::custom("no `id`"))?;
        let end = end.ok_or_else(|| M::Error::custom("neither `ok` nor another end"))?;
        Ok(Answer { id, end })
    }
}

/// A trap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Trap {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<Kind>,
    pub message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<Frame>,
}

/// A frame of a backtrace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Frame {
    pub func: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Thrown {
    pub tag: u32,
    #[serde(default)]
    pub values: Vec<Val>,
}

/// A rejected module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Rejected {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<At>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
}

/// Imports that do not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct LinkError {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<u32>,
    pub message: String,
}

/// The kind of a trap, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub TrapKind);

/// The stage of a rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum At {
    Malformed,
    Invalid,
}

/// The kind of a link error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Link {
    UnknownImport,
    IncompatibleImport,
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        let name = String::deserialize(from)?;
        let kind = TrapKind::ALL.iter().find(|kind| kind.name() == name);
        kind.map(|kind| Kind(*kind))
            .ok_or_else(|| D::Error::custom(format_args!("`{name}` is no kind of trap")))
    }
}

impl End {
    /// The end of a request that is the fault of the engine or of the request.
    pub fn of(fault: Fault) -> End {
        match fault {
            Fault::Unsupported(what) => End::Unsupported(what),
            Fault::Misuse(what) => End::Misuse(what),
            Fault::Foreign(what) => End::Foreign(what),
            Fault::Dropped(what) => End::Dropped(what),
            Fault::Missing(what) => End::Missing(what),
            Fault::Internal(what) => End::Failed(what),
        }
    }

    /// The fault, or the end if it is none.
    pub fn into_fault(self) -> Result<Fault, End> {
        Ok(match self {
            End::Unsupported(what) => Fault::Unsupported(what),
            End::Misuse(what) => Fault::Misuse(what),
            End::Foreign(what) => Fault::Foreign(what),
            End::Dropped(what) => Fault::Dropped(what),
            End::Missing(what) => Fault::Missing(what),
            End::Failed(what) => Fault::Internal(what),
            end => return Err(end),
        })
    }
}

impl Trap {
    /// The trap for a line.
    pub fn write(trap: engine::Trap) -> Trap {
        let frame = |frame: engine::Frame| Frame {
            func: frame.func,
            name: frame.name,
            module: frame.module,
            offset: frame.offset,
        };
        let frames = trap.frames.into_iter().map(frame).collect();
        let or = trap.or.into_iter().map(Kind).collect();
        Trap { kind: Some(Kind(trap.kind)), or, message: trap.message, frames }
    }

    /// The trap that a line has. Without a kind, the engine claims to report none.
    pub fn read(self) -> engine::Trap {
        let frame = |frame: Frame| engine::Frame {
            func: frame.func,
            name: frame.name,
            module: frame.module,
            offset: frame.offset,
        };
        engine::Trap {
            kind: self.kind.map_or(TrapKind::Unreachable, |kind| kind.0),
            or: self.or.into_iter().map(|kind| kind.0).collect(),
            message: self.message,
            frames: self.frames.into_iter().map(frame).collect(),
        }
    }
}

impl Thrown {
    /// The exception for a line.
    ///
    /// # Errors
    /// If the other end cannot know a handle.
    pub fn write(thrown: &engine::Thrown, handles: &impl Handles) -> Result<Thrown, Fault> {
        let tag = handles.write(thrown.tag)?;
        Ok(Thrown { tag, values: Val::write_all(&thrown.values, handles)? })
    }

    /// The exception that a line has.
    ///
    /// # Errors
    /// If there is no such handle.
    pub fn read(&self, handles: &impl Handles) -> Result<engine::Thrown, Fault> {
        let tag = handles.read(self.tag)?;
        Ok(engine::Thrown { tag, values: Val::read_all(&self.values, handles)? })
    }
}

impl Rejected {
    /// The rejection for a line.
    pub fn write(rejected: engine::Rejected) -> Rejected {
        let stage = rejected.stage.map(|stage| match stage {
            Stage::Malformed => At::Malformed,
            Stage::Invalid => At::Invalid,
        });
        let offset = rejected.offset.and_then(|offset| u32::try_from(offset).ok());
        Rejected { stage, message: rejected.message, offset }
    }

    /// The rejection that a line has.
    pub fn read(self) -> engine::Rejected {
        let stage = self.stage.map(|stage| match stage {
            At::Malformed => Stage::Malformed,
            At::Invalid => Stage::Invalid,
        });
        let offset = self.offset.map(|offset| offset as usize);
        engine::Rejected { stage, message: self.message, offset }
    }
}

impl LinkError {
    /// The link error for a line.
    pub fn write(error: engine::LinkError) -> LinkError {
        let kind = Some(match error.kind {
            LinkErrorKind::UnknownImport => Link::UnknownImport,
            LinkErrorKind::IncompatibleImport => Link::IncompatibleImport,
        });
        let import = error.import.and_then(|import| u32::try_from(import).ok());
        LinkError { kind, import, message: error.message }
    }

    /// The link error that a line has. Without a kind, the engine claims to report none.
    pub fn read(self) -> engine::LinkError {
        let kind = match self.kind {
            Some(Link::UnknownImport) => LinkErrorKind::UnknownImport,
            Some(Link::IncompatibleImport) | None => LinkErrorKind::IncompatibleImport,
        };
        let import = self.import.map(|import| import as usize);
        engine::LinkError { kind, import, message: self.message }
    }
}
