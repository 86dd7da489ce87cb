//! Links functions of made-up code with a small reach, and follows each call through the text to the
//! function where it arrives. The reader of instructions here shares nothing with the writer.

use super::*;
use crate::emit::{Call, CallTarget};
use proptest::prelude::*;
use std::collections::BTreeMap;
use wassay_artifact::Artifact;
use wassay_artifact::abi::{AbiSignature, Libcall};
use wassay_artifact::index::DefinedFuncIndex;
use wassay_artifact::target::{BoundsMode, OptLevel, Target};

const ARCHES: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

/// The reach of most tests.
const REACH: i64 = 1 << 10;

/// A reach that no test exceeds.
const ENDLESS: i64 = 1 << 27;

/// A function of this many bytes, with calls at offsets, all multiples of four.
fn function(arch: Arch, len: u32, calls: &[(u32, CallTarget)]) -> Code {
    let (kind, addend, opcode, before): (_, _, &[u8], _) = match arch {
        // The field comes after the opcode of `call`.
        Arch::X86_64 => (CallKind::X86Relative, -4, &[0xe8, 0, 0, 0, 0], 1),
        Arch::Aarch64 => (CallKind::Arm64, 0, &[0, 0, 0, 0x94], 0),
    };
    let mut bytes = vec![0xff; len as usize];
    let calls = calls.iter().map(|(at, target)| {
        write(&mut bytes, *at as usize - before, opcode);
        Call { offset: *at, kind, target: *target, addend }
    });
    let calls = calls.collect();
    Code { bytes, align: 16, calls, traps: Vec::new(), locations: Vec::new() }
}

fn to(func: usize) -> CallTarget {
    CallTarget::Function(DefinedFuncIndex(func as u32))
}

fn linker(arch: Arch, reach: i64, mistake: Mistake) -> Linker {
    Linker { arch, reach: Reach(reach), mistake }
}

fn linked(linker: &Linker, functions: &[Code]) -> Result<Artifact, CompileError> {
    let target = Target {
        arch: linker.arch,
        isa: Vec::new(),
        opt: OptLevel::None,
        bounds: BoundsMode::Explicit,
        native_relaxed: false,
        interruption: false,
        wasm_features: 0,
        compiler: String::new(),
        build: String::new(),
    };
    let signature = AbiSignature { params: Vec::new(), results: Vec::new() };
    let mut builder = ArtifactBuilder::shims(target, &signature);
    linker.link(functions, &mut builder)?;
    Ok(builder.finish())
}

fn sound(arch: Arch, reach: i64, functions: &[Code]) -> Artifact {
    linked(&linker(arch, reach, Mistake::default()), functions).expect("stubs are in reach")
}

fn start(artifact: &Artifact, func: usize) -> usize {
    artifact.function(DefinedFuncIndex(func as u32)).expect("a function").start as usize
}

fn word(text: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(text[at..at + 4].try_into().expect("four bytes"))
}

/// Where the call whose field is here goes.
fn destination(arch: Arch, text: &[u8], at: usize) -> usize {
    let word = word(text, at);
    let distance = match arch {
        Arch::X86_64 => i64::from(word as i32) + 4,
        Arch::Aarch64 => {
            assert_eq!(word >> 26, 0b10_0101, "the call is still `bl`");
            i64::from((word << 6) as i32 >> 6) * 4
        }
    };
    usize::try_from(at as i64 + distance).expect("a place in the text")
}

/// Where a jump to this place arrives: there, or at the target of the stub that is there.
fn arrival(artifact: &Artifact, arch: Arch, at: usize) -> usize {
    if artifact.function_at(at as u32).is_some() {
        return at;
    }
    let text = artifact.text();
    match arch {
        Arch::X86_64 if text[at] == 0xe9 => destination(arch, text, at + 1),
        Arch::Aarch64 if word(text, at) & 0x9f00_001f == 0x9000_0010 => {
            let (adrp, add) = (word(text, at), word(text, at + 4));
            let immediate = (adrp >> 3 & !3 | adrp >> 29 & 3) & 0x1f_ffff;
            let pages = i64::from((immediate << 11) as i32 >> 11);
            let page = (at as i64 & !0xfff) + (pages << 12);
            assert_eq!(add & 0xffc0_03ff, 0x9100_0210, "add x16, x16, #imm");
            assert_eq!(word(text, at + 8), 0xd61f_0200, "br x16");
            page as usize + (add >> 10 & 0xfff) as usize
        }
        // The stub of a libcall.
        _ => at,
    }
}

/// Where the calls of a function arrive.
fn arrivals(artifact: &Artifact, arch: Arch, functions: &[Code], func: usize) -> Vec<usize> {
    let begin = start(artifact, func);
    let calls = functions[func].calls.iter().map(|call| {
        let at = begin + call.offset as usize;
        arrival(artifact, arch, destination(arch, artifact.text(), at))
    });
    calls.collect()
}

