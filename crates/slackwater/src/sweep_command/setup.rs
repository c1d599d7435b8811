//! What sweeps and walk-forwards begin with: candles in memory, the part that is kept apart, the
//! strategy that is varied, the memory of what was ever tried.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use backtester::{BacktestSettings, CandleRequest, CandleSource};
use strategies::{STOP, TAKE_PROFIT, from_spec};
use strategy_research::{
    Entry, EntryKind, Evaluate, Grid, Memory, Metric, SearchKind, Unfit, VARIANTS_MAX, Variant,
    Want, is_contradiction, memory::settings_hash, sweep::SweepRequest,
};
use trading_engine::{Strategy, StrategySpec};
use trading_types::{Candle, Fraction, Price};

use crate::{
    arguments::{BacktestArguments, research::ResearchArguments},
    backtest_command, clock,
    failure::Failure,
    output_files,
    price_history::{self, PriceHistory},
    progress::Progress,
};

/// Candles that a window needs, so that there is something to cut into blocks.
const CANDLES_MIN: usize = 100;

/// Everything there is before the first variant is run.
pub(crate) struct Setup {
    pub(crate) settings: BacktestSettings,
    pub(crate) grid: Grid,
    pub(crate) candles: Arc<[Candle]>,
    /// What may be looked at.
    pub(crate) window: Range<usize>,
    /// What is kept apart, at the end.
    pub(crate) holdout: Range<usize>,
    pub(crate) memory: Memory,
    /// Set by Ctrl-C.
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) metric: Metric,
    search: SearchKind,
    samples: u64,
    threads: usize,
    size: String,
}

impl Setup {
    pub(crate) fn new(
        backtest: &BacktestArguments,
        research: &ResearchArguments,
    ) -> Result<Self, Failure> {
        check_outputs(backtest, research)?;
        let grid = Grid::parse(&research.grid).map_err(|it| in_option("--grid", it))?;
        if research.search == SearchKind::Grid {
            // Before an hour of candles is read.
            grid.countable().map_err(|it| in_option("--grid", it))?;
        }
        let settings = backtest_command::settings(&with_first_values(backtest, &grid)?)?;
        let candles: Arc<[Candle]> = read(backtest)?.into();
        let (window, holdout) = split(&candles, research.holdout)?;
        let folder = research.data_dir.join("research");
        let memory = Memory::open(&folder, settings.rules.pair, settings.interval);
        let threads = research.threads.map_or_else(cores, |it| it as usize);
        Ok(Self {
            settings,
            grid,
            candles,
            window,
            holdout,
            memory: memory
                .map_err(|it| Failure::wrong_hint(it, "check --data-dir and the disk"))?,
            stop: listen_for_interrupt()?,
            metric: research.metric,
            search: research.search,
            samples: research.samples,
            threads,
            size: backtest.size.clone(),
        })
    }

    pub(crate) fn request(&self) -> SweepRequest<'_> {
        SweepRequest {
            grid: &self.grid,
            search: self.search,
            samples: self.samples,
            seed: self.settings.seed,
            metric: self.metric,
            // Luck and overfitting are judged by what the equity did on the way.
            want: Want::Curve,
            window: self.window.clone(),
            threads: self.threads,
        }
    }

    /// What decides the rows, in full: only a request with the same key may go on from its file.
    pub(crate) fn key(&self, of: &str) -> String {
        let Self { settings, grid, candles, search, samples, metric, .. } = self;
        let sum = candles
            .iter()
            .fold(0_i64, |sum, it| sum.wrapping_mul(31).wrapping_add(it.close.units()));
        let ends = (candles.first(), candles.last(), candles.len(), sum);
        format!("{of} {settings:?} {grid:?} {search} {samples} {metric} {ends:?}")
    }

    /// What is remembered of a variant that was run over these candles.
    pub(crate) fn entry(
        &self,
        kind: EntryKind,
        spec: &StrategySpec,
        window: &Range<usize>,
        (value, sharpe): (Option<f64>, Option<f64>),
    ) -> Entry {
        let candles = &self.candles[window.clone()];
        let (Some(first), Some(last)) = (candles.first(), candles.last()) else {
            unreachable!("a window that was run has candles")
        };
        Entry {
            kind,
            strategy: spec.name.clone(),
            settings_hash: settings_hash(&spec.name, &spec.settings, &self.size),
            from: first.start,
            to: last.start,
            first_close: first.close,
            last_close: last.close,
            metric: self.metric.to_string(),
            value,
            sharpe,
            tried_at: clock::now(),
        }
    }

    /// How many variants one sweep will try at most.
    pub(crate) fn expected(&self) -> u64 {
        let all = self.grid.countable().unwrap_or(VARIANTS_MAX);
        if self.search == SearchKind::Grid { all } else { all.min(self.samples) }
    }

    pub(crate) fn quote(&self) -> String {
        self.settings.rules.pair.quote.to_string()
    }
}

