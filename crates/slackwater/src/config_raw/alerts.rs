//! Where alerts go, as it is written in the config file. Secrets are in files of their own.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading_bot::alert_sinks::{
    AlertSettings, DiscordSettings, EmailSettings, Encryption, TelegramSettings, WebhookSettings,
};

/// Where alerts go, besides to the terminal; each way is a table of its own and may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, as [alerts.telegram]")]
pub(crate) struct RawAlerts {
    /// A chat of Telegram's.
    pub(crate) telegram: Option<RawTelegram>,
    /// A channel of Discord's.
    pub(crate) discord: Option<RawDiscord>,
    /// Any program that takes JSON.
    pub(crate) webhook: Option<RawWebhook>,
    /// E-mail, always encrypted.
    pub(crate) email: Option<RawEmail>,
}

/// A chat of Telegram's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTelegram {
    /// A file with the bot's token, readable by its owner only.
    token_file: PathBuf,
    /// The chat's number, or the name of a channel.
    chat: String,
}

/// A channel of Discord's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDiscord {
    /// A file with the address of the webhook, readable by its owner only.
    webhook_file: PathBuf,
}

/// Any program that takes JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWebhook {
    /// Its address; https, or this machine.
    url: String,
    /// A file with the secret that signs what we send, readable by its owner only.
    secret_file: PathBuf,
}

/// E-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEmail {
    /// The server that takes our mail.
    host: String,
    /// Its port; the usual one of the encryption if left out.
    port: Option<u16>,
    /// "starttls" or "tls"; starttls if left out.
    #[serde(default)]
    encryption: RawEncryption,
    /// Who we are to the server.
    user: String,
    /// A file with the password, readable by its owner only.
    password_file: PathBuf,
    /// The sender's address.
    from: String,
    /// The receivers' addresses.
    to: Vec<String>,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum RawEncryption {
    /// From its second line on.
    #[default]
    Starttls,
    /// From the first byte.
    Tls,
}

impl RawAlerts {
    /// The same for whoever tells people; nothing where nobody is to be told.
    pub(crate) fn settings(&self) -> Option<AlertSettings> {
        let Self { telegram, discord, webhook, email } = self.clone();
        let settings = AlertSettings {
            telegram: telegram
                .map(|it| TelegramSettings { token_file: it.token_file, chat: it.chat }),
            discord: discord.map(|it| DiscordSettings { webhook_file: it.webhook_file }),
            webhook: webhook.map(|it| WebhookSettings { url: it.url, secret_file: it.secret_file }),
            email: email.map(|it| EmailSettings {
                host: it.host,
                port: it.port,
                encryption: match it.encryption {
                    RawEncryption::Starttls => Encryption::Starttls,
                    RawEncryption::Tls => Encryption::Tls,
                },
                user: it.user,
                password_file: it.password_file,
                from: it.from,
                to: it.to,
            }),
        };
        (settings != AlertSettings::default()).then_some(settings)
    }
}
