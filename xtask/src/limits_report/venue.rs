//! Kraken, as far as its limits go: takes calls as they arrive and says which it refuses.
//!
//! Refused calls are free here. Kraken may charge them too; then who is refused once is refused
//! more often, so the violations of this report are the fewest that are possible.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    time::Duration,
};

use simulated_limits::{
    ArticleWindows, DecayMode, Exceeded, Points, PrivateCounter, PrivateLimits, Tier,
    TradingCounter, TradingLimits, Transaction, Validity, private_cost,
};
use trading_types::{Pair, Timestamp, VenueOrderId};

use super::client::{Call, Fate, Notice, OrderNumber, Outcome, Purpose, Transport};

/// The other side of the network: Kraken's limits by themselves, or behind Kraken's whole wire.
pub(crate) trait Venue {
    /// A call arrives.
    fn receive(&mut self, call: &Call, now: Timestamp) -> Outcome;

    /// An order fills, if one is still open: this one, or the one that is first in its queue.
    fn fill(&mut self, pair: Pair, order: OrderNumber, now: Timestamp);

    /// What became of orders since it was last asked.
    fn take_notices(&mut self) -> Vec<Notice>;

    /// The highest that the key's counter ever was; nothing where there is none.
    fn private_peak(&self) -> Option<Points>;

    /// The highest that the counter of any pair ever was.
    fn trading_peak(&self) -> Option<Points>;

    /// Millionths of what there was to spend within `length` from `start`, from idle, that accepted
    /// calls spent of the key's counter, or of the article's windows that lie in that time in part.
    fn used_millionths(&self, start: Timestamp, length: Duration) -> u64;

    /// Millionths of what there was to spend within `length` from idle, that accepted transactions
    /// spent of the counters of the pairs they touched; nothing where none was touched.
    fn traded_millionths(&self, length: Duration) -> Option<u64>;

    /// What the venue itself counted, where it does.
    fn statistics(&self) -> Option<serde_json::Value> {
        None
    }
}

/// There is one client, with one key, at one address.
const WHOSE: &str = "the client";
/// Clocks differ by at most this much.
const CLOCK_OFFSET_MAX: Duration = Duration::from_millis(500);
const ARTICLE_UNITS_PER_MINUTE: u64 = 15 + 20;

/// Kraken's limits by themselves.
#[derive(Debug)]
pub(crate) struct BareLimits {
    tier: Tier,
    decay: DecayMode,
    rules: Rules,
    books: BTreeMap<Pair, Book>,
    /// What accepted calls have cost where they are counted by key, address or account.
    spent: Points,
    /// What accepted transactions have cost on the counters of their pairs.
    traded: Points,
    notices: Vec<Notice>,
}

#[derive(Debug)]
enum Rules {
    Documented(PrivateCounter),
    /// The windows, and how far their clock is ahead of ours, plus [`CLOCK_OFFSET_MAX`].
    Article(ArticleWindows, Duration),
}

/// A pair's counter and open orders.
#[derive(Debug)]
struct Book {
    counter: TradingCounter,
    open: BTreeSet<OrderNumber>,
}

impl BareLimits {
    /// Kraken as documented.
    pub(crate) fn documented(tier: Tier, decay: DecayMode) -> Self {
        let limits =
            PrivateLimits { decay, refused_calls_count: false, ..PrivateLimits::documented(tier) };
        Self::new(tier, decay, Rules::Documented(PrivateCounter::new(limits)))
    }

    /// The article's windows. Their clock is `ahead` of ours, less half a second.
    pub(crate) fn article(tier: Tier, ahead: Duration) -> Self {
        assert!(ahead <= 2 * CLOCK_OFFSET_MAX, "a clock is at most half a second off");
        let rules = Rules::Article(ArticleWindows::default(), ahead);
        Self::new(tier, DecayMode::Continuous, rules)
    }

    const fn new(tier: Tier, decay: DecayMode, rules: Rules) -> Self {
        let (spent, traded) = (Points::ZERO, Points::ZERO);
        Self { tier, decay, rules, books: BTreeMap::new(), spent, traded, notices: Vec::new() }
    }

    /// The limits of addresses, keys and accounts.
    fn count(&mut self, call: &Call, now: Timestamp) -> Result<(), Exceeded> {
        let is_public = call.purpose == Purpose::Public;
        match &mut self.rules {
            Rules::Article(windows, ahead) => {
                let now = by_clock(now, *ahead);
                if is_public {
                    windows.public_call(WHOSE, 1, now)?;
                } else if call.transport == Transport::Rest {
                    windows.private_call(WHOSE, 1, now)?;
                } else {
                    return Ok(());
                }
                self.spent += Points::whole(1);
            }
            Rules::Documented(counter) => {
                assert!(!is_public, "public calls are made under the article's rules only");
                if call.transport == Transport::Rest {
                    counter.call(call.endpoint, now)?;
                    self.spent += private_cost(call.endpoint);
                }
            }
        }
        Ok(())
    }

