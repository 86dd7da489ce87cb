//! Two defects of a real engine in a small model of its linker: takes a case, returns what such an
//! engine would answer. The tests show that the family's directives see both.

use super::axes::{Case, Hops, Imports, Others, RULES, Route, combinations};
use super::importer::{Expected, calls};
use super::modules::{Exporter, Type};
use crate::families::axis::without;
use std::collections::BTreeMap;

/// How the model's linker is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    None,
    /// wazero#2313: the exporter's number of imports is subtracted from an index, and the type is
    /// then looked up by the difference, in the list of all functions.
    TypeByLocalIndex,
    /// wazero#2463: that difference is also what a re-export passes on as the index.
    LocalIndexPassedOn,
}

/// The index of a function among all functions of its module, and its type.
struct Linked {
    function: usize,
    ty: Type,
}

fn link(defect: Defect, exporter: Exporter, hops: Hops) -> Linked {
    let (imported, functions) = (exporter.imported(), exporter.functions());
    let mut function = imported + exporter.local();
    let ty = match defect {
        Defect::TypeByLocalIndex => functions[function - imported].ty,
        _ => functions[function].ty,
    };
    if defect == Defect::LocalIndexPassedOn {
        for _ in 0..hops as usize {
            // An index of an import is resolved in the module that has the function: at its end.
            function = if function < imported { function } else { function - imported };
        }
    }
    Linked { function, ty }
}

/// The answer to a call of a case.
fn answer(defect: Defect, case: &Case, named: Type) -> Expected {
    let exporter = Exporter::of(case);
    let linked = match case.route {
        // The reference is the exporter's own: no import was resolved.
        Route::Owner => link(Defect::None, exporter, Hops::None),
        _ => link(defect, exporter, case.hops),
    };
    let calls_import = case.form.is_direct() || case.form.is_typed();
    if !calls_import && linked.ty != named {
        return calls(*case)[1].expected;
    }
    match case.form {
        super::axes::Form::Test => Expected::Returns(1),
        _ => Expected::Returns(exporter.functions()[linked.function].constant),
    }
}

/// The number of calls of right and of wrong types, by whether the defect changes their answer; for
/// each case with the number of imports, whether types differ, and the hops.
type Counts = BTreeMap<(bool, bool, bool, bool), [usize; 2]>;

fn counts(defect: Defect) -> Counts {
    let mut counts = Counts::new();
    for case in without(combinations(), RULES).0 {
        for call in calls(case) {
            let has_imports = case.imports != Imports::None;
            let differs = case.others == Others::Different;
            let key = (has_imports, differs, case.hops != Hops::None, call.ty == Type::Own);
            let is_seen = answer(defect, &case, call.ty) != call.expected;
            counts.entry(key).or_default()[usize::from(is_seen)] += 1;
        }
    }
    counts
}

#[test]
fn a_right_linker_answers_every_call_as_expected() {
    assert!(counts(Defect::None).values().all(|[_, seen]| *seen == 0));
}

#[test]
fn a_type_by_the_local_index_is_seen_exactly_where_the_types_differ() {
    for ((has_imports, differs, _, is_right), [unseen, seen]) in counts(Defect::TypeByLocalIndex) {
        let is_visible = has_imports && differs;
        assert_eq!(seen > 0, is_visible, "right type: {is_right}, {seen} of {unseen}");
    }
}

#[test]
fn a_local_index_is_seen_exactly_after_a_reexport() {
    for ((has_imports, _, hops, is_right), [unseen, seen]) in counts(Defect::LocalIndexPassedOn) {
        assert_eq!(seen > 0, has_imports && hops && is_right, "{seen} of {unseen}");
    }
}
