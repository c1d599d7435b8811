//! Cancels everything at Kraken without the bot: with a key of its own, budgets of its own, and
//! nothing of the bot's but the folder's name. It works when the journal is gone, the tables are
//! damaged and the bot hangs.
//!
//! **Law.** It only takes orders away. That nothing is open is said when Kraken has said so twice,
//! further apart than an order of ours may be under way.

use std::{path::Path, time::Duration};

use kraken_client::{
    calls::{CallError, Calls},
    egress::Egress,
    secrets::{Credentials, EnvironmentKeys, KeySources},
};
use kraken_protocol::{
    Endpoint,
    limits::KeyRole,
    request::Request,
    rest::{key_info::key_info, placing::canceled},
    scheduler::{Lane, TradingPath, Work},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    clock::Stopwatch,
    failure::Failure,
    files,
    kraken_link::{KrakenLink, base},
};

/// Its own folder in the bot's: budgets and nonces of this key.
const FOLDER: &str = "halt";
/// After this nobody waits any more.
const TRIED_MAX: Duration = Duration::from_mins(1);
/// An order that was sent carries a deadline of 5 s; after this none can arrive any more.
const UNDER_WAY_MAX: Duration = Duration::from_secs(6);
/// Between attempts that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// What was done.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Alone {
    /// Orders that Kraken said it canceled.
    pub(crate) canceled: u64,
    /// Orders that are open; nothing where the key may not look.
    pub(crate) open: Option<u64>,
    /// Whether Kraken has said twice that nothing is open, or nothing was left to cancel.
    pub(crate) is_verified: bool,
    /// What did not go well, each once.
    pub(crate) problems: Vec<String>,
}

/// Cancels, looks, and begins again until nothing is open.
pub(crate) fn cancel_everything(
    key_file: &Path,
    rest: Option<&str>,
    data_dir: &Path,
) -> Result<Alone, Failure> {
    let environment = EnvironmentKeys::Refused;
    let sources = KeySources { file: Some(key_file.to_owned()), environment };
    let key = || Credentials::load(KeyRole::Kill, &sources).map_err(Failure::wrong);
    let base = base(rest)?;
    let mut alone = Alone::default();
    let folder = data_dir.join(FOLDER);
    let kept = files::create_folder(&folder).and_then(|()| {
        KrakenLink::open_at(base.clone(), &Egress::Direct, Some(folder), vec![key()?])
    });
    let link = match kept {
        Ok(link) => link,
        Err(failure) => {
            alone.problem(format!("{failure}; it goes on without remembering what it spends"));
            KrakenLink::open_at(base, &Egress::Direct, None, vec![key()?])?
        }
    };
    link.run(async |calls, _| alone.work(calls).await);
    Ok(alone)
}

impl Alone {
    fn problem(&mut self, what: String) {
        if !self.problems.contains(&what) {
            self.problems.push(what);
        }
    }

    async fn work(&mut self, calls: &Calls) {
        self.admit(calls).await;
        let watch = Stopwatch::start();
        let mut clear_since = None;
        while watch.elapsed() < TRIED_MAX {
            let is_clear = match self.attempt(calls).await {
                Ok(is_clear) => is_clear,
                Err(error) => {
                    self.problem(error.to_string());
                    if is_final(&error) {
                        return;
                    }
                    false
                }
            };
            let since = *clear_since.get_or_insert(watch.elapsed());
            if !is_clear {
                clear_since = None;
            } else if since + UNDER_WAY_MAX <= watch.elapsed() {
                self.is_verified = true;
                return;
            }
            calls.clock().sleep_until(calls.clock().now() + PAUSE).await;
        }
        self.problem("a minute is over; look at Kraken's own page of open orders".to_owned());
    }

    /// Lets the key in whatever the audit says: it only takes orders away.
    async fn admit(&mut self, calls: &Calls) {
        let asked = calls.private(Request::api_key_info(), KeyRole::Kill, Lane::Halt).await;
        let nonce = match asked {
            Ok(reply) => key_info(&reply.result).map_or(0, |info| info.nonce),
            Err(error) => {
                self.problem(format!("kraken was asked about the key: {error}"));
                0
            }
        };
        calls.admit(KeyRole::Kill, Ok(nonce)).await;
    }

    /// Cancels everything and says whether nothing is left.
    async fn attempt(&mut self, calls: &Calls) -> Result<bool, CallError> {
        let path = TradingPath::Rest(KeyRole::Kill, Endpoint::CancelAll);
        let reply = calls.call(Request::cancel_all(), Work::CancelAll { path }, Lane::Halt).await?;
        let count = canceled(&reply.result).map_or(0, |it| it.count);
        self.canceled += count;
        let looked = calls.private(Request::open_orders(None), KeyRole::Kill, Lane::Halt).await;
        self.open = match looked {
            Ok(reply) => open_orders(&reply.result),
            Err(CallError::Refused(refusal)) => {
                self.problem(format!(
                    "the key may not look at open orders ({refusal}); it counts when Kraken has \
                     nothing more to cancel"
                ));
                None
            }
            Err(error) => return Err(error),
        };
        Ok(self.open.unwrap_or(count) == 0)
    }
}

/// How many orders an answer lists; what is in them does not matter.
fn open_orders(result: &str) -> Option<u64> {
    let result: Value = serde_json::from_str(result).ok()?;
    Some(result["open"].as_object()?.len() as u64)
}

/// Whether trying again cannot help.
const fn is_final(error: &CallError) -> bool {
    match error {
        CallError::BadKey(_) | CallError::NoKey(_) | CallError::KeyStopped { .. } => true,
        CallError::Refused(_)
        | CallError::NotQueued(_)
        | CallError::RateLimited
        | CallError::NotReached(_)
        | CallError::BadNonce
        | CallError::LockedOut
        | CallError::NotSaved(_)
        | CallError::Unclear(_) => false,
    }
}
