//! Takes a source tree; returns the files that make up a product, and an id of their contents.
//! Build scripts compile the id in, so a version number never needs a manual increment. Never sees
//! the location of the tree, modification times, or the files that an editor left in it.
//!
//! Two builds with the same id were made from the same sources with the same locked dependencies.
//! The compiler's version, the profile and the machine do not count: a parent in debug mode and a
//! worker in release mode for another architecture share their cache. A workspace elsewhere that
//! depends on these crates by path uses its own lockfile, which is not seen.

#![forbid(unsafe_code)]

use fnv::FnvHasher;
use std::fs;
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};

/// A product that can be identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// The binary `wassay`: a worker must come from the same build as its parent.
    Program,
    /// The reference engine: its id is part of every key of the compilation cache. The runtime
    /// counts too, because generated code relies on its builtins and layouts.
    Engine,
    /// The adapter for wasmtime, `wassay-wasmtime`.
    WasmtimeAdapter,
    /// The adapter for wazero, `wassay-wazero`: a Go program, which computes the same id of the
    /// sources that it embeds (`engine/adapters/wazero/sources.go`).
    WazeroAdapter,
    /// The format of artifacts, whose types are those of the engine's API: it distinguishes
    /// artifacts of another build from damaged ones.
    ArtifactFormat,
}

/// Directories of a crate that contain no part of a product. Below [`WATCHED`], a directory with
/// such a name is an ordinary module.
const OUTSIDE: &[&str] = &["tests", "snapshots", "examples", "benches", "history", "target"];

/// Directories that are watched for new files.
const WATCHED: &[&str] = &["src", "wast"];

/// The files that make up a product.
#[derive(Debug, Default)]
pub struct Sources {
    /// The path from the root, and the path from the current directory.
    files: Vec<(String, PathBuf)>,
    directories: Vec<PathBuf>,
}

impl Product {
    /// Files and directories, from the workspace's root.
    fn parts(self) -> &'static [&'static str] {
        match self {
            Product::Program => &[
                ".cargo/config.toml",
                "Cargo.toml",
                "Cargo.lock",
                "engine",
                "harness",
                "suites",
                "regressions",
                "ci/build-id",
                "ci/lanes.toml",
                "ci/engines.toml",
            ],
            Product::Engine => &[
                ".cargo/config.toml",
                "Cargo.toml",
                "Cargo.lock",
                "engine/api",
                "engine/artifact",
                "engine/compiler",
                "engine/rejection",
                "engine/runtime",
                "engine/cranelift/Cargo.toml",
                "engine/cranelift/src",
            ],
            Product::WasmtimeAdapter => &[
                "engine/adapters/process",
                "engine/adapters/wasmtime",
                "engine/api",
                "engine/children",
                "engine/rejection",
            ],
            Product::WazeroAdapter => &["engine/adapters/wazero"],
            Product::ArtifactFormat => &["Cargo.lock", "engine/api", "engine/artifact"],
        }
    }
}

impl Product {
    /// Whether a file with this name is a part: sources, tables, scripts and adapters.
    fn has(self, name: &str) -> bool {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match self {
            // Their tables are lists of known failures, which wassay has.
            Product::WasmtimeAdapter => {
                extension == "rs" || ["Cargo.toml", "Cargo.lock"].contains(&name)
            }
            Product::WazeroAdapter => ["go", "mod", "sum"].contains(&extension),
            _ => ["rs", "toml", "wast", "js", "mjs"].contains(&extension) || name == "Cargo.lock",
        }
    }
}

impl Sources {
    /// The sources of a product in the tree with this root, in the same order everywhere.
    ///
    /// # Errors
    /// If a part of the product is missing or cannot be listed.
    pub fn of(product: Product, root: &Path) -> io::Result<Sources> {
        let mut sources = Sources::default();
        for part in product.parts() {
            sources.collect(product, part.to_string(), &root.join(part))?;
        }
        sources.files.sort();
        Ok(sources)
    }

    /// The paths to watch for changes of the id: the files, and directories that may get new ones.
    pub fn watched(&self) -> impl Iterator<Item = &Path> {
        let files = self.files.iter().map(|(_, path)| path);
        files.chain(&self.directories).map(PathBuf::as_path)
    }

    /// The id: 16 hexadecimal digits that depend on the names and contents of the files.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn id(&self) -> io::Result<String> {
        let mut hash = FnvHasher::default();
        for (name, path) in &self.files {
            let bytes = fs::read(path).map_err(|error| at(path, error))?;
            for part in [name.as_bytes(), &bytes] {
                hash.write(&(part.len() as u64).to_le_bytes());
                hash.write(part);
            }
        }
        Ok(format!("{:016x}", hash.finish()))
    }

    fn collect(&mut self, product: Product, name: String, path: &Path) -> io::Result<()> {
        let last = name.rsplit('/').next().unwrap_or_default();
        let in_sources = name.split('/').any(|part| WATCHED.contains(&part));
        if last.starts_with('.') || !in_sources && OUTSIDE.contains(&last) {
            return Ok(());
        }
        if !fs::metadata(path).map_err(|error| at(path, error))?.is_dir() {
            if product.has(last) {
                self.files.push((name, path.to_path_buf()));
            }
            return Ok(());
        }
        if WATCHED.contains(&last) {
            self.directories.push(path.to_path_buf());
        }
        for entry in fs::read_dir(path).map_err(|error| at(path, error))? {
            let entry = entry.map_err(|error| at(path, error))?;
            let below = format!("{name}/{}", entry.file_name().to_string_lossy());
            self.collect(product, below, &entry.path())?;
        }
        Ok(())
    }
}

/// For build scripts: compiles the id of a product into the crate as the environment variable
/// `variable`, and makes Cargo run the script again when the id may have changed. `root` leads from
/// the crate to the workspace's root, so that a tree that was moved or copied does not watch the
/// old one.
///
/// # Errors
/// If the sources cannot be listed or read.
pub fn compile_in(variable: &str, product: Product, root: &Path) -> io::Result<()> {
    let sources = Sources::of(product, root)?;
    for path in sources.watched() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    println!("cargo::rustc-env={variable}={}", sources.id()?);
    Ok(())
}

fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
