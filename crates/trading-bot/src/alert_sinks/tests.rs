//! Tests of sinks over real sockets, with a clock that the test turns: what is sent, how often, and
//! who waits for whom.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

mod mail;
mod script;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    time::Duration,
};

use kraken_client::clock::Hands;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use self::script::WebServer;
use super::{http::signature, *};

const START: Timestamp = Timestamp::from_nanos(1_795_348_800_000_000_000);

fn second(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

fn alert(id: u64) -> Alert {
    Alert {
        id,
        time: START,
        kind: AlertKind::Journal,
        severity: Severity::Critical,
        text: format!("alert {id}"),
    }
}

/// A file with a secret, in a folder that goes with the test.
fn secret_file(folder: &TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("secret");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    path
}

fn telegram(server: &WebServer) -> Sink {
    let (client, base) = (http::client().unwrap(), format!("http://{}", server.address));
    let (token, chat) = (Secret::given("123:canary"), "-100".to_owned());
    Sink::Telegram(Telegram { client, base, token, chat })
}

fn discord(server: &WebServer) -> Sink {
    let url = Secret::given(&format!("http://{}/api/webhooks/1/canary", server.address));
    Sink::Discord(Discord { client: http::client().unwrap(), url })
}

fn open(sinks: Vec<Sink>, patience: Patience) -> (AlertSinks, mpsc::Receiver<Delivery>, Hands) {
    let (clock, hands) = Clock::by_hand(START);
    let (sinks, results) = AlertSinks::with(sinks, "harbor", clock, patience);
    (sinks, results, hands)
}

fn through(sink: SinkName, alert: u64, attempts: u32) -> Delivery {
    Delivery { sink, alert, attempts, result: Ok(()) }
}

#[tokio::test]
async fn each_sink_is_asked_in_its_own_words() {
    let (mut one, mut two) = (WebServer::start().await, WebServer::start().await);
    let (sinks, mut results, _hands) =
        open(vec![telegram(&one), discord(&two)], Patience::default());
    sinks.deliver(&alert(1));

    let asked = one.asked().await;
    assert_eq!(asked.path, "/bot123:canary/sendMessage");
    assert_eq!(asked.header("content-type"), "application/json");
    assert_eq!(asked.json()["chat_id"], "-100");
    assert!(asked.json()["text"].as_str().unwrap().starts_with("CRITICAL: journal\nalert 1"));
    asked.answer(200, "");
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Telegram, 1, 1));

    let asked = two.asked().await;
    assert_eq!(asked.path, "/api/webhooks/1/canary");
    assert!(asked.json()["content"].as_str().unwrap().contains("slackwater on harbor"));
    asked.answer(204, "");
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Discord, 1, 1));
}

fn digit(half_a_byte: u8) -> char {
    char::from_digit(u32::from(half_a_byte), 16).unwrap()
}

/// HMAC as RFC 2104 has it, for keys that fit a block.
fn naive_signature(key: &str, text: &str) -> String {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text);
    let outer = Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c));
    let digest = outer.chain_update(inner.finalize()).finalize();
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

#[tokio::test]
async fn a_webhook_can_tell_that_it_is_us() {
    let mut server = WebServer::start().await;
    let folder = TempDir::new().unwrap();
    let settings = WebhookSettings {
        url: format!("http://{}/hook?a=b", server.address),
        secret_file: secret_file(&folder, "canary\n"),
    };
    let sink = Sink::Webhook(Webhook::open(&settings).unwrap());
    let (sinks, mut results, hands) = open(vec![sink], Patience::default());
    hands.turn_to(second(5));
    sinks.deliver(&alert(9));
    let asked = server.asked().await;
    assert_eq!(asked.path, "/hook?a=b");
    let time = (START.seconds() + 5).to_string();
    assert_eq!(asked.header("slackwater-timestamp"), time);
    let expected = naive_signature("canary", &format!("{time}.{}", asked.body));
    assert_eq!(asked.header("slackwater-signature"), format!("sha256={expected}"));
    assert_eq!(asked.json()["host"], "harbor");
    asked.answer(202, "");
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Webhook, 9, 1));
}

