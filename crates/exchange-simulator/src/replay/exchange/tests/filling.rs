//! How resting orders trade, and when they do not.

use super::{Fills, QueueModel, check, play, settings};
use crate::fixture::{amount, quantity};

fn partial(lines: &str, told: &[&str]) {
    check(QueueModel::RiskAverse, Fills::Partial, lines, told);
}

fn whole(lines: &str, told: &[&str]) {
    check(QueueModel::RiskAverse, Fills::Whole, lines, told);
}

/// The story in the head of the module.
#[test]
fn the_story() {
    let lines = "
        bid 600000 3
        1 buy 0.5 at 600000
        sells 600000 2
        bid 600000 0.4
        sells 600000 0.6
        sells 599999 0.2
        sells 599999 0.7";
    partial(
        lines,
        &[
            "1 accepted",
            "1 0.2 at 600000 as maker, 0.3 left",
            "1 0.2 at 600000 as maker, 0.1 left",
            "1 0.1 at 600000 as maker",
        ],
    );
    whole(lines, &["1 accepted", "1 0.5 at 600000 as maker"]);
}

#[test]
fn trades_at_our_price_go_to_those_in_front_first() {
    let lines = "
        ask 1000 1
        1 sell 1 at 1000
        buys 1000 1
        buys 1000 0.1";
    partial(lines, &["1 accepted", "1 0.1 at 1000 as maker, 0.9 left"]);
    whole(lines, &["1 accepted", "1 1 at 1000 as maker"]);
    // What comes to the level after us is behind us.
    let lines = "
        ask 1000 1
        1 sell 1 at 1000
        ask 1000 9
        buys 1000 1.5";
    partial(lines, &["1 accepted", "1 0.5 at 1000 as maker, 0.5 left"]);
}

/// A trade of somebody who sells does not reach our sell, nor one at a price better for him.
#[test]
fn trades_elsewhere_are_not_ours() {
    let lines = "
        bid 998 1
        ask 1002 1
        1 sell 1 at 1001
        2 buy 1 at 999
        sells 1001 5
        buys 999 5
        buys 1000 5
        sells 1000 5";
    partial(lines, &["1 accepted", "2 accepted"]);
    whole(lines, &["1 accepted", "2 accepted"]);
}

#[test]
fn a_trade_beyond_our_price_went_through_us() {
    let lines = "
        bid 1000 50
        1 buy 2 at 1000
        sells 999 0.5
        sells 998 9";
    partial(lines, &["1 accepted", "1 0.5 at 1000 as maker, 1.5 left", "1 1.5 at 1000 as maker"]);
    whole(lines, &["1 accepted", "1 2 at 1000 as maker"]);
}

/// Somebody who asks at our bid or below would have met us.
#[test]
fn the_other_side_reaches_us() {
    let lines = "
        bid 1000 50
        1 buy 2 at 1000
        ask 1000 0.5
        ask 1000 0.7
        ask 1000 0.6
        ask 999 5";
    partial(
        lines,
        &[
            "1 accepted",
            "1 0.5 at 1000 as maker, 1.5 left",
            "1 0.2 at 1000 as maker, 1.3 left",
            "1 1.3 at 1000 as maker",
        ],
    );
    whole(lines, &["1 accepted", "1 2 at 1000 as maker"]);
}

/// Ours share what trades, the better price first, then who came first; nothing trades twice.
#[test]
fn our_orders_share_what_trades() {
    partial(
        "
        1 buy 1 at 1000
        2 buy 1 at 1001
        3 buy 1 at 1000
        sells 1000 1.7
        sells 1000 0.8",
        &[
            "1 accepted",
            "2 accepted",
            "3 accepted",
            "2 1 at 1001 as maker",
            "1 0.7 at 1000 as maker, 0.3 left",
            "1 0.3 at 1000 as maker",
            "3 0.5 at 1000 as maker, 0.5 left",
        ],
    );
    // Those in front of the second of ours were in front of the first too.
    partial(
        "
        bid 1000 2
        1 buy 1 at 1000
        bid 1000 3
        2 buy 1 at 1000
        sells 1000 3.5
        sells 1000 0.7",
        &["1 accepted", "2 accepted", "1 1 at 1000 as maker", "2 0.2 at 1000 as maker, 0.8 left"],
    );
}

