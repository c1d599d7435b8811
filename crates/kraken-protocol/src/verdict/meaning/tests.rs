//! Every text of Kraken's errors page, as an answer to an order, a cancel and a read.

use super::*;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);

#[track_caller]
fn check(text: &str, endpoint: Endpoint, expect: &Meaning) {
    assert_eq!(meaning(text, endpoint, NOW), *expect, "{text}");
}

/// The same for placing, canceling and reading.
#[track_caller]
fn always(text: &str, expect: &Meaning) {
    for endpoint in [Endpoint::AddOrder, Endpoint::CancelOrder, Endpoint::OpenOrders] {
        check(text, endpoint, expect);
    }
}

fn no(refusal: Refusal) -> Meaning {
    Meaning::Refused(refusal)
}

fn unrecognized(text: &str) -> Meaning {
    no(Refusal::Unrecognized(text.to_owned()))
}

#[test]
fn refusals_of_orders() {
    use Refusal as R;
    always("EOrder:Insufficient funds", &no(R::InsufficientFunds));
    always("EOrder:Order minimum not met", &no(R::BelowQuantityMinimum));
    always("EGeneral:Invalid arguments:volume minimum not met", &no(R::BelowQuantityMinimum));
    always("EOrder:Cost minimum not met", &no(R::BelowCostMinimum));
    always("EOrder:Tick size check failed", &no(R::InvalidPrice));
    always("EOrder:Invalid price:Invalid price argument.", &no(R::InvalidPrice));
    let long = "EOrder:Invalid price:XXBTZEUR price can only be specified up to 1 decimals.";
    always(long, &no(R::InvalidPrice));
    always("EGeneral:Invalid arguments:price", &no(R::InvalidPrice));
    always("EGeneral:Invalid arguments:volume", &no(R::InvalidQuantity));
    always("EOrder:Post only order", &no(R::PostOnlyWouldTake));
    always("EOrder:Orders limit exceeded", &no(R::OrdersLimitExceeded));
    always("EOrder:Scheduled orders limit exceeded", &no(R::OrdersLimitExceeded));
    always("EOrder:Unknown order", &no(R::UnknownOrder));
    always("EQuery:Unknown asset pair", &no(R::UnknownPair));
    always("EQuery:Invalid asset pair", &no(R::UnknownPair));
    always("EGeneral:Permission denied", &no(R::PermissionDenied));
    always("EAccount:Invalid permissions", &no(R::PermissionDenied));
}

#[test]
fn modes_of_the_market() {
    let mode = |mode| no(Refusal::MarketMode(mode));
    always("EService:Market in cancel_only mode", &mode(VenueStatus::CancelOnly));
    always("EService:Market in post_only mode", &mode(VenueStatus::PostOnly));
    always("EService:Market in limit_only mode", &mode(VenueStatus::LimitOnly));
    always("EService:Market in reduce_only mode", &mode(VenueStatus::Maintenance));
}

#[test]
fn limits() {
    let wait = Meaning::Wait;
    for text in ["EAPI:Rate limit exceeded", "EAuth:Rate limit exceeded", "EAuth:Too many requests"]
    {
        always(text, &wait(Feedback::KeyExceeded));
        check(text, Endpoint::Ticker, &wait(Feedback::AddressExceeded));
    }
    check("EGeneral:Too many requests", Endpoint::Ohlc, &wait(Feedback::AddressExceeded));
    always("EGeneral:Too many requests", &wait(Feedback::KeyExceeded));
    always("EAPI:Rate limit exceeded:more", &wait(Feedback::KeyExceeded));
    always("EOrder:Rate limit exceeded", &wait(Feedback::PairExceeded));
    always("EOrder:Domain rate limit exceeded", &wait(Feedback::DomainExceeded));
    always("EGeneral:Temporary lockout", &Meaning::LockedOut);
}

#[test]
fn throttles_name_a_moment() {
    let until =
        |seconds| Meaning::Wait(Feedback::ThrottledUntil(NOW + Duration::from_secs(seconds)));
    always("EService: Throttled: 1795262430", &until(30));
    always("EService:Throttled:1795262430", &until(30));
    always("EService:Throttled: 1795262430 ", &until(30));
    // A moment that has passed by our clock is not believed, nor one that is far away.
    always("EService: Throttled: 1795262000", &until(1));
    always("EService: Throttled: 9999999999", &until(3_600));
    always("EService: Throttled: 99999999999999", &until(3_600));
    always("EService: Throttled", &Meaning::Wait(Feedback::TooManyRequests));
    always("EService: Throttled: later", &Meaning::Wait(Feedback::TooManyRequests));
}

#[test]
fn keys_and_nonces() {
    always("EAPI:Invalid nonce", &Meaning::BadNonce);
    always("EAPI:Invalid key", &Meaning::BadKey);
    always("EAPI:Invalid signature", &Meaning::BadKey);
    always("EAuth:Account temporary disabled", &Meaning::BadKey);
    always("EAuth:Account unconfirmed", &Meaning::BadKey);
    always("EAPI:Bad request", &unrecognized("EAPI:Bad request"));
    always("ESession:Invalid session", &unrecognized("ESession:Invalid session"));
}

