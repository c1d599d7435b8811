//! What a key may do, as Kraken tells it.

use super::*;

const WHOLE: &str = r#"{"apiKeyName":"bot","apiKey":"CANARY-KEY","nonce":"1795262400000000000",
    "nonceWindow":0,"permissions":["query-funds","modify-trades","teleport-funds"],
    "iban":"CANARY-IBAN","validUntil":"1795862400","queryFrom":"0","queryTo":"0",
    "createdTime":"1772000000","modifiedTime":"1772000001","ipAllowlist":["203.0.113.7"],
    "lastUsed":"1795262399"}"#;

#[test]
fn everything_but_the_secrets() {
    let info = key_info(WHOLE).unwrap();
    assert_eq!(info.name, "bot");
    assert_eq!(info.nonce, 1_795_262_400_000_000_000);
    assert_eq!(info.nonce_window, 0);
    assert_eq!(info.permissions, [Permission::QueryFunds, Permission::ModifyTrades]);
    assert_eq!(info.unknown_permissions, ["teleport-funds"]);
    assert_eq!(info.valid_until.map(Timestamp::seconds), Some(1_795_862_400));
    assert_eq!((info.query_from, info.query_to), (None, None));
    assert_eq!(info.created.map(Timestamp::seconds), Some(1_772_000_000));
    assert_eq!(info.last_used.map(Timestamp::seconds), Some(1_795_262_399));
    assert_eq!(info.addresses, ["203.0.113.7"]);
    assert!(info.may(Permission::QueryFunds) && !info.may(Permission::WithdrawFunds));
    assert!(!format!("{info:?}").contains("CANARY"));
}

#[test]
fn what_is_not_set() {
    let info = key_info(
        r#"{"nonce":"0","permissions":[],"ipAllowlist":[],"lastUsed":null,"validUntil":""}"#,
    );
    let info = info.unwrap();
    assert_eq!((info.valid_until, info.last_used), (None, None));
    assert!(info.name.is_empty() && info.addresses.is_empty());
}

#[track_caller]
fn check_bad(from: &str, to: &str, expect: &str) {
    let bad = WHOLE.replace(from, to);
    assert_ne!(bad, WHOLE);
    let error = key_info(&bad).unwrap_err();
    assert_eq!(error.field, expect);
    assert!(!error.to_string().contains("CANARY"));
}

#[test]
fn what_decides_has_to_be_there() {
    check_bad("\"permissions\"", "\"other\"", "permissions");
    check_bad("\"ipAllowlist\"", "\"other\"", "ipAllowlist");
    check_bad("[\"203.0.113.7\"]", "null", "ipAllowlist");
    check_bad("\"query-funds\"", "5", "permissions.0");
    check_bad("\"1795862400\"", "\"soon\"", "validUntil");
    check_bad("\"1795262400000000000\"", "\"-1\"", "nonce");
    check_bad("\"nonceWindow\":0", "\"nonceWindow\":[]", "nonceWindow");
}
