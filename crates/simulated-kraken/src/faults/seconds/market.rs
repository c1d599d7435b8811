//! What happens by itself to prices and books.

use std::time::Duration;

use trading_types::{
    BookLevel, BookUpdate, Fraction, MarketEvent, Pair, Quantity, Rounding, Side, Timestamp, Trade,
};

use super::{MINUTE, SECOND, Stage};
use crate::faults::{Act, Fault, conditions::Crossing};

/// How many times as much happens in a burst.
const BURST: u32 = 10;

impl Stage<'_> {
    /// A book that cannot be, for some seconds: without one side or both, or with best prices that
    /// are told the wrong way round or as one.
    pub(super) fn cross_book(&mut self) -> bool {
        let end = self.after(Fault::CrossedBook, SECOND, 10 * SECOND);
        let crossing = match self.how(Fault::CrossedBook).below(5) {
            0 => return self.empty_book(end, &[Side::Buy, Side::Sell]),
            1 => return self.empty_book(end, &[Side::Buy]),
            2 => return self.empty_book(end, &[Side::Sell]),
            3 => Crossing::Crossed,
            _ => Crossing::WithoutSpread,
        };
        self.world.faults.conditions.cross(crossing, end);
        true
    }

    fn empty_book(&mut self, end: Timestamp, sides: &[Side]) -> bool {
        let pairs: Vec<Pair> = self.world.venue.pairs().collect();
        let Some(pair) = self.one_of(Fault::CrossedBook, &pairs, Pair::to_string) else {
            return false;
        };
        let Some(book) = self.world.venue.book(pair) else { return false };
        let kept = |side: Side, levels: &[BookLevel]| {
            if sides.contains(&side) { Vec::new() } else { levels.to_vec() }
        };
        let update = BookUpdate {
            is_snapshot: true,
            bids: kept(Side::Buy, &book.bids),
            asks: kept(Side::Sell, &book.asks),
        };
        self.world.venue.hear(&MarketEvent::Book { pair, update }, self.now);
        let update = BookUpdate { is_snapshot: false, ..book };
        self.world.faults.agenda.note(end, Act::Market(MarketEvent::Book { pair, update }));
        true
    }

    /// Prices jump. A market that moves by itself runs there within seconds and comes back a part
    /// of the way; one that stands still stands there from now on.
    pub(super) fn shock(&mut self, pair: Option<Pair>, change: Fraction) {
        for pair in self.named(pair) {
            match self.world.venue.model(pair, self.now) {
                Some(model) => model.shock(change, self.now),
                None => self.shock_still(pair, change),
            }
        }
    }

    fn shock_still(&mut self, pair: Pair, change: Fraction) {
        let Some(rules) = self.world.venue.rules(pair).cloned() else { return };
        let (Some(book), Some(last)) =
            (self.world.venue.book(pair), self.world.venue.last_price(pair))
        else {
            return;
        };
        let moved = |level: BookLevel, rounding| {
            let price = level.price.moved_by(change, rounding).round_to(rules.tick, rounding);
            BookLevel { price: price.max(rules.tick), ..level }
        };
        let bids = book.bids.into_iter().map(|level| moved(level, Rounding::Down)).collect();
        let asks = book.asks.into_iter().map(|level| moved(level, Rounding::Up)).collect();
        let update = BookUpdate { is_snapshot: true, bids, asks };
        self.world.venue.hear(&MarketEvent::Book { pair, update }, self.now);
        let price = last.moved_by(change, Rounding::Down).round_to(rules.tick, Rounding::Down);
        let taker_side = if change < Fraction::ZERO { Side::Sell } else { Side::Buy };
        let (price, quantity) = (price.max(rules.tick), rules.quantity_min);
        let trade = Trade { time: self.now, price, quantity, taker_side };
        self.world.venue.hear(&MarketEvent::Trade { pair, trade }, self.now);
    }

    /// Of all quantities a part is left, for a while or for good.
    pub(super) fn thin(&mut self, pair: Option<Pair>, left: Fraction, length: Option<Duration>) {
        for pair in self.named(pair) {
            let back = match self.world.venue.model(pair, self.now) {
                Some(model) => {
                    model.thin(left, self.now);
                    Some(Act::Thicken(pair))
                }
                None => self.thin_still(pair, left),
            };
            if let (Some(length), Some(back)) = (length, back) {
                self.world.faults.agenda.note(self.now + length, back);
            }
        }
    }

    /// Says what brings back what was there.
    fn thin_still(&mut self, pair: Pair, left: Fraction) -> Option<Act> {
        let lot = self.world.venue.rules(pair)?.lot;
        let book = self.world.venue.book(pair)?;
        let thinned = |level: &BookLevel| {
            let whole = i128::from(Fraction::ONE.units());
            let units = i128::from(level.quantity.units()) * i128::from(left.units()) / whole;
            let units = i64::try_from(units).expect("a part of what fits");
            BookLevel { quantity: Quantity::from_units(units).floor_to(lot), ..*level }
        };
        let update = BookUpdate {
            is_snapshot: false,
            bids: book.bids.iter().map(thinned).collect(),
            asks: book.asks.iter().map(thinned).collect(),
        };
        self.world.venue.hear(&MarketEvent::Book { pair, update }, self.now);
        let update = BookUpdate { is_snapshot: false, ..book };
        Some(Act::Market(MarketEvent::Book { pair, update }))
    }

    /// Ten times as much happens for a minute; where nothing moves, it is told ten times.
    pub(super) fn burst(&mut self) -> bool {
        let mut moves = false;
        for pair in self.named(None) {
            if let Some(model) = self.world.venue.model(pair, self.now) {
                model.burst(BURST, MINUTE, self.now);
                moves = true;
            }
        }
        if !moves {
            self.world.faults.conditions.burst(self.now + MINUTE);
        }
        true
    }

    /// The pair that is named, or all.
    fn named(&self, pair: Option<Pair>) -> Vec<Pair> {
        match pair {
            Some(pair) => vec![pair],
            None => self.world.venue.pairs().collect(),
        }
    }
}
