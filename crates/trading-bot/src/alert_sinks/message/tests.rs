//! Tests of what people read, and of texts that are too long for a chat.

use bot_machine::{AlertKind, Severity};
use proptest::prelude::*;
use serde_json::json;
use trading_types::Timestamp;

use super::{CUT, Message, shortened};

fn message(text: &str) -> Message {
    Message {
        id: 7,
        time: Timestamp::from_seconds(1_795_348_800).unwrap(),
        severity: Severity::Critical,
        kind: AlertKind::UnknownOrder,
        text: text.to_owned(),
        host: "my host".to_owned(),
    }
}

#[test]
fn each_sink_has_its_form() {
    let message = message("order <b>1</b> @everyone");
    let text = "CRITICAL: unknown order\norder <b>1</b> @everyone\n\n\
                slackwater on my host, alert 7, 2026-11-22T12:00:00Z";
    assert_eq!(
        message.for_telegram("-100"),
        json!({
            "chat_id": "-100", "text": text, "link_preview_options": { "is_disabled": true }
        })
    );
    let discord = json!({ "content": text, "allowed_mentions": { "parse": [] } });
    assert_eq!(message.for_discord(), discord);
    assert_eq!(
        message.for_webhook(),
        json!({
            "id": 7, "time": "2026-11-22T12:00:00Z", "kind": "unknown_order",
            "severity": "critical", "text": "order <b>1</b> @everyone", "host": "my host",
        })
    );
    assert_eq!(message.subject(), "slackwater on my host: CRITICAL, unknown order");
    assert_eq!(message.unique_name(), "<alert-7-1795348800000000000@myhost.slackwater.invalid>");
}

#[test]
fn long_texts_are_cut_to_fit() {
    let long = message(&"𝄞".repeat(9_000));
    let check = |text: &serde_json::Value, units_max: usize| {
        let text = text.as_str().unwrap();
        let units = text.encode_utf16().count();
        assert!(units_max - 1 <= units && units <= units_max && text.ends_with(CUT), "{units}");
    };
    check(&long.for_telegram("1")["text"], 4_096);
    check(&long.for_discord()["content"], 2_000);
    assert_eq!(long.for_webhook()["text"], "𝄞".repeat(9_000));
}

proptest! {
    #[test]
    fn a_cut_text_is_the_beginning_of_the_whole(text: String, units_max in 12_usize..60) {
        let cut = shortened(&text, units_max);
        prop_assert!(cut.encode_utf16().count() <= units_max);
        prop_assert!(cut == text || text.starts_with(cut.strip_suffix(CUT).unwrap()));
    }
}
