//! Journals that are none or were damaged: replay says so and never says that all is the same.

use crate::{
    bench::Bench,
    candles::{NAME, hourly},
};

/// A folder with a journal of a backtest that trades.
fn with_journal() -> (Bench, Vec<u8>) {
    let bench = Bench::new();
    bench.write(NAME, hourly(200));
    let typed = format!(
        "backtest --data {NAME} --pair BTC/USD --strategy sma_cross --set fast=3 --set slow=8 \
         --journal good --json"
    );
    bench.run(&typed).done();
    let journal = bench.read("good");
    (bench, journal)
}

#[test]
fn no_journal_at_all() {
    let (bench, _) = with_journal();
    bench.write("empty", "").write("words", "these are words").write("folder/x", "");
    let none = "this is not a journal of slackwater";
    let hint =
        "give the data folder of a bot, or a file that `slackwater backtest --journal` wrote";
    for json in ["", "--json"] {
        let check = |typed: &str, parts: &[&str]| {
            bench.run(&format!("replay {typed} {json}")).wrong(parts);
        };
        check("empty", &["error: empty: ", none, hint]);
        check("words", &["error: words: ", none, hint]);
        check(NAME, &[none, hint]);
        check("folder", &["there is no journal in folder", "a bot that has run"]);
        check("nowhere", &["cannot read nowhere", "check the path"]);
    }
}

#[test]
fn a_journal_that_is_cut_in_its_header() {
    let (bench, journal) = with_journal();
    for end in [8, 9, 12, 14, 40, 100] {
        bench.write("cut", &journal[..end]);
        bench.run("replay cut").wrong(&["error: cut: the journal's header is damaged", "hint: "]);
    }
}

#[test]
fn a_journal_of_another_format() {
    let (bench, mut journal) = with_journal();
    // Behind the eight letters stands the number of the format.
    journal[8..10].copy_from_slice(&999_u16.to_le_bytes());
    bench.write("other", journal);
    bench.run("replay other").wrong(&["the journal has format 999", "this version reads"]);
}

#[test]
fn a_journal_that_ends_within_a_record_is_replayed_as_far_as_it_goes() {
    let (bench, journal) = with_journal();
    bench.write("torn", &journal[..journal.len() - 3]);
    let outcome = bench.run("replay torn");
    assert_eq!(outcome.status, Some(1), "{outcome:?}");
    assert!(outcome.stderr.contains("ends within a record at byte"), "{outcome:?}");
    assert!(outcome.stderr.contains("no seal closes the last"), "{outcome:?}");
    let json = bench.run("replay torn --json").json();
    assert!(json["torn_at"].is_u64() && json["unsealed_bytes"].as_u64() > Some(0), "{json}");
}

/// A record as it lies in the file: four bytes of length, one of kind, eight of time, the payload.
struct Place {
    start: usize,
    kind: u8,
    payload: std::ops::Range<usize>,
}

/// What the engine said, among the kinds of records.
const OUTPUT: u8 = 3;

fn number(bytes: &[u8]) -> usize {
    let bytes = bytes.try_into().expect("four bytes");
    usize::try_from(u32::from_le_bytes(bytes)).expect("it fits")
}

fn records(journal: &[u8]) -> Vec<Place> {
    // Eight letters and the number of the format, then the header behind its length and hash.
    let mut start = 14 + 16 + number(&journal[10..14]);
    let mut places = Vec::new();
    while start < journal.len() {
        let payload = start + 13..start + 13 + number(&journal[start..start + 4]);
        let end = payload.end;
        places.push(Place { start, kind: journal[start + 4], payload });
        start = end;
    }
    assert_eq!(start, journal.len(), "the journal is whole");
    places
}

#[test]
fn a_record_of_an_unknown_kind() {
    let (bench, mut journal) = with_journal();
    let first = records(&journal)[0].start;
    journal[first + 4] = 77;
    bench.write("damaged", journal);
    bench.run("replay damaged").wrong(&["error: damaged: the journal is damaged", "hint: "]);
}

#[test]
fn a_decision_that_was_changed_is_found() {
    let (bench, journal) = with_journal();
    let said: Vec<_> = records(&journal).into_iter().filter(|it| it.kind == OUTPUT).collect();
    assert!(10 < said.len(), "too few decisions to be a test");
    for place in said.iter().step_by(said.len() / 10) {
        for at in [place.payload.start, place.payload.end - 1] {
            let mut journal = journal.clone();
            journal[at] ^= 1;
            let outcome = bench.write("changed", journal).run("replay changed");
            assert!(matches!(outcome.status, Some(1 | 2)), "byte {at}: {outcome:?}");
            let told = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(told.contains("different at") || told.contains("damaged"), "{outcome:?}");
            assert!(!told.contains("the same"), "{outcome:?}");
        }
    }
}

/// Whatever byte flips, it is noticed, and the program ends in order.
#[test]
fn a_flipped_byte_is_always_noticed() {
    let (bench, journal) = with_journal();
    for at in (0..journal.len()).step_by(journal.len() / 60) {
        let mut journal = journal.clone();
        journal[at] ^= 0x40;
        let outcome = bench.write("flipped", journal).run("replay flipped --json");
        assert!(matches!(outcome.status, Some(1..=2)), "byte {at}: {outcome:?}");
    }
}
