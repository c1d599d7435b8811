//! The exchange behind the wire: accounts, orders, trades, ledger, market data, and the counters of
//! each account's pairs. It knows nothing of keys, requests or frames.

use std::collections::{BTreeMap, VecDeque};

use exchange_simulator::BookExchange;
use trading_types::{Pair, Timestamp};

use crate::{settings::Settings, venue::notice::Notice};

pub(crate) mod notice;
pub(crate) mod records;
pub(crate) mod requests;

/// The exchange behind the wire.
#[derive(Debug)]
pub(crate) struct Venue {
    exchange: BookExchange,
    notices: VecDeque<Notice>,
}

impl Venue {
    pub(crate) fn new(settings: &Settings, now: Timestamp) -> Self {
        use exchange_simulator::{BookSettings, Latency};
        let rules = settings.markets.iter().map(|market| market.rules.clone()).collect();
        let (latency, intervals) = (Latency::NONE, Vec::new());
        let book = BookSettings { rules, latency, intervals, seed: settings.seed };
        Self { exchange: BookExchange::new(book, now), notices: VecDeque::new() }
    }

    /// Lets everything happen that is due.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) {
        self.exchange.handle_timeout(now);
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        self.exchange.next_timeout()
    }

    /// The next thing that happened.
    pub(crate) fn poll_notice(&mut self) -> Option<Notice> {
        self.notices.pop_front()
    }

    /// The highest level of any account's counter, by pair.
    pub(crate) fn counter_peaks(&self) -> BTreeMap<Pair, String> {
        BTreeMap::new()
    }
}
