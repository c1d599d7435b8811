//! What both make of the same candles, compared to the last digit.

#![expect(clippy::print_stderr, reason = "a test tells how much it has compared")]

use backtester::{Backtest, TradeRecord};
use trading_engine::ExitReason;
use trading_types::{Side, Timestamp};

use crate::{
    case::Case,
    twin::{self, Bar, Outcome, Reason, Trade},
};

const NANOS: i128 = 1_000_000_000;

/// How much was compared, and what was different, in words.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) runs: usize,
    pub(crate) trades: usize,
    pub(crate) stops: usize,
    pub(crate) targets: usize,
    /// Runs that ended with something too small to be sold.
    pub(crate) dusty: usize,
    /// Runs that could be compared only until a buy cost more than there was.
    pub(crate) cut_short: usize,
    wrong: Vec<String>,
}

impl Comparison {
    /// Runs both over the same candles.
    pub(crate) fn run(&mut self, case: &Case, bars: &[Bar]) {
        let ours = twin::run(&case.trial(), bars);
        let theirs = case.backtest(bars);
        let of = |reason| ours.trades.iter().filter(|trade| trade.reason == reason).count();
        self.runs += 1;
        self.trades += ours.known.unwrap_or(ours.trades.len());
        self.stops += of(Reason::Stop);
        self.targets += of(Reason::TakeProfit);
        self.dusty += usize::from(0 < ours.dust);
        self.cut_short += usize::from(ours.known.is_some());
        let wrong = match ours.known {
            Some(known) => compare_trades(&ours, &theirs, known),
            None => compare_trades(&ours, &theirs, usize::MAX)
                .or_else(|| compare_figures(&ours, &theirs)),
        };
        self.wrong.extend(wrong.map(|text| format!("{case:?}\n{text}")));
    }

    /// Nothing may have been different, and few runs cut short.
    pub(crate) fn check(&self, what: &str) {
        let Self { runs, trades, stops, targets, dusty, cut_short, wrong } = self;
        eprintln!(
            "{what}: {runs} runs, {trades} trades, {stops} stops, {targets} targets, {dusty} with \
             dust, {cut_short} cut short"
        );
        for text in wrong.iter().take(3) {
            eprintln!("{text}\n");
        }
        assert!(wrong.is_empty(), "{what}: {} of {runs} runs disagree", wrong.len());
        assert!(cut_short * 50 <= *runs, "{what}: {cut_short} of {runs} runs are cut short");
    }
}

/// The first of the first `count` trades that is not the same.
fn compare_trades(ours: &Outcome, theirs: &Backtest, count: usize) -> Option<String> {
    let given: Vec<Trade> = theirs.trades.iter().map(trade).collect();
    let expected = &ours.trades;
    let at = (0..expected.len().max(given.len()).min(count))
        .find(|at| expected.get(*at) != given.get(*at))?;
    Some(format!(
        "trade {at}, expected of {}\n{:?}\ngot of {}\n{:?}",
        expected.len(),
        expected.get(at),
        given.len(),
        given.get(at),
    ))
}

fn compare_figures(ours: &Outcome, theirs: &Backtest) -> Option<String> {
    let result = &theirs.result;
    let won: i128 = ours.trades.iter().map(|trade| trade.profit).sum();
    let fees: i128 = ours.trades.iter().map(|trade| trade.fees).sum();
    let wins = ours.trades.iter().filter(|trade| 0 < trade.profit).count();
    let mut table = vec![
        ("equity", ours.cash + ours.dust, result.equity_end.units()),
        ("traded", ours.fills.iter().sum(), result.traded.units()),
        ("fills", ours.fills.len() as i128, result.fills.into()),
        ("trades", ours.trades.len() as i128, result.trades.into()),
        ("wins", wins as i128, result.wins.into()),
    ];
    if ours.dust == 0 {
        table.push(("profit", won, result.net_profit.units()));
        table.push(("fees", fees, result.fees.units()));
    }
    let (name, expected, got) = table.into_iter().find(|(_, expected, got)| expected != got)?;
    Some(format!("{name}: expected {expected}, got {got}"))
}

fn trade(record: &TradeRecord) -> Trade {
    let seconds = |time: Timestamp| {
        let nanos = i128::from(time.nanos());
        assert_eq!(nanos % NANOS, 0, "{time} is not a whole second");
        nanos / NANOS
    };
    assert_eq!(record.side, Side::Buy);
    Trade {
        entry_time: seconds(record.entry_time),
        entry_price: record.entry_price.units().into(),
        exit_time: seconds(record.exit_time),
        exit_price: record.exit_price.units().into(),
        quantity: record.quantity.units(),
        fees: record.fees.units(),
        profit: record.profit.units(),
        reason: match record.exit_reason {
            ExitReason::Signal => Reason::Signal,
            ExitReason::Stop => Reason::Stop,
            ExitReason::TakeProfit => Reason::TakeProfit,
            ExitReason::End => Reason::End,
            ExitReason::Kill => panic!("nothing may kill this run"),
        },
    }
}
