//! Frames made up from a seed in the shape of Kraken's: books of depth 10 with right checksums, and
//! one trade among eight.

use std::{collections::BTreeMap, fmt::Write};

/// Orders rest at prices in ticks of 0.1; quantities are hundred-millionths.
type Side = BTreeMap<u64, u64>;

/// A market that changes a little with every frame.
pub(crate) struct Market {
    bids: Side,
    asks: Side,
    random: u64,
    microseconds: u64,
    trade: u64,
}

const MIDDLE: u64 = 600_000;
const SHOWN: usize = 10;
/// Levels that a side keeps at least.
const LEVELS_MIN: usize = 150;

impl Market {
    pub(crate) fn new(seed: u64) -> Self {
        let mut market = Self {
            bids: Side::new(),
            asks: Side::new(),
            random: seed,
            microseconds: 0,
            trade: 1_000,
        };
        for step in 0..200 {
            let (bid, ask) = (market.quantity(), market.quantity());
            market.bids.insert(MIDDLE - 1 - 2 * step, bid);
            market.asks.insert(MIDDLE + 1 + 2 * step, ask);
        }
        market
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }

    /// From a thousandth of a unit to a hundred units, small ones more often.
    fn quantity(&mut self) -> u64 {
        let size = 10_u64.pow(u32::try_from(self.draw(5)).expect("small") + 5);
        size + self.draw(9 * size)
    }

    fn moment(&mut self) -> String {
        self.microseconds += 2_000 + self.draw(58_000);
        let (seconds, micros) = (self.microseconds / 1_000_000, self.microseconds % 1_000_000);
        let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        format!("2026-10-06T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }

    /// What a subscriber sees first.
    pub(crate) fn snapshot(&mut self) -> String {
        let (bids, asks) = (self.best(true), self.best(false));
        self.frame("snapshot", &bids, &asks)
    }

    /// The next frame.
    pub(crate) fn next_frame(&mut self) -> String {
        if self.draw(100) < 12 { self.trade() } else { self.update() }
    }

    fn update(&mut self) -> String {
        let (bids, asks) = (self.best(true), self.best(false));
        for _ in 0..[1, 1, 2, 2, 3, 3, 4][usize::try_from(self.draw(7)).expect("small")] {
            self.change();
        }
        let bids = changes(&bids, &self.best(true), &self.bids);
        let asks = changes(&asks, &self.best(false), &self.asks);
        self.frame("update", &bids, &asks)
    }

    /// A level near the best changes, leaves or comes.
    fn change(&mut self) {
        let is_bid = self.draw(2) == 0;
        let near = self.draw(10).min(self.draw(10)).min(self.draw(10));
        let (price, _) = self.best(is_bid)[usize::try_from(near).expect("small")];
        let (bid, ask) = (self.best(true)[0].0, self.best(false)[0].0);
        let (kind, quantity, offset) = (self.draw(10), self.quantity(), self.draw(6));
        let side = if is_bid { &mut self.bids } else { &mut self.asks };
        let moved = if is_bid { price + offset - 3 } else { price + 3 - offset };
        let fits = if is_bid { moved < ask } else { bid < moved };
        if kind < 6 || (8 <= kind && !fits) {
            side.insert(price, quantity);
        } else if kind < 8 && LEVELS_MIN < side.len() {
            side.remove(&price);
        } else if fits {
            side.insert(moved, quantity);
        }
    }

    fn best(&self, is_bid: bool) -> Vec<(u64, u64)> {
        let copied = |(price, quantity): (&u64, &u64)| (*price, *quantity);
        if is_bid {
            self.bids.iter().rev().take(SHOWN).map(copied).collect()
        } else {
            self.asks.iter().take(SHOWN).map(copied).collect()
        }
    }

    fn checksum(&self) -> u32 {
        let mut text = String::new();
        for (price, quantity) in self.best(false).into_iter().chain(self.best(true)) {
            let _ = write!(text, "{price}{quantity}");
        }
        crc32fast::hash(text.as_bytes())
    }

    fn frame(&mut self, kind: &str, bids: &[(u64, u64)], asks: &[(u64, u64)]) -> String {
        let (time, checksum) = (self.moment(), self.checksum());
        let (bids, asks) = (levels(bids), levels(asks));
        format!(
            "{{\"channel\":\"book\",\"type\":\"{kind}\",\"data\":[{{\"symbol\":\"BTC/USD\",\
             \"bids\":[{bids}],\"asks\":[{asks}],\"checksum\":{checksum},\
             \"timestamp\":\"{time}\"}}]}}"
        )
    }

    fn trade(&mut self) -> String {
        self.trade += 1;
        let (time, id, price) = (self.moment(), self.trade, price_text(self.best(false)[0].0));
        let (quantity, side) = (quantity_text(self.quantity()), self.draw(2));
        let (side, kind) = if side == 0 { ("buy", "market") } else { ("sell", "limit") };
        format!(
            "{{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{{\"symbol\":\"BTC/USD\",\
             \"side\":\"{side}\",\"price\":{price},\"qty\":{quantity},\"ord_type\":\"{kind}\",\
             \"trade_id\":{id},\"timestamp\":\"{time}\"}}]}}"
        )
    }
}

/// What a subscriber has to be told: levels that left, and levels that came or changed.
fn changes(before: &[(u64, u64)], after: &[(u64, u64)], all: &Side) -> Vec<(u64, u64)> {
    let left = before.iter().filter(|(price, _)| !all.contains_key(price)).map(|it| (it.0, 0));
    left.chain(after.iter().copied().filter(|level| !before.contains(level))).collect()
}

fn levels(levels: &[(u64, u64)]) -> String {
    let rows: Vec<String> = levels
        .iter()
        .map(|(price, quantity)| {
            let (price, quantity) = (price_text(*price), quantity_text(*quantity));
            format!(r#"{{"price":{price},"qty":{quantity}}}"#)
        })
        .collect();
    rows.join(",")
}

fn price_text(ticks: u64) -> String {
    format!("{}.{}", ticks / 10, ticks % 10)
}

fn quantity_text(units: u64) -> String {
    format!("{}.{:08}", units / 100_000_000, units % 100_000_000)
}
