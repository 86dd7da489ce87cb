//! Seeded faults: real bugs of engines, brought back one at a time by name, to prove that the
//! suites catch them. Takes the name from the environment; answers whether a bug is seeded. Only a
//! build with the feature `seeded-faults` can be faulty: in every other, `is_seeded` is the constant
//! `false`, and the compiler removes the faulty code.

mod list;

pub use list::{CHECKED, Fault, UNSEEDED};

/// The variable that names the fault to seed.
pub const VARIABLE: &str = "WASSAY_SEEDED_FAULT";

/// What a fault is, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name on command lines.
    pub name: &'static str,
    /// The bug that it stands for, for example `wazero#2313`; `-` for an ordinary mistake.
    pub bug: &'static str,
    /// What the faulty engine does, in one line.
    pub meaning: &'static str,
}

/// Whether this build can be faulty, and is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seeding {
    /// A normal build.
    Never,
    /// A build for seeded faults, without one.
    Sound,
    /// A build for seeded faults, with this one.
    Faulty(Fault),
    /// A build for seeded faults that was asked for a fault of this name, which does not exist.
    Unknown(String),
}

impl Fault {
    /// The fault of this name.
    pub fn named(name: &str) -> Option<Fault> {
        Fault::ALL.iter().copied().find(|fault| fault.name() == name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.description().name
    }

    /// The check of cache directories that must see the fault, if no script can.
    pub fn check(self) -> Option<&'static str> {
        CHECKED.iter().find(|(fault, _)| *fault == self).map(|(_, check)| *check)
    }

    /// Whether the fault exists on this machine: a few are bugs of one code generator.
    pub fn is_here(self) -> bool {
        match self {
            Fault::ShrSignedX86_64 => cfg!(target_arch = "x86_64"),
            Fault::ShrSignedAarch64 => cfg!(target_arch = "aarch64"),
            _ => true,
        }
    }

    /// Whether this bug is seeded.
    #[cfg(feature = "seeded-faults")]
    pub fn is_seeded(self) -> bool {
        *chosen() == Seeding::Faulty(self)
    }

    /// Whether this bug is seeded: never in this build.
    #[cfg(not(feature = "seeded-faults"))]
    #[inline(always)]
    pub const fn is_seeded(self) -> bool {
        false
    }
}

// The proof that a normal build holds no faulty code: the condition of each is a constant.
#[cfg(not(feature = "seeded-faults"))]
const _: () = {
    let mut at = 0;
    while at < Fault::ALL.len() {
        assert!(!Fault::ALL[at].is_seeded());
        at += 1;
    }
};

#[cfg(feature = "seeded-faults")]
fn chosen() -> &'static Seeding {
    static CHOSEN: std::sync::OnceLock<Seeding> = std::sync::OnceLock::new();
    CHOSEN.get_or_init(|| match std::env::var(VARIABLE) {
        Err(_) => Seeding::Sound,
        Ok(name) => Fault::named(&name).map_or(Seeding::Unknown(name), Seeding::Faulty),
    })
}

/// What is seeded in this process.
pub fn seeding() -> Seeding {
    #[cfg(feature = "seeded-faults")]
    return chosen().clone();
    #[cfg(not(feature = "seeded-faults"))]
    Seeding::Never
}

impl Seeding {
    /// What a report of a run must say about it; `None` for a normal build.
    pub fn notice(&self) -> Option<String> {
        let what = match self {
            Seeding::Never => return None,
            Seeding::Sound => "none is seeded".to_string(),
            Seeding::Faulty(fault) => format!("`{}` is seeded", fault.name()),
            Seeding::Unknown(name) => format!("there is no fault `{name}`"),
        };
        Some(format!("this build is for seeded faults only, and {what}: it judges no engine"))
    }

    /// What distinguishes the code of this process from that of a normal build, so that no cache
    /// mixes them; empty for a normal build.
    pub fn mark(&self) -> &str {
        match self {
            Seeding::Never => "",
            Seeding::Sound | Seeding::Unknown(_) => "no fault",
            Seeding::Faulty(fault) => fault.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_descriptions_are_lines() {
        let names: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        assert_eq!(names.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            let Description { name, bug, meaning } = fault.description();
            assert_eq!(Fault::named(name), Some(*fault));
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
            assert!(!name.is_empty() && name.chars().all(plain), "{name}");
            assert!(!bug.is_empty() && !meaning.is_empty(), "{name}");
            assert!(!format!("{bug}{meaning}").contains(['\n', '|']), "{name}");
        }
        assert_eq!(Fault::named("no-such-fault"), None);
    }

    #[test]
    fn only_a_normal_build_gives_no_notice() {
        assert_eq!((Seeding::Never.notice(), Seeding::Never.mark()), (None, ""));
        let fault = Fault::ConstantShift;
        for (seeding, named) in [
            (Seeding::Sound, "none is seeded"),
            (Seeding::Faulty(fault), "`constant-shift` is seeded"),
            (Seeding::Unknown("x".into()), "there is no fault `x`"),
        ] {
            assert!(seeding.notice().unwrap().contains(named), "{seeding:?}");
            assert!(!seeding.mark().is_empty());
        }
    }
}
