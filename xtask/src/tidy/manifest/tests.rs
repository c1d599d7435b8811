//! Finding lines and crates in manifests.

use super::super::fixture::Fixture;
use super::*;

#[test]
fn finds_the_line_that_sets_a_key() {
    let text =
        "[dependencies]\nserde_json = \"1\"\nserde.workspace = true\n\"jiff\" = { path = \"\" }";
    assert_eq!(line_of_key(text, "serde"), Some(3));
    assert_eq!(line_of_key(text, "serde_json"), Some(2));
    assert_eq!(line_of_key(text, "jiff"), Some(4));
    assert_eq!(line_of_key(text, "toml"), None);
}

#[test]
fn lists_the_crates_and_not_the_workspace() {
    let fixture = Fixture::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]"),
        ("crates/ours/Cargo.toml", "[package]\nname = \"ours\""),
        ("NotCargo.toml", "this is not TOML"),
    ]);
    let crates = crates(&fixture.tree()).unwrap();
    assert_eq!(crates, [("crates/ours/Cargo.toml".to_owned(), "ours".to_owned())]);
}

#[test]
fn a_workspace_of_its_own_is_no_crate_of_ours() {
    let fixture = Fixture::new(&[
        ("Cargo.toml", "[workspace]\n[package]\nname = \"root\""),
        ("fuzz/Cargo.toml", "[package]\nname = \"fuzz\"\n[workspace]"),
    ]);
    let crates = crates(&fixture.tree()).unwrap();
    assert_eq!(crates, [("Cargo.toml".to_owned(), "root".to_owned())]);
}

#[test]
fn a_manifest_that_is_no_toml_is_named() {
    let fixture = Fixture::new(&[("Cargo.toml", "[package")]);
    let error = crates(&fixture.tree()).unwrap_err().to_string();
    assert_eq!(error, "reading Cargo.toml as TOML");
}
