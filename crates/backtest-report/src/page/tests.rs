//! The page as a whole: harmless, the same each time, and small.

use std::time::Duration;

use trading_types::{Amount, Candle, Price, Timestamp};

use super::page;
use crate::{
    Cell, Chart, Figure, Finding, FindingKind, Gatherer, HeatMap, Judgement, Month, ReportInput,
    Rows, Table, Tone, Trade, Trades,
};

const EVIL: &str = "</script><img src=x onerror=\"alert('1')\"><!--&amp;\u{2028}";

/// A walk of so many candles, always the same.
fn walk(candles: u64) -> Chart {
    let cash: Amount = "10000".parse().unwrap();
    let mut gatherer = Gatherer::new(Duration::from_mins(1), cash, 4);
    let mut state = 1_u64;
    let mut price = 300_000_i64;
    for minute in 0..candles {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let open = price;
        price = (price + i64::try_from((state >> 33) % 401).unwrap() - 200).max(10_000);
        let tenth = |units: i64| Price::from_units(units * 1_000_000_000);
        let candle = Candle {
            start: Timestamp::from_seconds(1_500_000_000 + minute * 60).unwrap(),
            open: tenth(open),
            high: tenth(open.max(price) + 37),
            low: tenth(open.min(price) - 41),
            close: tenth(price),
            volume: Amount::ZERO,
            trades: 1,
        };
        gatherer.see(&candle, Amount::from_units(i128::from(price) * 123_456_789_000_000_000));
    }
    Chart {
        pair: "BTC/USD".to_owned(),
        quote: "USD".to_owned(),
        series: gatherer.finish().unwrap(),
        cash_start: cash,
        hold_end: None,
    }
}

fn trades(count: u64, reason: &str) -> Trades {
    let trade = |number: u64| Trade {
        entry_time: Timestamp::from_seconds(1_500_000_000 + number * 600).unwrap(),
        entry_price: "30000.1".parse().unwrap(),
        exit_time: Timestamp::from_seconds(1_500_000_300 + number * 600).unwrap(),
        exit_price: "30012.7".parse().unwrap(),
        quantity: "0.3312345678".parse().unwrap(),
        fees: "79.4837".parse().unwrap(),
        profit: format!("-{number}.4837").parse().unwrap(),
        exit_reason: reason.to_owned(),
    };
    Trades { rows: (0..count).map(trade).collect(), elsewhere: EVIL.to_owned() }
}

/// Every text is one that would like to be code.
fn evil() -> ReportInput {
    let text = || EVIL.to_owned();
    ReportInput {
        title: text(),
        subtitle: text(),
        writer: text(),
        summary: text(),
        summary_tone: Tone::Bad,
        figures: vec![Figure { label: text(), value: text(), note: text(), tone: Tone::Good }],
        judgement: Some(Judgement {
            findings: vec![Finding {
                kind: FindingKind::Fails,
                about: text(),
                text: text(),
                figure: Some(0.5),
            }],
        }),
        chart: Some(Chart { pair: text(), quote: text(), ..walk(3) }),
        months: vec![Month { year: 2020, month: 2, gain: 0.031 }],
        trades: Some(trades(5_000, EVIL)),
        heat_map: Some(HeatMap {
            metric: text(),
            lower_is_better: false,
            parameters: vec![text()],
            cells: vec![Cell { parameters: vec![text()], value: Some(1.0) }],
            shown: None,
        }),
        tables: vec![Table {
            title: text(),
            note: text(),
            columns: vec![text(), text()],
            rows: vec![vec![text(), text()]],
        }],
        facts: vec![Rows { title: text(), rows: vec![(text(), text())] }],
        notes: vec![text()],
    }
}

#[test]
fn no_text_becomes_code() {
    let html = page(&evil()).unwrap();
    assert!(!html.contains("<img") && !html.contains("onerror=\""));
    assert_eq!(html.matches("</script>").count(), 2, "the data and our own script");
    assert_eq!(html.matches("<script").count(), 2);
    assert!(!html.contains("<!--"));
    assert!(
        html.contains("&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;")
    );
}

#[test]
fn nothing_is_loaded_or_sent() {
    let html = page(&evil()).unwrap();
    assert!(html.contains("default-src 'none'; script-src 'sha256-"));
    for word in ["http://", "https://", " src=", "@import", "url(", "fetch(", "XMLHttp", "eval("] {
        // The name of SVG is an address that nobody visits; the evil text speaks of a source.
        let html = html.replace("http://www.w3.org/2000/svg", "").replace("img src=x", "");
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(page(&evil()).unwrap(), page(&evil()).unwrap());
}

#[test]
fn an_empty_report_is_a_page() {
    let html = page(&ReportInput::default()).unwrap();
    assert!(html.ends_with("</html>\n") && !html.contains("id=\"chart\""));
}

#[test]
fn a_report_without_trades_says_so() {
    let trades = Some(Trades::default());
    let html = page(&ReportInput { trades, ..ReportInput::default() }).unwrap();
    assert!(html.contains("It never traded."));
}

#[test]
fn months_have_a_row_a_year_and_what_they_come_to() {
    let months = vec![
        Month { year: 2020, month: 11, gain: 0.10 },
        Month { year: 2020, month: 12, gain: -0.10 },
        Month { year: 2021, month: 1, gain: 0.0 },
    ];
    let html = page(&ReportInput { months, ..ReportInput::default() }).unwrap();
    let row =
        "<td class=\"g4\">+10.0</td><td class=\"l4\">−10.0</td><td class=\"l1\">−1.0</td></tr>";
    assert!(html.contains(row));
    assert!(html.contains("<th scope=\"row\">2021</th><td>0.0</td><td></td>"));
}

/// Two million minutes with all the trades that a page lists.
#[test]
fn the_largest_page_is_below_three_megabytes() {
    for candles in [80_000, 2_100_000] {
        let input = ReportInput {
            chart: Some(walk(candles)),
            trades: Some(trades(20_000, "signal")),
            ..ReportInput::default()
        };
        let bytes = page(&input).unwrap().len();
        assert!(bytes < 3_000_000, "{candles} candles: {bytes} bytes");
    }
}
