//! How orders come to the book, change and go.

use super::{Fills, QueueModel, check, play, settings};
use crate::fixture::{amount, quantity};

const BOOK: &str = "
    bid 1000 1
    bid 999 2
    bid 997 3
    ask 1001 1
    ask 1002 2
    ask 1004 3
    ";

fn partial(lines: &str, told: &[&str]) {
    let lines = format!("{BOOK}{lines}");
    check(QueueModel::RiskAverse, Fills::Partial, &lines, told);
}

fn whole(lines: &str, told: &[&str]) {
    let lines = format!("{BOOK}{lines}");
    check(QueueModel::RiskAverse, Fills::Whole, &lines, told);
}

#[test]
fn a_market_order_walks_the_book() {
    let told = ["1 accepted", "1 1 at 1001 as taker, 1.5 left", "1 1.5 at 1002 as taker"];
    partial("1 buy 2.5 market", &told);
    whole("1 buy 2.5 market", &["1 accepted", "1 2.5 at 1001 as taker"]);
    let told = ["1 accepted", "1 1 at 1000 as taker, 0.5 left", "1 0.5 at 999 as taker"];
    partial("1 sell 1.5 market", &told);
    // The book ends before the order does.
    partial(
        "1 sell 7 market",
        &[
            "1 accepted",
            "1 1 at 1000 as taker, 6 left",
            "1 2 at 999 as taker, 4 left",
            "1 3 at 997 as taker, 1 left",
            "1 canceled, 1 left",
        ],
    );
    let nobody = ["1 accepted", "1 canceled, 1 left"];
    check(QueueModel::RiskAverse, Fills::Partial, "1 buy 1 market", &nobody);
    check(QueueModel::RiskAverse, Fills::Whole, "1 buy 1 market", &nobody);
}

#[test]
fn a_limit_order_takes_as_far_as_its_limit_and_rests() {
    partial(
        "1 buy 5 at 1002
         sells 1002 0.5",
        &[
            "1 accepted",
            "1 1 at 1001 as taker, 4 left",
            "1 2 at 1002 as taker, 2 left",
            "1 0.5 at 1002 as maker, 1.5 left",
        ],
    );
    whole("1 buy 5 at 1002", &["1 accepted", "1 5 at 1001 as taker"]);
    partial(
        "1 buy 5 now 1002",
        &[
            "1 accepted",
            "1 1 at 1001 as taker, 4 left",
            "1 2 at 1002 as taker, 2 left",
            "1 canceled, 2 left",
        ],
    );
    partial("1 buy 5 now 1000", &["1 accepted", "1 canceled, 5 left"]);
}

/// What we took is not there again until the level is told anew.
#[test]
fn nothing_is_taken_twice() {
    partial(
        "1 buy 0.8 market
         2 buy 0.5 market
         ask 1001 1
         3 buy 1 now 1001
         4 buy 1 now 1001
         clear
         ask 1001 2
         5 buy 1 now 1001",
        &[
            "1 accepted",
            "1 0.8 at 1001 as taker",
            "2 accepted",
            "2 0.2 at 1001 as taker, 0.3 left",
            "2 0.3 at 1002 as taker",
            "3 accepted",
            "3 1 at 1001 as taker",
            "4 accepted",
            "4 canceled, 1 left",
            "5 accepted",
            "5 1 at 1001 as taker",
        ],
    );
}

#[test]
fn post_only_never_takes() {
    for (line, told) in [
        ("1 buy 1 post 1001", "1 refused: post only order"),
        ("1 buy 1 post 1000", "1 accepted"),
        ("1 sell 1 post 1000", "1 refused: post only order"),
        ("1 sell 1 post 1001", "1 accepted"),
    ] {
        partial(line, &[told]);
        whole(line, &[told]);
    }
}

#[test]
fn what_cannot_be_an_order_is_refused() {
    for (line, why) in [
        ("1 buy 0 at 1000", "invalid volume"),
        ("1 buy 0.00005 at 1000", "order minimum not met"),
        ("1 buy 0.004 at 1000", "cost minimum not met"),
        ("1 buy 0.004 market", "cost minimum not met"),
        ("1 buy 1 at 0", "invalid price"),
        ("1 buy 1 at -5", "invalid price"),
        ("1 buy 1 at 576460752303423488", "invalid price"),
        ("1 buy 1 at 9300000000", "invalid price"),
        ("1 buy 10000 at 1000", "insufficient funds"),
        ("1 sell 100.00000001 at 1001", "insufficient funds"),
    ] {
        partial(line, &[&format!("1 refused: {why}")]);
    }
    let mut coarse = settings(QueueModel::RiskAverse, Fills::Partial);
    coarse.rules.lot = quantity("0.001");
    assert_eq!(play(coarse, "1 buy 1.0001 at 10"), ["1 refused: invalid volume"]);
}

