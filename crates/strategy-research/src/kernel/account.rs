//! One variant's account: from the candles at which its wishes change to its trades.
//!
//! The one invariant: between two decisions nothing happens, so nothing is looked at; but where
//! there is a stop or a target, each candle that is held is held against them.

use backtester::TradeRecord;
use exchange_simulator::CandleFill;
use trading_engine::ExitReason;
use trading_types::{Amount, Candle, Interval, Price, Quantity, Side, Timestamp};

use super::{
    curve::{Curve, Holdings},
    exits::{Levels, Meeting},
    market::Tile,
    money::{Bill, Bought, Money, Order},
    plan::Plan,
    refusal::EngineOnly,
    volume::Volume,
};
use crate::evaluate::Row;

/// What all accounts of a sweep share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) money: &'a Money,
    pub(super) candles: &'a [Candle],
    pub(super) interval: Interval,
    /// The lowest close of all candles.
    pub(super) least: i64,
}

/// What a variant wishes in a tile: a bit for each candle.
#[derive(Clone, Copy)]
pub(super) struct Wishes<'a> {
    /// To be long, where it does not wish to be flat.
    pub(super) enter: &'a [u64],
    /// To be flat.
    pub(super) exit: &'a [u64],
    /// What else it wishes.
    pub(super) plan: &'a Plan,
    /// Where its exits would be.
    pub(super) levels: &'a dyn Fn(usize) -> Option<Levels>,
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
    levels: Levels,
    /// The first candle that has not been held against the levels.
    unseen: usize,
    /// The first candle after the wish by which it was bought.
    row_from: usize,
    /// Whether the row of wishes by which it was bought has ended.
    is_row_over: bool,
}

/// One variant's account.
pub(super) struct Account {
    state: State,
    /// The first candle at which it may act.
    from: usize,
    cash: i128,
    held: Held,
    volume: Volume,
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
    /// The equity at every candle, where wanted.
    pub(super) curve: Option<Box<Curve>>,
}

impl Account {
    /// An account that acts from the candle `from` on.
    pub(super) fn new(money: &Money, from: usize) -> Self {
        Self {
            state: State::Waiting,
            from,
            cash: money.cash,
            held: Held::default(),
            volume: Volume::default(),
            fees: 0,
            traded: 0,
            slippage: 0,
            won: 0,
            lost: 0,
            trades: 0,
            wins: 0,
            abandoned: None,
            list: None,
            curve: None,
        }
    }

    pub(super) const fn abandoned(&self) -> Option<EngineOnly> {
        self.abandoned
    }

    /// Goes through the decisions of a tile.
    pub(super) fn walk(&mut self, shared: Shared<'_>, tile: &Tile, wishes: Wishes<'_>) {
        let mut at = self.from.saturating_sub(tile.start);
        while self.abandoned.is_none() {
            let wanted = self.wanted(tile, wishes, at);
            if let Some(met) = self.met(shared, tile, wanted) {
                let found = met.candle - tile.start;
                self.meet(shared, tile, wishes, met);
                // The close of that candle is still to be decided at.
                at = at.max(found);
                continue;
            }
            let Some(found) = wanted else { break };
            match self.state {
                State::Waiting => self.enter(shared, tile, wishes, found),
                State::Holding => self.leave(shared, tile, found),
                State::Refused => self.state = State::Waiting,
            }
            at = found + 1;
        }
        self.note_rows(tile, wishes, tile.length);
        if let Some(curve) = self.curve.as_mut().filter(|_| self.abandoned.is_none()) {
            curve.see(shared.candles, tile.start..tile.start + tile.length);
        }
    }

    /// What it has from the close of the candle `from` on.
    fn note_change(&mut self, from: usize, units: i64) {
        if let Some(curve) = &mut self.curve {
            curve.change(Holdings { from, cash: self.cash, units });
        }
    }

    /// The next candle at which something is decided.
    fn wanted(&self, tile: &Tile, wishes: Wishes<'_>, at: usize) -> Option<usize> {
        let end = tile.decisions;
        match self.state {
            State::Waiting => next(wishes.enter, at, end, |word| word),
            State::Holding => next(wishes.exit, at, end, |word| word),
            State::Refused if wishes.plan.keeps => next(wishes.enter, at, end, |word| !word),
            State::Refused => next(wishes.exit, at, end, |word| word),
        }
    }

    /// The first stop or target that is met before what is decided at `wanted`.
    fn met(&mut self, shared: Shared<'_>, tile: &Tile, wanted: Option<usize>) -> Option<Meeting> {
        if !matches!(self.state, State::Holding) || self.held.levels == Levels::default() {
            return None;
        }
        let end = tile.start + wanted.map_or(tile.length, |at| at + 1);
        let from = self.held.unseen;
        self.held.unseen = from.max(end);
        self.held.levels.first(shared.candles, from..end)
    }

