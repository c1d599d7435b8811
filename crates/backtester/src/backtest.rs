//! One backtest: candles through the simulated exchange into the engine, commands back, results
//! out. The engine is the one that trades live; only who fills its two enums differs.

use std::time::Duration;

use trading_engine::{
    Engine, EngineSettings, Input, JournalHeader, Keep, KillLimits, OperatorCommand, Output,
    Report, RiskLimits, SettingsError, Sizing, Strategy, StrategySpec,
};
use trading_types::{
    Amount, Candle, FeeSchedule, Fraction, Interval, Liquidity, Pair, PairRules, Price, PriceWatch,
    Rounding, Timestamp,
};

use exchange_simulator::{CandleExchange, CandleFill, CandleSettings, PartialFills};

use crate::{
    metrics::Metrics,
    result::BacktestResult,
    trade_list::{TradeList, TradeRecord},
};

/// Where candles come from, one after the other.
pub trait CandleSource {
    /// What may go wrong on the way.
    type Error;

    /// The next candle, or nothing after the last.
    fn next_candle(&mut self) -> Result<Option<Candle>, Self::Error>;

    /// The next candles, at most [`STRETCH`]; none after the last. `room` is for those that do not
    /// lie one behind the other already.
    #[inline]
    fn next_candles<'a>(
        &'a mut self,
        room: &'a mut Vec<Candle>,
    ) -> Result<&'a [Candle], Self::Error> {
        room.clear();
        while room.len() < STRETCH
            && let Some(candle) = self.next_candle()?
        {
            room.push(candle);
        }
        Ok(room)
    }
}

/// Candles are taken from their source by so many: few enough to stay in the nearest cache.
pub const STRETCH: usize = 64;

/// Candles that are in memory already.
impl CandleSource for std::slice::Iter<'_, Candle> {
    type Error = std::convert::Infallible;

    fn next_candle(&mut self) -> Result<Option<Candle>, Self::Error> {
        Ok(self.next().copied())
    }

    #[inline]
    fn next_candles<'a>(&'a mut self, _: &'a mut Vec<Candle>) -> Result<&'a [Candle], Self::Error> {
        let all = self.as_slice();
        let (next, rest) = all.split_at(all.len().min(STRETCH));
        *self = rest.iter();
        Ok(next)
    }
}

/// Looks on while a backtest runs.
pub trait Onlooker<S> {
    /// A candle has closed: what the equity is, and whether something is held.
    fn see(&mut self, candle: &Candle, equity: Amount, is_held: bool);

    /// Some candles are over, at most [`STRETCH`] since the last time.
    fn pause(&mut self, source: &mut S, engine: &mut Engine);
}

/// Looks only at the pauses.
struct AtPauses<F>(F);

impl<S, F: FnMut(&mut S, &mut Engine)> Onlooker<S> for AtPauses<F> {
    fn see(&mut self, _: &Candle, _: Amount, _: bool) {}

    fn pause(&mut self, source: &mut S, engine: &mut Engine) {
        self.0(source, engine);
    }
}

/// What is to be tested.
#[derive(Clone, Debug)]
pub struct BacktestSettings {
    /// The pair's rules, with the fees that are to be paid.
    pub rules: PairRules,
    /// The length of the candles.
    pub interval: Interval,
    /// The strategy, by name and settings, as it goes into the journal.
    pub strategy: StrategySpec,
    /// Quote asset at the start.
    pub cash: Amount,
    /// How entries are sized.
    pub sizing: Sizing,
    /// How much worse than the candle's price orders trade.
    pub slippage: Fraction,
    /// Whether orders trade at the next open or at the close they were decided on.
    pub fill: CandleFill,
    /// How often fills come in pieces.
    pub partial_fills: PartialFills,
    /// Decides what is left to chance.
    pub seed: u64,
    /// Pre-trade limits.
    pub risk: RiskLimits,
    /// How much may be lost before everything stops.
    pub kill: KillLimits,
}

