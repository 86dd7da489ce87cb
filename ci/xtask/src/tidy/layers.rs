//! Takes the crates of the workspace; checks them against the table of dependencies that each must
//! not have. A crate depends on everything it is built from, directly or not; dependencies of its
//! tests do not count. Only crates that name `libc` or `rustix` themselves depend on the operating
//! system, because nearly every crate depends on these two indirectly. Reads no source.

use super::Finding;
use super::tree::Packages;

/// A row: the crates in these directories must not depend on these crates.
struct Row {
    /// The directory of one crate; a slash at the end selects all crates below it.
    directory: &'static str,
    /// Names; a `*` at the end matches any rest, and a leading `=` permits indirect dependencies. A
    /// lone `*` matches every dependency of the crate without its features.
    forbidden: &'static [&'static str],
    /// The end of the sentence that begins with "it must not know".
    what: &'static str,
}

/// The crates that drive and judge engines.
const HARNESS: [&str; 9] = [
    "wassay",
    "wassay-record",
    "wassay-runner",
    "wassay-report",
    "wassay-suites",
    "wassay-cache-faults",
    "wassay-lanes",
    "wassay-external",
    "wassay-tables",
];

const TABLE: &[Row] = &[
    Row {
        directory: "engine/api",
        forbidden: &["*"],
        what: "anything without the feature `serde`: an engine's author builds no dependency",
    },
    Row {
        directory: "engine/adapter",
        forbidden: &[
            "wassay-cranelift",
            "wassay-compiler",
            "wassay-runtime",
            "wasmi",
            "tinywasm",
            "wasmtime",
        ],
        what: "an engine",
    },
    Row { directory: "engine/children", forbidden: &["wassay-*"], what: "any process" },
    Row { directory: "engine/rejection", forbidden: &["wassay-*"], what: "any engine" },
    Row {
        directory: "engine/artifact",
        forbidden: &["cranelift-*", "wasmparser", "=libc", "=rustix"],
        what: "the code generator or the operating system",
    },
    Row {
        directory: "engine/compiler",
        forbidden: &["wassay-runtime", "=libc", "=rustix"],
        what: "the runtime or the operating system",
    },
    Row {
        directory: "engine/runtime",
        forbidden: &["cranelift-*", "wasmparser", "wassay-compiler"],
        what: "the code generator or the validator",
    },
    Row {
        directory: "engine/differential",
        forbidden: &[
            "=wassay-compiler",
            "=wassay-runtime",
            "=wassay-artifact",
            "=wasmi",
            "=tinywasm",
            "wast",
        ],
        what: "the inside of an engine or the script language",
    },
    Row { directory: "engine/", forbidden: &HARNESS, what: "what judges it" },
    Row { directory: "engine/", forbidden: &["wast"], what: "the script language" },
    Row {
        directory: "engine/adapters/",
        forbidden: &["wassay-cranelift", "wassay-compiler", "wassay-runtime", "wassay-artifact"],
        what: "another engine",
    },
    Row {
        directory: "harness/record",
        forbidden: &["wassay-engine", "wassay-runner", "wast", "wasmparser", "wasmi", "tinywasm"],
        what: "engines or the script language",
    },
    Row {
        directory: "harness/runner",
        forbidden: &[
            "wassay-cranelift",
            "wassay-compiler",
            "wassay-runtime",
            "wassay-artifact",
            "wassay-wasmi",
            "wassay-tinywasm",
            "cranelift-*",
            "wasmi",
            "tinywasm",
            "wasmtime",
            "wassay-report",
            "wassay-lanes",
            "wassay-external",
        ],
        what: "a concrete engine, reports or emulators",
    },
    Row {
        directory: "harness/report",
        forbidden: &["wassay-engine", "wassay-runner", "wast", "wasmparser"],
        what: "engines, the runner or the script language",
    },
    Row {
        directory: "suites",
        forbidden: &[
            "wassay-cranelift",
            "wassay-compiler",
            "wassay-runtime",
            "wasmi",
            "tinywasm",
            "wasmtime",
        ],
        what: "an engine",
    },
    Row {
        directory: "regressions/cache",
        forbidden: &[
            "wassay-cranelift",
            "wassay-compiler",
            "wassay-runtime",
            "wasmi",
            "tinywasm",
            "wasmtime",
        ],
        what: "an engine",
    },
    Row { directory: "regressions/generator", forbidden: &["*"], what: "any other crate" },
    Row { directory: "harness/tables", forbidden: &["wassay-*"], what: "any table" },
    Row {
        directory: "harness/lanes",
        forbidden: &["wassay-engine", "wassay-runner"],
        what: "engines or the runner",
    },
    Row {
        directory: "harness/external",
        forbidden: &["wassay-engine", "wassay-runner", "wassay-process"],
        what: "the trait, the runner or the process protocol",
    },
];

