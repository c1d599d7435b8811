//! A twin of the book: one list, sorted anew each time somebody looks at it. It shares no code
//! with the exchange, knows no money, and must fill the same orders in the same sequence.

use proptest::prelude::*;
use trading_types::{AccountEvent, OrderKind, OrderQuantity, Price, Quantity, SelfTradePrevention};

use super::{random::*, *};

/// A place in the one list. The outside world has no number.
#[derive(Clone, Debug)]
struct Place {
    number: Option<u64>,
    side: Side,
    price: Price,
    rest: Quantity,
    turn: u64,
}

#[derive(Clone, Debug)]
struct Known {
    account: AccountId,
    order: NewOrder,
    limit: Option<Price>,
    displayed: Option<Quantity>,
    total: Quantity,
    filled: Quantity,
    is_open: bool,
}

#[derive(Clone, Default)]
struct Twin {
    places: Vec<Place>,
    known: Vec<Known>,
    turn: u64,
    fills: Vec<String>,
}

impl Twin {
    fn step(&mut self, step: &Step) {
        match step.clone() {
            Step::Place { account, order } => self.place(account, order),
            Step::Cancel { account, which } => {
                if self.is_open(account, which) {
                    self.end(which);
                }
            }
            Step::CancelAll { account } => {
                for number in 1..=self.known.len() as u64 {
                    if self.is_open(account, number) {
                        self.end(number);
                    }
                }
            }
            Step::Amend { account, which, quantity, limit } => {
                if self.is_open(account, which) {
                    self.amend(which, quantity, limit);
                }
            }
            Step::Book { side, level, is_snapshot } => {
                if is_snapshot {
                    let is_set = |place: &Place| place.side == side && place.price == level.price;
                    self.places.retain(|place| place.number.is_some() || is_set(place));
                }
                self.set_level(side, level);
            }
            Step::Trade { side, price, quantity } => self.outside_takes(side, price, quantity),
            Step::Display { account, which, displayed } => {
                if self.is_open(account, which) {
                    self.display(which, displayed);
                }
            }
            Step::Act { .. } | Step::Index { .. } | Step::Wait { .. } => (),
        }
    }

    fn known(&mut self, number: u64) -> &mut Known {
        &mut self.known[usize::try_from(number).unwrap() - 1]
    }

    fn is_open(&mut self, account: AccountId, number: u64) -> bool {
        let exists = number <= self.known.len() as u64;
        exists && self.known(number).is_open && self.known(number).account == account
    }

    fn end(&mut self, number: u64) {
        self.known(number).is_open = false;
        self.places.retain(|place| place.number != Some(number));
    }

    /// The place that somebody on `side` with this limit meets next.
    fn best(&self, side: Side, limit: Option<Price>) -> Option<usize> {
        let mut met: Vec<usize> = (0..self.places.len())
            .filter(|index| {
                let place = &self.places[*index];
                place.side != side
                    && limit.is_none_or(|limit| match side {
                        Side::Buy => place.price <= limit,
                        Side::Sell => limit <= place.price,
                    })
            })
            .collect();
        met.sort_by_key(|index| {
            let Place { price, turn, .. } = self.places[*index];
            (if side == Side::Buy { price.units() } else { -price.units() }, turn)
        });
        met.first().copied()
    }

    fn place(&mut self, account: AccountId, order: NewOrder) {
        let OrderQuantity::Base(total) = order.quantity else { panic!("plain orders only") };
        let (number, limit) = (order.id.sequence(), order.kind.limit());
        let displayed = if let OrderKind::Iceberg { displayed, .. } = order.kind {
            Some(displayed)
        } else {
            None
        };
        let filled = Quantity::ZERO;
        self.known.push(Known { account, order, limit, displayed, total, filled, is_open: true });
        self.act(number);
    }

    fn act(&mut self, number: u64) {
        let Known { order, limit, .. } = self.known(number).clone();
        if order.post_only && self.best(order.side, limit).is_some() {
            return self.end(number);
        }
        if order.time_in_force == TimeInForce::FillOrKill {
            // Try it out; if it is not all, it never happened.
            let mut trial = self.clone();
            trial.take(number);
            let Known { filled, total, .. } = *trial.known(number);
            if filled == total {
                *self = trial;
            }
            return self.end(number);
        }
        self.take(number);
        let Known { filled, total, is_open, .. } = *self.known(number);
        let rests = order.time_in_force == TimeInForce::GoodTilCanceled && limit.is_some();
        if is_open && rests && filled < total {
            self.queue(number);
        } else {
            self.known(number).is_open = false;
        }
    }

