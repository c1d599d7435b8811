//! A naive client beside the view: it reads frames as text, keeps its levels in a map, cuts to its
//! depth, and knows the checksum's rule by itself.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::value::RawValue;
use trading_types::{BookLevel, BookUpdate, Pair, Price, Quantity, Timestamp};

use super::BookView;
use crate::socket::fixed::Decimals;

const DECIMALS: Decimals = Decimals { price: 1, quantity: 8, cost: 5 };

fn level(price: i64, quantity: i64) -> BookLevel {
    BookLevel {
        price: Price::from_units(price * 1_000_000_000),
        quantity: Quantity::from_units(quantity),
    }
}

fn update(bids: Vec<BookLevel>, asks: Vec<BookLevel>) -> BookUpdate {
    BookUpdate { is_snapshot: false, bids, asks }
}

fn view(book: &BookUpdate) -> BookView {
    let pair: Pair = "BTC/USD".parse().unwrap();
    BookView::new(pair, DECIMALS, book)
}

#[derive(serde::Deserialize)]
struct Message<'a> {
    channel: &'a str,
    #[serde(borrow)]
    data: [Book<'a>; 1],
}

#[derive(serde::Deserialize)]
struct Book<'a> {
    symbol: &'a str,
    #[serde(borrow)]
    bids: Vec<Level<'a>>,
    #[serde(borrow)]
    asks: Vec<Level<'a>>,
    checksum: u32,
}

#[derive(serde::Deserialize)]
struct Level<'a> {
    #[serde(borrow)]
    price: &'a RawValue,
    #[serde(borrow)]
    qty: &'a RawValue,
}

#[derive(Default)]
struct Client {
    depth: usize,
    /// By price in its smallest unit; the value is the wire's text of price and quantity.
    bids: BTreeMap<i64, (String, String)>,
    asks: BTreeMap<i64, (String, String)>,
}

impl Client {
    fn hear(&mut self, frame: &str) {
        let message: Message<'_> = serde_json::from_str(frame).unwrap();
        assert_eq!((message.channel, message.data[0].symbol), ("book", "BTC/USD"));
        for (side, levels) in
            [(&mut self.bids, &message.data[0].bids), (&mut self.asks, &message.data[0].asks)]
        {
            for Level { price, qty } in levels {
                let key: Price = price.get().parse().unwrap();
                if qty.get().parse::<Quantity>().unwrap().is_zero() {
                    side.remove(&key.units());
                } else {
                    side.insert(key.units(), (price.get().to_owned(), qty.get().to_owned()));
                }
            }
        }
        while self.depth < self.bids.len() {
            self.bids.pop_first();
        }
        while self.depth < self.asks.len() {
            self.asks.pop_last();
        }
        assert_eq!(message.data[0].checksum, self.checksum(), "{frame}");
    }

    fn checksum(&self) -> u32 {
        let digits = |text: &str| text.replace('.', "").trim_start_matches('0').to_owned();
        let levels = self.asks.values().take(10).chain(self.bids.values().rev().take(10));
        let text: String = levels.map(|(price, qty)| digits(price) + &digits(qty)).collect();
        crc32fast::hash(text.as_bytes())
    }
}

fn frame_of(view: &mut BookView, update: &BookUpdate, depth: u16) -> Option<String> {
    let mut frames = view.update(update, &[depth], Timestamp::EPOCH);
    frames.pop().map(|(_, frame)| frame.as_str().to_owned())
}

#[test]
fn a_frame_looks_like_krakens() {
    let book = update(vec![level(667_880, 321_926_649)], vec![level(667_881, 1)]);
    let mut view = view(&book);
    assert_eq!(
        view.snapshot(10, Timestamp::EPOCH).as_str(),
        "{\"channel\":\"book\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"BTC/USD\",\
         \"bids\":[{\"price\":66788.0,\"qty\":3.21926649}],\
         \"asks\":[{\"price\":66788.1,\"qty\":0.00000001}],\"checksum\":1800009147,\
         \"timestamp\":\"1970-01-01T00:00:00.000000Z\"}]}"
    );
    let change = update(vec![level(667_880, 0)], vec![]);
    assert_eq!(
        frame_of(&mut view, &change, 10).unwrap(),
        "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\
         \"bids\":[{\"price\":66788.0,\"qty\":0.00000000}],\"asks\":[],\"checksum\":530164958,\
         \"timestamp\":\"1970-01-01T00:00:00.000000Z\"}]}"
    );
}

