//! Takes a finding; gives a script whose last assertion fails: the modules, their imports from the
//! host, and every call up to the failure. For people and for script runners. Runs nothing.

use crate::case::{FUEL, FUEL_PER_CALL, module_name};
use crate::finding::{Finding, Wrong};
use crate::host;
use crate::text::quoted;
use crate::trace::{Deed, Step};
use std::fmt::Write;
use wasmparser::{Parser, Payload};

/// Writes the script.
pub fn script(finding: &Finding) -> String {
    let mut out = String::new();
    comment(&mut out, &format!("{}: {}", finding.case.id, finding.wrong.kind()));
    comment(&mut out, &finding.wrong.to_string());
    let id = finding.case.id;
    let again = format!("--generator {} --seed {} --count 1", id.generator, id.seed);
    comment(&mut out, &format!("the whole case: cargo run -p wassay-differential -- {again}\n"));
    let wanted: Vec<String> = finding.case.modules.iter().flat_map(|wasm| imports(wasm)).collect();
    if !wanted.is_empty() {
        out.push_str(&host::script(&|name| wanted.iter().any(|wanted| wanted == name)));
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
    matches!(deed, Deed::Instantiate(module) if *module == index)
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
