//! Messages within a second.

use super::*;

#[test]
fn only_so_many_fit_into_any_second() {
    let mut rate = MessageRate::new(20);
    let taken = |rate: &mut MessageRate, millis: u64| {
        let now = Timestamp::from_nanos(millis * 1_000_000);
        (0..50).filter(|_| rate.message(now).is_ok()).count()
    };
    assert_eq!(taken(&mut rate, 0), 20);
    assert_eq!(taken(&mut rate, 999), 0);
    assert_eq!(taken(&mut rate, 1_000), 20);
    assert_eq!(Exceeded::Messages.to_string(), "Exceeded msg rate");
}
