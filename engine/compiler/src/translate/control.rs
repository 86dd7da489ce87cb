//! Blocks, branches and traps. The operand stack above a frame's base belongs to that frame;
//! values cross a join as parameters of its block.

use super::signature::abi_type;
use super::state::{Frame, FrameKind, Translator, trap_code};
use crate::error::CompileError;
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Inst, InstBuilder, JumpTableData, Type, Value,
};
use wasmparser::{BlockType, BrTable, Operator};
use wassay_artifact::abi::TrapCode;
use wassay_artifact::fault::Fault;
use wassay_artifact::index::TypeIndex;

/// Parameter and result types of a block.
struct Shape {
    params: Vec<Type>,
    results: Vec<Type>,
}

impl Translator<'_> {
    /// Translates a control operator; false for any other operator.
    pub(super) fn control(&mut self, op: &Operator<'_>) -> Result<bool, CompileError> {
        match op {
            Operator::Nop => {}
            Operator::Unreachable => {
                self.ins().trap(trap_code(TrapCode::Unreachable));
                self.reachable = false;
            }
            Operator::Block { blockty } => {
                let shape = self.shape(*blockty)?;
                let exit = self.join(&shape.results);
                self.open(FrameKind::Block, exit, &shape);
            }
            Operator::Loop { blockty } => self.open_loop(*blockty)?,
            Operator::If { blockty } => self.open_if(*blockty)?,
            Operator::Else => self.open_else(),
            Operator::End => self.close(),
            Operator::Br { relative_depth } => self.br(*relative_depth),
            Operator::BrIf { relative_depth } => self.br_if(*relative_depth),
            Operator::BrTable { targets } => self.br_table(targets)?,
            Operator::Return => self.br(self.frames.len() as u32 - 1),
            Operator::BrOnNull { relative_depth } => self.br_on_null(*relative_depth),
            Operator::BrOnNonNull { relative_depth } => self.br_on_non_null(*relative_depth),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Follows the nesting in unreachable code.
    pub(super) fn unreachable_operator(&mut self, op: &Operator<'_>) -> Result<(), CompileError> {
        match op {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. }
            | Operator::Try { .. } => self.frames.push(Frame {
                kind: FrameKind::Block,
                exit: self.frames[0].exit,
                exit_used: false,
                params: 0,
                results: 0,
                base: self.stack.len(),
                live: false,
                known: self.known.mark(),
            }),
            Operator::Else => self.open_else(),
            Operator::End => self.close(),
            _ => {}
        }
        Ok(())
    }

    fn shape(&self, ty: BlockType) -> Result<Shape, CompileError> {
        Ok(match ty {
            BlockType::Empty => Shape { params: Vec::new(), results: Vec::new() },
            BlockType::Type(ty) => {
                let ty = self.env.types.val(ty)?;
                Shape { params: Vec::new(), results: vec![abi_type(&ty)] }
            }
            BlockType::FuncType(ty) => {
                let ty = self.env.func_type(TypeIndex(ty))?;
                Shape {
                    params: ty.params.iter().map(abi_type).collect(),
                    results: ty.results.iter().map(abi_type).collect(),
                }
            }
        })
    }

    /// A block where control flow meets, with these parameters.
    pub(super) fn join(&mut self, params: &[Type]) -> Block {
        let block = self.builder.create_block();
        for ty in params {
            self.builder.append_block_param(block, *ty);
        }
        block
    }

    fn open(&mut self, kind: FrameKind, exit: Block, shape: &Shape) {
        self.frames.push(Frame {
            kind,
            exit,
            exit_used: false,
            params: shape.params.len(),
            results: shape.results.len(),
            base: self.stack.len() - shape.params.len(),
            live: true,
            known: self.known.mark(),
        });
    }

    fn open_loop(&mut self, ty: BlockType) -> Result<(), CompileError> {
        let shape = self.shape(ty)?;
        let header = self.join(&shape.params);
        let exit = self.join(&shape.results);
        let args = self.pop_many(shape.params.len());
        self.jump(header, &args);
        self.builder.switch_to_block(header);
        let params = self.builder.block_params(header).to_vec();
        self.stack.extend(params);
        self.open(FrameKind::Loop { header }, exit, &shape);
        self.poll_interrupt();
        Ok(())
    }

    fn open_if(&mut self, ty: BlockType) -> Result<(), CompileError> {
        let shape = self.shape(ty)?;
        let condition = self.pop();
        let then = self.builder.create_block();
        let exit = self.join(&shape.results);
        let params = self.top(shape.params.len());
        // Without an `else` the parameters are the results, so until there is one the other branch
        // goes to the exit.
        let otherwise = if shape.params == shape.results { exit } else { self.join(&shape.params) };
        let branch = self.ins().brif(condition, then, &[], otherwise, &block_args(&params));
        self.builder.seal_block(then);
        self.builder.switch_to_block(then);
        self.open(FrameKind::If { branch, otherwise }, exit, &shape);
        Ok(())
    }

    fn open_else(&mut self) {
        let reachable = self.reachable;
        let frame = self.frames.last_mut().expect("validated: `else` is inside an `if`");
        if !frame.live {
            return;
        }
        let FrameKind::If { branch, otherwise } =
            std::mem::replace(&mut frame.kind, FrameKind::Else)
        else {
            return;
        };
        let (exit, base, results) = (frame.exit, frame.base, frame.results);
        self.known.forget_since(frame.known);
        if reachable {
            frame.exit_used = true;
            let args = self.pop_many(results);
            self.jump(exit, &args);
        }
        let otherwise = if otherwise == exit { self.split_else(branch, exit) } else { otherwise };
        self.builder.seal_block(otherwise);
        self.builder.switch_to_block(otherwise);
        self.stack.truncate(base);
        self.stack.extend_from_slice(self.builder.block_params(otherwise));
        self.reachable = true;
    }

    /// A block of its own for the branch that went to the exit so far; its parameters have the same
    /// types.
    fn split_else(&mut self, branch: Inst, exit: Block) -> Block {
        let types = self.builder.block_params(exit).iter().map(|param| self.type_of(*param));
        let types: Vec<Type> = types.collect();
        let otherwise = self.join(&types);
        self.builder.change_jump_destination(branch, exit, otherwise);
        otherwise
    }

    fn close(&mut self) {
        let frame = self.frames.pop().expect("validated: `end` closes a frame");
        if !frame.live {
            return;
        }
        if let FrameKind::Loop { header } = frame.kind {
            self.builder.seal_block(header);
        }
        // Without an `else`, one branch goes to the exit.
        let joins = frame.exit_used || matches!(frame.kind, FrameKind::If { .. });
        if joins {
            self.join_exit(&frame);
        } else if self.reachable {
            // Only this path leaves the frame, so it continues in its block.
            let results = self.pop_many(frame.results);
            self.stack.truncate(frame.base);
            self.stack.extend(results);
        } else {
            self.stack.truncate(frame.base);
            self.known.forget_since(frame.known);
        }
        // An exit that no branch targets is never inserted.
        self.builder.seal_block(frame.exit);
        if self.frames.is_empty() && self.reachable {
            let results = self.stack.clone();
            self.ins().return_(&results);
        }
    }

    /// Continues at the frame's exit, where several paths meet.
    fn join_exit(&mut self, frame: &Frame) {
        if self.reachable {
            let args = self.pop_many(frame.results);
            self.jump(frame.exit, &args);
        }
        self.stack.truncate(frame.base);
        self.known.forget_since(frame.known);
        self.builder.switch_to_block(frame.exit);
        self.stack.extend_from_slice(self.builder.block_params(frame.exit));
        self.reachable = true;
    }

    pub(super) fn jump(&mut self, block: Block, args: &[Value]) {
        let args = block_args(args);
        self.ins().jump(block, &args);
    }

    /// The target block of a branch to this depth, and how many operands it takes along.
    pub(super) fn branch_target(&mut self, depth: u32) -> (Block, usize) {
        let at = self.frames.len() - 1 - depth as usize;
        let frame = &mut self.frames[at];
        match frame.kind {
            FrameKind::Loop { header } => (header, frame.params),
            _ => {
                frame.exit_used = true;
                (frame.exit, frame.results)
            }
        }
    }

    fn top(&self, count: usize) -> Vec<Value> {
        self.stack[self.stack.len() - count..].to_vec()
    }

    fn br(&mut self, depth: u32) {
        let (block, count) = self.branch_target(depth);
        let args = self.pop_many(count);
        self.jump(block, &args);
        self.reachable = false;
    }

    fn br_if(&mut self, depth: u32) {
        let condition = self.pop();
        let (block, count) = self.branch_target(depth);
        let args = block_args(&self.top(count));
        self.branch_or_go_on(condition, block, &args);
    }

    /// Branches if the condition is not zero; the code that follows is the other case.
    fn branch_or_go_on(&mut self, condition: Value, block: Block, args: &[BlockArg]) {
        let next = self.builder.create_block();
        self.ins().brif(condition, block, args, next, &[]);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
    }

    fn br_table(&mut self, targets: &BrTable<'_>) -> Result<(), CompileError> {
        let index = self.pop();
        let (default, count) = self.branch_target(targets.default());
        let args = block_args(&self.pop_many(count));
        let mut table = Vec::with_capacity(targets.len() as usize);
        for depth in targets.targets() {
            let depth = depth.map_err(|error| CompileError::Internal(error.to_string()))?;
            let (block, _) = self.branch_target(depth);
            table.push(self.block_call(block, &args));
        }
        if Fault::BrTableDefault.is_seeded() {
            table.pop();
        }
        let default = self.block_call(default, &args);
        let table = self.builder.create_jump_table(JumpTableData::new(default, &table));
        self.ins().br_table(index, table);
        self.reachable = false;
        Ok(())
    }

    fn block_call(&mut self, block: Block, args: &[BlockArg]) -> BlockCall {
        let pool = &mut self.builder.func.dfg.value_lists;
        BlockCall::new(block, args.iter().copied(), pool)
    }

    fn br_on_null(&mut self, depth: u32) {
        let reference = self.pop();
        let (block, count) = self.branch_target(depth);
        let args = block_args(&self.top(count));
        let next = self.builder.create_block();
        self.ins().brif(reference, next, &[], block, &args);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
        self.push(reference);
    }

    fn br_on_non_null(&mut self, depth: u32) {
        let (block, count) = self.branch_target(depth);
        let args = block_args(&self.top(count));
        let reference = self.pop();
        self.branch_or_go_on(reference, block, &args);
    }
}

pub(super) fn block_args(values: &[Value]) -> Vec<BlockArg> {
    values.iter().map(|value| BlockArg::Value(*value)).collect()
}
