//! Artifacts that are written, damaged and read back.

use super::header::PAGED_TEXT;
use super::*;
use crate::abi::SLOT_PAGE;
use crate::sample::{DATA, artifact, builder, module};

#[test]
fn a_written_artifact_can_be_read() {
    let artifact = Artifact::read(artifact(&module()).bytes()).unwrap();
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
    assert_eq!(artifact.locations().last().map(|(_, wasm)| wasm), Some(200));
    let traps: Vec<_> = artifact.traps().collect();
    assert_eq!(traps, [(3, TrapCode::Unreachable), (20, TrapCode::CastFailure)]);
    let last = artifact.sections().last().unwrap();
    assert_eq!(last, ("text", artifact.text_range()));
    assert_eq!(artifact.libcall_slots().collect::<Vec<_>>(), [(8, Libcall::FmaF64)]);
    let names = [0, 1, 2, 3].map(|func| artifact.function_name(FuncIndex(func)));
    assert_eq!(names, [Some("imported"), None, Some("start"), None]);
    assert_eq!(artifact.data(), DATA);
    assert!(artifact.signature().is_err());
}

#[test]
fn every_flipped_byte_and_every_truncation_is_found() {
    let good = artifact(&module());
    for at in 0..good.bytes().len() {
        let mut bytes = good.bytes().to_vec();
        bytes[at] ^= 0x20;
        assert!(Artifact::read(bytes).is_err(), "byte {at} flipped");
        assert!(Artifact::read(&good.bytes()[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn the_format_of_another_build_is_incompatible_not_corrupt() {
    let mut bytes = artifact(&module()).bytes().to_vec();
    bytes[8] ^= 1;
    let digest = digest(&bytes);
    bytes[DIGEST].copy_from_slice(&digest);
    assert!(matches!(Artifact::read(bytes), Err(LoadError::Incompatible(_))));
}

#[test]
fn only_a_large_text_is_aligned_to_pages() {
    for (len, is_paged) in [(PAGED_TEXT - 1, false), (PAGED_TEXT, true)] {
        let mut builder = builder(&Module::default());
        builder.text(vec![0x90; len]);
        let range = builder.finish().text_range();
        assert_eq!((range.len(), range.start.is_multiple_of(SLOT_PAGE)), (len, is_paged));
    }
}
