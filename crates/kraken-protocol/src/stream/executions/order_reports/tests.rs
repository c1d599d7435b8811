//! Tests of order reports: whose they are, each fill once, every race of Kraken's page.

use proptest::prelude::*;
use trading_types::{Amount, CancelReason, Liquidity, OrderKind, OrderQuantity, TradeId};

use super::*;

const OURS: &str = "0000000000000000000000000000000a";
const T0: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn ours() -> ClientOrderId {
    ClientOrderId::new(0, 10)
}

fn venue(text: &str) -> VenueOrderId {
    text.parse().unwrap()
}

/// Rows of a frame in a short form: `{` and `}` are added, and so is the order's id.
fn frame(kind: &str, rows: &[String]) -> ExecutionsMessage {
    let rows = rows.join(",");
    ExecutionsMessage::decode(&format!(r#"{{"type":"{kind}","data":[{rows}]}}"#)).unwrap()
}

fn update(reports: &mut OrderReports, row: &str) -> Vec<OrderReport> {
    reports.apply(frame("update", &[row.to_owned()]), T0)
}

fn snapshot(reports: &mut OrderReports, rows: &[String]) -> Vec<OrderReport> {
    reports.apply(frame("snapshot", rows), T0)
}

fn pending(id: &str, client: &str) -> String {
    format!(
        r#"{{"exec_type":"pending_new","order_id":"{id}",{client}"symbol":"BTC/USD","side":"buy",
        "order_qty":3,"limit_price":9,"order_type":"limit","time_in_force":"gtc"}}"#
    )
}

fn named() -> String {
    format!(r#""cl_ord_id":"{OURS}","#)
}

fn new(id: &str) -> String {
    format!(r#"{{"exec_type":"new","order_id":"{id}","order_status":"new"}}"#)
}

fn trade(id: &str, trade: &str, quantity: u32, total: u32) -> String {
    format!(
        r#"{{"exec_type":"trade","order_id":"{id}","exec_id":"{trade}","symbol":"BTC/USD",
        "side":"buy","last_qty":{quantity},"last_price":9,"liquidity_ind":"m","cum_qty":{total},
        "order_status":"partially_filled","fees":[{{"asset":"USD","qty":0.01}}],
        "timestamp":"1970-01-01T00:00:07Z"}}"#
    )
}

fn end(id: &str, kind: &str, total: u32, reason: &str) -> String {
    format!(
        r#"{{"exec_type":"{kind}","order_id":"{id}","cum_qty":{total},"order_status":"{kind}",
        "reason":"{reason}"}}"#
    )
}

fn fill_event(trade: &str, quantity: i64) -> OrderReport {
    OrderReport::Event(AccountEvent::Traded(Fill {
        order: ours(),
        trade: trade.parse().unwrap(),
        pair: "BTC/USD".parse().unwrap(),
        side: Side::Buy,
        price: "9".parse().unwrap(),
        quantity: Quantity::from_units(quantity * 100_000_000),
        cost: Amount::from_units(i128::from(quantity) * 9 * 10_i128.pow(18)),
        fee: "0.01".parse().unwrap(),
        fee_asset: "USD".parse().unwrap(),
        liquidity: Liquidity::Maker,
        time: Timestamp::from_nanos(7_000_000_000),
    }))
}

fn accepted(id: &str) -> OrderReport {
    OrderReport::Event(AccountEvent::Accepted { order: ours(), venue_order: venue(id) })
}

fn completed() -> OrderReport {
    OrderReport::Event(AccountEvent::Completed { order: ours() })
}

#[test]
fn an_order_of_ours_from_its_first_report_to_its_last() {
    let mut reports = OrderReports::default();
    assert_eq!(update(&mut reports, &pending("O1", &named())), []);
    assert_eq!(update(&mut reports, &new("O1")), [accepted("O1")]);
    assert_eq!(update(&mut reports, &trade("O1", "T1", 1, 1)), [fill_event("T1", 1)]);
    assert_eq!(
        update(&mut reports, &trade("O1", "T2", 2, 3)),
        [fill_event("T2", 2)],
        "the last trade says partially filled, and the order goes on until `filled`"
    );
    assert_eq!(update(&mut reports, &end("O1", "filled", 3, "")), [completed()]);
}

