//! Orders as clients write them, good and bad.

use std::time::Duration;

use trading_types::{
    FeeCurrency, OrderKind, OrderQuantity, SelfTradePrevention, Side, TimeInForce, Timestamp,
};

use super::{Terms, check_deadline, is_client_id, read};
use crate::{
    kraken_error::KrakenError,
    rest::{parameters::tests::form, price_text::PriceForm},
    venue::requests::PlaceRequest,
};

const NOW: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);
const LIMIT: &str = "ordertype=limit&type=buy&volume=1.25&price=25000";

fn price_form() -> PriceForm {
    PriceForm {
        pair: "BTC/USD".parse().unwrap(),
        id: "XXBTZUSD".to_owned(),
        decimals: 1,
        tick: "0.1".parse().unwrap(),
        last: Some("30000".parse().unwrap()),
    }
}

fn order(body: &str) -> Result<PlaceRequest, KrakenError> {
    let parameters = form(body);
    let deadline = parameters.parsed("deadline")?.map(|at| check_deadline(at, NOW)).transpose()?;
    let terms = Terms { deadline, validate_only: parameters.flag("validate")? };
    read(&parameters, &price_form(), terms, NOW)
}

/// A limit order with something added.
fn limit(more: &str) -> Result<PlaceRequest, KrakenError> {
    order(&format!("{LIMIT}&{more}"))
}

#[track_caller]
fn refused(body: &str, expected: &str) {
    assert_eq!(order(body).unwrap_err().as_str(), expected, "{body}");
}

#[track_caller]
fn limit_refused(more: &str, name: &str) {
    refused(&format!("{LIMIT}&{more}"), &format!("EGeneral:Invalid arguments:{name}"));
}

#[test]
fn a_plain_order_has_defaults() {
    let PlaceRequest { order, client_id, userref, validate_only } = limit("").unwrap();
    assert_eq!((client_id, userref, validate_only), (None, None, false));
    assert_eq!(order.side, Side::Buy);
    assert_eq!(order.kind, OrderKind::Limit { price: "25000".parse().unwrap() });
    assert_eq!(order.quantity, OrderQuantity::Base("1.25".parse().unwrap()));
    assert_eq!(order.time_in_force, TimeInForce::GoodTilCanceled);
    assert_eq!(order.fee_currency, FeeCurrency::Quote);
    assert_eq!(order.self_trade, SelfTradePrevention::CancelNewest);
    assert!(!order.post_only && order.close.is_none() && order.start.is_none());
}

/// A kind with its prices; the rest of the order does not matter.
#[track_caller]
fn kind(side: &str, rest: &str, expected: &str) {
    let body = format!("type={side}&volume=1&ordertype={rest}");
    let request = order(&body).unwrap();
    let kind = format!("{:?}", request.order.kind).replace("trigger: Trigger ", "trigger: ");
    assert_eq!(kind, expected, "{body}");
}

#[test]
fn limits_and_markets() {
    kind("buy", "market", "Market");
    kind("buy", "market&price=5", "Market");
    kind("buy", "limit&price=%23100", "Limit { price: 29900 }");
    kind("sell", "limit&price=%23100", "Limit { price: 30100 }");
    kind("sell", "limit&price=%2B10%25", "Limit { price: 33000 }");
    let iceberg = "Iceberg { price: 25000, displayed: 0.1 }";
    kind("buy", "iceberg&price=25000&displayvol=0.1", iceberg);
}

#[test]
fn triggers() {
    let trigger = |price: u32| format!("trigger: {{ price: {price}, source: Last }}");
    let stop = |price| format!("StopLoss {{ {} }}", trigger(price));
    kind("sell", "stop-loss&price=22000", &stop(22_000));
    kind("sell", "stop-loss&price=%23100", &stop(29_900));
    kind("buy", "stop-loss&price=%23100", &stop(30_100));
    let profit = |price| format!("TakeProfit {{ {} }}", trigger(price));
    kind("sell", "take-profit&price=%23100", &profit(30_100));
    kind("buy", "take-profit&price=%23100", &profit(29_900));
    let both = |limit| format!("StopLossLimit {{ {}, price: {limit} }}", trigger(22_000));
    kind("sell", "stop-loss-limit&price=22000&price2=21000", &both(21_000));
    kind("sell", "stop-loss-limit&price=22000&price2=%23100", &both(29_900));
    let both = format!("TakeProfitLimit {{ {}, price: 23000 }}", trigger(22_000));
    kind("buy", "take-profit-limit&price=22000&price2=-7000", &both);
    let index = "StopLoss { trigger: { price: 22000, source: Index } }";
    kind("sell", "stop-loss&price=22000&trigger=index", index);
}

