//! Assets and pairs, whole, bare and broken.

use super::*;

const WHOLE: &str = r#"{"altname":"XBTUSDT","wsname":"XBT/USDT","aclass_base":"currency",
    "base":"XXBT","aclass_quote":"currency","quote":"USDT","lot":"unit","cost_decimals":5,
    "pair_decimals":1,"lot_decimals":8,"lot_multiplier":1,"leverage_buy":[2,3],
    "fees":[[0,0.40],[10000,0.35]],"fees_maker":[[0,0.25],["10000","0.2"]],
    "fee_volume_currency":"ZUSD","margin_call":80,"ordermin":"0.00005","costmin":"0.5",
    "tick_size":"0.1","status":"online","execution_venue":"international"}"#;

fn one(text: &str) -> PairInfo {
    let read = asset_pairs(&format!(r#"{{"XBTUSDT":{text}}}"#)).unwrap();
    assert_eq!(read.set_aside, []);
    read.pairs.into_iter().next().unwrap()
}

#[test]
fn a_pair_with_everything() {
    let info = one(WHOLE);
    assert_eq!(info.pair.to_string(), "BTC/USDT");
    assert_eq!((info.id.as_str(), info.altname.as_str()), ("XBTUSDT", "XBTUSDT"));
    assert_eq!(info.wsname.as_deref(), Some("XBT/USDT"));
    assert_eq!((info.base_id.as_str(), info.quote_id.as_str()), ("XXBT", "USDT"));
    let rules = info.rules(FeeSchedule::kraken_spot());
    assert_eq!(rules.tick.to_string(), "0.1");
    assert_eq!(rules.lot.to_string(), "0.00000001");
    assert_eq!(rules.quantity_min.to_string(), "0.00005");
    assert_eq!(rules.cost_min.to_string(), "0.5");
    assert_eq!(rules.cost_decimals, 5);
    let fees = |fees: &[(Amount, Fraction)]| {
        let one = |(volume, fee): &(Amount, Fraction)| format!("{volume}:{fee}");
        fees.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(fees(&info.taker_fees), "0:0.004 10000:0.0035");
    assert_eq!(fees(&info.maker_fees), "0:0.0025 10000:0.002");
    assert_eq!(info.status, PairStatus::Online);
}

#[test]
fn a_pair_with_little() {
    let info = one(
        r#"{"altname":"XDGXBT","base":"XXDG","quote":"XXBT","pair_decimals":10,"lot_decimals":0}"#,
    );
    assert_eq!(info.pair.to_string(), "DOGE/BTC");
    assert_eq!(info.tick.to_string(), "0.0000000001");
    assert_eq!(info.lot.to_string(), "1");
    assert!(info.cost_min.is_zero() && info.quantity_min.is_zero());
    assert_eq!(info.cost_decimals, COST_DECIMALS);
}

#[test]
fn words_of_a_pair() {
    let status = |word: &str| one(&WHOLE.replace("online", word)).status;
    assert_eq!(status("cancel_only"), PairStatus::CancelOnly);
    assert_eq!(status("post_only"), PairStatus::PostOnly);
    assert_eq!(status("limit_only"), PairStatus::LimitOnly);
    assert_eq!(status("reduce_only"), PairStatus::ReduceOnly);
    assert_eq!(status("asleep"), PairStatus::Other("asleep".to_owned()));
}

#[track_caller]
fn check_set_aside(from: &str, to: &str, expect: &str) {
    let bad = WHOLE.replace(from, to);
    assert_ne!(bad, WHOLE);
    let read = asset_pairs(&format!(r#"{{"BAD":{bad},"XBTUSDT":{WHOLE}}}"#)).unwrap();
    assert_eq!(read.pairs.len(), 1, "the good pair is not harmed");
    let [(id, error)] = &read.set_aside[..] else { panic!("one is set aside") };
    assert_eq!(id, "BAD");
    assert_eq!(error.to_string(), format!("`BAD.{expect}"));
}

#[test]
fn a_bad_pair_is_set_aside_alone() {
    let pair = "\"pair_decimals\":1";
    check_set_aside(
        pair,
        "\"pair_decimals\":11",
        "pair_decimals` in kraken's answer cannot be read (11 decimals are more than 10)",
    );
    check_set_aside(
        "\"lot_decimals\":8",
        "\"lot_decimals\":9",
        "lot_decimals` in kraken's answer cannot be read (9 decimals are more than 8)",
    );
    check_set_aside(
        "\"cost_decimals\":5",
        "\"cost_decimals\":19",
        "cost_decimals` in kraken's answer cannot be read (19 decimals are more than 18)",
    );
    check_set_aside(pair, "\"other\":1", "pair_decimals` in kraken's answer is missing");
    check_set_aside(
        "\"0.1\"",
        "[]",
        "tick_size` in kraken's answer is [] where a number was expected",
    );
    check_set_aside(
        "\"0.1\"",
        "\"0.00000000001\"",
        "tick_size` in kraken's answer does not fit: `0.00000000001` has more than 10 decimals",
    );
    check_set_aside("[0,0.40]", "[0]", "fees.0.percent` in kraken's answer is missing");
    check_set_aside(
        "XBT/USDT",
        "AN ASSET/USDT",
        "base` in kraken's answer cannot be read (`AN ASSET` has a character other than printable \
         ASCII)",
    );
}

#[test]
fn pairs_of_another_venue_are_passed_over() {
    let read = asset_pairs(&format!(r#"{{"XBTUSD:BTNL":{WHOLE}}}"#)).unwrap();
    assert_eq!(read, AssetPairs::default());
    assert!(asset_pairs("[]").is_err());
    assert!(asset_pairs(r#"{"XBTUSD":5}"#).is_err());
}

#[test]
fn all_assets() {
    let read = assets(
        r#"{"XXBT":{"aclass":"currency","altname":"XBT","decimals":10,"display_decimals":5,
        "collateral_value":1.0,"status":"enabled"},"NEW":{"altname":"NEW","decimals":8}}"#,
    );
    let read = read.unwrap();
    assert_eq!(read[1].id, "XXBT");
    assert_eq!((read[1].altname.as_str(), read[1].decimals), ("XBT", 10));
    assert_eq!(read[1].status.as_deref(), Some("enabled"));
    assert_eq!(read[0].status, None);
    assert!(assets(r#"{"XXBT":{"altname":"XBT","decimals":-1}}"#).is_err());
}
