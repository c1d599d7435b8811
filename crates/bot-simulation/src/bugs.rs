//! The bug bank: mistakes that others have made, to be planted one at a time. A simulation that
//! does not find what is known to be wrong is wrong itself.
//!
//! The invariant: each row says which incident it repeats (the numbers of the project's list of
//! incidents), what it breaks, and which invariants may find it; and the test of the bank plants
//! every one that is wired and sees that one of those does.
//!
//! Two kinds. Bugs *at the seam* are planted here, between the bot and its line, its disk and its
//! clock. Bugs *in the bot* need a switch inside `bot-machine`; [`WANTED`] lists them for whoever
//! wires them.
//!
//! A bug at the seam that is not here: an unclear answer that is taken for a no. The bot lives
//! through it: the stream tells of the order, and if it does not the balances do.

use std::time::Duration;

use simulated_kraken::{Fault, Tier};

use crate::{market::MarketOptions, options::Options};

/// A bug that can be planted at the seam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// A command whose outcome is unclear is sent again.
    SentAgain,
    /// A command whose outcome is unclear is sent again under another name.
    SentAgainRenamed,
    /// Records are called durable when they are given out.
    AckedBeforeDurable,
    /// A write or sync that failed is called durable.
    DiskErrorIgnored,
    /// A fill is made up from the answer to an order.
    MadeUpTrade,
    /// A restart forgets how far the nonces went.
    NoncesForgotten,
    /// A restart forgets what was spent of the budgets.
    BudgetsForgotten,
    /// The budgets are those of a higher tier.
    BudgetsTooLarge,
    /// That the venue takes less than everything is not heeded.
    StatusIgnored,
    /// A book that is broken keeps its last prices.
    BrokenBookKept,
    /// Our own clock is taken for the venue's.
    OwnClockTrusted,
    /// Cancels are said to be sent and are not.
    CancelsDropped,
    /// The quantity is rounded on its way to the socket.
    QuantityChanged,
    /// Orders leave without a deadline.
    DeadlineDropped,
    /// Entries that waited when trading was halted leave after it.
    GateLeftOpen,
    /// The secret stands in a note.
    SecretShown,
    /// An older copy of the journal is gone on from.
    OlderJournal,
    /// Every change of an order's stop places a second one.
    StopPlacedAgain,
    /// Half of the fills that the stream tells are told with the fee of another asset.
    FeeInWrongAsset,
    /// A fill that was told once is told again after a restart, under a new id.
    FillsToldAgain,
}

/// A row of the bank.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which.
    pub bug: Bug,
    /// Its name on the command line.
    pub name: &'static str,
    /// The incidents it repeats.
    pub incidents: &'static [u8],
    /// The invariants that may find it.
    pub found_by: &'static [&'static str],
}

const fn row(
    bug: Bug,
    name: &'static str,
    incidents: &'static [u8],
    found_by: &'static [&'static str],
) -> Row {
    Row { bug, name, incidents, found_by }
}

/// All that are wired.
#[rustfmt::skip] // A table.
pub const BANK: [Row; 20] = [
    row(Bug::SentAgain, "sent-again",                       &[1, 2, 3, 8], &["I-1"]),
    row(Bug::SentAgainRenamed, "sent-again-renamed",        &[1, 12], &["I-4"]),
    row(Bug::AckedBeforeDurable, "acked-before-durable",    &[4], &["I-4", "I-25"]),
    row(Bug::DiskErrorIgnored, "disk-error-ignored",        &[29, 48], &["I-4", "I-25"]),
    row(Bug::MadeUpTrade, "made-up-trade",                  &[14, 16], &["I-8", "I-9", "I-11"]),
    row(Bug::NoncesForgotten, "nonces-forgotten",           &[40], &["I-24", "I-40"]),
    row(Bug::BudgetsForgotten, "budgets-forgotten",         &[38, 39], &["I-22", "I-23"]),
    row(Bug::BudgetsTooLarge, "budgets-too-large",          &[37, 42], &["I-22", "I-20"]),
    row(Bug::StatusIgnored, "status-ignored",               &[43, 44], &["I-17"]),
    row(Bug::BrokenBookKept, "broken-book-kept",            &[34, 35], &["I-18"]),
    row(Bug::OwnClockTrusted, "own-clock-trusted",          &[41], &["I-19", "I-40"]),
    row(Bug::CancelsDropped, "cancels-dropped",             &[26], &["I-34", "I-40", "I-9"]),
    row(Bug::QuantityChanged, "quantity-changed",           &[25, 27, 32], &["I-4"]),
    row(Bug::DeadlineDropped, "deadline-dropped",           &[3, 8], &["I-4", "I-19"]),
    row(Bug::GateLeftOpen, "gate-left-open",                &[12], &["I-15"]),
    row(Bug::SecretShown, "secret-shown",                   &[49], &["I-36"]),
    row(Bug::OlderJournal, "older-journal",                 &[15, 18, 47], &["I-4", "I-25"]),
    row(Bug::StopPlacedAgain, "stop-placed-again",          &[11, 22], &["I-4"]),
    row(Bug::FeeInWrongAsset, "fee-in-wrong-asset",         &[28, 30], &["I-7", "I-9"]),
    row(Bug::FillsToldAgain, "fills-told-again",            &[10, 15], &["I-9", "I-11", "I-40"]),
];

