//! One directive's verdict, with everything that a reader needs to act on it. Judges nothing.

use crate::outcome::{Expected, Observed, shorten_name, shorten_text};
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// The verdict of one directive, and the reason.
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
    /// The verdict.
    pub verdict: Verdict,
    /// What the script expects; `None` for a pass, unless the script leaves the result open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// What was observed; `None` for a pass, unless the script leaves the result open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Observed>,
    /// The reason, in a sentence; empty for a pass.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The feature that the engine lacks, if the directive is *unsupported*, for example `gc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The capability that an *unsupported* directive needs and the engine lacks, if it is not a
    /// feature: a capability's name, for example `kinds`, or an operation in the engine's own
    /// words. If the harness is at fault, `harness limit: ` and what it cannot do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// The line of the directive that blocks this one, if it is *blocked* and the line is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<u32>,
    /// Hash of the directive's text (white space and comments folded), so that a known failure
    /// survives line shifts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

/// The text of the observation, or else the message.
pub(crate) fn why(actual: &Option<Observed>, message: &str) -> String {
    actual.as_ref().map_or_else(|| message.to_string(), ToString::to_string)
}

impl Finding {
    /// Cuts what is too long for a reader, so that the finding's JSON is shorter than 4 MB: a text
    /// or a list of values to half a megabyte, and a name to a kilobyte. A cut text ends in `...`,
    /// and a cut list in the number of missing values.
    pub fn shorten(&mut self) {
        self.expected.iter_mut().for_each(Expected::shorten);
        self.actual.iter_mut().for_each(Observed::shorten);
        shorten_text(&mut self.message);
        let names = [&mut self.kind, &mut self.hash].into_iter();
        names.chain(&mut self.feature).chain(&mut self.capability).for_each(shorten_name);
    }

    /// Whether it has more than a verdict: an expectation, an observation or a message.
    pub fn is_explained(&self) -> bool {
        self.expected.is_some() || self.actual.is_some() || !self.message.is_empty()
    }

    /// The observation, or else the reason for the verdict, for people; empty for a pass.
    pub fn why(&self) -> String {
        why(&self.actual, &self.message)
    }

    /// What the engine lacks, for an *unsupported* directive.
    pub fn lacking(&self) -> Option<&str> {
        self.feature.as_deref().or(self.capability.as_deref())
    }

    /// The verdict of a directive at this place, without anything else.
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
