//! The table of costs, row by row.

use super::*;

#[track_caller]
fn check(endpoints: &[&str], expect: u32) {
    for endpoint in endpoints {
        assert_eq!(private_cost(endpoint), Points::whole(expect), "{endpoint}");
    }
}

#[test]
fn only_two_calls_are_free() {
    check(&["AddOrder", "CancelOrder"], 0);
}

#[test]
fn history_and_ledgers_cost_two() {
    check(&["TradesHistory", "Ledgers", "QueryLedgers"], 2);
}

#[test]
fn every_other_call_costs_one() {
    check(&["AddOrderBatch", "CancelOrderBatch", "EditOrder", "AmendOrder"], 1);
    check(&["CancelAll", "CancelAllOrdersAfter", "GetWebSocketsToken"], 1);
    check(&["Balance", "BalanceEx", "TradeBalance", "OpenOrders", "ClosedOrders"], 1);
    check(&["QueryOrders", "QueryTrades", "TradeVolume", "OpenPositions", "OrderAmends"], 1);
    check(&["GetApiKeyInfo", "Level3", "AddExport", "DepositMethods", "SomethingNew"], 1);
}

#[test]
fn a_look_up_by_our_own_id_costs_two() {
    assert_eq!(private_look_up_cost("OpenOrders"), Points::whole(2));
    assert_eq!(private_look_up_cost("ClosedOrders"), Points::whole(2));
    assert_eq!(private_look_up_cost("QueryOrders"), Points::whole(1));
}
