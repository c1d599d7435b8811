//! Everything that is refused, with what is said and what is advised.

use super::*;

const GOOD: &str = "1381104000,121.99,122.5,121,122,10.5,23\n";

/// What `text` is refused with: message and advice.
#[track_caller]
fn check(text: impl AsRef<[u8]>, message: &str, hint: &str) {
    let error = read_all(text.as_ref(), hourly()).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint().as_str()), (message, hint));
}

const EXPECTED: &str = "write timestamp,open,high,low,close,volume,trades";
const ALONE: &str = "write the number alone, without spaces or quotes";
const PLAIN: &str = "write digits with at most one point, for example 0.00001234";
const NO_TRADES: &str = "delete the line: an interval without trades has none";
const ORDER: &str = "check that the columns stand in the expected order";
const SINCE: &str = "write the time as seconds since 1970";
const PAGE: &str = "https://support.kraken.com/articles/360047124832";

#[test]
#[rustfmt::skip] // A table.
fn files_without_candles() {
    let get = format!("get a file with candles at {PAGE}");
    check("",             "input: it has no candles", &get);
    check("\n",           "input: it has no candles", &get);
    check("\u{feff}",     "input: it has no candles", &get);
    check("timestamp,open,high,low,close,volume,trades\n", "input: it has no candles", &get);
    check("\n\n",         "input:1: the line is empty", "delete the line");
    check([0x1f, 0x8b, 8], "input: it is packed with gzip", "unpack it first, with gunzip");
    check([0xff, 0xfe, b'1', 0], "input: it is text in UTF-16", "save it as plain CSV, in UTF-8");
    check("<!DOCTYPE html>\n", "input: it is a web page",
          "the page was saved in place of the file: download it again in a browser");
    check([0; 600], "input:1: the line is longer than 512 bytes",
          "this is no file of candles; check the path");
    check([0; 100], "input:1: 1 columns where 7 are expected", EXPECTED);
}

#[test]
#[rustfmt::skip] // A table.
fn trades_in_place_of_candles() {
    let get = format!("get the OHLCVT archive in place of the trading history: {PAGE}");
    for trades in [
        "1381095255,122.0,0.1\n1381095300,123.61,0.1\n",
        "1381095255,122.0,0.1",
        "price,volume,time,type,ordertype,misc\n122.0,0.1,1381095255.1,b,l,,1\n",
        "122.00000,0.10000000,1381095255.1234,b,l,,39482\n",
        "122.00000,0.10000000,1381095255.1234,s,m,,39482\n",
    ] {
        check(trades, "input:1: these are trades, not candles", &get);
    }
    // Later on, the same line is only a bad one.
    check(format!("{GOOD}1381107600,122.0,0.1\n"), "input:2: 3 columns where 7 are expected", EXPECTED);
}

#[test]
#[rustfmt::skip] // A table.
fn columns() {
    check("1381104000,1,1,1,1,5\n",      "input:1: 6 columns where 7 are expected", EXPECTED);
    check("1381104000,1,1,1,1,1,5,2\n",  "input:1: 8 columns where 7 are expected", EXPECTED);
    check("nonsense\n",                  "input:1: 1 columns where 7 are expected", EXPECTED);
    check(format!("{GOOD}\n{GOOD}"),     "input:2: the line is empty", "delete the line");
    check("1381104000;1;1;1;1;5;2\n",    "input:1: 1 columns where 7 are expected", "put commas between the columns in place of `;`");
    check("1381104000\t1\t1\t1\t1\t5\t2\n", "input:1: 1 columns where 7 are expected", "put commas between the columns in place of `\t`");
    check("1381104000|1|1|1|1|5|2\n",    "input:1: 1 columns where 7 are expected", "put commas between the columns in place of `|`");
    check("time,open,high,low,close,vwap,volume,count\n",    "input:1: the columns are named \"time,open,high,low,close,vwap,volume,cou…\"", EXPECTED);
    check("time,open,high,low,close,trades,volume\n",        "input:1: the columns are named \"time,open,high,low,close,trades,volume\"", EXPECTED);
    check("date,open,high,low,close,volume,trades\n",        "input:1: the columns are named \"date,open,high,low,close,volume,trades\"", EXPECTED);
    check("\"time\",\"open\"\n",                             "input:1: the columns are named \"\\\"time\\\",\\\"open\\\"\"", EXPECTED);
    check(format!("{GOOD}time,open,high,low,close,volume,trades\n"), "input:2: column 1 (timestamp): \"time\" is not a whole number of seconds", SINCE);
}

