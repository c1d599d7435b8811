//! Keys: who is let in, and what is remembered of it.

use std::time::Duration;

use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::Timestamp;

use super::{Claim, KeyChangeText, KeyIndex, Keys, Permission, lockouts};
use crate::{
    keys::TestSigner,
    settings::{AccountSettings, LimitProfile, Settings},
};

const NOW: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);
const PATH: &str = "/0/private/Balance";

fn settings(seed: u64) -> Settings {
    let account = |name: &str| AccountSettings { name: name.to_owned(), balances: Vec::new() };
    Settings {
        seed,
        tier: Tier::Starter,
        limits: LimitProfile::Documented,
        refused_calls_count: true,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: Vec::new(),
        accounts: vec![account(""), account("second")],
        history: Duration::ZERO,
        faults: Vec::new(),
    }
}

fn keys() -> Keys {
    Keys::new(&settings(7))
}

/// What a request with this nonce is answered, signed by the key of this number.
fn send(keys: &mut Keys, number: usize, nonce: &str) -> Result<KeyIndex, String> {
    let description = keys.descriptions()[number].clone();
    let body = format!("nonce={nonce}");
    let signer = TestSigner::new(&description.secret).unwrap();
    let signature = signer.sign(PATH, nonce, body.as_bytes());
    let claim = Claim {
        address: "127.0.0.1",
        key: Some(&description.key),
        signature: Some(&signature),
        path: PATH,
        nonce: Some(nonce),
        body: body.as_bytes(),
    };
    keys.authenticate(&claim, NOW).map_err(|refused| refused.error.to_string())
}

#[test]
fn every_account_has_six_keys() {
    let keys = keys();
    let names: Vec<_> = keys.descriptions().iter().map(|key| key.name.clone()).collect();
    let kinds = ["trade", "withdraw", "no-ip-list", "read-only", "cancel-only", "expired"];
    assert_eq!(names[..6], kinds);
    assert_eq!(names[6..], kinds.map(|kind| format!("second-{kind}")));
    for (key, number) in keys.descriptions().iter().zip(0..) {
        assert_eq!(key.key.len(), 56);
        assert!(key.key.starts_with("SIMULATED"));
        assert_eq!(key.secret.len(), 88);
        let may = |permission| key.permissions.contains(&permission);
        assert_eq!(may(Permission::WithdrawFunds), key.name.ends_with("withdraw"));
        let looks = key.name.ends_with("read-only");
        let cancels = key.name.ends_with("cancel-only");
        assert_eq!(may(Permission::ModifyTrades), !looks && !cancels);
        assert_eq!(may(Permission::CloseTrades), !looks);
        assert_eq!(may(Permission::QueryOpenTrades), !cancels);
        let info = keys.info(KeyIndex(number));
        assert_eq!(info.ip_list.is_empty(), key.name.ends_with("no-ip-list"));
        assert_eq!(info.valid_until.is_some(), key.name.ends_with("expired"));
    }
    assert_ne!(keys.account(KeyIndex(5)), keys.account(KeyIndex(6)));
}

