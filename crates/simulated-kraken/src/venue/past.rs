//! A plausible past for a market that begins now: a seeded walk, told backwards from the first
//! price, so that clients who ask for history on the first day get it.
//!
//! The invariant: every candle longer than a minute is made of shorter ones or of candles of its
//! own length that the shorter ones do not reach back to, so that all lengths tell one story; the
//! story ends at the market's first price. Whole numbers only.

use std::time::Duration;

use exchange_simulator::Prng;
use trading_types::{
    Amount, Interval, PairRules, Price, Quantity, Rounding, Side, Timestamp, Trade,
};

use super::{
    candle_series::{FullCandle, start_of},
    market_desk::{CANDLES_MAX, MINUTE_CANDLES_MAX, MarketDesk, Spread},
};

/// How much of the past is told in candles of each length: for the seven shortest as many as are
/// kept, in candles of a day for all that is longer.
#[rustfmt::skip] // A table.
const STRETCHES: [(u32, usize); 7] = [
    (1, MINUTE_CANDLES_MAX), (5, CANDLES_MAX), (15, CANDLES_MAX), (30, CANDLES_MAX),
    (60, CANDLES_MAX), (240, CANDLES_MAX), (1_440, CANDLES_MAX * 15),
];
/// The last so many minutes are told trade by trade: about a thousand trades.
const MINUTES_ON_TAPE: usize = 70;
const TRADES_PER_MINUTE: (u64, u64) = (5, 25);
/// The walk is drawn back to the first price within about a year, so that thirty years end
/// somewhere near it.
const MINUTES_OF_RETURN: i128 = 525_600;
/// A step moves a price by at most half of it.
const STEP_MAX: i128 = ONE / 2;
/// What fractions are counted in.
const ONE: i128 = 100_000_000;

/// What a past looks like.
#[derive(Clone, Debug)]
pub(crate) struct PastSettings {
    pub(crate) rules: PairRules,
    /// Where it ends.
    pub(crate) last_price: Price,
    /// Standard deviation of the return of a minute, in 10^-8.
    pub(crate) minute_volatility: i128,
    /// Mean value of a trade, in quote asset.
    pub(crate) trade_value: Amount,
    pub(crate) seed: u64,
}

/// A desk with a past that ends now.
pub(crate) fn desk_with_past(settings: &PastSettings, now: Timestamp) -> MarketDesk {
    let mut walk =
        Walk { settings, prng: Prng::from_seed(settings.seed), close: settings.last_price };
    let mut desk = MarketDesk::new(settings.rules.tick);
    let mut candles = walk.candles(now);
    let on_tape = candles.len() - candles.len().min(MINUTES_ON_TAPE);
    for (candle, length) in candles.drain(..on_tape) {
        desk.remember(&candle, length);
    }
    for (candle, _) in &candles {
        walk.trade_by_trade(candle, &mut desk);
    }
    desk
}

struct Walk<'a> {
    settings: &'a PastSettings,
    prng: Prng,
    /// The price at the moment that the walk, going backwards, has reached.
    close: Price,
}

