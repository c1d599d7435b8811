//! A small checkout with all its documents, and what happens when they lie.

use super::super::fixture::found;
use super::*;

const REST: &[(&str, &str)] = &[
    ("CONTRIBUTING.md", "# Contributing\n"),
    ("SECURITY.md", "# Security\n"),
    ("CHANGELOG.md", "# Changes\n"),
    ("Cargo.toml", "[workspace]\n"),
    ("crates/engine/Cargo.toml", "[package]\nname = \"engine\"\n"),
    ("crates/engine/src/lib.rs", ""),
    ("crates/engine/src/price.rs", ""),
    ("crates/engine/tests/data/prices.csv", ""),
    ("tool/Cargo.toml", "[package]\nname = \"tool\"\n"),
    ("tool/src/lib.rs", ""),
];
const MAP_TEXT: &str = "# Map\nThe `engine` and the `tool`.\n";

fn found_with(readme: &str, map: &str) -> Vec<String> {
    let mut files = REST.to_vec();
    files.extend([("README.md", readme), (MAP, map)]);
    found(check, &files)
}

#[track_caller]
fn check_readme(line: &str, expect: &[&str]) {
    let readme = format!("# Title\n{line}\n");
    let expect: Vec<String> = expect.iter().map(|what| format!("README.md:2: {what}")).collect();
    assert_eq!(found_with(&readme, MAP_TEXT), expect, "{line}");
}

#[test]
fn a_path_that_exists_passes_however_it_is_shortened() {
    check_readme("See `crates/engine/src/price.rs`, `engine/src/price.rs` or `price.rs`.", &[]);
    check_readme("The folder `crates/engine/src/`, or `engine/tests/data`, or `./tool/src`.", &[]);
    check_readme("Table `data/prices.csv`, `Cargo.toml`, ``README.md``.", &[]);
}

#[test]
fn a_path_that_does_not_exist_is_found() {
    for path in [
        "crates/engine/src/cost.rs",
        "engine/src/cost.rs",
        "cost.rs",
        "ice.rs",
        "costs.csv",
        "ci.yml",
        "nowhere/config.toml",
        "docs/GUIDE.md",
        "tool/tests",
        "crates/venue",
    ] {
        let what = format!("`{path}` does not exist");
        check_readme(&format!("one `Cargo.toml` and `{path}` here"), &[&what]);
        check_readme(&format!("``{path}`` here"), &[&what]);
    }
}

#[test]
fn a_line_number_is_no_part_of_a_name() {
    check_readme("see `price.rs:12`", &[]);
    check_readme("see `cost.rs:12`", &["`cost.rs` does not exist"]);
    check_readme("see `tool/src:lib`", &["`tool/src:lib` does not exist"]);
}

#[test]
fn text_after_a_code_block_counts_again() {
    let found = found_with("# Title\n```\n`a.rs`\n```\n`b.rs`\n", MAP_TEXT);
    assert_eq!(found, ["README.md:5: `b.rs` does not exist"]);
}

#[test]
fn a_name_that_two_files_have_is_found() {
    check_readme("see `lib.rs`", &["`lib.rs` could be any of 2 files"]);
    check_readme("see `engine/src/lib.rs`", &[]);
}

#[test]
fn what_is_no_path_of_ours_passes() {
    for span in [
        "BTC/USD",
        "0.40/0.25",
        "and/or",
        "https://example.org/a.md",
        "--config=a.toml",
        "--config a.toml",
        "~/.config/a.toml",
        "/etc/a.toml",
        "<name>.csv",
        "*.rs",
        ".rs",
        "crates/*/src",
        "{a,b}.csv",
        "$HOME/a.toml",
        "target/release/tool",
        "cargo test",
    ] {
        check_readme(&format!("one `{span}` here"), &[]);
    }
    check_readme("no ticks around nowhere.rs", &[]);
    check_readme("```\n`nowhere.rs`\n```", &[]);
    check_readme("~~~\n```\n`nowhere.rs`\n~~~", &[]);
    check_readme("one tick ` only", &[]);
}

#[test]
fn every_document_in_the_folder_is_read_and_others_are_not() {
    let mut files = REST.to_vec();
    files.extend([("README.md", "# Title\n"), (MAP, MAP_TEXT)]);
    files.push(("docs/deep/guide.md", "# Guide\n`nowhere.rs`\n"));
    files.push(("docs.old/a.md", "# Notes\n`nowhere.rs`\n"));
    files.push(("notes/a.md", "# Notes\n`nowhere.rs`\n"));
    assert_eq!(found(check, &files), ["docs/deep/guide.md:2: `nowhere.rs` does not exist"]);
}

#[test]
fn a_document_has_one_title() {
    let none = found_with("Text.\n## Section\n", MAP_TEXT);
    assert_eq!(none, ["README.md:1: 0 top titles, where one is wanted"]);
    let two = found_with("# One\n\n# Two\n", MAP_TEXT);
    assert_eq!(two, ["README.md:3: 2 top titles, where one is wanted"]);
    let comment = found_with("# One\n```sh\n# a comment\n```\n~~~\n# another\n~~~\n", MAP_TEXT);
    assert!(comment.is_empty());
}

#[test]
fn every_crate_is_on_the_map() {
    let off = |map| found_with("# Title\n", map);
    let expect = ["ARCHITECTURE.md:1: crate `tool` (tool/Cargo.toml) is not on the map"];
    assert_eq!(off("# Map\nThe `engine`.\n"), expect);
    assert_eq!(off("# Map\nThe `engine` is a tool with `tools`.\n"), expect, "a word is no name");
    assert!(off("# Map\n## engine\n### `tool`\n").is_empty());
    assert!(off("# Map\nSee `crates/engine` and `tool/src`.\n").is_empty());
}

#[test]
fn a_missing_document_is_a_finding() {
    let all = found(check, &[("Cargo.toml", "[workspace]\n")]);
    assert_eq!(
        all,
        [
            "ARCHITECTURE.md:1: the document is missing",
            "CHANGELOG.md:1: the document is missing",
            "CONTRIBUTING.md:1: the document is missing",
            "README.md:1: the document is missing",
            "SECURITY.md:1: the document is missing",
        ]
    );
}
