//! One variant's account: from the candles at which its wishes change to its trades.
//!
//! The one invariant: between two decisions nothing happens, so nothing is looked at.

use backtester::TradeRecord;
use trading_engine::ExitReason;
use trading_types::{Amount, Candle, Interval, Price, Quantity, Side, Timestamp};

use super::{
    market::Tile,
    money::{Bill, Bought, Money},
    refusal::EngineOnly,
};
use crate::evaluate::Row;

/// What all accounts of a sweep share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) money: &'a Money,
    pub(super) candles: &'a [Candle],
    pub(super) interval: Interval,
}

/// What a variant wishes in a tile: a bit for each candle.
#[derive(Clone, Copy)]
pub(super) struct Wishes<'a> {
    /// To be long, where it does not wish to be flat.
    pub(super) enter: &'a [u64],
    /// To be flat.
    pub(super) exit: &'a [u64],
    /// Whether it wishes to keep what it has where it wishes neither: an uninterrupted row of
    /// wishes to be long ends there.
    pub(super) keeps: bool,
}

/// Where the account stands.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It waits for a wish to be long.
    Waiting,
    /// An entry was refused: it waits for the row of wishes to end.
    Refused,
    /// It holds something.
    Holding,
}

/// What was bought.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    units: i64,
    bill: Bill,
    price: i64,
    time: Timestamp,
}

/// One variant's account.
#[derive(Debug)]
pub(super) struct Account {
    state: State,
    /// The first candle at which it may act.
    from: usize,
    cash: i128,
    held: Held,
    fees: i128,
    traded: i128,
    slippage: i128,
    won: i128,
    lost: i128,
    trades: u64,
    wins: u64,
    /// Why it cannot be gone on with.
    abandoned: Option<EngineOnly>,
    /// Every trade, where wanted.
    pub(super) list: Option<Vec<TradeRecord>>,
}

impl Account {
    /// An account that acts from the candle `from` on.
    pub(super) fn new(money: &Money, from: usize) -> Self {
        Self {
            state: State::Waiting,
            from,
            cash: money.cash,
            held: Held::default(),
            fees: 0,
            traded: 0,
            slippage: 0,
            won: 0,
            lost: 0,
            trades: 0,
            wins: 0,
            abandoned: None,
            list: None,
        }
    }

    pub(super) const fn abandoned(&self) -> Option<EngineOnly> {
        self.abandoned
    }

    /// Goes through the decisions of a tile.
    pub(super) fn walk(&mut self, shared: Shared<'_>, tile: &Tile, wishes: Wishes<'_>) {
        let mut at = self.from.saturating_sub(tile.start);
        while self.abandoned.is_none() {
            let wanted = match self.state {
                State::Waiting => next(wishes.enter, at, tile.decisions, |word| word),
                State::Holding => next(wishes.exit, at, tile.decisions, |word| word),
                State::Refused if wishes.keeps => {
                    next(wishes.enter, at, tile.decisions, |word| !word)
                }
                State::Refused => next(wishes.exit, at, tile.decisions, |word| word),
            };
            let Some(found) = wanted else { return };
            match self.state {
                State::Waiting => self.enter(shared, tile, found),
                State::Holding => self.leave(shared, tile, found),
                State::Refused => self.state = State::Waiting,
            }
            at = found + 1;
        }
    }

    fn enter(&mut self, shared: Shared<'_>, tile: &Tile, at: usize) {
        let (close, price) = (tile.close[at], tile.buy[at]);
        match shared.money.buy(self.cash, close, price) {
            Ok(Bought::Nothing) => self.state = State::Refused,
            Err(reason) => self.abandoned = Some(reason),
            Ok(Bought::Units(units, bill)) => {
                self.state = State::Holding;
                self.cash -= bill.cost + bill.fee;
                self.count(bill, i128::from(price - tile.market[at]) * i128::from(units));
                let time = shared.time(tile, at);
                self.held = Held { units, bill, price, time };
            }
        }
    }

