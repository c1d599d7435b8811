//! Peaks and plains.

use super::*;
use crate::{evaluate::Variant, samples::row};

fn swept(profits: &[&str]) -> Swept {
    let tried = profits.iter().zip(0_u64..).map(|(profit, place)| Tried {
        places: vec![place],
        variant: Variant { settings: Vec::new() },
        row: row(profit, 3),
    });
    Swept { tried: tried.collect(), ..Swept::default() }
}

fn plateau(profits: &[&str]) -> Option<Plateau> {
    let swept = swept(profits);
    Plateau::of(swept.best(Metric::NetProfit)?, &swept, Metric::NetProfit)
}

#[test]
fn a_plain_keeps_its_lead_and_a_peak_does_not() {
    let plain = plateau(&["0", "0", "0", "90", "100", "80", "0"]).unwrap();
    assert_eq!((plain.neighbors, plain.neighbors_median, plain.share), (2, 85.0, 0.85));
    let peak = plateau(&["0", "10", "-5", "1", "100", "-1", "0"]).unwrap();
    assert_eq!((peak.neighbors_median, peak.neighbors_worst, peak.share), (0.0, -1.0, 0.0));
}

#[test]
fn the_edge_of_the_grid_has_fewer_neighbors() {
    assert_eq!(plateau(&["100", "50", "0"]).unwrap().neighbors, 1);
    assert_eq!(plateau(&["100"]), None);
    assert_eq!(plateau(&["-7", "-8", "-9"]), None);
    // Where everything is good the best has no lead to lose.
    assert_eq!(plateau(&["7", "7", "7"]).map(|it| it.share), Some(1.0));
}
