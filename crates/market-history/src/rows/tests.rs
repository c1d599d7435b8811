//! Checks of columns.

use super::*;
use crate::fixture::{HOUR, candle, hour, trade};

fn check<R: Row>(rows: &[R], order: Order) -> Result<(), RowFault> {
    let mut columns = R::Columns::default();
    for row in rows {
        row.append(&mut columns);
    }
    R::check_columns(&columns, order)
}

#[test]
fn candles_are_in_order_on_their_grid_and_fit_together() {
    let order = Order { after: Some(hour(0)), step_nanos: Some(HOUR) };
    assert_eq!(check(&[candle(1), candle(2), candle(9)], order), Ok(()));
    let off = Candle { start: hour(3) + std::time::Duration::from_secs(1), ..candle(3) };
    let low = Candle { low: candle(3).high, ..candle(3) };
    let none = Candle { low: Price::ZERO, ..candle(3) };
    let high = Candle { high: Price::from_units(PRICE_MAX + 1), ..candle(3) };
    let sold = Candle { volume: Amount::from_units(-1), ..candle(3) };
    let early = Candle { start: Timestamp::from_nanos(u64::MAX / 2 + 9), ..candle(1) };
    for (rows, row, part) in [
        (vec![candle(0)], 0, "does not follow"),
        (vec![candle(1), candle(1)], 1, "does not follow"),
        (vec![candle(1), candle(2), candle(1)], 2, "does not follow"),
        (vec![candle(1), off], 1, "not on the grid"),
        (vec![candle(1), low], 1, "the low"),
        (vec![none], 0, "the low"),
        (vec![candle(1), candle(2), high], 2, "price"),
        (vec![sold], 0, "volume"),
        (vec![early], 0, "not on the grid"),
    ] {
        let (at, what) = check(&rows, order).unwrap_err();
        assert!(at == row && what.contains(part), "{at}: {what} ({part})");
    }
}

#[test]
fn trades_may_share_a_moment() {
    let order = Order::default();
    assert_eq!(check(&[trade(5, 1, None), trade(5, 2, None)], order), Ok(()));
    assert!(check(&[trade(5, 1, None), trade(4, 2, None)], order).is_err());
    let mut columns = TradeColumns::default();
    trade(5, 1, Some(1)).append(&mut columns);
    columns.side[0] = 2;
    assert_eq!(TradeRow::check_columns(&columns, order).unwrap_err().0, 0);
    columns.side[0] = 0;
    columns.time[0] = -1;
    let (_, what) = TradeRow::check_columns(&columns, order).unwrap_err();
    assert!(what.contains("before 1970"), "{what}");
}

#[test]
fn a_row_that_cannot_be_kept_is_told_before_it_is() {
    let far = Timestamp::NEVER;
    assert!(Row::check(&Candle { start: far, ..candle(1) }).is_err());
    let most = Price::from_units(PRICE_MAX);
    assert!(Row::check(&Candle { high: most, ..candle(1) }).is_ok());
    let more = Price::from_units(PRICE_MAX + 1);
    assert!(Row::check(&Candle { high: more, ..candle(1) }).is_err());
    assert!(trade(1, 0, None).check().is_err());
    assert!(trade(1, 1, Some(0)).check().is_err());
}
