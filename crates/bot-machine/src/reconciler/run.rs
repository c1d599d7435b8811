//! One attempt to make our balances the venue's.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use kraken_protocol::rest::{account::Balance, ledgers::LedgerEntry, trades::AccountTrade};
use trading_types::{Amount, Ascii, Asset, Timestamp, TradeId};

use crate::{books::Books, history::Reading};

/// Waits between rounds. Each is at least two seconds; what Kraken shows may be old.
const WAITS: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(8),
    Duration::from_secs(20),
    Duration::from_mins(1),
];

/// Balances by asset, without those that are nothing.
pub(super) type Totals = BTreeMap<Asset, Amount>;

/// What is being asked.
#[derive(Debug)]
pub(super) enum Step {
    /// What there is.
    Balances,
    /// What has traded.
    Trades(Reading, BTreeMap<TradeId, AccountTrade>),
    /// What has moved; with the trades that were not ours.
    Ledger(Reading, BTreeMap<Ascii<24>, LedgerEntry>, Vec<AccountTrade>),
}

/// One attempt.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) step: Step,
    /// Not to be asked before this.
    pub(super) from: Timestamp,
    /// What the venue has.
    pub(super) theirs: Option<Totals>,
    /// Our books changed after the balances were asked for.
    pub(super) is_void: bool,
    /// Rounds that explained nothing, without a change of ours between them.
    pub(super) rounds: u32,
    /// All rounds, which grow further apart.
    pub(super) waits: usize,
    /// Whether this is for the opening: what there was before the movements were read.
    pub(super) opening: Option<Totals>,
}

impl Run {
    pub(super) const fn new(from: Timestamp) -> Self {
        Self {
            step: Step::Balances,
            from,
            theirs: None,
            is_void: false,
            rounds: 0,
            waits: 0,
            opening: None,
        }
    }

    /// Asks for the balances again, after a while.
    pub(super) fn again(&mut self, now: Timestamp) {
        self.from = now + WAITS[self.waits.min(WAITS.len() - 1)];
        self.waits += 1;
        self.step = Step::Balances;
    }
}

/// What an order can spend or holds, by asset; nothing when it is more than can be counted.
pub(super) fn totals(balances: &[Balance]) -> Option<Totals> {
    let mut totals = Totals::new();
    for balance in balances.iter().filter(|balance| balance.wallet.is_spendable()) {
        let total = totals.entry(balance.asset).or_default();
        *total = total.checked_add(balance.total)?;
    }
    totals.retain(|_, total| !total.is_zero());
    Some(totals)
}

/// What the venue has more than we believe, by asset; negative when it has less.
pub(super) fn differences(theirs: &Totals, books: &dyn Books) -> Totals {
    let ours: Totals = books.totals().into_iter().collect();
    let assets: BTreeSet<_> = theirs.keys().chain(ours.keys()).copied().collect();
    let of = |totals: &Totals, asset: &Asset| totals.get(asset).copied().unwrap_or_default();
    let difference = |asset: Asset| (asset, of(theirs, &asset) - of(&ours, &asset));
    assets.into_iter().map(difference).filter(|(_, amount)| !amount.is_zero()).collect()
}
