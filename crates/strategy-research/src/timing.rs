//! Whether a run's moments of entry were worth anything beside entries at random.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use backtest_statistics::{RandomEntries, SameExposure};
use backtester::TradeRecord;
use trading_types::{Amount, Candle, Timestamp};

/// Round trips against as many at random moments, each held as long, at the same average costs.
/// `costs` were paid for `traded`. Nothing where nothing was traded.
pub fn timing(
    candles: &[Candle],
    round_trips: &[TradeRecord],
    (costs, traded): (Amount, Amount),
    (draws, seed): (u32, u64),
) -> Option<SameExposure> {
    // Costs of one side as a part of what was traded; a round trip has two.
    let one_side = if traded.is_positive() { costs.to_f64() / traded.to_f64() } else { 0.0 };
    let kept_after_costs = (1.0 - one_side) * (1.0 - one_side);
    let place = |time: Timestamp| candles.partition_point(|it| it.start < time);
    let mut held = Vec::with_capacity(round_trips.len());
    let mut growth = 1.0;
    for (times, factor) in merged(round_trips) {
        growth *= factor * kept_after_costs;
        let length = place(times[1]).saturating_sub(place(times[0])).max(1);
        held.push(u32::try_from(length).ok()?);
    }
    let closes: Vec<f64> = candles.iter().map(|it| it.close.to_f64()).collect();
    RandomEntries { closes: &closes, held: &held, kept_after_costs, draws, seed }.run(growth)
}

/// From when to when something was held, and what its price was multiplied by. An entry that was
/// sold in parts is one position; what overlaps another position is added to it.
fn merged(trades: &[TradeRecord]) -> Vec<([Timestamp; 2], f64)> {
    let mut positions: Vec<([Timestamp; 2], f64)> = Vec::new();
    for trade in trades {
        let factor = trade.exit_price.to_f64() / trade.entry_price.to_f64();
        match positions.last_mut() {
            Some((times, _)) if trade.entry_time < times[1] => {
                times[1] = times[1].max(trade.exit_time);
            }
            Some(_) | None => positions.push(([trade.entry_time, trade.exit_time], factor)),
        }
    }
    positions
}

#[cfg(test)]
mod tests;
