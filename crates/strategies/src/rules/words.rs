//! Every word of the language, in tables. What checks a rule, what explains it and what documents
//! it read the same rows.

use super::node::{Field, PositionTerm};

/// A word that stands for a number of the candle.
#[derive(Clone, Copy, Debug)]
pub struct FieldWord {
    /// The word.
    pub name: &'static str,
    /// What it stands for.
    pub field: Field,
    /// What that is.
    pub meaning: &'static str,
}

const fn field(name: &'static str, field: Field, meaning: &'static str) -> FieldWord {
    FieldWord { name, field, meaning }
}

/// All words for numbers of the candle.
#[rustfmt::skip] // A table.
pub const FIELDS: &[FieldWord] = &[
    field("open",   Field::Open,    "the first price of the candle"),
    field("high",   Field::High,    "the highest price"),
    field("low",    Field::Low,     "the lowest price"),
    field("close",  Field::Close,   "the last price"),
    field("volume", Field::Volume,  "base asset traded"),
    field("hl2",    Field::Median,  "(high + low) / 2"),
    field("hlc3",   Field::Typical, "(high + low + close) / 3, the typical price"),
    field("ohlc4",  Field::Average, "(open + high + low + close) / 4"),
];

/// A word about the position.
#[derive(Clone, Copy, Debug)]
pub struct PositionWord {
    /// The word.
    pub name: &'static str,
    /// What it stands for.
    pub term: PositionTerm,
    /// What that is.
    pub meaning: &'static str,
}

const fn position(name: &'static str, term: PositionTerm, meaning: &'static str) -> PositionWord {
    PositionWord { name, term, meaning }
}

/// All words about the position.
#[rustfmt::skip] // A table.
pub const POSITION: &[PositionWord] = &[
    position("in_position",    PositionTerm::InPosition,    "whether anything is held"),
    position("entry_price",    PositionTerm::EntryPrice,
             "what it cost per unit on average, without fees; undefined while nothing is held"),
    position("profit_percent", PositionTerm::ProfitPercent,
             "(close / entry_price - 1) * 100, without costs; undefined while nothing is held"),
    position("candles_held",   PositionTerm::CandlesHeld,
             "closed candles in a row at which something was held, this one included; 0 if none"),
];

/// What a function computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// The simple average.
    Sma,
    /// The exponential average.
    Ema,
    /// The weighted average.
    Wma,
    /// The standard deviation.
    Stddev,
    /// The relative strength index.
    Rsi,
    /// The average true range.
    Atr,
    /// The average price weighted by volume.
    Vwap,
    /// The line of MACD.
    Macd,
    /// Its signal.
    MacdSignal,
    /// Their distance.
    MacdHistogram,
    /// The upper Bollinger band.
    BollingerUpper,
    /// The middle one.
    BollingerMiddle,
    /// The lower one.
    BollingerLower,
    /// The upper end of the Donchian channel.
    DonchianUpper,
    /// The lower end.
    DonchianLower,
    /// The greatest of the last values.
    Highest,
    /// The least.
    Lowest,
    /// The change over some candles.
    Change,
    /// Without its sign.
    Abs,
    /// The lesser of two.
    Min,
    /// The greater of two.
    Max,
    /// Whether one number has come above another.
    CrossAbove,
    /// Whether one number has come below another.
    CrossBelow,
}

/// What a function looks at before its other arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Candles.
    Candles,
    /// A number; the close if none is given.
    NumberOrClose,
    /// A number.
    Number,
}

