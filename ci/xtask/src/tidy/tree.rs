//! Takes a directory; returns its tracked files and its crates with their dependencies. Judges
//! nothing.

use crate::command::{cargo, output};
use crate::files::files;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A source tree.
pub struct Tree {
    /// Every existing tracked file, relative to the root.
    pub files: Vec<PathBuf>,
    /// The root.
    pub root: PathBuf,
    /// The crates of the workspace and all their dependencies.
    pub packages: Packages,
}

impl Tree {
    /// Reads the tree with `git ls-files` and `cargo metadata`. Includes new files that git does
    /// not ignore.
    pub fn read(root: &Path) -> Result<Tree> {
        let metadata =
            output(cargo().current_dir(root).args(["metadata", "--format-version", "1"]))?;
        let packages = Packages::parse(&metadata, root)?;
        Ok(Tree { files: files(root)?, root: root.to_path_buf(), packages })
    }
}

/// The crates of a workspace and all their dependencies.
#[derive(Default)]
pub struct Packages {
    members: Vec<Package>,
    /// Crate name to the names of its dependencies, except those of tests and examples.
    edges: BTreeMap<String, BTreeSet<String>>,
    /// Crate name to the names of the dependencies that need a feature which is off by default.
    optional: BTreeMap<String, BTreeSet<String>>,
    /// Crate name to its features that a build of the whole workspace enables.
    enabled: BTreeMap<String, BTreeSet<String>>,
}

/// A crate of the workspace.
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its directory, relative to the root.
    pub directory: String,
    /// The roots of its libraries and programs, relative to the tree's root.
    pub roots: Vec<PathBuf>,
}

