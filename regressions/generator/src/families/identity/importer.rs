//! The modules under test: each imports one function and calls it by every route; one
//! route ends in a third module. Takes the cases of one import; returns the text of the modules and their
//! directives.

use super::axes::{Between, Case, Form, Hops, Route};
use super::modules::{
    Exporter, Function, Type, add_between, origin, own_function, table_of, types,
};

/// What a directive expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The call returns this constant.
    Returns(u32),
    /// The call traps with these words.
    Traps(&'static str),
}

/// A call under test: the case with the type that it names, the right one or a wrong one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub case: Case,
    pub ty: Type,
    pub expected: Expected,
}

/// The calls of a case: the one that must succeed and, if a call can name a wrong type, its twin.
pub(crate) fn calls(case: Case) -> Vec<Call> {
    let call = |ty, expected| Call { case, ty, expected };
    let right = match case.form {
        Form::Test => 1,
        _ => Exporter::of(&case).constant(),
    };
    let mut calls = vec![call(Type::Own, Expected::Returns(right))];
    calls.extend(wrong(case.form).map(|expected| call(case.wrong(), expected)));
    calls
}

/// What must happen to a call that names a wrong type; `None` if no valid module can contain it, so
/// that the twin is a module that cannot be linked.
fn wrong(form: Form) -> Option<Expected> {
    match form {
        Form::Call | Form::ReturnCall | Form::CallRef | Form::ReturnCallRef => None,
        Form::CallIndirect | Form::ReturnCallIndirect | Form::CallIndirectTyped => {
            Some(Expected::Traps("indirect call type mismatch"))
        }
        Form::CastCallRef | Form::CastReturnCallRef => Some(Expected::Traps("cast failure")),
        Form::Test => Some(Expected::Returns(0)),
    }
}

impl Call {
    /// The axes in words: what a runner prints of a failure.
    fn words(&self) -> String {
        let Case { form, between, hops, route, .. } = self.case;
        let between = match between {
            Between::Nothing => String::new(),
            between => format!(", {}", between.words()),
        };
        let wrong = if self.ty == Type::Own { "" } else { ", wrong type" };
        let exporter = Exporter::of(&self.case).words();
        format!("{}, {}, {}, {exporter}{between}{wrong}", hops.words(), route.words(), form.words())
    }

    fn function(&self) -> String {
        let Place { setup, table, index } = place(&self.case);
        let (ty, arguments, form) = (self.ty.id(), self.ty.arguments(), self.case.form);
        let reference = match self.case.route {
            Route::NoTable => "(ref.func $f)".to_string(),
            _ => format!("(table.get {table} {index})"),
        };
        let call = match form {
            Form::Call => "(call $f)".to_string(),
            Form::ReturnCall => "(return_call $f)".to_string(),
            Form::CallIndirect | Form::CallIndirectTyped => {
                format!("(call_indirect {table} (type {ty}){arguments} {index})")
            }
            Form::ReturnCallIndirect => {
                format!("(return_call_indirect {table} (type {ty}){arguments} {index})")
            }
            Form::CallRef | Form::ReturnCallRef => format!("({} {ty} {reference})", form.words()),
            Form::CastCallRef => {
                format!("(call_ref {ty}{arguments} (ref.cast (ref {ty}) {reference}))")
            }
            Form::CastReturnCallRef => {
                format!("(return_call_ref {ty}{arguments} (ref.cast (ref {ty}) {reference}))")
            }
            Form::Test => format!("(ref.test (ref {ty}) {reference})"),
        };
        let result = if form == Form::Test { "i32" } else { self.ty.result() };
        let setup = if setup.is_empty() { String::new() } else { format!("    {setup}\n") };
        format!("  (func (export \"{}\") (result {result})\n{setup}    {call})\n", self.words())
    }

    fn directive(&self) -> String {
        let invoke = format!("(invoke \"{}\")", self.words());
        match self.expected {
            Expected::Returns(value) => {
                format!("(assert_return {invoke} (i32.const {value}))\n")
            }
            Expected::Traps(words) => format!("(assert_trap {invoke} \"{words}\")\n"),
        }
    }
}

/// Where the reference is, after the setup.
struct Place {
    setup: &'static str,
    table: &'static str,
    index: String,
}

