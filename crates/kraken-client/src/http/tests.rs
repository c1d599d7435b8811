//! Tests of one call and its answer, over real sockets.

use kraken_protocol::limits::KeyRole;

use super::*;
use crate::{
    clock::Hands,
    script::{Asked, Script},
};

/// Kraken's own example
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

fn credentials(key: &str) -> Credentials {
    Credentials::new(KeyRole::Trade, key.to_owned(), SECRET.to_owned()).unwrap()
}

fn form(text: &str) -> Body {
    Body { text: text.to_owned(), content_type: "application/x-www-form-urlencoded" }
}

fn way(base: Base) -> (Http, Hands) {
    let start = Timestamp::from_seconds(1_800_000_000).unwrap();
    let (clock, hands) = Clock::by_hand(start);
    (Http::new(base, &Egress::Direct, clock).unwrap(), hands)
}

const TIME: Outgoing<'static> = Outgoing::Public { endpoint: Endpoint::Time, query: "" };

/// What comes of a public call that is answered like this.
async fn check(answer: impl FnOnce(Asked)) -> Result<RawAnswer, NoReply> {
    let script = Script::start().await;
    let (http, _hands) = way(script.base());
    let (result, ()) = tokio::join!(http.send(TIME), async {
        answer(script.asked().await);
    });
    assert!(script.is_quiet(), "a call was repeated");
    result
}

#[tokio::test]
async fn a_public_call_is_a_get() {
    let script = Script::start().await;
    let (http, hands) = way(script.base());
    let query = "pair=XBTUSD&since=1";
    let call = Outgoing::Public { endpoint: Endpoint::Ohlc, query };
    let (answer, ()) = tokio::join!(http.send(call), async {
        let asked = script.asked().await;
        assert_eq!((asked.method.as_str(), asked.body.as_str()), ("GET", ""));
        assert_eq!(asked.path, "/0/public/OHLC?pair=XBTUSD&since=1");
        assert!(asked.header("user-agent").unwrap().starts_with("slackwater/"));
        assert_eq!(asked.header("API-Key"), None);
        hands.turn_to(hands.now() + Duration::from_secs(3));
        asked.answer("{\"error\":[]}");
    });
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{\"error\":[]}"[..]));
    assert_eq!(answer.received, answer.sent + Duration::from_secs(3));
}

#[tokio::test]
async fn a_private_call_is_a_signed_post() {
    let script = Script::start().await;
    let (http, _hands) = way(script.base());
    let credentials = credentials("SIMULATED-1");
    let text = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
    let call = Outgoing::Private {
        endpoint: Endpoint::AddOrder,
        nonce: Nonce::new(1_616_492_376_594),
        body: form(text),
        credentials: &credentials,
    };
    let (answer, ()) = tokio::join!(http.send(call), async {
        let asked = script.asked().await;
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/0/private/AddOrder"));
        assert_eq!(asked.body, text);
        assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(asked.header("api-key"), Some("SIMULATED-1"));
        let sign = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmb\
                    Rn6H8ndwLUQ==";
        assert_eq!(asked.header("api-sign"), Some(sign));
        asked.answer("{}");
    });
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test]
async fn a_key_is_never_sent_to_the_wrong_kraken() {
    let script = Script::start().await;
    for (base, key) in [(script.base(), "RealKey"), (Base::Kraken, "SIMULATED-1")] {
        let (http, _hands) = way(base);
        let credentials = credentials(key);
        assert!(http.check_key(&credentials).is_err());
        let call = Outgoing::Private {
            endpoint: Endpoint::Balance,
            nonce: Nonce::new(1),
            body: form("nonce=1"),
            credentials: &credentials,
        };
        let error = http.send(call).await.unwrap_err();
        assert!(matches!(error, NoReply::NeverSent(_)), "{error}");
    }
    assert!(script.is_quiet());
}

#[tokio::test]
async fn every_status_is_an_answer_and_no_redirect_is_followed() {
    for status in [200, 301, 307, 400, 403, 429, 500, 502, 520, 525] {
        let location = "location: http://127.0.0.1:1/elsewhere\r\n";
        let answer = check(|asked| asked.answer_with(status, location, "<html>")).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (status, &b"<html>"[..]));
    }
}

