//! The whole way up and down with a bot's own glue: days as they are seen, a file as it is written,
//! a person at the terminal meanwhile.

#![expect(clippy::disallowed_methods, reason = "files are what is tested")]

use std::{collections::BTreeMap, fs, time::Duration};

use tempfile::TempDir;
use trading_ladder::{
    BacktestEvidence, Breach, Demanded, EntryCap, Evidence, Figures, Ladder, LadderEvent,
    LadderOutput, Refused, Requirements, Rung, Source, Subject, Tracking, TrackingEvidence,
    TradingMode,
};
use trading_types::{Amount, Fraction, Interval, Timestamp};

use super::{LadderDesk, LadderError, LadderNews, LadderUse, LadderWord, PROGRAM};
use crate::{
    day_book::{Able, DayBook, Look},
    ladder_file,
};

const DAY: u64 = 86_400;
/// The day on which everything begins.
const FIRST: u64 = 20_000;

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

fn subject() -> Subject {
    Subject {
        strategy: "sma_cross".to_owned(),
        settings: BTreeMap::from([("fast".to_owned(), "5".to_owned())]),
        pair: "BTC/USD".parse().expect("a pair"),
        interval: Interval::from_minutes(60).expect("an hour"),
        tables: BTreeMap::new(),
        journal_format: 1,
    }
}

fn uses(mode: TradingMode) -> LadderUse {
    let requirements = Requirements::default();
    LadderUse { mode, subject: subject(), requirements, requested: None }
}

/// A data folder, a bot that may be running in it, and what time it is.
struct Climb {
    folder: TempDir,
    now: Timestamp,
    running: Option<(LadderDesk, DayBook)>,
    words: Vec<LadderWord>,
}

