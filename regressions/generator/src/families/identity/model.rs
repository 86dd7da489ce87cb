//! Defects that real engines had, in a small model of linking: takes a case, returns what such an
//! engine would answer. The tests show that the family's directives see each of them, and which
//! values of the axes do.

use super::axes::{Case, Form, Hops, Imports, Others, RULES, Route, combinations};
use super::importer::{Expected, calls};
use super::modules::{Exporter, Function, Type, imported_by, of_reexporter};
use crate::families::axis::without;
use std::sync::LazyLock;

/// How the model is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    None,
    /// wazero#2313: the exporter's number of imports is subtracted from an index, and the type is
    /// then looked up by the difference, in the list of all functions.
    TypeByLocalIndex,
    /// wazero#2463: that difference is also what a re-export passes on as the index.
    LocalIndexPassedOn,
    /// wazero#1708: the export of import I is function I of the re-exporter's own.
    AmongOwnFunctions,
    /// The index of a re-exporter's import is used in the re-exporter that it imports from.
    IndexOfTheNextModule,
    /// An element that the owner of a table has written is an index, and is looked up in the module
    /// from which the table is imported.
    IndexInTheOwner,
    /// zwasm#427: a reference to an import means a placeholder that only the module that has made the
    /// reference never calls.
    Placeholder,
    /// Functions that are imported from the host are not counted.
    HostNotCounted,
    /// Types are equal if their results are.
    ResultsOnly,
    /// A call through a table whose elements have a type is not checked.
    TypedTableUnchecked,
}

/// Every case.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| without(combinations(), RULES).0);

/// Every exporter, in the order of the re-exporters' exports.
static EXPORTERS: LazyLock<Vec<Exporter>> = LazyLock::new(|| {
    CASES.iter().map(Exporter::of).fold(Vec::new(), |mut exporters, exporter| {
        if !exporters.contains(&exporter) {
            exporters.push(exporter);
        }
        exporters
    })
});

/// The function that the exporter exports.
fn exported(exporter: Exporter) -> Function {
    exporter.functions()[exporter.imported() + exporter.local()]
}

/// Every function of a re-exporter, imports first.
fn functions_of_reexporter(hops: Hops) -> Vec<Function> {
    let imports = imported_by(hops, &EXPORTERS).into_iter().map(exported);
    imports.chain(of_reexporter(hops, &EXPORTERS)).collect()
}

/// The function that the importer gets as its import.
fn linked(defect: Defect, case: &Case) -> Function {
    let exporter = Exporter::of(case);
    let (imported, functions) = (exporter.imported(), exporter.functions());
    let (local, function) = (exporter.local(), imported + exporter.local());
    let import = |hops| {
        let order = imported_by(hops, &EXPORTERS);
        order.iter().position(|other| *other == exporter).expect("each is imported")
    };
    match defect {
        Defect::TypeByLocalIndex => Function { ty: functions[local].ty, ..functions[function] },
        Defect::LocalIndexPassedOn => {
            // An index of an import is resolved in the module that has the function: at its end.
            let less = |index: usize, _| if index < imported { index } else { index - imported };
            functions[(0..case.hops as usize).fold(function, less)]
        }
        Defect::HostNotCounted if functions[0].ty == Type::Host => functions[local],
        Defect::AmongOwnFunctions if case.hops != Hops::None => {
            of_reexporter(case.hops, &EXPORTERS)[import(case.hops)]
        }
        Defect::IndexOfTheNextModule if case.hops == Hops::Twice => {
            functions_of_reexporter(Hops::Once)[import(Hops::Twice)]
        }
        _ => functions[function],
    }
}

/// The function that the element of the exporter's table is, for the importer.
fn element(defect: Defect, case: &Case) -> Function {
    let exporter = Exporter::of(case);
    if defect == Defect::IndexInTheOwner && case.hops != Hops::None {
        return functions_of_reexporter(case.hops)[exporter.imported() + exporter.local()];
    }
    exported(exporter)
}

