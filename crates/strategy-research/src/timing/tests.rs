//! Entries that were worth something, and entries that were not.

use trading_engine::ExitReason;
use trading_types::{Side, Timestamp};

use super::*;
use crate::samples::{amount, candles};

fn trade(candles: &[Candle], entry: usize, exit: usize) -> TradeRecord {
    TradeRecord {
        side: Side::Buy,
        entry_time: candles[entry].start,
        entry_price: candles[entry].open,
        exit_time: candles[exit].start,
        exit_price: candles[exit].open,
        quantity: amount("1"),
        fees: Amount::ZERO,
        profit: Amount::ZERO,
        exit_reason: ExitReason::Signal,
    }
}

const FREE: (Amount, Amount) = (Amount::ZERO, Amount::ZERO);

#[test]
fn who_knows_the_future_beats_chance() {
    let candles = candles(3, 400, 0.0);
    let rising = |from: usize| candles[from].open < candles[from + 4].open;
    let trades: Vec<_> = (0..390)
        .step_by(4)
        .filter(|at| rising(*at))
        .map(|at| trade(&candles, at, at + 4))
        .collect();
    let luck = timing(&candles, &trades, FREE, (500, 1)).unwrap();
    assert!(0.999 < luck.beaten);
    assert_eq!(timing(&candles, &trades, FREE, (500, 1)), Some(luck));
}

#[test]
fn costs_are_the_same_for_both() {
    let candles = candles(4, 400, 0.0);
    let trades: Vec<_> = (0..380).step_by(20).map(|at| trade(&candles, at, at + 7)).collect();
    let free = timing(&candles, &trades, FREE, (500, 1)).unwrap();
    let costly = timing(&candles, &trades, (amount("1"), amount("100")), (500, 1)).unwrap();
    assert!((free.beaten - costly.beaten).abs() < 1e-9);
    assert!(costly.growth.p50 < free.growth.p50 * 0.8);
    assert_eq!(timing(&candles, &[], FREE, (500, 1)), None);
}

#[test]
fn parts_of_one_position_are_one() {
    let candles = candles(5, 50, 0.0);
    let parts = [trade(&candles, 10, 20), trade(&candles, 10, 25), trade(&candles, 30, 31)];
    let times: Vec<[Timestamp; 2]> = merged(&parts).into_iter().map(|it| it.0).collect();
    let at = |at: usize| candles[at].start;
    assert_eq!(times, [[at(10), at(25)], [at(30), at(31)]]);
}
