//! Each name of an endpoint that moves money is put where it would be called from.

use super::super::fixture::found;
use super::*;

const PROTOCOL: &str = "crates/kraken-protocol/src/lib.rs";
const CLIENT: &str = "crates/kraken-client/src/lib.rs";

#[test]
fn every_mover_is_found_in_code_text_and_comment() {
    for word in MOVERS {
        for line in [format!("let path = {word};"), format!("// {}", word.to_uppercase())] {
            for file in [PROTOCOL, CLIENT, "crates/kraken-client/tests/it/script.rs"] {
                let other = if file == PROTOCOL { CLIENT } else { PROTOCOL };
                let text = format!("//! A.\n{line}\n");
                let found = found(check, &[(file, &text), (other, "//! B.\n")]);
                let expect = format!("{file}:2: `{word}` moves money");
                assert!(found.contains(&expect), "{found:?} lacks {expect}");
            }
        }
    }
}

#[test]
fn other_crates_and_the_names_of_permissions_may_speak_of_it() {
    let refused =
        concat!("//! Refuses keys for with", "drawals.\nconst P: &str = \"with", "draw-funds\";\n");
    let simulator = concat!("//! Answers that with", "drawinfo is denied.\n");
    let files = [
        (PROTOCOL, refused),
        (CLIENT, "//! B.\n"),
        ("crates/simulator-server/src/lib.rs", simulator),
    ];
    assert!(found(check, &files).is_empty());
}

#[test]
fn a_speaker_that_is_gone_is_a_finding() {
    let found = found(check, &[(CLIENT, "//! B.\n")]);
    assert_eq!(found, ["crates/kraken-protocol:1: there is no file here"]);
}
