//! `slackwater backtest`: prove a strategy on past candles.

use std::path::{Path, PathBuf};

use backtest_report::Gatherer;
use backtester::{
    Backtest, BacktestError, BacktestSettings, CandleRequest, Onlooker, STRETCH, TradeRecord,
    write_csv,
};
use exchange_simulator::{CandleFill, PartialFills};
use strategies::{STOP, SpecError, TAKE_PROFIT, from_spec, rules::Rule};
use trading_engine::{AcceptedRisk, Engine, Keep, KillLimits, RiskLimits, Sizing, StrategySpec};
use trading_types::{Amount, Candle};

use crate::{
    arguments::{BacktestArguments, FillArgument},
    backtest_table, clock,
    columns_file::ColumnsFile,
    failure::Failure,
    files::{self, WholeFile},
    output, output_files,
    price_history::{self, PriceHistory},
    progress::Progress,
    report_file::{self, one_backtest},
    rules_file, tick_command,
    value_text::{meant, parse_size, size_hint},
};

/// Pieces of a fill that comes in pieces.
const PIECES_MAX: u32 = 4;
/// Journal bytes that gather before they are written to the file.
const JOURNAL_CHUNK: u64 = 1 << 20;
/// What gathers of them from pause to pause, about.
const JOURNAL_PAUSE: u64 = 100 * STRETCH as u64;

pub(crate) fn backtest(arguments: &BacktestArguments) -> Result<(), Failure> {
    if arguments.ticks.ticks {
        return tick_command::backtest(arguments);
    }
    let settings = settings(arguments)?;
    let strategy = from_spec(&settings.strategy, settings.rules.tick).map_err(wrong_strategy)?;
    let request = CandleRequest {
        path: data(arguments),
        pair: arguments.pair.pair,
        interval: arguments.interval,
        from: arguments.from,
        to: arguments.to,
    };
    let mut file = PriceHistory::open(&request)?;
    check_outputs(arguments, file.name())?;
    let journal = arguments.journal.as_deref().map(JournalFile::create).transpose()?;
    let keep = if journal.is_some() { Keep::Bytes } else { Keep::Hash };

    let mut looker = Looker {
        progress: Progress::new("candles", file.bytes_total()),
        gathered: arguments.report.is_some().then(|| report_file::gatherer(&settings)),
        columns: ColumnsFile::create(arguments)?,
        journal,
        since_write: 0,
    };
    let mut backtest = settings.run_watched(strategy, &mut file, keep, &mut looker).map_err(
        |error| match error {
            BacktestError::Source(error) => error.into(),
            BacktestError::Settings(_) | BacktestError::NoCandles => Failure::wrong(error),
        },
    )?;
    looker.progress.finish();
    let journal = looker.journal.map(|mut journal| {
        journal.append(&mut backtest.engine);
        journal.done()
    });
    let columns = looker.columns.map(ColumnsFile::done);
    backtest.result.missing_candles = file.missing();
    let report = match looker.gathered {
        Some(gathered) => {
            let of = (&backtest.result, file.bytes_total());
            let costs = one_backtest::cost_rows(&settings, &request, of)?;
            Some(one_backtest::input(arguments, &settings, &backtest, (gathered, costs)))
        }
        None => None,
    };
    let trades = arguments.trades.as_deref().map(|path| write_trades(path, &backtest.trades));
    let printed = print(backtest, arguments, &settings);
    let page = arguments.report.as_deref().zip(report);
    let page = page.map(|(path, it)| report_file::write(path, it));
    Failure::first_of([journal, columns, trades, page, Some(printed)].into_iter().flatten())
}

/// Every round trip as CSV.
pub(crate) fn write_trades(path: &Path, trades: &[TradeRecord]) -> Result<(), Failure> {
    let mut csv = Vec::new();
    write_csv(trades, &mut csv).map_err(Failure::wrong)?;
    files::write_whole(path, &csv)
}

/// Shows how far it is, gathers for the report and writes the journal.
struct Looker<'a> {
    progress: Progress,
    gathered: Option<Gatherer>,
    columns: Option<ColumnsFile<'a>>,
    journal: Option<JournalFile<'a>>,
    since_write: u64,
}

impl Onlooker<PriceHistory> for Looker<'_> {
    fn see(&mut self, candle: &Candle, equity: Amount, is_held: bool) {
        if let Some(gathered) = &mut self.gathered {
            gathered.see(candle, equity);
        }
        if let Some(columns) = &mut self.columns {
            columns.see(candle, equity, is_held);
        }
    }

    fn pause(&mut self, history: &mut PriceHistory, engine: &mut Engine) {
        self.progress.see(history.bytes_read());
        self.since_write += JOURNAL_PAUSE;
        if let Some(journal) = self.journal.as_mut().filter(|_| JOURNAL_CHUNK < self.since_write) {
            journal.append(engine);
            self.since_write = 0;
        }
    }
}

