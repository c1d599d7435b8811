//! Quotes a bid and an ask at a fixed distance from the last trade, and anew after every so many
//! trades.

use exchange_simulator::replay::{OrderNumber, ReplayAmend, ReplayReport, ReplayTerms, Tick};
use trading_types::{Quantity, Side};

use crate::tick_backtest::{TickDesk, TickStrategy};

/// How a quote moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requote {
    /// It is canceled, and a new order placed.
    Replace,
    /// It is amended while it rests: on Kraken that costs less than half of the rate budget.
    Amend,
}

/// A bid and an ask around the last trade.
#[derive(Clone, Debug)]
pub struct MarketMaker {
    /// How much each quote offers.
    pub quantity: Quantity,
    /// How far each stands from the last trade, in steps.
    pub distance: i64,
    /// After how many trades it quotes anew.
    pub every: u64,
    /// Whether a quote that would take is refused instead.
    pub is_post_only: bool,
    /// How a quote moves.
    pub requote: Requote,
    trades: u64,
    /// The bid and the ask.
    quotes: [Option<OrderNumber>; 2],
}

impl MarketMaker {
    /// Quotes of `quantity`, so many steps from the last trade, anew after `every` trades.
    pub fn new(quantity: Quantity, distance: i64, every: u64) -> Self {
        Self {
            quantity,
            distance,
            every,
            is_post_only: true,
            requote: Requote::Replace,
            trades: 0,
            quotes: [None, None],
        }
    }

    fn quote(&self, side: Side, last: i64) -> (i64, ReplayTerms) {
        let steps = match side {
            Side::Buy => last - self.distance,
            Side::Sell => last + self.distance,
        };
        let terms = if self.is_post_only {
            ReplayTerms::PostOnly { steps }
        } else {
            ReplayTerms::Limit { steps }
        };
        (steps, terms)
    }
}

impl TickStrategy for MarketMaker {
    fn on_trade(&mut self, trade: &Tick, desk: &mut TickDesk) {
        self.trades += 1;
        if !self.trades.is_multiple_of(self.every) {
            return;
        }
        if self.requote == Requote::Replace {
            for number in self.quotes.iter_mut().filter_map(Option::take) {
                desk.cancel(number);
            }
        }
        for (at, side) in [Side::Buy, Side::Sell].into_iter().enumerate() {
            let (steps, terms) = self.quote(side, trade.steps());
            match self.quotes[at] {
                Some(number) => {
                    desk.amend(ReplayAmend { number, quantity: None, steps: Some(steps) });
                }
                None => self.quotes[at] = Some(desk.place(side, self.quantity, terms)),
            }
        }
    }

    fn on_report(&mut self, report: &ReplayReport, desk: &mut TickDesk) {
        let is_over = !desk.orders().contains_key(&report.number);
        for quote in &mut self.quotes {
            if is_over && *quote == Some(report.number) {
                *quote = None;
            }
        }
    }
}