#[test]
fn a_new_without_pair_and_side_is_merged_with_what_was_known() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    update(&mut reports, &new("O1"));
    let bare = trade("O1", "T1", 1, 1)
        .replace(r#""symbol":"BTC/USD","#, "")
        .replace(r#""side":"buy","#, "");
    assert_eq!(update(&mut reports, &bare), [fill_event("T1", 1)]);
}

#[test]
fn the_answer_to_the_order_may_come_after_its_reports() {
    let mut reports = OrderReports::default();
    assert_eq!(update(&mut reports, &new("O1")), [], "whose it is nobody has said");
    assert_eq!(update(&mut reports, &trade("O1", "T1", 1, 1)), []);
    let told = reports.placed(ours(), venue("O1"), T0);
    assert_eq!(told, [accepted("O1"), fill_event("T1", 1)]);
    assert_eq!(update(&mut reports, &end("O1", "filled", 1, "")), [completed()]);
}

#[test]
fn the_answer_to_the_order_may_come_before_its_reports() {
    let mut reports = OrderReports::default();
    let order = NewOrder::new(
        ours(),
        "BTC/USD".parse().unwrap(),
        Side::Buy,
        OrderKind::Market,
        OrderQuantity::Base("3".parse().unwrap()),
    );
    reports.sending(&order);
    assert_eq!(reports.placed(ours(), venue("O1"), T0), []);
    assert_eq!(update(&mut reports, &new("O1")), [accepted("O1")]);
    let bare = trade("O1", "T1", 1, 1).replace(r#""symbol":"BTC/USD","#, "");
    let bare = bare.replace(r#""side":"buy","#, "");
    assert_eq!(update(&mut reports, &bare), [fill_event("T1", 1)], "from what we sent");
    let order = ours();
    let reason = CancelReason::NothingLeftToTake;
    assert_eq!(
        update(&mut reports, &end("O1", "canceled", 1, "")),
        [OrderReport::Event(AccountEvent::Canceled { order, reason })],
        "the rest of a market order"
    );
}

#[test]
fn a_full_report_without_our_name_is_foreign() {
    let mut reports = OrderReports::default();
    for client in ["", r#""order_userref":7,"#, r#""cl_ord_id":"somebody","#] {
        let id = format!("O{}", client.len());
        let told = update(&mut reports, &pending(&id, client));
        let OrderReport::Foreign(foreign) = &told[0] else { panic!("{told:?}") };
        assert_eq!((foreign.venue_order, foreign.kind), (venue(&id), ReportKind::PendingNew));
    }
    let told = update(&mut reports, &trade("O0", "T1", 1, 1));
    let OrderReport::Foreign(foreign) = &told[0] else { panic!("{told:?}") };
    assert_eq!(foreign.trade.as_ref().unwrap().id, "T1".parse().unwrap());
    assert_eq!(update(&mut reports, &trade("O0", "T1", 1, 1)), [], "once, like ours");
}

#[test]
fn what_nobody_claims_becomes_foreign_in_time() {
    let mut reports = OrderReports::default();
    assert_eq!(update(&mut reports, &trade("O1", "T1", 1, 1)), []);
    assert_eq!(reports.next_release(), Some(T0 + ATTRIBUTION_WAIT));
    assert_eq!(reports.release(T0 + ATTRIBUTION_WAIT - Duration::from_nanos(1)), []);
    let told = reports.release(T0 + ATTRIBUTION_WAIT);
    assert!(matches!(told[..], [OrderReport::Foreign(_)]), "{told:?}");
    assert_eq!(reports.release(T0 + ATTRIBUTION_WAIT), []);
    assert_eq!(reports.next_release(), None);
    let told = reports.placed(ours(), venue("O1"), T0);
    assert_eq!(told, [], "a late answer still claims what follows");
    assert_eq!(update(&mut reports, &trade("O1", "T2", 2, 3)), [fill_event("T2", 2)]);
}

#[test]
fn reports_without_owner_are_bounded_and_none_is_dropped() {
    let mut reports = OrderReports::default();
    let mut foreign = 0;
    for number in 0..UNCLAIMED_MAX + 50 {
        let row = trade(&format!("O{number}"), &format!("T{number}"), 1, 1);
        foreign += update(&mut reports, &row).len();
    }
    assert!(50 <= foreign);
    assert!(reports.unclaimed.len() <= UNCLAIMED_MAX);
    foreign += reports.release(T0 + ATTRIBUTION_WAIT).len();
    assert_eq!(foreign, UNCLAIMED_MAX + 50);
    let mut told = 0;
    for number in 0..HELD_REPORTS_MAX {
        let number = u32::try_from(number).unwrap();
        told += update(&mut reports, &trade("O", &format!("X{number}"), 1, number + 1)).len();
    }
    assert_eq!(told, HELD_REPORTS_MAX);
}

#[test]
fn the_last_fifty_fills_of_a_reconnect_are_not_told_again() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    update(&mut reports, &trade("O1", "T1", 1, 1));
    let rows = [trade("O1", "T1", 1, 1), trade("O1", "T2", 1, 2), pending_with("O1", 2)];
    let told = snapshot(&mut reports, &rows);
    assert_eq!(told[..2], [fill_event("T2", 1), accepted("O1")], "{told:?}");
    let told = snapshot(&mut reports, &rows);
    assert!(matches!(&told[..], [OrderReport::OpenOrders { .. }]), "{told:?}");
}

fn pending_with(id: &str, total: u32) -> String {
    pending(id, &named())
        .replace(r#""order_qty":3"#, &format!(r#""order_qty":3,"cum_qty":{total}"#))
}

#[test]
fn fills_known_before_a_restart_are_not_told_again() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    update(&mut reports, &trade("O1", "T1", 1, 1));
    let kept: Vec<TradeId> = reports.known_fills().iter().collect();
    let mut reports = OrderReports::new(kept.into_iter().collect());
    let rows = [trade("O1", "T1", 1, 1), trade("O1", "T2", 1, 2), pending_with("O1", 2)];
    let told = snapshot(&mut reports, &rows);
    assert_eq!(told[..2], [fill_event("T2", 1), accepted("O1")]);
    assert!(!told.iter().any(|it| matches!(it, OrderReport::Reconcile(_))), "{told:?}");
}

#[test]
fn a_snapshot_shows_all_that_is_open_and_misses_what_is_not() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    let foreign = pending("O2", "");
    let told = snapshot(&mut reports, &[foreign]);
    let Some(OrderReport::OpenOrders { open, missing }) = told.last() else { panic!("{told:?}") };
    assert_eq!((open.len(), open[0].venue_order, open[0].client), (1, venue("O2"), None));
    assert_eq!(open[0].quantity, Some("3".parse().unwrap()));
    assert_eq!(missing, &[ours()], "its end came while nobody listened");
    let told = snapshot(&mut reports, &[]);
    let Some(OrderReport::OpenOrders { open, missing }) = told.last() else { panic!("{told:?}") };
    assert_eq!((open.len(), missing.len()), (0, 0), "told once");
    assert_eq!(update(&mut reports, &trade("O1", "T1", 1, 1)), [fill_event("T1", 1)], "late");
}

#[test]
fn a_total_above_the_fills_asks_for_a_comparison_once() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    let told = update(&mut reports, &trade("O1", "T2", 1, 2));
    let missed = ReconcileReason::MissedFills { venue_order: venue("O1") };
    assert_eq!(told, [fill_event("T2", 1), OrderReport::Reconcile(missed.clone())]);
    let told = update(&mut reports, &end("O1", "filled", 3, ""));
    assert_eq!(told, [completed(), OrderReport::Reconcile(missed)]);
    assert_eq!(update(&mut reports, &end("O1", "filled", 3, "")), [completed()]);
}

