//! Where the prices of the markets come from.

use std::{collections::BTreeMap, time::Duration};

use exchange_simulator::{HistoryModel, MarketModelSettings};
use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Asset, BookLevel, BookUpdate, Candle, Fraction, MarketEvent, Pair, PairRules, Price,
    Quantity, Rounding, Timestamp, Trade,
};

use crate::settings::{MarketSettings, MarketSource};

/// Levels a side of a book that does not move.
const STILL_LEVELS: i64 = 10;
/// What stands on each of them, in dollars.
const STILL_LEVEL_VALUE: i128 = 50_000;
/// Levels a side of a moving book: as many as most clients ask for.
const MODEL_LEVELS: usize = 100;
/// Mean distance of bid and ask in basis points.
const SPREAD: i64 = 1;
/// What a level of a moving book has, and what a taker takes, on average and in dollars.
const LEVEL_VALUE: i128 = 20_000;
const TRADE_VALUE: i128 = 1_500;
/// Mean time between moves of a book, and between takers: a busy pair, and not the busiest.
const BOOK_INTERVAL: Duration = Duration::from_millis(250);
const TRADE_INTERVAL: Duration = Duration::from_secs(2);
/// Standard deviation of the return of a year in basis points: of most assets, and of what is made
/// to stand at one dollar.
const VOLATILITY: i64 = 6_000;
const STABLE_VOLATILITY: i64 = 60;

/// What drives the markets that move by themselves.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sources {
    /// Without candles to follow, each of them is an order flow of its own making.
    models: BTreeMap<Pair, HistoryModel>,
}

impl Sources {
    /// Adds a market that has begun some time ago; `tell` hears of the trades since.
    pub(crate) fn add(
        &mut self,
        market: &MarketSettings,
        seed: u64,
        span: (Duration, Timestamp),
        tell: &mut dyn FnMut(Trade),
    ) {
        let (rules, price) = (&market.rules, first_price(market));
        let busy = || model_settings(rules, price, seed);
        let (settings, candles) = match &market.source {
            MarketSource::Still { .. } => return,
            MarketSource::Model { .. } => (busy(), Vec::new()),
            MarketSource::Quiet { .. } => (quiet_settings(rules, price, seed), Vec::new()),
            MarketSource::History { candles } => (busy(), in_order(candles)),
        };
        let model = HistoryModel::with_past(settings, candles, span, tell);
        self.models.insert(rules.pair, model);
    }

    /// Gives a market that follows candles and was put away these again.
    pub(crate) fn resupply(&mut self, market: &MarketSettings) {
        if let MarketSource::History { candles } = &market.source
            && let Some(model) = self.models.get_mut(&market.rules.pair)
        {
            model.resupply(in_order(candles));
        }
    }

    /// When something happens next.
    pub(crate) fn next_event_at(&self) -> Option<Timestamp> {
        self.models.values().map(HistoryModel::next_event_at).min()
    }

    /// The next thing that has happened by `now`, of the market where it comes first.
    pub(crate) fn poll(&mut self, now: Timestamp) -> Option<MarketEvent> {
        self.models.values_mut().min_by_key(|model| model.next_event_at())?.poll(now)
    }

    /// What moves a market, if it moves by itself.
    pub(crate) fn model(&mut self, pair: Pair) -> Option<&mut HistoryModel> {
        self.models.get_mut(&pair)
    }
}

/// Candles without those that do not come after the one before.
fn in_order(candles: &[Candle]) -> Vec<Candle> {
    let mut kept: Vec<Candle> = Vec::with_capacity(candles.len());
    for candle in candles {
        if kept.last().is_none_or(|last| last.start < candle.start) {
            kept.push(*candle);
        }
    }
    kept
}

/// The price at which a market begins.
pub(crate) fn first_price(market: &MarketSettings) -> Price {
    let price = match &market.source {
        MarketSource::Model { start_price } | MarketSource::Quiet { start_price } => *start_price,
        MarketSource::Still { price } => *price,
        MarketSource::History { candles } => {
            candles.first().map_or(market.rules.tick, |candle| candle.open)
        }
    };
    // A model needs room below its first price.
    price
        .round_to(market.rules.tick, Rounding::Down)
        .max(Price::from_units(market.rules.tick.units().saturating_mul(100)))
}

/// The whole of a book that does not move: ten levels a side around `price`, a ten-thousandth of it
/// apart, each worth fifty thousand dollars or what it has to be at least.
pub(crate) fn still_book(rules: &PairRules, price: Price) -> BookUpdate {
    let distance = Price::from_units(price.units() / 10_000);
    let distance = distance.round_to(rules.tick, Rounding::Down).max(rules.tick);
    let quantity = dollars(rules.pair.quote, STILL_LEVEL_VALUE).quantity_at(price);
    let quantity = quantity.floor_to(rules.lot).max(rules.quantity_min).max(rules.lot);
    let level = |step: i64| BookLevel {
        price: Price::from_units(price.units() + step * distance.units()),
        quantity,
    };
    let is_sane = |level: &BookLevel| level.price.is_positive();
    BookUpdate {
        is_snapshot: true,
        bids: (1..=STILL_LEVELS).map(|step| level(-step)).filter(is_sane).collect(),
        asks: (1..=STILL_LEVELS).map(level).collect(),
    }
}

fn model_settings(rules: &PairRules, start_price: Price, seed: u64) -> MarketModelSettings {
    let quote = rules.pair.quote;
    MarketModelSettings {
        volatility: Fraction::from_basis_points(volatility(rules.pair)),
        levels: MODEL_LEVELS,
        spread: Fraction::from_basis_points(SPREAD),
        level_value: dollars(quote, LEVEL_VALUE),
        trade_value: trade_value(rules.pair),
        book_interval: BOOK_INTERVAL,
        trade_interval: TRADE_INTERVAL,
        ..MarketModelSettings::demo(rules.clone(), start_price, seed)
    }
}

fn quiet_settings(rules: &PairRules, start_price: Price, seed: u64) -> MarketModelSettings {
    MarketModelSettings {
        volatility: Fraction::from_basis_points(volatility(rules.pair)),
        level_value: dollars(rules.pair.quote, LEVEL_VALUE),
        trade_value: trade_value(rules.pair),
        ..MarketModelSettings::quiet(rules.clone(), start_price, seed)
    }
}

/// What a taker takes on average, in quote asset.
pub(crate) fn trade_value(pair: Pair) -> Amount {
    dollars(pair.quote, TRADE_VALUE)
}

/// Standard deviation of the return of a minute, in 10^-8: that of a year over the root of its
/// minutes.
pub(crate) fn minute_volatility(pair: Pair) -> i128 {
    let year = i128::from(Fraction::from_basis_points(volatility(pair)).units());
    (year * year / 525_600).isqrt()
}

fn volatility(pair: Pair) -> i64 {
    let is_stable = |asset: Asset| {
        ["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "USDT", "USDC"].contains(&asset.as_str())
    };
    if is_stable(pair.base) && is_stable(pair.quote) { STABLE_VOLATILITY } else { VOLATILITY }
}

/// About so many dollars in an asset. How much a level holds is no more than an opinion.
fn dollars(asset: Asset, count: i128) -> Amount {
    let whole = 10_i128.pow(18);
    Amount::from_units(match asset.as_str() {
        "BTC" => count * whole / 100_000,
        "ETH" => count * whole / 4_000,
        "JPY" => count * whole * 150,
        _ => count * whole,
    })
}

/// The trade with which a market begins: the least there can be.
pub(crate) fn first_trade_quantity(rules: &PairRules) -> Quantity {
    rules.quantity_min.max(rules.lot)
}