#[test]
fn what_leaves_the_outcome_open() {
    for text in [
        "EService:Unavailable",
        "EService:Busy",
        "EService: Unavailable",
        "EService:Deadline elapsed",
        "EGeneral:Internal error",
        "EGeneral:Internal error:1234",
        "EDatabase:Internal error",
    ] {
        always(text, &Meaning::Unclear);
    }
}

#[test]
fn an_order_that_is_wrong_or_no_longer_there() {
    let text = "EOrder:Invalid order";
    check(text, Endpoint::CancelOrder, &no(Refusal::UnknownOrder));
    check(text, Endpoint::AmendOrder, &no(Refusal::UnknownOrder));
    check(text, Endpoint::AddOrder, &no(Refusal::InvalidOrder(text.to_owned())));
    check(text, Endpoint::QueryOrders, &unrecognized(text));
    check("EOrder:Cancel pending", Endpoint::CancelOrder, &no(Refusal::UnknownOrder));
}

#[test]
fn wrong_orders_say_in_which_way() {
    for text in [
        "EGeneral:Invalid arguments",
        "EGeneral:Invalid arguments:Index unavailable",
        "EOrder:Margin level too low",
        "EOrder:Margin allowance exceeded",
        "EOrder:Margin position size exceeded",
        "EOrder:Insufficient margin",
        "EOrder:Cannot open position",
        "EOrder:Cannot open opposing position",
        "EOrder:Unknown position",
        "EOrder:Positions limit exceeded",
        "EOrder:Reduce only:Non-PC",
    ] {
        check(text, Endpoint::AddOrder, &no(Refusal::InvalidOrder(text.to_owned())));
        check(text, Endpoint::Balance, &unrecognized(text));
    }
}

#[test]
fn refusals_that_no_row_explains_keep_their_text() {
    for text in [
        "EOrder:Trading agreement required",
        "EOrder:Something new",
        "EQuery:Unknown asset",
        "ETrade:User Locked",
        "EBM:limit exceeded:CAL",
        "EFunding:Max fee exceeded",
        "EGeneral:Unknown method",
        "EGeneral:Feature disabled",
    ] {
        always(text, &unrecognized(text));
    }
}

#[test]
fn a_text_of_no_known_family_leaves_an_order_open() {
    for text in ["EService:Something new", "EGeneral:Something new", "ENew:Thing", "", "boom"] {
        check(text, Endpoint::AddOrder, &Meaning::Unclear);
        check(text, Endpoint::CancelAll, &Meaning::Unclear);
        check(text, Endpoint::Balance, &unrecognized(text));
    }
}

#[test]
fn a_client_id_that_is_taken_says_that_an_earlier_request_arrived() {
    let taken = no(Refusal::DuplicateClientOrderId);
    for text in [
        "EOrder:Duplicate cl_ord_id",
        "EGeneral:Invalid arguments:cl_ord_id already in use",
        "EOrder:Client order id exists",
        "EOrder:duplicate order",
    ] {
        check(text, Endpoint::AddOrder, &taken);
        assert_ne!(meaning(text, Endpoint::CancelOrder, NOW), taken);
    }
    let malformed = "EGeneral:Invalid arguments:cl_ord_id";
    check(malformed, Endpoint::AddOrder, &no(Refusal::InvalidOrder(malformed.to_owned())));
}

#[test]
fn long_texts_are_cut() {
    let text = format!("EOrder:{}", "x".repeat(10_000));
    let Meaning::Refused(Refusal::Unrecognized(kept)) = meaning(&text, Endpoint::AddOrder, NOW)
    else {
        panic!("it is a no");
    };
    assert_eq!(kept.len(), TEXT_MAX);
}

#[test]
fn on_the_socket() {
    let refusal = |text| refusal_from_text(text, Endpoint::AddOrder);
    assert_eq!(refusal("EOrder:Insufficient funds"), Some(Refusal::InsufficientFunds));
    assert_eq!(refusal("EOrder:Rate limit exceeded"), Some(Refusal::RateLimited));
    assert_eq!(refusal("Exceeded msg rate"), Some(Refusal::RateLimited));
    assert_eq!(refusal("Currency pair not supported WWW/USD"), Some(Refusal::UnknownPair));
    let field = "Unsupported field: 'leverage' for the given msg type: add order";
    assert_eq!(refusal(field), Some(Refusal::InvalidOrder(field.to_owned())));
    assert_eq!(refusal("EService:Unavailable"), None);
    assert_eq!(refusal("anything else"), None);
    let lockout = "EGeneral:Temporary lockout";
    assert_eq!(refusal(lockout), Some(Refusal::Unrecognized(lockout.to_owned())));
}

#[test]
fn no_row_of_the_table_hides_a_longer_one() {
    for (at, (text, _)) in TABLE.iter().enumerate() {
        let hidden_by = TABLE[..at].iter().find(|(above, _)| text.starts_with(above));
        assert!(hidden_by.is_none(), "`{text}` is never reached");
    }
}
