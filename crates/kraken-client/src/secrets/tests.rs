//! Tests of where keys are found, and of what is never shown of them.

use std::{fs, os::unix::fs::PermissionsExt};

use super::*;

/// Kraken's own example
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
const KEY: &str = "PublicCanary0123456789";

fn sources(file: Option<&Path>) -> KeySources {
    KeySources { file: file.map(Path::to_owned), environment: EnvironmentKeys::Accepted }
}

fn nothing(_: &str) -> Option<Zeroizing<String>> {
    None
}

/// What the environment says, from a table.
fn variables<'a>(
    table: &'a [(&'a str, &'a str)],
) -> impl Fn(&str) -> Option<Zeroizing<String>> + 'a {
    move |name| {
        let found = table.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| Zeroizing::new((*value).to_owned()))
    }
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[track_caller]
fn says(result: Result<Credentials, SecretsError>, expect: &str) {
    let Err(error) = result else { panic!("there is a key") };
    let shown = format!("{error} {error:?}");
    assert!(shown.contains(expect), "{shown}");
    assert!(!shown.contains("Canary") && !shown.contains("kQH5"), "{shown}");
}

#[test]
fn a_key_is_found_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    for text in [
        format!("{KEY}\n{SECRET}\n"),
        format!("\r\n# mine\r\n  {KEY}\r\n{SECRET}  "),
        format!("key = \"{KEY}\"\nsecret = \"{SECRET}\""),
        format!("secret='{SECRET}' # theirs\nkey='{KEY}'\n"),
        format!("[read]\nkey=\"No\"\nsecret=\"QQ==\"\n[trade]\nkey=\"{KEY}\"\nsecret=\"{SECRET}\""),
        format!("key = \"Any\"\nsecret = \"QQ==\"\n[ trade ]\nkey=\"{KEY}\"\nsecret=\"{SECRET}\""),
    ] {
        write(&path, &text, 0o600);
        let found = Credentials::load_with(KeyRole::Trade, &sources(Some(&path)), nothing);
        let Ok(found) = found else { panic!("{text}: {:?}", found.err()) };
        assert_eq!(found.api_key(), KEY);
        let listing = found.listing();
        assert_eq!((listing.role, listing.start.as_str()), (KeyRole::Trade, "Publ"));
        assert_eq!(listing.source, Source::File(path.clone()));
        let sign = found.sign(
            Endpoint::AddOrder,
            Nonce::new(1_616_492_376_594),
            b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        );
        assert!(sign.starts_with("4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8"), "{}", &*sign);
    }
}

#[test]
fn a_file_with_faults_says_where_and_not_what() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let check = |text: &str, expect: &str| {
        write(&path, &text.replace('$', SECRET).replace('%', KEY), 0o600);
        let sources = sources(Some(&path));
        says(Credentials::load_with(KeyRole::Trade, &sources, nothing), expect);
    };
    check("", "there is no trade key");
    check("%\n", "only half of the trade key");
    check("key = \"%\"", "only half of the trade key");
    check("[read]\nkey = \"%\"\nsecret = \"$\"", "there is no trade key");
    check("[trade]\nkey = \"%\"\n[read]\nsecret = \"$\"", "only half");
    check("[withdraw]\nkey = \"%\"", "line 1: write [trade]");
    check("\nkey = %%%\nsecret = $", "line 2: put the text between quotation marks");
    check("key = \"%\nsecret = \"$\"", "line 1: put the text");
    check("key = \"%\" $\nsecret = \"$\"", "line 1: put the text");
    check("key = \"%\"\npassword = \"$\"", "line 2: only key and secret");
    check("key = \"%\"\nkey = \"%\"\nsecret = \"$\"", "line 2: this key has that already");
    check("%\n$\n$", "line 3: this key has that already");
    check("my key: %", "line 1: write key =");
    check("%\n$CanaryCanary!", "line 2: put the text");
    check("%\nCanaryCanary1", "not whole base64");
    check("%\nQ2FuYXJ5", "wrong length");
    check("key = \"\"\nsecret = \"$\"", "the API key is not one");
}

#[test]
fn others_must_not_be_able_to_read_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    for mode in [0o644, 0o640, 0o604, 0o660, 0o602, 0o601, 0o777] {
        write(&path, &format!("{KEY}\n{SECRET}"), mode);
        let found = Credentials::load_with(KeyRole::Trade, &sources(Some(&path)), nothing);
        says(found, &format!("chmod 600 {}", path.display()));
    }
    for mode in [0o600, 0o400] {
        write(&path, &format!("{KEY}\n{SECRET}"), mode);
        assert!(Credentials::load_with(KeyRole::Trade, &sources(Some(&path)), nothing).is_ok());
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_file_that_is_no_text_or_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    write(&path, &"a".repeat(20_000), 0o600);
    says(Credentials::load_with(KeyRole::Trade, &sources(Some(&path)), nothing), "cannot read");
    fs::write(&path, b"\xff\xfe").unwrap();
    says(Credentials::load_with(KeyRole::Trade, &sources(Some(&path)), nothing), "cannot read");
    let below = path.join("below");
    says(Credentials::load_with(KeyRole::Trade, &sources(Some(&below)), nothing), "cannot read");
}