/// Two functions with another between them; the first and the last call these targets.
fn apart(arch: Arch, between: u32, first: &[CallTarget], last: &[CallTarget]) -> Vec<Code> {
    let calling = |targets: &[CallTarget]| {
        let calls: Vec<_> = targets.iter().zip([8, 16]).map(|(to, at)| (at, *to)).collect();
        function(arch, 32, &calls)
    };
    vec![calling(first), function(arch, between, &[]), calling(last)]
}

#[test]
fn the_last_call_in_reach_is_direct_and_the_next_one_is_not() {
    for arch in ARCHES {
        // Both calls are at 8 in functions of 32 bytes; x86_64 counts from the end of the field.
        let counted = if arch == Arch::X86_64 { 4 } else { 0 };
        let (ahead, behind) = (32 + 1024 - 8 - counted, 32 + 1024 + 8 + counted);
        for (reach, direct) in [(ahead + 4, true), (ahead, false)] {
            let functions = apart(arch, 1024, &[to(2)], &[]);
            let artifact = sound(arch, reach, &functions);
            let target = start(&artifact, 2);
            let goes = destination(arch, artifact.text(), 8);
            assert_eq!(goes == target, direct, "{ahead} ahead, reach {reach} on {arch}");
            assert_eq!(arrivals(&artifact, arch, &functions, 0), [target]);
        }
        for (reach, direct) in [(behind, true), (behind - 4, false)] {
            let functions = apart(arch, 1024, &[], &[to(0)]);
            let artifact = sound(arch, reach, &functions);
            let goes = destination(arch, artifact.text(), start(&artifact, 2) + 8);
            assert_eq!(goes == 0, direct, "{behind} behind, reach {reach} on {arch}");
            assert_eq!(arrivals(&artifact, arch, &functions, 2), [0]);
        }
    }
}

#[test]
fn a_text_without_far_calls_has_no_island() {
    for arch in ARCHES {
        let functions = apart(arch, 512, &[to(2)], &[to(0)]);
        let near = sound(arch, REACH, &functions);
        assert_eq!(near.text(), sound(arch, ENDLESS, &functions).text());
        assert_eq!(near.text().len(), 32 + 512 + 32);
        let far = sound(arch, 256, &functions);
        assert!(far.text().len() > near.text().len(), "the same text with far calls has islands");
    }
}

/// A libcall's stub is behind all functions, beside the slot page, so it is a far target as a
/// function is, and its own distance to its slot does not grow with the text.
#[test]
fn a_far_libcall_goes_through_an_island() {
    for arch in ARCHES {
        let libcall = CallTarget::Libcall(Libcall::FmaF64);
        let functions = apart(arch, 2 << 20, &[libcall], &[]);
        let artifact = sound(arch, ENDLESS, &functions);
        let stub = artifact.text().len() - STUB_SIZE;
        assert_eq!(destination(arch, artifact.text(), 8), stub, "a near call of {arch} is direct");
        let artifact = sound(arch, 1 << 20, &functions);
        let text = artifact.text();
        let stub = text.len() - STUB_SIZE;
        assert_ne!(destination(arch, text, 8), stub, "a far call of {arch}");
        assert_eq!(arrivals(&artifact, arch, &functions, 0), [stub], "{arch}");
        assert_eq!(artifact.libcall_slots().collect::<Vec<_>>(), [(0, Libcall::FmaF64)]);
        if arch == Arch::Aarch64 {
            let slot = stub + (word(text, stub) >> 5 & 0x3_ffff) as usize * 4;
            assert_eq!(slot, text.len().next_multiple_of(SLOT_PAGE));
        }
    }
}

#[test]
fn each_region_has_one_stub_for_a_target() {
    for arch in ARCHES {
        let twice = function(arch, 64, &[(8, to(3)), (32, to(3))]);
        let also = function(arch, 32, &[(8, to(3))]);
        let functions = [
            twice,
            also,
            function(arch, 2000, &[]),
            function(arch, 32, &[(8, to(0)), (16, to(2))]),
        ];
        let artifact = sound(arch, REACH, &functions);
        let text = artifact.text();
        let stub = destination(arch, text, 8);
        assert_eq!(stub, 96, "the island is behind its region");
        assert_eq!(destination(arch, text, 32), stub);
        assert_eq!(destination(arch, text, start(&artifact, 1) + 8), stub);
        assert_eq!(start(&artifact, 2), stub + STUB_SIZE, "there is one stub");
        assert_eq!(arrivals(&artifact, arch, &functions, 0), [start(&artifact, 3); 2]);
        assert_eq!(arrivals(&artifact, arch, &functions, 3), [0, start(&artifact, 2)]);
    }
}

#[test]
fn an_island_belongs_to_no_function() {
    for arch in ARCHES {
        let functions = apart(arch, 2000, &[to(2)], &[to(0)]);
        let artifact = sound(arch, REACH, &functions);
        let stub = destination(arch, artifact.text(), 8);
        assert_eq!(stub, 32);
        for offset in stub..stub + STUB_SIZE {
            assert_eq!(artifact.function_at(offset as u32), None, "{offset}");
        }
        assert_eq!(artifact.function_at(stub as u32 - 1), Some(DefinedFuncIndex(0)));
    }
}

