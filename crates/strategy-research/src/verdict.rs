//! What holds and what does not, in words, each with its figure.
//!
//! **Law.** No word without a figure behind it, and an edge is only said to be one when everything
//! that can be asked was answered well.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

mod walk;

use backtest_statistics::{Overfitting, functions::real};
use serde::{Deserialize, Serialize};
use trading_types::Amount;

use crate::judge::{CONFIDENCE, Judgement, Luck};

/// Fewer trades prove nothing.
pub const TRADES_MIN: u64 = 30;
/// Where the best of one half is below the middle of the other so often, choosing is worth no more
/// than a coin that is tossed.
const OVERFITTING_COIN: f64 = 0.5;
/// Where it is so at most so often, choosing is not what made it good.
const OVERFITTING_MAX: f64 = 0.1;
/// What was chosen loses on the other half at most so often, whatever its rank there: choosing was
/// among good ones, of which ranks say little.
const LOSS_MAX: f64 = 0.05;
/// Neighbors of a plain are worth at least so much of the best.
const PLAIN_MIN: f64 = 0.5;

/// What everything comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Nothing that was asked speaks against an edge.
    Edge,
    /// Nothing speaks against one, but not everything for it.
    Doubtful,
    /// It cannot be told from luck, or it loses.
    NoEdge,
    /// There is too little to say anything.
    TooLittle,
}

/// How one thing was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// It speaks for an edge.
    Holds,
    /// It speaks neither for one nor against it.
    Doubtful,
    /// It speaks against one.
    Fails,
    /// It only informs.
    Told,
}

impl Grade {
    const fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

/// One thing that was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about, in one word.
    pub about: String,
    /// How it was answered.
    pub grade: Grade,
    /// A sentence.
    pub text: String,
    /// Its figure.
    pub figure: Option<f64>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// In one word.
    pub conclusion: Conclusion,
    /// In one sentence.
    pub summary: String,
    /// What it rests on.
    pub findings: Vec<Finding>,
}

/// What else is known of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Around {
    /// The quote asset.
    pub quote: String,
    /// Whether the sweep was stopped before its end.
    pub is_partial: bool,
    /// What is known of the part that is kept apart.
    pub holdout: HoldoutState,
    /// Lines of the memory that were damaged.
    pub damaged: u64,
}

/// The part of the history that is kept apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum HoldoutState {
    /// There is none.
    #[default]
    None,
    /// It is kept apart; so many variants have seen some of it before.
    Closed {
        /// Where it begins.
        from: String,
        /// Variants of earlier sweeps that have seen some of it.
        seen: u64,
    },
    /// It was looked at.
    Open {
        /// What the best made of it.
        net_profit: Amount,
        /// Its yearly Sharpe ratio.
        sharpe: Option<f64>,
        /// How often it has been looked at, this time included.
        openings: u64,
        /// Variants of sweeps that have seen some of it.
        seen: u64,
    },
}

fn finding(about: &str, grade: Grade, figure: Option<f64>, text: String) -> Finding {
    Finding { about: about.to_owned(), grade, text, figure }
}

impl Verdict {
    /// Of a judged sweep.
    pub fn of_sweep(judgement: &Judgement, around: &Around) -> Self {
        let mut findings =
            vec![trades(judgement), profit(judgement, &around.quote), holding(judgement)];
        findings.extend(judgement.luck.as_ref().map(luck_of));
        findings.extend(overfitting(judgement));
        findings.extend(timing(judgement));
        findings.extend(plateau(judgement));
        findings.extend(costs(judgement, &around.quote));
        findings.extend(order_of_trades(judgement));
        findings.push(holdout(around));
        findings.extend(around.is_partial.then(|| {
            let text =
                "the sweep was stopped before its end: this is about what was done".to_owned();
            finding("partial", Grade::Told, None, text)
        }));
        findings.extend((0 < around.damaged).then(|| {
            let text = format!(
                "{} lines of the memory of tried variants are damaged and do not count: there were \
                 more trials",
                grouped(around.damaged)
            );
            finding("memory", Grade::Told, Some(real(around.damaged)), text)
        }));
        Self::from_findings(findings, judgement.figures.trades.count)
    }

