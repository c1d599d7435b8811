//! The language once more, by another way: no graph, no state. Each value is worked out from all
//! candles that have closed, recursively, as its definition reads.

#![expect(clippy::float_arithmetic, reason = "what a rule computes is an opinion, not money")]
#![expect(clippy::wildcard_enum_match_arm, reason = "few of many forms are looked for")]
#![expect(clippy::double_comparisons, reason = "what is undefined is neither below nor above")]

use trading_engine::View;
use trading_types::{Amount, Candle, Price, Timestamp};

use crate::{
    indicators::floats::quotient,
    rules::{
        node::{EXACT_UNITS_PER_ONE, Field, PositionTerm, exact},
        syntax::{Expression, Form, Operator},
        words::{FIELDS, FunctionWord, POSITION, Verb, frame_minutes},
    },
};

/// A number, not a number where it is undefined, or a condition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Number(f64),
    Truth(bool),
}

impl Value {
    fn number(self) -> f64 {
        let Self::Number(value) = self else { panic!("a number was expected") };
        if value.is_finite() { value } else { f64::NAN }
    }

    pub(super) fn truth(self) -> bool {
        let Self::Truth(truth) = self else { panic!("a condition was expected") };
        truth
    }
}

/// What has happened so far.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    pub(super) candles: &'a [Candle],
    /// One for each candle of the base frame; empty in a higher one.
    pub(super) views: &'a [View],
}

impl Past<'_> {
    fn ago(self, candles: usize) -> Option<Self> {
        let count = self.candles.len().checked_sub(candles).filter(|count| 0 < *count)?;
        let views = &self.views[..self.views.len().min(count)];
        Some(Self { candles: &self.candles[..count], views })
    }

    /// Every moment from the first to this one.
    fn moments(self) -> impl Iterator<Item = Self> {
        (0..self.candles.len()).rev().filter_map(move |ago| self.ago(ago))
    }

    fn last(self) -> Candle {
        self.candles[self.candles.len() - 1]
    }
}

const HOUR: u64 = 3_600;

/// The candles of a higher frame that are over.
fn higher(candles: &[Candle], hours: u64) -> Vec<Candle> {
    let number = |candle: &Candle| candle.start.seconds() / (HOUR * hours);
    let groups = candles.chunk_by(|one, other| number(one) == number(other));
    let last = candles.last().map(number);
    let mut over = Vec::new();
    for (at, group) in groups.enumerate() {
        let start = number(&group[0]) * HOUR * hours;
        let is_whole = 0 < at || group[0].start.seconds() == start;
        let ends = group.last().unwrap().start.seconds() + HOUR == start + HOUR * hours;
        if is_whole && (Some(number(&group[0])) != last || ends) {
            let volume = group.iter().map(|it| it.volume.units()).sum();
            over.push(Candle {
                start: Timestamp::from_seconds(start).unwrap(),
                open: group[0].open,
                high: group.iter().map(|it| it.high).max().unwrap(),
                low: group.iter().map(|it| it.low).min().unwrap(),
                close: group.last().unwrap().close,
                volume: Amount::from_units(volume),
                trades: group.iter().map(|it| it.trades).sum(),
            });
        }
    }
    over
}

/// What an expression is now.
pub(super) fn value(it: &Expression, past: Past<'_>, is_condition: bool) -> Value {
    match &it.form {
        Form::Number(value) => Value::Number(*value),
        Form::Truth(truth) => Value::Truth(*truth),
        Form::Word(word) => self::word(word, past),
        Form::Call { name, arguments, .. } => {
            call(FunctionWord::find(name).unwrap().verb, arguments, past)
        }
        Form::InFrame { frame, of, .. } => {
            let hours = u64::from(frame_minutes(frame).unwrap()) / 60;
            let candles = higher(past.candles, hours);
            let past = Past { candles: &candles, views: &[] };
            if candles.is_empty() { nothing(is_condition) } else { value(of, past, is_condition) }
        }
        Form::Back { of, by } => {
            let past = past.ago(count(by));
            past.map_or(nothing(is_condition), |past| value(of, past, is_condition))
        }
        Form::Percent(_) => panic!("no condition has a percentage"),
        Form::Negate(of) => Value::Number(0.0 - number(of, past)),
        Form::Not(of) => Value::Truth(!value(of, past, true).truth()),
        Form::Binary { operator, left, right } => binary(*operator, left, right, past),
    }
}

