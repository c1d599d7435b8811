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

/// There is one client, with one key, at one address.
const WHOSE: &str = "the client";
/// Clocks differ by at most this much.
const CLOCK_OFFSET_MAX: Duration = Duration::from_millis(500);
const ARTICLE_UNITS_PER_MINUTE: u64 = 15 + 20;

/// The other side.
#[derive(Debug)]
pub(crate) struct Venue {
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

impl Venue {
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

    /// A call arrives.
    pub(crate) fn receive(&mut self, call: &Call, now: Timestamp) -> Outcome {
        let counted = self.count(call, now);
        match counted.and_then(|()| self.trade(call, now)) {
            Ok(outcome) => outcome,
            Err(exceeded) => Outcome::Exceeded(exceeded),
        }
    }

    /// An order fills, if it is still open.
    pub(crate) fn fill(&mut self, pair: Pair, order: OrderNumber) {
        if let Some(book) = self.books.get_mut(&pair)
            && book.open.remove(&order)
        {
            book.counter.closed(name(order));
            self.notices.push(Notice { pair, order, fate: Fate::Closed });
        }
    }

    /// What became of orders since it was last asked.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        mem::take(&mut self.notices)
    }

    /// The highest that the key's counter ever was; nothing where there is none.
    pub(crate) fn private_peak(&self) -> Option<Points> {
        match &self.rules {
            Rules::Documented(counter) => Some(counter.peak()),
            Rules::Article(..) => None,
        }
    }

    /// The highest that the counter of any pair ever was.
    pub(crate) fn trading_peak(&self) -> Option<Points> {
        self.books.values().map(|book| book.counter.peak()).max()
    }

    /// Millionths of what there was to spend within `length` from `start`, from idle, that accepted
    /// calls spent of the key's counter, or of the article's windows that lie in that time in part.
    pub(crate) fn used_millionths(&self, start: Timestamp, length: Duration) -> u64 {
        let budget = match &self.rules {
            Rules::Article(_, ahead) => {
                let minute = |at: Timestamp| (at + *ahead - CLOCK_OFFSET_MAX).seconds() / 60;
                let minutes = minute(start + length) - minute(start) + 1;
                u128::from(minutes * ARTICLE_UNITS_PER_MINUTE) * 1_000_000
            }
            Rules::Documented(_) => {
                let decay = self.tier.private_decay_hundredths();
                self.tier.private_max().millionths() + drained(decay, length)
            }
        };
        millionths(self.spent, budget)
    }

    /// Millionths of what there was to spend within `length` from idle, that accepted transactions
    /// spent of the counters of the pairs they touched; nothing where none was touched.
    pub(crate) fn traded_millionths(&self, length: Duration) -> Option<u64> {
        let decay = self.tier.trading_decay_hundredths();
        let pair = self.tier.trading_threshold().millionths() + drained(decay, length);
        let budget: u128 = self.books.values().map(|_| pair).sum();
        (0 < budget).then(|| millionths(self.traded, budget))
    }

    /// The limits of addresses, keys and accounts.
    fn count(&mut self, call: &Call, now: Timestamp) -> Result<(), Exceeded> {
        let is_public = call.purpose == Purpose::Public;
        match &mut self.rules {
            Rules::Article(windows, ahead) => {
                let now = now + *ahead - CLOCK_OFFSET_MAX;
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

fn millionths(used: Points, budget: u128) -> u64 {
    let share = used.millionths() * 1_000_000 / budget;
    u64::try_from(share).expect("nobody spends a budget millions of times")
}

#[cfg(test)]
mod tests;
