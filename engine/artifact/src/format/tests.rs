//! Artifacts that were written, damaged and read again.

use super::*;
use crate::builder::ArtifactBuilder;
use crate::index::TypeIndex;
use crate::target::{Arch, BoundsMode, OptLevel};
use crate::types::{CompositeType, FuncType, SubType};

/// Two functions.
fn module() -> Module {
    let composite = CompositeType::Func(FuncType::default());
    Module {
        types: vec![SubType { is_final: true, supertype: None, composite }],
        rec_groups: vec![1],
        functions: vec![TypeIndex(0); 2],
        ..Module::default()
    }
}

fn sample() -> Artifact {
    let target = Target {
        arch: Arch::X86_64,
        isa: vec!["has_avx".to_string()],
        opt: OptLevel::Speed,
        bounds: BoundsMode::Guard,
        native_relaxed: false,
        interruption: false,
        wasm_features: 7,
        compiler: "1".to_string(),
        build: "2".to_string(),
    };
    let mut builder = ArtifactBuilder::module(target, &module());
    builder.text(vec![0x90; 40]);
    builder.function(TextRange { start: 0, len: 10 });
    builder.function(TextRange { start: 16, len: 24 });
    builder.trap(3, TrapCode::Unreachable);
    builder.trap(20, TrapCode::CastFailure);
    builder.location(0, 100);
    builder.location(16, 200);
    builder.libcall_slot(8, Libcall::FmaF64);
    builder.data(b"data".to_vec());
    builder.finish()
}

#[test]
fn what_was_written_is_read() {
    let artifact = Artifact::read(sample().bytes()).unwrap();
    assert_eq!(artifact.module(), Ok(module()));
    assert_eq!(artifact.function_count(), 2);
    assert_eq!(artifact.function_at(9), Some(DefinedFuncIndex(0)));
    assert_eq!(artifact.function_at(12), None);
    assert_eq!(artifact.function_at(39), Some(DefinedFuncIndex(1)));
    assert_eq!(artifact.function_at(40), None);
    assert_eq!(artifact.trap_at(3), Some(TrapCode::Unreachable));
    assert_eq!(artifact.trap_at(4), None);
    assert_eq!(artifact.trap_at(20), Some(TrapCode::CastFailure));
    assert_eq!(artifact.trap_at(21), None);
    assert_eq!(artifact.location_at(17), Some(200));
    assert_eq!(artifact.libcall_slots().collect::<Vec<_>>(), [(8, Libcall::FmaF64)]);
    assert_eq!(artifact.data(), b"data");
    assert!(artifact.signature().is_err());
}

#[test]
fn every_flipped_byte_and_every_truncation_is_found() {
    let good = sample();
    for at in 0..good.bytes().len() {
        let mut bytes = good.bytes().to_vec();
        bytes[at] ^= 0x20;
        assert!(Artifact::read(bytes).is_err(), "byte {at} flipped");
        assert!(Artifact::read(&good.bytes()[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn the_format_of_another_build_is_incompatible_not_corrupt() {
    let mut bytes = sample().bytes().to_vec();
    bytes[8] ^= 1;
    let digest = digest(&bytes);
    bytes[DIGEST].copy_from_slice(&digest);
    assert!(matches!(Artifact::read(bytes), Err(LoadError::Incompatible(_))));
}