    fn meet(&mut self, shared: Shared<'_>, tile: &Tile, wishes: Wishes<'_>, met: Meeting) {
        self.note_rows(tile, wishes, met.candle - tile.start);
        if !shared.money.is_sellable(self.held.units, met.level) {
            self.abandoned = Some(EngineOnly::Dust);
            return;
        }
        let (_, price) = shared.money.slipped(Price::from_units(met.level));
        let start = shared.candles[met.candle].start;
        self.sell(shared.money, (price.units(), met.level), start, met.reason);
        self.note_change(met.candle, 0);
        self.state = if self.held.is_row_over { State::Waiting } else { State::Refused };
    }

    /// Looks whether a row of wishes ended while something is held, before the candle `end`.
    fn note_rows(&mut self, tile: &Tile, wishes: Wishes<'_>, end: usize) {
        let has_levels = self.held.levels != Levels::default();
        if !matches!(self.state, State::Holding) || !has_levels || !wishes.plan.keeps {
            return;
        }
        let from = self.held.row_from.saturating_sub(tile.start);
        self.held.is_row_over |= next(wishes.enter, from, end, |word| !word).is_some();
    }

    fn enter(&mut self, shared: Shared<'_>, tile: &Tile, wishes: Wishes<'_>, at: usize) {
        let Some(levels) = (wishes.levels)(at) else { return };
        let when = shared.filled(tile, at);
        let order = Order {
            cash: self.cash,
            close: tile.close[at],
            price: tile.buy[at],
            stop: levels.stop,
            decided: self.volume.rate(shared.money, shared.closed(tile, at)),
            filled: self.volume.rate(shared.money, when),
        };
        let (units, bill) = match shared.money.buy(order) {
            Ok(Bought::Units(units, bill)) => (units, bill),
            Ok(Bought::Nothing) => {
                self.state = State::Refused;
                return;
            }
            Err(reason) => {
                self.abandoned = Some(reason);
                return;
            }
        };
        let has_levels = levels != Levels::default();
        let least = shared.least.min(levels.stop.unwrap_or(i64::MAX));
        if (has_levels || wishes.plan.keeps) && !shared.money.is_sellable(units, least) {
            self.abandoned = Some(EngineOnly::Dust);
            return;
        }
        self.state = State::Holding;
        self.cash -= bill.cost + bill.fee;
        self.count(bill, i128::from(order.price - tile.market[at]) * i128::from(units));
        self.volume.add(shared.money, bill.cost, when);
        self.note_change(shared.effective(tile, at), units);
        let next = tile.start + at + 1;
        self.held = Held {
            units,
            bill,
            price: order.price,
            time: when,
            levels,
            unseen: next,
            row_from: next,
            is_row_over: false,
        };
    }

    fn leave(&mut self, shared: Shared<'_>, tile: &Tile, at: usize) {
        if !shared.money.is_sellable(self.held.units, tile.close[at]) {
            self.abandoned = Some(EngineOnly::Dust);
            return;
        }
        let when = shared.filled(tile, at);
        self.sell(shared.money, (tile.sell[at], tile.market[at]), when, ExitReason::Signal);
        self.note_change(shared.effective(tile, at), 0);
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
        let bill = money.bill_down(price, units, self.volume.rate(money, time));
        self.volume.add(money, bill.cost, time);
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
        let (_, sold) = shared.money.slipped(close);
        let time = last.start + shared.interval.duration();
        self.sell(shared.money, (sold.units(), close.units()), time, ExitReason::End);
    }

    /// The figures and the trades, of a window of so many years.
    pub(super) fn row(self, money: &Money, years: f64) -> (Row, Option<Vec<TradeRecord>>) {
        let amount = Amount::from_units;
        let net_profit = self.cash - money.cash;
        let equity_end = amount(self.cash);
        let row = Row {
            cash_start: amount(money.cash),
            equity_end,
            net_profit: amount(net_profit),
            gross_profit_before_costs: amount(net_profit + self.fees + self.slippage),
            fees: amount(self.fees),
            slippage_cost: amount(self.slippage),
            traded: amount(self.traded),
            trades: self.trades,
            wins: self.wins,
            profit_factor: profit_factor(amount(self.won), amount(-self.lost)),
            curve: self.curve.map(|it| it.finish(equity_end, years)),
        };
        (row, self.list)
    }
}

/// What was won divided by what was lost; nothing when nothing was lost.
#[expect(clippy::float_arithmetic, reason = "a statistic is an opinion, not money")]
fn profit_factor(won: Amount, lost: Amount) -> Option<f64> {
    (!lost.is_zero()).then(|| won.to_f64() / lost.to_f64())
}

impl Shared<'_> {
    /// At whose close an order that was decided on at a candle of the tile has been filled.
    fn effective(&self, tile: &Tile, at: usize) -> usize {
        match self.money.fill {
            CandleFill::NextOpen => tile.start + at + 1,
            CandleFill::Close => tile.start + at,
        }
    }

    /// When a candle of the tile closes.
    fn closed(&self, tile: &Tile, at: usize) -> Timestamp {
        self.candles[tile.start + at].start + self.interval.duration()
    }

    /// When an order that was decided on at a candle of the tile is filled.
    fn filled(&self, tile: &Tile, at: usize) -> Timestamp {
        match self.money.fill {
            CandleFill::NextOpen => self.candles[tile.start + at + 1].start,
            CandleFill::Close => self.closed(tile, at),
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
