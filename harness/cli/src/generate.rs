//! `wassay generate`: the generated families in, a list for people or a directory of scripts out.
//! Runs no script.

use crate::exit::Failure;
use std::fs;
use std::io;
use std::path::Path;
use wassay_regressions::families::{self, Family};

/// The families of these names, or without names all: their axes, the rules that leave combinations
/// out, and counts.
///
/// # Errors
/// If there is no family of a name.
pub fn list(names: &[String]) -> Result<String, Failure> {
    let families = chosen(names, |_| true)?;
    let texts: Vec<String> = families.iter().map(described).collect();
    Ok(texts.join("\n"))
}

/// The families of these names, or without names those that are chosen by default.
fn chosen(names: &[String], by_default: fn(&Family) -> bool) -> Result<Vec<Family>, Failure> {
    let families = families::all();
    let known = || families.iter().map(|family| family.name);
    if let Some(name) = names.iter().find(|name| !known().any(|known| known == **name)) {
        let meant = match &*wassay_suites::did_you_mean(name, known()) {
            "" => ".".to_string(),
            meant => meant.to_string(),
        };
        let there = known().collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format_args!(
            "there is no generated family `{name}`{meant} There are {there}"
        )));
    }
    let is_chosen = |family: &Family| match names {
        [] => by_default(family),
        names => names.iter().any(|name| name == family.name),
    };
    Ok(families.into_iter().filter(is_chosen).collect())
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
    out += &format!("  {:>6} cases: {assertions} assertions in {scripts} scripts\n", family.cases);
    if family.is_large {
        out += &(wassay_report::wrapped("         ", LARGE) + "\n");
    }
    out
}

/// What is different about a large family.
const LARGE: &str = "they take minutes, so they are in no suite, and are written only if the \
                     family is named";

/// Writes every script of the families of these names, or without names of all but the large ones,
/// into a directory that is new or empty; returns what it wrote, in words.
///
/// # Errors
/// If there is no family of a name, or if the directory has anything in it, or cannot be read or
/// written.
pub fn emit(directory: &Path, names: &[String]) -> Result<String, Failure> {
    let families = chosen(names, |family| !family.is_large)?;
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
    for family in families {
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
