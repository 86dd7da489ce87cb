//! What a directive expects and what was observed, as data: values, and outcomes by their kind,
//! with the engine's message. Judges nothing. `text.rs` formats them for people.

use crate::pattern::{FuncName, Pattern};
use serde::{Deserialize, Serialize};

/// What a directive expects. Messages are those of the script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A module that compiles and, if requested, instantiates.
    Accepted,
    /// A component that instantiates.
    Component,
    /// A return with any values.
    Returned,
    /// A return with these results.
    Results(Vec<Pattern>),
    /// A trap.
    Trap(String),
    /// The exhaustion of a resource.
    Exhaustion(String),
    /// An exception that leaves the call.
    Exception,
    /// A module whose text or binary is malformed.
    Malformed(String),
    /// A module that fails validation.
    Invalid(String),
    /// A module whose imports do not match.
    Unlinkable(String),
    /// A custom section that breaks its own rules.
    BadCustom(String),
    /// A session of the engine.
    Session,
    /// An engine.
    Engine,
    /// An instance or a module that is dropped.
    Dropped,
    /// A collection of what nothing reaches.
    Collected,
    /// Something that the embedder keeps.
    Taken,
    /// A reference that is stored.
    Stored,
    /// The engine's refusal of what belongs to another session or engine, or was dropped.
    Refused,
    /// A use of what the embedder keeps that the engine performs.
    Used,
    /// What the engine's cache has done since the engine started.
    Counts(String),
    /// A module that is not in the engine's cache, and that the engine refuses to compile.
    Miss,
    /// A module that the engine rejects, at any stage.
    Rejected,
    /// The engine's refusal of a serialized module of another engine.
    Incompatible,
    /// A thread that starts.
    Thread,
    /// A thread in which every directive passes.
    PassingThread,
    /// A feature or a capability that the engine claims, by its name.
    Feature(String),
}

/// What was observed. Messages are the engine's, except where the harness itself observed
/// something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// The module compiled and, if requested, was instantiated.
    Accepted,
    /// The call returned these values.
    Returned(Vec<Pattern>),
    /// It trapped.
    Trapped {
        /// The kind, for example `integer-overflow`.
        kind: String,
        /// The specification's message for the kind.
        words: String,
        /// The engine's message, if it differs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// The backtrace, innermost first. Only traps that the script expects have it, and only
        /// in runs that are one of several ways.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        frames: Vec<Frame>,
    },
    /// An exception with these values left the call.
    Threw(Vec<Pattern>),
    /// It exhausted a resource, such as the call stack.
    Exhausted {
        /// The engine's message.
        message: String,
    },
    /// The imports did not match.
    Unlinkable {
        /// The kind, as the specification words it.
        kind: String,
        /// The engine's message.
        message: String,
    },
    /// The engine rejected the module.
    Rejected {
        /// The stage; `None` if the engine does not distinguish stages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<Stage>,
        /// The engine's message.
        message: String,
        /// Offset in the module, in bytes, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<u64>,
    },
    /// The harness rejected the module.
    Refused {
        /// Why.
        message: String,
    },
    /// The directive was not performed, because the script names something that does not exist, or
    /// calls it with the wrong arguments.
    Mistaken {
        /// What is wrong.
        message: String,
    },
    /// The engine lacks a feature that it claims to have.
    Lacked {
        /// How the harness noticed.
        message: String,
    },
    /// The engine's cache has done this since the engine started.
    Counts(String),
    /// The engine's cache does not have what must come from it.
    Missed {
        /// The engine's message.
        message: String,
    },
    /// The engine itself failed.
    Broke {
        /// The engine's message.
        message: String,
    },
}

/// One function activation of a backtrace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Frame {
    /// The module's name, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The function's index in its module, imports first.
    pub func: u32,
    /// The function's name, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Bytes from the start of the module to the instruction, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
}

/// The stage at which a module is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The bytes or the text do not follow the grammar.
    Malformed,
    /// It follows the grammar, and validation rejects it.
    Invalid,
}

/// The most room for a list of values, in bytes of JSON.
const LIST_LIMIT: usize = 1 << 19;
/// The most room for a text, in bytes of JSON.
const TEXT_LIMIT: usize = 1 << 19;
/// The most room for a name, in bytes of JSON.
const NAME_LIMIT: usize = 1 << 10;

/// The most frames of a backtrace.
const MOST_FRAMES: usize = 64;

impl Expected {
    /// Cuts what is too long for a reader.
    pub(crate) fn shorten(&mut self) {
        match self {
            Expected::Results(patterns) => shorten_list(patterns),
            Expected::Trap(text)
            | Expected::Exhaustion(text)
            | Expected::Malformed(text)
            | Expected::Invalid(text)
            | Expected::Unlinkable(text)
            | Expected::BadCustom(text)
            | Expected::Counts(text)
            | Expected::Feature(text) => shorten_text(text),
            Expected::Accepted
            | Expected::Component
            | Expected::Returned
            | Expected::Exception
            | Expected::Session
            | Expected::Engine
            | Expected::Dropped
            | Expected::Collected
            | Expected::Taken
            | Expected::Stored
            | Expected::Refused
            | Expected::Used
            | Expected::Miss
            | Expected::Rejected
            | Expected::Incompatible
            | Expected::Thread
            | Expected::PassingThread => {}
        }
    }
}

