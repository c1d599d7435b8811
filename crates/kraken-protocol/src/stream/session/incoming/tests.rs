//! Tests of what a frame is, and the corpus of frames.

use std::{fs, path::PathBuf};

use proptest::prelude::*;

use super::*;

/// What a frame is, in a word.
fn word(frame: &str) -> &'static str {
    match decode_any(frame) {
        Ok(Incoming::Market { is_snapshot: true, .. }) => "market snapshot",
        Ok(Incoming::Market { .. }) => "market",
        Ok(Incoming::Executions(message)) if message.unreadable.is_empty() => "executions",
        Ok(Incoming::Executions(_)) => "executions, partly",
        Ok(Incoming::Balances(message)) if message.unreadable.is_empty() => "balances",
        Ok(Incoming::Balances(_)) => "balances, partly",
        Ok(Incoming::Acknowledgement(said)) if said.outcome.is_ok() => "done",
        Ok(Incoming::Acknowledgement(_)) => "refused",
        Ok(Incoming::VenueError(_)) => "error",
        Err(_) => "unreadable",
    }
}

#[test]
fn frames_are_told_apart() {
    let check = |frame: &str, wanted: &str| assert_eq!(word(frame), wanted, "{frame}");
    check(r#"{"channel":"heartbeat"}"#, "market");
    check(r#"{"channel":"executions","type":"update","data":[]}"#, "executions");
    check(r#"{"channel":"balances","type":"snapshot","data":[]}"#, "balances");
    check(r#"{"channel":"new","type":"update","data":[]}"#, "unreadable");
    check(r#"{"method":"pong","req_id":1}"#, "done");
    check(r#"{"req_id":1,"error":"x"}"#, "refused");
    check(r#"{"error":"x","symbol":"BTC/USD"}"#, "refused");
    check(r#"{"Error":"Exceeded msg rate"}"#, "error");
    check(r#"{"event":"error","errorMessage":"Exceeded msg rate"}"#, "error");
    check(r#"{"error":"x"}"#, "error");
    check("{}", "unreadable");
}

/// Each file of the corpus begins its name with what it is.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read a file")]
fn the_corpus_is_read_as_its_names_say() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/session"));
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let word = std::str::from_utf8(&bytes).map_or("unreadable", |frame| word(frame.trim()));
        let wanted = name.split("--").next().unwrap().replace('-', " ");
        assert_eq!(word.replace(',', ""), wanted, "{name}");
        count += 1;
    }
    assert!(30 <= count, "the corpus has {count} frames");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text: String) {
        word(&text);
    }

    #[test]
    fn no_cut_or_changed_frame_makes_it_panic(cut in 0_usize..400, byte in 0x20_u8..0x7f) {
        for frame in SHAPES {
            let cut = cut.min(frame.len());
            if frame.is_char_boundary(cut) {
                word(&frame[..cut]);
                let mut changed = frame.as_bytes().to_vec();
                if let Some(changed) = changed.get_mut(cut) {
                    *changed = byte;
                }
                word(&String::from_utf8_lossy(&changed));
            }
        }
    }
}

const SHAPES: &[&str] = &[
    r#"{"channel":"executions","type":"update","data":[{"exec_type":"trade","order_id":"O1",
    "exec_id":"T1","last_qty":1.5,"last_price":9e1,"fees":[{"asset":"USD","qty":0.1}],
    "symbol":"BTC/USD","side":"buy","triggers":{"price":1,"status":"triggered"},
    "ratecount":3.5}],"sequence":2}"#,
    r#"{"channel":"balances","type":"snapshot","data":[{"asset":"USD","balance":1,
    "wallets":[{"type":"spot","id":"main","balance":1}]}],"sequence":1}"#,
    r#"{"channel":"balances","type":"update","data":[{"asset":"USD","type":"trade","amount":-1,
    "fee":0.1,"balance":1,"wallet_type":"spot","wallet_id":"main"}],"sequence":2}"#,
    r#"{"method":"batch_add","req_id":4,"result":[{"order_id":"O1",
    "cl_ord_id":"0000000000000000000000000000000a"},{"error":"x"}],"success":true}"#,
    r#"{"method":"cancel_all_orders_after","req_id":4,
    "result":{"triggerTime":"2026-11-21T10:01:00Z"},"success":true}"#,
];
