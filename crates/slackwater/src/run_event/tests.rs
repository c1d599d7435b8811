//! Each event as JSON and as a line for reading.

use serde_json::{Value, json};
use trading_engine::{Alarm, KillReason, RiskRefusal, SizeRefusal};
use trading_types::{Refusal, TrailingOffset, Trigger, TriggerSource};

use super::*;

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn id() -> ClientOrderId {
    ClientOrderId::new(7, 12)
}

const ID: &str = "0000000000000007000000000000000c";

fn half() -> OrderQuantity {
    OrderQuantity::Base("0.5".parse().unwrap())
}

fn trigger() -> Trigger {
    Trigger { price: price("59000"), source: TriggerSource::Last }
}

fn now() -> Timestamp {
    "2026-01-01T08:30:00.000000001Z".parse().unwrap()
}

/// Checks both forms of a report; time and event name are the same in each.
#[track_caller]
fn check(report: &Report, name: &str, fields: &Value, text: &str) {
    let event = RunEvent::new(report, now());
    let mut expect = json!({"time": "2026-01-01T08:30:00.000000001Z", "event": name});
    let fields = fields.as_object().unwrap().clone();
    expect.as_object_mut().unwrap().extend(fields);
    assert_eq!(serde_json::to_value(&event).unwrap(), expect);
    assert_eq!(event.to_string(), format!("2026-01-01T08:30:00Z  {text}"));
}

fn placed(side: Side, role: Role, kind: OrderKind, quantity: OrderQuantity) -> Report {
    Report::OrderPlaced { order: id(), pair: pair(), side, role, kind, quantity }
}

#[test]
fn an_order_that_was_placed() {
    let stop = OrderKind::StopLoss { trigger: trigger() };
    let fields = json!({
        "order": ID, "pair": "BTC/USD", "side": "sell", "role": "stop", "kind": "stop-loss",
        "quantity": "0.5", "spend": null, "price": "59000",
    });
    let report = placed(Side::Sell, Role::Stop, stop, half());
    let text = "placed    sell 0.5 BTC at 59000 (stop-loss, stop)";
    check(&report, "order_placed", &fields, text);

    let spend = OrderQuantity::Quote(amount("9960.15936"));
    let fields = json!({
        "order": ID, "pair": "BTC/USD", "side": "buy", "role": "entry", "kind": "market",
        "quantity": null, "spend": "9960.15936", "price": null,
    });
    let report = placed(Side::Buy, Role::Entry, OrderKind::Market, spend);
    let text = "placed    buy  for 9960.15936 USD (market, entry)";
    check(&report, "order_placed", &fields, text);
}

#[test]
fn every_kind_of_order_has_krakens_name_and_the_price_that_matters() {
    let (limit, offset) = (price("58000"), TrailingOffset::Price(price("100")));
    let source = TriggerSource::Last;
    let displayed = "0.1".parse().unwrap();
    let limit_offset = price("5");
    let trigger = trigger();
    let (stop_limit, profit_limit) = (
        OrderKind::StopLossLimit { trigger, price: limit },
        OrderKind::TakeProfitLimit { trigger, price: limit },
    );
    let trailing_limit = OrderKind::TrailingStopLimit { offset, source, limit_offset };
    #[rustfmt::skip] // A table.
    let rows = [
        (OrderKind::Market,                              "market",              None),
        (OrderKind::Limit { price: limit },              "limit",               Some("58000")),
        (OrderKind::Iceberg { price: limit, displayed }, "iceberg",             Some("58000")),
        (OrderKind::StopLoss { trigger },                "stop-loss",           Some("59000")),
        (stop_limit,                                     "stop-loss-limit",     Some("58000")),
        (OrderKind::TakeProfit { trigger },              "take-profit",         Some("59000")),
        (profit_limit,                                   "take-profit-limit",   Some("58000")),
        (OrderKind::TrailingStop { offset, source },     "trailing-stop",       None),
        (trailing_limit,                                 "trailing-stop-limit", None),
    ];
    for (kind, name, price) in rows {
        let role = Role::Exit(ExitReason::Signal);
        let event = RunEvent::new(&placed(Side::Sell, role, kind, half()), now());
        let event = serde_json::to_value(&event).unwrap();
        assert_eq!((&event["kind"], &event["price"]), (&json!(name), &json!(price)));
        assert_eq!(event["role"], "exit");
    }
}

#[test]
fn an_order_that_traded() {
    let fill = Fill {
        order: id(),
        trade: "T00000-00000-00000A".parse().unwrap(),
        pair: pair(),
        side: Side::Buy,
        price: price("60000.1"),
        quantity: "0.5".parse().unwrap(),
        cost: amount("30000.05"),
        fee: amount("120.0002"),
        fee_asset: "USD".parse().unwrap(),
        liquidity: Liquidity::Taker,
        time: now(),
    };
    let fields = json!({
        "order": ID, "trade": "T00000-00000-00000A", "pair": "BTC/USD", "side": "buy",
        "role": "entry", "price": "60000.1", "quantity": "0.5", "cost": "30000.05",
        "fee": "120.0002", "fee_asset": "USD", "liquidity": "taker",
    });
    let text = "filled    buy  0.5 BTC at 60000.1 (entry, fee 120.0002 USD)";
    let report = Report::OrderFilled { fill, role: Role::Entry };
    check(&report, "order_filled", &fields, text);

    let fee_asset = "BTC".parse().unwrap();
    let in_base = Fill { fee: amount("0.002"), fee_asset, ..fill };
    let event = RunEvent::new(&Report::OrderFilled { fill: in_base, role: Role::Entry }, now());
    assert!(event.to_string().ends_with("fee 0.002 BTC)"), "{event}");
}

