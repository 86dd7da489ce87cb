//! Takes a script and one of its directives; gives the directive's source, its action, and the
//! module and the field that it acts on. Runs nothing and sees no verdict.

use crate::script::{Action, Defined, Directive, Hidden, Script, Step, defining, meant};
use crate::worker::excerpt;
use std::fmt::Write;

/// A directive, explained for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// Its source lines; a long directive is cut after the first ones.
    pub source: String,
    /// The export that it calls or reads, with the arguments; empty if it does neither.
    pub action: String,
    /// The module that it acts on.
    pub module: Option<Origin>,
    /// The field of this module that defines the export, if the module has it in readable text.
    pub export: Option<Origin>,
}

/// A module that a script instantiates, or a field of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its line.
    pub line: u32,
    /// The first words of the module; the first lines of the field.
    pub text: String,
    /// Whether the text can be read. If not, it is only what the module may be.
    pub is_readable: bool,
}

impl Script {
    /// Explains a directive.
    pub fn explain(&self, step: &Step) -> Explained {
        let source = excerpt(self.text(), step.range.clone());
        let (action, acted) = self.read(step, |directive| match directive {
            Ok(
                Directive::Invoke(action)
                | Directive::AssertReturn { action, .. }
                | Directive::AssertTrap { action, .. }
                | Directive::AssertExhaustion { action, .. }
                | Directive::AssertException { action },
            ) => told(&action),
            Ok(Directive::Register { instance, .. }) => (String::new(), on(instance, None)),
            _ => (String::new(), None),
        });
        let module = acted.as_ref().and_then(|acted| self.module_of(step, acted.id.as_deref()));
        let name = acted.and_then(|acted| acted.name);
        let readable = module.filter(|(_, is_readable)| *is_readable);
        let export = readable.zip(name).and_then(|((module, _), name)| self.export(module, &name));
        let module = module.map(|(module, is_readable)| {
            let text = excerpt(self.text(), module.range.clone());
            let text = text.lines().next().unwrap_or_default().trim().to_string();
            Origin { line: module.line, text, is_readable }
        });
        // A module on one line has been shown already.
        let is_new = |export: &Origin| module.as_ref().is_none_or(|it| it.text != export.text);
        Explained { source, action, export: export.filter(is_new), module }
    }

    /// The field of the module that defines what it exports under this name.
    fn export(&self, module: &Step, name: &str) -> Option<Origin> {
        let start = module.range.start;
        let text = self.text().get(module.range.clone())?;
        let field = defining(text, name)?;
        let lines = text[..field.start].iter().filter(|byte| **byte == b'\n').count();
        let text = excerpt(self.text(), start + field.start..start + field.end);
        Some(Origin { line: module.line + lines as u32, text, is_readable: true })
    }

    /// The last module or instance with this id before the directive, or text that may be meant as
    /// one, and whether it can be read; without an id, the last of all.
    fn module_of(&self, step: &Step, id: Option<&str>) -> Option<(&Step, bool)> {
        let mut before = self.steps().get(..step.index as usize)?.iter().rev();
        before.find_map(|step| Some((step, self.instantiates(step, id)?)))
    }

    /// Whether a step makes an instance with this id, or any instance without an id. `Some(false)`
    /// if it cannot be read and may do so.
    fn instantiates(&self, step: &Step, id: Option<&str>) -> Option<bool> {
        let is_it = |own: Option<&str>| id.is_none() || own == id;
        self.read(step, |directive| match directive {
            Ok(Directive::Module(module)) => {
                (!module.definition && is_it(module.id)).then_some(true)
            }
            Ok(Directive::Instance { instance, .. }) => is_it(instance).then_some(true),
            Ok(Directive::Foreign(_)) => self.may_instantiate(step, is_it).then_some(true),
            Ok(_) => None,
            Err(_) => {
                let hides = self.hidden(step) != Hidden::Nothing;
                (hides || self.may_instantiate(step, is_it)).then_some(false)
            }
        })
    }

    fn may_instantiate(&self, step: &Step, is_it: impl Fn(Option<&str>) -> bool) -> bool {
        match meant(&step.kind) {
            Some("module" | "component") => match self.defined(step) {
                Defined::Module(own) | Defined::Instance(own) => is_it(own.as_deref()),
                Defined::Definition(_) => false,
                Defined::Anything => true,
            },
            Some(_) => false,
            None => {
                self.has_words(step)
                    && !["@", "assert"].iter().any(|kind| step.kind.starts_with(kind))
            }
        }
    }
}

