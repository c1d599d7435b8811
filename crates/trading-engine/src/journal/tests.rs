//! The journal: what is written is read back, and damage is named.

use proptest::prelude::*;
use trading_types::{AccountEvent, Interval, VenueCommand};

use super::*;
use crate::{
    kill_switch::KillLimits,
    report::OperatorCommand,
    risk::RiskLimits,
    sizing::Sizing,
    test_values::{amount, at, fill, id, pair, price, rules, usd},
};

fn header() -> JournalHeader {
    JournalHeader {
        settings: EngineSettings {
            session: 7,
            quote: usd(),
            interval: Interval::from_minutes(60).unwrap(),
            pairs: vec![rules()],
            sizing: Sizing::AllIn,
            slippage: "0".parse().unwrap(),
            risk: RiskLimits::unlimited(),
            kill: KillLimits::default(),
            stop_deadline: std::time::Duration::from_secs(10),
            order_deadline: crate::settings::ORDER_DEADLINE,
        },
        strategies: vec![StrategySpec { name: "none".to_owned(), settings: Vec::new() }],
    }
}

fn candle(hour: u64) -> Input {
    let candle = Candle {
        start: at(hour * 3_600),
        open: price("100.5"),
        high: price("101"),
        low: price("99.00001"),
        close: price("100"),
        volume: amount("12.12345678901234"),
        trades: 42,
    };
    Input::Venue(VenueEvent::Market(MarketEvent::Candle { pair: pair(), candle }))
}

fn records() -> Vec<Record> {
    let balances = AccountEvent::Balances(vec![(usd(), amount("1000"))]);
    let traded = AccountEvent::Traded(fill(1, 1, trading_types::Side::Buy, "100", "1"));
    let halt = OperatorCommand::Halt { reason: "lunch".to_owned() };
    vec![
        Record::Input(Input::Venue(VenueEvent::Account(balances))),
        Record::Input(candle(1)),
        Record::Output(Output::Command(VenueCommand::Cancel(id(3)))),
        Record::Input(Input::Venue(VenueEvent::Account(traded))),
        Record::Input(candle(2)),
        Record::Input(Input::Operator(halt)),
        Record::Input(Input::Timeout),
    ]
}

fn write(records: &[Record], keep: Keep) -> Journal {
    let mut journal = Journal::new(&header(), keep);
    for (second, record) in (0..).zip(records) {
        match record {
            Record::Input(input) => journal.record_input(input, at(second)),
            Record::Output(output) => journal.record_output(output, at(second)),
        }
    }
    journal
}

fn read(bytes: &[u8]) -> Result<Vec<Record>, JournalError> {
    let mut reader = JournalReader::new(bytes)?;
    assert_eq!(reader.header(), &header());
    let mut records = Vec::new();
    while let Some((time, record)) = reader.next_record()? {
        assert_eq!(time, at(records.len() as u64));
        records.push(record);
    }
    Ok(records)
}

#[test]
fn what_is_written_is_read_back() {
    let bytes = write(&records(), Keep::Bytes).take_bytes();
    assert_eq!(read(&bytes), Ok(records()));
}

/// Longer ones than gather together, at every place that they may begin at.
#[test]
fn a_record_of_any_length_is_read_back() {
    let halt = |length: usize| {
        let reason = "x".repeat(length);
        Record::Input(Input::Operator(OperatorCommand::Halt { reason }))
    };
    let lengths = (0..60).flat_map(|at| [at * 37, 900 + at, 17_000 + 31 * at, 40_000 * (at % 2)]);
    let records: Vec<Record> = lengths.map(halt).collect();
    let bytes = write(&records, Keep::Bytes).take_bytes();
    assert_eq!(read(&bytes), Ok(records.clone()));
    let proof = JournalReader::new(&bytes).unwrap().prove().unwrap();
    assert_eq!(proof, Proof { sealed_to: bytes.len(), torn_at: None });
    assert_eq!(write(&records, Keep::Hash).hash(), write(&records, Keep::Bytes).hash());
}

