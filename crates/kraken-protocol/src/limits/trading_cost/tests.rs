//! Kraken's table, and its worked example.

use super::*;

fn costs(cost: impl Fn(Duration) -> Points) -> Vec<u32> {
    let ages = [0, 4_999, 5_000, 10_000, 15_000, 45_000, 90_000, 300_000, 3_000_000];
    ages.into_iter().map(|age| cost(Duration::from_millis(age)).halves() / 2).collect()
}

#[test]
fn the_whole_table() {
    assert_eq!(costs(cancel), [8, 8, 6, 5, 4, 2, 1, 0, 0]);
    assert_eq!(costs(amend), [4, 4, 3, 2, 1, 1, 1, 1, 1]);
    assert_eq!(costs(edit), [7, 7, 6, 5, 3, 2, 1, 1, 1]);
    assert_eq!(place(15).to_string(), "7.5");
}

#[test]
fn krakens_worked_example_comes_to_eight() {
    let seconds = Duration::from_secs;
    // Placed, amended seven seconds later, canceled 36 seconds after that.
    assert_eq!(place(1) + amend(seconds(7)) + cancel(seconds(36)), Points::whole(8));
}

#[test]
fn amending_costs_less_than_half_of_canceling_and_placing() {
    let young = Duration::from_secs(1);
    assert_eq!((amend(young), cancel(young) + place(1)), (Points::whole(4), Points::whole(9)));
}
