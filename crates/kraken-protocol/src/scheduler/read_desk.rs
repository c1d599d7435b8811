//! Which questions need a call at all: answers are kept for a while, equal questions share one
//! call, many pairs go in one, and what a socket tells is not asked.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Pair, Timestamp};

use crate::endpoint::Endpoint;

/// What somebody wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// Best prices and the last trade of a pair.
    Ticker(Pair),
    /// The rules of all pairs.
    PairRules,
    /// All assets.
    Assets,
    /// What state Kraken is in.
    SystemStatus,
    /// What the account holds.
    Balances,
    /// The fees of the account on a pair.
    Fees(Pair),
}

impl Subject {
    /// The endpoint that tells it.
    pub const fn endpoint(self) -> Endpoint {
        match self {
            Self::Ticker(_) => Endpoint::Ticker,
            Self::PairRules => Endpoint::AssetPairs,
            Self::Assets => Endpoint::Assets,
            Self::SystemStatus => Endpoint::SystemStatus,
            Self::Balances => Endpoint::BalanceEx,
            Self::Fees(_) => Endpoint::TradeVolume,
        }
    }

    /// Whether one call can tell it for several pairs.
    const fn is_by_pair(self) -> bool {
        match self {
            Self::Ticker(_) | Self::Fees(_) => true,
            Self::PairRules | Self::Assets | Self::SystemStatus | Self::Balances => false,
        }
    }
}

/// How long answers are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepAnswers {
    /// Prices. Kraken's own edge keeps them for a second.
    pub ticker: Duration,
    /// Pairs, assets and fees.
    pub metadata: Duration,
    /// Balances.
    pub balances: Duration,
    /// Kraken's state.
    pub status: Duration,
}

impl Default for KeepAnswers {
    fn default() -> Self {
        Self {
            ticker: Duration::from_secs(30),
            metadata: Duration::from_hours(24),
            balances: Duration::from_secs(10),
            status: Duration::from_secs(30),
        }
    }
}

/// How a question stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<V> {
    /// It was answered, and the answer is still good.
    Known {
        /// The answer.
        value: V,
        /// When it came.
        at: Timestamp,
    },
    /// A socket tells it: ask the socket's last word.
    OnSocket,
    /// A call that will tell it waits or is under way.
    Coming,
    /// A call has to be made: see [`ReadDesk::next_call`].
    Due,
}

/// The most pairs in one call; the address of a longer list would not fit everywhere.
const PAIRS_MAX: usize = 100;

#[derive(Clone, Debug)]
struct Row<V> {
    answer: Option<(V, Timestamp)>,
    on_socket: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Wished,
    Asked,
}

/// Every question that was ever asked, and how it stands.
#[derive(Clone, Debug)]
pub struct ReadDesk<V> {
    keep: KeepAnswers,
    rows: BTreeMap<Subject, Row<V>>,
}

impl<V: Clone> ReadDesk<V> {
    /// No question yet.
    pub const fn new(keep: KeepAnswers) -> Self {
        Self { keep, rows: BTreeMap::new() }
    }

    /// Asks; a question that needs a call is remembered until [`Self::next_call`].
    pub fn ask(&mut self, subject: Subject, now: Timestamp) -> Standing<V> {
        let good_for = self.good_for(subject);
        let row = self.row(subject);
        if row.on_socket {
            return Standing::OnSocket;
        }
        if let Some((value, at)) = row.answer.as_ref().filter(|(_, at)| now < *at + good_for) {
            return Standing::Known { value: value.clone(), at: *at };
        }
        match row.state {
            State::Asked => Standing::Coming,
            State::Wished | State::Idle => {
                row.state = State::Wished;
                Standing::Due
            }
        }
    }

    /// The questions that the next call should answer, all of one endpoint.
    pub fn next_call(&mut self) -> Option<Vec<Subject>> {
        let is_wished = |(_, row): &(&Subject, &Row<V>)| row.state == State::Wished;
        let first = *self.rows.iter().find(is_wished)?.0;
        let same = |subject: Subject| first.is_by_pair() && subject.endpoint() == first.endpoint();
        let wished = self.rows.iter().filter(is_wished).map(|(subject, _)| *subject);
        let together: Vec<Subject> =
            wished.filter(|it| *it == first || same(*it)).take(PAIRS_MAX).collect();
        for subject in &together {
            self.row(*subject).state = State::Asked;
        }
        Some(together)
    }

    /// An answer came.
    pub fn answered(&mut self, subject: Subject, value: V, now: Timestamp) {
        let row = self.row(subject);
        row.answer = Some((value, now));
        row.state = State::Idle;
    }

    /// A call for these came to nothing; asking again makes another.
    pub fn failed(&mut self, subjects: &[Subject]) {
        for subject in subjects {
            self.row(*subject).state = State::Idle;
        }
    }

    /// A socket begins or ceases to tell it.
    pub fn socket_tells(&mut self, subject: Subject, tells: bool) {
        self.row(subject).on_socket = tells;
    }

    const fn good_for(&self, subject: Subject) -> Duration {
        match subject {
            Subject::Ticker(_) => self.keep.ticker,
            Subject::PairRules | Subject::Assets | Subject::Fees(_) => self.keep.metadata,
            Subject::Balances => self.keep.balances,
            Subject::SystemStatus => self.keep.status,
        }
    }

    fn row(&mut self, subject: Subject) -> &mut Row<V> {
        let fresh = || Row { answer: None, on_socket: false, state: State::Idle };
        self.rows.entry(subject).or_insert_with(fresh)
    }
}

#[cfg(test)]
mod tests;
