//! Parts of sizes, and which stop an entry gets.

use trading_types::{Amount, Quantity};

use super::*;
use crate::test_values::{price, rules};

#[track_caller]
fn check(part: &str, size: OrderQuantity, expected: Result<OrderQuantity, &str>) {
    let terms = Terms { part: part.parse().unwrap(), ..Terms::from(Exits::default()) };
    let given = terms.part_of(size, price("100"), &rules());
    assert_eq!(given.map_err(|it| it.to_string()), expected.map_err(str::to_owned));
}

fn base(text: &str) -> OrderQuantity {
    OrderQuantity::Base(text.parse::<Quantity>().unwrap())
}

fn quote(text: &str) -> OrderQuantity {
    OrderQuantity::Quote(text.parse::<Amount>().unwrap())
}

#[test]
fn a_part_is_never_more_than_the_size() {
    check("1", base("2"), Ok(base("2")));
    check("7", base("2"), Ok(base("2")));
    check("0.25", base("2"), Ok(base("0.5")));
    check("0.33333333", quote("100"), Ok(quote("33.33333")));
    for nothing in ["0", "-1"] {
        let refused = "the size 0 is below the pair's minimum of 0.0001";
        check(nothing, base("2"), Err(refused));
        check(nothing, quote("100"), Err(refused));
    }
}

#[test]
fn an_entry_gets_the_higher_of_its_two_stops() {
    let stop = |stop: Option<&str>, trail: Option<&str>| {
        let exits = Exits { stop: stop.map(price), target: None };
        Terms { trail: trail.map(price), ..Terms::from(exits) }.exits_now().stop
    };
    assert_eq!(stop(None, None), None);
    assert_eq!(stop(Some("90"), None), Some(price("90")));
    assert_eq!(stop(None, Some("95")), Some(price("95")));
    assert_eq!(stop(Some("90"), Some("95")), Some(price("95")));
    assert_eq!(stop(Some("95"), Some("90")), Some(price("95")));
}
