//! `slackwater backtest --ticks`: a recording and a file of ticks in, JSON, table and fills out.

use serde_json::json;

use crate::bench::Bench;

const RUN: &str = "backtest --ticks --data r.jsonl --pair BTC/USD --strategy market_maker \
                   --set every=1 --set distance=1 --latency 10ms/10ms --feed-latency 1ms --base 1";

/// A book at 100, and a trade each second that goes through the quotes of the one before.
fn recording() -> String {
    let line = |frame: String| {
        format!("{{\"at\":1,\"connection\":1,\"way\":\"received\",\"frame\":{frame}}}\n")
    };
    let snapshot = r#"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD",
        "bids":[{"price":99.0,"qty":1}],"asks":[{"price":101.0,"qty":1}],"checksum":1,
        "timestamp":"2026-01-01T00:00:00Z"}]}"#;
    let mut lines = line(snapshot.replace('\n', ""));
    for second in 1..9 {
        let (side, price) = if second % 2 == 0 { ("buy", "100.5") } else { ("sell", "99.5") };
        let what = format!(r#""symbol":"BTC/USD","side":"{side}","price":{price},"qty":0.004"#);
        let time = format!("2026-01-01T00:00:0{second}Z");
        let more = format!(r#""ord_type":"market","trade_id":{second},"timestamp":"{time}""#);
        let start = r#""channel":"trade","type":"update""#;
        lines += &line(format!(r#"{{{start},"data":[{{{what},{more}}}]}}"#));
    }
    lines
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("r.jsonl", recording());
    bench
}

#[test]
fn a_recording_is_replayed() {
    let bench = bench();
    let answer = bench.run(&format!("{RUN} --trades fills.csv --json")).done().json();
    assert_eq!((&answer["ticks"], &answer["trades_seen"]), (&json!(11), &json!(8)));
    assert_eq!((&answer["book_messages"], &answer["levels_shown"]), (&json!(1), &json!(1)));
    assert_eq!((&answer["pair"], &answer["strategy"]), (&json!("BTC/USD"), &json!("market_maker")));
    // Each trade but the first goes through a quote of 0.01 and fills the 0.004 that traded.
    assert_eq!((&answer["fills"], &answer["taker_fills"]), (&json!(7), &json!(0)));
    let csv = String::from_utf8(bench.read("fills.csv")).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 8, "{csv}");
    assert!(rows[0].starts_with("time,order,side,price,quantity,cost,fee,liquidity"), "{csv}");
    assert!(rows[1].contains(",sell,99.6,0.004,") && rows[1].ends_with(",maker"), "{csv}");
    // The same seed, the same answer.
    let mut again = bench.run(&format!("{RUN} --json")).done().json();
    again["elapsed_cpu_s"] = answer["elapsed_cpu_s"].clone();
    assert_eq!(again, answer);
    let table = bench.run(RUN).done().stdout;
    assert!(table.contains("fills, as maker, as taker"), "{table}");
}

#[test]
fn what_does_not_fit_is_said() {
    let bench = bench();
    bench.write("candles.csv", "1381104000,121.99,122.5,121,122,10.5,23\n");
    bench.write("some.ticks", b"SLKTICK1 and so on");
    for (typed, words) in [
        (RUN.replace("r.jsonl", "nowhere.jsonl"), "cannot read nowhere.jsonl"),
        (RUN.replace("r.jsonl", "candles.csv"), "this is no line of a recording"),
        (RUN.replace("r.jsonl", "some.ticks"), "is not a file of ticks"),
        (RUN.replace("BTC/USD", "ETH/USD"), "has no ticks of ETH/USD"),
        (RUN.replace("market_maker", "market_taker"), "did you mean `market_maker`?"),
        (RUN.replace("every=1", "evry=1"), "did you mean `every`?"),
        (RUN.replace("every=1", "every=0"), "every=0 is no whole number"),
        (format!("{RUN} --stop 5%"), "--stop is for candles"),
        (format!("{RUN} --trades r.jsonl"), "is the file of --data"),
        (RUN.replace("10ms/10ms", "10ms"), "write there/back"),
        (RUN.replace("--ticks ", ""), "--ticks"),
    ] {
        let outcome = bench.run(&typed);
        assert_eq!(outcome.status, Some(2), "{typed}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{typed}: {}", outcome.stderr);
    }
}
