//! After each misfortune: no lockout, no double order, nothing refused for its rate, and the bot is
//! ready again and trades.

use super::*;

fn check(drill: Drill) {
    for seed in [1, 2] {
        let Drilled { outcome, venue, ready_after, sends } = drill.run(Seed(seed));
        let what = format!("{}, seed {seed}: {:#?}", drill.name(), outcome.last_events);
        assert_eq!(outcome.broken, None, "{what}");
        assert_eq!(venue, VenueCounts::default(), "{what}");
        let ready_after = ready_after.expect("it is ready again");
        assert!(ready_after <= Duration::from_mins(1), "{ready_after:?}, {what}");
        assert!(0 < sends.0 && 0 < sends.1, "{sends:?}, {what}");
        // What was on its way when the net broke down never arrived.
        let lost = u64::from(drill == Drill::Outage);
        assert!((outcome.orders..=outcome.orders + lost).contains(&outcome.sends), "{what}");
        for reached in ["balances_equal", "end_ready", "halt_drill"] {
            assert!(0 < outcome.sometimes.of(reached), "{reached}, {what}");
        }
    }
}

#[test]
fn an_outage_of_three_days_is_lived_through() {
    check(Drill::Outage);
}

#[test]
fn a_clock_that_jumps_a_day_ahead_and_back_is_lived_through() {
    check(Drill::ClockAhead);
}

#[test]
fn a_clock_that_jumps_a_day_back_and_ahead_is_lived_through() {
    check(Drill::ClockBack);
}

#[test]
fn maintenance_that_takes_two_days_instead_of_two_hours_is_lived_through() {
    check(Drill::Maintenance);
}
