//! `slackwater data import`, `list`, `verify`, `export`, `resample`, and backtests from the store.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    bench::Bench,
    candles::{NAME, hourly, zipped},
};

const IMPORT: &str = "data import XBTUSD_60.csv --json";
const SMA: &str = "--pair BTC/USD --strategy sma_cross --set fast=3 --set slow=8 --json";
const PARTS: &str = "slackwater-data/store/BTC-USD/60";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write(NAME, hourly(2_000));
    bench
}

/// Kraken's own archive, where somebody put it.
#[expect(clippy::print_stdout, reason = "what is passed over is said")]
fn real_archive() -> Option<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"
    );
    let is_there = Path::new(path).is_file();
    if !is_there {
        println!("passed over: there is no {path}");
    }
    is_there.then(|| path.to_owned())
}

#[test]
fn the_same_file_twice_adds_nothing() {
    let bench = bench();
    let first = bench.run(IMPORT).done().json();
    let row = &first["imported"][0];
    assert_eq!((&row["rows"], &row["added"]), (&json!(2_000), &json!(2_000)));
    assert_eq!(
        (&row["pair"], &row["content"], &row["interval"]),
        (&json!("BTC/USD"), &json!("candles"), &json!(60))
    );
    assert_eq!(
        (&row["from"], &row["to"]),
        (&json!("2017-01-01T00:00:00Z"), &json!("2017-03-25T07:00:00Z"))
    );
    let files = bench.list(PARTS);
    assert_eq!(files, ["2017-01.arrow", "2017-02.arrow", "2017-03.arrow", "manifest.json"]);
    let before: Vec<_> = files.iter().map(|it| bench.read(&format!("{PARTS}/{it}"))).collect();
    let second = bench.run(IMPORT).done().json();
    assert_eq!(second["imported"][0]["added"], 0);
    let after: Vec<_> = files.iter().map(|it| bench.read(&format!("{PARTS}/{it}"))).collect();
    assert!(bench.list(PARTS) == files && before == after);

    let list = bench.run("data list --json").done().json();
    assert_eq!((&list[0]["rows"], &list[0]["missing"]), (&json!(2_000), &json!(0)));
    assert_eq!(list[0]["sources"].as_array().map(Vec::len), Some(1));
    let verified = bench.run("data verify --json").done().json();
    assert_eq!((&verified[0]["rows"], &verified[0]["damage"]), (&json!(2_000), &json!([])));
    for typed in ["data list", "data verify", "data list --pair BTC/USD"] {
        let words = bench.run(typed).done().stdout;
        assert!(words.contains("BTC/USD") && words.contains("2000"), "{words}");
    }
}

#[test]
fn a_backtest_from_the_store_is_the_one_from_the_file() {
    let bench = bench();
    bench.run(IMPORT).done();
    let of =
        |data: &str, more: &str| bench.run(&format!("backtest {data} {SMA} {more}")).done().json();
    for range in ["", "--from 2017-01-15 --to 2017-03-01T12:30:00Z"] {
        let from_file = of("--data XBTUSD_60.csv", range);
        assert!(from_file["trades"].as_u64().unwrap() > 0);
        for data in ["", "--data slackwater-data", "--data slackwater-data/store"] {
            let from_store = of(data, range);
            for key in ["journal_hash", "equity_end", "candles", "missing_candles", "from", "to"] {
                assert_eq!(from_store[key], from_file[key], "{key} with `{data}` {range}");
            }
        }
    }
}

#[test]
fn what_is_not_stored_is_put_together_while_it_is_read() {
    let bench = bench();
    bench.run(IMPORT).done();
    let four_hours = format!("backtest --interval 240 {SMA}");
    let on_the_fly = bench.run(&four_hours).done().json();
    assert_eq!(on_the_fly["candles"], 500);
    let made = bench.run("data resample --pair BTC/USD --interval 240 --json").done().json();
    assert_eq!(
        (&made["added"], &made["made_from"]),
        (&json!(500), &json!("BTC/USD candles of 60 min"))
    );
    let stored = bench.run(&four_hours).done().json();
    assert_eq!(stored["journal_hash"], on_the_fly["journal_hash"]);
    let again = bench.run("data resample --pair BTC/USD --interval 240 --json").done().json();
    assert_eq!(again["added"], 0);
    bench.run(&format!("backtest --interval 30 {SMA}")).wrong(&[
        "BTC/USD candles of 30 min",
        "60 min",
        "240 min",
        "data import",
    ]);
}

