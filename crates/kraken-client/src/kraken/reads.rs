//! Questions that share calls: an answer is good for a while, who asks at the same moment shares a
//! call, and many pairs go in one.
//!
//! **Law.** Nobody waits for an answer that will not come: a call that ends without one, however it
//! ends, sets its questions free.

use std::{collections::BTreeMap, sync::Mutex};

use kraken_protocol::{
    request::Request,
    rest::market::{self, Ticker},
    scheduler::{KeepAnswers, ReadDesk, Standing, Subject},
};
use tokio::sync::Notify;
use trading_types::Pair;

use super::{Kraken, KrakenError, lock};

/// What is known, and who waits.
#[derive(Debug)]
pub(super) struct Reads {
    desk: Mutex<ReadDesk<Ticker>>,
    news: Notify,
}

impl Reads {
    pub(super) fn new(keep: KeepAnswers) -> Self {
        Self { desk: Mutex::new(ReadDesk::new(keep)), news: Notify::new() }
    }
}

/// A call that is to answer these questions. However it ends, they are free when it is gone.
struct Asking<'a> {
    reads: &'a Reads,
    subjects: Vec<Subject>,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        lock(&self.reads.desk).failed(&self.subjects);
        self.reads.news.notify_waiters();
    }
}

impl Kraken {
    /// The tickers of these pairs, from memory as far as they are fresh.
    pub(super) async fn read_tickers(
        &self,
        pairs: &[Pair],
    ) -> Result<BTreeMap<Pair, Ticker>, KrakenError> {
        loop {
            let news = self.reads.news.notified();
            let mut news = std::pin::pin!(news);
            // From here on no news is missed.
            news.as_mut().enable();
            let known = self.known_tickers(pairs);
            if known.len() == pairs.len() {
                return Ok(known);
            }
            // Whoever asks at this moment, too, shares the call.
            tokio::task::yield_now().await;
            let next = lock(&self.reads.desk).next_call();
            match next {
                Some(subjects) => self.ask_tickers(subjects).await?,
                None => news.await,
            }
        }
    }

    fn known_tickers(&self, pairs: &[Pair]) -> BTreeMap<Pair, Ticker> {
        let now = self.calls.clock().now();
        let mut desk = lock(&self.reads.desk);
        let known = pairs.iter().filter_map(|pair| match desk.ask(Subject::Ticker(*pair), now) {
            Standing::Known { value, .. } => Some((*pair, value)),
            Standing::OnSocket | Standing::Coming | Standing::Due => None,
        });
        known.collect()
    }

    async fn ask_tickers(&self, subjects: Vec<Subject>) -> Result<(), KrakenError> {
        let pairs: Vec<Pair> = subjects
            .iter()
            .filter_map(|subject| match subject {
                Subject::Ticker(pair) => Some(*pair),
                Subject::PairRules
                | Subject::Assets
                | Subject::SystemStatus
                | Subject::Balances
                | Subject::Fees(_) => None,
            })
            .collect();
        let asking = Asking { reads: &self.reads, subjects };
        let names: Vec<_> = pairs.iter().filter_map(|pair| self.names.name(*pair)).collect();
        let reply = self.public(Request::ticker(&names)).await?;
        let told: BTreeMap<Pair, Ticker> =
            market::tickers(&reply.result, &self.names)?.into_iter().collect();
        if let Some(missing) = pairs.iter().find(|pair| !told.contains_key(*pair)) {
            return Err(KrakenError::UnknownPair(missing.to_string()));
        }
        let mut desk = lock(&self.reads.desk);
        for (pair, ticker) in told {
            desk.answered(Subject::Ticker(pair), ticker, reply.received);
        }
        drop(desk);
        drop(asking);
        Ok(())
    }
}
