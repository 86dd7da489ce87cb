//! Takes a form that is not a readable directive on core modules; names its proposal if the trait
//! cannot express what that proposal adds to scripts. Sees no engine.

use super::keyword::meant;
use super::lexer::{Lexer, Token};
use serde::{Deserialize, Serialize};
use wassay_engine::Feature;

/// A proposal that no engine can be asked to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Foreign {
    /// Components, and values of their types.
    Components,
    /// References to continuations.
    StackSwitching,
    /// References to shared objects.
    SharedEverything,
}

impl Foreign {
    /// The proposal.
    pub(crate) fn feature(self) -> Feature {
        match self {
            Foreign::Components => Feature::ComponentModel,
            Foreign::StackSwitching => Feature::StackSwitching,
            Foreign::SharedEverything => Feature::SharedEverythingThreads,
        }
    }
}

/// The types of constants that only components have.
const TYPES: &[&str] = &[
    "bool", "char", "enum", "flags", "list", "map", "record", "resource", "s16", "s32", "s64",
    "s8", "str", "tuple", "u16", "u32", "u64", "u8", "variant",
];

/// The proposal that the form uses.
pub(super) fn of(text: &str) -> Option<Foreign> {
    let mut lexer = Lexer::new(text.as_bytes());
    let mut depth = 0;
    let mut outermost = "";
    while let Some((token, _)) = lexer.next() {
        match token {
            Token::Open => {
                depth += 1;
                let [word, next] = head(text, lexer.clone());
                match (depth, word) {
                    (1, "component") => return Some(Foreign::Components),
                    // Inside a module, or in a form that is not a directive, these words are typos.
                    (1, "module" | "thread") => return None,
                    (1, word) if meant(word) != Some(word) => return None,
                    (1, word) => outermost = word,
                    (2, "module") => return None,
                    (2, "component") if outermost.starts_with("assert_") => {
                        return Some(Foreign::Components);
                    }
                    (2 | 3, word) => match constant(word, next) {
                        None => {}
                        foreign => return foreign,
                    },
                    _ => {}
                }
            }
            Token::OpenAnnotation => depth += 1,
            Token::Close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The proposal of a constant or a result pattern.
fn constant(word: &str, next: &str) -> Option<Foreign> {
    let is_component = match word.split_once('.') {
        Some((ty, "const")) => TYPES.contains(&ty),
        _ => matches!(word, "option.none" | "option.some" | "result.ok" | "result.err"),
    };
    match (word, next) {
        _ if is_component => Some(Foreign::Components),
        ("ref.cont", _) | ("ref.null", "cont" | "nocont") => Some(Foreign::StackSwitching),
        ("ref.i31_shared", _) => Some(Foreign::SharedEverything),
        _ => None,
    }
}

/// The first two words of a list.
fn head<'t>(text: &'t str, mut lexer: Lexer<'_>) -> [&'t str; 2] {
    [(); 2].map(|()| match lexer.next_solid() {
        Some((Token::Atom, start)) => &text[start..lexer.at],
        _ => "",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_proposals_are_told_from_typos() {
        use Foreign::{Components, SharedEverything, StackSwitching};
        for (text, foreign) in [
            ("(component)", Components),
            ("(component definition $C (core module))", Components),
            ("(assert_invalid (component (import)) \"x\")", Components),
            ("(assert_return (invoke \"f\" (u32.const 1)) (str.const \"a\"))", Components),
            ("(assert_return (invoke \"f\") (result.ok (u8.const 1)))", Components),
            ("(assert_return (invoke \"f\") (ref.null cont))", StackSwitching),
            ("(invoke \"f\" (ref.null (; c ;) nocont))", StackSwitching),
            ("(assert_return (invoke \"f\") (ref.i31_shared))", SharedEverything),
        ] {
            assert_eq!(of(text), Some(foreign), "{text}");
        }
        for text in [
            "(module (component))",
            "(module (u32.const 1))",
            "(assert_invalid (module (ref.null cont)) \"x\")",
            "(assert_return (invoke \"f\" (i32.cnst 1)))",
            "(assert_return (invoke \"f\" (nope.const 1)))",
            "(componant)",
            "(frobnicate (component))",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