pub(crate) fn settings(arguments: &BacktestArguments) -> Result<BacktestSettings, Failure> {
    let accepted = arguments.i_accept_more_risk.then_some(AcceptedRisk);
    let sizing = parse_size(&arguments.size, accepted).map_err(|error| {
        let hint = size_hint(&error, "--i-accept-more-risk");
        Failure::wrong_hint(format_args!("--size: {error}"), hint)
    })?;
    let strategy = spec(arguments)?;
    if matches!(sizing, Sizing::Risk(_)) && rules_file::stop_of(&strategy).is_none() {
        return Err(Failure::wrong_hint(
            "--size risk needs to know where a loss is taken",
            "add a stop, for instance --stop '2*atr(14)' or --stop 5%",
        ));
    }
    if let (Some(from), Some(to)) = (arguments.from, arguments.to)
        && to <= from
    {
        let what = format!("--from {from} is not before --to {to}");
        return Err(Failure::wrong_hint(what, "exchange the two, or leave one out"));
    }
    let probability = arguments.partial_fills;
    Ok(BacktestSettings {
        rules: trading_types::PairRules { fees: arguments.fee.clone(), ..arguments.pair.clone() },
        interval: arguments.interval,
        strategy,
        cash: arguments.cash,
        sizing,
        slippage: arguments.slippage,
        fill: match arguments.fill {
            FillArgument::NextOpen => CandleFill::NextOpen,
            FillArgument::Close => CandleFill::Close,
        },
        partial_fills: probability.map_or(PartialFills::NONE, |probability| PartialFills {
            probability,
            pieces_max: PIECES_MAX,
        }),
        seed: arguments.seed,
        risk: RiskLimits::unlimited(),
        kill: KillLimits {
            drawdown: arguments.kill.drawdown,
            daily_loss: arguments.kill.daily_loss,
            consecutive_losses: arguments.kill.consecutive_losses,
            weekly_loss: None,
        },
    })
}

fn spec(arguments: &BacktestArguments) -> Result<StrategySpec, Failure> {
    if let Some(path) = &arguments.rules {
        let exits = [
            (Rule::Stop, arguments.stop.as_ref()),
            (Rule::TakeProfit, arguments.take_profit.as_ref()),
        ];
        let rules = rules_file::read_with(path, &arguments.settings, &exits)?;
        let spec = rules_file::spec(&rules, arguments.interval);
        return spec.map_err(|error| rules_file::wrong(path, &error));
    }
    let exits = [(STOP, &arguments.stop), (TAKE_PROFIT, &arguments.take_profit)];
    let exits = exits
        .into_iter()
        .filter_map(|(name, given)| Some((name.to_owned(), given.as_ref()?.clone())));
    let settings = arguments.settings.iter().cloned().chain(exits).collect();
    Ok(StrategySpec { name: arguments.strategy.clone().unwrap_or_default(), settings })
}

/// A strategy that cannot be built, with the nearest known word where one is meant.
pub(crate) fn wrong_strategy(error: SpecError) -> Failure {
    match (meant(&error), &error) {
        (Some(meant), _) => Failure::wrong_hint(error, format_args!("did you mean `{meant}`?")),
        (None, SpecError::Build(_)) => {
            let hint = "`slackwater backtest --help` lists the strategies and their settings";
            Failure::wrong_hint(error, hint)
        }
        // These say themselves what to write.
        (None, SpecError::NoExits { .. }) => {
            Failure::wrong_hint(error, "leave --stop and --take-profit out")
        }
        (None, SpecError::Distance { .. } | SpecError::Protection(_)) => Failure::wrong(error),
        (None, SpecError::Rules(_)) => Failure::wrong_hint(error, rules_file::RULES_HINT),
    }
}

/// The candles took an hour to download.
fn check_outputs(arguments: &BacktestArguments, source: &str) -> Result<(), Failure> {
    let data = data(arguments);
    let source = if data.is_dir() { data.join(source) } else { data };
    let mut taken = vec![("--data", source)];
    taken.extend(arguments.rules.clone().map(|path| ("--rules", path)));
    let written = [
        ("--trades", arguments.trades.as_deref()),
        ("--columns", arguments.columns.as_deref()),
        ("--report", arguments.report.as_deref()),
        ("--journal", arguments.journal.as_deref()),
    ];
    output_files::check(taken, &written)
}

/// Where the candles are.
pub(crate) fn data(arguments: &BacktestArguments) -> PathBuf {
    arguments.data.clone().unwrap_or_else(price_history::default_path)
}

fn print(
    mut backtest: Backtest,
    arguments: &BacktestArguments,
    settings: &BacktestSettings,
) -> Result<(), Failure> {
    backtest.result.elapsed_cpu_s = clock::cpu_seconds();
    if arguments.json {
        backtest.result.trade_list = arguments.trades_json.then_some(backtest.trades);
        return output::json(&backtest.result);
    }
    backtest_table::print(&backtest.result, settings)
}

/// A journal that is written while it grows.
struct JournalFile<'a> {
    path: &'a Path,
    file: WholeFile,
    written: Result<(), Failure>,
}

impl<'a> JournalFile<'a> {
    fn create(path: &'a Path) -> Result<Self, Failure> {
        Ok(Self { path, file: WholeFile::create(path)?, written: Ok(()) })
    }

    /// Writes what has gathered; the first failure is kept and ends the writing.
    fn append(&mut self, engine: &mut Engine) {
        let bytes = engine.journal().take_bytes();
        if self.written.is_ok() {
            self.written = files::write(self.path, &mut self.file, &bytes);
        }
    }

    fn done(self) -> Result<(), Failure> {
        self.written.and_then(|()| self.file.finish())
    }
}
