//! What every test of calls has: a server, a clock, and the loop between them.

use std::path::Path;

use kraken_protocol::scheduler::SchedulerSettings;

use super::*;
use crate::{
    clock::{Clock, Hands},
    egress::Egress,
    hosts::Base,
    script::{Asked, Script},
};

/// Kraken's own example
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
pub(super) const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

pub(super) struct World {
    pub(super) script: Script,
    pub(super) hands: Hands,
    pub(super) calls: Calls,
}

pub(super) fn start() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

pub(super) fn key() -> Credentials {
    Credentials::new(KeyRole::Trade, "SIMULATED-1".to_owned(), SECRET.to_owned()).unwrap()
}

impl World {
    /// Nothing but public calls.
    pub(super) async fn new() -> Self {
        Self::of(Script::start().await, None, Vec::new(), start())
    }

    /// With a key that was let in.
    pub(super) async fn with_key() -> Self {
        let world = Self::of(Script::start().await, None, vec![key()], start());
        world.calls.admit(KeyRole::Trade, Ok(0)).await;
        world
    }

    /// With a key that was let in, and other limits.
    pub(super) async fn with_settings(settings: SchedulerSettings) -> Self {
        let script = Script::start().await;
        let (clock, hands) = Clock::by_hand(start());
        let parts = CallsParts { settings, ..parts(script.base(), clock, None) };
        let calls = Calls::start(parts, vec![key()]).unwrap();
        calls.admit(KeyRole::Trade, Ok(0)).await;
        Self { script, hands, calls }
    }

    /// Goes on where a run ended that had the same folder.
    pub(super) async fn again(folder: &Path, now: Timestamp) -> Self {
        let world = Self::of(Script::start().await, Some(folder), vec![key()], now);
        world.calls.admit(KeyRole::Trade, Ok(0)).await;
        world
    }

    /// Where nobody listens.
    pub(super) async fn nowhere() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        drop(listener);
        let socket = format!("ws://{at}");
        let base = Base::simulated(&format!("http://{at}"), &socket, &socket).unwrap();
        let (clock, hands) = Clock::by_hand(start());
        let calls = calls(base, clock, None, vec![key()]);
        calls.admit(KeyRole::Trade, Ok(0)).await;
        Self { script: Script::start().await, hands, calls }
    }

    pub(super) fn of(
        script: Script,
        folder: Option<&Path>,
        credentials: Vec<Credentials>,
        now: Timestamp,
    ) -> Self {
        let (clock, hands) = Clock::by_hand(now);
        let calls = calls(script.base(), clock, folder, credentials);
        Self { script, hands, calls }
    }

    /// Waits until somebody plans something and turns the clock to when; says how long that was.
    pub(super) async fn turn_to_next(&self) -> Duration {
        let before = self.hands.now();
        let until = self.hands.plan_before(Timestamp::NEVER).await;
        self.hands.turn_to(until);
        until.since(before)
    }

    /// Whether nothing is under way and nothing is planned.
    pub(super) async fn is_idle(&self) -> bool {
        self.settle().await;
        self.calls.gauges().await;
        self.settle().await;
        self.script.is_quiet() && self.hands.next_sleeper().is_none()
    }

    /// Lets every task run until it waits for something. The tests have one thread.
    pub(super) async fn settle(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    /// Turns the clock to one plan after the other until something is asked.
    pub(super) async fn asked(&self) -> Asked {
        loop {
            tokio::select! {
                biased;
                asked = self.script.asked() => return asked,
                _ = self.turn_to_next() => (),
            }
        }
    }

    /// Makes a call and answers it like this.
    pub(super) async fn answered(
        &self,
        request: Request,
        answer: impl FnOnce(Asked),
    ) -> Result<Reply, CallError> {
        let endpoint = request.endpoint();
        let calls = self.calls.clone();
        let call = async {
            if endpoint.is_public() {
                calls.public(request, Lane::Reconcile).await
            } else {
                calls.private(request, KeyRole::Trade, Lane::Reconcile).await
            }
        };
        let (reply, ()) = tokio::join!(call, async {
            let asked = self.script.asked().await;
            assert!(asked.path.starts_with(endpoint.path()), "{}", asked.path);
            answer(asked);
        });
        reply
    }
}

pub(super) fn calls(
    base: Base,
    clock: Clock,
    folder: Option<&Path>,
    credentials: Vec<Credentials>,
) -> Calls {
    Calls::start(parts(base, clock, folder), credentials).unwrap()
}

pub(super) fn parts(base: Base, clock: Clock, folder: Option<&Path>) -> CallsParts {
    CallsParts {
        ways: vec![Http::new(base, &Egress::Direct, clock).unwrap()],
        settings: SchedulerSettings::default(),
        state_folder: folder.map(Path::to_owned),
        seed: Some(7),
    }
}