#[tokio::test]
async fn headers_about_limits_are_kept() {
    let headers = "Retry-After: 7\r\nX-RateLimit-Remaining: 3\r\nX-BS-Unit-Limit: 15\r\n\
                   Set-Cookie: a=b\r\n";
    let answer = check(|asked| asked.answer_with(429, headers, "")).await.unwrap();
    assert_eq!(answer.retry_after.as_deref(), Some("7"));
    let text = |text: &str| text.to_owned();
    let expect =
        [(text("x-ratelimit-remaining"), text("3")), (text("x-bs-unit-limit"), text("15"))];
    assert_eq!(answer.budget, expect);
    let long = format!("X-RateLimit-Reset: {}\r\nRetry-After: \x7f\r\n", "9".repeat(300));
    let answer = check(|asked| asked.answer_with(429, &long, "")).await;
    assert!(answer.is_err() || answer.unwrap().budget.is_empty());
}

#[tokio::test]
async fn a_call_without_an_answer_may_have_arrived() {
    let cuts = ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"];
    for text in cuts {
        let result = check(|asked| asked.cut_after(text)).await;
        assert!(matches!(result, Err(NoReply::Broken(_))), "{text:?} {result:?}");
    }
    let result = check(|asked| asked.raw("no HTTP at all\r\n\r\n")).await;
    assert!(matches!(result, Err(NoReply::Broken(_))), "{result:?}");
}

#[tokio::test]
async fn an_answer_is_waited_for_thirty_seconds() {
    let script = Script::start().await;
    let (http, hands) = way(script.base());
    let (result, _asked) = tokio::join!(http.send(TIME), async {
        let asked = script.asked().await;
        let until = hands.patience_before(Timestamp::NEVER).await;
        assert_eq!(until, hands.now() + Duration::from_secs(30));
        hands.turn_to(until);
        asked
    });
    let error = result.unwrap_err();
    assert_eq!(error, NoReply::TimedOut);
    assert_eq!(error.to_string(), "nothing came within 30 s");
}

#[tokio::test]
async fn an_answer_that_never_ends_is_cut_off() {
    let megabytes = 40;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", megabytes << 20);
    let body = "a".repeat(megabytes << 20);
    let result = check(|asked| asked.cut_after(&format!("{head}{body}"))).await;
    let error = result.unwrap_err().to_string();
    assert!(error.contains("more than 33554432 bytes"), "{error}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let socket = format!("ws://{address}");
    let base = Base::simulated(&format!("http://{address}"), &socket, &socket).unwrap();
    let (http, _hands) = way(base);
    let error = http.send(TIME).await.unwrap_err();
    assert!(matches!(error, NoReply::NeverSent(_)), "{error}");
}

/// What a proxy that plays no game hears of a call to the real Kraken.
async fn through_proxy(scheme: &str, heard: usize) -> (Vec<u8>, NoReply) {
    use tokio::io::AsyncReadExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("{scheme}://me:hunter2@{}", listener.local_addr().unwrap());
    let egress = Egress::Proxy(proxy.parse().unwrap());
    let http = Http::new(Base::Kraken, &egress, Clock::system()).unwrap();
    let (result, bytes) = tokio::join!(http.send(TIME), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; heard];
        stream.read_exact(&mut bytes).await.unwrap();
        bytes
    });
    (bytes, result.unwrap_err())
}

#[tokio::test]
async fn a_proxy_is_asked_and_nothing_goes_past_it() {
    let (bytes, error) = through_proxy("http", 42).await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("CONNECT api.kraken.com:443 HTTP/1.1\r\n"), "{text}");
    assert!(matches!(&error, NoReply::NeverSent(why) if !why.contains("hunter2")), "{error:?}");
    // SOCKS version 5, two ways to say who we are.
    let (bytes, error) = through_proxy("socks5h", 3).await;
    assert_eq!(bytes[0], 5);
    assert!(matches!(&error, NoReply::NeverSent(why) if !why.contains("hunter2")), "{error:?}");
}