/// What a further argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A number of candles that is known before: a constant or a parameter.
    Candles(&'static str),
    /// A factor that is known before.
    Deviations,
    /// Any number.
    Number(&'static str),
}

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct FunctionWord {
    /// Its name.
    pub name: &'static str,
    /// What it computes.
    pub verb: Verb,
    /// What it looks at.
    pub source: Source,
    /// What else it is given.
    pub arguments: &'static [Argument],
    /// What it gives.
    pub meaning: &'static str,
}

const fn function(
    name: &'static str,
    verb: Verb,
    source: Source,
    arguments: &'static [Argument],
    meaning: &'static str,
) -> FunctionWord {
    FunctionWord { name, verb, source, arguments, meaning }
}

const CANDLES: &[Argument] = &[Argument::Candles("candles")];
const BANDS: &[Argument] = &[Argument::Candles("candles"), Argument::Deviations];
const MACD: &[Argument] =
    &[Argument::Candles("fast"), Argument::Candles("slow"), Argument::Candles("signal")];
const TWO: &[Argument] = &[Argument::Number("a"), Argument::Number("b")];
const ONE: &[Argument] = &[Argument::Number("a")];

/// All functions.
#[rustfmt::skip] // A table.
pub const FUNCTIONS: &[FunctionWord] = &[
    function("sma", Verb::Sma, Source::NumberOrClose, CANDLES,
             "simple moving average: an exact sum, divided and rounded once"),
    function("ema", Verb::Ema, Source::NumberOrClose, CANDLES,
             "exponential moving average with weight 2 / (candles + 1), seeded by the first mean"),
    function("wma", Verb::Wma, Source::NumberOrClose, CANDLES,
             "average in which the newest value counts `candles` times and the oldest once"),
    function("stddev", Verb::Stddev, Source::NumberOrClose, CANDLES,
             "standard deviation, of a whole population"),
    function("rsi", Verb::Rsi, Source::NumberOrClose, CANDLES,
             "Wilder's relative strength index, 0 to 100; undefined while nothing has moved"),
    function("atr", Verb::Atr, Source::Candles, CANDLES,
             "Wilder's average true range, in quote asset"),
    function("vwap", Verb::Vwap, Source::Candles, CANDLES,
             "typical price weighted by volume; undefined without volume"),
    function("macd", Verb::Macd, Source::NumberOrClose, MACD,
             "fast less slow exponential average"),
    function("macd_signal", Verb::MacdSignal, Source::NumberOrClose, MACD,
             "exponential average of `macd`"),
    function("macd_histogram", Verb::MacdHistogram, Source::NumberOrClose, MACD,
             "`macd` less `macd_signal`"),
    function("bollinger_upper", Verb::BollingerUpper, Source::NumberOrClose, BANDS,
             "simple average plus so many standard deviations"),
    function("bollinger_middle", Verb::BollingerMiddle, Source::NumberOrClose, BANDS,
             "the simple average itself"),
    function("bollinger_lower", Verb::BollingerLower, Source::NumberOrClose, BANDS,
             "simple average less so many standard deviations"),
    function("donchian_upper", Verb::DonchianUpper, Source::Candles, CANDLES,
             "highest high; for a breakout compare with the one before: `donchian_upper(20)[1]`"),
    function("donchian_lower", Verb::DonchianLower, Source::Candles, CANDLES,
             "lowest low"),
    function("highest", Verb::Highest, Source::Number, CANDLES,
             "greatest of the last values, this one included"),
    function("lowest", Verb::Lowest, Source::Number, CANDLES,
             "least of the last values, this one included"),
    function("change", Verb::Change, Source::Number, CANDLES,
             "the number less what it was `candles` candles ago"),
    function("abs", Verb::Abs, Source::Candles, ONE,
             "the number without its sign"),
    function("min", Verb::Min, Source::Candles, TWO,
             "the lesser of two numbers"),
    function("max", Verb::Max, Source::Candles, TWO,
             "the greater of two numbers"),
    function("cross_above", Verb::CrossAbove, Source::Candles, TWO,
             "true when `a > b` and one candle ago `a <= b`"),
    function("cross_below", Verb::CrossBelow, Source::Candles, TWO,
             "true when `a < b` and one candle ago `a >= b`"),
];

/// Words of the grammar.
pub const KEYWORDS: &[&str] = &["and", "or", "not", "true", "false"];

impl FunctionWord {
    /// The function of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|row| row.name == name)
    }

    /// How it is called: `sma(candles)` or `sma(x, candles)`.
    pub fn usage(&self) -> String {
        let rest: Vec<&str> = self.arguments.iter().map(Argument::name).collect();
        let (name, rest) = (self.name, rest.join(", "));
        match self.source {
            Source::Candles => format!("{name}({rest})"),
            Source::Number => format!("{name}(x, {rest})"),
            Source::NumberOrClose => format!("{name}({rest}) or {name}(x, {rest})"),
        }
    }
}

impl Argument {
    const fn name(&self) -> &'static str {
        match self {
            Self::Candles(name) | Self::Number(name) => name,
            Self::Deviations => "deviations",
        }
    }
}

/// Every word that is taken: no parameter may be called like it.
pub fn taken() -> impl Iterator<Item = &'static str> {
    values().chain(FUNCTIONS.iter().map(|row| row.name)).chain(KEYWORDS.iter().copied())
}

/// Every word that stands for a value.
pub fn values() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|row| row.name).chain(POSITION.iter().map(|row| row.name))
}

/// The minutes of a time frame's name: `m15`, `h4`, `d1`, `w1`. None for any other word.
pub fn frame_minutes(name: &str) -> Option<u32> {
    let unit = match name.as_bytes().first()? {
        b'm' => 1,
        b'h' => 60,
        b'd' => 24 * 60,
        b'w' => 7 * 24 * 60,
        _ => return None,
    };
    let count = &name[1..];
    let is_count = (1..=5).contains(&count.len()) && !count.starts_with('0');
    let count: u32 = count.parse().ok().filter(|_| is_count)?;
    count.checked_mul(unit)
}
