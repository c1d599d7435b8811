//! An alert as each sink wants it. What a message says stays what the alert says: nothing in it is
//! taken for markup, and nobody is called by a name that happens to stand in it.

use bot_machine::{Alert, AlertKind, Severity};
use serde_json::{Value, json};
use trading_types::Timestamp;

/// The longest text of a message, in Telegram's count
/// (<https://core.telegram.org/bots/api#sendmessage>).
const TELEGRAM_UNITS_MAX: usize = 4_096;
/// The longest text of a message of a webhook
/// (<https://discord.com/developers/docs/resources/webhook#execute-webhook>).
const DISCORD_UNITS_MAX: usize = 2_000;
/// Follows a text that was cut.
const CUT: &str = " … (cut)";

/// An alert and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) time: Timestamp,
    pub(super) severity: Severity,
    pub(super) kind: AlertKind,
    pub(super) text: String,
    pub(super) host: String,
}

impl Message {
    pub(super) fn new(alert: &Alert, host: &str) -> Self {
        let Alert { id, time, kind, severity, text } = alert.clone();
        Self { id, time, severity, kind, text, host: host.to_owned() }
    }

    /// The body of `sendMessage`. Without a parse mode the text is only a text.
    pub(super) fn for_telegram(&self, chat: &str) -> Value {
        json!({
            "chat_id": chat,
            "text": shortened(&self.as_text(), TELEGRAM_UNITS_MAX),
            "link_preview_options": { "is_disabled": true },
        })
    }

    /// The body of a webhook of Discord's. `@everyone` in a text calls nobody.
    pub(super) fn for_discord(&self) -> Value {
        json!({
            "content": shortened(&self.as_text(), DISCORD_UNITS_MAX),
            "allowed_mentions": { "parse": [] },
        })
    }

    /// The body of any other webhook.
    pub(super) fn for_webhook(&self) -> Value {
        let Self { id, time, severity, kind, text, host } = self;
        json!({
            "id": id, "time": time, "kind": kind, "severity": severity, "text": text, "host": host,
        })
    }

    /// The subject of an e-mail: words of ours only, on one line.
    pub(super) fn subject(&self) -> String {
        format!("slackwater on {}: {}, {}", self.host, self.severity_word(), self.kind_words())
    }

    /// The same each time it is sent, so that a repetition shows as one.
    pub(super) fn unique_name(&self) -> String {
        let host: String = self.host.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("<alert-{}-{}@{host}.slackwater.invalid>", self.id, self.time.nanos())
    }

    /// For people, the most important first.
    pub(super) fn as_text(&self) -> String {
        let Self { id, time, text, host, .. } = self;
        let (severity, kind) = (self.severity_word(), self.kind_words());
        format!("{severity}: {kind}\n{text}\n\nslackwater on {host}, alert {id}, {time}")
    }

    const fn severity_word(&self) -> &'static str {
        match self.severity {
            Severity::Notice => "notice",
            Severity::Warning => "WARNING",
            Severity::Critical => "CRITICAL",
        }
    }

    fn kind_words(&self) -> String {
        let kind = serde_json::to_value(self.kind).expect("a kind is a word");
        kind.as_str().expect("a kind is a word").replace('_', " ")
    }
}

/// A text of at most `units_max` UTF-16 units, which is how both chats count at worst.
fn shortened(text: &str, units_max: usize) -> String {
    if text.encode_utf16().count() <= units_max {
        return text.to_owned();
    }
    let mut room = units_max - CUT.encode_utf16().count();
    let fitting = text.chars().take_while(|character| {
        let units = character.len_utf16();
        let fits = units <= room;
        room = room.saturating_sub(units);
        fits
    });
    fitting.chain(CUT.chars()).collect()
}

#[cfg(test)]
mod tests;
