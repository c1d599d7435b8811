//! The backtest written a second time, in the slow and obvious way, to be compared with the
//! program to the last digit: all candles in memory, every indicator from scratch, no engine, no
//! order book, no event. It shares no code with the program.

pub(crate) mod account;
pub(crate) mod decimal;
pub(crate) mod wishes;

use account::{Account, Terms};
use decimal::{MONEY_ONE, SMALL_ONE, ceil, floor};
use wishes::{Distance, Guards, Plan, Wish, Wisher};

/// A candle: seconds, and prices in units of 10^-10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) start: i128,
    pub(crate) open: i128,
    pub(crate) high: i128,
    pub(crate) low: i128,
    pub(crate) close: i128,
}

/// How much is bought.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    AllIn,
    Fixed(i128),
    /// This part of the equity may be lost at the stop.
    Risk(i128),
}

/// When an order trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    NextOpen,
    Close,
}

/// Why a position was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Signal,
    Stop,
    TakeProfit,
    End,
}

/// A round trip, all in smallest units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trade {
    pub(crate) entry_time: i128,
    pub(crate) entry_price: i128,
    pub(crate) exit_time: i128,
    pub(crate) exit_price: i128,
    pub(crate) quantity: i128,
    pub(crate) fees: i128,
    pub(crate) profit: i128,
    pub(crate) reason: Reason,
}

/// What is to be tested.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) seconds: i128,
    pub(crate) terms: Terms,
    pub(crate) cash: i128,
    pub(crate) size: Size,
    pub(crate) when: When,
    pub(crate) plan: Plan,
    pub(crate) stop: Option<Distance>,
    pub(crate) target: Option<Distance>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) trades: Vec<Trade>,
    pub(crate) cash: i128,
    /// What is left unsold is worth so much at the last close.
    pub(crate) dust: i128,
    /// Quote asset that changed hands, fill by fill.
    pub(crate) fills: Vec<i128>,
    /// How many round trips were over when a buy cost more than there was, if one did. The twin
    /// does not know what must happen then, so what it tells of the time after it means nothing.
    pub(crate) known: Option<usize>,
}

/// An order that has been decided on.
#[derive(Clone, Copy, Debug)]
enum Order {
    Buy { amount: Buying, guards: Guards },
    Sell,
}

#[derive(Clone, Copy, Debug)]
enum Buying {
    Quantity(i128),
    For(i128),
}

struct Twin<'a> {
    trial: &'a Trial,
    account: Account,
    waiting: Option<Order>,
    guards: Guards,
    is_signal_used: bool,
}

/// Runs the trial over all candles.
pub(crate) fn run(trial: &Trial, bars: &[Bar]) -> Outcome {
    let exits = (trial.stop, trial.target);
    let wisher = Wisher::new(bars, trial.plan, exits, trial.terms.tick);
    let mut twin = Twin {
        trial,
        account: Account::new(trial.terms.clone(), trial.cash),
        waiting: None,
        guards: Guards::default(),
        is_signal_used: false,
    };
    for (at, bar) in bars.iter().enumerate() {
        if let Some(order) = twin.waiting.take() {
            twin.fill(order, bar.start, bar.open);
        }
        twin.watch_guards(bar);
        twin.obey(wisher.wish(at), bar);
    }
    let last = bars[bars.len() - 1];
    if twin.account.holds(last.close) {
        let price = twin.account.sell_price(last.close);
        twin.account.sell(last.start + trial.seconds, price, Reason::End);
    }
    let dust = twin.account.quantity() * last.close;
    let Account { cash, trades, traded, known, .. } = twin.account;
    let fills = traded.into_iter().map(|(_, amount)| amount).collect();
    Outcome { trades, cash, dust, fills, known }
}

