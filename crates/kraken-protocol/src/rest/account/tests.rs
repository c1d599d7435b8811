//! Balances, worth, volume and fees.

use super::*;

fn names() -> PairNames {
    PairNames::recorded()
}

#[test]
fn balances() {
    let text = r#"{"ZUSD":"171288.6158","XXBT":"0.0000000001","XBT.F":"1.5","ETH2.S":"3"}"#;
    let read = balance(text, &names()).unwrap();
    let rows: Vec<String> = read
        .iter()
        .map(|row| format!("{} {:?} {} {}", row.asset, row.wallet, row.total, row.spendable))
        .collect();
    assert_eq!(
        rows,
        [
            "ETH2 Locked 3 0",
            "BTC Flexible 1.5 1.5",
            "BTC Spot 0.0000000001 0.0000000001",
            "USD Spot 171288.6158 171288.6158",
        ]
    );
}

#[test]
fn balances_with_what_orders_hold() {
    let text = r#"{"ZUSD":{"balance":"25435.21","hold_trade":"8249.76"},
        "XXBT":{"balance":"1.2435","hold_trade":"0.8423","credit":"1","credit_used":"0.5"},
        "XBT.M":{"balance":"7","hold_trade":"0"},"NEW":{"balance":"4"}}"#;
    let read = balance_ex(text, &names()).unwrap();
    let row = |asset: &str, wallet| {
        let asset: Asset = asset.parse().unwrap();
        read.iter().find(|row| row.asset == asset && row.wallet == wallet).unwrap()
    };
    assert_eq!(row("USD", Wallet::Spot).spendable.to_string(), "17185.45");
    assert_eq!(row("USD", Wallet::Spot).held.to_string(), "8249.76");
    assert_eq!(row("BTC", Wallet::Spot).spendable.to_string(), "0.9012");
    assert_eq!(row("BTC", Wallet::Locked).spendable, Amount::ZERO);
    assert_eq!(row("NEW", Wallet::Spot).spendable.to_string(), "4");
}

#[track_caller]
fn check_bad<T: std::fmt::Debug>(read: Result<T, DecodeError>, expect: &str) {
    assert_eq!(read.unwrap_err().to_string(), expect);
}

#[test]
fn balances_that_are_none() {
    let missing = "`ZUSD.balance` in kraken's answer is missing";
    check_bad(balance_ex(r#"{"ZUSD":{"hold_trade":"1"}}"#, &names()), missing);
    let number = "`ZUSD` in kraken's answer is {} where a number was expected";
    check_bad(balance(r#"{"ZUSD":{}}"#, &names()), number);
    let exponent = "`ZUSD` in kraken's answer does not fit: `1e5` is not a plain decimal number";
    check_bad(balance(r#"{"ZUSD":1e5}"#, &names()), exponent);
    let asset = "`not an asset` in kraken's answer cannot be read (the name is no asset)";
    check_bad(balance(r#"{"not an asset":"1"}"#, &names()), asset);
    check_bad(balance("null", &names()), {
        "the result in kraken's answer is null where an object was expected"
    });
    let huge = "170141183460469231731";
    let text = format!(r#"{{"ZUSD":{{"balance":"{huge}","credit":"{huge}"}}}}"#);
    let sum = "`ZUSD` in kraken's answer cannot be read (the parts of the balance have no sum)";
    check_bad(balance_ex(&text, &names()), sum);
}

#[test]
fn the_worth_of_an_account() {
    let text = r#"{"eb":"1101.3425","tb":"392.2264","m":"7.0354","n":"-10.0232","c":"21.1063",
        "v":"31.1297","e":"382.2032","mf":"375.1678","ml":"5432.57"}"#;
    let read = trade_balance(text).unwrap();
    assert_eq!(read.equivalent.to_string(), "1101.3425");
    assert_eq!(read.equity.unwrap().to_string(), "382.2032");
    assert_eq!(read.free_margin.unwrap().to_string(), "375.1678");
    assert_eq!(read.margin.unwrap().to_string(), "7.0354");
    assert!(trade_balance(r#"{"eb":"1"}"#).is_err());
}

#[test]
fn volume_and_fees() {
    let text = r#"{"currency":"ZUSD","volume":"200709587.4223",
        "fees":{"XXBTZUSD":{"fee":"0.1000","minfee":"0.1000","nextfee":null},
        "NEWPAIR":{"fee":"0.2"}},"fees_maker":{"XXBTZUSD":{"fee":"0.0000"}}}"#;
    let read = trade_volume(text, &names()).unwrap();
    assert_eq!((read.currency.as_str(), read.volume.to_string()), {
        ("ZUSD", "200709587.4223".to_owned())
    });
    let fee = |pair: &str| read.fees.iter().find(|fees| fees.name == pair).unwrap();
    assert_eq!(fee("XXBTZUSD").taker.to_string(), "0.001");
    assert_eq!(fee("XXBTZUSD").maker, Fraction::ZERO);
    assert_eq!(fee("XXBTZUSD").pair.unwrap().to_string(), "BTC/USD");
    assert_eq!(fee("NEWPAIR").maker, fee("NEWPAIR").taker);
    assert_eq!(fee("NEWPAIR").pair, None);
    let bare = trade_volume(r#"{"currency":"ZUSD","volume":"0","fees":null}"#, &names()).unwrap();
    assert_eq!(bare.fees, []);
    assert!(trade_volume(r#"{"currency":"ZUSD","volume":[]}"#, &names()).is_err());
}