    /// The limits of a pair's orders, where a call touches any.
    fn trade(&mut self, call: &Call, now: Timestamp) -> Result<Outcome, Exceeded> {
        match (call.purpose, call.pair, call.order) {
            (Purpose::Halt, _, _) => self.cancel_all(now),
            (Purpose::Place, Some(pair), Some(order)) => {
                self.transact(pair, Transaction::Add(name(order)), now)?;
                self.book(pair).open.insert(order);
                self.notices.push(Notice { pair, order, fate: Fate::Opened });
                Ok(Outcome::Accepted)
            }
            (Purpose::Amend, Some(pair), Some(order)) => {
                self.transact(pair, Transaction::Amend(name(order)), now)?;
                Ok(done(self.book(pair).open.contains(&order)))
            }
            (Purpose::Cancel, Some(pair), Some(order)) => {
                self.transact(pair, Transaction::Cancel(name(order)), now)?;
                let was_open = self.book(pair).open.remove(&order);
                if was_open {
                    self.notices.push(Notice { pair, order, fate: Fate::Closed });
                }
                Ok(done(was_open))
            }
            (Purpose::Account | Purpose::Public, _, _) => Ok(Outcome::Accepted),
            (Purpose::Place | Purpose::Amend | Purpose::Cancel, _, _) => {
                unreachable!("{call:?} names no order of a pair")
            }
        }
    }

    fn cancel_all(&mut self, now: Timestamp) -> Result<Outcome, Exceeded> {
        let pairs: Vec<Pair> = self.books.keys().copied().collect();
        for pair in pairs {
            self.transact(pair, Transaction::CancelAll, now)?;
            for order in mem::take(&mut self.book(pair).open) {
                self.notices.push(Notice { pair, order, fate: Fate::Closed });
            }
        }
        Ok(Outcome::Accepted)
    }

    fn transact(
        &mut self,
        pair: Pair,
        transaction: Transaction<'_>,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        let counter = &mut self.book(pair).counter;
        let before = counter.level(now);
        counter.receive(transaction, Validity::Valid, now)?;
        let cost = counter.level(now).minus(before);
        self.traded += cost;
        Ok(())
    }

    fn book(&mut self, pair: Pair) -> &mut Book {
        let limits = TradingLimits {
            decay: self.decay,
            refused_transactions_count: false,
            ..TradingLimits::documented(self.tier)
        };
        self.books
            .entry(pair)
            .or_insert_with(|| Book { counter: TradingCounter::new(limits), open: BTreeSet::new() })
    }
}

impl Venue for BareLimits {
    fn receive(&mut self, call: &Call, now: Timestamp) -> Outcome {
        let counted = self.count(call, now);
        match counted.and_then(|()| self.trade(call, now)) {
            Ok(outcome) => outcome,
            Err(exceeded) => Outcome::Exceeded(exceeded),
        }
    }

    fn fill(&mut self, pair: Pair, order: OrderNumber, _now: Timestamp) {
        if let Some(book) = self.books.get_mut(&pair)
            && book.open.remove(&order)
        {
            book.counter.closed(name(order));
            self.notices.push(Notice { pair, order, fate: Fate::Closed });
        }
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        mem::take(&mut self.notices)
    }

    fn private_peak(&self) -> Option<Points> {
        match &self.rules {
            Rules::Documented(counter) => Some(counter.peak()),
            Rules::Article(..) => None,
        }
    }

    fn trading_peak(&self) -> Option<Points> {
        self.books.values().map(|book| book.counter.peak()).max()
    }

    fn used_millionths(&self, start: Timestamp, length: Duration) -> u64 {
        let budget = match &self.rules {
            Rules::Article(_, ahead) => article_budget(*ahead, start, length),
            Rules::Documented(_) => private_budget(self.tier, length),
        };
        millionths(self.spent, budget)
    }

    fn traded_millionths(&self, length: Duration) -> Option<u64> {
        let decay = self.tier.trading_decay_hundredths();
        let pair = self.tier.trading_threshold().millionths() + drained(decay, length);
        let budget: u128 = self.books.values().map(|_| pair).sum();
        (0 < budget).then(|| millionths(self.traded, budget))
    }
}

const fn done(was_open: bool) -> Outcome {
    if was_open { Outcome::Accepted } else { Outcome::Refused }
}

/// Kraken's name for an order.
fn name(order: OrderNumber) -> VenueOrderId {
    format!("O{order}").parse().expect("a number is short")
}

/// Millionths of a point that a decay makes in a length of time.
fn drained(hundredths_per_second: u32, length: Duration) -> u128 {
    u128::from(hundredths_per_second) * length.as_nanos() / 100_000
}

/// Millionths of a point that a key may spend in a length of time, from idle.
pub(crate) fn private_budget(tier: Tier, length: Duration) -> u128 {
    tier.private_max().millionths() + drained(tier.private_decay_hundredths(), length)
}

/// Millionths of the article's units in the minutes that a length of time touches, by a clock that
/// is so far `ahead`, less half a second.
pub(crate) fn article_budget(ahead: Duration, start: Timestamp, length: Duration) -> u128 {
    let minute = |at: Timestamp| (by_clock(at, ahead)).seconds() / 60;
    let minutes = minute(start + length) - minute(start) + 1;
    u128::from(minutes * ARTICLE_UNITS_PER_MINUTE) * 1_000_000
}

/// The time by a clock that is so far `ahead`, less half a second.
pub(crate) fn by_clock(now: Timestamp, ahead: Duration) -> Timestamp {
    now + ahead - CLOCK_OFFSET_MAX
}

/// How much of a budget was used, in millionths.
pub(crate) fn millionths(used: Points, budget: u128) -> u64 {
    let share = used.millionths() * 1_000_000 / budget;
    u64::try_from(share).expect("nobody spends a budget millions of times")
}

#[cfg(test)]
mod tests;
