//! What a walk-forward says in words.

use crate::{
    judge::{CONFIDENCE, Judgement, Luck},
    verdict::{
        Around, Finding, Grade, Verdict, costs, finding, grouped, holding, holdout,
        order_of_trades, percent, profit, timing, trades,
    },
    walk_forward::Walked,
};

impl Verdict {
    /// Of a judged walk-forward. Its luck counts whole walk-forwards, because each is one choice.
    pub fn of_walk_forward(judgement: &Judgement, walked: &[Walked], around: &Around) -> Self {
        let mut findings =
            vec![trades(judgement), profit(judgement, &around.quote), holding(judgement)];
        findings.extend(judgement.luck.as_ref().map(luck));
        findings.push(windows(walked));
        findings.extend(decay(walked));
        findings.extend(timing(judgement));
        findings.extend(costs(judgement, &around.quote));
        findings.extend(order_of_trades(judgement));
        findings.push(holdout(around));
        findings.extend(around.is_partial.then(|| {
            let text = "it was stopped before its end: this is about the windows that were walked";
            finding("partial", Grade::Told, None, text.to_owned())
        }));
        Self::from_findings(findings, judgement.figures.trades.count)
    }
}

fn luck(luck: &Luck) -> Finding {
    let tried = match luck.trials {
        0 | 1 => "this is the first walk-forward on this data".to_owned(),
        trials => format!("{} walk-forwards were tried on this data", grouped(trials)),
    };
    let years = luck.years_of_candles;
    let needed = match luck.years_needed {
        Some(needed) if years < needed => {
            format!(
                "; such a ratio needs {needed:.1} years to prove itself and there are {years:.1}"
            )
        }
        Some(_) | None => String::new(),
    };
    let text = format!(
        "{tried}: luck alone gives a yearly Sharpe ratio of {:.2} on windows it has not seen, this \
         gave {:.2}: better than luck with a probability of {} ({} is wanted){needed}",
        luck.sharpe_of_luck,
        luck.sharpe,
        percent(luck.deflated),
        percent(CONFIDENCE),
    );
    finding("luck", Grade::of(CONFIDENCE <= luck.deflated), Some(luck.deflated), text)
}

#[expect(clippy::float_arithmetic, reason = "a share of windows")]
fn windows(walked: &[Walked]) -> Finding {
    let won = walked.iter().filter_map(|it| it.row.as_ref());
    let won = won.filter(|it| it.net_profit.is_positive()).count();
    let share = backtest_statistics::functions::real_len(won)
        / backtest_statistics::functions::real_len(walked.len().max(1));
    let text = format!("{won} of {} windows that were traded won", walked.len());
    finding("windows", Grade::Told, Some(share), text)
}

/// How much of the Sharpe ratio where it was chosen was left where it was traded.
fn decay(walked: &[Walked]) -> Option<Finding> {
    let middle = |of: fn(&Walked) -> Option<f64>| {
        let mut values: Vec<f64> = walked.iter().filter_map(of).collect();
        backtest_statistics::quantiles::median(&mut values)
    };
    let (chosen, traded) = (middle(|it| it.train_sharpe)?, middle(|it| it.test_sharpe)?);
    let text = format!(
        "the middle window had a yearly Sharpe ratio of {chosen:.2} where the variant was chosen \
         and of {traded:.2} where it was traded"
    );
    Some(finding("decay", Grade::Told, Some(traded), text))
}
