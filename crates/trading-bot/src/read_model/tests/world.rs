//! A journal of made-up records, and a look at all tables at once.

use std::{path::Path, time::Duration};

use bot_journal::RecordKind;
use bot_machine::{Alert, AlertKind, Note, Severity};
use tempfile::TempDir;
use trading_engine::{
    ClosedLot, EngineSettings, ExitReason, Input, Journal, JournalHeader, Keep, KillLimits,
    OrderState, Output, Report, RiskLimits, Role, Sizing,
};
use trading_types::{
    AccountEvent, Amendment, Amount, ClientOrderId, FeeSchedule, Fill, Fraction, Interval,
    Liquidity, OrderKind, OrderQuantity, Pair, PairRules, Price, Quantity, Side, Timestamp,
    VenueEvent,
};

use super::super::{Found, History, Listing, Query, ReadModel, Source};

pub(super) type Record = (u64, RecordKind, Vec<u8>, Timestamp);

/// Writes a journal as the bot does.
pub(super) struct Scribe {
    journal: Journal,
    session: u64,
    pub(super) records: Vec<Record>,
    now: u64,
}

pub(super) fn value<N: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> N {
    text.parse().unwrap()
}

pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_790_000_000 + seconds).unwrap()
}

pub(super) fn pair() -> Pair {
    value("BTC/USD")
}

pub(super) fn id(sequence: u64) -> ClientOrderId {
    ClientOrderId::new(7, sequence)
}

fn header(session: u64) -> JournalHeader {
    let percent = |text| Fraction::from_percent(text).unwrap();
    let rules = PairRules {
        pair: pair(),
        tick: value("0.1"),
        lot: value("0.00000001"),
        quantity_min: value("0.0001"),
        cost_min: value("0.5"),
        cost_decimals: 5,
        fees: FeeSchedule::flat(percent("0.40"), percent("0.25")),
    };
    let settings = EngineSettings {
        session,
        quote: value("USD"),
        interval: Interval::from_minutes(1).unwrap(),
        pairs: vec![rules],
        sizing: Sizing::AllIn,
        slippage: Fraction::ZERO,
        risk: RiskLimits::unlimited(),
        kill: KillLimits::default(),
        stop_deadline: Duration::from_secs(10),
        order_deadline: trading_engine::ORDER_DEADLINE,
    };
    JournalHeader { settings, strategies: Vec::new() }
}

impl Scribe {
    pub(super) fn new() -> Self {
        let journal = Journal::new(&header(1), Keep::Bytes);
        Self { journal, session: 1, records: Vec::new(), now: 0 }
    }

    fn tick(&mut self) -> Timestamp {
        self.now += 1;
        at(self.now)
    }

    /// The engine says something.
    pub(super) fn report(&mut self, report: Report) {
        let now = self.tick();
        self.journal.record_output(&Output::Report(report), now);
    }

    /// The venue says something.
    pub(super) fn account(&mut self, event: AccountEvent) {
        let now = self.tick();
        self.journal.record_input(&Input::Venue(VenueEvent::Account(event)), now);
    }

    /// What the engine said so far becomes a record.
    pub(super) fn flush(&mut self) {
        let bytes = self.journal.take_bytes();
        if !bytes.is_empty() {
            self.push(RecordKind::Engine, bytes);
        }
    }

    pub(super) fn note(&mut self, note: &Note) {
        self.flush();
        self.push(RecordKind::Note, note.to_bytes());
    }

    pub(super) fn snapshot(&mut self) {
        self.flush();
        self.push(RecordKind::Snapshot, vec![1, 2, 3]);
    }

    /// Other settings: the engine's journal starts anew.
    pub(super) fn epoch(&mut self) {
        self.flush();
        self.push(RecordKind::Epoch, Vec::new());
        self.session += 1;
        self.journal = Journal::new(&header(self.session), Keep::Bytes);
    }

    fn push(&mut self, kind: RecordKind, payload: Vec<u8>) {
        let time = self.tick();
        self.records.push((self.records.len() as u64 + 1, kind, payload, time));
    }
}

pub(super) fn placed(order: u64, side: Side, quantity: &str) -> Report {
    Report::OrderPlaced {
        order: id(order),
        pair: pair(),
        side,
        role: role_of(side),
        kind: OrderKind::Limit { price: value("30000.1") },
        quantity: OrderQuantity::Base(value(quantity)),
    }
}

