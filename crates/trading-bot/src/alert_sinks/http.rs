//! Sinks that are reached over HTTP. Nothing is followed elsewhere, and no secret leaves but for
//! the place it is meant for.

use std::{fmt::Write, net::IpAddr};

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url, header::CONTENT_TYPE, redirect, retry};
use serde_json::Value;
use sha2::Sha256;
use trading_types::Timestamp;

use super::{
    OpenSinksError,
    failure::Failure,
    message::Message,
    secret::Secret,
    settings::{DiscordSettings, TelegramSettings, WebhookSettings},
};

/// Where Telegram takes messages (<https://core.telegram.org/bots/api#making-requests>).
const TELEGRAM: &str = "https://api.telegram.org";
/// How the address of a webhook of Discord's begins.
const DISCORD: [&str; 2] =
    ["https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/"];
/// Says when a body was signed, in seconds since 1970.
const TIME_HEADER: &str = "slackwater-timestamp";
/// The HMAC-SHA256 of the time, a point and the body.
const SIGNATURE_HEADER: &str = "slackwater-signature";

/// A chat of Telegram's.
pub(super) struct Telegram {
    pub(super) client: Client,
    /// Where it is, without the token.
    pub(super) base: String,
    pub(super) token: Secret,
    pub(super) chat: String,
}

/// A channel of Discord's.
pub(super) struct Discord {
    pub(super) client: Client,
    pub(super) url: Secret,
}

/// Any program that takes JSON.
pub(super) struct Webhook {
    pub(super) client: Client,
    pub(super) url: Url,
    pub(super) secret: Secret,
}

/// The client of one sink, so that none waits for another's connections.
pub(super) fn client() -> Result<Client, OpenSinksError> {
    // Another choice made before stays.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .user_agent(concat!("slackwater/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        .build()
        .map_err(|error| OpenSinksError::Unusable(error.without_url().to_string()))
}

impl Telegram {
    pub(super) fn open(settings: &TelegramSettings) -> Result<Self, OpenSinksError> {
        let token = Secret::read(&settings.token_file)?;
        // It becomes a part of an address, and must not become another address.
        let is_token =
            token.text().chars().all(|it| it.is_ascii_alphanumeric() || ":_-".contains(it));
        if !is_token {
            let what = "the Telegram token is not one; copy all of what BotFather gave you";
            return Err(OpenSinksError::Setting { sink: "telegram", what: what.to_owned() });
        }
        let chat = settings.chat.clone();
        Ok(Self { client: client()?, base: TELEGRAM.to_owned(), token, chat })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        let url = format!("{}/bot{}/sendMessage", self.base, self.token.text());
        post(&self.client, &url, &message.for_telegram(&self.chat)).await
    }
}

impl Discord {
    pub(super) fn open(settings: &DiscordSettings) -> Result<Self, OpenSinksError> {
        let url = Secret::read(&settings.webhook_file)?;
        let is_theirs = DISCORD.iter().any(|start| url.text().starts_with(start));
        if !is_theirs || Url::parse(url.text()).is_err() {
            let what = format!("the webhook's address has to begin with {}", DISCORD[0]);
            return Err(OpenSinksError::Setting { sink: "discord", what });
        }
        Ok(Self { client: client()?, url })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        post(&self.client, self.url.text(), &message.for_discord()).await
    }
}

impl Webhook {
    pub(super) fn open(settings: &WebhookSettings) -> Result<Self, OpenSinksError> {
        let refused = |what: &str| OpenSinksError::Setting {
            sink: "webhook",
            what: format!("`{}` {what}", settings.url),
        };
        let url = Url::parse(&settings.url).map_err(|_| refused("is not an address"))?;
        if !url.username().is_empty() || url.password().is_some() {
            let what = "the address holds a password; the secret in its file is enough".to_owned();
            return Err(OpenSinksError::Setting { sink: "webhook", what });
        }
        let is_private = url.scheme() == "https" || url.scheme() == "http" && is_here(&url);
        if !is_private {
            return Err(refused("has to begin with https://, or be on this machine"));
        }
        let secret = Secret::read(&settings.secret_file)?;
        Ok(Self { client: client()?, url, secret })
    }

    pub(super) async fn send(&self, message: &Message, now: Timestamp) -> Result<(), Failure> {
        let body = message.for_webhook().to_string();
        let time = now.seconds().to_string();
        let signature = signature(&self.secret, &time, &body);
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(TIME_HEADER, time)
            .header(SIGNATURE_HEADER, signature)
            .body(body);
        taken(request.send().await)
    }
}

/// `sha256=` and the HMAC of the time, a point and the body, in hexadecimal digits.
pub(super) fn signature(secret: &Secret, time: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.text().as_bytes())
        .expect("a key of any length will do");
    for part in [time, ".", body] {
        mac.update(part.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    digest.iter().fold("sha256=".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text can always be written to");
        text
    })
}

async fn post(client: &Client, url: &str, body: &Value) -> Result<(), Failure> {
    let request = client.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string());
    taken(request.send().await)
}

fn taken(answer: Result<reqwest::Response, reqwest::Error>) -> Result<(), Failure> {
    match answer {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(Failure::of_response(&response)),
        Err(error) => Err(Failure::of_error(error)),
    }
}

/// Whether an address is on this machine, by its number: a name could be anyone's.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