/// The directory of adapters, which must not depend on each other.
const ADAPTERS: &str = "engine/adapters/";

/// The crates with forbidden dependencies.
pub fn check(packages: &Packages) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages.members() {
        let known = packages.closure(&package.name);
        let mut report = |used: &str, user: &str, what: &str| {
            let through = if user == package.name { "" } else { user };
            let through =
                if through.is_empty() { String::new() } else { format!(", through `{through}`") };
            findings.push(Finding {
                path: format!("{}/Cargo.toml", package.directory),
                line: 0,
                message: format!("knows `{used}`{through}: it must not know {what}"),
            });
        };
        for row in TABLE.iter().filter(|row| row.covers(&package.directory)) {
            let by_default;
            let known = if row.forbidden == ["*"] {
                by_default = packages.closure_by_default(&package.name);
                &by_default
            } else {
                &known
            };
            for (used, user) in known {
                let direct = *user == package.name;
                if row.forbidden.iter().any(|pattern| fits(pattern, used, direct)) {
                    report(used, user, row.what);
                }
            }
        }
        if package.directory.starts_with(ADAPTERS) {
            let others = packages.members().filter(|other| other.directory.starts_with(ADAPTERS));
            for other in others {
                if let Some(user) = known.get(other.name.as_str()) {
                    report(&other.name, user, "another adapter");
                }
            }
        }
    }
    findings
}

impl Row {
    fn covers(&self, directory: &str) -> bool {
        match self.directory.strip_suffix('/') {
            Some(_) => directory.starts_with(self.directory),
            None => directory == self.directory,
        }
    }
}

fn fits(pattern: &str, name: &str, direct: bool) -> bool {
    match (pattern.strip_prefix('='), pattern.strip_suffix('*')) {
        (Some(pattern), _) => direct && name == pattern,
        (None, Some(prefix)) => name.starts_with(prefix),
        (None, None) => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(crates: &[(&str, &str, &[&str])]) -> Vec<String> {
        let found = check(&Packages::sample(crates));
        found.into_iter().map(|finding| format!("{}: {}", finding.path, finding.message)).collect()
    }

    #[test]
    fn permitted_dependencies_are_accepted() {
        let found = messages(&[
            ("wassay-engine", "engine/api", &[]),
            ("wassay-artifact", "engine/artifact", &["postcard"]),
            ("wassay-compiler", "engine/compiler", &["wassay-artifact", "cranelift-codegen"]),
            ("wassay-runtime", "engine/runtime", &["wassay-artifact", "rustix"]),
            ("wassay-adapter", "engine/adapter", &["wassay-engine", "wasmparser"]),
            ("wassay-wasmi", "engine/adapters/wasmi", &["wassay-adapter", "wasmi"]),
            ("wassay-runner", "harness/runner", &["wassay-engine", "wast", "wasmparser"]),
            ("wassay", "harness/cli", &["wassay-runner", "wassay-wasmi", "wassay-report"]),
        ]);
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn an_indirect_forbidden_dependency_is_found() {
        let found = messages(&[
            ("wassay-runtime", "engine/runtime", &["helper"]),
            ("helper", "engine/helper", &["cranelift-entity"]),
        ]);
        assert_eq!(
            found,
            ["engine/runtime/Cargo.toml: knows `cranelift-entity`, through `helper`: it must not \
              know the code generator or the validator"]
        );
    }

    #[test]
    fn only_direct_dependencies_on_the_operating_system_count() {
        let through = [
            ("wassay-compiler", "engine/compiler", &["blake3"][..]),
            ("blake3", "engine/blake3", &["libc"]),
        ];
        assert_eq!(messages(&through), [""; 0]);
        assert_eq!(messages(&[("wassay-compiler", "engine/compiler", &["libc"])]).len(), 1);
    }

    #[test]
    fn the_trait_has_no_dependency_at_all() {
        assert_eq!(messages(&[("wassay-engine", "engine/api", &["serde"])]).len(), 1);
    }

    #[test]
    fn adapters_depend_neither_on_each_other_nor_on_the_harness() {
        let found = messages(&[
            ("wassay-wasmi", "engine/adapters/wasmi", &["wassay-process", "wassay-record"]),
            ("wassay-process", "engine/adapters/process", &[]),
        ]);
        assert_eq!(found.len(), 2, "{found:#?}");
    }
}