    /// Puts an order at the back of its queue, with as much as it shows.
    fn queue(&mut self, number: u64) {
        self.turn += 1;
        let Known { order, limit, displayed, total, filled, .. } = self.known(number).clone();
        let rest = displayed.unwrap_or(total).min(total - filled);
        let (number, side, turn) = (Some(number), order.side, self.turn);
        self.places.push(Place { number, side, price: limit.unwrap(), rest, turn });
    }

    fn take(&mut self, number: u64) {
        loop {
            let Known { account, order, limit, total, filled, .. } = self.known(number).clone();
            if filled == total {
                return;
            }
            let Some(index) = self.best(order.side, limit) else { return };
            let met = self.places[index].clone();
            let own = met.number.filter(|maker| self.known(*maker).account == account);
            if let Some(maker) = own {
                if order.self_trade != SelfTradePrevention::CancelNewest {
                    self.end(maker);
                }
                if order.self_trade != SelfTradePrevention::CancelOldest {
                    return self.end(number);
                }
                continue;
            }
            let quantity = met.rest.min(total - filled);
            self.trade(index, quantity);
            self.known(number).filled += quantity;
            self.fills.push(format!("{number} {quantity} @ {} taker", met.price));
        }
    }

    /// Takes from a place; if it is an account's, that is a fill.
    fn trade(&mut self, index: usize, quantity: Quantity) {
        let place = &mut self.places[index];
        place.rest -= quantity;
        let Place { number, price, rest, .. } = place.clone();
        if rest.is_zero() {
            self.places.remove(index);
        }
        if let Some(number) = number {
            self.fills.push(format!("{number} {quantity} @ {price} maker"));
            let known = self.known(number);
            known.filled += quantity;
            known.is_open = known.filled < known.total;
            if known.is_open && rest.is_zero() {
                self.queue(number);
            }
        }
    }

    fn amend(&mut self, number: u64, quantity: Option<Quantity>, limit: Option<Price>) {
        let before = self.known(number).clone();
        let crosses = limit != before.limit && self.best(before.order.side, limit).is_some();
        if limit.is_some() && crosses && before.order.post_only {
            return;
        }
        let total = quantity.unwrap_or(before.total).max(before.filled);
        if before
            .displayed
            .is_some_and(|shown| shown.units() * 15 < (total - before.filled).units())
        {
            return;
        }
        let known = self.known(number);
        known.total = quantity.unwrap_or(known.total).max(known.filled);
        known.limit = limit.or(known.limit);
        let (total, filled, limit) = (known.total, known.filled, known.limit);
        if total == filled {
            self.end(number);
        } else if limit == before.limit && total <= before.total {
            let is_its = |place: &&mut Place| place.number == Some(number);
            let place = self.places.iter_mut().find(is_its).unwrap();
            place.rest = place.rest.min(total - filled);
        } else {
            self.places.retain(|place| place.number != Some(number));
            self.act(number);
        }
    }

    fn display(&mut self, number: u64, displayed: Quantity) {
        let Known { displayed: before, total, filled, .. } = *self.known(number);
        let hides_too_much = displayed.units() * 15 < (total - filled).units();
        let Some(before) = before.filter(|_| !hides_too_much) else { return };
        self.known(number).displayed = Some(displayed);
        if displayed <= before {
            let is_its = |place: &&mut Place| place.number == Some(number);
            let place = self.places.iter_mut().find(is_its).unwrap();
            place.rest = place.rest.min(displayed);
        } else {
            self.places.retain(|place| place.number != Some(number));
            self.queue(number);
        }
    }

    fn outside_takes(&mut self, side: Side, price: Price, quantity: Quantity) {
        let mut rest = quantity;
        while rest.is_positive() {
            let Some(index) = self.best(side, Some(price)) else { return };
            let traded = rest.min(self.places[index].rest);
            rest -= traded;
            self.trade(index, traded);
        }
    }

