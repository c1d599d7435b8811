//! Tests of e-mail against a server that plays a script: what is said, and what is never said
//! without encryption.

use super::{
    super::{settings::Encryption, *},
    alert, open,
    script::MailServer,
    second, secret_file, through,
};
use tempfile::TempDir;

fn settings(folder: &TempDir) -> EmailSettings {
    EmailSettings {
        host: "127.0.0.1".to_owned(),
        port: None,
        encryption: Encryption::Starttls,
        user: "me".to_owned(),
        password_file: secret_file(folder, "canary"),
        from: "bot@example.org".to_owned(),
        to: vec!["Me <me@example.org>".to_owned(), "you@example.org".to_owned()],
    }
}

async fn serve(script: &'static [(&'static str, &'static str)]) -> (MailServer, Vec<Sink>) {
    let server = MailServer::start(script).await;
    let email = Email::plain(server.port, &settings(&TempDir::new().unwrap())).unwrap();
    (server, vec![Sink::Email(email)])
}

#[tokio::test]
async fn a_mail_is_what_people_can_read() {
    let (mut server, sinks) = serve(&[]).await;
    let (sinks, mut results, _hands) = open(sinks, Patience::default());
    sinks.deliver(&Alert { text: "größer\n.\nthan expected".to_owned(), ..alert(3) });
    assert_eq!(results.recv().await.unwrap(), through(SinkName::Email, 3, 1));
    let talk = server.talk().await;
    let has = |line: &str| assert!(talk.iter().any(|said| said == line), "{line}: {talk:#?}");
    has("MAIL FROM:<bot@example.org>");
    has("RCPT TO:<me@example.org>");
    has("RCPT TO:<you@example.org>");
    has("From: bot@example.org");
    has("Subject: slackwater on harbor: CRITICAL, journal");
    has("Date: Sun, 22 Nov 2026 12:00:00 +0000");
    has("Message-ID: <alert-3-1795348800000000000@harbor.slackwater.invalid>");
    has("than expected");
    // A point alone would have ended the mail.
    has("..");
    assert_eq!(talk.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_a_busy_server_is_asked_again() {
    let (_server, sinks) = serve(&[("AUTH", "535 no")]).await;
    let (sinks, mut results, _hands) = open(sinks, Patience::default());
    sinks.deliver(&alert(1));
    let Delivery { attempts, result, .. } = results.recv().await.unwrap();
    let why = result.unwrap_err().to_string();
    assert!(why.starts_with("email refused the alert: it refused (535)"), "{why}");
    assert!(attempts == 1 && !why.contains("canary"));

    let (_server, sinks) = serve(&[("RCPT", "451 later")]).await;
    let (sinks, mut results, hands) = open(sinks, Patience::default());
    sinks.deliver(&alert(1));
    assert_eq!(hands.plan_before(Timestamp::NEVER).await, second(1));
    assert!(results.try_recv().is_err());
}

/// A server that cannot encrypt, or whose encryption somebody has taken out on the way, does not
/// get the password.
#[tokio::test]
async fn no_password_leaves_without_encryption() {
    for encryption in [Encryption::Starttls, Encryption::Tls] {
        let mut server = MailServer::start(&[]).await;
        let folder = TempDir::new().unwrap();
        let settings = EmailSettings { port: Some(server.port), encryption, ..settings(&folder) };
        let email = Sink::Email(Email::open(&settings).unwrap());
        let (sinks, _results, _hands) = open(vec![email], Patience::default());
        let (told, talk) = tokio::join!(sinks.test(), server.talk());
        assert!(told[0].result.is_err());
        assert!(talk.iter().all(|line| !line.starts_with("AUTH")), "{talk:?}");
    }
}

#[test]
fn addresses_are_checked_at_the_start() {
    let folder = TempDir::new().unwrap();
    let good = settings(&folder);
    let check = |settings: EmailSettings, expected: &str| {
        let error = Email::open(&settings).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(EmailSettings { from: "bot".to_owned(), ..good.clone() }, "`bot` is not an address");
    check(EmailSettings { to: vec!["a\nb".to_owned()], ..good.clone() }, "is not an address");
    check(EmailSettings { to: Vec::new(), ..good.clone() }, "it has no receiver");
    check(EmailSettings { host: "no host".to_owned(), ..good.clone() }, "not the name of a server");
    check(EmailSettings { password_file: "/missing".into(), ..good }, "cannot read the secret");
}