/// What a finished backtest leaves.
#[derive(Debug)]
pub struct Backtest {
    /// The figures.
    pub result: BacktestResult,
    /// Every round trip.
    pub trades: Vec<TradeRecord>,
    /// The engine in its last state, with its journal.
    pub engine: Engine,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum BacktestError<E> {
    /// The candles could not be read.
    #[error(transparent)]
    Source(E),
    /// The settings do not fit together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Nothing to test on.
    #[error("there is no candle to test on")]
    NoCandles,
}

impl BacktestSettings {
    /// The engine's part of the settings.
    pub fn journal_header(&self) -> JournalHeader {
        JournalHeader {
            settings: EngineSettings {
                session: self.seed,
                quote: self.rules.pair.quote,
                interval: self.interval,
                pairs: vec![self.rules.clone()],
                sizing: self.sizing,
                slippage: self.slippage,
                risk: self.risk.clone(),
                kill: self.kill,
                stop_deadline: Duration::from_secs(10),
                order_deadline: trading_engine::ORDER_DEADLINE,
            },
            strategies: vec![self.strategy.clone()],
        }
    }

    /// Runs `strategy` over all of `source`. `progress` is called after every few candles.
    pub fn run<S: CandleSource>(
        &self,
        strategy: Box<dyn Strategy>,
        source: &mut S,
        keep: Keep,
        progress: impl FnMut(&mut S, &mut Engine),
    ) -> Result<Backtest, BacktestError<S::Error>> {
        self.run_watched(strategy, source, keep, &mut AtPauses(progress))
    }

    /// Runs `strategy` over all of `source`, with somebody looking on.
    pub fn run_watched<S: CandleSource>(
        &self,
        strategy: Box<dyn Strategy>,
        source: &mut S,
        keep: Keep,
        onlooker: &mut impl Onlooker<S>,
    ) -> Result<Backtest, BacktestError<S::Error>> {
        let shown = strategy.settings();
        let mut run = Run::new(self, strategy, keep)?;
        let mut room = Vec::with_capacity(STRETCH);
        let mut ends = None;
        loop {
            let candles = source.next_candles(&mut room).map_err(BacktestError::Source)?;
            let (Some(first), Some(last)) = (candles.first(), candles.last()) else { break };
            let (first, _) = ends.unwrap_or((*first, *last));
            ends = Some((first, *last));
            run.walk(candles, |candle, equity, is_held| onlooker.see(candle, equity, is_held));
            onlooker.pause(source, &mut run.engine);
        }
        let ends = ends.ok_or(BacktestError::NoCandles)?;
        run.finish();
        Ok(run.into_backtest(self, shown, ends))
    }

