//! Tests `ci/setup` on machines that are directories: a machine's PATH contains only stubs, and its
//! packages are directories that a stub of `apt-get` copies. Snapshots hold the script's output and
//! the commands that it ran; the machine that runs the test is neither queried nor changed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One machine at a time: a script that is open for writing in one thread while another thread
/// starts a process cannot be executed.
static ALONE: Mutex<()> = Mutex::new(());

/// Programs that the script needs besides those that it installs, taken from the real machine.
const REAL: &[&str] = &["bash", "grep", "timeout"];

/// The stubs, with `@ROOT@` for the machine's directory.
const STUBS: &[(&str, &str)] = &[
    ("git", ""),
    ("cc", "while read -r _; do :; done"),
    ("node", ""),
    ("jsc", ""),
    ("qemu-x86_64", ""),
    ("qemu-aarch64", ""),
    // Fails if the requested tool is not installed, like rustup's proxies.
    ("cargo", "[[ -e @ROOT@/bin/cargo-$1 ]]"),
    ("cargo-fmt", ""),
    ("cargo-clippy", ""),
    ("rustc", "echo @ROOT@/lib/${*: -1}"),
    ("aarch64-linux-gnu-gcc", "while read -r _; do :; done"),
    ("x86_64-linux-gnu-gcc", "while read -r _; do :; done"),
    ("id", "echo $(<@ROOT@/uid)"),
    ("uname", "echo $(<@ROOT@/machine)"),
    (
        "dpkg",
        r#"if [[ $1 = --print-foreign-architectures ]]; then
    [[ ! -e @ROOT@/foreign ]] || echo "$(<@ROOT@/foreign)"
else
    echo "dpkg $*" >>@ROOT@/log
    echo "$2" >>@ROOT@/foreign
fi"#,
    ),
    (
        "apt-get",
        r#"echo "apt-get $*" >>@ROOT@/log
[[ ! -e @ROOT@/offline ]] || { echo "E: no network" >&2; exit 100; }
for word; do
    [[ ! -d @ROOT@/packages/$word ]] || @CP@ -r @ROOT@/packages/$word/. @ROOT@
done"#,
    ),
    (
        "rustup",
        r#"echo "rustup $*" >>@ROOT@/log
[[ ! -e @ROOT@/offline ]] || { echo "error: no network" >&2; exit 1; }
[[ ! -d @ROOT@/packages/rustup-$3 ]] || @CP@ -r @ROOT@/packages/rustup-$3/. @ROOT@"#,
    ),
];

/// The programs that a machine has from the start.
const BASE: &[&str] = &["id", "uname", "dpkg", "apt-get"];

/// The packages and the programs that each contains; rustup's proxies have the prefix `rustup-`.
const PACKAGES: &[(&str, &[&str])] = &[
    ("git", &["git"]),
    ("gcc", &["cc"]),
    ("cargo-web", &["cargo"]),
    ("rustc-web", &["rustc"]),
    ("rustfmt-web", &["cargo-fmt"]),
    ("rust-web-clippy", &["cargo-clippy"]),
    ("nodejs", &["node"]),
    ("^libjavascriptcoregtk-.*-bin$", &["jsc"]),
    ("qemu-user", &["qemu-x86_64", "qemu-aarch64"]),
    ("gcc-aarch64-linux-gnu", &["aarch64-linux-gnu-gcc"]),
    ("gcc-x86-64-linux-gnu", &["x86_64-linux-gnu-gcc"]),
    ("rustup-rustfmt", &["cargo-fmt"]),
    ("rustup-clippy", &["cargo-clippy"]),
];

/// The packages with the standard library of an architecture.
const LIBRARIES: &[(&str, &str)] = &[
    ("libstd-rust-web-dev:arm64", AARCH64),
    ("libstd-rust-web-dev:amd64", X86_64),
    ("rustup-aarch64-unknown-linux-gnu", AARCH64),
    ("rustup-x86_64-unknown-linux-gnu", X86_64),
];

const AARCH64: &str = "aarch64-unknown-linux-gnu";
const X86_64: &str = "x86_64-unknown-linux-gnu";

