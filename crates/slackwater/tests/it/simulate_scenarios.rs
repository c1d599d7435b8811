//! The example scenarios can be followed, each says what it is about, and the manual has every
//! fault.

#![expect(clippy::disallowed_methods, reason = "reads the examples as a person would")]

use std::fs;

use simulated_kraken::{Fault, Scenario};

/// What the folder has, by name.
const EXAMPLES: [&str; 6] = [
    "flash_crash",
    "lost_answer_after_accept",
    "maintenance",
    "rate_lockout",
    "silent_channel",
    "thin_book",
];

#[test]
fn every_example_can_be_followed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut found = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let read = toml::from_str::<Scenario>(&text);
        assert!(read.is_ok(), "{}: {}", path.display(), read.unwrap_err());
        assert!(text.starts_with("# ") && text.contains("\nabout = \""), "{}", path.display());
        found.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    found.sort();
    assert_eq!(found, EXAMPLES);
}

#[test]
fn the_manual_has_every_fault() {
    let manual = include_str!("../../../../docs/simulator.md");
    for fault in Fault::all() {
        let row = format!("| `{}` | F{} | {} |", fault.name(), fault.number(), fault.about());
        assert!(manual.contains(&row), "docs/simulator.md lacks {row}");
    }
}