impl Observed {
    /// Cuts what is too long for a reader.
    pub(crate) fn shorten(&mut self) {
        match self {
            Observed::Accepted => {}
            Observed::Returned(values) | Observed::Threw(values) => shorten_list(values),
            Observed::Trapped { kind, words, message, frames } => {
                [kind, words].into_iter().chain(message).for_each(shorten_text);
                frames.truncate(MOST_FRAMES);
                let names =
                    frames.iter_mut().flat_map(|frame| [&mut frame.module, &mut frame.name]);
                names.flatten().for_each(shorten_name);
            }
            Observed::Unlinkable { kind, message } => {
                [kind, message].into_iter().for_each(shorten_text);
            }
            Observed::Counts(text) => shorten_text(text),
            Observed::Exhausted { message }
            | Observed::Rejected { message, .. }
            | Observed::Refused { message }
            | Observed::Mistaken { message }
            | Observed::Lacked { message }
            | Observed::Missed { message }
            | Observed::Broke { message } => shorten_text(message),
        }
    }
}

/// Cuts a text.
pub(crate) fn shorten_text(text: &mut String) {
    cut(text, TEXT_LIMIT);
}

/// Cuts a name.
pub(crate) fn shorten_name(name: &mut String) {
    cut(name, NAME_LIMIT);
}

/// Cuts a text to `limit` bytes of JSON. A cut text ends in `...`.
fn cut(text: &mut String, limit: usize) {
    let (mut size, mut end) = (0, 0);
    for (at, char) in text.char_indices() {
        if size + "...".len() <= limit {
            end = at;
        }
        size += json_size(char);
        if size > limit {
            text.truncate(end);
            text.push_str("...");
            return;
        }
    }
}

/// The size of a character in a JSON string, in bytes.
fn json_size(char: char) -> usize {
    match char {
        '"' | '\\' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
        '\0'..' ' => 6,
        char => char.len_utf8(),
    }
}

/// Cuts a list. The last item of a cut list is the number of missing items.
fn shorten_list(list: &mut Vec<Pattern>) {
    keep(list, &mut { LIST_LIMIT });
}

/// Keeps as many patterns as there is room for. The count at the end of a cut list needs no room of
/// its own, so that a cut list stays as it is.
fn keep(list: &mut Vec<Pattern>, room: &mut usize) {
    for at in 0..list.len() {
        let is_last = at + 1 == list.len();
        let size = match &mut list[at] {
            Pattern::More(_) if is_last => 0,
            Pattern::Either(_) => r#"{"either":[{"more":18446744073709551615}]},"#.len(),
            pattern => {
                if let Pattern::FuncOf(FuncName::Id(id)) = pattern {
                    shorten_name(id);
                }
                // Nothing in a pattern fails to be written.
                serde_json::to_string(pattern).map_or(0, |json| json.len() + 1)
            }
        };
        let Some(rest) = room.checked_sub(size) else {
            // What follows in the lists around this one does not fit, either.
            *room = 0;
            let missing = list.drain(at..).fold(0, |missing: u64, pattern| match pattern {
                Pattern::More(count) => missing.saturating_add(count),
                _ => missing.saturating_add(1),
            });
            list.push(Pattern::More(missing));
            return;
        };
        *room = rest;
        if let Pattern::Either(inner) = &mut list[at] {
            keep(inner, room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_and_lists_are_cut_and_marked() {
        let one = r#"{"i32.const":"1"},"#.len();
        let most = LIST_LIMIT / one;
        let mut list = vec![Pattern::I32(1); most];
        shorten_list(&mut list);
        assert_eq!(list, vec![Pattern::I32(1); most]);
        list.extend([Pattern::I32(1), Pattern::I32(1)]);
        // A worker and its parent both cut.
        for _ in 0..2 {
            shorten_list(&mut list);
            assert_eq!((list.len(), list.last()), (most + 1, Some(&Pattern::More(2))));
        }
        // Alternatives count, too.
        let mut list = vec![Pattern::Either(vec![Pattern::I32(1); most]), Pattern::Eq];
        for _ in 0..2 {
            shorten_list(&mut list);
            let Pattern::Either(kept) = &list[0] else { panic!("{:?}", list[0]) };
            let missing = most as u64 + 1 - kept.len() as u64;
            assert_eq!(kept.last(), Some(&Pattern::More(missing)));
            assert_eq!(list[1..], [Pattern::More(1)]);
        }

        let mut told = Observed::Broke { message: "\u{e9}".repeat(TEXT_LIMIT) };
        told.shorten();
        let Observed::Broke { message } = told else { panic!("{told:?}") };
        assert!((TEXT_LIMIT - 1..=TEXT_LIMIT).contains(&message.len()));
        assert!(message.ends_with("\u{e9}..."));
        let mut name = "\u{1}".repeat(NAME_LIMIT);
        shorten_name(&mut name);
        assert_eq!(name, "\u{1}".repeat((NAME_LIMIT - 3) / 6) + "...");
    }

    #[test]
    fn outcomes_survive_json() {
        let table = [
            (Observed::Accepted, r#""accepted""#),
            (Observed::Returned(vec![]), r#"{"returned":[]}"#),
            (
                Observed::Trapped {
                    kind: "k".into(),
                    words: "w".into(),
                    message: None,
                    frames: vec![],
                },
                r#"{"trapped":{"kind":"k","words":"w"}}"#,
            ),
            (
                Observed::Rejected {
                    stage: Some(Stage::Invalid),
                    message: "m".into(),
                    offset: Some(7),
                },
                r#"{"rejected":{"stage":"invalid","message":"m","offset":7}}"#,
            ),
        ];
        for (observed, json) in table {
            assert_eq!(serde_json::to_string(&observed).unwrap(), json);
            assert_eq!(serde_json::from_str::<Observed>(json).unwrap(), observed);
        }
    }
}
