//! The modules that are compiled, stored and run: takes a name or numbers; gives texts, with the
//! functions to call and what each must return. Knows no engine and no cache.
//!
//! Together the named scenes use every feature that changes code. Each function has a result of its
//! own, so a mixed-up module or function shows.

mod named;

pub(crate) use named::NAMED;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use wassay_engine::{Feature, Features};

/// Which scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Which {
    /// One of [`NAMED`].
    Named(String),
    /// Generated modules with these numbers, from the first to before the second.
    Numbered(u32, u32),
    /// One module with more than a megabyte of data.
    Large,
    /// Two modules of the same length that differ only behind a megabyte.
    Alike,
}

/// Modules in the order of their instantiation.
pub(crate) struct Scene {
    pub parts: Vec<Part>,
}

/// One module. It imports from earlier ones, by their names.
pub(crate) struct Part {
    pub name: String,
    pub text: String,
    /// Exported functions without parameters, each with its result.
    pub calls: Vec<(String, String)>,
}

/// A scene that is written out.
pub(crate) struct Named {
    pub name: &'static str,
    /// What it needs beyond WebAssembly 1.0.
    pub needs: &'static [Feature],
    parts: &'static [Text<'static>],
}

/// The name of a module, its text, and its functions with their results.
type Text<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

impl Which {
    pub fn named(name: &str) -> Which {
        Which::Named(name.to_string())
    }

    /// The modules.
    ///
    /// # Errors
    /// If there is no scene of this name.
    pub fn scene(&self) -> Result<Scene, String> {
        let parts = match self {
            Which::Named(name) => {
                let named = NAMED.iter().find(|scene| scene.name == name);
                let named = named.ok_or_else(|| format!("there is no scene `{name}`"))?;
                named.parts.iter().map(part).collect()
            }
            Which::Numbered(from, to) => (*from..*to).map(numbered).collect(),
            Which::Large => vec![large()],
            Which::Alike => vec![alike(1), alike(2)],
        };
        Ok(Scene { parts })
    }
}

impl Scene {
    /// What every function returns, as a child reports it.
    pub fn expected(&self) -> Vec<String> {
        let of_part = |part: &Part| -> Vec<String> {
            let calls = part.calls.iter();
            calls.map(|(export, result)| format!("{}.{export}: {result}", part.name)).collect()
        };
        self.parts.iter().flat_map(of_part).collect()
    }
}

/// Every feature that a scene uses, or that changes no code.
pub(crate) fn covered() -> Features {
    let needs = NAMED.iter().flat_map(|scene| scene.needs);
    let no_code = [Feature::BranchHinting, Feature::Annotations];
    needs.chain(&no_code).fold(Features::WASM1, |all, feature| all.with(*feature))
}

fn part((name, text, calls): &Text<'_>) -> Part {
    let calls = calls.iter().map(|(export, result)| (export.to_string(), result.to_string()));
    Part { name: name.to_string(), text: text.to_string(), calls: calls.collect() }
}

fn numbered(number: u32) -> Part {
    let mut text = format!("(module (memory 1) (data (i32.const {}) \"", number % 1024);
    text.push_str(&"x".repeat(2048));
    text.push_str("\")");
    for at in 0..4 {
        write!(
            text,
            "(func $f{at} (param i32) (result i32) (local i32)
                (loop (local.set 1 (i32.add (local.get 1) (i32.const {})))
                    (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (local.get 1))",
            number + at
        )
        .expect("writing to a string succeeds");
    }
    let expected = number * 2 + 3 * number + 9;
    text.push_str(
        "(func (export \"number\") (result i32)
            (i32.add (call $f0 (i32.const 2)) (call $f3 (i32.const 3)))))",
    );
    let calls = vec![("number".to_string(), format!("(i32.const {expected})"))];
    Part { name: format!("module {number}"), text, calls }
}

fn large() -> Part {
    let mut text = String::from("(module (memory 32) (data (i32.const 0) \"");
    text.push_str(&"0123456789abcdef".repeat(100_000));
    text.push_str(
        "\")
        (func (export \"middle\") (result i32) (i32.load8_u (i32.const 800003)))
        (func (export \"outside\") (result i32) (i32.load (i32.const 2097152))))",
    );
    let calls = [("middle", "(i32.const 51)"), ("outside", "trap: memory-out-of-bounds")];
    part(&("large", text.as_str(), &calls[..]))
}

fn alike(last: u32) -> Part {
    let mut text = String::from("(module (memory 32) (data (i32.const 0) \"");
    text.push_str(&"0123456789abcdef".repeat(1 << 16));
    write!(text, "\") (data (i32.const 2000000) \"\\{last:02}\")").expect("writing succeeds");
    text.push_str("(func (export \"last\") (result i32) (i32.load8_u (i32.const 2000000))))");
    let name = format!("alike {last}");
    part(&(&*name, &*text, &[("last", &*format!("(i32.const {last})"))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{Validator, WasmFeatures};

    #[test]
    fn every_module_is_valid() {
        let mut all: Vec<Which> = NAMED.iter().map(|scene| Which::named(scene.name)).collect();
        all.extend([Which::Large, Which::Alike, Which::Numbered(0, 3)]);
        for which in all {
            for part in which.scene().unwrap().parts {
                let wasm = wat::parse_str(&part.text).unwrap();
                let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(&wasm);
                if let Err(why) = valid {
                    panic!("{}: {why}", part.name);
                }
            }
        }
    }
}
