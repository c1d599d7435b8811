//! Everything that is refused, with what is said and what is advised.

use std::fmt::Write;

use super::*;

const GOOD: &str = "1381104000,121.99,122.5,121,122,10.5,23\n";
const ARCHIVE: &str = "https://support.kraken.com/articles/360047124832";

const EXPECTED: &str = "write timestamp,open,high,low,close,volume,trades";
const ALONE: &str = "write the number alone, without spaces or quotes";
const PLAIN: &str = "write digits with at most one point, for example 0.00001234";
const EXPONENT: &str = "write all digits, without an exponent";
const NO_TRADES: &str = "delete the line: an interval without trades has none";
const NO_ROUNDING: &str =
    "nothing is rounded here: round the column yourself, or get Kraken's own file";
const ORDER: &str = "check that the columns stand in the expected order";
const SINCE: &str = "write the time as seconds since 1970";
const FIRST: &str = "check that the first column is the time, in seconds since 1970";
const COUNT: &str = "write a whole number; write 0 if the number is not known";
const NO_CANDLES: &str = "this is no file of candles; check the path";

/// What `text` is refused with: message and advice.
#[track_caller]
fn check(text: impl AsRef<[u8]>, message: &str, hint: &str) {
    let error = read_all(text.as_ref(), hourly()).unwrap_err();
    let expect = (format!("input{message}"), hint.to_owned());
    assert_eq!((error.to_string(), error.hint()), expect);
}

/// What a good row is refused with after `field` was put into column `number`.
#[track_caller]
fn check_field(number: usize, field: &str, message: &str, hint: &str) {
    let mut fields = ["1381104000", "122", "122", "122", "122", "1", "1"];
    fields[number - 1] = field;
    let name = Column::ALL[number - 1].name();
    let message = format!(":1: column {number} ({name}): {message}");
    check(format!("{}\n", fields.join(",")), &message, hint);
}

#[test]
#[rustfmt::skip] // A table.
fn files_without_candles() {
    let get = format!("get a file with candles at {ARCHIVE}");
    check("",              ": it has no candles", &get);
    check("\n",            ": it has no candles", &get);
    check("\u{feff}",      ": it has no candles", &get);
    check("time,open,high,low,close,volume,trades\n", ": it has no candles", &get);
    check("\n\n",          ":1: the line is empty", "delete the line");
    check([0x1f, 0x8b, 8], ": it is packed with gzip", "unpack it first, with gunzip");
    check([0xff, 0xfe, 1], ": it is text in UTF-16", "save it as plain CSV, in UTF-8");
    check([0xfe, 0xff, 1], ": it is text in UTF-16", "save it as plain CSV, in UTF-8");
    check("<!DOCTYPE html>\n", ": it is a web page",
          "the page was saved in place of the file: download it again in a browser");
    check([0; 600],        ":1: the line is longer than 512 bytes", NO_CANDLES);
    check([0; 100],        ":1: 1 column where 7 are expected", EXPECTED);
}

#[test]
fn trades_in_place_of_candles() {
    let get = format!("get the OHLCVT archive in place of the trading history: {ARCHIVE}");
    for trades in [
        "1381095255,122.0,0.1\n1381095300,123.61,0.1\n",
        "1381095255,122.0,0.1",
        "price,volume,time,type,ordertype,misc\n122.0,0.1,1381095255.1,b,l,,1\n",
        "122.00000,0.10000000,1381095255.1234,b,l,,39482\n",
        "122.00000,0.10000000,1381095255.1234,s,m,,39482\n",
    ] {
        check(trades, ":1: these are trades, not candles", &get);
    }
    // Later on, the same line is only a bad one.
    let late = format!("{GOOD}1381107600,122.0,0.1\n");
    check(late, ":2: 3 columns where 7 are expected", EXPECTED);
    for no_trade in ["1,122.0,0.1\n", "1381095255,x,0.1\n", "1381095255,122.0,x\n"] {
        check(no_trade, ":1: 3 columns where 7 are expected", EXPECTED);
    }
    for no_trade in ["1,1,1,b,x,1,1\n", "1,1,1,x,l,1,1\n"] {
        let message = ":1: column 1 (timestamp): 1 seconds is not a time between 2009 and 2100";
        check(no_trade, message, FIRST);
    }
}

