//! What is unclear about one order, and how far finding out has come.

use std::{collections::BTreeMap, time::Duration};

use kraken_protocol::rest::{orders::Order, trades::AccountTrade};
use trading_types::{Amendment, NewOrder, Quantity, Timestamp, TradeId};

use super::proof::{Absence, Look, Rule};
use crate::venue_clock::VenueClock;

/// The first wait after a look that settled nothing; each further one is twice as long.
const WAIT_MIN: Duration = Duration::from_secs(1);
/// The longest wait: it is never given up.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// How often the wait doubles at the most.
const DOUBLINGS_MAX: u32 = 6;
/// The first wait after the account's trades left it open whether the order exists.
const TRADES_WAIT: Duration = Duration::from_secs(4);
/// How often that wait doubles at the most.
const TRADES_DOUBLINGS_MAX: u32 = 7;
/// An amendment that was sent without a deadline is not made any more after this: six times what
/// Kraken gives such a command. Should it come later all the same the stream tells it, and no
/// harm is done: it says what the order is to be, and adds nothing.
const AMENDMENT_LIFE: Duration = Duration::from_secs(30);

/// What is asked about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Did it arrive, and what became of it?
    Placement,
    /// Was it changed?
    Amendment {
        /// The change.
        amendment: Amendment,
        /// After this the venue must not make it.
        deadline: Option<Timestamp>,
    },
    /// The venue had it: how did it end?
    Whereabouts,
    /// It was seen open over REST and the stream has not shown it yet: is it open still?
    Confirmation,
}

/// How far finding out has come.
#[derive(Debug)]
pub(super) enum Stage {
    /// Not to be looked for among the open orders before this.
    Waiting(Timestamp),
    /// It was not among the open orders when asked then; now among the ended ones.
    NotOpen(Timestamp),
    /// It exists.
    Found(Box<Found>),
}

/// An order that exists, whose fills are being put together.
#[derive(Debug)]
pub(super) struct Found {
    /// The order as Kraken showed it.
    pub(super) order: Order,
    /// The trades it lists that have not been asked for.
    pub(super) to_ask: Vec<TradeId>,
}

/// An order and what is unclear about it.
#[derive(Debug)]
pub(super) struct Case {
    /// The order as we know it.
    pub(super) order: NewOrder,
    pub(super) question: Question,
    /// When it became unclear: the sending, by our clock.
    pub(super) since: Timestamp,
    /// When we heard of it.
    pub(super) heard: Timestamp,
    /// It was found, so that its placement is none that never arrived.
    pub(super) was_seen: bool,
    /// A person has been told.
    pub(super) is_told: bool,
    pub(super) stage: Stage,
    /// Looks that settled nothing.
    pub(super) rounds: u32,
    pub(super) absence: Absence,
    /// Trades of the order that have been read, whether they had been counted before or not.
    pub(super) trades: BTreeMap<TradeId, AccountTrade>,
    /// The account's trades are not asked for before this.
    pub(super) trades_from: Timestamp,
    /// How often they left the question open.
    pub(super) trades_tried: u32,
    /// How often a reading of the ended orders was torn.
    pub(super) torn: u32,
    /// It is asked about by itself, because reading the ended orders is dear or in vain.
    pub(super) is_alone: bool,
}

/// Twice as long each time.
pub(super) fn wait(times: u32) -> Duration {
    (WAIT_MIN * 2_u32.pow(times.min(DOUBLINGS_MAX))).min(WAIT_MAX)
}

