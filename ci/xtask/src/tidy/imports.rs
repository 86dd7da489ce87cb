//! Takes the files of a crate; reports which of its modules import each other in a cycle. A module
//! is one that the root declares: a file, or a directory with everything below it. Reads no file
//! itself.

use super::Finding;
use super::code;
use std::collections::{BTreeMap, BTreeSet};

/// The crates whose modules form layers.
const LAYERED: &[&str] = &["engine/runtime/src/"];

/// Each module with the modules that it imports, and the place of each first import.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<String, (String, usize)>>;

/// The import cycles in the layered crates among these files, which are given with their texts.
pub fn check<'a>(files: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in LAYERED {
        let files = files.clone().filter_map(|(path, text)| {
            let module = path.strip_prefix(source)?.strip_suffix(".rs")?;
            Some((module.split('/').next()?, path, text))
        });
        let mut graph = Graph::new();
        for (module, path, text) in files.filter(|(module, ..)| *module != "lib") {
            let used = graph.entry(module).or_default();
            for (at, line) in code::lines(text).iter().enumerate() {
                for name in imported(&line.code) {
                    if name.starts_with(|c: char| c.is_lowercase()) {
                        used.entry(name).or_insert_with(|| (path.to_string(), at + 1));
                    } else {
                        let message = format!("`crate::{name}`: name the module that it is in");
                        findings.push(Finding { path: path.to_string(), line: at + 1, message });
                    }
                }
            }
        }
        findings.extend(circles(&graph));
    }
    findings
}

/// The text after each `crate::` of a line.
fn imported(code: &str) -> Vec<String> {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '{';
    code.match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .map(|(at, found)| code[at + found.len()..].chars().take_while(|c| inside(*c)).collect())
        .collect()
}

/// One finding for each module that reaches itself through others, at the import that begins the
/// shortest path.
fn circles(graph: &Graph<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut reported = BTreeSet::new();
    for module in graph.keys() {
        let Some(way) = way_back(graph, module) else { continue };
        if way.iter().any(|module| !reported.insert(module.clone())) {
            continue;
        }
        let (path, line) = &graph[module][&way[0]];
        let message = format!("modules import each other: `{module} -> {}`", way.join(" -> "));
        findings.push(Finding { path: path.clone(), line: *line, message });
    }
    findings
}

/// The shortest path from a module through others back to it, without its first element.
fn way_back(graph: &Graph<'_>, module: &str) -> Option<Vec<String>> {
    let mut ways: Vec<Vec<String>> = graph[module]
        .keys()
        .filter(|used| *used != module)
        .map(|used| vec![used.clone()])
        .collect();
    let mut seen: BTreeSet<String> = ways.iter().flatten().cloned().collect();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let last = way.last()?;
            for used in graph.get(last.as_str()).into_iter().flat_map(|used| used.keys()) {
                let way = [way.as_slice(), std::slice::from_ref(used)].concat();
                if used == module {
                    return Some(way);
                }
                if seen.insert(used.clone()) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| (format!("engine/runtime/src/{name}"), *text))
            .collect();
        let found = check(files.iter().map(|(path, text)| (path.as_str(), *text)));
        found.into_iter().map(|f| format!("{}:{}: {}", f.path, f.line, f.message)).collect()
    }

    #[test]
    fn layered_imports_are_accepted() {
        let files = [
            ("lib.rs", "pub use crate::call::call;"),
            ("call.rs", "use crate::store::Store;\nuse crate::memory::Memory;"),
            ("store.rs", "use crate::memory::Memory; // not crate::call::call"),
            ("memory/mod.rs", "use crate::memory::pool::Pool;"),
            ("memory/pool.rs", "use crate::memory::Memory;"),
        ];
        assert_eq!(messages(&files), [""; 0]);
    }

    #[test]
    fn a_cycle_is_reported_once_with_its_path() {
        let files = [
            ("call.rs", "\nuse crate::store::Store;"),
            ("memory/own.rs", "fn f() { crate::call::call() }"),
            ("store.rs", "use crate::memory::Memory;"),
        ];
        let wanted = "engine/runtime/src/call.rs:2: modules import each other: `call -> store -> memory -> call`";
        assert_eq!(messages(&files), [wanted]);
    }

    #[test]
    fn an_import_through_the_root_is_rejected() {
        let found =
            messages(&[("call.rs", "use crate::Store;"), ("host.rs", "use crate::{call};")]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("name the module"));
    }
}
