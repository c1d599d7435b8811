//! Tests of which message goes when there is no room.

use bot_machine::{AlertKind, Severity};
use proptest::prelude::*;
use trading_types::Timestamp;

use super::{Message, Queue};

fn message(id: u64, severity: Severity) -> Message {
    let (text, host) = (String::new(), String::new());
    Message { id, time: Timestamp::EPOCH, severity, kind: AlertKind::Life, text, host }
}

fn severity() -> impl Strategy<Value = Severity> {
    prop_oneof![Just(Severity::Notice), Just(Severity::Warning), Just(Severity::Critical)]
}

proptest! {
    /// Nothing is lost unsaid, the order stays, and what goes is never worth more than what stays.
    #[test]
    fn the_least_important_goes(
        severities in prop::collection::vec(severity(), 0..20),
        messages_max in 1_usize..6,
    ) {
        let mut queue = Queue::default();
        let mut kept: Vec<(u64, Severity)> = Vec::new();
        for (id, severity) in (0..).zip(&severities) {
            kept.push((id, *severity));
            let gone = queue.push(message(id, *severity), messages_max);
            prop_assert_eq!(gone.is_some(), messages_max < kept.len());
            if let Some(gone) = gone {
                prop_assert!(kept.iter().all(|(_, kept)| gone.severity <= *kept));
                kept.retain(|(id, _)| *id != gone.id);
            }
        }
        let left: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|it| it.id).collect();
        prop_assert_eq!(left, kept.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    }
}