#[test]
fn what_an_order_traded_before_we_looked_was_not_missed() {
    let mut reports = OrderReports::default();
    let told = snapshot(&mut reports, &[trade("O1", "T9", 1, 2), pending_with("O1", 2)]);
    assert!(!told.iter().any(|it| matches!(it, OrderReport::Reconcile(_))), "{told:?}");
    let told = update(&mut reports, &end("O1", "filled", 3, ""));
    assert!(matches!(told[..], [_, OrderReport::Reconcile(_)]), "but this one was: {told:?}");
}

#[test]
fn ends_have_reasons() {
    let mut reports = OrderReports::default();
    let order = ours();
    update(&mut reports, &pending("O1", &named()));
    let reason = CancelReason::PostOnlyWouldTake;
    assert_eq!(
        update(&mut reports, &end("O1", "canceled", 0, "Post only order")),
        [OrderReport::Event(AccountEvent::Canceled { order, reason })]
    );
    let told = update(&mut reports, &end("O1", "expired", 0, ""));
    assert_eq!(told, [OrderReport::Event(AccountEvent::Expired { order })]);
    let status = r#"{"exec_type":"status","order_id":"O1","order_status":"expired"}"#;
    let told = update(&mut reports, status);
    assert_eq!(told, [OrderReport::Event(AccountEvent::Expired { order })], "by its status");
}

