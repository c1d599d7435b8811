//! The pages of sweeps and walk-forwards: the curve that was judged, the map of what was tried, and
//! the verdict.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

use backtest_report::{
    Cell, Chart, Figure, Finding, FindingKind, HeatMap, Judgement, ReportInput, Table, Tone,
};
use backtest_statistics::TradeLuck;
use backtester::{BacktestSettings, TradeRecord};
use strategy_research::{
    Conclusion, FullRun, Grade, Metric, Row, Swept, Verdict, WalkForward, Walked, sweep::Tried,
};
use trading_types::{Amount, Candle};

use super::words::{
    account, change, cost_table, day, figure, money, percent, ratio, rows_of, tone_of,
};
use crate::{arguments::BacktestArguments, report_file};

/// The most variants of a map: beyond, the page grows and nobody sees more.
const CELLS_MAX: usize = 20_000;

/// What both kinds of page are made of.
pub(crate) struct Judged<'a> {
    pub(crate) arguments: &'a BacktestArguments,
    pub(crate) settings: &'a BacktestSettings,
    /// The candles that were traded.
    pub(crate) candles: &'a [Candle],
    pub(crate) judgement: &'a strategy_research::Judgement,
    pub(crate) verdict: &'a Verdict,
}

/// The page of a sweep: its best, judged, and all that was tried beside it.
pub(crate) fn of_sweep(
    judged: &Judged<'_>,
    swept: &Swept,
    best: (&Tried, &FullRun),
    metric: Metric,
) -> ReportInput {
    let (tried, run) = best;
    let (map, left_out) = heat_map(swept, tried, metric);
    let count = swept.tried.len();
    let partial = swept.is_partial.then(|| "It was stopped before its end.".to_owned());
    let left_out = left_out.then(|| {
        format!("The map shows the best {CELLS_MAX} of {count} variants; --rows has all of them.")
    });
    let name = &judged.settings.strategy.name;
    ReportInput {
        title: format!("{name} on {}: the best of {count} variants", judged.settings.rules.pair),
        subtitle: format!("{} by {} · {}", tried.variant, named(metric), span(judged.candles)),
        heat_map: Some(map),
        notes: partial.into_iter().chain(left_out).collect(),
        ..shared(judged, &run.row, &run.equity, &run.trades)
    }
}

/// The page of a walk-forward: what was traded, window after window.
pub(crate) fn of_walk(judged: &Judged<'_>, walk: &WalkForward, total: &Row) -> ReportInput {
    let name = &judged.settings.strategy.name;
    let pair = judged.settings.rules.pair;
    let mut shared = shared(judged, total, &walk.equity, &walk.trades);
    shared.tables.insert(0, windows(&walk.walked, &pair.quote.to_string()));
    ReportInput {
        title: format!("{name} on {pair}: walked through {} windows", walk.walked.len()),
        subtitle: format!(
            "The best of each window traded in the next; only what was traded is shown · {}",
            span(judged.candles),
        ),
        notes: if walk.is_partial {
            vec!["It was stopped before its end.".to_owned()]
        } else {
            Vec::new()
        },
        ..shared
    }
}

fn span(candles: &[Candle]) -> String {
    let ends = candles.first().zip(candles.last());
    ends.map_or("no candles".to_owned(), |(first, last)| {
        format!("{} candles from {} to {}", candles.len(), day(first.start), day(last.start))
    })
}

fn shared(
    judged: &Judged<'_>,
    row: &Row,
    equity: &[Amount],
    trades: &[TradeRecord],
) -> ReportInput {
    let Judged { arguments, settings, candles, judgement, verdict } = judged;
    let quote = settings.rules.pair.quote.to_string();
    let hold_end = part_of(row.cash_start, judgement.figures.buy_and_hold_growth);
    let ends = (row.equity_end, hold_end);
    let chart: Option<Chart> = report_file::chart_of(settings, candles, equity, ends);
    let mut tables = vec![cost_table(&judgement.costs, &quote)];
    tables.retain(|it| !it.rows.is_empty());
    tables.extend(luck_table(judged));
    ReportInput {
        summary: verdict.summary.clone(),
        summary_tone: match verdict.conclusion {
            Conclusion::Edge => Tone::Good,
            Conclusion::NoEdge => Tone::Bad,
            Conclusion::Doubtful | Conclusion::TooLittle => Tone::Plain,
        },
        figures: figures(judged, row),
        judgement: Some(Judgement { findings: verdict.findings.iter().map(finding).collect() }),
        months: chart.as_ref().map(|it| it.series.months.clone()).unwrap_or_default(),
        chart,
        trades: Some(report_file::trades(trades)),
        tables,
        facts: vec![
            rows_of(
                "Candles",
                [
                    ("Pair", settings.rules.pair.to_string()),
                    ("Interval", settings.interval.to_string()),
                    ("Candles traded", candles.len().to_string()),
                ],
            ),
            account(arguments, settings),
        ],
        ..ReportInput::default()
    }
}

/// A growth of `cash` for a line in a chart, to the cent.
fn part_of(cash: Amount, growth: f64) -> Option<Amount> {
    format!("{:.2}", cash.to_f64() * growth).parse().ok()
}

fn finding(finding: &strategy_research::Finding) -> Finding {
    Finding {
        kind: match finding.grade {
            Grade::Holds => FindingKind::Holds,
            Grade::Fails => FindingKind::Fails,
            Grade::Doubtful => FindingKind::Doubtful,
            Grade::Told => FindingKind::Told,
        },
        about: finding.about.clone(),
        text: finding.text.clone(),
        figure: finding.figure,
    }
}

