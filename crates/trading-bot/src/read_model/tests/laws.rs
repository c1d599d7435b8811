//! What holds for every journal: however the records came in, the tables are the same.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use bot_machine::Note;
use proptest::prelude::*;
use tempfile::TempDir;
use trading_engine::{OrderState, Report};
use trading_types::{AccountEvent, Amount, Asset, Side};

use super::{
    super::{History, Listing, Query},
    world::{
        Record, Scribe, alerted, amended, dump, ended, explained, filled, id, lot, open, path,
        placed, source, value,
    },
};

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Place(u64, Side),
    Fill(u64, u64, Side, u32),
    Complete(u64),
    Amend(u64),
    End(u64),
    Lot(u32),
    Explain(u32),
    Alert(u64),
    Acknowledge(Option<u64>),
    Flush,
    Snapshot,
    Epoch,
}

fn step() -> impl Strategy<Value = Step> {
    let side = || prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let order = || 1_u64..6;
    prop_oneof![
        3 => (order(), side()).prop_map(|(order, side)| Step::Place(order, side)),
        6 => (order(), 0_u64..30, side(), 1_u32..4_000_000)
            .prop_map(|(order, trade, side, part)| Step::Fill(order, trade, side, part)),
        1 => order().prop_map(Step::Complete),
        1 => order().prop_map(Step::Amend),
        1 => order().prop_map(Step::End),
        2 => (1_u32..1_000_000).prop_map(Step::Lot),
        2 => any::<u32>().prop_map(Step::Explain),
        1 => (0_u64..4).prop_map(Step::Alert),
        1 => prop::option::of(0_u64..4).prop_map(Step::Acknowledge),
        4 => Just(Step::Flush),
        1 => Just(Step::Snapshot),
        1 => Just(Step::Epoch),
    ]
}

/// Hundred-millionths as text.
fn tiny(units: u32) -> String {
    format!("{}.{:08}", units / 100_000_000, units % 100_000_000)
}

fn journal_of(steps: &[Step]) -> Vec<Record> {
    let mut scribe = Scribe::new();
    for step in steps {
        match step {
            Step::Place(order, side) => scribe.report(placed(*order, *side, "0.05")),
            Step::Fill(order, trade, side, part) => {
                scribe.report(filled(*order, *trade, *side, &tiny(*part), &tiny(part / 400)));
            }
            Step::Complete(order) => scribe.account(AccountEvent::Completed { order: id(*order) }),
            Step::Amend(order) => scribe.account(amended(*order, "0.04")),
            Step::End(order) => scribe.report(ended(*order, OrderState::Canceled)),
            Step::Lot(part) => scribe.report(lot(&tiny(*part), &tiny(*part), "0.004", "0.00001")),
            Step::Explain(units) => {
                let change = Amount::from_units(i128::from(*units) - (1 << 31));
                scribe.note(&explained("ETH", change, "reward"));
            }
            Step::Alert(number) => scribe.note(&alerted(*number, "text")),
            Step::Acknowledge(alert) => {
                scribe.note(&Note::Acknowledged { alert: *alert, by: "me".to_owned() });
            }
            Step::Flush => scribe.flush(),
            Step::Snapshot => scribe.snapshot(),
            Step::Epoch => scribe.epoch(),
        }
    }
    scribe.flush();
    scribe.records
}

