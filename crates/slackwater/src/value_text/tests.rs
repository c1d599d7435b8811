//! Values as people type them: what is understood, what is refused, and in which words.

use std::fmt;

use proptest::prelude::*;

use super::*;

/// What a text is understood as, or why it is not.
fn shown<T: fmt::Debug, E: fmt::Display>(value: Result<T, E>) -> String {
    match value {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check_all<T: fmt::Debug, E: fmt::Display>(
    parse: impl Fn(&str) -> Result<T, E>,
    rows: &[(&str, &str)],
) {
    for (text, expect) in rows {
        assert_eq!(shown(parse(text)), *expect, "`{text}`");
    }
}

#[test]
fn sizes() {
    let parse = |text: &str| parse_size(text, None);
    check_all(
        parse,
        &[
            ("all-in", "AllIn"),
            ("fixed:0.5", "Fixed(0.5)"),
            ("fixed:0.00000001", "Fixed(0.00000001)"),
            ("risk:1%", "Risk(RiskFraction(0.01))"),
            ("risk:0.25", "Risk(RiskFraction(0.0025))"),
            ("volatility:40%", "Volatility { target: 0.4, candles: 100 }"),
            ("volatility:250%", "Volatility { target: 2.5, candles: 100 }"),
            ("kelly:25%", "Kelly { cap: 0.25, trades_min: 30 }"),
            // Nobody can put in more than everything.
            ("kelly:300%", "Kelly { cap: 1, trades_min: 30 }"),
            ("", "`` is not a size"),
            ("all", "`all` is not a size"),
            ("All-in", "`All-in` is not a size"),
            ("fixed", "`fixed` is not a size"),
            ("all-in:1", "`all-in:1` is not a size"),
            ("half:50%", "`half:50%` is not a size"),
            ("fixed:", "`` is not a plain decimal number"),
            ("fixed:1e3", "`1e3` is not a plain decimal number"),
            ("fixed:1,5", "`1,5` is not a plain decimal number"),
            ("fixed:0.000000001", "`0.000000001` has more than 8 decimals"),
            ("fixed:100000000000", "`100000000000` is too large"),
            ("fixed:0", "a size of 0 buys nothing"),
            ("fixed:-1", "a size of -1 buys nothing"),
            ("volatility:0%", "a size of 0% buys nothing"),
            ("kelly:-5%", "a size of -5% buys nothing"),
            ("kelly:a", "`a` is not a plain decimal number"),
            ("risk:x%", "`x` is not a plain decimal number"),
            ("risk:0%", "a risk of 0 % is not above zero"),
            ("risk:-1%", "a risk of -1 % is not above zero"),
            ("risk:1.000001%", "a risk of 1.000001 % is above the ceiling of 1 %"),
        ],
    );
    let parse = |text: &str| parse_size(text, Some(AcceptedRisk));
    check_all(
        parse,
        &[
            ("risk:10%", "Risk(RiskFraction(0.1))"),
            ("risk:11%", "a risk of 11 % is above the ceiling of 10 %"),
        ],
    );
}

#[test]
fn a_refused_size_comes_with_what_to_write() {
    let hint = |text: &str, accepted| {
        size_hint(&parse_size(text, accepted).expect_err("it is refused"), "--more")
    };
    let forms = format!("write {SIZE_FORMS}");
    for text in ["half", "fixed:x", "fixed:0", "risk:0%"] {
        assert_eq!(hint(text, None), forms, "{text}");
    }
    assert_eq!(hint("risk:2%", None), "risk less, or accept up to 10% with --more");
    assert_eq!(hint("risk:11%", Some(AcceptedRisk)), "risk less: more is never accepted");
    for form in SIZE_FORMS.split([',', ' ']).filter(|it| !it.is_empty() && *it != "or") {
        assert!(parse_size(form, None).is_ok(), "{form} is named and not understood");
    }
}

#[test]
fn durations() {
    let wrong = |text: &str| format!("`{text}` is not a duration; write 90s, 10m, 2h or 7d");
    check_all(
        parse_duration,
        &[
            ("1s", "1s"),
            ("90s", "90s"),
            ("10m", "600s"),
            ("2h", "7200s"),
            ("7d", "604800s"),
            ("007d", "604800s"),
            ("3650d", "315360000s"),
        ],
    );
    for text in [
        "",
        "s",
        "10",
        "0s",
        "-1s",
        "1.5h",
        "1w",
        "1ms",
        "1S",
        " 1s",
        "1 s",
        "1s ",
        "1s1",
        "18446744073709551616s",
        "1é",
        "é",
        "1s\0",
        "٣s",
    ] {
        assert_eq!(shown(parse_duration(text)), wrong(text));
    }
    for text in ["3651d", "18446744073709551615d"] {
        let longer = format!("`{text}` is longer than 3650d, which is the most");
        assert_eq!(shown(parse_duration(text)), longer);
    }
}

#[test]
fn percents() {
    let advice = "; write a percentage like 0.5%";
    check_all(
        parse_percent,
        &[
            ("1%", "0.01"),
            ("1", "0.01"),
            ("0.000001%", "0.00000001"),
            ("-5%", "-0.05"),
            ("", &format!("`` is not a plain decimal number{advice}")),
            ("%", &format!("`` is not a plain decimal number{advice}")),
            ("1%%", &format!("`1%` is not a plain decimal number{advice}")),
            ("0.0000001%", &format!("`0.0000001` has more than 6 decimals{advice}")),
        ],
    );
    let part = |text: &str| format!("`{text}` is not between 0% and 100%");
    check_all(parse_part, &[("0.000001%", "0.00000001"), ("99.999999%", "0.99999999")]);
    for text in ["0%", "100%", "-1%", "101%"] {
        assert_eq!(shown(parse_part(text)), part(text));
    }
    let slippage = |text: &str| format!("`{text}` is not a slippage between 0% and 50%");
    check_all(parse_slippage, &[("0%", "0"), ("0.05%", "0.0005"), ("49.999999%", "0.49999999")]);
    for text in ["50%", "-0.01%", "120%"] {
        assert_eq!(shown(parse_slippage(text)), slippage(text));
    }
}

#[test]
fn cash() {
    check_all(
        parse_cash,
        &[
            ("10000", "10000"),
            ("0.01", "0.01"),
            ("1000000000000", "1000000000000"),
            ("0", "0 is not above zero; begin with some money, for instance 10000"),
            ("-5", "-5 is not above zero; begin with some money, for instance 10000"),
            ("lots", "`lots` is not a plain decimal number; write an amount like 10000"),
            ("1e4", "`1e4` is not a plain decimal number; write an amount like 10000"),
            (
                "1000000000000.01",
                "1000000000000.01 is more than can be counted; begin with at most 1000000000000",
            ),
        ],
    );
}

#[test]
fn settings_and_pairs() {
    check_all(
        parse_setting,
        &[
            ("fast=20", r#"("fast", "20")"#),
            (" fast = 20 ", r#"("fast", "20")"#),
            ("stop=2*atr(14)", r#"("stop", "2*atr(14)")"#),
            ("a=b=c", r#"("a", "b=c")"#),
            ("fast", "`fast` is not a setting; write it like fast=20"),
            ("fast=", "`fast=` is not a setting; write it like fast=20"),
            ("=20", "`=20` is not a setting; write it like fast=20"),
            ("", "`` is not a setting; write it like fast=20"),
        ],
    );
    for text in ["BTC/USD", "XBT/USD", "XBTUSD", "XXBTZUSD", "btcusd"] {
        assert_eq!(parse_pair(text).unwrap().pair.to_string(), "BTC/USD", "{text}");
    }
    let error = parse_pair("BTC/USX").unwrap_err();
    assert!(error.contains("`BTC/USX` is not a known pair; near it: BTC/USD"), "{error}");
}

#[test]
fn the_nearest_word_is_one_that_was_meant() {
    let known = ["fast", "slow", "stop", "take_profit"];
    #[rustfmt::skip] // A table.
    let rows = [
        ("fats",       Some("fast")),
        ("fast",       Some("fast")),
        ("sloww",      Some("slow")),
        ("takeprofit", Some("take_profit")),
        ("xyz",        None),
        ("",           None),
        ("period",     None),
    ];
    for (word, expect) in rows {
        assert_eq!(nearest(word, known.into_iter()), expect, "{word}");
    }
    assert_eq!(nearest("word", std::iter::empty()), None);
}

#[test]
fn the_help_lists_each_strategy_with_its_settings() {
    let help = strategies_help();
    for strategy in BUILT_IN {
        assert!(help.contains(&format!("  {:<14} {}", strategy.name, strategy.summary)), "{help}");
        for setting in strategy.settings {
            assert!(help.contains(&format!("{}={}", setting.name, setting.default)), "{help}");
        }
    }
}

proptest! {
    /// Nothing that can be typed stops the program.
    #[test]
    fn every_text_has_an_answer(text in ".{0,40}") {
        let _ = (parse_size(&text, None), parse_size(&text, Some(AcceptedRisk)));
        let _ = (parse_duration(&text), parse_percent(&text), parse_part(&text));
        let _ = (parse_slippage(&text), parse_cash(&text), parse_setting(&text));
        let _ = (parse_pair(&text), nearest(&text, ["one", "two"].into_iter()));
    }

    #[test]
    fn a_duration_is_as_long_as_it_says(number in 1_u64..=3_650, unit in 0_usize..4) {
        let (letter, seconds) = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)][unit];
        let read = parse_duration(&format!("{number}{letter}"));
        prop_assert_eq!(read, Ok(Duration::from_secs(number * seconds)));
    }
}
