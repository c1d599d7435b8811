//! A way that fails is told of once, until it works again.

use std::collections::BTreeSet;

use super::judge;
use crate::alert_sinks::{Delivery, DeliveryError, SinkName};

fn delivery(sink: SinkName, is_through: bool) -> Delivery {
    let why = "HTTP 500".to_owned();
    let result = if is_through { Ok(()) } else { Err(DeliveryError::GaveUp { sink, why }) };
    Delivery { sink, alert: 1, attempts: 3, result }
}

#[test]
fn a_way_that_fails_is_told_of_once() {
    use SinkName::{Discord, Telegram};
    let mut failing = BTreeSet::new();
    #[rustfmt::skip] // A table.
    let steps = [
        (Telegram, true,  false),
        (Telegram, false, true),
        // What was said about it could not be told there either.
        (Telegram, false, false),
        (Discord,  true,  false),
        (Discord,  false, true),
        (Telegram, true,  false),
        (Telegram, false, true),
    ];
    for (at, (sink, is_through, is_told)) in steps.into_iter().enumerate() {
        let told = judge(&mut failing, &delivery(sink, is_through));
        assert_eq!(told.is_some(), is_told, "step {at}: {told:?}");
        assert!(told.is_none_or(|text| text.contains(&sink.to_string())), "step {at}");
    }
}
