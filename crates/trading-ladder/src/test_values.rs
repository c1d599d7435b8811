//! Values that tests begin with, and a bench on which one ladder is climbed.

use std::collections::BTreeMap;

use trading_types::{Amount, Fraction, Interval, Timestamp};

use crate::{
    chain::{LadderEntry, decode, encode},
    day::{Day, SECONDS},
    digest::Digest,
    event::{Evidence, LadderEvent, LadderOutput, Refused},
    evidence::{BacktestEvidence, Figures, Source, TrackingEvidence},
    gate::Demanded,
    ladder::Ladder,
    requirements::Requirements,
    rung::{Rung, TradingMode},
    subject::Subject,
    tracking::Tracking,
};

/// The first moment of a day.
pub(crate) fn day_start(day: u64) -> Timestamp {
    Timestamp::from_seconds(day * SECONDS).expect("a day of ours")
}

pub(crate) fn subject(strategy: &str) -> Subject {
    let table = |rows: &[(&str, &str)]| {
        rows.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect()
    };
    Subject {
        strategy: strategy.to_owned(),
        settings: table(&[("fast", "5"), ("slow", "20")]),
        pair: "BTC/USD".parse().expect("a pair"),
        interval: Interval::from_minutes(60).expect("an hour"),
        tables: BTreeMap::from([("kill".to_owned(), table(&[("drawdown", "0.2")]))]),
        journal_format: 1,
    }
}

pub(crate) fn figures() -> Figures {
    Figures {
        from: day_start(10),
        to: day_start(20),
        candles: 240,
        trades: 100,
        refused: 0,
        net_profit: Amount::from_units(1),
        buy_and_hold_profit: Amount::ZERO,
        fees: Amount::ZERO,
        max_drawdown: Fraction::from_basis_points(1_500),
        journal: "j".to_owned(),
    }
}

pub(crate) fn source() -> Source {
    Source { name: "XBTUSD_60.csv".to_owned(), hash: "h".to_owned() }
}

/// Just enough, in every figure.
pub(crate) fn backtest(identity: Digest) -> BacktestEvidence {
    BacktestEvidence {
        identity,
        data: source(),
        split: day_start(10),
        cash: "10000".parse().expect("cash"),
        slippage: Fraction::from_basis_points(5),
        fee_stress: Fraction::from_basis_points(15_000),
        in_sample: figures(),
        out_of_sample: figures(),
        stressed: figures(),
        last_price: "60000".parse().expect("a price"),
    }
}

/// Just enough for every rung.
pub(crate) fn tracking() -> Tracking {
    Tracking {
        matched: 60,
        missed: 6,
        extra: 0,
        slippage_mean: Fraction::from_basis_points(10),
        slippage_worst: Fraction::from_basis_points(100),
    }
}

/// A clean day, just.
pub(crate) fn clean(day: u64, mode: TradingMode) -> Day {
    Day {
        date: day_start(day),
        mode,
        ready_seconds: SECONDS - 900,
        venue_away_seconds: 0,
        unknown_seconds_max: 60,
        kill_trips: 0,
        trades: 3,
        drawdown: Fraction::from_basis_points(1_000),
        journal: format!("day {day}"),
    }
}

/// A ladder, its chain, and what time it is.
pub(crate) struct Bench {
    pub(crate) ladder: Ladder,
    pub(crate) entries: Vec<LadderEntry>,
    pub(crate) now: Timestamp,
    pub(crate) day: u64,
    pub(crate) said: Vec<LadderOutput>,
}

impl Bench {
    /// A subject has begun.
    pub(crate) fn new() -> Self {
        let mut bench = Self {
            ladder: Ladder::new(Requirements::default()),
            entries: Vec::new(),
            now: day_start(100),
            day: 100,
            said: Vec::new(),
        };
        bench.configure("sma_cross");
        bench
    }

