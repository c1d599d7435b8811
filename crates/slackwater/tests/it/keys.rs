//! `slackwater key`: files that only their owner reads, and verdicts on keys.

use std::{
    io::Write,
    process::{Output, Stdio},
};

use crate::{
    bench::{Bench, Outcome},
    kraken_stub::KrakenStub,
};

/// The private key of Kraken's own documentation, which belongs to nobody.
const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

/// A key that trades, in the file where it is looked for.
pub(crate) fn store_trade_key(bench: &Bench) {
    assert_eq!(store(bench, "trade", &format!("SIMULATEDkey\n{SECRET}\n")).status, Some(0));
}

fn store(bench: &Bench, role: &str, halves: &str) -> Outcome {
    let typed = format!("key store --role {role}");
    let mut command = bench.command();
    command.args(typed.split(' ')).stdin(Stdio::piped());
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(halves.as_bytes()).expect("the program reads");
    drop(stdin);
    let output: Output = child.wait_with_output().expect("the program ends");
    Outcome::new(&typed, output)
}

pub(crate) fn info(permissions: &str, addresses: &str) -> String {
    format!(
        r#"{{"error":[],"result":{{"apiKeyName":"bot","apiKey":"SIMULATEDkey","nonce":"7",
        "nonceWindow":0,"permissions":[{permissions}],"iban":"","validUntil":"0","queryFrom":"0",
        "queryTo":"0","createdTime":"1700000000","modifiedTime":"1700000000",
        "ipAllowlist":[{addresses}],"lastUsed":null}}}}"#
    )
}

pub(crate) const ENOUGH: &str = r#""query-funds","query-open-trades","query-closed-trades",
    "modify-trades","close-trades","query-ledger","create-ws-token""#;

#[test]
fn a_key_is_stored_listed_and_checked() {
    let bench = Bench::new();
    let stored = store(&bench, "trade", &format!("SIMULATEDkey\n{SECRET}\n"));
    assert_eq!((stored.status, stored.stdout.as_str()), (Some(0), ""), "{stored:?}");
    assert!(!stored.stderr.contains("kQH5"), "{stored:?}");

    let list = bench.run("key list --json").done().json();
    assert_eq!(list[0]["role"], "trade");
    assert_eq!(list[0]["starts_with"], "SIMU");

    let good = info(ENOUGH, r#""203.0.113.7""#);
    let kraken = KrakenStub::start(&[("GetApiKeyInfo", &[&good])]);
    let check = format!("key check --rest {} --json", kraken.address);
    let verdict = bench.run(&check).done().json();
    assert_eq!(verdict["accepted"], true);
    assert_eq!(verdict["permissions"].as_array().map(Vec::len), Some(7));
    assert_eq!(verdict["ip_list"][0], "203.0.113.7");
    assert!(kraken.asked()[0].starts_with("/0/private/GetApiKeyInfo nonce="));
}

#[test]
fn dangerous_and_weak_keys_are_refused_with_what_to_change() {
    let bench = Bench::new();
    store(&bench, "trade", &format!("SIMULATEDkey\n{SECRET}\n"));
    let address = r#""203.0.113.7""#;
    let all = format!("{ENOUGH},\"withdraw-funds\"");
    for (permissions, addresses, parts) in [
        (all.as_str(), address, ["`withdraw-funds`", "untick `Funds: Withdraw`"]),
        (r#""query-funds""#, address, ["`modify-trades`", "tick `Orders:"]),
        (ENOUGH, "", ["any address", "IP address restriction"]),
        (r#""query-funds","teleport""#, address, ["`teleport`", "does not know"]),
    ] {
        let kraken = KrakenStub::start(&[("GetApiKeyInfo", &[&info(permissions, addresses)])]);
        let check = format!("key check --rest {}", kraken.address);
        let outcome = bench.run(&check).refused();
        assert!(parts.iter().all(|part| outcome.stdout.contains(part)), "{outcome:?}");
        assert!(outcome.stdout.starts_with("the trade key is refused"), "{outcome:?}");
    }
    let kraken = KrakenStub::start(&[("GetApiKeyInfo", &[&info(ENOUGH, "")])]);
    let accepting = format!("key check --i-accept-any-address --rest {}", kraken.address);
    bench.run(&accepting).done();
}

#[test]
fn a_real_key_never_goes_to_another_kraken() {
    let bench = Bench::new();
    store(&bench, "trade", &format!("realLookingKey\n{SECRET}\n"));
    let kraken = KrakenStub::start(&[("GetApiKeyInfo", &[&info(ENOUGH, "")])]);
    let outcome = bench.run(&format!("key check --rest {}", kraken.address));
    assert_eq!(outcome.status, Some(2), "{outcome:?}");
    assert!(
        outcome.stderr.contains("a real key is never sent to a simulated Kraken"),
        "{outcome:?}"
    );
    assert!(kraken.asked().is_empty());
}

#[test]
fn what_is_no_key_is_said_and_never_shown() {
    let bench = Bench::new();
    for (halves, part) in [
        ("", "there is no API key on stdin"),
        ("onlyOne\n", "there is no private key on stdin"),
        ("key\nCANARYnotBase64!\n", "not whole base64"),
        ("key\nQ0FOQVJZ\n", "wrong length"),
        ("CANARY key\nkQH5HW\n", "the API key is not one"),
    ] {
        let outcome = store(&bench, "trade", halves);
        assert_eq!(outcome.status, Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains(part), "{outcome:?}");
        assert!(!outcome.stderr.contains("CANARY"), "{outcome:?}");
    }
    let outcome = bench.run("key check");
    assert_eq!(outcome.status, Some(2), "{outcome:?}");
    assert!(outcome.stderr.contains("`slackwater key store`"), "{outcome:?}");
    bench.write("loose.toml", format!("[trade]\nkey = \"CANARY\"\nsecret = \"{SECRET}\"\n"));
    let outcome = bench.run("key check --key-file loose.toml");
    assert!(outcome.stderr.contains("run `chmod 600 loose.toml`"), "{outcome:?}");
    assert!(!outcome.stderr.contains("CANARY"), "{outcome:?}");
}
