//! Rows are found again by the request that made them, and by no other.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use super::*;
use crate::samples::row;

#[test]
fn a_row_is_found_in_its_window_at_its_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows");
    let mut file = RowsFile::open(&path, "request").unwrap();
    assert!(file.is_empty());
    file.add(&(0..9), &[1, 2], &row("12.5", 3)).unwrap();
    file.add(&(9..18), &[1, 2], &row("-1", 1)).unwrap();
    file.flush().unwrap();
    let file = RowsFile::open(&path, "request").unwrap();
    assert_eq!(file.len(), 2);
    assert_eq!(file.row(&(0..9), &[1, 2]), Some(&row("12.5", 3)));
    assert_eq!(file.row(&(9..18), &[1, 2]), Some(&row("-1", 1)));
    assert_eq!(file.row(&(0..9), &[2, 1]), None);
    assert_eq!(file.row(&(0..8), &[1, 2]), None);
}

#[test]
fn another_request_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows");
    drop(RowsFile::open(&path, "one").unwrap());
    let error = RowsFile::open(&path, "other").unwrap_err().to_string();
    assert!(error.contains("belongs to another sweep"), "{error}");
    std::fs::write(&path, "a letter to a friend").unwrap();
    assert!(RowsFile::open(&path, "one").is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a letter to a friend");
}

#[test]
fn a_torn_row_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows");
    let mut file = RowsFile::open(&path, "request").unwrap();
    file.add(&(0..9), &[1], &row("1", 1)).unwrap();
    file.add(&(0..9), &[2], &row("2", 1)).unwrap();
    file.flush().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 40]).unwrap();
    let file = RowsFile::open(&path, "request").unwrap();
    assert_eq!((file.len(), file.damaged), (1, 1));
    assert!(file.row(&(0..9), &[1]).is_some());
}
