//! Takes a script and one of its directives; gives the directive's source, its action, and the
//! module that it acts on. Runs nothing and sees no verdict.

use crate::script::{Action, Directive, Script, Step};
use crate::worker::excerpt;
use std::fmt::Write;

/// A directive, explained for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// Its source lines; a long directive is cut after the first ones.
    pub source: String,
    /// The export that it calls or reads, with the arguments; empty if it does neither.
    pub action: String,
    /// The line and first words of the module that it acts on.
    pub module: Option<(u32, String)>,
}

impl Script {
    /// Explains a directive.
    pub fn explain(&self, step: &Step) -> Explained {
        let source = excerpt(self.text(), step.range.clone());
        let (action, instance) = self.read(step, |directive| match directive {
            Ok(
                Directive::Invoke(action)
                | Directive::AssertReturn { action, .. }
                | Directive::AssertTrap { action, .. }
                | Directive::AssertExhaustion { action, .. }
                | Directive::AssertException { action },
            ) => told(&action),
            Ok(Directive::Register { instance, .. }) => (String::new(), id(instance)),
            _ => (String::new(), None),
        });
        let module = instance.and_then(|instance| self.module_of(step, instance.as_deref()));
        Explained { source, action, module }
    }

    /// The last module or instance with this id before the directive; without an id, the last of
    /// all.
    fn module_of(&self, step: &Step, id: Option<&str>) -> Option<(u32, String)> {
        let before = self.steps().get(..step.index as usize)?;
        let binds = |step: &&Step| {
            let words = self.words(step);
            let own = words.iter().find_map(|word| word.strip_prefix('$'));
            let is_instance = step.kind == "module" && words.first() != Some(&"definition");
            is_instance && (id.is_none() || own == id)
        };
        let module = before.iter().rev().find(binds)?;
        let text = excerpt(self.text(), module.range.clone());
        Some((module.line, text.lines().next().unwrap_or_default().trim().to_string()))
    }
}

fn told(action: &Action<'_>) -> (String, Option<Option<String>>) {
    match action {
        Action::Invoke { instance, name, args } => {
            let mut text = format!("invoke {name:?}");
            // Writing to a string cannot fail.
            args.iter().for_each(|arg| _ = write!(text, " {arg}"));
            (text, id(*instance))
        }
        Action::Get { instance, name } => (format!("get {name:?}"), id(*instance)),
        Action::Module(_) | Action::Instance { .. } => (String::new(), None),
    }
}

fn id(instance: Option<&str>) -> Option<Option<String>> {
    Some(instance.map(str::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_explained_with_its_module() {
        let script = Script::parse(
            b"(module $A (func))\n(module definition $B (func))\n(module (func)\n)\n\
              (assert_return (invoke $A \"f\" (i32.const -1)) (i32.const 3))\n(invoke \"g\")\n\
              (assert_invalid (module) \"x\")\n"
                .as_slice(),
        );
        let explained: Vec<Explained> =
            script.steps()[3..].iter().map(|step| script.explain(step)).collect();
        let first = &explained[0];
        assert_eq!(first.action, "invoke \"f\" (i32.const -1)");
        assert_eq!(first.module, Some((1, "(module $A (func))".to_string())));
        assert!(first.source.starts_with("(assert_return (invoke $A"));
        assert_eq!(explained[1].module, Some((3, "(module (func)".to_string())));
        assert_eq!((&*explained[2].action, &explained[2].module), ("", &None));
    }
}
