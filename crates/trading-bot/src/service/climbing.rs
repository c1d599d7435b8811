//! What the ladder says, done.
//!
//! **Law.** A cap is in force before the next event is heard.

use bot_machine::{AlertKind, Note, Severity};
use trading_engine::{BlockCause, OperatorCommand};
use trading_ladder::EntryCap;

use super::{Service, Told};
use crate::{ladder_desk::LadderWord, ladder_run::LadderRun};

/// Who lowers and raises caps, in the journal.
const PRINCIPAL: &str = "the ladder";

/// The next word of the ladder; never, where there is none.
pub(super) async fn next_word(ladder: &mut Option<LadderRun>) -> LadderWord {
    match ladder {
        Some(ladder) => ladder.next_word().await,
        None => std::future::pending().await,
    }
}

impl Service {
    /// Everything the ladder has said so far is done.
    pub(super) fn heed_ladder(&mut self) {
        while let Some(word) = self.ladder.as_mut().and_then(LadderRun::take_word) {
            self.heed(word);
        }
    }

    pub(super) fn heed(&mut self, word: LadderWord) {
        match word {
            LadderWord::Cap(cap) => self.cap_entries(cap),
            LadderWord::Rung { from, to, why, .. } => {
                let (severity, moved) = if to < from {
                    (Severity::Warning, format!("rung {from} was lost, the bot is on {to}"))
                } else {
                    (Severity::Notice, format!("the bot is on rung {to} of the ladder"))
                };
                let text = format!("{moved}: {why}; see `slackwater ladder show`");
                (self.tell)(Told::Rung { from, to, why });
                self.raise(AlertKind::Rung, severity, text);
            }
            // A day that the lowest rung does not take, or one that stands there already.
            LadderWord::Refused(refused) => tracing::info!(%refused, "the ladder"),
            LadderWord::Warning(text) => self.raise(AlertKind::Rung, Severity::Warning, text),
        }
    }

    pub(super) fn look_at_ladder(&mut self) {
        let Self { ladder: Some(ladder), bot, journal, .. } = self else { return };
        ladder.look(bot, || {
            let witness = journal.witness();
            format!("{}:{:?}", witness.sequence, witness.chain)
        });
    }

    /// The bot has written a note.
    pub(super) fn read(&mut self, payload: &[u8]) {
        if let (Some(ladder), Some(note)) = (&mut self.ladder, Note::from_bytes(payload)) {
            ladder.read(&note, &self.bot);
        }
    }

    fn cap_entries(&mut self, cap: EntryCap) {
        let (cause, pair) = (BlockCause::Rung, None);
        let value = match cap {
            EntryCap::NoEntry => return self.climb(OperatorCommand::Block { cause, pair }),
            EntryCap::UpTo(value) => Some(value),
            EntryCap::Unlimited => None,
        };
        self.climb(OperatorCommand::CapEntries { value });
        if self.bot.engine().blocks().any(|it| it == (cause, pair)) {
            self.climb(OperatorCommand::Unblock { cause, pair });
        }
    }

    fn climb(&mut self, command: OperatorCommand) {
        self.operate(PRINCIPAL.to_owned(), command);
    }
}
