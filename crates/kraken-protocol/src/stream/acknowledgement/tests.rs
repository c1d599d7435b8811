//! Tests of the answers: every method, every shape seen, and what is missing in them.

use super::*;

fn decode(frame: &str) -> Acknowledgement {
    Acknowledgement::decode(frame, &Envelope::open(frame).unwrap()).unwrap()
}

fn done(method: &str, result: &str) -> Achieved {
    let frame = format!(r#"{{"method":"{method}","req_id":7,"result":{result},"success":true}}"#);
    let said = decode(&frame);
    assert_eq!((said.method.as_str(), said.request), (method, Some(7)));
    said.outcome.unwrap()
}

fn order(venue: &str) -> OrderAnswer {
    OrderAnswer { venue_order: Some(venue.parse().unwrap()), ..OrderAnswer::default() }
}

#[test]
fn a_subscription_names_its_pair_in_the_result() {
    let said = decode(
        r#"{"method":"subscribe","req_id":7,"result":{"channel":"book","depth":10,
        "snapshot":true,"symbol":"BTC/USD","warnings":["old"]},"success":true,
        "time_in":"2023-09-25T09:04:31.742599Z","time_out":"2023-09-25T09:04:31.742648Z"}"#,
    );
    assert_eq!(said.pair.as_deref(), Some("BTC/USD"));
    let warnings = vec!["old".to_owned()];
    assert_eq!(said.outcome, Ok(Achieved::Subscription { warnings, counter_max: None }));
}

#[test]
fn a_refusal_may_lack_channel_result_and_number() {
    let said = decode(
        r#"{"error":"Currency pair not supported WWW/USD","method":"subscribe","req_id":0,
        "success":false,"symbol":"WWW/USD"}"#,
    );
    assert_eq!((said.pair.as_deref(), said.request), (Some("WWW/USD"), Some(0)));
    assert!(said.outcome.is_err());
    let said = decode(r#"{"error":"Unsupported field","method":"add_order","success":false}"#);
    assert_eq!((said.pair, said.request), (None, None));
}

#[test]
fn success_is_a_word_that_has_to_be_there() {
    let frame =
        |rest: &str| format!(r#"{{"method":"add_order","result":{{"order_id":"O1"}}{rest}}}"#);
    assert!(decode(&frame(r#","success":true"#)).outcome.is_ok());
    assert!(decode(&frame("")).outcome.is_err());
    assert!(decode(&frame(r#","success":null"#)).outcome.is_err());
    assert!(
        decode(&frame(r#","success":true,"error":"and yet"#).replace("and yet", "and yet\""))
            .outcome
            .is_err()
    );
}

#[test]
fn results_are_objects_or_arrays() {
    assert_eq!(done("add_order", r#"{"order_id":"O1"}"#), Achieved::Orders(vec![order("O1")]));
    let both = vec![order("O1"), order("O2")];
    let rows = r#"[{"order_id":"O1","warnings":[]},{"order_id":"O2"}]"#;
    assert_eq!(done("batch_add", rows), Achieved::Orders(both.clone()));
    assert_eq!(done("batch_add", &format!(r#"{{"orders":{rows}}}"#)), Achieved::Orders(both));
    for (method, result) in [("add_order", "[]"), ("add_order", "null"), ("batch_add", "{}")] {
        assert_eq!(done(method, result), Achieved::Nothing, "{method} {result}");
    }
    assert_eq!(
        decode(r#"{"method":"add_order","success":true}"#).outcome,
        Ok(Achieved::Nothing),
        "no result at all"
    );
}

#[test]
fn a_row_of_a_batch_may_have_failed() {
    let rows = r#"[{"order_id":"O1"},{"error":"EOrder:Insufficient funds"},{"success":false}]"#;
    let Achieved::Orders(orders) = done("batch_add", rows) else { panic!("orders") };
    assert_eq!(orders[0].error, None);
    assert_eq!(orders[1].error.as_deref(), Some("EOrder:Insufficient funds"));
    assert!(orders[2].error.is_some());
}

#[test]
fn a_batch_of_cancels_has_two_shapes() {
    assert_eq!(done("batch_cancel", r#"{"count":3,"warnings":[]}"#), Achieved::Count(3));
    let said = decode(r#"{"method":"batch_cancel","orders_cancelled":3,"success":true}"#);
    assert_eq!(said.outcome, Ok(Achieved::Count(3)));
    assert_eq!(done("batch_cancel", "{}"), Achieved::Nothing);
    assert_eq!(done("cancel_all", r#"{"count":0}"#), Achieved::Count(0));
}

#[test]
fn the_switch_has_times_in_camel_case() {
    let at = |text: &str| {
        let times = format!(r#"{{"currentTime":"2026-11-21T10:00:00Z","triggerTime":"{text}"}}"#);
        done("cancel_all_orders_after", &times)
    };
    let fires = Some("2026-11-21T10:01:00Z".parse().unwrap());
    assert_eq!(at("2026-11-21T10:01:00Z"), Achieved::Switch { fires });
    assert_eq!(at("0"), Achieved::Switch { fires: None });
    assert_eq!(at("soon"), Achieved::Nothing);
}

#[test]
fn a_check_answers_with_an_empty_id() {
    assert_eq!(
        done("add_order", r#"{"order_id":""}"#),
        Achieved::Orders(vec![OrderAnswer::default()])
    );
}

#[test]
fn an_answer_may_name_its_order_beside_the_result() {
    let id = "0000000000000000000000000000000a";
    let said = decode(&format!(
        r#"{{"method":"cancel_order","error":"x","success":false,"cl_ord_id":"{id}",
        "order_id":"O1"}}"#
    ));
    assert_eq!(said.client, Some(ClientOrderId::new(0, 10)));
    assert_eq!(said.venue_order, Some("O1".parse().unwrap()));
    let said = decode(r#"{"method":"cancel_order","error":"x","order_id":["O1"]}"#);
    assert_eq!(said.venue_order, None, "of an unknown form, but the answer is there");
}

#[test]
fn a_pong_needs_no_success() {
    let said = decode(r#"{"method":"pong","req_id":1,"time_in":"x"}"#);
    assert_eq!(said.outcome, Ok(Achieved::Pong));
}
