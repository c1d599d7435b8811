//! `--report FILE.html`: gathers what the page shows, and writes it. Nothing is computed here that
//! was not computed for the table or the JSON; the page only shows it.

pub(crate) mod one_backtest;
pub(crate) mod research;
pub(crate) mod words;

use std::path::Path;

use backtest_report::{Chart, Gatherer, ReportInput, Trade, Trades, page};
use backtester::{BacktestSettings, TradeRecord, trade_list::exit_reason_name};
use trading_types::{Amount, Candle};

use crate::{failure::Failure, files, output};

/// Who writes the pages.
const WRITER: &str = concat!("Slackwater ", env!("CARGO_PKG_VERSION"));

/// Writes the page.
pub(crate) fn write(path: &Path, input: ReportInput) -> Result<(), Failure> {
    let input = ReportInput { writer: WRITER.to_owned(), ..input };
    let html = page(&input).map_err(Failure::wrong)?;
    files::write_whole(path, html.as_bytes())
}

/// Writes the page of a sweep or a walk-forward, or says why there is none.
pub(crate) fn write_judged(path: &Path, input: Option<ReportInput>) -> Result<(), Failure> {
    let Some(input) = input else {
        let path = path.display();
        output::word(format_args!("{path} is not written: no variant came to anything to show"));
        return Ok(());
    };
    write(path, input)
}

/// Gathers candles and equity for the chart.
pub(crate) fn gatherer(settings: &BacktestSettings) -> Gatherer {
    Gatherer::new(settings.interval.duration(), settings.cash, settings.rules.cost_decimals)
}

/// What was gathered, as a chart; nothing when there was no candle.
pub(crate) fn chart(
    settings: &BacktestSettings,
    mut gathered: Gatherer,
    equity_end: Amount,
    hold_end: Option<Amount>,
) -> Option<Chart> {
    gathered.end(equity_end);
    let pair = settings.rules.pair;
    Some(Chart {
        pair: pair.to_string(),
        quote: pair.quote.to_string(),
        series: gathered.finish()?,
        cash_start: settings.cash,
        hold_end,
    })
}

/// A chart of candles that are in memory and the equity at their closes.
pub(crate) fn chart_of(
    settings: &BacktestSettings,
    candles: &[Candle],
    equity: &[Amount],
    ends: (Amount, Option<Amount>),
) -> Option<Chart> {
    let mut gathered = gatherer(settings);
    for (candle, equity) in candles.iter().zip(equity) {
        gathered.see(candle, *equity);
    }
    chart(settings, gathered, ends.0, ends.1)
}

/// Round trips as the page lists them.
pub(crate) fn trades(records: &[TradeRecord]) -> Trades {
    let trade = |record: &TradeRecord| Trade {
        entry_time: record.entry_time,
        entry_price: record.entry_price,
        exit_time: record.exit_time,
        exit_price: record.exit_price,
        quantity: record.quantity,
        fees: record.fees,
        profit: record.profit,
        exit_reason: exit_reason_name(record.exit_reason).to_owned(),
    };
    Trades {
        rows: records.iter().map(trade).collect(),
        elsewhere: "The option --trades FILE.csv writes all of them.".to_owned(),
    }
}
