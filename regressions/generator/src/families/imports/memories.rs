//! Memories: each has a size of its own, and known bytes at its end, so that an access at the end of
//! one is out of bounds in a smaller one and finds zeros in a larger one.

use super::space::{Check, Item, Space, limits};
use crate::generate::operators::{Operator, STORED, TAIL, atomics, scalars, vectors};

/// Memories with indices of a type, `i32` or `i64`, and a group of operators.
#[derive(Clone, Copy)]
pub(crate) struct Memories {
    pub index: &'static str,
    pub group: Group,
}

/// Operators in one script.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Loads and stores of numbers, and everything that is no load or store.
    Scalar,
    Vector,
    Atomic,
}

const PAGE: u64 = 65536;
const OUT: &str = "out of bounds memory access";

impl Memories {
    fn constant(self, value: u64) -> String {
        format!("({}.const {value:#x})", self.index)
    }

    /// The operators of the group, each at the last address and one step after it.
    fn accesses(self, item: &Item) -> Vec<Check> {
        let operators = match self.group {
            Group::Scalar => scalars(),
            Group::Vector => vectors(),
            Group::Atomic => atomics(),
        };
        operators.iter().map(|operator| self.access(item, operator)).collect()
    }

    fn access(self, item: &Item, operator: &Operator) -> Check {
        let Operator { name, width, lane, operands, result } = operator;
        let (index, id, size) = (self.index, item.id(), size(item));
        let writes = result.is_none() || name.contains("rmw");
        let access = format!("({name} {id}{lane} (local.get 0) {operands})");
        let [low, high] = ends(TAIL);
        let reset = format!(
            "(i64.store {id} {} (i64.const {low})) (i64.store {id} {} (i64.const {high}))",
            self.constant(size - 16),
            self.constant(size - 8)
        );
        let (ty, value, body) = match result {
            Some((ty, value)) if writes => (*ty, value.clone(), format!("{access} {reset}")),
            Some((ty, value)) => (*ty, value.clone(), access),
            None => {
                let mut tail = TAIL;
                tail[16 - width..].fill(STORED);
                let value = format!("(i64.const {})", ends(tail)[1]);
                let read = format!("(i64.load {id} {})", self.constant(size - 8));
                ("i64", value, format!("{access} {read} {reset}"))
            }
        };
        let step = if self.group == Group::Atomic { *width as u64 } else { 1 };
        let last = size - *width as u64;
        let check = Check::new(name, format!("(param {index}) (result {ty}) {body}"))
            .returns(&self.constant(last), value)
            .traps(&self.constant(last + step), OUT);
        Check { is_one_of_many: true, ..check }
    }

    /// What is no load or store.
    fn others(self, item: &Item, items: &[Item]) -> Vec<Check> {
        let (ty, id, size) = (self.index, item.id(), size(item));
        let at = |address: u64| self.constant(address);
        let pages = format!("({ty}.const {})", item.value);
        let unit = |accessor: &str, body: String| {
            Check::new(accessor, format!("(param {ty}) {body}"))
                .returns(&at(size - 1), "")
                .traps(&at(size), OUT)
        };
        let mut checks = vec![
            Check::new("memory.size", format!("(result {ty}) (memory.size {id})"))
                .returns("", pages.clone()),
            Check::new("memory.grow", format!("(result {ty}) (memory.grow {id} {})", at(0)))
                .returns("", pages),
            Check::new("data segment", format!("(result i32) (i32.load8_u {id} {})", at(64)))
                .returns("", format!("(i32.const {})", item.value + 100)),
            // Both write what is there: the last byte.
            unit(
                "memory.fill",
                format!("(memory.fill {id} (local.get 0) (i32.const {}) {})", TAIL[15], at(1)),
            ),
            unit(
                "memory.init",
                format!("(memory.init {id} $passive (local.get 0) (i32.const 0) (i32.const 1))"),
            ),
        ];
        for from in items {
            let (other, end) = (from.id(), PAGE * u64::from(from.value) - 1);
            let copied = format!(
                "(result i32) (memory.copy {id} {other} {} {} {}) (i32.load8_u {id} {})",
                at(80),
                at(64),
                at(1),
                at(80)
            );
            let with = format!(" from item {}", from.index);
            checks.push(
                Check::new("memory.copy", copied)
                    .with(with.clone())
                    .returns("", format!("(i32.const {})", from.value + 100)),
            );
            checks.push(
                Check::new(
                    "memory.copy at the ends",
                    format!(
                        "(param {ty} {ty}) (memory.copy {id} {other} (local.get 0) (local.get 1) {})",
                        at(1)
                    ),
                )
                .with(with)
                .returns(&format!("{} {}", at(size - 1), at(end)), "")
                .traps(&format!("{} {}", at(size), at(end)), OUT)
                .traps(&format!("{} {}", at(size - 1), at(end + 1)), OUT),
            );
        }
        checks
    }
}

impl Space for Memories {
    fn about(&self) -> String {
        let group = match self.group {
            Group::Scalar => "",
            Group::Vector => ", vector accesses",
            Group::Atomic => ", atomic accesses",
        };
        format!("memories with {}-bit indices{group}", &self.index[1..])
    }

    fn file(&self) -> String {
        let group = match self.group {
            Group::Scalar => "",
            Group::Vector => "_vector",
            Group::Atomic => "_atomic",
        };
        format!("memories{group}_{}", self.index)
    }

    fn needs(&self) -> Vec<&'static str> {
        let mut needs = vec!["multi-memory"];
        needs.extend((self.index == "i64").then_some("memory64"));
        needs.extend((self.group == Group::Atomic).then_some("threads"));
        needs
    }

    fn import(&self, id: &str) -> String {
        format!("(memory {id} {}1)", limits(self.index))
    }

    fn define(&self, id: &str, export: &str, value: u32) -> String {
        let bytes = TAIL.map(|byte| format!("\\{byte:02x}")).concat();
        let at = self.constant(PAGE * u64::from(value) - 16);
        format!(
            "(memory {id} (export \"{export}\") {}{value} 100)\n  \
             (data (memory {id}) {at} \"{bytes}\")",
            limits(self.index)
        )
    }

    fn export(&self, id: &str, export: &str) -> String {
        format!("(export \"{export}\" (memory {id}))")
    }

    fn support(&self, items: &[Item]) -> String {
        let mut text = format!("  (data $passive \"\\{:02x}\")\n", TAIL[15]);
        for item in items {
            let (at, byte) = (self.constant(64), item.value + 100);
            text += &format!("  (data (memory {}) {at} \"\\{byte:02x}\")\n", item.id());
        }
        text
    }

    fn identity(&self, item: &Item) -> Check {
        let id = item.id();
        let last = size(item) - 1;
        let function =
            format!("(param {}) (result i32) (i32.load8_u {id} (local.get 0))", self.index);
        Check::new("i32.load8_u of the last byte", function)
            .returns(&self.constant(last), format!("(i32.const {})", TAIL[15]))
            .traps(&self.constant(last + 1), OUT)
    }

    fn checks(&self, item: &Item, items: &[Item]) -> Vec<Check> {
        let mut checks = self.accesses(item);
        if self.group == Group::Scalar {
            checks.extend(self.others(item, items));
        }
        checks
    }
}

/// In bytes.
fn size(item: &Item) -> u64 {
    PAGE * u64::from(item.value)
}

fn ends(bytes: [u8; 16]) -> [String; 2] {
    let value = u128::from_le_bytes(bytes);
    [value as u64, (value >> 64) as u64].map(|half| format!("{half:#x}"))
}
