//! What the laws have in common: their order, their two outputs, and that an empty room is noticed.

use super::fixture::Fixture;
use super::*;

fn finding() -> Finding {
    Finding::new("sizes", "a.rs", 7, "too \"long\"".to_owned(), "make it shorter")
}

#[test]
fn text_can_be_clicked_and_says_what_to_do() {
    let text = as_text(&[finding()]);
    assert_eq!(text, "a.rs:7: sizes: too \"long\"\n    hint: make it shorter\n");
}

#[test]
fn json_has_every_part_of_a_finding() {
    let value = as_json(&[finding()]);
    assert_eq!(
        value["findings"],
        json!([{
            "law": "sizes",
            "file": "a.rs",
            "line": 7,
            "what": "too \"long\"",
            "hint": "make it shorter",
        }])
    );
    assert_eq!(value["laws"].as_array().unwrap().len(), LAWS.len());
}

#[test]
fn the_summary_counts() {
    assert_eq!(summary(&[]), "tidy: 10 laws hold");
    assert_eq!(summary(&[finding()]), "tidy: 1 finding");
    assert_eq!(summary(&[finding(), finding()]), "tidy: 2 findings");
}

#[test]
fn every_law_notices_an_empty_checkout() {
    let fixture = Fixture::new(&[]);
    for law in LAWS {
        assert!(!(law.check)(&fixture.tree()).unwrap().is_empty(), "{}", law.name);
    }
}

#[test]
fn findings_come_sorted_by_place() {
    let fixture = Fixture::new(&[("b.rs", "\n"), ("a.rs", "\n")]);
    let findings = check(&fixture.tree()).unwrap();
    let places: Vec<(&str, usize)> = findings.iter().map(|f| (&*f.file, f.line)).collect();
    assert!(places.is_sorted());
    assert!(places.len() > 2);
}
