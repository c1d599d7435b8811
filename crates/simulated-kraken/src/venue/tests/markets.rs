//! The markets: what they begin with, and what moves them.

use trading_types::{Candle, Interval, KrakenPairs};

use super::{
    super::{
        candle_series::FullCandle,
        market_desk::{MINUTES, MarketDesk},
    },
    *,
};

const DAY: u64 = 86_400_000;

fn market(pair: &str, source: MarketSource) -> Venue {
    let rules = KrakenPairs::recorded().rules(pair.parse().unwrap()).unwrap();
    let markets = vec![MarketSettings { rules, source }];
    Venue::new(&Settings { markets, ..fixture::settings() }, start())
}

fn moving() -> Venue {
    market("BTC/USD", MarketSource::Model { start_price: price("50000") })
}

fn desk(venue: &Venue) -> &MarketDesk {
    let pair = venue.pairs().next().unwrap();
    venue.market(pair).unwrap()
}

#[test]
fn a_still_market_has_ten_levels_a_side() {
    let venue = venue();
    let book = venue.book(btc_usd()).unwrap();
    assert_eq!((book.bids.len(), book.asks.len()), (10, 10));
    let quote = venue.quote(btc_usd()).unwrap();
    assert_eq!((quote.bid.price, quote.ask.price), (price("49995"), price("50005")));
    assert_eq!(quote.bid.quantity, quantity("1"));
    assert_eq!(venue.last_price(btc_usd()), Some(price("50000")));
    assert_eq!(venue.next_timeout(), None);
}

#[test]
fn a_model_moves_the_market_at_its_own_times() {
    let mut venue = moving();
    let trades = desk(&venue).tape().back().unwrap().number;
    venue.handle_timeout(at(600_000));
    let last = *desk(&venue).tape().back().unwrap();
    assert!(trades + 50 < last.number, "a taker every four seconds");
    assert!(last.trade.time <= at(600_000) && at(500_000) < last.trade.time);
    let steps: Vec<Timestamp> = desk(&venue).spreads().iter().map(|spread| spread.time).collect();
    assert!(steps.is_sorted());
}

#[test]
fn the_same_seed_moves_it_alike_however_often_it_is_asked() {
    let (mut once, mut often) = (moving(), moving());
    once.handle_timeout(at(60_000));
    for second in 0..=60 {
        often.handle_timeout(at(second * 1_000));
    }
    assert_eq!(once.book(btc_usd()), often.book(btc_usd()));
    assert_eq!(desk(&once).tape(), desk(&often).tape());
}

#[test]
fn history_begins_at_its_first_open() {
    let candle = Candle {
        start: Timestamp::EPOCH,
        open: price("123"),
        high: price("124"),
        low: price("122"),
        close: price("123.5"),
        volume: amount("1"),
        trades: 1,
    };
    let venue = market("SOL/USD", MarketSource::History { candles: vec![candle] });
    assert_eq!(desk(&venue).tape().back().unwrap().trade.price, price("123"));
}

#[test]
fn every_listed_market_can_be_served() {
    for (pair, start_price) in [
        ("BTC/USD", "100000"),
        ("BTC/USDT", "100000"),
        ("ETH/BTC", "0.03"),
        ("ADA/USD", "0.5"),
        ("DOGE/USD", "0.2"),
        ("USDT/USD", "1"),
        ("XRP/USD", "2.1"),
    ] {
        for source in [
            MarketSource::Model { start_price: price(start_price) },
            MarketSource::Still { price: price(start_price) },
        ] {
            let mut venue = market(pair, source);
            venue.handle_timeout(at(60_000));
            let quote = venue.quote(pair.parse().unwrap()).unwrap();
            let distance = quote.mid().distance(price(start_price));
            assert!(distance.units() * 50 < price(start_price).units(), "{pair} at {quote:?}");
        }
    }
}

#[test]
fn a_market_begins_with_a_past_that_ends_at_its_first_price() {
    let venue = venue();
    let tape: Vec<Trade> = desk(&venue).tape().iter().map(|told| told.trade).collect();
    assert!((500..2_000).contains(&tape.len()), "{} trades", tape.len());
    assert!(tape.is_sorted_by_key(|trade| trade.time) && tape[0].time < start());
    let [.., past, first] = tape.as_slice() else { panic!("{tape:?}") };
    assert_eq!((past.price, first.price, first.time), (price("50000"), price("50000"), start()));
    let numbers: Vec<u64> = desk(&venue).tape().iter().map(|told| told.number).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    assert!(1_000_000 < numbers[0], "it is not the first trade ever");
    assert_eq!(desk(&venue).spreads().len(), 200);
    let rules = venue.rules(btc_usd()).unwrap();
    for trade in tape {
        assert!(trade.price.is_multiple_of(rules.tick) && trade.quantity.is_multiple_of(rules.lot));
    }
}

#[test]
fn a_past_of_thirty_years_stays_in_bounds_and_moves() {
    for seed in 0..5 {
        let settings = Settings { seed, ..fixture::settings() };
        let venue = Venue::new(&settings, start());
        let closes: Vec<Price> =
            desk(&venue).candles(interval(21_600)).map(|candle| candle.close).collect();
        let (low, high) = (closes.iter().min().unwrap(), closes.iter().max().unwrap());
        assert!(price("5000") < *low && *high < price("500000"), "{low} to {high}");
        assert!(low.units() * 3 < high.units() * 2, "{low} to {high}");
    }
}

fn interval(minutes: u32) -> Interval {
    Interval::from_minutes(minutes).unwrap()
}

#[test]
fn there_are_720_candles_of_each_length_and_the_last_is_forming() {
    let mut venue = moving();
    venue.handle_timeout(at(60_000));
    for minutes in MINUTES {
        let candles: Vec<FullCandle> = desk(&venue).candles(interval(minutes)).copied().collect();
        assert_eq!(candles.len(), 721, "{minutes}");
        let length = interval(minutes).duration();
        let last = candles.last().unwrap();
        assert!(last.start <= at(60_000) && at(60_000) < last.start + length, "{minutes}");
        for pair in candles.windows(2) {
            assert_eq!(pair[0].start + length, pair[1].start, "{minutes}");
            if pair[1].start + length <= start() {
                assert_eq!(pair[0].close, pair[1].open, "{minutes}: one ends as the next begins");
            }
        }
        for candle in candles {
            assert!(candle.low <= candle.vwap && candle.vwap <= candle.high, "{candle:?}");
            assert!(candle.low <= candle.open.min(candle.close), "{candle:?}");
            assert!(candle.open.max(candle.close) <= candle.high, "{candle:?}");
            assert!(candle.volume.is_positive() && 0 < candle.trades, "{candle:?}");
        }
    }
}

#[test]
fn a_day_is_what_its_minutes_are() {
    let mut venue = moving();
    venue.handle_timeout(at(60_000));
    let day = desk(&venue).day(at(60_000));
    let minutes = desk(&venue).candles(interval(1_440)).next_back().unwrap();
    assert_eq!((day.open, day.today.volume), (minutes.open, minutes.volume));
    assert_eq!((day.today.trades, day.today.vwap), (minutes.trades, minutes.vwap));
    assert!(day.today.trades < day.last_24_hours.trades);
    assert!(day.last_24_hours.low <= day.today.low && day.today.high <= day.last_24_hours.high);
    assert_eq!(day.change, day.last.trade.price - day.before);
    let later = desk(&venue).day(at(60_000 + 3 * DAY));
    assert_eq!((later.today.trades, later.last_24_hours.trades), (0, 0));
    assert_eq!((later.open, later.change), (day.last.trade.price, Price::ZERO));
}
