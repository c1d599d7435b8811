//! A real snapshot loses nothing; a row that cannot be held is refused alone.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::*;

const SNAPSHOT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/fixtures/ws_instrument_snapshot.json"
);

fn read(frame: &str) -> InstrumentsMessage {
    InstrumentsMessage::decode(&Envelope::open(frame).unwrap()).unwrap()
}

/// A number of JSON as the shortest plain text: the slow and obvious way.
fn plain(number: &str) -> String {
    let lower = number.to_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<char> = whole.chars().chain(fraction.chars()).collect();
    let mut point = i64::try_from(whole.len()).unwrap() + exponent.parse::<i64>().unwrap();
    while point <= 0 {
        digits.insert(0, '0');
        point += 1;
    }
    let point = usize::try_from(point).unwrap();
    while digits.len() < point {
        digits.push('0');
    }
    let whole: String = digits[..point].iter().collect();
    let whole = whole.trim_start_matches('0');
    let fraction: String = digits[point..].iter().collect();
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

type Fields = BTreeMap<String, String>;

/// The fields of each row of `list`, numbers in plain text, others as they stand.
fn fields(frame: &str, list: &str) -> Vec<Fields> {
    let frame: BTreeMap<String, Box<RawValue>> = serde_json::from_str(frame).unwrap();
    let data: BTreeMap<String, Vec<BTreeMap<String, Box<RawValue>>>> =
        serde_json::from_str(frame["data"].get()).unwrap();
    let as_text = |raw: &RawValue| {
        let raw = raw.get();
        let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        if is_number { plain(raw) } else { raw.trim_matches('"').to_owned() }
    };
    let row = |row: &BTreeMap<String, Box<RawValue>>| {
        row.iter().map(|(field, raw)| (field.clone(), as_text(raw))).collect()
    };
    data[list].iter().map(row).collect()
}

fn present<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn keep_present<const N: usize>(fields: [(&str, Option<String>); N]) -> Fields {
    fields.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))).collect()
}

fn asset_fields(asset: &AssetEntry) -> Fields {
    keep_present([
        ("id", present(Some(asset.asset))),
        ("status", present(Some(&asset.status))),
        ("precision", present(Some(asset.precision))),
        ("precision_display", present(Some(asset.precision_display))),
        ("borrowable", present(Some(asset.borrowable))),
        ("collateral_value", present(asset.collateral_value)),
        ("margin_rate", present(asset.margin_rate)),
    ])
}

fn pair_fields(pair: &Instrument) -> Fields {
    keep_present([
        ("symbol", present(Some(pair.pair))),
        ("base", present(Some(pair.pair.base))),
        ("quote", present(Some(pair.pair.quote))),
        ("status", present(Some(pair.status.as_text()))),
        ("qty_precision", present(Some(pair.quantity_precision))),
        ("qty_increment", present(Some(pair.quantity_increment))),
        ("price_precision", present(Some(pair.price_precision))),
        ("price_increment", present(Some(pair.price_increment))),
        ("cost_precision", present(Some(pair.cost_precision))),
        ("cost_min", present(Some(pair.cost_min))),
        ("qty_min", present(Some(pair.quantity_min))),
        ("marginable", present(Some(pair.marginable))),
        ("has_index", present(Some(pair.has_index))),
        ("margin_initial", present(pair.margin_initial)),
        ("position_limit_long", present(pair.position_limit_long)),
        ("position_limit_short", present(pair.position_limit_short)),
        ("tick_size", present(pair.tick_size)),
    ])
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read a file")]
#[expect(clippy::print_stdout, reason = "a test says that it passes over")]
fn a_real_snapshot_loses_nothing() {
    let Ok(frame) = std::fs::read_to_string(SNAPSHOT) else {
        println!("passed over: no {SNAPSHOT}");
        return;
    };
    let message = read(&frame);
    assert_eq!(message.refused, Vec::<String>::new());
    assert_eq!((message.assets.len(), message.pairs.len()), (296, 683));
    let assets: Vec<Fields> = message.assets.iter().map(asset_fields).collect();
    assert_eq!(assets, fields(&frame, "assets"));
    let pairs: Vec<Fields> = message.pairs.iter().map(pair_fields).collect();
    assert_eq!(pairs, fields(&frame, "pairs"));
}

const PAIR: &str = r#"{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online",
    "qty_precision":8,"qty_increment":1E-8,"price_precision":1,"cost_precision":5,
    "marginable":true,"has_index":true,"cost_min":0.50,"margin_initial":0.20,
    "position_limit_long":300,"position_limit_short":240,"tick_size":0.1,"price_increment":0.1,
    "qty_min":0.00010000}"#;

fn frame(pairs: &[&str]) -> String {
    let pairs = pairs.join(",");
    format!(r#"{{"channel":"instrument","type":"update","data":{{"pairs":[{pairs}]}}}}"#)
}

#[test]
fn a_row_that_cannot_be_held_is_refused_alone() {
    for (from, to, reason) in [
        ("1E-8", "1E-9", "more decimals"),
        ("\"price_increment\":0.1", "\"price_increment\":0", "price_increment is out of range"),
        ("\"qty_precision\":8", "\"qty_precision\":9", "qty_precision is out of range"),
        ("\"price_precision\":1", "\"price_precision\":11", "price_precision is out of range"),
        ("\"base\":\"BTC\"", "\"base\":\"ETH\"", "BTC/USD is not ETH against USD"),
        ("\"qty_min\":0.00010000", "\"qty_minimum\":1", "missing field `qty_min`"),
        ("\"marginable\":true", "\"marginable\":1", "expected a boolean"),
    ] {
        assert!(PAIR.contains(from), "{from}");
        let message = read(&frame(&[PAIR, &PAIR.replace(from, to), PAIR]));
        assert_eq!(message.pairs.len(), 2);
        assert!(message.refused[0].contains(reason), "{}", message.refused[0]);
    }
}

#[test]
fn an_unknown_status_takes_no_orders() {
    let message = read(&frame(&[&PAIR.replace("online", "half_open"), PAIR]));
    assert_eq!(message.pairs[0].status, PairStatus::Unknown("half_open".to_owned()));
    let takes = |at: usize| message.pairs[at].status.takes_resting_orders();
    assert_eq!((takes(0), takes(1)), (false, true));
    for (text, takes) in [
        ("cancel_only", false),
        ("delisted", false),
        ("limit_only", true),
        ("maintenance", false),
        ("post_only", true),
        ("reduce_only", false),
        ("work_in_progress", false),
    ] {
        let status = PairStatus::from_text(text);
        assert_eq!(status.takes_resting_orders(), takes, "{text}");
        assert_ne!(status, PairStatus::Unknown(text.to_owned()));
        assert_eq!(status.as_text(), text);
    }
}

#[test]
fn the_rules_of_an_order_follow() {
    let fees = FeeSchedule::kraken_spot();
    let rules = read(&frame(&[PAIR])).pairs[0].rules(fees);
    assert_eq!(rules.tick, "0.1".parse().unwrap());
    assert_eq!(rules.lot, "0.00000001".parse().unwrap());
    assert_eq!(rules.quantity_min, "0.0001".parse().unwrap());
    assert_eq!(rules.cost_min, "0.5".parse().unwrap());
    assert_eq!(rules.cost_decimals, 5);
}
