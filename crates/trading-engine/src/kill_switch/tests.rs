//! The kill switch: what trips it, and that it stays tripped.

use proptest::prelude::*;

use super::*;
use crate::test_values::{amount, at, percent};

fn switch(drawdown: &str, daily: &str, losses: u32) -> KillSwitch {
    KillSwitch::new(KillLimits {
        drawdown: Some(percent(drawdown)),
        daily_loss: Some(percent(daily)),
        consecutive_losses: Some(losses),
        weekly_loss: None,
    })
}

const DAY: u64 = 86_400;

#[test]
fn trips_at_the_drawdown_from_the_peak() {
    let mut kill = switch("20", "90", 99);
    for (hour, equity) in (0..).zip(["1000", "1500", "1201", "1300", "1200.01"]) {
        assert_eq!(kill.see_equity(amount(equity), at(hour * DAY)), None);
    }
    let reason = kill.see_equity(amount("1200"), at(9 * DAY)).cloned();
    let expect = KillReason::Drawdown { peak: amount("1500"), equity: amount("1200") };
    assert_eq!(reason, Some(expect));
    assert_eq!(kill.see_equity(amount("1100"), at(9 * DAY)), None, "it trips once");
}

#[test]
fn trips_at_the_loss_of_a_day_and_forgets_it_the_next() {
    let mut kill = switch("90", "5", 99);
    assert_eq!(kill.see_equity(amount("1000"), at(10)), None);
    assert_eq!(kill.see_equity(amount("951"), at(DAY - 1)), None);
    assert_eq!(kill.see_equity(amount("950"), at(DAY + 1)), None);
    assert!(kill.see_equity(amount("902"), at(2 * DAY - 1)).is_some());
}

/// A switch that watches the loss of a week only. The epoch was a Thursday.
fn weekly() -> KillSwitch {
    let mut kill =
        KillSwitch::new(KillLimits { weekly_loss: Some(percent("10")), ..KillLimits::default() });
    assert_eq!(kill.see_equity(amount("1000"), at(0)), None);
    kill
}

#[test]
fn trips_at_the_loss_of_a_week_and_forgets_it_on_monday() {
    let mut kill = weekly();
    for (day, equity) in [(1, "960"), (2, "930"), (3, "901")] {
        assert_eq!(kill.see_equity(amount(equity), at(day * DAY)), None);
    }
    let reason = kill.see_equity(amount("900"), at(4 * DAY - 1)).cloned();
    let expect = KillReason::WeeklyLoss { start: amount("1000"), equity: amount("900") };
    assert_eq!(reason, Some(expect), "late on Sunday");
    let mut kill = weekly();
    assert_eq!(kill.see_equity(amount("901"), at(3 * DAY)), None);
    assert_eq!(kill.see_equity(amount("900"), at(4 * DAY)), None, "a new week on Monday");
    assert!(kill.see_equity(amount("810"), at(10 * DAY)).is_some(), "of which this is Sunday");
}

#[test]
fn a_deposit_moves_the_week_and_a_resume_begins_it_anew() {
    let mut kill = weekly();
    kill.move_by(amount("1000"));
    assert_eq!(kill.see_equity(amount("1801"), at(DAY)), None);
    assert!(kill.see_equity(amount("1800"), at(DAY)).is_some());
    kill.rearm(amount("1800"), at(DAY));
    assert_eq!(kill.see_equity(amount("1621"), at(2 * DAY)), None);
    assert!(kill.see_equity(amount("1620"), at(2 * DAY)).is_some());
}

#[test]
fn trips_at_losses_in_a_row() {
    let mut kill = switch("90", "90", 3);
    for profit in ["-1", "-1", "0", "-1", "-1"] {
        assert_eq!(kill.see_profit(amount(profit)), None);
    }
    let reason = kill.see_profit(amount("-1")).cloned();
    assert_eq!(reason, Some(KillReason::ConsecutiveLosses { losses: 3 }));
}

#[test]
fn a_withdrawal_is_not_a_loss() {
    let mut kill = switch("20", "20", 99);
    kill.see_equity(amount("1000"), at(0));
    kill.move_by(amount("-500"));
    assert_eq!(kill.see_equity(amount("500"), at(1)), None);
    assert!(kill.see_equity(amount("400"), at(2)).is_some());
}

#[test]
fn an_empty_account_has_nothing_to_lose() {
    let mut kill = switch("20", "20", 99);
    assert_eq!(kill.see_equity(Amount::ZERO, at(0)), None);
    assert_eq!(kill.see_equity(Amount::ZERO, at(1)), None);
}

#[test]
fn rearming_starts_from_the_present_equity() {
    let mut kill = switch("20", "90", 99);
    kill.see_equity(amount("1000"), at(0));
    kill.see_equity(amount("700"), at(1));
    assert!(kill.latched().is_some());
    kill.rearm(amount("700"), at(2));
    assert_eq!(kill.latched(), None);
    assert_eq!(kill.see_equity(amount("600"), at(3)), None);
    assert!(kill.see_equity(amount("560"), at(4)).is_some());
}

proptest! {
    /// Against the definition, written the slow way over the whole history.
    #[test]
    fn trips_exactly_when_the_definition_says(
        equities in prop::collection::vec(1_i64..2_000, 1..60),
    ) {
        let mut kill = switch("20", "10", 99);
        for now in 0..equities.len() {
            let seen = &equities[..=now];
            let equity = seen[now];
            let peak = *seen.iter().max().unwrap();
            // Ten events a day.
            let day_start = seen[now - now % 10];
            let should = equity * 100 <= peak * 80 || equity * 100 <= day_start * 90;
            let units = Amount::from_units(i128::from(equity) * 10_i128.pow(18));
            let day = u64::try_from(now).unwrap() / 10 * DAY;
            let tripped = kill.see_equity(units, at(day)).is_some();
            prop_assert_eq!(tripped, should);
            if tripped {
                break;
            }
        }
    }
}