/// What open orders hold is not there for others; fees are part of it.
#[test]
fn money_is_held_once() {
    let mut poor = settings(QueueModel::RiskAverse, Fills::Partial);
    poor.cash = amount("100.4");
    poor.base = quantity("1");
    let told = play(
        poor,
        "1 buy 1 at 1000
         2 buy 0.01 at 1000
         1 cancel
         3 buy 0.5 at 1000
         3 amend 2 at 1000
         3 amend 1 at 1000
         4 sell 1 at 1200
         5 sell 0.1 at 1200",
    );
    assert_eq!(
        told,
        [
            "1 accepted",
            "2 refused: insufficient funds",
            "1 canceled, 1 left",
            "3 accepted",
            "3 stays: insufficient funds",
            "3 now 1 at 1000",
            "4 accepted",
            "5 refused: insufficient funds",
        ]
    );
}

#[test]
fn ours_do_not_trade_with_each_other() {
    partial(
        "1 sell 1 post 1001
         2 buy 1 at 1001
         3 buy 1 at 1000
         4 sell 0.5 at 1000
         5 sell 1 market
         3 cancel
         5 sell 1 market",
        &[
            "1 accepted",
            "2 refused: self trade",
            "3 accepted",
            "4 refused: self trade",
            "5 refused: self trade",
            "3 canceled, 1 left",
            "5 accepted",
            "5 1 at 1000 as taker",
        ],
    );
    // An order that has enough before it comes to ours may go.
    partial(
        "1 sell 1 post 1003
         2 buy 3 market
         ask 1001 1
         3 buy 1.1 at 1004",
        &[
            "1 accepted",
            "2 accepted",
            "2 1 at 1001 as taker, 2 left",
            "2 2 at 1002 as taker",
            "3 refused: self trade",
        ],
    );
}

#[test]
fn cancels_meet_an_order_or_not() {
    partial(
        "1 buy 1 at 999
         1 cancel
         1 cancel
         2 buy 1 at 1001
         2 cancel",
        &[
            "1 accepted",
            "1 canceled, 1 left",
            "1 not there",
            "2 accepted",
            "2 1 at 1001 as taker",
            "2 not there",
        ],
    );
}

/// A smaller quantity keeps the place; anything else goes to the back.
#[test]
fn amends_keep_or_lose_the_place() {
    let queue = "
        1 buy 1 at 1000
        bid 1000 5
        ";
    let after = "
        sells 1000 1.5";
    let check = |amend: &str, told: &[&str]| {
        let told: Vec<&str> = ["1 accepted"].iter().chain(told).copied().collect();
        partial(&format!("{queue}{amend}{after}"), &told);
    };
    check("1 amend 0.8", &["1 now 0.8 at 1000", "1 0.5 at 1000 as maker, 0.3 left"]);
    check("1 amend 1", &["1 now 1 at 1000", "1 0.5 at 1000 as maker, 0.5 left"]);
    check("1 amend at 1000", &["1 now 1 at 1000", "1 0.5 at 1000 as maker, 0.5 left"]);
    check("1 amend 1.2", &["1 now 1.2 at 1000"]);
    check("1 amend at 999", &["1 now 1 at 999"]);
    check(
        "1 amend 0.9 at 999
         1 amend at 1000",
        &["1 now 0.9 at 999", "1 now 0.9 at 1000"],
    );
}

/// The new quantity is the total, what has traded included.
#[test]
fn amends_change_the_total() {
    let traded = "
        1 buy 1 at 1000
        sells 1000 1.4
        ";
    let check = |amend: &str, told: &[&str]| {
        let before = ["1 accepted", "1 0.4 at 1000 as maker, 0.6 left"];
        let told: Vec<&str> = before.iter().chain(told).copied().collect();
        partial(&format!("{traded}{amend}"), &told);
    };
    check("1 amend 0.5", &["1 now 0.1 at 1000"]);
    check("1 amend 0.4", &["1 canceled, 0.6 left"]);
    check("1 amend 0.1", &["1 canceled, 0.6 left"]);
    check("1 amend 2", &["1 now 1.6 at 1000"]);
    check("1 amend 0.40005", &["1 now 0.00005 at 1000"]);
}

/// An amended limit may take, unless the order must not; then it stays as it was.
#[test]
fn amends_may_cross() {
    partial(
        "1 buy 1 at 1000
         1 amend 1.5 at 1001
         sells 1001 0.2",
        &[
            "1 accepted",
            "1 now 1.5 at 1001",
            "1 1 at 1001 as taker, 0.5 left",
            "1 0.2 at 1001 as maker, 0.3 left",
        ],
    );
    partial(
        "1 buy 1 post 1000
         1 amend at 1001
         sells 1000 1.1",
        &["1 accepted", "1 stays: post only order", "1 0.1 at 1000 as maker, 0.9 left"],
    );
    partial("1 amend 5", &["1 stays: unknown order"]);
}