#[test]
fn a_restated_size_is_taken_though_nobody_asked() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    let row = r#"{"exec_type":"restated","order_id":"O1","amended":true,"order_qty":2.5,
        "limit_price":8.5,"reason":"x"}"#;
    let amendment = Amendment {
        order: ours(),
        quantity: Some("2.5".parse().unwrap()),
        limit: Some("8.5".parse().unwrap()),
        trigger: None,
    };
    let told = update(&mut reports, row);
    assert_eq!(told, [OrderReport::Event(AccountEvent::Amended(amendment))]);
}

#[test]
fn a_trigger_is_told_once() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    let row = r#"{"exec_type":"status","order_id":"O1","order_status":"triggered"}"#;
    let told = update(&mut reports, row);
    assert_eq!(told, [OrderReport::Event(AccountEvent::Triggered { order: ours() })]);
    assert_eq!(update(&mut reports, row), []);
}

#[test]
fn the_counter_is_told_with_its_pair() {
    let mut reports = OrderReports::default();
    update(&mut reports, &pending("O1", &named()));
    let row = r#"{"exec_type":"new","order_id":"O1","ratecount":3}"#;
    let pair = Some("BTC/USD".parse().unwrap());
    let told = update(&mut reports, row);
    assert_eq!(told, [OrderReport::Counter { pair, points: Points::whole(3) }, accepted("O1")]);
}

#[test]
fn what_cannot_be_told_asks_for_a_comparison() {
    let mut reports = OrderReports::default();
    let told = update(&mut reports, r#"{"exec_type":"new"}"#);
    assert!(matches!(told[..], [OrderReport::Reconcile(_)]), "{told:?}");
    update(&mut reports, &pending("O1", &named()));
    let two = r#"[{"asset":"USD","qty":1},{"asset":"BTC","qty":1}]"#;
    let row = trade("O1", "T1", 1, 1).replace(r#"[{"asset":"USD","qty":0.01}]"#, two);
    let told = update(&mut reports, &row);
    assert!(matches!(told[..], [OrderReport::Reconcile(_)]), "{told:?}");
    assert!(!reports.known_fills().contains(&"T1".parse().unwrap()), "it was not counted");
}

#[test]
fn memory_is_bounded() {
    let mut reports = OrderReports::default();
    for number in 0..ENDED_ORDERS_MAX + 100 {
        let id = format!("O{number}");
        update(&mut reports, &pending(&id, ""));
        update(&mut reports, &end(&id, "canceled", 0, ""));
    }
    assert!(reports.orders.len() <= ENDED_ORDERS_MAX + 1);
}

proptest! {
    /// Whatever is repeated and however messages are cut, each fill is told once and the sum is
    /// right; whose it is may be told at any time.
    #[test]
    fn each_fill_is_told_once(
        picks in prop::collection::vec((0_usize..8, 1_usize..4), 1..40),
        answer_at in 0_usize..40,
    ) {
        let mut reports = OrderReports::default();
        let mut told = Vec::new();
        for (at, (first, count)) in picks.iter().enumerate() {
            if at == answer_at {
                told.extend(reports.placed(ours(), venue("O1"), T0));
            }
            let rows: Vec<String> = (*first..first + count)
                .map(|it| trade("O1", &format!("T{it}"), 1, 0))
                .collect();
            let kind = if at % 3 == 0 { "snapshot" } else { "update" };
            told.extend(reports.apply(frame(kind, &rows), T0));
        }
        told.extend(reports.placed(ours(), venue("O1"), T0));
        let mut wanted: Vec<usize> =
            picks.iter().flat_map(|(first, count)| *first..first + count).collect();
        wanted.sort_unstable();
        wanted.dedup();
        for it in wanted {
            let fill = fill_event(&format!("T{it}"), 1);
            prop_assert_eq!(told.iter().filter(|report| **report == fill).count(), 1);
        }
    }
}
