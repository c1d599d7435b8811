//! What a page shows. Whoever has a part fills it in; what is empty is left out of the page.

use trading_types::{Amount, Price, Timestamp};

use crate::series::Series;

/// Everything that one page shows.
#[derive(Clone, Debug, Default)]
pub struct ReportInput {
    /// What was tested, in a few words.
    pub title: String,
    /// On what, in one sentence.
    pub subtitle: String,
    /// Who wrote the page, as `slackwater 0.1.0`.
    pub writer: String,
    /// What came of it, in one sentence.
    pub summary: String,
    /// Whether that sentence is good news.
    pub summary_tone: Tone,
    /// The figures that people look for first.
    pub figures: Vec<Figure>,
    /// What holds and what does not.
    pub judgement: Option<Judgement>,
    /// Candles, equity and drawdown.
    pub chart: Option<Chart>,
    /// What was won in each month, in order of time.
    pub months: Vec<Month>,
    /// Round trips.
    pub trades: Option<Trades>,
    /// What each variant of a sweep came to.
    pub heat_map: Option<HeatMap>,
    /// Tables of any other kind: costs, windows, quantiles.
    pub tables: Vec<Table>,
    /// Settings and small figures, in groups.
    pub facts: Vec<Rows>,
    /// What a reader has to know to read it right.
    pub notes: Vec<String>,
}

/// Good news, bad news, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// Good.
    Good,
    /// Bad.
    Bad,
}

/// A figure in large letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// Its text.
    pub value: String,
    /// What stands under it.
    pub note: String,
    /// Whether it is good.
    pub tone: Tone,
}

/// Labels and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What they are about.
    pub title: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
}

/// A table. The first column names the row; the others are numbers or short words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it is about.
    pub title: String,
    /// What to look for in it.
    pub note: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// What is to be thought of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Each thing that was asked.
    pub findings: Vec<Finding>,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// Neither clearly.
    Doubtful,
    /// There is not enough to tell.
    Unknown,
    /// It only informs.
    Told,
}

/// One thing that was asked, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The answer.
    pub kind: FindingKind,
    /// What was asked, in a word or two.
    pub about: String,
    /// The answer as a sentence.
    pub text: String,
    /// The figure behind it.
    pub figure: Option<f64>,
}

/// Candles, equity and drawdown on one axis of time.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The pair, as `BTC/USD`.
    pub pair: String,
    /// The quote asset.
    pub quote: String,
    /// Candles and equity, gathered.
    pub series: Series,
    /// Quote asset at the start.
    pub cash_start: Amount,
    /// What buying and holding would have come to.
    pub hold_end: Option<Amount>,
}

/// What was won in one month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Month {
    /// The year, as 2026.
    pub year: u32,
    /// The month, from 1.
    pub month: u32,
    /// What was won, as a part of the equity before.
    pub gain: f64,
}

/// Round trips.
#[derive(Clone, Debug, Default)]
pub struct Trades {
    /// Each of them, in order of time. The page lists the [`crate::TRADES_MAX`] that won or
    /// lost the most.
    pub rows: Vec<Trade>,
    /// Where all of them are to be had, when the page cannot list them.
    pub elsewhere: String,
}

/// One round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// When the entry traded.
    pub entry_time: Timestamp,
    /// At what price.
    pub entry_price: Price,
    /// When the exit traded.
    pub exit_time: Timestamp,
    /// At what price.
    pub exit_price: Price,
    /// Base asset.
    pub quantity: Amount,
    /// Both fees, in quote asset.
    pub fees: Amount,
    /// What was won after fees, in quote asset.
    pub profit: Amount,
    /// Why it was sold, in a word.
    pub exit_reason: String,
}

/// What each variant came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    /// What `Cell::value` is, in words.
    pub metric: String,
    /// Whether less of it is better.
    pub lower_is_better: bool,
    /// The parameters, in the order of `Cell::parameters`.
    pub parameters: Vec<String>,
    /// The variants.
    pub cells: Vec<Cell>,
    /// The one that the rest of the page shows, as a place in `cells`.
    pub shown: Option<usize>,
}

/// One variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The value of each parameter.
    pub parameters: Vec<String>,
    /// What it came to.
    pub value: Option<f64>,
}
