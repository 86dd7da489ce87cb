//! Takes judgements of one directive in several places; gives the worst one, and says where it was
//! made. Judges nothing itself.

use super::Judgement;

impl Judgement {
    /// The worse of two: the first failure wins, then the first unreadable directive, the first
    /// blocked one, the first unsupported one.
    pub(crate) fn or_worse(self, next: Judgement) -> Judgement {
        if next.rank() > self.rank() { next } else { self }
    }

    /// The same, with a place before the message. A pass has no message.
    pub(crate) fn within(mut self, place: &str) -> Judgement {
        match &mut self {
            Judgement::Failed { message, .. }
            | Judgement::Blocked { message, .. }
            | Judgement::Unsupported { message, .. }
            | Judgement::Unreadable { message } => *message = format!("{place}: {message}"),
            Judgement::Passed | Judgement::Open { .. } | Judgement::HarnessOnly => {}
        }
        self
    }

    fn rank(&self) -> u32 {
        match self {
            Judgement::Passed | Judgement::Open { .. } | Judgement::HarnessOnly => 0,
            Judgement::Unsupported { .. } => 1,
            Judgement::Blocked { .. } => 2,
            Judgement::Unreadable { .. } => 3,
            Judgement::Failed { .. } => 4,
        }
    }
}
