//! What has happened, counted: the answer to `GET /simulator/stats`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::Pair;

use crate::json::Json;

/// Counters. The first eight and the maps are a promise to outside checks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Statistics {
    pub(crate) orders_accepted: u64,
    pub(crate) orders_duplicate_cl_ord_id: u64,
    pub(crate) private_rejected_rate: u64,
    pub(crate) public_rejected_rate: u64,
    pub(crate) pair_rejected_rate: u64,
    pub(crate) nonce_rejected: u64,
    pub(crate) ws_rejected_rate: u64,
    pub(crate) lockouts: u64,
    /// REST requests that arrived.
    pub(crate) requests: u64,
    /// Private REST requests that arrived, by the last word of their path.
    pub(crate) private_calls: BTreeMap<String, u64>,
    /// WebSocket connections that were let in.
    pub(crate) connections: u64,
    /// Frames that clients sent.
    pub(crate) frames_received: u64,
    /// Frames that were sent to clients.
    pub(crate) frames_sent: u64,
}

impl Statistics {
    /// The answer; peaks and faults are known elsewhere.
    pub(crate) fn to_json(
        &self,
        counter_peak: &BTreeMap<String, String>,
        pair_counter_peak: &BTreeMap<Pair, String>,
        faults: impl Iterator<Item = (&'static str, u64)>,
    ) -> String {
        let peaks =
            counter_peak.iter().fold(Json::object(), |all, (key, peak)| all.text(key, peak));
        let pairs = pair_counter_peak
            .iter()
            .fold(Json::object(), |all, (pair, peak)| all.text(&pair.to_string(), peak));
        let calls =
            self.private_calls.iter().fold(Json::object(), |all, (name, n)| all.raw(name, n));
        let faults = faults.fold(Json::object(), |all, (name, count)| all.raw(name, count));
        Json::object()
            .raw("orders_accepted", self.orders_accepted)
            .raw("orders_duplicate_cl_ord_id", self.orders_duplicate_cl_ord_id)
            .raw("private_rejected_rate", self.private_rejected_rate)
            .raw("public_rejected_rate", self.public_rejected_rate)
            .raw("pair_rejected_rate", self.pair_rejected_rate)
            .raw("nonce_rejected", self.nonce_rejected)
            .raw("ws_rejected_rate", self.ws_rejected_rate)
            .raw("lockouts", self.lockouts)
            .raw("counter_peak", peaks.close())
            .raw("pair_counter_peak", pairs.close())
            .raw("faults", faults.close())
            .raw("requests", self.requests)
            .raw("private_calls", calls.close())
            .raw("connections", self.connections)
            .raw("frames_received", self.frames_received)
            .raw("frames_sent", self.frames_sent)
            .close()
    }
}
