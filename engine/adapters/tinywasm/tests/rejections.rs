//! Which modules tinywasm rejects, and which need a feature that it lacks. A module that is rejected
//! for a missing feature would pass `assert_invalid`.

use wassay_engine::*;

/// What is in the module, its sections, and whether tinywasm lacks something for it.
const MODULES: &[(&str, &[u8], bool)] = &[
    ("a tag", &[1, 4, 1, 0x60, 0, 0, 13, 3, 1, 0, 0], true),
    ("a shared memory", &[5, 4, 1, 3, 1, 1], true),
    ("a typed reference", &[1, 9, 2, 0x60, 0, 0, 0x60, 1, 0x64, 0, 0], true),
    ("a struct", &[1, 3, 1, 0x5f, 0], true),
    ("the flag of a shared global", &[6, 6, 1, 0x7f, 2, 0x41, 0, 0x0b], false),
    ("a section of an unknown kind", &[99, 0], false),
    ("two type sections", &[1, 1, 0, 1, 1, 0], false),
    ("a function without its body", &[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0], false),
    (
        "a local that does not exist",
        &[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x20, 0, 0x0b],
        false,
    ),
];

#[test]
fn missing_features_are_unsupported_and_wrong_modules_rejected() {
    let provider = wassay_tinywasm::provider();
    let engine = provider.start(&Config::new(provider.features())).unwrap();
    for (what, sections, lacks) in MODULES {
        let compiled = engine.compile(&[b"\0asm\x01\0\0\0", *sections].concat());
        match compiled {
            Err(Fault::Unsupported(_)) if *lacks => {}
            Ok(Err(_)) if !lacks => {}
            other => panic!("{what}: {other:?}"),
        }
    }
}
