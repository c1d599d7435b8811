//! Tests of the socket from both ends, and by clients that behave as none of ours does.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use std::{
    fs,
    io::{Read, Write},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::Path,
    time::Duration,
};

use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;
use tokio::{sync::mpsc::Receiver, task::spawn_blocking};

use super::{
    Ask, ControlError, ControlLimits, ControlRequest, ControlServer, OpenControlError, ask,
    socket_path,
    wire::{Line, read_line},
};

/// No answer takes so long; only a test that fails waits for it.
const LONG: Duration = Duration::from_secs(20);

async fn serve(limits: ControlLimits) -> (TempDir, ControlServer, Receiver<ControlRequest>) {
    let folder = TempDir::new().unwrap();
    let (server, requests) = ControlServer::open(folder.path(), limits).await.unwrap();
    (folder, server, requests)
}

/// Speaks as no client of ours does, and gives back all that comes.
async fn raw(folder: &Path, text: impl Into<Vec<u8>>) -> String {
    let (path, text) = (socket_path(folder), text.into());
    let speak = move || {
        let mut stream = UnixStream::connect(path).unwrap();
        // Who was turned away cannot always speak to the end.
        drop(stream.write_all(&text));
        drop(stream.shutdown(std::net::Shutdown::Write));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        String::from_utf8(answer).unwrap()
    };
    spawn_blocking(speak).await.unwrap()
}

/// A bot that answers each request with its own words.
fn echo(mut requests: Receiver<ControlRequest>) {
    tokio::spawn(async move {
        while let Some(request) = requests.recv().await {
            let ControlRequest { what, principal, reply, .. } = request;
            match what {
                Ask::Resume { ref reason, .. } => reply.refuse(format!("not for {reason}")),
                Ask::Status
                | Ask::Halt { .. }
                | Ask::Acknowledge { .. }
                | Ask::Explain { .. }
                | Ask::Stop => reply.answer(json!({ "what": what, "user": principal.user })),
            }
        }
    });
}

#[tokio::test]
async fn every_request_goes_there_and_its_answer_back() {
    let (folder, _server, requests) = serve(ControlLimits::default()).await;
    echo(requests);
    let us = fs::metadata(folder.path()).unwrap().uid();
    let pair = "BTC/USD".parse().unwrap();
    for what in [
        Ask::Status,
        Ask::Halt { reason: "a \"quoted\"\nreason".to_owned() },
        Ask::Acknowledge { alert: Some(7) },
        Ask::Acknowledge { alert: None },
        Ask::Explain { pair },
        Ask::Stop,
    ] {
        let answer = ask(folder.path(), &what, LONG).await.unwrap();
        assert_eq!(answer, json!({ "what": what, "user": us }));
    }
    let what = Ask::Resume { reason: "fun".to_owned(), pair: None };
    let refused = ask(folder.path(), &what, LONG).await.unwrap_err();
    assert_eq!(refused.to_string(), "the bot refused: not for fun");
}

