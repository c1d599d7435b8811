//! What the page's script reads: one JSON document in the page, money as the texts it is.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use trading_types::{Amount, Price};

use crate::input::{Chart, HeatMap, ReportInput, Trade};

/// The most round trips that a page lists: with all their digits they take about half a megabyte.
pub const TRADES_MAX: usize = 4_000;

#[derive(Serialize)]
pub(crate) struct DataBlock<'a> {
    chart: Option<ChartData<'a>>,
    trades: Vec<TradeData<'a>>,
    reasons: Vec<&'a str>,
    heat_map: Option<HeatMapData<'a>>,
}

#[derive(Serialize)]
struct ChartData<'a> {
    pair: &'a str,
    quote: &'a str,
    start: u64,
    interval: u64,
    factor: u64,
    count: usize,
    price_decimals: u8,
    equity_decimals: u8,
    cash_start: Amount,
    hold_end: Option<Amount>,
    series: String,
}

/// Number, entry time and price, exit time and price, quantity, fees, profit, place of the reason.
#[derive(Serialize)]
struct TradeData<'a>(
    usize,
    u64,
    &'a Price,
    u64,
    &'a Price,
    &'a Amount,
    &'a Amount,
    &'a Amount,
    usize,
);

#[derive(Serialize)]
struct HeatMapData<'a> {
    metric: &'a str,
    lower_is_better: bool,
    parameters: &'a [String],
    /// The values that each parameter takes, in the order in which they came.
    values: Vec<Vec<&'a str>>,
    /// Places of the values in `values`, then what it came to.
    cells: Vec<(Vec<usize>, Option<f64>)>,
    shown: Option<usize>,
}

impl<'a> DataBlock<'a> {
    pub(crate) fn of(input: &'a ReportInput) -> Self {
        let rows = input.trades.as_ref().map_or(&[][..], |it| &it.rows);
        let mut reasons: Vec<&str> = rows.iter().map(|it| it.exit_reason.as_str()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let trades = largest(rows).map(|at| trade(at, &rows[at], &reasons)).collect();
        Self {
            chart: input.chart.as_ref().map(chart),
            trades,
            reasons,
            heat_map: input.heat_map.as_ref().map(heat_map),
        }
    }
}

fn chart(chart: &Chart) -> ChartData<'_> {
    let series = &chart.series;
    ChartData {
        pair: &chart.pair,
        quote: &chart.quote,
        start: series.start,
        interval: series.interval,
        factor: series.factor,
        count: series.count,
        price_decimals: series.price_decimals,
        equity_decimals: series.equity_decimals,
        cash_start: chart.cash_start,
        hold_end: chart.hold_end,
        series: STANDARD.encode(&series.packed),
    }
}

/// The trades that won or lost the most, in order of time.
fn largest(rows: &[Trade]) -> impl Iterator<Item = usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    if TRADES_MAX < rows.len() {
        places.sort_by_key(|&at| (-rows[at].profit.units().abs(), at));
        places.truncate(TRADES_MAX);
        places.sort_unstable();
    }
    places.into_iter()
}

fn trade<'a>(at: usize, trade: &'a Trade, reasons: &[&str]) -> TradeData<'a> {
    TradeData(
        at + 1,
        trade.entry_time.seconds(),
        &trade.entry_price,
        trade.exit_time.seconds(),
        &trade.exit_price,
        &trade.quantity,
        &trade.fees,
        &trade.profit,
        reasons.binary_search(&trade.exit_reason.as_str()).unwrap_or(0),
    )
}

fn heat_map(map: &HeatMap) -> HeatMapData<'_> {
    let mut values: Vec<Vec<&str>> = vec![Vec::new(); map.parameters.len()];
    let mut cells = Vec::with_capacity(map.cells.len());
    for cell in &map.cells {
        let places = values.iter_mut().zip(&cell.parameters).map(|(known, value)| {
            known.iter().position(|it| it == value).unwrap_or_else(|| {
                known.push(value);
                known.len() - 1
            })
        });
        let value = cell.value.filter(|it| it.is_finite());
        cells.push((places.collect(), value));
    }
    HeatMapData {
        metric: &map.metric,
        lower_is_better: map.lower_is_better,
        parameters: &map.parameters,
        values,
        cells,
        shown: map.shown,
    }
}

#[cfg(test)]
mod tests;