/// Bugs that need a switch inside the bot: name, incidents, what should find it, and what is to
/// be left out or done wrong.
#[rustfmt::skip] // A table.
pub const WANTED: [(&str, &[u8], &str, &str); 22] = [
    ("absence-proves-at-once", &[7, 13], "I-29",
     "resolver: one empty look before the deadline is proof"),
    ("closed-not-asked",       &[7], "I-29",
     "resolver: only open orders are looked at"),
    ("one-look-is-enough",     &[13], "I-29",
     "resolver: the second look is left out"),
    ("trades-not-asked",       &[9], "I-29",
     "resolver: condition (c), foreign trades, is left out"),
    ("cancel-is-the-end",      &[9, 20], "I-9",
     "a canceled order is closed before its trades are read"),
    ("unknown-not-counted",    &[11, 22], "I-5",
     "an unknown stop is taken for none, and another is placed"),
    ("fills-by-total",         &[9, 25], "I-11",
     "the total of a status is booked as a fill"),
    ("fills-seen-forgotten",   &[15], "I-11",
     "the ids of fills are not recovered from the journal"),
    ("orders-not-adopted",     &[17], "I-9",
     "orders of the journal are forgotten at a restart"),
    ("position-aligned",       &[16], "I-4",
     "a difference of balances is traded away"),
    ("mismatch-only-logged",   &[19], "I-42",
     "a difference of balances blocks nothing"),
    ("moves-not-explained",    &[31], "I-30",
     "ledger entries that are no trade are left out"),
    ("decides-before-ready",   &[23], "I-15",
     "the block while starting is left out"),
    ("accounted-to-forgotten", &[24], "I-9",
     "after a restart only the last hour of trades is read"),
    ("partial-is-whole",       &[27], "I-9",
     "a partly filled entry is taken for filled"),
    ("stop-not-resized",       &[25], "I-5",
     "the stop keeps its first quantity"),
    ("halt-not-durable",       &[12], "I-16",
     "the latch of the kill switch is not recovered"),
    ("alerts-go-nowhere",      &[12], "I-39",
     "an alert nobody answers has no consequence"),
    ("halt-believes-answers",  &[20], "I-34",
     "a halt ends with the answer to the cancel of all"),
    ("snapshot-trusted",       &[18], "I-25",
     "a snapshot's place in the journal is not checked"),
    ("link-loss-ignored",      &[33], "I-9",
     "commands under way at a lost link are forgotten"),
    ("dead-man-unrefreshed",   &[26], "I-32",
     "the switch is set once and not again"),
];

impl Bug {
    /// The bug of this name.
    pub fn named(name: &str) -> Option<Self> {
        BANK.iter().find(|row| row.name == name).map(|row| row.bug)
    }

    /// Its row.
    pub fn row(self) -> &'static Row {
        BANK.iter().find(|row| row.bug == self).expect("every bug has a row")
    }

    /// A world in which it can do harm soon: calm, busy, and with the faults that it needs.
    pub fn options(self, length: Duration) -> Options {
        let mut options = Options::calm(length);
        options.bug = Some(self);
        options.market = MarketOptions { pairs: 1, ..options.market };
        options.market.trade_every = Duration::from_secs(20);
        (options.strategy.enters, options.strategy.leaves) = (60, 40);
        (options.strategy.stopless, options.strategy.moves) = (0, 40);
        options.strategy.adds = 20;
        let crashes = |options: &mut Options, seconds| {
            options.process.crash_every = Duration::from_secs(seconds);
        };
        let mut fault = |fault, chance| {
            options.faults.retain(|(known, _)| *known != fault);
            options.faults.push((fault, chance));
        };
        match self {
            Self::SentAgain | Self::SentAgainRenamed => {
                fault(Fault::LostAnswer, 500_000);
                fault(Fault::Unavailable, 1_000_000);
            }
            Self::AckedBeforeDurable | Self::OlderJournal | Self::FillsToldAgain => {
                options.process.crash_at_output = 200;
                options.disk.power_percent = 100;
                crashes(&mut options, 900);
            }
            Self::DiskErrorIgnored => {
                options.disk.failing_every = Duration::from_mins(20);
                crashes(&mut options, 1_200);
            }
            Self::NoncesForgotten => {
                options.clock.jumps_percent = 100;
                options.clock.jump_max = Duration::from_hours(1);
                crashes(&mut options, 600);
            }
            Self::BudgetsForgotten | Self::BudgetsTooLarge => {
                options.tier = Tier::Starter;
                options.process.loops_percent = 100;
                crashes(&mut options, 300);
            }
            Self::StatusIgnored => fault(Fault::StatusFlap, 200_000),
            Self::BrokenBookKept => {
                fault(Fault::BadChecksum, 2_000_000);
                fault(Fault::SilentAfterAck, 5_000_000);
            }
            Self::OwnClockTrusted => {
                options.clock.offset_max = Duration::from_hours(2);
            }
            Self::GateLeftOpen => {
                options.people.halt_every = Duration::from_mins(2);
                options.people.resume_after = Duration::from_secs(10);
            }
            Self::FeeInWrongAsset
            | Self::MadeUpTrade
            | Self::CancelsDropped
            | Self::QuantityChanged
            | Self::DeadlineDropped
            | Self::SecretShown
            | Self::StopPlacedAgain => {}
        }
        options
    }
}

#[cfg(test)]
mod tests;