impl Climb {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let now = Timestamp::from_seconds(FIRST * DAY + 43_200).expect("a time");
        Self { folder, now, running: None, words: Vec::new() }
    }

    /// A bot starts, after one that ran.
    fn start(&mut self, mode: TradingMode) -> Result<EntryCap, LadderError> {
        let book = self.running.take().map(|(_, book)| book.resumed(mode));
        let (desk, words) = LadderDesk::open(self.folder.path(), uses(mode), self.now)?;
        let mut book = book.unwrap_or_else(|| DayBook::new(mode, desk.entered(), self.now));
        if book.entered() != desk.entered() {
            book.enter(desk.entered());
        }
        let cap = desk.cap();
        assert_eq!(words.last(), Some(&LadderWord::Cap(cap)));
        self.running = Some((desk, book));
        Ok(cap)
    }

    /// Lets days go by as the bot sees them, a look every ten minutes, with one round trip every
    /// eight hours; what `change` makes of a look comes first.
    fn live(&mut self, days: u64, change: impl Fn(&mut Look)) {
        let step = Duration::from_mins(10);
        let end = self.now + Duration::from_secs(days * DAY);
        while self.now < end {
            self.now = self.now + step;
            let equity = Some(amount("1000"));
            let mut look = Look { able: Able::Ready, unknown: Vec::new(), equity };
            change(&mut look);
            let (_, book) = self.running.as_mut().expect("a bot runs");
            if self.now.seconds().is_multiple_of(8 * 3_600) {
                book.traded();
            }
            let day = book.see(&look, step, || "journal".to_owned(), self.now);
            if let Some(day) = day {
                self.tell(&LadderNews::Day(day));
            }
        }
    }

    fn tell(&mut self, news: &LadderNews) {
        let (desk, book) = self.running.as_mut().expect("a bot runs");
        let (words, told) = desk.tell(news, self.now);
        told.expect("the file can be written");
        for word in &words {
            if let LadderWord::Rung { entered, .. } = word {
                book.enter(*entered);
            }
        }
        self.words = words;
    }

    fn cap(&self) -> EntryCap {
        self.running.as_ref().expect("a bot runs").0.cap()
    }

    /// What a person does at the terminal, in a process of its own.
    fn person(&mut self, event: impl FnOnce(&Ladder) -> LadderEvent) -> Vec<Demanded> {
        let (mut file, written) = ladder_file::take(self.folder.path()).expect("nobody has it");
        let mut ladder = written.ladder(Requirements::default()).expect("a whole chain");
        let (subject, program) = (Box::new(subject()), PROGRAM.to_owned());
        ladder.handle(LadderEvent::Configured { subject, program }, self.now);
        let event = event(&ladder);
        ladder.handle(event, self.now);
        let (mut entries, mut refused) = (Vec::new(), Vec::new());
        while let Some(output) = ladder.poll_output() {
            match output {
                LadderOutput::Append(entry) => entries.push(*entry),
                LadderOutput::Refused(Refused { missing }) => {
                    refused.extend(missing.into_iter().map(|it| it.what));
                }
                LadderOutput::RungChanged { .. }
                | LadderOutput::EntryCap(_)
                | LadderOutput::Warning(_) => (),
            }
        }
        file.append(&entries).expect("it can be written");
        refused
    }

    fn advance(&mut self, to: Rung) -> Vec<Demanded> {
        self.person(|_| LadderEvent::Advance {
            principal: "ann".to_owned(),
            reason: "it behaved".to_owned(),
            to,
            entry_minimum: amount("6"),
        })
    }

    fn file_backtest(&mut self) {
        let day = |day: u64| Timestamp::from_seconds(day * DAY).expect("a time");
        let figures = Figures {
            from: day(10),
            to: day(20),
            candles: 240,
            trades: 100,
            refused: 0,
            net_profit: amount("1"),
            buy_and_hold_profit: Amount::ZERO,
            fees: Amount::ZERO,
            max_drawdown: Fraction::from_basis_points(1_500),
            journal: "j".to_owned(),
        };
        let evidence = BacktestEvidence {
            identity: subject().identity(),
            data: source(),
            split: day(10),
            cash: amount("10000"),
            slippage: Fraction::ZERO,
            fee_stress: Fraction::from_basis_points(15_000),
            in_sample: figures.clone(),
            out_of_sample: figures.clone(),
            stressed: figures,
            last_price: "60000".parse().expect("a price"),
        };
        let evidence = Evidence::Backtest(Box::new(evidence));
        let by = "ann".to_owned();
        assert_eq!(self.person(|_| LadderEvent::EvidenceFiled { by, evidence }), []);
    }

    fn file_tracking(&mut self, slippage_points: i64) {
        let to = self.now;
        let refused = self.person(|ladder| {
            let tracking = Tracking {
                matched: 60,
                missed: 2,
                extra: 0,
                slippage_mean: Fraction::from_basis_points(slippage_points),
                slippage_worst: Fraction::from_basis_points(slippage_points),
            };
            let evidence = TrackingEvidence {
                identity: subject().identity(),
                mode: ladder.rung().mode().expect("a rung with days"),
                from: ladder.entered(),
                to,
                happened: source(),
                expected: source(),
                tracking,
            };
            let evidence = Evidence::Tracking(Box::new(evidence));
            LadderEvent::EvidenceFiled { by: "ann".to_owned(), evidence }
        });
        assert_eq!(refused, []);
    }
}

fn source() -> Source {
    Source { name: "here".to_owned(), hash: "h".to_owned() }
}

fn nothing(_: &mut Look) {}

const TINY: EntryCap = EntryCap::UpTo(Amount::from_units(30_000_000_000_000_000_000));
const ONE: Rung = Rung::Scaled { step: 1 };
const TWO: Rung = Rung::Scaled { step: 2 };

#[track_caller]
fn check_missing(missing: &[Demanded], expected: &[Demanded]) {
    assert!(expected.iter().all(|it| missing.contains(it)), "{missing:?} lacks {expected:?}");
}

