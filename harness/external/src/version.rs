//! Versions of programs: takes what a program prints; gives numbers that can be compared. Starts
//! nothing.

use serde::Deserialize;
use std::fmt;

/// A version: numbers between dots, for example 20.11.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Version(Vec<u64>);

impl Version {
    /// The first version in a text such as `v20.20.2` or `go version go1.24.1 linux/amd64`.
    pub(crate) fn within(text: &str) -> Option<Version> {
        let words = text.split_whitespace();
        words
            .filter_map(|word| {
                let start = word.find(|letter: char| letter.is_ascii_digit())?;
                let number =
                    word[start..].split(|letter: char| letter != '.' && !letter.is_ascii_digit());
                Version::try_from(number.into_iter().next()?.trim_end_matches('.').to_string()).ok()
            })
            .next()
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Version, String> {
        let numbers = text.split('.').map(str::parse).collect::<Result<Vec<u64>, _>>();
        numbers.map(Version).map_err(|_| format!("`{text}` is no version, such as 20 or 20.11"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        for (text, version) in [
            ("v20.20.2\n", "20.20.2"),
            ("go version go1.24.1 linux/amd64", "1.24.1"),
            ("JavaScriptCore 2.46", "2.46"),
            ("22-nightly", "22"),
            ("1.6.rc1", "1.6"),
        ] {
            assert_eq!(Version::within(text).unwrap().to_string(), version, "{text}");
        }
        for text in ["", "no number", "v."] {
            assert_eq!(Version::within(text), None, "{text}");
        }
        let of = |text: &str| Version::try_from(text.to_string()).unwrap();
        let ordered = ["9", "20", "20.9", "20.11", "20.11.0", "21.0"].map(of);
        assert!(ordered.is_sorted() && ordered.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(Version::try_from("20.x".to_string()).is_err());
    }
}
