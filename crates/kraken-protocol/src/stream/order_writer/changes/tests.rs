//! Tests of the changes: the exact text of each method, and what is refused.

use trading_types::{ClientOrderId, Price, Quantity};

use super::*;

fn token() -> Token {
    Token::new("TOKEN".to_owned()).unwrap()
}

fn ours(sequence: u64) -> OrderName {
    OrderName::Ours(ClientOrderId::new(0, sequence))
}

fn venue(text: &str) -> OrderName {
    OrderName::Venue(text.parse().unwrap())
}

#[track_caller]
fn check(write: impl FnOnce(&mut String, &Token) -> Result<(), NotExpressible>, wanted: &str) {
    let mut out = String::new();
    write(&mut out, &token()).unwrap();
    serde_json::from_str::<serde_json::Value>(&out).unwrap();
    // A long text goes on in the next line.
    let wanted: String = wanted.lines().map(str::trim_start).collect();
    let id = |sequence: u64| ClientOrderId::new(0, sequence).to_string();
    assert_eq!(out, wanted.replace("ONE", &id(1)).replace("TWO", &id(2)));
}

#[test]
#[rustfmt::skip] // A table.
fn each_method_word_by_word() {
    let amend = AmendRequest {
        amendment: Amendment {
            order: ClientOrderId::new(0, 1),
            quantity: Some("2".parse().unwrap()),
            limit: Some("37500.5".parse().unwrap()),
            trigger: Some("38000".parse().unwrap()),
        },
        deadline: Some("2026-11-21T10:00:00Z".parse().unwrap()),
        post_only: true,
    };
    check(|out, token| write_amend(out, &amend, token, 3),
        r#"{"method":"amend_order","params":{"cl_ord_id":"ONE","order_qty":2,
        "limit_price":37500.5,"trigger_price":38000,"trigger_price_type":"static",
        "post_only":true,"deadline":"2026-11-21T10:00:00.000Z","token":"TOKEN"},"req_id":3}"#);
    check(|out, token| write_cancel(out, &[ours(1)], token, 3),
        r#"{"method":"cancel_order","params":{"cl_ord_id":["ONE"],"token":"TOKEN"},"req_id":3}"#);
    let mixed = [ours(1), venue("OABC-1"), ours(2), venue("OABC-2")];
    check(|out, token| write_cancel(out, &mixed, token, 3),
        r#"{"method":"cancel_order","params":{"cl_ord_id":["ONE","TWO"],"order_id":["OABC-1",
        "OABC-2"],"token":"TOKEN"},"req_id":3}"#);
    check(|out, token| write_cancel(out, &[venue("OABC-1")], token, 3),
        r#"{"method":"cancel_order","params":{"order_id":["OABC-1"],"token":"TOKEN"},
        "req_id":3}"#);
    check(|out, token| write_batch_cancel(out, &[venue("OABC-1"), ours(2)], token, 3),
        r#"{"method":"batch_cancel","params":{"cl_ord_id":["TWO"],"orders":["OABC-1"],
        "token":"TOKEN"},"req_id":3}"#);
    check(|out, token| { write_cancel_all(out, token, 3); Ok(()) },
        r#"{"method":"cancel_all","params":{"token":"TOKEN"},"req_id":3}"#);
    check(|out, token| write_cancel_all_after(out, Duration::from_millis(59_001), token, 3),
        r#"{"method":"cancel_all_orders_after","params":{"timeout":60,"token":"TOKEN"},
        "req_id":3}"#);
    check(|out, token| write_cancel_all_after(out, Duration::ZERO, token, 3),
        r#"{"method":"cancel_all_orders_after","params":{"timeout":0,"token":"TOKEN"},
        "req_id":3}"#);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut out = String::new();
    let amend = |quantity: Option<Quantity>, limit: Option<Price>, trigger: Option<Price>| {
        let order = ClientOrderId::new(0, 1);
        let amendment = Amendment { order, quantity, limit, trigger };
        let request = AmendRequest { amendment, deadline: None, post_only: false };
        write_amend(&mut String::new(), &request, &token(), 3)
    };
    assert_eq!(amend(None, None, None), Err(NotExpressible::NothingToChange));
    assert_eq!(
        amend(Some(Quantity::ZERO), None, None),
        Err(NotExpressible::NotPositive("quantity"))
    );
    assert_eq!(amend(None, Some(Price::ZERO), None), Err(NotExpressible::NotPositive("price")));
    assert_eq!(amend(None, None, Some(Price::ZERO)), Err(NotExpressible::NotPositive("trigger")));
    let size = |count, least| Err(NotExpressible::BatchSize { count, least, most: 50 });
    assert_eq!(write_cancel(&mut out, &[], &token(), 3), size(0, 1));
    assert_eq!(write_cancel(&mut out, &vec![ours(1); 51], &token(), 3), size(51, 1));
    assert_eq!(write_batch_cancel(&mut out, &[ours(1)], &token(), 3), size(1, 2));
    let day = Duration::from_hours(24);
    assert_eq!(write_cancel_all_after(&mut String::new(), day, &token(), 3), Ok(()));
    let longer = day + Duration::from_nanos(1);
    assert_eq!(
        write_cancel_all_after(&mut out, longer, &token(), 3),
        Err(NotExpressible::SwitchTooLong)
    );
    assert_eq!(out, "", "nothing is written of what is refused");
}