#[tokio::test]
async fn requests_are_the_lines_that_are_documented() {
    let (folder, _server, requests) = serve(ControlLimits::default()).await;
    echo(requests);
    let check = async |line: &str, expected: &str| {
        let answer = raw(folder.path(), line).await;
        assert!(answer.starts_with(expected), "{line}: {answer}");
    };
    check("{\"do\":\"status\"}\n", "{\"answer\":").await;
    check("{\"do\":\"status\"}\r\n", "{\"answer\":").await;
    check("{\"do\":\"status\"}", "{\"answer\":").await;
    check(r#"{"do":"halt","reason":"x"}"#, "{\"answer\":").await;
    check(r#"{"do":"resume","reason":"x","pair":"BTC/USD"}"#, "{\"refused\":\"not for x").await;
    check(r#"{"do":"acknowledge","alert":3}"#, "{\"answer\":").await;
    check(r#"{"do":"acknowledge"}"#, "{\"answer\":").await;
    check(r#"{"do":"explain","pair":"BTC/USD"}"#, "{\"answer\":").await;
    check(r#"{"do":"stop"}"#, "{\"answer\":").await;

    let unread = "{\"refused\":\"the request cannot be read";
    check("", "").await;
    check("\n", unread).await;
    check("status\n", unread).await;
    check(r#"{"do":"withdraw"}"#, unread).await;
    check(r#"{"do":"halt"}"#, unread).await;
    check(r#"{"do":"halt","reason":"x","extra":1}"#, unread).await;
    check(r#"{"do":"explain","pair":"BTCUSD"}"#, unread).await;
    check(r#"{"do":"acknowledge","alert":-1}"#, unread).await;
    // Two on one connection.
    let two = raw(folder.path(), "{\"do\":\"stop\"}\n{\"do\":\"nonsense\"}\n").await;
    assert_eq!(two.lines().count(), 2, "{two}");
}

#[tokio::test]
async fn the_socket_is_for_its_owner_and_goes_with_the_server() {
    let (folder, server, _requests) = serve(ControlLimits::default()).await;
    let mode = fs::metadata(socket_path(folder.path())).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(server);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_second_server_is_refused_and_a_dead_one_replaced() {
    let (folder, server, _requests) = serve(ControlLimits::default()).await;
    let second = ControlServer::open(folder.path(), ControlLimits::default()).await;
    assert!(matches!(second, Err(OpenControlError::Served(_))));
    drop(server);

    // As after `kill -9`: the file stays, nobody listens.
    drop(UnixListener::bind(socket_path(folder.path())).unwrap());
    fs::write(folder.path().join("control.new"), "").unwrap();
    let unanswered = ask(folder.path(), &Ask::Status, LONG).await;
    assert!(matches!(unanswered, Err(ControlError::NotRunning(_))));
    let (_server, requests) =
        ControlServer::open(folder.path(), ControlLimits::default()).await.unwrap();
    echo(requests);
    ask(folder.path(), &Ask::Status, LONG).await.unwrap();
}

#[tokio::test]
async fn a_server_that_was_replaced_leaves_the_new_one_its_file() {
    let (folder, server, _requests) = serve(ControlLimits::default()).await;
    fs::remove_file(socket_path(folder.path())).unwrap();
    let (_second, _others) =
        ControlServer::open(folder.path(), ControlLimits::default()).await.unwrap();
    drop(server);
    assert!(socket_path(folder.path()).exists());
}

#[tokio::test]
async fn a_folder_that_will_not_do_is_named() {
    let check = async |folder: &Path, expected: &str| {
        let error = ControlServer::open(folder, ControlLimits::default()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    let folder = TempDir::new().unwrap();
    check(&folder.path().join("missing"), "cannot listen at").await;
    check(&folder.path().join("x".repeat(110)), "a shorter path").await;
    fs::write(socket_path(folder.path()), "mine").unwrap();
    check(folder.path(), "is not a socket; move it away").await;
    assert_eq!(fs::read_to_string(socket_path(folder.path())).unwrap(), "mine");
}

#[tokio::test]
async fn a_client_is_told_whether_there_is_a_bot() {
    let folder = TempDir::new().unwrap();
    let nobody = ask(folder.path(), &Ask::Status, LONG).await;
    assert!(matches!(nobody, Err(ControlError::NotRunning(_))));
    let nobody = ask(&folder.path().join("missing"), &Ask::Status, LONG).await;
    assert!(matches!(nobody, Err(ControlError::NotRunning(_))));

    // As one that was stopped by a signal: the system takes the connection, nobody answers.
    let _hung = UnixListener::bind(socket_path(folder.path())).unwrap();
    let hung = ask(folder.path(), &Ask::Status, Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(hung, ControlError::Silent { .. }));
    assert!(hung.to_string().contains("nothing came within 0.02 s"), "{hung}");
}

#[tokio::test]
async fn a_bot_without_an_answer_is_told_from_one_that_refuses() {
    let limits =
        ControlLimits { answer_time_max: Duration::from_millis(20), ..ControlLimits::default() };
    let (folder, _server, mut requests) = serve(limits).await;
    let check = |answer: Result<_, ControlError>, expected: &str| {
        let error = answer.unwrap_err();
        assert!(matches!(error, ControlError::Silent { .. }));
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(ask(folder.path(), &Ask::Status, LONG).await, "the bot has taken too long");
    let dropped = async {
        drop(requests.recv().await);
        drop(requests.recv().await);
    };
    let (answer, ()) = tokio::join!(ask(folder.path(), &Ask::Status, LONG), dropped);
    check(answer, "the bot ended without an answer");
    drop(requests);
    check(ask(folder.path(), &Ask::Status, LONG).await, "the bot is ending");
}

#[tokio::test]
async fn requests_that_nobody_takes_do_not_gather() {
    let limits = ControlLimits {
        clients_max: 2,
        answer_time_max: Duration::from_millis(5),
        ..ControlLimits::default()
    };
    let (folder, _server, mut requests) = serve(limits).await;
    let answers = raw(folder.path(), "{\"do\":\"status\"}\n".repeat(4)).await;
    let late = answers.matches("taken too long").count();
    let full = answers.matches("has not taken earlier requests").count();
    assert_eq!((late, full), (2, 2), "{answers}");
    let mut waiting = 0;
    while requests.try_recv().is_ok() {
        waiting += 1;
    }
    assert_eq!(waiting, 2);
}

#[tokio::test]
async fn who_says_too_much_or_nothing_is_cut_off() {
    let limits = ControlLimits {
        line_bytes_max: 40,
        patience: Duration::from_millis(50),
        ..ControlLimits::default()
    };
    let (folder, _server, requests) = serve(limits).await;
    echo(requests);
    let answer = raw(folder.path(), vec![b'x'; 1 << 20]).await;
    assert!(answer.contains("more than 40 bytes"), "{answer}");
    let fitting = format!("{{\"do\":\"status\"}}{}\n", " ".repeat(25));
    assert!(raw(folder.path(), fitting).await.starts_with("{\"answer\""));

    // Says nothing, or half of it, and does not hang up.
    for said in ["", "{\"do\":"] {
        let path = socket_path(folder.path());
        let listen = move || {
            let mut stream = UnixStream::connect(path).unwrap();
            stream.write_all(said.as_bytes()).unwrap();
            stream.read_to_end(&mut Vec::new()).unwrap()
        };
        assert_eq!(spawn_blocking(listen).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn who_does_not_take_answers_is_cut_off() {
    let patience = Duration::from_millis(50);
    let limits = ControlLimits { patience, clients_max: 1, ..ControlLimits::default() };
    let (folder, _server, mut requests) = serve(limits).await;
    let mut deaf = UnixStream::connect(socket_path(folder.path())).unwrap();
    deaf.write_all(b"{\"do\":\"status\"}\n").unwrap();
    let request = requests.recv().await.unwrap();
    request.reply.answer(json!("x".repeat(4 << 20)));
    echo(requests);
    // Its place is given to another as soon as it is cut off.
    while ask(folder.path(), &Ask::Status, LONG).await.is_err() {}
    drop(deaf);
}

#[tokio::test]
async fn one_client_too_many_is_turned_away_and_no_place_is_lost() {
    let (folder, _server, mut requests) =
        serve(ControlLimits { clients_max: 2, ..ControlLimits::default() }).await;
    let path = socket_path(folder.path());
    let mut places: Vec<_> = (0..2).map(|_| UnixStream::connect(&path).unwrap()).collect();
    for place in &mut places {
        place.write_all(b"{\"do\":\"status\"}\n").unwrap();
    }
    let waiting = [requests.recv().await.unwrap(), requests.recv().await.unwrap()];
    let third = ask(folder.path(), &Ask::Stop, LONG).await.unwrap_err();
    assert!(third.to_string().contains("too many others are asking"), "{third}");
    drop((places, waiting));
    echo(requests);
    while ask(folder.path(), &Ask::Status, LONG).await.is_err() {}
}

#[tokio::test]
async fn the_answer_to_a_stop_reaches_its_client() {
    let (folder, server, mut requests) = serve(ControlLimits::default()).await;
    // One that only listens does not hold the end up.
    let _idle = UnixStream::connect(socket_path(folder.path())).unwrap();
    let bot = async {
        let request = requests.recv().await.unwrap();
        let close = tokio::spawn(server.close());
        while UnixStream::connect(socket_path(folder.path())).is_ok() {
            tokio::task::yield_now().await;
        }
        request.reply.answer(json!("ending"));
        close.await.unwrap();
    };
    let (answer, ()) = tokio::join!(ask(folder.path(), &Ask::Stop, LONG), bot);
    assert_eq!(answer.unwrap(), json!("ending"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

proptest! {
    /// Any bytes, cut into lines of at most so many bytes: nothing is lost, nothing is kept beyond
    /// the limit.
    #[test]
    fn lines_are_read_up_to_their_limit(bytes in prop::collection::vec(0_u8..14, 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut rest = bytes.as_slice();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            let expected =
                if 8 < text.len() { Line::TooLong } else { Line::Text(text.to_vec()) };
            let read = runtime.block_on(read_line(&mut rest, 8)).unwrap();
            prop_assert_eq!(&read, &expected);
            if read == Line::TooLong {
                return Ok(());
            }
        }
        prop_assert_eq!(runtime.block_on(read_line(&mut rest, 8)).unwrap(), Line::End);
    }

    #[test]
    fn a_request_is_itself_after_the_way_over_the_wire(reason: String, alert: Option<u64>) {
        let pair = "ETH/EUR".parse().unwrap();
        for what in [
            Ask::Halt { reason: reason.clone() },
            Ask::Resume { reason: reason.clone(), pair: Some(pair) },
            Ask::Acknowledge { alert },
        ] {
            let line = super::wire::line_of(&what);
            prop_assert!(!line[..line.len() - 1].contains(&b'\n'));
            prop_assert_eq!(serde_json::from_slice::<Ask>(&line).unwrap(), what);
        }
    }
}
