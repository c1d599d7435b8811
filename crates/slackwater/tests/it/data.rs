//! `slackwater data fetch` against prepared answers: files that grow, and nothing twice.

use serde_json::json;

use crate::{bench::Bench, kraken_stub::KrakenStub};

const FIRST: &str = r#"{"error":[],"result":{"XXBTZUSD":[
    [1699999200,"37000.0","37100.0","36900.0","37050.1","37010.0","12.50000000",40],
    [1700002800,"37050.1","37050.1","37050.1","37050.1","0.0","0.00000000",0],
    [1700006400,"37050.1","37060.0","37000.0","37001.0","37020.0","3.25000000",9],
    [1700010000,"37001.0","37002.0","37000.0","37000.5","37001.0","0.10000000",1]],
    "last":1700006400}}"#;
const SECOND: &str = r#"{"error":[],"result":{"XXBTZUSD":[
    [1700010000,"37001.0","37020.0","36990.0","37010.0","37005.0","5.00000000",21],
    [1700013600,"37010.0","37010.0","37010.0","37010.0","37010.0","0.01000000",1]],
    "last":1700010000}}"#;

#[test]
fn candles_are_added_to_the_file_and_the_running_one_is_left_out() {
    let kraken = KrakenStub::start(&[("OHLC", &[FIRST, SECOND])]);
    let bench = Bench::new();
    let fetch = format!(
        "data fetch --pair BTC/USD --interval 60 --rest {} --out XBTUSD_60.csv --json",
        kraken.address
    );
    let first = bench.run(&fetch).done().json();
    assert_eq!(first["rows_added"], 2, "a quiet hour and the running one are left out");
    assert_eq!(first["file"], "XBTUSD_60.csv");
    let second = bench.run(&fetch).done().json();
    assert_eq!((&second["rows_added"], &second["hole"]), (&json!(1), &json!(null)));
    let file = bench.read("XBTUSD_60.csv");
    assert_eq!(
        String::from_utf8(file).unwrap(),
        "1699999200,37000,37100,36900,37050.1,12.5,40\n\
         1700006400,37050.1,37060,37000,37001,3.25,9\n\
         1700010000,37001,37020,36990,37010,5,21\n"
    );
    let asked = kraken.asked();
    assert_eq!(asked[0], "/0/public/OHLC?pair=XBTUSD&interval=60 ");
    assert_eq!(asked[1], "/0/public/OHLC?pair=XBTUSD&interval=60&since=1700006400 ");
    // What was fetched is what a backtest reads.
    bench.run(
        "backtest --data XBTUSD_60.csv --pair BTC/USD --interval 60 --strategy sma_cross \
         --set fast=1 --set slow=2 --json",
    );
}

#[test]
fn candles_are_added_to_the_store_after_its_last() {
    let kraken = KrakenStub::start(&[("OHLC", &[FIRST, SECOND])]);
    let bench = Bench::new();
    bench.write("XBTUSD_60.csv", "1699999200,37000.0,37100.0,36900.0,37050.1,12.50000000,40\n");
    bench.run("data import XBTUSD_60.csv").done();
    let fetch = format!("data fetch --pair BTC/USD --interval 60 --rest {} --json", kraken.address);
    let first = bench.run(&fetch).done().json();
    assert_eq!(
        (&first["rows_added"], &first["file"]),
        (&json!(1), &json!("slackwater-data/store"))
    );
    assert_eq!(bench.run(&fetch).done().json()["rows_added"], 1);
    let asked = kraken.asked();
    assert_eq!(asked[0], "/0/public/OHLC?pair=XBTUSD&interval=60&since=1699999200 ");
    assert_eq!(asked[1], "/0/public/OHLC?pair=XBTUSD&interval=60&since=1700006400 ");
    bench.run("data export --pair BTC/USD --out out.csv").done();
    assert_eq!(
        String::from_utf8(bench.read("out.csv")).unwrap(),
        "1699999200,37000,37100,36900,37050.1,12.5,40\n\
         1700006400,37050.1,37060,37000,37001,3.25,9\n\
         1700010000,37001,37020,36990,37010,5,21\n"
    );
}

fn page(from: u64, to: u64, last: u64) -> String {
    let rows: Vec<String> = (from..to)
        .map(|number| {
            format!(r#"["30243.4","0.5",17000000{number:02}.000000001,"s","l","",{number}]"#)
        })
        .collect();
    let rows = rows.join(",");
    format!(
        r#"{{"error":[],"result":{{"XXBTZUSD":[{rows}],"last":"17000000{last:02}000000001"}}}}"#
    )
}

#[test]
fn trades_are_fetched_page_by_page_and_none_twice() {
    let (first, second) = (page(10, 12, 11), page(11, 14, 13));
    let empty = r#"{"error":[],"result":{"XXBTZUSD":[],"last":"1700000013000000001"}}"#;
    let kraken = KrakenStub::start(&[("Trades", &[&first, &second, empty])]);
    let bench = Bench::new();
    let fetch =
        format!("data fetch --pair BTC/USD --trades --from 2023-11-14 --rest {}", kraken.address);
    let outcome = bench.run(&fetch).done();
    assert!(outcome.stdout.contains("4 trades added"), "{outcome:?}");
    let again = bench.run(&fetch).done();
    assert!(again.stdout.contains("nothing new"), "{again:?}");
    assert_eq!(bench.list("slackwater-data/store"), ["BTC-USD", "lock", "store.json"]);
    bench.run("data export --pair BTC/USD --trades --out trades.csv").done();
    let file = String::from_utf8(bench.read("trades.csv")).unwrap();
    let numbers: Vec<&str> = file.lines().skip(1).filter_map(|it| it.rsplit(',').next()).collect();
    assert_eq!(numbers, ["10", "11", "12", "13"]);
    let asked = kraken.asked();
    assert!(asked[0].contains("since=1699920000000000000&count=1000"), "{asked:?}");
    assert!(asked.last().unwrap().contains("since=1700000013000000000"), "{asked:?}");
}

#[test]
fn what_cannot_be_fetched_is_said() {
    let bench = Bench::new();
    bench.write("history.csv", "this is,no\nhistory,of ours\n");
    let other = "data fetch --pair BTC/USD --out history.csv --rest http://127.0.0.1:9";
    bench.run(other).wrong(&["no line of candles", "--out"]);
    for (typed, parts) in [
        (
            "data fetch --pair BTC/USD --rest http://example.com",
            ["not on this machine", "localhost"],
        ),
        ("data fetch --pair BTC/USD --rest nonsense", ["is not an address", "write it like"]),
        ("data fetch --pair BTC/USD --from 2024-01-01", ["--trades", "--help"]),
        ("data fetch --pair BTC/USD --proxy ftp://x", ["a proxy's address begins with", "http://"]),
    ] {
        let outcome = bench.run(typed);
        assert_eq!(outcome.status, Some(2), "{outcome:?}");
        assert!(parts.iter().all(|part| outcome.stderr.contains(part)), "{outcome:?}");
    }
    assert_eq!(bench.read("history.csv"), b"this is,no\nhistory,of ours\n");
}
