//! What everything is worth, written down from time to time, so that the history can be rebuilt
//! from the journal alone.

use std::time::Duration;

use super::Bot;
use crate::{note::Note, output::Stage};

/// At most this often, but for the moments at which the bot begins to trade and ends.
const EQUITY_EVERY: Duration = Duration::from_mins(1);

impl Bot {
    /// Writes it down if the last time is long ago. Nothing waits for it: it goes with what
    /// happens.
    pub(super) fn note_equity_if_due(&mut self) {
        let is_due = self.life.equity_noted.is_none_or(|at| at + EQUITY_EVERY <= self.now);
        if is_due && self.life.stage == Some(Stage::Ready) {
            self.note_equity();
        }
    }

    /// Writes it down, where it is known: before the bot was ready, what is held may have no price.
    pub(super) fn note_equity(&mut self) {
        if self.life.was_ready && self.engine.is_open() {
            self.life.equity_noted = Some(self.now);
            let asset = self.settings.header.settings.quote;
            let equity = self.engine.equity();
            self.note(&Note::Equity { asset, equity });
        }
    }
}