#[test]
fn trailing_distances() {
    let plain = "TrailingStop { offset: Price(100), source: Last }";
    kind("sell", "trailing-stop&price=%2B100", plain);
    let part = "TrailingStop { offset: Fraction(0.015), source: Index }";
    kind("sell", "trailing-stop&price=%2B1.5%25&trigger=index", part);
    let limit = |side: &str, offset: &str, expected: &str| {
        let rest = format!("trailing-stop-limit&price=%2B100&price2={offset}");
        let fields = format!("offset: Price(100), source: Last, limit_offset: {expected}");
        kind(side, &rest, &format!("TrailingStopLimit {{ {fields} }}"));
    };
    limit("sell", "-50", "-50");
    limit("sell", "%2350", "-50");
    limit("sell", "%2B50", "50");
    limit("buy", "%2B50", "-50");
    limit("buy", "-1%25", "300");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let invalid = |name: &str| format!("EGeneral:Invalid arguments:{name}");
    refused("type=buy&volume=1&price=5", &invalid("ordertype"));
    refused("ordertype=limit&volume=1&price=5", &invalid("type"));
    refused("ordertype=limit&type=BUY&volume=1&price=5", &invalid("type"));
    refused("ordertype=limit&type=buy&price=5", &invalid("volume"));
    for volume in ["0", "-1", "1e-3", "abc", "0.000000001", "99999999999999", "%2B1"] {
        refused(&format!("ordertype=market&type=buy&volume={volume}"), &invalid("volume"));
    }
    refused("ordertype=limit&type=buy&volume=1", &invalid("price"));
    refused("ordertype=stop-loss&type=buy&volume=1", &invalid("price"));
    refused("ordertype=LIMIT&type=buy&volume=1&price=5", &invalid("ordertype"));
    refused("ordertype=settle-position&type=buy&volume=1", "EOrder:Unknown position");
    let secondary = "EOrder:Invalid price:Invalid secondary price argument";
    refused("ordertype=stop-loss-limit&type=buy&volume=1&price=5", secondary);
    let trailing = "type=sell&volume=1&ordertype=trailing-stop-limit&price";
    refused(&format!("{trailing}=100&price2=-5"), &invalid("price"));
    refused(&format!("{trailing}=-100&price2=-5"), &invalid("price"));
    refused(&format!("{trailing}=%2B100&price2=5"), secondary);
    refused(&format!("{trailing}=%2B100"), secondary);
    refused("ordertype=iceberg&type=buy&volume=1.6&price=5&displayvol=0.1", &invalid("displayvol"));
    refused("ordertype=iceberg&type=buy&volume=1&price=5&displayvol=2", &invalid("displayvol"));
    refused("ordertype=iceberg&type=buy&volume=1&price=5", &invalid("displayvol"));
}

#[test]
fn flags() {
    assert!(limit("oflags=post").unwrap().order.post_only);
    let order = limit("oflags=fcib,post,nompp").unwrap().order;
    assert!(order.post_only && order.fee_currency == FeeCurrency::Base);
    limit_refused("oflags=fcib,fciq", "oflags");
    limit_refused("oflags=viqc", "oflags");
    limit_refused("oflags=whatever", "oflags");
    refused("ordertype=market&type=buy&volume=1&oflags=post", "EGeneral:Invalid arguments:oflags");
    let market = order_of("ordertype=market&type=buy&volume=5&oflags=viqc");
    assert_eq!(market.quantity, OrderQuantity::Quote("5".parse().unwrap()));
    refused("ordertype=market&type=sell&volume=1&oflags=viqc", "EGeneral:Invalid arguments:oflags");
    assert_eq!(
        limit("stptype=cancel-both").unwrap().order.self_trade,
        SelfTradePrevention::CancelBoth
    );
    limit_refused("stptype=cancel_both", "stptype");
    limit_refused("trigger=index2", "trigger");
}

fn order_of(body: &str) -> trading_types::NewOrder {
    order(body).unwrap().order
}

