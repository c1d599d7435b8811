//! What a backtest on ticks is asked, beside what every backtest is asked.

use std::time::Duration;

use clap::{Args, ValueEnum};
use exchange_simulator::{
    Delay,
    replay::{Fills, QueueModel},
};
use trading_types::Quantity;

/// A replay of the order book.
#[derive(Clone, Debug, Args)]
pub(crate) struct TickArguments {
    /// Replay the order book: --data is a recording of `slackwater data record`, or a file of
    /// ticks. Strategies: `market_maker` and `ema_taker`.
    #[arg(long)]
    pub(crate) ticks: bool,
    /// How long orders take to Kraken and answers take back, as there/back; a span is drawn from
    /// by the seed, for instance 40ms-60ms/30ms.
    #[arg(long, value_name = "THERE/BACK", default_value = "50ms/50ms", value_parser = parse_ways)]
    #[arg(requires = "ticks")]
    pub(crate) latency: Ways,
    /// How long market data takes to us; without it, as long as it took the recorder.
    #[arg(long, value_name = "DELAY", value_parser = parse_delay, requires = "ticks")]
    pub(crate) feed_latency: Option<Delay>,
    /// Who leaves when a level becomes smaller without a trade.
    #[arg(long, default_value = "risk-averse", requires = "ticks")]
    pub(crate) queue: QueueArgument,
    /// How much of an order trades at once.
    #[arg(long, default_value = "partial", requires = "ticks")]
    pub(crate) fills: FillsArgument,
    /// Base asset at the start.
    #[arg(long, default_value = "0", value_name = "QUANTITY", value_parser = parse_base)]
    #[arg(requires = "ticks")]
    pub(crate) base: Quantity,
}

/// Both ways of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ways {
    /// Commands, to the exchange.
    pub(crate) there: Delay,
    /// Answers, from the exchange.
    pub(crate) back: Delay,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum QueueArgument {
    /// Those behind us.
    RiskAverse,
    /// Anybody, by their share of the level.
    Proportional,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FillsArgument {
    /// As much as the record proves.
    Partial,
    /// All of it, once any of it would.
    Whole,
}

impl QueueArgument {
    pub(crate) const fn model(self) -> QueueModel {
        match self {
            Self::RiskAverse => QueueModel::RiskAverse,
            Self::Proportional => QueueModel::Proportional,
        }
    }
}

impl FillsArgument {
    pub(crate) const fn model(self) -> Fills {
        match self {
            Self::Partial => Fills::Partial,
            Self::Whole => Fills::Whole,
        }
    }
}

fn parse_ways(text: &str) -> Result<Ways, String> {
    let Some((there, back)) = text.split_once('/') else {
        return Err(format!("`{text}` is not a latency; write there/back, like 50ms/120ms"));
    };
    Ok(Ways { there: parse_delay(there)?, back: parse_delay(back)? })
}

fn parse_delay(text: &str) -> Result<Delay, String> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    let delay = Delay { min: parse_short(min)?, max: parse_short(max)? };
    if delay.min <= delay.max {
        Ok(delay)
    } else {
        Err(format!("`{text}` ends before it begins; write the shorter delay first"))
    }
}

/// A length of time up to a minute: longer is a broken connection, not a delay.
fn parse_short(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a delay of up to a minute; write 50ms, 800us or 1s");
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let micros = match &text[digits.len()..] {
        "us" => number,
        "ms" => number.saturating_mul(1_000),
        "s" => number.saturating_mul(1_000_000),
        _ => return Err(wrong()),
    };
    if micros <= 60_000_000 { Ok(Duration::from_micros(micros)) } else { Err(wrong()) }
}

fn parse_base(text: &str) -> Result<Quantity, String> {
    let quantity: Quantity = text.parse().map_err(|error| format!("{error}"))?;
    if Quantity::ZERO <= quantity {
        Ok(quantity)
    } else {
        Err(format!("`{text}` is below nothing"))
    }
}

#[cfg(test)]
mod tests;
