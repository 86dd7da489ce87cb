//! The axes of the family and its rules: a table to read and to extend. Returns every case; writes
//! no text of a script.

use crate::families::axis::{Rule, axis};

axis! {
    /// How a function is called, or its type asked for.
    Form: "form of call" {
        Call = "call",
        ReturnCall = "return_call",
        CallIndirect = "call_indirect",
        ReturnCallIndirect = "return_call_indirect",
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
    /// K, the number of functions that the exporter imports.
    Imports: "functions that the exporter imports (K)" {
        None = "no imports before",
        One = "1 import before",
        Two = "2 imports before",
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
    /// The type of the exporter's other functions, imported or not.
    Others: "type of the exporter's other functions" {
        Same = "others of the same type",
        Different = "others of another type",
    }
}

axis! {
    /// How many modules export the function again.
    Hops: "modules that re-export the function" {
        None = "not re-exported",
        Once = "re-exported once",
        Twice = "re-exported twice",
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
        removes: |case| case.imports == Imports::None && case.others == Others::Same,
    },
    Rule {
        reason: "call and return_call use no table",
        removes: |case| case.form.is_direct() && case.route != Route::NoTable,
    },
    Rule {
        reason: "call_indirect and return_call_indirect use a table",
        removes: |case| case.form.is_indirect() && case.route == Route::NoTable,
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

impl Form {
    /// Calls the import itself, not a reference to it.
    pub fn is_direct(self) -> bool {
        matches!(self, Form::Call | Form::ReturnCall)
    }

    /// Names the type at the call, and a table.
    pub fn is_indirect(self) -> bool {
        matches!(self, Form::CallIndirect | Form::ReturnCallIndirect)
    }

    /// Calls through a reference whose type is known statically, so that tables are typed, too.
    pub fn is_typed(self) -> bool {
        matches!(self, Form::CallRef | Form::ReturnCallRef)
    }

    /// The name of its scripts.
    pub fn file(self) -> &'static str {
        match self {
            Form::CastCallRef => "cast_call_ref",
            Form::CastReturnCallRef => "cast_return_call_ref",
            Form::Test => "ref_test",
            _ => self.words(),
        }
    }

    /// The features that it needs.
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Form::Call | Form::CallIndirect => &[],
            Form::ReturnCall | Form::ReturnCallIndirect => &["tail-call"],
            Form::CallRef => &["function-references"],
            Form::ReturnCallRef => &["function-references", "tail-call"],
            Form::CastCallRef | Form::Test => &["function-references", "gc"],
            Form::CastReturnCallRef => &["function-references", "gc", "tail-call"],
        }
    }
}
