//! Actions: takes a directive's action; performs it on an instance and gives the outcome. Sees no
//! process.

use super::functions::Identified;
use super::lost::Holder;
use super::names::Bound;
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::{Assertion, Judgement, Response};
use crate::script::Action;
use std::fmt::Display;
use wasmparser::{ExternalKind, Parser, Payload};
use wassay_engine::{Extern, ExternType, Fault, Feature, Func, HostCalls, ValType, Value};
use wassay_record::Pattern;

impl Stage<'_, '_> {
    /// Performs an action and judges its outcome.
    pub(super) fn act(&mut self, expected: &Assertion<'_>, action: Action<'_>) -> Judgement {
        let tried = self.try_action(action);
        self.judge(expected, tried.as_ref())
    }

    /// `(assert_return ...)`
    pub(super) fn act_for_results(
        &mut self,
        action: Action<'_>,
        expected: &[Pattern],
    ) -> Judgement {
        let on = match &action {
            Action::Invoke { instance, .. } | Action::Get { instance, .. } => *instance,
            // A module returns nothing.
            Action::Module(_) | Action::Instance { .. } => None,
        };
        let tried = self.try_action(action);
        let identified = match &tried {
            Ok(Response::Returned(values)) => self.identify(on, expected, values),
            _ => Ok(None),
        };
        let written = Assertion::Results(expected);
        match identified {
            Ok(None) => self.judge(&written, tried.as_ref()),
            Ok(Some(Identified { patterns, doubt })) => {
                let judgement = self.judge(&Assertion::Results(&patterns), tried.as_ref());
                match (judgement, doubt) {
                    (Judgement::Passed | Judgement::Open { .. }, Some(doubt)) => {
                        doubt.judge(Some(written.record()))
                    }
                    (judgement, _) => judgement.expecting(written.record()),
                }
            }
            // The action did run.
            Err(stop) => stop.judge(Some(written.record())),
        }
    }

    /// `(assert_suspension ...)`: the trait has no stack switching.
    pub(super) fn suspend(&mut self, action: &Action<'_>) -> Judgement {
        let stop = Stop::Unsupported(Feature::StackSwitching);
        if let Action::Invoke { instance, .. } = action {
            self.leave_action(*instance, &stop.missing(self.line()));
        }
        stop.judge(None)
    }

    pub(super) fn try_action(&mut self, action: Action<'_>) -> Result<Response, Stop> {
        match action {
            Action::Invoke { instance, name, args } => match self.exported(instance, name)? {
                Extern::Func(func) => {
                    let outcome = self.session.call(func, &args);
                    self.drain()?;
                    match outcome {
                        Err(Fault::Misuse(what)) => Err(self.miscalled(func, name, &args, what)),
                        outcome => Ok(Response::from(outcome?)),
                    }
                }
                other => Err(self.other_kind(instance, name, other, "a func")),
            },
            Action::Get { instance, name } => match self.exported(instance, name)? {
                Extern::Global(global) => {
                    Ok(Response::Returned(vec![self.session.global_get(global)?]))
                }
                other => Err(self.other_kind(instance, name, other, "a global")),
            },
            Action::Module(mut text) => self.try_module(&mut text),
            Action::Instance { module } => self.try_instance(module),
        }
    }

    /// Whether the script or the harness is to blame for a call that the engine refused.
    pub(super) fn miscalled(
        &mut self,
        func: Func,
        name: &str,
        args: &[Value],
        what: String,
    ) -> Stop {
        match self.session.extern_type(Extern::Func(func)) {
            Ok(ExternType::Func(ty)) if !fits(args, &ty.params) => {
                let (takes, gives) = (list(&ty.params), list(args));
                Stop::Script(format!("{name:?} takes {takes}, and the script gives {gives}"))
            }
            _ => Stop::Fault(Fault::Misuse(what)),
        }
    }

    pub(super) fn exported(&mut self, instance: Option<&str>, name: &str) -> Result<Extern, Stop> {
        let bound = match self.names.instance(instance) {
            Ok(Ok(bound)) => bound.clone(),
            Ok(Err(missing)) => return Err(Stop::Missing(missing.clone())),
            Err(what) => return Err(self.unknown(instance, what)),
        };
        self.export(&bound, name)?.ok_or_else(|| self.no_export(&bound, name))
    }

    /// Whether the script or the engine is to blame for an export that the engine does not find.
    fn no_export(&mut self, bound: &Bound, name: &str) -> Stop {
        match self.encoded(bound).map(|module| export_kind(&module.wasm, name)) {
            Some(Some(_)) => Stop::Hidden(name.to_string()),
            Some(None) => Stop::Script(format!("the module exports no {name:?}")),
            None => Stop::Script(format!("no export {name:?}")),
        }
    }

