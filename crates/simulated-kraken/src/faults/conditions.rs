//! What goes on at the moment because a fault struck earlier: each with its end.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::kraken_error::KrakenError;

/// How many addresses are remembered, to have somebody to ban.
const ADDRESSES_MAX: usize = 256;

/// Maintenance is announced no sooner than this before it begins
/// (<https://docs.kraken.com/api-reference/market-data/get-system-status>, read on 2026-11-21).
const ANNOUNCED_AHEAD_MAX: Duration = Duration::from_hours(72);

/// What goes on at the moment. Whoever asks says when, so that nothing has to end by itself.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Conditions {
    /// What every private call is refused with.
    revoked: Option<Until<KrakenError>>,
    /// Addresses that the edge turns away.
    bans: BTreeMap<String, Timestamp>,
    /// Who has come lately, each once, the newest last.
    addresses: VecDeque<String>,
    /// How far the clock that clients see is off.
    clock: Option<Until<Offset>>,
    /// The venue stands still.
    suspended: Option<Timestamp>,
    /// A pair is spelled in another way.
    renamed: Option<Timestamp>,
    /// Bids and asks are told the wrong way round, or as one.
    crossed: Option<Until<Crossing>>,
    /// Market data comes many times.
    burst: Option<Timestamp>,
    /// Fees are taken in the other asset.
    fees_in_other_asset: Option<Timestamp>,
    /// Maintenance that is announced, by the time of its beginning.
    announced: BTreeMap<Timestamp, Option<Timestamp>>,
    /// Of the batch at hand only some orders are carried out.
    pub(super) is_batch_torn: bool,
}

/// Something that holds until a moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Until<T> {
    end: Timestamp,
    what: T,
}

/// How far a clock is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Offset {
    Ahead(Duration),
    Behind(Duration),
}

impl Offset {
    /// What a clock shows that is off by this.
    pub(crate) fn shown(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ahead(by) => now + by,
            Self::Behind(by) => now - by,
        }
    }

    /// When it really is, when such a clock shows `shown`.
    pub(crate) fn meant(self, shown: Timestamp) -> Timestamp {
        match self {
            Self::Ahead(by) => shown - by,
            Self::Behind(by) => shown + by,
        }
    }
}

/// What best prices look like that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Crossing {
    /// The bid stands above the ask.
    Crossed,
    /// They are the same.
    WithoutSpread,
}

fn in_force<T>(what: Option<&Until<T>>, now: Timestamp) -> Option<&T> {
    what.filter(|what| now < what.end).map(|what| &what.what)
}

impl Conditions {
    pub(crate) fn revoke(&mut self, text: KrakenError, end: Timestamp) {
        self.revoked = Some(Until { end, what: text });
    }

    /// What private calls are refused with.
    pub(crate) fn revoked(&self, now: Timestamp) -> Option<&KrakenError> {
        in_force(self.revoked.as_ref(), now)
    }

    /// Somebody has come from `address`.
    pub(crate) fn meet(&mut self, address: &str) {
        if self.addresses.iter().any(|known| known == address) {
            return;
        }
        if self.addresses.len() == ADDRESSES_MAX {
            self.addresses.pop_front();
        }
        self.addresses.push_back(address.to_owned());
    }

    /// Who has come lately.
    pub(crate) fn addresses(&self) -> &VecDeque<String> {
        &self.addresses
    }

    pub(crate) fn ban(&mut self, address: String, end: Timestamp) {
        self.bans.insert(address, end);
    }

    /// Whether the edge turns an address away.
    pub(crate) fn is_banned(&self, address: &str, now: Timestamp) -> bool {
        self.bans.get(address).is_some_and(|end| now < *end)
    }

    pub(crate) fn set_clock(&mut self, offset: Offset, end: Timestamp) {
        self.clock = Some(Until { end, what: offset });
    }

    /// What the venue's clock shows.
    pub(crate) fn shown(&self, now: Timestamp) -> Timestamp {
        in_force(self.clock.as_ref(), now).map_or(now, |offset| offset.shown(now))
    }

    /// What the venue's clock shows, where that is wrong.
    pub(crate) fn wrong_clock(&self, now: Timestamp) -> Option<Timestamp> {
        in_force(self.clock.as_ref(), now).map(|offset| offset.shown(now))
    }

    /// When something really is of which the venue's clock says that it is at `shown`.
    pub(crate) fn meant(&self, shown: Timestamp, now: Timestamp) -> Timestamp {
        in_force(self.clock.as_ref(), now).map_or(shown, |offset| offset.meant(shown))
    }

    pub(crate) fn suspend(&mut self, end: Timestamp) {
        self.suspended = Some(end);
    }

    /// When the venue goes on, if it stands still.
    pub(crate) fn suspended(&self) -> Option<Timestamp> {
        self.suspended
    }

    /// The venue goes on.
    pub(crate) fn wake(&mut self) {
        self.suspended = None;
    }

    /// The venue says that it will be away from `begins`, until `ends` as far as that is known.
    pub(crate) fn announce(&mut self, begins: Timestamp, ends: Option<Timestamp>, now: Timestamp) {
        self.announced.retain(|begins, _| now < *begins);
        self.announced.insert(begins, ends);
    }

    /// Maintenance that is announced and has not begun, by the clock that clients see.
    pub(crate) fn announced(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, Option<Timestamp>)> {
        let offset = in_force(self.clock.as_ref(), now).copied();
        let shown = move |moment| offset.map_or(moment, |offset| offset.shown(moment));
        let ahead = self.announced.range(now..=now + ANNOUNCED_AHEAD_MAX);
        let upcoming = ahead.filter(move |(begins, _)| now < **begins);
        upcoming.map(move |(begins, ends)| (shown(*begins), ends.map(shown)))
    }

    pub(crate) fn rename(&mut self, end: Timestamp) {
        self.renamed = Some(end);
    }

    pub(crate) fn is_renamed(&self, now: Timestamp) -> bool {
        self.renamed.is_some_and(|end| now < end)
    }

    pub(crate) fn cross(&mut self, crossing: Crossing, end: Timestamp) {
        self.crossed = Some(Until { end, what: crossing });
    }

    pub(crate) fn crossing(&self, now: Timestamp) -> Option<Crossing> {
        in_force(self.crossed.as_ref(), now).copied()
    }

    pub(crate) fn burst(&mut self, end: Timestamp) {
        self.burst = Some(end);
    }

    pub(crate) fn is_bursting(&self, now: Timestamp) -> bool {
        self.burst.is_some_and(|end| now < end)
    }

    pub(crate) fn swap_fee_asset(&mut self, end: Timestamp) {
        self.fees_in_other_asset = Some(end);
    }

    pub(crate) fn is_fee_asset_swapped(&self, now: Timestamp) -> bool {
        self.fees_in_other_asset.is_some_and(|end| now < end)
    }

    /// Whether nothing has ever gone on: the way of every message while no fault is on.
    pub(crate) fn is_calm(&self) -> bool {
        let Self { revoked, bans, clock, suspended, renamed, crossed, burst, .. } = self;
        let windows = [suspended, renamed, burst, &self.fees_in_other_asset];
        revoked.is_none()
            && bans.is_empty()
            && clock.is_none()
            && crossed.is_none()
            && windows.into_iter().all(Option::is_none)
    }
}
