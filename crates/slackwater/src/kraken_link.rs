//! The line from a command to Kraken: one call after another, each waiting its turn.

use std::path::PathBuf;

use kraken_client::{
    calls::{CallError, Calls, CallsParts, Reply, StartError},
    clock::Clock,
    egress::{Egress, ProxyAddress},
    hosts::Base,
    http::Http,
    secrets::Credentials,
};
use kraken_protocol::{
    limits::KeyRole,
    request::Request,
    scheduler::{Lane, SchedulerSettings},
};
use tokio::runtime::{Builder, Runtime};

use crate::{arguments::kraken::KrakenArguments, failure::Failure, output};

/// A line to Kraken.
pub(crate) struct KrakenLink {
    runtime: Runtime,
    calls: Calls,
    ways: Vec<Http>,
}

impl KrakenLink {
    /// Opens one, with the keys that may be needed.
    pub(crate) fn open(
        arguments: &KrakenArguments,
        keys: Vec<Credentials>,
    ) -> Result<Self, Failure> {
        let base = base(arguments.rest.as_deref())?;
        let egress = egress(arguments)?;
        Self::open_at(base, &egress, Some(arguments.data_dir.clone()), keys)
    }

    /// Opens one to this Kraken; without a folder it forgets what it has spent.
    pub(crate) fn open_at(
        base: Base,
        egress: &Egress,
        state_folder: Option<PathBuf>,
        keys: Vec<Credentials>,
    ) -> Result<Self, Failure> {
        tell_warnings();
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|error| Failure::venue(format_args!("no sockets: {error}")))?;
        let inside = runtime.enter();
        let way = Http::new(base, egress, Clock::system()).map_err(Failure::wrong)?;
        let ways = vec![way];
        let parts = CallsParts {
            ways: ways.clone(),
            settings: SchedulerSettings::default(),
            state_folder,
            seed: None,
        };
        let calls = Calls::start(parts, keys).map_err(|error| match error {
            StartError::State(error) => Failure::wrong(error),
            StartError::MisplacedKey(error) => Failure::wrong(error),
        })?;
        drop(inside);
        Ok(Self { runtime, calls, ways })
    }

    /// Runs something that needs more than single calls.
    pub(crate) fn run<T>(&self, work: impl AsyncFnOnce(&Calls, &[Http]) -> T) -> T {
        self.runtime.block_on(async {
            let done = work(&self.calls, &self.ways).await;
            self.calls.save().await;
            done
        })
    }

    /// Asks something that needs no key.
    pub(crate) fn public(&self, request: Request) -> Result<Reply, Failure> {
        self.run(async |calls, _| calls.public(request, Lane::History).await).map_err(failure)
    }

    /// Asks something with a key.
    pub(crate) fn private(&self, request: Request, key: KeyRole) -> Result<Reply, Failure> {
        self.run(async |calls, _| calls.private(request, key, Lane::Reconcile).await)
            .map_err(failure)
    }
}

/// What goes wrong and is tried again is said on stderr, lest a silent program seem to hang.
pub(crate) fn tell_warnings() {
    let words = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(output::Words::default)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .finish();
    // A second link in one process speaks through the first one's.
    let _ = tracing::subscriber::set_global_default(words);
}

/// Kraken, or a simulated one that is found at this address.
pub(crate) fn base(rest: Option<&str>) -> Result<Base, Failure> {
    let Some(rest) = rest else { return Ok(Base::Kraken) };
    // A simulated Kraken has its sockets where its REST interface is.
    let socket = rest.trim_end_matches('/').replacen("http", "ws", 1);
    let (public, private) = (format!("{socket}/v2"), format!("{socket}/private/v2"));
    Base::simulated(rest, &public, &private).map_err(Failure::wrong)
}

pub(crate) fn egress(arguments: &KrakenArguments) -> Result<Egress, Failure> {
    match (&arguments.proxy, arguments.local_address) {
        (Some(proxy), _) => {
            let proxy: ProxyAddress = proxy.parse().map_err(Failure::wrong)?;
            Ok(Egress::Proxy(proxy))
        }
        (None, Some(address)) => Ok(Egress::LocalAddress(address)),
        (None, None) => Ok(Egress::Direct),
    }
}

fn failure(error: CallError) -> Failure {
    match error {
        CallError::NoKey(_) | CallError::NotQueued(_) | CallError::KeyStopped { .. } => {
            Failure::wrong(error)
        }
        CallError::Refused(_)
        | CallError::RateLimited
        | CallError::NotReached(_)
        | CallError::BadNonce
        | CallError::NotSaved(_)
        | CallError::Unclear(_)
        | CallError::BadKey(_)
        | CallError::LockedOut => Failure::venue(error),
    }
}
