//! Tests of the file: whatever has its name halts.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use std::{fs, os::unix::fs::PermissionsExt};

use proptest::prelude::*;
use tempfile::TempDir;
use trading_types::Timestamp;

use super::{HALT_NAME, Halt, HaltFile, HaltFileError};

const AT: Timestamp = Timestamp::from_nanos(1_795_348_800_000_000_000);

fn folder() -> (TempDir, HaltFile) {
    let folder = TempDir::new().unwrap();
    let file = HaltFile::of(folder.path());
    (folder, file)
}

#[test]
fn what_is_written_is_read_and_taken_away() {
    let (_folder, file) = folder();
    assert_eq!(file.read(), None);
    file.write("drawdown of 12 %", "user 1000", AT).unwrap();
    let halt = Halt {
        reason: "drawdown of 12 %".to_owned(),
        by: Some("user 1000".to_owned()),
        at: Some(AT),
    };
    assert_eq!(file.read(), Some(halt));
    let mode = fs::metadata(file.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    file.write("another", "root", AT).unwrap();
    assert_eq!(file.read().unwrap().reason, "another");
    file.remove().unwrap();
    assert_eq!(file.read(), None);
    file.remove().unwrap();
}

#[test]
fn whatever_a_person_makes_halts() {
    let check = |text: &[u8], reason: &str| {
        let (folder, file) = folder();
        fs::write(folder.path().join(HALT_NAME), text).unwrap();
        assert_eq!(file.read(), Some(Halt { reason: reason.to_owned(), by: None, at: None }));
    };
    check(b"", "the file HALT is there, and does not say why");
    check(b" \n\n", "the file HALT is there, and does not say why");
    check(b"on holiday\n", "on holiday");
    check(b"two\nlines\n", "two\nlines");
    check(b"reason: \n", "the file HALT is there, and does not say why");
    check(b"at: yesterday", "at: yesterday");
    check(b"\xff\xfe", "\u{fffd}\u{fffd}");
}

#[test]
fn whatever_else_has_the_name_halts() {
    let (folder, file) = folder();
    fs::create_dir(folder.path().join(HALT_NAME)).unwrap();
    assert!(file.read().unwrap().reason.contains("not a plain file"));
    assert!(matches!(file.remove(), Err(HaltFileError::NotRemoved { .. })));
    assert!(matches!(file.write("why", "me", AT), Err(HaltFileError::ReasonLost { .. })));
    assert!(file.read().is_some());

    let (folder, file) = self::folder();
    std::os::unix::fs::symlink("nowhere", folder.path().join(HALT_NAME)).unwrap();
    assert!(file.read().is_some());
    file.remove().unwrap();
    assert_eq!(file.read(), None);
}

/// As on a full disk: the name fits, the text does not.
#[test]
fn a_halt_without_room_for_its_reason_holds() {
    let (folder, file) = folder();
    fs::create_dir(folder.path().join("HALT.new")).unwrap();
    assert!(matches!(file.write("why", "me", AT), Err(HaltFileError::ReasonLost { .. })));
    assert!(file.read().is_some());
}

#[test]
fn without_a_folder_there_is_no_halt_and_none_can_be_made() {
    let (folder, _) = folder();
    let file = HaltFile::of(&folder.path().join("missing"));
    assert_eq!(file.read(), None);
    assert!(matches!(file.write("why", "me", AT), Err(HaltFileError::NotMade { .. })));
}

#[test]
fn a_data_folder_that_is_a_file_counts_as_halted() {
    let (folder, _) = folder();
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(HaltFile::of(&folder.path().join("file")).read().is_some());
}

proptest! {
    /// No text of ours can be taken for another of our lines.
    #[test]
    fn any_reason_is_read_as_it_was_meant(
        reason in prop_oneof![any::<String>(), "[a-z:\n ]{0,40}", Just("x".repeat(100_000))],
        by in prop_oneof![any::<String>(), "[a-z:\n ]{0,40}"],
    ) {
        let (_folder, file) = folder();
        file.write(&reason, &by, AT).unwrap();
        let halt = file.read().unwrap();
        prop_assert_eq!(halt.at, Some(AT));
        prop_assert_eq!(halt.by, Some(super::one_line(&by)));
        let meant = super::one_line(&reason);
        prop_assert!(halt.reason == meant || (meant.is_empty() && !halt.reason.is_empty()));
    }
}
