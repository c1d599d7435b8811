//! What is said, sentence by sentence.

use backtest_statistics::{
    CurveFigures, Drawdown, Overfitting, Quantiles, SameExposure, TradeFigures,
};
use trading_types::Amount;

use super::*;
use crate::{
    costs::{COSTS, CostRow},
    judge::Description,
    plateau::Plateau,
};

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// Everything speaks for it.
fn good() -> Judgement {
    let deepest = Drawdown { depth: 0.1, length: 9 };
    let all = Quantiles { p05: 0.9, p25: 0.95, p50: 1.0, p75: 1.05, p95: 1.1 };
    Judgement {
        figures: Description {
            years: 4.0,
            net_profit: amount("1234.567"),
            buy_and_hold_growth: 1.05,
            curve: CurveFigures {
                growth: 1.123_456_7,
                yearly_growth: 0.03,
                deepest,
                longest: deepest,
                sharpe: Some(2.0),
                sortino: None,
                calmar: None,
            },
            trades: TradeFigures {
                count: 1_212,
                wins: 700,
                profit_factor: Some(1.5),
                expectancy: None,
                payoff: None,
                losses_in_a_row: 4,
            },
            shuffled: None,
            drawn: None,
            months: Vec::new(),
        },
        luck: Some(Luck {
            sharpe: 2.0,
            sharpe_per_candle: 0.02,
            trials: 9_604,
            variance_of_trials: 0.3,
            variance_without_skill: 0.25,
            variance_used: 0.25,
            sharpe_of_luck: 1.2,
            probability_alone: 0.999,
            deflated: 0.97,
            years_needed: Some(3.0),
            years_of_candles: 4.0,
        }),
        overfitting: Some(Overfitting {
            probability: 0.1,
            probability_of_loss: 0.2,
            choices: 12_870,
            logit: 1.0,
            ratio_chosen: 0.02,
            ratio_after: 0.01,
            pairs: Vec::new(),
        }),
        same_exposure: Some(SameExposure { growth: all, beaten: 0.998, deviations: 4.0 }),
        timing: Some(0.96),
        plateau: Some(Plateau {
            best: 2.0,
            neighbors: 8,
            neighbors_median: 1.6,
            neighbors_worst: 1.0,
            all_median: 0.2,
            share: 0.8,
        }),
        costs: COSTS
            .map(|percent| CostRow {
                percent,
                net_profit: amount(if percent < 200 { "10" } else { "-3.5" }),
                costs: amount("1"),
                sharpe: None,
            })
            .to_vec(),
    }
}

fn said(judgement: &Judgement, around: &Around) -> (Conclusion, String) {
    let verdict = Verdict::of_sweep(judgement, around);
    let texts: Vec<&str> = verdict.findings.iter().map(|it| it.text.as_str()).collect();
    (verdict.conclusion, texts.join("\n"))
}

fn around() -> Around {
    Around { quote: "USD".to_owned(), ..Around::default() }
}

#[test]
fn every_sentence_has_its_figure() {
    let (conclusion, text) = said(&good(), &around());
    assert_eq!(conclusion, Conclusion::Edge);
    let expect = [
        "it made 1,212 round trips in 4.0 years",
        "after all costs it won 1234.56 USD (+12.3 %, +3.0 % a year) with a deepest fall of \
         10.0 %",
        "buying and holding over the same candles made +5.0 % after fees, which is not more",
        "after 9,604 variants tried on this data, a yearly Sharpe ratio of 1.20 is what luck \
         alone gives; this one is 2.00: better than luck with a probability of 97.0 % (deflated \
         Sharpe ratio; 95.0 % is wanted)",
        "of 12,870 ways to choose on one half of the history, the best was in the lower half of \
         the variants on the other half 10.0 % of the times, and lost there 20.0 % of the times \
         (probability of backtest overfitting)",
        "it did better than 99.8 % of 1,000 strategies that were in the market as often and as \
         long at random moments; that is more than the best of 9,604 tries at random has with a \
         probability of 96.0 % (95.0 % is wanted)",
        "it stands on a plain: the middle one of its 8 neighbors on the grid has 80.0 % of what it \
         has (at least 50.0 % is wanted)",
        "with half the fees and slippage it would win 10.00 USD, with half as much again win \
         10.00, with twice as much lose 3.50",
        "nothing was kept apart: there is no history left that this has not seen",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expect);
}

/// One thing is spoiled, and named.
#[track_caller]
fn check(spoil: impl Fn(&mut Judgement), expect: &str) {
    let mut judgement = good();
    spoil(&mut judgement);
    let verdict = Verdict::of_sweep(&judgement, &around());
    assert_eq!(verdict.summary, expect);
}

#[test]
fn whatever_speaks_against_it_is_named() {
    let doubt = "perhaps an edge: nothing that was asked speaks against it, but it is doubtful by \
                 holding";
    check(|it| it.figures.buy_and_hold_growth = 1.124, doubt);
    let no = |what: &str| format!("no edge that could be trusted: {what}");
    check(|it| it.figures.net_profit = amount("-1"), &no("profit"));
    check(|it| it.luck.as_mut().unwrap().deflated = 0.94, &no("luck"));
    check(|it| it.overfitting.as_mut().unwrap().probability = 0.5, &no("overfitting"));
    check(|it| it.timing = Some(0.9), &no("timing"));
    check(|it| it.plateau.as_mut().unwrap().share = 0.4, &no("plateau"));
    check(|it| it.costs[2].net_profit = amount("0"), &no("costs"));
    check(
        |it| it.figures.trades.count = 29,
        "too little to judge: 29 trades, and below 30 chance decides",
    );
}

