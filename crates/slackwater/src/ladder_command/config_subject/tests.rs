//! What of a config makes another subject, and what does not.

use crate::{
    config::{self, DEMO},
    ladder_command::{requirements, subject},
};

fn changed(from: &str, to: &str) -> Vec<String> {
    assert!(DEMO.contains(from), "{from}");
    let parse = |text: &str| subject(&config::parse(text, "test").expect("a config"));
    parse(DEMO).differences(&parse(&DEMO.replace(from, to)))
}

#[test]
fn what_decides_trades_makes_another_subject() {
    for (from, to, difference) in [
        ("fast = 3", "fast = 4", "strategy.fast: 3, now 4"),
        ("2*atr(14)", "3*atr(14)", "strategy.stop: 2*atr(14), now 3*atr(14)"),
        ("interval = 1 ", "interval = 15 ", "interval: 1 min, now 15 min"),
        ("risk:0.25%", "risk:0.5%", "size.Risk: 0.0025, now 0.005"),
        ("drawdown = \"20%\"", "drawdown = \"25%\"", "kill.drawdown: 0.2, now 0.25"),
        ("\ncollar = \"5%\"", "\ncollar = \"6%\"", "risk.collar: 0.05, now 0.06"),
    ] {
        assert_eq!(changed(from, to), [difference]);
    }
}

#[test]
fn what_decides_none_makes_no_other() {
    for (from, to) in [
        ("cash = \"10000\"", "cash = \"500\""),
        ("seed = 1 ", "seed = 2 "),
        ("fee = \"kraken\"", "fee = \"0/0\""),
        // The same values in other words.
        ("risk:0.25%", "risk:0.250%"),
        ("price_age_max = \"60s\"", "price_age_max = \"1m\""),
        ("pair = \"BTC/USD\"", "pair = \"XBTUSD\""),
        ("# Slackwater's settings.", "# My settings."),
    ] {
        assert_eq!(changed(from, to), [""; 0], "{to}");
    }
}

#[test]
fn a_default_that_is_written_out_is_the_same() {
    let short = "[strategy]\nname = \"sma_cross\"\n";
    let long = format!("{short}[strategy.settings]\nfast = 20\nslow = 50\n");
    let parse = |text: &str| subject(&config::parse(text, "test").expect("a config"));
    assert_eq!(parse(short).identity(), parse(&long).identity());
}

#[test]
fn the_journal_format_stands_in_it() {
    let config = config::parse(DEMO, "test").expect("the demo");
    assert_eq!(subject(&config).journal_format, 2);
}

#[test]
fn a_tight_kill_switch_asks_for_more() {
    let tight = DEMO.replace("drawdown = \"20%\"", "drawdown = \"8%\"");
    let config = config::parse(&tight, "test").expect("a config");
    assert_eq!(requirements(&config).drawdown_max.percent(), "4");
}
