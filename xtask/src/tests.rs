//! The commands as a whole: a checkout that keeps every law passes, and one slip is enough.

use super::*;
use crate::tidy::fixture::Fixture;

/// Whether every law is kept, and what was printed.
fn checked(fixture: &Fixture, output: Output) -> (bool, String) {
    let mut out = Vec::new();
    let passed = check_laws(fixture.path(), output, &mut out).unwrap();
    (passed, String::from_utf8(out).unwrap())
}

#[test]
fn a_checkout_that_keeps_every_law_passes_until_one_is_broken() {
    let fixture = Fixture::lawful();
    assert_eq!(checked(&fixture, Output::Text), (true, String::new()));
    assert!(checked(&fixture, Output::Json).0);

    fixture.write("crates/strategies/src/clock.rs", b"//! A clock.\nuse std::{env, fs};\n");
    let (passed, text) = checked(&fixture, Output::Text);
    assert!(!passed);
    assert!(text.starts_with("crates/strategies/src/clock.rs:2: purity: `std::env` "), "{text}");
    let (passed, json) = checked(&fixture, Output::Json);
    assert!(!passed);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"][1]["what"], "`std::fs` stands below the purity line");
}

#[test]
fn what_is_no_checkout_is_an_error_and_not_a_pass() {
    let folder = tempfile::tempdir().unwrap();
    assert!(check_laws(folder.path(), Output::Text, &mut Vec::new()).is_err());
}

#[test]
fn the_root_is_the_workspace() {
    assert!(root().join("Cargo.lock").is_file());
    assert!(root().join("xtask/src/main.rs").is_file());
}
