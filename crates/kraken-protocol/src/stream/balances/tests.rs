//! Tests of the frames of `balances`.

use super::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

#[test]
fn a_snapshot_lists_the_wallets_of_each_asset() {
    let message = BalancesMessage::decode(
        r#"{"channel":"balances","type":"snapshot","data":[
        {"asset":"BTC","asset_class":"currency","balance":1.2,"wallets":[
            {"type":"spot","id":"main","balance":1.2}]},
        {"asset":"MATIC","asset_class":"currency","balance":500,"wallets":[
            {"type":"earn","id":"flex","balance":1E-8},
            {"type":"earn","id":"bonded","balance":"499"},
            {"type":"moon","id":"main","balance":1}]},
        {"asset":"USD","asset_class":"currency","balance":7}],"sequence":1}"#,
    )
    .unwrap();
    assert_eq!((message.sequence, message.unreadable.len()), (Some(1), 0));
    let wallet = |asset: &str, kind, balance| Wallet {
        asset: asset.parse().unwrap(),
        kind,
        balance: amount(balance),
    };
    let wanted = vec![
        wallet("BTC", WalletKind::Spot, "1.2"),
        wallet("MATIC", WalletKind::EarnFlexible, "0.00000001"),
        wallet("MATIC", WalletKind::EarnBonded, "499"),
        wallet("MATIC", WalletKind::Other, "1"),
        wallet("USD", WalletKind::Spot, "7"),
    ];
    assert_eq!(message.content, BalancesContent::Snapshot(wanted));
}

#[test]
fn an_update_is_one_movement_of_one_wallet() {
    let message = BalancesMessage::decode(
        r#"{"channel":"balances","type":"update","data":[{"ledger_id":"DATKX6-PEHL2-ZJ",
        "ref_id":"QYG2DRK-U","timestamp":"2023-09-22T10:33:12.100000Z","type":"trade",
        "asset":"USD","asset_class":"currency","category":"trade","wallet_type":"spot",
        "wallet_id":"main","amount":-33.2,"fee":0.09,"balance":68.51}],"sequence":12}"#,
    )
    .unwrap();
    let BalancesContent::Update(movements) = message.content else { panic!("an update") };
    let movement = &movements[0];
    assert_eq!((movement.amount, movement.fee), (amount("-33.2"), amount("0.09")));
    assert_eq!(movement.wallet.balance, amount("68.51"));
    assert!(movement.is_trade);
    assert_eq!(movement.ledger_id.as_deref(), Some("DATKX6-PEHL2-ZJ"));
}

#[test]
fn a_bad_row_does_not_take_its_neighbors_with_it() {
    let decode = |kind: &str, rows: &str| {
        BalancesMessage::decode(&format!(r#"{{"type":"{kind}","data":[{rows}]}}"#)).unwrap()
    };
    let message = decode("update", r#"{"asset":"USD","amount":1,"balance":2},{"asset":"USD"},7"#);
    assert_eq!(message.unreadable.len(), 2);
    let BalancesContent::Update(movements) = message.content else { panic!("an update") };
    assert_eq!(movements[0].wallet.kind, WalletKind::Spot);
    let message = decode("snapshot", r#"{"asset":"USD","balance":true},{"asset":"BTC"}"#);
    assert_eq!(message.unreadable.len(), 1);
    assert_eq!(message.content, BalancesContent::Snapshot(Vec::new()));
}

#[test]
fn frames_of_another_shape_are_errors() {
    for frame in ["", "{}", r#"{"type":"update","data":{}}"#, r#"{"type":"x","data":[]}"#] {
        assert!(BalancesMessage::decode(frame).is_err(), "{frame}");
    }
}
