//! Adapters that are lost, or do not end as they must: each deed of `peer.sh` is noticed by the call
//! during which it happens, with what the adapter did.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;
use wassay_engine::{Config, Fault, Lost, Provider};
use wassay_process::{Adapter, Launch};

/// The smallest module.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

fn launch(deed: &str) -> Launch {
    let peer = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer.sh");
    Launch::new(format!("sh '{peer}' {deed}"))
}

/// A file that an adapter makes when it starts, so that later ones know that it has.
fn begun(deed: &str) -> PathBuf {
    std::env::temp_dir().join(format!("wassay-{deed}-{}", std::process::id()))
}

/// What a use of an engine ends in: nothing, a fault, or a loss.
fn outcome<T>(work: impl FnOnce() -> Result<T, Fault>) -> String {
    match catch_unwind(AssertUnwindSafe(|| work().map(drop))) {
        Ok(Ok(())) => String::new(),
        Ok(Err(fault)) => fault.to_string(),
        Err(panic) => Lost::of(&*panic).map(|Lost(why)| why.clone()).unwrap_or("a panic".into()),
    }
}

/// Compiles a module twice, opens a session and closes it, and drops the engine.
fn used(provider: &dyn Provider) -> Result<(), Fault> {
    let engine = provider.start(&Config::new(provider.features()))?;
    for _ in 0..2 {
        engine.compile(MODULE)?.map_err(|rejected| Fault::Internal(rejected.message))?;
    }
    drop(engine.session()?);
    Ok(())
}

#[test]
fn a_loss_is_noticed_where_it_happens() {
    for (deed, parts) in [
        ("good", &[][..]),
        ("plain", &[]),
        ("close-crash", &["during request 6 (`close`)", "SIGABRT", "its last words: in close"]),
        ("close-fails", &["after request 6 (`close`)", "could not `close`", "no luck"]),
        ("stop-crash", &["during request 7 (`stop`)", "SIGABRT", "its last words: in stop"]),
        ("same-module", &["gave a module the number 0, which another has"]),
        ("holds", &["(`open`)", "ended, and something holds", "it ended with exit status: 5"]),
        ("hang", &["(`start`), did not answer within 0.5 seconds; it was killed"]),
        ("detaches", &["(`open`), did not answer within 0.5 seconds; it was killed"]),
        (
            "bytes",
            &["(`open`), wrote `{\"id\":5,\"ok\":{},\"c\":\"\u{fffd}\"}`", "it is not UTF-8"],
        ),
    ] {
        let limit = ["hang", "detaches"].contains(&deed).then_some(Duration::from_millis(500));
        let adapter = Adapter::start(Launch { limit, ..launch(deed) }).unwrap();
        let said = outcome(|| used(&adapter));
        assert_eq!(said.is_empty(), parts.is_empty(), "{deed}: {said}");
        for part in parts {
            assert!(said.contains(part), "{deed}: `{part}` is not in `{said}`");
        }
        assert_eq!(outcome(|| adapter.end()), "", "{deed}");
    }
}

#[test]
fn a_second_answer_is_blamed_on_its_request() {
    let adapter = Adapter::start(launch("later")).unwrap();
    let engine = adapter.start(&Config::new(adapter.features())).unwrap();
    let said = outcome(|| -> Result<(), Fault> {
        std::mem::forget(engine.session()?);
        loop {
            std::thread::sleep(Duration::from_millis(10));
            engine.compile(MODULE)?.map_err(|rejected| Fault::Internal(rejected.message))?;
        }
    });
    let is_late = said.contains("`{\"id\":3,\"ok\":{}}` after its answer to request");
    assert!(is_late || said.contains("answered request 3 twice"), "{said}");
}

#[test]
fn the_end_of_an_adapter_is_known() {
    for (deed, parts) in [
        ("good", &[][..]),
        (
            "eof-exit",
            &["did not end with status 0", "exit status: 1", "last words: heap corrupted"],
        ),
        ("eof-abort", &["did not end with status 0", "SIGABRT"]),
        ("eof-garbage", &["wrote `garbage` after the end of its input"]),
        ("eof-half", &["wrote `half` and no line end after the end of its input"]),
        ("eof-hang", &["did not end within 0.5 seconds after its input", "it was killed"]),
    ] {
        let limit = (deed == "eof-hang").then_some(Duration::from_millis(500));
        let adapter = Adapter::start(Launch { limit, ..launch(deed) }).unwrap();
        used(&adapter).unwrap();
        let said = outcome(|| adapter.end());
        assert_eq!(said.is_empty(), parts.is_empty(), "{deed}: {said}");
        for part in parts {
            assert!(said.contains(part), "{deed}: `{part}` is not in `{said}`");
        }
    }
}

#[test]
fn an_adapter_that_hangs_again_and_again_is_given_up() {
    let limit = Some(Duration::from_millis(200));
    let adapter = Adapter::start(Launch { limit, ..launch("hang") }).unwrap();
    let losses: Vec<String> = (0..5).map(|_| outcome(|| used(&adapter))).collect();
    for (at, loss) in losses.iter().enumerate() {
        assert!(loss.contains("did not answer within 0.2 seconds"), "{loss}");
        assert_eq!(loss.contains("not started again after 3 losses in a row"), at >= 3, "{loss}");
    }
}

#[test]
fn an_adapter_that_does_not_start_again_is_given_up() {
    let begun = begun("mute");
    let limit = Some(Duration::from_millis(200));
    let launch = launch(&format!("mute '{}'", begun.display()));
    let adapter = Adapter::start(Launch { limit, ..launch }).unwrap();
    let losses: Vec<String> = (0..5).map(|_| outcome(|| used(&adapter))).collect();
    std::fs::remove_file(&begun).unwrap();
    assert!(losses[0].contains("closed its standard output"), "{losses:?}");
    for (at, loss) in losses.iter().enumerate().skip(1) {
        let is_late = loss.contains("during request 1 (`hello`), did not answer within 0.2");
        assert_eq!(is_late, at <= 3, "{losses:?}");
        assert_eq!(loss.contains("not started again after 3 losses"), at > 3, "{losses:?}");
    }
}

#[test]
fn a_new_process_must_be_the_same_engine() {
    let begun = begun("differs");
    let adapter = Adapter::start(launch(&format!("differs '{}'", begun.display()))).unwrap();
    let (first, second) = (outcome(|| used(&adapter)), outcome(|| used(&adapter)));
    std::fs::remove_file(&begun).unwrap();
    assert!(first.contains("closed its standard output"), "{first}");
    assert!(second.contains("describes itself differently than before"), "{second}");
}

#[test]
fn unknown_requests_are_named() {
    let adapter = Adapter::start(launch("plain")).unwrap();
    assert_eq!(adapter.unknown().collect::<Vec<_>>(), ["luck"]);
}
