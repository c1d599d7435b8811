//! Who is let through, and what is not understood.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::{Client, client, error, get, header, parse};
use crate::message::HttpRequest;

#[test]
fn every_answer_says_what_it_is() {
    let mut client = client();
    let request = client.signed("/0/private/Balance", "");
    let answer = client.send(request);
    assert_eq!(header(&answer, "content-type"), Some("application/json; charset=utf-8"));
    assert!(header(&answer, "cache-control").unwrap().contains("no-store"));
    let answer = client.send(get("/0/public/Ticker", ""));
    assert_eq!(header(&answer, "cache-control"), Some("public, max-age=1"));
}

#[test]
fn unknown_paths_are_unknown_methods() {
    let mut client = client();
    for path in ["/0/public/Nothing", "/0/public/", "/0/private/AddOrder", "/0", "/x", ""] {
        let answer = client.send(get(path, ""));
        assert_eq!(answer.status, 200);
        assert_eq!(error(&parse(&answer)), "EGeneral:Unknown method", "{path}");
    }
    assert_eq!(client.bad("Nothing", ""), "EGeneral:Unknown method");
    let deleted = HttpRequest { method: "DELETE".to_owned(), ..get("/0/public/Time", "") };
    assert_eq!(error(&parse(&client.send(deleted))), "EGeneral:Unknown method");
    let posted = HttpRequest { method: "POST".to_owned(), ..get("/0/public/Time", "") };
    assert_eq!(error_or_none(&client.send(posted)), None);
}

fn error_or_none(answer: &crate::message::HttpAnswer) -> Option<String> {
    let errors = parse(answer)["error"].as_array().unwrap().clone();
    errors.first().map(|error| error.as_str().unwrap().to_owned())
}

#[test]
fn signatures_cover_the_bytes() {
    let spoiled = |spoil: fn(&mut HttpRequest)| {
        let mut client = client();
        let mut request = client.signed("/0/private/Balance", "a=1");
        spoil(&mut request);
        error_or_none(&client.send(request))
    };
    assert_eq!(spoiled(|_| ()), None);
    let key = Some("EAPI:Invalid key".to_owned());
    let signature = Some("EAPI:Invalid signature".to_owned());
    assert_eq!(spoiled(|request| request.headers.clear()), key);
    assert_eq!(spoiled(|request| request.headers[0].1.push('x')), key);
    assert_eq!(spoiled(|request| request.headers[1].1.insert(0, 'A')), signature);
    assert_eq!(spoiled(|request| request.body = Bytes::from("a=1&nonce=1")), signature);
    assert_eq!(spoiled(|request| request.path = "/0/private/BalanceEx".to_owned()), signature);
    let nonce = Some("EAPI:Invalid nonce".to_owned());
    assert_eq!(spoiled(|request| request.body = Bytes::from("a=1")), nonce);
    assert_eq!(spoiled(|request| request.body = Bytes::new()), nonce);
}

