//! Files, parameters, descriptions; and every error as a person sees it.

mod errors;

use super::*;

fn hourly() -> Interval {
    Interval::from_minutes(60).unwrap()
}

const CROSS: &str = r#"
enter = "cross_above( sma(close,fast) , sma( slow ) ) and rsi(14) < 70"
exit = "cross_below(sma(close, fast), sma(slow))"
stop = "max(2%, 1.5 * atr(14))"
take_profit = "10%"
trailing = "3 * atr(14)"
size = "50%"

[parameters]
slow = 50
fast = 20
"#;

fn set(text: &str) -> RuleSet {
    RuleSet::from_toml(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_description_holds_all_that_makes_it_again() {
    let set = set(CROSS);
    let spec = set.spec(hourly());
    let settings: Vec<(&str, &str)> =
        spec.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        settings,
        [
            ("enter", "cross_above(sma(close, fast), sma(slow)) and rsi(14) < 70"),
            ("exit", "cross_below(sma(close, fast), sma(slow))"),
            ("stop", "max(2%, 1.5 * atr(14))"),
            ("take_profit", "10%"),
            ("trailing", "3 * atr(14)"),
            ("size", "50%"),
            ("parameters", "fast = 20, slow = 50"),
            ("interval", "60"),
            ("hash", &set.hash()),
        ]
    );
    let (again, interval) = RuleSet::from_settings(&spec.settings).unwrap();
    assert_eq!((again.spec(hourly()), interval), (spec, hourly()));
}

#[test]
fn the_hash_is_of_the_rules_and_not_of_how_they_are_written() {
    let one = set("enter = \"sma(n)>close\"\n[parameters]\nn = 20");
    let same = set("enter = '''\n  (sma( n ) > close)\n'''\n[parameters]\nn = 20.0");
    assert_eq!(one.hash(), same.hash());
    let mut other = one.clone();
    other.set("n", "21").unwrap();
    assert_ne!(one.hash(), other.hash());
    let mut spec = one.spec(hourly());
    spec.settings[0].1 = "sma(n) > open".to_owned();
    let refused = RuleSet::from_settings(&spec.settings).unwrap_err().to_string();
    assert!(refused.starts_with("`hash` is not that of these rules"), "{refused}");
}

#[test]
fn programs_share_what_is_equal() {
    let mut graph = Graph::new();
    let mut set = set("enter = \"sma(fast) > sma(slow)\"\n[parameters]\nfast = 5\nslow = 50");
    set.compile_into(&mut graph, hourly()).unwrap();
    let before = graph.nodes().len();
    set.compile_into(&mut graph, hourly()).unwrap();
    assert_eq!(graph.nodes().len(), before);
    set.set("fast", "6").unwrap();
    set.compile_into(&mut graph, hourly()).unwrap();
    // Another average, its comparison and the opposite of it.
    assert_eq!(graph.nodes().len(), before + 3);
}

#[track_caller]
fn check_warm_up(enter: &str, expected: usize) {
    let set = RuleSet::new(&[(Rule::Enter, enter.to_owned())], Vec::new()).unwrap();
    assert_eq!(set.compile(hourly()).unwrap().warm_up(), expected, "{enter}");
}

#[test]
fn the_warm_up_follows_from_the_rule() {
    check_warm_up("true", 1);
    check_warm_up("in_position", 1);
    check_warm_up("close > open", 1);
    check_warm_up("close[3] > 1", 4);
    check_warm_up("sma(20) > 1", 20);
    check_warm_up("sma(close[5], 20) > 1", 25);
    check_warm_up("sma(20)[5] > 1", 25);
    check_warm_up("cross_above(sma(20), sma(50))", 51);
    check_warm_up("rsi(14) > 1", 15);
    check_warm_up("atr(14) > 1", 15);
    check_warm_up("sma(rsi(14), 10) > 1", 24);
    check_warm_up("macd(12, 26, 9) > 1", 26);
    check_warm_up("macd_signal(12, 26, 9) > 1", 34);
    check_warm_up("macd_histogram(12, 26, 9) > 1", 34);
    check_warm_up("bollinger_upper(20, 2) > 1", 20);
    check_warm_up("change(close, 10) > 1", 11);
    check_warm_up("vwap(7) > 1", 7);
    check_warm_up("h1.close > 1", 1);
    check_warm_up("h4.close > 1", 7);
    check_warm_up("h4.sma(20) > 1", 83);
    check_warm_up("(h4.sma(20))[2] > 1", 85);
    check_warm_up("d1.close[1] > 1", 71);
}

#[track_caller]
fn check_program(enter: &str, expected: &str) {
    let set = RuleSet::new(&[(Rule::Enter, enter.to_owned())], Vec::new()).unwrap();
    let program = set.compile(hourly()).unwrap();
    assert_eq!(program.to_string(), expected, "{enter}");
}

#[test]
fn rules_become_these_programs() {
    check_program(
        "cross_above(sma(close, 3), sma(5))",
        "\
0 close
1 mean of 3 of 0
2 mean of 5 of 0
3 1 > 2
4 2, 1 candles ago
5 1, 1 candles ago
6 4 >= 5
7 3 and 6
8 not 7
enter 7, exit 8, warm-up 6",
    );
    check_program(
        "sma(close[2], 3) * 2 > 2 * sma(3)[2] + 3",
        "\
0 close
1 0, 2 candles ago
2 mean of 3 of 0
3 2, 2 candles ago
4 number 2
5 3 * 4
6 number 3
7 5 + 6
8 5 > 7
9 not 8
enter 8, exit 9, warm-up 5",
    );
    check_program(
        "h4.(close > sma(2)) and in_position",
        "\
0 (4 candles in one) close
1 (4 candles in one) mean of 2 of 0
2 (4 candles in one) 0 > 1
3 2 as it closed last
4 in_position
5 3 and 4
6 not 5
enter 5, exit 6, warm-up 11",
    );
}

#[test]
fn every_word_is_documented() {
    let docs = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md"));
    for word in taken().chain(Rule::ALL.map(Rule::name)) {
        let is_there = [format!("`{word}`"), format!("`{word}("), format!(" {word} ")];
        assert!(is_there.iter().any(|it| docs.contains(it)), "`{word}` is not in docs/rules.md");
    }
}
