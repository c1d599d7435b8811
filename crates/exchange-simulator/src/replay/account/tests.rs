//! Money in a replay: each number by hand.

use trading_types::{FeeSchedule, Liquidity, Quantity, Side, Timestamp};

use super::{Execution, Hold, ReplayAccount};
use crate::fixture::{amount, fraction, price, quantity, rules};

fn account() -> ReplayAccount {
    ReplayAccount::new(&rules(), amount("1000"), quantity("2"))
}

fn execution(side: Side, at: &str, traded: &str, liquidity: Liquidity) -> Execution {
    Execution { side, price: price(at), quantity: quantity(traded), liquidity }
}

/// Each number is rounded once, to five decimals, against us.
#[test]
fn costs_and_fees_are_exact() {
    use Liquidity::{Maker, Taker};
    let check = |side, traded, liquidity, cost, fee, cash, base| {
        let mut account = account();
        let settled = account.trade(execution(side, "100.1", traded, liquidity), Timestamp::EPOCH);
        assert_eq!((settled.cost, settled.fee), (amount(cost), amount(fee)));
        assert_eq!((account.cash(), account.base()), (amount(cash), quantity(base)));
        assert_eq!((account.fees(), account.turnover()), (amount(fee), amount(cost)));
    };
    check(Side::Buy, "1", Taker, "100.1", "0.4004", "899.4996", "3");
    check(Side::Buy, "1", Maker, "100.1", "0.25025", "899.64975", "3");
    check(Side::Sell, "1", Taker, "100.1", "0.4004", "1099.6996", "1");
    // 0.0333333667 and 0.00008333...
    check(Side::Buy, "0.00033333", Maker, "0.03337", "0.00009", "999.96654", "2.00033333");
    check(Side::Sell, "0.00033333", Maker, "0.03336", "0.00009", "1000.03327", "1.99966667");
}

#[test]
fn a_hold_is_what_the_worst_fill_costs() {
    let mut account = account();
    let quantity = quantity("0.00033333");
    let hold = account.hold_for(Side::Buy, price("100.1") * quantity, quantity);
    assert_eq!(hold, Hold { cash: amount("0.03351"), base: Quantity::ZERO });
    let mut present = Hold::default();
    account.change_hold(&mut present, hold);
    assert_eq!(account.held_cash(), amount("0.03351"));
    account.trade(
        Execution { side: Side::Buy, price: price("100.1"), quantity, liquidity: Liquidity::Taker },
        Timestamp::EPOCH,
    );
    assert_eq!(account.cash(), amount("1000") - amount("0.03351"));
    account.change_hold(&mut present, Hold::default());
    assert_eq!((account.held_cash(), present), (amount("0"), Hold::default()));

    let all = account.hold_for(Side::Sell, amount("0"), account.base());
    assert!(account.can_hold(all, Hold::default()));
    account.change_hold(&mut present, all);
    assert!(!account.can_hold(all, Hold::default()));
    assert!(account.can_hold(all, all));
}

/// The tier follows what was traded in thirty days, and no longer.
#[test]
fn fees_fall_with_volume() {
    let mut kraken = rules();
    kraken.fees = FeeSchedule::kraken_spot();
    let mut account = ReplayAccount::new(&kraken, amount("1000000"), quantity("0"));
    let mut fee = |now| {
        let buy = execution(Side::Buy, "100", "60", Liquidity::Taker);
        account.trade(buy, Timestamp::from_seconds(now).unwrap()).fee
    };
    assert_eq!(fee(0), amount("24"));
    assert_eq!(fee(60), amount("24"));
    assert_eq!(fee(120), amount("21"));
    assert_eq!(fee(31 * 86_400), amount("24"));
    assert_eq!(account.rate_max, fraction("0.004"));
}
