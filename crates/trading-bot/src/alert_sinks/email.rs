//! Alerts by e-mail. A connection to a real server is encrypted before the password is sent, or
//! there is no connection.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, Mailboxes, Message as Mail, MessageBuilder, header::ContentType},
    transport::smtp::{AsyncSmtpTransportBuilder, Error, authentication::Credentials},
};
use trading_types::Timestamp;

use super::{
    OpenSinksError,
    failure::Failure,
    message::Message,
    secret::Secret,
    settings::{EmailSettings, Encryption},
};

/// E-mail through one server.
pub(super) struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Mailboxes,
}

impl Email {
    pub(super) fn open(settings: &EmailSettings) -> Result<Self, OpenSinksError> {
        let host = settings.host.as_str();
        let may_stand = |it: char| it.is_ascii_alphanumeric() || ".-:".contains(it);
        if host.is_empty() || !host.chars().all(may_stand) {
            let what = format!("`{host}` is not the name of a server");
            return Err(OpenSinksError::Setting { sink: "email", what });
        }
        let server = match settings.encryption {
            Encryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            Encryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
        };
        let server = server.map_err(|error| OpenSinksError::Unusable(error.to_string()))?;
        let server = settings.port.map_or(server.clone(), |port| server.port(port));
        Self::through(server, settings)
    }

    /// A server of a test, which does not encrypt.
    #[cfg(test)]
    pub(super) fn plain(port: u16, settings: &EmailSettings) -> Result<Self, OpenSinksError> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1");
        Self::through(server.port(port), settings)
    }

    fn through(
        server: AsyncSmtpTransportBuilder,
        settings: &EmailSettings,
    ) -> Result<Self, OpenSinksError> {
        let mailbox = |text: &String| {
            text.parse::<Mailbox>().map_err(|_| OpenSinksError::Setting {
                sink: "email",
                what: format!("`{text}` is not an address; write it like name@example.org"),
            })
        };
        let from = mailbox(&settings.from)?;
        let to: Vec<Mailbox> = settings.to.iter().map(mailbox).collect::<Result<_, _>>()?;
        if to.is_empty() {
            let what = "it has no receiver; give at least one address in `to`".to_owned();
            return Err(OpenSinksError::Setting { sink: "email", what });
        }
        let password = Secret::read(&settings.password_file)?;
        let credentials = Credentials::new(settings.user.clone(), password.text().to_owned());
        let transport = server.credentials(credentials).build();
        Ok(Self { transport, from, to: to.into_iter().collect() })
    }

    pub(super) async fn send(&self, message: &Message, now: Timestamp) -> Result<(), Failure> {
        let mail = self.mail(message, now).map_err(|error| Failure::for_good(error.to_string()))?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }

    fn mail(&self, message: &Message, now: Timestamp) -> Result<Mail, lettre::error::Error> {
        let date = std::time::SystemTime::UNIX_EPOCH + now.since(Timestamp::EPOCH);
        let to: MessageBuilder =
            self.to.iter().fold(Mail::builder(), |mail, one| mail.to(one.clone()));
        to.from(self.from.clone())
            .subject(message.subject())
            .date(date)
            .message_id(Some(message.unique_name()))
            .header(ContentType::TEXT_PLAIN)
            .body(message.as_text())
    }
}

/// What the server's no means.
fn failure(error: &Error) -> Failure {
    if error.is_permanent() {
        let code = error.status().map(|code| format!(" ({code})")).unwrap_or_default();
        Failure::for_good(format!("it refused{code}; check the user, the password and addresses"))
    } else {
        let mut reason: &dyn std::error::Error = error;
        while let Some(source) = reason.source() {
            reason = source;
        }
        Failure::for_now(reason.to_string())
    }
}