/// How balances moved, by the simplest program there is.
fn naive(steps: &[Step]) -> BTreeMap<Asset, Amount> {
    let mut balances = BTreeMap::new();
    let mut seen = Vec::new();
    for step in steps {
        if let Step::Explain(units) = step {
            *balances.entry(value("ETH")).or_insert(0) += i128::from(*units) - (1 << 31);
        }
        let Step::Fill(order, trade, side, part) = step else { continue };
        if seen.contains(&(*order, *trade)) {
            continue;
        }
        seen.push((*order, *trade));
        let report = filled(*order, *trade, *side, &tiny(*part), &tiny(part / 400));
        let Report::OrderFilled { fill, .. } = report else { unreachable!() };
        let sign = if *side == Side::Buy { 1 } else { -1 };
        let base = Amount::from(fill.quantity).units() * sign;
        let quote = -fill.cost.units() * sign - fill.fee.units();
        *balances.entry(value("BTC")).or_insert(0) += base;
        *balances.entry(value("USD")).or_insert(0) += quote;
    }
    let balances = balances.into_iter();
    balances.map(|(asset, units)| (asset, Amount::from_units(units))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// One at a time, some at a time with restarts between, or all at once: the same tables.
    #[test]
    fn a_rebuild_is_what_following_made(
        steps in prop::collection::vec(step(), 0..60),
        cuts in prop::collection::vec(1_usize..12, 1..6),
    ) {
        let journal = journal_of(&steps);
        let slow = TempDir::new().unwrap();
        let mut at = 0;
        for cut in cuts.iter().cycle() {
            let (mut model, _) = open(&slow, &journal);
            prop_assert_eq!(model.last_sequence(), at as u64);
            let end = journal.len().min(at + cut);
            // Records that are known already change nothing.
            for record in &journal[at.saturating_sub(2)..end] {
                model.follow([record.clone()]).unwrap();
            }
            at = end;
            if at == journal.len() {
                break;
            }
        }
        let expected = dump(&path(&slow));

        let fast = TempDir::new().unwrap();
        let (mut model, _) = open(&fast, &journal);
        model.follow(journal.clone()).unwrap();
        prop_assert_eq!(&dump(&path(&fast)), &expected);
        model.rebuild(journal.clone()).unwrap();
        prop_assert_eq!(&dump(&path(&fast)), &expected);
        prop_assert_eq!(model.last_sequence(), journal.len() as u64);

        let history = History::open(&path(&fast)).unwrap();
        let totals = history.totals(&Query::default()).unwrap();
        prop_assert_eq!(totals.movements, naive(&steps));
    }
}

/// A reader sees each record whole or not at all, and holds the writer up no more than it holds it.
#[test]
fn one_reads_while_another_writes() {
    let mut scribe = Scribe::new();
    for number in 1..=150 {
        scribe.report(placed(number, Side::Buy, "0.01"));
        scribe.report(filled(number, number, Side::Buy, "0.01", "0"));
        scribe.flush();
    }
    let journal = scribe.records;
    let folder = TempDir::new().unwrap();
    let (mut model, _) = open(&folder, &journal);
    let is_done = AtomicBool::new(false);
    #[expect(clippy::disallowed_methods, reason = "two at once is what is tried")]
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let history = History::open(&path(&folder)).unwrap();
            let mut last = 0;
            while !is_done.load(Ordering::Acquire) {
                let seen = history.rows(Listing::Fills, &Query::default()).unwrap().rows.len();
                let moved = history.rows(Listing::Ledger, &Query::default()).unwrap().rows.len();
                assert!(last <= seen && 2 * seen <= moved);
                last = seen;
            }
        });
        // One that is in the middle of its reading.
        let slow = History::open(&path(&folder)).unwrap();
        let held = slow.each(Listing::Orders, &Query::default(), |_| Ok(()));
        held.unwrap();
        for record in &journal {
            model.follow([record.clone()]).unwrap();
        }
        is_done.store(true, Ordering::Release);
        reader.join().unwrap();
    });
    drop(model);
    let (model, _) = open(&folder, &journal);
    assert_eq!(model.last_sequence(), source(&journal).last_record);
}

/// A reader that never finishes keeps what it saw, and the writer goes on.
#[test]
fn a_reader_that_dawdles_holds_nobody_up() {
    let mut scribe = Scribe::new();
    for number in 1..=40 {
        scribe.note(&explained("USD", value("1"), "reward"));
        scribe.note(&alerted(number, "text"));
    }
    let journal = scribe.records;
    let folder = TempDir::new().unwrap();
    let (mut model, _) = open(&folder, &journal);
    let half = journal.len() / 2;
    model.follow(journal[..half].to_vec()).unwrap();
    let history = History::open(&path(&folder)).unwrap();
    let mut rest = journal[half..].iter();
    let mut seen = 0;
    history
        .each(Listing::Ledger, &Query::default(), |_| {
            seen += 1;
            model.follow(rest.by_ref().take(3).cloned()).unwrap();
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, half / 2);
    let all = history.rows(Listing::Ledger, &Query::default()).unwrap().rows.len();
    assert_eq!(all, journal.len() / 2);
}
