//! The engine against a venue without sense, which answers open orders at random but never lies
//! about quantities.

use proptest::prelude::*;
use trading_types::{
    AccountEvent, CancelReason, Candle, Fill, LinkEvent, MarketEvent, NewOrder, OrderQuantity,
    Price, Quantity, Refusal, Side, Timestamp, Trade, VenueCommand, VenueEvent,
};

use super::{Bench, NO_KILL, ONE, PLAIN, long, script};
use crate::{
    engine::Engine,
    journal::{JournalReader, Keep},
    kill_switch::KillLimits,
    replay::replay,
    report::{Input, OperatorCommand},
    sizing::{RiskFraction, Sizing},
    strategy::Wish,
    test_values::{amount, fill, lots, pair, percent},
};

/// What a random venue does next with the orders it has.
#[derive(Clone, Debug)]
enum Turn {
    Candle(i64),
    Trade(i64),
    Accept,
    Fill(i64),
    Cancel,
    Reject,
    Disconnect,
    Halt,
    Wait,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        6 => (500..1_500_i64).prop_map(Turn::Candle),
        3 => (500..1_500_i64).prop_map(Turn::Trade),
        6 => Just(Turn::Accept),
        6 => (1..200_i64).prop_map(Turn::Fill),
        3 => Just(Turn::Cancel),
        1 => Just(Turn::Reject),
        1 => Just(Turn::Disconnect),
        1 => Just(Turn::Halt),
        1 => Just(Turn::Wait),
    ];
    prop::collection::vec(turn, 1..120)
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = prop_oneof![
        Just(Wish::Nothing),
        Just(PLAIN),
        Just(long("60", None)),
        Just(long("80", Some("120"))),
        Just(Wish::BeFlat),
        Just(Wish::Add(amount("25"))),
    ];
    prop::collection::vec(wish, 0..60)
}

/// A venue without sense: it answers open orders at random, but never lies about quantities.
struct RandomVenue {
    open: Vec<(NewOrder, Quantity)>,
    last: i64,
    trades: u64,
}

impl RandomVenue {
    fn obey(&mut self, command: &VenueCommand) {
        match command {
            VenueCommand::Place(order) => {
                let quantity = match order.quantity {
                    OrderQuantity::Base(quantity) => quantity,
                    OrderQuantity::Quote(spend) => spend.quantity_at(self.price()),
                };
                self.open.push((order.clone(), quantity));
            }
            // Left to chance: a venue may be slow to cancel or to amend.
            VenueCommand::Cancel(_) | VenueCommand::CancelAll | VenueCommand::Amend(_) => {}
        }
    }

    fn price(&self) -> Price {
        Price::from_units(self.last * 1_000_000_000)
    }

    fn events(&mut self, turn: &Turn) -> Option<VenueEvent> {
        let event = match turn {
            Turn::Candle(tenths) | Turn::Trade(tenths) => {
                self.last = *tenths;
                return Some(VenueEvent::Market(self.market(matches!(turn, Turn::Candle(_)))));
            }
            Turn::Disconnect => return Some(VenueEvent::Link(LinkEvent::Disconnected)),
            Turn::Halt | Turn::Wait => return None,
            Turn::Accept => {
                let (order, _) = self.open.first()?;
                let venue_order = "OSIM".parse().unwrap();
                AccountEvent::Accepted { order: order.id, venue_order }
            }
            Turn::Reject => {
                let (order, _) = self.open.pop()?;
                AccountEvent::Rejected { order: order.id, refusal: Refusal::RateLimited }
            }
            Turn::Cancel => {
                let (order, _) = self.open.pop()?;
                AccountEvent::Canceled { order: order.id, reason: CancelReason::Venue }
            }
            Turn::Fill(hundredths) => AccountEvent::Traded(self.fill(*hundredths)?),
        };
        Some(VenueEvent::Account(event))
    }

    fn market(&self, is_candle: bool) -> MarketEvent {
        let (close, start) = (self.price(), Timestamp::EPOCH);
        let volume = amount("1");
        let candle =
            Candle { start, open: close, high: close, low: close, close, volume, trades: 1 };
        let (taker_side, quantity) = (Side::Buy, lots("1"));
        let trade = Trade { time: start, price: close, quantity, taker_side };
        if is_candle {
            MarketEvent::Candle { pair: pair(), candle }
        } else {
            MarketEvent::Trade { pair: pair(), trade }
        }
    }

    fn fill(&mut self, hundredths: i64) -> Option<Fill> {
        let last = self.price().to_string();
        let (order, left) = self.open.last_mut()?;
        let wanted = Quantity::from_units(hundredths * 1_000_000);
        let quantity = wanted.min(*left);
        self.trades += 1;
        let text = quantity.to_string();
        let fill = fill(order.id.sequence(), self.trades, order.side, &last, &text);
        *left -= quantity;
        if left.is_zero() {
            self.open.pop();
        }
        Some(fill)
    }
}

proptest! {
    /// Whatever the market and the venue do: nothing panics (the ledger asserts that it balances
    /// at every step), no more is sold than is held, after a halt only what reduces leaves, and
    /// the journal replays to the same outputs and the same hash.
    #[test]
    fn survives_any_venue(turns in turns(), wishes in wishes()) {
        let kill = KillLimits { drawdown: Some(percent("30")), ..NO_KILL };
        let risk = Sizing::Risk(RiskFraction::new(percent("1")).unwrap());
        let sizing = if turns.len() % 2 == 0 { ONE } else { risk };
        let mut bench = Bench::new(sizing, kill, &wishes);
        let mut venue = RandomVenue { open: Vec::new(), last: 1_000, trades: 0 };
        for turn in &turns {
            let input = match (turn, venue.events(turn)) {
                (Turn::Halt, _) => {
                    Input::Operator(OperatorCommand::Halt { reason: "test".to_owned() })
                }
                (Turn::Wait, _) => Input::Timeout,
                (_, Some(event)) => Input::Venue(event),
                (_, None) => continue,
            };
            let was_halted = bench.engine.halted().is_some();
            for command in bench.tell(&input) {
                if let VenueCommand::Place(order) = &command {
                    let held = bench.engine.position(pair()).unwrap().sellable();
                    if order.side == Side::Sell {
                        let OrderQuantity::Base(sold) = order.quantity else {
                            return Err(TestCaseError::fail("a sale is in base asset"));
                        };
                        prop_assert!(sold <= held);
                    }
                    prop_assert!(!was_halted || order.side == Side::Sell);
                }
                venue.obey(&command);
            }
        }
        let hash = bench.engine.journal().hash();
        let bytes = bench.engine.journal().take_bytes();
        let reader = JournalReader::new(&bytes).unwrap();
        let fresh = Engine::new(reader.header(), script(&wishes), Keep::Hash).unwrap();
        let mut replay = replay(reader, fresh).unwrap();
        prop_assert_eq!(replay.difference, None);
        prop_assert_eq!(replay.engine.journal().hash(), hash);
        prop_assert_eq!(replay.engine.equity(), bench.engine.equity());
        let same_halt = replay.engine.halted() == bench.engine.halted();
        prop_assert!(same_halt);
    }
}