/// Each route has an element of its own, so that none finds what another wrote.
fn place(case: &Case) -> Place {
    let at = |table, index| Place { setup: "", table, index: format!("(i32.const {index})") };
    let own = |setup, index| Place { setup, ..at("$table", index) };
    match case.route {
        Route::NoTable | Route::Elem => own("", 0),
        Route::Set => own("(table.set $table (i32.const 1) (ref.func $f))", 1),
        Route::Copy => {
            own("(table.copy $table $source (i32.const 2) (i32.const 0) (i32.const 1))", 2)
        }
        Route::Init => {
            own("(table.init $table $passive (i32.const 3) (i32.const 0) (i32.const 1))", 3)
        }
        Route::Grow => Place {
            index: "(table.grow $table (ref.func $f) (i32.const 1))".to_string(),
            ..own("", 0)
        },
        Route::Fill => own("(table.fill $table (i32.const 4) (ref.func $f) (i32.const 1))", 4),
        Route::Global => own("(table.set $table (i32.const 5) (global.get $global))", 5),
        Route::Value => own("(table.set $table (i32.const 6) (call $relay (ref.func $f)))", 6),
        Route::Imported | Route::Third => at("$shared", case.hops as usize),
        Route::Owner => at("$owner", 0),
    }
}

/// The order of an importer's types: none has the index that it has in the exporter.
const ORDER: &[Type] = &[Type::Other, Type::Param, Type::Own];

/// The order of the types of a module that only calls: yet another one.
const ORDER_OF_THIRD: &[Type] = &[Type::Param, Type::Own, Type::Other];

/// The modules of the cases of one import, with their directives.
pub(crate) fn importer(cases: &[Case]) -> String {
    let Some(first) = cases.first() else { return String::new() };
    let reference = first.form.reference();
    let exporter = Exporter::of(first);
    let (module, name) = origin(exporter, first.hops);
    let mut imports = vec![
        "  (import \"provider\" \"3\" (func (type $other)))\n".to_string(),
        format!("  (import \"{module}\" \"{name}\" (func $f (type $own)))\n"),
    ];
    add_between(&mut imports, first.between);
    let mut text = format!("(module\n{}{}", types(ORDER), imports.concat());
    if !first.form.is_direct() {
        let (module, name) = table_of(exporter, first.hops);
        text += &format!("  (import \"{module}\" \"{name}\" (table $owner 1 {reference}))\n");
        text += &places(reference, first.hops);
    }
    // As many as the functions that are imported, so that an import's index is also one of these.
    for (at, ty) in [Type::Other, Type::Own, Type::Own].into_iter().enumerate() {
        text += &own_function("", &Function { constant: 30_000 + at as u32, ty });
    }
    let calls = cases.iter().flat_map(|case| calls(*case));
    let (third, own): (Vec<Call>, Vec<Call>) =
        calls.partition(|call| call.case.route == Route::Third);
    text += &own.iter().map(Call::function).collect::<String>();
    let again = format!("{}, exported by the importer, {}", first.hops.words(), exporter.words());
    text += &format!("  (export \"{again}\" (func $f)))\n");
    text += &own.iter().map(Call::directive).collect::<String>();
    text += &format!("(assert_return (invoke \"{again}\") (i32.const {}))\n", exporter.constant());
    let wrong = first.wrong();
    text += &format!(
        "(assert_unlinkable\n  (module\n    {}\n    \
           (import \"{module}\" \"{name}\" (func (type {}))))\n  \"incompatible import type\")\n",
        wrong.definition(),
        wrong.id()
    );
    if !third.is_empty() {
        text += &third_module(&third, reference);
    }
    text
}

/// A module that calls what the importer has put into the table of the provider.
fn third_module(calls: &[Call], reference: &str) -> String {
    let functions: String = calls.iter().map(Call::function).collect();
    let directives: String = calls.iter().map(Call::directive).collect();
    let table = shared(reference);
    format!("(module\n{}{table}{})\n{directives}", types(ORDER_OF_THIRD), functions.trim_end())
}

/// The import of the provider's table.
fn shared(reference: &str) -> String {
    let count = Hops::ALL.len();
    format!("  (import \"provider\" \"shared\" (table $shared {count} {reference}))\n")
}

/// Imports and definitions of the places that routes use.
fn places(reference: &str, hops: Hops) -> String {
    let (import, slot) = (shared(reference), hops as usize);
    let indices = if reference == "funcref" { "func $f" } else { "(ref null $own) (ref.func $f)" };
    format!(
        "{import}  (import \"provider\" \"relay\" (func $relay (param {reference}) (result {reference})))\n  \
           (table $table 7 {reference})\n  \
           (table $source 1 {reference})\n  \
           (global $global {reference} (ref.func $f))\n  \
           (elem (table $shared) (i32.const {slot}) {reference} (ref.func $f))\n  \
           (elem (table $table) (i32.const 0) {indices})\n  \
           (elem (table $source) (i32.const 0) {reference} (ref.func $f))\n  \
           (elem $passive {reference} (ref.func $f))\n"
    )
}
