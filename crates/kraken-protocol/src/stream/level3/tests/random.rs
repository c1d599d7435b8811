//! Random events for a book and for its naive twin, a plain list of orders.

use proptest::prelude::*;

use super::*;

/// All orders of one side in the order they came to stand.
#[derive(Default)]
struct Twin {
    orders: Vec<(u8, u64, u64)>,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    kind: Level3Event,
    name: u8,
    price: u64,
    quantity: u64,
}

impl Twin {
    fn apply(&mut self, event: Event) -> Result<(), ()> {
        let Event { kind, name, price, quantity } = event;
        let at = self.orders.iter().position(|order| order.0 == name);
        let is_gone = kind == Level3Event::Deleted || quantity == 0;
        match at {
            None if kind == Level3Event::Modified => return Err(()),
            None if is_gone => {}
            None => self.orders.push((name, price, quantity)),
            Some(at) if is_gone => drop(self.orders.remove(at)),
            Some(at) if self.orders[at].1 == price => self.orders[at].2 = quantity,
            Some(at) => {
                self.orders.remove(at);
                self.orders.push((name, price, quantity));
            }
        }
        Ok(())
    }

    /// Cuts to the ten best prices; all orders, best first.
    fn sorted(&mut self, is_better: fn(u64, u64) -> bool) -> Vec<(u8, u64, u64)> {
        let mut prices: Vec<u64> = self.orders.iter().map(|order| order.1).collect();
        prices.sort_by(|one, other| is_better(*other, *one).cmp(&is_better(*one, *other)));
        prices.dedup();
        prices.truncate(10);
        self.orders.retain(|order| prices.contains(&order.1));
        let of = |price: &u64| self.orders.iter().filter(|it| it.1 == *price).copied().collect();
        prices.iter().flat_map(|price| -> Vec<_> { of(price) }).collect()
    }
}

fn text(orders: &[(u8, u64, u64)]) -> String {
    let digits = |(_, price, quantity): &(u8, u64, u64)| format!("{price}{quantity}");
    orders.iter().map(digits).collect::<Vec<_>>().concat()
}

fn named(orders: &[(u8, u64, u64)], first: char) -> Vec<VenueOrderId> {
    orders.iter().map(|order| id(&format!("{first}{}", order.0))).collect()
}

fn change(event: &Event, first: char) -> Level3Change {
    let Event { kind, name, price, quantity } = *event;
    let (price, quantity) = (price.to_string().parse(), quantity.to_string().parse());
    let id = id(&format!("{first}{name}"));
    let (price, quantity) = (price.unwrap(), quantity.unwrap());
    Level3Change { event: kind, order: Level3Order { id, price, quantity, time: NOW } }
}

fn events(prices: std::ops::Range<u64>) -> impl Strategy<Value = Vec<Event>> {
    let kind = prop_oneof![
        12 => Just(Level3Event::Added),
        3 => Just(Level3Event::Deleted),
        1 => Just(Level3Event::Modified),
    ];
    let event = (kind, 0_u8..60, prices, 0_u64..9);
    let event =
        event.prop_map(|(kind, name, price, quantity)| Event { kind, name, price, quantity });
    prop::collection::vec(event, 0..25)
}

proptest! {
    #[test]
    fn equals_its_twin(
        messages in prop::collection::vec((events(1..20), events(20..40)), 1..12),
    ) {
        let mut book = book(&[], &[], "");
        let (mut bids, mut asks) = (Twin::default(), Twin::default());
        for (ours, others) in messages {
            let is_known = ours.iter().try_for_each(|event| bids.apply(*event)).is_ok()
                && others.iter().try_for_each(|event| asks.apply(*event)).is_ok();
            let (sold, bought) = (asks.sorted(|a, b| a < b), bids.sorted(|a, b| b < a));
            let message = Level3Message {
                bids: ours.iter().map(|event| change(event, 'B')).collect(),
                asks: others.iter().map(|event| change(event, 'A')).collect(),
                ..message(MessageKind::Update, &[], &[], &(text(&sold) + &text(&bought)))
            };
            let applied = book.apply(&message, NOW);
            prop_assert_eq!(applied.is_ok(), is_known, "{:?}", applied);
            if !is_known {
                break;
            }
            let ids = |orders: Vec<&Level3Order>| -> Vec<VenueOrderId> {
                orders.into_iter().map(|order| order.id).collect()
            };
            prop_assert_eq!(ids(book.bids().collect()), named(&bought, 'B'));
            prop_assert_eq!(ids(book.asks().collect()), named(&sold, 'A'));
        }
    }
}
