//! Takes a module of `wasm-smith`; gives the module with code that canonicalizes the NaNs that
//! `wasm-smith` leaves as an engine chose them. Knows no engine.

use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{self as enc, Instruction as I};
use wasmparser::{BinaryReaderError, FunctionBody, Parser, Payload};

/// A type whose values have NaNs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Float {
    F32,
    F64,
    F32x4,
    F64x2,
}

impl Float {
    /// Instructions that replace every NaN on top of the stack with the canonical one. They
    /// overwrite this local.
    pub fn canonicalize(self, local: u32) -> [I<'static>; 6] {
        const NAN32: u32 = 0x7fc0_0000;
        const NAN64: u64 = 0x7ff8_0000_0000_0000;
        let (nan, equal, select) = match self {
            Float::F32 => (I::F32Const(f32::from_bits(NAN32).into()), I::F32Eq, I::Select),
            Float::F64 => (I::F64Const(f64::from_bits(NAN64).into()), I::F64Eq, I::Select),
            Float::F32x4 => (splat(NAN32.into(), 32), I::F32x4Eq, I::V128Bitselect),
            Float::F64x2 => (splat(NAN64.into(), 64), I::F64x2Eq, I::V128Bitselect),
        };
        [I::LocalTee(local), nan, I::LocalGet(local), I::LocalGet(local), equal, select]
    }

    /// The type of an operator's result, if its NaNs are an engine's choice and `wasm-smith` does
    /// not canonicalize them.
    fn left_by(operator: &I<'_>) -> Option<Float> {
        Some(match operator {
            I::F32DemoteF64 => Float::F32,
            I::F64PromoteF32 => Float::F64,
            I::F32x4DemoteF64x2Zero
            | I::F32x4RelaxedMin
            | I::F32x4RelaxedMax
            | I::F32x4RelaxedMadd
            | I::F32x4RelaxedNmadd => Float::F32x4,
            I::F64x2PromoteLowF32x4
            | I::F64x2RelaxedMin
            | I::F64x2RelaxedMax
            | I::F64x2RelaxedMadd
            | I::F64x2RelaxedNmadd => Float::F64x2,
            _ => return None,
        })
    }

    fn local_type(self) -> enc::ValType {
        match self {
            Float::F32 => enc::ValType::F32,
            Float::F64 => enc::ValType::F64,
            Float::F32x4 | Float::F64x2 => enc::ValType::V128,
        }
    }
}

/// A vector with these bits in each lane of this width.
fn splat(bits: u128, width: usize) -> I<'static> {
    let lanes = (0..128).step_by(width).map(|at| bits << at);
    I::V128Const(lanes.fold(0, |vector, lane| vector | lane) as i128)
}

/// Canonicalizes the NaNs that `wasm-smith` leaves.
///
/// # Errors
/// If this is no module.
pub fn canonicalize(wasm: &[u8]) -> Result<Vec<u8>, Error<Infallible>> {
    let mut module = enc::Module::new();
    let mut rewriter = Rewriter { params: params(wasm)?.into_iter() };
    rewriter.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}

/// The number of parameters of each function with a body.
fn params(wasm: &[u8]) -> Result<Vec<u32>, BinaryReaderError> {
    let (mut types, mut functions) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    types.push(ty?.params().len() as u32);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    functions.push(types.get(ty? as usize).copied().unwrap_or(0));
                }
            }
            _ => {}
        }
    }
    Ok(functions)
}

struct Rewriter {
    /// The number of parameters of each of the remaining functions.
    params: std::vec::IntoIter<u32>,
}