fn nothing(is_condition: bool) -> Value {
    if is_condition { Value::Truth(false) } else { Value::Number(f64::NAN) }
}

pub(super) fn number(it: &Expression, past: Past<'_>) -> f64 {
    value(it, past, false).number()
}

fn count(it: &Expression) -> usize {
    let Form::Number(value) = it.form else { panic!("a count was expected") };
    (0..100).find(|count| f64::from(*count) >= value).unwrap().try_into().unwrap()
}

fn word(word: &str, past: Past<'_>) -> Value {
    let candle = past.last();
    if let Some(row) = FIELDS.iter().find(|row| row.name == word) {
        return Value::Number(quotient(row.field.units(&candle), row.field.units_per_one()));
    }
    let held = past.views.iter().rev().take_while(|it| it.position.is_positive()).count();
    let entry = past.views.last().filter(|_| 0 < held).and_then(|it| it.entry_price);
    let entry = entry.map_or(f64::NAN, Price::to_f64);
    let close = candle.close.to_f64();
    match POSITION.iter().find(|row| row.name == word).unwrap().term {
        PositionTerm::InPosition => Value::Truth(0 < held),
        PositionTerm::EntryPrice => Value::Number(entry),
        PositionTerm::ProfitPercent => Value::Number((close / entry - 1.0) * 100.0),
        PositionTerm::CandlesHeld => Value::Number(f64::from(u32::try_from(held).unwrap())),
    }
}

fn binary(operator: Operator, left: &Expression, right: &Expression, past: Past<'_>) -> Value {
    if let Operator::And | Operator::Or = operator {
        let (a, b) = (value(left, past, true).truth(), value(right, past, true).truth());
        return Value::Truth(if operator == Operator::And { a && b } else { a || b });
    }
    let (a, b) = (number(left, past), number(right, past));
    match operator {
        Operator::And | Operator::Or => panic!("conditions were before"),
        Operator::Below => Value::Truth(a < b),
        Operator::AtMost => Value::Truth(a <= b),
        Operator::Above => Value::Truth(a > b),
        Operator::AtLeast => Value::Truth(a >= b),
        Operator::Equal => Value::Truth(!(a.is_nan() || b.is_nan()) && a >= b && a <= b),
        Operator::NotEqual => Value::Truth(a < b || a > b),
        Operator::Add => Value::Number(a + b),
        Operator::Subtract => Value::Number(a - b),
        Operator::Multiply => Value::Number(a * b),
        Operator::Divide => Value::Number(a / b),
    }
}

/// The field that an expression is, and how many candles ago.
fn field(it: &Expression) -> Option<(Field, usize)> {
    match &it.form {
        Form::Word(word) => FIELDS.iter().find(|row| row.name == *word).map(|row| (row.field, 0)),
        Form::Back { of, by } => field(of).map(|(field, ago)| (field, ago + count(by))),
        _ => None,
    }
}

/// Exact units of an expression now, and how many are one.
fn units(it: Option<&Expression>, past: Past<'_>) -> Option<(i128, i128)> {
    let field = it.map_or(Some((Field::Close, 0)), field);
    if let Some((field, ago)) = field {
        return Some((field.units(&past.ago(ago)?.last()), field.units_per_one()));
    }
    Some((exact(number(it?, past))?, EXACT_UNITS_PER_ONE))
}

fn source(it: Option<&Expression>, past: Past<'_>) -> f64 {
    it.map_or_else(|| word("close", past).number(), |it| number(it, past))
}