/// The answer to a call of a case.
fn answer(defect: Defect, case: &Case, named: Type) -> Expected {
    let found = match case.route {
        Route::Owner => element(defect, case),
        _ => linked(defect, case),
    };
    // Validation has checked what the others call.
    let is_checked = case.form.is_indirect()
        || matches!(case.form, Form::CastCallRef | Form::CastReturnCallRef | Form::Test);
    let is_right = match defect {
        Defect::ResultsOnly => found.ty.result() == named.result(),
        Defect::TypedTableUnchecked if case.form == Form::CallIndirectTyped => true,
        _ => found.ty == named || !is_checked,
    };
    let is_placeholder = defect == Defect::Placeholder && case.route == Route::Third;
    match case.form {
        _ if !is_right => calls(*case)[1].expected,
        Form::Test => Expected::Returns(1),
        _ if is_placeholder => Expected::Traps("unreachable"),
        _ => Expected::Returns(found.constant),
    }
}

/// The cases with a call whose answer the defect changes, and whether that call names the right type.
fn seen(defect: Defect) -> Vec<(Case, bool)> {
    let mut seen = Vec::new();
    for &case in CASES.iter() {
        let wrong =
            calls(case).into_iter().filter(|call| answer(defect, &case, call.ty) != call.expected);
        seen.extend(wrong.map(|call| (case, call.ty == Type::Own)));
    }
    seen
}

/// Checks that a defect is seen, and only by these calls: their cases, and whether they name the
/// right type.
fn seen_only(defect: Defect, is_visible: impl Fn(&Case, bool) -> bool) {
    let seen = seen(defect);
    assert!(!seen.is_empty(), "{defect:?}");
    for (case, is_right) in &seen {
        assert!(is_visible(case, *is_right), "{defect:?}: {case:?}, {is_right}");
    }
}

/// Checks that a defect is seen in these cases only, by calls of right types, and of wrong types.
fn check(defect: Defect, is_visible: impl Fn(&Case) -> bool) {
    seen_only(defect, |case, _| is_visible(case));
    let seen = seen(defect);
    for is_right in [true, false] {
        assert!(seen.iter().any(|(_, right)| *right == is_right), "{defect:?}: {is_right}");
    }
}

#[test]
fn a_right_engine_answers_every_call_as_expected() {
    assert_eq!(seen(Defect::None), []);
}

#[test]
fn a_type_by_the_local_index_is_seen_where_the_types_differ() {
    check(Defect::TypeByLocalIndex, |case| {
        case.imports != Imports::None && case.others != Others::Same
    });
}

#[test]
fn a_local_index_is_seen_after_a_reexport() {
    let defect = Defect::LocalIndexPassedOn;
    seen_only(defect, |case, _| case.imports != Imports::None && case.hops != Hops::None);
    assert!(seen(defect).iter().any(|(case, _)| case.others == Others::Same));
}

/// The functions of the re-exporters have both types, so right types and wrong ones see it.
#[test]
fn a_function_of_the_reexporter_is_seen_after_a_reexport() {
    check(Defect::AmongOwnFunctions, |case| case.hops != Hops::None);
}

/// The re-exporters import in different orders.
#[test]
fn an_index_of_the_next_module_is_seen_after_two_reexports() {
    seen_only(Defect::IndexOfTheNextModule, |case, _| case.hops == Hops::Twice);
}

/// Only the table of the exporter, exported again, shows it.
#[test]
fn an_index_of_the_owner_is_seen_in_a_reexported_table() {
    seen_only(Defect::IndexInTheOwner, |case, _| {
        case.route == Route::Owner && case.hops != Hops::None
    });
}

/// Each of these is seen by one value of one axis only, which is the reason for the value.
#[test]
fn a_placeholder_is_seen_by_a_third_module() {
    seen_only(Defect::Placeholder, |case, _| case.route == Route::Third);
}

#[test]
fn a_parameter_distinguishes_types_with_equal_results() {
    seen_only(Defect::ResultsOnly, |case, is_right| case.others == Others::Param && !is_right);
}

#[test]
fn an_unchecked_call_through_a_typed_table_is_seen_by_its_form() {
    seen_only(Defect::TypedTableUnchecked, |case, is_right| {
        case.form == Form::CallIndirectTyped && !is_right
    });
}

#[test]
fn functions_of_the_host_that_are_not_counted_are_seen_where_they_are_imported() {
    seen_only(Defect::HostNotCounted, |case, _| case.others == Others::Param);
}
