//! REST answers: any bytes give a verdict, and values or an error, for every endpoint; never a
//! panic. An order call is never done unless the answer names an order.
#![no_main]

use kraken_protocol::{
    Endpoint,
    rest::{Answer, PairNames, can_read},
    verdict::{Heard, HttpAnswer, Verdict, judge},
};
use libfuzzer_sys::fuzz_target;
use trading_types::Timestamp;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);

fuzz_target!(|body: &[u8]| {
    let names = PairNames::default();
    for endpoint in Endpoint::all() {
        let answer = HttpAnswer { status: 200, body, retry_after: None, budget: &[] };
        let verdict = judge(endpoint.into(), &Heard::Answer(answer), NOW).verdict;
        let result = Answer::open(body).ok().and_then(|answer| answer.result);
        let read = result.map(|result| can_read(endpoint, result, &names));
        if matches!(verdict, Verdict::Done(_)) && !endpoint.may_be_repeated() {
            assert!(matches!(read, Some(Ok(()))));
        }
    }
});