impl Twin<'_> {
    fn fill(&mut self, order: Order, time: i128, price: i128) {
        match order {
            Order::Buy { amount, guards } => {
                let price = self.account.buy_price(price);
                let quantity = match amount {
                    Buying::Quantity(quantity) => quantity,
                    Buying::For(amount) => floor(amount, price),
                };
                self.account.buy(time, price, quantity);
                self.guards = guards;
            }
            Order::Sell => {
                let price = self.account.sell_price(price);
                self.account.sell(time, price, Reason::Signal);
            }
        }
    }

    /// The stop and the target within a candle. The open comes first; after it nobody knows what
    /// came when, so the worse did.
    fn watch_guards(&mut self, bar: &Bar) {
        let stop = self.guards.stop.unwrap_or(0);
        let target = self.guards.target.unwrap_or(i128::MAX);
        let (price, reason) = if bar.open <= stop {
            (bar.open, Reason::Stop)
        } else if target <= bar.open {
            (bar.open, Reason::TakeProfit)
        } else if bar.low <= stop {
            (stop, Reason::Stop)
        } else if target <= bar.high {
            (target, Reason::TakeProfit)
        } else {
            return;
        };
        self.guards = Guards::default();
        let price = self.account.sell_price(price);
        self.account.sell(bar.start, price, reason);
    }

    fn obey(&mut self, wish: Wish, bar: &Bar) {
        let (now, close) = (bar.start + self.trial.seconds, bar.close);
        let order = match wish {
            Wish::Nothing => None,
            Wish::BeFlat => {
                self.is_signal_used = false;
                let is_held = self.account.holds(close);
                if is_held {
                    self.guards = Guards::default();
                }
                is_held.then_some(Order::Sell)
            }
            Wish::BeLong(guards) => {
                if self.is_signal_used || self.account.holds(close) {
                    return;
                }
                self.is_signal_used = true;
                self.size(guards, now, close).map(|amount| Order::Buy { amount, guards })
            }
            Wish::Add(amount) => {
                let fee = self.account.fee(amount, self.account.rate(now));
                let is_affordable = amount + fee <= self.account.cash;
                let is_sent = is_affordable && self.is_large_enough(floor(amount, close), amount);
                let order = Order::Buy { amount: Buying::For(amount), guards: Guards::default() };
                is_sent.then_some(order)
            }
        };
        let Some(order) = order else { return };
        match self.trial.when {
            When::NextOpen => self.waiting = Some(order),
            When::Close => self.fill(order, now, close),
        }
    }

    fn size(&self, guards: Guards, now: i128, close: i128) -> Option<Buying> {
        let account = &self.account;
        let rate = account.rate(now);
        match self.trial.size {
            Size::AllIn => {
                let spend = floor(account.cash * SMALL_ONE, SMALL_ONE + rate);
                let spend = floor(spend, account.cent()) * account.cent();
                let is_sent = self.is_large_enough(floor(spend, close), spend);
                is_sent.then_some(Buying::For(spend))
            }
            Size::Fixed(quantity) => {
                let cost = close * quantity;
                let is_affordable = cost + account.fee(cost, rate) <= account.cash;
                let is_sent = is_affordable && self.is_large_enough(quantity, cost);
                is_sent.then_some(Buying::Quantity(quantity))
            }
            Size::Risk(part) => {
                let equity = account.cash + account.quantity() * close;
                let budget = floor(equity * part, SMALL_ONE);
                let fee = |amount: i128| ceil(amount * rate, SMALL_ONE);
                // Of one unit, in 10^-18; a quantity counts in 10^-8 of it.
                let paid = account.buy_price(close) * SMALL_ONE;
                let received = account.sell_price(guards.stop.unwrap()) * SMALL_ONE;
                let loss = paid - received + fee(paid) + fee(received);
                let outlay = paid + fee(paid);
                let by_loss = floor(budget * SMALL_ONE, loss);
                // The venue rounds cost and fee up, each by less than a cent.
                let cents = floor(account.cash, account.cent()) - 2;
                let by_cash = floor(cents.max(0) * account.cent() * SMALL_ONE, outlay);
                let quantity = by_loss.min(by_cash);
                let is_sent = self.is_large_enough(quantity, close * quantity);
                is_sent.then_some(Buying::Quantity(quantity))
            }
        }
    }

    fn is_large_enough(&self, quantity: i128, cost: i128) -> bool {
        let Terms { quantity_min, cost_min, .. } = self.trial.terms;
        quantity_min <= quantity && cost_min <= cost
    }
}

const _: () = assert!(MONEY_ONE == decimal::PRICE_ONE * SMALL_ONE);
