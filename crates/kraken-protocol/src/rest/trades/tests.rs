//! The account's trades, whole, bare and broken.

use super::*;

const WHOLE: &str = r#"{"ordertxid":"OQCLML-BW3P3-BUCMWZ","postxid":"TKH2SE-M7IF5-CFI7LT",
    "pair":"XXBTZUSD","time":1688667796.8802,"type":"buy","ordertype":"limit",
    "price":"30010.00000","cost":"600.20000","fee":"0.00000","vol":"0.02000000",
    "margin":"0.00000","leverage":"0","misc":"initiated","trade_id":93748276,"maker":true,
    "ledgers":["LABC"],"aclass":"forex"}"#;

fn one(text: &str) -> Result<AccountTrade, DecodeError> {
    let all = query_trades(&format!(r#"{{"THVRQM-33VKH-UCI7BS":{text}}}"#), &PairNames::recorded());
    all.map(|all| all.into_iter().next().unwrap())
}

#[test]
fn a_trade_with_everything() {
    let trade = one(WHOLE).unwrap();
    assert_eq!(trade.id.as_str(), "THVRQM-33VKH-UCI7BS");
    assert_eq!(trade.order.as_str(), "OQCLML-BW3P3-BUCMWZ");
    assert_eq!(trade.pair.unwrap().to_string(), "BTC/USD");
    assert_eq!(trade.time.nanos(), 1_688_667_796_880_200_000);
    assert_eq!((trade.side, trade.kind.as_str()), (Side::Buy, "limit"));
    assert_eq!((trade.price.to_string(), trade.quantity.to_string()), {
        ("30010".into(), "0.02".into())
    });
    assert_eq!((trade.cost.to_string(), trade.fee), ("600.2".into(), Amount::ZERO));
    assert_eq!((trade.liquidity, trade.number), (Some(Liquidity::Maker), Some(93_748_276)));
    assert_eq!((trade.ledgers, trade.marks), (vec!["LABC".into()], vec!["initiated".into()]));
}

#[test]
fn what_may_differ() {
    let with = |from: &str, to: &str| one(&WHOLE.replace(from, to)).unwrap();
    assert_eq!(with("true", "false").liquidity, Some(Liquidity::Taker));
    assert_eq!(with("\"maker\":true,", "").liquidity, None);
    assert_eq!(with("XXBTZUSD", "NEWPAIR").pair, None);
    // A rebate.
    assert_eq!(with("\"fee\":\"0.00000\"", "\"fee\":\"-0.5\"").fee.to_string(), "-0.5");
}

#[test]
fn a_broken_trade_names_its_field() {
    let error = |from: &str, to: &str| one(&WHOLE.replace(from, to)).unwrap_err().field;
    assert_eq!(error("\"0.02000000\"", "\"0.020000001\""), "THVRQM-33VKH-UCI7BS.vol");
    assert_eq!(error("\"ordertxid\"", "\"other\""), "THVRQM-33VKH-UCI7BS.ordertxid");
    assert_eq!(error("true", "1"), "THVRQM-33VKH-UCI7BS.maker");
    assert_eq!(error("\"buy\"", "\"b\""), "THVRQM-33VKH-UCI7BS.type");
}

#[test]
fn pages() {
    let names = PairNames::recorded();
    let page = trades_history(&format!(r#"{{"trades":{{"TA":{WHOLE}}},"count":2346}}"#), &names);
    assert_eq!(page.map(|page| (page.trades.len(), page.count)), Ok((1, Some(2_346))));
    assert!(trades_history(r#"{"count":1}"#, &names).is_err());
}
