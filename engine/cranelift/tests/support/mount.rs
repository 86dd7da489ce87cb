//! A file system of one's own: runs a test again in a namespace in which one is mounted.

use std::path::PathBuf;
use std::process::Command;

/// Set in the process that has the file system: where.
const PLACE: &str = "WASSAY_TEST_MOUNTED";

/// The place of a tmpfs with these options. Outside of the namespace there is none; then this test
/// has run in one.
pub fn mounted(test: &str, options: &str) -> Option<PathBuf> {
    if let Some(place) = std::env::var_os(PLACE) {
        return Some(place.into());
    }
    let place = tempfile::tempdir().unwrap();
    let unshared = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
        command.arg(std::env::current_exe().unwrap()).arg(place.path());
        command.env(PLACE, place.path());
        command.output().unwrap()
    };
    let mount = format!("mount -t tmpfs -o {options} none \"$1\"");
    if !unshared(&mount).status.success() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must permit namespaces");
        eprintln!("not tested: this system permits no user namespaces");
        return None;
    }
    let child = unshared(&format!("{mount} && exec \"$0\" --exact {test}"));
    let printed = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && printed.contains("1 passed"), "{child:?}");
    None
}
