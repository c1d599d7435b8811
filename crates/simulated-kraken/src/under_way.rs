//! Private calls under way, by key: how many there may be at once.
//!
//! A call is under way from its arrival until its answer leaves, so only slow answers make many.
//! Kraken publishes neither the number nor its scope, only what it says
//! (<https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21).

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use simulated_limits::{Concurrency, Exceeded};
use trading_types::Timestamp;

use crate::{message::RequestId, settings::LimitProfile, world::World};

/// Calls of one key at once: more than a careful client ever has, fewer than a careless one.
const CALLS_MAX: usize = 20;
/// How long a key that had one more is refused everything.
const PAUSE: Duration = Duration::from_secs(5);

/// The calls of all keys.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct UnderWay {
    keys: BTreeMap<String, Concurrency>,
    /// Whose call is still to be answered.
    #[serde(skip)]
    calls: BTreeMap<RequestId, String>,
}

impl UnderWay {
    /// A request arrives; if it may go on and is a call with a key that exists, [`Self::end`] must
    /// follow.
    pub(crate) fn begin(
        &mut self,
        (id, key): (RequestId, Option<&str>),
        world: &mut World,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        let known = key.filter(|key| world.keys.owner(key).is_some());
        let Some(key) = known.filter(|_| world.settings.limits != LimitProfile::Off) else {
            return Ok(());
        };
        let new = || Concurrency::new(CALLS_MAX, PAUSE);
        let begun = self.keys.entry(key.to_owned()).or_insert_with(new).begin(now);
        if begun.is_ok() {
            self.calls.insert(id, key.to_owned());
        } else {
            world.statistics.private_rejected_rate += 1;
        }
        begun
    }

    /// The answer to a request leaves.
    pub(crate) fn end(&mut self, id: RequestId) {
        if let Some(key) = self.calls.remove(&id) {
            self.keys.get_mut(&key).expect("the call began").end();
        }
    }
}