#[test]
#[rustfmt::skip] // A table.
fn columns() {
    check("nonsense\n",                 ":1: 1 column where 7 are expected",  EXPECTED);
    check("1381104000,1,1,1,1,5\n",     ":1: 6 columns where 7 are expected", EXPECTED);
    check("1381104000,1,1,1,1,1,5,2\n", ":1: 8 columns where 7 are expected", EXPECTED);
    check(format!("{GOOD}\n{GOOD}"),    ":2: the line is empty",              "delete the line");
    for (separator, shown) in [(";", ";"), ("\t", "\\t"), ("|", "|")] {
        let hint = format!("put commas between the columns in place of `{shown}`");
        check(GOOD.replace(',', separator), ":1: 1 column where 7 are expected", &hint);
    }
    for (names, shown) in [
        ("time,open,high,low,close,trades,volume", "time,open,high,low,close,trades,volume"),
        ("date,open,high,low,close,volume,trades", "date,open,high,low,close,volume,trades"),
        ("time,open,high,low,close,vwap,volume,count", "time,open,high,low,close,vwap,volume,cou…"),
        ("\"time\",\"open\"", r#"\"time\",\"open\""#),
    ] {
        let message = format!(":1: the columns are named \"{shown}\"");
        check(format!("{names}\n"), &message, EXPECTED);
    }
    check(format!("{GOOD}time,open,high,low,close,volume,trades\n"),
          r#":2: column 1 (timestamp): "time" is not a whole number of seconds"#, SINCE);
}

#[test]
fn the_end_of_a_file_that_was_cut_off() {
    for (end, columns) in [
        ("13811076", 0),
        ("1381107600,122.0,0", 2),
        ("1381107600,1,1,1,1,", 5),
        ("1381107600,1,1,1,1,10.5", 5),
        ("1381107600,1,1,1,1,10.5,", 6),
    ] {
        let message = format!(
            ":2: the file stops in the middle of its last line, after {columns} of 7 columns"
        );
        check(format!("{GOOD}{end}"), &message, "truncated? download or copy the file again");
    }
    // All columns are there, so it is no cut.
    let whole = format!("{GOOD}1381107600,1,1e5,1,1,1,1");
    check(whole, r#":2: column 3 (high): "1e5" is not a plain decimal number"#, EXPONENT);
    // With a newline after it, it is no cut.
    let whole = format!("{GOOD}1381107600,1,1,1,1,10.5,\n");
    check(whole, r#":2: column 7 (trades): "" is not a number of trades"#, COUNT);
    let long = format!("{GOOD}{}", "1".repeat(600));
    check(long, ":2: the line is longer than 512 bytes", NO_CANDLES);
}

#[test]
#[rustfmt::skip] // A table.
fn times() {
    const NO_DATE: &str = "write the time as seconds since 1970, not as a date";
    for (time, hint) in [
        ("2013-10-07",           NO_DATE),
        ("2013-10-07T00:00:00Z", NO_DATE),
        ("1381104000.0",         "write whole seconds, without a fraction"),
        (" 1381104000",          ALONE),
        ("1381104000x",          SINCE),
        ("",                     SINCE),
        ("12345678901234567890", SINCE),
    ] {
        check_field(1, time, &format!("\"{time}\" is not a whole number of seconds"), hint);
    }
    for (time, hint) in [
        ("0",                FIRST),
        ("1230764400",       FIRST),
        ("4102444800",       FIRST),
        ("1381104000000",    "these look like milliseconds: divide by 1000"),
        ("1381104000000000", "these look like micro- or nanoseconds: write whole seconds"),
    ] {
        let message = format!("{time} seconds is not a time between 2009 and 2100");
        check_field(1, time, &message, hint);
    }
    for (time, shown) in [
        ("1381104900", "2013-10-07T00:15:00Z"),
        ("1381104001", "2013-10-07T00:00:01Z"),
    ] {
        check_field(1, time, &format!("no candle of 60 min begins at {shown}"),
                    "check --interval: these may be candles of another length");
    }
    check(format!("{GOOD}{GOOD}"),
          ":2: column 1 (timestamp): 2013-10-07T00:00:00Z is there twice",
          "delete one of the two lines; if they differ, get a new file");
    check(format!("{GOOD}1381100400,1,1,1,1,1,1\n"),
          ":2: column 1 (timestamp): 2013-10-06T23:00:00Z comes after 2013-10-07T00:00:00Z",
          "sort the file by its first column");
}

#[test]
#[rustfmt::skip] // A table.
fn prices() {
    const NOT_TRADED: &str = "delete the line if nothing was traded";
    let long = "9".repeat(100);
    let cut = format!("{}…", "9".repeat(40));
    for (price, shown, message, hint) in [
        ("1e5",           "1e5",           "is not a plain decimal number", EXPONENT),
        ("1.2e-05",       "1.2e-05",       "is not a plain decimal number", EXPONENT),
        ("",              "",              "is not a plain decimal number", NO_TRADES),
        ("NaN",           "NaN",           "is not a plain decimal number", NO_TRADES),
        ("null",          "null",          "is not a plain decimal number", NO_TRADES),
        ("inf",           "inf",           "is not a plain decimal number", PLAIN),
        ("+122",          "+122",          "is not a plain decimal number", PLAIN),
        ("1.2.3",         "1.2.3",         "is not a plain decimal number", PLAIN),
        ("122.",          "122.",          "is not a plain decimal number", PLAIN),
        ("12\u{0}2",      "12\\x002",      "is not a plain decimal number", PLAIN),
        ("12٢",           "12\\xd9\\xa2",  "is not a plain decimal number", PLAIN),
        ("122 ",          "122 ",          "is not a plain decimal number", ALONE),
        (" 122",          " 122",          "is not a plain decimal number", ALONE),
        ("\"122\"",       "\\\"122\\\"",   "is not a plain decimal number", ALONE),
        ("0",             "0",             "is not above zero",             NOT_TRADED),
        ("0.000",         "0.000",         "is not above zero",             NOT_TRADED),
        ("-122",          "-122",          "is not above zero",             NOT_TRADED),
        ("1.00000000001", "1.00000000001", "has more than 10 decimals",     NO_ROUNDING),
        ("922337203.7",   "922337203.7",   "is too large",                  ORDER),
        ("1381104000",    "1381104000",    "is too large",                  ORDER),
        (&long,           &cut,            "is too large",                  ORDER),
    ] {
        for column in 2..=5 {
            check_field(column, price, &format!("\"{shown}\" {message}"), hint);
        }
    }
}

#[test]
#[rustfmt::skip] // A table.
fn volumes_and_counts() {
    for (volume, message, hint) in [
        ("-1",    "is below zero",                 ORDER),
        ("-0",    "is below zero",                 ORDER),
        ("1e1",   "is not a plain decimal number", EXPONENT),
        ("",      "is not a plain decimal number", NO_TRADES),
        ("1E+30", "is too large",                  ORDER),
        ("0.1234567890123456789", "has more than 18 decimals", NO_ROUNDING),
    ] {
        check_field(6, volume, &format!("\"{volume}\" {message}"), hint);
    }
    for count in ["-1", "1.5", "x", "4294967296", "12345678901234567890", " 1", "1E+1"] {
        check_field(7, count, &format!("\"{count}\" is not a number of trades"), COUNT);
    }
}

#[test]
fn numbers_that_contradict_each_other() {
    let hint = "check the order of the columns, or get Kraken's own file";
    for (prices, message) in [
        ("2,1,1,1", "column 3 (high): the high 1 is below the open 2"),
        ("1,1,1,2", "column 3 (high): the high 1 is below the close 2"),
        ("1,1,2,1", "column 3 (high): the high 1 is below the low 2"),
        ("1,3,2,2", "column 4 (low): the low 2 is above the open 1"),
        ("2,3,2,1", "column 4 (low): the low 2 is above the close 1"),
    ] {
        check(format!("1381104000,{prices},1,1\n"), &format!(":1: {message}"), hint);
    }
}

#[test]
fn candles_that_were_not_asked_for() {
    let mut days = String::new();
    for at in 0..300_u64 {
        writeln!(days, "{},1,1,1,1,1,1", 1_381_104_000 + at * 86_400).unwrap();
    }
    check(days, ": its candles are of 1440 min, not of 60 min", "say --interval 1440");

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
        assert_eq!(error.hint(), "move --from and --to into what the file covers");
    }
}
