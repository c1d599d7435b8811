//! Small markets in words: each rule of fills by itself.

use trading_types::{Liquidity, Quantity, Side, Timestamp};

use super::{Fills, QueueModel, ReplayExchange, ReplaySettings};
use crate::{
    fixture::{amount, quantity, rules},
    replay::{
        command::{OrderNumber, ReplayAmend, ReplayCommand, ReplayOrder, ReplayTerms},
        report::{ReplayNews, ReplayReport},
        tick::{Tick, TickKind},
    },
};

mod entering;
mod filling;
mod random;
mod twin;

pub(super) fn settings(queue: QueueModel, fills: Fills) -> ReplaySettings {
    ReplaySettings {
        rules: rules(),
        cash: amount("1000000"),
        base: quantity("100"),
        queue,
        fills,
        levels_shown: None,
    }
}

/// Plays lines of words, and tells what was reported.
///
/// - `bid 100 2`, `ask 101 0.5`: a level. `forget bid 100`. `clear`.
/// - `buys 101 0.3`, `sells 100 0.3`: a trade, by what the taker did.
/// - `1 buy 2 at 100`: an order; with `post`, `now`, or `market` instead of the price.
/// - `1 cancel`, `1 amend 3 at 100`, `1 amend 3`, `1 amend at 99`.
pub(super) fn play(settings: ReplaySettings, lines: &str) -> Vec<String> {
    let mut exchange = ReplayExchange::new(settings);
    let mut told = Vec::new();
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    for (line, second) in lines.zip(1..) {
        let now = Timestamp::from_seconds(second).unwrap();
        match read(line, now) {
            Said::Tick(tick) => exchange.handle_tick(&tick),
            Said::Command(command) => exchange.handle(command, now),
        }
        while let Some(report) = exchange.poll_report() {
            assert_eq!(report.time, now);
            told.push(words(&report));
        }
    }
    told
}

pub(super) fn check(queue: QueueModel, fills: Fills, lines: &str, told: &[&str]) {
    assert_eq!(play(settings(queue, fills), lines), told, "{queue:?}, {fills:?}: {lines}");
}

enum Said {
    Tick(Tick),
    Command(ReplayCommand),
}

fn read(line: &str, now: Timestamp) -> Said {
    let words: Vec<&str> = line.split(' ').collect();
    let tick = |kind, steps: &str, offered: &str| {
        Said::Tick(Tick::new(kind, steps.parse().unwrap(), quantity(offered), now))
    };
    match words[..] {
        ["bid", steps, offered] => tick(TickKind::Level(Side::Buy), steps, offered),
        ["ask", steps, offered] => tick(TickKind::Level(Side::Sell), steps, offered),
        ["forget", "bid", steps] => tick(TickKind::Forget(Side::Buy), steps, "0"),
        ["forget", "ask", steps] => tick(TickKind::Forget(Side::Sell), steps, "0"),
        ["clear"] => tick(TickKind::Clear, "0", "0"),
        ["buys", steps, traded] => tick(TickKind::Trade(Side::Buy), steps, traded),
        ["sells", steps, traded] => tick(TickKind::Trade(Side::Sell), steps, traded),
        [number, ref rest @ ..] => Said::Command(command(number.parse().unwrap(), rest)),
        [] => panic!("an empty line"),
    }
}

fn command(number: u64, words: &[&str]) -> ReplayCommand {
    let number = OrderNumber(number);
    let place = |side: &str, quantity: &str, terms| {
        let side = if side == "buy" { Side::Buy } else { Side::Sell };
        let quantity = crate::fixture::quantity(quantity);
        ReplayCommand::Place(ReplayOrder { number, side, quantity, terms })
    };
    let amend = |total: Option<&str>, steps: Option<&str>| {
        let steps = steps.map(|it| it.parse().unwrap());
        ReplayCommand::Amend(ReplayAmend { number, quantity: total.map(quantity), steps })
    };
    let steps = |text: &str| text.parse().unwrap();
    match *words {
        [side, quantity, "market"] => place(side, quantity, ReplayTerms::Market),
        ["amend", total, "at", at] => amend(Some(total), Some(at)),
        [side, quantity, "at", at] => {
            place(side, quantity, ReplayTerms::Limit { steps: steps(at) })
        }
        [side, quantity, "post", at] => {
            place(side, quantity, ReplayTerms::PostOnly { steps: steps(at) })
        }
        [side, quantity, "now", at] => {
            place(side, quantity, ReplayTerms::ImmediateOrCancel { steps: steps(at) })
        }
        ["cancel"] => ReplayCommand::Cancel(number),
        ["amend", "at", at] => amend(None, Some(at)),
        ["amend", total] => amend(Some(total), None),
        _ => panic!("{words:?}"),
    }
}

fn words(report: &ReplayReport) -> String {
    let number = report.number.0;
    match report.news {
        ReplayNews::Accepted => format!("{number} accepted"),
        ReplayNews::Refused(why) => format!("{number} refused: {why}"),
        ReplayNews::Canceled { rest } => format!("{number} canceled, {rest} left"),
        ReplayNews::CancelRefused => format!("{number} not there"),
        ReplayNews::Amended { steps, rest } => format!("{number} now {rest} at {steps}"),
        ReplayNews::AmendRefused(why) => format!("{number} stays: {why}"),
        ReplayNews::Filled(fill) => {
            let how = match fill.liquidity {
                Liquidity::Maker => "maker",
                Liquidity::Taker => "taker",
            };
            let left = if fill.rest == Quantity::ZERO {
                String::new()
            } else {
                format!(", {} left", fill.rest)
            };
            format!("{number} {} at {} as {how}{left}", fill.quantity, fill.steps)
        }
    }
}
