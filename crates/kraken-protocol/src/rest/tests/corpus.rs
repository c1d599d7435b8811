//! Every file of the corpus through everything that reads answers: nothing panics. It is what the
//! fuzz targets `rest_answers` and `key_info` do with bytes of their own.

use trading_types::Timestamp;

use super::*;
use crate::{
    key_audit::{self, KeyRole, Wanted},
    verdict::{Heard, HttpAnswer, judge},
};

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);

fn read_as_everything(body: &[u8], names: &PairNames) {
    for endpoint in Endpoint::all() {
        for status in [200, 429, 503] {
            let budget = [("X-RateLimit-Remaining", "1")];
            let answer = HttpAnswer { status, body, retry_after: None, budget: &budget };
            drop(judge(endpoint.into(), &Heard::Answer(answer), NOW));
        }
        if let Ok(Answer { result: Some(result), .. }) = Answer::open(body) {
            drop(can_read(endpoint, result, names));
        }
    }
    let wanted = Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false };
    let text = String::from_utf8_lossy(body);
    for result in [&*text, Answer::open(body).ok().and_then(|it| it.result).unwrap_or_default()] {
        if let Ok(info) = key_info::key_info(result) {
            let audit = key_audit::audit(&info, wanted, NOW);
            assert_eq!(audit.accepted, audit.findings.iter().all(is_warning));
        }
    }
}

fn is_warning(finding: &key_audit::Finding) -> bool {
    finding.severity == key_audit::Severity::Warned
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads its inputs")]
fn no_input_panics() {
    let names = PairNames::recorded();
    let mut files = 0;
    for folder in ["rest", "key_info"] {
        let folder = format!("{}/tests/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(folder).unwrap() {
            let body = std::fs::read(entry.unwrap().path()).unwrap();
            read_as_everything(&body, &names);
            // And every beginning of it, as a broken connection would leave it.
            for end in (0..body.len()).step_by(11) {
                read_as_everything(&body[..end], &names);
            }
            files += 1;
        }
    }
    assert!(30 <= files, "{files} inputs");
}

/// The answers of the corpus that are whole can be read as what they are named after.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads its inputs")]
fn each_whole_answer_is_read() {
    let names = PairNames::recorded();
    for endpoint in Endpoint::all() {
        let folder = if endpoint == Endpoint::GetApiKeyInfo { "key_info" } else { "rest" };
        let file = format!("{}/tests/corpus/{folder}/{endpoint}", env!("CARGO_MANIFEST_DIR"));
        let body = std::fs::read(&file).unwrap();
        let answer = Answer::open(&body).unwrap();
        let read = can_read(endpoint, answer.result.unwrap(), &names);
        assert_eq!(read, Ok(()), "{endpoint}");
    }
}