/// <https://www.rfc-editor.org/rfc/rfc4231#section-4.3>: its text has no point, so it is the body's
/// end that is compared here, and the twin above does the rest.
#[test]
fn the_signature_is_that_of_the_standard() {
    let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(naive_signature("Jefe", "what do ya want for nothing?"), known);
    let ours = signature(&Secret::given("Jefe"), "12", "body");
    assert_eq!(ours, format!("sha256={}", naive_signature("Jefe", "12.body")));
}

#[tokio::test]
async fn what_may_pass_later_is_tried_later_and_later() {
    let mut server = WebServer::start().await;
    let (sinks, mut results, hands) = open(vec![telegram(&server)], Patience::default());
    sinks.deliver(&alert(1));
    let mut now = START;
    let mut pauses = Vec::new();
    for attempt in 0..7 {
        let asked = server.asked().await;
        match attempt {
            0 => asked.answer(500, ""),
            1 => drop(asked),
            2 => asked.answer(429, "retry-after: 7\r\n"),
            3 => asked.answer(429, "retry-after: 86400\r\n"),
            4 => asked.answer(408, ""),
            5 => asked.answer(503, "retry-after: soon\r\n"),
            _ => {
                asked.answer(200, "");
                break;
            }
        }
        let next = hands.plan_before(Timestamp::NEVER).await;
        pauses.push(next.since(now).as_secs());
        hands.turn_to(next);
        now = next;
    }
    assert_eq!(pauses, [1, 2, 7, 300, 16, 32]);
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Telegram, 1, 7));
}

#[tokio::test]
async fn a_no_is_told_and_the_next_alert_is_tried() {
    let mut server = WebServer::start().await;
    let (sinks, mut results, _hands) = open(vec![telegram(&server)], Patience::default());
    for status in [401, 404, 400, 302] {
        sinks.deliver(&alert(1));
        // Nothing is followed elsewhere.
        let headers = format!("location: http://{}/elsewhere\r\n", server.address);
        server.asked().await.answer(status, &headers);
        let Delivery { attempts, result, .. } = results.recv().await.unwrap();
        let why = result.unwrap_err().to_string();
        assert!(why.starts_with(&format!("telegram refused the alert: it answered {status}")));
        assert!(attempts == 1 && !why.contains("canary"), "{why}");
    }
}

#[tokio::test]
async fn a_silent_sink_is_waited_for_ten_seconds() {
    let mut server = WebServer::start().await;
    let (sinks, mut results, hands) = open(vec![telegram(&server)], Patience::default());
    sinks.deliver(&alert(1));
    let _held = server.asked().await;
    let gives_up = hands.patience_before(Timestamp::NEVER).await;
    assert_eq!(gives_up, second(10));
    hands.turn_to(gives_up);
    hands.turn_to(hands.plan_before(Timestamp::NEVER).await);
    server.asked().await.answer(200, "");
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Telegram, 1, 2));
}

#[tokio::test]
async fn what_is_too_old_is_given_up() {
    let mut server = WebServer::start().await;
    let patience = Patience { age_max: Duration::from_secs(2), ..Patience::default() };
    let (sinks, mut results, hands) = open(vec![telegram(&server)], patience);
    sinks.deliver(&alert(1));
    server.asked().await.answer(500, "");
    hands.turn_to(hands.plan_before(Timestamp::NEVER).await);
    server.asked().await.answer(502, "");
    let Delivery { attempts, result, .. } = results.recv().await.unwrap();
    let why = result.unwrap_err().to_string();
    assert!(why.starts_with("telegram did not take the alert: it answered 502"), "{why}");
    assert_eq!(attempts, 2);
}

