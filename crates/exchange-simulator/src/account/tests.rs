//! Holds and payments: what is free is exact, and what is not there is not given.

use super::*;
use crate::fixture::{amount, asset};

fn account() -> Account {
    Account::new(&[(asset("USD"), amount("100"))])
}

#[test]
fn a_hold_takes_from_what_is_free() {
    let mut account = account();
    let usd = asset("USD");
    assert!(account.change_hold(usd, Amount::ZERO, amount("60")));
    assert_eq!(account.balance(usd).free(), amount("40"));
    assert!(!account.change_hold(usd, Amount::ZERO, amount("40.000000000000000001")));
    assert_eq!(account.balance(usd).free(), amount("40"), "a refused hold changes nothing");
    assert!(account.change_hold(usd, amount("60"), amount("100")));
    account.release(usd, amount("100"));
    assert_eq!(account.balance(usd).free(), amount("100"));
}

#[test]
fn a_payment_takes_from_its_hold_and_then_from_what_is_free() {
    let mut account = account();
    let usd = asset("USD");
    assert!(account.change_hold(usd, Amount::ZERO, amount("60")));
    let left = account.pay(usd, amount("30"), amount("60"), amount("28"));
    assert_eq!(left, amount("28"));
    assert_eq!(account.balance(usd), Balance { total: amount("70"), held: amount("28") });
    let left = account.pay(usd, amount("60"), amount("28"), amount("15"));
    assert_eq!(left, amount("10"), "a hold shrinks before what is free goes below zero");
    assert_eq!(account.balance(usd), Balance { total: amount("10"), held: amount("10") });
}

#[test]
fn an_unknown_asset_is_empty() {
    let mut account = account();
    assert_eq!(account.balance(asset("BTC")), Balance::default());
    account.receive(asset("BTC"), amount("2"));
    let all: Vec<String> = account.balances().map(|(asset, _)| asset.to_string()).collect();
    assert_eq!(all, ["BTC", "USD"]);
}
