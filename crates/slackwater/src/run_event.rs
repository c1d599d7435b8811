//! What `slackwater run` tells while it runs: one event a line, as JSON or for reading.

use std::fmt;

use serde::Serialize;
use trading_engine::{ClosedLot, ExitReason, OrderState, Report, Role};
use trading_types::{
    Amount, Asset, CancelReason, ClientOrderId, Fill, Liquidity, OrderKind, OrderQuantity, Pair,
    Price, Quantity, Side, Timestamp,
};

/// An event, and when it happened.
#[derive(Debug, Serialize)]
pub(crate) struct RunEvent {
    time: Timestamp,
    #[serde(flatten)]
    event: Event,
}

#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    OrderPlaced {
        order: String,
        pair: Pair,
        side: Side,
        role: &'static str,
        kind: &'static str,
        quantity: Option<Quantity>,
        spend: Option<Amount>,
        price: Option<Price>,
    },
    OrderFilled {
        order: String,
        trade: String,
        pair: Pair,
        side: Side,
        role: &'static str,
        price: Price,
        quantity: Quantity,
        cost: Amount,
        fee: Amount,
        fee_asset: Asset,
        liquidity: Liquidity,
    },
    OrderCanceled {
        order: String,
        pair: Pair,
        role: &'static str,
        state: &'static str,
        reason: Option<CancelReason>,
    },
    OrderRejected {
        order: String,
        pair: Pair,
        role: &'static str,
        reason: String,
    },
    OrderRefused {
        pair: Pair,
        role: &'static str,
        reason: String,
    },
    PositionClosed {
        pair: Pair,
        profit: Amount,
        exit_reason: ExitReason,
    },
    LotClosed {
        pair: Pair,
        quantity: Amount,
        entry_price: Price,
        exit_price: Price,
        fees: Amount,
        profit: Amount,
        exit_reason: ExitReason,
    },
    Halted {
        reason: String,
    },
    Flattened,
    Resumed {
        reason: String,
    },
    Alert {
        what: String,
    },
}

impl RunEvent {
    /// Whether it is a detail that people reading along can do without.
    pub(crate) const fn is_detail(&self) -> bool {
        matches!(self.event, Event::LotClosed { .. })
    }

    /// The event that a report of the engine is.
    pub(crate) fn new(report: &Report, time: Timestamp) -> Self {
        Self { time, event: Event::new(report) }
    }
}

impl Event {
    fn new(report: &Report) -> Self {
        match report {
            Report::OrderPlaced { order, pair, side, role, kind, quantity } => {
                placed(*order, *pair, *side, (*role, kind, quantity))
            }
            Report::OrderFilled { fill, role } => filled(fill, *role),
            Report::OrderEnded { order, pair, role, state, reason } => Self::OrderCanceled {
                order: order.to_string(),
                pair: *pair,
                role: role_name(*role),
                state: state_name(*state),
                reason: *reason,
            },
            Report::OrderRejected { order, pair, role, refusal } => Self::OrderRejected {
                order: order.to_string(),
                pair: *pair,
                role: role_name(*role),
                reason: refusal.to_string(),
            },
            Report::OrderRefused { pair, role, refusal, .. } => {
                Self::OrderRefused { pair: *pair, role: role_name(*role), reason: name_of(refusal) }
            }
            Report::SizeRefused { pair, refusal } => Self::OrderRefused {
                pair: *pair,
                role: role_name(Role::Entry),
                reason: refusal.to_string(),
            },
            Report::LotClosed { pair, lot } => closed(*pair, lot),
            Report::TradeClosed { pair, profit, reason } => {
                Self::PositionClosed { pair: *pair, profit: *profit, exit_reason: *reason }
            }
            Report::Halted { reason } => Self::Halted { reason: reason.to_string() },
            Report::Flattened => Self::Flattened,
            Report::Resumed { reason } => Self::Resumed { reason: reason.clone() },
            Report::Alarm(alarm) => Self::Alert { what: alarm.to_string() },
            Report::Residual { pair, quantity, why } => {
                Self::Alert { what: format!("{quantity} {} cannot be sold: {why}", pair.base) }
            }
            Report::PairHalted { pair, reason } => {
                Self::Alert { what: format!("{pair} is halted: {reason}") }
            }
            Report::PairFlattened { pair } => {
                Self::Alert { what: format!("nothing is open on {pair}, nothing is held") }
            }
            Report::PairResumed { pair, reason } => {
                Self::Alert { what: format!("{pair} is traded again: {reason}") }
            }
            Report::PairNotTraded { pair } => Self::Alert { what: format!("{pair} is not traded") },
        }
    }
}

fn placed(
    order: ClientOrderId,
    pair: Pair,
    side: Side,
    (role, kind, quantity): (Role, &OrderKind, &OrderQuantity),
) -> Event {
    let (quantity, spend) = match quantity {
        OrderQuantity::Base(quantity) => (Some(*quantity), None),
        OrderQuantity::Quote(spend) => (None, Some(*spend)),
    };
    let price = kind.limit().or(kind.trigger().map(|it| it.price));
    let (order, role, kind) = (order.to_string(), role_name(role), kind.name());
    Event::OrderPlaced { order, pair, side, role, kind, quantity, spend, price }
}

