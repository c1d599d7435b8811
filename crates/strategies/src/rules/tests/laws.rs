//! What holds for every rule.

use trading_engine::{Strategy, Wish};
use trading_types::Interval;

use super::{
    random::{Chance, Scope, candles, condition, number, views},
    twin::{self, Past},
};
use crate::{
    rules::{Expression, Rule, RuleSet, RuleStrategy, parser::parse},
    samples::price,
};

const RULES_TRIED: u64 = 10_000;
const CANDLES: usize = 40;

fn base(depth: u32) -> Scope {
    Scope { depth, in_frame: false }
}

/// Random rules, if they can be built: what is the same at every candle is refused in places.
fn strategy(chance: &mut Chance, depth: u32) -> Option<(RuleStrategy, Expression)> {
    let enter = condition(chance, base(depth));
    let mut texts = vec![(Rule::Enter, enter.to_string())];
    let mut add = |rule, one_of: u64, expression: fn(&mut Chance, Scope) -> Expression| {
        if chance.below(one_of) == 0 {
            texts.push((rule, expression(chance, base(2)).to_string()));
        }
    };
    add(Rule::Exit, 2, condition);
    add(Rule::Stop, 3, number);
    add(Rule::Trailing, 3, number);
    add(Rule::Size, 3, number);
    let rules = RuleSet::new(&texts, Vec::new()).unwrap_or_else(|it| panic!("{it}"));
    let hourly = Interval::from_minutes(60).unwrap();
    RuleStrategy::new(rules, hourly, price("0.01")).ok().map(|strategy| (strategy, enter))
}

#[test]
fn what_is_printed_is_read_again_as_the_same() {
    for seed in 0..RULES_TRIED {
        let rule = condition(&mut Chance::new(seed), base(5));
        let text = rule.to_string();
        let Ok(again) = parse(&text) else { panic!("{text}") };
        assert_eq!((again.to_string(), &again), (text, &rule), "seed {seed}");
    }
}

#[test]
fn the_past_is_not_changed_by_the_future_and_a_restart_not_seen() {
    let mut tried = 0;
    for seed in 0.. {
        if tried == RULES_TRIED {
            break;
        }
        let mut chance = Chance::new(seed);
        let Some((mut steady, _)) = strategy(&mut chance, 4) else { continue };
        tried += 1;
        let (candles, views) = (candles(&mut chance, CANDLES), views(&mut chance, CANDLES));
        let cut = usize::try_from(chance.below(CANDLES as u64)).unwrap();
        let (mut stopped, mut restored) = (steady.clone(), steady.clone());
        let fresh = steady.clone();
        let shown = candles.iter().zip(&views);
        let wishes: Vec<Wish> =
            shown.clone().map(|(candle, view)| steady.handle_candle(candle, view)).collect();
        for (at, (candle, view)) in shown.clone().take(cut).enumerate() {
            assert_eq!(stopped.handle_candle(candle, view), wishes[at], "seed {seed} at {at}");
            restored.handle_candle(candle, view);
        }
        let stored = restored.save();
        let mut restored = fresh;
        restored.restore(&stored).unwrap_or_else(|it| panic!("seed {seed}: {it}"));
        assert_eq!(restored.save(), stored, "seed {seed}");
        for (at, (candle, view)) in shown.enumerate().skip(cut) {
            assert_eq!(restored.handle_candle(candle, view), wishes[at], "seed {seed} at {at}");
        }
    }
}

#[test]
fn equals_the_twin_that_starts_anew_at_every_candle() {
    for seed in 0..1_000 {
        let mut chance = Chance::new(seed);
        let Some((mut streaming, enter)) = strategy(&mut chance, 3) else { continue };
        let (candles, views) = (candles(&mut chance, CANDLES), views(&mut chance, CANDLES));
        let root = streaming.program().roots().enter;
        for at in 0..CANDLES {
            streaming.handle_candle(&candles[at], &views[at]);
            if at % 7 == 0 || CANDLES - 4 < at {
                let past = Past { candles: &candles[..=at], views: &views[..=at] };
                let theirs = twin::value(&enter, past, true).truth();
                let ours = 0.5 < streaming.value(root);
                assert_eq!(ours, theirs, "seed {seed} at {at}: {enter}");
            }
        }
    }
}

#[test]
fn numbers_equal_the_twins_to_the_bit() {
    let mut defined = 0;
    for seed in 0..800 {
        let mut chance = Chance::new(seed);
        let number = number(&mut chance, base(3));
        let texts = [(Rule::Enter, "true".to_owned()), (Rule::Size, number.to_string())];
        let rules = RuleSet::new(&texts, Vec::new()).unwrap_or_else(|it| panic!("{it}"));
        let hourly = Interval::from_minutes(60).unwrap();
        let Ok(mut streaming) = RuleStrategy::new(rules, hourly, price("0.01")) else { continue };
        let (candles, views) = (candles(&mut chance, CANDLES), views(&mut chance, CANDLES));
        let root = streaming.program().roots().size.unwrap();
        for at in 0..CANDLES {
            streaming.handle_candle(&candles[at], &views[at]);
            if at % 9 == 0 || CANDLES - 3 < at {
                let past = Past { candles: &candles[..=at], views: &views[..=at] };
                let (ours, theirs) = (streaming.value(root), twin::number(&number, past));
                let is_same = ours.to_bits() == theirs.to_bits()
                    || (ours.is_nan() && theirs.is_nan())
                    || (ours + 0.0).to_bits() == (theirs + 0.0).to_bits();
                assert!(is_same, "seed {seed} at {at}: {number}: {ours}, the twin has {theirs}");
                defined += u32::from(!ours.is_nan());
            }
        }
    }
    assert!(1_500 < defined, "most of what is compared is defined, not {defined}");
}

/// Pieces of rules, of no rules, and of nothing.
#[rustfmt::skip] // A table.
const PIECES: &[&str] = &[
    "close", "open", "sma", "ema(", "rsi(14)", "h4", "d1.", ".", "(", ")", "[", "]", "1", "20",
    "0.5", "-", "+", "*", "/", "%", "<", ">=", "==", "!=", "and", "or", "not", "true", "false",
    ",", " ", "  ", "\n", "cross_above(", "in_position", "profit_percent", "macd(12, 26, 9)", "=",
    "&&", "!", "\"", "ü", "\u{0}", "_", "99999999999999999999", "1_000", "atr(3)[2]", "e5",
];

#[test]
fn any_text_is_a_rule_or_an_error_that_can_be_read() {
    let (mut understood, mut chance) = (0, Chance::new(1));
    for _ in 0..50_000 {
        let count = 1 + chance.below(9);
        let text: Vec<&str> = (0..count).map(|_| *chance.one(PIECES)).collect();
        let text = text.concat();
        match RuleSet::new(&[(Rule::Enter, text.clone())], Vec::new()) {
            Ok(set) => {
                let (_, rule) = set.rules().next().unwrap();
                assert_eq!(parse(&rule.to_string()).unwrap(), *rule, "{text}");
                let hourly = Interval::from_minutes(60).unwrap();
                understood += u32::from(set.compile(hourly).is_ok());
            }
            Err(error) => assert!(error.to_string().starts_with("enter:"), "{error}"),
        }
    }
    assert!(100 < understood, "{understood} texts are too few to say anything");
}