/// What an action acts on.
struct Acted {
    /// The id of the instance; the last one if there is none.
    id: Option<String>,
    /// The name of the export.
    name: Option<String>,
}

fn told(action: &Action<'_>) -> (String, Option<Acted>) {
    match action {
        Action::Invoke { instance, name, args } => {
            let mut text = format!("invoke {name:?}");
            // Writing to a string cannot fail.
            args.iter().for_each(|arg| _ = write!(text, " {arg}"));
            (text, on(*instance, Some(name)))
        }
        Action::Get { instance, name } => (format!("get {name:?}"), on(*instance, Some(name))),
        Action::Module(_) | Action::Instance { .. } => (String::new(), None),
    }
}

fn on(instance: Option<&str>, name: Option<&str>) -> Option<Acted> {
    Some(Acted { id: instance.map(str::to_string), name: name.map(str::to_string) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_explained_with_its_module() {
        let script = Script::parse(
            b"(module $A (func))\n(module definition $B (func))\n(module (func)\n(global (export \"g\") i32\n (i32.const 3)))\n\
              (assert_return (invoke $A \"f\" (i32.const -1)) (i32.const 3))\n(get \"g\")\n\
              (assert_invalid (module) \"x\")\n"
                .as_slice(),
        );
        let explained: Vec<Explained> =
            script.steps()[3..].iter().map(|step| script.explain(step)).collect();
        let first = &explained[0];
        assert_eq!(first.action, "invoke \"f\" (i32.const -1)");
        let origin = |line, text: &str| Origin { line, text: text.into(), is_readable: true };
        assert_eq!(first.module, Some(origin(1, "(module $A (func))")));
        assert!(first.source.starts_with("(assert_return (invoke $A"));
        assert_eq!(first.export, None, "$A exports nothing");
        assert_eq!(explained[1].module, Some(origin(3, "(module (func)")));
        let global = "(global (export \"g\") i32\n (i32.const 3)))";
        assert_eq!(explained[1].export, Some(origin(4, global)));
        let line = Script::parse("(module (func (export \"f\")))\n(invoke \"f\")");
        assert_eq!(line.explain(&line.steps()[1]).export, None, "the module is one line");
        assert_eq!((&*explained[2].action, &explained[2].module), ("", &None));
    }

    #[test]
    fn a_module_is_found_as_it_is_performed() {
        for (before, id, line, is_readable) in [
            ("(module $M)\n(module binary $M \"\")", "$M", 2, false),
            ("(module $M)\n(module quote $M \"\")", "$M", 2, false),
            ("(module $M)\n(module (func) $M)", "$M", 2, false),
            ("(module $M)\n(module $N (fnc))", "$M", 1, true),
            ("(module $M)\n(module $M (fnc))", "$M", 2, false),
            ("(module $M)\n(module definition $M)", "$M", 1, true),
            ("(module $M)\n(module definition $M (fnc))", "$M", 1, true),
            ("(module $I)\n(module instance $I ($E))", "$I", 2, false),
            ("(module $I)\n(module definition $D)\n(module instance $I $D)", "$I", 3, true),
            ("(module $I)\n(module definition $I)\n(module instance $I)", "$I", 1, true),
            ("(module $I)\n(module definition $I)\n(module instance $I)", "", 3, true),
            ("(module $\"M\")\n(module)", "$M", 1, true),
            ("(module $M)\n(module)", "$\"M\"", 1, true),
            ("(module $M)\n(modul $M)", "$M", 2, false),
            ("(module $M)\n(component $M)", "$M", 2, true),
            ("(module $M)\n(asert_return 1)\n(@x)\n(register $M)", "$M", 1, true),
            ("(module $M)\n(invoke (module))", "$M", 2, false),
            ("(module $M)\n(frobnicate $M)", "$M", 2, false),
        ] {
            let text = format!("{before}\n(invoke {id} \"f\")");
            let script = Script::parse(&*text);
            let module = script.explain(script.steps().last().unwrap()).module.unwrap();
            assert_eq!((module.line, module.is_readable), (line, is_readable), "{text}");
        }
    }
}