    fn set_level(&mut self, side: Side, level: BookLevel) {
        let mut rest = level.quantity;
        while rest.is_positive() {
            let Some(index) = self.best(side, Some(level.price)) else { break };
            let met = self.places[index].clone();
            if met.number.is_none() {
                self.places.remove(index);
                continue;
            }
            let traded = rest.min(met.rest);
            rest -= traded;
            self.trade(index, traded);
        }
        let is_there = |place: &Place| {
            place.number.is_none() && place.side == side && place.price == level.price
        };
        let there: Quantity = self.places.iter().filter(|it| is_there(it)).map(|it| it.rest).sum();
        if there < rest {
            // Who is last and comes from outside grows; else somebody new comes.
            let at_level = |place: &&mut Place| place.side == side && place.price == level.price;
            let last = self.places.iter_mut().filter(at_level).max_by_key(|place| place.turn);
            if let Some(place) = last.filter(|place| place.number.is_none()) {
                place.rest += rest - there;
            } else {
                self.turn += 1;
                let (price, turn) = (level.price, self.turn);
                self.places.push(Place { number: None, side, price, rest: rest - there, turn });
            }
        }
        let mut excess = (there - rest).max(Quantity::ZERO);
        while excess.is_positive() {
            let last = (0..self.places.len()).filter(|index| is_there(&self.places[*index]));
            let last = last.max_by_key(|index| self.places[*index].turn).unwrap();
            let taken = excess.min(self.places[last].rest);
            self.places[last].rest -= taken;
            excess -= taken;
            self.places.retain(|place| place.rest.is_positive());
        }
    }

    /// What is offered at each price, sorted.
    fn levels(&self, side: Side) -> Vec<(Price, Quantity)> {
        let mut prices: Vec<Price> =
            self.places.iter().filter(|it| it.side == side).map(|it| it.price).collect();
        prices.sort_unstable();
        prices.dedup();
        let at = |price| {
            let there = self.places.iter().filter(|it| it.side == side && it.price == price);
            (price, there.map(|it| it.rest).sum())
        };
        prices.into_iter().map(at).collect()
    }
}

/// A floor on which nobody runs out of funds.
fn rich() -> Floor {
    let now = seconds(1_000);
    let mut exchange = BookExchange::new(settings(), now);
    for _ in 0..3 {
        exchange.open_account(&[(asset("USD"), amount("9999999")), (asset("BTC"), amount("9999"))]);
    }
    Floor { exchange, now }
}

fn fills(floor: &mut Floor) -> Vec<String> {
    let events = std::iter::from_fn(|| floor.exchange.poll_output());
    let fill = |(_, event)| match event {
        VenueEvent::Account(AccountEvent::Traded(fill)) => {
            let liquidity = format!("{:?}", fill.liquidity).to_lowercase();
            Some(format!(
                "{} {} @ {} {liquidity}",
                fill.order.sequence(),
                fill.quantity,
                fill.price
            ))
        }
        VenueEvent::Account(_) | VenueEvent::Market(_) | VenueEvent::Link(_) => None,
    };
    events.filter_map(fill).collect()
}

fn sorted(levels: &[BookLevel]) -> Vec<(Price, Quantity)> {
    let mut levels: Vec<_> = levels.iter().map(|level| (level.price, level.quantity)).collect();
    levels.sort_unstable();
    levels
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn the_twin_fills_the_same_orders_in_the_same_sequence(
        mut steps in history(shy_order()),
    ) {
        number(&mut steps);
        let (mut floor, mut twin) = (rich(), Twin::default());
        for step in &steps {
            floor.step(step);
            twin.step(step);
            prop_assert_eq!(fills(&mut floor), std::mem::take(&mut twin.fills));
            let book = floor.exchange.book(pair()).unwrap();
            prop_assert_eq!(sorted(&book.bids), twin.levels(Side::Buy));
            prop_assert_eq!(sorted(&book.asks), twin.levels(Side::Sell));
            if let (Some(bid), Some(ask)) = (book.bids.first(), book.asks.first()) {
                prop_assert!(bid.price < ask.price, "the book is crossed");
            }
        }
    }
}
