//! The walk through a candle, told as short texts: what happens, in which order, at which price.

use std::collections::BTreeMap;

use trading_types::{
    Amendment, CancelReason, ClientOrderId, Direction, NewOrder, OrderKind, Side, TimeInForce,
};

use super::*;
use crate::fixture::*;

mod amends;
mod honesty;
mod laws;
mod money;
mod orders;
mod phases;

/// An hour, in seconds.
const HOUR: u64 = 3_600;

/// What a test does when it hears a text: commands, or new watches.
enum Reaction {
    Command(VenueCommand),
    Watch(Vec<PriceWatch>),
}

fn place(order: NewOrder) -> Reaction {
    Reaction::Command(VenueCommand::Place(order))
}

fn cancel(number: u64) -> Reaction {
    Reaction::Command(VenueCommand::Cancel(id(number)))
}

fn watch(level: &str, direction: Direction) -> PriceWatch {
    PriceWatch { pair: pair(), price: price(level), direction }
}

/// An exchange, and a caller who reacts by rote.
struct Desk {
    exchange: CandleExchange,
    reactions: BTreeMap<&'static str, Vec<Reaction>>,
    candles: u64,
    told: Vec<String>,
}

impl Desk {
    /// 10,000 dollars and one bitcoin; orders at the close act at the next open; no slippage.
    fn new() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut CandleSettings)) -> Self {
        let mut settings = CandleSettings {
            rules: rules(),
            interval: Interval::from_minutes(60).unwrap(),
            balances: vec![(asset("USD"), amount("10000")), (asset("BTC"), amount("1"))],
            fill: CandleFill::NextOpen,
            slippage: Fraction::ZERO,
            partial_fills: PartialFills::NONE,
            seed: 1,
        };
        change(&mut settings);
        let exchange = CandleExchange::new(settings);
        Self { exchange, reactions: BTreeMap::new(), candles: 0, told: Vec::new() }
    }

    /// The desk after one quiet candle that closed at 100.
    fn at_100() -> Self {
        let mut desk = Self::new();
        desk.candle("100 100 100 100");
        desk
    }

    /// Does something when a text is told, once.
    fn when(mut self, told: &'static str, reactions: impl IntoIterator<Item = Reaction>) -> Self {
        self.reactions.insert(told, reactions.into_iter().collect());
        self
    }

    fn place(&mut self, order: NewOrder) -> &mut Self {
        self.command(&VenueCommand::Place(order))
    }

    fn command(&mut self, command: &VenueCommand) -> &mut Self {
        self.exchange.handle(command);
        self
    }

    /// Walks the next candle and returns what was told, without the candle itself.
    fn candle(&mut self, prices: &str) -> Vec<String> {
        let mut told = self.poll();
        self.exchange.begin_candle(&candle(self.candles * HOUR, prices));
        self.candles += 1;
        told.extend(self.poll());
        told.retain(|text| !text.starts_with("candle") && !text.starts_with("balances"));
        told
    }

    fn poll(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some((time, event)) = self.exchange.poll_output() {
            assert!(time.seconds() <= self.candles * HOUR);
            let text = told(&event);
            for reaction in self.reactions.remove(text.as_str()).unwrap_or_default() {
                match reaction {
                    Reaction::Command(command) => self.exchange.handle(&command),
                    Reaction::Watch(watches) => self.exchange.set_watches(&watches),
                }
            }
            all.push(text);
        }
        self.told.extend(all.iter().cloned());
        all
    }

    fn ambiguous(&self) -> u64 {
        self.exchange.statistics().ambiguous_candles
    }

    fn free(&self, name: &str) -> String {
        self.exchange.balance(asset(name)).free().to_string()
    }

    fn total(&self, name: &str) -> String {
        self.exchange.balance(asset(name)).total.to_string()
    }
}

#[test]
fn the_first_output_is_the_balances_at_the_first_start() {
    let mut desk = Desk::new();
    assert!(desk.exchange.poll_output().is_none());
    desk.exchange.begin_candle(&candle(7 * HOUR, "100 110 90 105"));
    let outputs: Vec<_> = std::iter::from_fn(|| desk.exchange.poll_output()).collect();
    let told: Vec<_> = outputs.iter().map(|(at, event)| (at.seconds(), told(event))).collect();
    assert_eq!(
        told,
        [
            (7 * HOUR, "balances 1 BTC, 10000 USD".to_owned()),
            (8 * HOUR, "candle 100 110 90 105 of 1".to_owned()),
        ]
    );
}