#[test]
fn the_whole_way_up_down_and_up_again() {
    use Demanded as D;
    let mut climb = Climb::new();

    // The bottom: real money is refused, with all that is missing, and nothing is written.
    let error = climb.start(TradingMode::Live).expect_err("nothing was shown");
    let LadderError::Refused(Refused { missing }) = &error else { panic!("{error}") };
    let words = error.to_string();
    assert!(missing.iter().all(|it| words.contains(&it.to_string())), "{words}");
    let missing: Vec<_> = missing.iter().map(|it| it.what).collect();
    check_missing(&missing, &[D::LiveRung, D::OutOfSampleTrades, D::StressedProfit]);
    assert_eq!(ladder_file::look(climb.folder.path()).expect("a file").entries.len(), 0);

    // Paper may always be traded; without a backtest its days lead nowhere.
    assert_eq!(climb.start(TradingMode::Paper).expect("paper"), EntryCap::Unlimited);
    climb.live(2, nothing);
    check_missing(&climb.advance(Rung::Paper), &[D::OutOfSampleTrades, D::BacktestDrawdown]);
    check_missing(&climb.advance(Rung::Tiny), &[D::OutOfSampleTrades, D::NextRung]);

    // The climb of a person is noticed by the bot that runs.
    climb.file_backtest();
    check_missing(&climb.advance(Rung::Tiny), &[D::NextRung]);
    assert_eq!(climb.advance(Rung::Paper), []);
    climb.tell(&LadderNews::Nothing);
    let noticed = matches!(climb.words[..], [LadderWord::Rung { to: Rung::Paper, .. }]);
    assert!(noticed, "{:?}", climb.words);

    // Fourteen days, and the day of the climb does not count.
    climb.live(14, nothing);
    let lacking = [D::CleanDays, D::TrackedOrders];
    check_missing(&climb.advance(Rung::Tiny), &lacking);
    climb.live(1, nothing);
    check_missing(&climb.advance(Rung::Tiny), &[D::TrackedOrders, D::SlippageMean]);
    climb.file_tracking(5);
    check_missing(&climb.advance(ONE), &[D::NextRung]);
    climb.start(TradingMode::Live).expect_err("not before the step");
    assert_eq!(climb.advance(Rung::Tiny), []);

    // Tiny, with real money: five times the smallest entry.
    assert_eq!(climb.start(TradingMode::Live).expect("tiny"), TINY);
    // A day without a connection does not count, nor does one on which a doubt lasts.
    climb.live(5, nothing);
    climb.live(1, |look| look.able = Able::Unable);
    climb.live(1, |look| look.unknown.push(trading_types::ClientOrderId::new(1, 1)));
    climb.live(22, nothing);
    climb.file_tracking(5);
    let missing = climb.advance(ONE);
    assert_eq!(missing, [D::CleanDays], "29 days, of which some do not count");
    climb.live(6, nothing);
    assert_eq!(climb.advance(ONE), []);
    climb.tell(&LadderNews::Nothing);
    assert_eq!(climb.cap(), EntryCap::UpTo(amount("60")), "without a restart");

    // The kill switch trips: one rung down, at once, and the next start knows it.
    climb.live(3, nothing);
    let reason = "drawdown".to_owned();
    climb.tell(&LadderNews::Breach(Breach::KillSwitch { reason }));
    let [LadderWord::Cap(TINY), LadderWord::Rung { from: ONE, to: Rung::Tiny, .. }] =
        climb.words[..]
    else {
        panic!("{:?}", climb.words)
    };
    assert_eq!(climb.start(TradingMode::Live).expect("still tiny"), TINY);
    check_missing(&climb.advance(ONE), &[D::CleanDays, D::Trades, D::TrackedOrders]);
    check_missing(&climb.advance(TWO), &[D::CleanDays, D::NextRung]);

    // And the way up again, all of it.
    climb.live(29, nothing);
    climb.file_tracking(5);
    assert_eq!(climb.advance(ONE), []);
    climb.tell(&LadderNews::Nothing);
    assert_eq!(climb.cap(), EntryCap::UpTo(amount("60")));
    let chain = ladder_file::look(climb.folder.path()).expect("a whole chain");
    assert!(80 < chain.entries.len(), "{} lines, each proved", chain.entries.len());
}

/// A bot on tiny.
fn on_tiny() -> Climb {
    let mut climb = Climb::new();
    climb.start(TradingMode::Paper).expect("paper");
    climb.file_backtest();
    assert_eq!(climb.advance(Rung::Paper), []);
    climb.tell(&LadderNews::Nothing);
    climb.live(15, nothing);
    climb.file_tracking(5);
    assert_eq!(climb.advance(Rung::Tiny), []);
    climb
}

