//! Checks in CLIF the rules on loads that the optimizer may move.
//!
//! A load with `can_move` may run above any trap or branch. So its address must be valid in the
//! whole activation: either the VM context, which is the entry block's first parameter, or the
//! result of another movable, read-only load from such an address. No value that wasm computes and
//! no result of a call is such an address, so a movable load never depends on a trap or a branch
//! that checks its address.
//!
//! A load with `readonly` may move over stores and calls. So its field must be constant: one of the
//! VM context, of the tables of builtins and types, or of a function reference.
//!
//! Reads the text of CLIF, where an instruction is a line. A line that it does not understand
//! breaks the rules.

use libtest_mimic::{Failed, Trial};
use std::collections::{BTreeMap, BTreeSet};
use wassay_artifact::abi::{func_ref, vmctx};
use wassay_compiler::Listing;

/// Checks a function as translated and as optimized. `imported` is the number of functions that
/// its module imports.
pub fn check(function: &Listing, imported: u32) -> Result<(), Failed> {
    for clif in [&function.clif, &function.optimized] {
        let found = violations(clif, imported);
        if !found.is_empty() {
            return Err(format!(
                "function {}: a load may move above the check that makes its address valid, or \
                 over a store to its field\n{}\nin\n{clif}",
                function.function,
                found.join("\n")
            )
            .into());
        }
    }
    Ok(())
}

/// A structure at a fixed address, by its constant fields.
#[derive(Clone, Copy)]
enum Structure {
    /// The VM context of a module that imports this many functions.
    Context(u32),
    /// The table of builtins, or that of types.
    Constants,
    /// A function reference.
    Function,
    /// Anything else: it has no constant fields.
    Other,
}

impl Structure {
    /// The structure to which a constant field points; `None` if the field is not constant.
    fn field(self, offset: i32) -> Option<Structure> {
        let constants = [vmctx::BUILTINS.offset(), vmctx::TYPE_IDS.offset()];
        match self {
            Structure::Context(_) if constants.contains(&offset) => Some(Structure::Constants),
            Structure::Context(imported) => {
                let functions = vmctx::HEADER..vmctx::HEADER + 8 * imported;
                let is_function = functions.contains(&u32::try_from(offset).ok()?);
                Some(if is_function { Structure::Function } else { Structure::Other })
            }
            Structure::Constants => Some(Structure::Other),
            Structure::Function => {
                let fields = [func_ref::CODE, func_ref::VMCTX, func_ref::TYPE_ID];
                let is_constant = fields.iter().any(|field| field.offset() == offset);
                is_constant.then_some(Structure::Other)
            }
            Structure::Other => None,
        }
    }
}

/// The values of a function whose kind is known.
struct Values<'a> {
    imported: u32,
    /// Addresses that are valid in the whole activation.
    fixed: BTreeMap<&'a str, Structure>,
    /// Values that may be function references, which wasm can store.
    references: BTreeSet<&'a str>,
}

/// The lines that break the rules.
fn violations(clif: &str, imported: u32) -> Vec<&str> {
    let (fixed, references) = (BTreeMap::new(), BTreeSet::new());
    let mut values = Values { imported, fixed, references };
    let mut entered = false;
    let mut found = Vec::new();
    for line in clif.lines().map(str::trim) {
        if line.starts_with("block") {
            values.parameters(line, !entered);
            entered = true;
        } else if let Some(context) = line.strip_suffix(" = vmctx") {
            values.fixed.insert(context, Structure::Context(imported));
        } else if !values.keeps(line) {
            found.push(line);
        }
    }
    found
}

impl<'a> Values<'a> {
    /// Enters the parameters of a block, such as `block1(v2: i64, v3: i32):`.
    fn parameters(&mut self, line: &'a str, entry: bool) {
        let parameters = line.split_once('(').map_or("", |(_, parameters)| parameters);
        let names = parameters.split(',').filter_map(|one| one.split_once(':'));
        let names: Vec<&str> = names.map(|(name, _)| name.trim()).collect();
        if entry && let Some(context) = names.first() {
            self.fixed.insert(context, Structure::Context(self.imported));
        }
        self.references.extend(names.iter().skip(usize::from(entry)));
    }

    /// Enters the result of an instruction; false if the instruction breaks a rule.
    fn keeps(&mut self, line: &'a str) -> bool {
        let line = line.split_once(" ; ").map_or(line, |(line, _)| line).trim_end();
        if let Some((new, old)) = line.split_once(" -> ") {
            self.fixed.extend(self.fixed.get(old).copied().map(|structure| (new, structure)));
            self.references.extend(self.references.get(old).map(|_| new));
        }
        let mut words = line.split(|c: char| c.is_whitespace() || c == ',');
        if words.any(|word| matches!(word, "can_move" | "readonly")) {
            return self.constant_load(line).is_some();
        }
        if let Some((results, operation)) = line.split_once(" = ")
            && self.may_be_reference(operation)
        {
            let words = results.split([' ', ',']);
            self.references.extend(words.filter(|word| word.starts_with('v')));
        }
        true
    }

