//! Kraken in a few words: balances, prices, orders, each a method. Every call keeps every limit,
//! and no order is ever sent twice.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use kraken_client::{Kraken, Outcome};
//!
//! let kraken = Kraken::from_env().await?;
//! println!("{}", kraken.ticker("BTC/USD").await?.last);
//! match kraken.buy_limit("BTC/USD", "0.001", "45000").await? {
//!     Outcome::Placed { order, .. } => println!("{order} rests"),
//!     Outcome::Unclear { order, why } => println!("look {order} up first: {why}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **Law.** A `Kraken` with a key exists only if the key's audit went well. Texts become numbers
//! exactly or are refused.

mod builder;
mod error;
mod placing;
mod reads;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kraken_protocol::{
    clock_offset::{Ahead, ClockOffset, ClockSample},
    key_audit::{KeyAudit, Wanted},
    limits::KeyRole,
    request::Request,
    rest::{
        PairName, PairNames,
        account::{self, Balance},
        market::{self, Candles, Ticker, pairs::PairInfo},
    },
    scheduler::Lane,
};
use trading_types::{ClientOrderId, Interval, Pair, Timestamp};

use self::reads::Reads;
pub use self::{
    builder::{KrakenBuilder, OpenError},
    error::KrakenError,
    placing::Outcome,
};
use crate::{
    audit::{self, AuditError},
    calls::{CallError, Calls, Learned, Reply},
};

/// `Time` tells whole seconds.
const TIME_UNIT: Duration = Duration::from_secs(1);

/// A way to Kraken, with a key or without.
#[derive(Debug)]
pub struct Kraken {
    calls: Calls,
    key: Option<Wanted>,
    names: PairNames,
    pairs: BTreeMap<Pair, PairInfo>,
    offset: Mutex<ClockOffset>,
    /// What all names of our orders share, and the number of the next.
    session: u64,
    next_order: AtomicU64,
    /// Orders of ours that may rest, and when each was placed.
    resting: Mutex<BTreeMap<ClientOrderId, Timestamp>>,
    reads: Reads,
}

