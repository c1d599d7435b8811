//! Figures of round trips by hand.

use super::*;

#[test]
fn of_five_round_trips() {
    let figures = trade_figures(&[10.0, -4.0, -2.0, 0.0, 20.0]);
    assert_eq!((figures.count, figures.wins, figures.losses_in_a_row), (5, 2, 2));
    assert_eq!(figures.profit_factor, Some(5.0));
    assert_eq!(figures.expectancy, Some(4.8));
    assert_eq!(figures.payoff, Some(5.0));
}

#[test]
fn what_cannot_be_divided_is_missing() {
    let none = trade_figures(&[]);
    assert_eq!(
        (none.count, none.profit_factor, none.expectancy, none.payoff),
        (0, None, None, None)
    );
    let won = trade_figures(&[1.0, 2.0]);
    assert_eq!((won.profit_factor, won.payoff, won.losses_in_a_row), (None, None, 0));
}
