//! The state of a translation: its module, and the current point in the function.

use super::access::{Fixed, Regions, limit_stack};
use super::known::{Key, Known};
use super::signature::{POINTER, abi_type, wasm_signature};
use crate::convert::TypeConverter;
use crate::error::CompileError;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self, AbiParam, Block, ExtFuncData, ExternalName, InstBuilder, InstructionData, Opcode, SigRef,
    Signature, SourceLoc, Type, UserExternalName, UserFuncName, Value, ValueDef, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FuncInstBuilder, FunctionBuilder, Variable};
use std::collections::HashMap;
use wassay_artifact::abi::{Builtin, Layout, TrapCode, vmctx};
use wassay_artifact::fault::Fault;
use wassay_artifact::index::*;
use wassay_artifact::module::Module;
use wassay_artifact::target::Target;
use wassay_artifact::types::{FuncType, ValType};

/// The namespace of names of defined functions in CLIF.
pub(crate) const DEFINED: u32 = 0;

/// The data that all functions of a module share.
pub(crate) struct ModuleEnv<'a> {
    pub module: &'a Module,
    pub types: &'a TypeConverter,
    pub layout: Layout,
    pub target: &'a Target,
    pub isa: &'a dyn TargetIsa,
}

impl ModuleEnv<'_> {
    /// The function type at an index that validation has checked.
    pub fn func_type(&self, ty: TypeIndex) -> Result<&FuncType<TypeIndex>, CompileError> {
        self.module
            .func_type(ty)
            .ok_or_else(|| CompileError::Internal(format!("type {} is not a function type", ty.0)))
    }
}

/// The CLIF trap code for one of ours.
pub(crate) fn trap_code(code: TrapCode) -> ir::TrapCode {
    ir::TrapCode::unwrap_user(code.number())
}

/// An open block, loop, `if`, or the function body itself.
pub(super) struct Frame {
    pub kind: FrameKind,
    /// The target of a fall-through from `end`; its parameters are the frame's results.
    pub exit: Block,
    /// Whether any branch targets `exit`.
    pub exit_used: bool,
    /// The number of parameters and results of the frame.
    pub params: usize,
    pub results: usize,
    /// Height of the operand stack below the parameters.
    pub base: usize,
    /// Whether the frame was entered in reachable code.
    pub live: bool,
    /// Where the values begin that were computed inside the frame.
    pub known: usize,
}

pub(super) enum FrameKind {
    Block,
    Loop {
        header: Block,
    },
    /// Its conditional branch, and where that goes if the condition is 0: to the exit as long as no
    /// `else` is known.
    If {
        branch: ir::Inst,
        otherwise: Block,
    },
    Else,
}

/// The translation of one function.
pub(crate) struct Translator<'a> {
    pub env: &'a ModuleEnv<'a>,
    pub builder: FunctionBuilder<'a>,
    pub stack: Vec<Value>,
    pub(super) frames: Vec<Frame>,
    pub locals: Vec<Variable>,
    pub reachable: bool,
    /// The function's own VM context.
    pub vmctx: Fixed,
    pub(super) regions: Regions,
    pub(super) known: Known,
    functions: HashMap<FuncIndex, ir::FuncRef>,
    signatures: HashMap<TypeIndex, SigRef>,
    builtins: HashMap<u8, SigRef>,
}