/// Of a level of 20 half goes without a trade: the proportional believe half of it stood in front.
#[test]
fn the_models_differ_in_who_cancels() {
    let lines = "
        bid 1000 10
        1 buy 1 at 1000
        bid 1000 20
        bid 1000 10
        sells 1000 6
        sells 1000 5";
    check(QueueModel::RiskAverse, Fills::Partial, lines, &["1 accepted", "1 1 at 1000 as maker"]);
    check(
        QueueModel::Proportional,
        Fills::Partial,
        &lines.replace("sells 1000 5", "sells 1000 0.001"),
        &["1 accepted", "1 1 at 1000 as maker"],
    );
    check(
        QueueModel::RiskAverse,
        Fills::Partial,
        &lines.replace("sells 1000 5", "sells 1000 4"),
        &["1 accepted"],
    );
}

/// A book that is told anew says nothing of who is in front of us.
#[test]
fn a_new_snapshot_moves_nobody() {
    let lines = "
        bid 1000 2
        1 buy 1 at 1000
        clear
        sells 1000 1
        sells 1000 1.5";
    partial(lines, &["1 accepted", "1 0.5 at 1000 as maker, 0.5 left"]);
    let told_less = lines.replace("clear", "clear\nbid 1000 0.5");
    partial(
        &told_less,
        &["1 accepted", "1 0.5 at 1000 as maker, 0.5 left", "1 0.5 at 1000 as maker"],
    );
    partial(
        &lines.replace("clear", "forget bid 1000"),
        &["1 accepted", "1 0.5 at 1000 as maker, 0.5 left"],
    );
}

/// Beyond the levels that are shown, what is in front is unknown until it is seen.
#[test]
fn a_price_out_of_sight_has_an_unknown_queue() {
    let mut seen = settings(QueueModel::RiskAverse, Fills::Partial);
    seen.levels_shown = Some(2);
    let lines = "
        bid 1000 1
        bid 999 1
        1 buy 1 at 998
        2 buy 1 at 1000
        sells 998 1000
        bid 998 3
        sells 998 2
        sells 998 1.5";
    let told = play(seen.clone(), lines);
    assert_eq!(
        told,
        ["1 accepted", "2 accepted", "2 1 at 1000 as maker", "1 0.5 at 998 as maker, 0.5 left"]
    );
    // A gap between levels that are shown is an empty price; so is all of a side that is short.
    let told = play(seen.clone(), "bid 1000 1\n bid 990 1\n 1 buy 1 at 995\n sells 995 1");
    assert_eq!(told, ["1 accepted", "1 1 at 995 as maker"]);
    let told = play(seen, "bid 1000 1\n 1 buy 1 at 995\n sells 995 1");
    assert_eq!(told, ["1 accepted", "1 1 at 995 as maker"]);
}

/// Prices are 0.1 dollars a step; 0.4 % taker, 0.25 % maker.
#[test]
fn fees_and_holds_follow_each_fill() {
    let mut exchange = super::ReplayExchange::new(settings(QueueModel::RiskAverse, Fills::Partial));
    for (line, second) in ["ask 1001 1", "1 buy 3 at 1001", "sells 1001 0.5"].into_iter().zip(1..) {
        let now = trading_types::Timestamp::from_seconds(second).unwrap();
        match super::read(line, now) {
            super::Said::Tick(tick) => exchange.handle_tick(&tick),
            super::Said::Command(command) => exchange.handle(command, now),
        }
    }
    let account = exchange.account();
    // 100.1 at 0.4 %, then 50.05 at 0.25 %, rounded up: 0.4004 + 0.12513.
    assert_eq!(account.fees(), amount("0.52553"));
    assert_eq!(account.cash(), amount("1000000") - amount("150.15") - amount("0.52553"));
    assert_eq!(account.base(), quantity("101.5"));
    // What is left of the order, at the fee of a taker.
    assert_eq!(account.held_cash(), amount("150.15") + amount("0.6006"));
    assert_eq!(account.equity_at(1001), Some(account.cash() + amount("10160.15")));
}
