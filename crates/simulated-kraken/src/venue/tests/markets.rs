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

fn candle(minute: u64, prices: [&str; 4]) -> Candle {
    let [open, high, low, close] = prices.map(price);
    let start = Timestamp::from_seconds(1_500_000_000 + 60 * minute).unwrap();
    Candle { start, open, high, low, close, volume: amount("100"), trades: 20 }
}

#[test]
fn history_is_followed_from_its_first_open_on() {
    let candles = vec![
        candle(0, ["123", "124", "122", "123.5"]),
        candle(1, ["123.5", "130", "123", "129"]),
        candle(1, ["1", "1", "1", "1"]),
    ];
    let mut venue = market("SOL/USD", MarketSource::History { candles });
    assert_eq!(desk(&venue).tape().back().unwrap().trade.price, price("123"));
    venue.handle_timeout(at(120_000));
    let recent = desk(&venue).tape().iter().filter(|told| start() < told.trade.time);
    let prices: Vec<Price> = recent.map(|told| told.trade.price).collect();
    assert_eq!(prices.iter().max(), Some(&price("130")));
    assert_eq!(prices.iter().min(), Some(&price("122")));
    venue.handle_timeout(at(600_000));
    let later = desk(&venue).tape().back().unwrap().trade;
    assert!(at(500_000) < later.time, "it goes on by itself");
}

#[test]
fn a_market_can_crash_and_dry_up() {
    let mut venue = moving();
    let fifth = "-0.2".parse().unwrap();
    venue.model(btc_usd(), at(1_000)).unwrap().shock(fifth, at(1_000));
    venue.handle_timeout(at(30_000));
    let low = desk(&venue).day(at(30_000)).last_24_hours.low;
    assert!(low < price("42000"), "{low}");
    let offered = |venue: &Venue| -> trading_types::Quantity {
        venue.book(btc_usd()).unwrap().asks.iter().map(|level| level.quantity).sum()
    };
    let before = offered(&venue);
    let model = venue.model(btc_usd(), at(60_000)).unwrap();
    model.thin("0.05".parse().unwrap(), at(60_000));
    venue.handle_timeout(at(120_000));
    assert!(offered(&venue).units() * 5 < before.units());
    assert!(super::venue().model(btc_usd(), at(1)).is_none(), "what stands still stays");
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
