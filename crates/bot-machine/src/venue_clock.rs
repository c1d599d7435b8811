//! What the venue's clock shows, as bounds that hold: nothing is taken to be over before it
//! certainly is.

use kraken_protocol::clock_offset::Ahead;
use trading_types::Timestamp;

/// How far two clocks may drift apart, in millionths; ten times what a bad crystal does.
const DRIFT_PPM: i128 = 500;
const MILLION: i128 = 1_000_000;

/// What is known of the venue's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct VenueClock {
    /// The difference, and when it was learned by our clock.
    known: Option<(Ahead, Timestamp)>,
}

impl VenueClock {
    /// Takes over what was learned at `now`.
    pub(crate) const fn learn(&mut self, ahead: Ahead, now: Timestamp) {
        self.known = Some((ahead, now));
    }

    /// Whether the clocks have been compared.
    pub(crate) const fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// The earliest the venue's clock can have shown at `at` of ours; nothing when nobody has
    /// compared the clocks.
    pub(crate) fn earliest(&self, at: Timestamp) -> Option<Timestamp> {
        let (ahead, learned) = self.known?;
        Some(moved(at, ahead.least - drift(at, learned)))
    }

    /// When, by our clock, the venue's has certainly passed a moment of its own.
    pub(crate) fn certainly_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let (ahead, learned) = self.known?;
        let without_drift = moved(moment, -ahead.least);
        // While the drift is waited for there is a drift of its own.
        let more = drift(without_drift, learned) * MILLION / (MILLION - DRIFT_PPM) + 2;
        Some(moved(without_drift, more))
    }
}

fn drift(at: Timestamp, learned: Timestamp) -> i128 {
    let away = i128::from(at.nanos()) - i128::from(learned.nanos());
    away.abs() * DRIFT_PPM / MILLION
}

fn moved(at: Timestamp, by: i128) -> Timestamp {
    let nanos = (i128::from(at.nanos()) + by).max(0);
    Timestamp::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
