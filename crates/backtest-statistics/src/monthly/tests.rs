//! The calendar against the library's, and months by hand.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn months_are_compounded_between_their_last_moments() {
    let curve = [
        (at("2026-01-15"), 110.0),
        (at("2026-01-31T23:59:59Z"), 120.0),
        (at("2026-02-01"), 120.0),
        (at("2026-02-28"), 60.0),
        (at("2026-04-01"), 90.0),
    ];
    let months = monthly_returns(100.0, curve);
    let shown: Vec<_> = months.iter().map(|it| (it.year, it.month, it.gain)).collect();
    assert_eq!(shown.len(), 3);
    assert_eq!((shown[0].0, shown[0].1), (2026, 1));
    assert!((shown[0].2 - 0.2).abs() < 1e-12);
    assert_eq!(shown[1], (2026, 2, -0.5));
    assert_eq!(shown[2], (2026, 4, 0.5));
    assert!(monthly_returns(1.0, []).is_empty());
}

proptest! {
    #[test]
    fn the_calendar_is_that_of_the_library(seconds in 0_u64..18_000_000_000) {
        let time = Timestamp::from_seconds(seconds).unwrap();
        let (year, month) = month_of(time);
        prop_assert!(time.to_string().starts_with(&format!("{year:04}-{month:02}-")), "{time}");
    }

    #[test]
    fn months_multiply_to_the_whole(equity in prop::collection::vec(10.0..200.0, 1..60)) {
        let curve = equity.iter().zip(0_u64..).map(|(equity, day)| {
            (Timestamp::from_seconds(day * 10 * 86_400).unwrap(), *equity)
        });
        let whole: f64 = monthly_returns(50.0, curve).iter().map(|it| 1.0 + it.gain).product();
        let last = equity.last().unwrap() / 50.0;
        prop_assert!((whole - last).abs() < 1e-9 * last);
    }
}
