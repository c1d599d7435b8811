//! Sizing: never more at risk than allowed, fees and slippage included.

use proptest::prelude::*;

use super::*;
use crate::test_values::{amount, lots, percent, price, rules};

fn costs(taker: &str, slippage: &str) -> TradeCosts {
    let fee = percent(taker);
    TradeCosts { entry_fee: fee, exit_fee: fee, slippage: percent(slippage) }
}

fn answer(equity: &str, risk: &str, entry: &str, stop: &str) -> Result<Size, String> {
    let rules = rules();
    let request = SizeRequest {
        equity: amount(equity),
        cash: amount(equity),
        risk: RiskFraction::new(percent(risk)).map_err(|it| it.to_string())?,
        entry: price(entry),
        stop: price(stop),
        costs: costs("0.40", "0"),
        rules: &rules,
    };
    request.answer().map_err(|it| it.to_string())
}

#[test]
fn risks_one_percent_with_both_fees() {
    // 100 ÷ (1,000 + 200 + 196) = 0.07163323…
    let size = answer("10000", "1", "50000", "49000").unwrap();
    assert_eq!(size.quantity, lots("0.07163323"));
    assert_eq!(size.notional, amount("3581.6615"));
    assert_eq!(size.stop_distance, price("1000"));
    assert_eq!(size.risk_amount, amount("99.99998908"));
    assert_eq!(size.fees, amount("28.36675908"));
}

#[test]
fn never_buys_more_than_the_cash_pays_for() {
    let size = answer("10000", "1", "50000", "49990").unwrap();
    assert_eq!(size.quantity, lots("0.19920318"));
    assert!(size.notional + size.notional.times(percent("0.40"), Rounding::Up) <= amount("10000"));
    assert!(size.risk_amount < amount("100"));
}

#[test]
fn refuses_with_the_reason() {
    let refusal = |equity, risk, entry, stop| answer(equity, risk, entry, stop).unwrap_err();
    assert_eq!(
        refusal("10000", "1", "50000", "51000"),
        "the stop 51000 is above the entry 50000; a buy is stopped below it"
    );
    assert_eq!(refusal("10000", "1", "50000", "50000"), "the stop 50000 is at the entry");
    assert_eq!(
        refusal("10", "1", "50000", "49000"),
        "the size 0.00007163 is below the pair's minimum of 0.0001"
    );
    assert_eq!(
        refusal("10000", "1.01", "50000", "49000"),
        "a risk of 1.01 % is above the ceiling of 1 %"
    );
    assert_eq!(refusal("10000", "0", "50000", "49000"), "a risk of 0 % is not above zero");
    assert_eq!(refusal("-1", "1", "50000", "49000"), "the equity -1 is not above zero");
    assert_eq!(refusal("10000", "1", "0", "49000"), "the entry price 0 is not above zero");
    assert_eq!(refusal("10000", "1", "50000", "-1"), "the stop price -1 is not above zero");
}

#[test]
fn a_larger_risk_must_be_accepted_and_has_a_ceiling_of_its_own() {
    assert!(RiskFraction::new(percent("5")).is_err());
    assert!(RiskFraction::accepted(percent("5"), AcceptedRisk).is_ok());
    assert!(RiskFraction::accepted(percent("10.1"), AcceptedRisk).is_err());
}

#[test]
fn all_in_leaves_room_for_the_fee() {
    let quantity = all_in(amount("10000"), percent("0.40"), &rules()).unwrap();
    assert_eq!(quantity, OrderQuantity::Quote(amount("9960.15936")));
    assert!(all_in(amount("0.4"), percent("0.40"), &rules()).is_err());
}

#[test]
fn cheap_coins_are_sized_at_once() {
    let rules = PairRules { cost_min: Amount::ZERO, ..rules() };
    let request = SizeRequest {
        equity: amount("10000"),
        cash: amount("10000"),
        risk: RiskFraction::new(percent("1")).unwrap(),
        entry: price("0.0000004"),
        stop: price("0.00000039"),
        costs: costs("0.40", "0"),
        rules: &rules,
    };
    let size = request.answer().unwrap();
    assert!(size.risk_amount <= amount("100") && amount("99.99") < size.risk_amount, "{size:?}");
    let money = (amount("1000000000000"), amount("0.000000000000000001"));
    assert_eq!(quantity_for(money.0, money.1), Quantity::MAX);
}

