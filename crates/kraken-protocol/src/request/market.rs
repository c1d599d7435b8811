//! Calls about the market, which need no key
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).

use trading_types::{Interval, Timestamp};

use super::{Request, RequestError, check_count};
use crate::{endpoint::Endpoint, rest::PairName};

/// The most levels that `Depth` gives.
const DEPTH_MAX: usize = 500;
/// The most rows that `Trades` gives.
const TRADES_MAX: usize = 1_000;
/// A candle length of the archives that the interface does not have.
const ARCHIVE_ONLY_MINUTES: u32 = 720;

impl Request {
    /// Kraken's clock.
    pub fn time() -> Self {
        Self::form(Endpoint::Time, Vec::new())
    }

    /// What Kraken takes at the moment.
    pub fn system_status() -> Self {
        Self::form(Endpoint::SystemStatus, Vec::new())
    }

    /// All assets.
    pub fn assets() -> Self {
        Self::form(Endpoint::Assets, Vec::new())
    }

    /// All pairs with their rules.
    pub fn asset_pairs() -> Self {
        Self::form(Endpoint::AssetPairs, Vec::new())
    }

    /// Best prices and the day's figures of these pairs in one call; of all pairs when none is
    /// named.
    pub fn ticker(pairs: &[PairName]) -> Self {
        let parameters = match pairs {
            [] => Vec::new(),
            _ => vec![("pair", joined(pairs))],
        };
        let request = Self::form(Endpoint::Ticker, parameters);
        match pairs {
            [only] => request.on(only.pair()),
            _ => request,
        }
    }

    /// The last 720 candles and the running one; with `since` only those after it.
    pub fn candles(
        pair: PairName,
        interval: Interval,
        since: Option<Timestamp>,
    ) -> Result<Self, RequestError> {
        if interval.minutes() == ARCHIVE_ONLY_MINUTES {
            return Err(RequestError::NoSuchCandles(ARCHIVE_ONLY_MINUTES));
        }
        let mut parameters = vec![("pair", pair.as_str().to_owned())];
        parameters.push(("interval", interval.minutes().to_string()));
        parameters.extend(since.map(|since| ("since", since.seconds().to_string())));
        Ok(Self::form(Endpoint::Ohlc, parameters).on(pair.pair()))
    }

    /// The best levels of the book, at most 500 of each side.
    pub fn depth(pair: PairName, levels: usize) -> Result<Self, RequestError> {
        check_count("levels", levels, 1, DEPTH_MAX)?;
        let name = ("pair", pair.as_str().to_owned());
        let parameters = vec![name, ("count", levels.to_string())];
        Ok(Self::form(Endpoint::Depth, parameters).on(pair.pair()))
    }

    /// A page of at most 1000 trades: the latest, or with `since` those after it.
    pub fn trades(
        pair: PairName,
        since: Option<Timestamp>,
        count: usize,
    ) -> Result<Self, RequestError> {
        check_count("trades", count, 1, TRADES_MAX)?;
        let mut parameters = vec![("pair", pair.as_str().to_owned())];
        parameters.extend(since.map(|since| ("since", since.nanos().to_string())));
        parameters.push(("count", count.to_string()));
        Ok(Self::form(Endpoint::Trades, parameters).on(pair.pair()))
    }

    /// How the best prices moved lately; with `since` only after it.
    pub fn spreads(pair: PairName, since: Option<Timestamp>) -> Self {
        let mut parameters = vec![("pair", pair.as_str().to_owned())];
        parameters.extend(since.map(|since| ("since", since.seconds().to_string())));
        Self::form(Endpoint::Spread, parameters).on(pair.pair())
    }
}

/// Names with commas between them.
pub(super) fn joined(pairs: &[PairName]) -> String {
    pairs.iter().map(PairName::as_str).collect::<Vec<_>>().join(",")
}
