//! The tables must not contradict themselves or the one rule.

use super::*;

fn layer(name: &str) -> Layer {
    CRATES.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}")).layer
}

#[test]
fn every_allowed_edge_goes_down() {
    for row in CRATES {
        for name in row.may_name {
            assert!(row.layer.is_above(layer(name)), "{} -> {name}", row.name);
        }
    }
}

#[test]
fn each_crate_has_one_row() {
    for (at, row) in CRATES.iter().enumerate() {
        assert!(CRATES[..at].iter().all(|other| other.name != row.name), "{}", row.name);
    }
    for (at, row) in PURE.iter().enumerate() {
        assert!(PURE[..at].iter().all(|other| other.name != row.name), "{}", row.name);
    }
}

#[test]
fn the_purity_line_is_a_line() {
    // Everything below the edge is pure, and nothing from the edge upward is.
    for row in CRATES {
        let is_pure = PURE.iter().any(|pure| pure.name == row.name);
        assert_eq!(is_pure, row.layer < Layer::Edge, "{}", row.name);
    }
    assert!(PURE.iter().all(|pure| CRATES.iter().any(|row| row.name == pure.name)));
}

#[test]
fn nobody_names_the_tools() {
    for row in CRATES {
        assert!(!row.layer.is_above(Layer::Tools), "{}", row.name);
    }
}
