//! Takes the text of lanes.toml; gives its rows, or the position of an error. Does not inspect the
//! machine.

use crate::error::LanesError;
use crate::lane::Lane;
use serde::Deserialize;
use std::path::Path;
use wassay_tables::Lines;

/// The table that this program was built with.
const BUILTIN: &str = include_str!("../../../ci/lanes.toml");

/// The rows of a lanes.toml, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanes(Vec<Lane>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    lane: Vec<Lane>,
}

impl Lanes {
    /// The table that this program was built with.
    ///
    /// # Errors
    /// If the table is invalid, which a test rules out.
    pub fn builtin() -> Result<Lanes, LanesError> {
        Lanes::parse("ci/lanes.toml", BUILTIN)
    }

    /// Reads another table from a file.
    ///
    /// # Errors
    /// If it cannot be read or is wrong.
    pub fn read(path: &Path) -> Result<Lanes, LanesError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| LanesError::Unreadable { path: path.to_path_buf(), source })?;
        Lanes::parse(&path.display().to_string(), &text)
    }

    /// Parses a table; `file` is its name in errors.
    ///
    /// # Errors
    /// `Syntax` with the position, or `Row` for a contradiction.
    pub fn parse(file: &str, text: &str) -> Result<Lanes, LanesError> {
        let syntax = |problem| LanesError::Syntax { file: file.to_string(), problem };
        let table: Table = Lines::of(text).read().map_err(syntax)?;
        for (at, lane) in table.lane.iter().enumerate() {
            let twice = table.lane[..at].iter().any(|other| other.name == lane.name);
            let message = match lane.contradiction() {
                None if !twice => continue,
                None => "there are two lanes of this name".to_string(),
                Some(contradiction) => contradiction,
            };
            let (file, lane) = (file.to_string(), lane.name.clone());
            return Err(LanesError::Row { file, lane, message });
        }
        Ok(Lanes(table.lane))
    }

    /// Every lane.
    pub fn iter(&self) -> impl Iterator<Item = &Lane> {
        self.0.iter()
    }

    /// The lane with this name.
    ///
    /// # Errors
    /// `UnknownLane`, with the nearest name.
    pub fn get(&self, name: &str) -> Result<&Lane, LanesError> {
        self.iter().find(|lane| lane.name == name).ok_or_else(|| LanesError::UnknownLane {
            name: name.to_string(),
            nearest: self
                .iter()
                .map(|lane| (strsim::jaro_winkler(&lane.name, name), lane))
                .filter(|(similarity, _)| *similarity > 0.75)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, lane)| lane.name.clone()),
            known: self.iter().map(|lane| lane.name.clone()).collect(),
        })
    }

    /// The lanes of a list like `native,aarch64`, or of `all`, in the order of the list and without
    /// repetition.
    ///
    /// # Errors
    /// `UnknownLane` for the first unknown name, `EmptyName` for a missing one.
    pub fn select(&self, list: &str) -> Result<Vec<&Lane>, LanesError> {
        let mut lanes: Vec<&Lane> = Vec::new();
        for name in list.split(',').map(str::trim) {
            if name.is_empty() {
                return Err(LanesError::EmptyName { list: list.to_string() });
            }
            let found = if name == "all" { self.iter().collect() } else { vec![self.get(name)?] };
            for lane in found {
                if !lanes.iter().any(|known| known.name == lane.name) {
                    lanes.push(lane);
                }
            }
        }
        Ok(lanes)
    }
}