/// A machine: `bin` is its PATH, `lib` holds its standard libraries, `log` lists the commands that
/// changed it.
struct Machine {
    root: PathBuf,
    _directory: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Machine {
    /// A machine of this architecture with only a package manager.
    fn bare(arch: &str, uid: u32) -> Machine {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().to_path_buf();
        let machine = Machine { root, _directory: directory, _alone: alone };
        fs::create_dir(machine.root.join("bin")).unwrap();
        for program in REAL {
            symlink(real(program), machine.root.join("bin").join(program)).unwrap();
        }
        fs::write(machine.root.join("uid"), format!("{uid}\n")).unwrap();
        fs::write(machine.root.join("machine"), format!("{arch}\n")).unwrap();
        BASE.iter().for_each(|program| machine.install(program));
        for (package, programs) in PACKAGES {
            programs.iter().for_each(|program| machine.stub(&package_bin(package), program));
        }
        for (package, triple) in LIBRARIES {
            machine.library(&format!("packages/{package}/lib"), triple);
        }
        machine
    }

    /// A machine with everything that wassay needs.
    fn complete(arch: &str, uid: u32) -> Machine {
        let machine = Machine::bare(arch, uid);
        machine.with(&["git", "cc", "cargo", "rustc", "cargo-fmt", "cargo-clippy"]);
        machine.with(&["node", "jsc", "qemu-x86_64", "qemu-aarch64"]);
        machine.with(&["x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc"]);
        machine.library("lib", AARCH64);
        machine.library("lib", X86_64);
        machine
    }

    fn with(&self, programs: &[&str]) {
        programs.iter().for_each(|program| self.install(program));
    }

    fn without(&self, program: &str) {
        fs::remove_file(self.root.join("bin").join(program)).unwrap();
    }

    fn offline(&self) {
        fs::write(self.root.join("offline"), "").unwrap();
    }

    fn install(&self, program: &str) {
        self.stub("bin", program);
    }

    fn stub(&self, directory: &str, program: &str) {
        let (_, body) = STUBS.iter().find(|(name, _)| *name == program).unwrap();
        self.write(directory, program, body);
    }

    /// Replaces the stub of a program with this script.
    fn script(&self, program: &str, body: &str) {
        self.write("bin", program, body);
    }

    fn write(&self, directory: &str, program: &str, body: &str) {
        let body = body.replace("@ROOT@", &self.root.display().to_string());
        let body = body.replace("@CP@", &real("cp").display().to_string());
        let directory = self.root.join(directory);
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join(program);
        fs::write(&path, format!("#!{}\n{body}\n", real("bash").display())).unwrap();
        fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn library(&self, directory: &str, triple: &str) {
        let directory = self.root.join(directory).join(triple);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("libstd-0.rlib"), "").unwrap();
    }

    /// Runs the script; returns its exit code and its output, standard error last.
    fn setup(&self) -> (Option<i32>, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ci/setup");
        let output = Command::new(real("bash"))
            .arg(script)
            .env_clear()
            .env("PATH", self.root.join("bin"))
            .env("WASSAY_DEBIAN_RUSTC", self.root.join("bin/rustc"))
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    /// Every command so far that could have changed the machine.
    fn log(&self) -> String {
        fs::read_to_string(self.root.join("log")).unwrap_or_default()
    }

    /// The output, commands and exit code of a run.
    fn told(&self) -> String {
        let (code, text) = self.setup();
        format!("{text}--- has run\n{}--- exit code {}\n", self.log(), code.unwrap_or(-1))
    }
}

fn package_bin(package: &str) -> String {
    format!("packages/{package}/bin")
}

/// The path of this program on the machine that runs the test.
fn real(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.exists());
    found.unwrap_or_else(|| panic!("there is no {program}"))
}

fn only_there(text: &str) -> bool {
    !text.is_empty() && text.lines().all(|line| line.ends_with(": there"))
}

#[test]
fn a_complete_machine_is_left_unchanged() {
    for arch in ["x86_64", "aarch64"] {
        for uid in [0, 1000] {
            let machine = Machine::complete(arch, uid);
            for _ in 0..2 {
                let (code, text) = machine.setup();
                assert!(only_there(&text), "{arch}, user {uid}:\n{text}");
                assert_eq!((code, &*machine.log()), (Some(0), ""), "{arch}, user {uid}");
            }
        }
    }
    insta::assert_snapshot!("everything_is_there", Machine::complete("x86_64", 1000).told());
}

#[test]
fn without_root_it_prints_the_commands_and_fails() {
    for arch in ["x86_64", "aarch64"] {
        let machine = Machine::bare(arch, 1000);
        insta::assert_snapshot!(format!("without_root_on_{arch}"), machine.told());
        assert_eq!(machine.log(), "", "it may not run any of them");
    }
}

#[test]
fn as_root_it_installs_what_is_missing_and_nothing_twice() {
    for arch in ["x86_64", "aarch64"] {
        let machine = Machine::bare(arch, 0);
        insta::assert_snapshot!(format!("as_root_on_{arch}"), machine.told());
        let done = machine.log();
        let (code, text) = machine.setup();
        assert!(only_there(&text), "{text}");
        assert_eq!((code, machine.log()), (Some(0), done), "the second run changed something");
    }
}

#[test]
fn each_thing_that_is_missing_is_installed_alone() {
    let mut told = String::new();
    for program in [
        "git",
        "cc",
        "cargo-fmt",
        "cargo-clippy",
        "node",
        "jsc",
        "qemu-aarch64",
        "aarch64-linux-gnu-gcc",
    ] {
        let machine = Machine::complete("x86_64", 0);
        machine.without(program);
        let (code, text) = machine.setup();
        assert_eq!(code, Some(0), "{text}");
        told += &format!("without {program}\n");
        let lines = text.lines().filter(|line| !line.ends_with(": there"));
        told.extend(lines.chain(machine.log().lines()).map(|line| format!("    {line}\n")));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_cannot_be_installed_is_missing_and_the_rest_is_still_tried() {
    let machine = Machine::bare("x86_64", 0);
    machine.offline();
    insta::assert_snapshot!(machine.told());
}

#[test]
fn rustup_comes_before_debian() {
    let with_rustup = || {
        let machine = Machine::complete("x86_64", 0);
        machine.with(&["rustup"]);
        ["cargo-fmt", "cargo-clippy"].iter().for_each(|program| machine.without(program));
        fs::remove_dir_all(machine.root.join("lib").join(AARCH64)).unwrap();
        machine
    };
    insta::assert_snapshot!("rustup_has_it", with_rustup().told());
    // A mirror may have a toolchain without the target.
    let lacks = || {
        let machine = with_rustup();
        fs::remove_dir_all(machine.root.join("packages/rustup-aarch64-unknown-linux-gnu")).unwrap();
        machine.told()
    };
    insta::assert_snapshot!("rustup_lacks_the_target", lacks());
    let offline = || {
        let machine = with_rustup();
        machine.offline();
        machine.told()
    };
    insta::assert_snapshot!("rustup_is_offline", offline());
}

#[test]
fn a_compiler_without_static_libraries_is_completed() {
    for (program, package) in
        [("cc", "gcc libc6-dev"), ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev")]
    {
        let machine = Machine::complete("x86_64", 0);
        machine.script(program, "while read -r _; do :; done; [[ \" $* \" != *' -static '* ]]");
        let (code, text) = machine.setup();
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains(&format!("setup: installing {package}")), "{text}");
    }
}

#[test]
fn rustup_has_a_limited_time_for_everything() {
    let machine = Machine::complete("x86_64", 0);
    machine.with(&["rustup"]);
    ["cargo-fmt", "cargo-clippy"].iter().for_each(|program| machine.without(program));
    fs::remove_dir_all(machine.root.join("lib").join(AARCH64)).unwrap();
    // This stub acts as if the time had always run out.
    machine.without("timeout");
    machine.script("timeout", "echo \"timeout $*\" >>@ROOT@/log; exit 124");
    let told = machine.told();
    let log = machine.log();
    for asked in ["component add rustfmt", "component add clippy", "target add aarch64-"] {
        assert!(log.contains(&format!("timeout 300 rustup {asked}")), "{told}");
    }
    assert!(!log.contains("\nrustup") && told.contains("trying Debian's packages"), "{told}");
    assert!(told.ends_with("--- exit code 0\n"), "{told}");
}

#[test]
fn without_apt_it_names_the_packages() {
    let machine = Machine::bare("x86_64", 0);
    ["apt-get", "dpkg"].iter().for_each(|program| machine.without(program));
    insta::assert_snapshot!(machine.told());
}

#[test]
fn another_architecture_is_refused() {
    insta::assert_snapshot!(Machine::complete("riscv64", 0).told());
}
