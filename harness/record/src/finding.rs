//! One directive's verdict, with all that a reader needs to act on it.

use crate::outcome::{Expected, Observed, shorten_text};
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What is said of one directive, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The directive's position among the directives of its file, from 0.
    pub index: u32,
    /// Line of the directive's opening parenthesis, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The directive's keyword, for example `assert_return`; `module` and `invoke` are directives
    /// too.
    pub kind: String,
    /// What is said of it.
    pub verdict: Verdict,
    /// What the script expects; `None` for a pass, unless the script leaves something open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// What was observed; `None` for a pass, unless the script leaves that open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Observed>,
    /// Why, in a sentence; empty for a pass.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The feature that the engine lacks, if the directive is *unsupported*, for example `gc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The capability that the engine lacks, if the directive is *unsupported* and not for want of
    /// a feature: a capability by its name, for example `kinds`, or an operation in the engine's
    /// own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// The line of the directive that a *blocked* one waits for in vain, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<u32>,
    /// Hash of the directive's text (white space and comments folded), so that a known failure
    /// survives line shifts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

/// The text of an observation, or else a message.
pub(crate) fn why(actual: &Option<Observed>, message: &str) -> String {
    actual.as_ref().map_or_else(|| message.to_string(), ToString::to_string)
}

impl Finding {
    /// Cuts what is longer than a reader can use: a text to a megabyte, with `...` at its end, and
    /// a list to ten thousand values.
    pub fn shorten(&mut self) {
        self.expected.iter_mut().for_each(Expected::shorten);
        self.actual.iter_mut().for_each(Observed::shorten);
        shorten_text(&mut self.message);
    }

    /// Whether it has more than a verdict: an expectation, an observation or a message.
    pub fn is_explained(&self) -> bool {
        self.expected.is_some() || self.actual.is_some() || !self.message.is_empty()
    }

    /// What was observed, or else why the directive got its verdict, for people; empty for a pass.
    pub fn why(&self) -> String {
        why(&self.actual, &self.message)
    }

    /// What the engine lacks, if the directive is *unsupported*.
    pub fn lacking(&self) -> Option<&str> {
        self.feature.as_deref().or(self.capability.as_deref())
    }

    /// The verdict of a directive at this place, and nothing else.
    pub fn bare(
        index: u32,
        line: u32,
        column: u32,
        kind: impl Into<String>,
        verdict: Verdict,
    ) -> Finding {
        Finding {
            index,
            line,
            column,
            kind: kind.into(),
            verdict,
            expected: None,
            actual: None,
            message: String::new(),
            feature: None,
            capability: None,
            cause: None,
            hash: String::new(),
        }
    }
}
