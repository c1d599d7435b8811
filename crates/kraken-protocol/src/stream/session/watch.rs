//! Whether the other side is still there.
//!
//! Once something is subscribed, Kraken sends a heartbeat each second, so silence means a dead
//! connection. Before that silence is normal, and a ping now and then keeps the socket open
//! (<https://docs.kraken.com/exchange/guides/websockets/reconnection>, read on 2026-11-21).

use trading_types::Timestamp;

use super::settings::SessionSettings;

/// What is to be done about the silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// Nothing.
    Fine,
    /// Ask whether anybody is there.
    Ping,
    /// Nobody is.
    Dead,
}

/// When something was last heard and said on a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    heard_at: Timestamp,
    said_at: Timestamp,
    /// Since when an answer is awaited, if one is.
    awaits_since: Option<Timestamp>,
    pinged_at: Option<Timestamp>,
}

impl Watch {
    /// A connection that was opened just now; its first frame is awaited.
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { heard_at: now, said_at: now, awaits_since: Some(now), pinged_at: None }
    }

    /// A frame arrived, any frame.
    pub(super) const fn hear(&mut self, now: Timestamp) {
        self.heard_at = now;
        self.awaits_since = None;
        self.pinged_at = None;
    }

    /// Something was sent; all we send is answered.
    pub(super) fn say(&mut self, now: Timestamp) {
        self.said_at = now;
        self.awaits_since.get_or_insert(now);
    }

    /// A ping was sent.
    pub(super) fn ping(&mut self, now: Timestamp) {
        self.say(now);
        self.pinged_at = Some(now);
    }

    /// What is to be done; `flows` when something is subscribed.
    pub(super) fn check(&self, flows: bool, settings: &SessionSettings, now: Timestamp) -> Silence {
        let (ping_at, dead_at) = self.due(flows, settings);
        if dead_at.is_some_and(|at| at <= now) {
            Silence::Dead
        } else if self.pinged_at.is_none() && ping_at <= now {
            Silence::Ping
        } else {
            Silence::Fine
        }
    }

    /// When there will be something to be done. A ping that is due already waits for room, not for
    /// time.
    pub(super) fn next(
        &self,
        flows: bool,
        settings: &SessionSettings,
        now: Timestamp,
    ) -> Timestamp {
        let (ping_at, dead_at) = self.due(flows, settings);
        let is_ahead = self.pinged_at.is_none() && now < ping_at;
        let ping_at = if is_ahead { ping_at } else { Timestamp::NEVER };
        ping_at.min(dead_at.unwrap_or(Timestamp::NEVER))
    }

    fn due(&self, flows: bool, settings: &SessionSettings) -> (Timestamp, Option<Timestamp>) {
        let silent_since = if flows { Some(self.heard_at) } else { self.awaits_since };
        match silent_since {
            Some(since) => (since + settings.ping_after, Some(since + settings.dead_after)),
            None => (self.heard_at.max(self.said_at) + settings.idle_ping_after, None),
        }
    }
}

#[cfg(test)]
mod tests;
