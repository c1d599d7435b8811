//! Buys at the market when the fast average of the trades' prices rises above the slow one, and
//! sells when it falls below. It sends one order for each crossing.
#![expect(clippy::float_arithmetic, reason = "averages are opinions, not money")]

use exchange_simulator::replay::{ReplayTerms, Tick};
use trading_types::{Quantity, Side};

use crate::tick_backtest::{TickDesk, TickStrategy};

/// Two exponential averages over trades.
#[derive(Clone, Debug)]
pub struct EmaTaker {
    quantity: Quantity,
    fast: Average,
    slow: Average,
    trades: u64,
    warm_up: u64,
    is_long: bool,
}

#[derive(Clone, Debug)]
struct Average {
    value: f64,
    weight: f64,
}

impl Average {
    fn over(trades: u32) -> Self {
        Self { value: 0.0, weight: 2.0 / (f64::from(trades) + 1.0) }
    }

    fn add(&mut self, price: f64) {
        self.value += (price - self.value) * self.weight;
    }
}

impl EmaTaker {
    /// Averages over so many trades; orders of `quantity`.
    pub fn new(fast: u32, slow: u32, quantity: Quantity) -> Self {
        Self {
            quantity,
            fast: Average::over(fast),
            slow: Average::over(slow),
            trades: 0,
            warm_up: u64::from(fast.max(slow)),
            is_long: false,
        }
    }
}

impl TickStrategy for EmaTaker {
    fn on_trade(&mut self, trade: &Tick, desk: &mut TickDesk) {
        #[expect(clippy::cast_precision_loss, reason = "an average is an opinion")]
        let price = trade.steps() as f64;
        self.trades += 1;
        if self.trades == 1 {
            (self.fast.value, self.slow.value) = (price, price);
        }
        self.fast.add(price);
        self.slow.add(price);
        let wants_long = self.slow.value < self.fast.value;
        if self.warm_up < self.trades && wants_long != self.is_long {
            self.is_long = wants_long;
            let side = if wants_long { Side::Buy } else { Side::Sell };
            desk.place(side, self.quantity, ReplayTerms::Market);
        }
    }
}