    /// What the cash would have become had it bought at `open` and sold at `close`, by the
    /// exchange's rounding: costs up and proceeds down.
    fn buy_and_hold(&self, open: Price, close: Price) -> Amount {
        let fee = self.rules.fees.rate(Amount::ZERO, Liquidity::Taker);
        let decimals = self.rules.cost_decimals;
        let quantity = self.cash.without_surcharge(fee).quantity_at(open).floor_to(self.rules.lot);
        let cost = (open * quantity).round_to_decimals(decimals, Rounding::Up);
        let proceeds = (close * quantity).round_to_decimals(decimals, Rounding::Down);
        let fee_of = |amount: Amount| {
            amount.times(fee, Rounding::Up).round_to_decimals(decimals, Rounding::Up)
        };
        self.cash - cost - fee_of(cost) + proceeds - fee_of(proceeds)
    }
}

/// A backtest that is going on.
struct Run {
    exchange: CandleExchange,
    engine: Engine,
    metrics: Metrics,
    notes: Notes,
    watches: Vec<PriceWatch>,
    pair: Pair,
    interval: Duration,
    now: Timestamp,
}

/// What of the engine's reports goes into the result.
#[derive(Default)]
struct Notes {
    trades: TradeList,
    halted_at: Option<Timestamp>,
    refused: u64,
}

impl Notes {
    fn take(&mut self, report: &Report, now: Timestamp) {
        match report {
            Report::LotClosed { lot, .. } => self.trades.add(lot),
            Report::Halted { .. } => self.halted_at = Some(now),
            Report::OrderRefused { .. }
            | Report::SizeRefused { .. }
            | Report::OrderRejected { .. } => self.refused += 1,
            Report::OrderPlaced { .. }
            | Report::OrderFilled { .. }
            | Report::OrderEnded { .. }
            | Report::TradeClosed { .. }
            | Report::Flattened
            | Report::Resumed { .. }
            | Report::Alarm(_)
            | Report::Residual { .. }
            | Report::PairHalted { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => {}
        }
    }
}

impl Run {
    fn new(
        settings: &BacktestSettings,
        strategy: Box<dyn Strategy>,
        keep: Keep,
    ) -> Result<Self, SettingsError> {
        let engine = Engine::new(&settings.journal_header(), vec![strategy], keep)?;
        let exchange = CandleExchange::new(CandleSettings {
            rules: settings.rules.clone(),
            interval: settings.interval,
            balances: vec![(settings.rules.pair.quote, settings.cash)],
            fill: settings.fill,
            slippage: settings.slippage,
            partial_fills: settings.partial_fills,
            seed: settings.seed,
        });
        Ok(Self {
            exchange,
            engine,
            metrics: Metrics::new(settings.cash, settings.interval),
            notes: Notes::default(),
            watches: Vec::new(),
            pair: settings.rules.pair,
            interval: settings.interval.duration(),
            now: Timestamp::EPOCH,
        })
    }

    fn walk(&mut self, candles: &[Candle], mut see: impl FnMut(&Candle, Amount, bool)) {
        let mut rest = candles;
        while let Some(candle) = rest.first() {
            if self.exchange.is_at_rest() {
                let taken = self.pass(rest, &mut see);
                rest = &rest[taken..];
            } else {
                self.walk_slowly(candle);
                self.see_close(candle, &mut see);
                rest = &rest[1..];
            }
        }
    }

    /// Most candles of a backtest find neither an order nor a watch at the exchange, and of most of
    /// those the engine has nothing to say. Says how many it took.
    #[inline]
    fn pass(&mut self, candles: &[Candle], mut see: impl FnMut(&Candle, Amount, bool)) -> usize {
        let (interval, is_held) = (self.interval, self.engine.holds_position());
        let stretch = self.engine.handle_candles(
            self.pair,
            candles,
            |candle| candle.start + interval,
            |candle, equity| {
                self.metrics.see_equity(equity);
                see(candle, equity, is_held);
            },
        );
        let taken = &candles[..stretch.candles];
        let quiet = if stretch.is_quiet { taken.len() } else { taken.len() - 1 };
        self.metrics.count(quiet, is_held);
        self.exchange.pass_candles(taken);
        self.now = self.engine.now();
        if let Some(last) = taken.last().filter(|_| !stretch.is_quiet) {
            self.settle();
            self.see_close(last, &mut see);
        }
        stretch.candles
    }

    fn see_close(&mut self, candle: &Candle, mut see: impl FnMut(&Candle, Amount, bool)) {
        let (equity, is_held) = (self.engine.equity(), self.engine.holds_position());
        self.metrics.see(equity, is_held);
        see(candle, equity, is_held);
    }

    fn walk_slowly(&mut self, candle: &Candle) {
        self.now = candle.start + self.interval;
        self.exchange.begin_candle(candle);
        self.drain();
        self.settle();
    }

    /// What is still wanted at the close.
    fn settle(&mut self) {
        self.obey();
        self.drain();
        self.engine.handle_timeout(self.now);
        self.obey();
        self.drain();
    }

    /// Lets the exchange say all it has to say, and the engine react to each word.
    fn drain(&mut self) {
        while let Some((time, event)) = self.exchange.next_output() {
            self.engine.handle_event(event, *time);
            self.exchange.drop_output();
            self.obey();
        }
    }

