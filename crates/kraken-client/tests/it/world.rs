//! What every test has: a server, a clock that the test turns, and a key that was let in.

use std::time::Duration;

use kraken_client::{
    audit::{self, AuditError},
    calls::{Calls, CallsParts},
    clock::{Clock, Hands},
    egress::Egress,
    http::Http,
    secrets::Credentials,
};
use kraken_protocol::{
    key_audit::{KeyAudit, Wanted},
    limits::KeyRole,
    scheduler::SchedulerSettings,
};
use trading_types::Timestamp;

use crate::script::{Asked, Script};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Kraken's own example
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
pub(crate) const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

/// What Kraken says of a key that may do what a bot needs, and no more.
pub(crate) const GOOD_KEY: &str = r#"{"error":[],"result":{"apiKeyName":"bot",
    "apiKey":"SIMULATED-CanaryKey","nonce":"0","nonceWindow":0,"permissions":["query-funds",
    "query-open-trades","query-closed-trades","modify-trades","close-trades","query-ledger",
    "create-ws-token"],"iban":"CanaryIban","validUntil":"0","queryFrom":"0","queryTo":"0",
    "createdTime":"1772000000","modifiedTime":"1772000001","ipAllowlist":["203.0.113.7"],
    "lastUsed":null}}"#;

pub(crate) struct World {
    pub(crate) script: Script,
    pub(crate) hands: Hands,
    pub(crate) calls: Calls,
    pub(crate) ways: Vec<Http>,
}

pub(crate) fn start() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

pub(crate) fn key() -> Credentials {
    let key = "SIMULATED-CanaryKey".to_owned();
    Credentials::new(KeyRole::Trade, key, SECRET.to_owned()).unwrap()
}

pub(crate) const WANTED: Wanted =
    Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false };

impl World {
    /// With a key that nobody has looked at.
    pub(crate) async fn before_the_audit() -> Self {
        let script = Script::start().await;
        let (clock, hands) = Clock::by_hand(start());
        let ways = vec![Http::new(script.base(), &Egress::Direct, clock).unwrap()];
        let parts = CallsParts {
            ways: ways.clone(),
            settings: SchedulerSettings::default(),
            state_folder: None,
            seed: Some(7),
        };
        let calls = Calls::start(parts, vec![key()]).unwrap();
        Self { script, hands, calls, ways }
    }

    /// With a key that was let in.
    pub(crate) async fn new() -> Self {
        let world = Self::before_the_audit().await;
        world.audit(|asked| asked.answer(GOOD_KEY)).await.unwrap();
        world
    }

    /// Has Kraken asked about the key, and answers like this.
    pub(crate) async fn audit(&self, answer: impl FnOnce(Asked)) -> Result<KeyAudit, AuditError> {
        let (audit, ()) = tokio::join!(audit::admit(&self.calls, WANTED), async {
            let asked = self.script.asked().await;
            assert_eq!(asked.path, "/0/private/GetApiKeyInfo");
            answer(asked);
        });
        audit
    }

    /// Waits until somebody plans something within `limit` and turns the clock to when. What a
    /// connection plans for the case that nothing comes is further away than that.
    pub(crate) async fn turn_within(&self, limit: Duration) {
        let until = self.hands.plan_before(self.hands.now() + limit).await;
        self.hands.turn_to(until);
    }
}
