//! What all interfaces of the simulated Kraken share.

use std::collections::BTreeMap;

use simulated_limits::{ArticleWindows, ConnectionAttempts, PublicCalls, PublicLimits};
use trading_types::Timestamp;

use crate::{faults::Faults, keys::Keys, settings::Settings, statistics::Statistics, venue::Venue};

/// Everything but the connections.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) venue: Venue,
    pub(crate) keys: Keys,
    pub(crate) public_calls: PublicCalls,
    pub(crate) connection_attempts: ConnectionAttempts,
    pub(crate) article: ArticleWindows,
    pub(crate) faults: Faults,
    pub(crate) statistics: Statistics,
}

impl World {
    pub(crate) fn new(settings: Settings, now: Timestamp) -> Self {
        Self {
            venue: Venue::new(&settings, now),
            keys: Keys::new(&settings),
            public_calls: PublicCalls::new(PublicLimits::default()),
            connection_attempts: ConnectionAttempts::default(),
            article: ArticleWindows::default(),
            faults: Faults::new(settings.seed, &settings.faults),
            statistics: Statistics::default(),
            settings,
        }
    }

    /// The answer to `GET /simulator/stats`.
    pub(crate) fn statistics_json(&self) -> String {
        let counters: BTreeMap<String, String> = self.keys.counter_peaks();
        let pairs = self.venue.counter_peaks();
        let counts = self.venue.counts();
        let statistics = Statistics {
            orders_accepted: counts.orders_accepted,
            orders_duplicate_cl_ord_id: counts.orders_duplicate_cl_ord_id,
            pair_rejected_rate: counts.pair_rejected_rate,
            ..self.statistics.clone()
        };
        statistics.to_json(&counters, &pairs, self.faults.counts())
    }
}
