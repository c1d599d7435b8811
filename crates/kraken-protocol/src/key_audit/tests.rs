//! Every permission for every role, and everything else a key can have wrong.

use super::*;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);
const DAY: Duration = Duration::from_hours(24);

const LIVE_TRADE: Wanted = Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false };

fn for_role(role: KeyRole) -> Wanted {
    Wanted { role, ..LIVE_TRADE }
}

/// A key with which nothing is wrong for its role.
fn good(role: KeyRole) -> KeyInfo {
    use Permission as P;
    let mut permissions = vec![P::QueryFunds, P::QueryOpenTrades];
    permissions.extend(match role {
        KeyRole::Trade => vec![
            P::QueryClosedTrades,
            P::ModifyTrades,
            P::CloseTrades,
            P::QueryLedger,
            P::CreateWsToken,
        ],
        KeyRole::Read => vec![P::QueryClosedTrades, P::QueryLedger],
        KeyRole::Kill => vec![P::ModifyTrades, P::CloseTrades],
    });
    KeyInfo {
        name: "slackwater".to_owned(),
        nonce: 5,
        nonce_window: 0,
        permissions,
        unknown_permissions: Vec::new(),
        valid_until: None,
        query_from: None,
        query_to: None,
        created: None,
        modified: None,
        last_used: None,
        addresses: vec!["203.0.113.7".to_owned()],
        account: None,
    }
}

#[test]
fn a_good_key_has_no_findings() {
    for role in KeyRole::ALL {
        let audit = audit(&good(role), for_role(role), NOW);
        assert_eq!(audit, KeyAudit { accepted: true, findings: Vec::new() }, "{role}");
    }
}

/// The one finding about a key, and whether the key is accepted.
#[track_caller]
fn check(info: &KeyInfo, wanted: Wanted, expect: Option<(Severity, &str, &str)>) {
    let audit = audit(info, wanted, NOW);
    let found: Vec<_> = audit
        .findings
        .iter()
        .map(|finding| (finding.severity, finding.reason.as_str(), finding.fix.as_str()))
        .collect();
    assert_eq!(found, expect.into_iter().collect::<Vec<_>>());
    let is_refused = expect.is_some_and(|(severity, ..)| severity == Severity::Refused);
    assert_eq!(audit.accepted, !is_refused);
}

/// What adding a permission to a good key does, or taking it away when it is there: `r` refuses,
/// `w` warns, `-` does nothing.
#[track_caller]
fn check_permission(permission: Permission, expect: [char; 3]) {
    for (role, expect) in KeyRole::ALL.into_iter().zip(expect) {
        let mut info = good(role);
        let had = info.may(permission);
        if had {
            info.permissions.retain(|it| *it != permission);
        } else {
            info.permissions.push(permission);
        }
        let audit = audit(&info, for_role(role), NOW);
        let severity = match expect {
            'r' => Some(Severity::Refused),
            'w' => Some(Severity::Warned),
            _ => None,
        };
        let found = audit.findings.first().map(|finding| finding.severity);
        assert_eq!(found, severity, "{permission} {role}");
        assert_eq!(audit.accepted, expect != 'r', "{permission} {role}");
        for finding in &audit.findings {
            assert!(finding.reason.contains(permission.name()), "{}", finding.reason);
            let word = if had { "tick `" } else { "untick `" };
            let fix = format!("{word}{}` in the key's settings", permission.in_settings());
            assert_eq!(finding.fix, fix);
        }
    }
}

#[test]
#[rustfmt::skip] // A table.
fn permissions_by_role() {
    use Permission as P;
    //                                        trade read  kill
    check_permission(P::WithdrawFunds,         ['r', 'r', 'r']);
    check_permission(P::AddFunds,              ['r', 'r', 'r']);
    check_permission(P::EarnFunds,             ['r', 'r', 'r']);
    check_permission(P::ExportData,            ['r', 'r', 'r']);
    check_permission(P::AddWithdrawAddress,    ['r', 'r', 'r']);
    check_permission(P::UpdateWithdrawAddress, ['r', 'r', 'r']);
    check_permission(P::QueryFunds,            ['r', 'r', 'w']);
    check_permission(P::QueryOpenTrades,       ['r', 'r', 'w']);
    check_permission(P::QueryClosedTrades,     ['r', 'r', '-']);
    check_permission(P::QueryLedger,           ['w', 'w', '-']);
    check_permission(P::CreateWsToken,         ['r', '-', '-']);
    check_permission(P::ModifyTrades,          ['r', 'w', 'w']);
    check_permission(P::CloseTrades,           ['r', 'w', 'r']);
}

#[test]
fn before_it_is_live_a_key_need_not_trade() {
    let wanted = Wanted { live: false, ..LIVE_TRADE };
    let mut info = good(KeyRole::Trade);
    info.permissions.retain(|it| *it != Permission::ModifyTrades);
    let warning = (
        Severity::Warned,
        "the trade key does not have `modify-trades`",
        "tick `Orders: Create & modify orders` in the key's settings",
    );
    check(&info, wanted, Some(warning));
    info.permissions.push(Permission::WithdrawFunds);
    assert!(!audit(&info, wanted, NOW).accepted);
}