#[test]
#[rustfmt::skip] // A table.
fn the_end_of_a_file_that_was_cut_off() {
    let hint = "truncated? download or copy the file again";
    check(format!("{GOOD}13811076"),                  "input:2: the file stops in the middle of its last line, after 0 of 7 columns", hint);
    check(format!("{GOOD}1381107600,122.0,0"),        "input:2: the file stops in the middle of its last line, after 2 of 7 columns", hint);
    check(format!("{GOOD}1381107600,1,1,1,1,"),       "input:2: the file stops in the middle of its last line, after 5 of 7 columns", hint);
    check(format!("{GOOD}1381107600,1,1,1,1,10.5,"),  "input:2: the file stops in the middle of its last line, after 6 of 7 columns", hint);
    // With a newline after it, it is no cut.
    check(format!("{GOOD}1381107600,1,1,1,1,10.5,\n"), "input:2: column 7 (trades): \"\" is not a number of trades", "write a whole number; write 0 if the number is not known");
    check(format!("{GOOD}{}", "1".repeat(600)),       "input:2: the line is longer than 512 bytes", "this is no file of candles; check the path");
}

#[test]
#[rustfmt::skip] // A table.
fn times() {
    let late = "check that the first column is the time, in seconds since 1970";
    let off = "check --interval: these may be candles of another length";
    for (time, message, hint) in [
        ("2013-10-07",           "\"2013-10-07\" is not a whole number of seconds",           "write the time as seconds since 1970, not as a date"),
        ("2013-10-07T00:00:00Z", "\"2013-10-07T00:00:00Z\" is not a whole number of seconds", "write the time as seconds since 1970, not as a date"),
        ("1381104000.0",         "\"1381104000.0\" is not a whole number of seconds",         "write whole seconds, without a fraction"),
        (" 1381104000",          "\" 1381104000\" is not a whole number of seconds",          ALONE),
        ("1381104000x",          "\"1381104000x\" is not a whole number of seconds",          SINCE),
        ("12345678901234567890", "\"12345678901234567890\" is not a whole number of seconds", SINCE),
        ("0",                    "0 seconds is not a time between 2009 and 2100",             late),
        ("1230767999",           "1230767999 seconds is not a time between 2009 and 2100",    late),
        ("4102444800",           "4102444800 seconds is not a time between 2009 and 2100",    late),
        ("1381104000000",        "1381104000000 seconds is not a time between 2009 and 2100", "these look like milliseconds: divide by 1000"),
        ("1381104000000000",     "1381104000000000 seconds is not a time between 2009 and 2100", "these look like micro- or nanoseconds: write whole seconds"),
        ("1381104900",           "no candle of 60 min begins at 2013-10-07T00:15:00Z",        off),
        ("1381104001",           "no candle of 60 min begins at 2013-10-07T00:00:01Z",        off),
    ] {
        check(format!("{time},1,1,1,1,1,1\n"), &format!("input:1: column 1 (timestamp): {message}"), hint);
    }
    check(format!("{GOOD}{GOOD}"), "input:2: column 1 (timestamp): 2013-10-07T00:00:00Z is there twice",
          "delete one of the two lines; if they differ, get a new file");
    check(format!("{GOOD}1381100400,1,1,1,1,1,1\n"), "input:2: column 1 (timestamp): 2013-10-06T23:00:00Z comes after 2013-10-07T00:00:00Z",
          "sort the file by its first column");
}

