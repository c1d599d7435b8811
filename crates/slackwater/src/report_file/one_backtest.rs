//! The page of one backtest: its figures, and the same rules with other costs.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

use std::sync::{Mutex, PoisonError};

use backtest_report::{Figure, Finding, FindingKind, Gatherer, Judgement, ReportInput, Rows, Tone};
use backtester::{Backtest, BacktestError, BacktestResult, BacktestSettings, CandleRequest};
use strategies::from_spec;
use strategy_research::{
    costs::{COSTS, CostRow, with_costs},
    verdict::TRADES_MIN,
};
use trading_engine::Keep;

use super::words::{
    account, change, cost_table, day, figure, finding, kind, money, percent, ratio, rows_of,
    tone_of,
};
use crate::{
    arguments::BacktestArguments, backtest_command::wrong_strategy, backtest_table,
    failure::Failure, price_history::PriceHistory, progress::Progress, report_file,
};

/// Bytes between two words about progress.
const READ_STEP: u64 = 1 << 16;

/// Everything the page shows of a backtest.
pub(crate) fn input(
    arguments: &BacktestArguments,
    settings: &BacktestSettings,
    backtest: &Backtest,
    gathered: (Gatherer, Vec<CostRow>),
) -> ReportInput {
    let (gathered, costs) = gathered;
    let result = &backtest.result;
    let quote = result.pair.quote.to_string();
    let hold_end = Some(result.buy_and_hold_end);
    let chart = report_file::chart(settings, gathered, result.equity_end, hold_end);
    let halted = result.halted.as_ref().map(|reason| {
        let at = result.halted_at.map(|at| format!(" at {at}")).unwrap_or_default();
        format!("The kill switch halted trading{at}: {reason}.")
    });
    ReportInput {
        title: format!("{} on {}", result.strategy, result.pair),
        subtitle: subtitle(arguments, result),
        summary: sentence(&backtest_table::verdict(result, settings)),
        summary_tone: match (result.net_profit.is_positive(), beats_holding(result)) {
            (true, true) => Tone::Good,
            (true, false) => Tone::Plain,
            (false, _) => Tone::Bad,
        },
        figures: figures(result, &quote),
        judgement: Some(Judgement { findings: findings(result, &costs, &quote) }),
        months: chart.as_ref().map(|it| it.series.months.clone()).unwrap_or_default(),
        chart,
        trades: Some(report_file::trades(&backtest.trades)),
        tables: vec![cost_table(&costs, &quote)],
        facts: facts(arguments, settings, result),
        notes: halted.into_iter().collect(),
        ..ReportInput::default()
    }
}

