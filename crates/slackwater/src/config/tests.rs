//! The config file: what it means, what is refused, and where errors point.

use proptest::prelude::*;

use super::*;

/// The lines that a person sees.
#[track_caller]
fn refused(text: &str) -> (String, String) {
    match parse(text, "bot.toml") {
        Err(Failure::Wrong { what, hint }) => (what, hint.unwrap_or_default()),
        Ok(_) => panic!("accepted: {text}"),
        Err(other) => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(text: &str, what: &str, hint: &str) {
    let told = refused(text);
    assert!(told.0.starts_with("bot.toml:"), "{told:?}");
    assert_eq!((&told.0["bot.toml:".len()..], told.1.as_str()), (what, hint), "{text}");
}

#[test]
fn the_demo_file_is_the_defaults() {
    let mut demo: RawConfig = toml::from_str(DEMO).unwrap();
    // The demo market is a fast one; sma_cross as such is not.
    assert_eq!(demo.strategy.settings.len(), 2);
    demo.strategy.settings.clear();
    assert_eq!(demo, RawConfig::default());
}

#[test]
fn every_key_stands_in_the_demo_file() {
    let raw: toml::Table = toml::from_str(DEMO).unwrap();
    let all = toml::Table::try_from(RawConfig::default()).unwrap();
    let keys = |table: &toml::Table| {
        let inside = |key: &String, value: &toml::Value| match value {
            toml::Value::Table(inner) => {
                inner.keys().map(|it| format!("{key}.{it}")).collect::<Vec<_>>()
            }
            toml::Value::String(_)
            | toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => vec![key.clone()],
        };
        table.iter().flat_map(|(key, value)| inside(key, value)).collect::<Vec<_>>()
    };
    assert_eq!(keys(&raw), keys(&all));
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = parse("", "bot.toml").unwrap();
    assert_eq!(config.raw, RawConfig::default());
    assert_eq!(config.rules.pair.to_string(), "BTC/USD");
    assert_eq!(config.simulated.speed, 60);
    assert_eq!(config.engine.kill.consecutive_losses, None);
}

#[test]
fn what_is_shown_means_the_same() {
    let shown = toml::to_string(&parse(DEMO, "demo").unwrap().raw).unwrap();
    let again = parse(&shown, "shown").unwrap();
    let first = parse(DEMO, "demo").unwrap();
    assert_eq!(
        (again.raw, again.engine, again.strategy),
        (first.raw, first.engine, first.strategy)
    );
}

#[test]
fn unknown_keys_are_named_with_the_nearest_known_one() {
    check("piar = 'BTC/USD'", "1:1: there is no key `piar`", "did you mean `pair`?");
    let text = "\n[kill]\ndrawdwon = '5%'";
    check(text, "3:1: there is no key `drawdwon`", "did you mean `drawdown`?");
    let text = "[strategy]\nfast = 5";
    let hint = "the keys here are name, stop, take_profit, settings, rules";
    check(text, "2:1: there is no key `fast`", hint);
    check("kill.dradown = '5%'", "1:6: there is no key `dradown`", "did you mean `drawdown`?");
}

#[test]
fn types_are_named_with_what_to_write() {
    #[rustfmt::skip] // A table.
    let rows = [
        ("pair = 5",
         "1:8: invalid type: integer `5`, expected a string",
         "put the value in quotes"),
        ("[kill]\ndrawdown = 5",
         "2:12: invalid type: integer `5`, expected a string",
         "put the value in quotes"),
        ("interval = '60'",
         "1:12: invalid type: string \"60\", expected a whole number",
         "write a whole number from 0, without quotes"),
        ("interval = -5",
         "1:12: invalid value: integer `-5`, expected a whole number",
         "write a whole number from 0, without quotes"),
        ("i_accept_more_risk = 1",
         "1:22: invalid type: integer `1`, expected a boolean",
         "write true or false, without quotes"),
        ("kill = 5",
         "1:8: invalid type: integer `5`, expected a table, begun by [kill]",
         EXAMPLES),
        ("[strategy.settings]\nfast = 2.5",
         "2:8: a setting is a whole number, or text in quotes like \"2.5\"",
         EXAMPLES),
    ];
    for (text, what, hint) in rows {
        check(text, what, hint);
    }
}

#[test]
fn broken_toml_is_pointed_at() {
    check("[kill\n", "1:6: unclosed table, expected `]`", EXAMPLES);
    check("pair = 'BTC/USD'\npair = 'BTC/USD'", "2:1: duplicate key", EXAMPLES);
    check("é = 'ü'", "1:1: invalid unquoted key, expected letters, numbers, `-`, `_`", EXAMPLES);
    check(
        "pair = \"é\u{7}\"",
        "1:10: invalid basic string, expected non-double-quote visible characters, `\\`",
        EXAMPLES,
    );
}

#[test]
fn values_are_pointed_at() {
    #[rustfmt::skip] // A table.
    let rows = [
        ("interval = 7",                          "1:12: interval: 7 minutes is not a candle"),
        ("# é\n  size = 'half'",                  "2:10: size: `half` is not a size"),
        ("[risk]\n\ncollar = '200%'",             "3:10: risk.collar: `200%` is not between 0%"),
        ("[risk]\norder_value_max = '0'",         "2:19: risk.order_value_max: it must be above 0"),
        ("[risk]\norder_quantity_max = '-1'",     "2:22: risk.order_quantity_max: it must be"),
        ("[risk]\nposition_value_max = 'x'",      "2:22: risk.position_value_max: `x` is not a"),
        ("[risk]\nexposure_max = '-0'",           "2:16: risk.exposure_max: it must be above 0"),
        ("[risk]\norders_per_minute_max = 0",     "2:25: risk.orders_per_minute_max: it must be"),
        ("[risk]\nentries_per_hour_max = 0",      "2:24: risk.entries_per_hour_max: it must be"),
        ("[risk]\nprice_age_max = '60'",          "2:17: risk.price_age_max: `60` is not a"),
        ("[risk]\nflatten_collar = '0%'",         "2:18: risk.flatten_collar: `0%` is not between"),
        ("[kill]\ndrawdown = 'x'",                "2:12: kill.drawdown: `x` is not a plain"),
        ("kill = {daily_loss = '0%'}",            "1:22: kill.daily_loss: `0%` is not between 0%"),
        ("kill.daily_loss = '100%'",              "1:19: kill.daily_loss: `100%` is not between"),
        ("[simulated]\nstart = '2017-02-30'",     "2:9: simulated.start: `2017-02-30` is not a"),
        ("[simulated]\ncash = '0'",               "2:8: simulated.cash: 0 is not above zero"),
        ("[simulated]\ncash = '1000000000001'",   "2:8: simulated.cash: 1000000000001 is more"),
        ("[simulated]\nstart_price = '99.9'",     "2:15: simulated.start_price: it must be at"),
        ("[simulated]\nstart_price = '50000001'", "2:15: simulated.start_price: it must be at"),
        ("[simulated]\nspeed = 0",                "2:9: simulated.speed: it must be at least 1"),
        ("[bot]\ndead_man = 'none'",              "2:12: bot.dead_man: `none` cannot be chosen"),
        ("[simulated]\nlimits = 'some'",          "2:10: simulated.limits: `some` cannot be"),
        ("[simulated]\nfaults = ['x=2']",         "2:10: simulated.faults: "),
        ("[simulated]\nfee = '12/3'",             "2:7: simulated.fee: `12/3` is not a fee"),
        ("[strategy]\nstop = ''",                 "2:8: strategy.stop: sizing by risk needs a"),
        ("[strategy]\nstop = '2*art(14)'",        "2:8: strategy.stop: stop: expected `atr` at"),
        ("[strategy]\nstop = '100%'",             "2:8: strategy.stop: a stop 100% below"),
        ("[strategy]\ntake_profit = '0%'",        "2:15: strategy.take_profit: take_profit:"),
        ("[strategy.settings]\nfast = 'x'",       "2:8: strategy.settings.fast: `fast` cannot be"),
        ("[strategy.settings]\nslow = 0",         "2:8: strategy.settings.slow: `slow` cannot be"),
        ("[strategy.settings]\nstop = '5%'",      "2:8: strategy.settings.stop: `stop` is given"),
        // The lower one is the default, which has no line: then its table is pointed at.
        ("\n[strategy.settings]\nslow = 10",      "2:1: strategy.settings.fast: `fast` (20) must"),
    ];
    for (text, start) in rows {
        let (what, _) = refused(text);
        let told = what.strip_prefix("bot.toml:").unwrap_or(&what);
        assert!(told.starts_with(start), "{text}\ntold  {told}\nwhere {start}");
    }
}

#[test]
fn misspelled_values_come_with_the_nearest_one() {
    let (what, hint) = refused("[strategy]\nname = 'sma_cros'");
    assert!(what.starts_with("bot.toml:2:8: strategy.name: there is no strategy `sma_cros`"));
    assert_eq!(hint, "did you mean `sma_cross`?");
    let (what, hint) = refused("[strategy.settings]\nslow = 9\nfats = 3");
    assert!(what.starts_with("bot.toml:3:8: strategy.settings.fats: sma_cross has no setting"));
    assert_eq!(hint, "did you mean `fast`?");
    let (what, _) = refused("pair = 'BTC/USX'");
    assert!(what.contains("1:8: pair: `BTC/USX` is not a known pair; near it: BTC/USD"), "{what}");
    let (_, hint) = refused("size = 'risk:2%'");
    assert_eq!(hint, "risk less, or accept up to 10% with i_accept_more_risk = true");
}

#[test]
fn values_are_understood() {
    let text = "
pair = 'XXBTZUSD'
interval = 60
size = 'risk:2%'
i_accept_more_risk = true
strategy.name = 'donchian'
strategy.settings = {entry = 30, exit = '10'}
kill.consecutive_losses = 3
simulated = {fee = '0.1/0.05', start = '2017-06-01T12:00:00Z'}
bot = {dead_man = 'cancel-all', tier = 'pro', limits = 'strictest'}
kraken = {i_accept_any_address = true, local_address = '127.0.0.1'}
alerts.telegram = {token_file = 'token', chat = '5'}";
    let config = parse(text, "bot.toml").unwrap();
    assert_eq!(config.rules.pair.to_string(), "BTC/USD");
    assert_eq!(config.engine.interval.minutes(), 60);
    let pairs = |it: &[(&str, &str)]| {
        it.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
    };
    let expect = pairs(&[("entry", "30"), ("exit", "10"), ("stop", "2*atr(14)")]);
    assert_eq!((config.strategy.name.as_str(), config.strategy.settings), ("donchian", expect));
    assert_eq!(config.engine.kill.consecutive_losses, Some(3));
    assert_eq!(config.simulated.start.to_string(), "2017-06-01T12:00:00Z");
    let fee = config.rules.fees.rate(Amount::ZERO, trading_types::Liquidity::Maker);
    assert_eq!(fee.percent(), "0.05");
    assert_eq!(config.engine.pairs, [config.rules]);
    assert_eq!(config.dead_man, DeadManChoice::CancelAll);
    assert_eq!((config.limits.tier, config.limits.profile), (Tier::Pro, Profile::Strictest));
    assert_eq!(config.simulated.tier, SimulatedTier::Pro);
    assert!(config.kraken.accept_no_ip_list);
    assert_eq!(config.kraken.egress, Egress::LocalAddress([127, 0, 0, 1].into()));
    let alerts = config.raw.alerts.settings().unwrap();
    assert_eq!(alerts.telegram.unwrap().chat, "5");
    assert_eq!((alerts.email, parse("", "empty").unwrap().raw.alerts.settings()), (None, None));
}

proptest! {
    /// Whatever a file holds, the answer is settings or an error that can be read.
    #[test]
    fn every_text_has_an_answer(text in r#"([a-z_.=\[\]{}'"0-9é#%\n -]|pair = |\[kill\]){0,60}"#) {
        match parse(&text, "bot.toml") {
            Ok(_) => {}
            Err(Failure::Wrong { what, hint }) => {
                prop_assert!(what.starts_with("bot.toml"), "{}", what);
                prop_assert!(!what.contains('\n') && hint.is_some(), "{}", what);
            }
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }

    /// A place is always one of the text, counted as editors count.
    #[test]
    fn places_are_in_the_text(text in "[a\u{e9}\n]{0,30}", at in 0_usize..70) {
        let place = place_of(&text, at);
        let mut numbers = place.split(':').skip(1).map(|it| it.parse::<usize>().unwrap());
        let (line, column) = (numbers.next().unwrap(), numbers.next().unwrap());
        prop_assert!((1..=text.matches('\n').count() + 1).contains(&line));
        prop_assert!(1 <= column && column <= text.chars().count() + 1);
    }
}

#[test]
fn rules_stand_in_the_config() {
    let text = "interval = 60\n[strategy.rules]\nenter = 'close>sma(n)'\nparameters = {n = 5}";
    let config = parse(text, "bot.toml").unwrap();
    assert_eq!(config.strategy.name, "rules");
    let settings: Vec<(&str, &str)> =
        config.strategy.settings.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    let expected = [
        ("enter", "close > sma(n)"),
        ("stop", "2 * atr(14)"),
        ("parameters", "n = 5"),
        ("interval", "60"),
    ];
    assert_eq!(settings[..4], expected);
    let again = parse(&toml::to_string(&config.raw).unwrap(), "again.toml").unwrap();
    assert_eq!((again.strategy, again.raw), (config.strategy, config.raw));

    let (what, _) = refused("[strategy.rules]\nenter = 'closee > 1'");
    assert!(what.contains("strategy.rules: enter:1:1: there is no word `closee`"), "{what}");
    let (what, _) = refused("[strategy]\nrules = 'no-such-file.toml'");
    assert!(what.contains("strategy.rules: cannot read no-such-file.toml"), "{what}");
    let (what, _) = refused("[strategy]\nstop = ''\nrules = {enter = 'true'}");
    assert!(what.contains("sizing by risk needs a stop"), "{what}");
}
