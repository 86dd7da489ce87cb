//! The modules of a script: the provider, the exporters, the re-exporters. Takes axes; returns text
//! and the functions that each exporter has, with their constants.

use super::axes::{Between, Case, Hops, Imports, Others, Position};

/// A type of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// The type of the exported function.
    Own,
    /// Another type, which a call must not be able to use: another result.
    Other,
    /// The same with one parameter more.
    Param,
    /// That of the host's function.
    Host,
}

impl Type {
    /// Its name in every module.
    pub fn id(self) -> &'static str {
        match self {
            Type::Own => "$own",
            Type::Other => "$other",
            Type::Param => "$param",
            Type::Host => "$host",
        }
    }

    /// Its definition.
    pub fn definition(self) -> String {
        let func = match self {
            Type::Own => "(result i32)",
            Type::Other => "(result i64)",
            Type::Param => "(param i32) (result i32)",
            Type::Host => "(param i32)",
        };
        format!("(type {} (func {func}))", self.id())
    }

    /// The arguments of a call.
    pub fn arguments(self) -> &'static str {
        if self == Type::Param { " (i32.const 0)" } else { "" }
    }

    /// The type of its result; nothing for the host's function.
    pub fn result(self) -> &'static str {
        match self {
            Type::Own | Type::Param => "i32",
            Type::Other => "i64",
            Type::Host => "",
        }
    }

    pub fn constant(self, value: u32) -> String {
        format!("({}.const {value})", self.result())
    }
}

/// A function that returns a constant of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub constant: u32,
    pub ty: Type,
}

/// A module that exports one of its own functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exporter {
    imports: Imports,
    position: Position,
    others: Others,
}

impl Exporter {
    pub fn of(case: &Case) -> Exporter {
        let Case { imports, position, others, .. } = *case;
        Exporter { imports, position, others }
    }

    /// K: the number of imported functions.
    pub fn imported(self) -> usize {
        self.imports as usize
    }

    /// L: the index of the export among the functions that are not imported.
    pub fn local(self) -> usize {
        match self.position {
            Position::Below => 0,
            Position::Beyond => self.imported(),
        }
    }

    /// The axes in words, which are also the name under which it is registered.
    pub fn words(self) -> String {
        let others = match self.imports {
            Imports::None => String::new(),
            _ => format!(", {}", self.others.words()),
        };
        format!("{}, local {}{others}", self.imports.words(), self.local())
    }

    /// Every function of the module, imports first. A function of the provider has its number as its
    /// constant, one of the module itself its number and the index in the module: 3004.
    pub fn functions(self) -> Vec<Function> {
        let ty = match self.others {
            Others::Same => Type::Own,
            Others::Different => Type::Other,
            Others::Param => Type::Param,
        };
        let (imported, target) = (self.imported(), self.imported() + self.local());
        let imports = (0..imported).map(|at| match ty {
            Type::Own => PROVIDED[at],
            Type::Other => PROVIDED[2 + at],
            Type::Param | Type::Host => Function { constant: 0, ty: Type::Host },
        });
        // As many more as are imported, so that an index with K added twice is a function, too.
        let own = (imported..=target + imported).map(|at| Function {
            constant: 1000 * self.number() + at as u32,
            ty: if at == target { Type::Own } else { ty },
        });
        imports.chain(own).collect()
    }

    /// The constant of the exported function.
    pub fn constant(self) -> u32 {
        self.functions()[self.imported() + self.local()].constant
    }

    /// From 1 to 18, so that constants are unique in a script.
    fn number(self) -> u32 {
        let (imports, position) = (self.imports as u32, self.position as u32);
        1 + 6 * imports + 3 * position + self.others as u32
    }

    /// The name of the module in the script.
    pub fn id(self) -> String {
        format!("$e{}", self.number())
    }

    /// The module; with `table`, it also exports a table of this type with the function.
    pub fn module(self, between: Between, table: Option<&str>) -> String {
        let functions = self.functions();
        let (imported, target) = (self.imported(), self.imported() + self.local());
        let mut imports: Vec<String> =
            functions[..imported].iter().map(imported_function).collect();
        add_between(&mut imports, between);
        let mut text = format!("(module {}\n{}", self.id(), types(ORDER));
        text += &imports.concat();
        if let Some(ty) = table {
            text += &format!("  (table (export \"table\") {ty} (elem (ref.func $function)))\n");
        }
        for (at, function) in functions.iter().enumerate().skip(imported) {
            let name = if at == target { " $function (export \"function\")" } else { "" };
            text += &own_function(name, function);
        }
        format!("{})\n(register \"{}\" {})\n", text.trim_end(), self.words(), self.id())
    }
}

/// The types of a module, in this order.
pub(crate) fn types(types: &[Type]) -> String {
    types.iter().map(|ty| format!("  {}\n", ty.definition())).collect()
}

/// The order of the types in all modules that call no reference.
const ORDER: &[Type] = &[Type::Own, Type::Other, Type::Param, Type::Host];

/// The functions that the provider exports under their constants, for exporters to import.
const PROVIDED: [Function; 4] = [
    Function { constant: 1, ty: Type::Own },
    Function { constant: 2, ty: Type::Own },
    Function { constant: 3, ty: Type::Other },
    Function { constant: 4, ty: Type::Other },
];

