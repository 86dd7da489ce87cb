//! An index space under test: what it imports and defines, and every accessor. Each space in a file
//! of its own takes an item; returns text. Knows no chain of modules.

/// An index space with one kind of item.
pub(crate) trait Space {
    /// What it has, for example `tables with 64-bit indices`.
    fn about(&self) -> String;
    /// The name of its script.
    fn file(&self) -> String;
    /// The features of its script besides those of 2.0.
    fn needs(&self) -> Vec<&'static str>;
    /// The description of an import, for example `(table $x0 1 funcref)`.
    fn import(&self, id: &str) -> String;
    /// A definition that has this value, with its export.
    fn define(&self, id: &str, export: &str, value: u32) -> String;
    /// Exports an item that is imported, for example `(export "0" (table $x0))`.
    fn export(&self, id: &str, export: &str) -> String;
    /// What the accessors use besides the items.
    fn support(&self, items: &[Item]) -> String;
    /// Distinguishes the items of any module: the first accessor.
    fn identity(&self, item: &Item) -> Check;
    /// Every other accessor of an item.
    fn checks(&self, item: &Item, items: &[Item]) -> Vec<Check>;
    /// A directive by which the host reads an exported item, if it can.
    fn by_the_host(&self, _module: &str, _export: &str, _value: u32) -> Option<String> {
        None
    }
}

/// The type of indices in the limits of a table or memory. Only `i64` is written, because parsers
/// without 64-bit indices know no other.
pub(crate) fn limits(index: &str) -> &'static str {
    if index == "i64" { "i64 " } else { "" }
}

/// An item of the module under test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Its index.
    pub index: usize,
    /// What distinguishes it from all others: a constant, a size.
    pub value: u32,
}

impl Item {
    pub fn id(&self) -> String {
        format!("$x{}", self.index)
    }
}

/// A use of an item.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The accessor, for example `table.get`.
    pub accessor: String,
    /// With which other item, for example ` from item 2`.
    pub with: String,
    /// Parameters, results and body of its function.
    pub function: String,
    /// Arguments and what they give, for example `(i32.const 0)` and `Returns("(i32.const 7)")`.
    pub calls: Vec<(String, Gives)>,
    /// Whether it is one of many accessors that differ in their widths only.
    pub is_one_of_many: bool,
}

/// What a call gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gives {
    Returns(String),
    Traps(&'static str),
}

impl Check {
    pub fn new(accessor: &str, function: String) -> Check {
        let (accessor, with) = (accessor.to_string(), String::new());
        Check { accessor, with, function, calls: Vec::new(), is_one_of_many: false }
    }

    /// The same with a call that returns.
    pub fn returns(mut self, arguments: &str, result: impl Into<String>) -> Check {
        self.calls.push((arguments.to_string(), Gives::Returns(result.into())));
        self
    }

    /// The same with a call that traps.
    pub fn traps(mut self, arguments: &str, words: &'static str) -> Check {
        self.calls.push((arguments.to_string(), Gives::Traps(words)));
        self
    }

    /// The same with another item.
    pub fn with(mut self, with: String) -> Check {
        self.with = with;
        self
    }
}