impl<'a> Translator<'a> {
    pub fn start(
        env: &'a ModuleEnv<'a>,
        index: DefinedFuncIndex,
        mut builder: FunctionBuilder<'a>,
    ) -> Result<Self, CompileError> {
        let ty = env.func_type(env.module.functions[env.module.imported.func(index).at()])?;
        let func = &mut *builder.func;
        func.name = UserFuncName::user(DEFINED, index.0);
        func.signature = wasm_signature(ty);
        let regions = Regions::declare(func);
        limit_stack(func, &regions);

        let entry = builder.create_block();
        let exit = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.append_block_params_for_function_returns(exit);
        builder.switch_to_block(entry);
        builder.seal_block(entry);
        let vmctx = Fixed::vmctx(&builder, entry);
        let mut translator = Translator {
            env,
            stack: Vec::new(),
            frames: vec![Frame {
                kind: FrameKind::Block,
                exit,
                exit_used: false,
                params: 0,
                results: ty.results.len(),
                base: 0,
                live: true,
                known: 0,
            }],
            locals: Vec::new(),
            reachable: true,
            vmctx,
            regions,
            known: Known::default(),
            functions: HashMap::new(),
            signatures: HashMap::new(),
            builtins: HashMap::new(),
            builder,
        };
        for (at, ty) in ty.params.iter().enumerate() {
            let value = translator.builder.block_params(entry)[1 + at];
            let local = translator.builder.declare_var(abi_type(ty));
            translator.builder.def_var(local, value);
            translator.locals.push(local);
        }
        Ok(translator)
    }

    /// Declares locals; they start as zero, or null.
    pub fn define_locals(&mut self, count: u32, ty: &ValType<TypeIndex>) {
        let is_one = Fault::LocalsNotZero.is_seeded() && *ty == ValType::I32;
        let ty = abi_type(ty);
        let zero = (count > 0).then(|| match is_one {
            true => self.ins().iconst(ty, 1),
            false => self.zero(ty),
        });
        for _ in 0..count {
            let local = self.builder.declare_var(ty);
            if let Some(zero) = zero {
                self.builder.def_var(local, zero);
            }
            self.locals.push(local);
        }
    }

    pub fn set_location(&mut self, location: SourceLoc) {
        self.builder.set_srcloc(location);
    }

    pub fn finish(self, env: &ModuleEnv<'_>) {
        self.builder.finalize(env.isa.frontend_config());
    }

    pub fn ins(&mut self) -> FuncInstBuilder<'_, 'a> {
        self.builder.ins()
    }

    pub fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Pops the top operand; validation guarantees that there is one.
    pub fn pop(&mut self) -> Value {
        self.stack.pop().expect("validated: the operand stack is not empty")
    }

    /// Pops the two top operands; the upper one is last.
    pub fn pop2(&mut self) -> (Value, Value) {
        let second = self.pop();
        (self.pop(), second)
    }

    /// Pops the `count` top operands, in the order they were pushed.
    pub fn pop_many(&mut self, count: usize) -> Vec<Value> {
        self.stack.split_off(self.stack.len() - count)
    }

    pub fn type_of(&self, value: Value) -> Type {
        self.builder.func.dfg.value_type(value)
    }

    pub fn zero(&mut self, ty: Type) -> Value {
        match ty {
            types::F32 => self.ins().f32const(0.0),
            types::F64 => self.ins().f64const(0.0),
            types::I8X16 => {
                let zero = self.builder.func.dfg.constants.insert([0; 16].as_slice().into());
                self.ins().vconst(types::I8X16, zero)
            }
            int => self.constant(int, 0),
        }
    }

    /// The value of a computation that has the same result everywhere, computed here unless every
    /// path to here has computed it.
    pub fn once(
        &mut self,
        key: Key,
        compute: impl FnOnce(FuncInstBuilder<'_, '_>) -> Value,
    ) -> Value {
        if let Some(value) = self.known.find(key) {
            return value;
        }
        let value = compute(self.ins());
        self.known.record(key, value);
        value
    }

    /// An integer constant; the bits above its type are 0.
    pub fn constant(&mut self, ty: Type, bits: i64) -> Value {
        self.once(Key::constant(ty, bits), |ins| ins.iconst(ty, bits))
    }

    /// The sum of two values.
    pub fn sum(&mut self, left: Value, right: Value) -> Value {
        let key = Key::sum(left, right, self.type_of(left));
        self.once(key, |ins| ins.iadd(left, right))
    }

