//! A canary for each secret: the private key, the public one, the token of a socket. None is ever
//! logged at any level, shown by an error or by `Debug`, or written to a file.
#![expect(clippy::disallowed_methods, reason = "a test reads what was written")]

use std::{fs, panic, path::Path, time::Duration};

use kraken_client::{
    calls::{Calls, CallsParts},
    clock::{Clock, Hands},
    egress::Egress,
    http::Http,
    recorder::RecorderSettings,
    secrets::{Credentials, EnvironmentKeys, KeySources, store},
    socket::{Socket, SocketEvent, SocketSettings},
};
use kraken_protocol::{
    limits::KeyRole,
    request::Request,
    scheduler::{Lane, SchedulerSettings},
    stream::{
        session::{LinkChange, SessionSettings},
        subscription::{SocketKind, Subscription},
    },
};

use crate::{
    log::Log,
    script::Script,
    world::{GOOD_KEY, SECRET, WANTED, start},
};

const KEY: &str = "SIMULATED-CanaryKey";
const TOKEN: &str = "CanaryToken";

/// What must not be found anywhere.
#[track_caller]
fn is_clean(place: &str, text: &str) {
    let start = &SECRET[..20];
    for canary in ["CanaryKey", "CanaryIban", TOKEN, start] {
        assert!(!text.contains(canary), "{place} shows {canary}: {text}");
    }
}

fn text(path: &Path) -> String {
    String::from_utf8(fs::read(path).unwrap()).unwrap()
}

/// Calls with a key from a file, let in.
async fn calls(script: &Script, folder: &Path) -> (Calls, Vec<Http>, Hands) {
    let key_file = folder.join("keys");
    store(KeyRole::Trade, KEY.to_owned(), SECRET.to_owned(), &key_file).unwrap();
    let sources = KeySources { file: Some(key_file), environment: EnvironmentKeys::Refused };
    let credentials = Credentials::load(KeyRole::Trade, &sources).unwrap();
    is_clean("the listing", &format!("{:?}", credentials.listing()));
    let (clock, hands) = Clock::by_hand(start());
    let ways = vec![Http::new(script.base(), &Egress::Direct, clock).unwrap()];
    let parts = CallsParts {
        ways: ways.clone(),
        settings: SchedulerSettings::default(),
        state_folder: Some(folder.join("state")),
        seed: Some(7),
    };
    let calls = Calls::start(parts, vec![credentials]).unwrap();
    is_clean("the calls", &format!("{calls:?} {ways:?}"));
    let (audit, ()) = tokio::join!(kraken_client::audit::admit(&calls, WANTED), async {
        let asked = script.asked().await;
        // The server sees what it has to see.
        assert_eq!(asked.header("api-key"), Some(KEY));
        asked.answer(GOOD_KEY);
    });
    is_clean("the audit", &format!("{:?}", audit.unwrap()));
    (calls, ways, hands)
}

/// A private socket, recorded, from its opening to its end.
async fn socket(script: &Script, calls: &Calls, ways: Vec<Http>, recording: &Path) {
    let settings = SocketSettings {
        recorder: Some(RecorderSettings::new(recording.to_owned())),
        seed: Some(7),
        ..SocketSettings::new(SessionSettings::new(SocketKind::Private))
    };
    let (socket, mut events) = Socket::open(calls.clone(), ways, settings).unwrap();
    is_clean("the socket", &format!("{socket:?}"));
    socket.subscribe(Subscription::Executions, None).await;
    let mut server = script.asked().await.open_socket().await;
    server.send(r#"{"channel":"status","type":"update","data":[{"system":"online"}]}"#).await;
    let token = format!(r#"{{"error":[],"result":{{"token":"{TOKEN}","expires":900}}}}"#);
    script.asked().await.answer(&token);
    let asked = server.received().await.unwrap();
    assert!(asked.contains(TOKEN), "the server sees what it has to see");
    let ack = r#"{"method":"subscribe","req_id":1,"success":true,
        "result":{"channel":"executions","maxratecount":60}}"#;
    server.send(ack).await;
    server.send(r#"{"channel":"executions","type":"snapshot","data":[],"sequence":1}"#).await;
    loop {
        let event = events.recv().await.unwrap();
        is_clean("an event", &format!("{event:?}"));
        if matches!(event, SocketEvent::Link(LinkChange::Up)) {
            break;
        }
    }
    drop(socket);
    while server.received().await.is_some() {}
    while events.recv().await.is_some() {}
}

/// Calls that fail like this.
async fn failures(script: &Script, calls: &Calls, hands: &Hands) {
    for answer in [
        r#"{"error":["EAPI:Rate limit exceeded"]}"#,
        r#"{"error":["EGeneral:Internal error"]}"#,
        r#"{"error":["EAPI:Invalid signature"]}"#,
    ] {
        let caller = calls.clone();
        let call = tokio::spawn(async move {
            caller.private(Request::cancel_all(), KeyRole::Trade, Lane::Halt).await
        });
        let asked = loop {
            tokio::select! {
                biased;
                asked = script.asked() => break asked,
                until = hands.plan_before(hands.now() + Duration::from_hours(1)) => {
                    hands.turn_to(until);
                }
            }
        };
        asked.answer(answer);
        if answer.contains("Rate limit") {
            // It would be asked again.
            call.abort();
        }
        if let Ok(Err(error)) = call.await {
            is_clean("an error", &format!("{error} {error:?}"));
        }
    }
}

#[tokio::test]
async fn no_secret_is_shown_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("frames.jsonl");
    let log = Log::start();
    let script = Script::start().await;
    let (calls, ways, hands) = calls(&script, folder.path()).await;
    socket(&script, &calls, ways, &recording).await;
    failures(&script, &calls, &hands).await;
    drop(calls);
    assert!(log.text().contains("we are too fast") && log.text().contains("calls the key wrong"));
    is_clean("the log", &log.text());
    assert!(text(&recording).contains("(cut)"));
    is_clean("the recording", &text(&recording));
    for entry in fs::read_dir(folder.path().join("state")).unwrap() {
        is_clean("the state", &text(&entry.unwrap().path()));
    }
}

#[test]
fn a_panic_shows_no_secret() {
    let key = Credentials::new(KeyRole::Trade, KEY.to_owned(), SECRET.to_owned()).unwrap();
    let payload = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let _held = &key;
        let wrong = Credentials::new(KeyRole::Trade, KEY.to_owned(), format!("{SECRET}?"));
        wrong.map(drop).expect("it is wrong");
    }))
    .unwrap_err();
    let text = payload.downcast_ref::<String>().unwrap();
    is_clean("a panic", text);
}
