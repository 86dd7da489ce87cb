//! The contents of a serialized module as data, which a tool formats for people. An engine decides
//! which facts it names and in which words; nothing compares them.

/// How inspecting a serialized module ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inspected {
    /// The bytes are intact.
    Intact(Inspection),
    /// The bytes are intact, but in the format of another engine or build; the text names which.
    Incompatible(String),
    /// The bytes are damaged, or not a serialized module at all; the text says where.
    Corrupt(String),
}

/// The contents of a serialized module, which may be for another machine or configuration. All
/// offsets and lengths are in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Facts about the whole, for example its target: names and values.
    pub header: Vec<(String, String)>,
    /// The parts of the file, in its order.
    pub sections: Vec<SectionPlace>,
    /// The functions that have code, in the order of their code.
    pub functions: Vec<FunctionCode>,
    /// The instructions that may trap, in the order of the code.
    pub traps: Vec<TrapSite>,
    /// The routines that the code calls: what identifies each to the code, and its name.
    pub routines: Vec<(String, String)>,
}

/// A part of a serialized module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionPlace {
    /// Its name.
    pub name: String,
    /// Its offset in the file.
    pub offset: u64,
    /// Its length.
    pub length: u64,
}

/// The code of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCode {
    /// The function's index, as in backtraces.
    pub index: u32,
    /// Its name, if there is one.
    pub name: Option<String>,
    /// The offset of its code in all code.
    pub offset: u64,
    /// The length of its code.
    pub length: u64,
    /// The offset in the wasm module of the first operator that has code.
    pub wasm: Option<u64>,
}

/// An instruction that may trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapSite {
    /// Its offset in all code.
    pub offset: u64,
    /// The offset in the wasm module of its operator.
    pub wasm: Option<u64>,
    /// Why it may trap, for example `memory-out-of-bounds`.
    pub kind: String,
}

/// A machine instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its offset in all code.
    pub offset: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The instruction in the words of an assembler. Constants between instructions, and bytes that
    /// are no known instruction, are data.
    pub text: String,
    /// The offset in the wasm module of its operator.
    pub wasm: Option<u64>,
    /// Why it may trap.
    pub trap: Option<String>,
}
