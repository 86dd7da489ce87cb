//! Adapters that do not start, or do not introduce themselves as they must: each is a fault that says
//! which command failed, how, and what it said.

use std::time::Duration;
use wassay_engine::{Fault, Provider};
use wassay_process::{Adapter, Launch};

/// An adapter that answers `hello` with a name, a version and these fields.
fn hello(rest: &str) -> String {
    let ok = format!(r#"{{"id":1,"ok":{{"name":"toy","version":"1",{rest}}}}}"#);
    format!("sh -c 'read line; echo \"{}\"; read line'", ok.replace('"', "\\\""))
}

/// The required requests.
const OPS: &str = r#""ops":["start","compile","open","instantiate","export","call"]"#;

#[test]
fn an_adapter_that_does_not_start_says_why() {
    let plain = [
        ("", "cannot be started: it names no program"),
        ("node 'a.mjs", "cannot be started: a quote is not closed"),
        ("./no-such-program", "cannot be started: No such file or directory"),
        ("true", "closed its standard"),
        ("sh -c 'read line; echo oops >&2; exit 3'", "exit status: 3; its last words: oops"),
        ("sh -c 'read line; kill -9 $$'", "it ended with signal: 9 (SIGKILL)"),
        ("sh -c 'echo Welcome!; cat'", "wrote `Welcome!`, which is no answer"),
        ("sh -c 'echo []; cat'", "wrote `[]`, which is no answer"),
        (r#"sh -c 'echo "{\"id\":2,\"ok\":{}}"; cat'"#, "answered request 2, which was not made"),
        (r#"sh -c 'echo "{\"id\":1,\"ok\":{}}"; read line'"#, "missing field `protocol`"),
        (
            r#"sh -c 'echo "{\"id\":1,\"trapped\":{}}"; read line'"#,
            "answered `hello` with `trapped`",
        ),
    ];
    let introduced = [
        (format!(r#""protocol":2,{OPS}"#), "speaks version 2 of the protocol, not 1"),
        (r#""protocol":1,"ops":["start"]"#.to_string(), "lacks the required request `compile`"),
        (format!(r#""protocol":1,"features":["luck"],{OPS}"#), "claims an unknown feature `luck`"),
    ];
    let plain = plain.into_iter().map(|(command, why)| (command.to_string(), why));
    let introduced = introduced.into_iter().map(|(rest, why)| (hello(&rest), why));
    for (command, why) in plain.chain(introduced) {
        match Adapter::start(Launch::new(&command)) {
            Err(Fault::Internal(said)) => {
                assert!(said.contains(why), "{command}: {said}");
                assert!(said.starts_with(&format!("the adapter `{command}`")), "{said}");
            }
            other => panic!("{command}: {other:?}"),
        }
    }
}

#[test]
fn an_adapter_that_is_silent_is_given_up() {
    let limit = Some(Duration::from_millis(200));
    let silent = Adapter::start(Launch { limit, ..Launch::new("sh -c 'sleep 7654; echo'") });
    let Err(Fault::Internal(why)) = silent else { panic!("{silent:?}") };
    assert!(why.contains("did not answer within 0.2 seconds"), "{why}");
    assert!(why.contains("during request 1 (`hello`)"), "{why}");
}

#[test]
fn an_adapter_describes_its_engine() {
    let lists = r#""features":["simd","gc"],"switches":["gc"],"capabilities":["kinds"]"#;
    let text = format!(r#""protocol":1,"build":"b",{lists},{OPS}"#);
    let adapter = Adapter::start(Launch::new(hello(&text))).unwrap();
    let identity = adapter.identity().unwrap();
    assert_eq!((&*identity.name, &*identity.version, &*identity.build), ("toy", "1", "b"));
    assert_eq!(identity.target, format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS));
    assert_eq!(adapter.features().to_string(), "simd, gc");
    assert_eq!(adapter.capabilities().switches.to_string(), "gc");
    assert_eq!(adapter.capabilities().names().collect::<Vec<_>>(), ["kinds"]);
    assert!(adapter.missing().any(|op| op == "host_func"));
    assert!(adapter.missing().all(|op| op != "call" && op != "hello"));
}
