//! Pages that no backtest makes, for the tests in a browser: texts that would like to be code, no
//! candle, one candle, two million candles. The name of the page is what stands on standard input.
#![expect(clippy::float_arithmetic, reason = "a map of parameters is an opinion, not money")]

use std::{
    io::{self, Read, Write},
    time::Duration,
};

use backtest_report::{
    Cell, Chart, Figure, Finding, FindingKind, Gatherer, HeatMap, Judgement, ReportInput, Rows,
    Table, Tone, Trade, Trades, page,
};
use trading_types::{Amount, Candle, Price, Timestamp};

const HOSTILE: &str =
    "</script><img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script>";
const START: u64 = 1_500_000_000;

fn main() -> io::Result<()> {
    let mut name = String::new();
    io::stdin().read_to_string(&mut name)?;
    let input = match name.trim() {
        "hostile" => hostile(),
        "empty" => ReportInput { title: "Nothing".to_owned(), ..ReportInput::default() },
        "one" => walk(1),
        "many" => walk(2_100_000),
        "wide" => parameters(&["fast", "slow"]),
        "line" => parameters(&["length"]),
        "deep" => parameters(&["fast", "slow", "stop"]),
        other => return Err(io::Error::other(format!("there is no page `{other}`"))),
    };
    let html = page(&input).map_err(io::Error::other)?;
    io::stdout().write_all(html.as_bytes())
}

fn time(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(START + seconds).expect("before the year 2554")
}

/// A walk of so many minutes, always the same.
fn walk(minutes: u64) -> ReportInput {
    let cash = amount(10_000);
    let mut gatherer = Gatherer::new(Duration::from_mins(1), cash, 4);
    let (mut state, mut price) = (1_u64, 300_000_i64);
    for minute in 0..minutes {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let open = price;
        let step = i64::try_from((state >> 33) % 401).expect("below 401") - 200;
        price = (price + step).max(10_000);
        let tenths = |units: i64| Price::from_units(units * 1_000_000_000);
        let candle = Candle {
            start: time(minute * 60),
            open: tenths(open),
            high: tenths(open.max(price) + 37),
            low: tenths(open.min(price) - 41),
            close: tenths(price),
            volume: Amount::ZERO,
            trades: 1,
        };
        gatherer.see(&candle, amount(price / 30));
    }
    ReportInput {
        title: "A walk".to_owned(),
        chart: gatherer.finish().map(|series| Chart {
            pair: "BTC/USD".to_owned(),
            quote: "USD".to_owned(),
            series,
            cash_start: cash,
            hold_end: Some(amount(9_000)),
        }),
        trades: Some(Trades::default()),
        ..ReportInput::default()
    }
}

fn amount(whole: i64) -> Amount {
    Amount::from_units(i128::from(whole) * 10_i128.pow(18))
}

/// A map of so many parameters.
fn parameters(names: &[&str]) -> ReportInput {
    let mut cells = Vec::new();
    for number in 0..30_i32.pow(2) {
        let (one, other) = (number / 30, number % 30);
        if names.len() == 1 && 0 < other {
            continue;
        }
        let all = [5 + one, 40 + other * 5, 1 + (one + other) % 3];
        let value = f64::from((one - 12).abs() * 2 + (other - 20).abs());
        cells.push(Cell {
            parameters: all[..names.len()].iter().map(ToString::to_string).collect(),
            value: (number != 77).then_some((18.0_f64 - value) / 10.0),
        });
    }
    ReportInput {
        title: "Parameters".to_owned(),
        heat_map: Some(HeatMap {
            metric: "Sharpe a year".to_owned(),
            lower_is_better: false,
            parameters: names.iter().map(|&it| it.to_owned()).collect(),
            shown: Some(cells.len() / 2),
            cells,
        }),
        ..ReportInput::default()
    }
}

/// Every text is one that would like to be code.
fn hostile() -> ReportInput {
    let text = || HOSTILE.to_owned();
    let trade = Trade {
        entry_time: time(60),
        entry_price: Price::from_units(300_000_000_000_000),
        exit_time: time(600),
        exit_price: Price::from_units(300_500_000_000_000),
        quantity: amount(1),
        fees: amount(2),
        profit: amount(3),
        exit_reason: text(),
    };
    let walked = walk(50);
    ReportInput {
        title: text(),
        subtitle: text(),
        writer: text(),
        summary: text(),
        figures: vec![Figure { label: text(), value: text(), note: text(), tone: Tone::Good }],
        judgement: Some(Judgement {
            findings: vec![Finding {
                kind: FindingKind::Fails,
                about: text(),
                text: text(),
                figure: Some(0.5),
            }],
        }),
        chart: walked.chart.map(|it| Chart { pair: text(), quote: text(), ..it }),
        trades: Some(Trades { rows: vec![trade], elsewhere: text() }),
        heat_map: Some(HeatMap {
            metric: text(),
            parameters: vec![text(), text(), text()],
            cells: vec![Cell { parameters: vec![text(), text(), text()], value: Some(1.0) }],
            ..HeatMap::default()
        }),
        tables: vec![Table {
            title: text(),
            note: text(),
            columns: vec![text(), text()],
            rows: vec![vec![text(), text()]],
        }],
        facts: vec![Rows { title: text(), rows: vec![(text(), text())] }],
        notes: vec![text()],
        ..ReportInput::default()
    }
}
