//! Random messages for a book and for its naive twin: after each, both agree on everything.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const PRICE_DECIMALS: u8 = 2;
const QUANTITY_DECIMALS: u8 = 3;

/// A book written the slow and obvious way: sorted maps of price and quantity texts, the checksum
/// bit by bit. Shares no code with [`Book`].
#[derive(Default)]
struct Twin {
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
}

/// Prices in hundredths and quantities in thousandths.
type Changes = Vec<(i64, i64)>;

impl Twin {
    fn apply(&mut self, bids: &Changes, asks: &Changes, depth: usize) {
        for (side, changes) in [(&mut self.bids, bids), (&mut self.asks, asks)] {
            for (price, quantity) in changes {
                side.insert(*price, *quantity);
                side.retain(|_, quantity| *quantity != 0);
            }
        }
        while depth < self.bids.len() {
            self.bids.pop_first();
        }
        while depth < self.asks.len() {
            self.asks.pop_last();
        }
    }

    fn checksum(&self) -> u32 {
        let text = |(price, quantity): (&i64, &i64)| {
            let price = format!("{}.{:02}", price / 100, price % 100).replace('.', "");
            let quantity = format!("{}.{:03}", quantity / 1_000, quantity % 1_000).replace('.', "");
            price.trim_start_matches('0').to_owned() + quantity.trim_start_matches('0')
        };
        let asks = self.asks.iter().take(10).map(text);
        let bids = self.bids.iter().rev().take(10).map(text);
        crc32(&asks.chain(bids).collect::<String>())
    }

    fn is_crossed(&self) -> bool {
        match (self.bids.last_key_value(), self.asks.first_key_value()) {
            (Some((bid, _)), Some((ask, _))) => ask <= bid,
            (_, _) => false,
        }
    }
}

/// The polynomial of zlib, bit by bit.
fn crc32(text: &str) -> u32 {
    !text.bytes().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    })
}

fn book_level((price, quantity): (i64, i64)) -> BookLevel {
    BookLevel {
        price: Price::from_units(price * 100_000_000),
        quantity: trading_types::Quantity::from_units(quantity * 100_000),
    }
}

fn all_levels(changes: &Changes) -> Vec<BookLevel> {
    changes.iter().copied().map(book_level).collect()
}

/// Prices so close together that they meet, and quantities that are often zero.
fn changes(from: i64) -> impl Strategy<Value = Changes> {
    let quantity = prop_oneof![2 => 1_i64..2_000_000, 1 => Just(0_i64)];
    prop::collection::vec((from..from + 40, quantity), 0..30)
}

#[derive(Clone, Debug)]
enum Step {
    Good(MessageKind),
    Lost,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => Just(Step::Good(MessageKind::Update)),
        1 => Just(Step::Good(MessageKind::Snapshot)),
        1 => Just(Step::Lost),
    ]
}

proptest! {
    #[test]
    fn equals_its_twin(
        steps in prop::collection::vec((step(), changes(70), changes(100)), 1..20),
        depth in prop_oneof![Just(BookDepth::Ten), Just(BookDepth::TwentyFive)],
    ) {
        let precision = PricePrecision::new(PRICE_DECIMALS, QUANTITY_DECIMALS).unwrap();
        let mut book = Book::new(depth, precision);
        let mut twin = None;
        for (step, bids, asks) in steps {
            let kind = match step {
                Step::Good(kind) => kind,
                Step::Lost => MessageKind::Update,
            };
            if kind == MessageKind::Snapshot {
                twin = Some(Twin::default());
            }
            if let Some(twin) = &mut twin {
                twin.apply(&bids, &asks, depth.levels() as usize);
            }
            let told = twin.as_ref().map_or(0, Twin::checksum);
            let told = if matches!(step, Step::Lost) { !told } else { told };
            let pair = "BTC/USD".parse().unwrap();
            let (bids, asks) = (all_levels(&bids), all_levels(&asks));
            let message = BookMessage { kind, pair, bids, asks, checksum: Some(told), time: None };
            let result = book.apply(&message, NOW);

            let is_whole = twin.as_ref().is_some_and(|twin| !twin.is_crossed());
            let is_good = matches!(step, Step::Good(_)) && is_whole;
            prop_assert_eq!(result.is_ok(), is_good);
            if is_good {
                let twin = twin.as_ref().unwrap();
                let of = |(price, quantity): (&i64, &i64)| book_level((*price, *quantity));
                prop_assert!(book.bids().eq(twin.bids.iter().rev().map(of)));
                prop_assert!(book.asks().eq(twin.asks.iter().map(of)));
                prop_assert!(book.is_verified());
            } else {
                twin = None;
                prop_assert!(book.is_empty() && book.quote().is_none());
            }
        }
    }
}
