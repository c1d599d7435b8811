//! Files with and without a header.

use super::super::fixture::found;
use super::*;

#[test]
fn a_header_passes() {
    let files = [("src/a.rs", "//! What a is for.\n"), ("notes.txt", "no header needed\n")];
    assert!(found(check, &files).is_empty());
}

#[test]
fn a_file_without_a_header_is_found_wherever_it_is() {
    for file in ["src/a.rs", "src/a/tests.rs", "tests/it/main.rs", "benches/b.rs", "build.rs"] {
        for text in ["", "use std::fs;\n", "\n//! Too late.\n", "// Not it.\n", "//!\n//! Late.\n"]
        {
            let expect = format!("{file}:1: the file does not begin with a `//!` header");
            assert_eq!(found(check, &[(file, text)]), [expect], "{text:?}");
        }
    }
}

#[test]
fn no_rust_at_all_is_a_finding() {
    let found = found(check, &[("README.md", "# Empty\n")]);
    assert_eq!(found, [".:1: there is no Rust file here"]);
}