#[test]
fn below_tiny_nothing_is_opened_with_real_money_any_more() {
    let mut climb = on_tiny();
    climb.start(TradingMode::Live).expect("tiny");
    let breach = Breach::UnexplainedBalance {
        asset: "USD".parse().expect("an asset"),
        change: amount("-7"),
    };
    climb.tell(&LadderNews::Breach(breach));
    assert_eq!(climb.cap(), EntryCap::NoEntry);
    // On paper money of another kind is lost: it takes nothing from a bot that trades real money.
    climb.tell(&LadderNews::Breach(Breach::KillSwitch { reason: "again".to_owned() }));
    assert_eq!(climb.words, []);
    climb.start(TradingMode::Live).expect_err("paper is no rung for it");
    assert_eq!(climb.start(TradingMode::Paper).expect("paper"), EntryCap::Unlimited);
}

#[test]
fn a_fall_or_a_trip_that_nobody_told_is_seen_in_the_day() {
    #[track_caller]
    fn check(change: impl Fn(&mut Climb), why: &str) {
        let mut climb = on_tiny();
        climb.start(TradingMode::Live).expect("tiny");
        climb.live(1, nothing);
        change(&mut climb);
        let lost = climb.words.iter().any(|word| {
            matches!(word, LadderWord::Rung { to: Rung::Paper, why: words, .. }
                if words.contains(why))
        });
        assert!(lost, "{:?}", climb.words);
    }
    let trip = |climb: &mut Climb| {
        let (_, book) = climb.running.as_mut().expect("a bot runs");
        assert!(book.trip(true));
        climb.live(1, nothing);
    };
    check(trip, "kill switch");
    check(|climb| climb.live(1, |look| look.equity = Some(amount("899"))), "drawdown");
}

#[test]
fn fills_far_from_the_backtest_take_a_rung_from_the_bot_that_runs() {
    let mut climb = on_tiny();
    climb.start(TradingMode::Live).expect("tiny");
    climb.live(3, nothing);
    climb.file_tracking(300);
    climb.tell(&LadderNews::Nothing);
    assert_eq!(climb.cap(), EntryCap::NoEntry);
}

#[test]
fn another_config_in_the_folder_ends_entries_and_is_not_taken_over() {
    let mut climb = on_tiny();
    climb.start(TradingMode::Live).expect("tiny");
    let mut other = uses(TradingMode::Paper);
    other.subject.strategy = "rsi".to_owned();
    LadderDesk::open(climb.folder.path(), other, climb.now).expect("it begins at the bottom");
    let before = ladder_file::look(climb.folder.path()).expect("a chain").entries.len();
    climb.tell(&LadderNews::Breach(Breach::KillSwitch { reason: "no".to_owned() }));
    let [LadderWord::Cap(EntryCap::NoEntry), LadderWord::Warning(_)] = &climb.words[..] else {
        panic!("{:?}", climb.words)
    };
    climb.tell(&LadderNews::Nothing);
    assert_eq!(climb.words, [], "it is said once");
    let after = ladder_file::look(climb.folder.path()).expect("a chain").entries.len();
    assert_eq!(before, after);
}

#[test]
fn a_file_that_cannot_be_written_lowers_and_never_raises() {
    let mut climb = on_tiny();
    climb.start(TradingMode::Live).expect("tiny");
    let held = ladder_file::take(climb.folder.path()).expect("somebody has it");
    let (desk, _) = climb.running.as_mut().expect("a bot runs");
    let breach = LadderNews::Breach(Breach::KillSwitch { reason: "tripped".to_owned() });
    let (words, told) = desk.tell(&LadderNews::Nothing, climb.now);
    assert!(told.is_err() && words.is_empty(), "{words:?}");
    let (words, told) = desk.tell(&breach, climb.now);
    assert!(told.is_err());
    assert_eq!(words, [LadderWord::Cap(EntryCap::NoEntry)]);
    drop(held);
    // It is told again, and then stands there.
    climb.tell(&breach);
    assert!(matches!(climb.words[..], [LadderWord::Rung { to: Rung::Paper, .. }]));

    let path = climb.folder.path().join("ladder.jsonl");
    fs::write(&path, "nonsense\n").expect("the file");
    let (desk, _) = climb.running.as_mut().expect("a bot runs");
    let (words, told) = desk.tell(&LadderNews::Nothing, climb.now);
    assert!(told.is_err() && words.is_empty(), "{words:?}");
}