    fn leave(&mut self, shared: Shared<'_>, tile: &Tile, at: usize) {
        if !shared.money.is_sellable(self.held.units, tile.close[at]) {
            self.abandoned = Some(EngineOnly::Dust);
            return;
        }
        let time = shared.time(tile, at);
        self.sell(shared.money, (tile.sell[at], tile.market[at]), time, ExitReason::Signal);
        self.state = State::Waiting;
    }

    fn sell(
        &mut self,
        money: &Money,
        (price, market): (i64, i64),
        time: Timestamp,
        reason: ExitReason,
    ) {
        let Held { units, bill: entry, .. } = self.held;
        let bill = money.bill_down(price, units);
        self.cash += bill.cost - bill.fee;
        self.count(bill, i128::from(market - price) * i128::from(units));
        let fees = entry.fee + bill.fee;
        let profit = bill.cost - entry.cost - fees;
        self.trades += 1;
        if 0 < profit {
            self.wins += 1;
            self.won += profit;
        } else {
            self.lost += profit;
        }
        if let Some(list) = &mut self.list {
            list.push(TradeRecord {
                side: Side::Buy,
                entry_time: self.held.time,
                entry_price: Price::from_units(self.held.price),
                exit_time: time,
                exit_price: Price::from_units(price),
                quantity: Quantity::from_units(units).into(),
                fees: Amount::from_units(fees),
                profit: Amount::from_units(profit),
                exit_reason: reason,
            });
        }
    }

    fn count(&mut self, bill: Bill, slippage: i128) {
        self.traded += bill.cost;
        self.fees += bill.fee;
        self.slippage += slippage;
    }

    /// The candles are over: what is held is sold at the last close.
    pub(super) fn finish(&mut self, shared: Shared<'_>, last: &Candle) {
        if self.abandoned.is_some() || !matches!(self.state, State::Holding) {
            return;
        }
        let close = last.close;
        if !shared.money.is_sellable(self.held.units, close.units()) {
            self.abandoned = Some(EngineOnly::Dust);
            return;
        }
        let (_, sell) = shared.money.slipped(close);
        let time = last.start + shared.interval.duration();
        self.sell(shared.money, (sell.units(), close.units()), time, ExitReason::End);
    }

    /// The figures.
    pub(super) fn row(&self, money: &Money) -> Row {
        let amount = Amount::from_units;
        let net_profit = self.cash - money.cash;
        Row {
            cash_start: amount(money.cash),
            equity_end: amount(self.cash),
            net_profit: amount(net_profit),
            gross_profit_before_costs: amount(net_profit + self.fees + self.slippage),
            fees: amount(self.fees),
            slippage_cost: amount(self.slippage),
            traded: amount(self.traded),
            trades: self.trades,
            wins: self.wins,
            profit_factor: profit_factor(amount(self.won), amount(-self.lost)),
            curve: None,
        }
    }
}

/// What was won divided by what was lost; nothing when nothing was lost.
#[expect(clippy::float_arithmetic, reason = "a statistic is an opinion, not money")]
fn profit_factor(won: Amount, lost: Amount) -> Option<f64> {
    (!lost.is_zero()).then(|| won.to_f64() / lost.to_f64())
}

impl Shared<'_> {
    /// When an order that was decided on at a candle of the tile is filled.
    fn time(&self, tile: &Tile, at: usize) -> Timestamp {
        let candle = tile.start + at;
        match self.money.fill {
            exchange_simulator::CandleFill::NextOpen => self.candles[candle + 1].start,
            exchange_simulator::CandleFill::Close => {
                self.candles[candle].start + self.interval.duration()
            }
        }
    }
}

/// The first candle from `at` on, and before `end`, whose bit is set in `of` the words.
#[inline]
fn next(words: &[u64], at: usize, end: usize, of: impl Fn(u64) -> u64) -> Option<usize> {
    if end <= at {
        return None;
    }
    let mut place = at / 64;
    let mut word = of(*words.get(place)?) & (u64::MAX << (at % 64));
    loop {
        if word != 0 {
            let found = place * 64 + word.trailing_zeros() as usize;
            return (found < end).then_some(found);
        }
        place += 1;
        word = of(*words.get(place)?);
    }
}