fn figures(judged: &Judged<'_>, row: &Row) -> Vec<Figure> {
    let quote = judged.settings.rules.pair.quote;
    let figures = &judged.judgement.figures;
    let costs = row.fees + row.slippage_cost;
    let sign = |part: f64| if part < 0.0 { "" } else { "+" };
    let hold = figures.buy_and_hold_growth - 1.0;
    vec![
        Figure {
            tone: tone_of(row.net_profit),
            ..figure(
                "Profit after all costs",
                change(row.net_profit, row.cash_start),
                format!("{} {quote}", money(row.net_profit)),
            )
        },
        figure(
            "Buy and hold",
            format!("{}{}", sign(hold), percent(hold)),
            format!("over {:.1} years", figures.years),
        ),
        figure(
            "Deepest drawdown",
            percent(figures.curve.deepest.depth),
            format!("growth {} a year", percent(figures.curve.yearly_growth)),
        ),
        figure(
            "Sharpe a year",
            ratio(figures.curve.sharpe),
            format!("Sortino {}", ratio(figures.curve.sortino)),
        ),
        figure("Trades", row.trades.to_string(), format!("{} won", row.wins)),
        figure(
            "Fees and slippage",
            change(costs, row.cash_start).replace('+', ""),
            format!("{} {quote}", money(costs)),
        ),
    ]
}

/// What chance could have made of the same trades.
fn luck_table(judged: &Judged<'_>) -> Option<Table> {
    let figures = &judged.judgement.figures;
    let row = |name: &str, luck: &TradeLuck| {
        let growth = &luck.growth;
        let parts = [growth.p05, growth.p50, growth.p95].map(|it| percent(it - 1.0));
        let falls = [luck.drawdown.p50, luck.drawdown.p95].map(percent);
        let mut cells = vec![name.to_owned()];
        cells.extend(parts);
        cells.extend(falls);
        cells.push(percent(luck.probability_of_loss));
        cells
    };
    let shuffled = figures.shuffled.as_ref().map(|it| row("In other orders", it));
    let drawn = figures.drawn.as_ref().map(|it| row("Drawn at random", it));
    let rows: Vec<_> = shuffled.into_iter().chain(drawn).collect();
    let names = [
        "The same trades",
        "Growth, worst 5 in 100",
        "Growth, middle",
        "Growth, best 5 in 100",
        "Drawdown, middle",
        "Drawdown, worst 5 in 100",
        "Lost money",
    ];
    (!rows.is_empty()).then(|| Table {
        title: "If the trades had come otherwise".to_owned(),
        note: "Many curves from the same trades: what this one owes to their order and their \
               number."
            .to_owned(),
        columns: names.map(str::to_owned).to_vec(),
        rows,
    })
}

fn heat_map(swept: &Swept, shown: &Tried, metric: Metric) -> (HeatMap, bool) {
    let left_out = CELLS_MAX < swept.tried.len();
    let tried: Vec<&Tried> = if left_out {
        swept.ranked(metric).into_iter().take(CELLS_MAX).collect()
    } else {
        swept.tried.iter().collect()
    };
    let names = |it: &&Tried| it.variant.settings.iter().map(|(key, _)| key.clone()).collect();
    let cell = |it: &&Tried| Cell {
        parameters: it.variant.settings.iter().map(|(_, value)| value.clone()).collect(),
        value: metric.figure(&it.row),
    };
    let map = HeatMap {
        metric: named(metric).to_owned(),
        lower_is_better: metric == Metric::MaxDrawdown,
        parameters: tried.first().map(names).unwrap_or_default(),
        shown: tried.iter().position(|it| it.variant == shown.variant),
        cells: tried.iter().map(cell).collect(),
    };
    (map, left_out)
}

fn windows(walked: &[Walked], quote: &str) -> Table {
    let row = |it: &Walked| {
        let (profit, trades) = match &it.row {
            Some(row) => (money(row.net_profit), row.trades.to_string()),
            None => ("nothing".to_owned(), "0".to_owned()),
        };
        vec![
            format!("{} to {}", day(it.test_from), day(it.test_to)),
            it.variant.as_ref().map_or("none".to_owned(), ToString::to_string),
            ratio(it.train_sharpe),
            ratio(it.test_sharpe),
            profit,
            trades,
        ]
    };
    let profit = format!("Profit, {quote}");
    let names = ["Traded", "Chosen before", "Sharpe before", "Sharpe traded", &profit, "Trades"];
    Table {
        title: "Windows".to_owned(),
        note: "What was chosen in each window, and what it made in the next.".to_owned(),
        columns: names.map(str::to_owned).to_vec(),
        rows: walked.iter().map(row).collect(),
    }
}

/// What a metric is called in a sentence.
const fn named(metric: Metric) -> &'static str {
    match metric {
        Metric::NetProfit => "net profit",
        Metric::Sharpe => "Sharpe ratio a year",
        Metric::Sortino => "Sortino ratio a year",
        Metric::Calmar => "Calmar ratio",
        Metric::YearlyGrowth => "growth a year",
        Metric::MaxDrawdown => "deepest drawdown",
        Metric::ProfitFactor => "profit factor",
        Metric::WinRate => "win rate",
        Metric::Expectancy => "expectancy",
    }
}
