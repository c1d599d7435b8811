//! What is better, and what is said to a word that is no metric.

use super::*;
use crate::samples::row;

#[test]
fn names_are_read_back() {
    for (name, metric) in Metric::ALL {
        assert_eq!(name.parse::<Metric>(), Ok(metric));
        assert_eq!(metric.to_string(), name);
    }
    let error = "sharp".parse::<Metric>().unwrap_err().to_string();
    assert!(error.starts_with("`sharp` is not a metric; choose one of net_profit, sharpe, "));
}

#[test]
fn more_is_better_and_nothing_is_worst() {
    let (won, lost, idle) = (row("5", 4), row("-5", 4), row("0", 0));
    let metric = Metric::NetProfit;
    assert!(metric.score(&lost) < metric.score(&won));
    assert!(metric.score(&idle) < metric.score(&lost));
    assert_eq!(Metric::Expectancy.figure(&won), Some(1.25));
    assert_eq!(Metric::WinRate.figure(&won), Some(0.5));
    assert_eq!(Metric::Sharpe.figure(&won), None);
}