#[test]
fn a_function_that_cannot_reach_its_island_is_a_limit() {
    for arch in ARCHES {
        let functions = [function(arch, 32, &[]), function(arch, 4000, &[(2000, to(0))])];
        let linker = linker(arch, REACH, Mistake::default());
        assert!(matches!(linked(&linker, &functions), Err(CompileError::Limit(_))));
    }
}

/// The two bugs of wazero: a module without imports is right, one with imports is not.
#[test]
fn stubs_that_count_imports_are_wrong_if_there_are_any() {
    type Seed = fn(usize) -> Mistake;
    let called: Seed = |imports| Mistake { written: 0, called: imports };
    let both: Seed = |imports| Mistake { written: imports, called: imports };
    for arch in ARCHES {
        let first = function(arch, 32, &[(8, to(2)), (16, to(3))]);
        let functions =
            [first, function(arch, 2000, &[]), function(arch, 32, &[]), function(arch, 32, &[])];
        let right = sound(arch, REACH, &functions);
        for (seed, overwrites) in [(called, false), (both, true)] {
            let artifact = |imports| {
                linked(&linker(arch, REACH, seed(imports)), &functions).expect("all is in reach")
            };
            assert_eq!(artifact(0).text(), right.text());
            for imports in [1, 2] {
                let wrong = artifact(imports);
                let begin = start(&wrong, 1);
                let is_whole = wrong.text()[begin..begin + 2000].iter().all(|byte| *byte == 0xff);
                assert_eq!(is_whole, !overwrites, "{imports} imports on {arch}");
                let stub = destination(arch, wrong.text(), 8);
                assert_eq!(stub, destination(arch, right.text(), 8) + STUB_SIZE * imports);
            }
        }
    }
}

/// Functions as sizes in units of 16 bytes and calls as places and targets.
fn programs() -> impl Strategy<Value = Vec<(u32, Vec<(u32, usize)>)>> {
    let calls = prop::collection::vec((any::<u32>(), any::<usize>()), 0..6);
    prop::collection::vec((1_u32..30, calls), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn every_call_arrives_and_near_ones_are_direct(program in programs(), reach in 3_i64..40) {
        // No function is larger than half the reach, so every call can reach its island.
        let reach = reach * 64;
        let largest = (reach / 2 / 16) as u32;
        let count = program.len();
        for arch in ARCHES {
            let functions: Vec<Code> = program.iter().map(|(size, calls)| {
                let size = (*size).min(largest) * 16;
                // At most one call is in a place, and a few targets are libcalls.
                let calls: BTreeMap<_, _> = calls.iter().map(|(at, target)| {
                    let target = match target % (count + 2) {
                        func if func < count => to(func),
                        rest => CallTarget::Libcall(Libcall::ALL[rest - count]),
                    };
                    (4 + at % (size / 8 - 1) * 8, target)
                }).collect();
                function(arch, size, &Vec::from_iter(calls))
            }).collect();
            let Ok(artifact) = linked(&linker(arch, reach, Mistake::default()), &functions) else {
                // Its island has so many stubs that the first calls do not reach the last ones.
                let calls: usize = functions.iter().map(|code| code.calls.len()).sum();
                prop_assert!((calls * STUB_SIZE) as i64 > reach / 4, "{calls} calls, reach {reach}");
                continue;
            };
            let text = artifact.text();
            let endless = sound(arch, ENDLESS, &functions);
            let slots: Vec<Libcall> = artifact.libcall_slots().map(|(_, call)| call).collect();
            let mut has_far = false;
            for (func, code) in functions.iter().enumerate() {
                let begin = start(&artifact, func);
                for (call, arrives) in code.calls.iter().zip(arrivals(&artifact, arch, &functions, func)) {
                    let at = begin + call.offset as usize;
                    let target = match call.target {
                        CallTarget::Function(func) => start(&artifact, func.at()),
                        CallTarget::Libcall(call) => {
                            let slot = slots.iter().position(|it| *it == call).expect("a slot");
                            text.len() - STUB_SIZE * (slots.len() - slot)
                        }
                    };
                    prop_assert_eq!(arrives, target);
                    let distance = target as i64 - at as i64 + call.addend;
                    let is_near = (-reach..reach).contains(&distance);
                    prop_assert_eq!(destination(arch, text, at) == target, is_near);
                    has_far |= !is_near;
                }
                let end = begin + code.bytes.len();
                let mut own = text[begin..end].to_vec();
                for call in &code.calls {
                    let at = call.offset as usize;
                    write(&mut own, at, &code.bytes[at..at + 4]);
                }
                prop_assert!(own == code.bytes, "only the fields of calls change");
            }
            prop_assert_eq!(text == endless.text(), !has_far);
        }
    }
}