#[test]
fn an_order_that_ended() {
    let ended = |state, reason| Report::OrderEnded {
        order: id(),
        pair: pair(),
        role: Role::Stop,
        state,
        reason,
    };
    let fields = |state: &str, reason: Option<&str>| {
        json!({
            "order": ID, "pair": "BTC/USD", "role": "stop", "state": state, "reason": reason,
        })
    };
    let report = ended(OrderState::Canceled, Some(CancelReason::Requested));
    let text = "ended     the stop (requested)";
    check(&report, "order_canceled", &fields("canceled", Some("requested")), text);
    let report = ended(OrderState::Expired, None);
    check(&report, "order_canceled", &fields("expired", None), "ended     the stop (expired)");
}

#[test]
fn an_order_that_was_refused() {
    let role = Role::Entry;
    let refusal = Refusal::InsufficientFunds;
    let report = Report::OrderRejected { order: id(), pair: pair(), role, refusal };
    let reason = "insufficient funds";
    let fields = json!({"order": ID, "pair": "BTC/USD", "role": "entry", "reason": reason});
    check(&report, "order_rejected", &fields, "rejected  the entry: insufficient funds");

    let fields = |reason: &str| json!({"pair": "BTC/USD", "role": "entry", "reason": reason});
    let refusal = RiskRefusal::StalePrice;
    let report = Report::OrderRefused { pair: pair(), side: Side::Buy, role, refusal };
    check(&report, "order_refused", &fields("stale_price"), "refused   the entry: stale_price");

    let refusal = SizeRefusal::NotEnoughPrices;
    let reason = refusal.to_string();
    let report = Report::SizeRefused { pair: pair(), refusal };
    let text = format!("refused   the entry: {reason}");
    check(&report, "order_refused", &fields(&reason), &text);
}

fn lot() -> ClosedLot {
    ClosedLot {
        entry_order: id(),
        entry_time: now(),
        entry_price: price("60000"),
        exit_order: id(),
        exit_time: now(),
        exit_price: price("59000"),
        quantity: amount("0.5"),
        cost: amount("30000"),
        proceeds: amount("29500"),
        fees: amount("238"),
        reason: ExitReason::TakeProfit,
    }
}

#[test]
fn a_position_that_was_closed() {
    let fields = json!({
        "pair": "BTC/USD", "quantity": "0.5", "entry_price": "60000", "exit_price": "59000",
        "fees": "238", "profit": "-738", "exit_reason": "take_profit",
    });
    let report = Report::LotClosed { pair: pair(), lot: lot() };
    check(&report, "lot_closed", &fields, "lot       0.5 BTC, -738 USD (take_profit)");
    assert!(RunEvent::new(&report, now()).is_detail());

    for (profit, shown) in [("12.5", "+12.5"), ("-738", "-738"), ("0", "0")] {
        let (reason, profit) = (ExitReason::Kill, amount(profit));
        let report = Report::TradeClosed { pair: pair(), profit, reason };
        let fields = json!({"pair": "BTC/USD", "profit": profit, "exit_reason": "kill"});
        let text = format!("closed    {shown} USD after fees (kill)");
        check(&report, "position_closed", &fields, &text);
        assert!(!RunEvent::new(&report, now()).is_detail());
    }
}

#[test]
fn halts_and_alarms() {
    let reason = KillReason::Drawdown { peak: amount("10000"), equity: amount("7999") };
    let why = "drawdown: equity fell from its peak of 10000 to 7999";
    let report = Report::Halted { reason };
    check(&report, "halted", &json!({"reason": why}), &format!("HALTED    {why}"));

    let text = "flat      nothing is open, nothing is held";
    check(&Report::Flattened, "flattened", &json!({}), text);

    let report = Report::Resumed { reason: "looked at it".to_owned() };
    check(&report, "resumed", &json!({"reason": "looked at it"}), "resumed   looked at it");

    let report = Report::Alarm(Alarm::ForeignOrder(id()));
    let what = format!("order {ID} is not one of ours");
    check(&report, "alert", &json!({"what": what}), &format!("ALERT     {what}"));
}

fn summary() -> Summary {
    Summary {
        time: now(),
        event: "summary",
        orders: 15,
        fills: 13,
        trades: 6,
        wins: 2,
        equity_start: amount("10000"),
        equity_end: amount("10012.5"),
        fees: amount("85.33724"),
        rate_rejections: 0,
        halted: false,
        halt_reason: None,
        journal: "data/a.journal".to_owned(),
    }
}

#[test]
fn the_summary_as_json() {
    let expect = json!({
        "time": "2026-01-01T08:30:00.000000001Z", "event": "summary", "orders": 15, "fills": 13,
        "trades": 6, "wins": 2, "equity_start": "10000", "equity_end": "10012.5",
        "fees": "85.33724", "rate_rejections": 0, "halted": false, "halt_reason": null,
        "journal": "data/a.journal",
    });
    assert_eq!(serde_json::to_value(summary()).unwrap(), expect);
}

#[test]
fn the_summary_for_reading() {
    let text = summary().to_string();
    assert!(text.contains("equity        10000 → 10012.5 (+12.5)"), "{text}");
    assert!(!text.contains("halted"), "{text}");
    let halt_reason = Some("drawdown".to_owned());
    let halted = Summary { equity_end: amount("9000"), halted: true, halt_reason, ..summary() };
    let text = halted.to_string();
    assert!(text.contains("10000 → 9000 (-1000)"), "{text}");
    assert!(text.contains("halted        drawdown"), "{text}");
}
