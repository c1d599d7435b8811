//! Answers that no API wrote: pages of the edge, broken JSON, JSON of another shape.

use exchange_simulator::Prng;

use crate::message::{Answer, HttpAnswer};

/// What stands between a client and Kraken answers with these when Kraken does not answer
/// (<https://developers.cloudflare.com/support/troubleshooting/http-status-codes/>, read on
/// 2026-11-21).
const GATEWAY_STATUSES: [u16; 9] = [500, 502, 503, 504, 520, 521, 522, 523, 524];

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=UTF-8";

/// What the edge answers to an address that it has banned.
pub(super) fn ban_page(how: &mut Prng) -> HttpAnswer {
    let (status, title) = match how.below(2) {
        0 => (403, "Attention Required! | Cloudflare"),
        _ => (429, "Access denied | api.kraken.com used Cloudflare to restrict access"),
    };
    http(status, HTML, page(status, title))
}

/// What comes instead of the answer `answer` when a gateway fails.
pub(super) fn gateway_failure(answer: &[u8], how: &mut Prng) -> Answer {
    let index = usize::try_from(how.below(9)).expect("below nine");
    let status = GATEWAY_STATUSES[index];
    match how.below(4) {
        0 | 1 => plain(status, HTML, page(status, "api.kraken.com | Web server is down")),
        2 => {
            let half = String::from_utf8_lossy(&answer[..answer.len() / 2]).into_owned();
            plain(200, JSON, half)
        }
        _ => plain(200, JSON, r#"{"message":"upstream","result":[null]}"#.to_owned()),
    }
}

fn page(status: u16, title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>{title}</title></head>\n\
         <body><h1>Error {status}</h1><p>cloudflare</p></body></html>\n"
    )
}

fn plain(status: u16, kind: &str, body: String) -> Answer {
    Answer::Http(http(status, kind, body))
}

fn http(status: u16, kind: &str, body: String) -> HttpAnswer {
    HttpAnswer { status, headers: vec![("content-type", kind.to_owned())], body: body.into() }
}
