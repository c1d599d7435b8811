//! The engine against a venue without sense: what holds whatever the market and the venue do.

use proptest::prelude::*;
use trading_types::{
    AccountEvent, Amount, CancelReason, ClientOrderId, Fill, OrderQuantity, Pair, Price, Side,
    TimeInForce, VenueCommand, VenueEvent, VenueStatus,
};

use super::story::{Seen, Story, Turn, ether, sizings, turns, two_pairs, two_scripts, wishes};
use crate::{
    engine::Engine,
    journal::{JournalReader, Keep},
    order::Role,
    order_life::OrderState,
    replay::replay,
    report::{Input, Output, Report, ResidualCause},
    test_values::{fill, lots, pair, usd},
    venue_gate::{Message, VenueGate},
};

/// Per pair: at most one stop and one exit are live or unknown, never both, and all sells together
/// are covered by what is held. What is free is what no live or unknown order may need.
fn check_worst_case(engine: &Engine, pair: Pair) -> Result<(), TestCaseError> {
    let live = |of: fn(&Role) -> bool| {
        let orders = engine.live_orders().filter(|it| it.request.pair == pair);
        orders.filter(|it| of(&it.role)).count()
    };
    let stops = live(|role| matches!(role, Role::Stop));
    let exits = live(|role| matches!(role, Role::Exit(_)));
    prop_assert!(stops + exits <= 1, "{stops} stops and {exits} exits");
    let (mut sells, mut buys) = (Amount::ZERO, Amount::ZERO);
    for order in engine.live_orders() {
        let open = &engine.orders.live(order.request.id).unwrap().order;
        if order.request.side == Side::Buy {
            buys += open.cost_open(Price::ZERO);
        } else if order.request.pair == pair {
            sells += open.quantity_open().unwrap().into();
        }
    }
    let held = engine.position(pair).unwrap().quantity();
    prop_assert!(sells <= held, "{sells} are being sold of {held}");
    let free = engine.ledger.free(pair.base);
    prop_assert!(free <= held.saturating_less(sells), "{free} free of {held} less {sells}");
    let cash = engine.balance(usd()).saturating_less(buys);
    prop_assert!(engine.ledger.free(usd()) <= cash, "of the cash, {buys} may be needed");
    Ok(())
}

/// What an engine may say now depends on what it was before it was told.
struct Before {
    halted: [bool; 2],
    blocked: [bool; 2],
    gates: [VenueGate; 2],
    cap: Option<Amount>,
}

impl Before {
    fn of(engine: &Engine) -> Self {
        let pairs = [pair(), ether()];
        let is_halted = |pair| engine.halted().is_some() || engine.pair_halted(pair).is_some();
        Self {
            halted: pairs.map(is_halted),
            blocked: pairs.map(|pair| engine.block_on(pair).is_some()),
            gates: [engine.gate_on(0), engine.gate_on(1)],
            cap: engine.entry_value_cap,
        }
    }

    /// Nothing is sent that the venue's state does not take. Nothing is bought while trading is
    /// halted or blocked, an entry is never above the cap, no more is sold than is held, and at a
    /// halt in slices that are over at once.
    fn check(&self, story: &Story, turn: &Turn, output: &Output) -> Result<(), TestCaseError> {
        let Output::Command(command) = output else { return Ok(()) };
        let (message, at) = match command {
            VenueCommand::Place(order) => (Message::placing(order), at_of(order.pair)),
            VenueCommand::Amend(it) => (Message::Amend, at_of(story.pair_of(it.order))),
            VenueCommand::Cancel(order) => (Message::Cancel, at_of(story.pair_of(*order))),
            VenueCommand::CancelAll => {
                let venue = VenueGate { pair: VenueStatus::Online, ..self.gates[0] };
                prop_assert!(venue.takes(Message::Cancel), "a cancel of all");
                return Ok(());
            }
        };
        let is_new_state = matches!(turn, Turn::Status(..));
        prop_assert!(is_new_state || self.gates[at].takes(message), "{message:?}");
        prop_assert!(story.engine.gate_on(at).takes(message), "{message:?}");
        let VenueCommand::Place(order) = command else {
            prop_assert!(!(self.halted[at] && message == Message::Amend), "nothing is changed");
            return Ok(());
        };
        let value = match order.quantity {
            OrderQuantity::Base(quantity) => story.venue.price() * quantity,
            OrderQuantity::Quote(spend) => spend,
        };
        if order.side == Side::Buy {
            prop_assert!(!self.halted[at], "nothing is bought while halted");
            prop_assert!(!self.blocked[at], "nothing is bought while blocked");
            let cap = self.cap;
            prop_assert!(cap.is_none_or(|cap| value <= cap), "{value} is above {cap:?}");
            return Ok(());
        }
        let OrderQuantity::Base(sold) = order.quantity else {
            return Err(TestCaseError::fail("a sale is in base asset"));
        };
        prop_assert!(sold <= story.engine.position(order.pair).unwrap().sellable());
        if self.halted[at] && !matches!(turn, Turn::Resume | Turn::ResumePair) {
            prop_assert_eq!(order.time_in_force, TimeInForce::ImmediateOrCancel);
            prop_assert!(sold <= lots("2"), "{} is more than the largest order", sold);
        }
        Ok(())
    }
}