    fn from_findings(findings: Vec<Finding>, trades: u64) -> Self {
        let named = |grade: Grade| {
            let of_grade = findings.iter().filter(|it| it.grade == grade);
            of_grade.map(|it| it.about.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (failed, doubtful) = (named(Grade::Fails), named(Grade::Doubtful));
        let (conclusion, summary) = if trades < TRADES_MIN {
            let summary = format!(
                "too little to judge: {trades} trades, and below {TRADES_MIN} chance decides"
            );
            (Conclusion::TooLittle, summary)
        } else if !failed.is_empty() {
            (Conclusion::NoEdge, format!("no edge that could be trusted: {failed}"))
        } else if !doubtful.is_empty() {
            let summary = format!(
                "perhaps an edge: nothing that was asked speaks against it, but it is doubtful by \
                 {doubtful}"
            );
            (Conclusion::Doubtful, summary)
        } else {
            let summary = "an edge, as far as this history can show: nothing that was asked speaks \
                           against it";
            (Conclusion::Edge, summary.to_owned())
        };
        Self { conclusion, summary, findings }
    }
}

fn trades(judgement: &Judgement) -> Finding {
    let count = judgement.figures.trades.count;
    let years = judgement.figures.years;
    let text = format!("it made {} round trips in {years:.1} years", grouped(count));
    let figure = Some(real(count));
    finding("trades", Grade::of(TRADES_MIN <= count), figure, text)
}

fn profit(judgement: &Judgement, quote: &str) -> Finding {
    let figures = &judgement.figures;
    let made = if figures.net_profit.is_positive() { "won" } else { "lost" };
    let text = format!(
        "after all costs it {made} {} {quote} ({}, {} a year) with a deepest fall of {}",
        money(figures.net_profit),
        signed_percent(figures.curve.growth - 1.0),
        signed_percent(figures.curve.yearly_growth),
        percent(figures.curve.deepest.depth),
    );
    finding(
        "profit",
        Grade::of(figures.net_profit.is_positive()),
        Some(figures.curve.growth - 1.0),
        text,
    )
}

/// Who makes less than by doing nothing needs another reason, as a smaller fall may be one.
fn holding(judgement: &Judgement) -> Finding {
    let figures = &judgement.figures;
    let held = figures.buy_and_hold_growth;
    let is_beaten = held <= figures.curve.growth;
    let text = format!(
        "buying and holding over the same candles made {} after fees, which is {}",
        signed_percent(held - 1.0),
        if is_beaten { "not more" } else { "more" },
    );
    let grade = if is_beaten { Grade::Holds } else { Grade::Doubtful };
    finding("holding", grade, Some(held - 1.0), text)
}

fn luck_of(luck: &Luck) -> Finding {
    let years = luck.years_of_candles;
    let needed = match luck.years_needed {
        Some(needed) if years < needed => {
            format!(
                "; such a ratio needs {needed:.1} years to prove itself and there are {years:.1}"
            )
        }
        Some(_) | None => String::new(),
    };
    let trials = if luck.trials == 1 {
        "one variant was tried on this data".to_owned()
    } else {
        format!("after {} variants tried on this data", grouped(luck.trials))
    };
    let text = format!(
        "{trials}, a yearly Sharpe ratio of {:.2} is what luck alone gives; this one is {:.2}: \
         better than luck with a probability of {} (deflated Sharpe ratio; {} is wanted){needed}",
        luck.sharpe_of_luck,
        luck.sharpe,
        percent(luck.deflated),
        percent(CONFIDENCE),
    );
    finding("luck", Grade::of(CONFIDENCE <= luck.deflated), Some(luck.deflated), text)
}

fn overfitting(judgement: &Judgement) -> Option<Finding> {
    let found = judgement.overfitting.as_ref()?;
    let Overfitting { probability, probability_of_loss, .. } = *found;
    let (grade, meaning) = if probability <= OVERFITTING_MAX {
        (Grade::Holds, String::new())
    } else if probability < OVERFITTING_COIN && probability_of_loss <= LOSS_MAX {
        (Grade::Holds, "; ranks say little where hardly any choice loses".to_owned())
    } else if probability < OVERFITTING_COIN {
        (Grade::Doubtful, format!("; at most {} is wanted", percent(OVERFITTING_MAX)))
    } else if probability_of_loss <= LOSS_MAX {
        let meaning = "; hardly any choice loses, but choosing is worth no more than a coin";
        (Grade::Doubtful, meaning.to_owned())
    } else {
        (Grade::Fails, "; choosing is worth no more than a coin".to_owned())
    };
    let text = format!(
        "of {} ways to choose on one half of the history, the best was in the lower half of the \
         variants on the other half {} of the times, and lost there {} of the times (probability \
         of backtest overfitting){meaning}",
        grouped(found.choices),
        percent(probability),
        percent(probability_of_loss),
    );
    Some(finding("overfitting", grade, Some(probability), text))
}

fn timing(judgement: &Judgement) -> Option<Finding> {
    let (found, probability) = (judgement.same_exposure.as_ref()?, judgement.timing?);
    let trials = judgement.luck.as_ref().map_or(1, |it| it.trials.max(1));
    let best = if trials == 1 {
        "that is more than luck".to_owned()
    } else {
        format!("that is more than the best of {} tries at random has", grouped(trials))
    };
    let text = format!(
        "it did better than {} of 1,000 strategies that were in the market as often and as long at \
         random moments; {best} with a probability of {} ({} is wanted)",
        percent(found.beaten),
        percent(probability),
        percent(CONFIDENCE),
    );
    Some(finding("timing", Grade::of(CONFIDENCE <= probability), Some(probability), text))
}

fn plateau(judgement: &Judgement) -> Option<Finding> {
    let found = judgement.plateau.as_ref()?;
    let holds = PLAIN_MIN <= found.share;
    let shape = if holds { "a plain" } else { "a peak" };
    let text = format!(
        "it stands on {shape}: the middle one of its {} neighbors on the grid has {} of what \
         it has (at least {} is wanted)",
        found.neighbors,
        percent(found.share),
        percent(PLAIN_MIN),
    );
    Some(finding("plateau", Grade::of(holds), Some(found.share), text))
}

/// An edge has to bear half as much again; twice as much is told.
fn costs(judgement: &Judgement, quote: &str) -> Option<Finding> {
    let row = |percent| judgement.costs.iter().find(|it| it.percent == percent);
    let (half, more, double) = (row(50)?, row(150)?, row(200)?);
    let word = |net_profit: Amount| {
        let word = if net_profit.is_positive() { "win" } else { "lose" };
        format!("{word} {}", money(net_profit))
    };
    let text = format!(
        "with half the fees and slippage it would {} {quote}, with half as much again {}, with \
         twice as much {}",
        word(half.net_profit),
        word(more.net_profit),
        word(double.net_profit),
    );
    let figure = Some(more.net_profit.to_f64());
    Some(finding("costs", Grade::of(more.net_profit.is_positive()), figure, text))
}

fn order_of_trades(judgement: &Judgement) -> Option<Finding> {
    let figures = &judgement.figures;
    let (shuffled, drawn) = (figures.shuffled.as_ref()?, figures.drawn.as_ref()?);
    let text = format!(
        "the same trades in another order fall deeper than {} one time in twenty, and trades \
         drawn from among them end with a loss {} of the times",
        percent(shuffled.drawdown.p95),
        percent(drawn.probability_of_loss),
    );
    Some(finding("order", Grade::Told, Some(drawn.probability_of_loss), text))
}

fn holdout(around: &Around) -> Finding {
    let seen = |seen: u64| match seen {
        0 => String::new(),
        seen => format!("; {} variants of earlier sweeps have seen some of it", grouped(seen)),
    };
    match &around.holdout {
        HoldoutState::None => {
            let text = "nothing was kept apart: there is no history left that this has not seen";
            finding("holdout", Grade::Told, None, text.to_owned())
        }
        HoldoutState::Closed { from, seen: variants } => {
            let text = format!(
                "what begins at {from} is kept apart and was not looked at{}; --open-holdout \
                 looks, and that is remembered",
                seen(*variants)
            );
            finding("holdout", Grade::Told, None, text)
        }
        HoldoutState::Open { net_profit, sharpe, openings, seen: variants } => {
            let won = if net_profit.is_positive() { "won" } else { "lost" };
            let ratio = sharpe.map_or("none".to_owned(), |it| format!("{it:.2}"));
            let again = match openings {
                0 | 1 => "looked at for the first time".to_owned(),
                more => format!("looked at {more} times: it is no longer unseen"),
            };
            let text = format!(
                "on the part kept apart it {won} {} {} with a yearly Sharpe ratio of {ratio} \
                 ({again}{})",
                money(*net_profit),
                around.quote,
                seen(*variants),
            );
            finding("holdout", Grade::of(net_profit.is_positive()), *sharpe, text)
        }
    }
}

/// Money without its sign, to the cent.
fn money(amount: Amount) -> String {
    let cut = amount.round_to_decimals(2, trading_types::Rounding::Down);
    let text = format!("{cut:.2}");
    text.strip_prefix('-').unwrap_or(&text).to_owned()
}

fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

fn signed_percent(part: f64) -> String {
    format!("{:+.1} %", part * 100.0)
}

/// A count with commas.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