    pub(crate) fn tell(&mut self, event: LadderEvent) -> &mut Self {
        self.ladder.handle(event, self.now);
        self.said.clear();
        while let Some(output) = self.ladder.poll_output() {
            if let LadderOutput::Append(entry) = &output {
                self.entries.push(LadderEntry::clone(entry));
            }
            self.said.push(output);
        }
        self
    }

    pub(crate) fn configure(&mut self, strategy: &str) -> &mut Self {
        let subject = Box::new(subject(strategy));
        self.tell(LadderEvent::Configured { subject, program: "0.1.0".to_owned() })
    }

    pub(crate) fn identity(&self) -> Digest {
        self.ladder.subject().expect("one was configured").0
    }

    pub(crate) fn file_backtest(&mut self, evidence: BacktestEvidence) -> &mut Self {
        let evidence = Evidence::Backtest(Box::new(evidence));
        self.tell(LadderEvent::EvidenceFiled { by: "ann".to_owned(), evidence })
    }

    pub(crate) fn file_tracking(&mut self, tracking: Tracking) -> &mut Self {
        let evidence = TrackingEvidence {
            identity: self.identity(),
            mode: self.ladder.rung().mode().unwrap_or(TradingMode::Paper),
            from: self.ladder.entered(),
            to: self.now,
            happened: source(),
            expected: source(),
            tracking,
        };
        let evidence = Evidence::Tracking(Box::new(evidence));
        self.tell(LadderEvent::EvidenceFiled { by: "ann".to_owned(), evidence })
    }

    /// The day goes by and is written down.
    pub(crate) fn live(&mut self, change: impl FnOnce(&mut Day)) -> &mut Self {
        let mode = self.ladder.rung().mode().unwrap_or(TradingMode::Paper);
        let mut day = clean(self.day, mode);
        change(&mut day);
        self.day += 1;
        self.now = day_start(self.day);
        self.tell(LadderEvent::DayClosed(day))
    }

    pub(crate) fn live_days(&mut self, days: u64) -> &mut Self {
        (0..days).for_each(|_| {
            self.live(|_| ());
        });
        self
    }

    pub(crate) fn advance(&mut self) -> &mut Self {
        let to = self.ladder.rung().above();
        self.advance_to(to)
    }

    pub(crate) fn advance_to(&mut self, to: Rung) -> &mut Self {
        self.tell(LadderEvent::Advance {
            principal: "ann".to_owned(),
            reason: "it behaved".to_owned(),
            to,
            entry_minimum: "6".parse().expect("an amount"),
        })
    }

    /// Everything the present rung asks for, and then up.
    pub(crate) fn climb(&mut self) -> &mut Self {
        match self.ladder.requirements().stay(self.ladder.rung()) {
            None => self.file_backtest(backtest(self.identity())),
            Some(stay) => self.live_days(stay.clean_days).file_tracking(tracking()),
        }
        .advance()
    }

    pub(crate) fn climb_to(&mut self, rung: Rung) -> &mut Self {
        while self.ladder.rung() < rung {
            self.climb();
        }
        assert_eq!(self.ladder.rung(), rung);
        self
    }

    /// What was refused for, of what was told last.
    pub(crate) fn refused(&self) -> Vec<Demanded> {
        let refused = self.said.iter().find_map(|output| match output {
            LadderOutput::Refused(Refused { missing }) => Some(missing),
            LadderOutput::Append(_)
            | LadderOutput::RungChanged { .. }
            | LadderOutput::EntryCap(_)
            | LadderOutput::Warning(_) => None,
        });
        let missing = refused.map(|it| it.iter().map(|it| it.what).collect());
        missing.unwrap_or_default()
    }

    /// The chain as it would stand in a file.
    pub(crate) fn text(&self) -> String {
        self.entries.iter().map(encode).collect()
    }

    /// The same ladder after a restart.
    pub(crate) fn restored(&self) -> Ladder {
        let entries = decode(&self.text()).expect("our own chain");
        let anchor = self.ladder.head();
        Ladder::restore(Requirements::default(), &entries, anchor).expect("our own chain")
    }
}
