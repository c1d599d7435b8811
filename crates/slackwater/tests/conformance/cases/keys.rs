//! The keys of an account: which of them our audit lets in, and what each may do.

use kraken_protocol::{
    Request,
    key_audit::{KeyAudit, Severity, Wanted},
    limits::KeyRole,
};
use trading_types::{Refusal, Side};

use crate::{
    line::{Came, Key, Line},
    suite::{Suite, limit},
    world::World,
};

const LIVE: Wanted = Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false };

/// Whether a key is let in, and what is said against it.
fn check(audit: &KeyAudit, is_accepted: bool, says: &[(Severity, &str)]) {
    assert_eq!(audit.accepted, is_accepted, "{audit:?}");
    let findings = audit.findings.iter();
    let told: Vec<_> = findings.map(|it| (it.severity, it.reason.as_str())).collect();
    assert_eq!(told.len(), says.len(), "{audit:?}");
    for ((severity, reason), (wanted, word)) in told.into_iter().zip(says) {
        assert!(severity == *wanted && reason.contains(word), "{reason} is not about {word}");
    }
}

pub(crate) async fn every_key_is_judged_as_it_deserves<L: Line>() {
    use Severity::{Refused, Warned};
    let mut line = L::start(World::still()).await;
    let open = Wanted { accept_no_ip_list: true, ..LIVE };
    let read = Wanted { role: KeyRole::Read, ..LIVE };
    let modest = Wanted { live: false, ..LIVE };
    check(&line.audit(Key::Trade, LIVE).await, true, &[]);
    check(&line.audit(Key::Withdraw, LIVE).await, false, &[(Refused, "withdraw-funds")]);
    check(&line.audit(Key::NoIpList, LIVE).await, false, &[(Refused, "any address")]);
    check(&line.audit(Key::NoIpList, open).await, true, &[(Warned, "any address")]);
    check(&line.audit(Key::ReadOnly, read).await, true, &[]);
    check(&line.audit(Key::SecondTrade, modest).await, true, &[]);
}

pub(crate) async fn a_key_may_do_what_its_permissions_say<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let look = suite.line.call(Key::ReadOnly, Request::balance(), None).await;
    assert!(matches!(look, Came::Done(_)), "{look:?}");
    let order = suite.order(Side::Buy, limit("40000"), "0.01");
    let placed = suite.place(Key::ReadOnly, &order).await;
    // Our client does not even name the endpoint with such a key; Kraken would refuse it.
    let is_refused = placed == Came::Refused(Refusal::PermissionDenied);
    assert!(is_refused || matches!(placed, Came::NotMade(_)), "{placed:?}");
    assert_eq!(suite.count("/orders_accepted").await, 0);
}
