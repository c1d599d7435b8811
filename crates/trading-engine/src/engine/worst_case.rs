//! The most that can be lost from here, if nothing more is decided: what the stops give up, what a
//! gap gives up beyond them, what has no stop, and what may still be bought.
//!
//! Unknown counts at its worst: a stop whose fate nobody knows protects nothing, an entry whose
//! fate nobody knows is bought. Looking changes nothing.

use serde::Serialize;
use trading_types::{Amount, Fraction, Pair, Price, Quantity, Rounding, Side, Timestamp};

use crate::{desk::Desk, engine::Engine, order_life::OrderState};

/// The most that can be lost now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorstCase {
    /// Of which moment: the last at which the engine heard something.
    pub time: Timestamp,
    /// What everything is worth.
    pub equity: Amount,
    /// How far below its stop a position is sold in the case of a gap.
    pub gap: Fraction,
    /// Each pair of which something is held or may be bought.
    pub pairs: Vec<PairWorstCase>,
    /// Lost if every stop is reached and sells there.
    pub at_stops: Amount,
    /// Lost if every stop is jumped over by the gap.
    pub at_gap: Amount,
    /// What no stop at the venue covers: all of it can be lost.
    pub without_stop: Amount,
    /// What live and unknown entries may still buy, fees included: all of it can be lost.
    pub may_be_added: Amount,
    /// The gap, what has no stop and what may be added, together.
    pub total: Amount,
    /// Orders of which nobody knows what came of them.
    pub orders_unknown: usize,
}

/// The most that can be lost on one pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PairWorstCase {
    /// Which.
    pub pair: Pair,
    /// Base asset held.
    pub quantity: Amount,
    /// What it is worth per unit; what it cost, where no price is known.
    pub mark: Option<Price>,
    /// The stop that is known to be at the venue.
    pub stop: Option<Price>,
    /// What that stop sells.
    pub covered: Quantity,
    /// From the mark to the stop, per unit.
    pub distance: Price,
    /// The fee of selling at the stop.
    pub fee: Amount,
    /// How much worse than the stop it is expected to sell.
    pub slippage: Amount,
    /// Distance times quantity, fee and slippage together.
    pub at_stop: Amount,
    /// The same with the stop moved down by the gap.
    pub at_gap: Amount,
    /// What the stop does not cover, at the mark.
    pub without_stop: Amount,
    /// What live and unknown entries may still buy, fees included.
    pub may_be_added: Amount,
}

/// What is lost by selling at a price.
struct Loss {
    slippage: Amount,
    fee: Amount,
    whole: Amount,
}

impl Engine {
    /// The most that can be lost now. `gap` is how far below its stop a position is sold at worst,
    /// as a part of the stop's price.
    pub fn worst_case(&self, gap: Fraction) -> WorstCase {
        let gap = gap.clamp(Fraction::ZERO, Fraction::ONE);
        let pairs = (0..self.desks.len()).map(|at| self.pair_worst_case(at, gap));
        let is_at_stake =
            |it: &PairWorstCase| it.quantity.is_positive() || it.may_be_added.is_positive();
        let pairs: Vec<_> = pairs.filter(is_at_stake).collect();
        let sum = |part: fn(&PairWorstCase) -> Amount| pairs.iter().map(part).sum::<Amount>();
        let (at_gap, without_stop) = (sum(|it| it.at_gap), sum(|it| it.without_stop));
        let may_be_added = sum(|it| it.may_be_added);
        WorstCase {
            time: self.now,
            equity: self.equity(),
            gap,
            at_stops: sum(|it| it.at_stop),
            at_gap,
            without_stop,
            may_be_added,
            total: at_gap + without_stop + may_be_added,
            orders_unknown: self.unknown_orders(),
            pairs,
        }
    }

    fn pair_worst_case(&self, at: usize, gap: Fraction) -> PairWorstCase {
        let desk = &self.desks[at];
        let fee = self.taker_fee_seen(at, self.now);
        let quantity = desk.position.quantity();
        let mark = desk.prices.mark().or(desk.position.average_price());
        let price = mark.unwrap_or(Price::ZERO);
        let (stop, covered) = match self.stop_at_the_venue(desk) {
            Some((stop, covered)) => (Some(stop), covered.min(desk.position.sellable())),
            None => (None, Quantity::ZERO),
        };
        let loss = |stop| self.loss_at(stop, price, covered, fee);
        let at_stop = loss(stop.unwrap_or(price));
        let jumped = stop.map(|stop| stop.moved_by(-gap, Rounding::Down));
        let uncovered = desk.position.sellable() - covered;
        let distance = stop.filter(|stop| *stop < price).map_or(Price::ZERO, |stop| price - stop);
        PairWorstCase {
            pair: desk.rules.pair,
            quantity,
            mark,
            stop,
            covered,
            distance,
            fee: at_stop.fee,
            slippage: at_stop.slippage,
            at_stop: at_stop.whole,
            at_gap: loss(jumped.unwrap_or(price)).whole,
            without_stop: price * uncovered,
            may_be_added: self.may_be_added(desk, fee),
        }
    }

    /// The stop that is known to be at the venue, and how much it sells.
    fn stop_at_the_venue(&self, desk: &Desk) -> Option<(Price, Quantity)> {
        let order = &self.orders.live(desk.stop?)?.order;
        let is_there = order.state().is_on_the_book();
        let trigger = order.request.kind.trigger().filter(|_| is_there)?;
        Some((trigger.price, order.quantity_open()?))
    }

    /// What is lost when `quantity`, worth `mark` each, is sold where the price is `stop`. What
    /// would be won where the stop is above the mark is not counted.
    fn loss_at(&self, stop: Price, mark: Price, quantity: Quantity, fee: Fraction) -> Loss {
        let stop = stop.min(mark);
        let sold = stop.moved_by(-self.settings.slippage, Rounding::Down);
        let fee = (sold * quantity).times(fee, Rounding::Up);
        let whole = (mark - sold) * quantity + fee;
        Loss { slippage: (stop - sold) * quantity, fee, whole }
    }

    /// What live entries may still cost. Where no price is known, what they were to spend.
    fn may_be_added(&self, desk: &Desk, fee: Fraction) -> Amount {
        let dearest = desk.prices.dearest().unwrap_or(Price::ZERO);
        let price = dearest.moved_by(self.settings.slippage, Rounding::Up);
        let live = desk.entries.iter().filter_map(|id| self.orders.live(*id));
        let buys = live.filter(|it| it.order.request.side == Side::Buy);
        let cost = buys.map(|it| {
            let limit = it.order.request.kind.limit();
            let cost = it.order.cost_open(limit.unwrap_or(price));
            cost + cost.times(fee, Rounding::Up)
        });
        cost.sum()
    }

    fn unknown_orders(&self) -> usize {
        let orders = self.live_orders();
        orders.filter(|it| it.state == OrderState::Unknown).count()
    }
}
