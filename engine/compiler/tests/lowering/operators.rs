//! The operators that the parser knows, and those that occur in a module.

use std::collections::BTreeSet;
use wasmparser::{Parser, Payload};

macro_rules! operators {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        &[$((stringify!($proposal), stringify!($op))),*]
    };
}

/// Every operator, with its proposal, by their names in the parser.
pub const ALL: &[(&str, &str)] = wasmparser::for_each_operator!(operators);

/// The operators in a module with their immediates, as the parser prints them.
pub fn of_module(wasm: &[u8]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.expect("our own modules parse") {
            for operator in body.get_operators_reader().expect("a body") {
                seen.insert(format!("{:?}", operator.expect("an operator")));
            }
        }
    }
    seen
}

/// The name of an operator that was printed.
pub fn name(operator: &str) -> &str {
    operator.split([' ', '{']).next().unwrap_or_default()
}