fn at_of(pair: Pair) -> usize {
    usize::from(pair == ether())
}

/// What a venue that obeys says of a live order: exits trade, all else has ended.
fn obey(story: &Story, id: ClientOrderId) -> AccountEvent {
    let order = &story.engine.orders.live(id).unwrap().order;
    let open = order.quantity_open().filter(|_| matches!(order.role, Role::Exit(_)));
    match (open, order.state()) {
        (Some(quantity), _) => {
            let (at_price, quantity) = (story.venue.price().to_string(), quantity.to_string());
            let trade = 1_000_000 + id.sequence();
            let made = fill(id.sequence(), trade, Side::Sell, &at_price, &quantity);
            AccountEvent::Traded(Fill { pair: order.request.pair, ..made })
        }
        (None, OrderState::Sent | OrderState::Unknown) if order.quantity_traded().is_zero() => {
            AccountEvent::NeverExisted { order: id }
        }
        (None, _) => AccountEvent::Canceled { order: id, reason: CancelReason::Requested },
    }
}

proptest! {
    /// Whatever has happened: once the venue is back and obeys, a halt ends with nothing open and
    /// nothing held but what is named and too small to be sold.
    #[test]
    fn a_halt_ends(turns in turns(), wishes in wishes(), sizing in sizings()) {
        let header = two_pairs(sizing);
        let mut story = Story::new(&header, &wishes);
        for turn in &turns {
            story.play(turn);
        }
        story.play(&Turn::Halt);
        for here in [false, true] {
            story.play(&Turn::Status(VenueStatus::Online, here));
        }
        // So many slices of two each, and as many prices for those that had none.
        for round in 0..60 {
            for id in story.engine.orders.live_ids() {
                if story.engine.orders.live(id).is_some() {
                    let event = obey(&story, id);
                    story.tell(Input::Venue(VenueEvent::Account(event)), 1);
                }
            }
            story.play(&Turn::Market(Seen::Trade, 1_000 + round % 3));
        }
        prop_assert!(story.engine.halted().is_some());
        prop_assert_eq!(story.engine.orders_live(), 0);
        let told = |report: &Report| {
            story.outputs.iter().flatten().any(|it| *it == Output::Report(report.clone()))
        };
        prop_assert!(told(&Report::Flattened));
        for desk in &story.engine.desks {
            let quantity = desk.position.quantity();
            let (pair, why) = (desk.rules.pair, ResidualCause::BelowMinimum);
            let residual = Report::Residual { pair, quantity, why };
            prop_assert!(quantity.is_zero() || told(&residual), "{} of {}", quantity, pair);
        }
    }

    /// Whatever the market and the venue do: nothing panics (the ledger asserts that it balances
    /// at every step), what is said was allowed, unknown orders are counted as live, and the
    /// journal replays to the same outputs, the same hash and the same state.
    #[test]
    fn survives_any_venue(turns in turns(), wishes in wishes(), sizing in sizings()) {
        let header = two_pairs(sizing);
        let mut story = Story::new(&header, &wishes);
        for turn in &turns {
            let before = Before::of(&story.engine);
            let Some(outputs) = story.play(turn) else { continue };
            for output in &outputs {
                before.check(&story, turn, output)?;
            }
            check_worst_case(&story.engine, pair())?;
            check_worst_case(&story.engine, ether())?;
        }
        let hash = story.engine.journal().hash();
        let bytes = story.engine.journal().take_bytes();
        let reader = JournalReader::new(&bytes).unwrap();
        let fresh = Engine::new(reader.header(), two_scripts(&wishes), Keep::Hash).unwrap();
        let mut replay = replay(reader, fresh).unwrap();
        prop_assert_eq!(replay.difference, None);
        prop_assert_eq!(replay.engine.journal().hash(), hash);
        prop_assert_eq!(replay.engine.state_hash(), story.engine.state_hash());
    }
}