#[test]
fn a_key_that_only_cancels_is_enough_to_halt() {
    let info = KeyInfo { permissions: vec![Permission::CloseTrades], ..good(KeyRole::Kill) };
    let audit = audit(&info, for_role(KeyRole::Kill), NOW);
    assert!(audit.accepted);
    assert_eq!(audit.findings.len(), 3, "it cannot see, and it cannot sell");
}

#[test]
fn a_right_we_do_not_know_is_refused() {
    let unknown = vec!["teleport-funds".to_owned()];
    let info = KeyInfo { unknown_permissions: unknown, ..good(KeyRole::Trade) };
    let refusal = (
        Severity::Refused,
        "the key has `teleport-funds`, a right this program does not know",
        "make a key without it in kraken's settings, or update this program",
    );
    check(&info, LIVE_TRADE, Some(refusal));
}

#[test]
fn a_key_without_a_list_of_addresses() {
    let reason = "the key works from any address";
    let fix = "turn on `IP address restriction` in the key's settings and name this machine's \
               address";
    for addresses in [vec![], vec!["0.0.0.0/0"], vec!["203.0.113.7", "::/0 "]] {
        let addresses = addresses.into_iter().map(str::to_owned).collect();
        let info = KeyInfo { addresses, ..good(KeyRole::Trade) };
        check(&info, LIVE_TRADE, Some((Severity::Refused, reason, fix)));
        let accepting = Wanted { accept_no_ip_list: true, ..LIVE_TRADE };
        check(&info, accepting, Some((Severity::Warned, reason, fix)));
    }
    let ranges = vec!["203.0.113.0/24".to_owned(), "2001:db8::/32".to_owned()];
    check(&KeyInfo { addresses: ranges, ..good(KeyRole::Trade) }, LIVE_TRADE, None);
}

#[test]
fn expiry() {
    let fix = "set a later `Key expiration` in the key's settings, or make a new key";
    let until = |end| KeyInfo { valid_until: Some(end), ..good(KeyRole::Trade) };
    let over = format!("the key expired at {NOW}");
    check(&until(NOW), LIVE_TRADE, Some((Severity::Refused, &over, fix)));
    let near = NOW + DAY * 7;
    let soon = format!("the key expires at {near}");
    check(&until(near), LIVE_TRADE, Some((Severity::Warned, &soon, fix)));
    check(&until(near + Duration::from_nanos(1)), LIVE_TRADE, None);
}

#[test]
fn a_nonce_window() {
    let info = KeyInfo { nonce_window: 5_000, ..good(KeyRole::Trade) };
    let warning = (
        Severity::Warned,
        "the nonce window is 5000, so a call could be taken twice",
        "set `Custom number only used once window` to 0 in the key's settings",
    );
    check(&info, LIVE_TRADE, Some(warning));
}

#[test]
fn a_window_of_queries() {
    let from = |from| KeyInfo { query_from: Some(from), ..good(KeyRole::Trade) };
    let fix = "clear `Query start date` in the key's settings";
    let recent = NOW - DAY * 29;
    let reason = format!("the key sees nothing before {recent}, so recent orders are hidden");
    check(&from(recent), LIVE_TRADE, Some((Severity::Refused, &reason, fix)));
    check(&from(NOW - DAY * 30), LIVE_TRADE, None);

    let to = |to| KeyInfo { query_to: Some(to), ..good(KeyRole::Trade) };
    let fix = "clear `Query end date` in the key's settings";
    let reason = |to| format!("the key sees nothing after {to}, so new orders are hidden");
    check(&to(NOW), LIVE_TRADE, Some((Severity::Refused, &reason(NOW), fix)));
    let near = NOW + DAY;
    check(&to(near), LIVE_TRADE, Some((Severity::Warned, &reason(near), fix)));
    check(&to(NOW + DAY * 8), LIVE_TRADE, None);

    let kill = KeyInfo { query_from: Some(NOW), query_to: Some(NOW), ..good(KeyRole::Kill) };
    assert!(audit(&kill, for_role(KeyRole::Kill), NOW).accepted);
}

#[test]
fn refusals_stand_first() {
    let info = KeyInfo {
        permissions: Permission::all().collect(),
        nonce_window: 1,
        addresses: Vec::new(),
        ..good(KeyRole::Trade)
    };
    let audit = audit(&info, LIVE_TRADE, NOW);
    assert!(!audit.accepted);
    assert_eq!(audit.findings.len(), 8);
    assert!(audit.findings.is_sorted_by_key(|finding| finding.severity));
    let json = serde_json::to_string(&audit.findings[7]).unwrap();
    assert!(json.starts_with(r#"{"severity":"warned","reason":"the nonce window"#), "{json}");
}