#[test]
fn an_expired_key_is_none() {
    let mut keys = keys();
    let expired = keys.descriptions().iter().position(|it| it.name == "expired").unwrap();
    assert_eq!(send(&mut keys, expired, "1"), Err("EAPI:Invalid key".to_owned()));
    assert_eq!(send(&mut keys, 0, "1"), Ok(KeyIndex(0)));
    let text = r#"{"key": "trade", "expires": "1s"}"#;
    let change = |text: &str| serde_json::from_str::<KeyChangeText>(text).unwrap().understood();
    assert!(keys.change(&change(text).unwrap(), NOW - Duration::from_secs(1)));
    assert_eq!(send(&mut keys, 0, "2"), Err("EAPI:Invalid key".to_owned()));
    assert!(keys.change(&change(r#"{"key": "trade", "expires": "never"}"#).unwrap(), NOW));
    assert_eq!(send(&mut keys, 0, "3"), Ok(KeyIndex(0)));
}

#[test]
fn a_seed_decides_the_keys() {
    assert_eq!(keys().descriptions(), keys().descriptions());
    assert_ne!(keys().descriptions()[0], Keys::new(&settings(8)).descriptions()[0]);
}

#[test]
fn nonces_rise() {
    #[track_caller]
    fn check(keys: &mut Keys, nonce: &str, expected: Result<KeyIndex, &str>) {
        assert_eq!(send(keys, 0, nonce), expected.map_err(str::to_owned), "{nonce}");
    }
    let (good, bad) = (Ok(KeyIndex(0)), Err("EAPI:Invalid nonce"));
    let keys = &mut keys();
    check(keys, "0", bad);
    check(keys, "5", good);
    check(keys, "5", bad);
    check(keys, "4", bad);
    check(keys, "6", good);
    check(keys, "", bad);
    check(keys, "-7", bad);
    check(keys, "+7", bad);
    check(keys, "7.5", bad);
    check(keys, "1e9", bad);
    check(keys, "9223372036854775808", good);
    check(keys, "18446744073709551616", bad);
    check(keys, "18446744073709551615", good);
    check(keys, "18446744073709551615", bad);
    assert_eq!(send(keys, 1, "1"), Ok(KeyIndex(1)), "each key has nonces of its own");
    assert_eq!(keys.info(KeyIndex(0)).nonce, u64::MAX);
}

#[test]
fn what_is_wrong_is_named_in_order() {
    #[track_caller]
    fn check(spoil: fn(&mut Claim<'_>), expected: &str) {
        let mut keys = keys();
        let key = keys.descriptions()[0].clone();
        let mut claim = Claim {
            address: "127.0.0.1",
            key: Some(&key.key),
            signature: Some("AAAA"),
            path: PATH,
            nonce: Some("1"),
            body: b"nonce=1",
        };
        spoil(&mut claim);
        let refused = keys.authenticate(&claim, NOW).unwrap_err();
        assert_eq!(refused.error.as_str(), expected);
        assert_eq!(keys.info(KeyIndex(0)).nonce, 0, "no nonce is used up");
    }
    check(|claim| claim.key = None, "EAPI:Invalid key");
    check(|claim| claim.key = Some("SIMULATED"), "EAPI:Invalid key");
    check(|claim| claim.signature = None, "EAPI:Invalid signature");
    check(|claim| claim.nonce = None, "EAPI:Invalid nonce");
    check(|claim| claim.nonce = Some("0"), "EAPI:Invalid signature");
    check(|_| (), "EAPI:Invalid signature");
}

#[test]
fn a_run_of_failures_locks_out() {
    let mut keys = keys();
    let key = keys.descriptions()[0].key.clone();
    let mut claim = Claim {
        address: "10.0.0.1",
        key: Some(&key),
        signature: Some("AAAA"),
        path: PATH,
        nonce: Some("1"),
        body: b"nonce=1",
    };
    for number in 1..=lockouts::FAILURES_MAX {
        let refused = keys.authenticate(&claim, NOW).unwrap_err();
        assert_eq!(refused.error.as_str(), "EAPI:Invalid signature");
        assert_eq!(refused.begins_lockout, number == lockouts::FAILURES_MAX);
    }
    claim.address = "10.0.0.2";
    let locked = |keys: &mut Keys, claim: &Claim<'_>, now| {
        keys.authenticate(claim, now).unwrap_err().error.as_str() == "EGeneral:Temporary lockout"
    };
    assert!(locked(&mut keys, &claim, NOW), "the key, from another address");
    claim.address = "10.0.0.1";
    claim.key = None;
    assert!(locked(&mut keys, &claim, NOW), "the address, with another key");
    assert!(!locked(&mut keys, &claim, NOW + lockouts::LOCKOUT));
    assert_eq!(send(&mut keys, 1, "1"), Ok(KeyIndex(1)), "others are not");
}

#[test]
fn each_key_has_a_counter() {
    let mut keys = keys();
    for _ in 0..15 {
        keys.charge(KeyIndex(0), "Balance", NOW).unwrap();
    }
    assert!(keys.charge(KeyIndex(0), "Balance", NOW).is_err());
    assert!(keys.charge(KeyIndex(0), "AddOrder", NOW).is_ok());
    assert!(keys.charge(KeyIndex(1), "Balance", NOW).is_ok());
    let peaks = keys.counter_peaks();
    assert_eq!(peaks[&keys.descriptions()[0].key], "15");
    assert_eq!(peaks[&keys.descriptions()[1].key], "1");
    assert_eq!(peaks.len(), 12);
}

#[test]
fn tokens_lead_to_their_key() {
    let mut keys = keys();
    let token = keys.issue_token(KeyIndex(2), NOW);
    let other = keys.issue_token(KeyIndex(2), NOW);
    assert_ne!(token, other);
    assert_eq!(keys.session_of(&token, NOW), Some(KeyIndex(2)));
    keys.hold_token(&token);
    assert_eq!(keys.session_of(&token, Timestamp::NEVER), Some(KeyIndex(2)));
    assert_eq!(keys.session_of(&other, Timestamp::NEVER), None);
    keys.release_token(&token);
    assert_eq!(keys.session_of(&token, Timestamp::NEVER), None);
}
