//! The ladder's file: found again, held by one, and damage named.

#![expect(clippy::disallowed_methods, reason = "files are what is tested")]

use std::{collections::BTreeMap, fs};

use tempfile::TempDir;
use trading_ladder::{LadderEvent, LadderOutput, Requirements, Subject};
use trading_types::{Interval, Timestamp};

use super::{LadderFileError, look, take};

fn subject(fast: u32) -> Subject {
    Subject {
        strategy: "sma_cross".to_owned(),
        settings: BTreeMap::from([("fast".to_owned(), fast.to_string())]),
        pair: "BTC/USD".parse().expect("a pair"),
        interval: Interval::from_minutes(60).expect("an hour"),
        tables: BTreeMap::new(),
        journal_format: 1,
    }
}

/// Writes one entry, or one more, for a bot with this setting.
fn write(folder: &TempDir, fast: u32) -> Result<(), LadderFileError> {
    let (mut file, written) = take(folder.path())?;
    let mut ladder = written.ladder(Requirements::default())?;
    let program = "0.1.0".to_owned();
    let event = LadderEvent::Configured { subject: Box::new(subject(fast)), program };
    ladder.handle(event, Timestamp::from_seconds(1_000_000).expect("a time"));
    let mut entries = Vec::new();
    while let Some(output) = ladder.poll_output() {
        if let LadderOutput::Append(entry) = output {
            entries.push(*entry);
        }
    }
    file.append(&entries)
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder for the test")
}

#[track_caller]
fn check_wrong(folder: &TempDir, parts: &[&str]) {
    let looked = look(folder.path()).and_then(|it| it.ladder(Requirements::default()));
    let error = looked.expect_err("it is not believed");
    let said = format!("{error}; {}", error.hint());
    assert!(parts.iter().all(|part| said.contains(part)), "{said}");
}

#[test]
fn what_was_written_is_found() {
    let folder = folder();
    assert!(look(folder.path()).expect("an empty folder").entries.is_empty());
    for fast in 1..=3 {
        write(&folder, fast).expect("a whole file");
    }
    assert_eq!(look(folder.path()).expect("a whole file").entries.len(), 3);
    let head = fs::read_to_string(folder.path().join("ladder.head")).expect("an anchor");
    assert!(head.starts_with("3 "), "{head}");
}

#[test]
fn only_one_writes() {
    let folder = folder();
    let held = take(folder.path()).expect("nobody has it");
    let error = take(folder.path()).expect_err("one has it");
    assert!(error.to_string().contains("another slackwater"), "{error}");
    assert!(look(folder.path()).is_ok(), "looking is free");
    drop(held);
    assert!(take(folder.path()).is_ok());
}

#[test]
fn lines_cut_off_at_the_end_are_missed() {
    let folder = folder();
    write(&folder, 1).expect("a file");
    let path = folder.path().join("ladder.jsonl");
    let short = fs::read(&path).expect("the file");
    write(&folder, 2).expect("a file");
    fs::write(&path, &short).expect("the file");
    check_wrong(&folder, &["entry 2 was seen before", "untouched copy"]);
    fs::remove_file(&path).expect("the file");
    check_wrong(&folder, &["entry 2 was seen before"]);
}

#[test]
fn a_head_that_lags_behind_is_no_fault() {
    let folder = folder();
    write(&folder, 1).expect("a file");
    let head = folder.path().join("ladder.head");
    let lagging = fs::read(&head).expect("the head");
    write(&folder, 2).expect("a file");
    fs::write(&head, &lagging).expect("the head");
    write(&folder, 3).expect("it goes on");
    assert_eq!(look(folder.path()).expect("a whole file").entries.len(), 3);
}

#[test]
fn damage_is_named_with_what_to_do() {
    let folder = folder();
    write(&folder, 1).expect("a file");
    let path = folder.path().join("ladder.jsonl");
    let whole = fs::read_to_string(&path).expect("the file");
    fs::write(&path, whole.replacen("sma_cross", "sma_crass", 1)).expect("the file");
    check_wrong(&folder, &["line 1 was changed", "untouched copy"]);
    fs::write(&path, format!("{whole}{{\"sequence\":2")).expect("the file");
    check_wrong(&folder, &["line 2 is torn", "remove that line"]);
    fs::write(&path, b"\xff\xfe\n").expect("the file");
    check_wrong(&folder, &["this is no ladder"]);
    fs::write(&path, &whole).expect("the file");
    fs::write(folder.path().join("ladder.head"), "nonsense").expect("the head");
    check_wrong(&folder, &["an anchor is a number and a hash"]);
}
