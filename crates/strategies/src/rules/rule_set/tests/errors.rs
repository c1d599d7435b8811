//! Wrong rules and the exact words that a person reads: `errors.txt` is what all cases print.

use super::*;

/// What is printed for a file with this text, on hourly candles.
fn refusal(toml: &str) -> String {
    let compiled = RuleSet::from_toml(toml).and_then(|set| set.compile(hourly()));
    compiled.map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

/// Rules to enter.
#[rustfmt::skip] // A table.
const ENTER: &[&str] = &[
    "close > closee",
    "close > ",
    "close",
    "1",
    "true and close",
    "close > true",
    "not close",
    "-true",
    "true + 1",
    "sma(20",
    "sma(20))",
    "(close > open",
    "close[1",
    "close[-1] > open",
    "close[1.5] > open",
    "close[close] > open",
    "close[100001] > open",
    "closes[1] > open",
    "sma() > 1",
    "sma(close, 20, 30) > 1",
    "sma(0) > 1",
    "sma(20.5) > 1",
    "sma(-20) > 1",
    "sma(close) > 1",
    "sma(200000) > 1",
    "sma(true, 20) > 1",
    "smaa(20) > 1",
    "sma > 1",
    "close(1) > 1",
    "macd(26, 12, 9) > 0",
    "bollinger_upper(20, 0) > 1",
    "bollinger_upper(20, close) > 1",
    "close > open > low",
    "100[2] > close",
    "h4.5 > close",
    "rsi(14, 70) > 1",
    "close = open",
    "close > open && high > low",
    "close > open || high > low",
    "!in_position",
    "close ^ 2 > 1",
    "close > 1 / 0",
    "close > 5%",
    "h4 > 1",
    "h4.closee > 1",
    "h5x.close > 1",
    "x4.close > 1",
    "m90.close > 1",
    "m30.close > 1",
    "d31.close > 1",
    "h4.d1.close > 1",
    "h4.in_position",
    "h4.profit_percent > 1",
    "close AND open",
    "close > open close < high",
    r#"close > "open""#,
    "close > 1 # always",
    "cross_above(close) ",
    "cross_above(close, true)",
    "stop > 1",
    "and close > open",
    "close > open and",
    "close > .5",
    "close > 5.",
    "close > 1e5",
    "Close > 1",
    "highest(20) > 1",
    "future(close) > 1",
    "sma(close[-1], 5) > 1",
    "ünder > 1",
];

/// Whole files.
#[rustfmt::skip] // A table.
const FILES: &[&str] = &[
    "",
    "exit = 'true'",
    "enter = 5",
    "enter = 'true'\nentry = 'true'",
    "enter = 'true'\nstopp = '5%'",
    "enter = 'true'\nenter = 'true'",
    "enter = ",
    "enter = 'true'\nstop = 'close > 1'",
    "enter = 'true'\nstop = 'h4.close%'",
    "enter = 'true'\nstop = 'h4.(5%)'",
    "enter = 'true'\nsize = 'true'",
    "enter = 'true'\nstop = ''",
    "enter = 'true'\nstop = '0'",
    "enter = 'true'\nstop = '-n%'\n[parameters]\nn = 5",
    "enter = 'true'\nstop = '100%'",
    "enter = 'true'\ntrailing = '5% - 5%'",
    "enter = 'true'\ntrailing = '0%'",
    "enter = 'true'\ntake_profit = '-5'",
    "enter = 'true'\ntake_profit = '200%'",
    "enter = 'true'\nsize = '-1%'",
    "enter = 'true'\nsize = '5'",
    "enter = 'true'\nparameters = 5",
    "enter = 'true'\n[parameters]\nfast = 20",
    "enter = 'sma(fast) > 1'\n[parameters]\nfast = '20'",
    "enter = 'sma(fast) > 1'\n[parameters]\nfats = 20",
    "enter = 'sma(sma) > 1'\n[parameters]\nsma = 20",
    "enter = 'sma(h4) > 1'\n[parameters]\nh4 = 20",
    "enter = 'sma(n) > 1'\n[parameters]\nn = nan",
    "enter = 'sma(fast) > 1'\n[parameters]\nfast = 20.5",
    "enter = \"\"\"close > open\n  and closee > high\"\"\"",
    "enter = 'd30.sma(10000) > 1'",
];

#[test]
fn errors_say_what_and_where() {
    let enter = ENTER.iter().map(|rule| format!("enter = {}", toml::Value::from(*rule)));
    let files = FILES.iter().map(|text| (*text).to_owned());
    let mut printed = String::new();
    for text in enter.chain(files) {
        writeln!(printed, "{text}\n{}\n", refusal(&text)).unwrap();
    }
    let expected = include_str!("errors.txt");
    assert!(printed == expected, "these are the errors now:\n{printed}");
}

#[test]
fn limits_are_kept_and_named() {
    let long = format!("enter = '{}'", "close > open and ".repeat(300));
    assert!(refusal(&long).contains("4000 are allowed"), "{}", refusal(&long));
    for (open, close) in [("(", ")"), ("abs(", ")"), ("-", ""), ("close[", "]")] {
        let deep = format!("enter = '{}1{} > 0'", open.repeat(150), close.repeat(150));
        let refused = refusal(&deep);
        assert!(refused.contains("nested more than 100 deep"), "{refused}");
    }
    let row = format!("enter = 'close{} > 1'", " + open".repeat(120));
    assert!(refusal(&row).contains("nested more than 100 deep"), "{}", refusal(&row));
    let parameters = |count: usize| {
        let names = (0..count).map(|at| format!("p{at}"));
        let sum: Vec<String> = names.clone().collect();
        let values: Vec<String> = names.map(|name| format!("{name} = 1")).collect();
        format!("enter = 'max({})'\n[parameters]\n{}", sum.join(" + "), values.join("\n"))
    };
    assert!(refusal(&parameters(65)).contains("65 parameters are more than 64"));
    let much: Vec<String> = (0..30).map(|at| format!("sma({}) > 1", 100_000 - at)).collect();
    let refused = refusal(&format!("enter = '{}'", much.join(" and ")));
    assert!(refused.contains("2000000 are allowed"), "{refused}");
    let file = format!("# {}", "x".repeat(70_000));
    assert!(refusal(&file).contains("65536 are allowed"));
}

#[test]
fn a_parameter_is_set_by_its_name_and_to_a_number() {
    let mut set = set("enter = 'sma(fast) > 1'\n[parameters]\nfast = 20");
    for (name, value, expected) in [
        ("fats", "1", "the rules have no parameter `fats`; they have fast; did you mean `fast`?"),
        ("fast", "x", "the parameter `fast` cannot be `x`; give a number"),
        ("fast", "nan", "the parameter `fast` cannot be `nan`; give a number"),
        ("fast", "inf", "the parameter `fast` cannot be `inf`; give a number"),
        ("fast", "1e3", "the parameter `fast` cannot be `1e3`; give a number"),
        ("fast", "", "the parameter `fast` cannot be ``; give a number"),
    ] {
        assert_eq!(set.set(name, value).unwrap_err().to_string(), expected);
    }
    set.set("fast", "2.5").unwrap();
    assert_eq!(set.parameters(), [("fast".to_owned(), 2.5)]);
    let refused = set.compile(hourly()).unwrap_err().to_string();
    assert!(refused.contains("`candles` is a whole number of candles from 1 to 100000, not 2.5"));
}
