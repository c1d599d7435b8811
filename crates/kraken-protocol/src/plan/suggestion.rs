//! What would fit in place of a plan that does not.

use std::time::Duration;

use serde::Serialize;

use super::{LimitReport, PlannedCall, play_all};
use crate::{
    endpoint::Endpoint,
    limits::{Profile, Tier},
};

/// Something that would fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Suggestion {
    /// Call less often.
    Slower {
        /// Which line of the plan.
        name: String,
        /// How often at most, together with the other suggestions of this kind.
        every: Duration,
    },
    /// A WebSocket channel tells the same, for nothing.
    Socket {
        /// Instead of this endpoint.
        endpoint: Endpoint,
        /// This channel.
        channel: &'static str,
    },
    /// A higher tier would take the plan as it is.
    Tier {
        /// Which.
        tier: Tier,
    },
    /// Amend instead of canceling and placing.
    Amend {
        /// Which line of the plan.
        name: String,
    },
}

/// The WebSocket channel that tells what `endpoint` tells.
pub const fn socket_instead(endpoint: Endpoint) -> Option<&'static str> {
    match endpoint {
        Endpoint::Ticker | Endpoint::Spread => Some("ticker"),
        Endpoint::Depth => Some("book"),
        Endpoint::Trades => Some("trade"),
        Endpoint::Ohlc => Some("ohlc"),
        Endpoint::Assets | Endpoint::AssetPairs => Some("instrument"),
        Endpoint::SystemStatus => Some("status"),
        Endpoint::Balance | Endpoint::BalanceEx => Some("balances"),
        Endpoint::OpenOrders | Endpoint::QueryOrders | Endpoint::TradesHistory => {
            Some("executions")
        }
        Endpoint::Time
        | Endpoint::GetApiKeyInfo
        | Endpoint::TradeBalance
        | Endpoint::ClosedOrders
        | Endpoint::QueryTrades
        | Endpoint::Ledgers
        | Endpoint::QueryLedgers
        | Endpoint::TradeVolume
        | Endpoint::OrderAmends
        | Endpoint::GetWebSocketsToken
        | Endpoint::AddOrder
        | Endpoint::AddOrderBatch
        | Endpoint::AmendOrder
        | Endpoint::CancelOrder
        | Endpoint::CancelOrderBatch
        | Endpoint::CancelAll
        | Endpoint::CancelAllOrdersAfter => None,
    }
}

pub(super) fn suggest(
    plan: &[PlannedCall],
    reports: &[LimitReport],
    profile: Profile,
    tier: Tier,
) -> Vec<Suggestion> {
    let tripped: Vec<&LimitReport> =
        reports.iter().filter(|report| report.trips_after.is_some()).collect();
    if tripped.is_empty() {
        return Vec::new();
    }
    let mut suggestions = Vec::new();
    for report in tripped {
        let calls = plan.iter().filter(|call| call.limit() == report.limit);
        for call in calls.clone() {
            suggestions.extend(instead(call));
        }
        suggestions.extend(calls.map(|call| Suggestion::Slower {
            name: call.name(),
            every: slower(call.every(), report),
        }));
    }
    let carries = |tier: &Tier| {
        let again = play_all(plan, profile, *tier);
        again.iter().all(|report| report.trips_after.is_none())
    };
    let higher = Tier::all().filter(|other| tier < *other).find(carries);
    suggestions.extend(higher.map(|tier| Suggestion::Tier { tier }));
    suggestions
}

fn instead(call: &PlannedCall) -> Option<Suggestion> {
    match call {
        PlannedCall::Poll { endpoint, .. } => socket_instead(*endpoint)
            .map(|channel| Suggestion::Socket { endpoint: *endpoint, channel }),
        PlannedCall::Cycle { .. } => Some(Suggestion::Amend { name: call.name() }),
    }
}

/// `every`, stretched until the limit carries it for ever, with one part in fifty to spare and
/// rounded up to a tenth of a second.
fn slower(every: Duration, report: &LimitReport) -> Duration {
    const TENTH: u128 = 100_000_000;
    let wanted = u128::from(report.millipoints_each_minute);
    let allowed = u128::from(report.allowed_each_minute).max(1) * 98 / 100;
    let nanos = (every.as_nanos() * wanted).div_ceil(allowed.max(1)).max(every.as_nanos());
    let nanos = nanos.div_ceil(TENTH) * TENTH;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
