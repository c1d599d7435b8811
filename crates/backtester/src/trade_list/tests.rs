//! Round trips: pieces of the same two orders are one.

use super::*;

fn lot(entry: u64, exit: u64, prices: (&str, &str), quantity: &str) -> ClosedLot {
    let quantity: Amount = quantity.parse().unwrap();
    let (entry_price, exit_price): (Price, Price) =
        (prices.0.parse().unwrap(), prices.1.parse().unwrap());
    ClosedLot {
        entry_order: ClientOrderId::new(1, entry),
        entry_time: Timestamp::from_nanos(entry),
        entry_price,
        exit_order: ClientOrderId::new(1, exit),
        exit_time: Timestamp::from_nanos(exit),
        exit_price,
        quantity,
        cost: entry_price * Quantity::floor_from(quantity),
        proceeds: exit_price * Quantity::floor_from(quantity),
        fees: "0.5".parse().unwrap(),
        reason: ExitReason::Signal,
    }
}

#[test]
fn pieces_become_one_and_prices_are_averaged() {
    let mut list = TradeList::default();
    list.add(&lot(1, 2, ("100", "110"), "1"));
    list.add(&lot(1, 2, ("100", "120"), "3"));
    list.add(&lot(3, 4, ("90", "80"), "1"));
    let trades = list.finish();
    assert_eq!(trades.len(), 2);
    assert_eq!(trades[0].entry_price, "100".parse().unwrap());
    assert_eq!(trades[0].exit_price, "117.5".parse().unwrap());
    assert_eq!(trades[0].quantity, "4".parse().unwrap());
    assert_eq!(trades[0].profit, "69".parse().unwrap());
    assert_eq!(trades[1].profit, "-10.5".parse().unwrap());
}

#[test]
fn the_file_has_a_line_of_names_and_one_for_each_trade() {
    let mut list = TradeList::default();
    list.add(&lot(1, 2, ("100", "110"), "1"));
    let mut csv = Vec::new();
    write_csv(&list.finish(), &mut csv).unwrap();
    let expect = "side,entry_time,entry_price,exit_time,exit_price,quantity,fees,profit,exit_reason
buy,1970-01-01T00:00:00.000000001Z,100,1970-01-01T00:00:00.000000002Z,110,1,0.5,9.5,signal
";
    assert_eq!(String::from_utf8(csv).unwrap(), expect);
}
