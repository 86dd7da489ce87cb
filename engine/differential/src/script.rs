//! Takes a finding; gives a script whose last assertion fails: the modules, their imports from the
//! host, and every call up to the failure. The host is a module there, so a failure that needs a
//! function of the host itself does not show. For people and for script runners. Runs nothing.

use crate::case::{FUEL, FUEL_PER_CALL, module_name};
use crate::finding::{Finding, Wrong};
use crate::host;
use crate::text::quoted;
use crate::trace::{Deed, Step};
use std::fmt::Write;
use wasmparser::{Parser, Payload};
use wassay_engine::{Feature, Features};

/// Why the script may pass, although the case fails.
const HOST_IS_A_MODULE: &str = "\
Here the functions of `host` are those of a module. If this script passes, the problem needs functions
that the host defines: run the whole case.";

/// Writes the script.
pub fn script(finding: &Finding) -> String {
    let mut out = String::new();
    comment(&mut out, &format!("{}: {}", finding.case.id, finding.wrong.kind()));
    comment(&mut out, &finding.wrong.to_string());
    let id = finding.case.id;
    let mut again = format!("--generator {} --seed {} --count 1", id.generator, id.seed);
    if id.features() != Features::all() {
        let names: Vec<&str> = id.features().iter().map(Feature::name).collect();
        again += &format!(" --features {}", names.join(","));
    }
    comment(&mut out, &format!("the whole case: cargo run -p wassay-differential -- {again}"));
    let imported: Vec<String> =
        finding.case.modules.iter().flat_map(|wasm| imports(wasm)).collect();
    let wanted = |name: &str| imported.iter().any(|imported| imported == name);
    if host::catalogue().iter().any(|item| item.is_func() && wanted(item.name)) {
        comment(&mut out, HOST_IS_A_MODULE);
    }
    comment(&mut out, "");
    if !imported.is_empty() {
        out.push_str(&host::script(&wanted));
    }
    let mut written = 0;
    for step in &finding.steps {
        while written < finding.case.modules.len() && is_about(&step.deed, written) {
            module(&mut out, finding, written);
            written += 1;
        }
        self::step(&mut out, step);
        if is_last(&finding.wrong, &step.deed) {
            break;
        }
    }
    while written < finding.case.modules.len() && finding.steps.is_empty() {
        module(&mut out, finding, written);
        written += 1;
    }
    out
}

/// Whether the module with this index must exist before the step is written.
fn is_about(deed: &Deed, index: usize) -> bool {
    matches!(deed, Deed::Compile(module) if *module == index)
}

fn is_last(wrong: &Wrong, deed: &Deed) -> bool {
    match wrong {
        Wrong::Differs(difference) => difference.deed == deed.to_string(),
        Wrong::Lost { deed: Some(last), .. } => last == deed,
        _ => false,
    }
}

fn comment(out: &mut String, text: &str) {
    for line in text.split('\n') {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(out, ";;{space}{line}");
    }
}

/// A module under its name, and another module that refills its fuel.
fn module(out: &mut String, finding: &Finding, index: usize) {
    let wasm = &finding.case.modules[index];
    let name = module_name(index);
    let deed = Deed::Instantiate(index);
    let said = finding.steps.iter().find(|step| step.deed == deed).map(|step| &step.said);
    let text = wasmprinter::print_bytes(wasm).unwrap_or_else(|_| binary(wasm));
    let named = text.replacen("(module", &format!("(module ${name}"), 1);
    match said.and_then(|said| said.strip_prefix("trap: ")) {
        Some(kind) => {
            let _ = writeln!(out, "(assert_trap {} {})", text.trim_end(), quoted(kind));
        }
        None => {
            let _ = writeln!(out, "{}\n(register \"{name}\" ${name})", named.trim_end());
        }
    }
    if exports_fuel(wasm) {
        let set = format!("(global.set $fuel (i32.const {FUEL_PER_CALL}))");
        let import = format!("(import \"{name}\" \"{FUEL}\" (global $fuel (mut i32)))");
        let func = format!("(func (export \"refuel\") {set})");
        let _ = writeln!(out, "(module $refuel_{name} {import} {func})");
    }
}

fn step(out: &mut String, step: &Step) {
    let said = &step.said;
    let _ = match &step.deed {
        Deed::Compile(_) | Deed::Instantiate(_) => Ok(()),
        Deed::Call { module, .. } => {
            let invoke = &step.deed;
            let refuel = format!("(invoke $refuel_m{module} \"refuel\")");
            match (said.strip_prefix("trap: "), said.as_str()) {
                (Some(kind), _) => {
                    writeln!(out, "{refuel}\n(assert_trap {invoke} {})", quoted(kind))
                }
                (None, "exhausted") => {
                    writeln!(out, "{refuel}\n(assert_exhaustion {invoke} \"\")")
                }
                (None, "") => writeln!(out, "{refuel}\n(assert_return {invoke})"),
                (None, said) => writeln!(out, "{refuel}\n(assert_return {invoke} {said})"),
            }
        }
        Deed::Read { module, name, kind } if kind == "global" => {
            writeln!(out, "(assert_return (get $m{module} {}) {said})", quoted(name))
        }
        deed => {
            let said: String = said.chars().take(500).collect();
            writeln!(out, ";; {deed}: {said}")
        }
    };
}

fn binary(wasm: &[u8]) -> String {
    let bytes: String = wasm.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("(module binary \"{bytes}\")")
}

/// The names that a module imports from the host.
fn imports(wasm: &[u8]) -> Vec<String> {
    let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload {
        Ok(Payload::ImportSection(section)) => Some(section),
        _ => None,
    });
    let all = sections.flat_map(|section| section.into_imports().filter_map(Result::ok));
    let host = all.filter(|import| import.module == host::MODULE);
    host.map(|import| import.name.to_string()).collect()
}

fn exports_fuel(wasm: &[u8]) -> bool {
    Parser::new(0).parse_all(wasm).any(|payload| match payload {
        Ok(Payload::ExportSection(section)) => {
            section.into_iter().any(|export| export.is_ok_and(|export| export.name == FUEL))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Case, Generator, Id};

    /// The script of a crash while this module is compiled, or the generated one.
    fn crash(module: Option<&[u8]>) -> String {
        let mut case = Case::generate(Id::new(Generator::Smith, 1));
        if let Some(module) = module {
            case.modules = vec![module.to_vec()];
        }
        let deed = Deed::Compile(0);
        let step = Step { deed: deed.clone(), said: "compiled".to_string(), bytes: Vec::new() };
        let how = "signal 11".to_string();
        let wrong = Wrong::Lost { how, subject: "a".to_string(), deed: Some(deed) };
        script(&Finding { case, wrong, steps: vec![step] })
    }

    #[test]
    fn a_module_that_crashes_the_compiler_is_written() {
        let text = crash(None);
        assert!(text.starts_with(";; smith:1: crash or hang\n;; a: signal 11 at compile m0\n"));
        assert!(text.contains("\n(module $m0\n"), "{text}");
    }

    #[test]
    fn the_header_reports_functions_of_the_host() {
        let reports = |text: &str| {
            let header: Vec<&str> =
                text.lines().take_while(|line| line.starts_with(";;")).collect();
            header.iter().any(|line| line.contains("functions of `host`"))
        };
        let generated = crash(None);
        assert!(generated.contains("(export \"i32\") (param i32)"), "{generated}");
        assert!(reports(&generated), "{generated}");
        assert!(!reports(&crash(Some(b"\0asm\x01\0\0\0"))));
    }
}
