//! `wassay generate`: the generated families in, a list for people or a directory of scripts out.
//! Runs no script.

use crate::exit::Failure;
use std::fs;
use std::io;
use std::path::Path;
use wassay_regressions::families::{self, Family};

/// Every family: its axes, the rules that leave combinations out, and counts.
pub fn list() -> String {
    let families = families::all();
    let texts: Vec<String> = families.iter().map(described).collect();
    texts.join("\n")
}

fn described(family: &Family) -> String {
    let mut out = wassay_report::wrapped(&format!("{}: ", family.name), family.about) + "\n";
    for axis in &family.axes {
        out += &format!("\n  {}\n", axis.about);
        out += &(wassay_report::wrapped("    ", &axis.values.join("; ")) + "\n");
    }
    let removed: usize = family.removed.iter().map(|rule| rule.combinations).sum();
    out += &format!("\n  {:>6} combinations, without\n", family.cases + removed);
    for rule in &family.removed {
        let heading = format!("  {:>6} ", rule.combinations);
        out += &(wassay_report::wrapped(&heading, rule.reason) + "\n");
    }
    let (scripts, assertions) = (family.scripts.len(), family.assertions());
    out + &format!("  {:>6} cases: {assertions} assertions in {scripts} scripts\n", family.cases)
}

/// Writes every script of every family into a directory that is new or empty; returns what it
/// wrote, in words.
///
/// # Errors
/// If the directory has anything in it, or cannot be read or written.
pub fn emit(directory: &Path) -> Result<String, Failure> {
    let shown = directory.display();
    match fs::read_dir(directory).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Ok(false) => {
            return Err(Failure::usage(format_args!(
                "{shown} is not empty: name a new or empty directory"
            )));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::usage(format_args!("cannot use {shown}: {error}"))),
    }
    let mut count = 0;
    for family in families::all() {
        let folder = directory.join(family.name);
        let failure = |path: &Path, error: io::Error| {
            Failure::harness(format_args!("cannot write {}: {error}", path.display()))
        };
        fs::create_dir_all(&folder).map_err(|error| failure(&folder, error))?;
        for script in &family.scripts {
            let file = folder.join(&script.name);
            fs::write(&file, script.text()).map_err(|error| failure(&file, error))?;
            count += 1;
        }
    }
    Ok(format!("wrote {count} scripts into {shown}\n"))
}