#[test]
fn a_later_limit_is_written_in_a_later_format_and_read_back() {
    let changes: [fn(&mut EngineSettings); 4] = [
        |it| it.kill.weekly_loss = Some(trading_types::Fraction::ONE),
        |it| it.risk.move_per_minute = trading_types::Fraction::ONE,
        |it| it.risk.orders_per_day_max = 9,
        |it| it.risk.cancels_per_day_max = 9,
    ];
    let format_of = |header: &JournalHeader| {
        let bytes = Journal::new(header, Keep::Bytes).take_bytes();
        assert_eq!(JournalReader::new(&bytes).unwrap().header(), header);
        bytes[8]
    };
    assert_eq!(format_of(&header()), 1);
    for change in changes {
        let mut header = header();
        change(&mut header.settings);
        assert_eq!(format_of(&header), 2);
    }
}

#[test]
fn the_hash_is_the_same_whether_bytes_are_kept_or_taken_in_between() {
    let whole = write(&records(), Keep::Bytes).hash();
    assert_eq!(write(&records(), Keep::Hash).hash(), whole);
    let mut parts = write(&records()[..3], Keep::Bytes);
    let _ = (parts.hash(), parts.take_bytes());
    for (second, record) in (0..).zip(&records()).skip(3) {
        match record {
            Record::Input(input) => parts.record_input(input, at(second)),
            Record::Output(output) => parts.record_output(output, at(second)),
        }
    }
    assert_eq!(parts.hash(), whole);
    assert_ne!(write(&records()[..6], Keep::Hash).hash(), whole);
}

#[test]
fn a_torn_end_is_told_from_damage() {
    // Behind the last record stands a seal of 29 bytes.
    let bytes = write(&records(), Keep::Bytes).take_bytes();
    let last = read(&bytes[..bytes.len() - 29 - 1]);
    assert!(matches!(last, Err(JournalError::Torn { .. })), "{last:?}");
    assert_eq!(JournalReader::new(b"PK").unwrap_err(), JournalError::NotAJournal);
    let mut other = bytes.clone();
    other[8] = 9;
    assert_eq!(JournalReader::new(&other).unwrap_err(), JournalError::OtherFormat(9));
    assert_eq!(JournalReader::new(&bytes[..20]).unwrap_err(), JournalError::DamagedHeader);
}

#[test]
fn a_seal_proves_what_stands_before_it() {
    let mut journal = write(&records(), Keep::Bytes);
    let sealed = journal.take_bytes();
    let proof = JournalReader::new(&sealed).unwrap().prove().unwrap();
    assert_eq!(proof, Proof { sealed_to: sealed.len(), torn_at: None });
    // More is written and taken, and the end is cut off.
    journal.record_input(&candle(3), at(9));
    let more = [sealed.clone(), journal.take_bytes()].concat();
    let whole = JournalReader::new(&more).unwrap().prove().unwrap();
    assert_eq!(whole.sealed_to, more.len());
    let cut = JournalReader::new(&more[..more.len() - 1]).unwrap().prove().unwrap();
    assert_eq!(cut.sealed_to, sealed.len());
    assert!(cut.torn_at.is_some());
}

proptest! {
    /// No bit can change without being noticed.
    #[test]
    fn a_flipped_bit_is_found(at: usize, bit in 0..8_u32) {
        let mut bytes = write(&records(), Keep::Bytes).take_bytes();
        let length = bytes.len();
        bytes[at % length] ^= 1 << bit;
        let proof = JournalReader::new(&bytes).and_then(|reader| reader.prove());
        prop_assert!(proof.is_err() || proof.unwrap().sealed_to < length);
    }

    #[test]
    fn no_damage_makes_the_reader_panic(at in 0_usize..2_000, to: u8, cut in 0_usize..2_000) {
        let mut bytes = write(&records(), Keep::Bytes).take_bytes();
        let length = bytes.len();
        bytes[at % length] = to;
        bytes.truncate(length - cut % length);
        if let Ok(mut reader) = JournalReader::new(&bytes) {
            while let Ok(Some(_)) = reader.next_record() {}
        }
    }
}

mod format_1;
