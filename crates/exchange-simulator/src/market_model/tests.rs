//! The model makes a market that looks like one, and a book exchange can follow it.

use super::*;
use crate::{
    BookExchange, BookSettings, Latency,
    fixture::{amount, asset, id, pair, price, rules, seconds},
};
pub(super) use seen::Seen;

mod plausible;
mod seen;

/// All events of a length of time, each with its own time.
fn events(seed: u64, length: u64) -> Vec<(Timestamp, MarketEvent)> {
    let settings = MarketModelSettings::demo(rules(), price("60000"), seed);
    let mut model = MarketModel::new(settings, seconds(0));
    let mut events = Vec::new();
    while model.next_event_at() <= seconds(length) {
        let at = model.next_event_at();
        events.push((at, model.poll(at).expect("it has happened")));
    }
    events
}

#[test]
fn the_same_seed_makes_the_same_market() {
    assert_eq!(events(1, 600), events(1, 600));
    assert_ne!(events(1, 600), events(2, 600));
}

#[test]
fn asking_late_gives_the_same_events() {
    let settings = MarketModelSettings::demo(rules(), price("60000"), 5);
    let mut model = MarketModel::new(settings, seconds(0));
    assert!(model.next_event_at() == seconds(0));
    let late: Vec<_> = std::iter::from_fn(|| model.poll(seconds(300))).collect();
    let punctual: Vec<_> = events(5, 300).into_iter().map(|(_, event)| event).collect();
    assert_eq!(late, punctual);
}

#[test]
fn times_do_not_run_backward_and_trades_come_every_few_seconds() {
    let events = events(3, 40_000);
    assert!(events.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    let is_trade = |event: &MarketEvent| matches!(event, MarketEvent::Trade { .. });
    let trades = events.iter().filter(|(_, event)| is_trade(event)).count();
    assert!((9_500..12_500).contains(&trades), "{trades}");
}

#[test]
fn the_book_is_never_crossed_and_trades_happen_at_its_prices() {
    let mut seen = Seen::default();
    for (_, event) in events(9, 5_000) {
        seen.event(&event);
        assert!(seen.levels().iter().all(|levels| (1..=10).contains(levels)));
    }
}

#[test]
fn most_trades_are_small_and_a_few_are_large() {
    let trades = events(4, 40_000).into_iter().filter_map(|(_, event)| match event {
        MarketEvent::Trade { trade, .. } => Some(trade.price * trade.quantity),
        MarketEvent::Book { .. }
        | MarketEvent::Candle { .. }
        | MarketEvent::Quote { .. }
        | MarketEvent::Reached { .. } => None,
    });
    let mut values: Vec<Amount> = trades.collect();
    values.sort_unstable();
    let median = values[values.len() / 2];
    let largest = values[values.len() - 1];
    assert!(amount("300") < median && median < amount("1000"), "{median}");
    assert!(amount("10000") < largest, "{largest}");
}

#[test]
fn an_account_can_trade_in_the_market_and_the_book_heals() {
    let latency = Latency::NONE;
    let settings = BookSettings { rules: vec![rules()], latency, intervals: Vec::new(), seed: 1 };
    let mut exchange = BookExchange::new(settings, seconds(0));
    let account = exchange.open_account(&[(asset("USD"), amount("1000000"))]);
    let follow = |exchange: &mut BookExchange, from: u64, to: u64| {
        for (at, event) in events(7, to) {
            if seconds(from) < at || from == 0 {
                exchange.handle_market(&event, at);
            }
        }
    };
    follow(&mut exchange, 0, 100);
    let before = exchange.quote(pair()).unwrap();
    let order = crate::fixture::spend(1, "150000");
    exchange.handle(account, trading_types::VenueCommand::Place(order), seconds(100));
    let moved = exchange.quote(pair()).unwrap();
    assert!(before.ask.price < moved.ask.price, "a large order eats levels");
    assert_eq!(exchange.open_orders(account).filter(|order| order.id() == id(1)).count(), 0);
    follow(&mut exchange, 100, 160);
    let healed = exchange.quote(pair()).unwrap();
    let spread = healed.ask.price - healed.bid.price;
    assert!(spread <= price("3.2"), "{spread}");
}
