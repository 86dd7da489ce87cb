//! What stands in the way of an *unsupported* directive, if it is no feature: takes the name that its
//! finding has; gives the kind. Sees no engine and no verdict.

use wassay_engine::{Capabilities, Feature};

/// The kinds of names for what a directive needs and lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// A capability of the engine, or turning off a feature.
    Capability,
    /// A limit of the harness.
    Harness,
    /// Anything else, in the engine's own words: a list must state it.
    Other,
}

const HARNESS: &str = "harness limit: ";

impl Limit {
    /// The one limit that the harness has.
    pub(crate) const FUNCTIONS: &'static str =
        "harness limit: comparing functions that are not exported";

    /// The kind of this name.
    pub(crate) fn of(name: &str) -> Limit {
        let switch =
            || name.strip_prefix(TURNING_OFF).is_some_and(|it| it.parse::<Feature>().is_ok());
        if Capabilities::named(name).is_some() || switch() {
            Limit::Capability
        } else if name.starts_with(HARNESS) {
            Limit::Harness
        } else {
            Limit::Other
        }
    }
}

/// What precedes the name of a feature that the engine cannot turn off.
pub(crate) const TURNING_OFF: &str = "turning off ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_kind() {
        for (name, kind) in [
            ("kinds", Limit::Capability),
            ("forced collection", Limit::Capability),
            ("turning off simd", Limit::Capability),
            ("turning off luck", Limit::Other),
            (Limit::FUNCTIONS, Limit::Harness),
            ("harness limit: anything", Limit::Harness),
            ("calling", Limit::Other),
        ] {
            assert_eq!(Limit::of(name), kind, "{name}");
        }
    }
}