/// What the probability of overfitting is worth, and what it makes of a verdict that nothing else
/// speaks against.
#[track_caller]
fn check_overfitting(probability: f64, of_loss: f64, expect: (Grade, Conclusion)) {
    let mut judgement = good();
    let found = judgement.overfitting.as_mut().unwrap();
    (found.probability, found.probability_of_loss) = (probability, of_loss);
    let verdict = Verdict::of_sweep(&judgement, &around());
    let finding = verdict.findings.iter().find(|it| it.about == "overfitting").unwrap();
    assert_eq!((finding.grade, verdict.conclusion), expect, "{finding:?}");
}

#[test]
fn overfitting_has_three_grades() {
    let holds = (Grade::Holds, Conclusion::Edge);
    let doubtful = (Grade::Doubtful, Conclusion::Doubtful);
    let fails = (Grade::Fails, Conclusion::NoEdge);
    check_overfitting(0.0, 1.0, holds);
    check_overfitting(0.1, 0.2, holds);
    check_overfitting(0.1001, 0.0501, doubtful);
    check_overfitting(0.4999, 0.2, doubtful);
    check_overfitting(0.5, 0.0501, fails);
    check_overfitting(1.0, 1.0, fails);
    // Choosing among good ones: ranks say little, but a coin does not hold.
    check_overfitting(0.1001, 0.05, holds);
    check_overfitting(0.4999, 0.0, holds);
    check_overfitting(0.5, 0.05, doubtful);
    check_overfitting(0.56, 0.0, doubtful);
    check_overfitting(1.0, 0.0, doubtful);
}

#[test]
fn a_doubt_is_named() {
    let doubt = |it: &mut Judgement| {
        let found = it.overfitting.as_mut().unwrap();
        (found.probability, found.probability_of_loss) = (0.56, 0.0);
    };
    check(
        doubt,
        "perhaps an edge: nothing that was asked speaks against it, but it is doubtful by \
         overfitting",
    );
    // What speaks against it is more than a doubt.
    let worse = |it: &mut Judgement| {
        doubt(it);
        it.timing = Some(0.9);
    };
    check(worse, "no edge that could be trusted: timing");
}

/// Below its threshold a thing fails, at it it holds.
#[test]
fn every_threshold_is_where_it_is_said_to_be() {
    let grade = |about: &str, spoil: &dyn Fn(&mut Judgement)| {
        let mut judgement = good();
        spoil(&mut judgement);
        let verdict = Verdict::of_sweep(&judgement, &around());
        verdict.findings.iter().find(|it| it.about == about).unwrap().grade
    };
    let (holds, fails) = (Grade::Holds, Grade::Fails);
    assert_eq!(grade("luck", &|it| it.luck.as_mut().unwrap().deflated = 0.95), holds);
    assert_eq!(grade("luck", &|it| it.luck.as_mut().unwrap().deflated = 0.9499), fails);
    assert_eq!(grade("timing", &|it| it.timing = Some(0.95)), holds);
    assert_eq!(grade("timing", &|it| it.timing = Some(0.9499)), fails);
    assert_eq!(grade("plateau", &|it| it.plateau.as_mut().unwrap().share = 0.5), holds);
    assert_eq!(grade("plateau", &|it| it.plateau.as_mut().unwrap().share = 0.4999), fails);
    let least = Amount::from_units(1);
    assert_eq!(grade("costs", &|it| it.costs[2].net_profit = least), holds);
    assert_eq!(grade("costs", &|it| it.costs[2].net_profit = Amount::ZERO), fails);
    assert_eq!(grade("profit", &|it| it.figures.net_profit = least), holds);
    assert_eq!(grade("profit", &|it| it.figures.net_profit = Amount::ZERO), fails);
    assert_eq!(grade("trades", &|it| it.figures.trades.count = 30), holds);
    assert_eq!(grade("trades", &|it| it.figures.trades.count = 29), fails);
}

#[test]
fn a_short_history_is_told_how_much_is_missing() {
    let mut judgement = good();
    let luck = judgement.luck.as_mut().unwrap();
    (luck.deflated, luck.years_needed) = (0.8, Some(11.25));
    let (_, text) = said(&judgement, &around());
    assert!(text.contains("; such a ratio needs 11.2 years to prove itself and there are 4.0"));
}

#[test]
fn what_is_kept_apart_is_told() {
    let with = |holdout| said(&good(), &Around { holdout, ..around() }).1;
    let closed = HoldoutState::Closed { from: "2022-01-01T00:00:00Z".to_owned(), seen: 0 };
    assert!(with(closed).ends_with(
        "what begins at 2022-01-01T00:00:00Z is kept apart and was not looked at; --open-holdout \
         looks, and that is remembered"
    ));
    let open = |openings, seen| HoldoutState::Open {
        net_profit: amount("-12.345"),
        sharpe: Some(-0.5),
        openings,
        seen,
    };
    assert!(with(open(1, 0)).ends_with(
        "on the part kept apart it lost 12.35 USD with a yearly Sharpe ratio of -0.50 (looked at \
         for the first time)"
    ));
    assert!(with(open(3, 1_000)).ends_with(
        "(looked at 3 times: it is no longer unseen; 1,000 variants of earlier sweeps \
         have seen some of it)"
    ));
}

#[test]
fn a_partial_sweep_and_a_damaged_memory_are_told() {
    let (_, text) = said(&good(), &Around { is_partial: true, damaged: 2, ..around() });
    assert!(text.contains("the sweep was stopped before its end"));
    assert!(text.contains("2 lines of the memory of tried variants are damaged"));
}
