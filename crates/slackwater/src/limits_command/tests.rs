//! The pictures of gauges.

use kraken_protocol::limits::Points;

use super::*;

#[test]
fn a_gauge_is_never_drawn_emptier_than_it_is() {
    let drawn = |used, limit| {
        let gauge = Gauge {
            name: String::new(),
            used: Points::from_halves(used),
            limit: Points::from_halves(limit),
        };
        bar(&gauge)
    };
    assert_eq!(drawn(0, 30), "[....................] 0 of 15");
    assert_eq!(drawn(1, 30), "[#...................] 0.5 of 15");
    assert_eq!(drawn(30, 30), "[####################] 15 of 15");
    assert_eq!(drawn(60, 30), "[####################] 30 of 15");
    assert_eq!(drawn(0, 0), "[....................] 0 of 0");
}

#[test]
fn seconds_are_rounded_up() {
    assert_eq!(seconds(Duration::from_millis(8_001)), "8.1 s");
    assert_eq!(seconds(Duration::ZERO), "0.0 s");
}