#[test]
fn times() {
    let after = |seconds| NOW + Duration::from_secs(seconds);
    let tif = |more: &str| limit(more).unwrap().order.time_in_force;
    assert_eq!(tif("timeinforce=IOC"), TimeInForce::ImmediateOrCancel);
    assert_eq!(tif("timeinforce=FOK"), TimeInForce::FillOrKill);
    assert_eq!(tif("timeinforce=GTC&expiretm=0"), TimeInForce::GoodTilCanceled);
    assert_eq!(tif("timeinforce=GTD&expiretm=%2B5"), TimeInForce::GoodTilDate(after(5)));
    assert_eq!(tif("timeinforce=GTD&expiretm=1700000060"), TimeInForce::GoodTilDate(after(60)));
    assert_eq!(tif("expiretm=1700000060.5&starttm=0"), {
        TimeInForce::GoodTilDate(after(60) + Duration::from_millis(500))
    });
    for end in ["%2B4", "1700000000", "%2B2678401", "+60", "soon", "%2B-5"] {
        limit_refused(&format!("timeinforce=GTD&expiretm={end}"), "expiretm");
    }
    limit_refused("timeinforce=GTD", "expiretm");
    limit_refused("timeinforce=gtc", "timeinforce");
    assert_eq!(limit("starttm=%2B30").unwrap().order.start, Some(after(30)));
    assert_eq!(limit("starttm=1600000000").unwrap().order.start, None);
    limit_refused("starttm=x", "starttm");
}

#[test]
fn deadlines() {
    let deadline = |text: &str| limit(&format!("deadline={text}"));
    let good = deadline("2023-11-14T22:13:25Z").unwrap().order.deadline;
    assert_eq!(good, Some(NOW + Duration::from_secs(5)));
    assert!(deadline("2023-11-14T22:14:20.000Z").is_ok());
    limit_refused("deadline=2023-11-14T22:13:21.999Z", "deadline");
    limit_refused("deadline=2023-11-14T22:14:20.001Z", "deadline");
    limit_refused("deadline=1700000005", "deadline");
    let late = deadline("2023-11-14T22:13:19Z").unwrap_err();
    assert_eq!(late.as_str(), "EService:Deadline elapsed");
}

#[test]
fn names_of_clients() {
    let uuid = "6d1b345e-2821-40e2-ad83-4ecb18a06876";
    let request = limit(&format!("cl_ord_id={uuid}")).unwrap();
    assert_eq!(request.client_id.as_deref(), Some(uuid));
    assert_eq!(limit("userref=-2147483648").unwrap().userref, Some(-2_147_483_648));
    limit_refused("userref=2147483648", "userref");
    limit_refused("userref=x", "userref");
    limit_refused("userref=1&cl_ord_id=a", "cl_ord_id");
    limit_refused("cl_ord_id=a&close[ordertype]=limit&close[price]=5", "cl_ord_id");
    for good in ["1", "O-20260505-000001", "123456789012345678", "6d1b345e282140e2ad834ecb18a06876"]
    {
        assert!(is_client_id(good), "{good}");
    }
    for bad in ["1234567890123456789", "ä", "6d1b345e-2821-40e2-ad83-4ecb18a0687g"] {
        assert!(!is_client_id(bad), "{bad}");
    }
}

#[test]
fn what_closes() {
    let close = |text: &str| limit(&format!("close{text}"));
    let kind = close("[ordertype]=stop-loss-limit&close[price]=22000&close[price2]=21000");
    let kind = format!("{:?}", kind.unwrap().order.close.unwrap().kind);
    let trigger = "trigger: Trigger { price: 22000, source: Last }";
    assert_eq!(kind, format!("StopLossLimit {{ {trigger}, price: 21000 }}"));
    // Relative to the order's own price, on the other side.
    let kind = close("[ordertype]=limit&close[price]=%2310%25").unwrap().order.close.unwrap().kind;
    assert_eq!(kind, OrderKind::Limit { price: "27500".parse().unwrap() });
    limit_refused("close[price]=5", "close");
    limit_refused("close[ordertype]=market", "close[ordertype]");
    limit_refused("close[ordertype]=iceberg&close[price]=5", "ordertype");
    limit_refused("close=limit", "close");
}

#[test]
fn an_account_without_margin() {
    let margin = |more: &str| limit(more).unwrap_err().to_string();
    assert!(limit("leverage=none&reduce_only=false").is_ok());
    assert_eq!(margin("leverage=5"), "EOrder:Margin allowance exceeded");
    assert_eq!(margin("leverage=2:1"), "EOrder:Margin allowance exceeded");
    let reduce = "EOrder:Reduce only:No position exists";
    assert_eq!(margin("leverage=5&reduce_only=true"), reduce);
    assert_eq!(margin("reduce_only=1"), reduce);
}
