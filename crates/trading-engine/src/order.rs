//! One order of ours: what was asked for, what became of it.

mod trades_seen;

use serde::{Deserialize, Serialize};
use trading_types::{
    Amendment, Amount, ClientOrderId, Fill, NewOrder, OrderKind, OrderQuantity, Price, Quantity,
    Rounding,
};

use self::trades_seen::TradesSeen;
use crate::{
    order_life::{OrderEvent, OrderState, Race, next_state},
    position::ExitReason,
};

/// Why we placed an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// To open or enlarge a position.
    Entry,
    /// To limit the loss of a position; rests at the venue.
    Stop,
    /// To close a position now.
    Exit(ExitReason),
}

/// An order we sent, and how much of it has traded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What was asked for, amendments included.
    pub request: NewOrder,
    /// Why.
    pub role: Role,
    state: OrderState,
    quantity_traded: Quantity,
    cost_traded: Amount,
    trades_seen: TradesSeen,
}

/// Our picture of an order contradicts the venue's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum OrderError {
    /// The table has no entry for this event in this state.
    #[error("order {order}: {event:?} cannot happen to an order that is {state:?}")]
    Unexpected {
        /// Which order.
        order: ClientOrderId,
        /// The state it was in.
        state: OrderState,
        /// What happened.
        event: OrderEvent,
    },
    /// More traded than was ordered.
    #[error("order {order}: {traded} traded with only {open} open")]
    Overfilled {
        /// Which order.
        order: ClientOrderId,
        /// Quantity of the offending trade.
        traded: Quantity,
        /// Quantity that was still open.
        open: Quantity,
    },
}

impl Order {
    /// An order that has just been sent.
    pub fn sent(request: NewOrder, role: Role) -> Self {
        Self {
            request,
            role,
            state: OrderState::Sent,
            quantity_traded: Quantity::ZERO,
            cost_traded: Amount::ZERO,
            trades_seen: TradesSeen::default(),
        }
    }

    /// Where it is in its life.
    pub const fn state(&self) -> OrderState {
        self.state
    }

    /// Base asset traded so far.
    pub const fn quantity_traded(&self) -> Quantity {
        self.quantity_traded
    }

    /// Base asset that may still trade; nothing for an order sized in quote asset, whose end only
    /// the venue knows.
    pub fn quantity_open(&self) -> Option<Quantity> {
        match self.request.quantity {
            OrderQuantity::Base(whole) => Some(whole - self.quantity_traded),
            OrderQuantity::Quote(_) => None,
        }
    }

    /// The average price of what has traded, rounded down.
    pub fn average_price(&self) -> Option<Price> {
        let traded = self.quantity_traded;
        traded.is_positive().then(|| self.cost_traded.price_of(traded, Rounding::Down))
    }

    /// Quote asset that may still be needed at `price_max`, fees not included.
    pub fn cost_open(&self, price_max: Price) -> Amount {
        match self.request.quantity {
            OrderQuantity::Base(whole) => price_max * (whole - self.quantity_traded),
            OrderQuantity::Quote(spend) => spend.saturating_less(self.cost_traded),
        }
    }

    /// Applies an event other than a trade, or leaves the order untouched and says why it cannot.
    pub fn apply(&mut self, event: OrderEvent) -> Result<Race, OrderError> {
        let (order, state) = (self.request.id, self.state);
        let (next, race) =
            next_state(state, event).ok_or(OrderError::Unexpected { order, state, event })?;
        self.state = next;
        Ok(race)
    }

    /// Counts a trade, once per trade id; says nothing when it had been counted before.
    pub fn apply_fill(&mut self, fill: &Fill) -> Result<Option<Race>, OrderError> {
        if self.trades_seen.contains(fill.trade) {
            return Ok(None);
        }
        let open = self.quantity_open();
        if let Some(open) = open.filter(|open| *open < fill.quantity) {
            let (order, traded) = (self.request.id, fill.quantity);
            return Err(OrderError::Overfilled { order, traded, open });
        }
        let is_last = open == Some(fill.quantity);
        let race = self.apply(if is_last { OrderEvent::TradedLast } else { OrderEvent::Traded })?;
        self.trades_seen.insert(fill.trade);
        self.quantity_traded += fill.quantity;
        self.cost_traded += fill.cost;
        Ok(Some(race))
    }

    /// Takes over an amendment that the venue confirmed.
    pub fn apply_amendment(&mut self, amendment: &Amendment) {
        if let Some(quantity) = amendment.quantity {
            self.request.quantity = OrderQuantity::Base(quantity.max(self.quantity_traded));
        }
        if let (Some(price), OrderKind::StopLoss { trigger }) =
            (amendment.trigger, &mut self.request.kind)
        {
            trigger.price = price;
        }
    }
}

#[cfg(test)]
mod tests;
