//! Takes events; shows a progress bar on standard error if that is a terminal. Keeps no result.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use wassay_record::{Event, FileEvent, Verdict};

/// Follows a run's events.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    directives: u64,
    bad: u64,
}

impl Progress {
    /// A bar on standard error, or nothing if that is not a terminal or `wanted` is false.
    pub fn new(wanted: bool) -> Progress {
        let target = if wanted && std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        Progress { bar: ProgressBar::with_draw_target(None, target), directives: 0, bad: 0 }
    }

    /// Shows one event.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted(head) => {
                let style = ProgressStyle::with_template(
                    "{prefix} {bar:30} {pos}/{len} files  {msg}  {elapsed}",
                );
                self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                self.bar.set_length(head.files.len() as u64);
                self.bar.set_prefix(format!("{} on {}", head.engine.name, head.lane.name));
                self.bar.reset();
                (self.directives, self.bad) = (0, 0);
            }
            Event::File { what: FileEvent::Verdicts(batch), .. } if !self.bar.is_hidden() => {
                for (_, verdict) in batch.verdicts() {
                    self.directives += 1;
                    self.bad += u64::from(Verdict::is_bad(verdict));
                }
                self.bar.set_message(match self.bad {
                    0 => format!("{} directives", self.directives),
                    bad => format!("{} directives, {bad} not passed", self.directives),
                });
            }
            Event::File { what: FileEvent::Finished { .. }, .. } => self.bar.inc(1),
            Event::File { .. } => {}
            Event::RunFinished { .. } => self.bar.finish_and_clear(),
        }
    }
}