impl Case {
    pub(super) fn new(
        order: NewOrder,
        question: Question,
        since: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            order,
            question,
            since,
            heard: now,
            was_seen: false,
            is_told: false,
            stage: Stage::Waiting(now),
            rounds: 0,
            absence: Absence::default(),
            trades: BTreeMap::new(),
            trades_from: Timestamp::EPOCH,
            trades_tried: 0,
            torn: 0,
            is_alone: false,
        }
    }

    /// After this nothing can come of the command any more, where that is so.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self.question {
            Question::Placement if self.was_seen => None,
            Question::Placement => self.order.deadline,
            Question::Amendment { deadline, .. } => {
                Some(deadline.unwrap_or(self.since + AMENDMENT_LIFE))
            }
            Question::Whereabouts | Question::Confirmation => None,
        }
    }

    /// Whether its fate is not known.
    pub(super) fn is_unknown(&self) -> bool {
        self.question != Question::Confirmation
    }

    /// When a person is told of it.
    pub(super) fn told_at(&self, told_after: Duration) -> Option<Timestamp> {
        let at = self.since.max(self.heard) + told_after;
        (self.is_unknown() && !self.is_told).then_some(at)
    }

    /// The trades that could be its own happened after this, by the venue's clock. Kraken takes no
    /// deadline more than a minute away, so our own clock need not be right.
    pub(super) fn trades_since(&self, clock: &VenueClock) -> Timestamp {
        const DEADLINE_MAX: Duration = Duration::from_mins(1);
        const MARGIN: Duration = Duration::from_secs(5);
        let sent = clock.earliest(self.since).unwrap_or(self.since);
        let by_deadline = self.order.deadline.map(|deadline| deadline - DEADLINE_MAX);
        by_deadline.map_or(sent, |by_deadline| by_deadline.min(sent)) - MARGIN
    }

    /// A look settled nothing: when to look again.
    pub(super) fn look_again(&mut self, rule: Rule, clock: &VenueClock, now: Timestamp) {
        let wait = wait(self.rounds);
        self.rounds += 1;
        let at = match (self.deadline(), self.absence.first()) {
            (Some(deadline), _) if !rule.is_over(deadline, now, clock) => {
                // Nothing more can be learned for certain before then.
                rule.over_at(deadline, clock).unwrap_or(now + wait)
            }
            (Some(_), Some(first)) if now <= first.open + rule.distance => {
                first.open + rule.distance
            }
            // What is lacking now is no look.
            (deadline, _) if self.absence.looks(deadline, rule, clock).is_ok() => now + WAIT_MAX,
            (Some(_) | None, _) => now + wait,
        };
        self.stage = Stage::Waiting(at.max(now));
    }

    /// It is not among the ended orders either.
    pub(super) fn not_ended(&mut self, look: Look, rule: Rule, clock: &VenueClock, now: Timestamp) {
        match (self.question, self.deadline()) {
            (Question::Placement, Some(deadline)) => {
                self.absence.add(look, deadline, rule, clock);
            }
            (Question::Confirmation, _) => {
                // It was open a moment ago and is nowhere now.
                (self.question, self.since) = (Question::Whereabouts, now);
            }
            (Question::Placement | Question::Amendment { .. } | Question::Whereabouts, _) => {}
        }
        self.look_again(rule, clock, now);
    }

    /// When it may be looked for among the ended orders.
    pub(super) fn ended_from(&self, rule: Rule) -> Timestamp {
        self.absence.first().map_or(Timestamp::EPOCH, |first| first.ended + rule.distance)
    }

    /// From when on the account's trades are needed, where they are.
    pub(super) fn needs_trades_at(&self, rule: Rule) -> Option<Timestamp> {
        match &self.stage {
            Stage::Found(found) => found.to_ask.is_empty().then_some(self.trades_from),
            Stage::Waiting(_) | Stage::NotOpen(_) => {
                let is_wanted = self.question == Question::Placement
                    && self.deadline().is_some()
                    && self.absence.no_trade.is_none();
                let first = self.absence.first().filter(|_| is_wanted)?;
                Some(self.trades_from.max(first.open + rule.distance))
            }
        }
    }

    /// The account's trades do not settle it: when to read them again. One of them may be its own,
    /// so it is looked for again as well.
    pub(super) fn put_off_trades(&mut self, now: Timestamp) {
        let is_found = matches!(self.stage, Stage::Found(_));
        // Of an order that exists they are only late.
        let first = if is_found { WAIT_MIN } else { TRADES_WAIT };
        self.trades_from = now + first * 2_u32.pow(self.trades_tried.min(TRADES_DOUBLINGS_MAX));
        self.trades_tried += 1;
        match &mut self.stage {
            Stage::Found(_) => self.stage = Stage::Waiting(self.trades_from),
            Stage::Waiting(until) => *until = self.trades_from.min(*until),
            Stage::NotOpen(_) => {}
        }
    }

    /// What its trades that have been read come to.
    pub(super) fn traded(&self) -> Option<Quantity> {
        self.trades.values().try_fold(Quantity::ZERO, |sum, it| sum.checked_add(it.quantity))
    }
}
