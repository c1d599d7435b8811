//! The last size that passes and the first that does not.

use super::super::fixture::{Fixture, found};
use super::*;

#[test]
fn a_file_of_five_hundred_lines_passes_and_one_more_does_not() {
    assert!(found(check, &[("a.rs", &"//\n".repeat(500))]).is_empty());
    let long = found(check, &[("a.rs", &"//\n".repeat(501))]);
    assert_eq!(long, ["a.rs:501: 501 lines, more than 500"]);
}

#[test]
fn a_line_of_a_hundred_columns_passes_and_one_more_does_not() {
    let line = |columns| format!("//! A.\n{}\n", "é".repeat(columns));
    assert!(found(check, &[("a.rs", &line(100))]).is_empty());
    assert_eq!(found(check, &[("a.rs", &line(101))]), ["a.rs:2: 101 columns, more than 100"]);
}

#[test]
fn an_address_may_be_long_and_so_may_prose() {
    let address = format!("// https://example.org/{}\n", "a".repeat(200));
    let prose = "word ".repeat(100);
    assert!(found(check, &[("a.rs", &address), ("a.md", &prose)]).is_empty());
}

#[test]
fn a_row_of_a_table_in_a_doc_comment_may_be_long() {
    let row = format!("//! | {} |\n", "a".repeat(200));
    assert!(found(check, &[("a.rs", &row)]).is_empty());
    let no_row = format!("// | {} |\n", "a".repeat(200));
    assert_eq!(found(check, &[("a.rs", &no_row)]).len(), 1);
}

#[test]
fn a_blob_over_256_kib_is_found_whatever_it_holds() {
    let fixture = Fixture::new(&[("a.rs", "//! A.\n")]);
    fixture.write("small.bin", &vec![0; 256 * 1024]);
    assert!(check(&fixture.tree()).unwrap().is_empty());
    fixture.write("big.bin", &vec![0; 256 * 1024 + 1]);
    let findings = check(&fixture.tree()).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].file, "big.bin");
    assert_eq!(findings[0].what, "262145 bytes, more than 262144");
}

#[test]
fn no_rust_at_all_is_a_finding() {
    let found = found(check, &[("README.md", "# Empty\n")]);
    assert_eq!(found, [".:1: there is no Rust file here"]);
}
