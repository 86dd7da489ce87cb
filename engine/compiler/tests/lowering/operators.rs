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

/// The names of the operators in a module.
pub fn of_module(wasm: &[u8]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.expect("our own modules parse") {
            for operator in body.get_operators_reader().expect("a body") {
                let text = format!("{:?}", operator.expect("an operator"));
                seen.insert(text.split([' ', '{']).next().unwrap_or_default().to_string());
            }
        }
    }
    seen
}
