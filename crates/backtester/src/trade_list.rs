//! Round trips: which entry was sold by which exit, and what came of it.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use trading_engine::{ClosedLot, ExitReason};
use trading_types::{Amount, ClientOrderId, Price, Quantity, Rounding, Side, Timestamp};

/// What one exit order sold of what one entry order bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeRecord {
    /// What the entry did; a spot account without margin only ever buys first.
    pub side: Side,
    /// When the entry first traded.
    pub entry_time: Timestamp,
    /// The entry's average price.
    pub entry_price: Price,
    /// When the exit last traded.
    pub exit_time: Timestamp,
    /// The exit's average price.
    pub exit_price: Price,
    /// Base asset.
    pub quantity: Amount,
    /// Both fees, in quote asset.
    pub fees: Amount,
    /// What was won after fees, in quote asset.
    pub profit: Amount,
    /// Why it was sold.
    pub exit_reason: ExitReason,
}

/// Gathers closed lots into round trips.
#[derive(Debug, Default)]
pub struct TradeList {
    done: Vec<TradeRecord>,
    open: Option<Gathering>,
}

#[derive(Debug)]
struct Gathering {
    orders: (ClientOrderId, ClientOrderId),
    record: TradeRecord,
    cost: Amount,
    proceeds: Amount,
}

impl TradeList {
    /// Adds a closed lot to the round trip of its two orders.
    pub fn add(&mut self, lot: &ClosedLot) {
        let orders = (lot.entry_order, lot.exit_order);
        match &mut self.open {
            Some(open) if open.orders == orders => open.merge(lot),
            _ => {
                let before = self.open.replace(Gathering::new(lot));
                self.done.extend(before.map(|it| it.record));
            }
        }
    }

    /// All round trips, in the order they were closed.
    pub fn finish(mut self) -> Vec<TradeRecord> {
        self.done.extend(self.open.map(|it| it.record));
        self.done
    }
}

impl Gathering {
    fn new(lot: &ClosedLot) -> Self {
        let record = TradeRecord {
            side: Side::Buy,
            entry_time: lot.entry_time,
            entry_price: lot.entry_price,
            exit_time: lot.exit_time,
            exit_price: lot.exit_price,
            quantity: lot.quantity,
            fees: lot.fees,
            profit: lot.profit(),
            exit_reason: lot.reason,
        };
        let orders = (lot.entry_order, lot.exit_order);
        Self { orders, record, cost: lot.cost, proceeds: lot.proceeds }
    }

    fn merge(&mut self, lot: &ClosedLot) {
        let record = &mut self.record;
        self.cost += lot.cost;
        self.proceeds += lot.proceeds;
        record.quantity += lot.quantity;
        record.fees += lot.fees;
        record.profit += lot.profit();
        record.exit_time = lot.exit_time;
        let quantity = Quantity::floor_from(record.quantity);
        if record.entry_price != lot.entry_price {
            record.entry_price = self.cost.price_of(quantity, Rounding::Up);
        }
        if record.exit_price != lot.exit_price {
            record.exit_price = self.proceeds.price_of(quantity, Rounding::Down);
        }
    }
}

/// Columns of the trades file.
const COLUMNS: &str =
    "side,entry_time,entry_price,exit_time,exit_price,quantity,fees,profit,exit_reason";

/// Writes round trips as CSV, one line each under a line of column names.
pub fn write_csv(trades: &[TradeRecord], to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "{COLUMNS}")?;
    for trade in trades {
        let TradeRecord { side, entry_time, entry_price, exit_time, exit_price, .. } = trade;
        let TradeRecord { quantity, fees, profit, exit_reason, .. } = trade;
        let reason = exit_reason_name(*exit_reason);
        write!(to, "{side},{entry_time},{entry_price},{exit_time},{exit_price},")?;
        writeln!(to, "{quantity},{fees},{profit},{reason}")?;
    }
    Ok(())
}

/// The reason as the trades file and JSON write it.
pub const fn exit_reason_name(reason: ExitReason) -> &'static str {
    match reason {
        ExitReason::Signal => "signal",
        ExitReason::Stop => "stop",
        ExitReason::TakeProfit => "take_profit",
        ExitReason::End => "end",
        ExitReason::Kill => "kill",
    }
}

#[cfg(test)]
mod tests;
