//! Entries of the ledger, whole, bare and broken.

use super::*;

const WHOLE: &str = r#"{"refid":"TJKLXF-PGMUI-4NTLXU","time":1688464484.1787,"type":"trade",
    "subtype":"","aclass":"currency","asset":"ZGBP","amount":"-24.5000","fee":"0.0490",
    "balance":"459567.9171"}"#;

fn one(text: &str) -> Result<LedgerEntry, DecodeError> {
    let text = format!(r#"{{"L4UESK-KG3EQ-UFO4T5":{text}}}"#);
    let all = query_ledgers(&text, &PairNames::recorded());
    all.map(|all| all.into_iter().next().unwrap())
}

#[test]
fn an_entry_with_everything() {
    let entry = one(WHOLE).unwrap();
    assert_eq!(entry.id.as_str(), "L4UESK-KG3EQ-UFO4T5");
    assert_eq!(entry.reference, "TJKLXF-PGMUI-4NTLXU");
    assert_eq!(entry.time.nanos(), 1_688_464_484_178_700_000);
    assert_eq!((entry.kind.as_str(), entry.subkind), ("trade", None));
    assert_eq!((entry.asset.as_str(), entry.wallet), ("GBP", Wallet::Spot));
    assert_eq!((entry.amount.to_string(), entry.fee.to_string()), ("-24.5".into(), "0.049".into()));
    assert_eq!(entry.balance.unwrap().to_string(), "459567.9171");
}

#[test]
fn what_may_differ() {
    let with = |from: &str, to: &str| one(&WHOLE.replace(from, to)).unwrap();
    assert_eq!(with("\"ZGBP\"", "\"XBT.F\"").wallet, Wallet::Flexible);
    assert_eq!(with("\"459567.9171\"", "\"\"").balance, None);
    assert_eq!(with("\"subtype\":\"\"", "\"subtype\":\"spotfromfutures\"").subkind.as_deref(), {
        Some("spotfromfutures")
    });
}

#[test]
fn a_broken_entry_names_its_field() {
    let error = |from: &str, to: &str| one(&WHOLE.replace(from, to)).unwrap_err().field;
    assert_eq!(error("\"-24.5000\"", "\"+24.5\""), "L4UESK-KG3EQ-UFO4T5.amount");
    assert_eq!(error("\"ZGBP\"", "\"\""), "L4UESK-KG3EQ-UFO4T5.asset");
    assert_eq!(error("\"459567.9171\"", "[]"), "L4UESK-KG3EQ-UFO4T5.balance");
    assert_eq!(error("\"time\"", "\"other\""), "L4UESK-KG3EQ-UFO4T5.time");
}

#[test]
fn pages() {
    let names = PairNames::recorded();
    let page = ledgers(&format!(r#"{{"ledger":{{"LA":{WHOLE}}},"count":52}}"#), &names);
    assert_eq!(page.map(|page| (page.entries.len(), page.count)), Ok((1, Some(52))));
    assert!(ledgers("{}", &names).is_err());
}