impl Packages {
    /// The crates of the workspace.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.members.iter()
    }

    /// All direct and indirect dependencies of a crate, each with the crate that depends on it.
    pub fn closure<'a>(&'a self, name: &'a str) -> BTreeMap<&'a str, &'a str> {
        let mut found = BTreeMap::new();
        let mut pending = vec![name];
        while let Some(user) = pending.pop() {
            for used in self.edges.get(user).into_iter().flatten() {
                if used != name && !found.contains_key(used.as_str()) {
                    found.insert(used.as_str(), user);
                    pending.push(used);
                }
            }
        }
        found
    }

    /// The same for a crate with all its features off.
    pub fn closure_by_default<'a>(&'a self, name: &'a str) -> BTreeMap<&'a str, &'a str> {
        let optional = self.optional.get(name);
        let mut found = BTreeMap::new();
        for used in self.edges.get(name).into_iter().flatten() {
            if !optional.is_some_and(|optional| optional.contains(used)) {
                found.insert(used.as_str(), name);
                found.extend(self.closure(used));
            }
        }
        found
    }

    /// Parses the output of `cargo metadata`.
    pub fn parse(json: &[u8], root: &Path) -> Result<Packages> {
        let metadata: Metadata = serde_json::from_slice(json).context("`cargo metadata`")?;
        let names: BTreeMap<&str, &str> =
            metadata.packages.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
        let mut packages = Packages::default();
        for package in &metadata.packages {
            if metadata.workspace_members.contains(&package.id) {
                packages.members.push(package.member(root));
                packages.optional.insert(package.name.clone(), package.optional());
            }
        }
        packages.members.sort_by(|a, b| a.directory.cmp(&b.directory));
        for node in metadata.resolve.nodes {
            let Some(name) = names.get(node.id.as_str()) else { continue };
            packages.enabled.insert(name.to_string(), node.features);
            let used = packages.edges.entry(name.to_string()).or_default();
            let built = node
                .deps
                .iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev")));
            used.extend(built.filter_map(|dep| names.get(dep.pkg.as_str())).map(|n| n.to_string()));
        }
        Ok(packages)
    }

    /// Whether a build of the whole workspace enables this feature of the crate.
    pub fn enables(&self, name: &str, feature: &str) -> bool {
        self.enabled.get(name).is_some_and(|enabled| enabled.contains(feature))
    }

    /// Crates with these names and dependencies, for tests of the rules.
    #[cfg(test)]
    pub fn sample(crates: &[(&str, &str, &[&str])]) -> Packages {
        let mut packages = Packages::default();
        for (name, directory, used) in crates {
            let used = used.iter().map(|name| name.to_string()).collect();
            packages.edges.insert(name.to_string(), used);
            let roots = vec![Path::new(directory).join("src/lib.rs")];
            packages.members.push(Package {
                name: name.to_string(),
                directory: directory.to_string(),
                roots,
            });
        }
        packages
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<MetadataTarget>,
    #[serde(default)]
    dependencies: Vec<DeclaredDependency>,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct DeclaredDependency {
    name: String,
    optional: bool,
}

#[derive(Deserialize)]
struct MetadataTarget {
    kind: Vec<String>,
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
    #[serde(default)]
    features: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl MetadataPackage {
    /// With a default feature, any optional dependency may be on.
    fn optional(&self) -> BTreeSet<String> {
        if self.features.contains_key("default") {
            return BTreeSet::new();
        }
        let optional = self.dependencies.iter().filter(|dependency| dependency.optional);
        optional.map(|dependency| dependency.name.clone()).collect()
    }

    fn member(&self, root: &Path) -> Package {
        let inside = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
        let directory = inside(self.manifest_path.parent().unwrap_or(&self.manifest_path));
        let is_root = |target: &&MetadataTarget| {
            target.kind.iter().any(|kind| kind.contains("lib") || kind == "bin")
        };
        Package {
            name: self.name.clone(),
            directory: directory.to_string_lossy().into_owned(),
            roots: self.targets.iter().filter(is_root).map(|t| inside(&t.src_path)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "packages": [
            {"id": "a 0", "name": "a", "manifest_path": "/tree/engine/a/Cargo.toml",
             "dependencies": [{"name": "b", "optional": true}, {"name": "c", "optional": false}],
             "targets": [{"kind": ["lib"], "src_path": "/tree/engine/a/src/lib.rs"},
                         {"kind": ["test"], "src_path": "/tree/engine/a/tests/t.rs"}]},
            {"id": "b 1", "name": "b", "manifest_path": "/elsewhere/b/Cargo.toml", "targets": []},
            {"id": "c 1", "name": "c", "manifest_path": "/elsewhere/c/Cargo.toml", "targets": []}
        ],
        "workspace_members": ["a 0"],
        "resolve": {"nodes": [
            {"id": "a 0", "deps": [{"pkg": "b 1", "dep_kinds": [{"kind": null}]},
                                   {"pkg": "c 1", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "b 1", "deps": []}, {"id": "c 1", "deps": []}
        ]}
    }"#;

    #[test]
    fn metadata_has_members_and_their_dependencies() {
        let packages = Packages::parse(METADATA.as_bytes(), Path::new("/tree")).unwrap();
        let members: Vec<&Package> = packages.members().collect();
        assert_eq!(members.len(), 1);
        assert_eq!((members[0].name.as_str(), members[0].directory.as_str()), ("a", "engine/a"));
        assert_eq!(members[0].roots, [Path::new("engine/a/src/lib.rs")]);
        assert_eq!(packages.closure("a"), BTreeMap::from([("b", "a")]));
        assert_eq!(packages.closure_by_default("a"), BTreeMap::new());
    }

    #[test]
    fn a_default_feature_may_enable_an_optional_dependency() {
        let with = METADATA.replacen(
            "\"dependencies\"",
            "\"features\": {\"default\": [\"b\"]}, \"dependencies\"",
            1,
        );
        let packages = Packages::parse(with.as_bytes(), Path::new("/tree")).unwrap();
        assert_eq!(packages.closure_by_default("a"), BTreeMap::from([("b", "a")]));
    }

    #[test]
    fn the_closure_names_the_crate_that_depends_on_each() {
        let packages =
            Packages::sample(&[("a", "a", &["b"]), ("b", "b", &["c", "a"]), ("c", "c", &[])]);
        assert_eq!(packages.closure("a"), BTreeMap::from([("b", "a"), ("c", "b")]));
    }
}
