//! Replay: the first difference is found. That a journal replays without one is shown by the
//! engine's own tests, over random histories.

use trading_types::{
    AccountEvent, Candle, Interval, MarketEvent, Price, Quantity, VenueCommand, VenueEvent,
};

use super::*;
use crate::{
    journal::{JournalHeader, Keep},
    kill_switch::KillLimits,
    report::Input,
    risk::RiskLimits,
    settings::{EngineSettings, StrategySpec},
    sizing::Sizing,
    strategy::{Exits, RestoreError, Strategy, View, Wish},
    test_values::{amount, at, pair, percent, price, rules, usd},
};

/// Buys at the candle with this number.
struct BuysAt(u32);

impl Strategy for BuysAt {
    fn name(&self) -> &'static str {
        "buys_at"
    }
    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    fn warm_up(&self) -> usize {
        0
    }
    fn handle_candle(&mut self, candle: &Candle, _: &View) -> Wish {
        if candle.trades == self.0 { Wish::BeLong(Exits::default()) } else { Wish::Nothing }
    }
    fn save(&self) -> Vec<u8> {
        Vec::new()
    }
    fn restore(&mut self, _: &[u8]) -> Result<(), RestoreError> {
        Ok(())
    }
}

fn engine(buys_at: u32) -> Engine {
    let header = JournalHeader {
        settings: EngineSettings {
            session: 1,
            quote: usd(),
            interval: Interval::from_minutes(60).unwrap(),
            pairs: vec![rules()],
            sizing: Sizing::Fixed(Quantity::from_units(100_000_000)),
            slippage: percent("0"),
            risk: RiskLimits::unlimited(),
            kill: KillLimits::default(),
            stop_deadline: std::time::Duration::from_secs(10),
            order_deadline: crate::settings::ORDER_DEADLINE,
        },
        strategies: vec![StrategySpec { name: "buys_at".to_owned(), settings: Vec::new() }],
    };
    Engine::new(&header, vec![Box::new(BuysAt(buys_at))], Keep::Bytes).unwrap()
}

fn journal() -> Vec<u8> {
    let mut engine = engine(2);
    let balances = AccountEvent::Balances(vec![(usd(), amount("1000"))]);
    engine.handle(&Input::Venue(VenueEvent::Account(balances)), at(0));
    for trades in 1..=4 {
        let close: Price = price("100");
        let (start, volume) = (at(0), amount("1"));
        let candle = Candle { start, open: close, high: close, low: close, close, volume, trades };
        let event = MarketEvent::Candle { pair: pair(), candle };
        engine.handle(&Input::Venue(VenueEvent::Market(event)), at(u64::from(trades) * 3_600));
    }
    engine.journal().take_bytes()
}

#[test]
fn the_same_strategy_has_no_difference() {
    let bytes = journal();
    let same = replay(JournalReader::new(&bytes).unwrap(), engine(2)).unwrap();
    assert_eq!((same.difference, same.inputs, same.outputs), (None, 5, 2));
}

#[test]
fn the_first_difference_is_found() {
    let bytes = journal();
    let later = replay(JournalReader::new(&bytes).unwrap(), engine(3)).unwrap();
    let difference = later.difference.unwrap();
    assert_eq!((difference.inputs, difference.replayed), (3, None));
    assert!(matches!(difference.recorded, Some(Output::Report(_))));

    let earlier = replay(JournalReader::new(&bytes).unwrap(), engine(1)).unwrap();
    let difference = earlier.difference.unwrap();
    assert_eq!((difference.inputs, difference.recorded), (2, None));
    assert!(matches!(difference.replayed, Some(Output::Report(_))));
}

#[test]
fn a_torn_end_is_told_and_what_was_whole_is_replayed() {
    let bytes = journal();
    // Behind the last record stands a seal of 29 bytes.
    let cut = &bytes[..bytes.len() - 29 - 5];
    let torn = replay(JournalReader::new(cut).unwrap(), engine(2)).unwrap();
    assert_eq!((torn.inputs, torn.difference), (4, None));
    assert!(torn.torn_at.is_some());
    let command = VenueCommand::CancelAll;
    assert_ne!(Output::Command(command), Output::Report(crate::report::Report::Flattened));
}