#[test]
#[rustfmt::skip] // A table.
fn prices() {
    for (price, message, hint) in [
        ("1e5",        "\"1e5\" is not a plain decimal number",   "write all digits, without an exponent"),
        ("1.2e-05",    "\"1.2e-05\" is not a plain decimal number", "write all digits, without an exponent"),
        ("",           "\"\" is not a plain decimal number",      NO_TRADES),
        ("NaN",        "\"NaN\" is not a plain decimal number",   NO_TRADES),
        ("null",       "\"null\" is not a plain decimal number",  NO_TRADES),
        ("inf",        "\"inf\" is not a plain decimal number",   PLAIN),
        ("+122",       "\"+122\" is not a plain decimal number",  PLAIN),
        ("1.2.3",      "\"1.2.3\" is not a plain decimal number", PLAIN),
        ("122.",       "\"122.\" is not a plain decimal number",  PLAIN),
        ("12\u{0}2",   "\"12\\x002\" is not a plain decimal number", PLAIN),
        ("١٢٢",        "\"\\xd9\\xa1\\xd9\\xa2\\xd9\\xa2\" is not a plain decimal number", PLAIN),
        ("122 ",       "\"122 \" is not a plain decimal number",  ALONE),
        (" 122",       "\" 122\" is not a plain decimal number",  ALONE),
        ("\"122\"",    "\"\\\"122\\\"\" is not a plain decimal number", ALONE),
        ("0",          "\"0\" is not above zero",                 "delete the line if nothing was traded"),
        ("0.000",      "\"0.000\" is not above zero",             "delete the line if nothing was traded"),
        ("-122",       "\"-122\" is not above zero",              "delete the line if nothing was traded"),
        ("1.00000000001", "\"1.00000000001\" has more than 10 decimals", "nothing is rounded here: round the column yourself, or get Kraken's own file"),
        ("922337203.7", "\"922337203.7\" is too large",           ORDER),
        ("1381104000", "\"1381104000\" is too large",             ORDER),
    ] {
        for (number, name) in [(2, "open"), (3, "high"), (4, "low"), (5, "close")] {
            let mut fields = ["1381104000", "122", "122", "122", "122", "1", "1"];
            fields[number - 1] = price;
            let expect = format!("input:1: column {number} ({name}): {message}");
            check(format!("{}\n", fields.join(",")), &expect, hint);
        }
    }
    let long = "9".repeat(100);
    let expect = format!("input:1: column 2 (open): \"{}…\" is too large", &long[..40]);
    check(format!("1381104000,{long},1,1,1,1,1\n"), &expect, ORDER);
}

#[test]
#[rustfmt::skip] // A table.
fn volumes_and_counts() {
    for (volume, message, hint) in [
        ("-1",   "\"-1\" is below zero",                ORDER),
        ("-0",   "\"-0\" is below zero",                ORDER),
        ("1e1",  "\"1e1\" is not a plain decimal number", "write all digits, without an exponent"),
        ("",     "\"\" is not a plain decimal number",  NO_TRADES),
        ("0.1234567890123456789", "\"0.1234567890123456789\" has more than 18 decimals",
         "nothing is rounded here: round the column yourself, or get Kraken's own file"),
        ("1E+30", "\"1E+30\" is too large",             ORDER),
    ] {
        check(format!("1381104000,1,1,1,1,{volume},1\n"), &format!("input:1: column 6 (volume): {message}"), hint);
    }
    for count in ["", "-1", "1.5", "x", "4294967296", "12345678901234567890", " 1", "1E+1"] {
        let message = format!("input:1: column 7 (trades): \"{count}\" is not a number of trades");
        check(format!("1381104000,1,1,1,1,1,{count}\n"), &message, "write a whole number; write 0 if the number is not known");
    }
}

#[test]
#[rustfmt::skip] // A table.
fn numbers_that_contradict_each_other() {
    let hint = "check the order of the columns, or get Kraken's own file";
    for (prices, message) in [
        ("2,1,1,1", "column 3 (high): the high 1 is below the open 2"),
        ("1,1,1,2", "column 3 (high): the high 1 is below the close 2"),
        ("1,1,2,1", "column 3 (high): the high 1 is below the low 2"),
        ("1,3,2,2", "column 4 (low): the low 2 is above the open 1"),
        ("2,3,2,1", "column 4 (low): the low 2 is above the close 1"),
    ] {
        check(format!("1381104000,{prices},1,1\n"), &format!("input:1: {message}"), hint);
    }
}

#[test]
fn candles_that_were_not_asked_for() {
    let mut day = String::new();
    for at in 0..300_u64 {
        use std::fmt::Write;
        writeln!(day, "{},1,1,1,1,1,1", 1_381_104_000 + at * 86_400).unwrap();
    }
    check(day, "input: its candles are of 1440 min, not of 60 min", "say --interval 1440");

    let hint = "move --from and --to into what the file covers";
    let covers = "the file covers 2013-10-07T00:00:00Z to 2013-10-07T04:00:00Z";
    for (from, to, range) in [
        (Some("2014-01-01"), None, " from 2014-01-01T00:00:00Z on"),
        (None, Some("2013-01-01"), " before 2013-01-01T00:00:00Z"),
        (
            Some("2013-10-07T02:00:00Z"),
            Some("2013-10-07T03:00:00Z"),
            " from 2013-10-07T02:00:00Z to 2013-10-07T03:00:00Z",
        ),
    ] {
        let error = drain(&mut reader(from, to)).unwrap_err();
        assert_eq!(error.to_string(), format!("input: no candle{range}; {covers}"));
        assert_eq!(error.hint(), hint);
    }
}
