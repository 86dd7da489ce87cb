//! Takes a form that is not a readable directive on core modules; decides whether it may use a
//! proposal that the trait cannot express. Sees no engine and no names: whether the instance of an
//! action is a component is for others to say.

use super::Unreadable;
use super::keyword::meant;
use super::lexer::{Lexer, Token};
use super::words::{Word, words};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A form that may belong to a proposal that no engine can be asked to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Foreign<'a> {
    /// A component, or an assertion about one.
    Component,
    /// An instance of a component that was defined before.
    Instance {
        #[serde(borrow)]
        component: Option<Cow<'a, str>>,
    },
    /// An action with a value that no core instance takes or returns.
    Values {
        /// The instance that the action names.
        #[serde(borrow)]
        instance: Option<Cow<'a, str>>,
        proposal: Proposal,
        /// Why it cannot be read as an action on a core instance.
        refused: Unreadable,
    },
}

/// A proposal with values of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Proposal {
    Components,
    StackSwitching,
}

/// The types of constants that only components have.
const TYPES: &[&str] = &[
    "bool", "char", "enum", "flags", "list", "map", "record", "resource", "s16", "s32", "s64",
    "s8", "str", "tuple", "u16", "u32", "u64", "u8", "variant",
];

/// The constants of components that are not named after their type.
const CASES: &[&str] = &["option.none", "option.some", "result.ok", "result.err"];

/// The form, if it may belong to such a proposal; `refused` is why it is not a directive on core
/// modules.
pub(super) fn of<'t>(text: &'t str, refused: &Unreadable) -> Option<Foreign<'t>> {
    let mut lexer = Lexer::new(text.as_bytes());
    let mut depth = 0;
    let mut outermost = "";
    let mut action = None;
    while let Some((token, _)) = lexer.next() {
        match token {
            Token::Open => {
                depth += 1;
                let mut words = words(&text.as_bytes()[lexer.at..]);
                let (word, next) = (keyword(words.next()), words.next());
                match (depth, word) {
                    (1, "component") if keyword(next.clone()) == "instance" => {
                        // A single name is the component's.
                        let [first, second] = [(); 2].map(|()| id(words.next()));
                        return Some(Foreign::Instance { component: second.or(first) });
                    }
                    (1, "component") => return Some(Foreign::Component),
                    // Inside a module, or in a form that is not a directive, these words are typos.
                    (1, "module" | "thread") => return None,
                    (1, word) if meant(word) != Some(word) => return None,
                    (1, "invoke" | "get") => action = Some(id(next)),
                    (1, word) => outermost = word,
                    (2, "module") => return None,
                    (2, "component") if outermost.starts_with("assert_") => {
                        return Some(Foreign::Component);
                    }
                    (2, "invoke" | "get") if outermost.starts_with("assert_") => {
                        action = action.or_else(|| Some(id(next)));
                    }
                    (2 | 3, word) => {
                        let proposal = constant(word, keyword(next));
                        if let (Some(instance), Some(proposal)) = (&action, proposal) {
                            let (instance, refused) = (instance.clone(), refused.clone());
                            return Some(Foreign::Values { instance, proposal, refused });
                        }
                    }
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

/// The proposal of a constant.
fn constant(word: &str, next: &str) -> Option<Proposal> {
    match (word.split_once('.'), word, next) {
        (Some((ty, "const")), ..) if TYPES.contains(&ty) => Some(Proposal::Components),
        (_, word, _) if CASES.contains(&word) => Some(Proposal::Components),
        (_, "ref.null", "cont" | "nocont") => Some(Proposal::StackSwitching),
        _ => None,
    }
}

/// A word that is neither an id nor a string; empty if there is none.
fn keyword(word: Option<Word<'_>>) -> &str {
    match word {
        Some(Word::Other(Some(word))) => word,
        _ => "",
    }
}

/// The id, if the word is one.
fn id(word: Option<Word<'_>>) -> Option<Cow<'_, str>> {
    match word {
        Some(Word::Id(id)) => id,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_proposals_are_told_from_typos() {
        use Proposal::{Components, StackSwitching};
        let refused = Unreadable { message: "why".to_string(), offset: Some(3) };
        for text in [
            "(component)",
            "(component definition $C (core module))",
            "(assert_invalid (component (import)) \"x\")",
        ] {
            assert_eq!(of(text, &refused), Some(Foreign::Component), "{text}");
        }
        for (text, component) in [
            ("(component instance $I $D)", Some("D")),
            ("(component instance (; c ;) $D)", Some("D")),
            (r#"(component instance $"a b")"#, Some("a b")),
            (r#"(component instance $I $"\61 b")"#, Some("a b")),
            (r#"(component instance $"I" (; c ;) $D)"#, Some("D")),
            ("(component instance)", None),
        ] {
            let component = component.map(Cow::from);
            assert_eq!(of(text, &refused), Some(Foreign::Instance { component }), "{text}");
        }
        for (text, instance, proposal) in [
            ("(assert_return (invoke \"f\" (u32.const 1)) (str.const \"a\"))", None, Components),
            ("(assert_return (invoke $C \"f\") (result.ok (u8.const 1)))", Some("C"), Components),
            ("(assert_return (get $C \"g\") (either (u8.const 1)))", Some("C"), Components),
            ("(invoke \"f\" (u8.const $C))", None, Components),
            ("(invoke $M \"f\" (ref.null (; c ;) nocont))", Some("M"), StackSwitching),
            (r#"(invoke $"a b" "f" (u32.const 1))"#, Some("a b"), Components),
            (r#"(assert_return (get $"\61 b" "g") (u8.const 1))"#, Some("a b"), Components),
        ] {
            let instance = instance.map(Cow::from);
            let foreign = Foreign::Values { instance, proposal, refused: refused.clone() };
            assert_eq!(of(text, &refused), Some(foreign), "{text}");
        }
        for text in [
            "(module (component))",
            "(module (u32.const 1))",
            "(assert_invalid (module (ref.null cont)) \"x\")",
            "(assert_return (invoke \"f\" (i32.cnst 1)))",
            "(assert_return (invoke \"f\" (nope.const 1)))",
            "(assert_return (u32.const 1))",
            "(register (u32.const 1))",
            "(componant)",
            "(frobnicate (component))",
            "",
        ] {
            assert_eq!(of(text, &refused), None, "{text}");
        }
    }

    /// `broken/mistyped.wast` has a directive for each.
    #[test]
    fn every_constant_of_components_is_tried_on_a_core_instance() {
        let script = include_str!("../../tests/broken/mistyped.wast");
        let constants = TYPES.iter().map(|ty| format!("({ty}.const"));
        for constant in constants.chain(CASES.iter().map(|case| format!("({case}"))) {
            assert!(script.contains(&constant), "{constant}");
        }
    }
}