#[test]
fn systemd_comes_first_then_the_file_then_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let systemd = folder.path().join("credentials");
    fs::create_dir(&systemd).unwrap();
    let text = systemd.to_str().unwrap();
    let file = folder.path().join("keys");
    let table = [
        ("CREDENTIALS_DIRECTORY", text),
        ("KRAKEN_API_KEY", "Any"),
        ("KRAKEN_API_SECRET", SECRET),
        ("KRAKEN_TRADE_API_KEY", "Environment"),
        ("KRAKEN_TRADE_API_SECRET", SECRET),
    ];
    let load = |role| Credentials::load_with(role, &sources(Some(&file)), variables(&table));
    let key = |role| load(role).ok().unwrap().api_key().to_owned();
    assert_eq!(key(KeyRole::Trade), "Environment");
    assert_eq!(key(KeyRole::Kill), "Any");
    write(&file, &format!("[trade]\nkey = \"File\"\nsecret = \"{SECRET}\""), 0o600);
    assert_eq!(key(KeyRole::Trade), "File");
    assert_eq!(key(KeyRole::Read), "Any");
    fs::write(systemd.join("kraken-trade-key"), "Systemd\n").unwrap();
    says(load(KeyRole::Trade), "only half of the trade key");
    fs::write(systemd.join("kraken-trade-secret"), format!("{SECRET}\n")).unwrap();
    assert_eq!(key(KeyRole::Trade), "Systemd");
    assert_eq!(key(KeyRole::Read), "Any");
}

#[test]
fn the_environment_may_be_refused() {
    let table = [("KRAKEN_API_KEY", KEY), ("KRAKEN_API_SECRET", SECRET)];
    let refused = KeySources { file: None, environment: EnvironmentKeys::Refused };
    let found = Credentials::load_with(KeyRole::Trade, &refused, variables(&table));
    says(found, "in the environment, where other programs may read it");
    says(Credentials::load_with(KeyRole::Trade, &refused, nothing), "there is no trade key");
    let half = variables(&table[..1]);
    says(Credentials::load_with(KeyRole::Trade, &sources(None), half), "only half");
}

#[test]
fn keys_are_stored_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/keys");
    let key = |role| {
        let found = Credentials::load_with(role, &sources(Some(&path)), nothing);
        found.ok().map(|found| found.api_key().to_owned())
    };
    store(KeyRole::Read, "Reader".to_owned(), SECRET.to_owned(), &path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(key(KeyRole::Trade), None);
    store(KeyRole::Trade, format!(" {KEY}\n"), format!("{SECRET}\n"), &path).unwrap();
    store(KeyRole::Read, "Second".to_owned(), SECRET.to_owned(), &path).unwrap();
    assert_eq!(key(KeyRole::Trade).as_deref(), Some(KEY));
    assert_eq!(key(KeyRole::Read).as_deref(), Some("Second"));
    assert!(!fs::read_to_string(&path).unwrap().contains("Reader"));
    write(&path, &format!("Any\n{SECRET}"), 0o600);
    store(KeyRole::Kill, "Killer".to_owned(), SECRET.to_owned(), &path).unwrap();
    assert_eq!(key(KeyRole::Kill).as_deref(), Some("Killer"));
    assert_eq!(key(KeyRole::Trade).as_deref(), Some("Any"));
}

#[test]
fn what_is_no_key_is_not_stored_and_destroys_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    store(KeyRole::Trade, KEY.to_owned(), SECRET.to_owned(), &path).unwrap();
    let before = fs::read(&path).unwrap();
    let text = str::to_owned;
    for (key, secret) in [("", SECRET), (KEY, ""), (KEY, KEY), ("a\"b", SECRET), ("a\nb", SECRET)] {
        assert!(store(KeyRole::Trade, text(key), text(secret), &path).is_err(), "{key}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let error = store(KeyRole::Read, text(KEY), text(SECRET), &path).unwrap_err();
    assert!(matches!(error, SecretsError::ReadableByOthers(_)), "{error}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, "what is this?").unwrap();
    let error = store(KeyRole::Read, text(KEY), text(SECRET), &path).unwrap_err();
    assert!(matches!(error, SecretsError::BadLine { line: 1, .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"what is this?");
}

#[test]
fn a_list_shows_four_characters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    store(KeyRole::Trade, KEY.to_owned(), SECRET.to_owned(), &path).unwrap();
    store(KeyRole::Kill, "xyz".to_owned(), SECRET.to_owned(), &path).unwrap();
    let sources = KeySources { environment: EnvironmentKeys::Refused, ..sources(Some(&path)) };
    let listed = list(&sources).unwrap();
    let shown: Vec<_> = listed.iter().map(|one| (one.role, one.start.as_str())).collect();
    assert_eq!(shown, [(KeyRole::Trade, "Publ"), (KeyRole::Kill, "xyz")]);
    assert!(!format!("{listed:?}").contains("PublicCanary"));
}
