//! The axes of the family and its rules: a table to read and to extend. Returns every case; writes
//! no text of a script.

use super::modules::Type;
use crate::families::axis::{Rule, axis};
pub(crate) use crate::families::linking::{Hops, Imports};

axis! {
    /// How a function is called, or its type asked for.
    Form: "form of call" {
        Call = "call",
        ReturnCall = "return_call",
        CallIndirect = "call_indirect",
        ReturnCallIndirect = "return_call_indirect",
        CallIndirectTyped = "call_indirect of a typed table",
        CallRef = "call_ref",
        ReturnCallRef = "return_call_ref",
        CastCallRef = "ref.cast and call_ref",
        CastReturnCallRef = "ref.cast and return_call_ref",
        Test = "ref.test",
    }
}

axis! {
    /// An import of another kind, which every module has among its imports of functions.
    Between: "import of another kind among the functions" {
        Nothing = "no other import",
        Memory = "a memory between",
        Table = "a table between",
        Global = "a global between",
        Tag = "a tag between",
    }
}

axis! {
    /// L, the position of the export among the exporter's own functions.
    Position: "position of the export among the exporter's own functions (L)" {
        Below = "local 0, below the number of imports",
        Beyond = "local K, where only the exporter's own functions are left",
    }
}

axis! {
    /// The type of the exporter's other functions, imported or not; in the last case the imports are
    /// functions of the host, which have no result.
    Others: "type of the exporter's other functions" {
        Same = "others of the same type",
        Different = "others of another type",
        Param = "others with a parameter more, imports of the host",
    }
}

axis! {
    /// The way of the reference from the import to the call.
    Route: "how the reference gets into the table" {
        NoTable = "no table",
        Elem = "elem segment",
        Set = "table.set",
        Copy = "table.copy",
        Init = "table.init",
        Grow = "table.grow",
        Fill = "table.fill",
        Global = "global with ref.func",
        Value = "passed as a value",
        Imported = "imported table",
        Third = "imported table, called by a third module",
        Owner = "table of the exporter",
    }
}

/// One combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub form: Form,
    pub between: Between,
    pub imports: Imports,
    pub position: Position,
    pub others: Others,
    pub hops: Hops,
    pub route: Route,
}

/// What is left out, and why.
pub(crate) const RULES: &[Rule<Case>] = &[
    Rule {
        reason: "without imports (K = 0) no position is below their number",
        removes: |case| case.imports == Imports::None && case.position == Position::Below,
    },
    Rule {
        reason: "without imports (K = 0) the exporter has no other function, whose type could differ",
        removes: |case| case.imports == Imports::None && case.others != Others::Different,
    },
    Rule {
        reason: "call and return_call use no table",
        removes: |case| case.form.is_direct() && case.route != Route::NoTable,
    },
    Rule {
        reason: "call_indirect and return_call_indirect use a table",
        removes: |case| case.form.is_indirect() && case.route == Route::NoTable,
    },
    Rule {
        reason: "imports of other kinds shift indices and change no type, so one other type and one \
                 type of tables are enough beside them",
        removes: |case| {
            case.between != Between::Nothing
                && (case.others == Others::Param || case.form == Form::CallIndirectTyped)
        },
    },
];

/// Every combination, in the order of the scripts.
pub(crate) fn combinations() -> Vec<Case> {
    let mut cases = Vec::new();
    for &form in Form::ALL {
        for &between in Between::ALL {
            for &imports in Imports::ALL {
                for &position in Position::ALL {
                    for &others in Others::ALL {
                        for &hops in Hops::ALL {
                            cases.extend(Route::ALL.iter().map(|&route| Case {
                                form,
                                between,
                                imports,
                                position,
                                others,
                                hops,
                                route,
                            }));
                        }
                    }
                }
            }
        }
    }
    cases
}

impl Case {
    /// The type that calls in a wrong type name.
    pub fn wrong(&self) -> Type {
        match self.others {
            Others::Param => Type::Param,
            Others::Same | Others::Different => Type::Other,
        }
    }
}

impl Form {
    /// Calls the import itself, not a reference to it.
    pub fn is_direct(self) -> bool {
        matches!(self, Form::Call | Form::ReturnCall)
    }

    /// Names the type at the call, and a table.
    pub fn is_indirect(self) -> bool {
        matches!(self, Form::CallIndirect | Form::ReturnCallIndirect | Form::CallIndirectTyped)
    }

    /// The type of the references in tables.
    pub fn reference(self) -> &'static str {
        match self {
            Form::CallRef | Form::ReturnCallRef | Form::CallIndirectTyped => "(ref null $own)",
            _ => "funcref",
        }
    }

    /// The name of its scripts.
    pub fn file(self) -> &'static str {
        match self {
            Form::CallIndirectTyped => "call_indirect_typed",
            Form::CastCallRef => "cast_call_ref",
            Form::CastReturnCallRef => "cast_return_call_ref",
            Form::Test => "ref_test",
            _ => self.words(),
        }
    }

    /// The version of the specification that it needs: references are of 2.0.
    pub fn base(self) -> &'static str {
        if self.is_direct() { "wasm1" } else { "wasm2" }
    }

    /// The features that it needs besides.
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Form::Call | Form::CallIndirect => &[],
            Form::ReturnCall | Form::ReturnCallIndirect => &["tail-call"],
            Form::CallRef | Form::CallIndirectTyped => &["function-references"],
            Form::ReturnCallRef => &["function-references", "tail-call"],
            Form::CastCallRef | Form::Test => &["function-references", "gc"],
            Form::CastReturnCallRef => &["function-references", "gc", "tail-call"],
        }
    }
}