    /// Whether the script or the engine is to blame for an export of another kind than `wanted`.
    pub(super) fn other_kind(
        &mut self,
        instance: Option<&str>,
        name: &str,
        item: Extern,
        wanted: &str,
    ) -> Stop {
        let bound = self.names.instance(instance).ok().and_then(|bound| bound.as_ref().ok());
        let encoded = bound.cloned().and_then(|bound| self.encoded(&bound));
        match encoded.and_then(|module| export_kind(&module.wasm, name)) {
            Some(kind) if kind != item.kind() => Stop::Fault(Fault::Internal(format!(
                "it returned the export {name:?} as a {}, and the module exports a {kind}",
                item.kind()
            ))),
            _ => Stop::Script(format!("the export {name:?} is a {}, not {wanted}", item.kind())),
        }
    }

    /// The export with this name; the engine is asked once.
    pub(super) fn export(&mut self, bound: &Bound, name: &str) -> Result<Option<Extern>, Stop> {
        let instance = match bound {
            Bound::Instance(instance, _) => *instance,
            Bound::Externs(externs) => {
                let Some(given) = externs.get(name) else { return Ok(None) };
                self.touch_all(&given.from)?;
                if given.dropped {
                    return Err(Stop::Script(format!(
                        "what is registered as {name:?} was dropped"
                    )));
                }
                return Ok(Some(given.item));
            }
        };
        self.touch(Holder::Instance(instance))?;
        let known = self.exports.entry(instance).or_default();
        if let Some(item) = known.get(name) {
            return Ok(*item);
        }
        let item = self.session.export(instance, name)?;
        known.insert(name.to_string(), item);
        Ok(item)
    }

    /// Records that the directive uses this state.
    ///
    /// # Errors
    /// If the state may differ from what the script expects.
    pub(super) fn touch(&mut self, holder: Holder) -> Result<(), Stop> {
        self.holders.push(holder);
        match self.links.lost(&[holder]) {
            Some(missing) => Err(Stop::Missing(missing.clone())),
            None => Ok(()),
        }
    }

    /// Records that the directive uses all of this state, even if some of it is lost.
    ///
    /// # Errors
    /// As for one.
    pub(super) fn touch_all(&mut self, holders: &[Holder]) -> Result<(), Stop> {
        let mut found = Ok(());
        for holder in holders {
            found = found.and(self.touch(*holder));
        }
        found
    }

    /// Discards the recorded calls of `spectest` functions: scripts never read them. The number of
    /// lost records is kept for the finding.
    pub(super) fn drain(&mut self) -> Result<(), Fault> {
        if !self.spectest.has_funcs {
            return Ok(());
        }
        match self.session.take_host_calls() {
            Ok(HostCalls { lost, .. }) => {
                self.lost_calls = self.lost_calls.saturating_add(lost);
            }
            // An engine without recording has nothing to discard.
            Err(Fault::Unsupported(_)) => {}
            Err(broken) => return Err(broken),
        }
        Ok(())
    }
}

/// The kind of the export of this name in the module's own export section, as [`Extern::kind`] has it.
fn export_kind(wasm: &[u8], name: &str) -> Option<&'static str> {
    let sections = Parser::new(0).parse_all(wasm).map_while(Result::ok);
    let exports = sections.filter_map(|payload| match payload {
        Payload::ExportSection(section) => Some(section),
        _ => None,
    });
    let export = exports.flatten().flatten().find(|export| export.name == name)?;
    Some(match export.kind {
        ExternalKind::Func | ExternalKind::FuncExact => "func",
        ExternalKind::Table => "table",
        ExternalKind::Memory => "memory",
        ExternalKind::Global => "global",
        ExternalKind::Tag => "tag",
    })
}

/// Whether the arguments are as many as the parameters, and each number has its parameter's type.
fn fits(args: &[Value], params: &[ValType]) -> bool {
    args.len() == params.len()
        && args.iter().zip(params).all(|(arg, param)| match arg {
            Value::I32(_) => *param == ValType::I32,
            Value::I64(_) => *param == ValType::I64,
            Value::F32(_) => *param == ValType::F32,
            Value::F64(_) => *param == ValType::F64,
            Value::V128(_) => *param == ValType::V128,
            Value::Ref(_) => matches!(param, ValType::Ref(_)),
        })
}

fn list(items: &[impl Display]) -> String {
    match items {
        [] => "nothing".to_string(),
        items => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}
