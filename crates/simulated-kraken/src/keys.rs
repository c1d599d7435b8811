//! Keys: what each may do, its nonces, its signatures, its tokens, its counter.

use std::collections::BTreeMap;

use crate::settings::Settings;

/// What a key may do, in the words of `GetApiKeyInfo`
/// (<https://docs.kraken.com/exchange/guides/rest/api-keys>, read on 2026-11-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is its name")]
pub enum Permission {
    QueryFunds,
    AddFunds,
    WithdrawFunds,
    EarnFunds,
    QueryOpenTrades,
    QueryClosedTrades,
    ModifyTrades,
    CloseTrades,
    QueryLedger,
    ExportData,
    CreateWsToken,
    AddWithdrawAddress,
    UpdateWithdrawAddress,
}

impl Permission {
    /// Kraken's name for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::QueryFunds => "query-funds",
            Self::AddFunds => "add-funds",
            Self::WithdrawFunds => "withdraw-funds",
            Self::EarnFunds => "earn-funds",
            Self::QueryOpenTrades => "query-open-trades",
            Self::QueryClosedTrades => "query-closed-trades",
            Self::ModifyTrades => "modify-trades",
            Self::CloseTrades => "close-trades",
            Self::QueryLedger => "query-ledger",
            Self::ExportData => "export-data",
            Self::CreateWsToken => "create-ws-token",
            Self::AddWithdrawAddress => "add-withdraw-address",
            Self::UpdateWithdrawAddress => "update-withdraw-address",
        }
    }
}

/// A key as it is given out. It opens nothing but this simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDescription {
    /// What it is called: `trade`, `withdraw`, `no-ip-list`, `read-only`.
    pub name: String,
    /// The key itself; begins with `SIMULATED`.
    pub key: String,
    /// What requests are signed with, in base64.
    pub secret: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

/// All keys.
#[derive(Debug)]
pub(crate) struct Keys {
    descriptions: Vec<KeyDescription>,
}

impl Keys {
    /// The keys of the accounts in `settings`.
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self { descriptions: Vec::new() }
    }

    /// The highest level of each key's counter.
    pub(crate) fn counter_peaks(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// What is given out.
    pub(crate) fn descriptions(&self) -> &[KeyDescription] {
        &self.descriptions
    }
}
