//! The modules of a script: a base, a definer with an import of its own, two re-exporters, and for
//! each number of imports and hops the module under test and a reader of its exports. Takes a space
//! and its checks; returns text.

use super::space::{Check, Gives, Item, Space};
use super::{Case, Hops, Imports};

/// How many items the module under test defines.
const DEFINED: usize = 2;

/// The items of the module under test.
pub(crate) fn items(imports: Imports) -> Vec<Item> {
    let imported = imports as usize;
    let value = |index| match index < imported {
        true => 10 + index as u32,
        false => 20 + (index - imported) as u32,
    };
    (0..imported + DEFINED).map(|index| Item { index, value: value(index) }).collect()
}

/// The modules that others import from.
pub(crate) fn providers(space: &dyn Space) -> String {
    let mut text = format!(
        "(module $base\n  {})\n(register \"base\" $base)\n\n(module $definer\n  \
         (import \"base\" \"0\" {})\n  {}\n  {})\n(register \"definer\" $definer)\n",
        space.define("$x0", "0", 12),
        space.import("$y0"),
        space.define("$x0", "0", 10),
        space.define("$x1", "1", 11)
    );
    // In another order than their exports, so that no index stays the same.
    for (name, from, order) in [("once", "definer", [1, 0]), ("twice", "once", [0, 1])] {
        text += &format!("\n(module ${name}\n");
        for at in order {
            let id = format!("$x{at}");
            text += &format!("  (import \"{from}\" \"{at}\" {})\n", space.import(&id));
        }
        text += &format!("  {}\n", space.define("$x2", "own", 30));
        let exports = [0, 1].map(|at| space.export(&format!("$x{at}"), &at.to_string()));
        text += &format!("  {})\n(register \"{name}\" ${name})\n", exports.join("\n  "));
    }
    for module in ["$definer", "$once", "$twice"] {
        let lines =
            [("0", 10), ("1", 11)].map(|(name, value)| space.by_the_host(module, name, value));
        text += &lines.into_iter().flatten().collect::<String>();
    }
    text
}

/// The module under test for one number of imports and hops, with its directives.
pub(crate) fn user(space: &dyn Space, cases: &[Case]) -> String {
    let Case { imports, hops, .. } = cases[0];
    let items = items(imports);
    let from = match hops {
        Hops::None => "definer",
        Hops::Once => "once",
        Hops::Twice => "twice",
    };
    let mut text = "\n(module $user\n".to_string();
    let (imported, defined) = items.split_at(imports as usize);
    for item in imported {
        text += &format!("  (import \"{from}\" \"{}\" {})\n", item.index, space.import(&item.id()));
    }
    for Item { index, value } in defined {
        let definition = space.define(&format!("$x{index}"), &format!("item {index}"), *value);
        text += &format!("  {definition}\n");
    }
    text += &space.support(&items);
    for item in imported {
        text += &format!("  {}\n", space.export(&item.id(), &format!("item {}", item.index)));
    }
    let place = format!("{}, {}, {}", space.about(), imports.words(), hops.words());
    let checks: Vec<(String, &Check)> =
        cases.iter().map(|case| (named(&place, case.item, &case.check), &case.check)).collect();
    text += &with_functions(&checks);
    text += "(register \"user\" $user)\n";
    for item in &items {
        let name = format!("item {}", item.index);
        text += &space.by_the_host("$user", &name, item.value).unwrap_or_default();
    }
    let exports =
        items.iter().map(|item| ("user".to_string(), format!("item {}", item.index), item.clone()));
    text + &reader(space, &format!("{place}, exported again"), &exports.collect::<Vec<_>>())
}

/// A module with the same name for several imports and for an export of its own.
pub(crate) fn same_names(space: &dyn Space) -> String {
    let values = [("definer", 10), ("definer", 10), ("base", 12)];
    let import = |(index, (module, value)): (usize, (&str, u32))| {
        (module.to_string(), "0".to_string(), Item { index, value })
    };
    let imports: Vec<_> = values.into_iter().enumerate().map(import).collect();
    let mut text = reader(space, &format!("{}, imports of one name", space.about()), &imports);
    text += "\n(module $same\n";
    for (module, name, item) in &imports {
        text += &format!("  (import \"{module}\" \"{name}\" {})\n", space.import(&item.id()));
    }
    text += &format!("  {})\n(register \"same\" $same)\n", space.define("$x3", "0", 20));
    text += &space.by_the_host("$same", "0", 20).unwrap_or_default();
    let exported = [("same".to_string(), "0".to_string(), Item { index: 0, value: 20 })];
    let about = format!("{}, exported under the name of its imports", space.about());
    text + &reader(space, &about, &exported)
}

/// A module that imports these and distinguishes them.
fn reader(space: &dyn Space, about: &str, imports: &[(String, String, Item)]) -> String {
    let mut text = "\n(module\n".to_string();
    for (module, name, item) in imports {
        text += &format!("  (import \"{module}\" \"{name}\" {})\n", space.import(&item.id()));
    }
    let items: Vec<Item> = imports.iter().map(|(_, _, item)| item.clone()).collect();
    text += &space.support(&items);
    let checks: Vec<(Item, Check)> =
        items.iter().map(|item| (item.clone(), space.identity(item))).collect();
    let named: Vec<(String, &Check)> =
        checks.iter().map(|(item, check)| (named(about, item.index, check), check)).collect();
    text + &with_functions(&named)
}

fn named(place: &str, item: usize, check: &Check) -> String {
    format!("{place}, item {item}, {}{}", check.accessor, check.with)
}

/// The end of a module: a function for each check, then the directives.
pub(crate) fn with_functions(checks: &[(String, &Check)]) -> String {
    let mut text = String::new();
    for (name, Check { function, .. }) in checks {
        text += &format!("  (func (export \"{name}\") {function})\n");
    }
    text = text.trim_end().to_string() + ")\n";
    for (name, check) in checks {
        for (arguments, gives) in &check.calls {
            let space = if arguments.is_empty() { "" } else { " " };
            let invoke = format!("(invoke \"{name}\"{space}{arguments})");
            text += &match gives {
                Gives::Returns(result) if result.is_empty() => {
                    format!("(assert_return {invoke})\n")
                }
                Gives::Returns(result) => format!("(assert_return {invoke} {result})\n"),
                Gives::Traps(words) => format!("(assert_trap {invoke} \"{words}\")\n"),
            };
        }
    }
    text
}
