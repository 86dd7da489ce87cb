//! Takes an architecture; returns the compiler and the linker that build static workers for it on
//! this machine, or an error that names the missing one. Builds no worker.

use crate::command::cargo;
use anyhow::{Result, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use wassay_lanes::Arch;

/// The tools that build workers for an architecture.
#[derive(Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The architecture.
    pub arch: Arch,
    /// The Rust compiler, if cargo's default cannot be used.
    pub rustc: Option<PathBuf>,
    /// The linker, if rustc's default cannot be used.
    pub linker: Option<String>,
}

impl Toolchain {
    /// Finds one: first tries the compiler that cargo uses, then Debian's.
    ///
    /// # Errors
    /// If neither has a standard library for the architecture, or no linker makes static programs.
    pub fn find(arch: Arch) -> Result<Toolchain> {
        let usual = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
        let debian = PathBuf::from("/usr/bin/rustc");
        let rustc = match [None, Some(debian)]
            .into_iter()
            .find(|rustc| has_library(rustc.as_deref().unwrap_or(&usual), arch))
        {
            Some(rustc) => rustc,
            None => bail!("no Rust standard library for `{}`; run `ci/setup`", arch.triple()),
        };
        let linker = (Arch::host() != Some(arch)).then(|| format!("{arch}-linux-gnu-gcc"));
        // A linker that the user names for this machine is not checked.
        let named = linker.is_none() && std::env::var_os(linker_variable(arch)).is_some();
        if !named {
            links(linker.as_deref().unwrap_or("cc"))?;
        }
        Ok(Toolchain { arch, rustc, linker })
    }

    /// The cargo command that builds the static workers of these packages; `target_dir` is separate
    /// because they may need a different compiler.
    pub fn build(&self, root: &Path, target_dir: &Path, packages: &[&str]) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(root).args(["build", "--release", "--locked"]);
        // In one command: separate commands would each build their own dependencies.
        for package in packages {
            cargo.args(["--package", package, "--bin", package]);
        }
        cargo.args(["--target", self.arch.triple()]);
        cargo.arg("--target-dir").arg(target_dir);
        let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
        cargo.env("RUSTFLAGS", format!("{flags} -C target-feature=+crt-static").trim_start());
        cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
        if let Some(rustc) = &self.rustc {
            cargo.env("RUSTC", rustc);
        }
        if let Some(linker) = &self.linker {
            cargo.env(linker_variable(self.arch), linker);
        }
        cargo
    }
}

/// The environment variable from which cargo takes the linker.
fn linker_variable(arch: Arch) -> String {
    format!("CARGO_TARGET_{}_LINKER", arch.triple().replace('-', "_").to_uppercase())
}

/// Fails unless the linker makes a static C program, which needs the C library that workers are
/// linked with.
fn links(linker: &str) -> Result<()> {
    let mut command = Command::new(linker);
    command.args(["-static", "-x", "c", "-o", "/dev/null", "-"]).stdin(Stdio::piped());
    let Ok(mut child) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        bail!("no linker `{linker}`; run `ci/setup`");
    };
    if let Some(mut program) = child.stdin.take() {
        // A linker that does not read this input fails or does not need it.
        let _ = program.write_all(b"int main(void) { return 0; }\n");
    }
    if !child.wait()?.success() {
        bail!("`{linker}` makes no static programs: the C library is missing; run `ci/setup`");
    }
    Ok(())
}

/// Whether the compiler has the standard library for the architecture.
fn has_library(rustc: &Path, arch: Arch) -> bool {
    let asked =
        Command::new(rustc).args(["--print", "target-libdir", "--target", arch.triple()]).output();
    let Ok(output) = asked else { return false };
    let directory = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    std::fs::read_dir(directory).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::ffi::OsStr;

    /// Makes a program from this script. Another process writes it: if this process had it open for
    /// writing while another test starts a process, it could not be executed.
    pub fn script(path: &Path, body: &str) {
        let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$0\" && chmod +x \"$0\"";
        let status = Command::new("sh").args(["-c", write]).arg(path).arg(body).status().unwrap();
        assert!(status.success());
    }

    #[test]
    fn the_build_is_static_and_in_its_own_directory() {
        let toolchain = Toolchain {
            arch: Arch::Aarch64,
            rustc: Some(PathBuf::from("/usr/bin/rustc")),
            linker: Some("aarch64-linux-gnu-gcc".to_string()),
        };
        let command = toolchain.build(Path::new("."), Path::new("target-aarch64"), &["a", "b"]);
        let variable = |name: &str| {
            let value = command.get_envs().find(|(key, _)| *key == OsStr::new(name));
            value.and_then(|(_, value)| value).map(|value| value.to_string_lossy().into_owned())
        };
        assert!(variable("RUSTFLAGS").unwrap().ends_with("-C target-feature=+crt-static"));
        assert_eq!(variable("RUSTC").unwrap(), "/usr/bin/rustc");
        let linker = variable("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
        assert_eq!(linker.unwrap(), "aarch64-linux-gnu-gcc");
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        assert!(words.contains(&"aarch64-unknown-linux-gnu".into()));
        assert!(words.contains(&"target-aarch64".into()));
        let packages = ["--package", "a", "--bin", "a", "--package", "b", "--bin", "b"];
        assert!(words.windows(packages.len()).any(|window| window == packages), "{words:?}");
    }

    #[test]
    fn a_linker_without_its_c_library_is_reported_before_a_build() {
        let dir = tempfile::tempdir().unwrap();
        let linker = |name: &str, body: &str| {
            let path = dir.path().join(name);
            script(&path, body);
            links(path.to_str().unwrap()).map_err(|error| error.to_string())
        };
        let sound = "[ \"$1\" = -static ] && grep -q main";
        assert_eq!(linker("sound", sound), Ok(()));
        let lacks = linker("lacks", "cat >/dev/null; exit 1").unwrap_err();
        assert!(lacks.contains("lacks` makes no static programs"), "{lacks}");
        assert!(lacks.ends_with("the C library is missing; run `ci/setup`"), "{lacks}");
        let none = links("/no/such/linker").unwrap_err().to_string();
        assert_eq!(none, "no linker `/no/such/linker`; run `ci/setup`");
    }

    #[test]
    fn a_missing_compiler_has_no_library() {
        assert!(!has_library(Path::new("/no/such/rustc"), Arch::X86_64));
    }
}
