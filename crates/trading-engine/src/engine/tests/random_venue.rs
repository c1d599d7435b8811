//! The engine against a venue without sense: what holds whatever the market and the venue do.

use proptest::prelude::*;
use trading_types::{OrderQuantity, Pair, Price, Side, VenueCommand};

use super::story::{Story, ether, sizings, turns, two_pairs, two_scripts, wishes};
use crate::{
    engine::Engine,
    journal::{JournalReader, Keep},
    order::Role,
    replay::replay,
    report::Output,
    test_values::{pair, usd},
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
    let (mut sells, mut buys) = (trading_types::Amount::ZERO, trading_types::Amount::ZERO);
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

proptest! {
    /// Whatever the market and the venue do: nothing panics (the ledger asserts that it balances
    /// at every step), no more is sold than is held, unknown orders are counted as live, nothing is
    /// bought while trading is halted or blocked, an entry is never above the cap, and the journal
    /// replays to the same outputs, the same hash and the same state.
    #[test]
    fn survives_any_venue(turns in turns(), wishes in wishes(), sizing in sizings()) {
        let header = two_pairs(sizing);
        let mut story = Story::new(&header, &wishes);
        for turn in &turns {
            let engine = &story.engine;
            let was_halted = engine.halted().is_some();
            let was_blocked = [pair(), ether()].map(|pair| engine.block_on(pair).is_some());
            let cap = engine.entry_value_cap;
            let Some(outputs) = story.play(turn) else { continue };
            let outputs = outputs.to_vec();
            for output in &outputs {
                let Output::Command(VenueCommand::Place(order)) = output else { continue };
                if order.side == Side::Sell {
                    let OrderQuantity::Base(sold) = order.quantity else {
                        return Err(TestCaseError::fail("a sale is in base asset"));
                    };
                    prop_assert!(sold <= story.engine.position(order.pair).unwrap().sellable());
                    continue;
                }
                prop_assert!(!was_halted, "nothing is bought while halted");
                let at = usize::from(order.pair == ether());
                prop_assert!(!was_blocked[at], "nothing is bought while blocked");
                let value = match order.quantity {
                    OrderQuantity::Base(quantity) => story.venue.price() * quantity,
                    OrderQuantity::Quote(spend) => spend,
                };
                prop_assert!(cap.is_none_or(|cap| value <= cap), "{value} is above {cap:?}");
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
