//! Tests of one WebSocket, over real sockets.

use trading_types::Timestamp;

use super::*;
use crate::{clock::Hands, egress::Egress, script::Script};

fn way(script: &Script) -> (Http, Hands) {
    let start = Timestamp::from_seconds(1_800_000_000).unwrap();
    let (clock, hands) = Clock::by_hand(start);
    (Http::new(script.base(), &Egress::Direct, clock).unwrap(), hands)
}

#[tokio::test]
async fn frames_go_both_ways_and_pings_are_answered() {
    let script = Script::start().await;
    let (http, _hands) = way(&script);
    let (connection, mut server) =
        tokio::join!(Connection::dial(&http, SocketKind::Public), async {
            let asked = script.asked().await;
            assert_eq!(asked.path, "/public");
            assert!(asked.header("user-agent").unwrap().starts_with("slackwater/"));
            asked.open_socket().await
        });
    let mut connection = connection.unwrap();
    connection.send("to Kraken".to_owned()).await.unwrap();
    assert_eq!(server.received().await.as_deref(), Some("to Kraken"));
    server.send("to us").await;
    assert_eq!(connection.next().await, Arrival::Frame("to us".into()));
    server.close(1001, "CloudFlare WebSocket proxy restarting").await;
    let Arrival::Closed(closed) = connection.next().await else { panic!("still open") };
    assert_eq!(closed.code, Some(1001));
    assert_eq!(closed.reason, "CloudFlare WebSocket proxy restarting");
    assert!(connection.send("too late".to_owned()).await.is_err());
}

#[tokio::test]
async fn an_end_without_a_word_has_no_code() {
    let script = Script::start().await;
    let (http, _hands) = way(&script);
    let (connection, server) = tokio::join!(Connection::dial(&http, SocketKind::Private), async {
        let asked = script.asked().await;
        assert_eq!(asked.path, "/private");
        asked.open_socket().await
    });
    drop(server);
    let Arrival::Closed(closed) = connection.unwrap().next().await else { panic!("still open") };
    assert_eq!(closed.code, None);
}

#[tokio::test]
async fn a_frame_that_is_no_text_ends_it() {
    let script = Script::start().await;
    let (http, _hands) = way(&script);
    let (connection, mut server) =
        tokio::join!(Connection::dial(&http, SocketKind::Public), async {
            script.asked().await.open_socket().await
        });
    server.send_binary(b"\x01\x02").await;
    assert_eq!(connection.unwrap().next().await, Arrival::ended("it sent a binary frame"));
}

#[tokio::test]
async fn a_frame_that_is_too_long_ends_it() {
    let script = Script::start().await;
    let (http, _hands) = way(&script);
    let (connection, mut server) =
        tokio::join!(Connection::dial(&http, SocketKind::Public), async {
            script.asked().await.open_socket().await
        });
    let mut connection = connection.unwrap();
    let (arrival, ()) = tokio::join!(connection.next(), async {
        server.send("a".repeat(FRAME_BYTES_MAX)).await;
    });
    assert!(matches!(arrival, Arrival::Frame(frame) if frame.len() == FRAME_BYTES_MAX));
    let arrival = tokio::select! {
        arrival = connection.next() => arrival,
        () = async {
            server.send("a".repeat(FRAME_BYTES_MAX + 1)).await;
            std::future::pending::<()>().await;
        } => unreachable!("it waits for ever"),
    };
    assert!(matches!(arrival, Arrival::Closed(_)), "too long");
}

#[tokio::test]
async fn a_refusal_has_its_status() {
    for status in [400, 403, 429, 503, 200, 302] {
        let script = Script::start().await;
        let (http, _hands) = way(&script);
        let (connection, ()) = tokio::join!(Connection::dial(&http, SocketKind::Public), async {
            script.asked().await.answer_with(status, "location: /\r\n", "no");
        });
        assert_eq!(connection.unwrap_err(), DialError::Refused { status });
        assert!(script.is_quiet(), "a connection was tried twice");
    }
}

#[tokio::test]
async fn what_only_looks_like_a_websocket_is_none() {
    let script = Script::start().await;
    let (http, _hands) = way(&script);
    let (connection, ()) = tokio::join!(Connection::dial(&http, SocketKind::Public), async {
        script.asked().await.raw(
            "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-accept: AAAA\r\n\r\n",
        );
    });
    assert_eq!(connection.unwrap_err(), DialError::NotWebSocket);
}

#[tokio::test]
async fn an_opening_is_waited_for_ten_seconds() {
    let script = Script::start().await;
    let (http, hands) = way(&script);
    let (connection, _asked) = tokio::join!(Connection::dial(&http, SocketKind::Public), async {
        let asked = script.asked().await;
        hands.turn_to(hands.patience_before(Timestamp::NEVER).await);
        asked
    });
    let error = connection.unwrap_err();
    assert_eq!(error, DialError::NotReached("nothing came within 10 s".to_owned()));
}

#[tokio::test]
async fn a_goodbye_is_said() {
    let script = Script::start().await;
    let (http, _hands) = way(&script);
    let dial = Connection::dial(&http, SocketKind::Public);
    let (connection, mut server) =
        tokio::join!(dial, async { script.asked().await.open_socket().await });
    let ((), received) = tokio::join!(connection.unwrap().close(), server.received());
    assert_eq!(received, None);
}