#[test]
fn what_is_exported_is_imported_again_to_the_same_bytes() {
    let bench = bench();
    bench.run(IMPORT).done();
    let export = "data export --pair BTC/USD --interval 60 --out out/XBTUSD_60.csv";
    bench.run(export).done();
    let exported = bench.read("out/XBTUSD_60.csv");
    assert_eq!(exported, hourly(2_000).replace(".0,", ",").as_bytes());
    bench.run("data import out --data-dir other").done();
    for file in ["2017-01.arrow", "2017-02.arrow", "2017-03.arrow"] {
        let (one, other) = (format!("{PARTS}/{file}"), format!("other/store/BTC-USD/60/{file}"));
        assert_eq!(bench.read(&one), bench.read(&other), "{file}");
    }
    let arrow = bench.run("data export --pair BTC/USD --out one.arrow --json").done().json();
    assert_eq!(arrow["rows"], 2_000);
    assert!(bench.read("one.arrow").starts_with(b"ARROW1"));
    bench.run("data export --pair BTC/USD --out one.parquet").wrong(&["--format csv"]);
}

const BARE: &str = "1500000000,2000.5,0.25\n1500000000,2000.6,1E+1\n1500000061,1999,0.00000001\n";
const NUMBERED: &str = "price,volume,timestamp,type,ordertype,misc\n\
                        2100.1,0.5,1600000000.0001,b,m,,7\n2100.2,0.5,1600000000.0002,s,l,,8\n";