/// The first module of a script: what others import that is not under test.
pub(crate) fn provider(between: Between, table: Option<&str>) -> String {
    let kind = match between {
        Between::Nothing => "",
        Between::Memory => "  (memory (export \"between\") 1)\n",
        Between::Table => "  (table (export \"between\") 1 funcref)\n",
        Between::Global => "  (global (export \"between\") i32 (i32.const 0))\n",
        Between::Tag => "  (tag (export \"between\"))\n",
    };
    let mut text = format!("(module $provider\n{}{kind}", types(ORDER));
    for function in PROVIDED {
        text += &own_function(&format!(" (export \"{}\")", function.constant), &function);
    }
    if let Some(ty) = table {
        // One element for each number of hops, so that none finds what an importer before it wrote.
        text += &format!(
            "  (table (export \"shared\") {} {ty})\n  \
               (func (export \"relay\") (param {ty}) (result {ty}) (local.get 0))\n",
            Hops::ALL.len()
        );
    }
    format!("{})\n(register \"provider\" $provider)\n", text.trim_end())
}

/// The exporters in the order in which a re-exporter imports their functions. The second one has
/// another order than the first, so that an index of one means another function in the other.
pub(crate) fn imported_by(hops: Hops, exporters: &[Exporter]) -> Vec<Exporter> {
    let mut exporters = exporters.to_vec();
    if hops == Hops::Twice {
        exporters.reverse();
    }
    exporters
}

/// The functions of a re-exporter's own, of all types in turn, as many as its imports.
pub(crate) fn of_reexporter(hops: Hops, exporters: &[Exporter]) -> Vec<Function> {
    let types = [Type::Other, Type::Own, Type::Param].into_iter().cycle();
    let function = |(at, ty)| Function { constant: 1000 * (20 + hops as u32) + at, ty };
    (0..exporters.len() as u32).zip(types).map(function).collect()
}

/// The module that exports the functions of all exporters again; with `table`, their tables, too.
pub(crate) fn reexporter(
    hops: Hops,
    exporters: &[Exporter],
    between: Between,
    table: Option<&str>,
) -> String {
    let from = if hops == Hops::Once { Hops::None } else { Hops::Once };
    let import = |exporter: &Exporter| {
        let (module, name) = origin(*exporter, from);
        format!("  (import \"{module}\" \"{name}\" (func {} (type $own)))\n", exporter.id())
    };
    let order = imported_by(hops, exporters);
    let mut imports: Vec<String> = order.iter().map(import).collect();
    add_between(&mut imports, between);
    if let Some(ty) = table {
        imports.extend(order.iter().map(|exporter| {
            let (module, name) = table_of(*exporter, from);
            format!("  (import \"{module}\" \"{name}\" (table {} 1 {ty}))\n", exporter.id())
        }));
    }
    let id = reexporter_id(hops);
    let mut text = format!("(module {id}\n{}{}", types(ORDER), imports.concat());
    for function in of_reexporter(hops, exporters) {
        text += &own_function("", &function);
    }
    for exporter in exporters {
        text += &format!("  (export \"{}\" (func {}))\n", exporter.words(), exporter.id());
        if table.is_some() {
            let (_, name) = table_of(*exporter, hops);
            text += &format!("  (export \"{name}\" (table {}))\n", exporter.id());
        }
    }
    format!("{})\n(register \"{}\" {id})\n", text.trim_end(), hops.words())
}

/// The name of a re-exporter in the script.
pub(crate) fn reexporter_id(hops: Hops) -> &'static str {
    match hops {
        Hops::None => "",
        Hops::Once => "$once",
        Hops::Twice => "$twice",
    }
}

/// Module and name of an exporter's function after these hops.
pub(crate) fn origin(exporter: Exporter, hops: Hops) -> (String, String) {
    match hops {
        Hops::None => (exporter.words(), "function".to_string()),
        _ => (hops.words().to_string(), exporter.words()),
    }
}

/// Module and name of an exporter's table after these hops.
pub(crate) fn table_of(exporter: Exporter, hops: Hops) -> (String, String) {
    match origin(exporter, hops) {
        (module, _) if hops == Hops::None => (module, "table".to_string()),
        (module, function) => (module, format!("table, {function}")),
    }
}

/// Puts the import of another kind after the first import of a function, or before the only one.
pub(crate) fn add_between(imports: &mut Vec<String>, between: Between) {
    let import = match between {
        Between::Nothing => return,
        Between::Memory => "(memory 1)",
        Between::Table => "(table 1 funcref)",
        Between::Global => "(global i32)",
        Between::Tag => "(tag)",
    };
    let at = imports.len().saturating_sub(1).min(1);
    imports.insert(at, format!("  (import \"provider\" \"between\" {import})\n"));
}

fn imported_function(function: &Function) -> String {
    let Function { constant, ty } = function;
    if *ty == Type::Host {
        return "  (import \"spectest\" \"print_i32\" (func (type $host)))\n".to_string();
    }
    format!("  (import \"provider\" \"{constant}\" (func (type {})))\n", ty.id())
}

/// A function that returns its constant.
pub(crate) fn own_function(name: &str, function: &Function) -> String {
    let Function { constant, ty } = *function;
    format!("  (func{name} (type {}) {})\n", ty.id(), ty.constant(constant))
}