impl Walk<'_> {
    /// The candles of all stretches, oldest first. None of them reaches into the present minute.
    fn candles(&mut self, now: Timestamp) -> Vec<(FullCandle, Interval)> {
        let length = |minutes| Interval::from_minutes(minutes).expect("one of Kraken's lengths");
        let mut candles = Vec::new();
        let mut end = start_of(now, length(1));
        for (at, (minutes, count)) in STRETCHES.into_iter().enumerate() {
            let interval = length(minutes);
            let count = u32::try_from(count).expect("some thousands");
            // A stretch begins where a candle of the next one may end.
            let next = STRETCHES.get(at + 1).map_or(interval, |(minutes, _)| length(*minutes));
            let begin = start_of(start_of(now, length(1)) - interval.duration() * count, next);
            while begin < end && Timestamp::EPOCH + interval.duration() <= end {
                end = end - interval.duration();
                candles.push((self.candle(end, interval), interval));
            }
        }
        candles.reverse();
        candles
    }

    /// The candle that begins at `start` and ends at the price that the walk has reached.
    fn candle(&mut self, start: Timestamp, interval: Interval) -> FullCandle {
        let minutes = i128::from(interval.minutes());
        let deviation = (self.settings.minute_volatility.pow(2) * minutes).isqrt();
        let close = self.close;
        let step = self.bell_curve(deviation).clamp(-STEP_MAX, STEP_MAX);
        let back = (units(self.settings.last_price) - units(close)) * minutes / MINUTES_OF_RETURN;
        let open = self.on_tick(units(close) - units(close) * step / ONE + back);
        let up = units(close) * self.bell_curve(deviation).abs() / ONE / 2;
        let down = units(close) * self.bell_curve(deviation).abs() / ONE / 2;
        let high = self.on_tick(units(open.max(close)) + up);
        let low = self.on_tick(units(open.min(close)) - down);
        self.close = open;
        let trades = self.prng.between(TRADES_PER_MINUTE.0, TRADES_PER_MINUTE.1)
            * u64::from(interval.minutes());
        let volume = self.volume(trades, close);
        let mean = open.midpoint(close);
        FullCandle {
            start,
            open,
            high,
            low,
            close,
            vwap: mean,
            volume: Amount::from(volume),
            trades,
            turnover: mean * volume,
        }
    }

    /// What so many trades are of base asset.
    fn volume(&mut self, trades: u64, price: Price) -> Quantity {
        let lot = self.settings.rules.lot;
        let each = self.settings.trade_value.quantity_at(price).units();
        let jitter = self.prng.between(500, 1_500);
        let units = i128::from(each) * i128::from(trades) * i128::from(jitter) / 1_000;
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        Quantity::from_units(units).floor_to(lot).max(lot)
    }

    /// Tells a candle as trades: the first at its open, the last at its close, one each at its high
    /// and its low, the others between.
    fn trade_by_trade(&mut self, candle: &FullCandle, desk: &mut MarketDesk) {
        let lot = self.settings.rules.lot;
        let count = candle.trades.max(4);
        let each = Quantity::floor_from(candle.volume).units() / i64::try_from(count).expect("few");
        let mut before = candle.open;
        for number in 0..count {
            let price = match number {
                0 => candle.open,
                1 => candle.high,
                2 => candle.low,
                last if last + 1 == count => candle.close,
                _ => self.between(candle.low, candle.high),
            };
            let part = i64::try_from(self.prng.between(20, 180)).expect("below 181");
            let quantity = Quantity::from_units(each / 100 * part).floor_to(lot).max(lot);
            let time = candle.start + Duration::from_millis(60_000 * number / count);
            let taker_side = if before <= price { Side::Buy } else { Side::Sell };
            before = price;
            desk.trade(Trade { time, price, quantity, taker_side }, self.prng.below(2) == 0);
            let tick = self.settings.rules.tick;
            if tick < price {
                let (bid, ask) = match taker_side {
                    Side::Buy => (price - tick, price),
                    Side::Sell => (price, price + tick),
                };
                desk.spread(Spread { time, bid, ask });
            }
        }
    }

    fn between(&mut self, low: Price, high: Price) -> Price {
        let width = u64::try_from((high - low).units()).expect("the high is not below the low");
        let offset = i64::try_from(self.prng.between(0, width)).expect("below a price");
        self.on_tick(i128::from(low.units() + offset))
    }

    /// A number around zero with about this standard deviation: the sum of four even ones.
    fn bell_curve(&mut self, deviation: i128) -> i128 {
        let sum: u64 = (0..4).map(|_| self.prng.below(2_000)).sum();
        (i128::from(sum) - 4_000) * deviation / 1_155
    }

    fn on_tick(&self, units: i128) -> Price {
        let tick = self.settings.rules.tick;
        let most = i128::from(i64::MAX / 4);
        let price = i64::try_from(units.min(most)).unwrap_or(0);
        Price::from_units(price).round_to(tick, Rounding::Down).max(tick)
    }
}

fn units(price: Price) -> i128 {
    i128::from(price.units())
}