    /// The bits of an integer that is defined by a constant instruction.
    pub fn constant_bits(&self, value: Value) -> Option<i64> {
        let dfg = &self.builder.func.dfg;
        let ValueDef::Result(inst, _) = dfg.value_def(value) else { return None };
        match dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits()),
            _ => None,
        }
    }

    /// Pushes a comparison's 8-bit result as an `i32`.
    pub fn push_bool(&mut self, value: Value) {
        let value = self.ins().uextend(types::I32, value);
        self.push(value);
    }

    /// An address or index of type `i32` or `i64` as an `i64`.
    pub fn extend_index(&mut self, index: Value) -> Value {
        if self.type_of(index) == types::I64 {
            index
        } else {
            self.once(Key::extended(index, types::I64), |ins| ins.uextend(types::I64, index))
        }
    }

    /// Traps if an unsigned comparison with a 64-bit value holds.
    pub fn trap_if(&mut self, cond: IntCC, left: Value, right: Value, code: TrapCode) {
        let bad = self.ins().icmp(cond, left, right);
        self.ins().trapnz(bad, trap_code(code));
    }

    /// The canonical type, as `i32`, of a type of the module.
    pub fn canonical_type(&mut self, ty: TypeIndex) -> Value {
        let ids = self.load_fixed(self.vmctx, vmctx::TYPE_IDS);
        self.load_constant(types::I32, ids, vmctx::type_id(ty))
    }

    /// The signature for calls of functions of a type.
    pub fn signature(&mut self, ty: TypeIndex) -> Result<SigRef, CompileError> {
        if let Some(signature) = self.signatures.get(&ty) {
            return Ok(*signature);
        }
        let signature = wasm_signature(self.env.func_type(ty)?);
        let signature = self.builder.import_signature(signature);
        self.signatures.insert(ty, signature);
        Ok(signature)
    }

    /// Whether the function has a call of wasm so far.
    pub fn has_called(&self) -> bool {
        !self.signatures.is_empty()
    }

    /// A function of the same module, for direct calls.
    pub fn defined_function(&mut self, func: FuncIndex) -> Result<ir::FuncRef, CompileError> {
        if let Some(function) = self.functions.get(&func) {
            return Ok(*function);
        }
        let defined =
            self.env.module.imported.defined_func(func).ok_or_else(|| {
                CompileError::Internal(format!("function {} is imported", func.0))
            })?;
        let ty = self.env.module.functions[func.at()];
        let signature = self.signature(ty)?;
        let defined = match defined.0.checked_sub(self.env.module.imported.functions) {
            // Takes the index for one that counts imports.
            Some(lower)
                if Fault::FuncImportIndex.is_seeded()
                    && self.env.module.functions[defined.at()] == ty =>
            {
                DefinedFuncIndex(lower)
            }
            _ => defined,
        };
        let name = UserExternalName::new(DEFINED, defined.0);
        let name = self.builder.func.declare_imported_user_function(name);
        let function = self.builder.import_function(ExtFuncData {
            name: ExternalName::user(name),
            signature,
            colocated: true,
            patchable: false,
        });
        self.functions.insert(func, function);
        Ok(function)
    }

    /// Calls a routine of the runtime; returns its result, if it has one.
    pub fn call_builtin(&mut self, builtin: Builtin, args: &[Value]) -> Option<Value> {
        let signature = match self.builtins.get(&(builtin as u8)) {
            Some(signature) => *signature,
            None => {
                let signature = self.builder.import_signature(builtin_signature(builtin));
                self.builtins.insert(builtin as u8, signature);
                signature
            }
        };
        let table = self.load_fixed(self.vmctx, vmctx::BUILTINS);
        let code = self.load_constant(POINTER, table, builtin.slot());
        let mut all = Vec::with_capacity(1 + args.len());
        all.push(self.vmctx.value());
        all.extend_from_slice(args);
        let call = self.ins().call_indirect(signature, code, &all);
        builtin.returns().then(|| self.builder.inst_results(call)[0])
    }
}

pub(crate) fn builtin_signature(builtin: Builtin) -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.push(AbiParam::new(POINTER));
    for ty in builtin.params() {
        signature.params.push(AbiParam::new(super::signature::machine_type(*ty)));
    }
    if builtin.returns() {
        signature.returns.push(AbiParam::new(types::I64));
    }
    signature
}