impl Reencode for Rewriter {
    type Error = Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut enc::CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut next = self.params.next().unwrap_or(0);
        let mut locals = Vec::new();
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            next += count;
            locals.push((count, self.val_type(ty)?));
        }
        let mut scratch = BTreeMap::new();
        let mut instructions = Vec::new();
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let instruction = self.parse_instruction(&mut reader)?;
            let float = Float::left_by(&instruction);
            instructions.push(instruction);
            if let Some(float) = float {
                let local = *scratch.entry(float).or_insert_with(|| {
                    locals.push((1, float.local_type()));
                    next += 1;
                    next - 1
                });
                instructions.extend(float.canonicalize(local));
            }
        }
        let mut function = enc::Function::new(locals);
        for instruction in &instructions {
            function.instruction(instruction);
        }
        code.function(&function);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Case, Generator, Id};
    use crate::drive::drive;
    use crate::encoded::code;
    use crate::subject;
    use wasmparser::{Validator, WasmFeatures};

    /// A function with this type and body, after an imported one.
    fn module(params: &[enc::ValType], result: enc::ValType, body: &[I<'_>]) -> Vec<u8> {
        let mut types = enc::TypeSection::new();
        types.ty().function([], []);
        types.ty().function(params.iter().copied(), [result]);
        let mut imports = enc::ImportSection::new();
        imports.import("host", "nop", enc::EntityType::Function(0));
        let mut functions = enc::FunctionSection::new();
        functions.function(1);
        let code = code(&[(2, enc::ValType::I32)], body);
        let mut module = enc::Module::new();
        module.section(&types).section(&imports).section(&functions).section(&code);
        module.finish()
    }

    fn operators(wasm: &[u8]) -> Vec<String> {
        Validator::new_with_features(WasmFeatures::all()).validate_all(wasm).unwrap();
        let text = wasmprinter::print_bytes(wasm).unwrap();
        let body = text.lines().map(str::trim).skip_while(|line| !line.starts_with("(local "));
        body.filter(|line| !line.starts_with(['(', ')'])).map(String::from).collect()
    }

    #[test]
    fn each_choice_of_a_nan_is_followed_by_a_canonical_one() {
        use enc::ValType::{F32, F64, V128};
        let nan32 = "v128.const i32x4 0x7fc00000 0x7fc00000 0x7fc00000 0x7fc00000";
        let nan64 = "v128.const i32x4 0x00000000 0x7ff80000 0x00000000 0x7ff80000";
        for (operator, takes, gives, nan, equal, select) in [
            (I::F32DemoteF64, &[F64][..], F32, "f32.const nan", "f32.eq", "select"),
            (I::F64PromoteF32, &[F32], F64, "f64.const nan", "f64.eq", "select"),
            (I::F32x4RelaxedMin, &[V128; 2], V128, nan32, "f32x4.eq", "v128.bitselect"),
            (I::F32x4DemoteF64x2Zero, &[V128], V128, nan32, "f32x4.eq", "v128.bitselect"),
            (I::F64x2RelaxedNmadd, &[V128; 3], V128, nan64, "f64x2.eq", "v128.bitselect"),
        ] {
            let mut body: Vec<I<'_>> = (0..takes.len() as u32).map(I::LocalGet).collect();
            body.push(operator);
            let before = module(takes, gives, &body);
            let after = operators(&canonicalize(&before).unwrap());
            let local = takes.len() + 2;
            let (tee, get) = (format!("local.tee {local}"), format!("local.get {local}"));
            let expected = [&tee, nan, &get, &get, equal, select].map(String::from);
            let mut all = operators(&before);
            all.extend(expected);
            let strip = |line: &String| line.split(" (;").next().unwrap().to_string();
            assert_eq!(after.iter().map(strip).collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn a_local_serves_all_operators_of_a_type() {
        let v128 = enc::ValType::V128;
        let twice = [
            I::LocalGet(0),
            I::LocalGet(0),
            I::F32x4RelaxedMin,
            I::LocalGet(0),
            I::F32x4RelaxedMax,
            I::F64x2PromoteLowF32x4,
        ];
        let wasm = canonicalize(&module(&[v128], v128, &twice)).unwrap();
        let operators = operators(&wasm);
        let tees: Vec<_> = operators.iter().filter(|line| line.starts_with("local.tee")).collect();
        assert_eq!(tees, ["local.tee 3", "local.tee 3", "local.tee 4"]);
    }

    /// Here wasmi and Cranelift chose different NaNs of `f32x4.relaxed_min`.
    #[test]
    fn engines_agree_on_modules_that_choose_nans() {
        for seed in [60_019_112, 60_023_994] {
            let case = Case::generate(Id::new(Generator::Smith, seed));
            let names = ["cranelift/speed/guard", "wasmi"].map(String::from);
            let traces = subject::named(&names).unwrap().into_iter().map(|mut subject| {
                let trace = drive(&case, &mut subject, &mut |_| {}).unwrap();
                assert!(trace.calls > 0, "{seed}: {}", subject.name);
                trace.steps
            });
            let traces: Vec<_> = traces.collect();
            assert!(traces[0] == traces[1], "{seed}");
        }
    }
}
