//! The block, from a status that is made up.

use super::*;
use crate::status_words::tests::holding;

#[test]
fn everything_at_one_look() {
    let status = StatusView::read(&holding()).unwrap();
    let start = "10000".parse().ok();
    let counts = Counts { orders: 3, fills: 1, refused: 2, equity_start: start };
    let lines = block(&status, &counts, 200);
    let expected = "\
bot       ready, 2026-01-01 00:12:05 UTC
equity    10012.31 (+12.31 since the start), 8.69 of fees paid
holds     0.0364 BTC bought at 59568.2, now 60000, its stop at 59400 is 1.0% below
at risk   245.1 is the most that can be lost now
orders    3 sent, 1 fills, 2 refused; 1 open, 0 unknown
budget    ██████░░░░░░░░░░░░░░    4.5 of 15 trade key
clock     at most 12 ms from Kraken's; journal 40 of 42 records durable
no entry  BTC/USD: there has been no data for too long";
    assert_eq!(lines[1..].join("\n"), expected);
}

#[test]
fn a_bot_that_climbs_says_where_it_stands() {
    let mut status = holding();
    status["ladder"] = serde_json::json!({ "rung": "tiny", "entry_cap": { "up_to": "30" } });
    let lines = block(&StatusView::read(&status).unwrap(), &Counts::default(), 80);
    assert!(lines.contains(&"rung      tiny, entries up to 30".to_owned()), "{lines:?}");
}

#[test]
fn no_line_is_broken() {
    let mut status = holding();
    status["halt_reason"] = "a very long story ".repeat(20).into();
    let lines = block(&StatusView::read(&status).unwrap(), &Counts::default(), 60);
    assert!(lines.iter().all(|line| line.chars().count() <= 60), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("HALTED    a very long")), "{lines:?}");
}
