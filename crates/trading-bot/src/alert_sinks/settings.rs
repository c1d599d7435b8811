//! Where alerts go, as the config file says it. Secrets are in files of their own, never here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where alerts go; each way may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertSettings {
    /// A chat of Telegram's.
    pub telegram: Option<TelegramSettings>,
    /// A channel of Discord's.
    pub discord: Option<DiscordSettings>,
    /// Any program that takes JSON.
    pub webhook: Option<WebhookSettings>,
    /// E-mail.
    pub email: Option<EmailSettings>,
}

/// A chat of Telegram's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramSettings {
    /// A file with the bot's token, readable by its owner only.
    pub token_file: PathBuf,
    /// The chat's number, or the name of a channel.
    pub chat: String,
}

/// A channel of Discord's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscordSettings {
    /// A file with the address of the webhook, readable by its owner only: who knows the address
    /// can write there.
    pub webhook_file: PathBuf,
}

/// Any program that takes JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Its address; https, or this machine.
    pub url: String,
    /// A file with the secret that signs what we send, readable by its owner only.
    pub secret_file: PathBuf,
}

/// E-mail, always encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailSettings {
    /// The server that takes our mail.
    pub host: String,
    /// Its port; the usual one of the encryption if left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// Who we are to the server.
    pub user: String,
    /// A file with the password, readable by its owner only.
    pub password_file: PathBuf,
    /// The sender's address.
    pub from: String,
    /// The receivers' addresses.
    pub to: Vec<String>,
}

/// How a connection to a mail server is encrypted. There is no way without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// From its second line on; refused if the server cannot. Port 587.
    #[default]
    Starttls,
    /// From the first byte. Port 465.
    Tls,
}
