//! Frames of the `balances` channel: what the wallets of an account hold
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/balances>, read on
//! 2026-11-21).
//!
//! What earns flexibly can be spent, what is bonded cannot; holds by open orders are not shown.

mod wallets;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::{Amount, Asset, Timestamp};

use super::{body::MessageKind, envelope::FrameError, number::Exact};

pub use self::wallets::{BalanceChange, BalanceReport, BalanceReports};

/// One frame of the `balances` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalancesMessage {
    /// Counts the messages of the subscription.
    pub sequence: Option<u64>,
    /// What it says.
    pub content: BalancesContent,
    /// Why rows could not be read.
    pub unreadable: Vec<String>,
}

/// What a frame of the `balances` channel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BalancesContent {
    /// All wallets.
    Snapshot(Vec<Wallet>),
    /// Movements, each of one wallet.
    Update(Vec<Movement>),
}

/// A wallet and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Of which asset.
    pub asset: Asset,
    /// Which of the asset's wallets.
    pub kind: WalletKind,
    /// What it holds.
    pub balance: Amount,
}

/// A wallet changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The wallet as it is now.
    pub wallet: Wallet,
    /// By how much it changed, without the fee.
    pub amount: Amount,
    /// The fee that was taken besides.
    pub fee: Amount,
    /// Whether a trade did it.
    pub is_trade: bool,
    /// The venue's id of the movement.
    pub ledger_id: Option<String>,
    /// When, by Kraken's clock.
    pub time: Option<Timestamp>,
}

/// Which of an asset's wallets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WalletKind {
    /// The one orders trade from.
    Spot,
    /// Earning, but an order may spend it.
    EarnFlexible,
    /// Earning, and locked.
    EarnBonded,
    /// A kind we do not know. Nothing in it counts as ours to spend.
    Other,
}

impl WalletKind {
    /// Whether an order can spend what is in it.
    pub const fn is_spendable(self) -> bool {
        matches!(self, Self::Spot | Self::EarnFlexible)
    }

    fn from_texts(kind: &str, id: &str) -> Self {
        match (kind, id) {
            ("spot", "main") => Self::Spot,
            ("earn", "flex") => Self::EarnFlexible,
            ("earn", "bonded") => Self::EarnBonded,
            (_, _) => Self::Other,
        }
    }
}

#[derive(Deserialize)]
struct RawMessage<'a> {
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default)]
    sequence: Option<u64>,
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawAsset<'a> {
    asset: Asset,
    #[serde(default)]
    balance: Option<Exact<Amount>>,
    #[serde(borrow, default)]
    wallets: Option<Vec<RawWallet<'a>>>,
}

#[derive(Deserialize)]
struct RawWallet<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    balance: Exact<Amount>,
}

#[derive(Deserialize)]
struct RawMovement<'a> {
    asset: Asset,
    balance: Exact<Amount>,
    amount: Exact<Amount>,
    #[serde(default)]
    fee: Option<Exact<Amount>>,
    #[serde(rename = "type", borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    wallet_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    wallet_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    ledger_id: Option<Cow<'a, str>>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
}

impl BalancesMessage {
    /// Whether it shows all wallets.
    pub const fn is_snapshot(&self) -> bool {
        matches!(self.content, BalancesContent::Snapshot(_))
    }

    /// Reads a frame of the `balances` channel.
    pub fn decode(frame: &str) -> Result<Self, FrameError> {
        let raw: RawMessage<'_> = serde_json::from_str(frame)
            .map_err(|error| FrameError::Malformed(format!("balances: {error}")))?;
        let kind = MessageKind::from_text(&raw.kind).ok_or_else(|| FrameError::Unexpected {
            channel: "balances",
            detail: format!("type `{}`", raw.kind.chars().take(40).collect::<String>()),
        })?;
        let mut unreadable = Vec::new();
        let content = match kind {
            MessageKind::Snapshot => {
                BalancesContent::Snapshot(wallets_of(&raw.data, &mut unreadable))
            }
            MessageKind::Update => {
                BalancesContent::Update(movements_of(&raw.data, &mut unreadable))
            }
        };
        Ok(Self { sequence: raw.sequence, content, unreadable })
    }
}

fn wallets_of(rows: &[&RawValue], unreadable: &mut Vec<String>) -> Vec<Wallet> {
    let mut all = Vec::new();
    for row in rows {
        match serde_json::from_str::<RawAsset<'_>>(row.get()) {
            Ok(raw) => all.extend(wallets_of_asset(raw)),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    all
}

/// An asset without a list of wallets has one: the one orders trade from.
fn wallets_of_asset(raw: RawAsset<'_>) -> Vec<Wallet> {
    let asset = raw.asset;
    let Some(wallets) = raw.wallets else {
        let balance = raw.balance.map(|it| it.0);
        return balance
            .map(|balance| Wallet { asset, kind: WalletKind::Spot, balance })
            .into_iter()
            .collect();
    };
    let wallet = |raw: RawWallet<'_>| Wallet {
        asset,
        kind: WalletKind::from_texts(&raw.kind, &raw.id),
        balance: raw.balance.0,
    };
    wallets.into_iter().map(wallet).collect()
}

fn movements_of(rows: &[&RawValue], unreadable: &mut Vec<String>) -> Vec<Movement> {
    let mut all = Vec::new();
    for row in rows {
        match serde_json::from_str::<RawMovement<'_>>(row.get()) {
            Ok(raw) => all.push(movement(raw)),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    all
}

fn movement(raw: RawMovement<'_>) -> Movement {
    let kind = match (raw.wallet_type.as_deref(), raw.wallet_id.as_deref()) {
        (Some(kind), Some(id)) => WalletKind::from_texts(kind, id),
        (None, None) => WalletKind::Spot,
        (Some(_), None) | (None, Some(_)) => WalletKind::Other,
    };
    Movement {
        wallet: Wallet { asset: raw.asset, kind, balance: raw.balance.0 },
        amount: raw.amount.0,
        fee: raw.fee.map_or(Amount::ZERO, |fee| fee.0),
        is_trade: raw.kind.as_deref() == Some("trade"),
        ledger_id: raw.ledger_id.map(Cow::into_owned),
        time: raw.timestamp,
    }
}

#[cfg(test)]
mod tests;
