//! Takes the names of our scripts; returns those that are named after a bug. Reads no script.

use anyhow::{Context, Result};
use std::path::Path;

/// The folders with scripts of known bugs.
const FOLDERS: &[&str] = &["bugs", "cache", "embedder"];

/// The names of the scripts in these folders, such as `regressions/bugs/endive-88-x.wast`; sorted.
pub struct Scripts(Vec<String>);

impl Scripts {
    /// Those in the source tree.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn find(root: &Path) -> Result<Scripts> {
        let mut names = Vec::new();
        for folder in FOLDERS {
            let path = root.join("regressions/wast").join(folder);
            let entries = std::fs::read_dir(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            for entry in entries {
                let file = entry?.file_name();
                names.push(format!("regressions/{folder}/{}", file.to_string_lossy()));
            }
        }
        names.sort();
        Ok(Scripts(names))
    }

    /// The scripts that are named after one of these bugs, for example `WAMR#2494, zwasm#427`. A bug
    /// without a report has the name of its script.
    pub fn named_after(&self, bugs: &str) -> Vec<&str> {
        let prefixes: Vec<String> = bugs.split(", ").filter_map(prefix).collect();
        let is_named = |name: &&str| {
            let file = name.rsplit('/').next().unwrap_or_default();
            prefixes.iter().any(|prefix| file.starts_with(prefix))
        };
        self.0.iter().map(String::as_str).filter(is_named).collect()
    }
}

/// What the names of the scripts of a bug such as `WAMR#2494` begin with.
fn prefix(bug: &str) -> Option<String> {
    match bug.split_once('#') {
        Some((engine, number)) => Some(format!("{}-{number}-", engine.to_lowercase())),
        None if bug == "-" => None,
        None => Some(format!("{bug}.wast")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use wassay_artifact::fault::{Fault, UNSEEDED};

    fn scripts() -> Scripts {
        Scripts::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
    }

    #[test]
    fn a_script_is_named_after_its_bug() {
        let names = ["a/wazero-21-x.wast", "a/wazero-2-x.wast", "b/wamr-2-y.wast", "b/two.wast"];
        let scripts = Scripts(names.map(String::from).to_vec());
        assert_eq!(scripts.named_after("wazero#2"), ["a/wazero-2-x.wast"]);
        assert_eq!(scripts.named_after("wazero#21, WAMR#2"), [names[0], names[2]]);
        assert_eq!(scripts.named_after("-"), [""; 0]);
        assert_eq!(scripts.named_after("two"), ["b/two.wast"]);
    }

    /// No script claims to test for a bug without a fault that proves it, or a reason for none.
    #[test]
    fn every_script_of_a_bug_has_a_fault() {
        let scripts = scripts();
        let faults = Fault::ALL.iter().map(|fault| fault.description().bug);
        let bugs = faults.chain(UNSEEDED.iter().map(|(bug, _)| *bug));
        let proven: BTreeSet<&str> = bugs.flat_map(|bugs| scripts.named_after(bugs)).collect();
        let has_number =
            |name: &str| name.split('-').nth(1).is_some_and(|it| it.parse::<u32>().is_ok());
        for name in scripts.0.iter().filter(|name| has_number(name)) {
            assert!(proven.contains(&**name), "no fault stands for the bug of {name}");
        }
    }

    #[test]
    fn every_bug_of_a_fault_has_a_script() {
        let scripts = scripts();
        for fault in Fault::ALL {
            let it = fault.description();
            let needs = it.bug.split(", ").any(|bug| prefix(bug).is_some());
            assert_eq!(!scripts.named_after(it.bug).is_empty(), needs, "{}: {}", it.name, it.bug);
        }
        for (bug, why) in UNSEEDED {
            assert!(!scripts.named_after(bug).is_empty() && !why.is_empty(), "{bug}");
        }
    }
}
