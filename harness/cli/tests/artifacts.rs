//! `wassay compile` and `wassay inspect`: what they print, what they write, and what they refuse.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const MODULE: &str = r#"(module $example
  (import "host" "log" (func $log (param i32)))
  (memory 1)
  (func $load (export "load") (param i32) (result i32)
    (call $log (local.get 0))
    (i32.load offset=8 (local.get 0)))
  (func $divide (param i32 i32) (result i32)
    (i32.div_u (local.get 0) (local.get 1))))
"#;

/// `wassay` with these arguments in this directory.
fn command(directory: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay"));
    command.args(words).current_dir(directory).env("COLUMNS", "80").env_remove("WASSAY_TESTSUITE");
    command
}

fn wassay(directory: &Path, words: &[&str]) -> Output {
    command(directory, words).output().expect("wassay starts")
}

/// A directory with the module as text.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    fs::write(directory.path().join("m.wat"), MODULE).expect("the directory is writable");
    directory
}

fn stdout(directory: &Path, words: &[&str]) -> String {
    let output = wassay(directory, words);
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// The text without what depends on the build.
fn of_any_build(text: &str) -> String {
    let names = ["build", "format", "digest", "Cranelift"];
    let line = |line: &str| match names.iter().find(|name| line.starts_with(&format!("{name} "))) {
        Some(name) => format!("{name:<20} ...\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn the_help_of_both() {
    let directory = directory();
    for command in ["compile", "inspect"] {
        let help = stdout(directory.path(), &["help", command]);
        insta::assert_snapshot!(format!("help_{command}"), help);
    }
}

#[test]
fn an_artifact_shows_its_contents_and_its_code() {
    let directory = directory();
    let directory = directory.path();
    for target in ["x86_64", "aarch64"] {
        let written = stdout(directory, &["compile", "m.wat", "-o", "m.art", "--target", target]);
        assert!(written.starts_with("wrote m.art: "), "{written}");
        let shown = stdout(directory, &["inspect", "m.art", "--asm"]);
        let is_long = |line: &&str| line.chars().count() > 80;
        assert_eq!(shown.lines().find(is_long), None);
        insta::assert_snapshot!(format!("inspect_{target}"), of_any_build(&shown));
        let one = stdout(directory, &["inspect", "m.art", "--function", "2"]);
        assert!(shown.ends_with(&one) && one.starts_with("function 2 divide: "), "{one}");
        assert_eq!(stdout(directory, &["inspect", "m.art", "--function", "divide"]), one);
        let (overview, _) = shown.split_once("\nfunction 1 load: ").expect("the first function");
        assert_eq!(stdout(directory, &["inspect", "m.art"]), overview);
    }
}

/// A name is the module's, and may hold anything.
#[test]
fn a_name_begins_no_line_and_may_be_that_of_several_functions() {
    let directory = directory();
    let directory = directory.path();
    let text = r#"(module $"m\0abuild" (func $"f\0a  0x0 1 - 7 forged")
        (func (@name "g")) (func (@name "g")))"#;
    fs::write(directory.join("names.wat"), text).expect("the directory is writable");
    stdout(directory, &["compile", "names.wat", "-o", "names.art"]);
    let shown = stdout(directory, &["inspect", "names.art", "--asm"]);
    assert!(shown.contains("0 f\\n  0x0 1 - 7 forged\n"), "{shown}");
    assert!(shown.contains("m\\nbuild\n"), "{shown}");
    let output = wassay(directory, &["inspect", "names.art", "--function", "g"]);
    let message = String::from_utf8(output.stderr).expect("text");
    let expected = "2 functions have the name `g`: name one by its index, 1, 2";
    assert!(
        message.split_whitespace().collect::<Vec<_>>().join(" ").contains(expected),
        "{message}"
    );
}

#[test]
fn settings_change_the_artifact() {
    let directory = directory();
    let directory = directory.path();
    let header = |words: &[&str]| {
        let words = [&["compile", "m.wat", "-o", "m.art"], words].concat();
        stdout(directory, &words);
        stdout(directory, &["inspect", "m.art"])
    };
    let arm = ["--target", "aarch64"];
    for (words, line) in [
        (&["--target", "aarch64", "--isa-with", "has_lse"][..], "ISA features         has_lse"),
        (&arm, "ISA features         none"),
        (&["--opt", "none"], "optimization         none"),
        (&["--bounds", "explicit"], "bounds checks        explicit"),
        (&["--relaxed", "native"], "native relaxed SIMD  yes"),
        (&["--features", "wasm1"], "wasm features        mutable-global"),
    ] {
        let text = header(words);
        assert!(text.lines().any(|has| has == line), "{line}: {text}");
    }
    let text = header(&["--features", "-simd"]);
    assert!(!text.contains(" simd") && text.contains("multi-value"), "{text}");
}

#[test]
fn equal_modules_have_equal_artifacts_through_files_and_pipes() {
    let directory = directory();
    let directory = directory.path();
    stdout(directory, &["compile", "m.wat", "-o", "m.art"]);
    let file = fs::read(directory.join("m.art")).expect("an artifact");
    std::os::unix::fs::symlink("target.art", directory.join("link.art")).expect("a link");
    stdout(directory, &["compile", "m.wat", "-o", "link.art"]);
    assert_eq!(fs::read(directory.join("target.art")).expect("the link's target"), file);
    let module = fs::File::open(directory.join("m.wat")).expect("the module");
    let mut piped = command(directory, &["compile", "/dev/stdin", "-o", "-"]);
    let piped = piped.stdin(module).output().expect("wassay starts");
    assert!(piped.status.success() && piped.stdout == file, "{piped:?}");
    let artifact = fs::File::open(directory.join("m.art")).expect("an artifact");
    let mut inspected = command(directory, &["inspect", "/dev/stdin"]);
    let inspected = inspected.stdin(artifact).output().expect("wassay starts");
    assert!(inspected.status.success(), "{inspected:?}");
}

#[test]
fn a_reader_that_stops_is_no_failure() {
    let directory = directory();
    let directory = directory.path();
    stdout(directory, &["compile", "m.wat", "-o", "m.art"]);
    let mut child = command(directory, &["inspect", "m.art", "--asm"]);
    let mut child = child.stdout(Stdio::piped()).spawn().expect("wassay starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
    let full = fs::File::options().write(true).open("/dev/full").expect("a device");
    let mut child = command(directory, &["inspect", "m.art"]);
    let status = child.stdout(full).status().expect("wassay starts");
    assert_eq!(status.code(), Some(3));
}

/// The limit of a file's size stands for the end of the disk.
#[test]
fn a_compile_without_room_leaves_no_part_of_a_file() {
    let directory = directory();
    let directory = directory.path();
    let text = format!("(module (memory 1) (data \"{}\"))", "x".repeat(5000));
    fs::write(directory.join("m.wat"), text).expect("the directory is writable");
    for old in [None, Some("an older artifact")] {
        if let Some(old) = old {
            fs::write(directory.join("m.art"), old).expect("the directory is writable");
        }
        let mut command = Command::new("bash");
        command.args(["-c", "ulimit -f 1; exec \"$@\"", "bash"]);
        command.arg(env!("CARGO_BIN_EXE_wassay")).args(["compile", "m.wat", "-o", "m.art"]);
        let full = command.current_dir(directory).output().expect("bash starts");
        assert_eq!(full.status.code(), Some(3), "{full:?}");
        let names = fs::read_dir(directory).expect("a directory");
        let names = names.map(|name| name.expect("an entry").file_name());
        let hidden = names.filter(|name| name.as_encoded_bytes().starts_with(b".")).count();
        assert_eq!(hidden, 0);
        assert_eq!(fs::read_to_string(directory.join("m.art")).ok().as_deref(), old);
    }
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let directory = directory();
    let directory = directory.path();
    let write = |name: &str, bytes: &[u8]| {
        fs::write(directory.join(name), bytes).expect("the directory is writable");
    };
    write("syntax.wat", b"(module\n  (func (frobnicate)))");
    write("script.wast", b"(module)\n(invoke \"f\")");
    write("read-only.art", b"x");
    let read_only = fs::Permissions::from_mode(0o444);
    fs::set_permissions(directory.join("read-only.art"), read_only).expect("it is ours");
    write("type.wat", b"(module\n  (func (export \"f\") (result i32) (i64.const 1)))");
    write("blob.wat", b"(module binary \"\\00asm\\01\\00\\00\\00\\01\\05\")");
    write("bad.wasm", b"\0asm\x01\0\0\0\x01\x05");
    write("empty", b"");
    write("text.art", b"no artifact");
    stdout(directory, &["compile", "m.wat", "-o", "good.art"]);
    let good = fs::read(directory.join("good.art")).expect("an artifact");
    let mut flipped = good.clone();
    flipped[good.len() - 9] ^= 4;
    write("flipped.art", &flipped);
    write("short.art", &good[..good.len() - 1]);
    std::os::unix::fs::symlink("m.wat", directory.join("same.wat")).expect("a link");
    let out = &["-o", "x.art"][..];
    for (words, code, message) in [
        (&["compile", "syntax.wat"][..], 2, "syntax.wat:2:10: unknown operator"),
        (&["compile", "type.wat"], 2, "type.wat:2:4: invalid: type mismatch"),
        (&["compile", "blob.wat"], 2, "blob.wat is malformed at offset 0x"),
        (&["compile", "blob.wat"], 2, "of its binary form"),
        (&["compile", "bad.wasm"], 2, "bad.wasm is malformed at offset 0x"),
        (&["compile", "empty"], 2, "empty:1:1: there is no module"),
        (&["compile", "script.wast"], 2, "script.wast:2:1: a script, and `compile` takes one"),
        (&["compile", "m.wat", "-o", "read-only.art"], 2, "read-only.art is read-only"),
        (&["compile", "none.wat"], 2, "cannot read none.wat"),
        (&["compile", "m.wat", "--engine", "wasmi"], 2, "does not support serialized modules"),
        (&["compile", "m.wat", "--engine", "wasmj"], 2, "did you mean `wasmi`?"),
        (&["compile", "m.wat", "--target", "mips"], 2, "there are x86_64 and aarch64"),
        (&["compile", "m.wat", "--target", "aarch64", "--isa-with", "has_x"], 2, "has_x"),
        (&["compile", "m.wat", "--isa-without", "has_x"], 2, "has_x"),
        (&["compile", "m.wat", "--isa-with", "has_x"], 2, "--target"),
        (&["compile", "m.wat", "-o", "m.wat"], 2, "would replace the module"),
        (&["compile", "m.wat", "-o", "same.wat"], 2, "would replace the module"),
        (&["compile", "m.wat", "-o", "no/such/x.art"], 2, "cannot write the compiled code"),
        (&["inspect", "flipped.art"], 2, "digest does not match"),
        (&["inspect", "short.art"], 2, "short.art is damaged"),
        (&["inspect", "text.art"], 2, "is not compiled code of this engine"),
        (&["inspect", "none.art"], 2, "cannot read none.art"),
        (&["inspect", "m.wat"], 2, "m.wat is a module, not compiled code: `wassay compile m.wat"),
        (
            &["inspect", "good.art", "--function", "9"],
            2,
            "good.art: there is no function 9; 1 to 2 have code",
        ),
        (&["inspect", "good.art", "--function", "0"], 2, "function 0 is imported; 1 to 2 have"),
        (&["inspect", "good.art", "--function", "log"], 2, "has the name `log`"),
        (&["inspect", "good.art", "--function", "laod"], 2, "did you mean `load`?"),
        (&["inspect", "good.art", "--engine", "wasmi"], 2, "`wasmi` does not support inspecting"),
    ] {
        let needs_output = words[0] == "compile" && !words.contains(&"-o");
        let words = [words, if needs_output { out } else { &[] }].concat();
        let output = wassay(directory, &words);
        let told = String::from_utf8(output.stderr).expect("text");
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(message), "{words:?}: {told}");
        assert_eq!(output.status.code(), Some(code), "{words:?}: {told}");
        assert!(output.stdout.is_empty(), "{words:?}");
        assert!(!directory.join("x.art").exists(), "{words:?}");
    }
    assert_eq!(fs::read_to_string(directory.join("m.wat")).expect("the module"), MODULE);
}