#[test]
fn a_level_that_comes_into_view_is_told_and_one_that_falls_out_is_not() {
    let bids = (1..=11).map(|price| level(price, 100)).collect();
    let mut view = view(&update(bids, vec![]));
    let told = |frame: Option<String>| {
        let frame = frame?;
        let message: Message<'_> = serde_json::from_str(&frame).unwrap();
        let level = |level: &Level<'_>| format!("{}={}", level.price, level.qty);
        Some(message.data[0].bids.iter().map(level).collect::<Vec<_>>().join(" "))
    };
    let mut check = |changes: &[(i64, i64)], expected: Option<&str>| {
        let bids = changes.iter().map(|(price, quantity)| level(*price, *quantity)).collect();
        let frame = frame_of(&mut view, &update(bids, vec![]), 10);
        assert_eq!(told(frame).as_deref(), expected, "{changes:?}");
    };
    check(&[(1, 50)], None);
    check(&[(5, 0)], Some("0.5=0.00000000 0.1=0.00000050"));
    check(&[(5, 7)], Some("0.5=0.00000007"));
    check(&[(5, 7)], None);
    check(&[(20, 1), (11, 0)], Some("1.1=0.00000000 2.0=0.00000001"));
    check(&[(20, 0), (21, 3)], Some("2.0=0.00000000 2.1=0.00000003"));
    check(&[(21, 0), (21, 4)], Some("2.1=0.00000004"));
    check(&[(30, 4), (30, 0)], None);
}

#[test]
fn a_whole_book_in_the_stream_is_told_as_changes() {
    let mut view = view(&update(vec![level(1, 1), level(2, 2)], vec![]));
    let whole =
        BookUpdate { is_snapshot: true, bids: vec![level(2, 2), level(3, 3)], asks: vec![] };
    let frame = frame_of(&mut view, &whole, 10).unwrap();
    assert!(
        frame.contains(r#""bids":[{"price":0.1,"qty":0.00000000},{"price":0.3,"qty":0.00000003}]"#)
    );
}

fn changes() -> impl Strategy<Value = Vec<BookLevel>> {
    prop::collection::vec((1_i64..60, prop_oneof![2 => Just(0_i64), 3 => 1_i64..1_000_000]), 0..12)
        .prop_map(|levels| {
            levels.into_iter().map(|(price, quantity)| level(price, quantity)).collect()
        })
}

proptest! {
    /// Clients of every depth, told in one go, always have the best levels of the true book.
    #[test]
    fn clients_have_the_true_book(
        start in (changes(), changes()),
        steps in prop::collection::vec((changes(), changes(), any::<bool>()), 1..30),
    ) {
        let place = |levels: Vec<BookLevel>| -> BTreeMap<i64, BookLevel> {
            let levels = levels.into_iter().map(|level| (level.price.units(), level));
            levels.filter(|(_, level)| !level.quantity.is_zero()).collect()
        };
        let (mut bids, mut asks) = (place(start.0), place(start.1));
        let all = |side: &BTreeMap<i64, BookLevel>| side.values().copied().collect::<Vec<_>>();
        let mut view = view(&update(all(&bids), all(&asks)));
        // Two depths that bind at sixty prices, and one that does not.
        let depths = [10, 25, 100];
        let mut clients = depths.map(|depth| Client { depth: depth.into(), ..Client::default() });
        for client in &mut clients {
            let depth = u16::try_from(client.depth).unwrap();
            client.hear(view.snapshot(depth, Timestamp::EPOCH).as_str());
        }
        for (bid_changes, ask_changes, is_snapshot) in steps {
            if is_snapshot {
                (bids, asks) = (place(bid_changes), place(ask_changes));
            } else {
                for (side, changes) in [(&mut bids, &bid_changes), (&mut asks, &ask_changes)] {
                    for level in changes {
                        side.insert(level.price.units(), *level);
                    }
                    side.retain(|_, level| !level.quantity.is_zero());
                }
                let told = update(bid_changes, ask_changes);
                tell(&mut view, &told, &depths, &mut clients);
                check(&clients, &bids, &asks);
                continue;
            }
            let told = BookUpdate { is_snapshot, bids: all(&bids), asks: all(&asks) };
            tell(&mut view, &told, &depths, &mut clients);
            check(&clients, &bids, &asks);
        }
    }
}

fn tell(view: &mut BookView, told: &BookUpdate, depths: &[u16], clients: &mut [Client]) {
    for (depth, frame) in view.update(told, depths, Timestamp::EPOCH) {
        let client = clients.iter_mut().find(|client| client.depth == usize::from(depth));
        client.unwrap().hear(frame.as_str());
    }
}

fn check(clients: &[Client], bids: &BTreeMap<i64, BookLevel>, asks: &BTreeMap<i64, BookLevel>) {
    for client in clients {
        let wire =
            |level: &BookLevel| (DECIMALS.price(level.price), DECIMALS.quantity(level.quantity));
        let best_bids: Vec<_> = bids.values().rev().take(client.depth).map(wire).collect();
        let best_asks: Vec<_> = asks.values().take(client.depth).map(wire).collect();
        assert_eq!(client.bids.values().rev().cloned().collect::<Vec<_>>(), best_bids);
        assert_eq!(client.asks.values().cloned().collect::<Vec<_>>(), best_asks);
    }
}