    /// Whether an operation without the two flags may result in a function reference.
    fn may_be_reference(&self, operation: &str) -> bool {
        let mut words = operation.split([' ', ',']);
        match words.next() {
            Some("load.i64" | "call" | "call_indirect" | "select" | "iconst.i64") => true,
            // A reference to a defined function is inside the VM context.
            Some("iadd") => words
                .next()
                .is_some_and(|value| matches!(self.fixed.get(value), Some(Structure::Context(_)))),
            _ => false,
        }
    }

    /// Enters the result of a load such as `v5 = load.i64 notrap aligned readonly can_move v0+16`;
    /// `None` if it breaks a rule.
    fn constant_load(&mut self, line: &'a str) -> Option<()> {
        let (result, load) = line.split_once(" = ")?;
        // In optimized CLIF, a location may stand before the result.
        let result = result.split_whitespace().next_back()?;
        let words: Vec<&str> = load.split_whitespace().collect();
        let (operation, rest) = words.split_first()?;
        let (address, flags) = rest.split_last()?;
        let has = |flag| flags.contains(&flag);
        if !operation.starts_with("load.") || !has("readonly") {
            return None;
        }
        let (base, offset) = match address.split_once('+') {
            None => (*address, 0),
            Some((base, offset)) => (base, number(offset)?),
        };
        let fixed = self.fixed.get(base).copied();
        if !has("can_move") {
            let reference = self.references.contains(base).then_some(Structure::Function);
            return fixed.or(reference)?.field(offset).map(|_| ());
        }
        if !has("notrap") {
            return None;
        }
        self.fixed.insert(result, fixed?.field(offset)?);
        Some(())
    }
}

/// An offset in decimal digits, or, if it is large, in hexadecimal ones such as `0x1_0000`.
fn number(text: &str) -> Option<i32> {
    let digits = text.replace('_', "");
    match digits.strip_prefix("0x") {
        Some(digits) => i32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}

/// Trials of the rules themselves, on code that keeps them and on code that breaks them. The
/// module imports one function.
pub fn trials() -> Vec<Trial> {
    let cases: &[(&str, &str, usize)] = &[
        (
            "from_the_context",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned readonly can_move v0+16
               v3 = load.i32 notrap aligned readonly can_move v2+4",
            0,
        ),
        (
            "from_a_parameter",
            "block0(v0: i64, v1: i64):
               trapz v1, user11
               v2 = load.i64 notrap aligned readonly can_move v1
               v3 = load.i64 notrap aligned readonly can_move v2",
            2,
        ),
        (
            "from_a_load_that_stays",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned region1 v0+16
               v3 = load.i64 notrap aligned readonly can_move v2",
            1,
        ),
        (
            "that_may_trap",
            "block0(v0: i64):
               v2 = load.i64 user11 aligned readonly can_move v0",
            1,
        ),
        (
            "from_a_computed_address",
            "block0(v0: i64, v1: i64):
               v2 = iadd v0, v1
               v3 = load.i64 notrap aligned readonly can_move v2",
            1,
        ),
        (
            "of_an_imported_function",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned readonly can_move v0+32
               v3 = load.i64 notrap aligned readonly can_move v2+16
               v4 = load.i64 notrap aligned readonly can_move v2+8",
            1,
        ),
        (
            "of_a_definition",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned readonly can_move v0+40
               v3 = load.i64 notrap aligned readonly can_move v2
               v4 = load.i64 notrap aligned readonly region1 v2+8",
            2,
        ),
        (
            "of_a_function_reference",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned region2 v1
               v3 = load.i32 user11 aligned readonly v2+24
               v4 = load.i64 notrap aligned readonly v2+8
               v5 = iadd v0, v1
               v6 = load.i64 notrap aligned readonly v5+16",
            1,
        ),
        (
            "of_a_table_element",
            "block0(v0: i64, v1: i64):
               v2 = load.i64 notrap aligned region1 v1
               v3 = iadd v2, v1
               v4 = load.i64 notrap aligned readonly v3",
            1,
        ),
        (
            "of_the_stack_limit",
            "gv0 = vmctx
             gv1 = load.i64 notrap aligned readonly can_move gv0
             gv2 = load.i64 notrap aligned readonly gv1
             stack_limit = gv2",
            1,
        ),
        (
            "none_of_the_stack_limit",
            "gv0 = vmctx
             gv1 = load.i64 notrap aligned readonly can_move gv0
             gv2 = load.i64 notrap aligned region1 gv1
             stack_limit = gv2",
            0,
        ),
        (
            "that_nobody_understands",
            "block0(v0: i64):
               v2 = sload8.i64 notrap readonly v0",
            1,
        ),
    ];
    let trial = |(name, clif, count): &(&'static str, &'static str, usize)| {
        let (clif, count) = (*clif, *count);
        Trial::test(format!("rule::{name}"), move || {
            let found = violations(clif, 1);
            if found.len() == count { Ok(()) } else { Err(format!("{found:?}").into()) }
        })
    };
    cases.iter().map(trial).collect()
}