impl Kraken {
    /// With the trade key from systemd's credentials or the environment (`KRAKEN_API_KEY` and
    /// `KRAKEN_API_SECRET`), once its audit has gone well. What is spent is remembered in the
    /// user's state folder.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let kraken = kraken_client::Kraken::from_env().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn from_env() -> Result<Self, OpenError> {
        Self::builder().key_from_environment().usual_state_folder().open().await
    }

    /// With settings of your own, or without a key.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let kraken = kraken_client::Kraken::builder().open().await?;
    /// println!("{}", kraken.ticker("ETH/EUR").await?.last);
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> KrakenBuilder {
        KrakenBuilder::default()
    }

    /// All balances, with what open orders hold and what a new order can spend.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// for balance in kraken.balance().await? {
    ///     println!("{} {} of {}", balance.asset, balance.spendable, balance.total);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn balance(&self) -> Result<Vec<Balance>, KrakenError> {
        let reply = self.private(Request::balance_ex(), Lane::Statistics).await?;
        Ok(account::balance_ex(&reply.result, &self.names)?)
    }

    /// Best prices and the day's figures of a pair, no older than thirty seconds: what was asked
    /// lately is not asked again, and who asks at the same moment shares a call.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// println!("{}", kraken.ticker("BTC/USD").await?.last);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ticker(&self, pair: &str) -> Result<Ticker, KrakenError> {
        let wanted = self.pair(pair)?;
        let mut tickers = self.read_tickers(&[wanted]).await?;
        tickers.remove(&wanted).ok_or_else(|| KrakenError::UnknownPair(pair.to_owned()))
    }

    /// The same for several pairs in one call; for all of them when none is named.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// for (pair, ticker) in kraken.tickers(&["BTC/USD", "ETH/USD"]).await? {
    ///     println!("{pair} {}", ticker.last);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn tickers(&self, pairs: &[&str]) -> Result<BTreeMap<Pair, Ticker>, KrakenError> {
        if pairs.is_empty() {
            let reply = self.public(Request::ticker(&[])).await?;
            return Ok(market::tickers(&reply.result, &self.names)?.into_iter().collect());
        }
        let wanted: Result<BTreeSet<Pair>, _> = pairs.iter().map(|pair| self.pair(pair)).collect();
        self.read_tickers(&Vec::from_iter(wanted?)).await
    }

    /// The latest candles of a pair, at most 720, of so many minutes each.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// let candles = kraken.candles("BTC/USD", 60).await?;
    /// println!("{} closed candles", candles.closed.len());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn candles(&self, pair: &str, minutes: u32) -> Result<Candles, KrakenError> {
        let interval = Interval::from_minutes(minutes)?;
        let reply = self.public(Request::candles(self.name(pair)?, interval, None)?).await?;
        Ok(market::candles(&reply.result, &self.names)?)
    }

    /// Asks Kraken again what the key may do; a key that may now do too much is not used any more.
    /// To be done every hour and whenever a permission is denied.
    ///
    /// ```no_run
    /// # async fn example(kraken: kraken_client::Kraken)
    /// # -> Result<(), kraken_client::audit::AuditError> {
    /// kraken.audit_key().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn audit_key(&self) -> Result<KeyAudit, AuditError> {
        let wanted = self.key.ok_or(CallError::NoKey(KeyRole::Trade))?;
        audit::admit(&self.calls, wanted).await
    }

    /// Asks Kraken what time it is, and says how far our clocks may be apart.
    ///
    /// ```no_run
    /// # use kraken_client::{Kraken, KrakenError};
    /// # async fn example(kraken: Kraken) -> Result<(), KrakenError> {
    /// println!("Kraken has {}", kraken.time().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn time(&self) -> Result<Timestamp, KrakenError> {
        let reply = self.public(Request::time()).await?;
        let shown = market::time(&reply.result)?;
        let Reply { sent, received, .. } = reply;
        let sample = ClockSample { sent, received, shown, unit: TIME_UNIT };
        let ahead = {
            let mut offset = lock(&self.offset);
            offset.observe(sample);
            offset.ahead(received)
        };
        if let Some(ahead) = ahead.filter(Ahead::is_alarming) {
            let (least, most) = (ahead.least, ahead.most);
            tracing::error!(least, most, "Kraken's clock and ours are more than a second apart");
        }
        if let Some(ahead) = ahead {
            self.calls.learn(Learned::ClockError(ahead.apart_max())).await;
        }
        Ok(self.kraken_time())
    }

    /// The calls behind it: budgets, what waits, and calls that have no method here.
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// What Kraken's clock shows now, as far as we know.
    fn kraken_time(&self) -> Timestamp {
        let now = self.calls.clock().now();
        lock(&self.offset).ahead(now).map_or(now, |ahead| ahead.kraken_time(now))
    }

    fn pair(&self, text: &str) -> Result<Pair, KrakenError> {
        let found = text.parse().ok().filter(|pair| self.names.name(*pair).is_some());
        let found = found.or_else(|| self.names.pair(text));
        found.ok_or_else(|| KrakenError::UnknownPair(text.chars().take(40).collect()))
    }

    fn name(&self, text: &str) -> Result<PairName, KrakenError> {
        let unknown = || KrakenError::UnknownPair(text.chars().take(40).collect());
        self.names.name(self.pair(text)?).ok_or_else(unknown)
    }

    fn next_id(&self) -> ClientOrderId {
        ClientOrderId::new(self.session, self.next_order.fetch_add(1, Ordering::Relaxed))
    }

    async fn public(&self, request: Request) -> Result<Reply, KrakenError> {
        Ok(self.calls.public(request, Lane::Statistics).await?)
    }

    fn role(&self) -> KeyRole {
        // Without a key the call says that there is none.
        self.key.map_or(KeyRole::Trade, |wanted| wanted.role)
    }

    async fn private(&self, request: Request, lane: Lane) -> Result<Reply, KrakenError> {
        Ok(self.calls.private(request, self.role(), lane).await?)
    }
}

/// Locks what no holder leaves half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
