//! An order that the simulated exchange has accepted and that has not ended.

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Asset, ClientOrderId, FeeCurrency, Fill, Fraction, NewOrder, OrderQuantity, PairRules,
    Price, Quantity, Rounding, Side, TimeInForce, Timestamp, VenueOrderId,
};

use crate::{
    book::reaches,
    fees::fee_in_base,
    trigger::{ArmedTrigger, limit_once_woken},
};

/// An open order: as it was placed, and what has become of it since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenOrder {
    order: NewOrder,
    venue_order: VenueOrderId,
    accepted_at: Timestamp,
    parent: Option<ClientOrderId>,
    starts_at: Option<Timestamp>,
    displayed: Option<Quantity>,
    limit: Option<Price>,
    trigger: Option<ArmedTrigger>,
    remaining: OrderQuantity,
    filled: Quantity,
    cost: Amount,
    fees: Amount,
    hold: Amount,
    terms: HoldTerms,
}

/// What the hold of an order is computed from.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct HoldTerms {
    /// The worst price that is expected.
    pub(crate) price: Price,
    /// The fee that is expected, as a part of the cost.
    pub(crate) rate: Fraction,
}

impl OpenOrder {
    /// An order that has just arrived, while the market was at `price`. It holds nothing yet.
    pub(crate) fn new(
        order: NewOrder,
        venue_order: VenueOrderId,
        market: Option<Price>,
        rules: &PairRules,
        now: Timestamp,
    ) -> Self {
        // A trailing stop follows from the price of its arrival; without one it is refused before.
        let price = market.or(order.kind.limit()).unwrap_or_default();
        let trigger = ArmedTrigger::arm(&order.kind, order.side, price, rules.tick);
        let worst = match trigger {
            Some(armed) => {
                let woken_at = armed.price();
                limit_once_woken(&order.kind, order.side, woken_at, rules.tick).unwrap_or(woken_at)
            }
            None => order.kind.limit().unwrap_or(price),
        };
        let terms = HoldTerms { price: worst, rate: Fraction::ZERO };
        let displayed = order.kind.displayed();
        Self {
            venue_order,
            accepted_at: now,
            parent: None,
            starts_at: order.start.filter(|start| now < *start),
            displayed,
            limit: order.kind.limit(),
            trigger,
            remaining: order.quantity,
            filled: Quantity::ZERO,
            cost: Amount::ZERO,
            fees: Amount::ZERO,
            hold: Amount::ZERO,
            terms,
            order,
        }
    }

    /// The order as it was placed.
    pub const fn order(&self) -> &NewOrder {
        &self.order
    }

    /// The client's name for it.
    pub const fn id(&self) -> ClientOrderId {
        self.order.id
    }

    /// The exchange's name for it.
    pub const fn venue_order(&self) -> VenueOrderId {
        self.venue_order
    }

    /// When it was accepted.
    pub const fn accepted_at(&self) -> Timestamp {
        self.accepted_at
    }

    /// The order whose fill made the exchange place it; nothing for an order of the client's own.
    pub const fn parent(&self) -> Option<ClientOrderId> {
        self.parent
    }

    /// When it begins to act; nothing once it does.
    pub const fn starts_at(&self) -> Option<Timestamp> {
        self.starts_at
    }

    /// What an iceberg order shows of itself, while so much is left; nothing for any other kind.
    pub const fn displayed(&self) -> Option<Quantity> {
        self.displayed
    }

    /// The limit price in force; nothing for a market order, or one that will become such.
    pub const fn limit(&self) -> Option<Price> {
        self.limit
    }

    /// The price that will wake it; nothing once it is awake.
    pub fn trigger(&self) -> Option<Price> {
        self.trigger.map(|armed| armed.price())
    }

    /// What has not traded yet.
    pub const fn remaining(&self) -> OrderQuantity {
        self.remaining
    }

    /// Base asset that has traded.
    pub const fn filled(&self) -> Quantity {
        self.filled
    }

