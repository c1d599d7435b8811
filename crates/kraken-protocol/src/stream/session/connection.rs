//! The life of a connection: from the wish for one to its end, and to the next.

use trading_types::Timestamp;

use super::{
    Session,
    event::{LinkChange, LinkLoss, SessionNote, SessionOutput},
    reconnect::Next,
    watch::Watch,
};
use crate::limits::Feedback;

/// Where the connection is in its life.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// The next attempt is due then.
    Waiting { at: Timestamp },
    /// The caller was asked whether there is room in the budget of attempts.
    AwaitingRoom,
    /// Being dialed since then.
    Dialing { since: Timestamp },
    /// Open since then; greeted by its first frame or not yet.
    Open { since: Timestamp, is_greeted: bool, watch: Watch },
    /// There will be no other.
    Ended,
}

impl Session {
    pub(super) fn dial(&mut self, now: Timestamp) {
        if matches!(self.stage, Stage::AwaitingRoom) {
            self.stage = Stage::Dialing { since: now };
            self.outputs.push_back(SessionOutput::Dial(self.settings.kind));
        }
    }

    pub(super) fn open(&mut self, now: Timestamp) {
        if matches!(self.stage, Stage::Dialing { .. }) {
            self.stage = Stage::Open { since: now, is_greeted: false, watch: Watch::new(now) };
            self.tokens.begin(now);
        }
    }

    pub(super) fn dial_failed(&mut self, http_status: Option<u16>, now: Timestamp) {
        if !matches!(self.stage, Stage::Dialing { .. }) {
            return;
        }
        let feedback = match http_status {
            Some(403) => Some(Feedback::AddressBlocked),
            Some(429) => Some(Feedback::TooManyRequests),
            Some(_) | None => None,
        };
        if let Some(feedback) = feedback {
            self.outputs.push_back(SessionOutput::Feedback { feedback, pair: None });
        }
        self.lose(LinkLoss::ConnectFailed { http_status }, now);
    }

    /// The end of a connection we did not want to end. What is told of one we closed is late news.
    pub(super) fn closed(&mut self, code: Option<u16>, reason: &str, now: Timestamp) {
        if matches!(self.stage, Stage::Open { .. }) {
            self.lose(LinkLoss::Closed { code, reason: reason.to_owned() }, now);
        }
    }

    /// The other side is silent or slow: we end it.
    pub(super) fn drop_connection(&mut self, loss: LinkLoss, now: Timestamp) {
        self.outputs.push_back(SessionOutput::Close);
        self.lose(loss, now);
    }

    pub(super) fn shut_down(&mut self, now: Timestamp) {
        match self.stage {
            Stage::Dialing { .. } | Stage::Open { .. } => {
                self.drop_connection(LinkLoss::Shutdown, now);
            }
            Stage::Waiting { .. } | Stage::AwaitingRoom => self.lose(LinkLoss::Shutdown, now),
            Stage::Ended => {}
        }
    }

    fn lose(&mut self, loss: LinkLoss, now: Timestamp) {
        let held = match self.stage {
            Stage::Open { since, .. } => Some(now.since(since)),
            Stage::Waiting { .. } | Stage::AwaitingRoom | Stage::Dialing { .. } | Stage::Ended => {
                None
            }
        };
        let answers = self.commands.lose_link();
        self.answer(answers);
        self.following.restart(now);
        self.asked.clear();
        self.sequences.clear();
        self.tokens.lose_link();
        if std::mem::take(&mut self.is_up) {
            self.outputs.push_back(SessionOutput::Link(LinkChange::Down(loss.clone())));
        }
        if std::mem::take(&mut self.is_in_maintenance) {
            self.reconnect.slow_down();
        }
        match self.reconnect.after(&loss, held, &mut self.chance, now) {
            Next::At(at) => {
                self.stage = Stage::Waiting { at };
                self.note(SessionNote::ConnectAgain { loss, at });
            }
            Next::Never(reason) => {
                self.stage = Stage::Ended;
                self.outputs.push_back(SessionOutput::Ended(reason));
            }
        }
    }
}