#[test]
fn a_rebate_does_not_pay_for_the_trade_it_follows() {
    let quantity = all_in(amount("10000"), -percent("0.1"), &rules()).unwrap();
    assert_eq!(quantity, OrderQuantity::Quote(amount("10000")));
}

#[test]
fn a_part_of_the_equity_is_capped_by_the_cash() {
    let part = |part, cash| {
        let money = (amount("1000"), amount(cash));
        part_of_equity(percent(part), money, percent("0"), price("100"), &rules())
    };
    assert_eq!(part("50", "800"), Ok(OrderQuantity::Base(lots("5"))));
    assert_eq!(part("50", "200.00002"), Ok(OrderQuantity::Base(lots("2"))));
    assert_eq!(part("250", "2000"), Ok(OrderQuantity::Base(lots("10"))));
    assert!(part("0", "800").is_err());
}

proptest! {
    /// For any account, prices and costs: the loss at the stop is within the risk, the outlay
    /// within the cash, and one lot more would break one of the two.
    #[test]
    fn is_the_largest_that_is_allowed(
        equity in 1_000_000_i128..10_i128.pow(12),
        entry in 10_000_i64..1_000_000_000,
        distance in 1_i64..1_000,
        fee in 0_i64..100,
        slippage in 0_i64..100,
    ) {
        let quantity_min = lots("0.00000001");
        let rules = PairRules { quantity_min, cost_min: Amount::ZERO, ..rules() };
        let entry = Price::from_units(entry * 1_000_000);
        let stop = Price::from_units(entry.units() - entry.units() / 1_001 * distance);
        let rate = Fraction::from_basis_points(fee);
        let slippage = Fraction::from_basis_points(slippage);
        let equity = Amount::from_units(equity * 10_i128.pow(13));
        let costs = TradeCosts { entry_fee: rate, exit_fee: rate, slippage };
        let risk = RiskFraction::new(percent("1")).unwrap();
        let request = SizeRequest { equity, cash: equity, risk, entry, stop, costs, rules: &rules };
        let budget = equity.times(risk.fraction(), Rounding::Down);
        match request.answer() {
            Ok(size) => {
                prop_assert!(size.risk_amount <= budget);
                let here = request.loss_of(size.quantity);
                prop_assert!(here.outlay <= equity + Amount::from_units(2));
                let more = request.loss_of(size.quantity + Quantity::from_units(3));
                prop_assert!(budget < more.loss || spendable(equity, &rules) < more.outlay);
            }
            Err(refusal) => {
                let is_small = matches!(refusal, SizeRefusal::BelowQuantityMinimum { .. });
                prop_assert!(is_small, "{}", refusal);
            }
        }
    }

    /// A cap never enlarges, and what it leaves is the largest that it allows.
    #[test]
    fn a_cap_leaves_the_largest_it_allows(
        size in 1_i64..10_i64.pow(12),
        cap in -(10_i128.pow(18))..10_i128.pow(24),
        price in 1_i64..10_i64.pow(15),
        (lot, in_quote) in (1_i64..1_000, any::<bool>()),
    ) {
        let (lot, price, cap) =
            (Quantity::from_units(lot), Price::from_units(price), Amount::from_units(cap));
        let rules = PairRules { lot, ..rules() };
        let size = match Quantity::from_units(size) {
            quantity if in_quote => OrderQuantity::Quote(price * quantity),
            quantity => OrderQuantity::Base(quantity),
        };
        let value = |size| match size {
            OrderQuantity::Base(quantity) => price * quantity,
            OrderQuantity::Quote(spend) => spend,
        };
        match (cap_entry(size, cap, price, &rules), size) {
            (Ok(capped), _) if capped == size => prop_assert!(value(size) <= cap),
            (Ok(OrderQuantity::Base(left)), OrderQuantity::Base(was)) => {
                prop_assert!(left < was && price * left <= cap && cap < price * (left + lot));
                prop_assert!(left.is_multiple_of(lot) && rules.quantity_min <= left);
                prop_assert!(rules.cost_min <= price * left);
            }
            (Ok(OrderQuantity::Quote(left)), OrderQuantity::Quote(was)) => {
                prop_assert!(left < was && left <= cap && rules.cost_min <= left);
                prop_assert!(cap < left + amount("0.00001"));
                prop_assert!(rules.quantity_min <= left.quantity_at(price));
            }
            (Ok(other), _) => prop_assert!(false, "{size:?} became {other:?}"),
            (Err(_), _) => prop_assert!(cap < value(size), "refused without being capped"),
        }
    }
}