/// Telling holds nobody up, and a sink that is down holds up no other.
#[tokio::test]
async fn one_sink_that_is_down_is_its_own_trouble() {
    let (mut down, mut up) = (WebServer::start().await, WebServer::start().await);
    let patience = Patience { messages_max: 5, ..Patience::default() };
    let (sinks, mut results, hands) = open(vec![telegram(&down), discord(&up)], patience);
    sinks.deliver(&alert(0));
    let held = down.asked().await;
    up.asked().await.answer(204, "");
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Discord, 0, 1));
    for id in 1..=20 {
        sinks.deliver(&alert(id));
        up.asked().await.answer(204, "");
        // Once its queue is full, the oldest that waits for the other has no place any more.
        let mut told = vec![results.recv().await.unwrap()];
        if 5 < id {
            told.push(results.recv().await.unwrap());
        }
        assert!(told.contains(&through(SinkName::Discord, id, 1)), "{told:?}");
        let no_room = Err(DeliveryError::NoRoom { sink: SinkName::Telegram });
        let lost = Delivery { result: no_room, ..through(SinkName::Telegram, id.max(6) - 5, 0) };
        assert_eq!(told.contains(&lost), 5 < id, "{told:?}");
    }
    // It comes back: what waited arrives in its order.
    held.answer(200, "");
    for id in [0, 16, 17, 18, 19, 20] {
        if id != 0 {
            down.asked().await.answer(200, "");
        }
        assert_eq!(results.recv().await.unwrap(), through(SinkName::Telegram, id, 1));
    }
    assert_eq!(hands.now(), START);
}

#[tokio::test]
async fn results_that_nobody_takes_hold_nothing_up() {
    let mut server = WebServer::start().await;
    let (sinks, results, _hands) = open(vec![telegram(&server)], Patience::default());
    drop(results);
    for id in 0..3 {
        sinks.deliver(&alert(id));
        server.asked().await.answer(200, "");
    }
}

#[tokio::test]
async fn the_end_waits_for_alerts_but_not_for_ever() {
    let mut server = WebServer::start().await;
    let (sinks, mut results, _hands) = open(vec![telegram(&server)], Patience::default());
    sinks.deliver(&alert(1));
    sinks.deliver(&alert(2));
    let serve = async {
        server.asked().await.answer(200, "");
        server.asked().await.answer(200, "");
    };
    tokio::join!(sinks.close(Timestamp::NEVER), serve);
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Telegram, 1, 1));
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Telegram, 2, 1));
    assert_eq!(results.recv().await, None);

    let (sinks, mut results, hands) = open(vec![telegram(&server)], Patience::default());
    sinks.deliver(&alert(3));
    let _held = server.asked().await;
    let turn = async {
        hands.patience_before(second(6)).await;
        hands.turn_to(second(5));
    };
    tokio::join!(sinks.close(second(5)), turn);
    assert_eq!(results.recv().await, None);
}

#[tokio::test]
async fn a_trial_says_what_became_of_each_sink() {
    let (mut good, mut bad) = (WebServer::start().await, WebServer::start().await);
    let (sinks, mut results, _hands) =
        open(vec![discord(&bad), telegram(&good)], Patience::default());
    let serve = async {
        good.asked().await.answer(200, "");
        bad.asked().await.answer(500, "");
    };
    let (told, ()) = tokio::join!(sinks.test(), serve);
    assert_eq!(told[0], through(SinkName::Telegram, 0, 1));
    assert!(matches!(&told[1].result, Err(DeliveryError::GaveUp { sink: SinkName::Discord, .. })));
    assert_eq!(told.len(), 2);
    // It is beside the queue and tells nobody else.
    assert!(results.try_recv().is_err());
}

