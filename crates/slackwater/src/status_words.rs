//! How a bot is, in words that need no knowledge of it.

use bot_machine::DeadManChoice;
use trading_types::{
    Amount, Price,
    Rounding::{self, Down, Up},
};

use crate::status_view::{BlockView, PositionView, StatusView, percent_below, stage_words};

/// So many places a budget's bar has.
const BAR: usize = 20;

/// The answers of `slackwater status`, a line each.
pub(crate) fn status_words(status: &StatusView) -> Vec<String> {
    let (equity, fees) = (money(status.equity, Down), money(status.fees, Up));
    let mut lines = vec![
        row("stage", format_args!("{}, at {}", stage_words(&status.stage), status.time)),
        row("equity", format_args!("{equity}, {fees} of fees paid")),
    ];
    if let Some(reason) = &status.halt_reason {
        lines.push(row("HALTED", reason));
        let seen = if status.halt_verified {
            "Kraken has said that nothing is open; `slackwater resume` lets it trade again"
        } else {
            "what is still open is being looked up"
        };
        lines.push(row("", seen));
    }
    lines.extend(positions(status));
    lines.extend(worst_case(status));
    lines.extend(if_it_dies(status));
    let (open, unknown) = (status.orders.len(), status.unknown_orders);
    lines.push(row("orders", format_args!("{open} open, {unknown} of unknown outcome")));
    lines.extend(blocks(&status.blocks));
    lines.extend(budgets(status));
    lines.push(row(
        "clock",
        match status.clock_error_ms {
            Some(error) => format!("at most {error} ms from Kraken's"),
            None => "not compared with Kraken's yet".to_owned(),
        },
    ));
    let journal = status.journal;
    let durable = format!("{} of {} records are durable", journal.durable, journal.records);
    lines.push(row("journal", durable));
    lines
}

fn row(name: &str, what: impl std::fmt::Display) -> String {
    format!("{name:<9} {what}")
}

fn positions(status: &StatusView) -> Vec<String> {
    if status.positions.is_empty() {
        return vec![row("holds", "nothing")];
    }
    status.positions.iter().map(|it| row("holds", position(it))).collect()
}

/// What is held of a pair, and its stop.
pub(crate) fn position(it: &PositionView) -> String {
    let told = |what: Option<String>| what.unwrap_or_default();
    let bought = it.average_price.map(|price| format!(" bought at {}", readable(price)));
    let now = it.mark.map(|mark| format!(", now {mark}"));
    let held = format!("{} {}{}{}", it.quantity, it.pair.base, told(bought), told(now));
    let Some(stop) = it.stop else { return format!("{held}, WITHOUT A STOP") };
    let below = it.mark.and_then(|mark| percent_below(mark, stop));
    let below = below.map(|below| format!(" is {below} below"));
    let is_whole = !it.without_stop.is_positive();
    let part = (!is_whole).then(|| format!(" and sells {} of it", it.covered));
    format!("{held}, its stop at {stop}{}{}", told(below), told(part))
}

fn worst_case(status: &StatusView) -> Vec<String> {
    let it = &status.worst_case;
    let mut lines = vec![row(
        "at risk",
        format_args!("{} is the most that can be lost now", money(it.total, Up)),
    )];
    if it.total.is_zero() {
        return lines;
    }
    let parts = [
        (it.at_stops, "if every stop sells where it stands, fees and slippage included".to_owned()),
        (it.at_gap, format!("if the price jumps {}% beyond every stop", it.gap.percent())),
        (it.without_stop, "is held without a stop".to_owned()),
        (it.may_be_added, "may still be bought by orders under way".to_owned()),
    ];
    let parts = parts.iter().filter(|(amount, _)| amount.is_positive());
    lines
        .extend(parts.map(|(amount, what)| row("", format_args!("{} {what}", money(*amount, Up)))));
    lines
}

/// What happens if the process dies now.
fn if_it_dies(status: &StatusView) -> Vec<String> {
    let others = status.orders.iter().filter(|order| order.why != "stop");
    let others: Vec<String> =
        others.map(|it| format!("{} {} on {}", it.side, it.kind, it.pair)).collect();
    let mut lines = Vec::new();
    match status.dead_man.choice {
        DeadManChoice::StopsRest => {
            for it in &status.positions {
                lines.push(match it.stop {
                    Some(stop) => {
                        format!("the stop of {} stays at Kraken and sells at {stop}", it.pair)
                    }
                    None => format!("{} stays held, and nothing sells it", it.pair),
                });
            }
            if !others.is_empty() {
                lines.push(format!(
                    "these stay open until they trade or end: {}",
                    others.join(", ")
                ));
            }
            if lines.is_empty() {
                lines.push("nothing is held and nothing is open".to_owned());
            }
        }
        DeadManChoice::CancelAll => {
            lines.push(match status.dead_man.fires {
                Some(at) => format!("Kraken cancels every order at {at}, stops too"),
                None => "the switch is not set: every order stays open".to_owned(),
            });
            let held = status.positions.iter();
            lines.extend(held.map(|it| format!("{} stays held, and then without a stop", it.pair)));
        }
    }
    let names = std::iter::once("if it dies").chain(std::iter::repeat(""));
    names.zip(lines).map(|(name, line)| row(name, line)).collect()
}

fn blocks(blocks: &[BlockView]) -> Vec<String> {
    blocks.iter().map(|it| row("no entry", it.words())).collect()
}

fn budgets(status: &StatusView) -> Vec<String> {
    let budgets = status.budgets.iter();
    budgets
        .map(|it| row("budget", format_args!("{} {}", bar(it.used, it.limit), it.name)))
        .collect()
}

/// An average price is rarely one that can be paid; two places more than nothing are enough.
fn readable(price: Price) -> Price {
    let cent = Price::from_units(10_i64.pow(8));
    if price < Price::from_units(10_i64.pow(10)) { price } else { price.round_to(cent, Down) }
}

/// An amount as people read it: to the cent, or all of it where it is less than one.
pub(crate) fn money(amount: Amount, rounding: Rounding) -> Amount {
    let one = Amount::from_units(10_i128.pow(18));
    let is_small = amount < one && -one < amount;
    if is_small { amount } else { amount.round_to_decimals(2, rounding) }
}

/// How full a budget is, as a bar and in figures.
pub(crate) fn bar(used: Amount, limit: Amount) -> String {
    let whole = limit.units().max(1);
    let full = (used.units() * BAR as i128 / whole).clamp(0, BAR as i128);
    let full = usize::try_from(full).unwrap_or(0);
    let (done, rest) = ("█".repeat(full), "░".repeat(BAR - full));
    format!("{done}{rest} {:>12}", format!("{used} of {limit}"))
}

#[cfg(test)]
pub(crate) mod tests;
