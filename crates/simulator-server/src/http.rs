//! Requests in, answers out. A request reaches the machine whole or not at all.

use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderMap, HeaderValue,
        SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_VERSION, UPGRADE,
    },
};
use hyper_util::rt::TokioIo;
use simulated_kraken::{Answer, Door, HttpAnswer, HttpRequest};
use tokio::{task::spawn_local, time::timeout};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    answer_body::AnswerBody,
    counts::count,
    hub::{Hub, Welcome},
    listener::Permit,
    upgrade::{Wish, wish},
    websocket,
    wire::Wire,
};

/// Who asks, and whom.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) hub: Rc<Hub>,
    /// Without a port.
    pub(crate) address: String,
    /// The client's place among all connections.
    pub(crate) _permit: Permit,
}

/// There is no answer: the connection is closed without a word.
#[derive(Debug, thiserror::Error)]
#[error("the connection is to be closed without a word")]
pub(crate) struct NoAnswer;

/// Answers a request, or makes a WebSocket of its connection.
pub(crate) async fn answer(
    client: Rc<Client>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, NoAnswer> {
    match wish(&request) {
        Wish::Answer => answer_request(&client, request).await,
        Wish::Socket { door, key } => open_socket(client, request, (door, &key)).await,
        Wish::Impossible(status) => {
            let mut response =
                refusal(status, "EGeneral:Invalid arguments:no WebSocket version 13");
            response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            Ok(response)
        }
    }
}

async fn answer_request(
    client: &Client,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, NoAnswer> {
    let (head, body) = request.into_parts();
    let body =
        match timeout(client.hub.limits.body_time_max, read(client, &head.headers, body)).await {
            Ok(Ok(body)) => body,
            Ok(Err(Unread::TooLarge)) => {
                count(&client.hub.counts.oversized);
                let text = "EGeneral:Invalid arguments:the body is too large";
                return Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, text));
            }
            Ok(Err(Unread::Endless | Unread::Lost)) => return Err(NoAnswer),
            Err(_) => {
                let text = "EGeneral:Invalid arguments:the body did not come in time";
                return Ok(refusal(StatusCode::REQUEST_TIMEOUT, text));
            }
        };
    let request = HttpRequest {
        address: client.address.clone(),
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: texts(&head.headers),
        body,
    };
    let answer = client.hub.ask(request).await.expect("the machine answers each request once");
    match answer {
        Answer::Http(answer) => Ok(whole(answer)),
        Answer::Nothing => Err(NoAnswer),
        Answer::Torn(answer) => Ok(torn(answer)),
    }
}

async fn open_socket(
    client: Rc<Client>,
    mut request: Request<Incoming>,
    (door, key): (Door, &[u8]),
) -> Result<Response<AnswerBody>, NoAnswer> {
    let (guest, welcome) = client.hub.knock(client.address.clone(), door);
    match welcome.await.expect("the machine answers each client that knocks once") {
        Welcome::LetIn => {}
        Welcome::Refused(Some(answer)) => return Ok(whole(answer)),
        Welcome::Refused(None) => return Err(NoAnswer),
    }
    let upgraded = hyper::upgrade::on(&mut request);
    spawn_local(async move {
        let Ok(upgraded) = upgraded.await else { return };
        let parts = upgraded.downcast::<TokioIo<Wire>>().expect("this is what was given to hyper");
        let wire = parts.io.into_inner();
        websocket::serve((wire, parts.read_buf), guest, &client.hub).await;
    });
    let mut response = Response::new(AnswerBody::whole(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    let accept = derive_accept_key(key).try_into().expect("base64 may stand in a header");
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

/// Why there is no body.
enum Unread {
    /// It was read to its end, or its sender waits to be told, and it is too large.
    TooLarge,
    /// It is much too large.
    Endless,
    /// The connection ended before it did.
    Lost,
}

async fn read(client: &Client, headers: &HeaderMap, mut body: Incoming) -> Result<Bytes, Unread> {
    let limits = &client.hub.limits;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if limits.body_bytes_max < announced && headers.contains_key(EXPECT) {
        return Err(Unread::TooLarge);
    }
    let mut all = BytesMut::new();
    let mut first = Bytes::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Lost)?.into_data() else { continue };
        length += data.len();
        if limits.body_bytes_max < length {
            all = BytesMut::new();
            if limits.body_bytes_discarded_max < length {
                return Err(Unread::Endless);
            }
        } else if first.is_empty() {
            // Nearly always this is all of it.
            first = data;
        } else {
            all.extend_from_slice(&data);
        }
    }
    if limits.body_bytes_max < length {
        return Err(Unread::TooLarge);
    }
    if all.is_empty() { Ok(first) } else { Ok([&first[..], &all].concat().into()) }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn whole(answer: HttpAnswer) -> Response<AnswerBody> {
    let body = AnswerBody::whole(answer.body.clone());
    with_head(answer, body)
}

fn torn(answer: HttpAnswer) -> Response<AnswerBody> {
    let promised = answer.body.len().max(1);
    let body = AnswerBody::torn(&answer.body);
    let mut response = with_head(answer, body);
    response.headers_mut().insert(CONTENT_LENGTH, promised.into());
    response
}

fn with_head(answer: HttpAnswer, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(body).expect("the machine's answers are HTTP")
}

/// What is refused before it reaches the machine. The connection ends with it.
fn refusal(status: StatusCode, error: &str) -> Response<AnswerBody> {
    let body = format!(r#"{{"error":["{error}"]}}"#);
    let mut response = Response::new(AnswerBody::whole(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