#[tokio::test]
async fn no_secret_is_in_what_is_told() {
    let server = WebServer::start().await;
    let (mut one, mut two) = (telegram(&server), discord(&server));
    // Nobody listens there.
    if let (Sink::Telegram(one), Sink::Discord(two)) = (&mut one, &mut two) {
        one.base = "http://127.0.0.1:1".to_owned();
        two.url = Secret::given("http://127.0.0.1:1/api/webhooks/1/canary");
    }
    let bad_url = Secret::given("canary");
    let three = Sink::Discord(Discord { client: http::client().unwrap(), url: bad_url });
    let (sinks, _results, _hands) = open(vec![one, two, three], Patience::default());
    let shown = format!("{:?} {sinks:?}", sinks.test().await);
    assert!(!shown.contains("canary") && !shown.contains("123"), "{shown}");
}

#[test]
fn settings_are_read_strictly() {
    let read = serde_json::from_str::<AlertSettings>;
    assert_eq!(read("{}").unwrap(), AlertSettings::default());
    let email = r#"{"email":{"host":"h","user":"u","password_file":"/p","from":"f","to":["t"]}}"#;
    let email = read(email).unwrap().email.unwrap();
    assert_eq!((email.port, email.encryption), (None, Encryption::Starttls));
    for text in [
        r#"{"pager":{}}"#,
        r#"{"telegram":{"token":"1","chat":"1"}}"#,
        r#"{"telegram":{"token_file":"/p","token":"1","chat":"1"}}"#,
        r#"{"webhook":{"url":"https://x"}}"#,
        r#"{"email":{"host":"h","user":"u","password_file":"/p","from":"f","to":["t"],
            "encryption":"none"}}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_sink_is_named() {
    let folder = TempDir::new().unwrap();
    let check = |settings: &dyn Fn(PathBuf) -> AlertSettings, secret: &str, expected: &str| {
        let settings = settings(secret_file(&folder, secret));
        let (clock, _hands) = Clock::by_hand(START);
        let told = match AlertSinks::open(&settings, "harbor", clock) {
            Ok((sinks, _)) => format!("{} sinks", sinks.workers.len()),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expected) && !told.contains("canary"), "{told}");
    };
    let telegram = |token_file| AlertSettings {
        telegram: Some(TelegramSettings { token_file, chat: "1".to_owned() }),
        ..AlertSettings::default()
    };
    check(&telegram, "123:canary_-", "1 sinks");
    check(&telegram, "123/canary", "the Telegram token is not one");
    check(&telegram, "123 canary?", "the Telegram token is not one");

    let discord = |webhook_file| AlertSettings {
        discord: Some(DiscordSettings { webhook_file }),
        ..AlertSettings::default()
    };
    check(&discord, "https://discord.com/api/webhooks/1/canary", "1 sinks");
    check(&discord, "http://discord.com/api/webhooks/1/canary", "has to begin with");
    check(&discord, "https://discord.com.example/api/webhooks/1/canary", "has to begin with");

    let webhook = |url: &'static str| {
        move |secret_file| AlertSettings {
            webhook: Some(WebhookSettings { url: url.to_owned(), secret_file }),
            ..AlertSettings::default()
        }
    };
    check(&webhook("https://example.org/x"), "canary", "1 sinks");
    check(&webhook("http://127.0.0.1:80"), "canary", "1 sinks");
    check(&webhook("http://[::1]:80"), "canary", "1 sinks");
    for url in ["http://example.org", "http://localhost", "ftp://127.0.0.1", "http://127.0.0.1.x"] {
        check(&webhook(url), "canary", "has to begin with https://");
    }
    check(&webhook("nothing"), "canary", "is not an address");
    check(&webhook("https://me:canary@example.org"), "canary", "holds a password");
    check(&webhook("https://example.org"), "", "holds no secret");
    let (clock, _hands) = Clock::by_hand(START);
    let (sinks, _) = AlertSinks::open(&AlertSettings::default(), "harbor", clock).unwrap();
    assert!(sinks.is_empty() && sinks.test().await.is_empty());
}
