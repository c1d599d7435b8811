//! Files of candles that are none: each is refused with its name, the line and the column.

use crate::{
    bench::Bench,
    candles::{NAME, START, hourly, with_line},
};

const RUN: &str = "backtest --pair BTC/USD --strategy sma_cross --interval 60 --json --data";

#[track_caller]
fn check(content: impl AsRef<[u8]>, parts: &[&str]) {
    let bench = Bench::new();
    let outcome = bench.write(NAME, content).run(&format!("{RUN} {NAME}"));
    outcome.wrong(parts);
    let starts = format!("error: {NAME}:");
    assert!(outcome.stderr.starts_with(&starts), "names the file first: {outcome:?}");
}

/// A line in the place of the fifth, and what is said of it.
#[track_caller]
fn check_line(line: &str, parts: &[&str]) {
    let here = ["error: XBTUSD_60.csv:5: "];
    check(with_line(5, line), &[&here, parts].concat());
}

#[test]
fn without_candles() {
    check("", &["it has no candles"]);
    let names = "time,open,high,low,close,volume,trades\n";
    check(names, &["it has no candles"]);
    check("\n", &["it has no candles"]);
    check("some words\n", &[":1: 1 column where 7 are expected"]);
    check("<!DOCTYPE html><html>", &["it is a web page", "download it again"]);
    check([0x1f, 0x8b, 8, 0], &["it is packed with gzip", "gunzip"]);
    check([0xff, 0xfe, b'1', 0], &["it is text in UTF-16", "save it as plain CSV"]);
    check([0; 64], &[":1: 1 column where 7 are expected"]);
    check("x".repeat(100_000), &[":1: the line is longer than 512 bytes"]);
}

#[test]
fn other_columns() {
    check_line("1483243200,1,2,1,1,5", &["6 columns where 7 are expected", "write timestamp,open"]);
    check_line("1483243200,1,2,1,1,5,9,9", &["8 columns where 7 are expected"]);
    check_line("1483243200;1;2;1;1;5;9", &["1 column where 7", "commas", "in place of `;`"]);
    check_line("", &["the line is empty", "delete the line"]);
    // Kraken's other archive: single trades.
    let trades = "1483228800,963.1,0.5\n1483228801,963.2,0.25\n";
    check(trades, &[":1: these are trades, not candles", "OHLCVT archive"]);
    let names = "price,volume,time,side,type,misc,id\n";
    check(names, &[":1: these are trades, not candles"]);
    check("day,sun,rain\n", &[":1: the columns are named \"day,sun,rain\"", "write timestamp"]);
}

#[test]
fn numbers_that_are_none() {
    let whole = "write the time as seconds since 1970";
    check_line("soon,1,2,1,1,5,9", &["column 1 (timestamp): \"soon\"", whole]);
    check_line("2017-01-01,1,2,1,1,5,9", &["column 1 (timestamp)", "not as a date"]);
    check_line("1483243200.5,1,2,1,1,5,9", &["column 1 (timestamp)", "whole seconds"]);
    check_line("1483243200000,1,2,1,1,5,9", &["column 1", "milliseconds: divide by 1000"]);
    check_line("1483243200,cheap,2,1,1,5,9", &["column 2 (open): \"cheap\" is not a plain"]);
    check_line("1483243200,1,2e3,1,1,5,9", &["column 3 (high): \"2e3\"", "without an exponent"]);
    check_line("1483243200,1,2,NaN,1,5,9", &["column 4 (low): \"NaN\"", "delete the line"]);
    check_line("1483243200,1,2,1,\"1\",5,9", &["column 5 (close)", "without spaces or quotes"]);
    check_line("1483243200,1,2,1,,5,9", &["column 5 (close): \"\" is not a plain decimal"]);
    check_line("1483243200,1,2,1,1,+5,9", &["column 6 (volume): \"+5\" is not a plain decimal"]);
    check_line("1483243200,1,2,1,1,5,few", &["column 7 (trades): \"few\" is not a number of"]);
    check_line("1483243200,1,2,1,1,5,1.5", &["column 7 (trades): \"1.5\" is not a number of"]);
}

