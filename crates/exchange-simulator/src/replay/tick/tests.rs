//! A tick keeps what it was made of, in memory and in bytes.

use proptest::prelude::*;
use trading_types::{Quantity, Side, Timestamp};

use super::{Tick, TickKind};
use crate::fixture::quick;

const KINDS: [TickKind; 7] = [
    TickKind::Level(Side::Buy),
    TickKind::Level(Side::Sell),
    TickKind::Trade(Side::Buy),
    TickKind::Trade(Side::Sell),
    TickKind::Clear,
    TickKind::Forget(Side::Buy),
    TickKind::Forget(Side::Sell),
];

proptest! {
    #![proptest_config(quick())]

    /// What is put together comes apart again, in memory and through bytes.
    #[test]
    fn a_tick_keeps_what_it_was_made_of(
        kind in 0..KINDS.len(),
        steps in 0..=Tick::STEPS_MAX,
        units in 0..=i64::MAX,
        times in [0..=i64::MAX.unsigned_abs(), 0..=i64::MAX.unsigned_abs()],
        is_last: bool,
    ) {
        let [time, received] = times.map(Timestamp::from_nanos);
        let quantity = Quantity::from_units(units);
        let tick = Tick::new(KINDS[kind], steps, quantity, time).received_at(received);
        let tick = if is_last { tick } else { tick.unfinished() };
        prop_assert_eq!(tick.kind(), KINDS[kind]);
        prop_assert_eq!(tick.steps(), steps);
        prop_assert_eq!(tick.ends_message(), is_last);
        prop_assert_eq!(tick.quantity(), quantity);
        prop_assert_eq!((tick.time(), tick.received()), (time, received));
        prop_assert_eq!(Tick::from_bytes(&tick.to_bytes()), Some(tick));
    }

    /// Whatever bytes come, they are a tick that gives the same bytes, or none.
    #[test]
    fn bytes_are_a_tick_or_refused(bytes: [u8; Tick::BYTES]) {
        if let Some(tick) = Tick::from_bytes(&bytes) {
            prop_assert_eq!(tick.to_bytes(), bytes);
        }
    }
}

#[test]
fn a_tick_is_small() {
    assert_eq!(size_of::<Tick>(), Tick::BYTES);
}

#[test]
fn an_unknown_kind_is_refused() {
    let mut bytes = Tick::level(Side::Buy, 1, Quantity::ZERO, Timestamp::EPOCH).to_bytes();
    bytes[24] |= 0b0111;
    assert_eq!(Tick::from_bytes(&bytes), None);
}
