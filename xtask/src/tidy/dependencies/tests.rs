//! Dependencies with and without a reason, declared at the root and past it.

use super::super::fixture::found;
use super::*;

#[track_caller]
fn check_root(lines: &str, expect: &[&str]) {
    let root = format!("[workspace]\n[workspace.dependencies]\n{lines}\n[profile.dev]\nx = 1\n");
    assert_eq!(found(check, &[("Cargo.toml", &root)]), expect, "{lines}");
}

#[test]
fn a_dependency_says_why_it_is_here() {
    check_root("serde = \"1\" # values as text", &[]);
    check_root("serde = { version = \"1\", features = [\"derive\"] }    # values as text", &[]);
    check_root("serde = \"1\"", &["Cargo.toml:3: `serde` does not say why it is here"]);
    check_root("serde = \"1\" #", &["Cargo.toml:3: `serde` does not say why it is here"]);
    check_root(
        "# values as text\nserde = \"1\"",
        &["Cargo.toml:4: `serde` does not say why it is here"],
    );
    check_root(
        "serde = { version = \"1\", features = [\"a#b\"] }",
        &["Cargo.toml:3: `serde` does not say why it is here"],
    );
}

#[test]
fn a_reason_of_one_does_not_cover_another() {
    let lines = "serde_json = \"1\" # every --json\nserde = \"1\"";
    check_root(lines, &["Cargo.toml:4: `serde` does not say why it is here"]);
}

#[test]
fn a_declaration_in_a_table_of_its_own_is_found() {
    let lines = "[workspace.dependencies.serde] # values\nversion = \"1\" # values";
    check_root(lines, &["Cargo.toml:1: `serde` does not say why it is here"]);
}

#[test]
fn our_own_crates_need_no_reason() {
    check_root("trading-types = { path = \"crates/trading-types\" }", &[]);
}

#[track_caller]
fn check_crate(lines: &str, expect: &[&str]) {
    let root = ("Cargo.toml", "[workspace]\n[workspace.dependencies]\nserde = \"1\" # values\n");
    let text = format!("[package]\nname = \"a\"\n{lines}\n");
    assert_eq!(found(check, &[root, ("crates/a/Cargo.toml", &text)]), expect, "{lines}");
}

#[test]
fn a_crate_takes_its_dependencies_from_the_root() {
    check_crate("[dependencies]\nserde.workspace = true", &[]);
    check_crate("[dependencies]\nserde = { workspace = true, optional = true }", &[]);
    check_crate("[dependencies]\nb = { path = \"../b\" }", &[]);
    let past = ["crates/a/Cargo.toml:4: `serde` is not declared at the root"];
    check_crate("[dependencies]\nserde = \"1\"", &past);
    check_crate("[dev-dependencies]\nserde = { version = \"1\" }", &past);
    check_crate("[build-dependencies]\nserde = { git = \"x\" }", &past);
    check_crate("[target.'cfg(unix)'.dependencies]\nserde = \"1\"", &past);
}

#[test]
fn a_missing_root_or_table_is_a_finding() {
    let gone = found(check, &[("README.md", "# Empty\n")]);
    assert_eq!(gone, ["Cargo.toml:1: there is no workspace here"]);
    let empty = found(check, &[("Cargo.toml", "[workspace]\n")]);
    assert_eq!(empty, ["Cargo.toml:1: there is no [workspace.dependencies]"]);
}
