//! Backtraces: takes calls that trap; keeps one trap, and compares others with it. Sees no process.

use super::stage::Stage;
use super::stop::Stop;
use crate::judge::{Judgement, Response};
use crate::script::Call;
use wassay_engine::{Fault, Frame, Trap};
use wassay_record::Expected;

impl Stage<'_, '_> {
    /// `(@wassay.backtrace $t (CALL))`
    pub(super) fn keep_trap(&mut self, id: &str, call: Call<'_>) -> Judgement {
        let tried = match self.try_trap(call) {
            // All empty backtraces are equal.
            Ok(Ok(trap)) if trap.frames.is_empty() => {
                Err(Stop::Fault(Fault::unsupported("backtraces")))
            }
            tried => tried,
        };
        let (slot, judgement) = match tried {
            Ok(Ok(trap)) => (Ok(trap), Judgement::Passed),
            Ok(Err(judgement)) => {
                let stop = Stop::Script("the call did not trap".to_string());
                (Err(stop.missing(self.line())), judgement)
            }
            Err(stop) => {
                let missing = stop.missing(self.line());
                (Err(missing), self.done(Err(stop), any_trap()))
            }
        };
        self.embedder.traps.insert(id.to_string(), slot);
        judgement
    }

    /// `(@wassay.assert_backtrace $t (CALL))`
    pub(super) fn compare_trap(&mut self, id: &str, call: Call<'_>) -> Judgement {
        let kept = match self.embedder.traps.get(id) {
            Some(Ok(trap)) => Ok(trap.clone()),
            Some(Err(missing)) => Err(Stop::Missing(missing.clone())),
            None => Err(Stop::Script(format!("no trap was kept as `${id}`"))),
        };
        let kept = match kept {
            Ok(kept) => kept,
            Err(stop) => return self.done(Err(stop), any_trap()),
        };
        match self.try_trap(call) {
            Ok(Ok(trap)) if (trap.kind, &trap.frames) == (kept.kind, &kept.frames) => {
                Judgement::Passed
            }
            Ok(Ok(trap)) => Judgement::Failed {
                expected: Some(Expected::Trap(kept.kind.message().to_string())),
                message: match trap.frames == kept.frames {
                    true => "another reason; the backtraces agree".to_string(),
                    false => format!(
                        "the backtrace is {}; that of `${id}` is {}",
                        listed(&trap.frames),
                        listed(&kept.frames)
                    ),
                },
                actual: Response::Trapped(trap).record(),
            },
            Ok(Err(judgement)) => judgement,
            Err(stop) => self.done(Err(stop), any_trap()),
        }
    }

    /// The trap of a call, or the judgement of a call that does not trap.
    fn try_trap(&mut self, call: Call<'_>) -> Result<Result<Trap, Judgement>, Stop> {
        Ok(match self.try_call(call)? {
            Response::Trapped(trap) => Ok(trap),
            other => Err(Judgement::Failed {
                expected: Some(any_trap()),
                actual: other.record(),
                message: "should trap".to_string(),
            }),
        })
    }
}

fn any_trap() -> Expected {
    Expected::Trap(String::new())
}

fn listed(frames: &[Frame]) -> String {
    match frames {
        [] => "empty".to_string(),
        frames => frames.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
