//! The block at the bottom of a terminal: how the bot is, at one look.

use trading_types::{Amount, Rounding};

use crate::{
    status_view::{BlockView, LadderView, StatusView, cap_words, stage_words},
    status_words::{bar, money, position},
};

/// No line is longer, so that none is broken where nobody expects it.
const WIDTH: usize = 100;

/// What was counted since the start.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) orders: u64,
    pub(crate) fills: u64,
    /// Orders that a rule of ours or Kraken refused.
    pub(crate) refused: u64,
    pub(crate) equity_start: Option<Amount>,
}

/// The lines of the block.
pub(crate) fn block(status: &StatusView, counts: &Counts, width: usize) -> Vec<String> {
    let width = width.min(WIDTH);
    let time = status.time.to_string();
    let time = time.get(..19).unwrap_or(&time).replace('T', " ");
    let mut lines = vec![
        "─".repeat(width),
        row("bot", format_args!("{}, {time} UTC", stage_words(&status.stage))),
        row("equity", equity(status, counts.equity_start)),
    ];
    if let Some(reason) = &status.halt_reason {
        lines.push(row("HALTED", reason));
    }
    if status.positions.is_empty() {
        lines.push(row("holds", "nothing"));
    }
    lines.extend(status.positions.iter().map(|it| row("holds", position(it))));
    if let Some(LadderView { rung, entry_cap }) = status.ladder {
        lines.push(row("rung", format_args!("{rung}, {}", cap_words(entry_cap))));
    }
    let most = money(status.worst_case.total, Rounding::Up);
    lines.push(row("at risk", format_args!("{most} is the most that can be lost now")));
    let (open, unknown) = (status.orders.len(), status.unknown_orders);
    let Counts { orders, fills, refused, .. } = counts;
    lines.push(row(
        "orders",
        format_args!(
            "{orders} sent, {fills} fills, {refused} refused; {open} open, {unknown} unknown"
        ),
    ));
    // The trade key's is always there to be seen; others only when something is spent.
    let budgets = status.budgets.iter();
    let budgets = budgets.filter(|it| it.name == "trade key" || it.used.is_positive());
    lines.extend(
        budgets.map(|it| row("budget", format_args!("{} {}", bar(it.used, it.limit), it.name))),
    );
    let clock = match status.clock_error_ms {
        Some(error) => format!("at most {error} ms from Kraken's"),
        None => "not compared with Kraken's yet".to_owned(),
    };
    let journal = status.journal;
    let durable = format!("journal {} of {} records durable", journal.durable, journal.records);
    lines.push(row("clock", format_args!("{clock}; {durable}")));
    lines.extend(status.blocks.iter().map(|it: &BlockView| row("no entry", it.words())));
    lines.into_iter().map(|line| line.chars().take(width).collect()).collect()
}

fn row(name: &str, what: impl std::fmt::Display) -> String {
    format!("{name:<9} {what}")
}

fn equity(status: &StatusView, start: Option<Amount>) -> String {
    let change = start.map_or(Amount::ZERO, |start| status.equity - start);
    let sign = if change.is_positive() { "+" } else { "" };
    let [equity, change] = [status.equity, change].map(|it| money(it, Rounding::Down));
    let fees = money(status.fees, Rounding::Up);
    format!("{equity} ({sign}{change} since the start), {fees} of fees paid")
}

#[cfg(test)]
mod tests;
