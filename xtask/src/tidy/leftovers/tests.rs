//! Each leftover is put where it does harm and where it does none.

use super::super::fixture::found;
use super::*;

#[test]
fn every_leftover_is_found_in_rust() {
    for (word, _, _) in LEFTOVERS {
        let text = format!("//! A.\nfn a() {{}}\n{word}(]\n");
        let expect = format!("a.rs:3: `{word}` is left in the source");
        assert_eq!(found(check, &[("a.rs", &text)]), [expect]);
    }
}

#[test]
fn a_note_hides_nowhere() {
    let rust = ("a.rs", "//! A.\n");
    for (word, place, _) in LEFTOVERS {
        let note = format!("//! B.\n// {word}: later\n/* {word} */\nlet a = \"{word}\";\n");
        for file in ["Cargo.toml", ".github/workflows/ci.yml", ".ci/run", "b.rs", "run.sh"] {
            let count = found(check, &[rust, (file, &note)]).len();
            assert_eq!(count, if *place == Place::Anywhere { 3 } else { 0 }, "{word} in {file}");
        }
    }
}

#[test]
fn what_only_looks_left_over_passes() {
    let lint = concat!("to", "do = \"warn\"\n");
    let name = concat!("//! A.\nconst PHO", "TO", "DOCS: &str = \"XX", "XX\";\n");
    let prose = concat!("Nobody writes TO", "DO here.\n");
    let files = [("Cargo.toml", lint), ("a.rs", name), ("STYLE.md", prose)];
    assert!(found(check, &files).is_empty());
}

#[test]
fn no_rust_at_all_is_a_finding() {
    let found = found(check, &[("README.md", "# Empty\n")]);
    assert_eq!(found, [".:1: there is no Rust file here"]);
}