    fn obey(&mut self) {
        while let Some(output) = self.engine.next_output() {
            match output {
                Output::Command(command) => self.exchange.handle(command),
                Output::Report(report) => self.notes.take(report, self.now),
            }
            self.engine.drop_output();
        }
        if self.engine.watches() != self.watches {
            self.watches.clear();
            self.watches.extend_from_slice(self.engine.watches());
            self.exchange.set_watches(&self.watches);
        }
    }

    /// The last candle has closed: what is held is sold at its close.
    fn finish(&mut self) {
        self.exchange.end();
        self.drain();
        self.engine.handle(&Input::Operator(OperatorCommand::Finish), self.now);
        self.obey();
        self.drain();
    }

    fn into_backtest(
        mut self,
        settings: &BacktestSettings,
        shown: Vec<(&'static str, String)>,
        (first, last): (Candle, Candle),
    ) -> Backtest {
        let statistics = self.exchange.statistics();
        let trades = self.notes.trades.finish();
        let equity_end = self.engine.equity();
        let net_profit = equity_end - settings.cash;
        let figures = self.metrics.finish();
        let result = BacktestResult {
            pair: settings.rules.pair,
            candles: figures.candles,
            from: first.start,
            to: last.start,
            strategy: settings.strategy.name.clone(),
            settings: shown.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            cash_start: settings.cash,
            equity_end,
            net_profit,
            gross_profit_before_costs: net_profit + statistics.fees + statistics.slippage_cost,
            fees: statistics.fees,
            slippage_cost: statistics.slippage_cost,
            buy_and_hold_end: settings.buy_and_hold(first.open, last.close),
            trades: trades.len() as u64,
            wins: trades.iter().filter(|trade| trade.profit.is_positive()).count() as u64,
            max_drawdown: figures.max_drawdown,
            sharpe: figures.sharpe,
            sortino: figures.sortino,
            exposure: figures.exposure,
            profit_factor: profit_factor(&trades),
            orders: statistics.orders,
            fills: statistics.fills,
            refused: self.notes.refused,
            ambiguous_candles: statistics.ambiguous_candles,
            missing_candles: 0,
            traded: statistics.traded,
            halted: self.engine.halted().map(ToString::to_string),
            halted_at: self.notes.halted_at,
            journal_hash: self.engine.journal().hash(),
            elapsed_cpu_s: 0.0,
            trade_list: None,
        };
        Backtest { result, trades, engine: self.engine }
    }
}

/// What was won divided by what was lost; nothing when nothing was lost.
#[expect(clippy::float_arithmetic, reason = "a statistic is an opinion, not money")]
fn profit_factor(trades: &[TradeRecord]) -> Option<f64> {
    let won: Amount = trades.iter().map(|trade| trade.profit.max(Amount::ZERO)).sum();
    let lost: Amount = trades.iter().map(|trade| trade.profit.min(Amount::ZERO)).sum();
    (!lost.is_zero()).then(|| won.to_f64() / -lost.to_f64())
}

/// The same fees whatever the volume, as `TAKER/MAKER` in percent, or Kraken's schedule.
pub fn parse_fees(text: &str) -> Result<FeeSchedule, ParseFeesError> {
    if text == "kraken" {
        return Ok(FeeSchedule::kraken_spot());
    }
    let refused = || ParseFeesError(text.chars().take(40).collect());
    let (taker, maker) = text.split_once('/').unwrap_or((text, text));
    let percent = |part: &str| Fraction::from_percent(part).map_err(|_| refused());
    let (taker, maker) = (percent(taker)?, percent(maker)?);
    let is_fee = |fee: Fraction| fee < FEE_MAX && -FEE_MAX < fee;
    if !is_fee(taker) || !is_fee(maker) {
        return Err(refused());
    }
    Ok(FeeSchedule::flat(taker, maker))
}

/// Fees of a tenth of the cost are a slip of the pen.
const FEE_MAX: Fraction = Fraction::from_basis_points(1_000);

/// A text that does not say which fees.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a fee; write taker/maker in percent below ten, as 0.40/0.25, or kraken")]
pub struct ParseFeesError(String);

#[cfg(test)]
mod tests;