/// Makes the strategy of a description, on any thread; prices are multiples of `tick`.
pub(crate) fn build(
    tick: Price,
) -> impl Fn(&StrategySpec) -> Result<Box<dyn Strategy>, Unfit> + Sync {
    move |spec| {
        from_spec(spec, tick).map_err(|error| {
            if is_contradiction(&error) {
                return Unfit::Contradiction(error.to_string());
            }
            match backtest_command::wrong_strategy(error) {
                Failure::Wrong { what, hint } => Unfit::Wrong { what, hint },
                other @ (Failure::No
                | Failure::Venue { .. }
                | Failure::Interrupted
                | Failure::NobodyListens) => Unfit::Wrong { what: other.to_string(), hint: None },
            }
        })
    }
}

/// A failure that names the option.
pub(crate) fn in_option(option: &str, error: impl std::fmt::Display) -> Failure {
    Failure::wrong(format_args!("{option}: {error}"))
}

/// Whether the first variant that can be run can be: what is wrong with all is said at once.
pub(crate) fn check_first(setup: &Setup, evaluator: &dyn Evaluate) -> Result<(), Failure> {
    let places: Vec<u64> = setup.grid.axes().iter().map(|_| 0).collect();
    let first: Variant = setup.grid.at(&places);
    match evaluator.check(&first) {
        Err(Unfit::Wrong { what, hint }) => Err(Failure::Wrong { what, hint }),
        Err(Unfit::Contradiction(_)) | Ok(()) => Ok(()),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The arguments with the first value of each setting that is varied, so that what all variants
/// share can be checked as for a backtest.
fn with_first_values(
    arguments: &BacktestArguments,
    grid: &Grid,
) -> Result<BacktestArguments, Failure> {
    let mut arguments = arguments.clone();
    for axis in grid.axes() {
        let given = match axis.key.as_str() {
            STOP => arguments.stop.replace(axis.value(0)).is_some(),
            TAKE_PROFIT => arguments.take_profit.replace(axis.value(0)).is_some(),
            key => {
                let given = arguments.settings.iter().any(|(set, _)| set == key);
                arguments.settings.push((key.to_owned(), axis.value(0)));
                given
            }
        };
        if given {
            let what = format!("`{}` is set and in the grid", axis.key);
            return Err(Failure::wrong_hint(what, "leave one of the two out"));
        }
    }
    Ok(arguments)
}

/// The arguments with the store of `--data-dir` where no other candles are named.
pub(crate) fn with_store(
    backtest: &BacktestArguments,
    research: &ResearchArguments,
) -> BacktestArguments {
    let mut arguments = backtest.clone();
    arguments.data.get_or_insert_with(|| price_history::store_of(&research.data_dir));
    arguments
}

fn check_outputs(
    backtest: &BacktestArguments,
    research: &ResearchArguments,
) -> Result<(), Failure> {
    let of_one = [
        ("--journal", backtest.journal.is_some()),
        ("--columns", backtest.columns.is_some()),
        ("--trades-json", backtest.trades_json),
        ("--ticks", backtest.ticks.ticks),
    ];
    if let Some((option, _)) = of_one.into_iter().find(|(_, is_given)| *is_given) {
        let hint = "run `slackwater backtest` with the settings of the variant you mean";
        return Err(Failure::wrong_hint(format_args!("{option} is about one backtest"), hint));
    }
    let mut taken = vec![("--data", backtest_command::data(backtest))];
    taken.extend(backtest.rules.clone().map(|path| ("--rules", path)));
    // What is gone on with is an input, too, and never begun anew.
    taken.extend(research.resume.clone().map(|path| ("--resume", path)));
    let written = [
        ("--trades", backtest.trades.as_deref()),
        ("--report", backtest.report.as_deref()),
        ("--rows", research.rows.as_deref()),
    ];
    output_files::check(taken, &written)
}

fn read(arguments: &BacktestArguments) -> Result<Vec<Candle>, Failure> {
    let request = CandleRequest {
        path: backtest_command::data(arguments),
        pair: arguments.pair.pair,
        interval: arguments.interval,
        from: arguments.from,
        to: arguments.to,
    };
    let mut file = PriceHistory::open(&request)?;
    let mut progress = Progress::new("candles", file.bytes_total());
    let mut candles = Vec::new();
    while let Some(candle) = file.next_candle()? {
        candles.push(candle);
        progress.see(file.bytes_read());
    }
    progress.finish();
    Ok(candles)
}

/// What may be looked at, and what is kept apart.
fn split(candles: &[Candle], holdout: Fraction) -> Result<(Range<usize>, Range<usize>), Failure> {
    let count = candles.len();
    let part = i128::from(holdout.units()) * i128::try_from(count).expect("candles are in memory");
    let apart = part / i128::from(Fraction::ONE.units());
    let apart = usize::try_from(apart).expect("a part of a count");
    let open = count - apart;
    if open < CANDLES_MIN {
        let what = format!(
            "{open} candles are too few to try anything on; there have to be {CANDLES_MIN}, and \
             --holdout keeps {apart} of {count} apart"
        );
        return Err(Failure::wrong_hint(what, "take a longer history, or a shorter --interval"));
    }
    Ok((0..open, open..count))
}

/// Ctrl-C and SIGTERM end the work in order; a second one ends the program at once.
fn listen_for_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if told.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .map_err(|error| Failure::wrong(format_args!("cannot listen for Ctrl-C: {error}")))?;
    Ok(stop)
}
