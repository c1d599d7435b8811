//! Small workspaces whose crates name what they should, and what they should not.

use super::super::fixture::{Fixture, found};
use super::super::layers::Layer;
use super::*;

const CRATES: &[Crate] = &[
    Crate { name: "words", layer: Layer::Words, may_name: &[] },
    Crate { name: "machine", layer: Layer::Machines, may_name: &["words"] },
    Crate { name: "neighbour", layer: Layer::Machines, may_name: &["words"] },
    Crate { name: "edge", layer: Layer::Edge, may_name: &["words", "machine"] },
];
const PURE: &[Pure] = &[
    Pure { name: "words", third_party: &[] },
    Pure { name: "machine", third_party: &["serde"] },
    Pure { name: "neighbour", third_party: &[] },
];
const WORKSPACE: &str = "\
[workspace]
resolver = \"3\"
members = [\"crates/*\"]
exclude = [\"stranger\"]
[workspace.dependencies]
words = { path = \"crates/words\" }
machine = { path = \"crates/machine\" }
neighbour = { path = \"crates/neighbour\" }
edge = { path = \"crates/edge\" }
serde = \"1\"
rand = \"0.9\"
";

/// The workspace of the tables above, with `lines` at the end of one crate's manifest.
fn workspace(changed: &str, lines: &str) -> Fixture {
    let fixture = Fixture::new(&[
        ("Cargo.toml", WORKSPACE),
        ("stranger/Cargo.toml", "[package]\nname = \"stranger\"\nedition = \"2024\"\n"),
        ("stranger/src/lib.rs", ""),
    ]);
    for Crate { name, .. } in CRATES {
        let more = if *name == changed { lines } else { "" };
        let text = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{more}\n");
        fixture.write(&format!("crates/{name}/Cargo.toml"), text.as_bytes());
        fixture.write(&format!("crates/{name}/src/lib.rs"), b"");
    }
    fixture
}

#[track_caller]
fn check_lines(changed: &str, lines: &str, expect: &[&str]) {
    let findings = check_against(&workspace(changed, lines).tree(), CRATES, PURE).unwrap();
    let found: Vec<String> = findings
        .iter()
        .map(|found| {
            assert_eq!(found.file, format!("crates/{changed}/Cargo.toml"));
            format!("{}: {}", found.line, found.what)
        })
        .collect();
    assert_eq!(found, expect, "{changed}: {lines}");
}

#[test]
fn an_edge_in_the_table_passes() {
    check_lines("machine", "[dependencies]\nwords.workspace = true", &[]);
    check_lines("edge", "[dependencies]\nmachine.workspace = true\nrand.workspace = true", &[]);
    check_lines("machine", "[build-dependencies]\nwords.workspace = true", &[]);
}

#[test]
fn an_edge_outside_the_table_is_found() {
    let neighbour = "5: `machine` may not name `neighbour`";
    check_lines("machine", "[dependencies]\nneighbour.workspace = true", &[neighbour]);
    check_lines("machine", "[build-dependencies]\nneighbour.workspace = true", &[neighbour]);
    check_lines(
        "machine",
        "[target.'cfg(unix)'.dependencies]\nneighbour.workspace = true",
        &[neighbour],
    );
    check_lines(
        "words",
        "[dependencies]\nedge.workspace = true",
        &["5: `words` may not name `edge`"],
    );
    // Downward, but nobody decided it.
    check_lines(
        "edge",
        "[dependencies]\nneighbour.workspace = true",
        &["5: `edge` may not name `neighbour`"],
    );
}

#[test]
fn another_name_for_a_crate_hides_nothing() {
    let lines = "[dependencies]\nharmless = { path = \"../neighbour\", package = \"neighbour\" }";
    check_lines("machine", lines, &["5: `machine` may not name `neighbour`"]);
    let lines = "[dependencies]\nserde = { package = \"rand\", version = \"0.9\" }";
    check_lines(
        "machine",
        lines,
        &["5: `machine` is below the purity line and may not use `rand`"],
    );
}

#[test]
fn a_test_may_name_what_lies_below_and_nothing_else() {
    check_lines("edge", "[dev-dependencies]\nneighbour.workspace = true", &[]);
    check_lines("words", "[dev-dependencies]\nrand.workspace = true", &[]);
    check_lines(
        "machine",
        "[dev-dependencies]\nedge.workspace = true",
        &["5: tests of `machine` name `edge`, which is not in a layer below"],
    );
    check_lines(
        "machine",
        "[dev-dependencies]\nneighbour.workspace = true",
        &["5: tests of `machine` name `neighbour`, which is not in a layer below"],
    );
}

#[test]
fn a_test_may_not_reach_outside_the_workspace() {
    let lines = "[dev-dependencies]\nstranger = { path = \"../../stranger\" }";
    check_lines(
        "edge",
        lines,
        &["5: tests of `edge` name `stranger`, which is not in a layer below"],
    );
}

#[test]
fn below_the_line_a_foreign_crate_needs_a_place_in_the_table() {
    check_lines("machine", "[dependencies]\nserde.workspace = true", &[]);
    check_lines(
        "words",
        "[dependencies]\nserde.workspace = true",
        &["5: `words` is below the purity line and may not use `serde`"],
    );
    check_lines(
        "words",
        "[build-dependencies]\nrand = { workspace = true }",
        &["5: `words` is below the purity line and may not use `rand`"],
    );
    check_lines(
        "words",
        "[dependencies]\nrand = { workspace = true, optional = true }",
        &["5: `words` is below the purity line and may not use `rand`"],
    );
}

#[test]
fn a_crate_without_a_row_is_found() {
    let rows = &CRATES[..3];
    let findings = check_against(&workspace("", "").tree(), rows, PURE).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].file, "crates/edge/Cargo.toml");
    assert_eq!(findings[0].line, 2);
    assert_eq!(findings[0].what, "crate `edge` has no row in the table of layers");
}

#[test]
fn a_row_without_a_crate_is_found() {
    let gone = Crate { name: "gone", layer: Layer::People, may_name: &[] };
    let rows: Vec<Crate> = CRATES.iter().copied().chain([gone]).collect();
    let findings = check_against(&workspace("", "").tree(), &rows, PURE).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].file, TABLE);
    assert_eq!(findings[0].what, "the table has a row for `gone`, which is no crate here");

    let twice = [Pure { name: "gone", third_party: &[] }];
    let findings = check_against(&workspace("", "").tree(), &rows, &twice).unwrap();
    assert_eq!(findings.len(), 1);

    let vague = [Pure { name: "vague", third_party: &[] }];
    let findings = check_against(&workspace("", "").tree(), CRATES, &vague).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].what, "the table has a row for `vague`, which is no crate here");
}

#[test]
fn a_checkout_without_a_workspace_is_a_finding() {
    let found = found(check, &[("README.md", "# Empty\n")]);
    assert_eq!(found, ["Cargo.toml:1: there is no workspace here"]);
}

#[test]
fn findings_point_at_a_table_that_exists() {
    assert!(crate::root().join(TABLE).is_file());
}
