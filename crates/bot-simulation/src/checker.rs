//! Invariants, asserted after every step by somebody who knows the venue's truth.
//!
//! The invariant of the checker itself: it shares no code with what it judges. It reads what leaves
//! as bytes, the journal as records, and the venue as the venue keeps it.
//!
//! | id | where | what |
//! |---|---|---|
//! | I-1 | `venue`, `gate` | at most one order of a name at the venue; a name leaves once, over all
//! processes |
//! | I-2 | - | the strategy's signals are inside the engine; its property tests have it |
//! | I-3, I-6 | `venue` | no order is filled above its quantity |
//! | I-4 | `gate` | what leaves is a durable intent, field by field |
//! | I-5 | `venue`, `bot` | one protective order a pair at the engine, one at the venue besides
//! those being canceled |
//! | I-7, I-11 | `mirror`, `quiescence` | a trade enters the ledger once, with an id of the venue's
//! |
//! | I-8, I-10 | `mirror`, `quiescence` | a second ledger, from the journal alone, equals the
//! engine's |
//! | I-9 | `quiescence` | trades and balances equal the venue's to the last unit |
//! | I-12, I-13, I-14 | `gate` | no order above the limits of size and value leaves; buys are
//! funded |
//! | I-15 | `gate` | halted: nothing leaves that could buy |
//! | I-16 | `bot` | a durable halt is a halt after a restart |
//! | I-17 | `gate` | nothing leaves that the venue was said not to take |
//! | I-18 | `gate` | no entry leaves without a price that is proved |
//! | I-19 | `gate` | each order has a deadline that is neither past nor a minute away |
//! | I-20, I-21 | `limits` | modelled counters are within their limits |
//! | I-22 | `limits` | the venue never refuses for its rate; our pair counters are not below its
//! own; what its switch has canceled and nobody was told of yet is covered by what is kept for it |
//! | I-23 | `limits` | connection attempts in ten minutes, across restarts |
//! | I-24 | `gate` | nonces grow, across restarts |
//! | I-25 | `bot` | the journal decides as the process did (recovery compares), else it does not
//! start |
//! | I-26 | `bot` | from a snapshot and from the beginning: one state |
//! | I-27 | `bot` | an unknown order is resolved, or a person is told within a minute |
//! | I-28 | `bot` | no alarm of the order table but after a fault that makes one |
//! | I-29 | `venue` | what was proved never to have existed never does |
//! | I-30 | `quiescence` | each move from outside is in the ledger, or entries are blocked |
//! | I-31 | - | bounds are constants with names, each tested where it stands |
//! | I-32, I-33 | `venue` | nothing rests a minute after a death, where that was chosen |
//! | I-34 | `quiescence` | after a halt nothing is open and nothing is held that can be sold |
//! | I-35 | `gate` | prices and quantities are on their steps |
//! | I-36 | `gate` | no secret in a record, an alert or a frame |
//! | I-37 | - | silence bounds are the session's; its own tests have them |
//! | I-38 | `bot` | no quote is crossed |
//! | I-39 | `bot` | a critical alert nobody answered for five minutes halts |
//! | I-40 | `quiescence` | after the faults stop the bot is ready, or halted with a reason |
//! | I-41 | `--twice` | one seed, two processes, one hash |
//! | I-42 | `quiescence` | a foreign trade is explained, and its pair blocked until somebody looked
//! |

mod bot;
mod gate;
mod limits;
mod mirror;
mod quiescence;
mod venue;

use std::collections::{BTreeMap, BTreeSet};

use kraken_protocol::scheduler::Gauge;
use simulated_kraken::{Fault, SimulatedKraken, TrueOrder};
use trading_engine::RiskLimits;
use trading_types::{ClientOrderId, Pair, PairRules, Timestamp};

use self::{bot::BotWatch, gate::Gate, limits::Limits, mirror::Mirror, venue::VenueWatch};
use crate::{options::Options, setup, tally::Tally};

pub(crate) use self::quiescence::Ending;

/// What was found to be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which invariant, by its number.
    pub invariant: &'static str,
    /// After how many events.
    pub step: u64,
    /// What does not fit.
    pub what: String,
}

/// The checker.
#[derive(Debug)]
pub(crate) struct Checker {
    /// Our orders' ids begin with this.
    session: u64,
    rules: BTreeMap<Pair, PairRules>,
    risk: RiskLimits,
    faults: BTreeSet<Fault>,
    secret: String,
    gate: Gate,
    mirror: Mirror,
    venue: VenueWatch,
    bot: BotWatch,
    limits: Limits,
    /// Pairs of which people were told that something could not be sold.
    residual: BTreeSet<Pair>,
    /// What people were told of orders of unknown outcome, over all processes.
    told_of_unknown: String,
    /// How often the venue's own clock has jumped, and when that was seen last.
    clock_jumps: (u64, Timestamp),
    broken: Option<(&'static str, String)>,
}

/// What the checker looks at besides what it is told.
pub(crate) struct Look<'a> {
    pub(crate) kraken: &'a SimulatedKraken,
    /// The bot, while there is one.
    pub(crate) bot: Option<&'a bot_machine::Bot>,
    pub(crate) now: Timestamp,
}

impl Checker {
    pub(crate) fn new(session: u64, options: &Options, secret: &str) -> Self {
        let rules = crate::market::rules(&options.market).into_iter();
        Self {
            session,
            rules: rules.map(|(rules, _)| (rules.pair, rules)).collect(),
            risk: setup::risk_limits(),
            faults: options.faults.iter().map(|(fault, _)| *fault).collect(),
            secret: secret.to_owned(),
            gate: Gate::default(),
            mirror: Mirror::default(),
            venue: VenueWatch::default(),
            bot: BotWatch::default(),
            limits: Limits::default(),
            residual: BTreeSet::new(),
            told_of_unknown: String::new(),
            clock_jumps: (0, Timestamp::EPOCH),
            broken: None,
        }
    }

    /// What is wrong, if anything is; the first thing that was found.
    pub(crate) const fn broken(&self) -> Option<&(&'static str, String)> {
        self.broken.as_ref()
    }

    pub(crate) fn broke(&mut self, invariant: &'static str, what: String) {
        self.broken.get_or_insert((invariant, what));
    }

    /// How many orders have left.
    pub(crate) fn sends(&self) -> u64 {
        self.gate.sends()
    }

    fn is_on(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Whether an order at the venue is one of the bot's, and which.
    fn ours(&self, order: &TrueOrder) -> Option<ClientOrderId> {
        let id: ClientOrderId = order.client.as_deref()?.parse().ok()?;
        (ClientOrderId::new(self.session, id.sequence()) == id).then_some(id)
    }

    /// Something happened anywhere: looks at everything that may have changed.
    pub(crate) fn look(&mut self, look: &Look<'_>, tally: &mut Tally) {
        self.look_at_venue(look, tally);
        self.look_at_bot(look, tally);
    }

    /// The budgets, as our limiter has them.
    pub(crate) fn look_at_gauges(&mut self, gauges: &[Gauge], look: &Look<'_>) {
        self.check_gauges(gauges, look);
    }
}
