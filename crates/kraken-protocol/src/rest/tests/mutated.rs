//! Answers with some of their bytes changed: nothing panics, and an order call is done only if its
//! answer can be read, whatever else it says.

use proptest::{prelude::*, sample::Index};
use trading_types::Timestamp;

use super::*;
use crate::{
    endpoint::Effect,
    verdict::{Heard, HttpAnswer, Verdict, judge},
};

/// What a byte or some are changed into.
const INSERTS: [&str; 16] = [
    "",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "0",
    "-",
    "e9",
    "null",
    "\"0\"",
    "[]",
    "{}",
    "99999999999999999999999",
];

#[expect(clippy::disallowed_methods, reason = "a test reads its inputs")]
fn whole(endpoint: Endpoint) -> String {
    let folder = if endpoint == Endpoint::GetApiKeyInfo { "key_info" } else { "rest" };
    let file = format!("{}/tests/corpus/{folder}/{endpoint}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

fn changed(text: &str, changes: &[(Index, usize, Index)]) -> String {
    let mut text = text.to_owned();
    for (at, length, insert) in changes {
        let start = at.index(text.len());
        let end = (start + length).min(text.len());
        text.replace_range(start..end, INSERTS[insert.index(INSERTS.len())]);
    }
    text
}

proptest! {
    #[test]
    fn changed_answers_do_no_harm(
        endpoint in any::<Index>(),
        status in prop::sample::select(vec![200_u16, 403, 429, 503]),
        changes in prop::collection::vec((any::<Index>(), 0..6_usize, any::<Index>()), 0..3),
    ) {
        let all: Vec<Endpoint> = Endpoint::all().collect();
        let endpoint = *endpoint.get(&all);
        let body = changed(&whole(endpoint), &changes);
        let now = Timestamp::from_nanos(1_795_262_400_000_000_000);
        let answer =
            HttpAnswer { status, body: body.as_bytes(), retry_after: None, budget: &[] };
        let verdict = judge(endpoint.into(), &Heard::Answer(answer), now).verdict;
        let names = PairNames::default();
        let result = Answer::open(body.as_bytes()).ok().and_then(|answer| answer.result);
        let read = result.map(|result| can_read(endpoint, result, &names));
        if let Verdict::Done(_) = verdict {
            prop_assert_eq!(status, 200);
            prop_assert!(endpoint.effect() == Effect::Read || read == Some(Ok(())));
        }
        if changes.is_empty() && status == 200 {
            prop_assert!(matches!(verdict, Verdict::Done(_)));
        }
    }
}
