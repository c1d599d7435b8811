//! The catalog: every row builds, and every mistake has its own words.

use super::*;
use crate::settings::SettingKind;

fn pairs(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[track_caller]
fn refused(name: &str, settings: &[(&str, &str)], expect: &str) {
    let error = build(name, &pairs(settings)).err().expect("it must be refused");
    assert_eq!(error.to_string(), expect);
}

#[track_caller]
fn accepted(name: &str, settings: &[(&str, &str)], expect: &[(&str, &str)]) {
    let strategy = build(name, &pairs(settings)).unwrap();
    assert_eq!(strategy.name(), name);
    let effective = strategy.settings();
    let effective: Vec<(&str, &str)> =
        effective.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(effective, expect);
}

#[test]
fn every_row_builds_with_its_defaults() {
    for entry in BUILT_IN {
        let defaults: Vec<_> =
            entry.settings.iter().map(|setting| (setting.name, setting.default)).collect();
        accepted(entry.name, &[], &defaults);
    }
}

#[test]
fn names_are_unique() {
    for (index, entry) in BUILT_IN.iter().enumerate() {
        assert!(BUILT_IN[..index].iter().all(|earlier| earlier.name != entry.name));
        for (index, setting) in entry.settings.iter().enumerate() {
            assert!(entry.settings[..index].iter().all(|earlier| earlier.name != setting.name));
        }
    }
}

#[test]
fn bad_values_of_every_setting_are_named() {
    for entry in BUILT_IN {
        for setting in entry.settings {
            let (below, above) = match setting.kind {
                SettingKind::Count { min, max } => ((min - 1).to_string(), (max + 1).to_string()),
                SettingKind::Decimal { min, max } => {
                    let step = trading_types::Fraction::from_units(1);
                    ((min - step).to_string(), (max + step).to_string())
                }
                SettingKind::Amount { min, max } => {
                    let step = trading_types::Amount::from_units(1);
                    ((min - step).to_string(), (max + step).to_string())
                }
            };
            let words = ["", "abc", "1e3", " 5", "0x10", "NaN", "1.0000000000000000001"];
            for bad in words.into_iter().chain([below.as_str(), above.as_str()]) {
                let error = build(entry.name, &pairs(&[(setting.name, bad)])).err();
                let error = error.expect("it must be refused").to_string();
                let start = format!("`{}` cannot be ", setting.name);
                assert!(error.starts_with(&start), "{bad:?} gave: {error}");
                assert!(error.ends_with(&setting.kind.to_string()), "{bad:?} gave: {error}");
            }
        }
    }
}

#[test]
fn settings_left_out_have_their_defaults() {
    accepted("sma_cross", &[("slow", "60")], &[("fast", "20"), ("slow", "60")]);
    accepted("sma_cross", &[("slow", "007"), ("fast", "5")], &[("fast", "5"), ("slow", "7")]);
}

#[test]
fn mistakes_say_what_to_do() {
    let known = "sma_cross, donchian, rsi_reversion, bollinger, dca";
    refused("sma", &[], &format!("there is no strategy `sma`; choose one of {known}"));
    refused("sma_cross", &[("quick", "5")], "sma_cross has no setting `quick`; it has fast, slow");
    refused(
        "sma_cross",
        &[("fast", "5"), ("fast", "5")],
        "`fast` is given more than once; give it once",
    );
    refused(
        "sma_cross",
        &[("fast", "-1")],
        "`fast` cannot be `-1`; give a whole number from 1 to 100000",
    );
    refused(
        "sma_cross",
        &[("fast", "99999999999999999999999")],
        "`fast` cannot be 99999999999999999999999; give a whole number from 1 to 100000",
    );
    refused(
        "sma_cross",
        &[("fast", "60")],
        "`fast` (60) must be below `slow` (50); lower `fast` or raise `slow`",
    );
}

#[test]
fn foreign_texts_are_cut_and_tamed() {
    let long = "\u{1b}[31m".to_owned() + &"x".repeat(1_000);
    let expect = format!("there is no strategy `[31m{}`;", "x".repeat(36));
    let error = build(&long, &[]).err().expect("it must be refused").to_string();
    assert!(error.starts_with(&expect), "{error}");
}