fn beats_holding(result: &BacktestResult) -> bool {
    result.buy_and_hold_end < result.equity_end
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn subtitle(arguments: &BacktestArguments, result: &BacktestResult) -> String {
    let settings: Vec<_> = result.settings.iter().map(|(key, it)| format!("{key}={it}")).collect();
    format!(
        "{} · {} candles of {} from {} to {}",
        settings.join(" "),
        result.candles,
        arguments.interval,
        day(result.from),
        day(result.to),
    )
}

fn figures(result: &BacktestResult, quote: &str) -> Vec<Figure> {
    let hold = result.buy_and_hold_end - result.cash_start;
    let won = match result.trades {
        0 => "none".to_owned(),
        trades => format!("{} won", percent(count(result.wins) / count(trades))),
    };
    vec![
        Figure {
            tone: tone_of(result.net_profit),
            ..figure(
                "Profit after all costs",
                change(result.net_profit, result.cash_start),
                format!("{} {quote}", money(result.net_profit)),
            )
        },
        figure("Buy and hold", change(hold, result.cash_start), format!("{} {quote}", money(hold))),
        figure(
            "Deepest drawdown",
            percent(result.max_drawdown),
            format!("in the market {} of the time", percent(result.exposure)),
        ),
        figure("Sharpe a year", ratio(result.sharpe), format!("Sortino {}", ratio(result.sortino))),
        figure("Trades", result.trades.to_string(), won),
        figure(
            "Fees and slippage",
            change(result.fees + result.slippage_cost, result.cash_start).replace('+', ""),
            format!("{} {quote}", money(result.fees + result.slippage_cost)),
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts for reading")]
const fn count(of: u64) -> f64 {
    of as f64
}

fn findings(result: &BacktestResult, costs: &[CostRow], quote: &str) -> Vec<Finding> {
    let enough = TRADES_MIN <= result.trades;
    let trades =
        format!("{} round trips; with fewer than {TRADES_MIN} chance decides.", result.trades);
    let trades_kind = if enough { FindingKind::Holds } else { FindingKind::Unknown };
    let gross = money(result.gross_profit_before_costs);
    let profit = format!(
        "{} {quote} after all costs, {gross} {quote} before them.",
        money(result.net_profit),
    );
    let hold = format!(
        "{} {quote} at the end, where holding would have {} {quote}.",
        money(result.equity_end),
        money(result.buy_and_hold_end),
    );
    let mut findings = vec![
        finding("Trades", trades_kind, trades),
        finding("Profit", kind(result.net_profit.is_positive()), profit),
        finding("Buy and hold", kind(beats_holding(result)), hold),
    ];
    if let Some(double) = costs.iter().find(|it| it.percent == 200) {
        let text = format!("{} {quote} with twice the costs.", money(double.net_profit));
        findings.push(finding("Costs", kind(double.net_profit.is_positive()), text));
    }
    let luck = "One backtest cannot tell skill from luck; the commands sweep and walk-forward ask.";
    findings.push(finding("Luck", FindingKind::Unknown, luck.to_owned()));
    findings
}

fn facts(
    arguments: &BacktestArguments,
    settings: &BacktestSettings,
    result: &BacktestResult,
) -> Vec<Rows> {
    let strategy = std::iter::once(("Strategy".to_owned(), result.strategy.clone()))
        .chain(result.settings.clone())
        .collect();
    vec![
        rows_of(
            "Candles",
            [
                ("Pair", result.pair.to_string()),
                ("Interval", arguments.interval.to_string()),
                ("From", result.from.to_string()),
                ("To", result.to.to_string()),
                ("Candles", result.candles.to_string()),
                ("Missing", result.missing_candles.to_string()),
                ("Ambiguous, taken at the worse", result.ambiguous_candles.to_string()),
            ],
        ),
        Rows { title: "Strategy".to_owned(), rows: strategy },
        account(arguments, settings),
        rows_of(
            "Orders",
            [
                ("Orders", result.orders.to_string()),
                ("Fills", result.fills.to_string()),
                ("Kept back or refused", result.refused.to_string()),
                ("Profit factor", ratio(result.profit_factor)),
                ("Journal hash", result.journal_hash.clone()),
            ],
        ),
    ]
}

/// The same rules with other costs, all of them at once: each takes as long as the backtest did.
/// `bytes` is how much there is to read, where that is known.
pub(crate) fn cost_rows(
    settings: &BacktestSettings,
    request: &CandleRequest,
    (result, bytes): (&BacktestResult, Option<u64>),
) -> Result<Vec<CostRow>, Failure> {
    let others = COSTS.iter().filter(|percent| **percent != 100).count() as u64;
    let progress = Mutex::new(Progress::new("other costs", bytes.map(|it| it * others)));
    let rerun = |percent| run(&with_costs(settings, percent), percent, (request, &progress));
    #[expect(
        clippy::disallowed_methods,
        reason = "the edge: three runs that know nothing of another"
    )]
    let rows = std::thread::scope(|scope| {
        let started = COSTS.map(|percent| match percent {
            100 => None,
            percent => Some(scope.spawn(move || rerun(percent))),
        });
        let ended = started.into_iter().map(|it| match it {
            None => Ok(row(100, result)),
            Some(it) => it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        });
        ended.collect()
    });
    progress.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    rows
}

fn row(percent: u32, result: &BacktestResult) -> CostRow {
    CostRow {
        percent,
        net_profit: result.net_profit,
        costs: result.fees + result.slippage_cost,
        sharpe: result.sharpe,
    }
}

fn run(
    settings: &BacktestSettings,
    percent: u32,
    (request, progress): (&CandleRequest, &Mutex<Progress>),
) -> Result<CostRow, Failure> {
    let strategy = from_spec(&settings.strategy, settings.rules.tick).map_err(wrong_strategy)?;
    let mut history = PriceHistory::open(request)?;
    let mut read = 0;
    let see = |history: &mut PriceHistory, _: &mut _| {
        let bytes = history.bytes_read();
        if READ_STEP < bytes - read {
            progress.lock().unwrap_or_else(PoisonError::into_inner).add(bytes - read);
            read = bytes;
        }
    };
    match settings.run(strategy, &mut history, Keep::Hash, see) {
        Ok(backtest) => Ok(row(percent, &backtest.result)),
        Err(BacktestError::Source(error)) => Err(error.into()),
        Err(error @ (BacktestError::Settings(_) | BacktestError::NoCandles)) => {
            Err(Failure::wrong(error))
        }
    }
}
