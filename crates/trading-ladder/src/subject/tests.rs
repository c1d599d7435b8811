//! Subjects: what makes another one, and what does not.

use trading_types::Interval;

use crate::test_values::subject;

#[test]
fn the_same_subject_has_the_same_identity() {
    assert_eq!(subject("sma_cross").identity(), subject("sma_cross").identity());
    // A fixed hash: a change of it would send everybody to the bottom of the ladder.
    let fixed = "2c0671c63c91";
    assert_eq!(subject("sma_cross").identity().short(), fixed);
}

#[test]
fn whatever_differs_makes_another_and_is_named() {
    let before = subject("sma_cross");
    let check = |change: fn(&mut super::Subject), words: &str| {
        let mut after = before.clone();
        change(&mut after);
        assert_ne!(after.identity(), before.identity(), "{words}");
        assert_eq!(before.differences(&after), [words]);
    };
    check(|it| it.strategy = "donchian".to_owned(), "strategy: sma_cross, now donchian");
    check(
        |it| drop(it.settings.insert("fast".to_owned(), "6".to_owned())),
        "strategy.fast: 5, now 6",
    );
    check(|it| drop(it.settings.remove("fast")), "strategy.fast: 5, now nothing");
    check(|it| it.pair = "ETH/USD".parse().expect("a pair"), "pair: BTC/USD, now ETH/USD");
    check(
        |it| it.interval = Interval::from_minutes(5).expect("minutes"),
        "interval: 60 min, now 5 min",
    );
    check(
        |it| drop(it.tables.entry("kill".to_owned()).or_default().remove("drawdown")),
        "kill.drawdown: 0.2, now nothing",
    );
    check(|it| it.journal_format = 2, "journal format: 1, now 2");
    assert!(before.differences(&before).is_empty());
}

#[test]
fn no_two_subjects_run_into_each_other() {
    let (mut one, mut other) = (subject("a"), subject("a"));
    one.settings.insert("x".to_owned(), "1\",\"y\":\"2".to_owned());
    other.settings.insert("x".to_owned(), "1".to_owned());
    other.settings.insert("y".to_owned(), "2".to_owned());
    assert_ne!(one.identity(), other.identity());
}
