//! The times and limits of a session. Each is a limit of Kraken's or leans to the safe side of one.

use std::time::Duration;

use crate::{limits::Tier, stream::subscription::SocketKind};

/// How a session behaves. [`SessionSettings::new`] has what Kraken's pages advise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    /// Which host.
    pub kind: SocketKind,
    /// Most messages sent in one `message_period`. Kraken names no number, but answers a burst
    /// with `Exceeded msg rate`
    /// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
    pub messages: u32,
    /// The window `messages` are counted in.
    pub message_period: Duration,
    /// Most pairs asked for in one frame.
    pub pairs_per_frame: usize,
    /// A subscription without acknowledgement is asked for again after this.
    pub acknowledgement_wait: Duration,
    /// A subscription that was acknowledged has to show its snapshot within this.
    pub snapshot_wait: Duration,
    /// So long after the last frame a ping asks whether anybody is there.
    pub ping_after: Duration,
    /// So long after the last frame nobody is: Kraken's guide says 5 s
    /// (<https://docs.kraken.com/exchange/guides/websockets/reconnection>, read on 2026-11-21).
    pub dead_after: Duration,
    /// A socket with no subscription is kept open by a ping this often. Kraken closes it after
    /// about a minute
    /// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
    pub idle_ping_after: Duration,
    /// A command without an answer is unclear after this.
    pub answer_wait: Duration,
    /// What a command may need from here to Kraken, and our clock be wrong by.
    pub way_max: Duration,
    /// A dial that neither connects nor fails is given up after this.
    pub dial_wait: Duration,
    /// Points of level 3 subscriptions in one second: 200, on Pro 500
    /// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>, read on
    /// 2026-11-21).
    pub level3_points: u32,
}

impl SessionSettings {
    /// What is safe on any account.
    pub fn new(kind: SocketKind) -> Self {
        Self {
            kind,
            messages: 5,
            message_period: Duration::from_secs(1),
            pairs_per_frame: 50,
            acknowledgement_wait: Duration::from_secs(10),
            snapshot_wait: Duration::from_secs(3),
            ping_after: Duration::from_secs(3),
            dead_after: Duration::from_secs(5),
            idle_ping_after: Duration::from_secs(30),
            answer_wait: Duration::from_secs(10),
            way_max: Duration::from_millis(250),
            dial_wait: Duration::from_secs(20),
            level3_points: Tier::Starter.level3_cost_max(),
        }
    }
}
