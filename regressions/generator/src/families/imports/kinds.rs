//! Imports of all kinds in every order: 24 modules, each with two imports of a kind, or one if only
//! one is allowed, and definitions. Takes the spaces; returns a script.

use super::chain::with_functions;
use super::functions::Functions;
use super::globals::Globals;
use super::memories::{Group, Memories};
use super::space::{Check, Item, Space};
use super::tables::Tables;

const TABLES: Tables = Tables { index: "i32", tail: false };
const MEMORIES: Memories = Memories { index: "i32", group: Group::Scalar };
const GLOBALS: Globals = Globals { ty: "i32", mutable: false };
const SPACES: [(&str, &dyn Space); 4] = [
    ("functions", &Functions::Plain),
    ("tables", &TABLES),
    ("memories", &MEMORIES),
    ("globals", &GLOBALS),
];

/// The position of the space that may have one item only.
const MEMORY: usize = 2;

/// The directives.
pub(crate) fn script() -> String {
    let mut text = String::new();
    for (name, space) in SPACES {
        let first = space.define("$x0", "0", 10);
        let second = match name {
            "memories" => String::new(),
            _ => format!("\n  {}", space.define("$x1", "1", 11)),
        };
        text += &format!("(module ${name}\n  {first}{second})\n(register \"{name}\" ${name})\n\n");
    }
    for order in orders() {
        text += &module(order);
    }
    text
}

/// Every order of four.
fn orders() -> Vec<[usize; 4]> {
    let digits = |n: usize| [n / 64 % 4, n / 16 % 4, n / 4 % 4, n % 4];
    let all = (0..256).map(digits);
    all.filter(|order| (0..4).all(|kind| order.contains(&kind))).collect()
}

fn module(order: [usize; 4]) -> String {
    let names = order.map(|kind| SPACES[kind].0).join(", ");
    let mut text = "(module\n".to_string();
    let mut checks: Vec<(String, Check)> = Vec::new();
    let mut checked = |kind: usize, index: usize, value: u32| {
        let (name, space) = SPACES[kind];
        let item = Item { index, value };
        checks.push((format!("{names}: {name}, item {index}"), space.identity(&item)));
    };
    for kind in order {
        let (name, space) = SPACES[kind];
        text += &format!("  (import \"{name}\" \"1\" {})\n", space.import("$x0"))
            .replace("\"memories\" \"1\"", "\"memories\" \"0\"");
        checked(kind, 0, if kind == MEMORY { 10 } else { 11 });
    }
    for kind in order.into_iter().rev().filter(|kind| *kind != MEMORY) {
        let (name, space) = SPACES[kind];
        text += &format!("  (import \"{name}\" \"0\" {})\n", space.import("$x1"));
        checked(kind, 1, 10);
    }
    for kind in order.into_iter().filter(|kind| *kind != MEMORY) {
        text += &format!("  {}\n", SPACES[kind].1.define("$x2", &format!("{kind}"), 20));
        checked(kind, 2, 20);
    }
    text += "  (type $get (func (result i32)))\n";
    let named: Vec<(String, &Check)> =
        checks.iter().map(|(name, check)| (name.clone(), check)).collect();
    text + &with_functions(&named) + "\n"
}