#[test]
fn numbers_that_cannot_be() {
    check_line("1483243200,0,2,1,1,5,9", &["column 2 (open): \"0\" is not above zero"]);
    check_line("1483243200,1,2,-1,1,5,9", &["column 4 (low): \"-1\" is not above zero"]);
    check_line("1483243200,1,2,1,1,-5,9", &["column 6 (volume): \"-5\" is below zero"]);
    check_line("1483243200,1,1,2,1,5,9", &["column ", "check the order of the columns"]);
    check_line("1483243200,9,2,1,1,5,9", &["column 3 (high)", "check the order"]);
    check_line("1483243200,1.00000000001,2,1,1,5,9", &["column 2 (open)", "more than 10 decimals"]);
    check_line(
        "1483243200,1,9999999999,1,1,5,9",
        &["column 3 (high): \"9999999999\" is too large"],
    );
    check_line("1483243200,1,2,1,1,5,4294967296", &["column 7 (trades)"]);
    check_line("9,1,2,1,1,5,9", &["column 1 (timestamp): 9 seconds is not a time between 2009"]);
}

#[test]
fn times_that_do_not_follow() {
    check_line("1483239600,1,2,1,1,5,9", &["2017-01-01T03:00:00Z is there twice", "delete one"]);
    check_line("1483232400,1,2,1,1,5,9", &["comes after 2017-01-01T03:00:00Z", "sort the file"]);
    check_line("1483243201,1,2,1,1,5,9", &["no candle of 60 min begins at", "--interval"]);
    // Longer candles than asked for stand on the same grid; two hundred of them give it away.
    let daily: Vec<_> =
        (0..300).map(|day| format!("{},1,2,1,1,5,9", START + day * 86_400)).collect();
    check(daily.join("\n"), &["its candles are of 1440 min, not of 60 min", "say --interval 1440"]);
}

#[test]
fn bytes_that_are_no_text() {
    check_line("1483243200,1\0,2,1,1,5,9", &["column 2 (open): \"1\\x00\" is not a plain"]);
    let mut bytes = hourly(30).into_bytes();
    let end = bytes.len() - 2;
    bytes[end] = 0xff;
    check(&bytes, &[":30: column 7 (trades): ", "\\xff\" is not a number of trades"]);
    // Nothing that moves the cursor reaches the terminal.
    check_line("1483243200,\x1b[31m1,2,1,1,5,9", &["column 2 (open): \"\\x1b[31m1\""]);
}

#[test]
fn a_file_that_was_cut_off() {
    let whole = hourly(30);
    let cut = &whole[..whole.len() - 12];
    check(cut, &[":30: the file stops in the middle of its last line, after", "of 7 columns"]);
    // Cut off behind a line it cannot be told from a shorter file.
    let lines: Vec<_> = whole.lines().take(20).collect();
    let outcome = Bench::new().write(NAME, lines.join("\n")).run(&format!("{RUN} {NAME}"));
    assert_eq!(outcome.done().json()["candles"], 20);
}

#[test]
fn the_wrong_file() {
    let bench = Bench::new();
    bench.write("ETHUSD_60.csv", hourly(30)).write("XBTUSD_15.csv", hourly(30));
    bench.write("notes/readme.txt", "words").write("empty/x/y", "");
    let check = |path: &str, parts: &[&str]| bench.run(&format!("{RUN} {path}")).wrong(parts);
    check("nowhere.csv", &["nowhere.csv: no such file or folder", "check the path"]);
    check("ETHUSD_60.csv/more.csv", &["no such file or folder"]);
    check("ETHUSD_60.csv", &["it is named for ETH/USD, not for BTC/USD", "say --pair ETH/USD"]);
    check("XBTUSD_15.csv", &["candles of 15 min, not of 60 min", "say --interval 15"]);
    check(".", &[".: it has BTC/USD in candles of 15 min, not of 60 min", "say --interval 15"]);
    check("notes", &["notes: it has no file like XBTUSD_60.csv", "readme.txt"]);
    check("empty/x", &["empty/x: it has no file like XBTUSD_60.csv"]);
    bench.write("other/ETHUSD_60.csv", hourly(30)).write("other/XBTEUR_60.csv", hourly(30));
    check("other", &["other: it has no candles of BTC/USD; near it: BTC/EUR, ETH/USD"]);
}

#[test]
fn a_range_without_candles() {
    let bench = Bench::new();
    bench.write(NAME, hourly(30));
    let covers = "the file covers 2017-01-01T00:00:00Z to 2017-01-02T05:00:00Z";
    for range in [
        "--from 2017-02-01",
        "--to 2016-12-31",
        "--from 2017-02-01 --to 2017-03-01",
        "--from 2017-01-01T03:30:00Z --to 2017-01-01T03:45:00Z",
    ] {
        let outcome = bench.run(&format!("{RUN} {NAME} {range}"));
        outcome.wrong(&["XBTUSD_60.csv: no candle", covers, "move --from and --to"]);
    }
}
