//! Tests of the wallets: what can be spent, and what a movement tells.

use super::*;

fn apply(reports: &mut BalanceReports, kind: &str, rows: &str) -> Vec<BalanceReport> {
    let frame = format!(r#"{{"type":"{kind}","data":[{rows}]}}"#);
    reports.apply(BalancesMessage::decode(&frame).unwrap())
}

fn movement(kind: &str, wallet: (&str, &str), amount: &str, fee: &str, balance: &str) -> String {
    let (wallet_type, wallet_id) = wallet;
    format!(
        r#"{{"asset":"USD","type":"{kind}","wallet_type":"{wallet_type}","fee":{fee},
        "wallet_id":"{wallet_id}","amount":{amount},"balance":{balance}}}"#
    )
}

fn usd() -> Asset {
    "USD".parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn changed(change: &str, spendable: &str, is_trade: bool) -> BalanceReport {
    BalanceReport::Changed(BalanceChange {
        asset: usd(),
        change: amount(change),
        spendable: amount(spendable),
        is_trade,
        ledger_id: None,
        time: None,
    })
}

const SPOT: (&str, &str) = ("spot", "main");
const FLEX: (&str, &str) = ("earn", "flex");

#[test]
fn flexible_earnings_can_be_spent_and_bonded_ones_cannot() {
    let mut reports = BalanceReports::default();
    let told = apply(
        &mut reports,
        "snapshot",
        r#"{"asset":"USD","wallets":[{"type":"spot","id":"main","balance":1},
        {"type":"earn","id":"flex","balance":20},{"type":"earn","id":"bonded","balance":300}]},
        {"asset":"DOT","wallets":[{"type":"earn","id":"bonded","balance":4}]}"#,
    );
    let all = vec![("DOT".parse().unwrap(), Amount::ZERO), (usd(), amount("21"))];
    assert_eq!(told, [BalanceReport::Event(AccountEvent::Balances(all))]);
}

#[test]
fn a_trade_changes_a_balance_and_is_no_movement_of_its_own() {
    let mut reports = BalanceReports::default();
    let told = apply(&mut reports, "update", &movement("trade", SPOT, "-5", "0.5", "94.5"));
    assert_eq!(told, [changed("-5.5", "94.5", true)]);
}

#[test]
fn a_deposit_is_a_movement() {
    let mut reports = BalanceReports::default();
    apply(&mut reports, "update", &movement("trade", FLEX, "0", "0", "7"));
    let told = apply(&mut reports, "update", &movement("deposit", SPOT, "100", "1", "99"));
    let moved = AccountEvent::Moved { asset: usd(), change: amount("99") };
    assert_eq!(told, [BalanceReport::Event(moved), changed("99", "106", false)]);
}

#[test]
fn what_happens_to_bonded_funds_changes_nothing_that_can_be_spent() {
    let mut reports = BalanceReports::default();
    let row = movement("reward", ("earn", "bonded"), "1", "0", "1");
    assert_eq!(apply(&mut reports, "update", &row), []);
    let row = movement("reward", ("mystery", "main"), "1", "0", "1");
    assert_eq!(apply(&mut reports, "update", &row), []);
    assert_eq!(reports.spendable(), [(usd(), Amount::ZERO)]);
}

#[test]
fn a_snapshot_replaces_all() {
    let mut reports = BalanceReports::default();
    apply(&mut reports, "update", &movement("deposit", SPOT, "1", "0", "1"));
    apply(&mut reports, "snapshot", r#"{"asset":"BTC","balance":2}"#);
    assert_eq!(reports.spendable(), [("BTC".parse().unwrap(), amount("2"))]);
}

#[test]
fn what_cannot_be_read_asks_for_a_comparison() {
    let mut reports = BalanceReports::default();
    let told = apply(&mut reports, "update", r#"{"asset":7}"#);
    assert!(matches!(told[..], [BalanceReport::Reconcile(_)]), "{told:?}");
}
