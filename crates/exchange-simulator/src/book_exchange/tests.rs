//! The exchange with a book, told as short texts. What everyone hears has no name before it.

use trading_types::{
    Amendment, BookLevel, BookUpdate, NewOrder, Side, TimeInForce, Trade, VenueEvent,
};

use super::*;
use crate::{account::Balance, fixture::*, latency::Delay};

mod closes;
mod funds;
mod icebergs;
mod laws;
mod orders;
mod outside;
mod races;
mod random;
mod twin;
mod waiting;

/// An exchange and a clock that only moves when told.
struct Floor {
    exchange: BookExchange,
    now: Timestamp,
}

const ALICE: AccountId = AccountId(0);
const BOB: AccountId = AccountId(1);

fn settings() -> BookSettings {
    BookSettings { rules: vec![rules()], latency: Latency::NONE, intervals: Vec::new(), seed: 1 }
}

impl Floor {
    /// Alice and Bob with 100,000 dollars and ten bitcoins each, and an empty book.
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: BookSettings) -> Self {
        let now = seconds(1_000);
        let mut exchange = BookExchange::new(settings, now);
        for _ in [ALICE, BOB] {
            exchange
                .open_account(&[(asset("USD"), amount("100000")), (asset("BTC"), amount("10"))]);
        }
        let mut floor = Self { exchange, now };
        floor.heard();
        floor
    }

    /// A book of one bitcoin each at 99 and 98, 101 and 102, and a last trade at 100.
    fn quoted() -> Self {
        let mut floor = Self::new();
        floor.book("1 @ 99, 1 @ 98", "1 @ 101, 1 @ 102");
        floor.trade(Side::Buy, "0.1", "100");
        floor.heard();
        floor
    }

    /// Everything that was told since, without book and quote events.
    fn heard(&mut self) -> Vec<String> {
        let is_told = |text: &String| !text.starts_with("book") && !text.starts_with("quote");
        self.heard_all().into_iter().filter(is_told).collect()
    }

    fn heard_all(&mut self) -> Vec<String> {
        let outputs = std::iter::from_fn(|| self.exchange.poll_output());
        let name = |audience| match audience {
            Audience::Everyone => "",
            Audience::Account(ALICE) => "alice: ",
            Audience::Account(_) => "bob: ",
        };
        outputs.map(|(audience, event)| format!("{}{}", name(audience), told(&event))).collect()
    }

    fn command(&mut self, account: AccountId, command: VenueCommand) -> &mut Self {
        self.exchange.handle(account, command, self.now);
        self
    }

    fn place(&mut self, account: AccountId, order: NewOrder) -> &mut Self {
        self.command(account, VenueCommand::Place(order))
    }

    fn cancel(&mut self, account: AccountId, number: u64) -> &mut Self {
        self.command(account, VenueCommand::Cancel(id(number)))
    }

    fn amend(
        &mut self,
        account: AccountId,
        number: u64,
        (all, limit, trigger): (Option<&str>, Option<&str>, Option<&str>),
    ) -> &mut Self {
        let amendment = Amendment {
            order: id(number),
            quantity: all.map(quantity),
            limit: limit.map(price),
            trigger: trigger.map(price),
        };
        self.command(account, VenueCommand::Amend(amendment))
    }

    /// The outside world's levels, as `quantity @ price, …`.
    fn book(&mut self, bids: &str, asks: &str) -> &mut Self {
        let levels = |text: &str| {
            let levels = text.split(", ").filter(|level| !level.is_empty());
            let level = |level: &str| {
                let (all, at) = level.split_once(" @ ").unwrap();
                BookLevel { price: price(at), quantity: quantity(all) }
            };
            levels.map(level).collect()
        };
        let update = BookUpdate { is_snapshot: false, bids: levels(bids), asks: levels(asks) };
        let event = MarketEvent::Book { pair: pair(), update };
        self.exchange.handle_market(&event, self.now);
        self
    }

    fn trade(&mut self, taker_side: Side, all: &str, at: &str) -> &mut Self {
        let trade = Trade { time: self.now, price: price(at), quantity: quantity(all), taker_side };
        self.exchange.handle_market(&MarketEvent::Trade { pair: pair(), trade }, self.now);
        self
    }

    fn wait(&mut self, length: u64) -> &mut Self {
        self.now = self.now + std::time::Duration::from_secs(length);
        self.exchange.handle_timeout(self.now);
        self
    }

    fn balance(&self, account: AccountId, name: &str) -> Balance {
        let balances = self.exchange.balances(account);
        balances.iter().find(|(known, _)| *known == asset(name)).unwrap().1
    }

    fn levels(&self) -> String {
        told(&VenueEvent::Market(MarketEvent::Book {
            pair: pair(),
            update: self.exchange.book(pair()).unwrap(),
        }))
    }
}

fn with_time(mut order: NewOrder, time_in_force: TimeInForce) -> NewOrder {
    order.time_in_force = time_in_force;
    order
}

fn post_only(mut order: NewOrder) -> NewOrder {
    order.post_only = true;
    order
}
