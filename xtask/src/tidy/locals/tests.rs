//! Each local word is put into a text file and must be found.

use super::super::fixture::{Fixture, found};
use super::*;

#[test]
fn every_local_word_is_found_in_any_text() {
    for (word, _) in LOCALS {
        for file in ["a.rs", "README.md", ".ci/run", "notes", "fixtures/a.csv"] {
            let text = format!("one\nsee ~{}here\n", word.to_uppercase());
            let expect = format!("{file}:2: `{word}` means something on one machine only");
            assert_eq!(found(check, &[(file, &text)]), [expect]);
        }
    }
}

#[test]
fn the_lock_file_may_name_hosts_and_nothing_else() {
    for (word, hint) in LOCALS {
        let count = found(check, &[("Cargo.lock", word)]).len();
        assert_eq!(count, usize::from(*hint != NAME_NO_HOST), "{word}");
    }
}

#[test]
fn ordinary_paths_and_words_pass() {
    let text = "crates/slackwater/src/main.rs, a workshop, ~/.config, /etc/hosts, home/\n";
    assert!(found(check, &[("README.md", text)]).is_empty());
}

#[test]
fn bytes_are_not_read_as_text() {
    let fixture = Fixture::new(&[]);
    let mut bytes = vec![0];
    bytes.extend(LOCALS[0].0.as_bytes());
    fixture.write("fixture.zip", &bytes);
    assert!(check(&fixture.tree()).unwrap().is_empty());
}

#[test]
fn an_empty_checkout_is_a_finding() {
    assert_eq!(found(check, &[]), [".:1: there is no file here"]);
}
