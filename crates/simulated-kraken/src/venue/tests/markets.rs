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

/// A market that began so many hours ago.
fn with_history(source: MarketSource, hours: u64) -> Venue {
    let rules = KrakenPairs::recorded().rules(btc_usd()).unwrap();
    let markets = vec![MarketSettings { rules, source }];
    let history = Duration::from_hours(hours);
    Venue::new(&Settings { markets, history, ..fixture::settings() }, start())
}

#[test]
fn a_market_may_have_begun_before_the_start() {
    let start_price = price("50000");
    for source in [MarketSource::Model { start_price }, MarketSource::Quiet { start_price }] {
        let mut venue = with_history(source, 60);
        let began = start() - Duration::from_hours(60);
        for minutes in MINUTES {
            let candles: Vec<FullCandle> =
                desk(&venue).candles(interval(minutes)).copied().collect();
            let length = interval(minutes).duration();
            assert!((720..=721).contains(&candles.len()), "{minutes}: {}", candles.len());
            let steps = candles.windows(2).map(|two| two[1].start.since(two[0].start));
            // A quiet market may have no trade for a few minutes.
            assert!(steps.max().unwrap() <= length.max(Duration::from_mins(8)), "{minutes}");
            for it in &candles {
                assert!(it.low <= it.vwap && it.vwap <= it.high, "{minutes}: {it:?}");
            }
        }
        let before = desk(&venue).candles(interval(60)).take_while(|it| it.start < began);
        let before = before.last().unwrap().close;
        assert!(before.distance(start_price) < price("1500"), "{before}");
        let tape: Vec<Trade> = desk(&venue).tape().iter().map(|told| told.trade).collect();
        assert!(tape.is_sorted_by_key(|trade| trade.time) && 9_000 < tape.len());
        let last = *tape.last().unwrap();
        assert_eq!(last.time, start());
        assert_ne!(last.price, start_price, "the price has moved since");
        venue.handle_timeout(at(600_000));
        let later = desk(&venue).tape().back().unwrap().trade;
        assert!(later.price.distance(last.price) < price("500"), "{later:?} after {last:?}");
        assert_eq!(desk(&venue).spreads().len(), 200);
    }
}

#[test]
fn what_stands_still_has_stood_still() {
    let venue = with_history(MarketSource::Still { price: price("50000") }, 60);
    assert_eq!(venue.last_price(btc_usd()), Some(price("50000")));
    assert!(desk(&venue).tape().len() < 2_000, "its past is made up as ever");
}

#[test]
fn recorded_candles_may_begin_before_the_start() {
    let up = |minute: u64| {
        let close =
            price("50000") + Price::from_units(10_000_000_000 * i64::try_from(minute).unwrap());
        Candle { open: close, high: close, low: close, close, ..candle(minute, ["1"; 4]) }
    };
    let mut venue = with_history(MarketSource::History { candles: (0..90).map(up).collect() }, 1);
    let closes: Vec<Price> =
        desk(&venue).candles(interval(1)).rev().take(60).map(|it| it.close).collect();
    assert!(closes.is_sorted_by(|one, next| one >= next), "{closes:?}");
    assert!(price("50057") < closes[0] && closes[0] < price("50061"), "{}", closes[0]);
    venue.handle_timeout(at(29 * 60_000));
    let last = venue.last_price(btc_usd()).unwrap();
    assert!(price("50086") < last && last < price("50090"), "{last}");
}