fn role_of(side: Side) -> Role {
    match side {
        Side::Buy => Role::Entry,
        Side::Sell => Role::Exit(ExitReason::Signal),
    }
}

pub(super) fn filled(order: u64, trade: u64, side: Side, quantity: &str, fee: &str) -> Report {
    let (price, quantity) = (value::<Price>("30000.1"), value::<Quantity>(quantity));
    let fill = Fill {
        order: id(order),
        trade: value(&format!("T{trade}")),
        pair: pair(),
        side,
        price,
        quantity,
        cost: price * quantity,
        fee: value(fee),
        fee_asset: value("USD"),
        liquidity: Liquidity::Maker,
        time: at(trade),
    };
    Report::OrderFilled { fill, role: role_of(side) }
}

pub(super) fn ended(order: u64, state: OrderState) -> Report {
    let (order, pair) = (id(order), pair());
    Report::OrderEnded { order, pair, role: Role::Entry, state, reason: None }
}

pub(super) fn lot(quantity: &str, cost: &str, proceeds: &str, fees: &str) -> Report {
    let lot = ClosedLot {
        entry_order: id(1),
        entry_time: at(10),
        entry_price: value("30000.1"),
        exit_order: id(2),
        exit_time: at(20),
        exit_price: value("31000"),
        quantity: value(quantity),
        cost: value(cost),
        proceeds: value(proceeds),
        fees: value(fees),
        reason: ExitReason::TakeProfit,
    };
    Report::LotClosed { pair: pair(), lot }
}

pub(super) fn explained(asset: &str, change: Amount, what: &str) -> Note {
    Note::Explained { id: "L1".to_owned(), asset: value(asset), change, what: what.to_owned() }
}

pub(super) fn alerted(id: u64, text: &str) -> Note {
    let (kind, severity) = (AlertKind::StaleData, Severity::Critical);
    Note::Alerted(Alert { id, time: at(id), kind, severity, text: text.to_owned() })
}

pub(super) fn amended(order: u64, quantity: &str) -> AccountEvent {
    let quantity = Some(value(quantity));
    AccountEvent::Amended(Amendment { order: id(order), quantity, limit: None, trigger: None })
}

/// A day of trading: everything that leaves a trace.
pub(super) fn a_day() -> Vec<Record> {
    let mut scribe = Scribe::new();
    scribe.note(&explained("USD", value("1000"), "deposit"));
    scribe.report(placed(1, Side::Buy, "0.02"));
    let venue_order = value("OABCDE-FGHIJ-KLMNOP");
    scribe.account(AccountEvent::Accepted { order: id(1), venue_order });
    scribe.report(filled(1, 1, Side::Buy, "0.005", "0.3"));
    scribe.flush();
    scribe.report(filled(1, 2, Side::Buy, "0.015", "0.9"));
    scribe.note(&alerted(1, "no data, \"really\""));
    scribe.snapshot();
    scribe.report(placed(2, Side::Sell, "0.02"));
    scribe.report(filled(2, 3, Side::Sell, "0.01", "-0.01"));
    scribe.note(&Note::Acknowledged { alert: Some(1), by: "user 1000".to_owned() });
    scribe.report(lot("0.01", "300.001", "310", "0.59"));
    scribe.report(ended(2, OrderState::Canceled));
    scribe.note(&alerted(2, "still none"));
    scribe.flush();
    scribe.records
}

pub(super) fn source(journal: &[Record]) -> Source {
    Source { journal: "this".to_owned(), last_record: journal.len() as u64 }
}

/// Opens the tables of a folder.
pub(super) fn open(folder: &TempDir, journal: &[Record]) -> (ReadModel, Found) {
    ReadModel::open(&path(folder), &source(journal)).unwrap()
}

pub(super) fn path(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("history.sqlite")
}

/// All tables as text.
pub(super) fn dump(path: &Path) -> Vec<Vec<Vec<Option<String>>>> {
    let history = History::open(path).unwrap();
    let rows = |listing| history.rows(listing, &Query::default()).unwrap().rows;
    Listing::ALL.into_iter().map(rows).collect()
}
