//! Tests which lanes can run, on a machine that is a directory with scripts instead of emulators.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wassay_lanes::{Arch, Lanes, Obstacle, Workers};

/// One machine at a time: a script that is open for writing in one thread while another thread
/// starts a process cannot be executed.
static ALONE: Mutex<()> = Mutex::new(());

/// A directory with a `bin` for emulators and a source tree's worker places.
struct Machine {
    dir: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Machine {
    fn new() -> Machine {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = tempfile::tempdir().unwrap();
        for folder in ["bin", "ci", "target/release"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        fs::write(dir.path().join("ci/lanes.toml"), "").unwrap();
        Machine { dir, _alone: alone }
    }

    fn path(&self) -> OsString {
        self.dir.path().join("bin").into_os_string()
    }

    fn workers(&self) -> Workers {
        Workers::of(self.dir.path().join("target/release/wassay"))
    }

    /// An emulator that knows only the CPU `known` and reports others in QEMU's words.
    fn install(&self, program: &str, known: &str) {
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = -cpu ] && [ \"$2\" != {known} ]; then\n\
             echo \"{program}: unable to find CPU model '$2'\" >&2; exit 1; fi\n"
        );
        self.program(&self.dir.path().join("bin").join(program), script.as_bytes());
    }

    fn program(&self, path: &Path, bytes: &[u8]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Writes the header of an ELF file for `machine` to the path of the worker for `arch`.
    fn build(&self, arch: Arch, machine: u8) -> PathBuf {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        bytes.resize(64, 0);
        bytes[18] = machine;
        let path = Workers::built(self.dir.path(), arch);
        self.program(&path, &bytes);
        path
    }

    fn launch(&self, lane: &str) -> Result<wassay_lanes::Launch, Obstacle> {
        self.launch_of(&self.workers(), lane)
    }

    fn launch_of(&self, workers: &Workers, lane: &str) -> Result<wassay_lanes::Launch, Obstacle> {
        let lanes = Lanes::builtin().unwrap();
        lanes.get(lane).unwrap().launch_with(workers, &self.path())
    }
}

impl Machine {
    /// The obstacle for an x86_64 lane with these keys.
    fn row(&self, keys: &str) -> Obstacle {
        let text = format!("[[lane]]\nname = 'lane'\ntarget = 'x86_64'\n{keys}\n");
        let lanes = Lanes::parse("lanes.toml", &text).unwrap();
        lanes.get("lane").unwrap().launch_with(&self.workers(), &self.path()).unwrap_err()
    }
}

const AARCH64: u8 = 183;
const X86_64: u8 = 62;

#[test]
fn native_is_the_program_itself() {
    let machine = Machine::new();
    let launch = machine.launch("native").unwrap();
    assert_eq!(launch.worker, machine.workers().native());
    assert!(launch.prefix.is_empty() && launch.memory_limit.is_none());
}

#[test]
fn a_lane_with_its_worker_and_emulator_can_run() {
    let machine = Machine::new();
    machine.install("qemu-aarch64", "cortex-a53");
    let worker = machine.build(Arch::Aarch64, AARCH64);
    let launch = machine.launch("aarch64-cortex-a53").unwrap();
    assert_eq!(launch.worker, worker);
    assert!(launch.prefix[0].ends_with("bin/qemu-aarch64"), "{:?}", launch.prefix);
    assert_eq!(launch.prefix[1..], ["-cpu", "cortex-a53"]);
    assert!(launch.timeout_factor > 1.0 && launch.memory_limit.is_some());
    let own = |line: &str| launch.own_failure.iter().any(|words| line.contains(words));
    assert!(own("qemu-aarch64: Unable to reserve 0x100000000 bytes of virtual address space"));
    assert!(own("ERROR:../accel/tcg/cpu-exec.c:961:cpu_exec: assertion failed"));
    assert!(own("qemu: unhandled CPU exception 0x10003 - aborting"));
    assert!(own("qemu: qemu_thread_create: Resource temporarily unavailable"));
    assert!(!own("memory allocation of 9 bytes failed"));
    let not = |line: &str| launch.not_own_failure.iter().any(|words| line.contains(words));
    assert!(not("qemu: uncaught target signal 11 (Segmentation fault) - core dumped"));
    assert!(not("qemu-aarch64: warning: TCG doesn't support requested feature"));
    assert!(!not("qemu-aarch64: Unable to reserve 0x100000000 bytes of virtual address space"));
}

#[test]
fn a_missing_emulator() {
    let machine = Machine::new();
    machine.build(Arch::Aarch64, AARCH64);
    let obstacle = machine.launch("aarch64").unwrap_err();
    assert_eq!(obstacle, Obstacle::EmulatorMissing { program: "qemu-aarch64".to_string() });
    assert_eq!(obstacle.remedy(), "ci/setup");
}

#[test]
fn a_missing_worker() {
    let machine = Machine::new();
    machine.install("qemu-x86_64", "max");
    let obstacle = machine.launch("x86_64-max").unwrap_err();
    assert!(matches!(&obstacle, Obstacle::WorkerMissing { arch: Arch::X86_64, .. }), "{obstacle}");
    assert_eq!(obstacle.remedy(), "cargo xtask lane build x86_64");
}

#[test]
fn a_worker_for_the_wrong_architecture() {
    let machine = Machine::new();
    machine.install("qemu-aarch64", "max");
    machine.build(Arch::Aarch64, X86_64);
    let obstacle = machine.launch("aarch64").unwrap_err();
    assert!(
        matches!(&obstacle, Obstacle::WrongArchitecture { found, .. } if found == "for x86_64"),
        "{obstacle}"
    );
    let path = Workers::built(machine.dir.path(), Arch::Aarch64);
    machine.program(&path, b"#!/bin/sh\n");
    assert!(machine.launch("aarch64").unwrap_err().to_string().contains("no ELF file"));
}

#[test]
fn an_unknown_cpu() {
    let machine = Machine::new();
    machine.install("qemu-x86_64", "qemu64");
    machine.build(Arch::X86_64, X86_64);
    assert!(machine.launch("x86_64-qemu64").is_ok());
    let obstacle = machine.launch("x86_64-Nehalem").unwrap_err();
    let (program, cpu) = ("qemu-x86_64".to_string(), "Nehalem".to_string());
    assert_eq!(obstacle, Obstacle::UnknownCpu { program, cpu });
    assert_eq!(obstacle.remedy(), "qemu-x86_64 -cpu help");
}

#[test]
fn a_cpu_that_the_environment_names_is_unknown_too() {
    let machine = Machine::new();
    machine.build(Arch::X86_64, X86_64);
    let emulator = machine.dir.path().join("bin/qemu-x86_64");
    let says = "#!/bin/sh\necho \"$0: unable to find CPU model '$QEMU_CPU'\" >&2\nexit 1\n";
    machine.program(&emulator, says.as_bytes());
    let obstacle = machine.row("prefix = ['qemu-x86_64']\nenv = { QEMU_CPU = 'i8080' }");
    let (program, cpu) = ("qemu-x86_64".to_string(), "i8080".to_string());
    assert_eq!(obstacle, Obstacle::UnknownCpu { program, cpu });
}

#[test]
fn an_emulator_that_fails_says_how_and_how_to_see_it() {
    let machine = Machine::new();
    let worker = machine.build(Arch::X86_64, X86_64);
    let emulator = machine.dir.path().join("bin/qemu-x86_64");
    machine.program(&emulator, b"#!/bin/sh\necho 'out of luck' >&2\nexit 3\n");
    let obstacle = machine
        .row("prefix = ['qemu-x86_64', '-s', '1 2']\nenv = { QEMU_A = 'b', QEMU_C = \"it's\" }");
    let expected = format!(
        "`qemu-x86_64` does not start: out of luck; to see it: \
         `env QEMU_A=b 'QEMU_C=it'\\''s' {} -s '1 2' {} --version`",
        emulator.display(),
        worker.display()
    );
    assert_eq!(obstacle.advice(), expected);
    assert_eq!(obstacle.remedy(), "", "there is nothing that makes it run");
}

#[test]
fn a_worker_that_the_emulator_cannot_run_is_built_anew() {
    let machine = Machine::new();
    let worker = machine.build(Arch::Aarch64, AARCH64);
    let emulator = machine.dir.path().join("bin/qemu-aarch64");
    for (script, message) in [
        ("exit 3", "exit status: 3"),
        ("echo qemu-aarch64: Error mapping file >&2; exit 1", "qemu-aarch64: Error mapping file"),
    ] {
        machine.program(&emulator, format!("#!/bin/sh\n{script}\n").as_bytes());
        let expected = format!(
            "the worker {} does not run in its emulator: {message}; \
             to run it: `cargo xtask lane build aarch64`",
            worker.display()
        );
        assert_eq!(machine.launch("aarch64").unwrap_err().advice(), expected);
    }
}

#[test]
fn an_emulator_that_hangs_is_ended() {
    let machine = Machine::new();
    let worker = machine.build(Arch::Aarch64, AARCH64);
    let emulator = machine.dir.path().join("bin/qemu-aarch64");
    machine.program(&emulator, b"#!/bin/sh\nsleep 1000\n");
    let workers = machine.workers().answering_within(Duration::from_millis(200));
    let begin = Instant::now();
    let obstacle = machine.launch_of(&workers, "aarch64");
    assert!(begin.elapsed() < Duration::from_secs(100));
    let expected = format!(
        "`qemu-aarch64` did not answer within 0.2 s; to see it: `{} {} --version`",
        emulator.display(),
        worker.display()
    );
    assert_eq!(obstacle.unwrap_err().advice(), expected);
}

#[test]
fn a_worker_that_was_copied_is_copied_again() {
    let machine = Machine::new();
    machine.install("qemu-aarch64", "max");
    let copy = machine.dir.path().join("target/release/wassay-aarch64");
    machine.program(&copy, b"#!/bin/sh\n");
    let expected = format!(
        "`cargo xtask lane build aarch64` in the source tree, and copy the worker to {}",
        copy.display()
    );
    assert_eq!(machine.launch("aarch64").unwrap_err().remedy(), expected);
}

#[test]
fn a_worker_of_another_build_is_stale() {
    let machine = Machine::new();
    let worker = machine.build(Arch::Aarch64, AARCH64);
    let says = b"#!/bin/sh\necho 'wassay 1 (build 2)'\necho more\n";
    machine.program(&machine.dir.path().join("bin/qemu-aarch64"), says);
    let launch =
        |version: &str| machine.launch_of(&machine.workers().of_version(version), "aarch64");
    assert!(launch("wassay 1 (build 2)").is_ok());
    let obstacle = launch("wassay 1 (build 3)").unwrap_err();
    let expected = format!(
        "the worker {} is `wassay 1 (build 2)`, not `wassay 1 (build 3)`",
        worker.display()
    );
    assert_eq!(obstacle.to_string(), expected);
    assert_eq!(obstacle.remedy(), "cargo xtask lane build aarch64");
    assert!(machine.launch("aarch64").is_ok(), "whoever does not ask does not mind");
}

#[test]
fn the_program_tells_which_build_its_workers_are_of() {
    let machine = Machine::new();
    let program = machine.dir.path().join("target/release/wassay");
    assert!(machine.workers().of_same_build().is_err(), "there is none");
    machine.program(&program, b"#!/bin/sh\necho wassay $1\n");
    let workers = machine.workers().of_same_build().unwrap();
    assert_eq!(workers, machine.workers().of_version("wassay --version"));
}

#[test]
fn a_lane_without_emulator_is_for_its_own_host() {
    let machine = Machine::new();
    machine.build(Arch::Aarch64, AARCH64);
    machine.build(Arch::X86_64, X86_64);
    for arch in Arch::ALL {
        let text = format!("[[lane]]\nname = \"direct\"\ntarget = \"{arch}\"\n");
        let lanes = Lanes::parse("lanes.toml", &text).unwrap();
        let lane = lanes.get("direct").unwrap();
        let outcome = lane.launch_with(&machine.workers(), &machine.path());
        match Arch::host() == Some(arch) {
            true => assert!(outcome.is_ok()),
            false => assert_eq!(outcome.unwrap_err(), Obstacle::OtherHost { arch }),
        }
    }
}