#[test]
fn the_nonce_may_stand_anywhere() {
    #[track_caller]
    fn check(content_type: &str, nonce: &str, body: &str) {
        let mut client = client();
        let request = client.signed_as("/0/private/Balance", nonce, body, content_type);
        assert_eq!(error_or_none(&client.send(request)), None, "{body}");
    }
    const FORM: &str = "application/x-www-form-urlencoded";
    check(FORM, "1616492376594", "nonce=1616492376594");
    check(FORM, "1616492376594", "a=b&nonce=1616492376594&c=d");
    check("application/x-www-form-urlencoded; charset=utf-8", "5", "nonce=5");
    check("application/json", "1616492376594", r#"{"nonce":1616492376594}"#);
    check("application/json; charset=utf-8", "9", r#"{"a": 1, "nonce": "9"}"#);
    check("application/json", "1732233600123456789", r#"{"nonce":1732233600123456789,"b":[]}"#);
    check("", "5", r#"{"nonce":5}"#);
}

#[test]
fn a_nonce_is_used_once() {
    let mut client = client();
    let request = client.signed("/0/private/Balance", "");
    assert_eq!(error_or_none(&client.send(request.clone())), None);
    assert_eq!(error_or_none(&client.send(request)), Some("EAPI:Invalid nonce".to_owned()));
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert_eq!(stats["nonce_rejected"], 1);
    assert_eq!(stats["private_calls"]["Balance"], 2);
    assert_eq!(stats["requests"], 3);
}

#[test]
fn ten_failures_lock_out_for_fifteen_minutes() {
    let mut client = client();
    let unknown = HttpRequest { method: "POST".to_owned(), ..get("/0/private/Balance", "") };
    for _ in 0..10 {
        assert_eq!(error(&parse(&client.send(unknown.clone()))), "EAPI:Invalid key");
    }
    assert_eq!(client.bad("Balance", ""), "EGeneral:Temporary lockout");
    assert!(client.public("Time", "")["result"].is_object());
    client.wait(15 * 60 * 1000);
    client.good("Balance", "");
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert_eq!(stats["lockouts"], 1);
}

#[test]
fn what_cannot_be_read_is_a_bad_request() {
    #[track_caller]
    fn check(content_type: &str, body: &[u8]) {
        let mut client = client();
        let mut request = client.signed_as("/0/private/Balance", "1", "", content_type);
        request.body = Bytes::copy_from_slice(body);
        assert_eq!(error(&parse(&client.send(request))), "EAPI:Bad request");
    }
    check("application/json", b"{");
    check("application/json", b"\xff\xfe");
    check("application/json", br#"{"nonce":1,"nonce":2}"#);
    check("application/x-www-form-urlencoded", b"nonce=1&nonce=1");
    check("application/x-www-form-urlencoded", b"nonce=1&a=%ff");
    check("application/json", &vec![b'['; 1 << 17]);
    check("application/x-www-form-urlencoded", &vec![b'a'; (1 << 18) + 1]);
}

#[test]
fn keys_do_what_they_may() {
    #[track_caller]
    fn check(key: &str, calls: &[&str]) {
        let mut client = client().with_key(key);
        for call in calls {
            assert_eq!(client.bad(call, ""), "EGeneral:Permission denied", "{key} {call}");
        }
    }
    let trading = ["AddOrder", "AddOrderBatch", "AmendOrder", "EditOrder", "CancelOrder"];
    let cancels = ["CancelAll", "CancelAllOrdersAfter", "CancelOrderBatch"];
    let funding = ["WithdrawMethods", "Withdraw", "WithdrawStatus", "DepositMethods", "AddExport"];
    let others = ["WalletTransfer", "Earn/Allocate", "CreateSubaccount", "AccountTransfer"];
    check("read-only", &trading);
    check("read-only", &cancels);
    check("cancel-only", &["AddOrder", "OpenOrders", "Balance", "GetWebSocketsToken"]);
    for key in ["trade", "withdraw", "no-ip-list", "read-only", "cancel-only"] {
        check(key, &funding);
        check(key, &others);
    }
    let mut client = client().with_key("read-only");
    for call in ["Balance", "OpenOrders", "ClosedOrders", "TradesHistory", "Ledgers"] {
        client.good(call, "");
    }
}

#[test]
fn a_key_is_told_about_itself() {
    let mut client = client().with_key("withdraw");
    let info = client.good("GetApiKeyInfo", "");
    assert_eq!(info["apiKeyName"], "withdraw");
    assert_eq!(info["apiKey"], client.key_text());
    assert_eq!(info["nonce"], "1");
    assert_eq!(info["nonceWindow"], 0);
    assert_eq!(info["ipAllowlist"], serde_json::json!(["127.0.0.1"]));
    assert_eq!(info["lastUsed"], client.now.seconds().to_string());
    let permissions = info["permissions"].as_array().unwrap();
    assert!(permissions.contains(&"withdraw-funds".into()));
    client.use_key("no-ip-list");
    let info = client.good("GetApiKeyInfo", "");
    assert_eq!(info["ipAllowlist"], serde_json::json!([]));
    assert!(!info["permissions"].as_array().unwrap().contains(&"withdraw-funds".into()));
}

/// What a change of a key is answered, with its status.
fn change(client: &mut Client, body: &str) -> (u16, Value) {
    let method = "POST".to_owned();
    let request =
        HttpRequest { method, body: body.to_owned().into(), ..get("/simulator/keys", "") };
    let answer = client.send(request);
    (answer.status, parse(&answer))
}

#[test]
fn the_owner_changes_a_key_while_it_is_used() {
    let mut client = client();
    let info = client.good("GetApiKeyInfo", "");
    assert_eq!((&info["validUntil"], &info["modifiedTime"]), (&"0".into(), &"1700000000".into()));
    let text = r#"{"key": "trade", "permissions": ["query-funds", "withdraw-funds"],
        "addresses": [], "expires": "60s"}"#;
    assert_eq!(change(&mut client, text), (200, serde_json::json!({ "changed": "trade" })));
    let info = client.good("GetApiKeyInfo", "");
    assert_eq!(info["permissions"], serde_json::json!(["query-funds", "withdraw-funds"]));
    assert_eq!(info["ipAllowlist"], serde_json::json!([]));
    assert_eq!(info["modifiedTime"], client.now.seconds().to_string());
    assert_eq!(info["validUntil"], (client.now.seconds() + 60).to_string());
    client.good("Balance", "");
    assert_eq!(client.bad("OpenOrders", ""), "EGeneral:Permission denied");
    client.now = client.now + Duration::from_mins(1);
    assert_eq!(client.bad("Balance", ""), "EAPI:Invalid key");
}

#[test]
fn a_change_of_a_key_that_cannot_be_is_refused_with_words() {
    let mut client = client();
    let cases = [
        ("", "EOF"),
        ("[]", "no `key` is named"),
        ("{}", "no `key` is named"),
        (r#"{"key": "trade"}"#, "nothing changes"),
        (r#"{"key": "traed", "expires": "0s"}"#, "is no key; they are trade, withdraw"),
        (r#"{"key": "other-trade", "expires": "0s"}"#, "no account has a key `other-trade`"),
        (r#"{"key": "trade", "expires": "soon"}"#, "write 0s, 10m, 7d or never"),
        (r#"{"key": "trade", "permissions": ["rob"]}"#, "unknown variant `rob`"),
        (r#"{"key": "trade", "ips": []}"#, "unknown field `ips`"),
    ];
    for (body, part) in cases {
        let (status, json) = change(&mut client, body);
        let error = json["error"].as_str().unwrap();
        assert!(status == 400 && error.contains(part), "{body}: {status} {error}");
    }
    let read = client.send(get("/simulator/keys", ""));
    assert_eq!(read.status, 400);
}

#[test]
fn a_token_is_given_out() {
    let mut client = client();
    let token = client.good("GetWebSocketsToken", "");
    assert_eq!(token["expires"], 900);
    assert_eq!(token["token"].as_str().unwrap().len(), 43);
    assert_ne!(client.good("GetWebSocketsToken", "")["token"], token["token"]);
}

#[test]
fn pages_that_are_not_krakens() {
    let mut client = client();
    let page = client.send(get("/", ""));
    assert_eq!(header(&page, "content-type"), Some("text/plain; charset=utf-8"));
    assert!(String::from_utf8_lossy(&page.body).contains("not Kraken"));
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert_eq!(stats["orders_accepted"], 0);
    assert!(stats["counter_peak"].is_object());
}
