//! The form of names, and that none comes twice.

use std::collections::BTreeSet;

use super::*;

#[test]
fn names_have_krakens_form() {
    let mut identifiers = Identifiers::new(1);
    for (name, letter) in [
        (identifiers.order(), 'O'),
        (identifiers.trade(), 'T'),
        (identifiers.ledger(), 'L'),
        (identifiers.transfer(), 'Q'),
    ] {
        let text = name.as_str();
        let groups: Vec<usize> = text.split('-').map(str::len).collect();
        assert_eq!(groups, [6, 5, 6], "{text}");
        assert!(text.starts_with(letter), "{text}");
        assert!(text.bytes().all(|sign| sign == b'-' || DIGITS.contains(&sign)), "{text}");
    }
}

#[test]
fn a_seed_decides_names_and_none_comes_twice() {
    let names = |seed| {
        let mut identifiers = Identifiers::new(seed);
        (0..10_000).map(|_| identifiers.order()).collect::<Vec<_>>()
    };
    assert_eq!(names(7), names(7));
    assert_ne!(names(7), names(8));
    assert_eq!(names(7).into_iter().collect::<BTreeSet<_>>().len(), 10_000);
}
