//! The block as the script reads it.

use std::time::Duration;

use trading_types::{Amount, Candle, Timestamp};

use super::{DataBlock, TRADES_MAX};
use crate::{Cell, Chart, Gatherer, HeatMap, ReportInput, Trade, Trades};

fn trade(number: u64, profit: &str) -> Trade {
    Trade {
        entry_time: Timestamp::from_seconds(1_600_000_000 + number * 60).unwrap(),
        entry_price: "30000.1".parse().unwrap(),
        exit_time: Timestamp::from_seconds(1_600_000_030 + number * 60).unwrap(),
        exit_price: "30000.2".parse().unwrap(),
        quantity: "0.1234567890123".parse().unwrap(),
        fees: "1.5".parse().unwrap(),
        profit: profit.parse().unwrap(),
        exit_reason: "signal".to_owned(),
    }
}

fn block(input: &ReportInput) -> serde_json::Value {
    serde_json::to_value(DataBlock::of(input)).unwrap()
}

#[test]
fn a_small_report_word_for_word() {
    let mut gatherer = Gatherer::new(Duration::from_hours(1), "100".parse().unwrap(), 2);
    let price = "10.5".parse().unwrap();
    let candle = Candle {
        start: Timestamp::from_seconds(1_600_000_000).unwrap(),
        open: price,
        high: "11".parse().unwrap(),
        low: "10".parse().unwrap(),
        close: price,
        volume: Amount::ZERO,
        trades: 1,
    };
    gatherer.see(&candle, "100.01".parse().unwrap());
    let input = ReportInput {
        chart: Some(Chart {
            pair: "BTC/USD".to_owned(),
            quote: "USD".to_owned(),
            series: gatherer.finish().unwrap(),
            cash_start: "100".parse().unwrap(),
            hold_end: Some("99.9".parse().unwrap()),
        }),
        trades: Some(Trades { rows: vec![trade(0, "-0.25")], elsewhere: String::new() }),
        heat_map: Some(HeatMap {
            metric: "Sharpe".to_owned(),
            parameters: vec!["fast".to_owned(), "slow".to_owned()],
            cells: vec![
                Cell { parameters: vec!["5".to_owned(), "20".to_owned()], value: Some(0.5) },
                Cell { parameters: vec!["5".to_owned(), "30".to_owned()], value: None },
                Cell { parameters: vec!["6".to_owned(), "20".to_owned()], value: Some(f64::NAN) },
            ],
            shown: Some(0),
            ..HeatMap::default()
        }),
        ..ReportInput::default()
    };
    assert_eq!(
        serde_json::to_string(&DataBlock::of(&input)).unwrap(),
        concat!(
            r#"{"chart":{"pair":"BTC/USD","quote":"USD","start":1600000000,"interval":3600,"#,
            r#""factor":1,"count":1,"price_decimals":1,"equity_decimals":2,"cash_start":"100","#,
            r#""hold_end":"99.9","series":"ANIBAAUFopwB"},"#,
            r#""trades":[[1,1600000000,"30000.1",1600000030,"30000.2","0.1234567890123","1.5","#,
            r#""-0.25",0]],"reasons":["signal"],"#,
            r#""heat_map":{"metric":"Sharpe","lower_is_better":false,"#,
            r#""parameters":["fast","slow"],"values":[["5","6"],["20","30"]],"#,
            r#""cells":[[[0,0],0.5],[[0,1],null],[[1,0],null]],"shown":0}}"#,
        ),
    );
}

#[test]
fn of_too_many_trades_the_largest_stay() {
    let mut rows: Vec<Trade> = (0..TRADES_MAX as u64 + 2).map(|it| trade(it, "-3")).collect();
    rows[17].profit = "1".parse().unwrap();
    rows[40].profit = "-1".parse().unwrap();
    rows[41].profit = "-9".parse().unwrap();
    let input = ReportInput {
        trades: Some(Trades { rows, elsewhere: String::new() }),
        ..ReportInput::default()
    };
    let block = block(&input);
    let trades = block["trades"].as_array().unwrap();
    let numbers: Vec<u64> = trades.iter().map(|it| it[0].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), TRADES_MAX);
    assert!(numbers.is_sorted() && numbers.contains(&42));
    assert!(!numbers.contains(&18) && !numbers.contains(&41), "the smallest two are left out");
}

#[test]
fn nothing_is_nothing() {
    let block = block(&ReportInput::default());
    assert!(block["chart"].is_null() && block["heat_map"].is_null());
    assert!(block["trades"].as_array().unwrap().is_empty());
}
