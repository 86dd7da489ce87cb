//! One directive's verdict, with all that a reader needs to act on it.

use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What is said of one directive, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What the script expects; of a pass empty, unless the script leaves something open.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What the engine did; of a pass empty, unless the script leaves that open.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actual: String,
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

/// The longest text of a finding, in bytes.
const TEXT_LIMIT: usize = 1 << 20;

impl Finding {
    /// Cuts texts that are longer than a reader can use: a megabyte each. A cut text ends in `...`.
    pub fn shorten(&mut self) {
        for text in [&mut self.expected, &mut self.actual, &mut self.message] {
            if text.len() > TEXT_LIMIT {
                text.truncate(text.floor_char_boundary(TEXT_LIMIT));
                text.push_str("...");
            }
        }
    }

    /// The length of its texts, in bytes.
    pub fn text_len(&self) -> usize {
        self.expected.len() + self.actual.len() + self.message.len()
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
            expected: String::new(),
            actual: String::new(),
            message: String::new(),
            feature: None,
            capability: None,
            cause: None,
            hash: String::new(),
        }
    }
}