    /// Quote asset that has changed hands.
    pub const fn cost(&self) -> Amount {
        self.cost
    }

    /// Fees so far, valued in quote asset.
    pub const fn fees(&self) -> Amount {
        self.fees
    }

    /// What it holds of [`OpenOrder::pays_with`].
    pub const fn hold(&self) -> Amount {
        self.hold
    }

    /// The asset it pays with, and holds.
    pub const fn pays_with(&self) -> Asset {
        match self.order.side {
            Side::Buy => self.order.pair.quote,
            Side::Sell => self.order.pair.base,
        }
    }

    /// The asset it is paid in.
    pub const fn is_paid_in(&self) -> Asset {
        match self.order.side {
            Side::Buy => self.order.pair.base,
            Side::Sell => self.order.pair.quote,
        }
    }

    /// The asset its fees are taken in.
    pub const fn fee_asset(&self) -> Asset {
        match self.order.fee_currency {
            FeeCurrency::Quote => self.order.pair.quote,
            FeeCurrency::Base => self.order.pair.base,
        }
    }

    /// The time at which it expires, if it does.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        match self.order.time_in_force {
            TimeInForce::GoodTilDate(end) => Some(end),
            TimeInForce::GoodTilCanceled
            | TimeInForce::ImmediateOrCancel
            | TimeInForce::FillOrKill => None,
        }
    }

    /// Whether it must trade at once or never.
    pub(crate) const fn is_immediate(&self) -> bool {
        matches!(self.order.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill)
    }

    /// Whether it must trade as a whole or not at all.
    pub(crate) const fn is_all_or_none(&self) -> bool {
        matches!(self.order.time_in_force, TimeInForce::FillOrKill)
    }

    /// Whether it is sized in quote asset.
    pub(crate) const fn is_sized_in_quote(&self) -> bool {
        matches!(self.remaining, OrderQuantity::Quote(_))
    }

    /// Base asset it would trade at `price`: its rest, or what the rest of its spending buys.
    pub(crate) fn wanted_at(&self, price: Price, lot: Quantity) -> Quantity {
        match self.remaining {
            OrderQuantity::Base(quantity) => quantity,
            OrderQuantity::Quote(spend) => spend.quantity_at(price).floor_to(lot),
        }
    }

    /// Base asset that has not traded yet. What is sized in quote asset is a market order and
    /// never asked.
    pub(crate) fn remaining_base(&self) -> Quantity {
        match self.remaining {
            OrderQuantity::Base(quantity) => quantity,
            OrderQuantity::Quote(_) => unreachable!("what is sized in quote asset never rests"),
        }
    }

    /// What it offers when it comes to the book.
    pub(crate) fn offered(&self) -> Quantity {
        let rest = self.remaining_base();
        self.displayed.map_or(rest, |displayed| displayed.min(rest))
    }

    /// Whether it may trade at `price`.
    pub(crate) fn takes(&self, price: Price) -> bool {
        self.limit.is_none_or(|limit| reaches(self.order.side, limit, price))
    }

    /// The trigger it waits for.
    pub(crate) const fn armed(&self) -> Option<&ArmedTrigger> {
        self.trigger.as_ref()
    }

    /// The trigger it waits for, to be moved.
    pub(crate) const fn armed_mut(&mut self) -> Option<&mut ArmedTrigger> {
        self.trigger.as_mut()
    }

    /// Notes the order whose fill made the exchange place it.
    pub(crate) const fn descend_from(&mut self, parent: ClientOrderId) {
        self.parent = Some(parent);
    }

    /// Whether it waits: for its start, or for its trigger.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.starts_at.is_some() || self.trigger.is_some()
    }

    /// Its start has come, and the price it watches is `price`: what trails begins there.
    pub(crate) const fn start(&mut self, price: Option<Price>) {
        self.starts_at = None;
        if let (Some(armed), Some(price)) = (&mut self.trigger, price) {
            armed.restart(price);
        }
    }

    /// Sets what it shows of itself.
    pub(crate) const fn show(&mut self, displayed: Quantity) {
        self.displayed = Some(displayed);
    }

    /// Wakes it: it is a market or limit order from now on.
    pub(crate) fn wake(&mut self, tick: Price) {
        let armed = self.trigger.take().expect("only a waiting order wakes");
        // The limit may have been amended, so only a trailing one is computed.
        if self.limit.is_none() {
            let Self { order, .. } = self;
            self.limit = limit_once_woken(&order.kind, order.side, armed.price(), tick);
        }
    }

    /// What it has to hold for its rest: the worst cost and fee of a buy, the quantity of a sell.
    pub(crate) fn hold_needed(&self, rules: &PairRules) -> Amount {
        let cost_decimals = rules.cost_decimals;
        let rate = self.terms.rate.max(Fraction::ZERO);
        let fee_in_quote = self.order.fee_currency == FeeCurrency::Quote;
        match (self.order.side, self.remaining) {
            (Side::Buy, OrderQuantity::Base(quantity)) => {
                let cost = self.terms.price * quantity;
                let cost = cost.round_to_decimals(cost_decimals, Rounding::Up);
                let fee = cost.times(rate, Rounding::Up);
                let fee = fee.round_to_decimals(cost_decimals, Rounding::Up);
                if fee_in_quote { cost + fee } else { cost }
            }
            // Not rounded to `cost_decimals`: who spends all he has, fee included, computes the
            // spending to the last decimal and must not be refused for a rounding.
            (_, OrderQuantity::Quote(spend)) => {
                if fee_in_quote {
                    spend + spend.times(rate, Rounding::Up)
                } else {
                    spend
                }
            }
            (Side::Sell, OrderQuantity::Base(quantity)) => {
                let quantity = Amount::from(quantity);
                if fee_in_quote { quantity } else { quantity + self.base_fee(quantity, rules) }
            }
        }
    }

    /// The most that a sell pays as fee in base asset, if it fills at once: the rate of the
    /// quantity, and what the rounding in quote asset can add.
    fn base_fee(&self, quantity: Amount, rules: &PairRules) -> Amount {
        let HoldTerms { price, rate } = self.terms;
        let rate = rate.max(Fraction::ZERO);
        let unit = Amount::from_units(1).round_to_decimals(rules.cost_decimals, Rounding::Up);
        let rounding = if price.is_positive() { fee_in_base(unit, price) } else { Amount::ZERO };
        quantity.times(rate, Rounding::Up).round_to_decimals(10, Rounding::Up) + rounding
    }

    /// Sets the fee rate that its hold expects.
    pub(crate) const fn expect_rate(&mut self, rate: Fraction) {
        self.terms.rate = rate;
    }

    /// Sets what it holds.
    pub(crate) const fn set_hold(&mut self, hold: Amount) {
        self.hold = hold;
    }

    /// Counts a fill; `fee_value` is the fee valued in quote asset.
    pub(crate) fn count(&mut self, fill: &Fill, fee_value: Amount) {
        self.filled += fill.quantity;
        self.cost += fill.cost;
        self.fees += fee_value;
        self.remaining = match self.remaining {
            OrderQuantity::Base(quantity) => OrderQuantity::Base(quantity - fill.quantity),
            OrderQuantity::Quote(spend) => OrderQuantity::Quote(spend.saturating_less(fill.cost)),
        };
    }

    /// Changes its total quantity, limit and trigger; the hold is left to the caller.
    pub(crate) fn change(
        &mut self,
        quantity: Option<Quantity>,
        limit: Option<Price>,
        trigger: Option<Price>,
    ) {
        if let Some(total) = quantity {
            self.remaining = OrderQuantity::Base(total - self.filled.min(total));
        }
        if let (Some(price), Some(armed)) = (trigger, &mut self.trigger) {
            assert!(armed.set_price(price), "a trailing trigger is refused before");
            self.terms.price = price;
        }
        if let Some(price) = limit {
            self.limit = Some(price);
        }
        self.terms.price = self.limit.unwrap_or(self.terms.price);
    }
}
