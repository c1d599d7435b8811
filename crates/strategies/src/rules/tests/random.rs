//! Random rules over every word of the language, and candles for them. One seed, one rule.

use trading_engine::View;
use trading_types::{Amount, Candle, Price, Quantity, Timestamp};

use crate::{
    rules::{
        syntax::{Expression, Form, Operator, Span},
        words::{Argument, FIELDS, FUNCTIONS, FunctionWord, POSITION, Source, Verb},
    },
    samples::EMPTY,
};

/// Chance that is the same everywhere.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % end
    }

    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

fn expression(form: Form) -> Expression {
    Expression { form, span: Span::default() }
}

fn boxed(
    chance: &mut Chance,
    scope: Scope,
    kind: fn(&mut Chance, Scope) -> Expression,
) -> Box<Expression> {
    Box::new(kind(chance, scope.deeper()))
}

/// How much deeper it may go, and whether it is in a higher frame.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub(super) depth: u32,
    pub(super) in_frame: bool,
}

impl Scope {
    fn deeper(self) -> Self {
        Self { depth: self.depth - 1, ..self }
    }
}

/// Frames on hourly candles.
const FRAMES: [&str; 3] = ["h2", "h4", "h3"];

/// A random condition.
pub(super) fn condition(chance: &mut Chance, scope: Scope) -> Expression {
    let comparisons = [
        Operator::Below,
        Operator::AtMost,
        Operator::Above,
        Operator::AtLeast,
        Operator::Equal,
        Operator::NotEqual,
    ];
    expression(match chance.below(if scope.depth == 0 { 2 } else { 12 }) {
        0 => Form::Truth(chance.below(2) == 0),
        1 if !scope.in_frame => Form::Word("in_position".to_owned()),
        2 => Form::Not(boxed(chance, scope, condition)),
        3 | 4 => {
            let operator = *chance.one(&[Operator::And, Operator::Or]);
            let left = boxed(chance, scope, condition);
            Form::Binary { operator, left, right: boxed(chance, scope, condition) }
        }
        5 => back(chance, scope, condition),
        6 if !scope.in_frame => in_frame(chance, scope, condition),
        7 if 0 < scope.depth => {
            call(chance, scope, |verb| matches!(verb, Verb::CrossAbove | Verb::CrossBelow))
        }
        1 => Form::Truth(true),
        _ => {
            let operator = *chance.one(&comparisons);
            let left = boxed(chance, scope, number);
            Form::Binary { operator, left, right: boxed(chance, scope, number) }
        }
    })
}

/// A random number.
pub(super) fn number(chance: &mut Chance, scope: Scope) -> Expression {
    let operators = [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide];
    expression(match chance.below(if scope.depth == 0 { 4 } else { 14 }) {
        0 | 1 => Form::Word(chance.one(FIELDS).name.to_owned()),
        2 if !scope.in_frame => {
            // The first is a condition.
            Form::Word(chance.one(&POSITION[1..]).name.to_owned())
        }
        2 | 3 => Form::Number(*chance.one(&[0.5, 1.0, 2.0, 100.0, 100.01, 7.25])),
        4 => Form::Negate(boxed(chance, scope, number)),
        5 | 6 => {
            let operator = *chance.one(&operators);
            let left = boxed(chance, scope, number);
            Form::Binary { operator, left, right: boxed(chance, scope, number) }
        }
        7 => back(chance, scope, number),
        8 if !scope.in_frame => in_frame(chance, scope, number),
        _ => call(chance, scope, |verb| !matches!(verb, Verb::CrossAbove | Verb::CrossBelow)),
    })
}

fn back(chance: &mut Chance, scope: Scope, kind: fn(&mut Chance, Scope) -> Expression) -> Form {
    let of = boxed(chance, scope, kind);
    let by = *chance.one(&[0.0, 1.0, 2.0, 5.0]);
    Form::Back { of, by: Box::new(expression(Form::Number(by))) }
}

fn in_frame(chance: &mut Chance, scope: Scope, kind: fn(&mut Chance, Scope) -> Expression) -> Form {
    let frame = (*chance.one(&FRAMES)).to_owned();
    let of = boxed(chance, Scope { in_frame: true, ..scope }, kind);
    Form::InFrame { frame, frame_span: Span::default(), of }
}

fn call(chance: &mut Chance, scope: Scope, is_wanted: fn(Verb) -> bool) -> Form {
    let fitting: Vec<&FunctionWord> = FUNCTIONS.iter().filter(|it| is_wanted(it.verb)).collect();
    let function = **chance.one(&fitting);
    let mut arguments = Vec::new();
    let has_source = match function.source {
        Source::Candles => false,
        Source::Number => true,
        Source::NumberOrClose => chance.below(2) == 0,
    };
    if has_source {
        arguments.push(number(chance, scope.deeper()));
    }
    for (at, argument) in function.arguments.iter().enumerate() {
        let form = match argument {
            Argument::Number(_) => number(chance, scope.deeper()).form,
            Argument::Deviations => Form::Number(*chance.one(&[0.5, 1.0, 2.0])),
            // The second period of MACD is above the first.
            Argument::Candles("slow") => Form::Number(*chance.one(&[6.0, 7.0])),
            Argument::Candles(_) => Form::Number(*chance.one(&[1.0, 2.0, 3.0, 5.0])),
        };
        assert!(at < 3);
        arguments.push(expression(form));
    }
    let name = function.name.to_owned();
    Form::Call { name, name_span: Span::default(), arguments }
}

/// Hourly candles, some missing, that begin anywhere in a day; ties are frequent.
pub(super) fn candles(chance: &mut Chance, count: usize) -> Vec<Candle> {
    let mut hour = 400_000 + chance.below(24);
    let mut tick = 10_000_i64;
    let mut next = |chance: &mut Chance| {
        tick += i64::try_from(chance.below(7)).unwrap() - 3;
        Price::from_units(tick * 100_000_000)
    };
    let mut candles = Vec::new();
    while candles.len() < count {
        let prices = [next(chance), next(chance), next(chance), next(chance)];
        let volume = i128::from(chance.below(4)) * 10_i128.pow(17);
        candles.push(Candle {
            start: Timestamp::from_seconds(hour * 3_600).unwrap(),
            open: prices[0],
            high: *prices.iter().max().unwrap(),
            low: *prices.iter().min().unwrap(),
            close: prices[3],
            volume: Amount::from_units(volume),
            trades: 1,
        });
        hour += if chance.below(6) == 0 { 1 + chance.below(7) } else { 1 };
    }
    candles
}

/// What is held at each candle.
pub(super) fn views(chance: &mut Chance, count: usize) -> Vec<View> {
    let mut is_held = false;
    let view = |_| {
        is_held ^= chance.below(4) == 0;
        let tick = 9_900 + i64::try_from(chance.below(200)).unwrap();
        let entry_price = is_held.then(|| Price::from_units(tick * 100_000_000));
        let units = i64::from(is_held) * 100_000_000;
        View { position: Quantity::from_units(units), entry_price, ..EMPTY }
    };
    (0..count).map(view).collect()
}
