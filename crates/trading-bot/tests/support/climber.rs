//! A person at a bot's ladder: what is asked there, and what is shown.

use std::{collections::BTreeMap, path::Path, time::Duration};

use trading_bot::{ladder_desk::LadderUse, ladder_file};
use trading_ladder::{
    BacktestEvidence, Evidence, Figures, LadderEvent, LadderOutput, Refused, Requirements, Rung,
    Source, Subject, Tracking, TrackingEvidence, TradingMode,
};
use trading_types::{Amount, Fraction, Interval, Timestamp};

pub(crate) const DAY: Duration = Duration::from_hours(24);

/// A bot that trades real money and has a day to show on paper.
pub(crate) fn uses() -> LadderUse {
    let mut requirements = Requirements::default();
    requirements.backtest.trades_min = 0;
    (requirements.paper.clean_days, requirements.paper.trades) = (1, 0);
    let subject = Subject {
        strategy: "churn".to_owned(),
        settings: BTreeMap::new(),
        pair: "BTC/USD".parse().expect("a pair"),
        interval: Interval::from_minutes(1).expect("a minute"),
        tables: BTreeMap::new(),
        journal_format: 1,
    };
    LadderUse { mode: TradingMode::Live, subject, requirements, requested: None }
}

fn source() -> Source {
    Source { name: "here".to_owned(), hash: "h".to_owned() }
}

/// What a person does at the terminal, in a process of its own.
pub(crate) fn person(
    folder: &Path,
    uses: LadderUse,
    event: LadderEvent,
    now: Timestamp,
) -> Result<(), Refused> {
    let LadderUse { subject, requirements, .. } = uses;
    let (mut file, written) = ladder_file::take(folder).expect("nobody has it");
    let mut ladder = written.ladder(requirements).expect("a whole chain");
    let program = env!("CARGO_PKG_VERSION").to_owned();
    ladder.handle(LadderEvent::Configured { subject: Box::new(subject), program }, now);
    ladder.handle(event, now);
    let mut entries = Vec::new();
    while let Some(output) = ladder.poll_output() {
        match output {
            LadderOutput::Append(entry) => entries.push(*entry),
            LadderOutput::Refused(refused) => return Err(refused),
            LadderOutput::RungChanged { .. }
            | LadderOutput::EntryCap(_)
            | LadderOutput::Warning(_) => (),
        }
    }
    file.append(&entries).expect("it can be written");
    Ok(())
}

pub(crate) fn backtest(now: Timestamp) -> LadderEvent {
    let figures = Figures {
        from: now - 3 * DAY,
        to: now - DAY,
        candles: 2_880,
        trades: 100,
        refused: 0,
        net_profit: Amount::from_units(1),
        buy_and_hold_profit: Amount::ZERO,
        fees: Amount::ZERO,
        max_drawdown: Fraction::ZERO,
        journal: "j".to_owned(),
    };
    let evidence = BacktestEvidence {
        identity: uses().subject.identity(),
        data: source(),
        split: now - 2 * DAY,
        cash: "10000".parse().expect("cash"),
        slippage: Fraction::ZERO,
        fee_stress: Fraction::from_basis_points(15_000),
        in_sample: figures.clone(),
        out_of_sample: figures.clone(),
        stressed: figures,
        last_price: "60000".parse().expect("a price"),
    };
    LadderEvent::EvidenceFiled {
        by: "ann".to_owned(),
        evidence: Evidence::Backtest(Box::new(evidence)),
    }
}

pub(crate) fn tracking(
    mode: TradingMode,
    slipped: i64,
    (from, to): (Timestamp, Timestamp),
) -> LadderEvent {
    let slipped = Fraction::from_basis_points(slipped);
    let tracking = Tracking {
        matched: 60,
        missed: 0,
        extra: 0,
        slippage_mean: slipped,
        slippage_worst: slipped,
    };
    let identity = uses().subject.identity();
    let (happened, expected) = (source(), source());
    let evidence = TrackingEvidence { identity, mode, from, to, happened, expected, tracking };
    LadderEvent::EvidenceFiled {
        by: "ann".to_owned(),
        evidence: Evidence::Tracking(Box::new(evidence)),
    }
}

pub(crate) fn advance(to: Rung) -> LadderEvent {
    LadderEvent::Advance {
        principal: "ann".to_owned(),
        reason: "it behaved".to_owned(),
        to,
        entry_minimum: "6".parse().expect("an amount"),
    }
}
