//! The backtest that counts: on candles the settings were not chosen on, with the config's own
//! limits, at the fees that small entries pay, and once more at half as much again.
//!
//! The lowest tier's fees, because tiny entries never earn a better one.

use backtester::{Backtest, BacktestError, BacktestSettings, CandleRequest, CandleSource};
use exchange_simulator::{CandleFill, PartialFills};
use strategies::from_spec;
use trading_engine::{Keep, KillLimits};
use trading_ladder::{BacktestEvidence, Digester, Figures, Source, Subject};
use trading_types::{Candle, FeeSchedule, Fraction, PairRules, Price, Timestamp};

use crate::{
    arguments::ladder::ProofArguments, config::Config, failure::Failure,
    price_history::PriceHistory, progress::Progress,
};

/// The part of the time that is in sample, in tenths.
const IN_SAMPLE_TENTHS: u64 = 7;

/// Runs the config's strategy in and out of sample; `stress` is how many times the fees are paid in
/// the last run.
pub(crate) fn prove(
    arguments: &ProofArguments,
    config: &Config,
    subject: &Subject,
    stress: Fraction,
) -> Result<BacktestEvidence, Failure> {
    let whole = CandleRequest {
        path: arguments.data.clone(),
        pair: config.rules.pair,
        interval: config.engine.interval,
        from: arguments.from,
        to: arguments.to,
    };
    let seen = Seen::of(&whole)?;
    let split = seen.split(&whole)?;
    let before = CandleRequest { to: Some(split), ..whole.clone() };
    let after = CandleRequest { from: Some(split), ..whole.clone() };
    Ok(BacktestEvidence {
        identity: subject.identity(),
        split,
        cash: config.simulated.cash,
        slippage: config.engine.slippage,
        fee_stress: stress,
        in_sample: run(&before, config, Fraction::ONE)?,
        out_of_sample: run(&after, config, Fraction::ONE)?,
        stressed: run(&after, config, stress)?,
        last_price: seen.last.close,
        data: seen.source(),
    })
}

/// A look at all the candles.
struct Seen {
    name: String,
    hash: Digester,
    first: Candle,
    last: Candle,
}

impl Seen {
    fn of(request: &CandleRequest) -> Result<Self, Failure> {
        let mut file = PriceHistory::open(request)?;
        let mut progress = Progress::new("candles", file.bytes_total());
        let mut hash = Digester::default();
        let mut range: Option<(Candle, Candle)> = None;
        while let Some(candle) = file.next_candle()? {
            hash.update(line(&candle).as_bytes());
            range = Some((range.map_or(candle, |(first, _)| first), candle));
            progress.see(file.bytes_read());
        }
        progress.finish();
        let (first, last) = range.ok_or_else(|| too_few(request))?;
        Ok(Self { name: file.name().to_owned(), hash, first, last })
    }

    /// Where the time is parted, at the beginning of a candle.
    fn split(&self, request: &CandleRequest) -> Result<Timestamp, Failure> {
        let length = request.interval.duration();
        let (start, end) = (self.first.start, self.last.start + length);
        let seconds = end.since(start).as_secs() / 10 * IN_SAMPLE_TENTHS;
        let whole = seconds / length.as_secs() * length.as_secs();
        let split = start + std::time::Duration::from_secs(whole);
        if start < split && split <= self.last.start { Ok(split) } else { Err(too_few(request)) }
    }

    /// The hash is of the candles and not of the file, so that the same candles from a CSV file, a
    /// folder or an archive are the same evidence.
    fn source(self) -> Source {
        Source { name: self.name, hash: format!("sha256:{}", self.hash.finish()) }
    }
}

/// A candle as it is hashed: as Kraken's archives have it, in the shortest form.
pub(crate) fn line(candle: &Candle) -> String {
    let Candle { start, open, high, low, close, volume, trades } = candle;
    format!("{},{open},{high},{low},{close},{volume},{trades}\n", start.seconds())
}

fn run(request: &CandleRequest, config: &Config, fees: Fraction) -> Result<Figures, Failure> {
    let mut file = PriceHistory::open(request)?;
    let strategy = from_spec(&config.strategy, config.rules.tick).map_err(Failure::wrong)?;
    let settings = settings(config, fees);
    let mut progress = Progress::new("candles", file.bytes_total());
    let backtest = settings
        .run(strategy, &mut file, Keep::Hash, |file, _| progress.see(file.bytes_read()))
        .map_err(|error| match error {
            BacktestError::Source(error) => error.into(),
            BacktestError::NoCandles => too_few(request),
            BacktestError::Settings(_) => Failure::wrong(error),
        })?;
    progress.finish();
    Ok(figures(&backtest))
}

pub(crate) fn settings(config: &Config, fees: Fraction) -> BacktestSettings {
    BacktestSettings {
        rules: PairRules { fees: lowest_tier(fees), ..config.rules.clone() },
        interval: config.engine.interval,
        strategy: config.strategy.clone(),
        cash: config.simulated.cash,
        sizing: config.engine.sizing,
        slippage: config.engine.slippage,
        fill: CandleFill::NextOpen,
        partial_fills: PartialFills::NONE,
        seed: 1,
        risk: config.engine.risk.clone(),
        // The question is how deep it falls, not where it would be stopped.
        kill: KillLimits::default(),
    }
}

/// Kraken's fees without any volume, `times` over. The config's own fee is that of its simulated
/// market and proves nothing.
fn lowest_tier(times: Fraction) -> FeeSchedule {
    let lowest = FeeSchedule::kraken_spot().tiers()[0];
    let raised = |fee: Fraction| {
        let units = i128::from(fee.units()) * i128::from(times.units());
        let units = -(-units).div_euclid(i128::from(Fraction::ONE.units()));
        Fraction::from_units(i64::try_from(units).expect("a fee is a small part"))
    };
    FeeSchedule::flat(raised(lowest.taker), raised(lowest.maker))
}

fn figures(backtest: &Backtest) -> Figures {
    let result = &backtest.result;
    Figures {
        from: result.from,
        to: result.to,
        candles: result.candles,
        trades: result.trades,
        refused: result.refused,
        net_profit: result.net_profit,
        buy_and_hold_profit: result.buy_and_hold_end - result.cash_start,
        fees: result.fees,
        max_drawdown: part_up(result.max_drawdown),
        journal: format!("xxh3:{}", result.journal_hash),
    }
}

/// A part as a number that is compared, rounded up; what is no number is all of it.
#[expect(clippy::float_arithmetic, reason = "a statistic becomes a bound to compare with")]
#[expect(clippy::cast_possible_truncation, reason = "it is at most a hundred million")]
fn part_up(part: f64) -> Fraction {
    const WHOLE: f64 = 1e8;
    let units = if part.is_finite() { (part * WHOLE).ceil().clamp(0.0, WHOLE) } else { WHOLE };
    Fraction::from_units(units as i64)
}

fn too_few(request: &CandleRequest) -> Failure {
    let what = format!("{}: there are too few candles to part", request.path.display());
    Failure::wrong_hint(what, "give a longer history, or leave --from and --to out")
}

/// What the smallest entry of the config's pair is worth at `price`.
pub(crate) fn entry_minimum(config: &Config, price: Price) -> trading_types::Amount {
    trading_ladder::requirements::entry_minimum(&config.rules, price)
}

#[cfg(test)]
mod tests;
