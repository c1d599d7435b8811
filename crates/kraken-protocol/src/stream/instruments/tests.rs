//! Snapshots replace, updates add.

use super::*;
use crate::stream::envelope::Envelope;

fn message(kind: &str, rows: &[(&str, &str)]) -> InstrumentsMessage {
    let rows: Vec<String> = rows
        .iter()
        .map(|(base, status)| {
            format!(
                r#"{{"symbol":"{base}/USD","base":"{base}","quote":"USD","status":"{status}",
                "qty_precision":8,"qty_increment":1E-8,"price_precision":1,"cost_precision":5,
                "cost_min":0.50,"price_increment":0.1,"qty_min":0.0001}}"#
            )
        })
        .collect();
    let frame = format!(
        r#"{{"channel":"instrument","type":"{kind}","data":{{"assets":[{{"id":"USD",
        "status":"enabled","precision":4,"precision_display":2}}],"pairs":[{}]}}}}"#,
        rows.join(",")
    );
    InstrumentsMessage::decode(&Envelope::open(&frame).unwrap()).unwrap()
}

#[test]
fn an_update_changes_only_what_it_names() {
    let mut known = Instruments::default();
    known.apply(message("snapshot", &[("BTC", "online"), ("ETH", "online")]));
    known.apply(message("update", &[("ETH", "cancel_only"), ("SOL", "post_only")]));
    let statuses: Vec<&str> = known.pairs().map(|it| it.status.as_text()).collect();
    assert_eq!(statuses, ["online", "cancel_only", "post_only"]);
    let precision = known.pair("BTC/USD".parse().unwrap()).unwrap().precision().unwrap();
    assert_eq!((precision.price(), precision.quantity()), (1, 8));
    assert_eq!(known.asset("USD".parse().unwrap()).unwrap().precision, 4);
}

#[test]
fn a_snapshot_replaces_everything() {
    let mut known = Instruments::default();
    known.apply(message("snapshot", &[("BTC", "online"), ("ETH", "online")]));
    known.apply(message("snapshot", &[("SOL", "online")]));
    assert_eq!(known.pairs().count(), 1);
    assert!(known.pair("BTC/USD".parse().unwrap()).is_none());
}
