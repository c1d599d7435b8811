//! How a [`Kraken`] comes to be: settings, the key, its audit, the time, the pairs.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, atomic::AtomicU64},
};

use kraken_protocol::{
    clock_offset::ClockOffset,
    key_audit::Wanted,
    limits::{KeyRole, Tier},
    request::Request,
    rest::{PairNames, market},
    scheduler::{KeepAnswers, Lane, SchedulerSettings},
};

use super::{Kraken, KrakenError, reads::Reads};
use crate::{
    audit::{self, AuditError},
    calls::{Calls, CallsParts, StartError},
    clock::Clock,
    egress::{Egress, EgressError},
    hosts::Base,
    http::Http,
    random,
    secrets::{Credentials, EnvironmentKeys, KeySources, SecretsError},
    state,
};

/// Settings of a [`Kraken`].
#[derive(Default)]
pub struct KrakenBuilder {
    base: Base,
    egress: Egress,
    key: KeyFrom,
    state_folder: Option<PathBuf>,
    settings: SchedulerSettings,
    accept_no_ip_list: bool,
    clock: Option<Clock>,
    keep_answers: KeepAnswers,
}

/// Where the key comes from.
#[derive(Default)]
enum KeyFrom {
    /// There is none.
    #[default]
    Nowhere,
    Sources(KeyRole, KeySources),
    Given(Box<Credentials>),
}

/// Why there is no [`Kraken`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no usable key.
    #[error(transparent)]
    Key(#[from] SecretsError),
    /// The key is refused, or nobody could find out what it may do.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// There is no way out.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The state of the last run cannot be used, or the key would go to the wrong Kraken.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Time or pairs could not be asked.
    #[error(transparent)]
    Kraken(#[from] KrakenError),
}

impl KrakenBuilder {
    /// Another Kraken than the real one.
    pub fn base(mut self, base: Base) -> Self {
        self.base = base;
        self
    }

    /// Another way out than the straight one.
    pub fn egress(mut self, egress: Egress) -> Self {
        self.egress = egress;
        self
    }

    /// The trade key from systemd or the environment.
    pub fn key_from_environment(self) -> Self {
        let environment = EnvironmentKeys::Accepted;
        self.key_from(KeyRole::Trade, KeySources { file: None, environment })
    }

    /// The key of a role, from these sources.
    pub fn key_from(mut self, role: KeyRole, sources: KeySources) -> Self {
        self.key = KeyFrom::Sources(role, sources);
        self
    }

    /// A key that the program got from somewhere else.
    pub fn key(mut self, credentials: Credentials) -> Self {
        self.key = KeyFrom::Given(Box::new(credentials));
        self
    }

    /// Takes a key that works from any address. Make an IP list in the key's settings instead.
    pub fn accept_a_key_without_ip_list(mut self) -> Self {
        self.accept_no_ip_list = true;
        self
    }

    /// Where what was spent is remembered. Without one it is forgotten when the program ends.
    pub fn state_folder(mut self, folder: PathBuf) -> Self {
        self.state_folder = Some(folder);
        self
    }

    /// Remembers what was spent where programs of this user do; nowhere if there is no such place.
    pub fn usual_state_folder(mut self) -> Self {
        self.state_folder = state::usual_folder();
        self
    }

    /// The account's tier, whose limits are kept; `Starter` unless told.
    pub fn tier(mut self, tier: Tier) -> Self {
        self.settings.tier = tier;
        self
    }

    /// All that there is to say about limits. There is one way out, so there is one address.
    pub fn limits(mut self, settings: SchedulerSettings) -> Self {
        self.settings = SchedulerSettings { addresses: 1, ..settings };
        self
    }

    /// How long answers are good for; prices for thirty seconds unless told.
    pub fn keep_answers(mut self, keep: KeepAnswers) -> Self {
        self.keep_answers = keep;
        self
    }

    /// Another clock than the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Looks at the key, asks for the time and the pairs, and is ready.
    pub async fn open(self) -> Result<Kraken, OpenError> {
        let live = self.base == Base::Kraken;
        let clock = self.clock.unwrap_or_else(Clock::system);
        let credentials = match self.key {
            KeyFrom::Nowhere => None,
            KeyFrom::Sources(role, sources) => Some(Credentials::load(role, &sources)?),
            KeyFrom::Given(credentials) => Some(*credentials),
        };
        let accept_no_ip_list = self.accept_no_ip_list;
        let key =
            credentials.as_ref().map(|key| Wanted { role: key.role(), live, accept_no_ip_list });
        let parts = CallsParts {
            ways: vec![Http::new(self.base, &self.egress, clock)?],
            settings: self.settings,
            state_folder: self.state_folder,
            seed: None,
        };
        let calls = Calls::start(parts, credentials.into_iter().collect())?;
        if let Some(wanted) = key {
            audit::admit(&calls, wanted).await?;
        }
        let mut kraken = Kraken {
            calls,
            key,
            names: PairNames::recorded(),
            pairs: BTreeMap::new(),
            offset: Mutex::new(ClockOffset::default()),
            session: random::seed(),
            next_order: AtomicU64::new(1),
            resting: Mutex::new(BTreeMap::new()),
            reads: Reads::new(self.keep_answers),
        };
        kraken.time().await?;
        kraken.learn_pairs().await?;
        Ok(kraken)
    }
}

impl Kraken {
    /// Asks for all pairs with their rules. To be done again every day.
    ///
    /// ```no_run
    /// # async fn example(mut kraken: kraken_client::Kraken)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// kraken.learn_pairs().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn learn_pairs(&mut self) -> Result<(), KrakenError> {
        let reply = self.calls.public(Request::asset_pairs(), Lane::Reconcile).await?;
        let told = market::asset_pairs(&reply.result)?;
        for (id, error) in &told.set_aside {
            tracing::debug!(%id, %error, "a pair is not understood and cannot be traded");
        }
        self.names = PairNames::from_pairs(&told.pairs);
        self.pairs = told.pairs.into_iter().map(|info| (info.pair, info)).collect();
        Ok(())
    }
}
