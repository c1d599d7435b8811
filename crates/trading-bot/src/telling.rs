//! Alerts on their way to people, and what is said about a way that does not work.
//!
//! **Law.** A way that fails is told once, until it works again: what is told about it goes by the
//! same way, too, and must not be told about in turn.

use std::collections::BTreeSet;

use bot_machine::Alert;
use kraken_client::clock::Clock;
use tokio::sync::mpsc;
use trading_types::Timestamp;

use crate::alert_sinks::{AlertSettings, AlertSinks, Delivery, OpenSinksError, SinkName};

/// The ways alerts go, and which of them fail.
#[derive(Debug)]
pub struct Telling {
    sinks: AlertSinks,
    results: mpsc::Receiver<Delivery>,
    failing: BTreeSet<SinkName>,
}

impl Telling {
    /// Opens every way that is set.
    pub fn open(settings: &AlertSettings, clock: Clock) -> Result<Self, OpenSinksError> {
        let (sinks, results) = AlertSinks::open(settings, &host(), clock)?;
        Ok(Self { sinks, results, failing: BTreeSet::new() })
    }

    /// Has an alert told. Returns at once.
    pub(crate) fn deliver(&self, alert: &Alert) {
        self.sinks.deliver(alert);
    }

    /// Takes in what became of an alert; gives what people should know about the way it went.
    pub(crate) fn judge(&mut self, delivery: &Delivery) -> Option<String> {
        judge(&mut self.failing, delivery)
    }

    /// Tells what is left to tell, until `moment` at most.
    pub(crate) async fn close(mut self, moment: Timestamp) {
        self.sinks.close(moment).await;
        while let Ok(delivery) = self.results.try_recv() {
            judge(&mut self.failing, &delivery);
        }
    }
}

/// What became of an alert, once that is known; never, where nobody is told.
pub(crate) async fn next_delivery(telling: &mut Option<Telling>) -> Delivery {
    let delivery = match telling {
        Some(telling) => telling.results.recv().await,
        None => None,
    };
    match delivery {
        Some(delivery) => delivery,
        None => std::future::pending().await,
    }
}

fn judge(failing: &mut BTreeSet<SinkName>, delivery: &Delivery) -> Option<String> {
    let Delivery { sink, alert, attempts, result } = delivery;
    match result {
        Ok(()) => {
            tracing::info!(%sink, alert, attempts, "an alert was delivered");
            failing.remove(sink);
            None
        }
        Err(error) => {
            tracing::warn!(%sink, alert, attempts, %error, "an alert was not delivered");
            failing.insert(*sink).then(|| {
                format!(
                    "{error}; alerts do not arrive by {sink} until that is put right. see which \
                     were lost with `slackwater alerts`"
                )
            })
        }
    }
}

/// The name of this machine, as people know it.
#[expect(clippy::disallowed_methods, reason = "this is the edge")]
fn host() -> String {
    let names = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let name = names.iter().find_map(|path| std::fs::read_to_string(path).ok());
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "this machine".to_owned())
}

#[cfg(test)]
mod tests;