#[test]
fn both_forms_of_time_and_sales_are_trades() {
    let bench = Bench::new();
    let complete = zipped(&[("TimeAndSales_Combined/XBTUSD.csv", BARE.as_bytes())]);
    let quarter = zipped(&[("XBTUSD.csv", NUMBERED.as_bytes()), ("ETHUSD.csv", b"")]);
    bench.write("all.zip", complete).write("q.zip", quarter);
    let done = bench.run("data import all.zip q.zip --json").done().json();
    let added: Vec<&Value> = done["imported"].as_array().unwrap().iter().collect();
    assert_eq!(added.iter().map(|it| &it["added"]).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(done["skipped"], json!(["q.zip: ETHUSD.csv"]));
    let verified = bench.run("data verify --json").done().json();
    assert_eq!((&verified[0]["rows"], &verified[0]["without_number"]), (&json!(5), &json!(3)));

    // Each form is exported as it came, and comes to the same parts again.
    for (range, file, text) in [
        ("--to 2018-01-01", "bare/XBTUSD.csv", BARE.replace("1E+1", "10")),
        ("--from 2018-01-01", "named/XBTUSD.csv", NUMBERED.replace("misc\n", "misc,tradeid\n")),
    ] {
        bench.run(&format!("data export --pair BTC/USD --trades {range} --out {file}")).done();
        assert_eq!(String::from_utf8(bench.read(file)).unwrap(), text);
        bench.run(&format!("data import {file} --data-dir other")).done();
    }
    for part in ["2017-07.arrow", "2020-09.arrow"] {
        let of = |folder: &str| bench.read(&format!("{folder}/store/BTC-USD/trades/{part}"));
        assert_eq!(of("slackwater-data"), of("other"), "{part}");
    }
    let minutes = bench.run("data resample --pair BTC/USD --interval 1 --json").done().json();
    assert_eq!((&minutes["rows"], &minutes["made_from"]), (&json!(2), &json!("BTC/USD trades")));

    bench.write("mixed/XBTUSD.csv", "1600000000,2100.1,0.5\n");
    let mixed = "data import mixed/XBTUSD.csv";
    bench.run(mixed).wrong(&["mixed/XBTUSD.csv: at", "without numbers", "--replace"]);
}

#[test]
fn contradictions_are_named_and_nothing_is_changed() {
    let bench = bench();
    bench.run(IMPORT).done();
    let before = bench.read(&format!("{PARTS}/manifest.json"));
    let changed = hourly(2_000).replacen(",1.25,", ",1.26,", 1);
    bench.write("other/XBTUSD_60.csv", changed);
    let import = "data import other/XBTUSD_60.csv";
    bench.run(import).wrong(&["2017-01-01T00:00:00Z", "1.25", "1.26", "--replace"]);
    assert_eq!(bench.read(&format!("{PARTS}/manifest.json")), before);
    let replaced = bench.run(&format!("{import} --replace --json")).done().json();
    assert_eq!(replaced["imported"][0]["replaced"], 1);
    bench.run("data verify").done();
}

#[test]
fn a_bad_row_or_a_damaged_archive_leaves_everything_as_it_was() {
    let bench = bench();
    bench.run(IMPORT).done();
    let before = bench.read(&format!("{PARTS}/manifest.json"));
    let mut archive = zipped(&[(NAME, hourly(4_000).as_bytes())]);
    let middle = archive.len() / 2;
    archive[middle] ^= 0x55;
    bench.write("bad.zip", archive).write("bad/XBTUSD_60.csv", hourly(2_100) + "1490788800,1\n");
    bench.run("data import bad.zip").wrong(&["bad.zip: XBTUSD_60.csv"]);
    bench.run("data import bad/XBTUSD_60.csv").wrong(&["XBTUSD_60.csv:2101"]);
    assert_eq!(bench.read(&format!("{PARTS}/manifest.json")), before);
    assert_eq!(bench.list(PARTS).len(), 4);
}

#[test]
fn damage_is_found_and_named() {
    let bench = bench();
    bench.run(IMPORT).done();
    let part = format!("{PARTS}/2017-02.arrow");
    let mut bytes = bench.read(&part);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bench.write(&part, &bytes);
    let verified = bench.run("data verify").refused();
    assert!(verified.stdout.contains("DAMAGED"), "{verified:?}");
    assert!(verified.stdout.contains("2017-02.arrow"), "{verified:?}");
    bench.run(&format!("backtest {SMA}")).wrong(&["2017-02.arrow", "checksum", "data verify"]);
    bytes.truncate(middle);
    bench.write(&part, &bytes);
    bench.run(&format!("backtest {SMA}")).wrong(&["2017-02.arrow", "bytes where"]);
    bench.write(&format!("{PARTS}/manifest.json"), "{}");
    bench.run(&format!("backtest {SMA}")).wrong(&["manifest.json", "no manifest"]);
    bench.write("slackwater-data/store/store.json", r#"{"format":9}"#);
    bench.run("data list").wrong(&["format 9", "the version that wrote it"]);
}

#[test]
fn what_cannot_be_done_is_said() {
    let bench = bench();
    bench.write("candles.csv", hourly(10)).write("empty.zip", zipped(&[("a.txt", b"x")]));
    for (typed, parts) in [
        ("data list", vec!["no history store", "data import"]),
        ("data verify", vec!["no history store", "data import"]),
        ("data export --pair BTC/USD --out a.csv", vec!["no history store"]),
        ("data resample --pair BTC/USD --interval 240", vec!["no history store"]),
        ("data resample --pair BTC/USD --interval 7", vec!["not a candle length"]),
        ("data import", vec!["--help"]),
        ("data import none.zip", vec!["none.zip", "no such file"]),
        ("data import candles.csv", vec!["does not say which pair", "--pair BTC/USD"]),
        ("data import XBTUSD_60.csv --pair ETH/USD", vec!["it is BTC/USD", "--pair"]),
        ("data import empty.zip", vec!["no CSV file"]),
        ("data import candles.csv --pair BTC/USD", vec!["candles, not trades"]),
        ("data verify", vec!["the store is empty", "data import"]),
        ("data export --pair BTC/USD --out a.csv", vec!["it has nothing"]),
        ("data resample --pair BTC/USD --interval 240", vec!["it has nothing"]),
    ] {
        let outcome = bench.run(typed);
        outcome.wrong(&parts);
    }
    let nothing = bench.run("data list --json");
    assert_eq!((nothing.status, nothing.stdout.trim()), (Some(0), "[]"), "{nothing:?}");
    assert!(bench.run("data list").stderr.contains("`slackwater data import FILE` fills it"));
    bench.run(&format!("backtest {SMA}")).wrong(&["it has nothing"]);
    let named = bench.run("data import candles.csv --pair BTC/USD --interval 60 --json").done();
    assert_eq!(named.json()["imported"][0]["rows"], 10);
}

#[test]
fn krakens_archive_is_imported_without_a_row_lost() {
    let Some(archive) = real_archive() else { return };
    let bench = Bench::new();
    let done = bench.run(&format!("data import {archive} --json")).done().json();
    let rows: Vec<(String, u64)> = done["imported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["pair"].as_str().unwrap().to_owned(), it["added"].as_u64().unwrap()))
        .collect();
    let expected = [("ETH/EUR", 4_383), ("ETH/USD", 35_112), ("BTC/USD", 43_802)];
    assert_eq!(rows, expected.map(|(pair, rows)| (pair.to_owned(), rows)));
    let list = bench.run("data list --pair BTC/USD --json").done().json();
    assert_eq!((&list[0]["rows"], &list[0]["missing"]), (&json!(43_802), &json!(10_849)));
    // The outage of January 2018, hour by hour.
    let manifest = bench.read(&format!("{PARTS}/manifest.json"));
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let parts = manifest["series"]["parts"].as_array().unwrap();
    let january = parts.iter().find(|part| part["month"] == "2018-01").unwrap();
    let gaps = [
        ("2018-01-11T07:00:00Z", "2018-01-11T12:00:00Z"),
        ("2018-01-11T13:00:00Z", "2018-01-11T14:00:00Z"),
        ("2018-01-11T16:00:00Z", "2018-01-12T15:00:00Z"),
        ("2018-01-12T16:00:00Z", "2018-01-13T11:00:00Z"),
        ("2018-01-13T12:00:00Z", "2018-01-13T14:00:00Z"),
    ];
    let gaps: Vec<Value> = gaps.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
    assert_eq!((&january["missing"], &january["gaps"]), (&json!(50), &json!(gaps)));
    bench.run("data verify").done();

    let hash = |data: &str, pair: &str| {
        let how = "--interval 60 --strategy donchian --slippage 0.05% --json";
        let typed = format!("backtest {data} --pair {pair} {how}");
        bench.run(&typed).done().json()["journal_hash"].clone()
    };
    for pair in ["BTC/USD", "ETH/USD"] {
        assert_eq!(hash("", pair), hash(&format!("--data {archive}"), pair));
    }
    // What is exported has every row, and comes to the same parts again.
    bench.run("data export --pair ETH/USD --out out/ETHUSD_60.csv").done();
    bench.run("data import out --data-dir other").done();
    for part in bench.list("other/store/ETH-USD/60") {
        if part != "manifest.json" {
            let of = |folder: &str| bench.read(&format!("{folder}/store/ETH-USD/60/{part}"));
            assert_eq!(of("slackwater-data"), of("other"), "{part}");
        }
    }
}

#[test]
fn real_candles_come_to_the_same_days_on_each_way() {
    let Some(archive) = real_archive() else { return };
    let bench = Bench::new();
    for folder in ["direct", "steps"] {
        bench
            .run(&format!("data import {archive} --pair BTC/USD --data-dir {folder} --json"))
            .done();
    }
    bench.run("data resample --pair BTC/USD --interval 1440 --data-dir direct").done();
    bench.run("data resample --pair BTC/USD --interval 240 --data-dir steps").done();
    let made = bench.run("data resample --pair BTC/USD --interval 1440 --data-dir steps --json");
    assert_eq!(made.done().json()["made_from"], "BTC/USD candles of 240 min");
    for folder in ["direct", "steps"] {
        let out = format!("--interval 1440 --data-dir {folder} --out {folder}.csv");
        bench.run(&format!("data export --pair BTC/USD {out}")).done();
    }
    let days = bench.read("direct.csv");
    assert!(2_000 < String::from_utf8_lossy(&days).lines().count());
    assert!(days == bench.read("steps.csv"));
}
