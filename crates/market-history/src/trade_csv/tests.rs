//! Both forms of Kraken's archives, and what is none.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Vec<TradeRow>, TradeCsvError> {
    let mut reader = TradeReader::new(text.as_bytes());
    let mut rows = Vec::new();
    while let Some(row) = reader.next_trade()? {
        rows.push(row);
    }
    assert_eq!(reader.bytes_read(), text.len() as u64);
    Ok(rows)
}

fn row(nanos: u64, price: &str, volume: &str) -> TradeRow {
    TradeRow {
        time: Timestamp::from_nanos(nanos),
        price: price.parse().unwrap(),
        volume: volume.parse().unwrap(),
        side: None,
        order: None,
        id: None,
    }
}

#[test]
fn the_complete_archive_has_time_price_and_volume() {
    let rows = read("1381095255,122.00000,0.10000000\n1381179030.5,123.61,1E+1\n").unwrap();
    let expected = [
        row(1_381_095_255_000_000_000, "122", "0.1"),
        row(1_381_179_030_500_000_000, "123.61", "10"),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_quarterly_archive_has_names_and_one_field_more() {
    let full = TradeRow {
        side: Some(Side::Buy),
        order: Some(OrderKind::Market),
        id: Some(61_044_952),
        ..row(1_688_669_597_827_768_700, "30243.4", "0.34507674")
    };
    let sold = TradeRow {
        side: Some(Side::Sell),
        order: Some(OrderKind::Limit),
        id: None,
        ..row(1_688_669_598_000_000_000, "30243.5", "1")
    };
    let rows = "30243.4,0.34507674,1688669597.8277687,b,m,,61044952\n\
                30243.5,1,1688669598,s,l,,\n";
    for names in [
        "price,volume,timestamp,type,ordertype,misc\n",
        "price,volume,timestamp,type,ordertype,misc,tradeid\n",
        "\u{feff}Price,Volume,Timestamp,Type,OrderType,Misc\r\n",
        "",
    ] {
        assert_eq!(read(&format!("{names}{rows}")).unwrap(), [full, sold], "{names}");
    }
    let moved = "tradeid,timestamp,price,volume\n61044952,1688669597.8277687,30243.4,0.34507674\n";
    assert_eq!(read(moved).unwrap(), [TradeRow { side: None, order: None, ..full }]);
}

#[test]
fn what_is_no_trade_is_refused_with_its_line() {
    for (text, parts) in [
        ("", vec!["no trades"]),
        ("price,volume\n", vec!["line 1", "no column `timestamp`"]),
        ("1381095255,122,1\n1381095256,122\n", vec!["line 2", "2 columns", "has 3"]),
        ("1381095255,122,1\n\n", vec!["line 2", "1 columns"]),
        ("1381095255,0,1\n", vec!["line 1", "`0` is no price above zero"]),
        ("1381095255,-5,1\n", vec!["`-5` is no price"]),
        ("1381095255,5,-1\n", vec!["`-1` is no volume"]),
        ("1381095255,5,1e-7\n", vec!["`1e-7` is no volume"]),
        ("1381095255.0000000001,5,1\n", vec!["no trade"]),
        ("1381095255,5,1\n1381095255.0000000001,5,1\n", vec!["line 2", "is no time"]),
        ("1381095255000,5,1\n", vec!["line 1", "no trade"]),
        ("1381095255,1,2,3,4,5,6\n", vec!["candles, not trades"]),
        ("5,1,1381095255,b,m,,x\n", vec!["`x` is no number of a trade"]),
        ("price,volume,timestamp,type\n5,1,1381095255,x\n", vec!["line 2", "`x` is no side"]),
        ("PK\x03\x04\n", vec!["line 1"]),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{text:?}: {error}");
    }
    let long = "1".repeat(600);
    assert!(read(&long).unwrap_err().to_string().contains("more than 512 bytes"));
}

proptest! {
    #[test]
    fn any_bytes_are_trades_or_an_error(text in "[0-9bsml,.E+\n-]{0,200}") {
        let _ = read(&text);
    }
}