/// The last `n` moments, if there are so many.
fn last(past: Past<'_>, n: usize) -> Option<Vec<Past<'_>>> {
    (0..n).rev().map(|ago| past.ago(ago)).collect()
}

fn call(verb: Verb, arguments: &[Expression], past: Past<'_>) -> Value {
    if let Verb::CrossAbove | Verb::CrossBelow = verb {
        return Value::Truth(crossed(verb, arguments, past));
    }
    if let Verb::Min | Verb::Max = verb {
        let [a, b] = arguments else { panic!("two numbers were expected") };
        return Value::Number(of_two(verb, number(a, past), number(b, past)));
    }
    let wanted = match verb {
        Verb::Macd | Verb::MacdSignal | Verb::MacdHistogram => 3,
        Verb::BollingerUpper | Verb::BollingerMiddle | Verb::BollingerLower => 2,
        _ => 1,
    };
    let (of, rest) = arguments.split_at(arguments.len() - wanted);
    let of = of.first();
    let n = |at: usize| count(&rest[at]);
    let window = |pick: fn(f64, f64) -> f64, of: &dyn Fn(Past<'_>) -> f64| {
        let values = last(past, n(0)).map(|moments| moments.into_iter().map(of));
        let values = values.map(Iterator::collect::<Vec<f64>>);
        let known = values.filter(|values| values.iter().all(|it| !it.is_nan()));
        known.map_or(f64::NAN, |values| values.into_iter().reduce(pick).unwrap())
    };
    Value::Number(match verb {
        Verb::Sma | Verb::BollingerMiddle => mean(of, n(0), past, |_, _| 1),
        Verb::Wma => mean(of, n(0), past, |at, _| at + 1),
        Verb::Stddev => deviation(of, n(0), past),
        Verb::BollingerUpper | Verb::BollingerLower => {
            let Form::Number(factor) = rest[1].form else { panic!("a factor was expected") };
            let width = factor * deviation(of, n(0), past);
            let middle = mean(of, n(0), past, |_, _| 1);
            if verb == Verb::BollingerUpper { middle + width } else { middle - width }
        }
        Verb::Ema => ema(past.moments().map(|past| source(of, past)), n(0), 0),
        Verb::Rsi => rsi(of, n(0), past),
        Verb::Atr => atr(n(0), past),
        Verb::Vwap => vwap(n(0), past),
        Verb::Macd => macd(of, n(0), n(1), past),
        Verb::MacdSignal => signal(of, n, past),
        Verb::MacdHistogram => macd(of, n(0), n(1), past) - signal(of, n, past),
        Verb::DonchianUpper => window(f64::max, &|past| past.last().high.to_f64()),
        Verb::DonchianLower => window(f64::min, &|past| past.last().low.to_f64()),
        Verb::Highest => window(f64::max, &|past| source(of, past)),
        Verb::Lowest => window(f64::min, &|past| source(of, past)),
        Verb::Change => past.ago(n(0)).map_or(f64::NAN, |then| source(of, past) - source(of, then)),
        Verb::Abs => number(&arguments[0], past).abs(),
        Verb::Min | Verb::Max | Verb::CrossAbove | Verb::CrossBelow => {
            panic!("these were before")
        }
    })
}

/// The lesser or the greater of two numbers.
fn of_two(verb: Verb, a: f64, b: f64) -> f64 {
    match verb {
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        Verb::Min => a.min(b),
        _ => a.max(b),
    }
}

fn crossed(verb: Verb, arguments: &[Expression], past: Past<'_>) -> bool {
    let [a, b] = arguments else { panic!("a cross is of two") };
    let (over, under) = if verb == Verb::CrossAbove { (a, b) } else { (b, a) };
    let was_not = past.ago(1).is_some_and(|before| number(over, before) <= number(under, before));
    number(over, past) > number(under, past) && was_not
}

fn mean(of: Option<&Expression>, n: usize, past: Past<'_>, weight: fn(i128, usize) -> i128) -> f64 {
    let moments = last(past, n);
    let units: Option<Vec<_>> =
        moments.and_then(|moments| moments.into_iter().map(|past| units(of, past)).collect());
    let Some(units) = units else { return f64::NAN };
    let weights: i128 = (0..).zip(&units).map(|(at, _)| weight(at, n)).sum();
    let sum: i128 = (0..).zip(&units).map(|(at, (units, _))| weight(at, n) * units).sum();
    quotient(sum, weights * units[0].1)
}

fn deviation(of: Option<&Expression>, n: usize, past: Past<'_>) -> f64 {
    use crate::indicators::wide::Wide;
    let moments = last(past, n);
    let units: Option<Vec<_>> =
        moments.and_then(|moments| moments.into_iter().map(|past| units(of, past)).collect());
    let Some(units) = units else { return f64::NAN };
    let count = i128::try_from(n).unwrap();
    let sum: i128 = units.iter().map(|(units, _)| units).sum();
    let squares = units.iter().map(|(units, _)| Wide::product(units * count, *units));
    let squares = squares.fold(Wide::default(), |sum, it| sum + it);
    let scaled = (squares - Wide::product(sum, sum)).to_f64().sqrt();
    scaled / (quotient(count, 1) * quotient(units[0].1, 1))
}

/// The exponential average of what is defined of `values`, after `skip` of them.
fn ema(values: impl Iterator<Item = f64>, n: usize, skip: usize) -> f64 {
    let values: Vec<f64> = values.collect();
    let is_undefined = values.last().is_none_or(|it| it.is_nan());
    let known: Vec<f64> = values.into_iter().filter(|it| !it.is_nan()).skip(skip).collect();
    if is_undefined || known.len() < n {
        return f64::NAN;
    }
    let (seed, rest) = known.split_at(n);
    let n = f64::from(u32::try_from(n).unwrap());
    let seed = seed.iter().fold(0.0, |sum, it| sum + it) / n;
    rest.iter().fold(seed, |average, it| (it - average) * (2.0 / (n + 1.0)) + average)
}

fn wilder(values: &[f64], n: usize) -> Option<f64> {
    let (seed, rest) = values.split_at_checked(n)?;
    let n = f64::from(u32::try_from(n).unwrap());
    let seed = seed.iter().fold(0.0, |sum, it| sum + it) / n;
    Some(rest.iter().fold(seed, |average, it| (average * (n - 1.0) + it) / n))
}

fn rsi(of: Option<&Expression>, n: usize, past: Past<'_>) -> f64 {
    if source(of, past).is_nan() {
        return f64::NAN;
    }
    let is_field = of.is_none_or(|it| matches!(it.form, Form::Word(_)) && field(it).is_some());
    let known: Vec<Past<'_>> = past.moments().filter(|it| !source(of, *it).is_nan()).collect();
    let changes = known.windows(2).map(|pair| match [pair[0], pair[1]].map(|it| units(of, it)) {
        [Some((a, per_one)), Some((b, _))] if is_field => quotient(b - a, per_one),
        _ => source(of, pair[1]) - source(of, pair[0]),
    });
    let changes: Vec<f64> = changes.filter(|it| it.is_finite()).collect();
    let gains: Vec<f64> = changes.iter().map(|it| if *it < 0.0 { 0.0 } else { *it }).collect();
    let losses: Vec<f64> = changes.iter().map(|it| if *it < 0.0 { -it } else { 0.0 }).collect();
    let (Some(gain), Some(loss)) = (wilder(&gains, n), wilder(&losses, n)) else {
        return f64::NAN;
    };
    100.0 * (gain / (gain + loss))
}

fn atr(n: usize, past: Past<'_>) -> f64 {
    let ranges = past.candles.windows(2).map(|pair| {
        let (high, low) = (pair[1].high.max(pair[0].close), pair[1].low.min(pair[0].close));
        quotient((high - low).units().into(), Field::Close.units_per_one())
    });
    wilder(&ranges.collect::<Vec<f64>>(), n).unwrap_or(f64::NAN)
}

fn vwap(n: usize, past: Past<'_>) -> f64 {
    let Some(moments) = last(past, n) else { return f64::NAN };
    let of = |field: Field| move |past: &Past<'_>| field.units(&past.last());
    let volume: i128 = moments.iter().map(of(Field::Volume)).sum();
    let typical = of(Field::Typical);
    let weighted: i128 = moments.iter().map(|past| typical(past) * of(Field::Volume)(past)).sum();
    if volume == 0 {
        return f64::NAN;
    }
    quotient(weighted, 1) / quotient(3 * volume, 1) / 10_000_000_000.0
}

fn macd(of: Option<&Expression>, fast: usize, slow: usize, past: Past<'_>) -> f64 {
    let values = || past.moments().map(|past| source(of, past));
    ema(values(), fast, slow - fast) - ema(values(), slow, 0)
}

fn signal(of: Option<&Expression>, n: impl Fn(usize) -> usize, past: Past<'_>) -> f64 {
    let lines = past.moments().map(|past| macd(of, n(0), n(1), past));
    ema(lines.map(|it| if it.is_finite() { it } else { f64::NAN }), n(2), 0)
}
