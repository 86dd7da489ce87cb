//! The part of a selection that a run covers: one shard, or several merged shards. Sees no script:
//! a size and a hash identify a selection.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Some shards of a selection of scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Partition {
    /// The number of shards in the division.
    pub of: u64,
    /// The shards that the run covers, counted from 1, in ascending order.
    pub shards: Vec<u64>,
    /// The number of scripts in the whole selection.
    pub scripts: u64,
    /// A hash of the whole selection: the names and texts of its scripts, in order.
    pub selection: String,
}

/// Why two reports are not shards of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// One covers a whole selection, the other a part of one.
    WholeAndPart,
    /// The selections were divided differently.
    Division {
        /// The number of shards in the one.
        one: u64,
        /// The number of shards in the other.
        other: u64,
    },
    /// The scripts differ, in name, text or number.
    Selection,
    /// Both have this shard.
    Twice {
        /// Which.
        shard: u64,
        /// Of how many.
        of: u64,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::WholeAndPart => {
                f.write_str("one report covers a whole selection, the other a shard of one")
            }
            Mismatch::Division { one, other } => {
                write!(f, "one report is a shard of {one}, the other a shard of {other}")
            }
            Mismatch::Selection => f.write_str(
                "the shards come from different selections: give each shard the same arguments \
                 and the same scripts",
            ),
            Mismatch::Twice { shard, of } => write!(f, "both reports have shard {shard} of {of}"),
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shards[..] {
            [shard] => write!(f, "shard {shard} of {}", self.of),
            shards => write!(f, "{} of {} shards", shards.len(), self.of),
        }
    }
}

impl Partition {
    /// The statement that the shard has no script.
    pub fn has_none(&self) -> String {
        format!("{self} has none of the {} scripts selected", self.scripts)
    }

    /// Why no run can cover this, if it is impossible.
    pub(crate) fn contradiction(&self) -> Option<String> {
        let Partition { of, shards, .. } = self;
        if shards.is_empty() {
            return Some(format!("it covers no shard of {of}"));
        }
        if let Some(shard) = shards.iter().find(|shard| !(1..=*of).contains(*shard)) {
            return Some(format!("there is no shard {shard} of {of}"));
        }
        let ascends = shards.windows(2).all(|pair| pair[0] < pair[1]);
        (!ascends).then(|| "its shards are not in ascending order".to_string())
    }

    /// The shards that are missing, in ascending order.
    pub fn missing(&self) -> Vec<u64> {
        // Do not trust the report: `of` may be any number.
        let few = self.shards.len().saturating_add(20) as u64;
        (1..=self.of.min(few)).filter(|shard| !self.shards.contains(shard)).collect()
    }

    /// Adds the shards of another part of the same selection.
    ///
    /// # Errors
    /// If the two are not parts of one division, or share a shard.
    pub(crate) fn join(&mut self, other: &Partition) -> Result<(), Mismatch> {
        if self.of != other.of {
            return Err(Mismatch::Division { one: self.of, other: other.of });
        }
        if (self.scripts, &self.selection) != (other.scripts, &other.selection) {
            return Err(Mismatch::Selection);
        }
        if let Some(&shard) = other.shards.iter().find(|shard| self.shards.contains(shard)) {
            return Err(Mismatch::Twice { shard, of: self.of });
        }
        self.shards.extend(&other.shards);
        self.shards.sort_unstable();
        Ok(())
    }
}

/// Joins what two runs cover; `None` is a whole selection.
pub(crate) fn join(one: &mut Option<Partition>, other: Option<&Partition>) -> Result<(), Mismatch> {
    match (one, other) {
        (None, None) => Ok(()),
        (Some(one), Some(other)) => one.join(other),
        _ => Err(Mismatch::WholeAndPart),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(of: u64, shards: &[u64]) -> Partition {
        Partition { of, shards: shards.to_vec(), scripts: 9, selection: "x".to_string() }
    }

    #[test]
    fn shards_join_once_and_in_order() {
        let mut all = part(3, &[3]);
        assert_eq!(all.missing(), [1, 2]);
        all.join(&part(3, &[1])).unwrap();
        assert_eq!((&all.shards[..], &all.missing()[..]), (&[1, 3][..], &[2][..]));
        assert_eq!(all.join(&part(3, &[2, 3])), Err(Mismatch::Twice { shard: 3, of: 3 }));
        all.join(&part(3, &[2])).unwrap();
        assert!(all.missing().is_empty());
    }

    #[test]
    fn parts_of_different_divisions_do_not_join() {
        let other = Partition { selection: "y".to_string(), ..part(3, &[2]) };
        assert_eq!(part(3, &[1]).join(&other), Err(Mismatch::Selection));
        let division = Mismatch::Division { one: 3, other: 4 };
        assert_eq!(part(3, &[1]).join(&part(4, &[2])), Err(division));
        assert_eq!(join(&mut None, Some(&other)), Err(Mismatch::WholeAndPart));
    }

    #[test]
    fn a_huge_number_of_shards_is_handled_quickly() {
        assert_eq!(part(u64::MAX, &[1]).missing().len(), 20);
    }
}
