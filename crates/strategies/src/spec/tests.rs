//! Descriptions of strategies: exits for any of them, and errors that name what to correct.

use super::*;

fn spec(name: &str, settings: &[(&str, &str)]) -> StrategySpec {
    let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    StrategySpec { name: name.to_owned(), settings: settings.collect() }
}

#[track_caller]
fn check(name: &str, settings: &[(&str, &str)], expect: Result<usize, &str>) {
    let tick = "0.1".parse().unwrap();
    let actual = from_spec(&spec(name, settings), tick).map(|it| it.warm_up());
    assert_eq!(actual.map_err(|it| it.to_string()), expect.map_err(str::to_owned));
}

#[test]
fn exits_may_be_added_to_any_strategy() {
    check("sma_cross", &[("fast", "2"), ("slow", "5")], Ok(5));
    let stop = [("fast", "2"), ("slow", "5"), ("stop", "2*atr(14)")];
    check("sma_cross", &stop, Ok(15));
    check("sma_cross", &[("fast", "2"), ("slow", "5"), ("take_profit", "5%")], Ok(5));
}

#[test]
fn what_is_wrong_is_named() {
    let at_zero = "a stop 100% below the close can never be reached; give less than 100%";
    check("sma_cross", &[("stop", "100%")], Err(at_zero));
    let wrong = from_spec(&spec("sma_cross", &[("stop", "2*atr")]), "0.1".parse().unwrap());
    assert!(wrong.err().unwrap().to_string().starts_with("stop: expected"));
    let twice = "`stop` is given more than once; give it once";
    check("sma_cross", &[("stop", "5%"), ("stop", "4%")], Err(twice));
    let unknown = "sma_cross has no setting `stpo`; it has fast, slow, stop, take_profit";
    check("sma_cross", &[("stpo", "5%")], Err(unknown));
    assert!(from_spec(&spec("nothing", &[]), "0.1".parse().unwrap()).is_err());
}

#[test]
fn a_strategy_tells_the_settings_it_was_described_by() {
    let settings = [("fast", "2"), ("slow", "5"), ("stop", "2*atr(14)"), ("take_profit", "5%")];
    let strategy = from_spec(&spec("sma_cross", &settings), "0.1".parse().unwrap()).unwrap();
    let told = strategy.settings();
    let told: Vec<_> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(told, settings);
}

#[test]
fn a_strategy_that_only_adds_takes_no_exits() {
    let refusal = "dca only ever adds to what is held and takes no stop or take_profit";
    check("dca", &[("stop", "5%")], Err(refusal));
    check("dca", &[("take_profit", "5%")], Err(refusal));
}

mod in_an_engine;
