//! What the guard tells people: what happened, and what to do.

use std::time::Duration;

use trading_types::{Pair, Timestamp, VenueStatus};

use super::{maintenance::MaintenanceNews, standing::Word};
use crate::output::Severity;

pub(super) fn not_online(told: Option<VenueStatus>) -> String {
    match told {
        Some(status) => format!(
            "kraken is in {status} mode; no entries until it is online again, resting stops \
             stay; nothing to do, see status.kraken.com"
        ),
        None => "nobody knows what kraken takes: no socket is up and `SystemStatus` has not \
                 answered for too long; no entries, resting stops stay; check this machine's \
                 network, then status.kraken.com"
            .to_owned(),
    }
}

pub(super) fn quarrel(rest: Word, socket: Word) -> String {
    format!(
        "kraken says {} over REST (at {}) and {} over the socket (at {}); the worse one counts; \
         see status.kraken.com, and restart the bot if kraken is online",
        rest.status, rest.time, socket.status, socket.time
    )
}

pub(super) fn blind(pair: Pair, since: Timestamp) -> String {
    format!(
        "{pair} is held and has had no price that can be believed since {since}; its stops rest \
         at kraken and nothing is sold without a price; check this machine's network and \
         status.kraken.com, and sell by hand at kraken if it has to be sold"
    )
}

pub(super) fn reject_storm(rejects: u32, window: Duration) -> String {
    format!(
        "kraken refused {rejects} orders within {} s, so trading is halted; read the refusals \
         in the journal and mend their cause before resuming",
        window.as_secs()
    )
}

pub(super) fn maintenance(news: MaintenanceNews, before: Duration) -> (Severity, String) {
    let minutes = before.as_secs() / 60;
    match news {
        MaintenanceNews::Announced(start) => (
            Severity::Warning,
            format!(
                "kraken has announced maintenance from {start}; entries end {minutes} min \
                 before, and nothing can be canceled while it lasts; look at what should not be \
                 held until then"
            ),
        ),
        MaintenanceNews::TakenBack(start) => (
            Severity::Notice,
            format!("kraken has taken back the maintenance of {start}; nothing to do"),
        ),
        MaintenanceNews::Over(start) => (
            Severity::Notice,
            format!("the maintenance announced for {start} is over; nothing to do"),
        ),
    }
}