fn filled(fill: &Fill, role: Role) -> Event {
    Event::OrderFilled {
        order: fill.order.to_string(),
        trade: fill.trade.to_string(),
        pair: fill.pair,
        side: fill.side,
        role: role_name(role),
        price: fill.price,
        quantity: fill.quantity,
        cost: fill.cost,
        fee: fill.fee,
        fee_asset: fill.fee_asset,
        liquidity: fill.liquidity,
    }
}

fn closed(pair: Pair, lot: &ClosedLot) -> Event {
    Event::LotClosed {
        pair,
        quantity: lot.quantity,
        entry_price: lot.entry_price,
        exit_price: lot.exit_price,
        fees: lot.fees,
        profit: lot.profit(),
        exit_reason: lot.reason,
    }
}

/// A refusal's name as JSON writes it.
fn name_of(refusal: &impl Serialize) -> String {
    let name = serde_json::to_value(refusal).expect("a refusal can be written");
    name.as_str().unwrap_or_default().to_owned()
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Entry => "entry",
        Role::Stop => "stop",
        Role::Exit(_) => "exit",
    }
}

const fn state_name(state: OrderState) -> &'static str {
    match state {
        OrderState::Sent => "sent",
        OrderState::Unknown => "unknown",
        OrderState::Resting => "resting",
        OrderState::Canceling => "canceling",
        OrderState::Filled => "filled",
        OrderState::Canceled => "canceled",
        OrderState::Expired => "expired",
        OrderState::Rejected => "rejected",
        OrderState::NeverExisted => "never_existed",
    }
}

impl fmt::Display for RunEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time.to_string();
        let seconds = time.get(..19).unwrap_or(&time);
        write!(f, "{seconds}Z  {}", self.event)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OrderPlaced { pair, side, role, kind, quantity, spend, price, .. } => {
                write!(f, "{:<9} {:<4} ", "placed", side.to_string())?;
                match (quantity, spend) {
                    (Some(quantity), _) => write!(f, "{quantity} {}", pair.base)?,
                    (None, Some(spend)) => write!(f, "for {spend} {}", pair.quote)?,
                    (None, None) => {}
                }
                price.map_or(Ok(()), |price| write!(f, " at {price}"))?;
                write!(f, " ({kind}, {role})")
            }
            Self::OrderFilled { pair, side, role, price, quantity, fee, fee_asset, .. } => {
                write!(f, "{:<9} {:<4} ", "filled", side.to_string())?;
                write!(f, "{quantity} {} at {price}", pair.base)?;
                write!(f, " ({role}, fee {fee} {fee_asset})")
            }
            Self::OrderCanceled { role, reason, state, .. } => {
                let why = reason.map_or((*state).to_owned(), |reason| name_of(&reason));
                write!(f, "{:<9} the {role} ({why})", "ended")
            }
            Self::OrderRejected { role, reason, .. } => {
                write!(f, "{:<9} the {role}: {reason}", "rejected")
            }
            Self::OrderRefused { role, reason, .. } => {
                write!(f, "{:<9} the {role}: {reason}", "refused")
            }
            Self::PositionClosed { pair, profit, exit_reason } => {
                let sign = if profit.is_positive() { "+" } else { "" };
                let (quote, why) = (pair.quote, name_of(exit_reason));
                write!(f, "{:<9} {sign}{profit} {quote} after fees ({why})", "closed")
            }
            Self::LotClosed { pair, quantity, profit, exit_reason, .. } => {
                let (base, quote, why) = (pair.base, pair.quote, name_of(exit_reason));
                write!(f, "{:<9} {quantity} {base}, {profit} {quote} ({why})", "lot")
            }
            Self::Halted { reason } => write!(f, "{:<9} {reason}", "HALTED"),
            Self::Flattened => write!(f, "{:<9} nothing is open, nothing is held", "flat"),
            Self::Resumed { reason } => write!(f, "{:<9} {reason}", "resumed"),
            Self::Alert { what } => write!(f, "{:<9} {what}", "ALERT"),
        }
    }
}

/// The last line: what the run came to.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) time: Timestamp,
    pub(crate) event: &'static str,
    pub(crate) orders: u64,
    pub(crate) fills: u64,
    pub(crate) trades: u64,
    pub(crate) wins: u64,
    pub(crate) equity_start: Amount,
    pub(crate) equity_end: Amount,
    pub(crate) fees: Amount,
    pub(crate) rate_rejections: u64,
    pub(crate) halted: bool,
    pub(crate) halt_reason: Option<String>,
    pub(crate) journal: String,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = self.equity_end - self.equity_start;
        let sign = if change.is_positive() { "+" } else { "" };
        writeln!(f, "\nmarket time   {}", self.time)?;
        writeln!(f, "orders        {} sent, {} fills", self.orders, self.fills)?;
        writeln!(f, "trades        {} closed, {} won", self.trades, self.wins)?;
        let (start, end) = (self.equity_start, self.equity_end);
        writeln!(f, "equity        {start} → {end} ({sign}{change})")?;
        writeln!(f, "fees          {}", self.fees)?;
        if let Some(reason) = &self.halt_reason {
            writeln!(f, "halted        {reason}")?;
        }
        write!(f, "journal       {}", self.journal)
    }
}

#[cfg(test)]
mod tests;
